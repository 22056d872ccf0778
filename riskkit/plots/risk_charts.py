"""Charts of a RiskForecast: the chance of so many deaths or more."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter
from numpy.typing import ArrayLike

from riskkit.plots.style import (
    BLUE,
    INK,
    VERMILION,
    axes,
    caption,
    count_axis,
    heading,
    log_axis,
    number,
    percent,
)
from riskkit.risk import RiskForecast

__all__ = ["exceedance"]

_BASES = {
    "aep": ("all attacks together (AEP)", BLUE),
    "oep": ("the deadliest attack (OEP)", VERMILION),
}
# Rarer than this there is little but the model's own assumptions to look at.
_RAREST = 1e-3


def exceedance(
    risk: RiskForecast,
    region: str | None = None,
    *,
    level: float = 0.9,
    rarest: float = _RAREST,
    ax: Axes | None = None,
) -> Axes:
    """Draw the chance of so many deaths or more: of all attacks together, and of the deadliest.

    Draws ``risk.exceedance(region, level)``. The chance is on a logarithmic axis; where the
    horizon is one year, a second axis gives the return period.

    Parameters
    ----------
    risk : RiskForecast
        What the periods ahead may bring.
    region : str, optional
        One region; by default all regions together.
    level : float
        The chance that the bands mean to hold the truth at each number of deaths.
    rarest : float
        The smallest chance on the axis.
    ax : matplotlib.axes.Axes, optional
        Where to draw; by default a new figure.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    ValueError
        If there is no such region, or ``rarest`` is not between 0 and 1.

    Examples
    --------
    >>> import riskkit as rk
    >>> import pandas as pd
    >>> incidents = rk.incidents.schema.conform(pd.DataFrame({
    ...     "incident_id": [f"a{i}" for i in range(48)], "country": "MLI",
    ...     "date": pd.date_range("2019-01-01", periods=48, freq="15D"),
    ...     "date_precision": "day", "fatalities": [0, 1, 1, 2, 5, 12] * 8}))
    >>> tally = rk.tally(incidents, by="country", every="month", start="2019-01", end="2020-12")
    >>> risk = rk.RiskModel().fit(tally).forecast(horizon=12, rng=1, worlds=50)
    >>> ax = rk.plots.exceedance(risk)
    >>> ax.get_xlabel()
    'deaths, this many or more (logarithmic axis)'
    """
    if not 0 < rarest < 1:
        raise ValueError(f"rarest is {rarest}; accepted: a chance between 0 and 1, such as 0.001")
    place = region if region is not None else risk.to_frame().index[-1]
    table = risk.exceedance(place, level)
    table = table[table["probability"] > 0]
    ax, alone = axes(ax, height=4.4)
    for basis, (words, colour) in _BASES.items():
        rows = table[table["basis"] == basis]
        x = rows["deaths"].to_numpy(float)
        ax.plot(x, rows["probability"], color=colour, linewidth=1.8, label=words)
        ax.fill_between(
            x, rows["lower"].clip(lower=rarest / 10), rows["upper"].clip(lower=rarest / 10),
            color=colour, alpha=0.18, linewidth=0,
        )  # fmt: skip
    ax.set_yscale("log")
    ax.set_ylim(rarest, 1.15)
    ax.yaxis.set_major_locator(LogLocator(numticks=12))
    ax.yaxis.set_major_formatter(FuncFormatter(lambda chance, _: percent(chance)))
    ax.yaxis.set_minor_formatter(NullFormatter())
    right = _reach(table, rarest)
    log = right > 30
    if log:
        ax.set_xscale("log")
        left = _certain(table)
        ax.set_xlim(left, right * 1.05)
        log_axis(ax.xaxis, left, right)
    else:
        ax.set_xlim(0, right * 1.05)
        count_axis(ax.xaxis, whole=True)
    ax.set_xlabel("deaths, this many or more" + (" (logarithmic axis)" if log else ""))
    ax.set_ylabel("chance in a year" if risk.annual else f"chance in {risk.span}")
    if risk.annual:
        _return_periods(ax)
    if table.empty:
        ax.text(0.5, 0.5, "no deaths expected", transform=ax.transAxes, ha="center", va="center")
    heading(ax, f"{place}: deaths in {risk.span}, {level:.0%} bands")
    remarks = list(risk.notes)
    if rarest * risk.years < 1:
        remarks.append(
            f"Each world has {risk.years:,} simulated years: below a chance of "
            f"{percent(1 / risk.years)} the band of all attacks together may be rough; "
            "forecast(years=...) sets them."
        )
    caption(ax, remarks, alone)
    return ax


def _reach(table: pd.DataFrame, rarest: float) -> float:
    """Where the curve of either basis leaves the chart."""
    seen = table.loc[table["probability"] >= rarest, "deaths"]
    return max(float(seen.max()) if len(seen) else 1.0, 10.0)


def _certain(table: pd.DataFrame) -> float:
    """Deaths that both bases are all but sure to reach: below them there is nothing to see."""
    sure = table[(table["lower"] > 0.99) & (table["basis"] == "oep")]
    return max(float(sure["deaths"].max()) / 2, 1.0) if len(sure) else 1.0


def _return_periods(ax: Axes) -> None:
    """Add the return period, one over the chance, as an axis on the right."""

    def invert(values: ArrayLike) -> np.ndarray:
        with np.errstate(divide="ignore"):
            return np.asarray(1.0 / np.asarray(values, dtype=float))

    right = ax.secondary_yaxis("right", functions=(invert, invert))
    right.spines["right"].set_visible(False)
    right.tick_params(labelsize=9, labelcolor=INK, which="both")
    right.yaxis.set_major_locator(LogLocator(numticks=12))
    right.yaxis.set_major_formatter(FuncFormatter(lambda years, _: number(float(f"{years:.6g}"))))
    right.yaxis.set_minor_formatter(NullFormatter())
    right.set_ylabel("return period, years")
