"""Every distribution against direct summation and scipy, and truth recovered."""

import numpy as np
import pytest
from scipy import stats

from riskkit.lethality.distributions import (
    Geometric,
    Lognormal,
    Poisson,
    PowerLaw,
    PowerLawWithCutoff,
    StretchedExponential,
    fit_distribution,
)

CASES = [
    (PowerLaw(), [0.4]),
    (PowerLawWithCutoff(), [1.8, -4.0]),
    (PowerLawWithCutoff(), [0.3, -3.0]),
    (PowerLawWithCutoff(), [2.6, -12.0]),
    (Lognormal(), [1.5, 0.3]),
    (StretchedExponential(), [-1.0, -0.6]),
    (Geometric(), [-2.0]),
    (Poisson(), [2.5]),
]


@pytest.mark.parametrize(("family", "theta"), CASES, ids=lambda v: getattr(v, "name", str(v)))
@pytest.mark.parametrize("xmin", [1, 12])
def test_pmf_is_the_difference_of_the_survival(family, theta, xmin):
    x, free = np.arange(xmin, xmin + 60.0), np.array(theta)
    chances = np.exp(family.log_pmf(x, xmin, free))
    reach = np.exp(family.log_sf(np.append(x, x[-1] + 1), xmin, free))
    assert reach[0] == pytest.approx(1, rel=1e-12)
    np.testing.assert_allclose(chances, -np.diff(reach), rtol=1e-6, atol=1e-13)


@pytest.mark.parametrize(("alpha", "rate"), [(1.8, 0.02), (0.3, 0.05), (3.0, 1.5), (-1.0, 0.1)])
@pytest.mark.parametrize("xmin", [1, 12])
def test_cutoff_adds_up(alpha, rate, xmin):
    x = np.arange(xmin, xmin + 20_000.0)
    chances = np.exp(PowerLawWithCutoff().log_pmf(x, xmin, np.array([alpha, np.log(rate)])))
    assert chances.sum() == pytest.approx(1, rel=1e-9)


def test_untruncated_forms_are_scipys():
    x = np.arange(1.0, 40.0)
    geometric = stats.geom.logpmf(x, -np.expm1(-0.3))
    np.testing.assert_allclose(Geometric().log_pmf(x, 1, np.log([0.3])), geometric)
    poisson = stats.poisson.logpmf(x, 7.0) - stats.poisson.logsf(4, 7.0)
    np.testing.assert_allclose(Poisson().log_pmf(x, 5, np.log([7.0])), poisson)
    zipf = stats.zipf.logpmf(x, 2.2)
    np.testing.assert_allclose(PowerLaw().log_pmf(x, 1, np.log([1.2])), zipf)
    law = stats.lognorm(0.9, scale=np.exp(1.2))
    whole = np.log(law.cdf(x + 0.5) - law.cdf(x - 0.5)) - law.logsf(2.5)
    np.testing.assert_allclose(Lognormal().log_pmf(x, 3, np.array([1.2, np.log(0.9)])), whole)


@pytest.mark.parametrize(
    ("family", "truth", "sample"),
    [
        (Geometric(), [0.3], lambda rng, n: rng.geometric(-np.expm1(-0.3), n)),
        (Poisson(), [7.0], lambda rng, n: rng.poisson(7.0, n)),
        (Lognormal(), [1.2, 0.9], lambda rng, n: np.round(rng.lognormal(1.2, 0.9, n))),
        (
            StretchedExponential(),
            [0.3, 0.7],
            lambda rng, n: np.round((rng.exponential(1, n) / 0.3) ** (1 / 0.7)),
        ),
    ],
    ids=lambda v: getattr(v, "name", ""),
)
def test_truth_is_found(family, truth, sample):
    drawn = sample(np.random.default_rng(5), 60_000)
    values, counts = np.unique(drawn[drawn >= 2], return_counts=True)
    fit = fit_distribution(family, values, counts, xmin=2)
    np.testing.assert_allclose(fit.params, truth, rtol=0.05)
    assert fit.steady and fit.nobs == counts.sum()
    assert fit.sf(2) == pytest.approx(1) and fit.aic < fit.bic
