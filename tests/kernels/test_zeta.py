"""The discrete power law against scipy and direct search."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize_scalar
from scipy.special import zeta as hurwitz

from riskkit.kernels import zeta


@pytest.mark.parametrize("alpha", [1.001, 1.5, 2.37, 4.0, 12.0, 40.0])
@pytest.mark.parametrize("q", [1, 2, 10, 77, 1_000, 10**7])
def test_scaled_zeta_is_scipys(alpha, q):
    # Sum the first terms directly where scipy underflows.
    direct = hurwitz(alpha, q) * float(q) ** alpha if alpha * np.log10(q) < 250 else None
    if direct is None:
        direct = np.exp(-alpha * np.log1p(np.arange(10**7) / q)).sum()
    assert zeta.scaled_zeta(alpha, float(q)) == pytest.approx(direct, rel=1e-9)


@settings(max_examples=60, deadline=None)
@given(st.floats(1.05, 30), st.integers(1, 500))
def test_slopes_are_the_derivatives(alpha, q):
    def log(a):
        return np.log(zeta.scaled_zeta(a, float(q)))

    step = 1e-4 * (alpha - 1)
    first = (log(alpha + step) - log(alpha - step)) / (2 * step)
    slope, bend = zeta._log_slopes(alpha, float(q))
    assert slope == pytest.approx(first, rel=1e-5)
    second = (
        zeta._log_slopes(alpha + step, float(q))[0] - zeta._log_slopes(alpha - step, float(q))[0]
    )
    assert bend == pytest.approx(second / (2 * step), rel=1e-4)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 300), min_size=2, max_size=40, unique=True), st.integers(1, 200))
def test_fit_is_the_maximum(steps, xmin):
    values = xmin + np.sort(steps).astype(float)
    excess = np.log(values / xmin).mean()

    def loss(alpha):
        return np.log(zeta.scaled_zeta(alpha, float(xmin))) + alpha * excess

    alpha = zeta.fit_alpha(excess, float(xmin))
    found = minimize_scalar(loss, bounds=(1.0001, 1 + 50 * xmin), method="bounded")
    assert loss(alpha) <= found.fun + 1e-9


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(1, 120), min_size=3, max_size=60), st.floats(1.3, 5))
def test_distance_looks_at_every_whole_number(deaths, alpha):
    values, counts = np.unique(deaths, return_counts=True)
    above = np.append(counts[::-1].cumsum()[::-1], 0).astype(float)
    x = np.arange(values[0], values[-1] + 2)
    law = hurwitz(alpha, x) / hurwitz(alpha, values[0])
    data = np.array([(np.array(deaths) >= v).mean() for v in x])
    found = zeta.distance(values, np.log(values), above, 0, alpha, np.inf)
    assert found == pytest.approx(np.abs(law - data).max(), abs=1e-9)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(1, 60), min_size=4, max_size=80).filter(lambda x: len(set(x)) > 1))
def test_scan_is_the_best_of_all(deaths):
    values, counts = np.unique(deaths, return_counts=True)
    times = counts.astype(float)
    at, alpha, far = zeta.scan(values, times)
    above = np.append(times[::-1].cumsum()[::-1], 0)
    tries = []
    for i in range(len(values) - 1):
        excess = times[i:] @ np.log(values[i:] / values[i]) / above[i]
        each = zeta.fit_alpha(excess, float(values[i]))
        tries.append((zeta.distance(values, np.log(values), above, i, each, np.inf), i, each))
    assert (far, at, alpha) == pytest.approx(min(tries), rel=1e-9)


@pytest.mark.parametrize(("alpha", "xmin"), [(2.4, 1), (2.4, 12), (1.4, 1), (6.0, 300)])
def test_draws_follow_the_law(alpha, xmin):
    rng = np.random.default_rng(1)
    table = zeta.survival_table(alpha, xmin)
    drawn = zeta.draw(1 - rng.random(200_000), alpha, xmin, table)
    for x in xmin * np.array([1, 2, 4, 10, 1_000]) + 1:
        chance = hurwitz(alpha, float(x)) / hurwitz(alpha, float(xmin))
        assert np.mean(drawn >= x) == pytest.approx(
            chance, abs=5 * np.sqrt(chance / 200_000) + 1e-9
        )


def test_a_draw_is_the_exact_inverse_beyond_the_table():
    table = zeta.survival_table(1.8, 3)
    for x in (5_000.0, 12_345.0, 1e7):
        upper = zeta.survival(x, 1.8, 3.0)
        assert zeta.draw(np.array([upper * (1 - 1e-10)]), 1.8, 3, table)[0] == x
        assert zeta.draw(np.array([upper * (1 + 1e-8)]), 1.8, 3, table)[0] < x


def test_a_sample_is_its_histogram():
    rng = np.random.default_rng(2)
    body, counts = np.array([1, 2, 3, 5]), np.array([40.0, 20.0, 0.0, 7.0])
    tail = zeta.draw(1 - rng.random(300), 2.2, 6, zeta.survival_table(2.2, 6))
    values, times = np.unique(
        np.concatenate([np.repeat(body, counts.astype(int)), tail]), return_counts=True
    )
    at, alpha, far = zeta.scan(values, times.astype(float))
    found = zeta.scan_sample(body, counts, tail)
    assert found == pytest.approx((values[at], alpha, times[at:].sum(), far))


def test_one_value_alone_has_the_steepest_law():
    at, alpha, far = zeta.scan(np.array([10]), np.array([1e6]))
    assert (at, alpha) == (0, 501.0) and far < 1e-9
