"""The data that ship: made again byte for byte, whole, and true to what is written beside them."""

import runpy
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import riskkit as rk
from riskkit.incidents.schema import COLUMNS, GROUP_OF_TARGET
from riskkit.incidents.sources import source_facts

DATASETS = Path(__file__).parents[2] / "datasets"


@pytest.fixture(scope="module")
def census() -> pd.DataFrame:
    return rk.load_dataset("census")


@pytest.fixture(scope="module")
def script() -> dict:
    return runpy.run_path(str(DATASETS / "make_census.py"))


def test_the_script_makes_the_same_bytes(tmp_path, script):
    script["write"](tmp_path)
    for path in tmp_path.rglob("*.csv"):
        there = DATASETS / path.relative_to(tmp_path)
        assert path.read_bytes() == there.read_bytes(), there.name


def test_unknown_names_are_told_the_known_ones():
    with pytest.raises(ValueError, match="west_africa, census"):
        rk.load_dataset("africa")


def test_west_africa_is_whole_and_says_that_it_is_no_census():
    attacks = rk.load_dataset("west_africa")
    assert len(attacks) == 226
    assert attacks["source_url"].str.startswith("http").all()
    assert (attacks["source"] == "west_africa").all()
    months = rk.tally(attacks, by="country", every="year", start="2009", end="2022")
    assert not months.census
    assert any("no rates" in note for note in months.notes)


def test_census_has_the_layout_and_the_groups_of_the_schema(census):
    assert list(census.columns) == [column.name for column in COLUMNS]
    known = census.dropna(subset=["target_type"])
    assert (known["target_group"] == known["target_type"].map(GROUP_OF_TARGET)).all()
    assert census["country"].str.fullmatch("XA[A-J]").all()


def test_coverage_table_is_what_the_source_facts_say(census):
    facts = source_facts("simulated")
    table = rk.load_dataset("census_coverage")
    for country, spans in table.groupby("country"):
        days = pd.DatetimeIndex(
            np.concatenate([pd.date_range(a, b) for a, b in spans[["start", "end"]].to_numpy()])
        )
        expected = pd.DatetimeIndex(
            np.concatenate([pd.date_range(a, b) for a, b in facts.spans(country)])
        )
        for first, last in facts.holes(country):
            expected = expected[(expected < first) | (expected > last)]
        assert days.equals(expected)


def test_counts_agree_with_the_true_rates(census):
    months = rk.tally(census, by="country", every="month")
    counts = months.panel("attacks")
    rates = rk.load_dataset("census_rates").pivot_table(
        index="country", columns="period", values="rate", aggfunc="sum"
    )
    mean = rates.reindex(index=counts.index, columns=counts.columns)
    mean = mean.where(counts.notna())
    noise = mean + 0.3 * mean**2
    z = (counts.sum(axis=1) - mean.sum(axis=1)) / np.sqrt(noise.sum(axis=1))
    assert z.abs().max() < 3
    assert counts.loc["XAH", :"2009-12"].isna().all()
    assert counts.loc["XAC", "2012-03":"2012-08"].isna().all()


def test_tolls_agree_with_the_true_lethality(census):
    truth = rk.load_dataset("census_lethality").set_index("country")
    tolls = census.dropna(subset=["fatalities"]).astype({"fatalities": int})
    for at_least, column in ((1, "one_or_more"), (10, "ten_or_more"), (100, "hundred_or_more")):
        hits = (tolls["fatalities"] >= at_least).groupby(tolls["country"]).agg(["sum", "size"])
        mean = truth[column] * hits["size"]
        z = (hits["sum"] - mean) / np.sqrt(mean * (1 - truth[column]))
        assert (z[mean > 2].abs() < 3).all()
        assert abs(hits["sum"].sum() - mean.sum()) < 3 * np.sqrt(mean.sum())


def test_targets_agree_with_the_true_shares(census):
    truth = rk.load_dataset("census_targets")
    assert truth.groupby(["country", "since"])["share"].sum().to_numpy() == pytest.approx(
        1, abs=1e-5
    )
    later = census[(census["country"] == "XAB") & (census["date"] >= "2013-02-01")]
    share = (later["target_type"] == "Military").mean()
    true = truth.query("country == 'XAB' and target_type == 'Military'").set_index("since")["share"]
    assert share == pytest.approx(0.96 * true["2013-01"], abs=0.03)
    assert true["2013-01"] < 0.5 * true["2004-01"]
