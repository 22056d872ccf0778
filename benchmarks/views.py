"""Score the pool against last year's twelve values, as the VIEWS challenge does.

Run with ``python benchmarks/views.py FILE [first] [last]``: FILE is the challenge's table of
fatalities by country and month (``country_id, date, ged_sb``). Each year is forecast from the
October before, 3 to 14 months ahead; all is learned from before that October. The record is the
final vintage, not what was known at the time.
"""

import sys

import numpy as np
import pandas as pd

import riskkit as rk
from riskkit.kernels import crps, scores


def window(deaths: pd.DataFrame, year: int) -> list[float]:
    """Give CRPS of both, ratio, ratio to the fair score, without the largest, log1p, and IGN."""
    tally = rk.Tally.from_panel(deaths=deaths.loc[:, : f"{year - 1}-10"])
    fitted = rk.ForecastPool(quantity="deaths").fit(tally)
    ours = np.moveaxis(fitted.forecast(14, 1000, 1).draws[:, :, 2:], 0, -1)
    theirs = np.repeat(tally.panel("deaths").to_numpy()[:, None, -12:], 12, axis=1)
    happened = deaths.loc[:, f"{year}-01" : f"{year}-12"].to_numpy(float)
    pool, last = crps.crps_ensemble(happened, ours), crps.crps_ensemble(happened, theirs)
    fair = crps.crps_ensemble(happened, theirs, fair=True)
    rest = np.arange(len(happened)) != happened.sum(axis=1).argmax()
    logs = [
        crps.crps_ensemble(np.log1p(happened), np.log1p(draws)).mean() for draws in (ours, theirs)
    ]
    return [
        last.mean(),
        pool.mean(),
        pool.mean() / last.mean(),
        pool.mean() / fair.mean(),
        pool[rest].mean() / last[rest].mean(),
        logs[0] / logs[1],
        scores.ignorance_binned(happened, ours).mean(),
    ]


def main(file: str, first: int = 2018, last: int = 2021) -> None:
    """Print a row a window, and their means (of ratios: geometric)."""
    table = pd.read_csv(file)
    months = pd.PeriodIndex(table["date"], freq="M")
    deaths = table.assign(date=months).pivot(index="country_id", columns="date", values="ged_sb")
    print("| year | last year's values | pool | ratio | to fair | w/o largest | log1p | IGN |")
    print("| --- " * 8 + "|")
    rows = {year: window(deaths, year) for year in range(first, last + 1)}
    found = np.array(list(rows.values()))
    means = np.r_[found[:, :2].mean(0), np.exp(np.log(found[:, 2:6]).mean(0)), found[:, 6].mean()]
    for name, row in [*rows.items(), ("mean", means)]:
        print(f"| {name} | " + " | ".join(f"{value:.3f}" for value in row) + " |", flush=True)


if __name__ == "__main__":
    main(sys.argv[1], *(int(part) for part in sys.argv[2:]))
