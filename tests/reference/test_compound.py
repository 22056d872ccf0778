"""Compound distributions with published answers, to the digits that were published."""

import numpy as np
import pytest
from scipy import stats
from scipy.interpolate import CubicSpline
from scipy.optimize import brentq

from riskkit.kernels.compound import (
    compound,
    discretise,
    generating_function,
    panjer,
    tail_value_at_risk,
    value_at_risk,
)

DIE = np.array([0, 1, 1, 1, 1, 1, 1]) / 6


def poisson_pgf(mean):
    return lambda z: np.exp(mean * (z - 1))


def gamma_on_a_lattice():
    shape = 2.0
    return discretise(
        stats.gamma(shape).cdf,
        lambda x: shape * stats.gamma(shape + 1).cdf(x) + x * stats.gamma(shape).sf(x),
        step=0.5,
        size=45,
    )


@pytest.mark.parametrize("method", ["panjer", "fourier"])
def test_poisson_of_gamma_rounded_so_that_the_mean_is_kept(method):
    severity = gamma_on_a_lattice()
    if method == "panjer":
        pmf = panjer(severity, 0.0, 10.0, float(np.exp(10 * (severity[0] - 1))), size=200)
    else:
        pmf = compound(severity, poisson_pgf(10.0), size=200)
    # The source ends its recursion as soon as it holds all but a millionth of the chance.
    pmf = pmf[: np.searchsorted(np.cumsum(pmf), 1 - 1e-6) + 1]
    points = 0.5 * np.arange(len(pmf))
    assert points @ pmf == pytest.approx(19.99994, abs=5e-6)
    levels = np.array([0.90, 0.95, 0.99])
    value = 0.5 * value_at_risk(pmf, levels)
    np.testing.assert_array_equal(value, [30.5, 34, 41])
    beyond = [points[points > v] @ pmf[points > v] / pmf[points > v].sum() for v in value]
    np.testing.assert_allclose(beyond, [35.4187, 38.5492, 45.0107], atol=1e-4)
    assert (0.5 * tail_value_at_risk(pmf / pmf.sum(), levels) < beyond).all()


def poisson_of_exponential(step):
    """Lattice law, and the smooth curves through its middle: F and the expected excess."""
    size = round(45 / step)
    severity = discretise(stats.expon.cdf, stats.expon.cdf, step, size)
    pmf = compound(severity, poisson_pgf(5.0), size)
    x = step * np.arange(size)
    cdf = CubicSpline(x[1:], (np.cumsum(pmf) - pmf / 2)[1:])
    excess = CubicSpline(x, np.cumsum(((1 - np.cumsum(pmf)) * step)[::-1])[::-1])
    return cdf, excess


def test_poisson_of_exponential():
    coarse, fine = poisson_of_exponential(1 / 64), poisson_of_exponential(1 / 128)

    def extrapolated(curve, x):
        # The error of a lattice of step h is of order h^2.
        return (4 * float(fine[curve](x)) - float(coarse[curve](x))) / 3

    assert extrapolated(0, 5.0) == pytest.approx(0.56391667, abs=1e-8)
    assert extrapolated(0, 10.0) == pytest.approx(0.92560799, abs=1e-8)
    published = {
        0.99: (14.40437933, 16.35278102),
        0.995: (15.791745, 17.68281227),
        0.999: (18.85006831, 20.64033826),
    }
    for p, (value, tail) in published.items():
        v = brentq(lambda x, p=p: extrapolated(0, x) - p, 10, 25, xtol=1e-12)
        assert v == pytest.approx(value, abs=1e-6)
        assert v + extrapolated(1, v) / (1 - p) == pytest.approx(tail, abs=1e-6)


def test_a_die_thrown_as_many_times_as_a_die_shows():
    pmf = compound(DIE, lambda z: generating_function(DIE, z), size=37)
    points = np.arange(37)
    exact = {1: 1 / 36, 6: 16807 / 279936, 12: 749 / 15552, 36: 1 / 279936}
    for sum_of_throws, chance in exact.items():
        assert pmf[sum_of_throws] == pytest.approx(chance, abs=1e-12)
    mean = points @ pmf
    assert mean == pytest.approx(49 / 4, abs=1e-10)
    assert (points - mean) ** 2 @ pmf == pytest.approx(735 / 16, abs=1e-9)


def test_poisson_of_logarithmic_is_negative_binomial():
    severity = np.concatenate([[0.0], stats.logser.pmf(np.arange(1, 200), 0.6)])
    pmf = panjer(severity, 0.0, 2.0, float(np.exp(-2.0)), size=60)
    exact = stats.nbinom.pmf(np.arange(60), -2 / np.log(0.4), 0.4)
    np.testing.assert_allclose(pmf, exact, rtol=0, atol=1e-15)
    assert -2 / np.log(0.4) == pytest.approx(2.182713, abs=1e-6)
    np.testing.assert_allclose(compound(severity, poisson_pgf(2.0), 60), exact, rtol=0, atol=1e-12)
