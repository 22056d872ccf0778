"""Maximum likelihood and profile intervals of a few free parameters."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from riskkit.results import check_level

__all__ = ["Peak", "derivatives", "maximise", "profile", "profile_bounds"]

Array = NDArray[np.float64]
# Mean log likelihood of each column of free parameters.
Score = Callable[[Array], Array]

STEPS = np.array([1.0, 0.5, 0.25, 0.1, 0.03, 0.01, 0.001, 2.0, 4.0])
STRIDE = 1e-4
# No free parameter moves farther than this in one step.
LEAP = 4.0
# How far a profile is followed: in logarithms, and on a parameter's own scale.
FAR_LOG, FAR = 60.0, 1e6
# Newton steps of a search beside a maximum that is known.
PATIENCE = 50
# Steps outward after which a profile that has not fallen enough is taken to have no end.
TRIES = 25


@dataclass(frozen=True, eq=False)
class Peak:
    """Where a search stopped.

    Parameters
    ----------
    free : array of float
        Free parameters.
    height : float
        Mean log likelihood.
    hessian : array of float
        Second derivatives of the mean log likelihood.
    bounded : bool
        Whether a parameter stopped at the end of its range.
    """

    free: Array
    height: float
    hessian: Array
    bounded: bool


def derivatives(score: Score, free: Array) -> tuple[float, Array, Array]:
    """Value, gradient and Hessian by central differences, all points in one call.

    The stride shrinks where a point of the stencil has no likelihood.
    """
    size = len(free)
    pairs = [(i, j) for i in range(size) for j in range(i)]
    unit = np.eye(size)
    corners = [unit[i] + unit[j] for i, j in pairs]
    moves = np.array([np.zeros(size), *unit, *-unit, *corners, *(-c for c in corners)])
    for stride in (STRIDE, STRIDE / 30, STRIDE / 1000):
        h = stride * np.maximum(1.0, np.abs(free))
        values = score(free[:, None] + (moves * h).T)
        if np.isfinite(values).all():
            break
    here, up, down = values[0], values[1 : size + 1], values[size + 1 : 2 * size + 1]
    gradient = (up - down) / (2 * h)
    hessian = np.diag((up - 2 * here + down) / h**2)
    for at, (i, j) in enumerate(pairs):
        both = values[2 * size + 1 + at] + values[2 * size + 1 + len(pairs) + at]
        mixed = both - up[i] - up[j] - down[i] - down[j] + 2 * here
        hessian[i, j] = hessian[j, i] = mixed / (2 * h[i] * h[j])
    return float(here), gradient, hessian


def maximise(score: Score, start: Array, lower: Array, upper: Array, steps: int = 200) -> Peak:
    """Climb from one start by Newton's method inside a box.

    Directions of wrong curvature are turned uphill; the step is the best of a handful, tried
    at once. Where derivatives lead no higher and the slope is not level, a simplex goes on.

    Parameters
    ----------
    score : callable
        Mean log likelihood of each column of an array (parameters, points); -inf where there is
        none.
    start : array of float
        Where the search starts.
    lower, upper : array of float
        The box.
    steps : int
        Newton steps at most, and steps of the simplex for each parameter.

    Returns
    -------
    Peak
    """
    free = np.clip(start, lower, upper)
    simplex = True
    while True:
        free, level = _climb(score, free, lower, upper, steps)
        if level or not simplex:
            break
        simplex = False
        free = _simplex(score, free, lower, upper, steps)
    height, _, hessian = derivatives(score, free)
    near = 1e-3 * np.maximum(1.0, np.abs(free))
    bounded = bool(((free - lower < near) | (upper - free < near)).any())
    return Peak(free, height, hessian, bounded)


def _climb(score: Score, free: Array, lower: Array, upper: Array, steps: int) -> tuple[Array, bool]:
    """Newton steps until none leads higher; whether the slope is level there."""
    for _ in range(steps):
        height, gradient, hessian = derivatives(score, free)
        stuck = ((free <= lower) & (gradient < 0)) | ((free >= upper) & (gradient > 0))
        inside = ~stuck
        if not (np.isfinite(gradient).all() and np.isfinite(hessian).all()):
            return free, False
        if not inside.any():
            return free, True
        step = np.zeros(len(free))
        step[inside] = _uphill(gradient[inside], hessian[np.ix_(inside, inside)])
        gain = float(gradient @ step) / 2
        size = np.max(np.abs(step) / (LEAP * np.maximum(1.0, np.abs(free) / 4)))
        step = step / max(size, 1.0)
        tried = np.clip(free[:, None] + step[:, None] * STEPS, lower[:, None], upper[:, None])
        heights = score(tried)
        best = int(np.argmax(heights))
        moved = heights[best] > height
        if moved:
            free = tried[:, best]
        if gain < 1e-14 * (1 + abs(height)):
            return free, True
        if not moved:
            return free, gain < 1e-9 * (1 + abs(height))
    return free, False


def _uphill(gradient: Array, hessian: Array) -> Array:
    """Newton's step, with every direction taken as curved downwards."""
    curve, axes = np.linalg.eigh(-hessian)
    floor = max(1e-10 * np.abs(curve).max(), 1e-12)
    return np.asarray(axes @ ((axes.T @ gradient) / np.maximum(np.abs(curve), floor)))


