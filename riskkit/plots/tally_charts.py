"""Charts of a Tally: what was recorded, when it was watched, when the method changed."""

from typing import Literal

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from riskkit.counts import Tally
from riskkit.plots.style import (
    BLUE,
    VERMILION,
    axes,
    caption,
    chosen_region,
    count_axis,
    day_number,
    heading,
    period_axis,
    period_edges,
    shade,
)

__all__ = ["counts"]


def counts(
    tally: Tally,
    region: str | None = None,
    quantity: Literal["attacks", "deaths"] = "attacks",
    *,
    ax: Axes | None = None,
) -> Axes:
    """Draw the recorded attacks or deaths of a region, period by period.

    Draws ``tally.panel(quantity)``. Periods that were not watched are shaded: there is no
    count in them, which is not a count of zero. Breaks of the region's source are marked.

    Parameters
    ----------
    tally : Tally
        What was counted.
    region : str, optional
        One of ``tally.regions``. By default all regions together.
    quantity : {"attacks", "deaths"}
        What to draw.
    ax : matplotlib.axes.Axes, optional
        Where to draw; by default a new figure.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    ValueError
        If the tally has no such region or quantity.

    Examples
    --------
    >>> import pandas as pd, riskkit as rk
    >>> months = pd.period_range("2020-01", periods=4, freq="M")
    >>> tally = rk.Tally.from_panel(attacks=pd.DataFrame([[2, 0, None, 1]], ["MLI"], months))
    >>> ax = rk.plots.counts(tally, region="MLI")
    >>> ax.get_ylabel()
    'attacks per month'
    """
    values, watched = _series(tally, region, quantity)
    ax, alone = axes(ax)
    edges = period_edges(tally.periods)
    shade(ax, edges, watched == 0, "not watched", hatch="////")
    shade(ax, edges, (watched > 0) & (watched < 1), "partly watched", hatch="")
    ax.stairs(values, edges, fill=True, color=BLUE)
    notes = list(tally.notes)
    if not tally.census and not any("census" in note for note in notes):
        notes.append("This table is no census: its counts give no rates.")
    breaks = (
        tally.breaks if region is None else tally.breaks_of(chosen_region(region, tally.regions))
    )
    for i, step in enumerate(breaks):
        when = day_number(pd.Timestamp(step.date))
        if edges[0] <= when <= edges[-1]:
            ax.axvline(
                when, color=VERMILION, linestyle=(0, (4, 2)), linewidth=1.2,
                label="change of method" if not i else None,
            )  # fmt: skip
            if not any(step.date in note and step.reason in note for note in notes):
                notes.append(f"Change of method {step.date}: {step.reason}")
    _frame(ax, edges, values)
    what = region or ("all regions" if len(tally.regions) > 1 else tally.regions[0])
    # "Per month" reads as a rate, which a selection of attacks doesn't give.
    ax.set_ylabel(f"{quantity} {'per' if tally.census else 'on record each'} {tally.every}")
    ax.set_xlabel("")
    heading(ax, f"{what}: {quantity} recorded")
    caption(ax, notes, alone)
    return ax


def _series(
    tally: Tally, region: str | None, quantity: Literal["attacks", "deaths"]
) -> tuple[np.ndarray, np.ndarray]:
    """Counts and watched share of one region or of all together."""
    panel = tally.panel(quantity)
    if region is None:
        total = panel.sum(axis=0, min_count=1)
        return total.to_numpy(float), tally.watched.mean(axis=0).to_numpy(float)
    place = chosen_region(region, tally.regions)
    return panel.loc[place].to_numpy(float), tally.watched.loc[place].to_numpy(float)


def _frame(ax: Axes, edges: np.ndarray, values: np.ndarray) -> None:
    """Set the limits, and say in words what an empty chart means."""
    period_axis(ax)
    ax.set_xlim(edges[0], edges[-1])
    known = values[~np.isnan(values)]
    top = float(known.max()) if len(known) else 0.0
    ax.set_ylim(0, top * 1.05 if top > 0 else 1)
    count_axis(ax.yaxis, whole=True)
    if top == 0:
        words = "none recorded" if len(known) else "not watched in any period"
        ax.text(0.5, 0.5, words, transform=ax.transAxes, ha="center", va="center", fontsize=11)
