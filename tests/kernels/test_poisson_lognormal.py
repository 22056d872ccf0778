"""The Poisson-lognormal: the survival is the sum of the chances, however sharp the lognormal."""

import numpy as np
import pytest
from scipy import integrate, stats

from riskkit.kernels.poisson_lognormal import log_pmf, log_sf


@pytest.mark.parametrize("sigma", [1e-3, 0.006, 0.1, 1.0, 4.0])
@pytest.mark.parametrize("mu", [-3.0, 0.2, 1.6, 4.0])
def test_the_survival_is_what_the_chances_leave(mu, sigma):
    counts = np.arange(1, 8)
    below = np.exp(log_pmf(np.arange(7), mu, sigma)).cumsum()
    np.testing.assert_allclose(np.exp(log_sf(counts, mu, sigma)), 1 - below, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize(("count", "mu", "sigma"), [(1, -77.0, 9.7), (5, -30.0, 4.0), (40, 1, 0.5)])
def test_far_tails_are_those_of_the_mixture(count, mu, sigma):
    def part(z):
        return stats.poisson.sf(count - 1, np.exp(z)) * stats.norm.pdf(z, mu, sigma)

    parts = [integrate.quad(part, a, a + 1, epsabs=0, limit=200)[0] for a in np.arange(-60, 90)]
    assert log_sf(count, mu, sigma) == pytest.approx(np.log(np.sum(parts)), abs=1e-7)


def test_a_sigma_of_next_to_nothing_is_the_poisson():
    counts = np.array([1, 3, 8, 30])
    expected = stats.poisson.logsf(counts - 1, np.exp(1.7))
    np.testing.assert_allclose(log_sf(counts, 1.7, 1e-5), expected, rtol=1e-6)
