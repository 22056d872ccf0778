"""The benchmarks of the VIEWS prediction challenge, scored by us and made by us.

Fatalities by country and month, forecast in October for the next calendar year (3 to 14 months
ahead), mean over 191 countries and 12 months. Definitions: arXiv:2407.11045.
"""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import riskkit as rk
from riskkit.kernels import crps

YEARS = (2018, 2019, 2020, 2021)
CONFLICTOLOGY = dict(zip(YEARS, (14.483, 9.146, 21.339, 76.849), strict=True))
LAST_OCTOBER = dict(zip(YEARS, (20.174, 9.480, 23.698, 85.606), strict=True))
ZERO = dict(zip(YEARS, (24.131, 23.019, 32.041, 87.339), strict=True))


@pytest.fixture(scope="module")
def deaths(real_data: Path) -> pd.DataFrame:
    table = pd.read_csv(real_data / "views" / "cm_ged_sb_1990-01_2021-12.csv.gz")
    months = pd.PeriodIndex(table["date"], freq="M")
    return table.assign(date=months).pivot(index="country_id", columns="date", values="ged_sb")


def actuals(folder: Path, year: int) -> pd.DataFrame:
    table = pd.read_parquet(
        folder / "views" / "actuals" / f"cm_actuals_{year}.parquet"
    ).reset_index()
    return table.pivot(index="country_id", columns="month_id", values="outcome")


def submitted(folder: Path, name: str, year: int) -> np.ndarray:
    table = pd.read_parquet(
        folder / "views" / "benchmarks" / f"bm_{name}_{year}.parquet"
    ).reset_index()
    wide = table.pivot(index=["country_id", "month_id"], columns="draw", values="outcome")
    return wide.to_numpy()


@pytest.mark.data
@pytest.mark.parametrize("year", YEARS)
def test_their_files_have_their_scores(real_data, year):
    happened = actuals(real_data, year).to_numpy().ravel()
    for name, expected in (
        ("conflictology", CONFLICTOLOGY),
        ("last_historical_poisson", LAST_OCTOBER),
    ):
        score = crps.crps_ensemble(happened, submitted(real_data, name, year)).mean()
        # Some of the published figures differ from the files by half a unit of their last digit.
        assert float(score) == pytest.approx(expected[year], abs=6e-4)
    assert happened.mean() == pytest.approx(ZERO[year], abs=6e-4)


@pytest.mark.data
@pytest.mark.parametrize("year", YEARS)
def test_last_year_is_conflictology(real_data, deaths, year):
    tally = rk.Tally.from_panel(deaths=deaths.loc[:, : f"{year - 1}-10"])
    ahead = rk.forecast.LastYear().fit(tally).forecast(horizon=14, draws=12, rng=1)
    draws = np.moveaxis(ahead.draws[:, :, 2:], 0, -1)
    happened = deaths.loc[:, f"{year}-01" : f"{year}-12"].to_numpy()
    assert ahead.periods[2] == pd.Period(f"{year}-01", "M")
    assert round(float(crps.crps_ensemble(happened, draws).mean()), 3) == CONFLICTOLOGY[year]
