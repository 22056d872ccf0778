"""Simulated regions of known rates: do the intervals hold what they say?

`RISKKIT_STUDY_RUNS=200 python -m pytest -m study tests/frequency/test_recovery_study.py` writes
docs/studies/frequency_simulated.md.
"""

import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import minimize
from scipy.stats import gamma

import riskkit as rk
from riskkit.counts import Tally

pytestmark = pytest.mark.study

PAGE = Path(__file__).parents[2] / "docs" / "studies" / "frequency_simulated.md"
REGIONS, PERIODS, AHEAD, BREAK = 40, 120, 12, 100
RATES = np.geomspace(0.02, 20, REGIONS)
NAMES = [f"region {i:02d}" for i in range(REGIONS)]
MONTHS = pd.period_range("2000-01", periods=PERIODS, freq="M")
THIRDS = np.repeat([0, 1, 2], [13, 14, 13])
# name: (drift, dispersion, factor at month 100, accepted share of hits)
WORLDS = {
    "Poisson": (0.0, 0.0, 1.0, (0.86, 0.94)),
    "negative binomial, dispersion 2": (0.0, 2.0, 1.0, (0.86, 0.94)),
    "drift 0.05 a month": (0.05, 0.0, 1.0, (0.84, 0.95)),
    "drift 0.1 a month": (0.1, 0.0, 1.0, (0.84, 0.95)),
    "tripling at month 100": (0.0, 0.0, 3.0, (0.84, 0.95)),
}


def simulate(drift, dispersion, factor, rng):
    steps = drift * rng.standard_normal((REGIONS, PERIODS + AHEAD))
    steps[:, BREAK] += np.log(factor)
    rate = RATES[:, None] * np.exp(steps.cumsum(axis=1))
    mean = rng.gamma(1 / dispersion, dispersion * rate) if dispersion else rate
    return rng.poisson(mean), rate


def true_model(drift, dispersion, rates):
    def minus_log_likelihood(at):
        return -gamma.logpdf(rates, np.exp(at[0]), scale=np.exp(at[1] - at[0])).sum()

    shape, mean = np.exp(minimize(minus_log_likelihood, [-0.5, 1.0], method="Nelder-Mead").x)
    return rk.FrequencyModel(
        drift=drift, dispersion=dispersion, level=(shape, mean), shock=0, reach=np.inf
    )


def one_run(run, drift, dispersion, factor):
    rng = np.random.default_rng([run, 7])
    counts, rate = simulate(drift, dispersion, factor, rng)
    attacks = pd.DataFrame(counts[:, :PERIODS].astype(float), NAMES, MONTHS)
    tally = Tally.from_panel(attacks=attacks)
    now, total = rate[:, PERIODS - 1], counts[:, PERIODS:].sum(axis=1)
    fitted = rk.FrequencyModel().fit(tally)
    table = fitted.estimate(1000, rng=run).to_frame()
    ahead = fitted.forecast(AHEAD, 1000, rng=run).draws.sum(axis=2)
    below, upto = (ahead < total).mean(axis=0), (ahead <= total).mean(axis=0)
    pit = below + rng.random(REGIONS) * (upto - below)
    width = table["upper"] - table["lower"]
    best = np.nan
    if factor == 1:
        known = true_model(drift, dispersion, now).fit(tally).estimate(1000, rng=run).to_frame()
        best = (known["upper"] - known["lower"]).mean()
    return {
        "rate": ((table["lower"] <= now) & (now <= table["upper"])).to_numpy(),
        "total": (pit > 0.05) & (pit < 0.95),
        "width": width.mean(),
        "best": best,
    }


def by_third(hits):
    return [float(np.mean([hit[third == THIRDS] for hit in hits])) for third in range(3)]


def test_intervals_hold_what_they_say():
    runs = int(os.environ.get("RISKKIT_STUDY_RUNS", "200"))
    rows, wrong = [], []
    for name, (drift, dispersion, factor, (low, high)) in WORLDS.items():
        found = [one_run(run, drift, dispersion, factor) for run in range(runs)]
        row = {"world": name}
        for what in ("rate", "total"):
            shares = by_third([one[what] for one in found])
            row |= {
                f"{what}: {third}": f"{share:.3f}"
                for third, share in zip(("quiet", "middle", "busy"), shares, strict=True)
            }
            # Two standard errors of the simulation are allowed for.
            slack = 2 * np.sqrt(0.09 / (runs * 13))
            wrong += [
                f"{name}, {what}: {share:.3f}"
                for share in shares
                if not low - slack <= share <= high + slack
            ]
        ratio = sum(one["width"] for one in found) / sum(one["best"] for one in found)
        row["width"] = f"{ratio:.2f}" if np.isfinite(ratio) else ""
        if ratio > 1.2:
            wrong.append(f"{name}: {ratio:.2f} times as wide")
        rows.append(row)
    write_page(pd.DataFrame(rows), runs, wrong)
    assert not wrong


def write_page(table, runs, wrong):
    header = "| " + " | ".join(table.columns) + " |"
    rule = "|" + " --- |" * len(table.columns)
    lines = ["| " + " | ".join(row) + " |" for row in table.to_numpy()]
    outside = "; ".join(wrong) if wrong else "none"
    PAGE.write_text(
        "# Frequency: intervals on simulated regions\n\n"
        f"{REGIONS} regions with rates from 0.02 to 20 attacks a month, {PERIODS} months, {runs} "
        "runs of each world. Share of 90% intervals that held the rate in the last month, and "
        f"(by randomised PIT) the total of the next {AHEAD} months, in the quietest, middle and "
        "busiest third of the regions; and the mean width of the rate's interval, as a multiple "
        "of that of the same model given its true drift, dispersion and the gamma prior that "
        "fits the true rates best. Wanted: 0.86 to 0.94 where nothing moves, 0.84 to 0.95 "
        "where it does, width at most 1.2.\n\n"
        + "\n".join([header, rule, *lines])
        + f"\n\nOutside what is wanted: {outside}.\n\n"
        "Made by `python -m pytest -m study tests/frequency/test_recovery_study.py`, with "
        "`RISKKIT_STUDY_RUNS` runs.\n",
        encoding="utf-8",
    )
