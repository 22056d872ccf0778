"""Hit rates of risk intervals on simulated regions; writes docs/studies/risk.md.

Run with ``python -m pytest -m study tests/risk/test_study.py``. RISKKIT_STUDY_RUNS sets the runs.
"""

import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import riskkit as rk
from riskkit.incidents.schema import conform
from riskkit.kernels.compound import compound, value_at_risk
from riskkit.kernels.pareto import survival

PAGE = Path(__file__).parents[2] / "docs" / "studies" / "risk.md"
RUNS = int(os.environ.get("RISKKIT_STUDY_RUNS", "200"))
MONTHS = 120
DISPERSION = 0.5
GROUPS = ["business", "civilians", "security forces"]
# Attacks a month, chance of no death, chance of 10 or more, shares of the target groups.
REGIONS = {
    "quiet": (0.5, 0.4, 0.10, [0.1, 0.6, 0.3]),
    "middle": (3.0, 0.5, 0.05, [0.2, 0.3, 0.5]),
    "busy": (15.0, 0.6, 0.03, [0.3, 0.4, 0.3]),
}
SHAPE, SCALE, THRESHOLD, LARGEST = 0.6, 7.0, 10, 10_000


def true_chances(name: str) -> np.ndarray:
    """Chances that an attack kills 0, 1, ..., LARGEST."""
    _, none, tail, _ = REGIONS[name]
    reach = tail * survival(np.arange(THRESHOLD, LARGEST + 1), THRESHOLD, SHAPE, SCALE)
    body = 0.6 ** np.arange(1, THRESHOLD)
    body *= (1 - none - tail) / body.sum()
    return np.concatenate([[none], body, reach[:-1] - reach[1:], reach[-1:]])


def truth(name: str) -> dict[str, float]:
    """The figures that the intervals mean to hold."""
    rate, _, _, shares = REGIONS[name]
    chances = true_chances(name)
    above = np.append(np.cumsum(chances[::-1])[::-1], 0.0)  # P(D >= x)

    def counts(z):
        return (1 + DISPERSION * rate * (1 - z)) ** (-12 / DISPERSION)

    oep = 1 - counts(1 - above)  # P(M >= x)
    aep = compound(chances, counts, 3 * LARGEST)
    figures = {
        "P(an attack kills 10 or more)": above[10],
        "P(an attack kills 100 or more)": above[100],
        "chance of 10 or more killed in a year": oep[10],
        "chance of 100 or more killed in a year": oep[100],
        "100-year OEP, deaths": float(np.argmax(oep[1:] <= 0.01)),
        "100-year AEP, deaths": float(value_at_risk(aep, 0.99)),
    }
    return figures | {f"share of {group}": s for group, s in zip(GROUPS, shares, strict=True)}


def simulated_tally(random: np.random.Generator) -> rk.Tally:
    """Ten years of attacks of the three regions."""
    tables = []
    for name, (rate, _, _, shares) in REGIONS.items():
        months = random.poisson(random.gamma(1 / DISPERSION, DISPERSION * rate, MONTHS))
        start = pd.period_range("2010-01", periods=MONTHS, freq="M").to_timestamp()
        days = start.repeat(months) + pd.to_timedelta(random.integers(0, 28, months.sum()), "D")
        tolls = random.choice(LARGEST + 1, len(days), p=true_chances(name))
        groups = random.choice(GROUPS, len(days), p=shares)
        tables.append(
            pd.DataFrame(
                {"date": days, "admin1": name, "fatalities": tolls, "target_group": groups}
            )
        )
    attacks = pd.concat(tables, ignore_index=True).assign(date_precision="day")
    attacks["incident_id"] = [f"a{i}" for i in range(len(attacks))]
    return rk.tally(
        conform(attacks), by="admin1", every="month", start="2010-01", end="2019-12",
        regions=list(REGIONS),
    )  # fmt: skip


