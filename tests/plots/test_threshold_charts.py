"""Thresholds: dots and bars are the rows of the tables."""

import numpy as np
import pytest

import riskkit as rk
from riskkit.lethality.distributions import DiscreteGeneralisedPareto


@pytest.fixture(scope="module")
def found():
    deaths = DiscreteGeneralisedPareto(1).rvs([0.5, 4.0], 400, rng=3)
    return rk.lethality.threshold_diagnostics(deaths)


@pytest.mark.parametrize("kind", ["mean excess", "shape", "modified scale"])
def test_dots_and_bars_are_rows(found, kind):
    table = found.mean_excess(0.8) if kind == "mean excess" else found.stability(0.8).loc[kind]
    ax = rk.plots.thresholds(found, kind, level=0.8)
    x, y = ax.lines[0].get_data()
    np.testing.assert_array_equal(x, table.index)
    np.testing.assert_allclose(y, table["estimate"])
    bars = np.array([bar[:, 1] for bar in ax.collections[0].get_segments()])
    np.testing.assert_allclose(bars, table[["lower", "upper"]])
    # A mean excess is straight on a plain axis only.
    assert ax.get_xscale() == ("linear" if kind == "mean excess" else "log")


def test_hill_is_a_line_in_a_band(found):
    ax = rk.plots.thresholds(found, "hill")
    table = found.hill()
    x, y = ax.lines[0].get_data()
    np.testing.assert_allclose(x[::-1], table["threshold"])
    np.testing.assert_allclose(y[::-1], table["estimate"])


def test_the_upper_axis_counts_what_lies_beyond(found):
    ax = rk.plots.thresholds(found, "shape")
    labels = [label.get_text() for label in ax.child_axes[0].get_xticklabels()]
    assert labels[0] == "400"


def test_an_unknown_kind_is_refused(found):
    with pytest.raises(ValueError, match="accepted: mean excess, shape, modified scale, hill"):
        rk.plots.thresholds(found, "qq")
