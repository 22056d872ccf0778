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
