"""The energy score: the CRPS of many regions at once.

Arrays in, arrays out. Draws are (..., n, regions) against observed (..., regions).
"""

import numpy as np
from numpy.typing import ArrayLike

__all__ = ["energy_score"]

_BLOCK = 4_000_000  # distances held at a time: 32 MB


def energy_score(observed: ArrayLike, draws: ArrayLike, *, fair: bool = False) -> np.ndarray:
    r"""Energy score of draws of many regions together.

    .. math:: \frac1n \sum_i \lVert x_i - y \rVert
              - \frac{1}{2 n^2} \sum_{i, j} \lVert x_i - x_j \rVert

    It feels whether the regions' numbers were foreseen together, which scores of single
    regions don't, though only weakly. With one region it is the CRPS. Work grows as
    n\ :sup:`2` times regions; memory does not.

    Parameters
    ----------
    observed : array_like, shape (..., regions)
        What happened.
    draws : array_like, shape (..., n, regions)
        The forecast's draws.
    fair : bool
        Divide the second sum by n (n - 1). Needs two draws.

    Returns
    -------
    ndarray, shape (...)
        In the unit of the counts.

    Raises
    ------
    ValueError
        If the shapes don't fit, or a fair score is asked of one draw.

    References
    ----------
    Gneiting & Raftery (2007), doi:10.1198/016214506000001437.

    Examples
    --------
    >>> float(energy_score([0, 0], [[3, 4], [0, 0]]))
    1.25
    """
    from scipy.spatial.distance import cdist

    y, x = np.asarray(observed, float), np.asarray(draws)
    if y.ndim < 1 or x.ndim != y.ndim + 1 or x.shape[:-2] + x.shape[-1:] != y.shape or not x.size:
        raise ValueError(
            f"observed has shape {y.shape} and draws {x.shape}; accepted: observed (..., regions) "
            "and draws (..., n, regions)"
        )
    n = x.shape[-2]
    if fair and n < 2:
        raise ValueError("a fair energy score needs two draws or more; found 1")
    pairs = n * (n - 1) if fair else n * n
    result = np.empty(y.shape[:-1])
    for cell in np.ndindex(result.shape):
        rows = np.ascontiguousarray(x[cell], float)
        step = max(1, _BLOCK // n)
        spread = sum(
            float(cdist(rows[start : start + step], rows).sum()) for start in range(0, n, step)
        )
        result[cell] = cdist(rows, y[cell][None]).mean() - spread / (2 * pairs)
    return result
