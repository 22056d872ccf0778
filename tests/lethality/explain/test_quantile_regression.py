"""Quantiles of deaths: groups, several at once, deadly sources, clusters, what can't be told."""

import numpy as np
import pandas as pd
import pytest

from riskkit.errors import NotEnoughIncidentsError
from riskkit.lethality import QuantileRegression
from tests.lethality.explain.counts_of_known_quantiles import SLOPES, Counts


def attacks_by_weapon(size=900, seed=1):
    rng = np.random.default_rng(seed)
    weapon = rng.choice(["gun", "bomb", "knife"], size, p=[0.5, 0.3, 0.2])
    mean = pd.Series(weapon).map({"gun": 2.0, "bomb": 6.0, "knife": 1.0}).to_numpy()
    deaths = rng.negative_binomial(0.7, 0.7 / (0.7 + mean))
    return pd.DataFrame({"weapon": weapon, "fatalities": deaths})


KINDS = pd.DataFrame({"weapon": ["gun", "bomb", "knife"]}, index=["gun", "bomb", "knife"])


@pytest.mark.parametrize("quantile", [0.5, 0.75, 0.9])
def test_one_kind_a_level_gives_the_quantiles_of_the_levels(quantile):
    attacks = attacks_by_weapon()
    fit = QuantileRegression("fatalities ~ weapon", quantile).fit(attacks)
    plain = attacks.groupby("weapon")["fatalities"].agg(
        lambda tolls: np.quantile(tolls, quantile, method="inverted_cdf")
    )
    assert fit.predict(KINDS).to_dict() == plain.to_dict()


def test_the_truth_lies_in_the_intervals():
    counts = Counts(0.75, none=0.3, least=0)
    inside = []
    for seed in range(16):
        attacks = counts.draw(600, np.random.default_rng([7, seed]))
        ends = QuantileRegression("fatalities ~ weapon + suicide + year", 0.75).fit(attacks)
        ends = ends.conf_int(0.9)
        truth = pd.Series(SLOPES)
        inside.append((ends["lower"] <= truth) & (truth <= ends["upper"]))
    # 80 intervals: the standard error of the share is 0.034.
    assert 0.8 <= np.mean(inside) <= 0.98


def test_bounds_are_whole_numbers_and_hold_the_quantile():
    attacks = attacks_by_weapon()
    fit = QuantileRegression("fatalities ~ weapon", 0.9).fit(attacks)
    estimate = fit.estimate(KINDS, rng=1)
    assert (estimate.draws == np.round(estimate.draws)).all()
    table, point = estimate.to_frame(), fit.predict(KINDS)
    assert ((table["lower"] <= point) & (point <= table["upper"])).all()
    assert table.loc["bomb", "lower"] > table.loc["knife", "upper"]
    truth = {"gun": 6, "bomb": 17, "knife": 3}
    for kind, value in truth.items():
        assert table.loc[kind, "lower"] - 1 <= value <= table.loc[kind, "upper"] + 1


def test_several_quantiles_never_cross():
    rng = np.random.default_rng(5)
    attacks = pd.DataFrame({"year": rng.integers(2000, 2020, 120)})
    attacks["fatalities"] = rng.negative_binomial(0.5, 0.5 / (0.5 + 3.0), 120)
    fit = QuantileRegression("fatalities ~ year", [0.5, 0.55, 0.6, 0.9]).fit(attacks)
    years = pd.DataFrame({"year": [1980, 2000, 2010, 2019, 2040]})
    table = fit.predict(years)
    assert list(table.columns) == [0.5, 0.55, 0.6, 0.9]
    assert (table.diff(axis=1).iloc[:, 1:] >= 0).all(axis=None)
    drawn = fit.estimate(years, draws=200, rng=1)
    assert (np.diff(drawn.draws.reshape(200, 5, 4), axis=2) >= 0).all()
    assert drawn.groups.names[1] == "quantile"
    alone = QuantileRegression("fatalities ~ year", 0.9).fit(attacks)
    np.testing.assert_allclose(fit.params.loc[0.9], alone.params)
    np.testing.assert_allclose(fit.bse.loc[0.9], alone.bse)


def test_crossing_is_told():
    # The upper half spreads with the year, the lower half falls: lines meet before 2000.
    year = np.repeat(np.arange(2000, 2010), 20)
    step = np.tile(np.arange(20), 10)
    deaths = np.where(step < 12, 30 + 0 * year, 30 + (year - 2003) * (step - 11)).clip(0)
    attacks = pd.DataFrame({"year": year, "fatalities": deaths})
    fit = QuantileRegression("fatalities ~ year", [0.4, 0.8]).fit(attacks)
    assert any("Quantiles crossed" in note for note in fit.notes)


def test_a_deadly_source_starts_at_one():
    attacks = attacks_by_weapon().assign(source="ucdp")
    deadly = attacks[attacks["fatalities"] > 0]
    fit = QuantileRegression("fatalities ~ weapon", 0.2).fit(attacks)
    assert fit.nobs == len(deadly)
    plain = deadly.groupby("weapon")["fatalities"].agg(
        lambda tolls: np.quantile(tolls, 0.2, method="inverted_cdf")
    )
    assert fit.predict(KINDS).to_dict() == plain.to_dict()
    assert fit.estimate(KINDS, rng=1).draws.min() == 1
    assert any("killed nobody" in note for note in fit.notes)


