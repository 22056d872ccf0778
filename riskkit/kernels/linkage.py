"""Pairs of records that lie near each other, how crowded their surroundings are, who links whom."""

import math

import numba
import numpy as np

__all__ = ["Index", "count_near", "index_of", "link_chances", "near_pairs", "surroundings"]

_EARTH_KM = 6371.0088
_KM_A_DEGREE = 110.0  # less than any degree of latitude on this globe: a cheap first look

# A record as arrays: day, slack (days it may be off), latitude, longitude (NaN: only the country
# is known), vague (km it may be off), country (-1: unknown).
Records = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray]
# Where to find records: for cells of one degree, for countries, and for countries but only those
# without coordinates: where each begins in the list of rows, and the rows, by day.
Index = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray]
_ROWS, _COLUMNS = 180, 360


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


def index_of(b: Records, countries: int) -> Index:
    """Sort records into cells of one degree and into countries.

    Parameters
    ----------
    b : tuple of arrays
        As in `near_pairs`.
    countries : int
        Number of countries.

    Returns
    -------
    tuple of arrays
    """
    lost = np.isnan(b[2]) | np.isnan(b[3])
    north = np.clip(np.floor(np.where(lost, 0, b[2])).astype(np.int64) + 90, 0, _ROWS - 1)
    east = (np.floor(np.where(lost, 0, b[3])).astype(np.int64) + 180) % _COLUMNS
    parts: list[np.ndarray] = []
    for key, size in (
        (np.where(lost, -1, north * _COLUMNS + east), _ROWS * _COLUMNS),
        (b[5], countries),
        (np.where(lost, b[5], -1), countries),
    ):
        order = np.argsort(key, kind="stable")
        parts += [np.searchsorted(key[order], np.arange(size + 1)), order]
    return parts[0], parts[1], parts[2], parts[3], parts[4], parts[5]


@numba.njit(cache=True, nogil=True)
def _bisect(day: np.ndarray, order: np.ndarray, low: int, high: int, value: int) -> int:
    """Give the first place in a part of a list of rows whose day is `value` or later."""
    while low < high:
        middle = (low + high) // 2
        if day[order[middle]] < value:
            low = middle + 1
        else:
            high = middle
    return low


@numba.njit(cache=True, nogil=True)
def _runs(
    a: Records,
    i: int,
    index: Index,
    days: np.ndarray,
    reach: float,
    start: int,
    end: int,
    runs: np.ndarray,
) -> int:
    """Write the runs of rows that may be near a record within some days; give their number.

    A run is (which list: 0 cells, 1 countries, 2 countries without coordinates; from; to).
    """
    found = 0
    country = a[5][i]
    lost = math.isnan(a[2][i]) or math.isnan(a[3][i])
    if country >= 0:
        which = 1 if lost else 2
        begins, order = (index[2], index[3]) if lost else (index[4], index[5])
        low = _bisect(days, order, begins[country], begins[country + 1], start)
        high = _bisect(days, order, low, begins[country + 1], end + 1)
        if high > low:
            runs[0, 0], runs[0, 1], runs[0, 2] = which, low, high
            found = 1
    if lost:
        return found
    limit = (reach + a[4][i]) / _KM_A_DEGREE
    south = max(0, int(math.floor(a[2][i] - limit)) + 90)
    north = min(_ROWS - 1, int(math.floor(a[2][i] + limit)) + 90)
    for row in range(south, north + 1):
        edge = math.radians(max(abs(row - 90), abs(row - 89), abs(a[2][i])))
        ratio = math.sin(math.radians(min(limit, 180.0)) / 2) / max(math.cos(edge), 1e-9)
        # Two points so far apart, none nearer to a pole than the edge, differ in longitude by
        # at most this; where that is no bound, as around a pole, by anything.
        wide = 180.0 if ratio >= 1 else 2 * math.degrees(math.asin(ratio))
        west, east = int(math.floor(a[3][i] - wide)), int(math.floor(a[3][i] + wide))
        if east - west >= _COLUMNS:
            west, east = -180, 179
        for column in range(west, east + 1):
            cell = row * _COLUMNS + (column + 180) % _COLUMNS
            first, last = index[0][cell], index[0][cell + 1]
            if first == last:
                continue
            low = _bisect(days, index[1], first, last, start)
            high = _bisect(days, index[1], low, last, end + 1)
            if high > low:
                runs[found, 0], runs[found, 1], runs[found, 2] = 0, low, high
                found += 1
    return found


