"""One grammar: the same comparison, typed the same way, in four regressions."""

from functools import partial

import numpy as np
import pandas as pd
import pytest

from riskkit.errors import MissingColumnError
from riskkit.incidents.schema import conform
from riskkit.lethality import (
    LethalityRegression,
    ParetoRegression,
    QuantileRegression,
    TailRegression,
)
from riskkit.lethality.explain.contrasts import CONTRASTS, untold, wald_terms

WORSHIP = "Religious Figures/Institutions"
SUICIDE = {"attack_type": "Bombing/Explosion", "suicide": True, "target_type": WORSHIP}
ASSAULT = {"attack_type": "Armed Assault", "suicide": False, "target_type": WORSHIP}
FORMULA = "fatalities ~ attack_type + target_type + suicide"


@pytest.fixture(scope="module")
def attacks():
    """Attacks with GTD's names; suicide attacks kill more, and reach farther."""
    rng = np.random.default_rng(1)
    size = 6_000
    bomb = rng.random(size) < 0.5
    suicide = bomb & (rng.random(size) < 0.4)
    target = rng.choice([WORSHIP, "Military", "Private Citizens & Property"], size)
    mean = np.exp(0.5 + 0.3 * (target == WORSHIP) + 1.2 * suicide)
    deaths = rng.negative_binomial(0.5, 0.5 / (0.5 + mean))
    deaths = np.where(deaths > 9, 10 + np.floor((6 + 10 * suicide) * rng.pareto(2.5, size)), deaths)
    return conform(
        pd.DataFrame(
            {
                "incident_id": [f"a{at}" for at in range(size)],
                "date": pd.Timestamp("2015-06-01"),
                "date_precision": "day",
                "country": "MLI",
                "attack_type": np.where(bomb, "Bombing/Explosion", "Armed Assault"),
                "target_type": target,
                "suicide": pd.array(suicide, dtype="boolean"),
                "fatalities": pd.array(deaths.astype(int), dtype="Int64"),
            }
        )
    )


@pytest.mark.parametrize(
    ("model", "given"),
    [
        (LethalityRegression(FORMULA), {}),
        (LethalityRegression(FORMULA), {"at_least": 10}),
        (QuantileRegression(FORMULA, 0.9), {}),
        (TailRegression(FORMULA), {"at_least": 50}),
        (ParetoRegression(FORMULA), {"at_least": 50}),
    ],
    ids=["mean", "chance", "quantile", "tail", "pareto"],
)
def test_a_suicide_attack_on_a_place_of_worship_against_an_armed_assault(attacks, model, given):
    effect = model.fit(attacks).effect(SUICIDE, ASSAULT, rng=1, **given)
    assert effect.groups.equals(CONTRASTS) and effect.draws.shape == (2000, 4)
    table = effect.to_frame()
    assert list(table.columns[:3]) == ["estimate", "lower", "upper"]
    assert table.loc["difference", "lower"] > 0 and table.loc["ratio", "lower"] > 1
    one, other, difference, ratio = effect.draws[0]
    assert difference == pytest.approx(one - other) and ratio == pytest.approx(one / other)
    assert (model.fit(attacks).effect(SUICIDE, ASSAULT, rng=1, **given).draws == effect.draws).all()


def test_what_is_not_named_stays_as_it_was(attacks):
    fit = QuantileRegression("fatalities ~ target_type + suicide", 0.75).fit(attacks)
    effect = fit.effect({"suicide": True}, {"suicide": False}, rng=1).to_frame()
    kinds = pd.DataFrame({"target_type": attacks["target_type"].astype(str), "suicide": True})
    every = fit.estimate(kinds.drop_duplicates(), rng=1)
    share = kinds["target_type"].value_counts(normalize=True)
    by_kind = pd.Series(every.draws.mean(axis=0), kinds.drop_duplicates()["target_type"])
    assert effect.loc["of", "estimate"] == pytest.approx((share * by_kind).sum())


def test_kinds_lack_nothing(attacks):
    for model in (LethalityRegression(FORMULA), QuantileRegression(FORMULA)):
        fit = model.fit(attacks)
        with pytest.raises(MissingColumnError, match="attacks have no suicide; accepted: a column"):
            fit.estimate(pd.DataFrame({"attack_type": ["Armed Assault"], "target_type": [WORSHIP]}))
        with pytest.raises(ValueError, match="draws is 0"):
            fit.effect(SUICIDE, ASSAULT, draws=0)


def test_ratios_of_nothing_are_unknown():
    rng = np.random.default_rng(2)
    attacks = pd.DataFrame({"weapon": ["gun", "bomb"] * 200})
    attacks["fatalities"] = (rng.random(400) < 0.1) * rng.integers(1, 4, 400)
    fit = QuantileRegression("fatalities ~ weapon", 0.5).fit(attacks)
    effect = fit.effect({"weapon": "gun"}, {"weapon": "bomb"}, rng=1)
    assert np.isnan(effect.draws[:, 3]).all() and (effect.draws[:, :3] == 0).all()


