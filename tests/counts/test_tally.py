"""The tally: the same on every engine, nothing lost, not watched is not zero."""

import warnings

import duckdb
import ibis
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import riskkit as rk
from riskkit.counts import count
from riskkit.errors import (
    InvalidValueError,
    MissingColumnError,
    NotEnoughIncidentsError,
    RiskkitWarning,
)
from riskkit.incidents.coverage import Break, SourceFacts, Watch
from riskkit.incidents.schema import conform


def attacks_table(**columns) -> pd.DataFrame:
    n = len(columns["date"])
    return conform(
        pd.DataFrame(
            {"incident_id": [f"a{i}" for i in range(n)], "date_precision": "day", **columns}
        )
    )


@pytest.fixture
def messy() -> pd.DataFrame:
    random = np.random.default_rng(5)
    n = 3000
    table = attacks_table(
        date=pd.Timestamp("2015-01-01") + pd.to_timedelta(random.integers(0, 900, n), "D"),
        country=random.choice(["MLI", "NER", "BFA", None], n),
        admin1=random.choice(["North", "South"], n),
        target_group=random.choice(["civilians", "unknown", None], n),
        attack_type=random.choice(["Armed Assault", "Bombing/Explosion"], n),
        fatalities=pd.array(random.geometric(0.4, n) - 1, dtype="Int64"),
        injured=pd.array(random.integers(0, 3, n), dtype="Int64"),
    )
    table.loc[::7, "fatalities"] = pd.NA
    table.loc[::9, "fatalities_low"] = 0
    table.loc[::5, "injured"] = pd.NA
    table.loc[::50, "date"] = pd.NaT
    table.loc[::31, "date_precision"] = "year"
    return table


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


ENGINES = {
    "polars": pl.from_pandas,
    "lazy polars": lambda table: pl.from_pandas(table).lazy(),
    "pyarrow": pa.Table.from_pandas,
    "duckdb": lambda table: duckdb.from_arrow(pa.Table.from_pandas(table)),
    "ibis": lambda table: ibis.memtable(pa.Table.from_pandas(table)),
}


def same_tally(ours, theirs):
    pd.testing.assert_frame_equal(ours.counts, theirs.counts)
    pd.testing.assert_frame_equal(ours.watched, theirs.watched)
    pd.testing.assert_frame_equal(ours.exposure, theirs.exposure)
    pd.testing.assert_frame_equal(ours.parents, theirs.parents)
    pd.testing.assert_series_equal(ours.unplaced, theirs.unplaced)
    assert ours.notes == theirs.notes
    assert ours.breaks == theirs.breaks


def asked(every):
    return {
        "by": ["country", "admin1"],
        "every": every,
        "start": "2015-06-01",
        "end": "2016-12-31",
    }


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("every", ["day", "week", "month", "quarter", "year"])
def test_every_engine_gives_the_same_tally(messy, engine, every):
    ours = rk.tally(messy, **asked(every))
    same_tally(ours, rk.tally(ENGINES[engine](messy), **asked(every)))


@pytest.mark.filterwarnings("ignore:fetch_arrow_table:DeprecationWarning")  # Ibis asks DuckDB so
@pytest.mark.parametrize("engine", ["duckdb", "polars", "ibis", "pyarrow"])
def test_parquet_gives_the_same_tally_on_every_engine(messy, engine, tmp_path):
    path = str(tmp_path / "incidents.parquet")
    messy.to_parquet(path)
    read = {
        "duckdb": duckdb.read_parquet,
        "polars": pl.scan_parquet,
        "ibis": ibis.duckdb.connect().read_parquet,
        "pyarrow": pq.read_table,
    }
    asked = {"by": "country", "every": "month", "end": "2017-05"}
    same_tally(rk.tally(messy, **asked), rk.tally(read[engine](path), **asked))


