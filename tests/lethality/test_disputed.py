"""Tails of disputed tolls: certain ones as a case, wider intervals, truth, nothing dropped."""

import numpy as np
import pandas as pd
import pytest

import riskkit as rk
from riskkit.errors import MissingColumnError, NotEnoughIncidentsError
from riskkit.incidents.schema import conform
from riskkit.lethality import DisputedTail, TailModel, impute_tolls, toll_bounds
from riskkit.lethality.distributions import PowerLaw


def figures(best, low=None, high=None, attacks=None):
    table = pd.DataFrame({"fatalities": best})
    table["fatalities_low"] = best if low is None else low
    table["fatalities_high"] = best if high is None else high
    return table if attacks is None else table.assign(attacks=attacks)


def around(size, seed):
    """Tolls of a power law around their figures: the best is the median of what is true."""
    rng = np.random.default_rng(seed)
    best = PowerLaw(2).rvs([2.3], size, rng)
    low, high = np.floor(best / 2), np.ceil(best * 2.5)
    return figures(best, low, high)


@pytest.mark.parametrize("xmin", [2, None])
def test_certain_tolls_give_the_tail_itself(xmin):
    deaths = PowerLaw(1).rvs([2.3], 800, rng=1)
    settled = TailModel(xmin).fit(deaths)
    tail = DisputedTail(xmin, imputations=4).fit(figures(deaths))
    assert tail.params["alpha"] == pytest.approx(settled.alpha, rel=1e-7)
    assert tail.params["xmin"] == settled.xmin and tail.params["n_tail"] == settled.n_tail
    assert tail.pooled.diagnostics().loc["alpha", "lambda"] == pytest.approx(0, abs=1e-9)
    assert tail.disputed == 0 and tail.nobs == 800
    np.testing.assert_allclose(tail.sf([3, 50]), settled.sf([3, 50]), rtol=1e-6)
    if xmin:
        ours, theirs = tail.conf_int(replicates=40).loc["alpha"], settled.conf_int().loc["alpha"]
        np.testing.assert_allclose(ours, theirs, atol=0.01)


def test_dispute_widens_the_interval():
    table = around(400, 2)
    tail = DisputedTail(xmin=5, imputations=10).fit(table)
    told = tail.pooled.diagnostics().loc["alpha"]
    assert told["total"] > told["within"] * 1.02 and 0.02 < told["fmi"] < 0.8
    width = np.diff(tail.conf_int(replicates=20).loc["alpha"])[0]
    best = TailModel(5).fit(table["fatalities"]).conf_int(replicates=1).loc["alpha"]
    assert width > np.diff(best)[0]
    assert tail.disputed == 400 and "400 of 400 tolls are disputed" in tail.summary()


def test_each_attack_is_drawn_on_its_own():
    # 400 attacks of which half, give or take a standard deviation of 10, reach the best figure.
    bounds = toll_bounds(figures([20], [10], [40], [400]))
    reach = []
    for number in range(200):
        deaths, attacks = impute_tolls(bounds, number)
        assert attacks.sum() == 400 and deaths.min() >= 10 and deaths.max() <= 40
        reach.append(attacks[deaths > 20].sum())
    assert 8 < np.std(reach) < 12
    many = [impute_tolls(toll_bounds(figures([20], [10], [40], [10**6])), k) for k in range(60)]
    assert 350 < np.std([attacks[deaths > 20].sum() for deaths, attacks in many]) < 650


def test_only_a_lower_bound_takes_certain_tolls_that_reach_it():
    table = pd.DataFrame(
        {
            "fatalities": pd.array([1, 30, 7, None], dtype="Int64"),
            "fatalities_low": pd.array([None, None, None, 5], dtype="Int64"),
            "fatalities_high": pd.array([None, None, None, None], dtype="Int64"),
            "attacks": [90, 40, 40, 1000],
        }
    )
    deaths, attacks = impute_tolls(toll_bounds(table), 0)
    assert deaths.tolist() == [1, 7, 30] and attacks.sum() == 1170
    shares = [impute_tolls(toll_bounds(table), k)[1][2] / 1040 for k in range(100)]
    assert 0.04 < np.std(shares) < 0.09  # eighty donors, not a thousand


