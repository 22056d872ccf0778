"""Every distribution against scipy, direct sums and itself; small inputs; truth recovered."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from scipy.optimize import minimize, minimize_scalar
from scipy.special import gammaln

from riskkit.errors import InvalidValueError, NotEnoughIncidentsError
from riskkit.lethality.distributions import (
    ContinuousLognormal,
    DiscreteGeneralisedPareto,
    GeneralisedExtremeValue,
    GeneralisedPareto,
    Geometric,
    Lognormal,
    NegativeBinomial,
    Pareto,
    Poisson,
    PoissonLognormal,
    PowerLaw,
    PowerLawWithCutoff,
    StretchedExponential,
    Weibull,
)

WHOLE = [
    (PowerLaw, [2.4]),
    (PowerLawWithCutoff, [1.8, 0.02]),
    (PowerLawWithCutoff, [0.3, 0.05]),
    (PowerLawWithCutoff, [-2.0, 0.3]),
    (Lognormal, [1.5, 1.3]),
    (Lognormal, [-40.0, 6.0]),
    (StretchedExponential, [0.4, 0.55]),
    (Geometric, [0.13]),
    (Poisson, [12.0]),
    (NegativeBinomial, [9.0, 0.7]),
    (PoissonLognormal, [1.5, 1.1]),
    (DiscreteGeneralisedPareto, [0.6, 7.0]),
    (DiscreteGeneralisedPareto, [-0.2, 12.0]),
]
REAL = [
    (Pareto(2.0), [2.4]),
    (ContinuousLognormal(), [1.0, 0.8]),
    (ContinuousLognormal(3.0), [0.5, 0.9]),
    (Weibull(), [0.8, 3.0]),
    (Weibull(3.0), [0.7, 2.0]),
    (GeneralisedPareto(10.0), [0.3, 5.0]),
    (GeneralisedPareto(10.0), [-0.2, 5.0]),
    (GeneralisedExtremeValue(), [0.2, 10.0, 4.0]),
]
FAMILIES = [*dict.fromkeys(family for family, _ in WHOLE)]
EVERY = [*(family(1) for family in FAMILIES), *(family for family, _ in REAL)]


def name(value):
    """Name a case by its distribution."""
    return getattr(getattr(value, "dist", value), "name", str(value))


@pytest.mark.parametrize(("family", "params"), WHOLE, ids=name)
@pytest.mark.parametrize("xmin", [1, 12])
def test_chances_add_up_to_the_survival(family, params, xmin):
    law = family(xmin)
    x = np.arange(xmin, xmin + 3_000.0)
    chances = np.exp(law.logpmf(x, params))
    np.testing.assert_allclose(
        1 - np.append(0, chances[:-1].cumsum()), law.sf(x, params), rtol=1e-9, atol=1e-11
    )
    assert law.logpmf(xmin - 1, params) == -np.inf == law.logpmf(xmin + 0.5, params)


@pytest.mark.parametrize(("family", "params"), WHOLE, ids=name)
def test_far_cells_are_the_slope_of_the_survival(family, params):
    # Seven digits of a difference are left at 1e5; the cell itself must have them all.
    law, x = family(1), np.array([1e5])
    with np.errstate(divide="ignore"):
        ends = law._log_sf(np.array([1e5, 1e5 + 1]), np.array(params))
    if np.isfinite(ends).all():
        inside = ends[0] + np.log(-np.expm1(ends[1] - ends[0]))
        assert law.logpmf(x, params)[0] == pytest.approx(inside, abs=1e-6)


@pytest.mark.parametrize(
    ("law", "params", "peer"),
    [
        (PowerLaw(1), [2.2], stats.zipf(2.2)),
        (Geometric(1), [0.3], stats.geom(-np.expm1(-0.3))),
        (Poisson(5), [7.0], stats.poisson(7.0)),
        (Poisson(40), [7.0], stats.poisson(7.0)),
        (NegativeBinomial(4), [7.0, 1.5], stats.nbinom(1.5, 1.5 / 8.5)),
    ],
    ids=name,
)
def test_whole_number_forms_are_scipys(law, params, peer):
    x = np.arange(law.xmin, 60.0)
    expected = peer.logpmf(x) - peer.logsf(law.xmin - 1)
    np.testing.assert_allclose(law.logpmf(x, params), expected, rtol=1e-9)


@pytest.mark.parametrize(("mu", "sigma"), [(1.2, 0.7), (-8.0, 3.0), (4.0, 0.02)])
def test_poisson_lognormal_is_the_mixture(mu, sigma):
    at = np.linspace(-12, 12, 40_001)
    density = stats.norm.pdf(at) * (at[1] - at[0])
    mixed = stats.poisson.pmf(np.arange(60)[:, None], np.exp(mu + sigma * at)) @ density
    law = PoissonLognormal(2)
    expected = np.log(mixed[2:]) - np.log1p(-mixed[:2].sum())
    np.testing.assert_allclose(law.logpmf(np.arange(2, 60), [mu, sigma]), expected, rtol=1e-9)


@pytest.mark.parametrize(
    ("law", "params", "peer"),
    [
        (Pareto(2.0), [2.4], stats.pareto(1.4, scale=2.0)),
        (ContinuousLognormal(), [1.0, 0.8], stats.lognorm(0.8, scale=np.e)),
        (ContinuousLognormal(3.0), [0.5, 0.9], stats.lognorm(0.9, scale=np.exp(0.5))),
        (Weibull(), [0.8, 3.0], stats.weibull_min(0.8, scale=3.0)),
        (Weibull(3.0), [0.7, 2.0], stats.weibull_min(0.7, scale=2.0)),
        (GeneralisedPareto(10.0), [0.3, 5.0], stats.genpareto(0.3, loc=10.0, scale=5.0)),
        (GeneralisedPareto(10.0), [-0.2, 5.0], stats.genpareto(-0.2, loc=10.0, scale=5.0)),
        (GeneralisedExtremeValue(), [0.2, 10.0, 4.0], stats.genextreme(-0.2, 10.0, 4.0)),
        (GeneralisedExtremeValue(), [-0.3, 10.0, 4.0], stats.genextreme(0.3, 10.0, 4.0)),
    ],
    ids=name,
)
def test_real_forms_are_scipys(law, params, peer):
    x, q = np.geomspace(10.01, 40, 50), np.array([0.01, 0.3, 0.5, 0.99, 0.99999])
    before = 0.0 if law.start < 0 else peer.logsf(law.start)
    with np.errstate(divide="ignore"):
        np.testing.assert_allclose(law.logpdf(x, params), peer.logpdf(x) - before, rtol=1e-9)
        np.testing.assert_allclose(law.sf(x, params), np.exp(peer.logsf(x) - before), rtol=1e-9)
    expected = peer.isf((1 - q) * np.exp(before))
    np.testing.assert_allclose(law.ppf(q, params), expected, rtol=1e-8)


@pytest.mark.parametrize(("family", "params"), WHOLE, ids=name)
def test_quantiles_undo_chances(family, params):
    law = family(3)
    x = np.unique(np.geomspace(3, 300, 40).astype(int)).astype(float)
    below = 1 - law.sf(x + 1, params)
    kept = below < 1 - 1e-9
    np.testing.assert_array_equal(law.ppf(below[kept], params), x[kept])
    far = law.ppf(1 - 1e-7, params)
    assert law.sf(far + 1, params) <= 1.0001e-7 < law.sf(far, params) * 1.001
    with pytest.raises(ValueError, match="outside 0 to 1"):
        law.ppf(1.2, params)


@pytest.mark.parametrize(("family", "params"), WHOLE, ids=name)
def test_truth_of_whole_numbers_is_found(family, params):
    law = family(2)
    drawn = law.rvs(params, 40_000, rng=5)
    fit = law.fit(*np.unique(drawn, return_counts=True))
    if params == [-40.0, 6.0]:  # next to the power law, where mu is not to be found
        params = [fit.params["mu"], fit.params["sigma"]]
        assert fit.sf(50) == pytest.approx(np.mean(drawn >= 50), rel=0.05)
    bounds = fit.conf_int(0.9999)
    assert (bounds["lower"] <= params).all() and (params <= bounds["upper"]).all()
    assert (
        fit.llf
        >= 40_000 * law._score(*np.unique(drawn, return_counts=True))(np.array(params)[:, None])[0]
    )
    assert fit.nobs == fit.n_tail == 40_000 and fit.sf(2) == 1


@pytest.mark.parametrize(("law", "params"), REAL, ids=name)
def test_truth_of_real_numbers_is_found(law, params):
    fit = law.fit(law.rvs(params, 4_000, rng=5))
    bounds, wald = fit.conf_int(0.9999), fit.conf_int(0.9999, method="wald")
    assert (bounds["lower"] < params).all() and (params < bounds["upper"]).all()
    assert fit.steady and np.isfinite(wald).all(axis=None)
    width = (bounds["upper"] - bounds["lower"]) / (wald["upper"] - wald["lower"])
    assert ((width > 0.7) & (width < 1.5)).all()


@pytest.mark.parametrize(
    ("law", "peer"),
    [
        (ContinuousLognormal(), stats.lognorm),
        (Weibull(), stats.weibull_min),
        (GeneralisedPareto(0.0), stats.genpareto),
        (GeneralisedExtremeValue(), stats.genextreme),
    ],
    ids=name,
)
def test_the_maximum_is_no_lower_than_scipys(law, peer):
    data = stats.genpareto(0.2, scale=4.0).rvs(300, random_state=3) + 1
    free = {} if law.name == "generalised extreme value" else {"floc": 0}
    theirs = peer.logpdf(data, *peer.fit(data, **free)).sum()
    assert law.fit(data).llf >= theirs - 1e-6


@pytest.mark.parametrize("law", EVERY, ids=name)
@pytest.mark.parametrize(
    "values", [[], [20], [20] * 5, [1_000_000] * 1_000_000], ids=["none", "one", "equal", "1e6"]
)
def test_too_little_is_said(law, values):
    with pytest.raises(NotEnoughIncidentsError, match="two distinct values"):
        law.fit(values)


@pytest.mark.parametrize("law", EVERY, ids=name)
@pytest.mark.parametrize(
    ("values", "weights"),
    [
        ([11, 12], [1, 1]),
        ([11, 10_000_000], [1, 1]),
        ([9_999_999, 10_000_000], [1_000_000, 3]),
        ([11, 12, 500], [10**9, 10**8, 5]),
        ([11, 13, 17, 40, 10_000_000], [50, 20, 3, 2, 1]),
    ],
)
def test_two_distinct_values_are_answered(law, values, weights):
    fit = law.fit(values, weights)
    assert np.isfinite(fit.llf) and np.isfinite(fit.params).all()
    chances = fit.sf([11, 12, 600, 10_000_000])
    assert ((chances >= 0) & (chances <= 1)).all() and (np.diff(chances) <= 1e-12).all()
    bounds = fit.conf_int()
    assert (bounds["lower"] <= fit.params * (1 + 1e-6 * np.sign(fit.params))).all()
    assert (bounds["upper"] >= fit.params * (1 - 1e-6 * np.sign(fit.params))).all()
    assert np.isfinite(fit.rvs(5, rng=1)).all()


@pytest.mark.parametrize(("blocks", "seed"), [(10.0, 1), (100.0, 1), (100.0, 7)])
def test_block_levels_are_where_the_profile_falls(blocks, seed):
    law = GeneralisedExtremeValue()
    data = law.rvs([0.15, 40.0, 9.0], 25, rng=seed)
    fit = law.fit(data)
    row = fit.return_levels(blocks, level=0.9).iloc[0]
    score = law._score(fit.content.x, fit.content.weights)
    y = -np.log1p(-1 / blocks)

    def loss(point, end):
        shape, scale = point[0], np.exp(point[1])
        loc = end - scale * np.expm1(-shape * np.log(y)) / shape
        height = score(np.array([[shape], [loc], [scale]]))[0]
        return -25 * height if np.isfinite(height) else 1e9

    for end in row[["lower", "upper"]]:
        grid = [
            (shape, wide) for shape in np.linspace(-0.9, 1.2, 44) for wide in np.arange(1, 4, 0.2)
        ]
        start = min(grid, key=lambda point: loss(point, end))
        found = minimize(loss, start, (end,), method="Nelder-Mead", options={"xatol": 1e-8})
        assert 2 * (fit.llf + found.fun) == pytest.approx(2.7055, abs=1e-3)


def test_a_bounded_tail_has_both_ends_of_its_intervals():
    # At the edge of its support a search from the best fit has no likelihood to start from.
    data = GeneralisedPareto(0.0).rvs([-0.45, 20.0], 18, rng=7)
    fit = GeneralisedPareto(0.0).fit(data)
    bounds = fit.conf_int()
    assert (bounds["lower"] < fit.params).all() and (fit.params < bounds["upper"]).all()
    for name, end in bounds.stack().items():
        shape, scale = np.meshgrid(np.linspace(-1, 1.5, 4_001), np.geomspace(4, 100, 4_001))
        held = np.full(4_001, end)
        pair = [held, scale[:, 0]] if name[0] == "shape" else [shape[0], held]
        height = fit._of_params(np.array(pair)).max() * fit.n_tail
        fall = 2 * (fit.llf - height)
        assert fall == pytest.approx(2.7055, abs=0.02) or (end == -1 and fall < 2.7055)


def test_what_is_no_toll_is_refused():
    with pytest.raises(InvalidValueError, match="whole numbers"):
        Lognormal().fit([1, 2.5])
    with pytest.raises(InvalidValueError, match="finite"):
        Weibull().fit([1, np.inf])
    with pytest.raises(ValueError, match="xmin is 0"):
        Lognormal(xmin=0)
    with pytest.raises(ValueError, match="method"):
        Geometric().fit([1, 2]).conf_int(method="score")


@pytest.mark.parametrize("family", [Lognormal, StretchedExponential, PoissonLognormal])
def test_a_ridge_is_reported(family):
    # Steeper far out than near by: the best lognormal and its like are the power law itself.
    deaths = np.concatenate([PowerLaw(5).rvs([2.5], 800, rng=1), [10**6] * 4])
    fit = family(5).fit(deaths)
    assert not fit.steady and "ridge" in fit.summary()
    assert fit.bse.isna().all()
    lower, upper = fit.conf_int().iloc[0]
    assert not np.isfinite([lower, upper]).all() or lower == 0
    limit = PowerLaw(5).fit(deaths).llf
    if family is PoissonLognormal:
        # A Poisson whose mean has a power law: p(x) in proportion to G(x + 1 - a) / G(x + 1).
        limit = -minimize_scalar(
            lambda a: (
                -np.sum(
                    gammaln(deaths + 1 - a)
                    - gammaln(deaths + 1.0)
                    + np.log(a - 1)
                    + gammaln(5.0)
                    - gammaln(6 - a)
                )
            ),
            bounds=(1.1, 4),
            method="bounded",
        ).fun
    assert fit.llf == pytest.approx(limit, abs=1)


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from([family(1) for family in FAMILIES if family is not PoissonLognormal]),
    st.lists(st.integers(1, 10**7), min_size=2, max_size=12, unique=True),
)
def test_any_tolls_are_answered(law, tolls):
    fit = law.fit(tolls)
    assert np.isfinite(fit.llf) and np.isfinite(fit.params).all()


@pytest.mark.parametrize(("unit", "origin"), [(1e-4, 0.0), (1e5, 0.0), (1.0, 3_000.0), (1.0, 1e5)])
def test_errors_of_extremes_follow_unit_and_origin(unit, origin):
    law = GeneralisedExtremeValue()
    values = law.rvs([0.1, 0.0, 1.0], 200, rng=1)
    plain, moved = law.fit(values), law.fit(origin + unit * values)
    np.testing.assert_allclose(moved.bse, plain.bse * [1.0, unit, unit], rtol=1e-3)
    ends = plain.return_levels([100], method="delta").iloc[0]
    again = moved.return_levels([100], method="delta").iloc[0]
    np.testing.assert_allclose((again - origin) / unit, ends, rtol=1e-3)


@pytest.mark.parametrize(("family", "params"), WHOLE)
def test_more_than_a_fraction_is_the_next_whole_number(family, params):
    law = family(2)
    np.testing.assert_array_equal(law.sf([1.5, 2.5, 7.01], params), law.sf([2, 3, 8], params))


@pytest.mark.parametrize("period", [np.inf, np.nan])
def test_levels_of_no_period_are_refused(period):
    blocks = GeneralisedExtremeValue().fit(GeneralisedExtremeValue().rvs([0.1, 9.0, 2.0], 60, 1))
    beyond = GeneralisedPareto(10.0).fit(GeneralisedPareto(10.0).rvs([0.2, 5.0], 90, 1))
    for fit in (blocks, beyond):
        with pytest.raises(ValueError, match=f"periods holds {period}; accepted: finite numbers"):
            fit.return_levels([10, period])


@pytest.mark.parametrize("seed", [100, 101, 104])
def test_a_negative_binomial_that_is_a_poisson_says_so(seed):
    drawn = np.random.default_rng(seed).poisson(8, 300)
    fit = NegativeBinomial(1).fit(drawn[drawn >= 1])
    # As steep as the Poisson itself, so that its shape has no upper end.
    assert fit.llf == pytest.approx(Poisson(1).fit(drawn[drawn >= 1]).llf, abs=1e-3)
    assert not fit.steady and fit.bse.isna().all() and "ridge" in fit.summary()
    assert fit.conf_int().loc["shape", "upper"] == np.inf


def test_a_cutoff_may_be_a_narrow_hump():
    drawn = np.random.default_rng(3).poisson(30, 4_000)
    fit = PowerLawWithCutoff(20).fit(drawn[drawn >= 20])
    assert fit.params["alpha"] < -29 and fit.steady
    tried = minimize(
        lambda p: -PowerLawWithCutoff(20).logpmf(drawn[drawn >= 20], [p[0], np.exp(p[1])]).sum(),
        [-25.0, 0.0],
        method="Nelder-Mead",
        options={"xatol": 1e-8, "fatol": 1e-10, "maxiter": 4000},
    )
    assert fit.llf >= -tried.fun - 1e-6
