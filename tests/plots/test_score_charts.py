"""Scores of backtests: what is drawn is what the tables say."""

import numpy as np
import pandas as pd
import pytest

import riskkit as rk


@pytest.fixture(scope="module")
def past():
    random = np.random.default_rng(4)
    months = pd.period_range("2005-01", periods=156, freq="M")
    counts = pd.DataFrame(random.poisson([[2.0], [0.3]], (2, 156)), ["MLI", "NER"], months)
    models = {"steady": rk.forecast.Climatology(), "last": rk.forecast.LastYear()}
    tally = rk.Tally.from_panel(attacks=counts)
    return rk.backtest(models, tally, start="2006-12", horizon=6, draws=50, rng=1, progress=False)


def drawn(ax, label):
    return next(line for line in ax.lines if line.get_label() == label)


def test_differences_are_the_table_and_the_mean_has_its_error(past):
    ax = rk.plots.differences(past, "last", models=["steady", "last year"], score="log1p_crps")
    table = past.differences("last", score="log1p_crps", by="origin")
    for name in ("steady", "last year"):
        np.testing.assert_allclose(drawn(ax, name).get_ydata(), table[name])
    mean = past.differences("last", score="log1p_crps").loc["steady"]
    (bar,) = ax.containers[0].lines[2]
    np.testing.assert_allclose(
        bar.get_segments()[0][:, 1],
        mean["difference"] + 2 * mean["error"] * np.array([-1, 1]),
    )
    assert ax.get_ylabel() == "log1p CRPS less that of last"


def test_skill_is_by_periods_ahead(past):
    ax = rk.plots.skill(past)
    table = past.compare(by="ahead")["skill_last_year"].xs("steady", level="model")
    assert list(table.index) == [1, 2, 3, 4, 5, 6]
    np.testing.assert_allclose(drawn(ax, "steady").get_ydata(), table)
    assert {line.get_label() for line in ax.lines} >= {"steady", "last"}


def test_periods_ahead_are_the_mean_of_their_cells(past):
    cells = past.to_frame("period")
    third = cells[(cells["period"] - cells["origin"]).map(lambda gap: gap.n) == 3]
    expected = third.groupby("model")["crps"].mean()
    found = past.compare(by="ahead")["crps"].loc[3]
    pd.testing.assert_series_equal(found.sort_index(), expected.sort_index(), check_names=False)


def test_hit_rates_before_and_after_are_the_table(past):
    adjusted = past.conformal("last")
    ax = rk.plots.conformal(adjusted)
    table = adjusted.compare(by="origin")["hit_rate"].unstack("intervals")
    for name in ("before", "after"):
        np.testing.assert_allclose(drawn(ax, name).get_ydata(), table[name])


def test_models_that_cannot_be_drawn_are_named(past):
    with pytest.raises(ValueError, match=r"models is \['luck'\]; accepted: one to 5 of"):
        rk.plots.skill(past, models=["luck"])
    with pytest.raises(ValueError, match="against is 'luck'"):
        rk.plots.differences(past, "luck")
