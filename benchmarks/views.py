"""Score the pool against the simple benchmarks of VIEWS; writes docs/benchmarks/views.md.

Run with ``python benchmarks/views.py FILE``: FILE is the challenge's table of fatalities by country
and month (``country_id, date, ged_sb``). Each year is forecast from the October before, 3 to 14
months ahead; all is learned from before that October. The record is the final vintage, not what was
known at the time.
"""

import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd

import riskkit as rk
from riskkit import evaluate
from riskkit.kernels import paired

PAGE = Path(__file__).parents[1] / "docs" / "benchmarks" / "views.md"
DRAWS = 1000
# CRPS of the challenge's own benchmark files, mean over 191 countries and 12 months.
PUBLISHED = {
    "last year's twelve values": [14.483, 9.146, 21.339, 76.849],
    "last October's value as a Poisson": [20.174, 9.480, 23.698, 85.606],
    "zero": [24.131, 23.019, 32.041, 87.339],
}


def window(deaths: pd.DataFrame, year: int) -> dict[str, np.ndarray]:
    """Forecast a year, and give each score by country (mean over its months)."""
    tally = rk.Tally.from_panel(deaths=deaths.loc[:, : f"{year - 1}-10"])
    start = time.perf_counter()
    fitted = rk.ForecastPool(quantity="deaths").fit(tally)
    drawn = fitted.forecast(14, DRAWS, 1).draws[:, :, 2:]
    seconds = time.perf_counter() - start
    ours = np.moveaxis(drawn, 0, -1).astype(float)
    past = tally.panel("deaths").to_numpy(float)
    happened = deaths.loc[:, f"{year}-01" : f"{year}-12"].to_numpy(float)
    theirs = np.repeat(past[:, None, -12:], 12, axis=1)
    # The twelve values joined by straight lines: as many values as the pool has.
    smooth = np.quantile(past[:, -12:], (np.arange(DRAWS) + 0.5) / DRAWS, axis=1, method="hazen").T
    smoothed = np.repeat(np.rint(smooth)[:, None], 12, axis=1)
    full = np.repeat(past[:, -12:], -(-DRAWS // 12), axis=1)[:, None, :DRAWS]
    found = {
        "happened": happened.sum(axis=1),
        "seconds": np.full(len(happened), seconds),
        "pool": evaluate.crps_ensemble(happened, ours),
        "last": evaluate.crps_ensemble(happened, theirs),
        "fair": evaluate.crps_ensemble(happened, theirs, fair=True),
        "smoothed": evaluate.crps_ensemble(happened, smoothed),
        "log pool": evaluate.crps_log1p_ensemble(happened, ours),
        "log last": evaluate.crps_log1p_ensemble(happened, theirs),
        "ign pool": evaluate.ignorance_binned(happened, ours),
        "ign last": evaluate.ignorance_binned(happened, np.repeat(full, 12, axis=1)),
        "mis pool": evaluate.interval_score_ensemble(happened, ours, 0.9),
        "mis last": evaluate.interval_score_ensemble(happened, theirs, 0.9),
        "poisson": evaluate.crps_poisson(happened, np.repeat(past[:, [-1]], 12, axis=1)),
        "zero": happened,
    }
    return {k: v if v.ndim == 1 else v.mean(axis=1) for k, v in found.items()}


def scores(found: dict[int, dict[str, np.ndarray]]) -> list[str]:
    """Write a row a year, and their means (of ratios: geometric)."""
    head = [
        "year", "last year's values", "pool", "ratio", "to fair", "to smoothed", "w/o largest",
        "log1p ratio", "IGN pool", "IGN values", "MIS pool", "MIS values", "seconds",
    ]  # fmt: skip
    rows = []
    for one in found.values():
        m = {name: values.mean() for name, values in one.items()}
        rest = np.arange(len(one["pool"])) != one["happened"].argmax()
        rows.append(
            [
                m["last"], m["pool"], m["pool"] / m["last"], m["pool"] / m["fair"],
                m["pool"] / m["smoothed"], one["pool"][rest].mean() / one["last"][rest].mean(),
                m["log pool"] / m["log last"], m["ign pool"], m["ign last"], m["mis pool"],
                m["mis last"], m["seconds"],
            ]
        )  # fmt: skip
    table = np.array(rows)
    mean = table.mean(axis=0)
    mean[2:7] = np.exp(np.log(table[:, 2:7]).mean(axis=0))
    lines = ["| " + " | ".join(head) + " |", "| --- " * len(head) + "|"]
    for name, row in [*zip(found, table, strict=True), ("mean", mean)]:
        digits = [3] * 9 + [1] * 3
        cells = [f"{value:,.{d}f}" for value, d in zip(row, digits, strict=True)]
        lines.append("| " + " | ".join([str(name), *cells]) + " |")
    return lines


def differences(
    found: dict[int, dict[str, np.ndarray]], name: str = "pool", other: str = "last"
) -> list[str]:
    """Write the pool's score less that of last year's values, with errors, by window."""
    lines = ["| year | all countries | error | without the largest | error |", "| --- " * 5 + "|"]
    kept = []
    for year, one in found.items():
        apart = one[name] - one[other]
        rest = np.arange(len(apart)) != one["happened"].argmax()
        cells = []
        for some in (apart, apart[rest]):
            error = some.std(ddof=1) / np.sqrt(len(some))
            cells += [f"{some.mean():+.3f}", f"{error:.3f}"]
        lines.append(f"| {year} | " + " | ".join(cells) + " |")
        kept.append((apart, rest))
    cells = []
    for leave in (False, True):
        values = np.concatenate([a[r] if leave else a for a, r in kept])
        places = [np.flatnonzero(r) if leave else np.arange(len(a)) for a, r in kept]
        windows = np.repeat(np.arange(len(kept)), [len(p) for p in places])
        error = paired.clustered_error(values, np.concatenate(places), windows)
        cells += [f"{values.mean():+.3f}", f"{error:.3f}"]
    lines.append("| all | " + " | ".join(cells) + " |")
    return lines


def main(file: str) -> None:
    """Forecast all windows and write the page."""
    table = pd.read_csv(file)
    months = pd.PeriodIndex(table["date"], freq="M")
    deaths = table.assign(date=months).pivot(index="country_id", columns="date", values="ged_sb")
    found = {}
    for year in range(2006, 2022):
        found[year] = window(deaths, year)
        print(year, f"{found[year]['pool'].mean() / found[year]['last'].mean():.3f}", flush=True)
    late = {year: one for year, one in found.items() if year >= 2018}
    early = {year: one for year, one in found.items() if year < 2018}
    check = ["| benchmark | " + " | ".join(map(str, late)) + " |", "| --- " * 5 + "|"]
    for name, key in zip(PUBLISHED, ("last", "poisson", "zero"), strict=True):
        cells = [
            f"{one[key].mean():.3f} ({told:.3f})"
            for one, told in zip(late.values(), PUBLISHED[name], strict=True)
        ]
        check.append(f"| {name} | " + " | ".join(cells) + " |")
    parts = {
        "<!-- check -->": check,
        "<!-- late -->": scores(late),
        "<!-- late differences -->": differences(late),
        "<!-- early -->": scores(early),
        "<!-- early differences -->": differences(early),
        "<!-- early log -->": differences(early, "log pool", "log last"),
    }
    text = (Path(__file__).with_name("views_page.md")).read_text(encoding="utf-8")
    for mark, lines in parts.items():
        text = text.replace(mark, "\n".join(lines))
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1])
