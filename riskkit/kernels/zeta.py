"""The discrete power law: the Hurwitz zeta function, exact fits, the scan for xmin.

Everything works on the distinct values and how often each occurs, so that the cost does not
depend on the number of events. Sums are kept in units of their first term, so that nothing
underflows however steep the law or large the deaths.
"""

from __future__ import annotations

import math

import numba
import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Whole = NDArray[np.int64]

# Survival of the first values is tabulated for drawing; beyond, the sum's expansion is inverted.
TABLE = 4096


@numba.njit(cache=True)
def scaled_zeta(alpha: float, q: float) -> float:
    r"""Hurwitz zeta in units of its first term: :math:`\sum_{k \ge 0} (1 + k/q)^{-\alpha}`.

    Euler-Maclaurin from a = q + N on, with N such that the first term left out is under 1e-10.

    Parameters
    ----------
    alpha : float
        Exponent, more than 1.
    q : float
        First value, 1 or more.

    Returns
    -------
    float

    Examples
    --------
    >>> round(scaled_zeta(2.0, 1.0), 12) == round(math.pi**2 / 6, 12)
    True
    """
    total = 0.0
    a = q
    while a < 12.0 + 2.0 * alpha:
        term = math.exp(-alpha * math.log(a / q))
        total += term
        # A steep law is over before the expansion holds.
        if term < 1e-18 * total:
            return total
        a += 1.0
    b = 1.0 / (a * a)
    p3 = alpha * (alpha + 1.0) * (alpha + 2.0)
    p5 = p3 * (alpha + 3.0) * (alpha + 4.0)
    p7 = p5 * (alpha + 5.0) * (alpha + 6.0)
    series = alpha / 12.0 - b * (p3 / 720.0 - b * (p5 / 30240.0 - b * p7 / 1209600.0))
    rest = a / (alpha - 1.0) + 0.5 + series / a
    if a == q:
        return total + rest
    return total + math.exp(-alpha * math.log(a / q)) * rest


@numba.njit(cache=True)
def log_scaled_zetas(alpha: Array, q: Array) -> Array:
    """Logarithm of `scaled_zeta` for each pair of exponent and first value."""
    out = np.empty(len(alpha))
    for i in range(len(alpha)):
        out[i] = math.log(scaled_zeta(alpha[i], q[i]))
    return out


@numba.njit(cache=True)
def _log_slopes(alpha: float, q: float) -> tuple[float, float]:
    """First and second derivative in alpha of the logarithm of `scaled_zeta`."""
    z = 0.0
    z1 = 0.0
    z2 = 0.0
    a = q
    while a < 12.0 + 2.0 * alpha:
        far = math.log(a / q)
        term = math.exp(-alpha * far)
        z += term
        z1 -= far * term
        z2 += far * far * term
        if term < 1e-24 * z:
            return z1 / z, z2 / z - (z1 / z) ** 2
        a += 1.0
    far = math.log(a / q)
    scale = math.exp(-alpha * far)
    a3 = a * a * a
    a5 = a3 * a * a
    a7 = a5 * a * a
    x = alpha
    less = x - 1.0
    b = a / less + 0.5 + x / (12.0 * a)
    b -= x * (x + 1.0) * (x + 2.0) / (720.0 * a3)
    b += x * (x + 1.0) * (x + 2.0) * (x + 3.0) * (x + 4.0) / (30240.0 * a5)
    b1 = -a / less**2 + 1.0 / (12.0 * a) - (3.0 * x * x + 6.0 * x + 2.0) / (720.0 * a3)
    b1 += ((((5.0 * x + 40.0) * x + 105.0) * x + 100.0) * x + 24.0) / (30240.0 * a5)
    b2 = 2.0 * a / less**3 - (6.0 * x + 6.0) / (720.0 * a3)
    b2 += (((20.0 * x + 120.0) * x + 210.0) * x + 100.0) / (30240.0 * a5)
    p7 = (((((x + 21.0) * x + 175.0) * x + 735.0) * x + 1624.0) * x + 1764.0) * x + 720.0
    d7 = (((((7.0 * x + 126.0) * x + 875.0) * x + 2940.0) * x + 4872.0) * x + 3528.0) * x + 720.0
    e7 = ((((42.0 * x + 630.0) * x + 3500.0) * x + 8820.0) * x + 9744.0) * x + 3528.0
    b -= x * p7 / (1209600.0 * a7)
    b1 -= d7 / (1209600.0 * a7)
    b2 -= e7 / (1209600.0 * a7)
    z += scale * b
    z1 += scale * (b1 - far * b)
    z2 += scale * (b2 - 2.0 * far * b1 + far * far * b)
    return z1 / z, z2 / z - (z1 / z) ** 2


