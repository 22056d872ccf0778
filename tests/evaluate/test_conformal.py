"""Conformal intervals of a backtest: learned from what was known, right in the long run."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pytest

import riskkit as rk
from riskkit.evaluate import Backtest
from riskkit.evaluate.tails import group_names
from riskkit.kernels.streams import stream


@dataclass(frozen=True)
class Told:
    """Knows each region's mean, times a factor; spread as said."""

    factor: float = 1.0
    shape: float = np.inf

    def fit(self, tally: rk.Tally) -> "Told":
        object.__setattr__(self, "tally", tally)
        return self

    def forecast(self, horizon: int, draws: int = 2000, rng: object = None) -> rk.Forecast:
        random = np.random.default_rng(rng)
        regions = self.tally.regions
        mean = np.broadcast_to(self.factor * MEANS[:, None], (draws, len(regions), horizon))
        if np.isfinite(self.shape):
            mean = mean * random.gamma(self.shape, 1 / self.shape, (draws, len(regions), 1))
        periods = pd.period_range(self.tally.periods[-1] + 1, periods=horizon, name="period")
        return rk.Forecast(random.poisson(mean), regions, periods, "attacks", "attacks per month")


MEANS = np.geomspace(0.02, 30, 40)


def record(months: int, shape: float = np.inf, seed: int = 1) -> rk.Tally:
    random = np.random.default_rng(seed)
    mean = np.broadcast_to(MEANS[:, None], (40, months))
    if np.isfinite(shape):
        mean = mean * random.gamma(shape, 1 / shape, (40, months))
    index = pd.period_range("2000-01", periods=months, freq="M")
    names = [f"R{i:02d}" for i in range(40)]
    return rk.Tally.from_panel(attacks=pd.DataFrame(random.poisson(mean), names, index))


def run(model: object, tally: rk.Tally, **more: object) -> Backtest:
    settings = {"start": "2002-12", "every": "month", "horizon": 1, "draws": 400, "rng": 1}
    return rk.backtest(
        {"model": model}, tally, baselines=(), progress=False, **{**settings, **more}
    )


@pytest.fixture(scope="module")
def narrow() -> Backtest:
    """Poisson forecasts of counts that are far from Poisson."""
    return run(Told(), record(130, shape=1.0))


def test_intervals_that_were_too_narrow_reach_their_level(narrow):
    adjusted = narrow.conformal()
    table = adjusted.compare()
    assert table.loc["before", "hit_rate"] < 0.75
    assert table.loc["after", "hit_rate"] == pytest.approx(0.9, abs=0.03)
    assert table.loc["after", "interval_score"] < 0.95 * table.loc["before", "interval_score"]
    by_group = adjusted.compare("group")["hit_rate"].xs("after", level="intervals")
    assert (by_group - 0.9).abs().max() < 0.06
    # What counts are inside a whole-number interval is never less.
    assert (table["inside"] >= table["hit_rate"] - 1e-9).all()


def test_intervals_that_were_right_stay_about_what_they_were():
    adjusted = run(Told(), record(130)).conformal()
    table = adjusted.compare()
    assert table.loc["before", "hit_rate"] == pytest.approx(0.9, abs=0.015)
    assert table.loc["after", "hit_rate"] == pytest.approx(0.9, abs=0.015)
    # Learning from noise costs: the price of the guarantee, a few percent.
    assert table.loc["after", "interval_score"] < 1.12 * table.loc["before", "interval_score"]


@pytest.mark.parametrize("factor", [0.05, 20.0])
@pytest.mark.parametrize("rate", [0.1, 1.0])
def test_the_guarantee_holds_for_forecasts_that_are_absurd(factor, rate):
    table = run(Told(factor), record(100)).conformal(rate=rate, groups=()).guarantee()
    assert (table["apart"] <= table["bound"]).all()
    assert table["origins"].unique().tolist() == [64]


