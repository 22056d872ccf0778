"""Pairs of records that lie near each other in time and place, and how crowded it is there."""

import math

import numba
import numpy as np

__all__ = [
    "Index",
    "Records",
    "by_place",
    "chord_bounds",
    "count_near",
    "index_of",
    "km_of",
    "lists_near",
    "near_pairs",
    "part_within",
    "place_of",
    "points_of",
    "surroundings",
]

_EARTH_KM = 6371.0088
_KM_A_DEGREE = 110.0  # less than any degree of latitude on this globe

# A record as arrays: day, slack (days it may be off), latitude, longitude (NaN: only the country
# is known), vague (km it may be off), country (-1: unknown).
Records = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray]
# Where to find records. One long list of rows, by cell of one degree, then all by country, then
# those without coordinates by country; by day in each. First where each cell, each country and
# each country's lost records begin; then the rows, their days, slacks, vagueness and points.
Index = tuple[
    np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray
]
_ROWS, _COLUMNS = 180, 360
_FEW = 10_000  # rows for which threads are not worth their start


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
def _squared_chord(km: float) -> float:
    return float((2 * math.sin(min(km / (2 * _EARTH_KM), math.pi / 2))) ** 2)


@numba.njit(cache=True, nogil=True)
def km_of(chord: float) -> float:
    """Give the way along the globe in km from a squared chord in radii."""
    if math.isnan(chord):
        return chord
    return 2 * _EARTH_KM * math.asin(min(1.0, math.sqrt(chord) / 2))


@numba.njit(cache=True, nogil=True)
def chord_bounds(edges: np.ndarray) -> np.ndarray:
    """Give the squared chords of upper bounds in km, with a touch of room in the last."""
    bounds = np.empty(edges.size)
    for k in range(edges.size):
        bounds[k] = _squared_chord(edges[k] + (1e-6 if k == edges.size - 1 else 0.0))
    return bounds


@numba.njit(cache=True, nogil=True)
def place_of(
    point: np.ndarray,
    vague: float,
    index: Index,
    which: int,
    place: int,
    bounds: np.ndarray,
    farthest: float,
) -> tuple[int, float]:
    """Give the band of a record and one in a list (-1: too far), and the squared chord.

    Bands: one for each of ``bounds``, from `chord_bounds`, then "a place that is vague", then
    "the same country", whose chord is NaN. ``farthest``: km of the last.
    """
    last = bounds.size - 1
    if which > 0:
        return last + 2, math.nan
    other = index[7]
    chord = (
        (point[0] - other[place, 0]) ** 2
        + (point[1] - other[place, 1]) ** 2
        + (point[2] - other[place, 2]) ** 2
    )
    off = vague + index[6][place]
    if off > 0:
        return (-1 if chord > _squared_chord(farthest + off + 1e-6) else last + 1), chord
    if chord > bounds[last]:
        return -1, chord
    for band in range(last):
        if chord <= bounds[band]:
            return band, chord
    return last, chord


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
    begins, orders, held = [], [], 0
    for key, size in (
        (np.where(lost, -1, _cell(b)), _ROWS * _COLUMNS),
        (b[5], countries),
        (np.where(lost, b[5], -1), countries),
    ):
        order = np.argsort(key, kind="stable")
        begins.append(held + np.searchsorted(key[order], np.arange(size + 1)))
        orders.append(order)
        held += len(order)
    rows = np.concatenate(orders)
    return (*begins, rows, b[0][rows], b[1][rows], b[4][rows], points_of(b)[rows])  # type: ignore[return-value]


def _cell(records: Records) -> np.ndarray:
    """Give the cell of one degree of each record; where coordinates are lost, that of 0, 0."""
    lost = np.isnan(records[2]) | np.isnan(records[3])
    north = np.floor(np.where(lost, 0, records[2])).astype(np.int64) + 90
    east = np.floor(np.where(lost, 0, records[3])).astype(np.int64) + 180
    return np.clip(north, 0, _ROWS - 1) * _COLUMNS + east % _COLUMNS


def by_place(records: Records, rows: np.ndarray) -> list[np.ndarray]:
    """Split rows into parts for threads, neighbours together so that memory is read in one go.

    Parameters
    ----------
    records : tuple of arrays
        As in `near_pairs`.
    rows : array of int
        Some of the records.

    Returns
    -------
    list of arrays of int
        Positions in ``rows``, each in one part.
    """
    order = np.argsort(_cell(records)[rows], kind="stable")
    return np.array_split(order, 1 if len(rows) < _FEW else 8)


@numba.njit(cache=True, nogil=True)
def part_within(days: np.ndarray, low: int, high: int, start: int, end: int) -> tuple[int, int]:
    """Give the part of a stretch of a list whose days are from start to end."""
    top = high
    while low < high:
        middle = (low + high) // 2
        if days[middle] < start:
            low = middle + 1
        else:
            high = middle
    first, high = low, top
    while low < high:
        middle = (low + high) // 2
        if days[middle] <= end:
            low = middle + 1
        else:
            high = middle
    return first, low


