"""Charts of tails: the tolls on record against fitted laws, and return levels."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

from riskkit.kernels.streams import RNGLike
from riskkit.lethality import TailResult
from riskkit.lethality.distributions import BlockMaximaFit, ExceedanceFit
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
    log_axis,
    percent,
)

__all__ = ["return_levels", "tail"]

# Alternatives are told apart by colour and by dashes.
DASHES = [(VERMILION, (0, (5, 2))), (GREEN, (0, (1, 1.5))), (ORANGE, (0, (6, 2, 1, 2))),
          (INK, (0, (3, 1, 1, 1, 1, 1)))]  # fmt: skip


def tail(
    result: TailResult,
    alternatives: Sequence[str] = (),
    *,
    level: float = 0.9,
    replicates: int = 500,
    rng: RNGLike = 1,
    ax: Axes | None = None,
) -> Axes:
    """Draw the share of events that kill so many or more: on record, and by the fitted power law.

    Draws ``result.survival(...)`` and, for alternatives, ``result.fits()``. Both axes are
    logarithmic: a power law is nearly straight.

    Parameters
    ----------
    result : TailResult
        A fitted `TailModel`.
    alternatives : sequence of str
        Up to four names as in ``result.compare()``, for example ``["lognormal"]``.
    level : float
        The chance that the band means to hold the truth at each toll.
    replicates : int
        Resamples behind the band.
    rng : int, numpy.random.Generator or None
        Seed of the resamples; fixed by default, so that a chart is the same each time.
    ax : matplotlib.axes.Axes, optional
        Where to draw; by default a new figure.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    ValueError
        If there is no such alternative, or there are more than four.

    Examples
    --------
    >>> import riskkit as rk
    >>> fitted = rk.TailModel(xmin=1).fit([1, 2, 3, 5, 10, 40], weights=[60, 20, 9, 6, 4, 1])
    >>> ax = rk.plots.tail(fitted, alternatives=["lognormal"], replicates=50)
    >>> ax.get_ylabel()
    'share of events that kill this many or more'
    """
    names = list(alternatives)
    fits = result.fits() if names else {}
    wrong = [name for name in names if name not in fits or name == "power law"]
    if wrong or len(names) > len(DASHES):
        raise ValueError(
            f"alternatives is {names}; accepted: up to {len(DASHES)} of "
            f"{', '.join(name for name in result.fits() if name != 'power law')}"
        )
    ax, alone = axes(ax, height=4.6)
    values = result.data.values
    farthest = 3 * float(values[-1])
    x = np.unique(np.geomspace(result.xmin, farthest, 100).astype(np.int64))
    law = result.survival(x, level=level, replicates=replicates, rng=rng)
    above = result.data.counts[::-1].cumsum()[::-1] / result.nobs
    lowest = 10 ** np.floor(np.log10(min(float(above[-1]), float(law["estimate"].iloc[-1])) * 0.5))
    lowest = max(lowest, 1e-3 * float(above[-1]))
    ax.fill_between(law.index, law["lower"].clip(lower=lowest / 10), law["upper"], color=BLUE,
                    alpha=0.2, linewidth=0, label=f"{level:.0%} band")  # fmt: skip
    ax.plot(law.index, law["estimate"], color=BLUE, linewidth=1.8,
            label=f"power law, exponent {result.alpha:.2f}")  # fmt: skip
    for name, (colour, dashes) in zip(names, DASHES, strict=False):
        share = result.n_tail / result.nobs * fits[name].sf(x)
        ax.plot(x[share > 0], share[share > 0], color=colour, linestyle=dashes, linewidth=1.6,
                label=name)  # fmt: skip
    ax.plot(values, above, "o", color=INK, markersize=3.5, alpha=0.75, label="on record")
    if result.xmin > values[0]:
        ax.axvline(result.xmin, color=GREY, linestyle=(0, (2, 2)), linewidth=1,
                   label=f"tail starts ({result.xmin:,})")  # fmt: skip
    ax.set_xscale("log")
    ax.set_yscale("log")
    nearest = 0.9 * float(values[0])
    ax.set_xlim(nearest, farthest)
    ax.set_ylim(lowest, 1.3 * float(above[0]))
    log_axis(ax.xaxis, nearest, farthest)
    ax.yaxis.set_major_locator(LogLocator(numticks=12))
    ax.yaxis.set_major_formatter(FuncFormatter(lambda share, _: percent(share)))
    ax.yaxis.set_minor_formatter(NullFormatter())
    ax.set_xlabel("deaths in one event, this many or more (logarithmic axis)")
    ax.set_ylabel("share of events that kill this many or more")
    heading(ax, f"The tail of deaths: {result.n_tail:,} of {result.nobs:,} events")
    start = "given" if result.fixed else "chosen, in each resample again"
    notes = [f"Where the tail starts was {start}. The band holds toll by toll."]
    if result.data.zeros:
        notes.append(f"{result.data.zeros:,} events without a death are among all events.")
    caption(ax, notes, alone)
    return ax


def return_levels(
    fit: ExceedanceFit | BlockMaximaFit,
    *,
    per_period: float = 1.0,
    level: float = 0.9,
    ax: Axes | None = None,
) -> Axes:
    """Draw the value that is passed once in so many periods, and what was observed.

    Draws ``fit.return_levels(...)`` with profile intervals. The dots are the observed values at
    the return period that their rank says: (n + 1) / rank values.

    Parameters
    ----------
    fit : ExceedanceFit or BlockMaximaFit
        A fitted `GeneralisedPareto` or `GeneralisedExtremeValue`.
    per_period : float
        Values in one period: 365 for daily values and years. Of block maxima it is 1.
    level : float
        The chance that the band means to hold the truth at each return period.
    ax : matplotlib.axes.Axes, optional
        Where to draw; by default a new figure.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    ValueError
        If block maxima are given another ``per_period`` than 1.

    Examples
    --------
    >>> import riskkit as rk
    >>> law = rk.lethality.distributions.GeneralisedPareto(10.0)
    >>> fit = law.fit(law.rvs([0.2, 5.0], 400, rng=1))
    >>> ax = rk.plots.return_levels(fit, per_period=50)
    >>> ax.get_xlabel()
    'return period in periods of 50 values (logarithmic axis)'
    """
    blocks = isinstance(fit, BlockMaximaFit)
    if blocks and per_period != 1:
        raise ValueError(f"per_period is {per_period}; accepted: 1, since each block has one value")
    ax, alone = axes(ax, height=4.4)
    values = fit.content.x
    reached = fit.content.weights[::-1].cumsum()[::-1]
    seen = (fit.nobs + 1) / reached / per_period
    first = 1.05 if blocks else 1.05 * fit.nobs / fit.n_tail / per_period
    last = max(10 * float(seen.max()), 10 * first)
    at = np.geomspace(first, last, 25)
    if isinstance(fit, ExceedanceFit):
        table = fit.return_levels(at, per_period=per_period, level=level)
    else:
        table = fit.return_levels(at, level=level)
    upper = _finite(table["upper"])
    ax.fill_between(table.index, table["lower"], upper, color=BLUE, alpha=0.2, linewidth=0,
                    label=f"{level:.0%} band")  # fmt: skip
    ax.plot(table.index, table["estimate"], color=BLUE, linewidth=1.8, label=fit.distribution.name)
    ax.plot(seen, values, "o", color=INK, markersize=4, alpha=0.8, label="observed")
    ax.set_xscale("log")
    ax.set_xlim(first, last)
    log_axis(ax.xaxis, first, last)
    count_axis(ax.yaxis)
    highest = min(float(upper.max()), 6 * max(float(values[-1]), float(table["estimate"].iloc[-1])))
    low = min(float(values[0]), float(table["lower"].min()))
    ax.set_ylim(low - 0.03 * (highest - low), highest)
    unit = "blocks" if blocks else "values" if per_period == 1 else (
        f"periods of {per_period:g} values")  # fmt: skip
    ax.set_xlabel(f"return period in {unit} (logarithmic axis)")
    ax.set_ylabel("value passed once in that time")
    heading(ax, f"Return levels: {fit.n_tail:,} of {fit.nobs:,} values")
    notes = ["The band is by profile likelihood, the share beyond the threshold taken as known."]
    notes = ["The band is by profile likelihood."] if blocks else notes
    if not fit.steady:
        notes.append("The likelihood has no clear top: read no single number off this chart.")
    caption(ax, notes, alone)
    return ax


def _finite(upper: pd.Series) -> pd.Series:
    """Bounds that are infinite, drawn as far above all others."""
    finite = upper[np.isfinite(upper)]
    return upper.where(np.isfinite(upper), 1e3 * float(finite.max()) if len(finite) else 1e12)
