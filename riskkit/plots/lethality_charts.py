"""Charts of how deadly: the tolls on record, and the fitted chance of each toll or more."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

from riskkit.kernels.streams import RNGLike
from riskkit.lethality import LethalityResult
from riskkit.plots.style import (
    BLUE,
    GREY,
    INK,
    axes,
    caption,
    chosen_region,
    heading,
    log_axis,
    percent,
)
from riskkit.results import interval_frame

__all__ = ["lethality"]


def lethality(
    result: LethalityResult,
    region: str | None = None,
    *,
    level: float = 0.9,
    draws: int = 1000,
    rng: RNGLike = 0,
    ax: Axes | None = None,
) -> Axes:
    """Draw the share of attacks that kill so many or more: on record, and as fitted.

    Draws ``result.sf(...)``, and the tolls of ``result.tally.fatalities()`` as dots. Both axes
    are logarithmic; attacks without a death are what the chance at 1 lacks to 100%.

    Parameters
    ----------
    result : LethalityResult
        A fitted `LethalityModel`.
    region : str, optional
        One of ``result.regions``; needed where there are several.
    level : float
        The chance that the band means to hold the truth at each toll.
    draws : int
        Draws of the parameters.
    rng : int, numpy.random.Generator or None
        Seed of the draws; fixed by default, so that a chart is the same each time.
    ax : matplotlib.axes.Axes, optional
        Where to draw; by default a new figure.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    ValueError
        If there is no such region, or none is named where there are several.

    Examples
    --------
    >>> import pandas as pd, riskkit as rk
    >>> incidents = rk.incidents.schema.conform(pd.DataFrame({
    ...     "incident_id": [f"a{i}" for i in range(48)], "country": "MLI",
    ...     "date": pd.date_range("2019-01-01", periods=48, freq="15D"),
    ...     "date_precision": "day", "fatalities": [0, 1, 1, 2, 5, 12] * 8}))
    >>> tally = rk.tally(incidents, by="country", every="month", start="2019-01", end="2020-12")
    >>> ax = rk.plots.lethality(rk.LethalityModel().fit(tally), region="MLI")
    >>> ax.get_ylabel()
    'share of attacks that kill this many or more'
    """
    place = chosen_region(region, result.regions)
    tolls, unknown = _recorded(result.tally.fatalities(), place, result.cells.least)
    ax, alone = axes(ax, height=4.4)
    farthest = min(max(3 * tolls.index.max() if len(tolls) else 0, 100), result.largest)
    x = np.unique(np.geomspace(1, farthest, 120).astype(np.int64))
    at = result.regions.get_loc(place)
    fitted = interval_frame(result.sf(x, draws, rng)[:, at], pd.Index(x), level)
    lowest = _lowest(fitted, tolls)
    ax.fill_between(x, fitted["lower"].clip(lower=lowest / 10), fitted["upper"], color=BLUE,
                    alpha=0.2, linewidth=0, label=f"{level:.0%} band")  # fmt: skip
    ax.plot(x, fitted["estimate"], color=BLUE, linewidth=1.8, label="fitted (mean)")
    dots = tolls[tolls.index >= 1]
    ax.plot(dots.index, dots, "o", color=INK, markersize=4, alpha=0.8, label="on record")
    if 1 < result.threshold < farthest:
        ax.axvline(result.threshold, color=GREY, linestyle=(0, (2, 2)), linewidth=1,
                   label=f"tail starts ({result.threshold:,})")  # fmt: skip
    ax.set_xscale("log")
    ax.set_yscale("log")
    ax.set_xlim(0.9, farthest)
    ax.set_ylim(lowest, 1.2)
    log_axis(ax.xaxis, 0.9, farthest)
    ax.yaxis.set_major_locator(LogLocator(numticks=12))
    ax.yaxis.set_major_formatter(FuncFormatter(lambda share, _: percent(share)))
    ax.yaxis.set_minor_formatter(NullFormatter())
    ax.set_xlabel("deaths in one attack, this many or more (logarithmic axis)")
    ax.set_ylabel("share of attacks that kill this many or more")
    heading(ax, f"{place}: deaths per attack")
    caption(ax, [_on_record(tolls, unknown), *result.notes], alone)
    return ax


def _recorded(table: pd.DataFrame, region: str, least: int) -> tuple[pd.Series, tuple[int, int]]:
    """Share of attacks with each toll or more, by toll; attacks with and without a figure.

    Where only deadly attacks are collected (``least`` is 1), a toll of none is no figure.
    """
    own = table[table["region"] == region]
    known = own[(own["fatalities"] >= least).fillna(False)]
    attacks = known.groupby(known["fatalities"].astype("int64"))["attacks"].sum()
    reached = attacks[::-1].cumsum()[::-1]
    number = int(attacks.sum())
    return reached / max(number, 1), (number, int(own["attacks"].sum()) - number)


def _on_record(tolls: pd.Series, attacks: tuple[int, int]) -> str:
    known, unknown = attacks
    if not known:
        return "No toll on record here: the curve is what the other regions and the prior say."
    without = f"; {unknown:,} without one are left out" if unknown else ""
    deathless = 1 - float(tolls[tolls.index >= 1].max()) if (tolls.index >= 1).any() else 1.0
    return f"Dots: {known:,} attacks with a toll, {deathless:.0%} of them without a death{without}."


def _lowest(fitted: pd.DataFrame, tolls: pd.Series) -> float:
    """Bottom of the axis: a decade under the rarest toll on record, or what is fitted there."""
    positive = fitted.loc[fitted["estimate"] > 0, "estimate"]
    least = min([float(positive.min()), *([float(tolls.min())] if len(tolls) else [])])
    return float(10 ** np.floor(np.log10(max(least, 1e-6))))
