"""Charts of a Forecast: what may happen, after what was counted."""

from dataclasses import replace
from typing import Literal

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter

from riskkit.counts import Tally
from riskkit.forecast import EnsembleResult
from riskkit.plots.style import (
    BLUE,
    GREEN,
    GREY,
    INK,
    ORANGE,
    VERMILION,
    axes,
    caption,
    chosen_region,
    count_axis,
    day_number,
    heading,
    percent,
    period_axis,
    period_edges,
    shade,
)
from riskkit.results import Forecast

__all__ = ["forecast", "reasons"]

# How many periods of the past are drawn for each period ahead.
_PAST = 4


def forecast(
    forecast: Forecast,
    region: str | None = None,
    *,
    history: Tally | None = None,
    levels: tuple[float, ...] = (0.5, 0.9),
    ax: Axes | None = None,
) -> Axes:
    """Draw a forecast as a fan: its mean, and the bands in which counts are foreseen.

    Draws ``forecast.to_frame(level)`` for each level, and ``history.panel(...)``.

    Parameters
    ----------
    forecast : Forecast
        Of attacks or deaths.
    region : str, optional
        One of ``forecast.regions``. By default all regions added up.
    history : Tally, optional
        What was counted before; the last periods are drawn.
    levels : tuple of float
        The chance that each band means to hold a count.
    ax : matplotlib.axes.Axes, optional
        Where to draw; by default a new figure.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    ValueError
        If there is no such region, if the periods were added up, if the history is of other
        periods, or if no tally counts what is forecast (the deadliest attack).

    Examples
    --------
    >>> import pandas as pd, riskkit as rk
    >>> months = pd.period_range("2020-01", periods=4, freq="M")
    >>> tally = rk.Tally.from_panel(attacks=pd.DataFrame([[2, 0, 3, 1]], ["MLI"], months))
    >>> ahead = rk.FrequencyModel().fit(tally).forecast(horizon=3, draws=100, rng=1)
    >>> ax = rk.plots.forecast(ahead, region="MLI", history=tally)
    >>> ax.get_ylabel()
    'attacks per month'
    """
    if not isinstance(forecast.periods, pd.PeriodIndex):
        raise ValueError("the periods of this forecast were added up; accepted: one with periods")
    chosen = _chosen(forecast, region)
    ax, alone = axes(ax)
    edges = period_edges(forecast.periods)
    notes = list(forecast.notes)
    if history is not None:
        notes += [note for note in history.notes if note not in notes]
        _past(ax, chosen, region, history)
    for depth, level in enumerate(sorted(levels, reverse=True)):
        table = chosen.to_frame(level)
        ax.fill_between(
            edges, np.append(table["lower"], table["lower"].iloc[-1]),
            np.append(table["upper"], table["upper"].iloc[-1]), step="post", linewidth=0,
            color=BLUE, alpha=0.2 + 0.2 * depth, label=f"{level:.0%} of futures",
        )  # fmt: skip
    ax.stairs(
        chosen.to_frame()["estimate"], edges, baseline=None, color=BLUE, linewidth=2, label="mean"
    )
    period_axis(ax)
    ax.autoscale(axis="x", tight=True)
    ax.set_xlim(right=edges[-1])
    ax.set_ylim(0, max(ax.get_ylim()[1], 1))
    count_axis(ax.yaxis, whole=True)
    ax.set_ylabel(forecast.unit)
    first, last = forecast.periods[0], forecast.periods[-1]
    span = f"{first} to {last}" if first != last else str(first)
    heading(ax, f"{chosen.regions[0]}: {forecast.quantity} foreseen, {span}")
    caption(ax, notes, alone)
    return ax


