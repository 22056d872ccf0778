"""Charts that help to choose the threshold of a tail."""

from typing import Literal

import numpy as np
from matplotlib.axes import Axes

from riskkit.lethality import ThresholdDiagnostics
from riskkit.plots.style import BLUE, GREY, axes, caption, count_axis, heading, log_axis

__all__ = ["thresholds"]

LABELS = {
    "mean excess": ("Mean excess", "mean beyond the threshold, less the threshold"),
    "shape": ("Stability of the shape", "shape of the generalised Pareto"),
    "modified scale": ("Stability of the scale", "scale less shape times threshold"),
    "hill": ("Hill's estimates", "shape of a pure power law"),
}
NOTES = {
    "mean excess": "Straight from a threshold on: a generalised Pareto may hold from there.",
    "shape": "Level from a threshold on: a generalised Pareto may hold from there.",
    "modified scale": "Level from a threshold on: a generalised Pareto may hold from there.",
    "hill": "Level from a value on: a power law may hold from there, with exponent 1 + 1/shape.",
}


def thresholds(
    diagnostics: ThresholdDiagnostics,
    kind: Literal["mean excess", "shape", "modified scale", "hill"] = "shape",
    *,
    level: float = 0.9,
    ax: Axes | None = None,
) -> Axes:
    """Draw what different thresholds of a tail would mean.

    Draws ``diagnostics.mean_excess()``, a part of ``diagnostics.stability()``, or
    ``diagnostics.hill()``, with how many values lie beyond on the upper axis.

    Parameters
    ----------
    diagnostics : ThresholdDiagnostics
        From `riskkit.lethality.threshold_diagnostics`.
    kind : {"mean excess", "shape", "modified scale", "hill"}
        What to draw.
    level : float
        The chance that an interval means to hold the truth.
    ax : matplotlib.axes.Axes, optional
        Where to draw; by default a new figure.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    ValueError
        If there is no such kind.

    Examples
    --------
    >>> import riskkit as rk
    >>> law = rk.lethality.distributions.GeneralisedPareto(10.0)
    >>> found = rk.lethality.threshold_diagnostics(law.rvs([0.2, 5.0], 400, rng=1))
    >>> ax = rk.plots.thresholds(found, "mean excess")
    >>> ax.get_xlabel()
    'threshold'
    """
    if kind not in LABELS:
        raise ValueError(f"kind is {kind!r}; accepted: {', '.join(LABELS)}")
    if kind == "mean excess":
        table = diagnostics.mean_excess(level)
    elif kind == "hill":
        table = diagnostics.hill(level).reset_index().set_index("threshold")[::-1]
    else:
        table = diagnostics.stability(level).loc[[kind]].droplevel(0)
    ax, alone = axes(ax, height=4.4)
    table = table[np.isfinite(table["estimate"])]
    x, estimate = table.index.to_numpy(dtype=float), table["estimate"].to_numpy()
    lower, upper = table["lower"].to_numpy(), table["upper"].to_numpy()
    # A mean excess is a straight line on a plain axis only.
    logarithmic = kind != "mean excess" and len(x) > 1 and x[0] > 0 and x[-1] > 20 * x[0]
    if kind == "hill":
        ax.fill_between(x, lower, upper, color=BLUE, alpha=0.2, linewidth=0)
        ax.plot(x, estimate, color=BLUE, linewidth=1.6)
    else:
        known = np.isfinite(lower) & np.isfinite(upper)
        ax.vlines(x[known], lower[known], upper[known], color=BLUE, alpha=0.55, linewidth=1.6)
        ax.plot(x, estimate, "o", color=BLUE, markersize=4.5)
    drawn = "Band" if kind == "hill" else "Bars"
    notes = [NOTES[kind], f"{drawn}: {level:.0%} intervals. Above: how many values lie beyond."]
    if len(x):
        if logarithmic:
            ax.set_xscale("log")
            log_axis(ax.xaxis, x[0], x[-1])
        else:
            count_axis(ax.xaxis)
        _beyond(ax, x, table["n_tail"].to_numpy(), logarithmic)
        notes += _limits(ax, estimate, lower, upper)
    count_axis(ax.yaxis)
    ax.set_xlabel("threshold (logarithmic axis)" if logarithmic else "threshold")
    ax.set_ylabel(LABELS[kind][1])
    heading(ax, f"{LABELS[kind][0]}, by threshold", legend=False)
    caption(ax, notes, alone)
    return ax


def _beyond(ax: Axes, x: np.ndarray, n_tail: np.ndarray, logarithmic: bool) -> None:
    """Write on an upper axis how many values lie beyond some of the thresholds."""
    span = np.log(x) if logarithmic else x
    even = np.linspace(span[0], span[-1], 7)
    at = np.unique(np.abs(span[:, None] - even).argmin(axis=0))
    upper = ax.secondary_xaxis("top")
    upper.set_xticks(x[at], [f"{n:,}" for n in n_tail[at]])
    upper.minorticks_off()
    upper.tick_params(color=GREY, labelcolor=GREY, labelsize=8, pad=1, length=2)
    upper.spines["top"].set_visible(False)


def _limits(ax: Axes, estimate: np.ndarray, lower: np.ndarray, upper: np.ndarray) -> list[str]:
    """Keep the widest intervals from flattening the rest; tell where one runs off."""
    ends = np.concatenate([lower[np.isfinite(lower)], upper[np.isfinite(upper)], estimate])
    low, high = np.quantile(ends, [0.02, 0.98])
    low, high = min(low, estimate.min()), max(high, estimate.max())
    room = 0.06 * (high - low) or 1.0
    ax.set_ylim(low - room, high + room)
    cut = int(((lower < low - room) | (upper > high + room)).sum())
    return [f"{cut} intervals run off the chart."] if cut else []
