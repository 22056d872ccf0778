"""Several small whole numbers in one: what is told apart by many is grouped and sorted by one."""

from collections.abc import Mapping, Sequence
from typing import TypeVar

import narwhals as nw
import numpy as np

__all__ = ["fold", "pack", "unpack"]

_MOST = 2**62
_Codes = TypeVar("_Codes", np.ndarray, nw.Expr)


def pack(codes: Mapping[str, _Codes], sizes: Mapping[str, int]) -> list[_Codes]:
    """Pack whole numbers into as few as hold them, the first as the most significant.

    Parameters
    ----------
    codes : mapping of str to ndarray of int64 or narwhals.Expr
        Each from 0 to below its size.
    sizes : mapping of str to int
        How many values each may have; their order is that of the digits.

    Returns
    -------
    list of ndarray of int64 or narwhals.Expr
        Compared one after the other, they have the order of the codes.

    Examples
    --------
    >>> import numpy as np
    >>> codes = {"tens": np.array([4, 0]), "ones": np.array([2, 7])}
    >>> [both] = pack(codes, {"tens": 10, "ones": 10})
    >>> both.tolist()
    [42, 7]
    """
    packed = []
    for names in _together(sizes):
        key = codes[names[0]]
        for name in names[1:]:
            key = key * sizes[name] + codes[name]
        packed.append(key)
    return packed


def unpack(keys: Sequence[np.ndarray], sizes: Mapping[str, int]) -> dict[str, np.ndarray]:
    """Give back what `pack` packed, each in a small type.

    Parameters
    ----------
    keys : sequence of ndarray of int64
        What `pack` gave.
    sizes : mapping of str to int
        As they were given to it.

    Returns
    -------
    dict of str to ndarray of int

    Examples
    --------
    >>> import numpy as np
    >>> unpack([np.array([42, 7])], {"tens": 10, "ones": 10})["tens"].tolist()
    [4, 0]
    """
    codes = {}
    for rest, names in zip(keys, _together(sizes), strict=True):
        for name in reversed(names):
            # Division by a scalar is many times faster than divmod.
            above = rest // sizes[name]
            codes[name] = (rest - above * sizes[name]).astype(np.min_scalar_type(-sizes[name]))
            rest = above
    return {name: codes[name] for name in sizes}


def fold(
    codes: Mapping[str, np.ndarray], sizes: Mapping[str, int], sums: Mapping[str, np.ndarray]
) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    """Sort rows by their codes and add up those that share all of them.

    Parameters
    ----------
    codes : mapping of str to ndarray of int
        Each from 0 to below its size; the first sorts first.
    sizes : mapping of str to int
        How many values each may have.
    sums : mapping of str to ndarray of int64 or bool
        What is added up; of true and false, whether any is true.

    Returns
    -------
    codes : dict of str to ndarray of int
        Sorted, each combination once.
    sums : dict of str to ndarray of int64 or bool

    Examples
    --------
    >>> import numpy as np
    >>> codes, sums = fold({"k": np.array([7, 3, 7])}, {"k": 10}, {"rows": np.array([1, 2, 4])})
    >>> codes["k"].tolist(), sums["rows"].tolist()
    ([3, 7], [2, 5])
    """
    # The first of each key is wide, and what is added to it becomes so: no more is copied.
    first = {names[0] for names in _together(sizes)}
    wide = {name: codes[name].astype(np.int64) if name in first else codes[name] for name in sizes}
    keys = pack(wide, sizes)
    # What an engine has sorted and not one row shares need not be moved.
    if len(keys) == 1 and (keys[0][1:] > keys[0][:-1]).all():
        return dict(codes), dict(sums)
    order = np.argsort(keys[0]) if len(keys) == 1 else np.lexsort(list(reversed(keys)))
    new = np.ones(len(order), dtype=bool)
    new[1:] = np.any([key[order[1:]] != key[order[:-1]] for key in keys], axis=0)
    starts = np.flatnonzero(new)
    added = {}
    for name, column in sums.items():
        add = np.logical_or if column.dtype == bool else np.add
        added[name] = add.reduceat(column[order], starts) if len(starts) else column[order]
    return {name: code[order[starts]] for name, code in codes.items()}, added


def _together(sizes: Mapping[str, int]) -> list[list[str]]:
    """Tell which numbers share one."""
    parts: list[list[str]] = [[]]
    held = 1
    for name, size in sizes.items():
        if held * size > _MOST:
            parts.append([])
            held = 1
        parts[-1].append(name)
        held *= size
    return parts