def reasons(
    fitted: EnsembleResult, region: str, *, horizon: int = 12, ax: Axes | None = None
) -> Axes:
    """Draw how much the forecast of a region rests on each period of its own past.

    Draws ``fitted.explain(region, horizon)``. What other regions lend is told under the chart.

    Parameters
    ----------
    fitted : EnsembleResult
        A fitted forecaster, such as that of `ForecastPool`.
    region : str
        One of the tally's.
    horizon : int
        Periods ahead.
    ax : matplotlib.axes.Axes, optional
        Where to draw; by default a new figure.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    ValueError
        If there is no such region.

    Examples
    --------
    >>> import pandas as pd, riskkit as rk
    >>> months = pd.period_range("2015-01", periods=72, freq="M")
    >>> tally = rk.Tally.from_panel(deaths=pd.DataFrame([[0, 0, 3] * 24], ["MLI"], months))
    >>> ax = rk.plots.reasons(rk.ForecastPool(quantity="deaths").fit(tally), "MLI")
    >>> ax.get_ylabel()
    'weight in the forecast'
    """
    table = fitted.explain(region, horizon)
    own = table[table["region"] == region]
    grid = own.pivot_table(
        index="member", columns="period", values="weight", aggfunc="sum", fill_value=0, sort=False
    )
    periods = fitted.history.panel.columns
    # From the first period that still counts: half a percent of the whole is a hair's breadth.
    some = grid.sum().reindex(periods, fill_value=0).to_numpy()
    first = min(int(np.argmax(some >= 0.005)), len(periods) - 12) if (some >= 0.005).any() else 0
    shown = pd.PeriodIndex(periods[max(first, 0) :])
    grid = grid.reindex(columns=shown, fill_value=0.0)
    ax, alone = axes(ax)
    edges, base = period_edges(shown), np.zeros(len(shown))
    colours = (BLUE, ORANGE, GREEN, VERMILION, GREY, INK)
    for i, (member, weights) in enumerate(grid.iterrows()):
        top = base + weights.to_numpy(float)
        ax.stairs(top, edges, baseline=base, fill=True, color=colours[i % len(colours)],
                  label=str(member))  # fmt: skip
        base = top
    period_axis(ax)
    ax.set_xlim(edges[0], edges[-1])
    ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: percent(value)))
    ax.set_ylabel("weight in the forecast")
    heading(ax, f"{region}: what its forecast rests on, {horizon} {fitted.history.every}s ahead")
    lent = table[table["region"] != region].groupby("region")["weight"].sum()
    lent = lent.sort_values(ascending=False, kind="stable")
    notes = []
    if len(lent):
        most = ", ".join(f"{name} {percent(weight)}" for name, weight in lent.head(4).items())
        notes.append(
            f"{percent(lent.sum())} rests on {len(lent):,} other regions that looked alike, most "
            f"on {most}."
        )
    caption(ax, notes, alone)
    return ax


def _chosen(forecast: Forecast, region: str | None) -> Forecast:
    """Give the forecast of one region, or of all added up."""
    if region is None:
        return forecast.total(over="regions") if len(forecast.regions) > 1 else forecast
    at = list(forecast.regions).index(chosen_region(region, forecast.regions))
    one = slice(at, at + 1)
    return replace(forecast, draws=forecast.draws[:, one], regions=forecast.regions[one])


def _past(ax: Axes, chosen: Forecast, region: str | None, history: Tally) -> None:
    """Draw the last periods that were counted."""
    if chosen.quantity not in ("attacks", "deaths"):
        raise ValueError(f"no tally counts {chosen.quantity}; accepted: history=None")
    periods = pd.PeriodIndex(chosen.periods)
    if history.periods.freqstr != periods.freqstr:
        raise ValueError(
            f"history counts every {history.every}, the forecast is of {chosen.unit}; accepted: "
            "the same length of period"
        )
    quantity: Literal["attacks", "deaths"] = "deaths" if chosen.quantity == "deaths" else "attacks"
    panel = history.panel(quantity)
    if region is not None and region not in panel.index:
        raise ValueError(f"history has no region {region!r}")
    counts = panel.loc[region] if region is not None else panel.sum(axis=0, min_count=1)
    before = history.periods < periods[0]
    shown = history.periods[before][-max(_PAST * len(periods), 24) :]
    watched = history.watched[shown]
    share = (watched.loc[region] if region is not None else watched.mean()).to_numpy(float)
    shade(ax, period_edges(shown), share == 0, "not watched", hatch="////")
    ax.stairs(counts[shown], period_edges(shown), fill=True, color=INK, alpha=0.55, label="counted")
    ax.axvline(day_number(periods[0].start_time), color=GREY, linewidth=1)