def test_a_predictor_without_an_error_of_use_is_named():
    x = np.column_stack([np.ones(4), [0, 0, 1, 1]])
    assert untold(x, np.diag([0.1, 0.1]), ["Intercept", "bomb"]) is None
    assert untold(x, np.diag([0.1, 1e6]), ["Intercept", "bomb"]) == "bomb"
    assert untold(x, np.diag([1e6, 0.1]), ["Intercept", "bomb"]) == "the intercept"


def test_terms_are_tested_as_statsmodels_tests_them(attacks):
    import statsmodels.api as sm

    from riskkit.lethality.explain.design import Design

    frame = pd.DataFrame({"kind": pd.Categorical(attacks["target_type"].astype(str))})
    design, x = Design.learn("kind", frame)
    y = attacks["fatalities"].to_numpy(float)
    peer = sm.GLM(y, x, family=sm.families.Poisson()).fit()
    contrast = np.eye(3)[1:]
    test = peer.wald_test(contrast, scalar=True)
    chi2, df, p_value = wald_terms(peer.params, peer.cov_params(), design)["kind"]
    assert (chi2, df) == (pytest.approx(test.statistic), 2)
    assert p_value == pytest.approx(test.pvalue)


@pytest.mark.parametrize(
    ("model", "given"),
    [
        (partial(LethalityRegression), {}),
        (partial(LethalityRegression, zeros="none"), {}),
        (partial(QuantileRegression, quantile=0.9), {}),
        (partial(TailRegression, xmin=1), {"at_least": 50}),
        (partial(ParetoRegression, xmin=5), {"at_least": 50}),
    ],
    ids=["hurdle", "counts", "quantile", "tail", "pareto"],
)
def test_units_and_origins_of_covariates_change_no_error(model, given):
    rng = np.random.default_rng(2)
    kind = rng.choice(["bomb", "gun"], 800, p=[0.4, 0.6])
    year = rng.integers(1998, 2021, 800)
    deaths = np.floor(rng.pareto(1.8, 800) * (4 + 2 * (kind == "bomb")))
    people = np.exp(rng.normal(np.log(3e7), 1, 800))
    attacks = pd.DataFrame({"kind": kind, "year": year, "people": people, "fatalities": deaths})
    attacks = attacks.assign(millions=people / 1e6, parts=people / 1e13, decade=year / 10 - 201)

    def told(right):
        fit = model(f"fatalities ~ {right}").fit(attacks)
        bounds = fit.conf_int()
        name = bounds.index.get_level_values(-1)
        widths = (bounds["upper"] - bounds["lower"]).to_numpy()
        assert (fit.terms()["chi2"] < 300).all()
        effect = fit.effect({"kind": "bomb"}, {"kind": "gun"}, rng=1, **given)
        return name, widths, effect.to_frame().loc["ratio"]

    name, widths, effect = told("kind + millions")
    for other, unit in (("people", 1e6), ("parts", 1e-7)):
        _, again, shift = told(f"kind + {other}")
        scale = np.where(name == "millions", unit, 1.0)
        np.testing.assert_allclose(again * scale, widths, rtol=1e-4)
        np.testing.assert_allclose(shift, effect, rtol=1e-3)
    name, widths, effect = told("kind + decade + I(decade**2)")
    _, again, shift = told("kind + year + I(year**2)")
    still = (name == "kind[T.bomb]") | (name == "I(decade ** 2)")
    scale = np.where(name == "I(decade ** 2)", 100.0, 1.0)
    np.testing.assert_allclose((again * scale)[still], widths[still], rtol=1e-3)
    np.testing.assert_allclose(shift, effect, rtol=2e-2)


def test_a_term_is_untested_where_clusters_are_too_few():
    rng = np.random.default_rng(3)
    kind, place = rng.choice(["a", "b", "c", "d"], 400), rng.choice(["X", "Y"], 400)
    attacks = pd.DataFrame({"kind": kind, "place": place, "fatalities": rng.poisson(2, 400)})
    model = LethalityRegression("fatalities ~ kind", zeros="none", cluster="place")
    assert model.fit(attacks).terms()["p_value"].isna().all()


def test_estimates_are_named_by_what_is_explained(attacks):
    hurt = attacks.assign(injured=attacks["fatalities"])
    kinds = pd.DataFrame({"suicide": [True]})
    told = LethalityRegression("injured ~ suicide").fit(hurt)
    assert told.estimate(kinds, rng=1).quantity == "expected injured"
    assert told.estimate(kinds, rng=1).unit == "injured per attack"
    chance = told.estimate(kinds, at_least=10, rng=1).quantity
    assert chance == "chance that an attack has 10 injured or more"
    with pytest.raises(ValueError, match=r"at_least is 9\.5; accepted: 1 or more, a whole number"):
        told.estimate(kinds, at_least=9.5)
    unit = QuantileRegression("injured ~ suicide", 0.9).fit(hurt).estimate(kinds, rng=1).unit
    assert unit == "injured per attack"
    for model in (TailRegression, ParetoRegression):
        tail = model("injured ~ suicide").fit(hurt)
        assert "from 10 injured on" in tail.summary()
        with pytest.raises(ValueError, match=r"at_least is 20.5; accepted: xmin \(10\) or more"):
            tail.estimate(kinds, at_least=20.5)
