"""The beta-binomial against scipy, and shares that borrow."""

import numpy as np
import pytest
from scipy.special import comb
from scipy.stats import betabinom

from riskkit.kernels.betabinomial import log_likelihood, pooled_posterior


def test_likelihood_is_scipys_without_coefficients():
    s, n = np.array([0, 3, 10, 7]), np.array([5, 9, 10, 400])
    direct = betabinom.logpmf(s, n, 0.2 * 6, 0.8 * 6) - np.log(comb(n, s))
    assert log_likelihood(s, n, 0.2, 6.0) == pytest.approx(direct.sum(), rel=1e-10)


def test_alike_regions_have_a_high_concentration():
    rng = np.random.default_rng(1)
    n = np.full(60, 200)
    alike = pooled_posterior(rng.binomial(n, 0.1), n).mean()
    unlike = pooled_posterior(rng.binomial(n, rng.beta(0.5, 4.5, 60)), n).mean()
    assert alike[1] > 4.5 > 2.5 > unlike[1]


@pytest.mark.parametrize("case", [([], []), ([0], [0]), ([5e6], [1e8]), ([0] * 9, [50] * 9)])
def test_odd_data_give_a_proper_posterior(case):
    grid = pooled_posterior(*case)
    assert grid.mass.sum() == pytest.approx(1) and np.isfinite(grid.log_total)
