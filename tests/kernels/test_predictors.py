"""Newton on linear predictors, against statsmodels; laws of counts against scipy."""

import numpy as np
import pytest
import statsmodels.api as sm
from scipy import stats

from riskkit.kernels import count_laws
from riskkit.kernels.predictors import fit_predictors, inverse_information, profile_bounds


@pytest.fixture(scope="module")
def sample():
    rng = np.random.default_rng(4)
    x = np.column_stack([np.ones(400), rng.normal(size=400), rng.integers(1970, 2010, 400)])
    y = rng.negative_binomial(1.5, 1.5 / (1.5 + np.exp(0.5 + 0.6 * x[:, 1])))
    return x, y.astype(float)


def test_poisson_is_that_of_statsmodels(sample):
    x, y = sample
    fit = fit_predictors(
        lambda z: count_laws.plain(y, z[0]), [x], np.ones(400), np.array([np.log(y.mean()), 0, 0])
    )
    peer = sm.GLM(y, x, family=sm.families.Poisson()).fit(tol=1e-12)
    assert fit.converged and fit.llf == pytest.approx(peer.llf, abs=1e-8)
    np.testing.assert_allclose(fit.coefficients, peer.params, rtol=1e-5)
    np.testing.assert_allclose(fit.covariance, peer.cov_params(), rtol=1e-4)
    assert np.abs(fit.scores.sum(axis=0) / np.abs(x).max(axis=0)).max() < 1e-4


def test_a_weight_is_as_good_as_repeated_rows(sample):
    x, y = sample
    times = np.arange(400) % 3 + 1.0
    again = np.repeat(np.arange(400), times.astype(int))

    def fit(x, y, weights):
        ones = np.ones((len(y), 1))
        return fit_predictors(
            lambda z: count_laws.plain(y, z[0], z[1]), [x[:, :2], ones], weights, np.zeros(3)
        )

    one, other = fit(x, y, times), fit(x[again], y[again], np.ones(len(again)))
    np.testing.assert_allclose(one.coefficients, other.coefficients, atol=1e-7)
    assert one.llf == pytest.approx(other.llf, abs=1e-7)


def test_a_prior_keeps_a_coefficient_finite():
    happened, x = np.array([0.0, 0, 1, 1]), np.array([[0.0], [0], [1], [1]])
    fit = fit_predictors(
        lambda z: count_laws.bernoulli(happened, z[0]), [x], np.ones(4), np.zeros(1),
        np.array([1 / 2.5**2]),
    )  # fmt: skip
    # Where the slope of two logits equals that of the normal prior.
    b = fit.coefficients[0]
    assert fit.converged and 2 / (1 + np.exp(b)) == pytest.approx(b / 2.5**2, abs=1e-5)


@pytest.mark.parametrize("mean", [1e-3, 0.7, 30.0])
@pytest.mark.parametrize("theta", [1e-4, 0.3, 4.0, 1e6])
def test_laws_are_scipy_s(mean, theta):
    y = np.arange(60.0)
    m, s = np.full(60, np.log(mean)), np.full(60, np.log(theta))
    exact = stats.nbinom.logpmf(y, theta, theta / (theta + mean))
    np.testing.assert_allclose(count_laws.plain(y, m, s), exact, rtol=1e-6, atol=1e-8)
    cut = exact[1:] - stats.nbinom.logsf(0, theta, theta / (theta + mean))
    np.testing.assert_allclose(count_laws.truncated(y[1:], m[1:], s[1:]), cut, rtol=1e-6, atol=1e-7)
    np.testing.assert_allclose(
        count_laws.plain(y, m), stats.poisson.logpmf(y, mean), rtol=1e-9, atol=1e-12
    )


def test_a_profile_ends_where_twice_the_likelihood_has_fallen_so_far():
    rng = np.random.default_rng(11)
    x = np.column_stack([np.ones(80), rng.normal(size=80)])
    y = rng.poisson(np.exp(x @ [0.5, 0.4])).astype(float)

    def density(z):
        return y * z[0] - np.exp(z[0])

    fit = fit_predictors(density, [x], np.ones(80), np.zeros(2))
    for end in profile_bounds(density, [x], np.ones(80), fit, 1, 2.7055):
        heights = [density([a + end * x[:, 1]]).sum() for a in np.linspace(-1, 2, 30_001)]
        assert 2 * (fit.llf - max(heights)) == pytest.approx(2.7055, abs=1e-5)


def test_a_profile_without_an_end_is_infinite():
    # All rows of the second kind are zero: its log mean has no lower end.
    y = np.array([2.0, 3.0, 1.0, 0.0, 0.0])
    x = np.column_stack([np.ones(5), [0, 0, 0, 1, 1]]).astype(float)

    def density(z):
        return y * z[0] - np.exp(z[0])

    fit = fit_predictors(density, [x], np.ones(5), np.zeros(2))
    lower, upper = profile_bounds(density, [x], np.ones(5), fit, 1, 2.7055)
    assert lower == -np.inf and upper < 1


def test_a_direction_without_curvature_has_a_vast_error():
    covariance = inverse_information(np.array([[2.0, 2.0], [2.0, 2.0]]))
    assert (np.diag(covariance) > 1e8).all()
