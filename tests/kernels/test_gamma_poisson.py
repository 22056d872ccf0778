"""The filter against the textbook's sums, and its likelihood against independent years."""

import numpy as np
import pytest
from scipy.stats import nbinom

from riskkit.kernels import gamma_poisson


def test_without_a_prior_it_is_the_textbooks_weighted_sums():
    counts = np.random.default_rng(1).poisson(4, (3, 60)).astype(float)
    a, b, _ = gamma_poisson.discounted(counts, np.ones((3, 60)), 0.8, 1e-12, 1e-12)
    weights = 0.8 ** np.arange(60)[::-1]
    np.testing.assert_allclose(a, counts @ weights)
    np.testing.assert_allclose(b, weights.sum())


def test_without_forgetting_it_is_the_conjugate_posterior():
    counts = np.array([[3.0, np.nan, 1.0]])
    seen = np.array([[1.0, 0.0, 0.5]])
    a, b, llf = gamma_poisson.discounted(counts, seen, 1.0, 2.0, 1.5)
    assert (a[0], b[0]) == pytest.approx((6.0, 3.0))
    first = nbinom.logpmf(3, 2, 1.5 / 2.5)
    second = nbinom.logpmf(1, 5, 2.5 / 3.0)
    assert llf[0] == pytest.approx(first + second)


def test_far_ahead_only_the_prior_is_left():
    a, b = gamma_poisson.ahead(np.array([90.0]), np.array([3.0]), 400, 0.9, (2.0, 4.0))
    assert (a[0], b[0]) == pytest.approx((2.0, 4.0))
