"""Hit rates of quantile and Pareto regression, size and power of the trend.

Writes docs/studies/explain.md. Run with ``python -m pytest -m study
tests/lethality/explain/test_explain_study.py``. RISKKIT_STUDY_RUNS sets the runs of the trend's
size, an eighth of which every other setting gets; RISKKIT_STUDY_JOBS the workers.
"""

import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from joblib import Parallel, delayed

from riskkit.kernels import zeta
from riskkit.lethality import ParetoRegression, QuantileRegression, TailTrend
from tests.lethality.explain.counts_of_known_quantiles import SLOPES, Counts

PAGE = Path(__file__).parents[3] / "docs" / "studies" / "explain.md"
RUNS = int(os.environ.get("RISKKIT_STUDY_RUNS", "2000"))
JOBS = int(os.environ.get("RISKKIT_STUDY_JOBS", "1"))
# Quantile, extra zeros, fewest deaths, attacks: ten or more beyond the quantile in each level.
COUNTS = [
    (0.5, 0.3, 0, 1000),
    (0.75, 0.3, 0, 1000),
    (0.9, 0.3, 0, 1500),
    (0.5, 0.0, 1, 1000),
    (0.9, 0.0, 1, 1500),
    (0.95, 0.0, 1, 3000),
]
# Thin on purpose: three attacks in a hundred beyond, in levels of 75 attacks.
THIN = [(0.97, 0.0, 1, 300)]
TABLES = {alpha: zeta.survival_table(alpha, 10) for alpha in (2.0, 2.2, 2.4, 2.6, 2.8)}

pytestmark = pytest.mark.study


def share(hit: Callable[..., object], runs: int, *given: object) -> np.ndarray:
    """Average over runs of what one run gives."""
    found = Parallel(n_jobs=JOBS)(delayed(hit)(run, *given) for run in range(runs))
    return np.mean(np.array(found, dtype=float), axis=0)


def quantile_hits(run: int, counts: Counts, size: int, stream: int) -> list[bool]:
    """Which 90% intervals held their true coefficient."""
    attacks = counts.draw(size, np.random.default_rng([1, stream, run]))
    if counts.least:
        attacks = attacks.assign(source="ucdp")
    model = QuantileRegression("fatalities ~ weapon + suicide + year", counts.quantile)
    ends = model.fit(attacks).conf_int(0.9)
    return [bool(ends["lower"][c] <= truth <= ends["upper"][c]) for c, truth in SLOPES.items()]


def quantile_rates(settings: list[tuple[float, float, int, int]], runs: int) -> list[np.ndarray]:
    """Hit rates by setting."""
    return [
        share(quantile_hits, runs, Counts(quantile, none, least), size, number)
        for number, (quantile, none, least, size) in enumerate(settings)
    ]


def pareto_hits(run: int) -> list[bool]:
    """Which 90% intervals held: three by profile, three by errors, two return levels."""
    rng = np.random.default_rng([2, run])
    bomb = np.arange(600) < 250
    truth = np.array([np.log(8.0), 0.5, 0.5])
    excess = np.exp(truth[0] + truth[1] * bomb) * (rng.random(600) ** -truth[2] - 1) / truth[2]
    attacks = pd.DataFrame(
        {"weapon": np.where(bomb, "bomb", "gun"), "fatalities": 10 + np.floor(excess)}
    )
    fit = ParetoRegression("fatalities ~ weapon").fit(attacks)
    hits: list[bool] = []
    for ends in (fit.conf_int(0.9), fit.conf_int(0.9, method="wald")):
        hits += ((ends["lower"] <= truth) & (truth <= ends["upper"])).tolist()
    levels = fit.return_levels(pd.DataFrame({"weapon": ["gun", "bomb"]}), [100])
    true = 10 + np.floor(np.exp(truth[0] + truth[1] * np.array([0, 1])) * 9 / truth[2])
    return hits + ((levels["lower"] <= true) & (true <= levels["upper"])).tolist()


def over_years(alphas: list[float], size: int, rng: np.random.Generator) -> pd.DataFrame:
    """Tolls of ten or more with an exponent for each year."""
    return pd.concat(
        [
            pd.DataFrame(
                {
                    "year": 2000 + at,
                    "fatalities": zeta.draw(1 - rng.random(size), alpha, 10, TABLES[alpha]),
                }
            )
            for at, alpha in enumerate(alphas)
        ],
        ignore_index=True,
    )