@numba.njit(cache=True, nogil=True)
def lists_near(
    a: Records, i: int, index: Index, reach: float, lists: np.ndarray
) -> tuple[int, np.ndarray]:
    """Write the lists that may hold records near one; give their number.

    A list is (0 a cell, 1 a country, 2 a country's records without coordinates; from; to).
    """
    found = 0
    country = a[5][i]
    lost = math.isnan(a[2][i]) or math.isnan(a[3][i])
    if country >= 0:
        which = 1 if lost else 2
        begins = index[1] if lost else index[2]
        if begins[country + 1] > begins[country]:
            lists[0, 0], lists[0, 1], lists[0, 2] = which, begins[country], begins[country + 1]
            found = 1
    if lost:
        return found, lists
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
            if index[0][cell] == index[0][cell + 1]:
                continue
            if found == lists.shape[0]:
                longer = np.empty((2 * found, 3), np.int64)
                longer[:found] = lists
                lists = longer
            lists[found, 0], lists[found, 1], lists[found, 2] = (
                0,
                index[0][cell],
                index[0][cell + 1],
            )
            found += 1
    return found, lists


@numba.njit(cache=True, nogil=True)
def _search(
    a: Records,
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
    if index[3].size == 0:
        return
    most = index[5].max()
    reach = edges[-1] + index[6].max()
    lists = np.empty((64, 3), np.int64)
    x, bounds = points_of(a), chord_bounds(edges)
    n = 0
    for k in range(rows.size):
        i = rows[k]
        span = outer + a[1][i] + most
        found, lists = lists_near(a, i, index, reach, lists)
        for r in range(found):
            which = lists[r, 0]
            low, high = part_within(
                index[4], lists[r, 1], lists[r, 2], a[0][i] - span, a[0][i] + span
            )
            for place in range(low, high):
                days = index[4][place] - a[0][i]
                if not inner < max(0, abs(days) - a[1][i] - index[5][place]) <= outer:
                    continue
                band, chord = place_of(x[i], a[4][i], index, which, place, bounds, edges[-1])
                if band < 0:
                    continue
                counts[k] += 1
                if first.size:
                    first[n], second[n], apart[n] = i, index[3][place], days
                    far[n], bands[n] = km_of(chord), band
                    n += 1


def _room(size: int) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    first, second, apart = (np.empty(size, np.int32) for _ in range(3))
    return first, second, apart, np.empty(size, np.float32), np.empty(size, np.int8)


def count_near(
    a: Records, index: Index, rows: np.ndarray, inner: int, outer: int, edges: np.ndarray
) -> np.ndarray:
    """Count what `near_pairs` would find, by record of ``a``."""
    counts = np.zeros(rows.size, np.int64)
    _search(a, index, rows, inner, outer, edges, counts, *_room(0))
    return counts


def near_pairs(
    a: Records, index: Index, rows: np.ndarray, inner: int, outer: int, edges: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Find the pairs of records that are near in time and place.

    Parameters
    ----------
    a : tuple of arrays (day, slack, latitude, longitude, vague, country)
        Sorted by day. ``slack``: days by which the day may be off; ``vague``: km by which the
        place may be off; latitude NaN: only the country is known; country -1: unknown.
    index : tuple of arrays
        The other table's, from `index_of`.
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
    room = _room(int(count_near(a, index, rows, inner, outer, edges).sum()))
    if room[0].size:
        counts = np.zeros(rows.size, np.int64)
        _search(a, index, rows, inner, outer, edges, counts, *room)
    return room


@numba.njit(cache=True, nogil=True)
def surroundings(
    a: Records,
    index: Index,
    rows: np.ndarray,
    days: int,
    near: int,
    far: int,
    edges: np.ndarray,
    looks: int,
) -> tuple[np.ndarray, np.ndarray]:
    """Count the other table's records around some of ``a`` when none can be its double.

    Parameters
    ----------
    a, index : tuples of arrays
        As in `near_pairs`.
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
    if index[3].size == 0:
        return hits, spans
    earliest, latest = index[4].min(), index[4].max()
    reach = edges[-1] + index[6].max()
    lists = np.empty((64, 3), np.int64)
    parts = np.empty((64, 2), np.int64)
    x, bounds = points_of(a), chord_bounds(edges)
    for k in range(rows.size):
        i = rows[k]
        found, lists = lists_near(a, i, index, reach, lists)
        if found > parts.shape[0]:
            parts = np.empty((lists.shape[0], 2), np.int64)
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
            total = 0
            for r in range(found):
                low, high = part_within(index[4], lists[r, 1], lists[r, 2], start, end)
                parts[r, 0], parts[r, 1] = low, high
                total += high - low
            step = 1 + total // looks
            skip = i % step
            for r in range(found):
                place = parts[r, 0] + skip
                while place < parts[r, 1]:
                    band = place_of(x[i], a[4][i], index, lists[r, 0], place, bounds, edges[-1])[0]
                    if band >= 0:
                        hits[ring, k, band] += 1
                    place += step
                skip = place - parts[r, 1]
            spans[ring, k] += (end - start + 1) / step
    return hits, spans
