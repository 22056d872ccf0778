"""Chances of a loss of x or more in the horizon, world by world: the arrays under the tables."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "LossCurves",
    "chance_over_regions",
    "loss_curves",
    "loss_grid",
    "severity_on_lattice",
]

Array = NDArray[np.float64]
Counts = NDArray[np.integer]

# Every whole number up to here is a point of the curve; beyond, steps of 4%.
_DENSE = 100
_STEP = 1.04
# How many times its 99% quantile the lattice of a sum reaches.
_REACH = 2.5
# Numbers that are worked on at once: they bound the memory.
_AT_ONCE = 4_000_000


def chance_over_regions(attacks: Counts, survival: Array, regional: Array) -> Array:
    r"""Chance that the deadliest attack of all regions kills x or more, in each world.

    Regions share what their years have in common, so their chances do not multiply. Given the
    attacks of a simulated year they do:

    .. math:: P(M \ge x) = 1 - E \prod_r F_r(x-1)^{N_r}

    with the mean over the simulated years of the world.

    Parameters
    ----------
    attacks : array of int, shape (worlds, years, regions)
        Attacks in the horizon.
    survival : array of float, shape (worlds, regions, k)
        Chance that one attack kills x or more.
    regional : array of float, shape (worlds, regions, k)
        Chance in each region, which the chance over all of them can't be below.

    Returns
    -------
    array of float, shape (worlds, k)
    """
    # A year without attacks counts as 0 * log(0) = 0 where every attack kills x or more.
    with np.errstate(divide="ignore"):
        log_below = np.maximum(np.log1p(-np.minimum(survival, 1.0)), -1e9)
    worlds, years, _ = attacks.shape
    numbers = attacks.astype(float)
    none = np.empty((worlds, survival.shape[2]))
    step = max(1, _AT_ONCE // (worlds * years))
    for start in range(0, survival.shape[2], step):
        some = slice(start, start + step)
        none[:, some] = np.exp(numbers @ log_below[:, :, some]).mean(axis=1)
    return np.asarray(np.maximum(1.0 - none, regional.max(axis=1)))


def loss_grid(bound: int, highest: int) -> Counts:
    """Whole numbers of deaths at which curves are computed: from 1 to past the worst loss.

    Parameters
    ----------
    bound : int
        The most that one event may kill; a point of the grid, as is the number after it.
    highest : int
        The highest simulated loss.

    Returns
    -------
    array of int, shape (k,)
        Every number up to 100, then steps of 4%.

    Examples
    --------
    >>> loss_grid(bound=110, highest=1)[98:].tolist()
    [99, 100, 104, 109, 110, 111, 113]
    """
    top = bound + 2 * highest + 1
    steps = np.arange(1, np.log(max(top / _DENSE, 1.0)) / np.log(_STEP) + 1)
    grid = np.concatenate(
        [np.arange(1, _DENSE + 1), np.ceil(_DENSE * _STEP**steps), [bound, bound + 1, top]]
    ).astype(np.int64)
    return np.unique(grid[(grid >= 1) & (grid <= top)])


@dataclass(frozen=True, eq=False)
class LossCurves:
    """Exceedance of one place (a region, or all of them) in each world.

    Parameters
    ----------
    deaths : array of int, shape (k,)
        x, from 1 up.
    oep : array of float, shape (worlds, k)
        Chance that the deadliest attack kills x or more.
    aep : array of float, shape (worlds, k)
        Chance that all attacks together kill x or more.
    """

    deaths: Counts
    oep: Array
    aep: Array

    def of(self, basis: str) -> Array:
        """Chances on one basis, ``"aep"`` or ``"oep"``."""
        if basis not in ("aep", "oep"):
            raise ValueError(f'basis is {basis!r}; accepted: "aep" or "oep"')
        return self.aep if basis == "aep" else self.oep

    def value_at_risk(self, p: float, basis: str) -> Array:
        """Smallest x with P(loss <= x) >= p, in each world; (worlds,)."""
        return smallest_covering(self.deaths, self.of(basis), p)

    def tail_value_at_risk(self, p: float, basis: str) -> Array:
        r"""Mean of the values at risk beyond p, in each world; (worlds,).

        .. math:: v + \frac{1}{1-p} \sum_{x > v} P(S \ge x), \quad v = \mathrm{VaR}_p
        """
        chances = self.of(basis)
        value = smallest_covering(self.deaths, chances, p)
        return value + sum_above(self.deaths, chances, value) / (1 - p)


def severity_on_lattice(deaths: Counts, survival: Array, step: int, size: int) -> Array:
    r"""Put the deaths of one attack on 0, h, 2h, ... so that the mean between points is kept.

    Sharing a toll out between two lattice points keeps its mean and adds to its variance. In the
    first cell, where most tolls are, the variance is taken off again:

    .. math:: f - \frac{v}{2h^2}\,(1, -2, 1), \quad v = \sum_{D < h} P(D)\, D\,(h - D)

    which may leave a small negative weight, and is right for sums of many attacks.

    Parameters
    ----------
    deaths : array of int, shape (k,)
        Points of the survival curve, from 1 up.
    survival : array of float, shape (..., k)
        P(D >= x).
    step : int
        h. With 1 the chances are the law's own, as far as ``deaths`` has every number.
    size : int
        Lattice points; what lies beyond is left out.

    Returns
    -------
    array of float, shape (..., size)
    """
    limited = sum_upto(deaths, survival)  # E[min(D, x)] at 0 and at each point
    points = np.concatenate([[0], deaths])
    mean = _between(points, limited, step * np.arange(size + 1))
    rise = np.diff(mean, axis=-1) / step
    chances = np.concatenate([1 - rise[..., :1], -np.diff(rise, axis=-1)], axis=-1)
    if step > 1:
        x = np.arange(1, step + 1)
        added = np.diff(_between(points, limited, np.arange(step + 1))) @ (step - 2.0 * x + 1)
        chances[..., :3] -= (added / (2.0 * step**2))[..., None] * np.array([1.0, -2.0, 1.0])
    return np.asarray(chances)


def _between(points: Counts, values: Array, x: Counts) -> Array:
    """Interpolate values (..., k) at x, one straight line for all rows."""
    inside = np.minimum(x, points[-1])
    right = np.clip(np.searchsorted(points, inside), 1, len(points) - 1)
    share = (inside - points[right - 1]) / (points[right] - points[right - 1])
    return np.asarray(values[..., right - 1] * (1 - share) + values[..., right] * share)


def loss_curves(
    deaths: Counts,
    oep: Array,
    sums: Counts,
    compounded: Callable[[int, int], Array],
    most: int,
) -> LossCurves:
    r"""Put the chances of the deadliest attack and of the sum together.

    The sum is compounded on a lattice that reaches far past its likely values. Beyond, one attack
    makes the loss and the rest shift it: P(S >= x) = P(M >= x - d), with d as at the lattice's
    end.

    Parameters
    ----------
    deaths : array of int, shape (k,)
        x, rising.
    oep : array of float, shape (worlds, k)
        P(M >= x).
    sums : array of int, shape (worlds, years)
        Simulated sums; they only say how far the lattice must reach.
    compounded : callable
        Takes the lattice step and size, gives the chances of sums of 0, h, 2h, ...;
        (worlds, size).
    most : int
        Lattice points at most: every number up to there, wider steps where losses are larger.

    Returns
    -------
    LossCurves
    """
    reach = max(int(_REACH * np.quantile(sums, 0.99)), 64)
    step = -(-reach // most)
    size = -(-reach // step)
    if step == 1:
        x, at_least = _reaching(compounded(1, size), 1)
    else:
        x, at_least = _reaching(compounded(step, size), step)
        if np.quantile(sums, 0.1) < most:
            # Quiet years among much worse ones: their numbers are too small for wide steps.
            near, exact = _reaching(compounded(1, most), 1)
            beyond = x > near[-1]
            x = np.concatenate([near, x[beyond]])
            at_least = np.concatenate([exact, at_least[:, beyond]], axis=1)
    end = np.searchsorted(deaths, x[-1], side="right")
    aep = oep.copy()
    for world in range(len(oep)):
        aep[world, :end] = np.interp(deaths[:end], x, at_least[world])
        if end < len(deaths):
            same = np.interp(-at_least[world, -1], -oep[world], deaths)
            aep[world, end:] = np.interp(deaths[end:] - (x[-1] - same), deaths, oep[world])
    aep = np.clip(np.maximum(aep, oep), 0.0, 1.0)
    # Interpolation and rounding may leave steps upward of no size.
    aep = np.maximum.accumulate(aep[:, ::-1], axis=1)[:, ::-1]
    return LossCurves(deaths, oep, aep)


def _reaching(chances: Array, step: int) -> tuple[Array, Array]:
    """Give x and P(S >= x) of sums on a lattice."""
    above = 1 - np.cumsum(chances, axis=1)  # P(S > h j)
    points = np.arange(chances.shape[1], dtype=np.int64)
    if step == 1:
        return (points + 1).astype(np.float64), above
    # On a wide lattice half of a point's chance lies on either side of it.
    return (step * points).astype(np.float64) + 0.5, above + chances / 2


def smallest_covering(deaths: Counts, chances: Array, p: float) -> Array:
    """Smallest whole x with P(loss <= x) >= p, read off a curve of P(loss >= x).

    Between points that are not neighbours the curve is taken as a power law.

    Parameters
    ----------
    deaths : array of int, shape (k,)
        Points of the curve, from 1 up.
    chances : array of float, shape (worlds, k)
        P(loss >= x), falling.
    p : float
        Share of the years.

    Returns
    -------
    array of float, shape (worlds,)
        Whole numbers.

    Examples
    --------
    >>> smallest_covering(np.array([1, 2, 3]), np.array([[0.5, 0.1, 0.0]]), 0.9).tolist()
    [1.0]
    """
    # Chances are sums of many terms: 0.1 that came out as 0.1 + 1e-17 is 0.1.
    allowed = (1 - p) * (1 + 1e-9)
    reached = chances <= allowed
    at = np.where(reached.any(axis=1), reached.argmax(axis=1), len(deaths) - 1)
    before = np.maximum(at - 1, 0)
    rows = np.arange(len(chances))
    x0, x1 = deaths[before].astype(float), deaths[at].astype(float)
    p0, p1 = chances[rows, before], chances[rows, at]
    with np.errstate(divide="ignore", invalid="ignore"):
        power = np.log(p0 / allowed) / np.log(p0 / p1)
        share = np.where(p1 > 0, power, (p0 - allowed) / (p0 - p1))
        between = np.where(p1 > 0, x0 * (x1 / x0) ** share, x0 + share * (x1 - x0))
    crossing = np.where((at > 0) & (x1 - x0 > 1), np.ceil(between - 1e-9), x1)
    return np.asarray(np.clip(crossing, x0 * (at > 0) + 1, x1) - 1)


def sum_above(deaths: Counts, chances: Array, value: Array) -> Array:
    """Expected loss beyond a value: the sum of P(loss >= x) over whole x > value.

    Parameters
    ----------
    deaths : array of int, shape (k,)
        Points of the curve, from 1 up.
    chances : array of float, shape (worlds, k)
        P(loss >= x).
    value : array of float, shape (worlds,)
        Whole numbers.

    Returns
    -------
    array of float, shape (worlds,)

    Examples
    --------
    >>> sum_above(np.array([1, 2, 3]), np.array([[0.5, 0.25, 0.0]]), np.array([1.0])).tolist()
    [0.25]
    """
    below = sum_upto(deaths, chances)
    points = np.concatenate([[0], deaths])
    upto = np.array([np.interp(v, points, row) for v, row in zip(value, below, strict=True)])
    return np.asarray(np.maximum(below[:, -1] - upto, 0.0))


def sum_upto(deaths: Counts, chances: Array) -> Array:
    """Sum of P(loss >= j) over whole j from 1 to x, which is E[min(loss, x)].

    Parameters
    ----------
    deaths : array of int, shape (k,)
        x, from 1 up.
    chances : array of float, shape (..., k)
        P(loss >= x).

    Returns
    -------
    array of float, shape (..., k + 1)
        At 0 and at each x. Between neighbours it is exact, else by the trapezium.

    Examples
    --------
    >>> sum_upto(np.array([1, 2]), np.array([0.5, 0.25])).tolist()
    [0.0, 0.5, 0.75]
    """
    width = np.diff(deaths)
    inner = chances[..., 1:] * (width + 1) / 2 + chances[..., :-1] * (width - 1) / 2
    parts = [np.zeros((*chances.shape[:-1], 1)), chances[..., :1], inner]
    return np.asarray(np.cumsum(np.concatenate(parts, axis=-1), axis=-1))
