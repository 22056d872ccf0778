"""Profiles of the generalised Pareto against the likelihood on a fine grid."""

import numpy as np
import pytest
from scipy import stats

from riskkit.kernels import pareto
from riskkit.kernels.pareto_profile import interval, log_likelihood


@pytest.mark.parametrize("shape", [-0.4, -1e-12, 0.3, 1.7])
def test_likelihood_is_the_densitys(shape):
    x, n = np.array([0.0, 1.0, 4.0, 9.0]), np.array([5.0, 3.0, 2.0, 1.0])
    real = n @ stats.genpareto.logpdf(x, shape, scale=6.0)
    assert log_likelihood(x, n, shape, 6.0, False) == pytest.approx(real, rel=1e-9)
    whole = n @ pareto.log_pmf(x, 0, shape, 6.0)
    assert log_likelihood(x, n, shape, 6.0, True) == pytest.approx(whole, rel=1e-9)


def test_values_beyond_the_end_have_no_likelihood():
    x, n = np.array([1.0, 9.0]), np.ones(2)
    assert log_likelihood(x, n, -0.5, 4.0, False) == -np.inf
    assert log_likelihood(x, n, -1.5, 40.0, False) == -np.inf


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("modified", [False, True])
def test_ends_are_where_the_profile_falls(seed, modified):
    # A dozen values of a bounded tail: one end is where values would be beyond the support.
    x = np.sort(stats.genpareto(-0.3, scale=5.0).rvs(12, random_state=seed))
    n, u, drop = np.ones(12), 20.0, 1.35
    shapes, scales = np.meshgrid(np.linspace(-1, 3, 801), np.geomspace(0.5, 60, 1_601))
    left = scales[..., None] + shapes[..., None] * x
    with np.errstate(all="ignore"):
        each = -(1 + 1 / shapes[..., None]) * np.log(left / scales[..., None])
        height = np.where((left > 0).all(-1), each.sum(-1) - 12 * np.log(scales), -np.inf)
    height = np.nan_to_num(height, nan=-np.inf)
    at = np.unravel_index(height.argmax(), height.shape)
    ends = interval(x, n, u, shapes[at], scales[at], False, modified, drop)
    inside = height > height.max() - drop
    held = (scales - shapes * u if modified else shapes)[inside]
    assert ends == pytest.approx((held.min(), held.max()), abs=0.6 if modified else 0.02)
