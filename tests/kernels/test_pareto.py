"""The discrete generalised Pareto against direct summation and scipy."""

import numpy as np
import pytest
from scipy.stats import genpareto

from riskkit.kernels.pareto import bounded_mean, log_pmf, quantile, survival, tail_posterior

SHAPES = [0.0, 1e-9, 0.2, 0.7, 1.0, 1.0 + 1e-9, 1.8]


@pytest.mark.parametrize("shape", SHAPES)
def test_survival_is_scipys_at_whole_numbers(shape):
    x = np.arange(10, 400)
    np.testing.assert_allclose(
        survival(x, 10, shape, 6.5), genpareto.sf(x - 10, shape, scale=6.5), rtol=1e-5
    )


@pytest.mark.parametrize("shape", SHAPES)
def test_pmf_is_the_difference_of_the_survival(shape):
    x = np.arange(10, 200)
    direct = survival(x, 10, shape, 6.5) - survival(x + 1, 10, shape, 6.5)
    np.testing.assert_allclose(np.exp(log_pmf(x, 10, shape, 6.5)), direct, rtol=1e-6, atol=1e-17)


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("largest", [10, 12, 210, 211, 4_000])
def test_bounded_mean_is_the_sum(shape, largest):
    direct = 10 + survival(np.arange(11, largest + 1), 10, shape, 6.5).sum()
    assert bounded_mean(10, shape, 6.5, largest) == pytest.approx(direct, rel=1e-9)


def test_quantile_inverts_the_survival():
    x = np.arange(10, 2_000)
    upper = survival(x, 10, 0.8, 6.5)
    np.testing.assert_array_equal(quantile(upper * (1 - 1e-12), 10, 0.8, 6.5, 1e9), x)
    assert quantile(1e-300, 10, 2.5, 6.5, 5e4) == 5e4


def test_posterior_holds_the_truth():
    rng = np.random.default_rng(2)
    deaths = quantile(1 - rng.random(20_000), 10, 0.7, 6.5, 1e9)
    values, times = np.unique(deaths, return_counts=True)
    shape, log_scale = tail_posterior(values, times, 10).mean()
    assert shape == pytest.approx(0.7, abs=0.04)
    assert 10 * np.exp(log_scale) == pytest.approx(6.5, abs=0.3)
