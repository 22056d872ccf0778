"""Charts of a Backtest's scores: whether one model beats another, when, and how far ahead."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import PercentFormatter

from riskkit.evaluate import Backtest, Conformal
from riskkit.plots.style import (
    BLUE,
    GREEN,
    GREY,
    INK,
    ORANGE,
    VERMILION,
    axes,
    caption,
    count_axis,
    heading,
    number,
)

__all__ = ["conformal", "differences", "skill"]

_COLOURS = (BLUE, VERMILION, GREEN, ORANGE, INK)
_MARKS = ("o", "s", "^", "D", "v")


def differences(
    past: Backtest,
    against: str = "last year",
    *,
    models: Sequence[str] | None = None,
    score: str = "crps",
    ax: Axes | None = None,
) -> Axes:
    """Draw each model's mean score less another's, origin by origin: below zero it is better.

    Draws ``past.differences(against, score=score, by="origin")``, and at the right the mean
    with two standard errors, clustered by region and by origin.

    Parameters
    ----------
    past : Backtest
        Forecasts made at past dates.
    against : str
        The model that is taken off the others.
    models : sequence of str, optional
        Which are drawn, at most five; by default the first that are not baselines.
    score : str
        One of the scores of ``past.differences``.
    ax : matplotlib.axes.Axes, optional
        Where to draw; by default a new figure.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    ValueError
        If there is no such model or score, or more than five are asked for.

    Examples
    --------
    >>> import pandas as pd, riskkit as rk
    >>> months = pd.period_range("2015-01", periods=60, freq="M")
    >>> tally = rk.Tally.from_panel(attacks=pd.DataFrame([[1, 0, 2] * 20], ["MLI"], months))
    >>> past = rk.backtest(
    ...     {"riskkit": rk.FrequencyModel()}, tally, start="2017-12", draws=50, progress=False)
    >>> ax = rk.plots.differences(past)
    >>> ax.get_ylabel()
    'CRPS less that of last year'
    """
    names = _models(past, models, against)
    table = past.differences(against, score=score, by="origin")
    means = past.differences(against, score=score)
    ax, alone = axes(ax, height=3.8)
    at, end = np.arange(len(table)), len(table) + 0.5
    ax.axhline(0, color=INK, linewidth=1)
    for i, name in enumerate(names):
        aside = 0.14 * (i - (len(names) - 1) / 2)
        ax.plot(at + aside, table[name], _MARKS[i], color=_COLOURS[i], markersize=6, label=name)
        mean, error = means.loc[name, ["difference", "error"]].to_numpy(float)
        ax.errorbar(
            end + aside, mean, yerr=2 * error if np.isfinite(error) else None, fmt=_MARKS[i],
            color=_COLOURS[i], markersize=8, elinewidth=2, capsize=3,
        )  # fmt: skip
    ax.axvline(len(table) - 0.25, color=GREY, linewidth=0.8)
    ticks = [*(str(origin) for origin in table.index), "mean"]
    ax.set_xticks([*at, end], ticks, rotation=30, ha="right")
    ax.set_xlim(-0.6, end + 0.6)
    count_axis(ax.yaxis)
    ax.grid(visible=False, axis="x")
    ax.set_xlabel("period after which the forecast begins")
    words = score.replace("_", " ").replace("crps", "CRPS")
    ax.set_ylabel(f"{words} less that of {against}")
    heading(ax, f"{words} less that of {against}: below zero is better")
    few = len(table) < 10
    bars = "Bar: two standard errors, clustered by region and by origin."
    warned = "Fewer than ten origins: look at them one by one, not at the bar." if few else ""
    caption(ax, [bars, warned, *past.notes], alone)
    return ax


def skill(
    past: Backtest,
    against: str = "last year",
    *,
    models: Sequence[str] | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw skill against a model by how far ahead the forecast looks: above zero is better.

    Draws ``past.compare(by="ahead", against=against)``: 1 - CRPS / CRPS of the other, of single
    periods.

    Parameters
    ----------
    past : Backtest
        Forecasts made at past dates.
    against : str
        The model that skill is against.
    models : sequence of str, optional
        Which are drawn, at most five; by default the first that are not baselines.
    ax : matplotlib.axes.Axes, optional
        Where to draw; by default a new figure.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    ValueError
        If there is no such model, or more than five are asked for.
    """
    names = _models(past, models, against)
    table = past.compare(by="ahead", against=against)[f"skill_{against.replace(' ', '_')}"]
    ax, alone = axes(ax, height=3.6)
    ax.axhline(0, color=INK, linewidth=1)
    for i, name in enumerate(names):
        one = table.xs(name, level="model").sort_index()
        ax.plot(one.index, one, color=_COLOURS[i], marker=_MARKS[i], markersize=4, label=name)
    count_axis(ax.xaxis, whole=True)
    ax.yaxis.set_major_formatter(PercentFormatter(1.0))
    ax.set_xlabel(f"{past.every}s ahead")
    ax.set_ylabel(f"1 - CRPS / CRPS of {against}")
    heading(ax, f"Skill against {against}, by {past.every}s ahead: above zero is better")
    told = f"{len(past.origins)} origins. Busy regions rule the mean CRPS."
    caption(ax, [told, *past.notes], alone)
    return ax


