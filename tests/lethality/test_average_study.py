"""Chances averaged over tails: how often their intervals hold the truth, under four laws.

Writes docs/studies/average.md. Run with ``python -m pytest -m study
tests/lethality/test_average_study.py``. RISKKIT_STUDY_RUNS sets the runs (200),
RISKKIT_STUDY_JOBS the workers (2).
"""

import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from joblib import Parallel, delayed

from riskkit.lethality import TailModel
from riskkit.lethality.distributions import (
    DiscreteGeneralisedPareto,
    Lognormal,
    PowerLaw,
    StretchedExponential,
)
from riskkit.lethality.distributions.whole import Discrete

PAGE = Path(__file__).parents[2] / "docs" / "studies" / "average.md"
RUNS = int(os.environ.get("RISKKIT_STUDY_RUNS", "200"))
JOBS = int(os.environ.get("RISKKIT_STUDY_JOBS", "2"))
# The law from ten deaths on.
TRUTHS: dict[str, tuple[Discrete, list[float]]] = {
    "power law": (PowerLaw(10), [2.4]),
    "lognormal": (Lognormal(10), [1.0, 1.3]),
    "stretched exponential": (StretchedExponential(10), [0.9, 0.4]),
    "discrete generalised Pareto": (DiscreteGeneralisedPareto(10), [0.5, 9.0]),
}
CHANCES = (0.9, 0.3)
EVENTS, TAIL = 1_500, 300

pytestmark = pytest.mark.study


def asked(law: Discrete, params: list[float]) -> list[int]:
    """Sizes that one of the events reaches with about the wanted chances."""
    return [int(law.ppf(1 + np.log1p(-chance) / TAIL, params)) for chance in CHANCES]


def chances(run: int, name: str) -> list[float]:
    """For each size and way: whether the interval holds the truth, its width, and the estimate."""
    law, params = TRUTHS[name]
    rng = np.random.default_rng([31, run])
    body = np.minimum(rng.geometric(0.25, EVENTS - TAIL), 9)
    tail = TailModel(10).fit(np.concatenate([body, law.rvs(params, TAIL, rng)]))
    out: list[float] = []
    for size in asked(law, params):
        true = 1 - (1 - TAIL / EVENTS * float(law.sf(size, params))) ** EVENTS
        ways = [tail.chance(size, EVENTS, replicates=100, rng=run)]
        for average in ("aic", "bic"):
            ways.append(
                tail.chance(size, EVENTS, average=average, replicates=100, rng=run, progress=False)
            )
        for way in ways:
            told = way.to_frame(0.9).iloc[0]
            out += [told["lower"] <= true <= told["upper"], told["upper"] - told["lower"]]
            out.append(told["estimate"] - true)
    return out


def rows(each: Callable[[int, str], list[float]]) -> tuple[list[str], dict[tuple, float]]:
    """Table of the page, and hit rates by law, size and way."""
    lines, hits = [], {}
    for name, (law, params) in TRUTHS.items():
        found = Parallel(n_jobs=JOBS)(delayed(each)(run, name) for run in range(RUNS))
        mean = np.array(found, dtype=float).mean(axis=0).reshape(len(CHANCES), 3, 3)
        for size, per_way in zip(asked(law, params), mean, strict=True):
            true = 1 - (1 - TAIL / EVENTS * float(law.sf(size, params))) ** EVENTS
            for way, (hit, width, off) in zip(("alone", "aic", "bic"), per_way, strict=True):
                hits[name, size, way] = hit
                lines.append(
                    f"| {name} | {size:,} | {true:.2f} | {way} | {hit:.3f} | {width:.2f} "
                    f"| {off:+.2f} |"
                )
    return lines, hits


def test_averages() -> None:
    lines, hits = rows(chances)
    text = [
        "# Averaging over tails: what it mends, and what it costs",
        "",
        "Made by `python -m pytest -m study tests/lethality/test_average_study.py`:",
        f"{RUNS:,} simulated data sets of each law, so that a hit rate has a standard error of",
        f"{np.sqrt(0.09 / RUNS):.3f}. 1,500 events; 300 have ten deaths or more and follow",
        "the law; xmin is given. What is asked is the chance that one of another 1,500 events",
        "reaches a size. *Alone* is the power law; *aic* and *bic* are `chance(average=...)` over",
        "six laws. Nominal 90% intervals, 100 replicates each.",
        "",
        "| true law | size | true chance | way | hit rate | width | mean error |",
        "| --- | --- | --- | --- | --- | --- | --- |",
        *lines,
        "",
        "Where the tail is a power law, the power law alone is sharper. Where it is another law,",
        "the power law alone is sure of what is wrong. The average then holds about what it says,",
        "by intervals that are wide: one tail of 300 attacks leaves much open.",
        "",
    ]
    PAGE.write_text("\n".join(text), encoding="utf-8")
    alone = [rate for (law, _, way), rate in hits.items() if law == "power law" and way == "alone"]
    averaged = [rate for (_, _, way), rate in hits.items() if way != "alone"]
    # Three standard errors of the runs there are.
    slack = 3 * np.sqrt(0.09 / RUNS)
    assert min(alone) > 0.87 - slack and min(averaged) > 0.87 - slack, hits
