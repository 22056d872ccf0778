"""The backtest: no look-ahead, right scores, honest bookkeeping."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pytest

import riskkit as rk
from riskkit.evaluate.origins import origins
from riskkit.forecast import HalfAndHalf, LastYear
from riskkit.kernels import crps, negative_binomial


def panel(values: np.ndarray, first: str = "2010-01") -> pd.DataFrame:
    months = pd.period_range(first, periods=values.shape[1], freq="M")
    return pd.DataFrame(values, [f"R{i:02d}" for i in range(len(values))], months)


@pytest.fixture(scope="module")
def steady() -> rk.Tally:
    rates = np.geomspace(0.05, 20, 20)[:, None]
    return rk.Tally.from_panel(attacks=panel(np.random.default_rng(1).poisson(rates, (20, 120))))


@pytest.fixture(scope="module")
def past(steady):
    return rk.backtest(
        {"values": LastYear()}, steady, start="2013-12", every="year", rng=1, progress=False
    )


@dataclass(frozen=True)
class Peeker:
    """Takes whatever the tally it is given tells of the latest period."""

    def fit(self, tally: rk.Tally) -> object:
        tally.panel("attacks")
        return LastYear().fit(tally)


def test_no_model_sees_the_future():
    quiet = np.ones((3, 72), dtype=int)
    loud = quiet.copy()
    loud[:, 48:] = 1000
    before, after = (
        rk.backtest(
            {"peeker": Peeker(), "model": rk.FrequencyModel()},
            rk.Tally.from_panel(attacks=panel(values)),
            start="2012-12",
            every="year",
            draws=200,
            rng=1,
            progress=False,
        ).to_frame()
        for values in (quiet, loud)
    )
    # Forecasts up to the one that is judged by the loud year are the same, digit for digit.
    known = before["origin"] <= pd.Period("2013-12", "M")
    assert known.sum() == 24
    columns = ["model", "region", "estimate", "lower", "upper"]
    pd.testing.assert_frame_equal(before.loc[known, columns], after.loc[known, columns])
    assert (after.loc[after["origin"] == "2013-12", "observed"] == 12000).all()


def test_origins_leave_a_whole_horizon():
    months = pd.period_range("2000-01", "2005-11", freq="M")
    assert [str(o) for o in origins(months, "2002-12", "year", 12)] == ["2002-12", "2003-12"]
    assert origins(months, "2002", "year", 12) == origins(months, "2002-12", "year", 12)
    weeks = pd.period_range("2001-01-01", "2003-12-31", freq="W-SUN")
    steps = np.diff([o.ordinal for o in origins(weeks, "2001-06-03", "month", 4)])
    assert set(steps) <= {4, 5}
    with pytest.raises(ValueError, match="whole horizon"):
        origins(months, "2005-01", "year", 12)
    with pytest.raises(ValueError, match="shorter"):
        origins(months, "2002-12", "day", 12)


def test_baselines_have_their_exact_scores(steady, past):
    rows = past.to_frame().query("model == 'last year'")
    for row in rows.itertuples():
        last = steady.panel("attacks").loc[row.region, row.origin - 11 : row.origin].sum()
        assert row.crps == pytest.approx(float(crps.crps_poisson(row.observed, last)))
    rows = past.to_frame().query("model == 'half and half'")
    row = rows.iloc[-1]
    counts = steady.panel("attacks").loc[row.region]
    end = row.origin
    mean = 0.5 * counts[end - 11 : end].sum() + counts[end - 35 : end].sum() / 6 + 0.05
    assert row.estimate == pytest.approx(mean)
    mass = np.exp(negative_binomial.log_pmf(row.observed, mean, 1.0))
    assert row.log_score == pytest.approx(-np.log(mass), abs=2e-3)


def test_draws_of_a_baseline_score_as_its_closed_form(steady):
    """The same forecast, once through its draws: no model is favoured by how it is scored."""

    @dataclass(frozen=True)
    class Drawn:
        def fit(self, tally):
            fitted = HalfAndHalf().fit(tally)
            return type(
                "Hidden", (), {"forecast": lambda self, *a, **k: fitted.forecast(*a, **k)}
            )()

    table = rk.backtest(
        {"drawn": Drawn()}, steady, start="2013-12", draws=4000, rng=2, progress=False
    ).compare()
    drawn, exact = table.loc["drawn"], table.loc["half and half"]
    assert drawn["crps"] == pytest.approx(exact["crps"], rel=0.01)
    assert drawn["log_score"] == pytest.approx(exact["log_score"], abs=0.02)
    assert drawn["hit_rate"] == pytest.approx(exact["hit_rate"], abs=0.01)


def test_compare_counts_and_leaves_out(past):
    table = past.compare()
    assert list(table.index) == ["values", "last year", "half and half"]
    assert (table["n"] == 6 * 20).all() and (table["origins"] == 6).all()
    assert table.loc["last year", "skill_last_year"] == 0
    assert 0.8 < table.loc["half and half", "hit_rate"] <= 1
    assert (past.compare(without="largest")["regions"] == 19).all()
    assert (past.compare(without=["R19"])["crps"] == past.compare(without="largest")["crps"]).all()
    by_origin = past.compare(by="origin")
    assert by_origin["crps"].groupby("model").mean()["values"] == pytest.approx(
        table.loc["values", "crps"]
    )
    busy = past.recent.to_numpy() >= 12
    assert table.loc["values", "n_busy"] == busy.sum()
    with pytest.raises(ValueError, match="no region"):
        past.compare(without=["Atlantis"])


def test_world_is_the_sum_of_the_regions(steady, past):
    world = past.world()
    total = steady.panel("attacks").loc[:, "2014-01":"2014-12"].sum(axis=None)
    assert world.loc[("values", "2013-12"), "observed"] == total
    assert list(world.index.get_level_values("model").unique()) == list(past.models)


def test_what_was_not_watched_is_left_out_and_counted(steady):
    values = steady.panel("attacks").to_numpy().copy()
    values[0, 60:66] = np.nan
    holed = rk.Tally.from_panel(attacks=panel(values))
    past = rk.backtest({"values": LastYear()}, holed, start="2013-12", progress=False)
    assert past.not_watched.loc["2014-12"].tolist() == [6, 1]
    assert past.not_watched["totals"].sum() == 1
    rows = past.to_frame("period").query("model == 'values' and region == 'R00'")
    assert len(rows) == 72 - 6
    assert past.compare()["n"].unique().tolist() == [119]


def test_workers_and_seeds_change_no_number(steady, past):
    again = rk.backtest(
        {"values": LastYear()}, steady, start="2013-12", rng=1, n_jobs=2, progress=False
    )
    pd.testing.assert_frame_equal(past.scores, again.scores)


def test_progress_goes_to_stderr_and_can_be_silenced(steady, capsys):
    short = steady.select(["R00", "R01"])
    rk.backtest({"values": LastYear()}, short, start="2017-12", progress=False)
    assert capsys.readouterr() == ("", "")
    rk.backtest({"values": LastYear()}, short, start="2017-12")
    out, err = capsys.readouterr()
    assert out == "" and "backtest" in err


def test_wrong_arguments_are_named(steady):
    with pytest.raises(ValueError, match="empty"):
        rk.backtest({}, steady, start="2013-12")
    with pytest.raises(ValueError, match="deaths"):
        rk.backtest({"a": LastYear("deaths")}, steady, start="2013-12", progress=False)


def test_a_model_named_as_a_baseline_takes_its_place(steady, past):
    own = rk.backtest(
        {"model": HalfAndHalf(), "last year": LastYear()},
        steady,
        start="2013-12",
        rng=1,
        progress=False,
    )
    assert own.models == ("model", "last year", "half and half")
    table = own.compare(target="period")
    values = past.compare(target="period").loc["values", "crps"]
    assert table.loc["last year", "crps"] == values
    assert table.loc["model", "skill_last_year"] == 1 - table.loc["model", "crps"] / values


def test_deaths_are_scored_where_a_tally_holds_only_those(steady):
    tally = rk.Tally.from_panel(deaths=steady.panel("attacks"))
    past = rk.backtest({"values": LastYear()}, tally, start="2017-12", progress=False)
    assert past.quantity == "deaths"
    with pytest.raises(ValueError, match="RiskModel"):
        past.brier()
