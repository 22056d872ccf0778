"""Hit rates of intervals on simulated tolls and targets; writes docs/studies/lethality.md.

Run with ``python -m pytest -m study tests/lethality/test_study.py``. RISKKIT_STUDY_RUNS sets the
runs.
"""

import os
from pathlib import Path

import numpy as np
import pytest

from riskkit.kernels import zeta
from riskkit.lethality import LethalityModel, TailModel
from riskkit.lethality.resample import bootstrap
from riskkit.targets import TargetModel
from tests.lethality.census import Design
from tests.targets.census import tally_of_mixes

PAGE = Path(__file__).parents[2] / "docs" / "studies" / "lethality.md"
RUNS = int(os.environ.get("RISKKIT_STUDY_RUNS", "200"))
MANY = tuple(np.round(np.geomspace(5, 500, 20)).astype(int))
DESIGNS = [
    (Design("one region, power law", (300,), "power", unlike=0), True),
    (Design("one region, lognormal", (300,), "lognormal", unlike=0), False),
    (Design("20 regions, power law", MANY, "power"), True),
    (Design("20 alike regions, power law", MANY, "power", unlike=0), False),
    (Design("20 regions, lognormal, one tail", MANY, "lognormal"), True),
    (Design("20 regions, lognormal, 20 tails", MANY, "lognormal", shared=False), False),
]
MIX = np.array([0.40, 0.25, 0.12, 0.10, 0.06, 0.04, 0.03])

pytestmark = pytest.mark.study


def hits(draws: np.ndarray, truth: np.ndarray) -> np.ndarray:
    """Tell where the central 90% of the draws hold the truth."""
    lower, upper = np.quantile(draws, [0.05, 0.95], axis=0)
    return (lower <= truth) & (truth <= upper)


def lethality_rows(checked: list[float]) -> list[str]:
    """Run every design; the hit rates by size of region."""
    rows = []
    for design, kept in DESIGNS:
        found = []
        for run in range(RUNS):
            tally, truth = design.draw(np.random.default_rng([1, run]))
            draws = LethalityModel().fit(tally).sf(np.array([10, 100]), 1000, run)
            found.append(hits(draws, truth))
        hit = np.array(found)
        thirds = np.array_split(np.argsort(design.sizes), 3)
        for column, level in enumerate([10, 100]):
            parts = [f"{hit[:, t, column].mean():.3f}" if len(t) else "" for t in thirds]
            total = hit[:, :, column].mean()
            rows.append(f"| {design.name} | {level} | {total:.3f} | {' | '.join(parts)} |")
            checked += [total] if kept else []
    return rows


def target_rows(checked: list[float]) -> list[str]:
    """Shares of seven groups in one region and in twenty."""
    rows = []
    for name, sizes in (("one region", (300,)), ("20 regions", MANY)):
        found = []
        for run in range(RUNS):
            rng = np.random.default_rng([2, run])
            regions = [f"R{i:02d}" for i in range(len(sizes))]
            truth = rng.dirichlet(15 * MIX, len(sizes))
            counts = [rng.multinomial(n, p) for n, p in zip(sizes, truth, strict=True)]
            names = TargetModel().fit(tally_of_mixes([], regions)).names
            attacks = [
                (region, names[k], 1, int(rng.integers(60)))
                for region, row in zip(regions, counts, strict=True)
                for k in np.repeat(np.arange(7), row)
            ]
            draws = TargetModel().fit(tally_of_mixes(attacks, regions)).shares(1000, run)
            found.append(hits(draws, truth))
        hit = np.array(found).mean(axis=(0, 2))
        thirds = np.array_split(np.argsort(sizes), 3)
        parts = [f"{hit[t].mean():.3f}" if len(t) else "" for t in thirds]
        rows.append(f"| {name} | {hit.mean():.3f} | {' | '.join(parts)} |")
        checked.append(hit.mean())
    return rows


