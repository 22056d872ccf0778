"""Events that ran over days: in the deaths, not in the tail or the deadliest attack."""

import numpy as np
import pandas as pd
import pytest

import riskkit as rk
from riskkit.lethality import LethalityModel
from riskkit.risk.model import RiskResult
from tests.lethality.census import tally_of


@pytest.fixture(scope="module")
def tallies():
    """Give single attacks alone, and the same with sums over days: one event in five."""
    single = pd.DataFrame(
        {"region": ["A"] * 3 + ["B"] * 3, "fatalities": [1, 4, 15] * 2,
         "attacks": [400, 200, 40, 40, 20, 4], "multi_day": False}
    )  # fmt: skip
    sums = pd.DataFrame(
        {"region": ["A", "A", "B"], "fatalities": [30, 900, 60], "attacks": [150, 10, 16],
         "multi_day": True}
    )  # fmt: skip
    return (
        tally_of(single, ["A", "B"], deadly_only=True),
        tally_of(pd.concat([single, sums]), ["A", "B"], deadly_only=True),
    )


@pytest.fixture(scope="module")
def fits(tallies):
    return [LethalityModel().fit(tally) for tally in tallies]


def test_the_tail_is_that_of_single_attacks(fits):
    alone, both = fits
    x = np.array([1, 2, 10, 100])
    np.testing.assert_array_equal(both.sf(x, 50, 1), alone.sf(x, 50, 1))
    assert (both.nobs, both.multi_day.nobs) == (alone.nobs, 176)
    assert alone.multi_day is None
    assert "176 more events ran over days" in both.summary()
    assert "single attack" in both.estimate(10, 50, 1).quantity


def test_the_chances_add_up_and_the_share_is_found(fits):
    alone, both = fits
    x = np.array([1, 2, 50, 500])
    single, every = both.event_sf(x, 400, 3)
    share = (every - single)[:, :, 0]
    np.testing.assert_allclose(every[:, :, 0], 1)
    np.testing.assert_allclose(single, both.sf(x, 400, 3) * (1 - share[:, :, None]))
    assert share.mean(axis=0) == pytest.approx([0.2, 0.2], abs=0.03)
    one, two = alone.event_sf(x, 20, 3)
    assert one is two


def test_mean_and_simulation_agree_with_the_chances(fits):
    both = fits[1]
    x = np.arange(1, both.largest + 1)
    single, every = both.event_sf(x, 4, 5)
    np.testing.assert_allclose(every.sum(axis=2), both.mean(4, 5).draws, rtol=1e-9)
    deaths, worst = both.simulate(np.full((4, 2, 20_000), 10), rng=5)
    for level in (2, 10, 40):
        expected = 1 - (1 - single[:, :, level - 1]) ** 10
        assert np.abs((worst >= level).mean(axis=2) - expected).max() < 0.018
    moderate = np.quantile(deaths, 0.5, axis=2)
    assert (moderate > 10).all()
    none = (deaths == worst).mean()
    assert none < 0.3, "sums over days add to the deaths only"


def test_curves_of_a_year_keep_the_deadliest_single(tallies):
    attacks = pd.DataFrame(30.0, index=["A", "B"], columns=tallies[1].periods)
    frequency = rk.FrequencyModel().fit(rk.Tally.from_panel(attacks=attacks))
    risk = [
        RiskResult(frequency, None, LethalityModel().fit(tally)).forecast(12, 1, worlds=40, years=5)
        for tally in tallies
    ]
    alone, both = (each.exceedance(region="A") for each in risk)

    def chance(curves, basis, deaths):
        rows = curves[(curves["basis"] == basis) & (curves["deaths"] >= deaths)]
        return rows["probability"].iloc[0]

    assert chance(both, "oep", 100) <= chance(alone, "oep", 100) + 1e-9
    assert chance(both, "aep", 2_000) > chance(alone, "aep", 2_000) + 0.2


@pytest.mark.data
def test_ucdp_sums_stay_out_of_the_tail(real_data):
    incidents = rk.check_incidents(real_data / "ucdp" / "ged231_CAF.csv.gz").kept
    tally = rk.tally(incidents, by="country", every="year", end="2022")
    result = LethalityModel(imputations=2).fit(tally)
    assert 450 < result.multi_day.nobs < 500
    assert result.nobs + result.multi_day.nobs + result.unknown == tally.counts["attacks"].sum()
    assert any("start at one" in note for note in result.mean(10, 1).notes)
    assert any("ran over days" in note for note in result.estimate(10, 10, 1).notes)
