"""Backtests: dots are what came, bars what was foreseen."""

import numpy as np
import pytest

import riskkit as rk


@pytest.fixture(scope="module")
def past(tally):
    return rk.backtest(
        {"risk": rk.RiskModel()}, tally, start="2016-12", draws=60, rng=1, progress=False
    )


def test_the_world_is_the_table(past):
    ax = rk.plots.backtest(past, "last year")
    table = past.world().loc["last year"]
    observed = next(line for line in ax.lines if line.get_label() == "what came")
    np.testing.assert_array_equal(observed.get_ydata(), table["observed"])
    bars = np.array([segment[:, 1] for segment in ax.collections[0].get_segments()])
    np.testing.assert_allclose(bars, table[["lower", "upper"]])
    assert ax.get_ylabel() == "attacks in 12 months"
    assert "lie inside their interval" in ax.get_figure().texts[0].get_text()


def test_reliability_is_the_table(past):
    ax = rk.plots.reliability(past, bins=3)
    table = past.reliability(bins=3)
    dots = next(line for line in ax.lines if line.get_label() == "forecasts")
    np.testing.assert_allclose(dots.get_xdata(), table["chance"])
    np.testing.assert_allclose(dots.get_ydata(), table["share"])
    assert "10 or more" in ax.get_xlabel()


def test_pit_bars_are_the_table(past):
    ax = rk.plots.pit(past, bins=5)
    np.testing.assert_allclose(ax.patches[0].get_data().values, past.pit(bins=5)["risk"])
    assert ax.lines[0].get_ydata()[0] == pytest.approx(0.2)


def test_an_unknown_model_is_named(past):
    with pytest.raises(ValueError, match="model is 'luck'; accepted: one of risk"):
        rk.plots.backtest(past, "luck")
