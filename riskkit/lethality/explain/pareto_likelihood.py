"""Likelihood of tails by covariates: of the coefficients, and of one return level."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from riskkit.kernels import pareto
from riskkit.kernels.predictors import LogDensity
from riskkit.lethality.distributions.search import profile
from riskkit.lethality.explain.rows import Rows

__all__ = ["level_bounds", "tail_density"]

Array = NDArray[np.float64]


def tail_density(tolls: Array, xmin: int) -> LogDensity:
    """Give the log chance of each toll, from the log of the scale and the shape."""

    def density(parts: list[Array]) -> Array:
        return pareto.log_pmf(tolls, xmin, parts[1], np.exp(parts[0]))

    return density


def level_bounds(
    rows: Rows,
    matrices: Sequence[Array],
    params: Array,
    xmin: int,
    kind: tuple[Array, Array],
    count: float,
    level: float,
) -> tuple[float, float, float]:
    """Deaths that one in so many attacks of a kind reaches, with the ends of their profile.

    The return level takes the place of the scale where the kind lies.

    Parameters
    ----------
    rows : Rows
        The tail.
    matrices : sequence of two arrays, shape (n, k)
        Columns of scale and shape.
    params : array of float
        Coefficients at the maximum: of the scale, then of the shape.
    xmin : int
        Where the tail starts.
    kind : tuple of two arrays, shape (k,)
        Columns of scale and shape of one kind of attack.
    count : float
        One in so many attacks.
    level : float
        The chance that an interval means to hold the truth.
    """
    from scipy.linalg import null_space

    (scale_rows, shape_rows), (at_scale, at_shape) = matrices, kind
    # In columns of one size that are no longer alike, all directions are as steep.
    triangle = np.asarray(np.linalg.qr(scale_rows).R) / np.sqrt(len(scale_rows))
    turned = np.linalg.solve(triangle.T, scale_rows.T).T
    point = np.linalg.solve(triangle.T, at_scale)
    other = null_space(point[None])
    size = len(at_scale)
    beta, delta = triangle @ params[:size], params[size:]
    share = rows.weights / rows.weights.sum()

    def growth(shape: Array) -> Array:
        return np.log(pareto.excess_over_scale(1 / count, shape))

    def score(points: Array) -> Array:
        shapes = points[size:]
        log_scale = points[0] - growth(at_shape @ shapes)
        whole = np.outer(point / (point @ point), log_scale) + other @ points[1:size]
        with np.errstate(all="ignore"):
            scale = np.exp(turned @ whole)
            total = share @ pareto.log_pmf(rows.tolls[:, None], xmin, shape_rows @ shapes, scale)
        return np.where(np.isfinite(total), total, -np.inf)

    best = np.concatenate([[point @ beta + growth(at_shape @ delta)], other.T @ beta, delta])
    ends = profile(score, best, (-np.inf,) * len(best), 0, level, rows.nobs)
    # The estimate and its ends are whole deaths, as the kernel's quantile is.
    deaths = xmin + np.floor(np.exp([best[0], *ends]) + 1e-9)
    return float(deaths[0]), float(deaths[1]), float(deaths[2])
