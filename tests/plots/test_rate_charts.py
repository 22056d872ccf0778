"""Rates: dots and bars are the estimate's table."""

import numpy as np
import pandas as pd
import pytest

import riskkit as rk


def estimate(means, spread=0.2, notes=()):
    random = np.random.default_rng(1)
    draws = np.asarray(means) * np.exp(spread * random.standard_normal((500, len(means))))
    names = pd.Index([f"R{i}" for i in range(len(means))])
    return rk.Estimate(draws, names, "attack rate", "attacks per month", notes)


def dots(ax):
    (line,) = [x for x in ax.lines if x.get_label() == "estimate (mean)"]
    return line.get_xdata()


def test_dots_and_bars_are_the_table():
    rates = estimate([3.0, 1.0, 8.0])
    ax = rk.plots.rates(rates, level=0.8)
    table = rates.to_frame(0.8).sort_values("estimate", ascending=False)
    np.testing.assert_allclose(dots(ax), table["estimate"])
    bars = np.array([segment[:, 0] for segment in ax.collections[0].get_segments()])
    np.testing.assert_allclose(bars, table[["lower", "upper"]])
    assert [label.get_text() for label in ax.get_yticklabels()] == list(table.index)
    assert ax.get_xlabel() == "attacks per month"
    assert ax.get_xscale() == "linear"


def test_far_apart_rates_are_on_a_logarithmic_axis():
    ax = rk.plots.rates(estimate([0.01, 1.0, 90.0]))
    assert ax.get_xscale() == "log"
    assert ax.get_xlabel() == "attacks per month (logarithmic axis)"


def test_what_runs_off_a_logarithmic_axis_ends_in_an_arrow():
    draws = np.array([[0.0, 1.0, 100.0], [0.0, 2.0, 300.0]])
    rates = rk.Estimate(draws, pd.Index(list("ABC")), "attack rate", "attacks per month")
    ax = rk.plots.rates(rates)
    assert np.isnan(dots(ax)[-1])
    assert [line.get_marker() for line in ax.lines] == ["o", "<"]
    assert "An arrow" in ax.get_figure().texts[0].get_text()


def test_an_infinite_mean_is_named_and_not_drawn():
    draws = np.array([[1.0, 1.0], [2.0, np.inf]])
    rates = rk.Estimate(draws, pd.Index(["A", "B"]), "expected deaths", "deaths per attack")
    ax = rk.plots.rates(rates)
    assert np.isnan(dots(ax)[0]) and dots(ax)[1] == 1.5
    assert "the mean of B" in ax.get_figure().texts[0].get_text()


def test_only_the_largest_of_many_regions():
    ax = rk.plots.rates(estimate(np.arange(1, 121)), most=25)
    assert len(dots(ax)) == 25
    assert "The 25 largest of 120 regions." in ax.get_figure().texts[0].get_text()


def test_notes_are_printed():
    ax = rk.plots.rates(estimate([1.0, 2.0], notes=("No census: no rates.",)))
    assert "No census: no rates." in ax.get_figure().texts[0].get_text()


def test_shares_by_target_are_refused(tally):
    shares = rk.TargetModel().fit(tally).estimate(draws=50, rng=1)
    with pytest.raises(ValueError, match="targets"):
        rk.plots.rates(shares)
    with pytest.raises(ValueError, match="most is 0"):
        rk.plots.rates(estimate([1.0]), most=0)