LOOSE = {
    "floats": {"fatalities": [3.0, np.nan, 0.0], "injured": [np.nan, 1.0, 2.0]},
    "days as floats": {"days": [np.nan, 5.0, 1.0]},
    "text": {"fatalities": ["3", None, "0"]},
    "days of text": {"date": ["2017-06-18 00:00", "2017-06-20 05:00", None]},
    "nothing known": {"fatalities": None, "hostages": None},
}


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("case", LOOSE)
def test_loose_types_are_counted_as_what_they_mean(case, engine):
    table = attacks_table(date=["2017-06-18", "2017-06-20", "2017-07-02"], country="MLI")
    loose = table.assign(**LOOSE[case])
    asked = {"by": "country", "every": "month", "end": "2017-07"}
    same_tally(rk.tally(conform(loose), **asked), rk.tally(ENGINES[engine](loose), **asked))
    same_tally(rk.tally(conform(loose), **asked), rk.tally(loose.astype(object), **asked))


@pytest.mark.parametrize("engine", ["pandas", *ENGINES])
@pytest.mark.parametrize("toll", [1.9, np.inf])
def test_a_toll_that_is_no_whole_number_is_refused(engine, toll):
    table = attacks_table(date=["2017-06-18"] * 3, country="MLI").assign(injured=[toll, 2, np.nan])
    held = ENGINES.get(engine, pd.DataFrame)(table)
    with pytest.raises(InvalidValueError, match=f"'injured' holds {toll}; accepted: whole"):
        rk.tally(held, by="country", every="month", end="2017-06")


def test_what_is_no_toll_and_no_date_is_refused():
    table = attacks_table(date=["2017-06-18"], country="MLI")
    with pytest.raises(InvalidValueError, match=r"'injured' holds no numbers: .*many"):
        rk.tally(table.assign(injured="many"), by="country", every="month", end="2017-06")
    with pytest.raises(TypeError, match="'date' holds Int64; accepted: dates"):
        rk.tally(table.assign(date=20170618), by="country", every="month", end="2017-06")


def test_nan_of_polars_is_unknown_and_an_index_changes_nothing():
    table = attacks_table(date=["2017-06-18", "2017-06-20"], country="MLI", fatalities=[3, None])
    asked = {"by": "country", "every": "month", "end": "2017-06"}
    known = rk.tally(table, **asked)
    nan = pl.from_pandas(table).with_columns(pl.Series("fatalities", [3.0, float("nan")]))
    same_tally(known, rk.tally(nan, **asked))
    same_tally(known, rk.tally(table.set_index(["country", "date"], drop=False), **asked))


@pytest.fixture(scope="module")
def spark():
    """A Spark of one thread. It needs Java; without it the tests fail, they aren't skipped."""
    from pyspark.sql import SparkSession

    built = SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false")
    session = built.config("spark.sql.shuffle.partitions", "1").getOrCreate()
    yield session
    session.stop()


@pytest.mark.filterwarnings("ignore:PySpark does not yet fully support pandas:FutureWarning")
@pytest.mark.parametrize("every", ["day", "month", "year"])
def test_spark_gives_the_same_tally(messy, spark, every, tmp_path):
    path = str(tmp_path / "incidents.parquet")
    messy.to_parquet(path)
    ours = rk.tally(messy, **asked(every))
    same_tally(ours, rk.tally(spark.read.parquet(path), **asked(every)))


def test_every_row_is_counted_or_unplaced_with_a_reason(messy):
    tally = rk.tally(
        messy, by="country", every="month", start="2015-03", end="2016-12", regions=["MLI", "NER"]
    )
    assert tally.counts["attacks"].sum() + tally.unplaced.sum() == len(messy)
    assert set(tally.unplaced.index) == {
        "no date",
        "date not known to the month",
        "no region",
        "region not asked for",
        "before the start",
        "after the end",
    }
    assert tally.unplaced["no date"] == messy["date"].isna().sum()


def test_unknown_and_zero_never_merge():
    tally = rk.tally(
        attacks_table(
            date=["2020-01-05"] * 4,
            country=["MLI"] * 4,
            fatalities=[None, 0, 0, 3],
            injured=[2, None, 1, None],
        ),
        by="country",
        every="month",
        end="2020-02",
    )
    tolls = tally.fatalities()
    assert tolls["fatalities"].tolist()[:2] == [0, 3]
    assert tolls["fatalities"].isna().sum() == 1
    assert tolls["attacks"].tolist() == [2, 1, 1]
    assert tally.panel("deaths").loc["MLI"].tolist() == [3.0, 0.0]
    assert "1 attacks have an unknown toll" in " ".join(tally.notes)
    assert tally.counts["injured"].tolist() == [1, pd.NA, 2]


