"""Exponents by covariate and over time: truth recovered, size and power of the test."""

import numpy as np
import pandas as pd
import pytest

from riskkit.errors import NotEnoughIncidentsError
from riskkit.kernels import zeta
from riskkit.lethality import TailModel, TailRegression, TailTrend

TABLES = {alpha: zeta.survival_table(alpha, 10) for alpha in (2.0, 2.2, 2.4, 2.6, 2.8)}


def tolls(alpha, size, rng):
    return zeta.draw(1 - rng.random(size), alpha, 10, TABLES[alpha])


def over_years(alphas, size, rng):
    parts = [
        pd.DataFrame({"year": 2000 + i, "fatalities": tolls(alpha, size, rng)})
        for i, alpha in enumerate(alphas)
    ]
    return pd.concat(parts, ignore_index=True)


def test_without_covariates_it_is_the_tail_model():
    deaths = tolls(2.4, 400, np.random.default_rng(1))
    tail = TailModel(xmin=10).fit(deaths)
    same = TailRegression("fatalities ~ 1", xmin=10).fit(pd.DataFrame({"fatalities": deaths}))
    assert 1 + np.exp(same.params.iloc[0]) == pytest.approx(tail.alpha, abs=1e-6)
    assert same.llf == pytest.approx(tail.llf, abs=1e-6)
    assert same.nobs == tail.n_tail


def test_the_truth_lies_in_the_intervals():
    inside = []
    for seed in range(50):
        rng = np.random.default_rng([2, seed])
        attacks = pd.DataFrame(
            {
                "weapon": ["gun"] * 210 + ["bomb"] * 200,
                "fatalities": np.concatenate([tolls(2.8, 210, rng), tolls(2.2, 200, rng)]),
            }
        )
        fit = TailRegression("fatalities ~ weapon").fit(attacks)
        truth = [np.log(1.8), np.log(1.2 / 1.8)]
        bounds = fit.conf_int(0.9)
        inside.append((bounds["lower"] <= truth) & (truth <= bounds["upper"]))
    # 100 intervals: the standard error of the share is 0.03. The study makes thousands.
    assert 0.81 <= np.mean(inside) <= 0.98


def test_heavier_kinds_reach_farther():
    rng = np.random.default_rng(3)
    attacks = pd.DataFrame(
        {
            "weapon": ["gun"] * 500 + ["bomb"] * 400,
            "fatalities": np.concatenate([tolls(2.8, 500, rng), tolls(2.0, 400, rng)]),
        }
    )
    fit = TailRegression("fatalities ~ weapon").fit(attacks)
    kinds = pd.DataFrame({"weapon": ["gun", "bomb"]}, index=["gun", "bomb"])
    chance = fit.estimate(kinds, at_least=100, rng=1).to_frame()
    assert chance.loc["bomb", "lower"] > chance.loc["gun", "upper"]
    assert fit.alpha(kinds)["bomb"] == pytest.approx(2.0, abs=0.15)
    with pytest.raises(ValueError, match="xmin"):
        fit.estimate(kinds, at_least=5)


def test_a_level_with_one_toll_is_named():
    attacks = pd.DataFrame({"weapon": ["gun"] * 30 + ["bomb"] * 20,
                            "fatalities": [10, 12, 30] * 10 + [10] * 20})  # fmt: skip
    with pytest.raises(NotEnoughIncidentsError, match=r"weapon\[T.bomb\]"):
        TailRegression("fatalities ~ weapon").fit(attacks)


def test_size_and_power_of_the_trend():
    steady, falling = [], []
    for seed in range(50):
        rng = np.random.default_rng([4, seed])
        steady.append(TailTrend(10).fit(over_years([2.4] * 5, 60, rng)).p_value < 0.1)
    for seed in range(20):
        rng = np.random.default_rng([8, seed])
        alphas = [2.8, 2.6, 2.4, 2.2, 2.0]
        falling.append(TailTrend(10).fit(over_years(alphas, 60, rng)).p_value < 0.1)
    # Quick: 2,000 runs are in the study.
    assert 0.0 < np.mean(steady) <= 0.22
    assert np.mean(falling) > 0.9


def test_the_answer_is_told_in_words():
    rng = np.random.default_rng(5)
    trend = TailTrend(10).fit(over_years([2.8, 2.6, 2.4, 2.2, 2.0], 100, rng))
    assert "the tail got heavier by year (likelihood" in trend.summary()
    assert trend.alpha([2000, 2004]).is_monotonic_decreasing


def test_a_declared_jump_is_no_trend():
    jump = [2.6] * 5 + [2.2] * 5
    found, beside, shifts = [], [], []
    for seed in range(16):
        attacks = over_years(jump, 60, np.random.default_rng([6, seed]))
        found.append(TailTrend(10).fit(attacks).p_value < 0.05)
        trend = TailTrend(10, breaks=(2005,)).fit(attacks)
        beside.append(trend.p_value < 0.05)
        shifts.append(trend.params["from 2005"])
        lower, upper = trend.conf_int().loc["from 2005"]
        assert lower < trend.params["from 2005"] < upper
    assert np.mean(found) > 0.7 and np.mean(beside) < 0.2
    # ln(1.2 / 1.6) is -0.288; one estimate's standard error is about 0.2.
    assert np.mean(shifts) == pytest.approx(np.log(1.2 / 1.6), abs=0.15)
    assert "beside a jump in 2005" in trend.summary()
    exponents = trend.alpha([2004, 2005])
    step = np.log((exponents[2005] - 1) / (exponents[2004] - 1))
    assert step == pytest.approx(trend.params["from 2005"] + trend.params["center(year)"])


def test_a_jump_outside_the_years_is_refused():
    attacks = over_years([2.4] * 5, 60, np.random.default_rng(7))
    with pytest.raises(NotEnoughIncidentsError, match="2010"):
        TailTrend(10, breaks=(2010,)).fit(attacks)


@pytest.mark.data
def test_trend_on_rand(real_data):
    import riskkit as rk

    check = rk.check_incidents(real_data / "rand" / "rand_rdwti_1968_2009.csv.gz")
    trend = TailTrend(10).fit(check.kept)
    assert trend.nobs > 500 and 0 <= trend.p_value <= 1


def test_what_was_left_out_is_told_everywhere():
    attacks = over_years([2.4] * 5, 60, np.random.default_rng(9)).assign(source="ucdp", days=1)
    sums = attacks[:20].assign(days=30, fatalities=900)
    attacks = pd.concat([attacks, sums], ignore_index=True)
    trend = TailTrend(10).fit(attacks)
    tail = TailRegression("fatalities ~ year").fit(attacks)
    for told in (trend.notes, tail.notes, tail.estimate(attacks[:2], at_least=50, rng=1).notes):
        assert "Left out: 20 that ran over days and are sums of attacks." in told
        assert "Only attacks that killed: deaths per attack start at one." in told
    assert all(note in trend.summary() for note in trend.notes)
    assert all(note in tail.summary() for note in tail.notes)


def test_standard_errors_are_those_of_the_intervals():
    attacks = over_years([2.4] * 5, 60, np.random.default_rng(10))
    tail = TailRegression("fatalities ~ center(year)").fit(attacks)
    half = (tail.conf_int(0.9)["upper"] - tail.params) / 1.6448536
    np.testing.assert_allclose(tail.bse, half, rtol=1e-6)