def intervals(risk: rk.RiskForecast) -> dict[str, pd.DataFrame]:
    """The 90% interval of each figure, by region."""
    lethality = risk.fitted.lethality
    tables = {
        "P(an attack kills 10 or more)": lethality.estimate(10, risk.worlds, risk.seed).to_frame(),
        "P(an attack kills 100 or more)": lethality.estimate(
            100, risk.worlds, risk.seed
        ).to_frame(),
        "chance of 10 or more killed in a year": risk.chance(10),
        "chance of 100 or more killed in a year": risk.chance(100),
        "100-year OEP, deaths": risk.return_level(100, "oep"),
        "100-year AEP, deaths": risk.return_level(100, "aep"),
    }
    share = risk.targets()["share"]
    return tables | {f"share of {group}": share.xs(group, level="target group") for group in GROUPS}


@pytest.mark.study
def test_intervals_of_risk_hold_the_truth():
    true = pd.DataFrame({name: truth(name) for name in REGIONS})
    rows = []
    for run in range(RUNS):
        tally = simulated_tally(np.random.default_rng([2026, run]))
        risk = rk.RiskModel().fit(tally).forecast(horizon=12, rng=run, worlds=400, years=10)
        for figure, table in intervals(risk).items():
            for name in REGIONS:
                estimate, lower, upper = table.loc[name, ["estimate", "lower", "upper"]]
                rows.append((figure, name, run, estimate, lower, upper, true.loc[figure, name]))
    result = pd.DataFrame(
        rows, columns=["figure", "region", "run", "estimate", "lower", "upper", "truth"]
    )
    result["hit"] = result["truth"].between(
        result["lower"] * (1 - 1e-9), result["upper"] * (1 + 1e-9)
    )
    result["below"] = result["truth"] < result["lower"] * (1 - 1e-9)
    by = result.groupby(["figure", "region"], sort=False)
    table = by[["truth", "estimate", "lower", "upper"]].mean()
    table = table.join((100 * by[["hit", "below"]].mean()).rename(columns={"below": "truth below"}))
    PAGE.write_text(page(table), encoding="utf-8")
    hits = table["hit"].groupby("figure").mean()
    assert hits.between(85, 95).all(), table.to_string()


def page(table: pd.DataFrame) -> str:
    """The study's page."""
    overall = table["hit"].groupby("figure", sort=False).mean()
    error = 100 * np.sqrt(0.9 * 0.1 / (RUNS * len(REGIONS)))
    lines = [
        "# Risk: do the intervals hold the truth?",
        "",
        f"{RUNS} times ten years of three simulated regions, fitted by `RiskModel()` as it comes, "
        "400 worlds. Months are negative binomial with a dispersion of "
        f"{DISPERSION}; rates do not change. Tolls follow a body and a discrete generalised "
        f"Pareto tail from {THRESHOLD} deaths (shape {SHAPE}, scale {SCALE}), the same in all "
        "three; the share of attacks in the tail differs. The truth of each figure is computed "
        "exactly, the 100-year sum by Fourier.",
        "",
        "An interval of 90% should hold the truth in 90% of the runs. By chance alone a figure's "
        f"hit rate over the three regions is off by {error:.1f} points (one standard error; more, "
        "since regions share the tail).",
        "",
        "| figure | hit rate, % |",
        "|---|---|",
        *(f"| {figure} | {hit:.1f} |" for figure, hit in overall.items()),
        "",
        "By region, with means over the runs; *truth below* is the share of runs whose interval "
        "lay wholly above the truth.",
        "",
        "| figure | region | truth | estimate | lower | upper | hit rate, % | truth below, % |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for (figure, region), row in table.iterrows():
        numbers = " | ".join(f"{row[name]:.4g}" for name in ("truth", "estimate", "lower", "upper"))
        lines.append(
            f"| {figure} | {region} | {numbers} | {row['hit']:.1f} | {row['truth below']:.1f} |"
        )
    return "\n".join([
        *lines, "", "Made by `python -m pytest -m study tests/risk/test_study.py`.", "",
    ])  # fmt: skip
