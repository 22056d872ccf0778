"""Disputed tolls: bounds, and draws inside them."""

import numpy as np
import pandas as pd
import pytest

from riskkit.lethality.tolls import draw_tolls, toll_bounds


def bounds_of(best, low, high, attacks=1, least=0):
    columns = {"fatalities": [best], "fatalities_low": [low], "fatalities_high": [high]}
    table = pd.DataFrame({"region": ["A"], **columns, "attacks": [attacks]})
    return toll_bounds(table, least)


def draws_of(bounds, attacks=4_000):
    tolls = draw_tolls(bounds.assign(attacks=float(attacks)), pd.Index(["A"]), number=1)
    return np.repeat(tolls.deaths, np.round(tolls.attacks).astype(int))


def test_best_is_the_median_and_the_bounds_hold():
    deaths = draws_of(bounds_of(10, 4, 50))
    assert deaths.min() >= 4 and deaths.max() <= 50
    assert np.mean(deaths <= 10) >= 0.49 and np.mean(deaths >= 10) >= 0.49


def test_without_best_it_lies_between():
    deaths = draws_of(bounds_of(None, 2, 3))
    assert set(np.unique(deaths)) == {2, 3}


def test_only_a_lower_bound_takes_known_tolls_that_reach_it():
    table = pd.DataFrame(
        {
            "region": ["A", "A", "B"],
            "fatalities": [1, 30, None],
            "fatalities_low": [None, None, 5],
            "fatalities_high": [None, None, None],
            "attacks": [9, 1, 100],
        }
    )
    tolls = draw_tolls(toll_bounds(table, 0), pd.Index(["A", "B"]), number=0)
    assert tolls.deaths[tolls.region == 1].tolist() == [30]


@pytest.mark.parametrize("least", [0, 1])
def test_nothing_known_is_left_out(least):
    assert bounds_of(None, None, None, least=least).empty


def test_no_death_in_a_deadly_only_source_is_unknown():
    assert bounds_of(0, None, None, least=1).empty
    kept = bounds_of(0, 0, 3, least=1)
    assert kept[["low", "high"]].to_numpy().tolist() == [[1.0, 3.0]] and kept["best"].isna().all()


def test_weights_add_up_and_one_number_gives_one_table():
    bounds = bounds_of(10, 4, 50).assign(attacks=1e6)
    one, two = (draw_tolls(bounds, pd.Index(["A"]), number=3) for _ in range(2))
    assert one.attacks.sum() == pytest.approx(1e6)
    np.testing.assert_array_equal(one.deaths, two.deaths)
    assert len(one.deaths) <= 47


def test_each_attack_is_drawn_on_its_own_in_its_region():
    # Of 400 attacks half pass the best figure, give or take a standard deviation of ten.
    parts = [bounds_of(20, 10, 40, 400), bounds_of(20, 10, 40, 400).assign(region="B")]
    bounds, regions = pd.concat(parts, ignore_index=True), pd.Index(["A", "B"])
    tables = [draw_tolls(bounds, regions, number) for number in range(200)]
    passed = np.array(
        [[t.attacks[(t.region == r) & (t.deaths > 20)].sum() for r in (0, 1)] for t in tables]
    )
    assert (passed.std(axis=0) > 8).all() and (passed.std(axis=0) < 12).all()
    assert abs(np.corrcoef(passed.T)[0, 1]) < 0.2


def test_one_region_does_not_move_another():
    parts = [bounds_of(20, 10, 40, 30), bounds_of(5, 1, 9, 7).assign(region="B")]
    both, alone = pd.concat(parts, ignore_index=True), parts[0]
    one = draw_tolls(both, pd.Index(["A", "B"]), number=2)
    two = draw_tolls(alone, pd.Index(["A"]), number=2)
    np.testing.assert_array_equal(one.deaths[one.region == 0], two.deaths)
    np.testing.assert_array_equal(one.attacks[one.region == 0], two.attacks)
