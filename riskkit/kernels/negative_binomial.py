"""The negative binomial by mean and shape; an infinite shape is the Poisson.

Variance = mean + mean^2 / shape. A mean of zero is a point mass at zero.
"""

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

__all__ = ["cdf", "log_pmf", "log_sf"]


def log_pmf(count: ArrayLike, mean: ArrayLike, shape: ArrayLike = np.inf) -> np.ndarray:
    r"""Log probability of a count.

    .. math:: \log p(y) = -\log\big((y + r) B(r, y + 1)\big)
              - r \log(1 + m/r) + y \log\frac{m}{r + m}

    Parameters
    ----------
    count : array_like
        Whole numbers, 0 or more.
    mean : array_like
        The mean m, 0 or more.
    shape : array_like
        The shape r, above 0; ``inf`` is the Poisson.

    Returns
    -------
    ndarray
        Of the broadcast shape.

    Examples
    --------
    >>> float(np.exp(log_pmf(0, 1.0, shape=1.0)))
    0.5
    >>> float(np.exp(log_pmf(0, 0.0)))
    1.0
    """
    y, m, r = np.broadcast_arrays(*(np.asarray(part, float) for part in (count, mean, shape)))
    poisson = special.xlogy(y, m) - m - special.gammaln(y + 1)
    finite = np.where(np.isinf(r), 1.0, r)
    with np.errstate(divide="ignore"):
        mixed = (
            -np.log(y + finite)
            - special.betaln(finite, y + 1)
            - finite * np.log1p(m / finite)
            + special.xlogy(y, m / (finite + m))
        )
    return np.asarray(np.where(np.isinf(r), poisson, mixed))


def cdf(count: ArrayLike, mean: ArrayLike, shape: ArrayLike = np.inf) -> np.ndarray:
    """Probability of at most this count; 0 below zero.

    Parameters
    ----------
    count : array_like
        Whole numbers.
    mean, shape : array_like
        As in `log_pmf`.

    Returns
    -------
    ndarray
        Of the broadcast shape.

    Examples
    --------
    >>> float(cdf(1, 1.0, shape=1.0))
    0.75
    """
    y, m, r = np.broadcast_arrays(*(np.asarray(part, float) for part in (count, mean, shape)))
    above = np.maximum(y, 0.0) + 1
    finite = np.where(np.isinf(r), 1.0, r)
    mixed = special.betaincc(above, finite, m / (finite + m))
    return np.asarray(
        np.where(y < 0, 0.0, np.where(np.isinf(r), special.gammaincc(above, m), mixed))
    )


# Chances under this are found by their own series: the incomplete beta function underflows.
FAR = 1e-250


def log_sf(count: ArrayLike, mean: ArrayLike, shape: ArrayLike) -> np.ndarray:
    """Log probability of this count or more, far out too.

    Parameters
    ----------
    count : array_like
        Whole numbers.
    mean, shape : array_like
        As in `log_pmf`; finite.

    Returns
    -------
    ndarray
        Of the broadcast shape; 0 for a count of 0.

    Examples
    --------
    >>> float(np.exp(log_sf(1, 1.0, shape=1.0)))
    0.5
    """
    n, m, r = np.broadcast_arrays(*(np.asarray(part, float) for part in (count, mean, shape)))
    found = n.shape
    n, m, r = n.ravel(), m.ravel(), r.ravel()
    at = np.maximum(n, 1.0)
    p, q = m / (m + r), r / (m + r)
    reach = np.where(p < 0.5, special.betainc(at, r, p), special.betaincc(r, at, q))
    far = (reach < FAR) & (n > 0)
    out = np.log(np.where(far | (n <= 0), 1.0, reach))
    if far.any():
        out[far] = log_pmf(n[far], m[far], r[far]) + np.log(_series(n[far], p[far], r[far]))
    return out.reshape(found)


def _series(n: np.ndarray, p: np.ndarray, r: np.ndarray) -> np.ndarray:
    """Sum of the chances of n, n + 1, ... over that of n, where each is less than the last."""
    total, term, step = np.ones_like(n), np.ones_like(n), 0.0
    while (term > 1e-17 * total).any():
        term = term * p * (n + r + step) / (n + 1 + step)
        total = total + term
        step += 1.0
    return total