def conformal(adjusted: Conformal, *, ax: Axes | None = None) -> Axes:
    """Draw how often intervals held what came, origin by origin, before and after adjustment.

    Draws ``adjusted.compare(by="origin")``.

    Parameters
    ----------
    adjusted : Conformal
        From ``past.conformal()``.
    ax : matplotlib.axes.Axes, optional
        Where to draw; by default a new figure.

    Returns
    -------
    matplotlib.axes.Axes
    """
    table = adjusted.compare(by="origin")["hit_rate"].unstack("intervals")
    table.index = pd.Index([str(origin) for origin in table.index])
    ax, alone = axes(ax, height=3.6)
    at = np.arange(len(table))
    ax.axhline(adjusted.level, color=INK, linewidth=1, linestyle=(0, (4, 2)), label="asked for")
    ax.plot(at, table["before"], "o", color=GREY, markersize=6, label="before")
    ax.plot(at, table["after"], "s", color=BLUE, markersize=6, label="after")
    ax.set_xticks(at, table.index, rotation=30, ha="right")
    ax.set_xlim(-0.6, len(table) - 0.4)
    ax.set_ylim(top=min(1.02, ax.get_ylim()[1] + 0.05))
    ax.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
    ax.grid(visible=False, axis="x")
    ax.set_xlabel("period after which the forecast begins")
    ax.set_ylabel("hit rate")
    heading(ax, f"{adjusted.model}: how often {adjusted.level:.0%} intervals held what came")
    overall = adjusted.compare()
    rates = [f"{rate:.1%}" for rate in overall["hit_rate"]]
    scores = [number(float(f"{score:.4g}")) for score in overall["interval_score"]]
    told = (
        f"Over all origins {rates[0]} before and {rates[1]} after; interval score {scores[0]} "
        f"and {scores[1]} (smaller is better)."
    )
    caption(ax, [told], alone)
    return ax


def _models(past: Backtest, models: Sequence[str] | None, against: str) -> list[str]:
    """Choose the models that are drawn beside another."""
    others = [name for name in past.models if name != against]
    if models is None:
        own = [name for name in others if name not in past.baselines]
        return (own or others)[: len(_COLOURS)]
    chosen = [models] if isinstance(models, str) else list(models)
    strange = [name for name in chosen if name not in others]
    if strange or not 0 < len(chosen) <= len(_COLOURS):
        raise ValueError(
            f"models is {chosen}; accepted: one to {len(_COLOURS)} of {', '.join(others)}"
        )
    return chosen
