"""Odds of near pairs of records; who links whom if a record has one double at most."""

import numba
import numpy as np

from riskkit.kernels.matchings import few_linked
from riskkit.kernels.near import (
    Index,
    Records,
    chord_bounds,
    km_of,
    lists_near,
    part_within,
    place_of,
    points_of,
)

__all__ = ["VAGUE_DAYS", "day_codes", "likely_pairs", "link_chances"]

VAGUE_DAYS = 8  # codes of days apart where a day is not known: quarters for weeks and for months
_MONTHS = 10  # days that a pair's dates may be off, from which they count as months


@numba.njit(cache=True, nogil=True)
def _day_code(apart: int, slack: int, bands: np.ndarray, fine: np.ndarray) -> tuple[int, float]:
    """Give the code of days apart, and how many days have that code."""
    sides = 2 * bands.size - 1
    away = abs(apart)
    if slack == 0:
        band = fine[away]
        width = bands[band] - (bands[band - 1] if band else -1)
        return (bands.size - 1 + band if apart < 0 else band), width
    reach = bands[-1] + slack
    quarter = min(4 * away // (reach + 1), 3)
    return sides + (4 if slack > _MONTHS else 0) + quarter, (2 * reach + 1) / 4


@numba.njit(cache=True, nogil=True)
def _fine(bands: np.ndarray) -> np.ndarray:
    """Give the band of 0, 1, ... days apart."""
    fine = np.zeros(bands[-1] + 1, np.int64)
    for band in range(1, bands.size):
        fine[bands[band - 1] + 1 :] = band
    return fine


@numba.njit(cache=True, nogil=True)
def day_codes(
    apart: np.ndarray, slack: np.ndarray, bands: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Number how many days lie between records.

    Days known to the day have ``bands`` on either side: first those from a's day onward, then
    those before it. Where one is known less finely, the whole reach is cut in four, apart for
    weeks and for months.

    Parameters
    ----------
    apart : array of int
        Days from a to b.
    slack : array of int
        Days that the two dates together may be off.
    bands : array of int
        Upper bounds of the bands of days apart; the last is the window.

    Returns
    -------
    tuple of arrays
        Codes, and how many days have each pair's code.
    """
    codes, widths = np.empty(apart.size, np.int16), np.empty(apart.size)
    fine = _fine(bands)
    for k in range(apart.size):
        codes[k], widths[k] = _day_code(apart[k], slack[k], bands, fine)
    return codes, widths


@numba.njit(cache=True, nogil=True)
def likely_pairs(
    a: Records,
    index: Index,
    rows: np.ndarray,
    edges: np.ndarray,
    day_bands: np.ndarray,
    of_day: np.ndarray,
    kind: np.ndarray,
    of_place: np.ndarray,
    crowd: np.ndarray,
    excess: np.ndarray,
    of_a: np.ndarray,
    of_b: np.ndarray,
    of_burst: np.ndarray,
    class_a: np.ndarray,
    class_b: np.ndarray,
    tables: tuple[np.ndarray, ...],
    shared: tuple[np.ndarray, ...],
    least: float,
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    r"""Look at all near pairs and keep those whose odds are worth a closer look.

    .. math:: w_{ij} = \alpha_i \beta_j \frac{m_{day}\, m_{place}}{c_{i,band}\, width_{day} +
              \gamma_i e_{kind,day,band} \prod_f s_f(x_i, y_j)} \prod_f r_f(x_i, y_j)

    Parameters
    ----------
    a, index, rows, edges
        As in `near_pairs`.
    day_bands : array of int
        As in `day_codes`; the last is the window.
    of_day : array of float
        Chances of the codes of days apart among doubles.
    kind : array of int, shape (records of a,)
        Row of ``of_place`` of each record.
    of_place : array of float, shape (kinds, bands + 2)
        Chances of the bands among doubles, times whatever else depends on the place.
    crowd : array of float, shape (records of a, bands + 2)
        Unrelated records of b expected a day around each of a.
    excess : array of float, shape (kinds, codes of days, bands + 2)
        More of them near any record, since attacks come in bursts.
    of_a, of_b : arrays of float
        Factors of the records of a and of b.
    of_burst : array of float
        Factors of the records of a by which ``excess`` counts less.
    class_a, class_b : arrays of int, shapes (fields, records)
        Classes of the records in each field.
    tables : tuple of arrays of float
        For each field the factor of a class of a and a class of b.
    shared : tuple of arrays of float
        The same for the records in ``excess``.
    least : float
        Odds from which a pair is kept.

    Returns
    -------
    tuple of arrays
        As from `near_pairs`.
    """
    window = day_bands[-1]
    x, bounds, fine = points_of(a), chord_bounds(edges), _fine(day_bands)
    lists = np.empty((64, 3), np.int64)
    room = 2 * rows.size + 1000
    first, second = np.empty(room, np.int32), np.empty(room, np.int32)
    apart, bands = np.empty(room, np.int32), np.empty(room, np.int8)
    km = np.empty(room, np.float32)
    n = 0
    most = index[5].max() if index[5].size else 0
    reach = edges[-1] + (index[6].max() if index[6].size else 0.0)
    for i in rows:
        span = window + a[1][i] + most
        found, lists = lists_near(a, i, index, reach, lists)
        for r in range(found):
            low, high = part_within(
                index[4], lists[r, 1], lists[r, 2], a[0][i] - span, a[0][i] + span
            )
            for place in range(low, high):
                away, slack = index[4][place] - a[0][i], a[1][i] + index[5][place]
                if abs(away) - slack > window:
                    continue
                band, chord = place_of(x[i], a[4][i], index, lists[r, 0], place, bounds, edges[-1])
                if band < 0:
                    continue
                j = index[3][place]
                code, width = _day_code(away, slack, day_bands, fine)
                weight = of_a[i] * of_b[j] * of_day[code] * of_place[kind[i], band]
                for field in range(len(tables)):
                    weight *= tables[field][class_a[field, i], class_b[field, j]]
                usual = crowd[i, band] * width
                if weight < least * usual:
                    continue
                more = of_burst[i] * excess[kind[i], code, band]
                for field in range(len(shared)):
                    more *= shared[field][class_a[field, i], class_b[field, j]]
                if weight < least * (usual + more):
                    continue
                if n == room:
                    room *= 2
                    first, second = _longer(first, room), _longer(second, room)
                    apart, bands = _longer(apart, room), _longer(bands, room)
                    km = _longer(km, room)
                first[n], second[n], apart[n], bands[n] = i, j, away, band
                km[n] = km_of(chord)
                n += 1
    return first[:n], second[:n], apart[:n], km[:n], bands[:n]


@numba.njit(cache=True, nogil=True)
def _longer(values: np.ndarray, room: int) -> np.ndarray:
    longer = np.empty(room, values.dtype)
    longer[: values.size] = values
    return longer


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
    weights. Its marginals come from messages along the links, exact where the links make no rings:

    .. math:: c_{i \to j} = \frac{1}{1 + \sum_{k \ne j} w_{ik} c_{k \to i}}, \qquad
              p_{ij} = \frac{w_{ij} c_{i \to j} c_{j \to i}}{1 + w_{ij} c_{i \to j} c_{j \to i}}

    In rings they are too sure: of two records that could both ways be the doubles of two others,
    they take one way for certain. `few_linked` makes them exact where few records are in a ring.

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
    chance = odds / (1.0 + odds)
    few_linked(first, second, weight, size_a, size_b, chance)
    return chance