@numba.njit(cache=True, nogil=True)
def _row(index: Index, which: int, place: int) -> int:
    if which == 0:
        return int(index[1][place])
    return int(index[3][place]) if which == 1 else int(index[5][place])


@numba.njit(cache=True, nogil=True)
def _search(
    a: Records,
    b: Records,
    index: Index,
    rows: np.ndarray,
    inner: int,
    outer: int,
    edges: np.ndarray,
    counts: np.ndarray,
    first: np.ndarray,
    second: np.ndarray,
    apart: np.ndarray,
    far: np.ndarray,
    bands: np.ndarray,
) -> None:
    """Count near pairs by record of `a`; write them down where there is room for them."""
    most = b[1].max() if b[1].size else 0
    reach = edges[-1] + (b[4].max() if b[4].size else 0.0)
    runs = np.empty((_ROWS * _COLUMNS + 1, 3), np.int64)
    n = 0
    for k in range(rows.size):
        i = rows[k]
        span = outer + a[1][i] + most
        found = _runs(a, i, index, b[0], reach, a[0][i] - span, a[0][i] + span, runs)
        for r in range(found):
            for place in range(runs[r, 1], runs[r, 2]):
                j = _row(index, runs[r, 0], place)
                gap = max(0, abs(b[0][j] - a[0][i]) - a[1][i] - b[1][j])
                if not inner < gap <= outer:
                    continue
                band, km = _place(a, i, b, j, edges)
                if band < 0:
                    continue
                counts[k] += 1
                if first.size:
                    first[n], second[n], apart[n] = i, j, b[0][j] - a[0][i]
                    far[n], bands[n] = km, band
                    n += 1


def _room(size: int) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    first, second, apart = (np.empty(size, np.int32) for _ in range(3))
    return first, second, apart, np.empty(size, np.float32), np.empty(size, np.int8)


def count_near(
    a: Records, b: Records, index: Index, rows: np.ndarray, inner: int, outer: int,
    edges: np.ndarray,
) -> np.ndarray:  # fmt: skip
    """Count what `near_pairs` would find, by record of ``a``."""
    counts = np.zeros(rows.size, np.int64)
    _search(a, b, index, rows, inner, outer, edges, counts, *_room(0))
    return counts


def near_pairs(
    a: Records, b: Records, index: Index, rows: np.ndarray, inner: int, outer: int,
    edges: np.ndarray,
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray]:  # fmt: skip
    """Find the pairs of records that are near in time and place.

    Parameters
    ----------
    a, b : tuple of arrays (day, slack, latitude, longitude, vague, country)
        Sorted by day. ``slack``: days by which the day may be off; ``vague``: km by which the
        place may be off; latitude NaN: only the country is known; country -1: unknown.
    index : tuple of arrays
        Of ``b``, from `index_of`.
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
    room = _room(int(count_near(a, b, index, rows, inner, outer, edges).sum()))
    if room[0].size:
        counts = np.zeros(rows.size, np.int64)
        _search(a, b, index, rows, inner, outer, edges, counts, *room)
    return room


@numba.njit(cache=True, nogil=True)
def surroundings(
    a: Records,
    b: Records,
    index: Index,
    days: int,
    near: int,
    far: int,
    edges: np.ndarray,
    looks: int,
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Count the records of ``b`` around each of ``a`` at times when none can be its double.

    Parameters
    ----------
    a, b : tuple of arrays
        As in `near_pairs`.
    index : tuple of arrays
        Of ``b``, from `index_of`.
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
    reach = edges[-1] + b[4].max()
    runs = np.empty((_ROWS * _COLUMNS + 1, 3), np.int64)
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
                found = _runs(a, i, index, b[0], reach, start, end, runs)
                total = 0
                for r in range(found):
                    total += runs[r, 2] - runs[r, 1]
                step = 1 + total // looks
                skip = i % step
                for r in range(found):
                    place = runs[r, 1] + skip
                    while place < runs[r, 2]:
                        band = _place(a, i, b, _row(index, runs[r, 0], place), edges)[0]
                        if band >= 0:
                            if ring == 0:
                                hits_near[i, band] += 1
                            else:
                                hits_far[i, band] += 1
                        place += step
                    skip = place - runs[r, 2]
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
