"""The drifting level's filter, piece by piece."""

import numpy as np
import pytest
from scipy.special import gammainc
from scipy.stats import nbinom, poisson

from riskkit.kernels.level_filter import (
    geometric_ratio,
    log_kernel,
    log_pmf_terms,
    walk_step,
)
from riskkit.kernels.level_prior import gamma_below


@pytest.mark.parametrize("variance", [1e-9, 1e-3, 0.2, 3.0, 500.0])
def test_a_geometric_step_has_the_variance_asked_for(variance):
    p = geometric_ratio(variance)
    assert 2 * p / (1 - p) ** 2 == pytest.approx(variance, rel=1e-5)


def test_no_variance_is_no_step():
    assert geometric_ratio(0.0) == 0.0


@pytest.mark.parametrize("count", [0.0, 3.0, 49.0, 50.0, 4000.0])
@pytest.mark.parametrize("mean", [1e-3, 7.0, 5000.0])
def test_log_probability_is_scipys(count, mean):
    found = log_pmf_terms(count, 0.0) + log_kernel(count, mean, np.log(mean), 0.0)
    assert found == pytest.approx(poisson.logpmf(count, mean), rel=1e-9, abs=1e-9)
    found = log_pmf_terms(count, 0.8) + log_kernel(count, mean, np.log(mean), 0.8)
    expected = nbinom.logpmf(count, 1 / 0.8, 1 / (1 + 0.8 * mean))
    assert found == pytest.approx(expected, rel=1e-7, abs=1e-7)


def test_a_step_keeps_the_mass_and_adds_its_variance():
    places = np.arange(401) - 200.0
    f = np.zeros((401, 2))
    f[200] = 1.0
    walk_step(
        f, np.empty((401, 2)), np.array([1.0, 0.05]), np.array([0.3, 40.0]), np.ones(401),
        np.zeros(2),
    )  # fmt: skip
    assert f.sum(axis=0) == pytest.approx([1.0, 1.0])
    assert places**2 @ f == pytest.approx([0.3, 0.05 * 40.0], rel=1e-6)
    assert places @ f == pytest.approx([0.0, 0.0], abs=1e-9)


def test_a_flat_likelihood_stays_flat():
    f = np.ones((50, 1))
    walk_step(f, np.empty((50, 1)), np.ones(1), np.array([9.0]), np.ones(50), np.zeros(1))
    assert f == pytest.approx(np.ones((50, 1)))


@pytest.mark.parametrize("shape", [0.03, 0.5, 4.0, 30.0])
@pytest.mark.parametrize("x", [0.0, 1e-8, 0.3, 5.0, 60.0])
def test_gamma_below_is_the_incomplete_gamma(shape, x):
    assert gamma_below(shape, x) == pytest.approx(gammainc(shape, x), rel=1e-9, abs=1e-12)
