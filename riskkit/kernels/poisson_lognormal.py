"""The Poisson-lognormal: a Poisson whose mean is lognormal."""

from __future__ import annotations

import math

import numba
import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]

_LOG_ROOT_2PI = 0.5 * math.log(2.0 * math.pi)
# The integrand is followed until it is this many logarithms under its peak.
DEPTH = 40.0
# So many steps on one side are fewer than the panels that would take their place.
MANY = 40
# Widest panel over which sixteen nodes hold an exponential to all digits.
WIDEST = 8.0
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(16)


def log_pmf(count: ArrayLike, mu: ArrayLike, sigma: ArrayLike) -> Array:
    r"""Log chance of a count.

    .. math:: p(x) = \int \frac{e^{xz - e^z}}{x!}\,\frac{1}{\sigma}
              \varphi\!\left(\frac{z - \mu}{\sigma}\right) dz

    The trapezoidal rule around the integrand's one peak, with steps that suit its width: its error
    falls exponentially. Where one side falls far more slowly than the peak is wide, Gauss's rule
    over panels that widen away from the peak.

    Parameters
    ----------
    count : array of float
        Whole numbers, 0 or more.
    mu, sigma : array of float
        Mean and standard deviation (more than 0) of the logarithm of the mean.

    Returns
    -------
    array of float

    Examples
    --------
    >>> round(float(np.exp(log_pmf(np.arange(5000), 1.0, 0.8)).sum()), 9)
    1.0

    References
    ----------
    Bulmer, M. G. (1974). On fitting the Poisson lognormal distribution to species-abundance data.
    https://doi.org/10.2307/2529621
    """
    return _each(count, mu, sigma, False)


def log_sf(count: ArrayLike, mu: ArrayLike, sigma: ArrayLike) -> Array:
    r"""Log chance of a count or more; 0 for a count of 0. Arguments of `log_pmf`.

    .. math:: P(X \ge n) = \int \frac{e^{nz - e^z}}{(n-1)!}\,
              \Phi\!\left(\frac{\mu - z}{\sigma}\right) dz
    """
    return _each(count, mu, sigma, True)


def _each(count: ArrayLike, mu: ArrayLike, sigma: ArrayLike, tail: bool) -> Array:
    parts = (np.asarray(part, dtype=float) for part in (count, mu, sigma))
    x, m, s = np.broadcast_arrays(*parts)
    return np.asarray(_integrals(x.flatten(), m.flatten(), s.flatten(), tail).reshape(x.shape))


@numba.njit(cache=True)
def _integrals(count: Array, mu: Array, sigma: Array, tail: bool) -> Array:
    out = np.empty(len(count))
    for i in range(len(count)):
        x = count[i]
        if x < 1.0:
            out[i] = 0.0 if tail else _integral(0.0, mu[i], sigma[i], False)
            continue
        # Over u = z - ln x the Poisson's part is x (u + 1 - e^u) less Stirling's constant, so
        # that no large terms are subtracted.
        constant = -_stirling_error(x) - 0.5 * math.log(x) - _LOG_ROOT_2PI
        if tail:
            constant += math.log(x)
        out[i] = constant + _integral(x, mu[i] - math.log(x), sigma[i], tail)
    return out


@numba.njit(cache=True)
def _integral(x: float, mu: float, sigma: float, tail: bool) -> float:
    peak = _peak(x, mu, sigma, tail)
    top = _height(peak, x, mu, sigma, tail)
    bend = max(x, 1.0) * math.exp(peak) + _curvature(peak, mu, sigma, tail)
    width = 1.0 / math.sqrt(bend) if bend > 0.0 else 1.0
    step = min(0.5 * width, 0.25, 0.5 * sigma)
    for side in (-1.0, 1.0):
        if _height(peak + side * MANY * step, x, mu, sigma, tail) - top > -DEPTH:
            return top + math.log(_panels(peak, 2.0 * step, top, x, mu, sigma, tail))
    total = 1.0
    for side in (-1.0, 1.0):
        u = peak + side * step
        part = _height(u, x, mu, sigma, tail) - top
        while part > -DEPTH:
            total += math.exp(part)
            u += side * step
            part = _height(u, x, mu, sigma, tail) - top
    return top + math.log(total * step)


