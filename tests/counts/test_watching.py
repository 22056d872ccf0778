"""Which periods are counted and what was watched: not watched is not zero."""

import warnings

import pandas as pd
import pytest

import riskkit as rk
from riskkit.counts import count
from riskkit.errors import RiskkitWarning
from riskkit.incidents.coverage import Break, SourceFacts, Watch
from tests.counts.engines import ENGINES, attacks_table


@pytest.fixture
def watched_source(monkeypatch) -> SourceFacts:
    facts = SourceFacts(
        "made up",
        "A made-up source",
        watches=(Watch("2000-01-01", "2009-12-31"), Watch("2005-07-01", "2009-12-31", "NER")),
        gaps=(Watch("2003-01-01", "2003-12-31"),),
        breaks=(Break("2004-01-01", "other coders", "made up"), Break("1990-01-01", "before")),
    )
    monkeypatch.setattr(count, "source_facts", lambda name: facts)
    return facts


@pytest.mark.parametrize(
    ("every", "first", "last"),
    [
        ("day", "2010-01-01", "2010-12-31"),
        ("week", "2009-12-28/2010-01-03", "2010-12-27/2011-01-02"),
        ("month", "2010-01", "2010-12"),
        ("quarter", "2010Q1", "2010Q4"),
        ("year", "2010", "2010"),
    ],
)
@pytest.mark.parametrize("whole", ["2010", pd.Period("2010", "Y")])
def test_a_longer_bound_is_meant_whole(every, first, last, whole):
    table = attacks_table(date=["2010-01-15", "2010-06-15"], country="MLI")
    tally = rk.tally(table, by="country", every=every, start=whole, end=whole)
    assert (str(tally.periods[0]), str(tally.periods[-1])) == (first, last)
    assert tally.panel().sum(axis=None) == 2
    longer = rk.tally(table, by="country", every=every, start="2008", end="2012-05-03")
    assert longer.until("2010").periods[-1] == tally.periods[-1]


def test_a_finer_bound_is_the_period_that_it_lies_in():
    table = attacks_table(date=["2010-01-15", "2010-06-15"], country="MLI")
    asked = {"start": pd.Timestamp("2010-01-20"), "end": "2010-06-03"}
    tally = rk.tally(table, by="country", every="month", **asked)
    assert (str(tally.periods[0]), str(tally.periods[-1])) == ("2010-01", "2010-06")


def test_coverage_gaps_and_late_starts_are_not_zero(watched_source):
    table = attacks_table(
        date=["2001-05-05", "2003-05-05", "2009-01-01", "2004-02-02"],
        country=["MLI", "MLI", "NER", "NER"],
        source="made up",
    )
    tally = rk.tally(table, by="country", every="year", start="2000", end=None)
    assert str(tally.periods[-1]) == "2009"
    assert tally.watched.loc["MLI"].tolist() == [1, 1, 1, 0, 1, 1, 1, 1, 1, 1]
    niger = tally.watched.loc["NER"]
    assert niger.loc["2004"] == 0
    assert niger.loc["2005"] == pytest.approx(184 / 365)
    assert tally.panel().loc["MLI"].isna().tolist() == [False] * 3 + [True] + [False] * 6
    assert tally.unplaced["not watched by the source"] == 2
    assert [change.reason for change in tally.breaks] == ["other coders"]


def test_a_region_of_many_countries_is_watched_as_much_as_they_are(watched_source):
    table = attacks_table(
        date=["2001-05-05", "2009-01-01"], country=["MLI", "NER"], source="made up"
    )
    tally = rk.tally(table, by=None, every="year", start="2000")
    assert tally.watched.loc["everywhere", "2000"] == 0.5
    assert tally.watched.loc["everywhere", "2009"] == 1


def test_a_region_is_watched_under_the_names_that_its_states_had(monkeypatch):
    facts = SourceFacts("then", "Then", (Watch("1980-01-01", "1999-12-31"),))
    monkeypatch.setattr(count, "source_facts", lambda name: facts)
    table = attacks_table(
        date=["1985-01-01", "1993-01-01", "1995-05-05"], source="then", part="East",
        country=["SUN", "UKR", "SUN"],
    )  # fmt: skip
    tally = rk.tally(table, by="part", every="year", start="1985", end="1999")
    assert (tally.watched.loc["East"] == 1).all()
    by_country = rk.tally(table, by="country", every="year", start="1985", end="1999")
    assert by_country.watched.loc["SUN"].tolist() == [1] * 7 + [0] * 8
    assert by_country.watched.loc["UKR"].tolist() == [0] * 6 + [1] * 9
    assert by_country.unplaced["not watched by the source"] == 1


