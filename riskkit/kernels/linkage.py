"""Pairs of records that lie near each other, how crowded their surroundings are, who links whom."""

import math

import numba
import numpy as np

__all__ = ["count_near", "link_chances", "near_pairs", "surroundings"]

_EARTH_KM = 6371.0088
_KM_A_DEGREE = 110.0  # less than any degree of latitude on this globe: a cheap first look

# A record as arrays: day, slack (days it may be off), latitude, longitude (NaN: only the country
# is known), vague (km it may be off), country (-1: unknown).
Records = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray]


@numba.njit(cache=True, nogil=True)
def _place(a: Records, i: int, b: Records, j: int, edges: np.ndarray) -> tuple[int, float]:
    """Give the band of a pair (-1: too far apart) and its distance in km (NaN: not known).

    Bands: one for each of `edges`, then "a place that is vague", then "the same country".
    """
    lat_a, lat_b = a[2][i], b[2][j]
    if math.isnan(lat_a) or math.isnan(lat_b):
        same = a[5][i] >= 0 and a[5][i] == b[5][j]
        return (edges.size + 1 if same else -1), math.nan
    vague = a[4][i] + b[4][j]
    limit = edges[-1] + vague
    if abs(lat_a - lat_b) * _KM_A_DEGREE > limit:
        return -1, math.nan
    north, east = math.radians(lat_b - lat_a), math.radians(b[3][j] - a[3][i])
    root = (
        math.sin(north / 2) ** 2
        + math.cos(math.radians(lat_a)) * math.cos(math.radians(lat_b)) * math.sin(east / 2) ** 2
    )
    km = 2 * _EARTH_KM * math.asin(min(1.0, math.sqrt(root)))
    if km > limit + 1e-6:
        return -1, math.nan
    if vague > 0:
        return edges.size, km
    for band in range(edges.size - 1):
        if km <= edges[band]:
            return band, km
    return edges.size - 1, km


@numba.njit(cache=True, nogil=True)
def count_near(
    a: Records, b: Records, rows: np.ndarray, inner: int, outer: int, edges: np.ndarray
) -> np.ndarray:
    """Count what `near_pairs` would find, by record of ``a``."""
    most = b[1].max() if b[1].size else 0
    counts = np.zeros(rows.size, np.int64)
    for k in range(rows.size):
        i = rows[k]
        reach = outer + a[1][i] + most
        j = np.searchsorted(b[0], a[0][i] - reach)
        while j < b[0].size and b[0][j] <= a[0][i] + reach:
            gap = max(0, abs(b[0][j] - a[0][i]) - a[1][i] - b[1][j])
            if inner < gap <= outer and _place(a, i, b, j, edges)[0] >= 0:
                counts[k] += 1
            j += 1
    return counts