def tail_rows() -> list[str]:
    """Intervals of the exponent with xmin chosen: given that xmin, and by bootstrap."""
    given, free = [], []
    table = zeta.survival_table(2.4, 10)
    for run in range(RUNS):
        rng = np.random.default_rng([3, run])
        tail = zeta.draw(1 - rng.random(300), 2.4, 10, table)
        body = np.minimum(rng.geometric(0.25, 1_200), 9)
        result = TailModel().fit(np.concatenate([body, tail]))
        for keep, xmin in ((given, result.xmin), (free, None)):
            alpha = bootstrap(result.data, xmin, 300, run, 1).alpha
            keep.append(hits(alpha[:, None], np.array([2.4]))[0])
    return [
        f"| given the chosen xmin | {np.mean(given):.3f} |",
        f"| xmin chosen again (`conf_int`) | {np.mean(free):.3f} |",
    ]


def given_rows(checked: list[float]) -> list[str]:
    """Intervals of the exponent at a given xmin, in well-identified settings."""
    rows = []
    for alpha, xmin, size in ((2.4, 1, 500), (2.4, 10, 500), (1.8, 1, 200), (3.5, 5, 300)):
        table = zeta.survival_table(alpha, xmin)
        found = []
        for run in range(10 * RUNS):
            uniforms = 1 - np.random.default_rng([4, run]).random(size)
            tail = TailModel(xmin=xmin).fit(zeta.draw(uniforms, alpha, xmin, table))
            lower, upper = tail.conf_int(0.9, replicates=1).loc["alpha"]
            found.append(lower <= alpha <= upper)
        rows.append(f"| {alpha} | {xmin} | {size} | {np.mean(found):.3f} |")
        checked.append(float(np.mean(found)))
    return rows


def test_intervals_hold_the_truth():
    checked: list[float] = []
    lethality, targets, tails = lethality_rows(checked), target_rows(checked), tail_rows()
    given = given_rows(checked)
    text = [
        "# Lethality and targets: do the intervals hold the truth?",
        "",
        "Made by `python -m pytest -m study tests/lethality/test_study.py`. Every number is the",
        f"share of nominal 90% intervals that held the truth, over {RUNS} simulated data sets. Its",
        f"standard error is about {np.sqrt(0.09 / RUNS):.3f} for one region, less for twenty.",
        "",
        "## Deaths per attack",
        "",
        "Tolls are simulated; the model then estimates the chance that an attack kills 10 or",
        "more, and 100 or more. Regions have 300 attacks, or 5 to 500 (even on the log scale).",
        "Power law: a zeta tail with exponent 2.3 from ten deaths on. Lognormal: nothing special",
        "happens at any threshold.",
        "",
        "| design | deaths | hit | smallest third | middle | largest |",
        "| --- | --- | --- | --- | --- | --- |",
        *lethality,
        "",
        "The tail's shape is taken to be one for all regions. Where each region has its own",
        "(last design), the intervals of 100 or more are too narrow. Where the tail is lighter",
        "than a power law and few attacks reach it (one region, lognormal), they are too wide.",
        "They are too wide, too, where regions are all the same: the model allows for differences.",
        "",
        "## Target shares",
        "",
        "Seven groups, 60 months, a fixed mix in each region; the half-life is learned.",
        "",
        "| design | hit | smallest third | middle | largest |",
        "| --- | --- | --- | --- | --- |",
        *targets,
        "",
        "## Exponent of a power law whose start is chosen",
        "",
        "1,200 attacks below ten deaths, 300 that follow a power law from ten on, exponent 2.4.",
        "",
        "| interval of the exponent | hit |",
        "| --- | --- |",
        *tails,
        "",
        f"With xmin given, {10 * RUNS:,} runs:",
        "",
        "| exponent | xmin | events | hit |",
        "| --- | --- | --- | --- |",
        *given,
        "",
    ]
    PAGE.write_text("\n".join(text), encoding="utf-8")
    assert all(0.85 <= total <= 0.95 for total in checked), checked
