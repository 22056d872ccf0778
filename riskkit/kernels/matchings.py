"""Exact chances of links among few records, each of which has one double at most."""

import numba
import numpy as np

__all__ = ["few_linked"]

_FEW = 8  # records on the smaller side up to which all sets of links are added up


@numba.njit(cache=True, nogil=True)
def _root(parent: np.ndarray, i: int) -> int:
    """Find what stands for all records that are linked to one."""
    while parent[i] != i:
        parent[i] = parent[parent[i]]
        i = parent[i]
    return i


@numba.njit(cache=True, nogil=True)
def few_linked(
    first: np.ndarray,
    second: np.ndarray,
    weight: np.ndarray,
    size_a: int,
    size_b: int,
    chance: np.ndarray,
) -> None:
    """Make the chances of links exact where they make rings among few records, in place.

    Parameters
    ----------
    first, second, weight, size_a, size_b
        As in `link_chances`.
    chance : array of float, shape (links,)
        Chances of the links, as far as known.
    """
    links = weight.size
    parent = np.arange(size_a + size_b)
    for e in range(links):
        one, other = _root(parent, first[e]), _root(parent, size_a + second[e])
        parent[one] = other
    group = np.empty(links, np.int64)
    for e in range(links):
        group[e] = _root(parent, first[e])
    order = np.argsort(group, kind="mergesort")
    number = np.full(size_a + size_b, -1)
    start = 0
    while start < links:
        end = start + 1
        while end < links and group[order[end]] == group[order[start]]:
            end += 1
        some = order[start:end]
        start = end
        if some.size < 4:  # no ring
            continue
        n = np.zeros(2, np.int64)
        ends = np.empty((2, some.size), np.int64)
        for k in range(some.size):
            for side in range(2):
                i = first[some[k]] if side == 0 else size_a + second[some[k]]
                if number[i] < 0:
                    number[i] = n[side]
                    n[side] += 1
                ends[side, k] = number[i]
        # As many links as records, or more, make a ring.
        if some.size < n[0] + n[1] or n.min() > _FEW:
            continue
        small = 0 if n[0] <= n[1] else 1
        chance[some] = _all_sets(ends[1 - small], ends[small], weight[some], n[1 - small], n[small])


@numba.njit(cache=True, nogil=True)
def _all_sets(
    row: np.ndarray, column: np.ndarray, weight: np.ndarray, rows: int, columns: int
) -> np.ndarray:
    """Add up all sets of links by the columns taken, row after row, from both ends."""
    order = np.argsort(row, kind="mergesort")
    begin = np.searchsorted(row[order], np.arange(rows + 1))
    sets = 1 << columns
    before, after = np.zeros((rows + 1, sets)), np.ones((rows + 1, sets))
    before[0, 0] = 1.0
    for r in range(rows):
        before[r + 1] = before[r]
        for k in range(begin[r], begin[r + 1]):
            bit, w = 1 << column[order[k]], weight[order[k]]
            for taken in range(sets):
                if not taken & bit:
                    before[r + 1, taken | bit] += w * before[r, taken]
    for r in range(rows - 1, -1, -1):
        after[r] = after[r + 1]
        for k in range(begin[r], begin[r + 1]):
            bit, w = 1 << column[order[k]], weight[order[k]]
            for taken in range(sets):
                if not taken & bit:
                    after[r, taken] += w * after[r + 1, taken | bit]
    total = after[0, 0]
    chance = np.zeros(weight.size)
    for r in range(rows):
        for k in range(begin[r], begin[r + 1]):
            e = order[k]
            bit = 1 << column[e]
            for taken in range(sets):
                if not taken & bit:
                    chance[e] += weight[e] * before[r, taken] * after[r + 1, taken | bit]
    return chance / total
