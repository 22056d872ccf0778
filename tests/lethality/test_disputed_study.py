"""Hit rates of tolls known within bounds, of pooled tails, and of revisions, on known truth.

Writes docs/studies/disputed.md. Run with ``python -m pytest -m study
tests/lethality/test_disputed_study.py``. RISKKIT_STUDY_RUNS sets the runs (2,000),
RISKKIT_STUDY_JOBS the workers (2).
"""

import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from joblib import Parallel, delayed

from riskkit.lethality import DisputedTail, RevisionModel, impute_tolls, pool, toll_bounds
from riskkit.lethality.distributions import (
    DiscreteGeneralisedPareto,
    Geometric,
    Lognormal,
    NegativeBinomial,
    Poisson,
    PoissonLognormal,
    PowerLaw,
    PowerLawWithCutoff,
    StretchedExponential,
)

PAGE = Path(__file__).parents[2] / "docs" / "studies" / "disputed.md"
RUNS = int(os.environ.get("RISKKIT_STUDY_RUNS", "2000"))
JOBS = int(os.environ.get("RISKKIT_STUDY_JOBS", "2"))
# Runs over RUNS: a law whose chances are costly is run less often.
SETTINGS = [
    (PowerLaw(5), [2.4], 500, 1.0),
    (PowerLaw(1), [1.8], 200, 1.0),
    (PowerLawWithCutoff(1), [1.5, 0.02], 1000, 1.0),
    (Lognormal(1), [1.5, 1.0], 500, 1.0),
    (StretchedExponential(1), [0.4, 0.6], 500, 1.0),
    (Geometric(3), [0.13], 300, 1.0),
    (Poisson(3), [6.0], 300, 1.0),
    (NegativeBinomial(1), [9.0, 1.5], 500, 1.0),
    (PoissonLognormal(1), [2.0, 0.8], 500, 0.5),
    (DiscreteGeneralisedPareto(10), [0.5, 7.0], 500, 1.0),
]

pytestmark = pytest.mark.study


def each_run(one: Callable[..., object], runs: int, *setting: object) -> np.ndarray:
    """Results of all runs, one a row."""
    jobs = (delayed(one)(*setting, run) for run in range(runs))
    return np.array(Parallel(n_jobs=JOBS, backend="multiprocessing")(jobs), dtype=float)


