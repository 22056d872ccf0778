"""Chances of a loss of x or more in the horizon, world by world: the arrays under the tables."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["LossCurves", "chance_of_largest", "chance_over_regions", "loss_curves", "loss_grid"]

Array = NDArray[np.float64]
Counts = NDArray[np.integer]

# Every whole number up to here is a point of the curve; beyond, steps of 4%.
_DENSE = 100
_STEP = 1.04
# Points of a curve, and numbers, that are worked on at once: they bound the memory.
_POINTS = 32
_AT_ONCE = 4_000_000


def chance_of_largest(
    survival: Callable[[Counts], Array],
    generating: Callable[[Array], Array],
    at_least: Counts,
) -> Array:
    r"""Chance of at least one attack that kills x or more, in each world.

    .. math:: P(M \ge x) = 1 - G\big(P(D < x)\big)

    with G the generating function of the number of attacks in the horizon.

    Parameters
    ----------
    survival : callable
        Takes x (k,), gives the chance that one attack kills x or more, (worlds, regions, k).
    generating : callable
        G, on arrays (worlds, regions, k).
    at_least : array of int, shape (k,)
        x; at 0 it is the chance of any attack.

    Returns
    -------
    array of float, shape (worlds, regions, k)
    """
    parts = [
        1.0 - generating(1.0 - survival(at_least[start : start + _POINTS]))
        for start in range(0, len(at_least), _POINTS)
    ]
    return np.concatenate(parts, axis=2)


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
    >>> loss_grid(bound=110, highest=3)[98:].tolist()
    [99, 100, 104, 109, 110, 111]
    """
    top = max(bound, highest) + 1
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


def loss_curves(deaths: Counts, oep: Array, sums: Counts, largest: Counts) -> LossCurves:
    r"""Put the exact chance of the largest loss and the simulated sums together.

    .. math:: P(S \ge x) = P(M \ge x) + P(S \ge x,\; M < x)

    The first term is exact, and is nearly all of it where tails are heavy; the second is a share
    of the simulated years. So the chance of a sum never falls below that of the largest.

    Parameters
    ----------
    deaths : array of int, shape (k,)
        x, rising.
    oep : array of float, shape (worlds, k)
        P(M >= x).
    sums, largest : array of int, shape (worlds, years)
        Deaths in each simulated year: of all attacks, and of the deadliest.

    Returns
    -------
    LossCurves
    """
    worlds, years = sums.shape
    k = len(deaths)
    first = np.searchsorted(deaths, largest, side="right")
    past = np.searchsorted(deaths, sums, side="right")
    row = np.arange(worlds)[:, None] * (k + 1)
    steps = np.bincount((row + first).ravel(), minlength=worlds * (k + 1)).astype(float)
    steps -= np.bincount((row + past).ravel(), minlength=worlds * (k + 1))
    extra = np.cumsum(steps.reshape(worlds, k + 1), axis=1)[:, :k] / years
    # The share of simulated years may wiggle upward where few years are left; a chance can't.
    aep = np.maximum.accumulate((oep + extra)[:, ::-1], axis=1)[:, ::-1]
    return LossCurves(deaths, oep, np.minimum(aep, 1.0))


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
    x = deaths.astype(float)
    # Whole numbers in (x[i-1], x[i]], by the trapezium: exact between neighbours.
    width = np.diff(x)
    inner = chances[:, 1:] * (width + 1) / 2 + chances[:, :-1] * (width - 1) / 2
    below = np.concatenate([np.zeros((len(chances), 1)), np.cumsum(inner, axis=1)], axis=1)
    below += chances[:, :1]  # sum over 1..x[i]
    below = np.concatenate([np.zeros((len(chances), 1)), below], axis=1)
    points = np.concatenate([[0.0], x])
    upto = np.array([np.interp(v, points, row) for v, row in zip(value, below, strict=True)])
    return np.asarray(np.maximum(below[:, -1] - upto, 0.0))
