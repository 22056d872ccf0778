"""An ensemble against what happened, block by block, so that memory stays bounded."""

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike

__all__ = ["by_block", "paired"]

_BLOCK = 4_000_000  # draws worked on at a time: about 100 MB with the copies


def paired(observed: ArrayLike, draws: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    """Check that draws (..., n) belong to observations (...)."""
    y, x = np.asarray(observed, float), np.asarray(draws)
    if x.ndim == 0 or x.shape[-1] == 0 or x.shape[:-1] != y.shape:
        raise ValueError(
            f"observed has shape {y.shape} and draws {x.shape}; accepted: draws of shape "
            "observed + (n,), n 1 or more"
        )
    return y, x


def by_block(
    score: Callable[[np.ndarray, np.ndarray], np.ndarray], y: np.ndarray, x: np.ndarray
) -> np.ndarray:
    """Apply a score of (cells,) and (cells, n) to arrays of any shape.

    Parts are taken along the first axis, or along the next ones where one part of the first is
    a block or more, so that draws whose axes were moved or that lie in a file are copied a
    block at a time, never as a whole.
    """
    result = np.empty(y.shape)
    n = x.shape[-1]
    if y.ndim == 0:
        return np.asarray(score(y.reshape(1), x.reshape(1, n))[0])
    one = max(x[0].size, 1) if len(x) else 1
    if y.ndim > 1 and one > _BLOCK:
        for i in range(len(y)):
            result[i] = by_block(score, y[i], x[i])
        return result
    size = max(1, _BLOCK // one)
    for start in range(0, len(y), size):
        part = slice(start, start + size)
        rows = np.ascontiguousarray(x[part]).reshape(-1, n)
        result[part] = score(y[part].reshape(-1), rows).reshape(y[part].shape)
    return result