@numba.njit(cache=True, nogil=True)
def near_pairs(
    a: Records, b: Records, rows: np.ndarray, inner: int, outer: int, edges: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Find the pairs of records that are near in time and place.

    Parameters
    ----------
    a, b : tuple of arrays (day, slack, latitude, longitude, vague, country)
        Sorted by day. ``slack``: days by which the day may be off; ``vague``: km by which the
        place may be off; latitude NaN: only the country is known; country -1: unknown.
    rows : array of int
        Records of ``a`` to look at.
    inner, outer : int
        Days apart, beyond the slack of both: more than ``inner``, ``outer`` at most. Minus one
        and the window give all pairs inside it.
    edges : array of float
        Upper bounds in km of the bands of distance; the last is the farthest that counts.

    Returns
    -------
    tuple of arrays
        Row of ``a``, row of ``b``, days from a to b, km (NaN: by country only), band.
    """
    most = b[1].max() if b[1].size else 0
    starts = np.cumsum(count_near(a, b, rows, inner, outer, edges))
    size = starts[-1] if starts.size else 0
    first, second = np.empty(size, np.int32), np.empty(size, np.int32)
    apart, far = np.empty(size, np.int32), np.empty(size, np.float32)
    bands = np.empty(size, np.int8)
    n = 0
    for i in rows:
        reach = outer + a[1][i] + most
        j = np.searchsorted(b[0], a[0][i] - reach)
        while j < b[0].size and b[0][j] <= a[0][i] + reach:
            gap = max(0, abs(b[0][j] - a[0][i]) - a[1][i] - b[1][j])
            if inner < gap <= outer:
                band, km = _place(a, i, b, j, edges)
                if band >= 0:
                    first[n], second[n], apart[n] = i, j, b[0][j] - a[0][i]
                    far[n], bands[n] = km, band
                    n += 1
            j += 1
    return first, second, apart, far, bands


@numba.njit(cache=True, nogil=True)
def surroundings(
    a: Records, b: Records, days: int, near: int, far: int, edges: np.ndarray, looks: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Count the records of ``b`` around each of ``a`` at times when none can be its double.

    Parameters
    ----------
    a, b : tuple of arrays
        As in `near_pairs`.
    days : int
        Half the window in which doubles are looked for: it is left out.
    near, far : int
        Days apart up to which the near and the far surroundings reach.
    edges : array of float
        As in `near_pairs`.
    looks : int
        Records looked at on each side in each of the two, evenly spread, if there are more.

    Returns
    -------
    tuple of arrays
        Hits (records, bands) and days looked at (records,), near and far. Where every k-th
        record was looked at, days are divided by k, so that hits / days is a rate.
    """
    size = a[0].size
    hits_near = np.zeros((size, edges.size + 2), np.float32)
    hits_far = np.zeros((size, edges.size + 2), np.float32)
    days_near, days_far = np.zeros(size, np.float32), np.zeros(size, np.float32)
    if b[0].size == 0:
        return hits_near, days_near, hits_far, days_far
    earliest, latest = b[0][0], b[0][-1]
    for i in range(size):
        for side in (-1, 1):
            for ring in range(2):
                inner, outer = (days, near) if ring == 0 else (near, far)
                if side < 0:
                    start, end = a[0][i] - outer, a[0][i] - inner - 1
                else:
                    start, end = a[0][i] + inner + 1, a[0][i] + outer
                start, end = max(start, earliest), min(end, latest)
                if end < start:
                    continue
                low = np.searchsorted(b[0], start)
                high = np.searchsorted(b[0], end, side="right")
                step = 1 + (high - low) // looks
                for j in range(low + i % step, high, step):
                    band = _place(a, i, b, j, edges)[0]
                    if band >= 0:
                        if ring == 0:
                            hits_near[i, band] += 1
                        else:
                            hits_far[i, band] += 1
                if ring == 0:
                    days_near[i] += (end - start + 1) / step
                else:
                    days_far[i] += (end - start + 1) / step
    return hits_near, days_near, hits_far, days_far


@numba.njit(cache=True, nogil=True)
def link_chances(
    first: np.ndarray,
    second: np.ndarray,
    weight: np.ndarray,
    size_a: int,
    size_b: int,
    rounds: int,
    tolerance: float,
) -> np.ndarray:
    r"""Chance of each possible link, if a record has one double at most.

    A set of links that share no record has probability proportional to the product of their
    weights. Its marginals come from messages along the links (exact where the links make no
    rings):

    .. math:: c_{i \to j} = \frac{1}{1 + \sum_{k \ne j} w_{ik} c_{k \to i}}, \qquad
              p_{ij} = \frac{w_{ij} c_{i \to j} c_{j \to i}}{1 + w_{ij} c_{i \to j} c_{j \to i}}

    Parameters
    ----------
    first, second : array of int, shape (links,)
        The records that each link joins.
    weight : array of float, shape (links,)
        Odds of the link if the two records had no other candidate.
    size_a, size_b : int
        Number of records.
    rounds : int
        Most rounds of messages.
    tolerance : float
        Largest change of a message at which they are taken as settled.

    Returns
    -------
    array of float, shape (links,)

    References
    ----------
    Bayati, Gamarnik, Katz, Nair and Tetali (2007), doi:10.1145/1250790.1250809.

    Examples
    --------
    >>> import numpy as np
    >>> link_chances(np.array([0, 0]), np.array([0, 1]), np.array([3.0, 1.0]), 1, 2, 50, 1e-9)
    array([0.6, 0.2])
    """
    links = weight.size
    from_a, from_b = np.ones(links), np.ones(links)
    sums_a, sums_b = np.empty(size_a), np.empty(size_b)
    for _ in range(rounds):
        change = 0.0
        sums_a[:] = 1.0
        for e in range(links):
            sums_a[first[e]] += weight[e] * from_b[e]
        for e in range(links):
            message = 1.0 / max(1.0, sums_a[first[e]] - weight[e] * from_b[e])
            change = max(change, abs(message - from_a[e]))
            from_a[e] = message
        sums_b[:] = 1.0
        for e in range(links):
            sums_b[second[e]] += weight[e] * from_a[e]
        for e in range(links):
            message = 1.0 / max(1.0, sums_b[second[e]] - weight[e] * from_a[e])
            change = max(change, abs(message - from_b[e]))
            from_b[e] = message
        if change < tolerance:
            break
    odds = weight * from_a * from_b
    return odds / (1.0 + odds)
