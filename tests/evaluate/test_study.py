"""Backtests on real attacks; writes docs/studies/backtest.md and its picture.

Run with ``RISKKIT_DATA=... python -m pytest -m study tests/evaluate/test_study.py``; ten minutes.
"""

import warnings
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes

import riskkit as rk
from riskkit.evaluate import Backtest

DOCS = Path(__file__).parents[2] / "docs"
PAGE = DOCS / "studies" / "backtest.md"

# Syria was the largest country of the years forecast on UCDP, Iraq on RAND.
UCDP = {"start": "2008-12", "largest": "SYR"}
RAND = {"start": "1999-12", "largest": "IRQ"}


def tally_of(path: Path, start: str, end: str) -> rk.Tally:
    """Monthly attacks by country, of all countries that the file names."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", rk.RiskkitWarning)
        incidents = rk.read_incidents(path)
    return rk.tally(incidents, by="country", every="month", start=start, end=end)


@pytest.mark.study
@pytest.mark.data
def test_real_attacks(real_data):
    ucdp = rk.backtest(
        {"riskkit": rk.FrequencyModel()},
        tally_of(real_data / "ucdp" / "ged211_where_prec12.csv.gz", "1989-01", "2020-12"),
        start=UCDP["start"],
        rng=1,
    )
    rand = rk.backtest(
        {"riskkit": rk.RiskModel()},
        tally_of(real_data / "rand" / "rand_rdwti_1968_2009.csv.gz", "1998-01", "2008-12"),
        start=RAND["start"],
        rng=1,
    )
    PAGE.parent.mkdir(parents=True, exist_ok=True)
    for name, picture in (
        ("reliability_rand", on_roots(rk.plots.reliability(rand))),
        ("world_ucdp", rk.plots.backtest(ucdp)),
        ("pit_ucdp", rk.plots.pit(ucdp)),
        ("pit_rand", rk.plots.pit(rand)),
    ):
        picture.figure.savefig(PAGE.parent / f"{name}.png", dpi=110, bbox_inches="tight")
    PAGE.write_text(page(ucdp, rand), encoding="utf-8")

    ours = ucdp.compare().loc["riskkit"]
    assert ours["skill_last_year"] >= 0.30
    assert ucdp.compare(without=[UCDP["largest"]]).loc["riskkit", "skill_last_year"] >= 0.20
    assert 0.80 <= ours["hit_rate_busy"] <= 0.96
    assert ucdp.world().loc["riskkit", "inside"].sum() >= 9

    table = rand.compare()
    ours, simple = table.loc["riskkit"], table.loc["half and half"]
    assert ours["crps"] <= 1.03 * simple["crps"]
    assert ours["log1p_crps"] < simple["log1p_crps"]
    assert ours["log_score"] < simple["log_score"]
    assert 0.80 <= ours["hit_rate_busy"] <= 0.96
    brier = rand.brier().loc["riskkit"]
    assert brier["brier"] < brier["brier_past"]


def on_roots(ax: Axes) -> Axes:
    """Spread the small chances, which most are, by axes of square roots."""
    ticks = [0, 0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 1]
    for set_scale, set_limits, set_ticks in (
        (ax.set_xscale, ax.set_xlim, ax.set_xticks),
        (ax.set_yscale, ax.set_ylim, ax.set_yticks),
    ):
        set_limits(0, 1)
        set_scale("function", functions=(lambda x: np.sqrt(np.abs(x)), np.square))
        set_ticks(ticks, [f"{tick:.0%}" for tick in ticks])
    return ax


def page(ucdp: Backtest, rand: Backtest) -> str:
    """Write what was found."""
    brier = rand.brier().loc["riskkit"]
    return "\n".join(
        [
            "# Backtest: would this have worked last year?",
            "",
            "Made by `RISKKIT_DATA=FOLDER python -m pytest -m study tests/evaluate/test_study.py`, "
            "with the default models and nothing chosen by hand.",
            "",
            "At each origin the model is fitted to the record up to then and forecasts the "
            "attacks of the next twelve months in every country that the file names, those "
            "without attacks so far too. What is scored is the year's total by country. "
            "*last year* is last year's count as a Poisson; *half and half* is a negative "
            "binomial of shape 1 around half last year, half the yearly mean of three years, "
            "and 0.05. *skill* is 1 - CRPS / CRPS of the baseline: above zero is better. Hit "
            "rates are of 90% intervals, by the randomised PIT; *busy* is countries with 12 or "
            "more attacks in the two years before.",
            "",
            "What this can't say: the files are today's, and an analyst at the time had fewer and "
            "other rows. These years were looked at while the models were made, so this is "
            "development, not a test. The list of countries is of those that ever had an attack.",
            "",
            *section(ucdp, UCDP["largest"], "UCDP: events of armed conflict, 2009-2020"),
            "```{image} world_ucdp.png\n:alt: Total of all countries and its interval\n```\n",
            "```{image} pit_ucdp.png\n:alt: PIT histogram of yearly totals, UCDP\n```\n",
            *section(rand, RAND["largest"], "RAND: terrorist attacks, 2000-2008"),
            "```{image} pit_rand.png\n:alt: PIT histogram of yearly totals, RAND\n```\n",
            "## At least one attack killing 10 or more next year, RAND",
            "",
            f"Brier score {brier['brier']:.4f}, against {brier['brier_past']:.4f} of each "
            "country's own past frequency with add-half "
            f"({brier['skill']:.0%} lower). It came in {brier['happened']:.1%} of {brier['n']:.0f} "
            f"country-years; the mean chance given was {brier['chance']:.1%}.",
            "",
            markdown(rand.reliability(), 3),
            "",
            "```{image} reliability_rand.png\n"
            ":alt: Share of country-years with such an attack against the chance given\n```\n",
        ]
    )


def section(past: Backtest, largest: str, title: str) -> list[str]:
    """Write the tables of one file."""
    columns = [
        "crps", "skill_last_year", "skill_half_and_half", "log_score", "log1p_crps",
        "hit_rate", "hit_rate_busy", "hit_error_busy", "n_busy", "n",
    ]  # fmt: skip
    by_origin = past.compare(by="origin")["crps"].unstack("model")[list(past.models)]
    without = past.compare(by="origin", without=[largest])["crps"].unstack("model")
    by_origin[f"riskkit without {largest}"] = without["riskkit"]
    by_origin[f"last year without {largest}"] = without["last year"]
    world = past.world().loc["riskkit"]
    hits = int(world["inside"].sum())
    return [
        f"## {title}",
        "",
        f"{past!r}.",
        "",
        markdown(past.compare()[columns], 3),
        "",
        f"Without {largest}, the largest country:",
        "",
        markdown(past.compare(without=[largest])[columns], 3),
        "",
        "CRPS by origin (last month known):",
        "",
        markdown(by_origin, 2),
        "",
        f"Total of all countries: {hits} of {len(world)} 90% intervals hold it.",
        "",
        markdown(world[["observed", "estimate", "lower", "upper", "inside"]], 0),
        "",
        *adaptive(past),
    ]


def adaptive(past: Backtest) -> list[str]:
    """Write what adaptive conformal intervals change, by how much happened in two years before."""
    adjusted = past.conformal("riskkit")
    table = adjusted.compare(by="group").drop(columns="inside")
    table.index = pd.Index([f"{group}, {when}" for group, when in table.index], name="recent count")
    whole = adjusted.compare()["interval_score"]
    return [
        "Intervals moved at each origin by how often they were missed before it "
        "(`past.conformal()`), by the country's count in the two years before. Interval score of "
        f"all: {whole['before']:,.1f} before, {whole['after']:,.1f} after.",
        "",
        markdown(table, 3),
        "",
    ]


def markdown(table: pd.DataFrame, digits: int) -> str:
    """Write a table with its index."""
    first = table.index.name or "group"
    lines = [f"| {' | '.join([first, *map(str, table.columns)])} |"]
    lines.append("|---" * (len(table.columns) + 1) + "|")
    for key, row in table.iterrows():
        cells = [cell(value, digits) for value in row]
        lines.append(f"| {' | '.join([str(key), *cells])} |")
    return "\n".join(lines).replace("_", " ")


def cell(value: object, digits: int) -> str:
    """Write one value."""
    if isinstance(value, bool | np.bool_):
        return "yes" if value else "no"
    number = float(value)
    if number == int(number) and (digits < 3 or number > 1):
        return f"{number:,.0f}"
    return f"{number:,.{digits}f}"
