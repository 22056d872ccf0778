"""Gamma-Poisson and Croston: known truth, published recursions, regions that went quiet."""

import numpy as np
import pandas as pd
import pytest

import riskkit as rk
from riskkit.forecast import Croston, GammaPoisson, OccurrenceSize


def tally(values: np.ndarray) -> rk.Tally:
    months = pd.period_range("2010-01", periods=values.shape[1], freq="M")
    regions = [f"R{i:02d}" for i in range(len(values))]
    return rk.Tally.from_panel(attacks=pd.DataFrame(values, regions, months))


def test_a_discount_that_made_the_data_is_found():
    """Simulate from the filter's own predictive law: its likelihood has its maximum there."""
    random = np.random.default_rng(2)
    a, b = np.full(60, 1.5), np.full(60, 0.5)
    columns = []
    for _ in range(120):
        a, b = 0.8 * a + 0.2 * 1.5, 0.8 * b + 0.2 * 0.5
        columns.append(random.poisson(random.gamma(a, 1 / b)))
        a, b = a + columns[-1], b + 1
    fitted = GammaPoisson().fit(tally(np.stack(columns, axis=1).astype(float)))
    assert fitted.model.discount == pytest.approx(0.8, abs=0.03)
    assert fitted.model.shape / fitted.model.rate == pytest.approx(3.0, rel=0.15)
    assert fitted.model.shape == pytest.approx(1.5, rel=0.25)


def test_a_steady_level_is_a_poisson():
    values = np.random.default_rng(1).poisson(6, (5, 96)).astype(float)
    draws = GammaPoisson(discount=0.999).fit(tally(values)).forecast(1, 4000, 1).draws[:, :, 0]
    assert draws.mean(axis=0) == pytest.approx(values.mean(axis=1), rel=0.05)
    assert draws.var() / draws.mean() == pytest.approx(1.05, abs=0.15)


def test_croston_is_its_published_recursion():
    series = np.array([0, 0, 3, 0, 5, 0, 0, 0, 2, 1], float)
    size, interval, waited = 0.0, None, 1
    for value in series:
        if value > 0:
            size = value if interval is None else size + 0.2 * (value - size)
            interval = waited if interval is None else interval + 0.2 * (waited - interval)
            waited = 1
        else:
            waited += 1
    ahead = Croston(rate=0.2).fit(tally(series[None])).forecast(1, 20000, 1)
    assert ahead.draws.mean() == pytest.approx((1 - 0.1) * size / interval, rel=0.01)
    assert (ahead.draws > 0).mean() == pytest.approx(0.9 / interval, abs=0.001)


def test_a_region_that_went_quiet_is_forgotten_by_one_and_not_by_the_other():
    values = np.array([[5.0] * 48 + [0.0] * 48])
    assert Croston().fit(tally(values)).forecast(1, 1000, 1).draws.mean() > 4
    assert OccurrenceSize().fit(tally(values)).forecast(1, 1000, 1).draws.mean() < 0.1


@pytest.mark.parametrize("model", [Croston(), GammaPoisson()])
def test_reasons_add_up_and_short_or_unwatched_records_have_a_forecast(model):
    values = np.random.default_rng(4).poisson(2, (3, 30)).astype(float)
    values[1, -6:] = np.nan
    values[2] = np.nan
    fitted = model.fit(tally(values))
    assert fitted.forecast(14, 50, 1).draws.min() >= 0
    own = fitted.explain("R00")["weight"].sum()
    if isinstance(model, GammaPoisson):
        # Levels that are all alike have a strong prior, which has the rest of the weight.
        assert 0.2 < own < 0.5
    else:
        assert own == pytest.approx(1)
    assert fitted.explain("R01")["period"].max() == pd.Period("2011-12", "M")
    assert fitted.explain("R02").empty


@pytest.mark.parametrize("model", [Croston(rate=0), GammaPoisson(discount=1.2)])
def test_wrong_settings_are_named(model):
    with pytest.raises(ValueError, match="accepted: above 0 and at most 1"):
        model.fit(tally(np.ones((1, 5))))
