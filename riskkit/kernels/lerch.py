"""The sum behind the power law with cutoff, in units of its first term."""

from __future__ import annotations

import math

import numba
import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]

# Terms that are added one by one before the integral takes over.
TERMS = 40
NODES, WEIGHTS = np.polynomial.legendre.leggauss(200)


def log_sum(first: ArrayLike, alpha: ArrayLike, rate: ArrayLike) -> Array:
    r"""Logarithm of :math:`\sum_{k \ge 0} (1 + k/q)^{-\alpha} e^{-\lambda k}`.

    Forty terms one by one, the rest by Euler-Maclaurin with the integral by Gauss-Legendre in the
    logarithm of the value.

    Parameters
    ----------
    first : array of float
        q, the first value, 1 or more.
    alpha : array of float
        Any exponent.
    rate : array of float
        :math:`\lambda`, more than 0.

    Returns
    -------
    array of float
        Of the broadcast shape.

    Examples
    --------
    >>> round(float(log_sum(1.0, 0.0, np.log(2.0))), 12) == round(float(np.log(2)), 12)
    True
    """
    parts = (np.asarray(part, dtype=float) for part in (first, alpha, rate))
    q, a, r = np.broadcast_arrays(*parts)
    sums = _log_sums(q.flatten(), a.flatten(), r.flatten(), NODES, WEIGHTS)
    return np.asarray(sums.reshape(q.shape))


@numba.njit(cache=True)
def _log_sums(first: Array, alpha: Array, rate: Array, nodes: Array, weights: Array) -> Array:
    out = np.empty(len(first))
    for i in range(len(first)):
        out[i] = _log_sum(first[i], alpha[i], rate[i], nodes, weights)
    return out


@numba.njit(cache=True)
def _log_sum(q: float, alpha: float, rate: float, nodes: Array, weights: Array) -> float:
    # The largest term is on the hump, if there is one, and sets the unit.
    hump = max(q, -alpha / rate)
    unit = -alpha * math.log(hump / q) - rate * (hump - q)
    total = 0.0
    for k in range(TERMS):
        total += math.exp(-alpha * math.log1p(k / q) - rate * k - unit)
    a = q + TERMS
    start = -alpha * math.log(a / q) - rate * TERMS - unit
    slope = alpha / a + rate
    if slope > 0.0 and start < -60.0:
        return unit + math.log(total)
    # Over t = ln(x/a) the integrand is smooth; it is negligible beyond the last node.
    peak = max(0.0, math.log(max((1.0 - alpha) / (rate * a), 1e-300)))
    height = (1.0 - alpha) * peak - rate * a * math.expm1(peak)
    end = peak + 1.0 / (1.0 + abs(slope) * a)
    while end < 700.0 and (1.0 - alpha) * end - rate * a * math.expm1(end) > height - 45.0:
        end = peak + 1.2 * (end - peak)
    inside = 0.0
    for j in range(len(nodes)):
        t = 0.5 * end * (nodes[j] + 1.0)
        inside += weights[j] * math.exp((1.0 - alpha) * t - rate * a * math.expm1(t) + start)
    inside *= 0.5 * end * a
    bend = alpha / (a * a)
    third = slope**3 + 3.0 * slope * bend + 2.0 * bend / a
    fifth = slope**5 + 10.0 * slope**3 * bend + 15.0 * slope * bend * bend
    fifth += 20.0 * slope * slope * bend / a + 20.0 * bend * bend / a
    fifth += 30.0 * slope * bend / (a * a) + 24.0 * bend / (a * a * a)
    ends = 0.5 + slope / 12.0 - third / 720.0 + fifth / 30240.0
    return unit + math.log(total + inside + math.exp(start) * ends)
