"""Charts of a Backtest: whether forecasts made at past dates came true."""

from typing import Literal

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import PercentFormatter

from riskkit.evaluate import Backtest
from riskkit.plots.style import BLUE, GREY, INK, VERMILION, axes, caption, count_axis, heading

__all__ = ["backtest", "pit", "reliability"]


def backtest(past: Backtest, model: str | None = None, *, ax: Axes | None = None) -> Axes:
    """Draw what a model foresaw for all regions together at each past date, and what came.

    Draws ``past.world()``.

    Parameters
    ----------
    past : Backtest
        Forecasts made at past dates.
    model : str, optional
        One of ``past.models``; by default the first.
    ax : matplotlib.axes.Axes, optional
        Where to draw; by default a new figure.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    ValueError
        If there is no such model.

    Examples
    --------
    >>> import pandas as pd, riskkit as rk
    >>> months = pd.period_range("2015-01", periods=60, freq="M")
    >>> tally = rk.Tally.from_panel(attacks=pd.DataFrame([[1, 0, 2] * 20], ["MLI"], months))
    >>> past = rk.backtest(
    ...     {"riskkit": rk.FrequencyModel()}, tally, start="2017-12", draws=50, progress=False)
    >>> ax = rk.plots.backtest(past)
    >>> ax.get_ylabel()
    'attacks in 12 months'
    """
    name = _model(past, model)
    table = past.world().loc[name]
    ax, alone = axes(ax, height=3.8)
    at = np.arange(len(table))
    ax.vlines(at, table["lower"], table["upper"], color=BLUE, alpha=0.45, linewidth=7,
              label=f"{past.level:.0%} interval")  # fmt: skip
    ax.plot(at, table["estimate"], "_", color=BLUE, markersize=13, markeredgewidth=2,
            label="mean")  # fmt: skip
    ax.plot(at, table["observed"], "o", color=VERMILION, markersize=6, label="what came")
    ax.set_xticks(at, [str(origin) for origin in table.index], rotation=30, ha="right")
    ax.set_xlim(-0.6, len(table) - 0.4)
    ax.set_ylim(bottom=0)
    count_axis(ax.yaxis)
    ax.grid(visible=False, axis="x")
    ax.set_xlabel("period after which the forecast begins")
    ax.set_ylabel(f"{past.quantity} in {past.horizon} {past.every}s")
    heading(ax, f"{name}: all regions together, foreseen and come")
    hits = f"{int(table['inside'].sum())} of {len(table)} lie inside their interval."
    caption(ax, [hits, *past.notes], alone)
    return ax


def reliability(
    past: Backtest, model: str | None = None, *, bins: int = 10, ax: Axes | None = None
) -> Axes:
    """Draw how often a deadly attack came, against the chance that was given for it.

    Draws ``past.reliability(model, bins)``. On the diagonal chances come true as often as they
    say.

    Parameters
    ----------
    past : Backtest
        Of a `RiskModel`.
    model : str, optional
        One of the models that forecast deaths; by default the first.
    bins : int
        Groups of forecasts, about equally many in each.
    ax : matplotlib.axes.Axes, optional
        Where to draw; by default a new figure.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    ValueError
        If no model forecast deaths, or there is no such model.
    """
    table = past.reliability(model, bins)
    ax, alone = axes(ax, height=4.8)
    ax.plot([0, 1], [0, 1], color=GREY, linewidth=1, linestyle=(0, (4, 2)), label="as it should be")
    ax.vlines(table["chance"], table["lower"], table["upper"], color=BLUE, alpha=0.55,
              linewidth=2, label="90% interval of the share")  # fmt: skip
    ax.plot(table["chance"], table["share"], "o", color=BLUE, markersize=6, label="forecasts")
    for axis in (ax.xaxis, ax.yaxis):
        axis.set_major_formatter(PercentFormatter(1.0, decimals=0))
    ax.set_xlim(-0.02, 1.02)
    ax.set_ylim(-0.02, 1.02)
    ax.set_xlabel(f"chance given for an attack that kills {past.at_least:,} or more")
    ax.set_ylabel("share of times that one came")
    name = model if model is not None else past.chances["model"].iloc[0]
    heading(ax, f"{name}: chances and what came of them")
    number = f"{table['n'].sum():,} forecasts of one region each, in groups by their chance."
    caption(ax, [number, *past.notes], alone)
    return ax


def pit(
    past: Backtest,
    model: str | None = None,
    *,
    target: Literal["total", "period"] = "total",
    bins: int = 10,
    ax: Axes | None = None,
) -> Axes:
    """Draw where in the forecasts the counts fell: even bars are what a good model gives.

    Draws ``past.pit(target, bins)``. High outer bars are intervals too narrow; a high middle,
    too wide; a slope, a bias.

    Parameters
    ----------
    past : Backtest
        Forecasts made at past dates.
    model : str, optional
        One of ``past.models``; by default the first.
    target : {"total", "period"}
        The total over the horizon, or each period.
    bins : int
        Bars.
    ax : matplotlib.axes.Axes, optional
        Where to draw; by default a new figure.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    ValueError
        If there is no such model or target.
    """
    name = _model(past, model)
    shares = past.pit(target, bins)[name].to_numpy(float)
    ax, alone = axes(ax, height=3.4)
    ax.stairs(shares, np.arange(bins + 1) / bins, fill=True, color=BLUE, alpha=0.8)
    ax.axhline(1 / bins, color=INK, linewidth=1, linestyle=(0, (4, 2)), label="as it should be")
    ax.set_xlim(0, 1)
    ax.set_ylim(bottom=0)
    ax.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
    ax.grid(visible=False, axis="x")
    ax.set_xlabel("probability integral transform: 0 below all that was foreseen, 1 above")
    ax.set_ylabel("share of counts")
    heading(ax, f"{name}: where the counts fell")
    caption(ax, past.notes, alone)
    return ax


def _model(past: Backtest, model: str | None) -> str:
    if model is None:
        return past.models[0]
    if model not in past.models:
        raise ValueError(f"model is {model!r}; accepted: one of {', '.join(past.models)}")
    return model