@numba.njit(cache=True)
def _panels(
    peak: float, width: float, top: float, x: float, mu: float, sigma: float, tail: bool
) -> float:
    total = 0.0
    for side in (-1.0, 1.0):
        edge, reach, left = peak, width, 0.0
        while left > -DEPTH:
            part = 0.0
            for k in range(len(_NODES)):
                u = edge + side * reach * 0.5 * (1.0 + _NODES[k])
                part += _WEIGHTS[k] * math.exp(_height(u, x, mu, sigma, tail) - top)
            total += 0.5 * reach * part
            edge += side * reach
            left = _height(edge, x, mu, sigma, tail) - top
            reach = min(2.0 * reach, WIDEST)
            if tail:
                # Around mu the normal's upper tail bends within a few sigma.
                reach = min(reach, max(2.0 * sigma, 0.5 * abs(edge - mu)))
    return total


@numba.njit(cache=True)
def _height(u: float, x: float, mu: float, sigma: float, tail: bool) -> float:
    if u > 700.0:
        return -np.inf
    away = (u - mu) / sigma
    poisson = x * (u - math.expm1(u)) if x > 0.0 else -math.exp(u)
    if tail:
        return poisson + _log_upper(away)
    return poisson - 0.5 * away * away - math.log(sigma) - _LOG_ROOT_2PI


@numba.njit(cache=True)
def _hazard(away: float) -> float:
    """Normal density over its upper tail."""
    if away > 1e4:
        return away + 1.0 / away
    return math.exp(-0.5 * away * away - _LOG_ROOT_2PI - _log_upper(away))


@numba.njit(cache=True)
def _curvature(u: float, mu: float, sigma: float, tail: bool) -> float:
    if not tail:
        return 1.0 / (sigma * sigma)
    away = (u - mu) / sigma
    hazard = _hazard(away)
    return max(hazard * (hazard - away), 0.0) / (sigma * sigma)


@numba.njit(cache=True)
def _slope(u: float, x: float, mu: float, sigma: float, tail: bool) -> float:
    away = (u - mu) / sigma
    poisson = -x * math.expm1(min(u, 700.0)) if x > 0.0 else -math.exp(min(u, 700.0))
    return poisson - (_hazard(away) if tail else away) / sigma


@numba.njit(cache=True)
def _peak(x: float, mu: float, sigma: float, tail: bool) -> float:
    """Where the slope of the log integrand, which only falls, is zero."""
    high = 0.0 if tail else max(0.0, mu)
    low = high - 1.0
    reach = 1.0
    while _slope(low, x, mu, sigma, tail) < 0.0:
        high = low
        reach *= 2.0
        low -= reach
    for _ in range(200):
        middle = 0.5 * (low + high)
        if high - low < 1e-3 * min(sigma, 1.0 / math.sqrt(1.0 + x)):
            break
        if _slope(middle, x, mu, sigma, tail) > 0.0:
            low = middle
        else:
            high = middle
    return 0.5 * (low + high)


@numba.njit(cache=True)
def _stirling_error(x: float) -> float:
    if x > 50.0:
        square = 1.0 / (x * x)
        return (1.0 / 12.0 - square * (1.0 / 360.0 - square / 1260.0)) / x
    return math.lgamma(x + 1.0) - (x + 0.5) * math.log(x) + x - _LOG_ROOT_2PI


@numba.njit(cache=True)
def _log_upper(z: float) -> float:
    """Log of the normal's upper tail."""
    if z < 25.0:
        return math.log(0.5 * math.erfc(z / math.sqrt(2.0)))
    b = 1.0 / (z * z)
    series = 1.0 - b * (1.0 - b * (3.0 - b * (15.0 - b * (105.0 - 945.0 * b))))
    return -0.5 * z * z - math.log(z) - _LOG_ROOT_2PI + math.log(series)
