"""Pareto tails by covariate: the plain fit, brute force, truth, terms, levels, refusals."""

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import minimize
from scipy.stats import chi2, genpareto

from riskkit.errors import NotEnoughIncidentsError, RiskkitError
from riskkit.lethality import ParetoRegression
from riskkit.lethality.distributions import DiscreteGeneralisedPareto


def tail(size=600, seed=1, bomb_scale=0.6, bomb_shape=0.0):
    """Tolls from 10 on: guns of scale 8 and shape 0.4."""
    rng = np.random.default_rng(seed)
    bomb = rng.random(size) < 0.45
    shape = 0.4 + bomb_shape * bomb
    excess = 8 * np.exp(bomb_scale * bomb) * (rng.random(size) ** -shape - 1) / shape
    return pd.DataFrame(
        {
            "weapon": np.where(bomb, "bomb", "gun"),
            "suicide": pd.array(rng.random(size) < 0.3, dtype="boolean"),
            "year": rng.integers(2000, 2020, size),
            "fatalities": 10 + np.floor(excess).astype(int),
        }
    )


KINDS = pd.DataFrame({"weapon": ["gun", "bomb"]}, index=["gun", "bomb"])


def test_without_covariates_it_is_the_distribution():
    attacks = tail()
    fit = ParetoRegression("fatalities ~ 1").fit(attacks)
    plain = DiscreteGeneralisedPareto(10).fit(attacks["fatalities"])
    assert fit.llf == pytest.approx(plain.llf, abs=1e-7)
    assert np.exp(fit.params["scale", "Intercept"]) == pytest.approx(
        plain.params["scale"], rel=1e-5
    )
    ends, same = fit.conf_int(0.9), plain.conf_int(0.9)
    np.testing.assert_allclose(ends.loc[("shape", "Intercept")], same.loc["shape"], atol=1e-4)
    np.testing.assert_allclose(np.exp(ends.loc[("scale", "Intercept")]), same.loc["scale"], 1e-4)


def brute_force(attacks, with_weapon=True):
    """Highest log likelihood by scipy's simplex and scipy's own generalised Pareto."""
    bomb = (attacks["weapon"] == "bomb").to_numpy(float)
    y = attacks["fatalities"].to_numpy(float) - 10

    def loss(point):
        scale = np.exp(point[0] + (point[2] * bomb if with_weapon else 0.0))
        law = genpareto(point[1], scale=scale)
        return -np.log(np.maximum(law.sf(y) - law.sf(y + 1), 1e-300)).sum()

    start = np.array([2.0, 0.3, 0.0][: 3 if with_weapon else 2])
    return minimize(loss, start, method="Nelder-Mead", options={"xatol": 1e-9, "fatol": 1e-10})


def test_brute_force_finds_the_same_maximum_and_the_same_test():
    attacks = tail(300)
    fit = ParetoRegression("fatalities ~ weapon").fit(attacks)
    found, without = brute_force(attacks), brute_force(attacks, with_weapon=False)
    assert fit.llf == pytest.approx(-found.fun, abs=1e-6)
    assert fit.params["shape", "Intercept"] == pytest.approx(found.x[1], abs=1e-5)
    gain = 2 * (without.fun - found.fun)
    row = fit.terms().loc[("scale", "weapon")]
    assert row["chi2"] == pytest.approx(gain, abs=1e-5)
    assert row["p_value"] == pytest.approx(chi2.sf(gain, 1), rel=1e-4)


def test_a_profile_ends_where_the_likelihood_has_fallen():
    attacks = tail(300)
    fit = ParetoRegression("fatalities ~ weapon").fit(attacks)
    lower, upper = fit.conf_int(0.9).loc[("scale", "weapon[T.bomb]")]
    bomb = (attacks["weapon"] == "bomb").to_numpy(float)
    y = attacks["fatalities"].to_numpy(float) - 10
    for end in (lower, upper):

        def loss(point, end=end):
            law = genpareto(point[1], scale=np.exp(point[0] + end * bomb))
            return -np.log(np.maximum(law.sf(y) - law.sf(y + 1), 1e-300)).sum()

        best = minimize(loss, [2.0, 0.3], method="Nelder-Mead", options={"fatol": 1e-9}).fun
        assert 2 * (fit.llf + best) == pytest.approx(chi2.ppf(0.9, 1), abs=1e-3)


def test_the_truth_lies_in_the_intervals():
    truth = np.array([np.log(8), 0.6, 0.4])
    inside = []
    for seed in range(40):
        fit = ParetoRegression("fatalities ~ weapon").fit(tail(400, seed))
        order = fit.params.rename(index={"weapon[T.gun]": "weapon[T.bomb]"})
        assert list(order.index.get_level_values("column"))[1] == "weapon[T.bomb]"
        ends = fit.conf_int(0.9, method="wald")
        sign = -1 if ("scale", "weapon[T.gun]") in fit.params.index else 1
        base = truth + (np.array([0.6, 0, 0]) if sign < 0 else 0)
        base[1] *= sign
        inside.append((ends["lower"] <= base) & (base <= ends["upper"]))
    # 120 intervals: the standard error of the share is 0.027.
    assert 0.81 <= np.mean(inside) <= 0.97