def test_an_end_far_behind_the_last_incident_is_doubted(watched_source):
    table = attacks_table(date=["2001-05-05"], country=["MLI"], source="made up")
    with pytest.warns(RiskkitWarning, match="if rows were cut away, give end="):
        rk.tally(table, by="country", every="month")


def test_an_unknown_end_is_guessed_with_a_warning():
    table = attacks_table(date=["2001-05-05"], country=["MLI"])
    with pytest.warns(RiskkitWarning, match="may be incomplete: give end="):
        tally = rk.tally(table, by="country", every="month")
    assert str(tally.periods[-1]) == "2001-05"


def test_coverage_by_the_user_goes_before_the_source():
    table = attacks_table(date=["2001-05-05", "2001-01-05"], country=["MLI", "MLI"])
    tally = rk.tally(
        table,
        by="country",
        every="month",
        start="2001-01",
        end="2001-06",
        coverage={"MLI": ("2001-03-16", None)},
    )
    assert tally.watched.loc["MLI"].round(3).tolist() == [0, 0, 0.516, 1, 1, 1]
    assert tally.unplaced.to_dict() == {"not watched by the source": 1}
    for pair, share in ((("2001", "2001"), 1), ((None, "2000"), 0), (("2001-07", None), 184 / 365)):
        tally = rk.tally(table, by="country", every="year", end="2001", coverage={"MLI": pair})
        assert tally.watched.loc["MLI"].tolist() == [pytest.approx(share)], pair


@pytest.mark.parametrize("engine", ["pandas", *ENGINES])
@pytest.mark.parametrize(
    ("releases", "watched"),
    [
        (["19.1", "19.1"], [0, 0, 1]),
        (["19.1", "19.0.12"], [0, 0, 1]),  # a yearly release and later months
        (["20.1", "20.0.3"], [1, 1, 1]),
        ([None, None], [1, 1, 1]),
    ],
)
def test_syria_is_not_watched_by_old_releases_of_ucdp(engine, releases, watched):
    table = attacks_table(
        date=["2017-05-05", "2019-05-05"], country="BGD", source="ucdp", vintage=releases
    )
    tally = rk.tally(
        ENGINES.get(engine, pd.DataFrame)(table),
        by="country",
        every="year",
        end="2019",
        regions=["BGD", "SYR"],
    )
    assert tally.watched.loc["SYR"].tolist() == watched
    assert (tally.watched.loc["BGD"] == 1).all()
    assert any("from 1989-01-01 to 2018-12-31 in SYR" in n for n in tally.notes) != all(watched)


def test_a_table_without_vintages_is_counted():
    table = attacks_table(date=["2017-05-05"], country="SYR", source="ucdp")
    tally = rk.tally(table.drop(columns="vintage"), by="country", every="year", end="2017")
    assert tally.panel().loc["SYR"].tolist() == [1]


def test_a_region_of_one_source_is_watched_by_that_source_alone():
    table = attacks_table(
        date=["1992-05-05", "1994-05-05", "1996-05-05", "1998-05-05"],
        country="MLI",
        source=["gtd", "ucdp", "ucdp", "acled"],
    )
    asked = {"every": "year", "start": "1992", "end": "1998", "regions": None}
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # nothing is added up
        apart = rk.tally(table, by=["source", "country"], **asked)
    for source, region in zip(["acled", "gtd", "ucdp"], apart.regions, strict=True):
        alone = rk.tally(table[table["source"] == source], by="country", **asked)
        assert apart.panel().loc[region].equals(alone.panel().loc["MLI"]), region
    assert apart.panel().loc["gtd / MLI"].isna().tolist() == [False, True, *[False] * 5]
    assert not any("added up" in note for note in apart.notes)
    of_source = rk.tally(table, by="source", **asked | {"regions": ["gtd", "acled", "rand"]})
    assert of_source.watched["1993"].tolist() == [0, 0, 1]
    with pytest.warns(RiskkitWarning, match="added up"):
        together = rk.tally(table, by="country", **asked)
    assert (together.watched == 1).all(axis=None), "where one of them watched, there was a watch"
