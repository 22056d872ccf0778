"""The negative binomial by mean and shape; an infinite shape is the Poisson.

Variance = mean + mean^2 / shape. A mean of zero is a point mass at zero.
"""

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

__all__ = ["cdf", "log_pmf"]


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
