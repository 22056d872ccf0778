"""Charts of against whom: shares of attacks by target group."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MultipleLocator, PercentFormatter

from riskkit.plots.style import GREY, INK, TARGETS, axes, caption, chosen_region, heading, short
from riskkit.results import Estimate

__all__ = ["targets"]


def targets(
    estimate: Estimate,
    region: str | None = None,
    *,
    level: float = 0.9,
    most: int = 40,
    ax: Axes | None = None,
) -> Axes:
    """Draw the mix of targets: of one region with intervals, or of all side by side.

    Draws ``estimate.to_frame(level)``. Bars of several regions show means only; name a region
    to see how sure they are.

    Parameters
    ----------
    estimate : Estimate
        Shares by region and target group, as a fitted `TargetModel` estimates them.
    region : str, optional
        One region. By default all of them, unless there is only one.
    level : float
        The chance that an interval means to hold the truth.
    most : int
        At most so many regions side by side, the first ones; a note says how many are left out.
    ax : matplotlib.axes.Axes, optional
        Where to draw; by default a new figure.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    ValueError
        If the estimate is not by region and target group, has no such region, or ``most`` is
        below 1.

    Examples
    --------
    >>> import numpy as np, pandas as pd, riskkit as rk
    >>> groups = pd.MultiIndex.from_product([["MLI"], ["civilians", "government"]])
    >>> shares = rk.Estimate(
    ...     np.array([[0.7, 0.3], [0.9, 0.1]]), groups, "target share", "share of attacks")
    >>> ax = rk.plots.targets(shares)
    >>> [label.get_text() for label in ax.get_yticklabels()]
    ['civilians', 'government']
    """
    if estimate.groups.nlevels != 2:
        raise ValueError(
            f"this estimate of {estimate.quantity} is by {estimate.groups.nlevels} column; "
            "accepted: shares by region and target group"
        )
    if most < 1:
        raise ValueError(f"most is {most}; accepted: 1 or more")
    table = estimate.to_frame(level)
    regions = table.index.unique(level=0)
    if region is None and len(regions) > 1:
        return _side_by_side(estimate, table, regions, most, ax)
    place = chosen_region(region, regions)
    return _one(estimate, table.loc[[place]].droplevel(0), place, level, ax)


def _one(
    estimate: Estimate, table: pd.DataFrame, region: str, level: float, ax: Axes | None
) -> Axes:
    """Draw one region's shares, the largest on top, with their intervals."""
    table = table.sort_values("estimate", ascending=False, kind="stable")
    at = np.arange(len(table))
    ax, alone = axes(ax, height=1.3 + 0.33 * len(table))
    colours = [TARGETS.get(str(group), GREY) for group in table.index]
    ax.barh(at, table["estimate"], color=colours, height=0.7)
    ax.hlines(at, table["lower"], table["upper"], color=INK, linewidth=1.4,
              label=f"{level:.0%} interval")  # fmt: skip
    ax.set_yticks(at, short(table.index))
    ax.set_ylim(len(table) - 0.4, -0.6)
    ax.set_xlim(0, min(float(table["upper"].max()) * 1.05, 1.0))
    ax.xaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
    ax.grid(visible=False, axis="y")
    ax.set_xlabel(estimate.unit)
    heading(ax, f"{region}: {estimate.quantity}")
    caption(ax, estimate.notes, alone)
    return ax


def _side_by_side(
    estimate: Estimate, table: pd.DataFrame, regions: pd.Index, most: int, ax: Axes | None
) -> Axes:
    """Draw the mean shares of several regions as bars of one length."""
    shown = regions[:most]
    wide = table["estimate"].unstack().loc[shown]
    kinds = [*(k for k in TARGETS if k in wide), *(k for k in wide if k not in TARGETS)]
    ax, alone = axes(ax, height=1.6 + 0.27 * max(len(shown), 3))
    at = np.arange(len(shown))
    start = np.zeros(len(shown))
    for kind in kinds:
        share = wide[kind].to_numpy(float)
        ax.barh(at, share, left=start, color=TARGETS.get(str(kind), GREY), height=0.8,
                edgecolor="white", linewidth=0.6, label=str(kind))  # fmt: skip
        start = start + share
    ax.set_yticks(at, short(shown))
    ax.set_ylim(len(shown) - 0.4, -0.6)
    ax.set_xlim(0, 1)
    ax.xaxis.set_major_locator(MultipleLocator(0.25))
    ax.xaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
    ax.grid(visible=False, axis="y")
    ax.set_xlabel(f"{estimate.unit} (means; intervals are drawn one region at a time)")
    heading(ax, f"{estimate.quantity} by region")
    remarks = []
    if len(shown) < len(regions):
        remarks.append(f"The first {len(shown)} of {len(regions)} regions.")
    caption(ax, [*remarks, *estimate.notes], alone)
    return ax
