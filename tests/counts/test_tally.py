"""The tally: the same on every engine, nothing lost, not watched is not zero."""

import warnings

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import riskkit as rk
from riskkit.counts import count
from riskkit.errors import (
    MissingColumnError,
    NotEnoughIncidentsError,
    RiskkitWarning,
)
from riskkit.incidents.coverage import SourceFacts
from tests.counts.engines import attacks_table


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
