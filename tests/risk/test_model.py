"""The three default models together."""

import numpy as np
import pandas as pd
import pytest

import riskkit as rk


@pytest.fixture(scope="module")
def fitted(street_tally):
    return rk.RiskModel().fit(street_tally)


@pytest.fixture(scope="module")
def risk(fitted):
    return fitted.forecast(horizon=12, rng=1, worlds=200, years=20)


def test_draws_are_whole_joint_years(risk, street_tally):
    shape = (200 * 20, 3, 12)
    for part in (risk.attacks, risk.deaths, risk.largest):
        assert part.draws.shape == shape
        assert part.regions.equals(street_tally.regions)
    assert risk.attacks.periods[0] == pd.Period("2019-01", "M")
    assert (risk.largest.draws <= risk.deaths.draws).all()
    assert (risk.deaths.draws[risk.attacks.draws == 0] == 0).all()
    assert risk.deaths.unit == "deaths per month"


def test_simulated_years_agree_with_what_is_exact_in_each_world(risk):
    years = risk.year_loss_table()
    simulated = years.groupby("region")["largest"].agg(lambda d: (d >= 10).mean())
    exact = risk.chance(10)["estimate"].drop("all regions")
    np.testing.assert_allclose(simulated, exact, atol=0.05)
    mean = years.groupby("region")["attacks"].mean()
    expected = pd.Series(risk.expected_attacks().draws.mean(axis=0), risk.regions)
    np.testing.assert_allclose(mean, expected, rtol=0.1, atol=0.1)


def test_target_groups_add_up_to_the_region(risk):
    table = risk.targets()
    assert table.index.names == ["region", "target group"]
    figures = table.xs("estimate", axis=1, level=1)
    regions = risk.to_frame().xs("estimate", axis=1, level=1).drop("all regions")
    sums = figures.groupby("region").sum()
    for figure in ("attacks", "expected attacks"):
        np.testing.assert_allclose(sums[figure], regions[figure])
    np.testing.assert_allclose(sums["share"], 1)
    for figure in ("chance of an attack", "chance of 10 or more killed"):
        most = figures[figure].groupby("region").max()
        assert (most <= regions[figure] + 1e-12).all()
        assert (sums[figure] >= regions[figure] - 1e-12).all()


def test_a_region_that_was_never_attacked_has_some_chance(risk):
    chance = risk.to_frame().loc["BFA", "chance of an attack"]
    assert 0 < chance["estimate"] < 1


def test_expected_deaths_are_bounded_and_say_so(risk):
    table = risk.to_frame().xs("estimate", axis=1, level=1)
    assert np.isfinite(table).all(axis=None)
    assert (table["expected deaths, bound x 10"] >= table["expected deaths"] - 1e-9).all()
    assert any("at most" in note for note in risk.notes)


def test_any_frequency_model_meets_any_lethality_model(street_tally):
    without = rk.RiskModel(targets=None).fit(street_tally).forecast(3, 1, worlds=5, years=2)
    assert list(without.attacks.periods.astype(str)) == ["2019-01", "2019-02", "2019-03"]
    with pytest.raises(ValueError, match="no target model"):
        without.targets()


@pytest.mark.parametrize("name", ["horizon", "worlds", "years"])
def test_counts_below_one_are_refused(fitted, name):
    with pytest.raises(ValueError, match=f"{name} is 0"):
        fitted.forecast(**{"horizon": 12, "rng": 1, "worlds": 5, "years": 2, name: 0})


def test_chances_are_those_of_the_generating_function(risk):
    at_least = np.array([0, 1, 3, 10, 40, 200])
    below = 1 - risk.fitted.lethality.sf(at_least, risk.worlds, risk.seed)
    pgf = risk.fitted.frequency.pgf(below, 12, risk.worlds, risk.seed, repeats=risk.years)
    for number, x in enumerate(at_least):
        exact = (1 - pgf[:, :, number]).mean(axis=0)
        table = risk.chance(int(x))["estimate"].drop("all regions")
        np.testing.assert_allclose(table, exact, rtol=1e-3, atol=1e-9)