def test_nothing_is_learned_from_outcomes_that_were_not_known():
    quiet = record(96)
    values = quiet.panel("attacks").to_numpy().copy()
    values[:, 72:] = 3000
    loud = rk.Tally.from_panel(attacks=pd.DataFrame(values, quiet.regions, quiet.periods))
    for delay in (0, 2):
        before, after = (
            run(Told(), tally, horizon=3, delay=delay).conformal(target="total").to_frame()
            for tally in (quiet, loud)
        )
        # Outcomes of 2006 are first known, in part, three months and the delay after 2005-12;
        # forecasts made at 2005-12 and before rest on none of them.
        same = before["origin"] <= pd.Period("2005-12", "M") + delay
        columns = ["region", "origin", "adjusted_lower", "adjusted_upper"]
        pd.testing.assert_frame_equal(before.loc[same, columns], after.loc[same, columns])
        later = before["origin"] > pd.Period("2006-06", "M") + delay
        assert (
            before.loc[later, "adjusted_upper"] < after.loc[later, "adjusted_upper"]
        ).mean() > 0.5


def test_horizons_that_overlap_wait_for_each_other():
    past = run(Told(), record(96), horizon=6)
    adjusted = past.conformal()
    assert adjusted.waiting == 5 and adjusted.rate == pytest.approx(0.05)
    first = adjusted.steps.query("group == '0'").groupby("origin")["share"].unique()
    # Until the first outcome is known all are as the forecast has them.
    assert all((share == 0.05).all() for share in first.iloc[:6])
    yearly = run(Told(), record(96), horizon=6, every="year").conformal()
    assert yearly.waiting == 0 and yearly.rate == 0.3


def test_a_new_forecast_is_adjusted_as_the_next_origin_would_be(narrow):
    whole = record(130, shape=1.0)
    short = whole.until("2009-12")
    past = run(Told(), short)
    # The very draws that the longer backtest made at that origin.
    seed = int(stream(1, "backtest", "2009-12").integers(2**62))
    forecast = Told().fit(short).forecast(1, draws=400, rng=seed)
    for target in ("total", "period"):
        found = past.conformal(target=target).adjust(forecast, short)
        later = narrow.conformal(target=target).to_frame()
        expected = later[later["origin"] == pd.Period("2009-12", "M")]
        assert (found["group"].to_numpy() == expected["group"].to_numpy()).all()
        np.testing.assert_array_equal(
            found[["lower", "upper"]], expected[["adjusted_lower", "adjusted_upper"]]
        )
    # Only what was known at the tally's end counts, however much the backtest saw later.
    late = narrow.conformal().adjust(forecast, short)
    pd.testing.assert_frame_equal(late, past.conformal().adjust(forecast, short))


def test_another_forecast_is_refused(narrow):
    tally = record(130, shape=1.0)
    adjusted = narrow.conformal()
    fitted = Told().fit(tally)
    with pytest.raises(ValueError, match="accepted: 1 from 2010-11"):
        adjusted.adjust(fitted.forecast(2, rng=1), tally)
    with pytest.raises(ValueError, match="where the tally ends"):
        adjusted.adjust(fitted.forecast(1, rng=1), tally.until("2009-12"))
    deaths = rk.Tally.from_panel(deaths=tally.panel("attacks"))
    other = rk.forecast.LastYear().fit(deaths).forecast(1, 50, 1)
    with pytest.raises(ValueError, match="forecast of deaths"):
        adjusted.adjust(other, tally)


def test_wrong_arguments_are_named(narrow):
    with pytest.raises(ValueError, match="model is 'luck'"):
        narrow.conformal("luck")
    with pytest.raises(ValueError, match="rate is 0"):
        narrow.conformal(rate=0)
    with pytest.raises(ValueError, match="level is 90"):
        narrow.conformal(level=90)
    with pytest.raises(ValueError, match="target is 'year'"):
        narrow.conformal(target="year")
    with pytest.raises(ValueError, match="groups is"):
        narrow.conformal(groups=(12, 1))
    with pytest.raises(ValueError, match="by is"):
        narrow.conformal().compare("region")
    assert group_names(()) == ["0 or more"]


def test_few_draws_reach_beyond_the_largest(narrow):
    few = run(Told(0.3), record(110), draws=20).conformal(groups=())
    table = few.compare()
    assert table.loc["before", "hit_rate"] < 0.65
    assert table.loc["after", "hit_rate"] > 0.8
    cells = few.to_frame()
    assert (cells["adjusted_upper"] == np.floor(cells["adjusted_upper"])).all()
