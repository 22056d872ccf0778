"""Regressions of deaths: truth recovered, tallies, edges, what is left out."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy import stats
from statsmodels.discrete.count_model import ZeroInflatedNegativeBinomialP
from statsmodels.discrete.truncated_model import HurdleCountModel

import riskkit as rk
from riskkit.errors import (
    InvalidValueError,
    MissingColumnError,
    NotEnoughIncidentsError,
    RiskkitError,
)
from riskkit.incidents.schema import conform
from riskkit.lethality import LethalityRegression, ParetoRegression, QuantileRegression


def simulate(size, seed):
    """Hurdle: bombs kill less often but more; suicide attacks kill more often and more."""
    rng = np.random.default_rng(seed)
    bomb, suicide = rng.random(size) < 0.5, rng.random(size) < 0.2
    year = rng.integers(2000, 2020, size)
    some = rng.random(size) < 1 / (1 + np.exp(-(-0.2 - 0.5 * bomb + 1.2 * suicide)))
    mean = np.exp(0.7 + 0.4 * bomb + 0.8 * suicide + 0.02 * (year - 2010))
    deaths = np.zeros(size, dtype=int)
    left = np.flatnonzero(some)
    while len(left):
        deaths[left] = rng.negative_binomial(1.5, 1.5 / (1.5 + mean[left]))
        left = left[deaths[left] == 0]
    return pd.DataFrame(
        {
            "incident_id": [f"a{i}" for i in range(size)],
            "date": pd.to_datetime({"year": year, "month": 6, "day": 1}),
            "date_precision": "day",
            "country": "MLI",
            "attack_type": np.where(bomb, "Bombing/Explosion", "Armed Assault"),
            "suicide": pd.array(suicide, dtype="boolean"),
            "fatalities": pd.array(deaths, dtype="Int64"),
        }
    )


TRUTH = {
    ("any", "attack_type"): -0.5,
    ("any", "suicide"): 1.2,
    ("count", "attack_type"): 0.4,
    ("count", "suicide"): 0.8,
    ("count", "year"): 0.02,
    ("dispersion", "log theta"): np.log(1.5),
}
FORMULA = "fatalities ~ attack_type + suicide + year"


def truth_of(index):
    """Give the true value of each slope; the base of attack_type is whatever is commoner."""
    sign = {"attack_type[T.Armed Assault]": -1}
    return {
        (part, column): TRUTH.get((part, column.split("[")[0])) * sign.get(column, 1)
        for part, column in index
        if TRUTH.get((part, column.split("[")[0])) is not None
    }


def test_the_truth_lies_in_the_intervals():
    inside = []
    for seed in range(30):
        fit = LethalityRegression(FORMULA).fit(simulate(600, seed))
        bounds = fit.conf_int(0.9)
        for key, value in truth_of(fit.params.index).items():
            inside.append(bounds.loc[key, "lower"] <= value <= bounds.loc[key, "upper"])
    assert 0.84 <= np.mean(inside) <= 0.95


def test_statsmodels_finds_no_higher_likelihood():
    attacks = simulate(500, 1)
    for zeros, peer in (("hurdle", "hurdle"), ("inflated", "zinb"), ("none", "nb")):
        fit = LethalityRegression("fatalities ~ attack_type + suicide", zeros=zeros).fit(attacks)
        y = attacks["fatalities"].to_numpy(float)
        bomb = (attacks["attack_type"] == "Bombing/Explosion").to_numpy(float)
        x = np.column_stack([np.ones(500), bomb, attacks["suicide"].to_numpy(float)])
        if peer == "nb":
            found = sm.NegativeBinomial(y, x).fit(disp=0, maxiter=200)
        elif peer == "zinb":
            model = ZeroInflatedNegativeBinomialP(y, x, exog_infl=x)
            found = model.fit(method="bfgs", maxiter=500, disp=0)
        else:
            model = HurdleCountModel(y, x, dist="negbin", zerodist="poisson")
            found = model.fit(disp=0, method="bfgs", maxiter=500)
            # The same law, but another link of the hurdle: only the counts can be compared.
            assert fit.theta == pytest.approx(1 / found.params[-1], rel=2e-2)
            continue
        assert fit.llf >= found.llf - 1e-6
        assert fit.llf == pytest.approx(found.llf, abs=1e-3)


def test_a_tally_says_the_same_as_its_incidents():
    attacks = conform(simulate(800, 2))
    tally = rk.tally(attacks, by="country", every="year", end="2019", marks=["attack_type"])
    formula = "fatalities ~ attack_type + year"
    one, two = (LethalityRegression(formula).fit(each) for each in (attacks, tally))
    np.testing.assert_allclose(one.params, two.params, atol=1e-5)
    assert one.nobs == two.nobs == 800
    folded = attacks.groupby(["attack_type", "fatalities"], observed=True).size()
    weighted = folded.rename("n").reset_index()
    three = LethalityRegression("fatalities ~ attack_type").fit(weighted, weights="n")
    four = LethalityRegression("fatalities ~ attack_type").fit(attacks)
    np.testing.assert_allclose(three.params, four.params, atol=1e-6)


def test_effects_compare_kinds_of_attack_over_the_attacks_there_are():
    attacks = simulate(8_000, 3)
    fit = LethalityRegression(FORMULA).fit(attacks)
    of = {"attack_type": "Bombing/Explosion", "suicide": True}
    against = {"attack_type": "Armed Assault", "suicide": False}
    effect = fit.effect(of, against, rng=1).to_frame()
    plain = attacks.groupby(["attack_type", "suicide"])["fatalities"].mean()
    assert effect.loc["of", "estimate"] == pytest.approx(plain["Bombing/Explosion", True], rel=0.12)
    assert effect.loc["against", "estimate"] == pytest.approx(
        plain["Armed Assault", False], rel=0.08
    )
    assert effect.loc["difference", "lower"] > 0 and effect.loc["ratio", "lower"] > 1
    chance = fit.effect(of, against, at_least=10, rng=1).to_frame()
    for group, key in (("of", ("Bombing/Explosion", True)), ("against", ("Armed Assault", False))):
        share = (attacks.set_index(["attack_type", "suicide"]).loc[key, "fatalities"] >= 10).mean()
        assert chance.loc[group, "estimate"] == pytest.approx(share, abs=0.03)
    kinds = pd.DataFrame([of | {"year": 2010}, against | {"year": 2010}], index=["bomb", "gun"])
    each = fit.estimate(kinds, rng=1).to_frame()
    assert each.loc["bomb", "lower"] > each.loc["gun", "upper"]


def test_deadly_sources_are_cut_at_one_and_say_so():
    attacks = simulate(900, 4).assign(source="ucdp")
    fit = LethalityRegression(FORMULA).fit(attacks)
    deadly = int((attacks["fatalities"] > 0).sum())
    assert fit.nobs == deadly
    assert set(fit.params.index.get_level_values("part")) == {"count", "dispersion"}
    assert any("cut at one" in note for note in fit.notes)
    assert any(f"Left out: {900 - deadly:,} that killed nobody" in note for note in fit.notes)
    assert "none recorded" in fit.summary()
    kinds = {"suicide": True}, {"suicide": False}
    assert fit.effect(*kinds, rng=1).to_frame().loc["against", "lower"] > 1


def test_what_is_left_out_is_counted():
    attacks = conform(simulate(300, 5))
    attacks.loc[:9, "fatalities"] = pd.NA
    attacks.loc[10:14, "days"] = 5
    attacks.loc[15:40, "suicide"] = pd.NA
    fit = LethalityRegression("fatalities ~ suicide").fit(attacks)
    assert fit.nobs == 285
    assert "Left out: 5 that ran over days and are sums of attacks." in fit.notes
    assert "Left out: 10 that have no known fatalities." in fit.notes
    assert ("any", "suicide[T.unknown]") in fit.params.index


def test_rare_levels_are_put_together():
    attacks = simulate(300, 6).assign(
        place=["Gao"] * 150 + ["Kidal"] * 142 + ["a", "b", "c", "d"] * 2
    )
    fit = LethalityRegression("fatalities ~ place").fit(attacks)
    assert [c for p, c in fit.params.index if p == "any"][1:] == ["place[T.Kidal]", "place[T.rare]"]


def test_a_level_without_a_deadly_attack_is_named_or_shrunk():
    attacks = simulate(300, 7).assign(place=["Gao"] * 270 + ["Kidal"] * 30)
    attacks.loc[270:, "fatalities"] = 0
    with pytest.raises(NotEnoughIncidentsError, match=r"place\[T.Kidal\] \(any\)"):
        LethalityRegression("fatalities ~ place", zero_formula="place").fit(attacks)
    shrunk = LethalityRegression("fatalities ~ place", prior_sd=2.5).fit(attacks)
    assert -6 < shrunk.params["any", "place[T.Kidal]"] < -1


def test_clusters_widen_the_errors():
    rng = np.random.default_rng(8)
    group = np.repeat(np.arange(40), 25)
    bomb = np.repeat(rng.random(40) < 0.5, 25)
    mean = np.exp(0.5 + np.repeat(rng.normal(0, 0.7, 40), 25))
    attacks = pd.DataFrame(
        {"group": [f"g{g:02d}" for g in group], "bomb": bomb, "fatalities": rng.poisson(mean)}
    )
    plain, robust = (
        LethalityRegression("fatalities ~ bomb", zeros="none", cluster=cluster).fit(attacks)
        for cluster in (None, "group")
    )
    np.testing.assert_allclose(plain.params, robust.params, atol=1e-6)
    assert robust.bse.iloc[1] > 2 * plain.bse.iloc[1]
    y, x = attacks["fatalities"].to_numpy(float), np.column_stack([np.ones(1000), ~bomb])
    peer = sm.NegativeBinomial(y, x).fit(
        disp=0, cov_type="cluster", cov_kwds={"groups": group, "use_correction": True}
    )
    assert robust.bse.iloc[1] == pytest.approx(peer.bse[1], rel=0.01)


@pytest.mark.parametrize("deaths", [[1, 1, 1, 2], [0, 1], [0, 0, 0, 1, 2, 400], [5], [0], [3, 3]])
def test_small_or_strange_tolls_give_an_answer_or_a_named_error(deaths):
    attacks = pd.DataFrame({"weapon": ["gun", "bomb"] * 3 * len(deaths), "fatalities": deaths * 6})
    for zeros in ("hurdle", "inflated", "none"):
        try:
            fit = LethalityRegression("fatalities ~ weapon", zeros=zeros, fewest=1).fit(attacks)
        except RiskkitError:
            continue
        assert np.isfinite(fit.params).all() and np.isfinite(fit.llf)
        assert np.isfinite(fit.effect({"weapon": "gun"}, {"weapon": "bomb"}, rng=1).draws).all()


def test_a_logarithmic_series_is_told():
    rng = np.random.default_rng(9)
    attacks = pd.DataFrame(
        {"weapon": rng.choice(["gun", "bomb"], 3000), "fatalities": rng.logseries(0.9, 3000)}
    ).assign(source="ucdp")
    fit = LethalityRegression("fatalities ~ weapon").fit(attacks)
    odds = np.exp(fit.params["count", "Intercept"] - fit.params["dispersion", "log theta"])
    assert odds / (1 + odds) == pytest.approx(0.9, abs=0.02)
    assert fit.effect({"weapon": "gun"}, {"weapon": "bomb"}, rng=1).to_frame().loc[
        "of", "estimate"
    ] == pytest.approx(attacks["fatalities"].mean(), rel=0.1)


def test_errors_name_what_is_wrong():
    attacks = simulate(50, 10)
    with pytest.raises(ValueError, match="fatalities ~"):
        LethalityRegression("attack_type + suicide")
    with pytest.raises(MissingColumnError, match="'weapon'"):
        LethalityRegression("fatalities ~ weapon").fit(attacks)
    with pytest.raises(NotEnoughIncidentsError, match="country is 'MLI' in all"):
        LethalityRegression("fatalities ~ country").fit(attacks)
    with pytest.raises(NotEnoughIncidentsError, match="tell apart"):
        LethalityRegression("fatalities ~ year + late").fit(
            attacks.assign(year=2000 + np.arange(50) % 9, late=2 * (np.arange(50) % 9))
        )
    with pytest.raises(InvalidValueError, match=r"holds 1\.5"):
        LethalityRegression("fatalities ~ suicide").fit(
            attacks.assign(fatalities=[1.5] + [1.0] * 49)
        )
    fit = LethalityRegression("fatalities ~ suicide").fit(attacks)
    with pytest.raises(ValueError, match="no level 'maybe'; accepted: no, yes"):
        fit.effect({"suicide": "maybe"}, {"suicide": True})


def test_what_deadly_attacks_cannot_tell_is_refused():
    attacks = pd.DataFrame(
        {"weapon": ["gun"] * 60 + ["knife"] * 30, "fatalities": [0, 1, 2, 0, 3, 1] * 10 + [0] * 30}
    )
    model = LethalityRegression("fatalities ~ weapon", zero_formula="1")
    with pytest.raises(NotEnoughIncidentsError, match=r"with fatalities can't tell .*T\.knife"):
        model.fit(attacks)
    # Among the deadly every suicide attack is a bomb, and every bomb a suicide attack.
    rng = np.random.default_rng(1)
    bomb, suicide = rng.random(800) < 0.5, rng.random(800) < 0.5
    deaths = np.where(bomb == suicide, rng.poisson(2, 800), 0)
    twins = pd.DataFrame({"bomb": bomb, "suicide": suicide, "fatalities": deaths})
    with pytest.raises(NotEnoughIncidentsError, match="with fatalities can't tell apart"):
        LethalityRegression("fatalities ~ bomb + suicide").fit(twins)


@pytest.mark.parametrize("deadly", ["A", "D"])
def test_clusters_of_one_part_are_those_of_its_own_attacks(deadly):
    rng = np.random.default_rng(2)
    place, bomb = rng.choice(list("ABCD"), 600), rng.random(600) < 0.5
    deaths = np.where(place == deadly, rng.poisson(1.5, 600), 0)
    attacks = pd.DataFrame({"place": place, "bomb": bomb, "fatalities": deaths})
    with pytest.raises(NotEnoughIncidentsError, match="one value only in the attacks"):
        LethalityRegression("fatalities ~ bomb", cluster="place").fit(attacks)


@pytest.mark.parametrize("counts", ["negative binomial", "poisson"])
def test_far_chances_keep_their_digits(counts):
    fit = LethalityRegression("fatalities ~ suicide", counts=counts).fit(simulate(900, 11))
    kinds = {"suicide": True}, {"suicide": False}
    near, far = (fit.effect(*kinds, at_least=x, draws=200, rng=1).draws for x in (2, 200))
    assert (far[:, :2] > 0).all() and (far[:, :2] < 1e-3 * near[:, :2]).all()
    assert np.isfinite(far[:, 3]).all()
    mean, theta = np.exp(fit.params["count", "Intercept"]), fit.theta
    some = 1 / (1 + np.exp(-fit.params["any", "Intercept"]))
    law = (
        stats.poisson(mean) if counts == "poisson" else stats.nbinom(theta, theta / (mean + theta))
    )
    drawn = {part: fit.params[part].to_numpy()[:, None] for part in ("any", "count")}
    if counts != "poisson":
        drawn["dispersion"] = fit.params["dispersion"].to_numpy()[:, None]
    for x in (1, 5, 100):
        chance = fit._outcome(
            pd.DataFrame({"suicide": pd.Categorical(["no"], ["no", "yes"])}), drawn, x
        )
        assert chance.item() == pytest.approx(some * law.sf(x - 1) / law.sf(0), rel=1e-9)


def test_a_formula_without_terms_has_no_table_of_them():
    attacks = simulate(300, 12)
    for model in (
        LethalityRegression("fatalities ~ 1"),
        QuantileRegression("fatalities ~ 1"),
        QuantileRegression("fatalities ~ 1", [0.5, 0.9]),
        ParetoRegression("fatalities ~ 1", xmin=2),
    ):
        told = model.fit(attacks).summary()
        assert "Terms" not in told and "Empty" not in told and "Intercept" in told
    assert "Terms:" in LethalityRegression("fatalities ~ suicide").fit(attacks).summary()
