"""Quantiles of counts: against a linear programme, another package, and plain quantiles."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog
from statsmodels.regression.quantile_regression import QuantReg

from riskkit.kernels.count_quantile import bandwidth, fit_count_quantile, score


def counts(seed, size):
    """Zeros, ties and a few large tolls, by a yes/no and a number."""
    rng = np.random.default_rng(seed)
    x = np.column_stack([np.ones(size), rng.random(size) < 0.4, rng.normal(size=size)])
    mean = np.exp(0.6 + 0.7 * x[:, 1] + 0.3 * x[:, 2])
    return rng.negative_binomial(0.8, 0.8 / (0.8 + mean)).astype(float), x


def programme(y, x, quantile, jitters):
    """Minimise the check loss over evenly spaced jitters by HiGHS."""
    u = (np.arange(jitters) + 0.5) / jitters
    z = (y[:, None] + u - quantile).ravel()
    rows = np.repeat(x, jitters, axis=0)
    target = np.where(z > 0, np.log(np.maximum(z, 1e-9)), np.log(1e-9))
    n, k = rows.shape
    cost = np.concatenate([np.zeros(k), np.full(n, quantile), np.full(n, 1 - quantile)])
    equal = np.hstack([rows, np.eye(n), -np.eye(n)])
    found = linprog(
        cost, A_eq=equal, b_eq=target, bounds=[(None, None)] * k + [(0, None)] * (2 * n)
    )
    return found.x[:k]


@pytest.mark.parametrize("quantile", [0.5, 0.8, 0.9])
def test_a_linear_programme_over_many_jitters_finds_the_same(quantile):
    y, x = counts(1, 30)
    fit = fit_count_quantile(y, np.ones(30), x, quantile, np.zeros(3))
    assert fit.converged
    np.testing.assert_allclose(fit.coefficients, programme(y, x, quantile, 40), atol=0.02)


def test_fits_averaged_over_jitters_come_to_the_same():
    y, x = counts(2, 800)
    fit = fit_count_quantile(y, np.ones(800), x, 0.8, np.zeros(3))
    rng = np.random.default_rng(3)
    jittered = []
    for _ in range(40):
        z = y + rng.random(800) - 0.8
        target = np.log(np.where(z > 1e-5, z, 1e-5))
        jittered.append(QuantReg(target, x).fit(0.8, max_iter=5000).params)
    error = np.std(jittered, axis=0) / np.sqrt(40)
    # Both are root-n away from the truth (0.1 here) and far nearer to each other.
    assert (np.abs(fit.coefficients - np.mean(jittered, axis=0)) < 0.01 + 4 * error).all()


# No whole number of rows lies under these, so that the answer is one.
@pytest.mark.parametrize("quantile", [0.2513, 0.5017, 0.9011])
def test_large_numbers_are_as_good_as_real_ones(quantile):
    rng = np.random.default_rng(4)
    x = np.column_stack([np.ones(600), rng.normal(size=600), rng.random(600) < 0.5])
    y = np.floor(1e6 * np.exp(x @ [0.0, 0.5, -0.7] + rng.normal(size=600)))
    fit = fit_count_quantile(y, np.ones(600), x, quantile, np.zeros(3))
    peer = QuantReg(np.log(y + 0.5 - quantile), x).fit(quantile, max_iter=5000)
    np.testing.assert_allclose(fit.coefficients, peer.params, atol=2e-3)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.integers(0, 60), min_size=2, max_size=30).filter(lambda tolls: max(tolls) > 0),
    st.sampled_from([0.1, 0.25, 0.5, 0.75, 0.9, 0.97]),
)
def test_without_covariates_it_is_the_plain_quantile(tolls, quantile):
    y, ones = np.array(tolls, dtype=float), np.ones((len(tolls), 1))
    fit = fit_count_quantile(y, np.ones(len(y)), ones, quantile, np.zeros(1))
    assert fit.converged
    whole = np.ceil(quantile + np.exp(fit.coefficients[0]) - 1 - 1e-6)
    assert whole == np.quantile(y, quantile, method="inverted_cdf")


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from([0.3, 0.5, 0.9]), st.integers(1, 10**6))
def test_the_score_is_zero_and_weights_are_repeats(seed, quantile, scale):
    y, x = counts(seed, 60)
    weights = 1.0 + np.arange(60) % 3
    fit = fit_count_quantile(y, scale * weights, x, quantile, np.zeros(3))
    each = score(y, x @ fit.coefficients, quantile)
    assert np.abs(x.T @ (weights * each)).max() < 1e-6
    again = np.repeat(np.arange(60), weights.astype(int))
    repeated = fit_count_quantile(y[again], np.ones(len(again)), x[again], quantile, np.zeros(3))
    np.testing.assert_allclose(x @ repeated.coefficients, x @ fit.coefficients, atol=1e-4)


def test_a_kind_without_deaths_has_no_quantile():
    y = np.array([0.0, 1, 2, 3, 0, 0, 0, 0])
    x = np.column_stack([np.ones(8), np.arange(8) >= 4]).astype(float)
    fit = fit_count_quantile(y, np.ones(8), x, 0.5, np.zeros(2))
    assert not fit.converged and fit.coefficients[1] < -20


def test_the_bandwidth_is_that_of_the_textbook():
    from statsmodels.regression.quantile_regression import hall_sheather

    assert bandwidth(0.75, 500) == pytest.approx(hall_sheather(500, 0.75), rel=1e-9)
    assert 0.99 - bandwidth(0.99, 20) > 0 and 0.99 + bandwidth(0.99, 20) < 1