def test_effects_compare_kinds_over_the_attacks_there_are():
    attacks = attacks_by_weapon(3000)
    attacks["year"] = 2000 + np.arange(3000) % 5
    fit = QuantileRegression("fatalities ~ weapon + year", [0.5, 0.9]).fit(attacks)
    effect = fit.effect({"weapon": "bomb"}, {"weapon": "knife"}, rng=1).to_frame()
    one = fit.effect({"weapon": "bomb"}, {"weapon": "bomb"}, rng=1).to_frame()
    plain = attacks.groupby("weapon")["fatalities"].quantile(0.9)
    assert effect.loc[(0.9, "of"), "estimate"] == pytest.approx(plain["bomb"], rel=0.12)
    assert effect.loc[(0.9, "against"), "estimate"] == pytest.approx(plain["knife"], abs=0.7)
    assert effect.loc[(0.9, "difference"), "lower"] > 5
    assert one.loc[(0.9, "difference")].tolist() == [0, 0, 0]


def test_clusters_widen_the_errors():
    rng = np.random.default_rng(8)
    group = np.repeat(np.arange(40), 25)
    level = np.exp(rng.normal(0, 0.8, 40))[group]
    attacks = pd.DataFrame(
        {
            "country": group.astype(str),
            "weapon": np.where(group % 2, "gun", "bomb"),
            "fatalities": rng.poisson(5 * level),
        }
    )
    plain = QuantileRegression("fatalities ~ weapon", 0.75).fit(attacks)
    alike = QuantileRegression("fatalities ~ weapon", 0.75, cluster="country").fit(attacks)
    np.testing.assert_allclose(plain.params, alike.params, atol=1e-6)
    assert (alike.bse > 2 * plain.bse).all()
    assert any("country alike" in note for note in alike.notes)


def test_weights_are_repeats():
    attacks = attacks_by_weapon()
    folded = attacks.value_counts().rename("n").reset_index()
    one = QuantileRegression("fatalities ~ weapon", 0.9).fit(attacks)
    two = QuantileRegression("fatalities ~ weapon", 0.9).fit(folded, weights="n")
    np.testing.assert_allclose(one.params, two.params)
    np.testing.assert_allclose(one.covariance, two.covariance)
    million = folded.assign(n=folded["n"] * 1_000_000)
    three = QuantileRegression("fatalities ~ weapon", 0.9).fit(million, weights="n")
    assert (three.bse < one.bse / 500).all()


def test_thin_levels_are_told():
    attacks = attacks_by_weapon(200)
    fit = QuantileRegression("fatalities ~ weapon", 0.95).fit(attacks)
    assert any("'knife'" in note and "too narrow" in note for note in fit.notes)
    assert "too narrow" in fit.summary()
    assert fit.terms().loc["weapon", "df"] == 2


def test_what_cannot_be_told_is_refused_by_name():
    attacks = attacks_by_weapon(300)
    with pytest.raises(ValueError, match=r"quantile is 1\.5"):
        QuantileRegression("fatalities ~ weapon", 1.5)
    with pytest.raises(ValueError, match="ascending"):
        QuantileRegression("fatalities ~ weapon", (0.9, 0.5))
    model = QuantileRegression("fatalities ~ weapon", 0.5)
    with pytest.raises(NotEnoughIncidentsError, match="fatalities is 4 in all attacks: there"):
        model.fit(attacks.assign(fatalities=4))
    alike = attacks.assign(fatalities=attacks["fatalities"].where(attacks["weapon"] != "bomb", 3))
    with pytest.raises(NotEnoughIncidentsError, match="3 in all attacks with weapon 'bomb'"):
        model.fit(alike)
    far = attacks.assign(fatalities=np.where(np.arange(300) % 10 < 7, 10, 10_000_000))
    with pytest.raises(NotEnoughIncidentsError, match=r"0\.7 quantile of fatalities can't be told"):
        QuantileRegression("fatalities ~ weapon", 0.7).fit(far)
    fit = model.fit(attacks)
    with pytest.raises(ValueError, match="no level 'axe'; accepted: gun, bomb, knife"):
        fit.effect({"weapon": "axe"}, {"weapon": "gun"})
    few = pd.concat([attacks, pd.DataFrame({"weapon": ["axe", "car"], "fatalities": [1, 2]})])
    with pytest.raises(ValueError, match="'axe' has too few attacks of its own and is part of"):
        QuantileRegression("fatalities ~ weapon", 0.5, fewest=3).fit(few).effect(
            {"weapon": "axe"}, {"weapon": "gun"}
        )


def test_tolls_of_ten_million_are_exact():
    rng = np.random.default_rng(9)
    attacks = pd.DataFrame({"weapon": ["gun", "bomb"] * 50})
    attacks["fatalities"] = 10_000_000 + rng.integers(0, 50, 100)
    fit = QuantileRegression("fatalities ~ weapon", 0.5).fit(attacks)
    plain = attacks.groupby("weapon")["fatalities"].agg(
        lambda tolls: np.quantile(tolls, 0.5, method="inverted_cdf")
    )
    assert (fit.predict(KINDS.iloc[:2]) - plain).abs().max() <= 0
