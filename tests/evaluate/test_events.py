"""Chances of a deadly attack, against what came."""

import numpy as np
import pandas as pd
import pytest

import riskkit as rk
from riskkit.evaluate import reliability
from riskkit.evaluate.scoring import events


@pytest.fixture(scope="module")
def tally() -> rk.Tally:
    return rk.tally(rk.load_dataset("census"), by="country", every="month")


def test_past_share_and_outcome_are_read_off_the_record(tally):
    origin = pd.Period("2013-12", "M")
    chance = pd.Series(0.5, tally.regions)
    found = events(chance, tally, origin, 12, 10).set_index("region")
    rows = tally.counts[tally.counts["fatalities"] >= 10]
    deadly = rows.groupby(["region", rows["period"].dt.year])["attacks"].sum()
    for region, row in found.iterrows():
        assert row["happened"] == ((region, 2014) in deadly.index)
        years = [
            y
            for y in range(2004, 2014)
            if tally.watched.loc[region, f"{y}-01" : f"{y}-12"].min() == 1
        ]
        came = sum((region, year) in deadly.index for year in years)
        assert row["past"] == pytest.approx((came + 0.5) / (len(years) + 1))


def test_a_risk_model_is_scored_on_attacks_and_on_deadly_attacks(tally):
    past = rk.backtest({"risk": rk.RiskModel()}, tally, start="2018-12", rng=1, progress=False)
    assert past.quantity == "attacks"
    table = past.brier()
    assert table.loc["risk", "n"] == 30
    assert 0 < table.loc["risk", "brier"] < 0.25
    bins = past.reliability(bins=3)
    assert bins["n"].sum() == 30
    with pytest.raises(ValueError, match="risk"):
        past.reliability("other")


def test_reliability_covers_what_is_reliable():
    rng = np.random.default_rng(1)
    chance = rng.random(5000)
    table = reliability(chance, rng.random(5000) < chance, bins=20)
    assert table["chance"].between(table["lower"], table["upper"]).sum() >= 16
    with pytest.raises(ValueError, match="shape"):
        reliability([0.1], [1, 0])
