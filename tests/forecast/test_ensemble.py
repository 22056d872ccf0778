"""Paths and reasons: draws hang together over periods, and say what they rest on."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import riskkit as rk
from riskkit.forecast import Analogues, OccurrenceSize, RecentHistory
from riskkit.forecast.alike import Alike
from riskkit.forecast.ensemble import in_step


def tally(values: np.ndarray) -> rk.Tally:
    months = pd.period_range("2010-01", periods=values.shape[1], freq="M")
    return rk.Tally.from_panel(
        deaths=pd.DataFrame(values, list("ABCDEFGHIJ")[: len(values)], months)
    )


@pytest.fixture(scope="module")
def wandering() -> np.ndarray:
    """Levels that stay: months of a region are alike, and its year is far from its next."""
    random = np.random.default_rng(3)
    levels = np.cumsum(random.normal(0, 0.25, (10, 120)), axis=1) * 0.6 + 2.5
    return random.poisson(np.exp(np.clip(levels, -2, 6))).astype(float)


@given(seed=st.integers(0, 10_000), draws=st.integers(2, 40), horizon=st.integers(1, 6))
@settings(max_examples=40, deadline=None)
def test_reordering_keeps_every_month_as_it_was(seed, draws, horizon):
    random = np.random.default_rng(seed)
    values = np.sort(random.poisson(2, (draws, horizon)), axis=0)
    paths = random.poisson(1, (draws, horizon)).astype(float)
    found = in_step(values, paths, random)
    np.testing.assert_array_equal(np.sort(found, axis=0), values)
    for step in range(horizon):
        low, high = found[paths[:, step] == 0, step], found[paths[:, step] > 0, step]
        if len(low) and len(high):
            assert low.max() <= high.min()


def test_totals_are_wider_than_of_months_drawn_apart(wandering):
    fitted = rk.ForecastPool(quantity="deaths").fit(tally(wandering))
    ahead = fitted.forecast(12, 1000, rng=1)
    apart = np.random.default_rng(1).permuted(ahead.draws, axis=0).sum(axis=2)
    whole = ahead.draws.sum(axis=2)
    np.testing.assert_allclose(whole.mean(axis=0), apart.mean(axis=0))
    assert np.median(whole.std(axis=0) / apart.std(axis=0)) > 1.7
    # Regions are drawn apart: which path comes as draw i says nothing of another region.
    ranks = whole.argsort(axis=0).argsort(axis=0)
    assert np.abs(np.corrcoef(ranks.T) - np.eye(10)).max() < 0.15


@pytest.mark.parametrize(
    "model", [rk.ForecastPool("deaths"), Analogues(), RecentHistory(), OccurrenceSize()]
)
def test_weights_of_an_explanation_add_up(model, wandering):
    counts = tally(wandering)
    table = model.fit(counts).explain("B", horizon=6)
    assert table["weight"].sum() == pytest.approx(1, abs=2e-3)
    assert (table["weight"] > 0).all() and table["weight"].is_monotonic_decreasing
    panel = counts.panel("deaths")
    told = [
        panel.loc[one, when] for one, when in zip(table["region"], table["period"], strict=True)
    ]
    np.testing.assert_array_equal(told, table["count"])
    others = set(table["region"]) - {"B"}
    assert bool(others) == (not isinstance(model, RecentHistory | OccurrenceSize))


def test_what_is_not_named_by_an_explanation_moves_nothing(wandering):
    """Take from the record what an explanation gives no weight: the forecast stays."""
    model = RecentHistory(half_life=1)
    table = model.fit(tally(wandering)).explain("C")
    named = table.loc[table["weight"] > 1e-5, "period"]
    panel = tally(wandering).panel("deaths")
    panel.loc["C", ~panel.columns.isin(named)] = 0
    before = model.fit(tally(wandering)).forecast(3, 500, 1).draws[:, 2].mean()
    after = model.fit(tally(panel.to_numpy())).forecast(3, 500, 1).draws[:, 2].mean()
    assert after == pytest.approx(before, rel=1e-3)


def test_what_would_change_it(wandering):
    steady = np.vstack([wandering, np.full(120, 40.0)])[1:]
    fitted = rk.ForecastPool("deaths").fit(tally(steady))
    table = fitted.what_if("J", horizon=12)
    assert table.loc["as it was", "change"] == 0
    assert table.loc["none", "mean"] < table.loc["half", "mean"] < table.loc["as it was", "mean"]
    assert table.loc["twice", "change"] > 0
    assert table.loc["as it was", "median"] == pytest.approx(40, abs=2)
    drawn = fitted.forecast(12, 1000, 1).draws[:, -1]
    assert table.loc["as it was", "mean"] == pytest.approx(drawn.mean(), rel=0.02)
    with pytest.raises(ValueError, match="region is 'Z'"):
        fitted.what_if("Z")
    with pytest.raises(ValueError, match="last is 0"):
        fitted.what_if("J", last=0)


def test_what_follows_a_steady_war_is_taken_from_steady_wars():
    random = np.random.default_rng(5)
    steady = random.poisson(200, (4, 120)).astype(float)
    wild = np.where(random.random((4, 120)) < 0.3, 700.0, 0.0)
    past = Alike.of(np.vstack([steady, wild]), 6)
    weights = past.weights(0)
    assert weights.sum() == pytest.approx(1)
    assert weights[past.region < 4].sum() > 0.95
