"""Tails: dots are the tolls on record, lines the laws; return levels are the fit's table."""

import numpy as np
import pytest

import riskkit as rk
from riskkit.lethality.distributions import GeneralisedExtremeValue, GeneralisedPareto


@pytest.fixture(scope="module")
def fitted():
    deaths, times = [0, 1, 2, 3, 5, 10, 40], [30, 60, 20, 9, 6, 4, 1]
    return rk.TailModel(xmin=2).fit(deaths, times)


def line(ax, label):
    (found,) = [x for x in ax.lines if x.get_label() == label]
    return found.get_xdata(), found.get_ydata()


def test_dots_are_shares_of_all_events(fitted):
    x, share = line(rk.plots.tail(fitted, replicates=20), "on record")
    assert list(x) == [1, 2, 3, 5, 10, 40]
    np.testing.assert_allclose(share, np.array([100, 40, 20, 11, 5, 1]) / 130)


def test_lines_and_band_are_the_tables(fitted):
    ax = rk.plots.tail(fitted, ["lognormal"], level=0.8, replicates=30, rng=2)
    (label,) = [x.get_label() for x in ax.lines if x.get_label().startswith("power law")]
    x, share = line(ax, label)
    table = fitted.survival(x, level=0.8, replicates=30, rng=2)
    np.testing.assert_allclose(share, table["estimate"])
    band = ax.collections[0].get_paths()[0].vertices
    assert band[:, 1].max() == pytest.approx(table["upper"].max())
    x, share = line(ax, "lognormal")
    np.testing.assert_allclose(share, 40 / 130 * fitted.fits()["lognormal"].sf(x))
    assert ax.get_xscale() == ax.get_yscale() == "log"
    assert "30 events without a death" in ax.get_figure().texts[0].get_text()


def test_an_unknown_alternative_is_refused(fitted):
    with pytest.raises(ValueError, match="accepted: up to 4 of power law with cutoff, lognormal"):
        rk.plots.tail(fitted, ["gamma"])


def test_return_levels_are_the_fits():
    law = GeneralisedPareto(10.0)
    values = np.append(law.rvs([0.2, 5.0], 60, rng=1), [5.0] * 140)
    fit = law.fit(values)
    ax = rk.plots.return_levels(fit, per_period=50)
    x, levels = line(ax, "generalised Pareto")
    table = fit.return_levels(x, per_period=50)
    np.testing.assert_allclose(levels, table["estimate"])
    x, seen = line(ax, "observed")
    assert (x[-1], seen[-1]) == (201 / 50, values.max())


def test_block_maxima_have_return_periods_in_blocks():
    fit = GeneralisedExtremeValue().fit(GeneralisedExtremeValue().rvs([0.1, 50.0, 10.0], 50, rng=1))
    ax = rk.plots.return_levels(fit)
    x, _ = line(ax, "observed")
    assert x[-1] == 51 and "blocks" in ax.get_xlabel()
    with pytest.raises(ValueError, match="per_period is 365"):
        rk.plots.return_levels(fit, per_period=365)
