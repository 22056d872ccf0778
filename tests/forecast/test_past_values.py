"""Past values again: the right ones, equally often, and nothing that was not watched."""

import numpy as np
import pandas as pd
import pytest

import riskkit as rk
from riskkit.forecast import Bootstrap, Climatology, LastValue, Seasonal, Zero


def tally(values: list[list[float]], first: str = "2018-01") -> rk.Tally:
    months = pd.period_range(first, periods=len(values[0]), freq="M")
    regions = [f"R{i}" for i in range(len(values))]
    return rk.Tally.from_panel(attacks=pd.DataFrame(values, regions, months))


def shares(draws: np.ndarray) -> dict[int, float]:
    value, count = np.unique(draws, return_counts=True)
    return dict(zip(value.tolist(), (count / draws.size).tolist(), strict=True))


def test_climatology_draws_every_past_value_equally_often():
    ahead = Climatology().fit(tally([[0, 0, 3, 8]])).forecast(3, 400, 1)
    for h in range(3):
        assert shares(ahead.draws[:, 0, h]) == {0: 0.5, 3: 0.25, 8: 0.25}
    # The months ahead are drawn apart from each other.
    assert abs(np.corrcoef(ahead.draws[:, 0, 0], ahead.draws[:, 0, 1])[0, 1]) < 0.2


def test_climatology_of_few_draws_favours_no_value():
    data = tally([list(range(48))])
    means = [Climatology().fit(data).forecast(1, 60, seed).draws.mean() for seed in range(300)]
    assert np.mean(means) == pytest.approx(23.5, abs=0.3)
    assert Climatology(years=1).fit(data).forecast(1, 60, 1).draws.min() == 36


def test_seasonal_keeps_each_month_apart():
    year = list(range(12))
    ahead = Seasonal().fit(tally([year * 3 + [0, 10]])).forecast(12, 30, 1)
    # The record ends in February: the first month ahead is March.
    assert ahead.draws[:, 0, :10].mean(axis=0).tolist() == year[2:]
    assert shares(
        Seasonal().fit(tally([year * 3 + [0, 10]])).forecast(12, 40, 1).draws[:, 0, 11]
    ) == {
        1: 0.75,
        10: 0.25,
    }


def test_a_season_without_values_has_all_values():
    ahead = Seasonal().fit(tally([[4, 4, 4]])).forecast(5, 20, 1)
    assert (ahead.draws == 4).all()


def test_bootstrap_knows_nothing_of_the_region():
    ahead = Bootstrap().fit(tally([[0] * 6, [6] * 6])).forecast(2, 600, 1)
    for region in range(2):
        assert shares(ahead.draws[:, region, 0]) == {0: 0.5, 6: 0.5}


def test_last_value_is_of_the_last_month_that_was_watched():
    fitted = LastValue().fit(tally([[1, 7, np.nan], [2, 3, 5], [np.nan] * 3]))
    assert fitted.mean.tolist() == [7, 5, 0]
    assert np.isinf(fitted.shape)


def test_zero_is_zero():
    assert Zero().fit(tally([[5, 5]])).forecast(4, 10, 1).draws.max() == 0


@pytest.mark.parametrize("model", [Bootstrap(), Climatology(), LastValue(), Seasonal(), Zero()])
def test_months_not_watched_are_no_zeros_and_regions_have_their_own_streams(model):
    values = [[np.nan] * 12 + [4.0] * 12, [4.0] * 24, [4.0] * 24]
    few = model.fit(tally(values[:2])).forecast(6, 50, 1)
    many = model.fit(tally(values)).forecast(6, 50, 1)
    np.testing.assert_array_equal(few.draws, many.draws[:, :2])
    if not isinstance(model, LastValue | Zero):
        assert (few.draws == 4).all()
    never = model.fit(tally([[np.nan] * 24])).forecast(2, 20, 1)
    assert never.draws.max() == 0
    with pytest.raises(ValueError, match="horizon"):
        model.fit(tally(values)).forecast(0)
