"""How late records come: the reverse hazard by delay, its prior, and draws from its posterior."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln

__all__ = ["completeness", "delay_draws"]

Array = NDArray[np.float64]
Counts = NDArray[np.int64]
Density = Callable[[Array], Array]

_FIRST = (-1.0, 2.0)  # log reverse hazard at delay 1: mean and sd of its prior
_SLOPE = (-0.5, 1.5)  # its change with the logarithm of the delay
_FALL = (-0.3, 0.5)  # and with the delay itself
_BEND = (-0.5, 1.0)  # log sd of the bends
_STEADY = (np.log(30.0), 1.5)  # log concentration: how alike the periods are
_EVERY = 6  # each delay up to here has a knot of its own
_WIDER = 1.4  # ratio of the knots beyond
_HEAVY = 7.0  # degrees of freedom of the proposal
_ROUNDS, _AT_ONCE = 4, 400


def knots(longest: int) -> Array:
    """Give the delays at which the curve may bend: each small one, then wider and wider apart.

    Parameters
    ----------
    longest : int
        The longest delay in periods, 1 or more.

    Returns
    -------
    array of float
    """
    places = list(range(1, min(longest, _EVERY) + 1))
    while places[-1] < longest:
        places.append(min(longest, int(np.ceil(places[-1] * _WIDER))))
    return np.array(places, dtype=float)


def completeness(log_hazards: Array) -> Array:
    r"""Turn reverse hazards into the share known by each age.

    .. math:: F(a) = \exp\Big(-\sum_{d > a} h_d\Big), \qquad
              g_d = P(D = d \mid D \le d) = 1 - e^{-h_d}

    Parameters
    ----------
    log_hazards : array of float, shape (draws, longest)
        Logarithms of h at delays 1, 2, ..., longest.

    Returns
    -------
    array of float, shape (draws, longest + 1)
        F at ages 0 to longest; the last is 1.

    Examples
    --------
    >>> import numpy as np
    >>> completeness(np.log(-np.log([[0.5, 0.9]]))).round(3).tolist()
    [[0.45, 0.9, 1.0]]

    References
    ----------
    Kalbfleisch and Lawless (1989), https://doi.org/10.1080/01621459.1989.10478780
    """
    hazards = np.exp(log_hazards)
    to_come = np.cumsum(hazards[:, ::-1], axis=1)[:, ::-1]
    return np.hstack([np.exp(-to_come), np.ones((len(hazards), 1))])


def delay_draws(
    younger: Counts,
    older: Counts,
    new: Counts,
    known: Counts,
    longest: int,
    draws: int,
    rng: np.random.Generator,
) -> tuple[Array, Array]:
    r"""Draw the reverse hazards and how steady they are, given what came late.

    Of the ``known`` records of one period at age ``older``, ``new`` came since age ``younger``:

    .. math:: n \sim \mathrm{BetaBinomial}\big(N,\; c\,(F(a_1) - F(a_0)),\; c\,F(a_0)\big)

    which is exact where each period's shares by delay are a Dirichlet draw of concentration c.
    :math:`\ln h_d` bends at `knots`, along a random walk of slopes in :math:`\ln d` whose step is
    estimated, so that delays with few records borrow from their neighbours. Drawn by adaptive
    importance sampling from a t that starts at the mode.

    Parameters
    ----------
    younger, older : array of int, shape (cells,)
        Ages, in periods, of one period at two releases; ``younger`` below ``longest``.
    new, known : array of int, shape (cells,)
        Records that came between the two, and all that were known at the second.
    longest : int
        The delay after which a period is complete.
    draws : int
        Draws wanted.
    rng : numpy.random.Generator
        Source of the draws.

    Returns
    -------
    tuple of arrays
        Log reverse hazards (draws, longest) and concentration (draws,).

    References
    ----------
    Lawless (1994), https://doi.org/10.2307/3315826, for delays with extra variation; Stoner and
    Economou (2020), https://doi.org/10.1111/biom.13188, for shares that vary between periods.
    """
    rows = np.column_stack([younger, np.minimum(older, longest), new, known])
    cells, times = np.unique(rows[known > 0], axis=0, return_counts=True)
    times = times.astype(np.int64)
    places = knots(longest)
    size = len(places) + 3 if len(places) > 2 else len(places) + 1

    def log_posterior(points: Array) -> Array:
        some = np.array_split(points, int(np.ceil(len(points) / _AT_ONCE)))
        fits = [_log_likelihood(part, places, cells, times) for part in some]
        return np.asarray(np.concatenate(fits) + _log_prior(points, len(places)))

    centre, spread = _mode(log_posterior, size)
    points, weights = _adapted(log_posterior, centre, spread, max(2 * draws, 2000), rng)
    chosen = points[rng.choice(len(points), draws, p=weights)]
    return _log_hazards(chosen, places), np.exp(chosen[:, -1])


def _log_hazards(points: Array, places: Array) -> Array:
    """Give log h at each delay: a level, a slope and bends in log delay, a slope in delay."""
    at = np.log(places)
    values = np.repeat(points[:, :1], len(places), axis=1)
    if len(places) > 1:
        slopes = np.repeat(points[:, 1:2], len(places) - 1, axis=1)
        if len(places) > 2:
            step = np.exp(points[:, -3:-2]) * np.sqrt((at[2:] - at[:-2]) / 2)
            slopes[:, 1:] += np.cumsum(step * points[:, 2:-3], axis=1)
        values[:, 1:] += np.cumsum(slopes * np.diff(at), axis=1)
        if len(places) > 2:
            values += points[:, -2:-1] * (places - 1)
    delays = np.log(np.arange(1, int(places[-1]) + 1))
    right = np.clip(np.searchsorted(at, delays), 1, max(len(at) - 1, 1))
    if len(at) == 1:
        return values
    share = (delays - at[right - 1]) / (at[right] - at[right - 1])
    between = values[:, right - 1] * (1 - share) + values[:, right] * share
    return np.asarray(np.clip(between, -30.0, 4.0))


def _log_prior(points: Array, size: int) -> Array:
    def normal(x: Array, law: tuple[float, float]) -> Array:
        return -0.5 * ((x - law[0]) / law[1]) ** 2

    total = normal(points[:, 0], _FIRST) + normal(points[:, -1], _STEADY)
    if size > 1:
        total += normal(points[:, 1], _SLOPE)
    if size > 2:
        total += normal(points[:, -3], _BEND) + normal(points[:, -2], _FALL)
        total -= 0.5 * (points[:, 2:-3] ** 2).sum(axis=1)
    return np.asarray(total)


def _log_likelihood(points: Array, places: Array, cells: Counts, times: Counts) -> Array:
    share = completeness(_log_hazards(points, places))
    younger, older, new, known = cells.T
    before, after = share[:, younger], share[:, older]
    steady = np.exp(np.clip(points[:, -1:], -3.0, 18.0))
    late = np.maximum(steady * (after - before), 1e-12)
    early = np.maximum(steady * before, 1e-12)
    logs = gammaln(new + late) - gammaln(late) + gammaln(known - new + early) - gammaln(early)
    logs -= gammaln(known + late + early) - gammaln(late + early)
    return np.asarray(logs @ times)


def _mode(log_posterior: Density, size: int) -> tuple[Array, Array]:
    """Climb to the mode; give it and the inverse of the curvature there."""
    from scipy.optimize import minimize

    start = np.zeros(size)
    start[0], start[-1] = _FIRST[0], _STEADY[0]
    if size > 2:
        start[1], start[-2] = _SLOPE[0], _FALL[0]
    step = 1e-4

    def slope(point: Array) -> Array:
        moves = np.eye(size) * step
        values = log_posterior(np.vstack([point + moves, point - moves]))
        return np.asarray(-(values[:size] - values[size:]) / (2 * step))

    def height(point: Array) -> float:
        return float(-log_posterior(point[None])[0])

    found = np.asarray(minimize(height, start, jac=slope, method="BFGS").x)
    wide = 1e-3
    curvature = np.array(
        [(slope(found + wide * move) - slope(found - wide * move)) / (2 * wide)
         for move in np.eye(size)]
    )  # fmt: skip
    values, vectors = np.linalg.eigh((curvature + curvature.T) / 2)
    return found, vectors @ np.diag(1 / np.maximum(values, 0.1)) @ vectors.T


def _adapted(
    log_posterior: Density, centre: Array, spread: Array, size: int, rng: np.random.Generator
) -> tuple[Array, Array]:
    """Draw from a t, weigh, and centre the t anew on what weighed most; give points and weights."""
    width = len(centre)
    for _ in range(_ROUNDS):
        root = np.linalg.cholesky(spread)
        normal = rng.standard_normal((size, width))
        stretch = np.sqrt(_HEAVY / rng.chisquare(_HEAVY, size))[:, None]
        points = centre + stretch * normal @ root.T
        distance = ((stretch * normal) ** 2).sum(axis=1)
        proposal = -0.5 * (_HEAVY + width) * np.log1p(distance / _HEAVY)
        logs = log_posterior(points) - proposal
        logs = np.where(np.isfinite(logs), logs, -np.inf)
        weights = np.exp(logs - logs.max())
        # A weight is cut where it would rule all others (Ionides 2008): less spread, little bias.
        weights = np.minimum(weights, weights.mean() * np.sqrt(size))
        weights /= weights.sum()
        if 1 / (weights**2).sum() > 0.3 * size:
            break
        centre = weights @ points
        around = points - centre
        spread = (weights[:, None] * around).T @ around + 1e-6 * np.eye(width)
    return points, weights