def test_deaths_are_not_known_where_all_tolls_are_unknown():
    tally = rk.tally(
        attacks_table(date=["2020-01-05"], country=["MLI"], fatalities=[None]),
        by="country",
        every="month",
        end="2020-02",
    )
    deaths = tally.panel("deaths").loc["MLI"]
    assert np.isnan(deaths.iloc[0]) and deaths.iloc[1] == 0


def test_regions_without_attacks_stay_in():
    tally = rk.tally(
        attacks_table(date=["2020-01-05"], country=["MLI"]),
        by="country",
        every="month",
        end="2020-01",
        regions=["TCD", "MLI"],
    )
    assert list(tally.regions) == ["TCD", "MLI"]
    assert tally.panel().loc["TCD"].tolist() == [0.0]


def test_by_none_is_one_region_and_several_columns_nest():
    table = attacks_table(
        date=["2020-01-05", "2020-02-05"], country=["MLI", "NER"], admin1=["Gao", None]
    )
    one = rk.tally(table, by=None, every="month", end="2020-02")
    assert one.panel().to_numpy().tolist() == [[1.0, 1.0]]
    nested = rk.tally(table, by=["country", "admin1"], every="month", end="2020-02")
    assert list(nested.regions) == ["MLI / Gao"]
    assert nested.parents.loc["MLI / Gao"].to_dict() == {"country": "MLI"}
    assert nested.unplaced.to_dict() == {"no region": 1}


def test_weeks_begin_on_monday():
    table = attacks_table(date=["2020-03-01", "2020-03-02"], country=["MLI", "MLI"])
    tally = rk.tally(table, by="country", every="week", end="2020-03-08")
    assert [str(week) for week in tally.periods] == [
        "2020-02-24/2020-03-01",
        "2020-03-02/2020-03-08",
    ]
    assert tally.panel().to_numpy().tolist() == [[1.0, 1.0]]


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


@pytest.mark.parametrize(
    ("change", "error", "words"),
    [
        ({"every": "fortnight"}, ValueError, "accepted: day, week, month"),
        ({"by": "county"}, MissingColumnError, "no column 'county'"),
        ({"by": "date"}, ValueError, "by names 'date'; accepted: columns that tell where"),
        ({"by": "fatalities"}, ValueError, "by names 'fatalities'"),
        ({"by": ["country", "country"]}, ValueError, "by names 'country' twice"),
        ({"start": "2021-01", "end": "2020-01"}, ValueError, "before start"),
        ({"regions": "MLI"}, ValueError, "accepted: a list"),
        ({"regions": ["MLI", "MLI"]}, ValueError, "twice"),
        ({"exposure": pd.Series({"NER": 1.0})}, ValueError, "exposure is missing for 'MLI'"),
        ({"exposure": pd.Series({"MLI": -1.0})}, ValueError, "negative"),
        ({"coverage": {"TCD": (None, None)}}, ValueError, "'TCD'"),
        (
            {"coverage": {"MLI": "2009"}},
            ValueError,
            "coverage of 'MLI' is '2009'; accepted: .first",
        ),
        ({"coverage": {"MLI": ("2009",)}}, ValueError, "accepted: .first day, last day"),
        ({"coverage": {"MLI": ("x", "y")}}, ValueError, "'x' can't be read as a day"),
        ({"coverage": {"MLI": ("2020", "2019")}}, ValueError, "the last not before the first"),
        ({"start": "soon"}, ValueError, "'soon' can't be read as a month"),
        ({"end": pd.NaT}, ValueError, "NaT can't be read as a month"),
    ],
)
def test_wrong_arguments_are_named(change, error, words):
    table = attacks_table(date=["2020-01-05"], country=["MLI"])
    asked = {"by": "country", "every": "month", "end": "2020-01"} | change
    with pytest.raises(error, match=words):
        rk.tally(table, **asked)


def test_no_dated_incident_needs_a_span():
    table = attacks_table(date=[pd.NaT], country=["MLI"])
    with pytest.raises(NotEnoughIncidentsError, match="give start= and end="):
        rk.tally(table, by="country", every="month")
    tally = rk.tally(
        table, by="country", every="month", start="2020-01", end="2020-03", regions=["MLI"]
    )
    assert tally.panel().sum(axis=None) == 0 and tally.unplaced.sum() == 1


