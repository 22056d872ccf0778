"""Pairs of records that lie near each other in time and place, and how crowded it is there."""

import math

import numba
import numpy as np

__all__ = [
    "Index",
    "Records",
    "count_near",
    "days_beyond",
    "every_run",
    "index_of",
    "near_pairs",
    "place_of",
    "points_of",
    "row_of",
    "squared_chord",
    "surroundings",
]

_EARTH_KM = 6371.0088
_KM_A_DEGREE = 110.0  # less than any degree of latitude on this globe

# A record as arrays: day, slack (days it may be off), latitude, longitude (NaN: only the country
# is known), vague (km it may be off), country (-1: unknown).
Records = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray]
# Where to find records: for cells of one degree, for countries, and for countries but only those
# without coordinates: where each begins in the list of rows, and the rows, by day.
Index = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray]
_ROWS, _COLUMNS = 180, 360
MOST_RUNS = _ROWS * _COLUMNS + 1


@numba.njit(cache=True, nogil=True)
def points_of(records: Records) -> np.ndarray:
    """Give the records' places on the unit sphere, shape (records, 3); NaN where not known."""
    points = np.empty((records[2].size, 3))
    for i in range(points.shape[0]):
        north, east = math.radians(records[2][i]), math.radians(records[3][i])
        points[i, 0] = math.cos(north) * math.cos(east)
        points[i, 1] = math.cos(north) * math.sin(east)
        points[i, 2] = math.sin(north)
    return points


@numba.njit(cache=True, nogil=True)
def squared_chord(km: float) -> float:
    """Give the square of the straight way, in radii, between points so far apart on the globe."""
    return float((2 * math.sin(min(km / (2 * _EARTH_KM), math.pi / 2))) ** 2)


@numba.njit(cache=True, nogil=True)
def place_of(
    a: Records, i: int, b: Records, j: int, x: np.ndarray, y: np.ndarray, bounds: np.ndarray,
    farthest: float,
) -> tuple[int, float]:  # fmt: skip
    """Give the band of a pair (-1: too far apart) and its squared chord (NaN: not known).

    Bands: one for each of `bounds` (squared chords of the upper bounds, with a touch of room in
    the last), then "a place that is vague", then "the same country". ``farthest``: km of the last.
    """
    chord = (x[i, 0] - y[j, 0]) ** 2 + (x[i, 1] - y[j, 1]) ** 2 + (x[i, 2] - y[j, 2]) ** 2
    last = bounds.size - 1
    if math.isnan(chord):
        same = a[5][i] >= 0 and a[5][i] == b[5][j]
        return (last + 2 if same else -1), chord
    vague = a[4][i] + b[4][j]
    if vague > 0:
        if chord > squared_chord(farthest + vague + 1e-6):
            return -1, chord
        return last + 1, chord
    if chord > bounds[last]:
        return -1, chord
    for band in range(last):
        if chord <= bounds[band]:
            return band, chord
    return last, chord


@numba.njit(cache=True, nogil=True)
def _bounds(edges: np.ndarray) -> np.ndarray:
    bounds = np.empty(edges.size)
    for k in range(edges.size):
        bounds[k] = squared_chord(edges[k] + (1e-6 if k == edges.size - 1 else 0.0))
    return bounds


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
def every_run(
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
def row_of(index: Index, which: int, place: int) -> int:
    """Give the row at a place of one of the index's lists."""
    if which == 0:
        return int(index[1][place])
    return int(index[3][place]) if which == 1 else int(index[5][place])


@numba.njit(cache=True, nogil=True)
def days_beyond(a: Records, i: int, b: Records, j: int) -> int:
    """Give the days between two records beyond what their dates may be off."""
    return int(max(0, abs(b[0][j] - a[0][i]) - a[1][i] - b[1][j]))


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
    runs = np.empty((MOST_RUNS, 3), np.int64)
    x, y, bounds = points_of(a), points_of(b), _bounds(edges)
    n = 0
    for k in range(rows.size):
        i = rows[k]
        span = outer + a[1][i] + most
        found = every_run(a, i, index, b[0], reach, a[0][i] - span, a[0][i] + span, runs)
        for r in range(found):
            for place in range(runs[r, 1], runs[r, 2]):
                j = row_of(index, runs[r, 0], place)
                if not inner < days_beyond(a, i, b, j) <= outer:
                    continue
                band, chord = place_of(a, i, b, j, x, y, bounds, edges[-1])
                if band < 0:
                    continue
                counts[k] += 1
                if first.size:
                    first[n], second[n], apart[n] = i, j, b[0][j] - a[0][i]
                    far[n] = 2 * _EARTH_KM * math.asin(min(1.0, math.sqrt(chord) / 2))
                    bands[n] = band
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
    rows: np.ndarray,
    days: int,
    near: int,
    far: int,
    edges: np.ndarray,
    looks: int,
) -> tuple[np.ndarray, np.ndarray]:
    """Count the records of ``b`` around some of ``a`` at times when none can be its double.

    Parameters
    ----------
    a, b : tuple of arrays
        As in `near_pairs`.
    index : tuple of arrays
        Of ``b``, from `index_of`.
    rows : array of int
        Records of ``a`` to look around.
    days : int
        Half the window in which doubles are looked for: it is left out.
    near, far : int
        Days apart up to which the near and the far surroundings reach.
    edges : array of float
        As in `near_pairs`.
    looks : int
        Records looked at in each of the four stretches, evenly spread, if there are more.

    Returns
    -------
    tuple of arrays
        Hits (3, rows, bands) and days looked at (3, rows): soon before, soon after, and far on
        both sides. Where every k-th record was looked at, days are divided by k, so that
        hits / days is a rate.
    """
    hits = np.zeros((3, rows.size, edges.size + 2), np.float32)
    spans = np.zeros((3, rows.size), np.float32)
    if b[0].size == 0:
        return hits, spans
    earliest, latest = b[0][0], b[0][-1]
    reach = edges[-1] + b[4].max()
    runs = np.empty((MOST_RUNS, 3), np.int64)
    x, y, bounds = points_of(a), points_of(b), _bounds(edges)
    for k in range(rows.size):
        i = rows[k]
        for stretch in range(4):
            inner, outer = (days, near) if stretch < 2 else (near, far)
            ring = min(stretch, 2)
            if stretch % 2 == 0:
                start, end = a[0][i] - outer, a[0][i] - inner - 1
            else:
                start, end = a[0][i] + inner + 1, a[0][i] + outer
            start, end = max(start, earliest), min(end, latest)
            if end < start:
                continue
            found = every_run(a, i, index, b[0], reach, start, end, runs)
            total = 0
            for r in range(found):
                total += runs[r, 2] - runs[r, 1]
            step = 1 + total // looks
            skip = i % step
            for r in range(found):
                place = runs[r, 1] + skip
                while place < runs[r, 2]:
                    j = row_of(index, runs[r, 0], place)
                    band = place_of(a, i, b, j, x, y, bounds, edges[-1])[0]
                    if band >= 0:
                        hits[ring, k, band] += 1
                    place += step
                skip = place - runs[r, 2]
            spans[ring, k] += (end - start + 1) / step
    return hits, spans