def coarse(deaths: np.ndarray, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Half are known; a tenth are open above; the rest lie in a cell of a random grid."""
    size = len(deaths)
    width, shift = rng.uniform(np.log(1.5), np.log(4), size), rng.random(size)
    cell = np.floor(np.log(deaths) / width + shift)
    low = np.minimum(np.ceil(np.exp((cell - shift) * width)), deaths)
    high = np.maximum(np.ceil(np.exp((cell + 1 - shift) * width)) - 1, deaths)
    kind = rng.random(size)
    low, high = np.where(kind < 0.5, deaths, low), np.where(kind < 0.5, deaths, high)
    # Whether a toll passed a bar that was set beforehand is all that is known of some.
    bar = np.ceil(np.exp(rng.uniform(0, 3, size)))
    told, over = kind > 0.9, deaths >= bar
    low = np.where(told, np.where(over, bar, 0), low)
    high = np.where(told, np.where(over, np.inf, bar - 1), high)
    return low, high


def holds(ends: pd.DataFrame, params: list[float]) -> np.ndarray:
    """Whether intervals hold the truth."""
    return ((ends["lower"] <= params) & (params <= ends["upper"])).to_numpy()


def law_run(number: int, run: int) -> np.ndarray:
    law, params, size, _ = SETTINGS[number]
    rng = np.random.default_rng([21, number, run])
    deaths = law.rvs(params, size, rng)
    low, high = coarse(deaths, rng)
    fit = law.fit_intervals(np.maximum(low, law.xmin), high)
    wider = fit.bse / law.fit(deaths).bse if run < 50 else fit.bse * np.nan
    wald = holds(fit.conf_int(0.9, method="wald"), params)
    return np.concatenate([holds(fit.conf_int(0.9), params), wald, wider])


def law_rows(checked: list[tuple[float, int]]) -> list[str]:
    """Intervals of every law whose tolls all reach xmin; none is known to be below it."""
    rows = []
    for number, (law, params, size, part) in enumerate(SETTINGS):
        runs = max(round(RUNS * part), 2)
        told = each_run(law_run, runs, number)
        k = len(params)
        profile, wald = told[:, :k].mean(axis=0), told[:, k : 2 * k].mean(axis=0)
        wider = np.nanmedian(told[:, 2 * k :], axis=0)
        checked += [(rate, runs) for rate in profile]
        for at, name in enumerate(law.parameters):
            rows.append(
                f"| {law.name} | {law.xmin} | {size} | {name} {params[at]:g} | {runs:,} "
                f"| {profile[at]:.3f} | {wald[at]:.3f} | {wider[at]:.2f} |"
            )
    return rows


def across_run(xmin: int, below: int, above: int, run: int) -> list[float]:
    rng = np.random.default_rng([22, xmin, run])
    body = np.minimum(rng.geometric(0.25, below), xmin - 1)
    deaths = np.concatenate([body, PowerLaw(xmin).rvs([2.4], above, rng)])
    low, high = coarse(deaths, rng)
    law, sure = PowerLaw(xmin), low >= xmin
    middle = np.where(np.isinf(high), low, np.round(np.sqrt(low * np.minimum(high, 1e9))))
    both = law.fit_intervals(low, high)
    fits = [both, law.fit_intervals(low[sure], high[sure]), law.fit(middle)]
    hits = [holds(fit.conf_int(0.9), [2.4])[0] for fit in fits]
    return [both.n_tail, both.n_across, *(fit.params["alpha"] for fit in fits), *hits]


def across_rows(checked: list[tuple[float, int]]) -> list[str]:
    """A body below xmin, a power law from xmin on, and bounds that lie across it."""
    rows = []
    runs = max(RUNS // 8, 2)
    for xmin, below, above in ((10, 1_200, 300), (3, 400, 400)):
        told = each_run(across_run, runs, xmin, below, above)
        mean, spread = told.mean(axis=0), told.std(axis=0)
        checked.append((mean[5], runs))
        words = ("of both parts (`fit_intervals`)", "left out", "taken at their middle")
        for at, word in enumerate(words):
            found = f"{mean[0]:.0f} (sd {spread[0]:.0f})" if at == 0 else ""
            rows.append(
                f"| {xmin} | {above} of {above + below} | {found} | {mean[1]:.0f} | {word} "
                f"| {mean[2 + at]:.3f} | {spread[2 + at]:.3f} | {mean[5 + at]:.3f} |"
            )
    return rows


POOLED = {"power law": (PowerLaw(5), 2.4, 10_000), "lognormal": (Lognormal(1), 1.0, 1_000)}
KINDS = ("truth around the figure", "figure around the truth")


def measured(law: str, kind: str, size: int, rng: np.random.Generator) -> tuple:
    """True tolls and best figures: half of them are a factor of up to two apart."""
    one = PowerLaw(1).rvs([2.4], size, rng)
    if law == "lognormal":
        one = Lognormal(1).rvs([2.5, 1.0], size, rng)
    loose = rng.random(size) < 0.5
    away = np.where(loose, np.exp(rng.uniform(-np.log(2), np.log(2), size)), 1.0)
    other = np.maximum(np.round(one * away), 1)
    return (other, one, loose) if kind == KINDS[0] else (one, other, loose)


def pooled_run(law: str, kind: str, truth: float, run: int) -> list[float]:
    family, _, size = POOLED[law]
    rng = np.random.default_rng([23, run])
    _, best, loose = measured(law, kind, size, rng)
    low = np.where(loose, np.maximum(np.floor(best / 2), 1), best)
    high = np.where(loose, np.ceil(best * 2), best)
    table = pd.DataFrame({"fatalities": best, "fatalities_low": low, "fatalities_high": high})
    bounds = toll_bounds(table.value_counts().rename("attacks").reset_index())
    if law == "power law":
        pooled = DisputedTail(5).fit(table.value_counts().rename("attacks").reset_index()).pooled
    else:
        pooled = pool([family.fit(*impute_tolls(bounds, number)) for number in range(20)])
    certain, bounded = family.fit(best), family.fit_intervals(low, high)
    asked = family.parameters[-1]
    fits = (pooled, certain, bounded)
    hits = [
        holds(pooled.conf_int(0.9).loc[[asked]], [truth])[0],
        *(holds(fit.conf_int(0.9).loc[[asked]], [truth])[0] for fit in fits[1:]),
    ]
    fmi = pooled.diagnostics().loc[asked, "fmi"]
    return [*(fit.params[asked] for fit in fits), *hits, fmi]


def pooled_rows(checked: list[tuple[float, int]]) -> list[str]:
    """Truth around the figure, and the figure around the truth."""
    rows = []
    runs = max(RUNS // 20, 2)
    for law, (family, truth, _) in POOLED.items():
        for kind in KINDS:
            if kind == KINDS[0]:
                rng = np.random.default_rng(24)
                parts = [measured(law, kind, 2_000_000, rng)[0] for _ in range(5)]
                many = np.unique(np.concatenate(parts), return_counts=True)
                truth = family.fit(*many).params.iloc[-1]
            told = each_run(pooled_run, runs, law, kind, truth).mean(axis=0)
            # The lognormal's interval is known to miss: the page says so.
            if kind == KINDS[0] and law == "power law":
                checked.append((told[3], runs))
            names = ("possible tables, pooled", "best figures as certain", "`fit_intervals`")
            for at, name in enumerate(names):
                fmi = f"{told[6]:.2f}" if at == 0 else ""
                rows.append(
                    f"| {law}, {family.parameters[-1]} | {kind} | {truth:.3f} | {name} "
                    f"| {told[at]:.3f} | {fmi} | {told[3 + at]:.3f} |"
                )
            truth = POOLED[law][1]
    return rows


CLASSES = np.array(RevisionModel().classes)
CHANGE = np.array([0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45])
UP = np.array([1, 0.9, 0.8, 0.75, 0.7, 0.7, 0.65, 0.6, 0.6])
SHAPE, SCALE, GROWTH, LEFT, STEADY = 0.4, 0.8, 0.4, 0.7, 4.0


def revised(size: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """First tolls of a power law, and what became of them."""
    first = PowerLaw(1).rvs([1.9], size, rng).clip(0, 400) - 1
    kind = np.searchsorted(CLASSES, first, side="right") - 1
    chance = rng.random(size)
    changed, up = chance < CHANGE[kind], chance < (CHANGE * UP)[kind]
    scale = SCALE * (1 + first) ** GROWTH
    more = 1 + np.floor(scale * ((1 - rng.random(size)) ** -SHAPE - 1) / SHAPE)
    share = rng.beta(LEFT * STEADY, (1 - LEFT) * STEADY, size)
    less = rng.binomial(np.maximum(first - 1, 0).astype(int), share)
    return first, np.where(up, first + more, np.where(changed, less, first))


def revision_run(size: int, run: int) -> list[float]:
    rng = np.random.default_rng([25, size, run])
    result = RevisionModel().fit(*revised(size, rng))
    told = result.estimate(TOLLS, rng=1).to_frame()
    truth = CHANGE[np.searchsorted(CLASSES, TOLLS, side="right") - 1]
    hits = ((told["lower"] <= truth) & (truth <= told["upper"])).tolist()
    for first, at_least in ASKED:
        kind = np.searchsorted(CLASSES, first, side="right") - 1
        away = (at_least - first - 1) / (SCALE * (1 + first) ** GROWTH)
        true = (CHANGE * UP)[kind] * (1 + SHAPE * away) ** (-1 / SHAPE)
        ends = result.chance([first], at_least, rng=1).to_frame().iloc[0]
        hits.append(ends["lower"] <= true <= ends["upper"])
    first, settled = revised(300, rng)
    ends = result.predict(np.unique(first)).loc[first.astype(int)]
    held = (ends["lower"].to_numpy() <= settled) & (settled <= ends["upper"].to_numpy())
    return [*hits, held.mean(), held[settled != first].mean()]


TOLLS, ASKED = np.array([0, 1, 2, 7, 30]), [(0, 2), (2, 5), (10, 30)]


def revision_rows() -> list[str]:
    """Chances and predictions of revisions, from few pairs and from many."""
    rows = []
    runs = max(RUNS // 20, 2)
    for size in (150, 600, 3_000):
        told = each_run(revision_run, runs, size).mean(axis=0)
        shares = [", ".join(f"{rate:.0%}" for rate in part) for part in np.split(told, [5, 8])]
        rows.append(f"| {size:,} | {runs} | {shares[0]} | {shares[1]} | {shares[2]} |")
    return rows


def test_disputed():
    checked: list[tuple[float, int]] = []
    laws, across, pooled = law_rows(checked), across_rows(checked), pooled_rows(checked)
    text = [
        "# Disputed tolls: do the intervals hold the truth?",
        "",
        "Made by `python -m pytest -m study tests/lethality/test_disputed_study.py`. Hit rates are",
        "the share of nominal 90% intervals that held the truth. With 2,000 runs their standard",
        "error is 0.007, with 250 it is 0.019, with 100 it is 0.030.",
        "",
        "## Tolls known within bounds",
        "",
        "Half of the tolls are known. Four in ten lie in a cell of a random grid, whose ends are a",
        "factor 1.5 to 4 apart. Of one in ten only is known whether it passed a bar. All reach",
        "xmin. *Wider*: the standard error over that of a fit to the true tolls.",
        "",
        "| distribution | from | tolls | parameter | runs | profile | Wald | wider |",
        "| --- | --- | --- | --- | --- | --- | --- | --- |",
        *laws,
        "",
        "## Bounds across xmin",
        "",
        "Another law below xmin, the power law of exponent 2.4 from it on, bounds as above.",
        "What is done with tolls that may lie on either side:",
        "",
        f"{max(RUNS // 8, 2)} runs of each.",
        "",
        "| xmin | tail | found | across xmin | these are | mean alpha | its sd | hit rate |",
        "| --- | --- | --- | --- | --- | --- | --- | --- |",
        *across,
        "",
        "Left out, the tail loses those that lie next to xmin, and looks heavier than it is.",
        "",
        "## Possible tables, pooled",
        "",
        "Half of the best figures and true tolls are a factor of up to two apart, evenly in the",
        "logarithm; low and high are half and twice the best figure. *Truth around the figure*:",
        "the true toll is the figure times an error, which is what the tables are drawn from.",
        "*Figure around the truth*: the figure is the true toll times an error. 10,000 tolls of a",
        "power law, its tail from five on, and 1,000 of a lognormal from one on; 20 tables.",
        "*True*: the parameter of the true tolls in the long run.",
        f"{max(RUNS // 20, 2)} runs of each.",
        "",
        "| law | what is off | true | method | mean | fmi | hit rate |",
        "| --- | --- | --- | --- | --- | --- | --- |",
        *pooled,
        "",
        "Tables with the right kind of error hold the power law's exponent. Of a lognormal's width",
        "they hold fewer: bounds rounded outward and the spread in ln(x + 1/2) make small tolls",
        "too uncertain. With the other kind they fail it. `fit_intervals` fails on such bounds,",
        "since they are made around the figure.",
        "",
        "## Revisions",
        "",
        "First tolls of a power law; chances of a revision rise from 5% to 45% with the toll. Hit",
        "rates of the chance of a revision (first toll 0, 1, 2, 7, 30), of the chance of a high",
        "settled toll (2 or more after 0, 5 or more after 2, 30 or more after 10), and of the",
        "prediction interval of 300 new tolls: all of them, and those that were revised.",
        "",
        "| pairs | runs | chance of a revision | chance of a high toll | settled tolls |",
        "| --- | --- | --- | --- | --- |",
        *revision_rows(),
        "",
        "A prediction interval is of whole numbers, so it holds more than 90% of all. Of those",
        "that were revised it holds fewer: that a toll is revised at all is the rarer case.",
        "",
    ]
    PAGE.write_text("\n".join(text), encoding="utf-8")
    # Three points, or where the runs are few what chance alone allows at 99%.
    far = [abs(rate - 0.9) - max(0.03, 2.6 * np.sqrt(0.09 / runs)) for rate, runs in checked]
    assert max(far) <= 0, checked
