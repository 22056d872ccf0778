"""Posterior of two parameters on a grid that finds its own place."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
LogDensity = Callable[[Array, Array], Array]

# Cells whose log density lies this far under the highest hold less than 1e-5 of the mass.
NEGLIGIBLE = 14.0


@dataclass(frozen=True, eq=False)
class Grid:
    """A two-dimensional density held as the mass of rectangular cells.

    Parameters
    ----------
    first, second : array of float
        Midpoints of the cells along each axis, evenly spaced.
    mass : array of float, shape (first, second)
        Share of the density in each cell; adds up to one.
    log_total : float
        Logarithm of the integral of the density that was given.
    """

    first: Array
    second: Array
    mass: Array
    log_total: float

    def mean(self) -> tuple[float, float]:
        """Give the mean along each axis."""
        return (
            float(self.mass.sum(axis=1) @ self.first),
            float(self.mass.sum(axis=0) @ self.second),
        )

    def sample(self, size: int, rng: np.random.Generator) -> tuple[Array, Array]:
        """Draw pairs: a cell by its mass, then a point anywhere in the cell.

        Parameters
        ----------
        size : int
            Number of pairs.
        rng : numpy.random.Generator
            Source of the draws.

        Returns
        -------
        tuple of arrays of float, shape (size,)
        """
        cumulative = np.cumsum(self.mass.ravel())
        cell = np.searchsorted(cumulative, rng.random(size) * cumulative[-1], side="right")
        row, column = np.divmod(np.minimum(cell, self.mass.size - 1), self.second.size)
        jitter = rng.random((2, size)) - 0.5
        return (
            self.first[row] + jitter[0] * _step(self.first),
            self.second[column] + jitter[1] * _step(self.second),
        )


def grid_posterior(
    log_density: LogDensity,
    first: tuple[float, float],
    second: tuple[float, float],
    cells: int = 48,
    near: Grid | None = None,
) -> Grid:
    r"""Integrate a density of two parameters, wherever in the bounds its mass lies.

    A coarse grid over the bounds is narrowed to the cells that matter, again and again, until the
    box no longer shrinks; then the finer grid is laid. One clear peak is expected.

    Parameters
    ----------
    log_density : callable
        Takes columns ``(n, 1)`` and rows ``(1, m)``, gives the log density ``(n, m)``.
    first, second : tuple of float
        Lower and upper bound of each parameter.
    cells : int
        Cells along each axis of the last grid.
    near : Grid, optional
        The posterior of much the same data: the search starts around it.

    Returns
    -------
    Grid

    Examples
    --------
    >>> grid = grid_posterior(lambda a, b: -(a**2 + b**2) / 2, (-50, 50), (-50, 50))
    >>> round(grid.log_total, 3), round(float(np.log(2 * np.pi)), 3)
    (1.838, 1.838)
    """
    box = (first, second)
    if near is not None:
        box = (_widened(near.first, first), _widened(near.second, second))
        edges = [np.linspace(*side, 5) for side in box]
        values = log_density(edges[0][:, None], edges[1][None, :])
        if _heavy(values)[1:-1, 1:-1].sum() < _heavy(values).sum():
            box = (first, second)
    for _ in range(12):
        a, b = (_midpoints(*side, cells // 2) for side in box)
        heavy = _heavy(log_density(a[:, None], b[None, :]))
        narrowed = (
            _around(a, np.any(heavy, axis=1), first),
            _around(b, np.any(heavy, axis=0), second),
        )
        if all(_width(new) > 0.8 * _width(old) for new, old in zip(narrowed, box, strict=True)):
            break
        box = narrowed
    a, b = (_midpoints(*side, cells) for side in box)
    values = log_density(a[:, None], b[None, :])
    top = values.max()
    weight = np.exp(values - top)
    total = float(weight.sum())
    area = _step(a) * _step(b)
    return Grid(a, b, weight / total, float(top + np.log(total * area)))


def _heavy(values: Array) -> NDArray[np.bool_]:
    return np.asarray(values > values.max() - NEGLIGIBLE)


def _around(
    points: Array, keep: NDArray[np.bool_], bounds: tuple[float, float]
) -> tuple[float, float]:
    step = _step(points)
    kept = points[keep]
    return max(bounds[0], kept[0] - step), min(bounds[1], kept[-1] + step)


def _widened(points: Array, bounds: tuple[float, float]) -> tuple[float, float]:
    margin = 0.3 * (points[-1] - points[0])
    return max(bounds[0], points[0] - margin), min(bounds[1], points[-1] + margin)


def _midpoints(lower: float, upper: float, cells: int) -> Array:
    return lower + (np.arange(cells) + 0.5) * (upper - lower) / cells


def _step(points: Array) -> float:
    return float(points[1] - points[0])


def _width(side: tuple[float, float]) -> float:
    return side[1] - side[0]
