"""Rubin's rules against statsmodels, against their formulas, and against a likelihood."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from statsmodels.imputation.bayes_mi import MI

from riskkit.lethality import pool
from riskkit.lethality.distributions import Lognormal, PowerLaw


class Fitted:
    """The least that can be pooled."""

    def __init__(self, params, cov):
        self.params = pd.Series(params)
        self._cov = np.asarray(cov, float)

    def cov_params(self):
        return self._cov


class Holes:
    """Fills holes of the second column at random: an imputer in the form statsmodels asks for."""

    def __init__(self, data, rng):
        self.start, self.rng = data, rng
        self.hole = np.isnan(data[:, 1])
        self.data = data.copy()

    def update(self):
        size = self.hole.sum()
        self.data = self.start.copy()
        self.data[self.hole, 1] = 0.5 * self.start[self.hole, 0] + self.rng.normal(size=size)


def test_as_statsmodels_pools_least_squares():
    rng = np.random.default_rng(3)
    data = rng.normal(size=(60, 2))
    data[:, 1] += 0.5 * data[:, 0]
    data[::3, 1] = np.nan
    pooled_there = MI(
        Holes(data, rng),
        sm.OLS,
        model_args_fn=lambda table: (table[:, 0], sm.add_constant(table[:, 1:])),
        nrep=12,
        burn=0,
    ).fit(results_cb=lambda fit: fit)
    fits = pooled_there.results
    ours = pool(fits, df_complete=fits[0].df_resid)
    np.testing.assert_allclose(ours.params, pooled_there.params, rtol=1e-12)
    np.testing.assert_allclose(ours.cov_params(), pooled_there.cov_params(), rtol=1e-12)
    # What statsmodels calls fmi is the share of the variance, lambda.
    np.testing.assert_allclose(ours.diagnostics()["lambda"], pooled_there.fmi, rtol=1e-12)


def test_the_published_case_of_large_degrees_of_freedom():
    # Five tables and a relative increase of 10%: 484 degrees of freedom (SAS/STAT, PROC MI).
    spread = np.array([-2, -1, 0, 1, 2]) / np.sqrt(2.5)  # variance 1
    within = 1.2 / 0.1
    fits = [Fitted({"q": value}, [[within]]) for value in spread]
    told = pool(fits).diagnostics().loc["q"]
    assert told["riv"] == pytest.approx(0.1) and told["df"] == pytest.approx(484)
    # With 30 of them in a fit to complete data there can't be more than 30.
    small = pool(fits, df_complete=30).diagnostics().loc["q"]
    observed = 31 / 33 * 30 * (1 - small["lambda"])
    assert small["df"] == pytest.approx(1 / (1 / 484 + 1 / observed))
    assert small["fmi"] == pytest.approx((0.1 + 2 / (small["df"] + 3)) / 1.1)


def test_equal_tables_add_nothing():
    fit = PowerLaw(1).fit([1, 2, 3, 5, 9, 40], [50, 20, 9, 6, 4, 1])
    same = pool([fit, fit, fit])
    assert same.params["alpha"] == pytest.approx(fit.params["alpha"])
    assert same.bse["alpha"] == pytest.approx(fit.bse["alpha"])
    told = same.diagnostics().loc["alpha"]
    assert told["between"] == pytest.approx(0, abs=1e-20) and told["fmi"] == pytest.approx(0)
    lower, upper = same.conf_int().loc["alpha"]
    assert 1 < lower < fit.params["alpha"] < upper
    assert "fmi" in same.summary()


def test_bounded_parameters_stay_above_their_bound():
    fits = [Fitted({"shape": value, "mean": -1.0}, np.diag([0.04, 0.01])) for value in (0.1, 0.3)]
    plain, bent = pool(fits), pool(fits, lowest={"shape": 0.0})
    assert (
        plain.conf_int(0.95).loc["shape", "lower"] < 0 < bent.conf_int(0.95).loc["shape", "lower"]
    )
    assert bent.params["shape"] == pytest.approx(np.sqrt(0.03))
    assert bent.params["mean"] == plain.params["mean"] == -1


def test_draws_from_the_law_pool_to_the_likelihood_of_the_bounds():
    """Proper imputation under the law and the interval-censored likelihood are one model."""
    rng = np.random.default_rng(5)
    law = PowerLaw(1)
    deaths = law.rvs([2.2], 1_500, rng)
    decade = 10 ** np.floor(np.log10(deaths))
    low, high = decade, 10 * decade - 1
    known = rng.random(1_500) < 0.3
    low, high = np.where(known, deaths, low), np.where(known, deaths, high)
    likelihood = law.fit_intervals(low, high)
    alpha, error = likelihood.params["alpha"], likelihood.bse["alpha"]
    fits = []
    for _ in range(60):
        steep = 1 + np.exp(np.log(alpha - 1) + error / (alpha - 1) * rng.normal())
        first, beyond = law.sf(low, [steep]), law.sf(high + 1, [steep])
        drawn = law.ppf(np.minimum(1 - first + rng.random(1_500) * (first - beyond), 1), [steep])
        fits.append(law.fit(np.clip(drawn, low, high)))
    pooled = pool(fits)
    assert pooled.params["alpha"] == pytest.approx(alpha, abs=0.25 * error)
    assert pooled.bse["alpha"] == pytest.approx(error, rel=0.1)
    assert pooled.bse["alpha"] > 1.1 * fits[0].bse["alpha"]
    assert 0.15 < pooled.diagnostics().loc["alpha", "fmi"] < 0.7


def test_what_cannot_be_pooled_is_said():
    fit = PowerLaw(1).fit([1, 2, 3, 5])
    with pytest.raises(ValueError, match="fits holds 1"):
        pool([fit])
    with pytest.raises(ValueError, match="one model"):
        pool([fit, Fitted({"beta": 1.0}, [[1.0]])])
    with pytest.raises(ValueError, match="does not lie above"):
        pool([Fitted({"a": -1.0}, [[1.0]])] * 2, lowest={"a": 0.0})
    with pytest.raises(ValueError, match="lowest has 'b'"):
        pool([Fitted({"a": 1.0}, [[1.0]])] * 2, lowest={"b": 0.0})
    with pytest.raises(ValueError, match="df_complete is 0"):
        pool([fit, fit], df_complete=0)
    ridge = Lognormal(5).fit(np.append(PowerLaw(5).rvs([2.5], 800, rng=1), [10**6] * 4))
    with pytest.raises(ValueError, match="ridge"):
        pool([ridge, ridge])
