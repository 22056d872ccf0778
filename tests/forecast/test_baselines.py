"""Forecasters that explain nothing: what they take, and what they draw."""

import numpy as np
import pandas as pd
import pytest

import riskkit as rk
from riskkit.forecast import HalfAndHalf, LastYear, LastYearPoisson


def tally(values: list[list[float]]) -> rk.Tally:
    months = pd.period_range("2018-01", periods=len(values[0]), freq="M")
    regions = [f"R{i}" for i in range(len(values))]
    return rk.Tally.from_panel(attacks=pd.DataFrame(values, regions, months))


def test_half_and_half_is_half_and_half():
    fitted = HalfAndHalf().fit(tally([[0] * 24 + [3] * 12]))
    assert fitted.mean * 12 == pytest.approx(0.5 * 36 + 0.5 * 12 + 0.05)


def test_months_not_watched_are_not_zeros():
    gap = [2.0] * 24 + [np.nan] * 6 + [2.0] * 6
    assert LastYearPoisson().fit(tally([gap, [4.0] * 36])).mean == pytest.approx([2, 4])
    never = tally([[np.nan] * 36, [4.0] * 36])
    assert LastYearPoisson().fit(never).mean == pytest.approx([4, 4])
    assert LastYear().fit(never).forecast(2, 20, 1).draws[:, 0].max() == 0


def test_totals_have_the_law_that_is_scored():
    data = tally([[5] * 36])
    total = HalfAndHalf().fit(data).forecast(12, 40000, 1).draws.sum(axis=2).ravel()
    mean = 60.05
    assert total.mean() == pytest.approx(mean, rel=0.03)
    assert total.var() == pytest.approx(mean + mean**2, rel=0.06)
    poisson = LastYearPoisson().fit(data).forecast(12, 40000, 1).draws.sum(axis=2)
    assert poisson.var() == pytest.approx(60, rel=0.05)


@pytest.mark.parametrize("model", [HalfAndHalf(), LastYear(), LastYearPoisson()])
def test_adding_a_region_moves_no_draw_of_another(model):
    rng = np.random.default_rng(1)
    values = rng.poisson(3, (3, 36)).tolist()
    few = model.fit(tally(values[:2])).forecast(6, 100, 1)
    many = model.fit(tally(values)).forecast(6, 100, 1)
    np.testing.assert_array_equal(few.draws, many.draws[:, :2])
    assert str(few.periods[0]) == "2021-01"
    with pytest.raises(ValueError, match="horizon"):
        model.fit(tally(values)).forecast(0)
