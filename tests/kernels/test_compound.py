"""Panjer and Fourier agree, and VaR and TVaR are what their definitions say."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from riskkit.kernels.compound import (
    compound,
    discretise,
    generating_function,
    panjer,
    tail_value_at_risk,
    value_at_risk,
)

severities = st.lists(st.floats(0.01, 1), min_size=2, max_size=8).map(
    lambda weights: np.array(weights) / sum(weights)
)


@given(severities, st.floats(0.1, 20), st.floats(0.2, 5))
def test_panjer_and_fourier_agree_on_negative_binomial_counts(severity, mean, shape):
    p = shape / (shape + mean)

    def generating(z):
        return (p / (1 - (1 - p) * z)) ** shape

    by_recursion = panjer(
        severity, 1 - p, (shape - 1) * (1 - p), float(generating(severity[0])), size=150
    )
    np.testing.assert_allclose(compound(severity, generating, 150), by_recursion, atol=1e-10)


@given(severities, severities)
def test_fourier_gives_the_convolutions_of_any_counts(severity, counts):
    size = 60
    slow, power = np.zeros(size), np.zeros(size)
    power[0] = 1.0
    for chance in counts:
        slow += chance * power
        power = np.convolve(power, severity)[:size]
    fast = compound(severity, lambda z: generating_function(counts, z), size)
    np.testing.assert_allclose(fast, slow, atol=1e-10)


def test_many_severities_are_done_at_once():
    severity = np.array([[0.5, 0.5, 0.0], [0.1, 0.2, 0.7]])
    together = compound(severity, lambda z: np.exp(3 * (z - 1)), 40)
    for row, one in zip(together, severity, strict=True):
        np.testing.assert_allclose(row, compound(one, lambda z: np.exp(3 * (z - 1)), 40))


def test_losses_past_the_lattice_leave_the_rest_exact():
    zeta = stats.zipf.pmf(np.arange(2000), 1.8)
    cut = compound(zeta[:50], lambda z: np.exp(4 * (z - 1)), 50)
    whole = compound(zeta, lambda z: np.exp(4 * (z - 1)), 2000)
    np.testing.assert_allclose(cut, whole[:50], atol=1e-11)


def test_tilting_removes_what_comes_back_from_beyond_the_lattice():
    severity = np.array([0.0, 0.0, 1.0])
    exact = stats.poisson.pmf(np.arange(15), 60)
    tilted = compound(severity, lambda z: np.exp(60 * (z - 1)), 30)[::2]
    plain = compound(severity, lambda z: np.exp(60 * (z - 1)), 30, tilt=0.0)[::2]
    assert np.abs(tilted - exact).max() < 1e-11
    assert np.abs(plain - exact).max() > 1e-3


def test_rounding_keeps_the_mean_and_the_mass():
    law = stats.gamma(2.0)
    pmf = discretise(law.cdf, lambda x: 2 * stats.gamma(3.0).cdf(x) + x * law.sf(x), 0.25, 200)
    assert pmf.sum() == pytest.approx(1.0, abs=1e-12)
    assert 0.25 * np.arange(200) @ pmf == pytest.approx(2.0, abs=1e-9)


def test_value_at_risk_is_the_smallest_loss_that_covers_p():
    pmf = [0.1] * 10
    assert value_at_risk(pmf, [0.05, 0.1, 0.1001, 0.3, 0.7, 0.999]).tolist() == [0, 0, 1, 2, 6, 9]


def test_tail_value_at_risk_takes_part_of_an_atom():
    # VaR_u is 0 up to .9, 10 up to .98, 100 beyond.
    pmf = np.zeros(101)
    pmf[[0, 10, 100]] = 0.9, 0.08, 0.02
    expected = {0.95: (0.03 * 10 + 0.02 * 100) / 0.05, 0.98: 100.0, 0.5: (0.8 + 2.0) / 0.5}
    for p, value in expected.items():
        assert tail_value_at_risk(pmf, p) == pytest.approx(value)


@given(severities, st.floats(0.01, 0.99))
def test_tail_value_at_risk_is_the_mean_of_value_at_risk(pmf, p):
    u = p + (1 - p) * (np.arange(20_000) + 0.5) / 20_000
    # Value at risk of the whole array: the last point covers all.
    mean = value_at_risk(pmf / pmf.sum(), np.minimum(u, 1 - 1e-12)).mean()
    assert tail_value_at_risk(pmf, p) == pytest.approx(mean, abs=1e-3)


def test_a_share_that_the_array_does_not_hold_is_refused():
    with pytest.raises(ValueError, match=r"holds only 0\.9"):
        value_at_risk([0.5, 0.4], 0.95)


def test_many_events_of_a_severity_with_negative_weights_stay_finite():
    # Mean and variance of a loss of 1 on a lattice of step 2: weights .5 + k, .5 - 2k, k.
    k = -(2 - 1) / 8
    severity = np.array([0.5 + k, 0.5 - 2 * k, k])
    pmf = compound(severity, lambda z: np.exp(1000 * (z - 1)), 1000)
    points = 2 * np.arange(1000)
    assert points @ pmf == pytest.approx(1000, rel=1e-6)
    assert (points - 1000) ** 2 @ pmf == pytest.approx(1000, rel=1e-6)
    power = compound(severity, lambda z: np.exp(1e6 * np.log(z + 1e-300)), 1000)
    assert np.isfinite(power).all()
