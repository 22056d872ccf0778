"""Chances of intervals of whole numbers, exact where two survivals would cancel."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from riskkit.lethality.distributions.whole import Discrete

__all__ = ["IntervalChances", "sum_nodes"]

Array = NDArray[np.float64]

# Intervals of so many whole numbers or fewer are added up one by one.
NARROW = 16
# Wider ones that hold less than this share of what lies from their start on are added up by
# quadrature: of the difference of two survivals, too few digits would be left.
THIN = 1e-5
# Nodes for one panel of that quadrature.
NODES = NARROW


class IntervalChances:
    r"""Log chances of intervals under any parameters: :math:`\ln(S(a) - S(b + 1))`.

    Parameters
    ----------
    low, high : array of float, shape (intervals,)
        First and last whole number; the last may be infinite.
    """

    def __init__(self, low: Array, high: Array) -> None:
        self.size = len(low)
        narrow = high - low < NARROW
        self.narrow, self.wide = np.flatnonzero(narrow), np.flatnonzero(~narrow)
        count = (high - low + 1)[self.narrow].astype(np.intp)
        self.starts = np.cumsum(count) - count
        inside = np.arange(count.sum()) - np.repeat(self.starts, count)
        self.values, self.value = np.unique(
            np.repeat(low[self.narrow], count) + inside, return_inverse=True
        )
        self.count = count
        self.low, self.high = low[self.wide], high[self.wide]
        bounded = np.isfinite(self.high)
        ends = np.concatenate([self.low, self.high[bounded] + 1])
        self.ends, at = np.unique(ends, return_inverse=True)
        self.first = at[: len(self.low)]
        self.beyond = np.full(len(self.low), len(self.ends))
        self.beyond[bounded] = at[len(self.low) :]

    def log(self, law: Discrete, params: Array) -> Array:
        """Give the log chance of each interval, given xmin or more.

        Parameters
        ----------
        law : Discrete
            The distribution; intervals start at its xmin or later.
        params : array of float, shape (parameters, points)
            Parameter vectors, one a column.

        Returns
        -------
        array of float, shape (points, intervals)
        """
        columns = params[:, :, None]
        out = np.empty((params.shape[1], self.size))
        with np.errstate(all="ignore"):
            if len(self.narrow):
                each = law._log_density(self.values, columns)[:, self.value]
                out[:, self.narrow] = _added(each, self.starts, self.count)
            if len(self.wide):
                out[:, self.wide] = self._wide(law, columns)
        return out

    def _wide(self, law: Discrete, columns: Array) -> Array:
        reach = law._log_sf(self.ends, columns)
        never = np.full((len(reach), 1), -np.inf)
        reach = np.concatenate([reach, never], axis=1)
        here = reach[:, self.first]
        drop = np.where(np.isneginf(here), -np.inf, reach[:, self.beyond] - here)
        found = here + np.log(-np.expm1(drop))
        thin = ~(drop < -THIN)
        some = np.flatnonzero(thin.any(axis=0))
        if len(some):
            added = _quadrature(law, self.low[some], self.high[some], columns)
            found[:, some] = np.where(thin[:, some], added, found[:, some])
        return np.asarray(found)


def _added(each: Array, starts: NDArray[np.intp], count: NDArray[np.intp]) -> Array:
    """Add up chances given as logarithms, run by run."""
    top = np.maximum.reduceat(each, starts, axis=1)
    floor = np.where(np.isfinite(top), top, 0.0)
    total = np.add.reduceat(np.exp(each - np.repeat(floor, count, axis=1)), starts, axis=1)
    return np.asarray(floor + np.log(total))


def _quadrature(law: Discrete, low: Array, high: Array, columns: Array) -> Array:
    """Add up chances over intervals by panels that double in width from the upper end down."""
    at, scale, sizes = [], [], []
    for first, last in zip(low, high, strict=True):
        nodes, weights = [], []
        end, width = last, float(NARROW)
        while end >= first:
            width = min(width, end - first + 1)
            place, weight = sum_nodes(int(width))
            nodes.append(end - width + 1 + place)
            weights.append(weight)
            end, width = end - width, 2 * width
        at += nodes
        scale += weights
        sizes.append(sum(len(part) for part in nodes))
    count = np.array(sizes, dtype=np.intp)
    each = law._log_density(np.concatenate(at), columns) + np.log(np.concatenate(scale))
    return _added(each, np.cumsum(count) - count, count)


@lru_cache(maxsize=256)
def sum_nodes(width: int) -> tuple[Array, Array]:
    r"""Nodes and weights that add up a smooth function over the whole numbers 0 to width - 1.

    .. math:: \sum_{x=0}^{w-1} f(x) \approx \sum_k c_k f(x_k)

    Gauss's quadrature for the sum itself, by the discrete Chebyshev polynomials: exact for
    polynomials of degree 31, and the plain sum up to sixteen numbers.

    Parameters
    ----------
    width : int
        How many whole numbers.

    Returns
    -------
    tuple of array of float
        Nodes, and their weights.

    Examples
    --------
    >>> nodes, weights = sum_nodes(1_000_000)
    >>> len(nodes), float((weights @ nodes / 499_999_500_000).round(12))
    (16, 1.0)

    References
    ----------
    Gautschi, W. (2004). Orthogonal polynomials: computation and approximation, section 1.5.
    https://doi.org/10.1093/oso/9780198506720.001.0001
    """
    k = np.arange(1.0, min(width, NODES))
    beside = k / 2 * np.sqrt((width**2 - k**2) / (4 * k**2 - 1))
    matrix = np.diag(np.full(len(k) + 1, (width - 1) / 2))
    matrix += np.diag(beside, 1) + np.diag(beside, -1)
    nodes, vectors = np.linalg.eigh(matrix)
    return np.asarray(nodes), np.asarray(width * vectors[0] ** 2)