def test_unknown_tolls_are_counted_and_columns_asked_for():
    table = figures([12, 15, 40, 80, 11], attacks=[9, 4, 2, 1, 9])
    table.loc[5] = [np.nan, np.nan, np.nan, 30]
    tail = DisputedTail(10, imputations=2).fit(table)
    assert tail.unknown == 30 and "30 attacks without any figure" in tail.summary()
    chance = tail.chance(100, events=50, replicates=20)
    assert chance.draws.shape == (20, 1) and any("30 attacks" in note for note in chance.notes)
    with pytest.raises(MissingColumnError, match="no column fatalities"):
        DisputedTail(10).fit(pd.DataFrame({"killed": [1]}))
    with pytest.raises(NotEnoughIncidentsError):
        DisputedTail(1_000).fit(table)
    with pytest.raises(ValueError, match="imputations is 1"):
        DisputedTail(imputations=1)
    with pytest.raises(ValueError, match="xmin is 0"):
        DisputedTail(0)


def test_bounds_of_a_table_fit_as_intervals():
    table = around(300, 4)
    bounds = toll_bounds(table)
    fit = PowerLaw(5).fit_intervals(bounds["low"], bounds["high"], bounds["attacks"])
    assert fit.nobs == 300 and fit.n_across > 0 and 1.8 < fit.params["alpha"] < 3.2


def test_same_tables_whenever_asked():
    table = around(60, 5)
    once, again = (DisputedTail(3, imputations=3).fit(table) for _ in range(2))
    pd.testing.assert_series_equal(once.params, again.params)
    pd.testing.assert_frame_equal(once.conf_int(replicates=30), again.conf_int(replicates=30))


def incidents(size, sums, source):
    """Single attacks of a power law, then sums over a month, all with a low figure of none."""
    rng = np.random.default_rng(6)
    deaths = np.concatenate([PowerLaw(1).rvs([2.3], size, rng), rng.integers(100, 300, sums)])
    table = pd.DataFrame(
        {
            "incident_id": [f"a{at}" for at in range(size + sums)],
            "source": source,
            "date": pd.Timestamp("2010-06-01"),
            "date_precision": "day",
            "country": "MLI",
            "days": [1] * size + [30] * sums,
            "fatalities": deaths,
            "fatalities_low": 0,
            "fatalities_high": deaths + 1,
        }
    )
    return conform(table)


def test_sums_over_days_stay_out_of_the_tail_and_are_counted():
    table = incidents(600, 80, "gtd")
    bounds = toll_bounds(table)
    assert len(bounds) == 600
    both = DisputedTail(10, imputations=3).fit(table)
    alone = DisputedTail(10, imputations=3).fit(table[table["days"] == 1])
    assert both.nobs == 600 and both.unknown == 0
    pd.testing.assert_series_equal(both.params, alone.params)
    assert "Left out: 80 that ran over days and are sums of attacks." in both.summary()
    assert any("80 that ran over days" in note for note in both.chance(50, 10, replicates=6).notes)
    assert "Left out" not in alone.summary()


def test_tolls_of_a_source_of_deadly_attacks_start_at_one():
    tail = DisputedTail(3, imputations=4).fit(incidents(300, 0, "ucdp"))
    assert tail.bounds["low"].min() == 1 and all(each.data.zeros == 0 for each in tail.tails)
    assert "deaths per attack start at one" in tail.summary()
    other = DisputedTail(3, imputations=4).fit(incidents(300, 0, "gtd"))
    assert other.bounds["low"].min() == 0 and "start at one" not in other.summary()
    assert DisputedTail(3, imputations=2).fit(incidents(300, 0, "ucdp"), 0).bounds["low"].min() == 0


def test_a_tally_is_as_good_as_its_incidents():
    table = incidents(300, 20, "ucdp")
    table["fatalities_low"] = table["fatalities_high"] = table["fatalities"]
    table.loc[:4, ["fatalities", "fatalities_low", "fatalities_high"]] = pd.NA
    tally = rk.tally(table, by="country", every="year", end="2010")
    fits = [DisputedTail(3, imputations=3).fit(each) for each in (table, tally)]
    for tail in fits:
        assert (tail.nobs, tail.unknown) == (295, 5)
        assert tail.bounds["low"].min() == 1
        assert "Left out: 20 that ran over days and are sums of attacks." in tail.notes
    assert fits[0].params["alpha"] == pytest.approx(fits[1].params["alpha"])
