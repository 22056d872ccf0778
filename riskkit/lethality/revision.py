"""What becomes of a first toll: whether it is revised, up or down, and by how much."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from riskkit.errors import InvalidValueError, NotEnoughIncidentsError
from riskkit.kernels.betabinomial import log_likelihood, pooled_posterior
from riskkit.kernels.grid import Grid, grid_posterior
from riskkit.kernels.pareto import log_pmf
from riskkit.lethality.distributions.sample import COUNTS, LARGEST, one_dimension
from riskkit.lethality.revision_result import RevisionResult

__all__ = ["RevisionModel"]

Array = NDArray[np.float64]

# How the scale of increases may grow with the first toll: from not at all to in proportion.
GROWTH = np.linspace(0.0, 1.0, 6)
SHAPE_BOUNDS = (0.0, 2.5)
LOG_SCALE_BOUNDS = (-5.0, 8.0)


@dataclass(frozen=True)
class RevisionModel:
    r"""Settled toll b given the first toll a.

    .. math::
        P(b \ne a) = \rho_{c(a)}, \qquad P(b > a \mid b \ne a) = \upsilon_{c(a)}, \qquad
        P(b \ge a + y \mid b > a) =
        \left(1 + \xi\,\frac{y - 1}{\sigma (1 + a)^\kappa}\right)^{-1/\xi}

    and, given that it is revised down, b is beta-binomial on 0 to a - 1. The chances
    :math:`\rho` and :math:`\upsilon` belong to classes of first tolls and vary between them as
    betas, learned from all: a class with few revisions borrows. A first toll of none can't go
    down. All parameters are integrated on grids; every draw has its own.

    Parameters
    ----------
    classes : tuple of int
        Where the classes of first tolls start, from 0 on.
    largest : int
        Bound on a settled toll, without which the expected one may be infinite: over three times
        the deadliest attack on record. A higher first toll is its own bound.

    Raises
    ------
    ValueError
        If a setting is out of range.

    Examples
    --------
    >>> first = [0, 1, 2, 2, 3, 5, 10, 20]
    >>> settled = [0, 1, 2, 5, 3, 7, 9, 31]
    >>> times = [90, 200, 70, 9, 40, 12, 3, 4]
    >>> revisions = RevisionModel().fit(first, settled, weights=times)
    >>> revisions.nobs, revisions.revised
    (428, 28)
    >>> revisions.estimate(first=[1, 2], rng=1).to_frame().round(2).loc[2].tolist()
    [0.12, 0.06, 0.18]
    """

    classes: tuple[int, ...] = (0, 1, 2, 3, 5, 10, 20, 50, 100)
    largest: int = 10_000

    def __post_init__(self) -> None:
        starts = np.asarray(self.classes)
        if not len(starts) or starts[0] != 0 or (np.diff(starts) <= 0).any():
            raise ValueError(f"classes are {self.classes}; accepted: rising whole numbers from 0")
        if self.largest < 1:
            raise ValueError(f"largest is {self.largest}; accepted: 1 death or more")

    def fit(
        self, first: ArrayLike, settled: ArrayLike, weights: ArrayLike | None = None
    ) -> RevisionResult:
        """Learn from pairs of first and settled tolls.

        Parameters
        ----------
        first : array of int, shape (n,)
            Tolls as first told, such as ``toll_revisions(...)["first"]``.
        settled : array of int, shape (n,)
            Tolls of the same incidents as they stand much later. Pairs in which either is
            unknown are left out and counted.
        weights : array of int, shape (n,), optional
            How often each pair occurs; 1 by default.

        Returns
        -------
        RevisionResult

        Raises
        ------
        InvalidValueError
            If a toll is negative or no whole number, or a weight is no count.
        NotEnoughIncidentsError
            If no pair is known.
        """
        pairs, unknown = _pairs(first, settled, weights)
        if pairs.empty:
            raise NotEnoughIncidentsError("no pair of a first and a settled toll is known")
        a, b, n = (pairs[name].to_numpy(float) for name in ("first", "settled", "times"))
        at = np.searchsorted(self.classes, a, side="right") - 1
        size = len(self.classes)
        total = np.bincount(at, n, size)
        up = np.bincount(at[b > a], n[b > a], size)
        down = np.bincount(at[b < a], n[b < a], size)
        # A first toll of none has no way down: which way it went tells nothing.
        free = np.asarray(self.classes) > 0
        increases = _increases(*(part[b > a] for part in (a, b - a, n)))
        return RevisionResult(
            model=self,
            pairs=pairs,
            unknown=unknown,
            counts=pd.DataFrame(
                {"pairs": total, "up": up, "down": down},
                index=pd.Index(self.classes, name="first from"),
            ).astype(np.int64),
            change=pooled_posterior(up + down, total),
            direction=pooled_posterior(up[free], (up + down)[free]),
            increases=increases,
            decreases=_decreases(*(part[b < a] for part in (a, b, n))),
        )


def _increases(first: Array, more: Array, times: Array) -> tuple[tuple[float, float, Grid], ...]:
    """Posterior of (shape, log scale) for each growth, with the growth's own chance."""
    grids: list[Grid] = []
    for growth in GROWTH:
        bent = (1 + first) ** growth

        def log_density(shape: Array, log_scale: Array, bent: Array = bent) -> Array:
            total = -((shape - 0.4) ** 2) / (2 * 0.25) - (log_scale - 0.5) ** 2 / (2 * 2.25)
            for y, b, n in zip(more, bent, times, strict=True):
                total = total + n * log_pmf(y, 1, shape, b * np.exp(log_scale))
            return np.asarray(total)

        grids.append(grid_posterior(log_density, SHAPE_BOUNDS, LOG_SCALE_BOUNDS, cells=24))
    height = np.array([grid.log_total for grid in grids])
    chance = np.exp(height - height.max())
    chance = chance / chance.sum()
    return tuple(
        (float(growth), float(share), grid)
        for growth, share, grid in zip(GROWTH, chance, grids, strict=True)
    )