@numba.njit(cache=True)
def fit_alpha(excess: float, xmin: float) -> float:
    r"""Maximum likelihood of the exponent, by Newton's method.

    .. math:: -\frac{d}{d\alpha} \ln \sum_{k \ge 0} (1 + k/x_{min})^{-\alpha} =
              \overline{\ln(x/x_{min})}

    Parameters
    ----------
    excess : float
        Mean of ln(x / xmin) over the tail.
    xmin : float
        Smallest value of the tail.

    Returns
    -------
    float
        At most ``1 + 50 * xmin``: by then all but 1e-21 of the law is on xmin.
    """
    low = 0.0
    high = 50.0 * xmin
    if excess <= 0.0:
        return 1.0 + high
    # The continuous answer, which is close, starts the search.
    less = 1.0 / (excess + math.log(xmin / (xmin - 0.5)))
    for _ in range(60):
        less = min(max(less, 1e-9), high)
        slope, bend = _log_slopes(1.0 + less, xmin)
        miss = -slope - excess
        if miss > 0.0:
            low = less
        else:
            high = less
        step = miss / bend
        new = less + step
        if not low < new < high:
            new = 0.5 * (low + high)
        if abs(new - less) <= 1e-12 * (1.0 + less):
            return 1.0 + new
        less = new
    return 1.0 + less


@numba.njit(cache=True)
def survival(x: float, alpha: float, xmin: float) -> float:
    r"""Chance of x or more: :math:`\zeta(\alpha, x)/\zeta(\alpha, x_{min})`."""
    if x <= xmin:
        return 1.0
    ratio = scaled_zeta(alpha, x) / scaled_zeta(alpha, xmin)
    return math.exp(-alpha * math.log(x / xmin)) * ratio


@numba.njit(cache=True)
def distance(
    values: Whole, logs: Array, above: Array, first: int, alpha: float, limit: float
) -> float:
    """Kolmogorov-Smirnov distance of the tail, at every whole number, from value `first` on.

    Parameters
    ----------
    values : array of int
        Distinct values, ascending.
    logs : array of float
        Their logarithms.
    above : array of float
        Events at each value or higher; one more entry, 0, at the end.
    first : int
        Position of xmin.
    alpha : float
        Exponent.
    limit : float
        The search stops at the first distance over it, and gives that.

    Returns
    -------
    float
    """
    xmin = float(values[first])
    total = above[first]
    z = scaled_zeta(alpha, xmin)
    reach = 1.0
    farthest = 0.0
    for i in range(first, len(values)):
        if i > first:
            x = float(values[i - 1]) + 1.0
            gap = values[i] - values[i - 1] - 1
            if gap > 0:
                # The law falls on while no event does: the distance peaks before the next value.
                if gap <= 4:
                    for _ in range(gap):
                        reach -= math.exp(-alpha * math.log(x / xmin)) / z
                        x += 1.0
                else:
                    x = float(values[i])
                    reach = math.exp(-alpha * (logs[i] - logs[first])) * scaled_zeta(alpha, x) / z
                farthest = max(farthest, abs(reach - above[i] / total))
        reach -= math.exp(-alpha * (logs[i] - logs[first])) / z
        farthest = max(farthest, abs(reach - above[i + 1] / total))
        if farthest > limit:
            return farthest
    return farthest