def test_shapes_by_kind():
    attacks = tail(4000, 2, bomb_scale=0.0, bomb_shape=0.5)
    fit = ParetoRegression("fatalities ~ 1", shape_formula="weapon").fit(attacks)
    assert fit.shape(KINDS)["gun"] == pytest.approx(0.4, abs=0.08)
    assert fit.shape(KINDS)["bomb"] == pytest.approx(0.9, abs=0.1)
    assert fit.terms().loc[("shape", "weapon"), "p_value"] < 1e-6
    assert fit.aic < ParetoRegression("fatalities ~ 1").fit(attacks).aic
    heavy = tail(1500, 3, bomb_scale=0.0, bomb_shape=0.9)
    told = ParetoRegression("fatalities ~ 1", shape_formula="weapon").fit(heavy)
    assert any("mean of the tail is infinite for 4" in note for note in told.notes)
    assert "infinite" in told.summary()


def test_chances_effects_and_levels_agree():
    attacks = tail(2000, 4)
    fit = ParetoRegression("fatalities ~ weapon + suicide + year").fit(attacks)
    kinds = KINDS.assign(suicide=False, year=2010)
    chance = fit.estimate(kinds, at_least=60, rng=1).to_frame()
    effect = fit.effect({"weapon": "bomb"}, {"weapon": "gun"}, at_least=60, rng=1).to_frame()
    assert effect.loc["difference", "lower"] > 0
    assert effect.loc["ratio", "estimate"] == pytest.approx(
        chance.loc["bomb", "estimate"] / chance.loc["gun", "estimate"], rel=0.05
    )
    for group, kind in (("of", "bomb"), ("against", "gun")):
        share = (attacks.loc[attacks["weapon"] == kind, "fatalities"] >= 60).mean()
        assert effect.loc[group, "lower"] - 0.01 < share < effect.loc[group, "upper"] + 0.01
    levels = fit.return_levels(kinds, [20, 100])
    assert (levels == levels.round()).all(axis=None)
    assert (levels["lower"] <= levels["estimate"]).all()
    assert (levels["estimate"] <= levels["upper"]).all()
    scale, shape = fit.scale(kinds)["bomb"], fit.shape(kinds)["bomb"]
    assert levels.loc[("bomb", 100.0), "estimate"] == 10 + np.floor(
        scale * (100**shape - 1) / shape
    )
    with pytest.raises(ValueError, match=r"accepted: xmin \(10\) or more"):
        fit.estimate(kinds, at_least=5)
    with pytest.raises(ValueError, match="more than 1 attack"):
        fit.return_levels(kinds, [1])
    with pytest.raises(ValueError, match="events holds inf"):
        fit.return_levels(kinds, [20, np.inf])
    with pytest.raises(ValueError, match="events holds nan"):
        fit.return_levels(kinds, [np.nan])


def test_weights_are_repeats():
    attacks = tail()[["weapon", "fatalities"]]
    folded = attacks.value_counts().rename("n").reset_index()
    one = ParetoRegression("fatalities ~ weapon").fit(attacks)
    two = ParetoRegression("fatalities ~ weapon").fit(folded, weights="n")
    np.testing.assert_allclose(one.params, two.params, atol=1e-8)
    np.testing.assert_allclose(one.conf_int(), two.conf_int(), atol=1e-6)


@pytest.mark.parametrize(
    "tolls",
    [
        [12] * 40,
        [10, 11] * 20,
        [10, 10_000_000] * 20,
        list(range(10, 15)) * 8,
        [10_000_000, 10_000_001, 10_000_003, 10_000_020] * 10,
        [10] * 39 + [10_000_000],
    ],
)
def test_awkward_tolls_get_an_answer_or_a_refusal(tolls):
    attacks = pd.DataFrame({"weapon": ["gun", "gun", "bomb", "bomb"] * 10, "fatalities": tolls})
    try:
        fit = ParetoRegression("fatalities ~ weapon").fit(attacks)
    except RiskkitError as problem:
        assert "accepted" in str(problem) or "nothing to explain" in str(problem)
        return
    assert np.isfinite(fit.params).all()
    effect = fit.effect({"weapon": "gun"}, {"weapon": "bomb"}, at_least=50, rng=1)
    assert np.isfinite(effect.draws[:, :3]).all()


def test_a_level_with_one_toll_is_named():
    attacks = tail(100)
    attacks.loc[attacks["weapon"] == "bomb", "fatalities"] = 10
    with pytest.raises(NotEnoughIncidentsError, match=r"fatalities is 10 in all .* weapon 'bomb'"):
        ParetoRegression("fatalities ~ weapon").fit(attacks)
    with pytest.raises(ValueError, match="xmin is 0"):
        ParetoRegression("fatalities ~ weapon", xmin=0)