def found(run: int, alphas: list[float], breaks: tuple[int, ...], stream: int) -> bool:
    """Whether a trend is found at 5%."""
    attacks = over_years(alphas, 50, np.random.default_rng([stream, run]))
    return TailTrend(10, breaks).fit(attacks).p_value < 0.05


def trends(runs: int, few: int) -> dict[str, list[float]]:
    """How often a trend is found, without and with a jump declared."""
    steady, jump = [2.4] * 10, [2.6] * 5 + [2.2] * 5
    falling = [2.8, 2.8, 2.6, 2.6, 2.4, 2.4, 2.2, 2.2, 2.0, 2.0]
    return {
        name: [float(share(found, n, alphas, breaks, 3 + at)) for breaks in ((), (2005,))]
        for at, (name, alphas, n) in enumerate(
            [
                ("2.4 in all years", steady, runs),
                ("2.6, from the sixth year 2.2", jump, few),
                ("falls from 2.8 to 2.0", falling, few),
            ]
        )
    }


def write(
    rates: list[np.ndarray], pareto: np.ndarray, trend: dict[str, list[float]], few: int
) -> None:
    """Write the page."""
    head = "| quantile | extra zeros | deaths from | attacks | " + " | ".join(SLOPES) + " |"
    rows = [
        f"| {q:g} | {none:g} | {least} | {n:,} | " + " | ".join(f"{r:.3f}" for r in rate) + " |"
        for (q, none, least, n), rate in zip(COUNTS + THIN, rates, strict=True)
    ]
    profile, wald = (" | ".join(f"{r:.3f}" for r in part) for part in (pareto[:3], pareto[3:6]))
    text = [
        "# Explain: do the intervals hold the truth, and does the trend test keep its level?",
        "",
        "Made by `python -m pytest -m study tests/lethality/explain/test_explain_study.py`. Hit",
        f"rates are the share of nominal 90% intervals that held the truth, over {few:,} simulated",
        f"data sets; their standard error is {np.sqrt(0.09 / few):.3f}.",
        "",
        "## Quantile regression",
        "",
        "Deaths by weapon (three), suicide (yes in a quarter) and year. Each kind's negative",
        "binomial has the mean that makes its quantile log-linear exactly, so the true",
        "coefficients are the ones that were put in.",
        "",
        head,
        "| --- " * (4 + len(SLOPES)) + "|",
        *rows,
        "",
        "The last row is thin on purpose: two attacks of a level lie beyond the quantile. There",
        "intervals are too narrow; `notes` names such levels.",
        "",
        "## Pareto regression",
        "",
        "600 attacks from ten deaths on, a scale by weapon, shape 0.5.",
        "",
        "| interval | intercept | bomb | shape |",
        "| --- | --- | --- | --- |",
        f"| profile | {profile} |",
        f"| standard errors | {wald} |",
        "",
        "The deaths of one attack of the tail in a hundred (profile):",
        f"{pareto[6]:.3f} for guns, {pareto[7]:.3f} for bombs.",
        "",
        "## Trend of the tail",
        "",
        "Ten years, 50 attacks of ten deaths or more in each. How often the one test finds a trend",
        "at 5%:",
        "",
        "| exponent | no jump declared | jump declared in the sixth year |",
        "| --- | --- | --- |",
        *[f"| {name} | {plain:.3f} | {jump:.3f} |" for name, (plain, jump) in trend.items()],
        "",
        f"First row: {RUNS:,} data sets; the others {few:,}. A change of what is collected",
        "that is not declared is taken for a trend. Declared, it is not; the price is power, since",
        "a trend is then seen only inside the spans.",
        "",
    ]
    PAGE.write_text("\n".join(text), encoding="utf-8")


def test_explain() -> None:
    few = RUNS // 8
    rates = quantile_rates(COUNTS + THIN, few)
    pareto, trend = share(pareto_hits, few), trends(RUNS, few)
    write(rates, pareto, trend, few)
    checked = [*np.ravel(rates[: len(COUNTS)]), *pareto]
    # Three standard errors of the runs there are, around 0.87 to 0.93.
    slack = 3 * np.sqrt(0.09 / few)
    assert all(0.87 - slack <= rate <= 0.93 + slack for rate in checked), checked
    (size, size_beside), (fooled, beside), (power, _) = trend.values()
    assert abs(size - 0.05) < 0.015 and abs(size_beside - 0.05) < 0.015
    assert beside < 0.12 and fooled > 0.5 and power > 0.9
