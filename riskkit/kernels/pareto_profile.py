"""Profile intervals of the generalised Pareto: shape, and scale less shape times threshold."""

from __future__ import annotations

import math

import numba
import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

# Under a shape of -1 the likelihood has no top; from so heavy a tail on there is nothing to learn.
LIGHTEST, HEAVIEST = -1.0, 30.0
GOLDEN = 0.5 * (math.sqrt(5.0) - 1.0)


@numba.njit(cache=True)
def log_likelihood(excess: Array, weights: Array, shape: float, scale: float, whole: bool) -> float:
    """Log likelihood of excesses over a threshold.

    Parameters
    ----------
    excess : array of float
        Distinct values less the threshold, ascending.
    weights : array of float
        How often each occurs.
    shape, scale : float
        Parameters.
    whole : bool
        Whether the excess is the whole part of a generalised Pareto.

    Returns
    -------
    float
        -inf where a value can't be.
    """
    if scale <= 0.0 or shape < LIGHTEST:
        return -np.inf
    total = 0.0
    light = abs(shape) < 1e-8
    for i in range(len(excess)):
        left = scale + shape * excess[i]
        if left <= 0.0:
            return -np.inf
        fall = -excess[i] / scale if light else -math.log1p(shape * excess[i] / scale) / shape
        if not whole:
            total += weights[i] * (fall - math.log(left))
        elif light:
            total += weights[i] * (fall + math.log(-math.expm1(-1.0 / scale)))
        elif shape / left > -1.0:
            total += weights[i] * (fall + math.log(-math.expm1(-math.log1p(shape / left) / shape)))
        else:
            total += weights[i] * fall
    return total


@numba.njit(cache=True)
def interval(
    excess: Array,
    weights: Array,
    threshold: float,
    shape: float,
    scale: float,
    whole: bool,
    modified: bool,
    drop: float,
) -> tuple[float, float]:
    r"""Where the profile of the shape, or of :math:`\sigma - \xi u`, has fallen by `drop`.

    Parameters
    ----------
    excess, weights, whole
        As for `log_likelihood`.
    threshold : float
        u.
    shape, scale : float
        The maximum.
    modified : bool
        Whether it is :math:`\sigma - \xi u` that is held, or the shape.
    drop : float
        Fall of the log likelihood.

    Returns
    -------
    tuple of float
        Lower and upper end: infinite, or for the shape its bound, if it never falls so far.
    """
    best = scale - shape * threshold if modified else shape
    other = shape if modified else math.log(scale)
    target = log_likelihood(excess, weights, shape, scale, whole) - drop
    ends = np.empty(2)
    for side in range(2):
        sign = 2.0 * side - 1.0
        end = sign * 1e9 * (scale + abs(best)) if modified else (HEAVIEST if side else LIGHTEST)
        near, at = best, other
        step = 0.05 * scale if modified else 0.05
        while True:
            far = near + sign * step
            if sign * (far - end) >= 0.0:
                far = end
            height, here = _highest(excess, weights, threshold, far, at, whole, modified)
            if height < target or far == end:
                break
            near, at, step = far, here, 2.0 * step
        if height >= target:
            ends[side] = sign * np.inf if modified or side else LIGHTEST
            continue
        while abs(far - near) > 1e-10 * (abs(best) + (scale if modified else 1.0)):
            middle = 0.5 * (near + far)
            height, here = _highest(excess, weights, threshold, middle, at, whole, modified)
            if height >= target:
                near, at = middle, here
            else:
                far = middle
        ends[side] = near
    return ends[0], ends[1]


@numba.njit(cache=True)
def _highest(
    excess: Array,
    weights: Array,
    threshold: float,
    held: float,
    start: float,
    whole: bool,
    modified: bool,
) -> tuple[float, float]:
    """Highest log likelihood over the other parameter, and where it is."""
    low, high = -700.0, 700.0
    if modified:
        # The shape's range: every value possible, and a scale above 0.
        low, high = LIGHTEST, HEAVIEST
        for x in (threshold, threshold + excess[-1]):
            if x > 0.0:
                low = max(low, -held / x)
            elif x < 0.0:
                high = min(high, -held / x)
            elif held <= 0.0:
                return -np.inf, start
    elif held < 0.0:
        low = math.log(-held * excess[-1])
    if low >= high:
        return -np.inf, start
    middle = min(max(start, low + 1e-9 * (high - low)), high)
    here = _at(excess, weights, threshold, held, middle, whole, modified)
    # Walk to both sides until it falls or the range ends: the top is between.
    a, height, step = middle, here, 0.05
    while a > low:
        before, a = height, max(a - step, low)
        height = _at(excess, weights, threshold, held, a, whole, modified)
        if height < before:
            break
        step *= 2.0
    b, height, step = middle, here, 0.05
    while b < high:
        before, b = height, min(b + step, high)
        height = _at(excess, weights, threshold, held, b, whole, modified)
        if height < before:
            break
        step *= 2.0
    c, d = b - GOLDEN * (b - a), a + GOLDEN * (b - a)
    one = _at(excess, weights, threshold, held, c, whole, modified)
    two = _at(excess, weights, threshold, held, d, whole, modified)
    while b - a > 1e-7 * (1.0 + abs(a)):
        if one > two:
            b, d, two = d, c, one
            c = b - GOLDEN * (b - a)
            one = _at(excess, weights, threshold, held, c, whole, modified)
        else:
            a, c, one = c, d, two
            d = a + GOLDEN * (b - a)
            two = _at(excess, weights, threshold, held, d, whole, modified)
    top = 0.5 * (a + b)
    return _at(excess, weights, threshold, held, top, whole, modified), top


@numba.njit(cache=True)
def _at(
    excess: Array,
    weights: Array,
    threshold: float,
    held: float,
    other: float,
    whole: bool,
    modified: bool,
) -> float:
    if modified:
        scale = held + other * threshold
        return log_likelihood(excess, weights, other, scale, whole)
    return log_likelihood(excess, weights, held, math.exp(other), whole)