def _decreases(first: Array, left: Array, times: Array) -> Grid:
    """Posterior of (logit of the mean share left, log concentration) of what is revised down."""

    def log_density(logit: Array, log_total: Array) -> Array:
        mean = 1 / (1 + np.exp(-logit))
        prior = 0.5 * np.log(mean) + 0.5 * np.log1p(-mean) - (log_total - 1) ** 2 / (2 * 2.25)
        total = np.asarray(prior)
        for a, b, n in zip(first, left, times, strict=True):
            each = log_likelihood([b], [a - 1], mean, np.exp(log_total)) if a > 1 else 0.0
            total = total + n * each
        return total

    return grid_posterior(log_density, (-8.0, 8.0), (-4.0, 8.0), cells=36)


def _pairs(
    first: ArrayLike, settled: ArrayLike, weights: ArrayLike | None
) -> tuple[pd.DataFrame, int]:
    """Distinct known pairs and how often each occurs; and how many are not known."""
    columns = {"first": _tolls(first, "first"), "settled": _tolls(settled, "settled")}
    size = len(columns["first"])
    times = np.ones(size) if weights is None else _tolls(weights, "weights")
    for name, column in (("settled", columns["settled"]), ("weights", times)):
        if len(column) != size:
            raise InvalidValueError(
                f"{name} has {len(column)} entries; accepted: one for each of {size} first tolls"
            )
    if np.isnan(times).any():
        raise InvalidValueError("weights hold unknown values; accepted: whole numbers, 0 or more")
    table = pd.DataFrame({**columns, "times": times})
    told = table[(table["times"] > 0) & table.notna().all(axis=1)]
    known = pd.DataFrame(told.groupby(["first", "settled"])["times"].sum().reset_index())
    return known.astype(np.int64), round(times.sum() - known["times"].sum())


def _tolls(given: ArrayLike, name: str) -> Array:
    column = pd.Series(one_dimension(given, name), dtype="object")
    numbers = pd.to_numeric(column.where(column.notna(), np.nan)).to_numpy(dtype=float)
    wrong = (numbers < 0) | (numbers > LARGEST)
    wrong |= (numbers != np.floor(numbers)) & ~np.isnan(numbers)
    if wrong.any():
        raise InvalidValueError(
            f"{name} holds {numbers[wrong][0]:g}; accepted: {COUNTS}, or unknown"
        )
    return numbers
