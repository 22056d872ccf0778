"""What comes after an origin, or was not yet reported at it, moves no forecast made there."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pytest

import riskkit as rk
from riskkit import forecast
from riskkit.evaluate import BASELINES

KINDS = [
    getattr(forecast, name)
    for name in forecast.__all__
    if not name.endswith("Result") and name != "ForecastPool"
]


def panel(values: np.ndarray) -> pd.DataFrame:
    months = pd.period_range("2010-01", periods=values.shape[1], freq="M")
    return pd.DataFrame(values, [f"R{i}" for i in range(len(values))], months)


@pytest.fixture(scope="module")
def quiet() -> np.ndarray:
    return np.random.default_rng(1).poisson([[0.2], [2.0], [9.0]], (3, 84))


def made_at(values: np.ndarray, models: dict[str, object], **more: object) -> pd.DataFrame:
    """The forecasts made at the end of 2014, with whatever came later in the record."""
    past = rk.backtest(
        models, rk.Tally.from_panel(attacks=panel(values)), start="2014-12", every="year",
        draws=100, rng=1, progress=False, **more,
    )  # fmt: skip
    rows = past.scores[past.scores["origin"] == pd.Period("2014-12", "M")]
    return rows[["model", "region", "target", "estimate", "lower", "upper", "chance", "largest"]]


def test_no_forecaster_sees_a_future_that_gives_it_away(quiet):
    models: dict[str, object] = {kind.__name__: kind() for kind in KINDS}
    models |= {"FrequencyModel": rk.FrequencyModel(), "pool": rk.ForecastPool()}
    loud = quiet.copy()
    loud[:, 60:] = 5000
    before, after = (made_at(values, models, baselines="all") for values in (quiet, loud))
    pd.testing.assert_frame_equal(before, after)
    assert before["model"].nunique() == len(KINDS) + 2 + len(BASELINES)


def test_no_risk_model_sees_it(quiet):
    def incidents(later: int) -> pd.DataFrame:
        dates = pd.date_range("2010-01-05", "2016-12-20", freq="20D")
        rows = pd.DataFrame(
            {
                "incident_id": [f"a{i}" for i in range(len(dates))],
                "country": "MLI",
                "date": dates,
                "date_precision": "day",
                "fatalities": np.where(dates < "2015", np.resize([0, 1, 3], len(dates)), later),
            }
        )
        return rk.incidents.schema.conform(rows)

    found = []
    for later in (0, 400):
        tally = rk.tally(
            incidents(later), by="country", every="month", start="2010-01", end="2016-12"
        )
        past = rk.backtest(
            {"risk": rk.RiskModel()}, tally, start="2014-12", quantity="deaths", rng=1,
            progress=False,
        )  # fmt: skip
        assert past.quantity == "deaths"
        rows = past.to_frame().query("model == 'risk'").iloc[0]
        found.append((*rows[["estimate", "lower", "upper"]], past.chances["chance"].iloc[0]))
    assert found[0] == found[1]


@dataclass(frozen=True)
class Last:
    """Remembers the last period that it was given, in its forecasts."""

    def fit(self, tally: rk.Tally) -> object:
        seen.append(str(tally.periods[-1]))
        return forecast.LastYear().fit(tally)


seen: list[str] = []


def test_what_was_not_yet_reported_is_not_known(quiet):
    seen.clear()
    late = quiet.copy()
    late[:, 57:60] = 5000
    models = {"last": Last(), "steady": forecast.HalfAndHalf(), "pool": forecast.Croston()}
    before, after = (made_at(values, models, delay=3, baselines="all") for values in (quiet, late))
    assert seen[:2] == ["2014-09", "2015-09"]
    pd.testing.assert_frame_equal(before, after)


def test_a_delay_scores_the_same_periods_from_further_away(quiet):
    tally = rk.Tally.from_panel(attacks=panel(quiet))
    at_once, late = (
        rk.backtest(
            {"model": forecast.HalfAndHalf()}, tally, start="2014-12", delay=delay, rng=1,
            progress=False,
        )
        for delay in (0, 2)
    )  # fmt: skip
    observed = ["region", "origin", "target", "period", "observed"]
    pd.testing.assert_frame_equal(at_once.scores[observed], late.scores[observed])
    row = late.to_frame().query("model == 'model' and region == 'R2'").iloc[0]
    assert row["origin"] == pd.Period("2014-12", "M")
    mean = 0.5 * quiet[2, 46:58].sum() + quiet[2, 22:58].sum() / 6 + 0.05
    assert row["estimate"] == pytest.approx(mean, rel=0.1)
    assert late.recent.loc["R2", pd.Period("2014-12", "M")] == quiet[2, 34:58].sum()
    with pytest.raises(ValueError, match="delay is -1"):
        rk.backtest({"m": Last()}, tally, start="2014-12", delay=-1)
    with pytest.raises(ValueError, match="something known before it"):
        rk.backtest({"m": Last()}, tally, start="2010-02", delay=2)


def test_deadly_chances_of_a_late_record_are_of_the_horizon_alone():
    tally = rk.tally(rk.load_dataset("census"), by="country", every="month")
    at_once, late = (
        rk.backtest(
            {"risk": rk.RiskModel()}, tally, start="2018-12", delay=delay, rng=1, progress=False
        ).chances
        for delay in (0, 6)
    )
    assert (at_once["happened"] == late["happened"]).all()
    assert late["chance"].mean() == pytest.approx(at_once["chance"].mean(), abs=0.1)


def test_baselines_are_those_asked_for(quiet):
    tally = rk.Tally.from_panel(attacks=panel(quiet))
    past = rk.backtest(
        {"model": forecast.Croston()}, tally, start="2014-12", draws=100, rng=1, progress=False,
        baselines=["zero", "last value"],
    )  # fmt: skip
    assert past.models == ("model", "zero", "last value")
    table = past.compare()
    assert {"skill_zero", "skill_last_value"} < set(table.columns)
    own = past.compare(against="model")
    assert own.loc["model", "skill_model"] == 0
    assert (
        own.loc["zero", "skill_model"] == 1 - table.loc["zero", "crps"] / table.loc["model", "crps"]
    )
    rows = past.to_frame().query("model == 'zero'")
    assert (rows["crps"] == rows["observed"]).all()
    with pytest.raises(ValueError, match="baselines has 'luck'"):
        rk.backtest({"m": Last()}, tally, start="2014-12", baselines="luck")
    with pytest.raises(ValueError, match="against has 'luck'"):
        past.compare(against="luck")


def test_further_scores_are_compared_and_tested(quiet):
    tally = rk.Tally.from_panel(attacks=panel(quiet))

    def busy(observed, draws):
        return rk.evaluate.crps_threshold_ensemble(observed, draws, lower=24)

    past = rk.backtest(
        {"model": forecast.LastYear()}, tally, start="2014-12", draws=100, rng=1,
        progress=False, scores={"busy": busy},
    )  # fmt: skip
    rows = past.to_frame().query("model == 'model'")
    assert past.compare().loc["model", "busy"] == pytest.approx(rows["busy"].mean())
    assert (rows["busy"] <= rows["crps"] + 1e-9).all()
    assert past.differences(score="busy")["difference"].notna().all()
    with pytest.raises(ValueError, match="take another name"):
        rk.backtest({"m": Last()}, tally, start="2014-12", scores={"crps": busy}, progress=False)


def test_the_energy_score_of_one_region_is_its_crps(quiet):
    tally = rk.Tally.from_panel(attacks=panel(quiet))
    settings = {"start": "2014-12", "draws": 400, "rng": 1, "progress": False}
    one, all_of_them = (
        rk.backtest({"model": forecast.LastYear()}, some, **settings)
        for some in (tally.select(["R2"]), tally)
    )
    rows = one.to_frame().query("model == 'model'").set_index("origin")["fair_crps"]
    np.testing.assert_allclose(one.world().loc["model", "energy_score"], rows)
    assert (all_of_them.world().loc["model", "energy_score"] >= rows - 1).all()
