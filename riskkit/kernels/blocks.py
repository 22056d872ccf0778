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
    """Apply a score of (cells,) and (cells, n) to arrays of any shape."""
    n = x.shape[-1]
    flat, rows = y.reshape(-1), x.reshape(-1, n)
    result = np.empty(len(flat))
    size = max(1, _BLOCK // n)
    for start in range(0, len(flat), size):
        part = slice(start, start + size)
        result[part] = score(flat[part], rows[part])
    return result.reshape(y.shape)
