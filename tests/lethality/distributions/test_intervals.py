"""Tolls known within bounds only: chances, the exact fit as a case, straddled thresholds."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from scipy.optimize import minimize

from riskkit.errors import InvalidValueError, NotEnoughIncidentsError
from riskkit.lethality.distributions import (
    DiscreteGeneralisedPareto,
    Geometric,
    Lognormal,
    NegativeBinomial,
    Poisson,
    PoissonLognormal,
    PowerLaw,
    PowerLawWithCutoff,
    StretchedExponential,
)
from riskkit.lethality.distributions.interval_chances import IntervalChances, sum_nodes

WHOLE = [
    (PowerLaw, [2.4]),
    (PowerLawWithCutoff, [1.8, 0.02]),
    (PowerLawWithCutoff, [-3.0, 0.001]),
    (Lognormal, [1.5, 1.3]),
    (StretchedExponential, [0.4, 0.55]),
    (StretchedExponential, [1e-9, 3.0]),
    (Geometric, [0.13]),
    (Geometric, [1e-7]),
    (Poisson, [12.0]),
    (Poisson, [500.0]),
    (NegativeBinomial, [9.0, 0.7]),
    (PoissonLognormal, [2.0, 1.0]),
    (DiscreteGeneralisedPareto, [0.6, 7.0]),
    (DiscreteGeneralisedPareto, [-0.2, 12.0]),
]


def name(value):
    """Name a case by its distribution."""
    return getattr(value, "name", str(value))


def direct(law, params, low, high):
    """Add up the chances of all whole numbers of an interval."""
    each = law.logpmf(np.arange(low, high + 1), params)
    top = each.max()
    return top + np.log(np.exp(each - top).sum()) if np.isfinite(top) else top


def coarse(deaths, rng):
    """Half of the tolls are known; of the others, in which cell of a random grid they lie."""
    size = len(deaths)
    width, shift = rng.uniform(np.log(1.5), np.log(4), size), rng.random(size)
    cell = np.floor(np.log(deaths) / width + shift)
    low, high = np.ceil(np.exp((cell - shift) * width)), np.exp((cell + 1 - shift) * width)
    known = rng.random(size) < 0.5
    low = np.where(known, deaths, np.minimum(low, deaths))
    return low, np.where(known, deaths, np.maximum(np.ceil(high) - 1, deaths))


@pytest.mark.parametrize(("family", "params"), WHOLE, ids=name)
def test_chances_of_intervals_are_the_sums(family, params):
    law = family(1)
    low = np.array([1, 3, 20, 1e6, 1e6, 2e6, 50, 100, 7])
    high = np.array([1, 9, 60, 1e6 + 15, 1e6 + 17, 2e6 + 900, 20_000, 400, np.inf])
    found = IntervalChances(low, high).log(law, np.array(params)[:, None])[0]
    expected = [direct(law, params, *ends) for ends in zip(low[:-1], high[:-1], strict=True)]
    with np.errstate(divide="ignore"):
        expected.append(np.log(law.sf(7, params)))
    np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize(("family", "params"), [WHOLE[0], WHOLE[3], WHOLE[12]], ids=name)
def test_far_out_no_digit_is_lost(family, params):
    # The difference of two survivals would be wrong by 1e-7 here.
    law, low, high = family(1), np.array([1e9, 1e9]), np.array([1e9 + 17, 1e9 + 400])
    found = IntervalChances(low, high).log(law, np.array(params)[:, None])[0]
    middle = law._log_density((low + high) / 2, np.array(params)) + np.log(high - low + 1)
    np.testing.assert_allclose(found, middle, rtol=0, atol=1e-11)


def test_many_parameters_at_once_are_one_by_one():
    chances = IntervalChances(np.array([2.0, 3, 30]), np.array([2, 80.0, np.inf]))
    params = np.array([[1.5, 2.4, 4.0]])
    one = [chances.log(PowerLaw(2), params[:, [at]])[0] for at in range(3)]
    np.testing.assert_allclose(chances.log(PowerLaw(2), params), one, rtol=1e-14)


@pytest.mark.parametrize("width", [1, 2, 7, 16, 17, 300, 10**6])
def test_nodes_add_up_polynomials(width):
    nodes, weights = sum_nodes(width)
    exact = sum((2 * x / width - 1) ** 6 for x in range(width)) if width < 10**6 else None
    assert weights.sum() == pytest.approx(width, rel=1e-12)
    assert weights @ nodes == pytest.approx(width * (width - 1) / 2, rel=1e-12)
    if exact is not None:
        assert weights @ (2 * nodes / width - 1) ** 6 == pytest.approx(exact, rel=1e-10)


@pytest.mark.parametrize(("family", "params"), WHOLE[:1] + WHOLE[3:5] + WHOLE[10:13], ids=name)
def test_known_tolls_give_the_exact_fit(family, params):
    law = family(3)
    tolls, times = np.unique(law.rvs(params, 400, rng=2), return_counts=True)
    tolls, times = np.append([0, 1], tolls), np.append([70, 30], times)
    exact, same = law.fit(tolls, times), law.fit_intervals(tolls, tolls, times)
    np.testing.assert_allclose(same.params, exact.params, rtol=1e-5)
    assert same.llf == pytest.approx(exact.llf, rel=1e-12)
    assert (same.n_tail, same.nobs) == (exact.n_tail, exact.nobs) == (400, 500)
    np.testing.assert_allclose(same.conf_int(), exact.conf_int(), rtol=1e-4)
    np.testing.assert_allclose(same.bse, exact.bse, rtol=1e-3)


def test_the_maximum_is_that_of_a_plain_search():
    rng = np.random.default_rng(4)
    low, high = coarse(Geometric(1).rvs([0.1], 300, rng), rng)
    fit = Geometric(1).fit_intervals(low, high)

    def loss(rate):
        cdf = stats.geom(-np.expm1(-rate[0])).cdf
        return -np.log(cdf(high) - cdf(low - 1)).sum()

    theirs = minimize(loss, [0.2], method="Nelder-Mead", options={"xatol": 1e-9, "fatol": 1e-12})
    assert fit.params["rate"] == pytest.approx(theirs.x[0], rel=1e-6)
    assert fit.llf == pytest.approx(-theirs.fun, abs=1e-8)


def test_across_the_threshold_the_maximum_is_that_of_the_whole_likelihood():
    low = np.array([1, 2, 1, 3, 2, 5, 6, 5, 8])
    high = np.array([1, 2, 3, 7, 9, 5, 6, 12, np.inf])
    times = np.array([30, 9, 6, 5, 4, 12, 5, 4, 3])
    law = PowerLaw(5)
    fit = law.fit_intervals(low, high, times)

    cover = (low[:, None] <= np.arange(1, 5)) & (np.arange(1, 5) <= high[:, None])

    def loss(free):
        share = np.exp(free[:5]) / np.exp(free[:5]).sum()
        first, beyond = np.maximum(low, 5), np.minimum(high, 1e12) + 1
        tail = np.subtract(*law.sf([first, beyond], [1 + np.exp(free[5])]))
        return -times @ np.log(cover @ share[:4] + share[4] * np.where(high >= 5, tail, 0.0))

    best = min(
        (minimize(loss, [*start, 0.5]) for start in (np.zeros(5), [3.0, 2, 1, -1, 2])),
        key=lambda found: found.fun,
    )
    assert fit.params["alpha"] == pytest.approx(1 + np.exp(best.x[5]), rel=2e-3)
    assert 24 < fit.n_tail < 33 and fit.n_across == 9 and "either side" in fit.summary()


def test_straddled_thresholds_neither_bias_nor_lose_events():
    rng = np.random.default_rng(7)
    deaths = np.append(
        np.minimum(rng.geometric(0.25, 40_000), 9), PowerLaw(10).rvs([2.4], 9_000, 3)
    )
    low, high = coarse(deaths, rng)
    fit = PowerLaw(10).fit_intervals(low, high)
    lower, upper = fit.conf_int(0.999).loc["alpha"]
    assert lower < 2.4 < upper and upper - lower < 0.12
    assert fit.n_tail == pytest.approx(9_000, rel=0.02)
    sure = low >= 10  # what leaving the others out would do
    assert PowerLaw(10).fit_intervals(low[sure], high[sure]).conf_int().loc["alpha", "upper"] < 2.4


def test_bounds_widen_the_interval():
    deaths = PowerLaw(1).rvs([2.2], 500, rng=9)
    exact = PowerLaw(1).fit(deaths).conf_int().loc["alpha"]
    decade = 10 ** np.floor(np.log10(deaths))
    loose = PowerLaw(1).fit_intervals(decade, 10 * decade - 1).conf_int().loc["alpha"]
    assert np.diff(loose)[0] > 1.2 * np.diff(exact)[0]


def test_size_does_not_matter():
    low, high, times = [1, 2, 3, 9], [1, 4, np.inf, 12], np.array([50, 20, 6, 3])
    once = PowerLaw(1).fit_intervals(low, high, times)
    more = PowerLaw(1).fit_intervals(low, high, times * 10**8)
    assert more.params["alpha"] == pytest.approx(once.params["alpha"], rel=1e-7)
    assert more.nobs == 79 * 10**8


@pytest.mark.parametrize(
    ("low", "high"),
    [([], []), ([5], [9]), ([1, 3, 2], [9, np.inf, 4]), ([1, 2], [np.inf, np.inf]), ([1], [3])],
)
def test_tolls_that_may_be_one_and_the_same_are_too_little(low, high):
    with pytest.raises(NotEnoughIncidentsError, match="can't be the same"):
        Lognormal(1).fit_intervals(low, high)


@pytest.mark.parametrize(
    ("low", "high", "weights", "match"),
    [
        ([1, None], [2, 3], None, "low holds unknown"),
        ([1, 2], [2, np.nan], None, "toll_bounds"),
        ([5, 2], [4, 3], None, "low is 5 where high is 4"),
        ([1.5, 2], [4, 3], None, "low holds 1.5"),
        ([1, np.inf], [4, np.inf], None, "infinity"),
        ([1, 2], [4, 3], [1, -1], "weights holds -1"),
        ([1, 2], [4], None, "high has 1 entries"),
    ],
)
def test_what_is_no_bound_is_refused(low, high, weights, match):
    with pytest.raises(InvalidValueError, match=match):
        PowerLaw(1).fit_intervals(low, high, weights)


@settings(max_examples=40, deadline=None)
@given(
    st.sampled_from([PowerLaw(3), Geometric(3), DiscreteGeneralisedPareto(3), Poisson(3)]),
    st.lists(st.tuples(st.integers(0, 10**7), st.integers(0, 10**6)), min_size=1, max_size=12),
)
def test_any_bounds_are_answered_or_refused(law, pairs):
    low = np.array([pair[0] for pair in pairs])
    high = low + np.array([pair[1] for pair in pairs])
    try:
        fit = law.fit_intervals(low, high)
    except NotEnoughIncidentsError:
        inside = low >= 3
        assert not inside.any() or low[inside].max() <= high[inside].min()
    else:
        assert np.isfinite(fit.llf) and np.isfinite(fit.params).all() and fit.n_tail >= 2