@numba.njit(cache=True)
def scan(values: Whole, counts: Array) -> tuple[int, float, float]:
    """Try every distinct value as xmin; keep the one whose tail lies nearest to its law.

    Parameters
    ----------
    values : array of int
        Distinct positive values, ascending.
    counts : array of float
        How often each occurs, more than 0.

    Returns
    -------
    tuple of int, float, float
        Position of xmin in `values`, exponent, distance. The last value alone is no tail, unless
        there is no other.
    """
    size = len(values)
    logs = np.log(values.astype(np.float64))
    above = np.zeros(size + 1)
    weighted = np.zeros(size + 1)
    for i in range(size - 1, -1, -1):
        above[i] = above[i + 1] + counts[i]
        weighted[i] = weighted[i + 1] + counts[i] * logs[i]
    best = 0
    best_alpha = 1.0 + 50.0 * values[0]
    nearest = np.inf
    for i in range(max(size - 1, 1)):
        alpha = fit_alpha(weighted[i] / above[i] - logs[i], float(values[i]))
        far = distance(values, logs, above, i, alpha, nearest)
        if far < nearest:
            best = i
            best_alpha = alpha
            nearest = far
    return best, best_alpha, nearest


@numba.njit(cache=True)
def survival_table(alpha: float, xmin: int) -> Array:
    """Chance of x or more for x from xmin to xmin + TABLE."""
    out = np.empty(TABLE + 1)
    z = scaled_zeta(alpha, float(xmin))
    for k in range(TABLE + 1):
        x = float(xmin + k)
        out[k] = math.exp(-alpha * math.log(x / xmin)) * scaled_zeta(alpha, x) / z
    return out


@numba.njit(cache=True)
def draw_far(upper: float, alpha: float, xmin: float, start: float) -> float:
    """Find the largest x with a chance of x or more of at least `upper`, from `start` on."""
    low = start
    high = 2.0 * start
    while survival(high, alpha, xmin) >= upper:
        low = high
        high *= 2.0
        # Beyond this whole numbers are no longer exact; only exponents near 1 get there.
        if high > 4e15:
            return 4e15
    while high - low > 1.0:
        middle = math.floor(0.5 * (low + high))
        if survival(middle, alpha, xmin) >= upper:
            low = middle
        else:
            high = middle
    return low


@numba.njit(cache=True)
def draw(uppers: Array, alpha: float, xmin: int, table: Array) -> Whole:
    """Turn uniforms in (0, 1] into draws of the law, exactly.

    Parameters
    ----------
    uppers : array of float
        Chances of a value as high or higher.
    alpha : float
        Exponent.
    xmin : int
        Smallest value.
    table : array of float
        From `survival_table`.

    Returns
    -------
    array of int
    """
    out = np.empty(len(uppers), dtype=np.int64)
    last = len(table) - 1
    for i in range(len(uppers)):
        v = uppers[i]
        if v <= table[last]:
            out[i] = np.int64(draw_far(v, alpha, float(xmin), float(xmin + last)))
            continue
        low = 0
        high = 1
        while table[high] >= v:
            low = high
            high = min(2 * high, last)
        while high - low > 1:
            middle = (low + high) // 2
            if table[middle] >= v:
                low = middle
            else:
                high = middle
        out[i] = xmin + low
    return out


@numba.njit(cache=True)
def scan_sample(body: Whole, body_counts: Array, tail: Whole) -> tuple[float, float, float, float]:
    """Scan a sample given as a histogram of its body and a list of its tail.

    Parameters
    ----------
    body : array of int
        Distinct values below those of the tail, ascending.
    body_counts : array of float
        How often each occurs; may be 0.
    tail : array of int
        Values, in any order.

    Returns
    -------
    tuple of float
        xmin, exponent, events in the tail, distance.
    """
    ordered = np.sort(tail)
    values = np.empty(len(body) + len(tail), dtype=np.int64)
    counts = np.empty(len(values))
    size = 0
    for i in range(len(body)):
        if body_counts[i] > 0:
            values[size] = body[i]
            counts[size] = body_counts[i]
            size += 1
    for i in range(len(ordered)):
        if i > 0 and ordered[i] == ordered[i - 1]:
            counts[size - 1] += 1.0
        else:
            values[size] = ordered[i]
            counts[size] = 1.0
            size += 1
    at, alpha, far = scan(values[:size], counts[:size])
    return float(values[at]), alpha, counts[at:size].sum(), far