def test_a_plain_pandas_table_is_not_changed(messy):
    before = messy.copy()
    rk.tally(messy, by="country", every="month", end="2016-12")
    pd.testing.assert_frame_equal(messy, before)


rows = st.lists(
    st.tuples(
        st.sampled_from(["A", "B", "C"]),
        st.integers(0, 400),
        st.one_of(st.none(), st.integers(0, 5)),
    ),
    min_size=1,
    max_size=30,
)


def small_tally(events) -> rk.Tally:
    table = attacks_table(
        date=[pd.Timestamp("2020-01-01") + pd.Timedelta(days=day) for _, day, _ in events],
        country=[region for region, _, _ in events],
        fatalities=pd.array([toll for _, _, toll in events], dtype="Int64"),
    )
    return rk.tally(
        table, by="country", every="month", start="2020-01", end="2021-02", regions=["A", "B", "C"]
    )


@settings(max_examples=10, deadline=None)
@given(rows, st.randoms())
def test_row_order_does_not_matter(events, shuffler):
    mixed = list(events)
    shuffler.shuffle(mixed)
    pd.testing.assert_frame_equal(small_tally(events).counts, small_tally(mixed).counts)


@settings(max_examples=10, deadline=None)
@given(rows, rows)
def test_parts_add_up_to_the_whole(some, others):
    parts = small_tally(some).panel() + small_tally(others).panel()
    pd.testing.assert_frame_equal(parts, small_tally(some + others).panel())


@settings(max_examples=10, deadline=None)
@given(rows)
def test_panel_tolls_and_targets_hold_every_attack(events):
    tally = small_tally(events)
    assert tally.panel().sum(axis=None) == len(events)
    assert tally.fatalities()["attacks"].sum() == len(events)
    assert tally.targets()["attacks"].sum() == len(events)
    deaths = sum(toll or 0 for _, _, toll in events)
    assert tally.panel("deaths").sum(axis=None) == deaths


def test_mixed_sources_warn(monkeypatch):
    facts = {
        "A": SourceFacts("A", "A", unit="attack"),
        "B": SourceFacts("B", "B", unit="event with deaths", deadly_only=True),
    }
    monkeypatch.setattr(count, "source_facts", facts.__getitem__)
    table = attacks_table(date=["2020-01-05"] * 2, country=["MLI"] * 2, source=["A", "B"])
    with pytest.warns(RiskkitWarning, match="count different things"):
        tally = rk.tally(table, by="country", every="month", end="2020-01")
    assert tally.deadly_only
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        rk.tally(table.iloc[:1], by="country", every="month", end="2020-01")


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


def test_events_that_ran_over_days_are_counted_but_are_no_single_attacks():
    table = attacks_table(
        date=pd.to_datetime(["2020-01-05", "2020-01-05", "2020-02-01", "2020-02-03"]),
        country="MLI",
        fatalities=pd.array([3, 3, 60, 1], dtype="Int64"),
        days=pd.array([1, None, 7, 1], dtype="Int64"),
    )
    counted = rk.tally(table, by="country", every="month", end="2020-02")
    assert counted.panel("attacks").loc["MLI"].tolist() == [2.0, 2.0]
    assert counted.panel("deaths").sum(axis=None) == 67
    single, long = counted.fatalities(), counted.fatalities(multi_day=True)
    assert dict(zip(single["fatalities"], single["attacks"], strict=True)) == {1: 1, 3: 2}
    assert (long["fatalities"].tolist(), long["attacks"].tolist()) == ([60], [1])
    assert any(note.startswith("1 events with 60 deaths ran over days") for note in counted.notes)
    for engine in (pl.from_pandas, pa.Table.from_pandas):
        again = rk.tally(engine(table), by="country", every="month", end="2020-02")
        pd.testing.assert_frame_equal(again.counts, counted.counts)


def test_a_table_made_before_days_were_kept_is_counted():
    table = attacks_table(date=pd.to_datetime(["2020-01-05"]), country="MLI").drop(columns="days")
    counted = rk.tally(table, by="country", every="month", end="2020-01")
    assert not counted.counts["multi_day"].any() and counted.fatalities(multi_day=True).empty
