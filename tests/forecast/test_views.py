"""The pool against last year's twelve values on the VIEWS challenge's record.

Years 2018-2021 were looked at while the pool was made: this holds what was reached, it is no test
of the future. Everything about a window is learned from before it.
"""

import numpy as np
import pandas as pd
import pytest

import riskkit as rk
from riskkit import evaluate


def deaths(real_data) -> pd.DataFrame:
    table = pd.read_csv(real_data / "views" / "cm_ged_sb_1990-01_2021-12.csv.gz")
    months = pd.PeriodIndex(table["date"], freq="M")
    return table.assign(date=months).pivot(index="country_id", columns="date", values="ged_sb")


def window(counts: pd.DataFrame, year: int) -> list[float]:
    """Give the CRPS ratio, that of log(1 + deaths), and the pool's IGN."""
    tally = rk.Tally.from_panel(deaths=counts.loc[:, : f"{year - 1}-10"])
    drawn = rk.ForecastPool(quantity="deaths").fit(tally).forecast(14, 1000, rng=1).draws
    assert drawn.dtype.kind == "i" and drawn.shape == (1000, 191, 14)
    ours = np.moveaxis(drawn[:, :, 2:], 0, -1).astype(float)
    happened = counts.loc[:, f"{year}-01" : f"{year}-12"].to_numpy(float)
    theirs = np.repeat(tally.panel("deaths").to_numpy(float)[:, None, -12:], 12, axis=1)
    plain, logs = (
        score(happened, ours).mean() / score(happened, theirs).mean()
        for score in (evaluate.crps_ensemble, evaluate.crps_log1p_ensemble)
    )
    return [plain, logs, evaluate.ignorance_binned(happened, ours).mean()]


@pytest.mark.data
def test_better_than_last_years_values_in_2018_to_2021(real_data):
    counts = deaths(real_data)
    found = np.array([window(counts, year) for year in range(2018, 2022)])
    assert (found[:, 0] < 1).all()
    ratio, log_ratio = np.exp(np.log(found[:, :2]).mean(axis=0))
    assert ratio <= 0.93
    assert log_ratio <= 0.975
    assert found[:, 2].mean() <= 0.60


@pytest.mark.study
@pytest.mark.data
def test_better_than_last_years_values_in_2006_to_2017(real_data):
    counts = deaths(real_data)
    found = [window(counts, year)[0] for year in range(2006, 2018)]
    assert np.exp(np.log(found).mean()) <= 0.95


def test_a_steady_war_is_not_shrunk_away():
    # Beside quiet and spiky countries, from which the weights and analogues are learned.
    random = np.random.default_rng(3)
    months = pd.period_range("2008-01", periods=144, freq="M")
    quiet = random.poisson(0.2, (20, 144))
    spiky = random.poisson(0.5, (10, 144)) * random.geometric(0.05, (10, 144))
    war = random.poisson(400, (1, 144))
    counts = pd.DataFrame(np.vstack([quiet, spiky, war]), columns=months)
    counts.index = [f"R{i:02}" for i in range(len(counts))]
    tally = rk.Tally.from_panel(deaths=counts)
    ahead = rk.ForecastPool(quantity="deaths").fit(tally).forecast(12, 1000, rng=1)
    drawn = ahead.draws[:, -1]
    assert 360 < np.median(drawn) < 440
    assert np.quantile(drawn, 0.05) > 200
