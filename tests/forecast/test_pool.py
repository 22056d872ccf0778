"""The pool and its members: what they take, and what they draw."""

import numpy as np
import pandas as pd
import pytest

import riskkit as rk
from riskkit.forecast import Analogues, OccurrenceSize, RecentHistory

MODELS = [rk.ForecastPool(), Analogues(), OccurrenceSize(), RecentHistory()]


def tally(values: np.ndarray) -> rk.Tally:
    months = pd.period_range("2010-01", periods=values.shape[1], freq="M")
    regions = [f"R{i}" for i in range(len(values))]
    return rk.Tally.from_panel(attacks=pd.DataFrame(values, regions, months))


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("months", [3, 30, 96])
def test_short_zero_and_unwatched_records_have_a_forecast(model, months):
    values = np.zeros((4, months))
    values[1] = np.random.default_rng(1).poisson(5, months)
    values[2] = np.nan
    values[3, : months // 2] = np.nan
    ahead = model.fit(tally(values)).forecast(14, 100, 1)
    assert ahead.draws.shape == (100, 4, 14)
    assert ahead.draws.min() >= 0
    again = model.fit(tally(values)).forecast(14, 100, 1)
    np.testing.assert_array_equal(ahead.draws, again.draws)


def test_a_steady_war_is_not_shrunk_away():
    war = np.full((1, 96), 500.0)
    quiet = np.zeros((9, 96))
    ahead = rk.ForecastPool().fit(tally(np.vstack([war, quiet]))).forecast(12, 500, 1)
    assert 450 < np.median(ahead.draws[:, 0]) < 550


def test_months_not_watched_are_not_zeros():
    values = np.full((1, 24), 4.0)
    values[0, -6:] = np.nan
    ahead = RecentHistory().fit(tally(values)).forecast(2, 50, 1)
    assert (ahead.draws == 4).all()
