"""Poisson counts of varying mean, matched by three moments."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from riskkit.kernels.mixed_poisson import MixedPoisson, fitted, match_points, matched

CIRCLE = np.array([0.0, 0.5, 0.99, -0.9, 0.6 + 0.5j, -0.7j])


def distribution(counts, size):
    """Chances of 0, 1, ... of one set of parameters."""
    length, tilt = 4 * size, 36 / (4 * size)
    circle = np.exp(-tilt - 2j * np.pi * np.arange(length // 2 + 1) / length)
    return np.fft.irfft(counts.generating(circle), length)[:size] * np.exp(tilt * np.arange(size))


@given(st.floats(1e-3, 1e4), st.floats(0.5, 1e4))
def test_negative_binomial_counts_are_matched_exactly(mean, shape):
    def pgf(z):
        return np.exp(-shape * np.log1p(mean * (1 - z) / shape))

    u = match_points(np.array(mean))
    counts = matched(-np.expm1(-shape * np.log1p(mean * u / shape)), np.array(mean))
    np.testing.assert_allclose(counts.generating(CIRCLE), pgf(CIRCLE), atol=2e-5)
    assert counts.mean == pytest.approx(mean, rel=1e-6)


@given(st.floats(1e-3, 1e4))
def test_poisson_counts_are_matched_exactly(mean):
    counts = matched(-np.expm1(-mean * match_points(np.array(mean))), np.array(mean))
    np.testing.assert_allclose(counts.generating(CIRCLE), np.exp(-mean * (1 - CIRCLE)), atol=1e-7)


def test_the_first_three_moments_are_those_of_the_parameters():
    mean, index, scale = 8.0, 0.4, 0.5
    counts = MixedPoisson(np.array(mean), np.array(index), np.array(scale))
    n = np.arange(4000)
    chances = distribution(counts, 4000)
    assert chances @ n == pytest.approx(mean)
    spread = (1 - index) * mean / scale
    assert (n - mean) ** 2 @ chances == pytest.approx(mean + spread)
    skew = (1 - index) * (2 - index) * mean / scale**2
    assert (n - mean) ** 3 @ chances == pytest.approx(mean + 3 * spread + skew, rel=1e-3)


def test_a_drifting_level_is_followed_far_into_the_tail():
    random = np.random.default_rng(1)
    steps = random.laplace(0, 0.1 / np.sqrt(2), (20_000, 12)).cumsum(axis=1)
    months = 2.0 * np.exp(steps)
    mean = np.array(months.sum(axis=1).mean())
    given = [np.exp(-2 * np.log1p(0.5 * months * u).sum(axis=1)) for u in match_points(mean)]
    counts = matched(1 - np.mean(given, axis=1), mean)
    drawn = random.poisson(random.gamma(2.0, np.repeat(months, 10, axis=0) / 2)).sum(axis=1)
    reached = np.cumsum(distribution(counts, 400))
    for p in (0.1, 0.5, 0.9, 0.99, 0.998):
        exact = np.quantile(drawn, p, method="inverted_cdf")
        assert (reached < p).sum() == pytest.approx(exact, rel=0.03, abs=1)


def test_parameters_of_many_regions_are_found_at_once():
    means = np.array([[0.5, 3.0], [20.0, 1.0]])
    rough = means + 0.1
    counts = matched(-np.expm1(-means[..., None] * match_points(rough)), rough)
    np.testing.assert_allclose(counts.mean, means, rtol=1e-6)
    assert counts.generating(np.full((2, 2, 3), 0.5 + 0j)).shape == (2, 2, 3)


@given(st.floats(0.05, 500), st.sampled_from([-0.4, 0.0, 0.5, 0.9]), st.floats(0.1, 5))
def test_counts_of_the_family_are_found_again(mean, index, spread):
    true = MixedPoisson(np.array([mean]), np.array([index]), np.array([spread / mean]))
    u = np.minimum(np.geomspace(0.02, 30, 12) / mean, 1.0)[None, :]
    middle = np.minimum(1 / np.array([mean]), 1.0)
    at = np.concatenate([u, middle[:, None]], axis=1)
    counts, error = fitted(true.exponent(at), u, true.mean, middle)
    assert error[0] < 0.01
    z = np.linspace(0, 1, 20)[None, :]
    np.testing.assert_allclose(counts.generating(z), true.generating(z), atol=0.01)
