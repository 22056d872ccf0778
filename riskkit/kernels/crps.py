"""The continuous ranked probability score of counts: exact, and of ensembles.

Arrays in, arrays out. An ensemble has its draws on the last axis: ``draws`` (..., n) against
``observed`` (...).
"""

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from riskkit.kernels import negative_binomial
from riskkit.kernels.blocks import by_block, paired

__all__ = ["crps_ensemble", "crps_negative_binomial", "crps_poisson"]

_NODES = 160


def crps_poisson(observed: ArrayLike, mean: ArrayLike) -> np.ndarray:
    r"""Continuous ranked probability score of a Poisson forecast, exact.

    .. math:: (y - m)(2F(y) - 1) + 2 m f(y) - m e^{-2m} (I_0(2m) + I_1(2m))

    Parameters
    ----------
    observed : array_like
        What happened: counts.
    mean : array_like
        The forecast's mean, 0 or more.

    Returns
    -------
    ndarray
        In the unit of the counts.

    References
    ----------
    Wei & Held (2014), doi:10.1007/s11749-014-0380-8.

    Examples
    --------
    >>> round(float(crps_poisson(5, 10.0)), 6)
    3.312941
    """
    y, m = np.broadcast_arrays(np.asarray(observed, float), np.asarray(mean, float))
    below = negative_binomial.cdf(y, m)
    mass = np.exp(negative_binomial.log_pmf(y, m))
    spread = m * (special.ive(0, 2 * m) + special.ive(1, 2 * m))
    return np.asarray((y - m) * (2 * below - 1) + 2 * m * mass - spread)


def crps_negative_binomial(observed: ArrayLike, mean: ArrayLike, shape: ArrayLike) -> np.ndarray:
    r"""Continuous ranked probability score of a negative binomial forecast, exact.

    With p = r / (r + m),

    .. math:: y (2 F_{r}(y) - 1) - \frac{m}{p}
              \Big( p (2 F_{r+1}(y - 1) - 1) + {}_2F_1(r + 1, \tfrac12; 2; -4 (1-p)/p^2) \Big)

    The hypergeometric term is an integral of a positive function here, so that it stays exact
    where the series fails (large shapes, small p).

    Parameters
    ----------
    observed : array_like
        What happened: counts.
    mean : array_like
        The forecast's mean m, 0 or more.
    shape : array_like
        The shape r, above 0 (size in R); variance = m + m^2 / r. ``inf`` is the Poisson.

    Returns
    -------
    ndarray
        In the unit of the counts.

    References
    ----------
    Wei & Held (2014), doi:10.1007/s11749-014-0380-8.

    Examples
    --------
    >>> round(float(crps_negative_binomial(10, 10.0, shape=10.0)), 6)
    1.040381
    """
    y, m, r = np.broadcast_arrays(*(np.asarray(part, float) for part in (observed, mean, shape)))
    poisson = np.isinf(r)
    size = np.where(poisson, 1.0, r)
    below = negative_binomial.cdf(y, m, size)
    # F of shape r + 1 with the same p has mean m (r + 1) / r.
    before = negative_binomial.cdf(y - 1, m * (size + 1) / size, size + 1)
    odds = m / size
    p = 1 / (1 + odds)
    spread = _half_hypergeometric(size, 4 * odds * (1 + odds))
    mixed = y * (2 * below - 1) - m / p * (p * (2 * before - 1) + spread)
    return np.asarray(np.where(poisson, crps_poisson(y, m), mixed))


def _half_hypergeometric(size: np.ndarray, z: np.ndarray) -> np.ndarray:
    r"""2F1(r + 1, 1/2; 2; -z) = (4/pi) int_0^{pi/2} cos^2 t (1 + z sin^2 t)^{-(r+1)} dt.

    With tan t = sinh(v) / sqrt(1 + z) the integrand is even, analytic in a strip of half-width
    pi/2 and falls exponentially, so the trapezoid rule converges geometrically.
    """
    scale = np.sqrt(1 + z)
    # Where the power alone has fallen to e^-40, if it does before the cosine.
    share = np.expm1(40 / (size + 1)) / np.maximum(z, 1e-200)
    falls = scale * np.sqrt(np.where(share < 1, share / np.where(share < 1, 1 - share, 1), np.inf))
    step = np.minimum(np.arcsinh(scale) + 13, np.arcsinh(falls)) / _NODES
    total = np.zeros_like(z)
    for node in range(_NODES + 1):
        v = node * step
        ratio = (np.sinh(v) / scale) ** 2  # tan^2 t
        term = np.cosh(v) / scale / (1 + ratio) ** 2
        term = term * np.exp(-(size + 1) * np.log1p(z * ratio / (1 + ratio)))
        total += term * (0.5 if node in (0, _NODES) else 1.0)
    return np.asarray(4 / np.pi * total * step)


def crps_ensemble(observed: ArrayLike, draws: ArrayLike, *, fair: bool = False) -> np.ndarray:
    r"""Continuous ranked probability score of an ensemble, in O(n log n).

    .. math:: \frac1n \sum_i |x_i - y| - \frac{1}{2 n^2} \sum_{i, j} |x_i - x_j|

    Parameters
    ----------
    observed : array_like, shape (...)
        What happened.
    draws : array_like, shape (..., n)
        The forecast's draws.
    fair : bool
        Divide the second sum by n (n - 1): the score that the distribution behind the draws
        would get, whatever their number. Needs two draws.

    Returns
    -------
    ndarray, shape (...)

    References
    ----------
    Gneiting & Raftery (2007), doi:10.1198/016214506000001437; Ferro (2014),
    doi:10.1002/qj.2270.

    Examples
    --------
    >>> float(crps_ensemble(2, [0, 0, 1, 3, 7]).round(9))
    0.84
    >>> float(crps_ensemble(2, [0, 0, 1, 3, 7], fair=True).round(9))
    0.5
    """
    y, x = paired(observed, draws)
    n = x.shape[-1]
    if fair and n < 2:
        raise ValueError("a fair CRPS needs two draws or more; found 1")
    pairs = n * (n - 1) if fair else n * n
    weight = 2.0 * np.arange(1, n + 1) - n - 1

    def score(some: np.ndarray, rows: np.ndarray) -> np.ndarray:
        return np.asarray(
            np.abs(rows - some[:, None]).mean(axis=-1) - np.sort(rows, axis=-1) @ weight / pairs
        )

    return by_block(score, y, x)