def _simplex(score: Score, free: Array, lower: Array, upper: Array, steps: int) -> Array:
    from scipy.optimize import minimize

    def loss(point: Array) -> float:
        value = float(score(np.clip(point, lower, upper)[:, None])[0])
        return -value if np.isfinite(value) else 1e300

    found = minimize(
        loss,
        free,
        method="Nelder-Mead",
        options={"xatol": 1e-7, "fatol": 1e-13, "maxiter": steps * len(free)},
    )
    return np.clip(np.asarray(found.x), lower, upper)


def profile_bounds(
    score: Score, best: Array, drop: float, lower: Array, upper: Array, which: int
) -> tuple[float, float]:
    """Where the profile of one parameter has fallen by `drop`; infinite if it never does.

    Parameters
    ----------
    score : callable
        As for `maximise`.
    best : array of float
        The maximum.
    drop : float
        Fall of the mean log likelihood.
    lower, upper : array of float
        The box that is searched.
    which : int
        Position of the parameter.

    Returns
    -------
    tuple of float
        Lower and upper end.
    """
    others = np.arange(len(best)) != which
    top, _, hessian = derivatives(score, best)
    try:
        spread = float(np.linalg.inv(-hessian)[which, which])
    except np.linalg.LinAlgError:
        spread = 1.0
    first = np.sqrt(2 * drop * spread) if 0 < spread < 1e6 else 0.1
    target = np.sqrt(2 * drop)
    ends = []
    for side, end in ((-1.0, lower[which]), (1.0, upper[which])):
        rest = [best[others]]

        def root(at: float, rest: list[Array] = rest) -> float:
            """Signed root of the fall, near a straight line in the parameter."""

            def inner(points: Array) -> Array:
                whole = np.empty((len(best), points.shape[1]))
                whole[which], whole[others] = at, points
                return score(whole)

            if not others.any():
                height = float(score(np.array([[at]]))[0])
            else:
                peak = maximise(inner, rest[0], lower[others], upper[others], PATIENCE)
                height = peak.height
                if np.isfinite(height):
                    rest[0] = peak.free
            return float(np.sqrt(2 * max(top - height, 0.0))) if np.isfinite(height) else np.inf

        ends.append(_crossing(root, float(best[which]), float(end), side, first, float(target)))
    return ends[0], ends[1]


def _crossing(
    root: Callable[[float], float],
    best: float,
    end: float,
    side: float,
    first: float,
    target: float,
) -> float:
    """Find where a function that rises outward from 0 passes `target`."""
    near, low = best, 0.0
    step = first
    most = np.inf
    for _ in range(TRIES):
        far = near + side * step
        if side * (far - end) >= 0:
            far = end
        high = root(far)
        if np.isinf(high):
            # No likelihood with the others where they are: nearer by, they can follow.
            most = step = abs(far - near) / 4
            if step < 1e-10 * max(1.0, abs(near)):
                return near
            continue
        if high >= target:
            break
        if far == end:
            return side * np.inf
        grown = (far - best) * side
        near, low = far, high
        # Outward by what a straight line asks for, within bounds.
        ask = grown * (target / high - 1) * 1.1 if high > 0 else np.inf
        most *= 1.5
        step = min(max(ask, 0.1 * grown), 3 * grown, most)
    else:
        return side * np.inf
    for _ in range(80):
        if np.isfinite(high):
            share = (target - low) / (high - low)
            middle = near + min(max(share, 0.02), 0.98) * (far - near)
        else:
            middle = (near + far) / 2
        if abs(far - near) <= 1e-9 * max(1.0, abs(best)):
            break
        value = root(middle)
        if abs(value - target) < 1e-7 * target:
            return middle
        if value < target:
            near, low = middle, value
        else:
            far, high = middle, value
    return near


def profile(
    score: Score,
    best: Array,
    lowest: tuple[float, ...],
    which: int,
    level: float,
    n: int,
) -> tuple[float, float]:
    """Profile interval of one of the coordinates of a mean log likelihood.

    Parameters
    ----------
    score : callable
        Mean log likelihood of each column of coordinates.
    best : array of float
        Its maximum.
    lowest : tuple of float
        The lowest value of each coordinate.
    which : int
        Position of the coordinate.
    level : float
        The chance that the interval means to hold the truth.
    n : int
        Values behind the mean.

    Returns
    -------
    tuple of float
        Lower and upper end.
    """
    floor = np.array(lowest)
    plain = np.isneginf(floor)

    def back(free: Array) -> Array:
        with np.errstate(all="ignore"):
            bent = np.where(plain, 0.0, floor)[:, None] + np.exp(free)
        return np.where(plain[:, None], free, bent)

    with np.errstate(all="ignore"):
        # A best value on its floor is moved off it, or no step would ever lead away.
        above = np.maximum(best - np.where(plain, 0.0, floor), np.where(floor == 0, 1e-300, 1e-6))
        free = np.where(plain, best, np.log(above))
        reach = np.where(plain, FAR * (1 + np.abs(best)), FAR_LOG)
        drop = NormalDist().inv_cdf((1 + check_level(level)) / 2) ** 2 / (2 * n)
        lower, upper = profile_bounds(
            lambda point: score(back(point)), free, drop, free - reach, free + reach, which
        )
    if plain[which]:
        return lower, upper
    return float(floor[which] + np.exp(lower)), float(floor[which] + np.exp(upper))
