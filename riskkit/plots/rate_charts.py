"""Charts of rates, and of any other Estimate with one number a region, with their intervals."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from riskkit.plots.style import (
    BLUE,
    axes,
    caption,
    count_axis,
    heading,
    log_axis,
    short,
)
from riskkit.results import Estimate

__all__ = ["rates"]

# A wider spread of the estimates than this is drawn on a logarithmic axis.
_WIDE = 30.0


def rates(
    estimate: Estimate, *, level: float = 0.9, most: int = 40, ax: Axes | None = None
) -> Axes:
    """Draw an estimate by region with its intervals, the largest on top.

    Draws ``estimate.to_frame(level)``. The axis is logarithmic where the estimates are far
    apart; an interval that runs off it ends in an arrow.

    Parameters
    ----------
    estimate : Estimate
        Of the attack rate, or of any other number by region, such as the chance that an attack
        kills ten or more.
    level : float
        The chance that an interval means to hold the truth.
    most : int
        At most so many regions, the largest; a note says how many are left out.
    ax : matplotlib.axes.Axes, optional
        Where to draw; by default a new figure, as tall as it needs.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    ValueError
        If the estimate is by more than region, as target shares are, or ``most`` is below 1.

    Examples
    --------
    >>> import numpy as np, pandas as pd, riskkit as rk
    >>> estimate = rk.Estimate(
    ...     np.array([[1.0, 4.0], [3.0, 6.0]]), pd.Index(["A", "B"]), "attack rate",
    ...     "attacks per month")
    >>> ax = rk.plots.rates(estimate)
    >>> [label.get_text() for label in ax.get_yticklabels()]
    ['B', 'A']
    """
    if estimate.groups.nlevels > 1:
        raise ValueError(
            f"this estimate of {estimate.quantity} is by {estimate.groups.nlevels} columns; "
            "accepted: one number a region (for shares of targets use rk.plots.targets)"
        )
    if most < 1:
        raise ValueError(f"most is {most}; accepted: 1 or more")
    every = estimate.to_frame(level).sort_values("estimate", ascending=False, kind="stable")
    table = every.head(most)
    ax, alone = axes(ax, height=1.3 + 0.24 * max(len(table), 3))
    low, high, wide = _limits(table)
    at = np.arange(len(table))
    lower, upper = (table[end].to_numpy(float).clip(low, high) for end in ("lower", "upper"))
    ax.hlines(
        at, lower, upper, color=BLUE, linewidth=2.2, alpha=0.55, label=f"{level:.0%} interval"
    )
    middle = table["estimate"].to_numpy(float)
    ax.plot(
        np.where((middle >= low) & (middle <= high), middle, np.nan),
        at, "o", color=BLUE, markersize=5, label="estimate (mean)", clip_on=False,
    )  # fmt: skip
    ends = [(low, lower_off, "<") for lower_off in at[(table["lower"] < low).to_numpy()]]
    ends += [(high, upper_off, ">") for upper_off in at[(table["upper"] > high).to_numpy()]]
    for limit, row, mark in ends:
        ax.plot(limit, row, mark, color=BLUE, markersize=6, clip_on=False)
    ax.set_yticks(at, short(table.index))
    ax.set_ylim(len(table) - 0.4, -0.6)
    if wide:
        ax.set_xscale("log")
        log_axis(ax.xaxis, low, high)
    else:
        count_axis(ax.xaxis)
    ax.set_xlim(low, high)
    ax.grid(visible=False, axis="y")
    ax.set_xlabel(estimate.unit + (" (logarithmic axis)" if wide else ""))
    heading(ax, estimate.quantity)
    remarks = []
    if len(every) > len(table):
        remarks.append(f"The {len(table)} largest of {len(every)} regions.")
    if ends:
        remarks.append("An arrow: the interval goes on beyond the axis.")
    infinite = every.index[np.isinf(every["estimate"])]
    if len(infinite):
        remarks.append(f"Infinite, so not drawn: the mean of {', '.join(map(str, infinite))}.")
    caption(ax, [*remarks, *estimate.notes], alone)
    return ax


def _limits(table: pd.DataFrame) -> tuple[float, float, bool]:
    """Give the ends of the axis, and whether it is logarithmic."""
    middle = table["estimate"].to_numpy(float)
    finite = table[["estimate", "upper"]].to_numpy(float)
    finite = finite[np.isfinite(finite)]
    top = float(finite.max()) if len(finite) else 1.0
    above = middle[(middle > 0) & np.isfinite(middle)]
    if not len(above) or above.max() / above.min() < _WIDE:
        return 0.0, top * 1.04 if top > 0 else 1.0, False
    # Bounds of a region without attacks come close to zero: they would stretch the axis.
    least = max(min(float(table["lower"].min()), above.min()), above.min() / 20)
    return least / 1.15, top * 1.15, True
