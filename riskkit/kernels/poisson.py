"""The Poisson's logarithms, whole digits kept for large counts and far tails."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import gammainc, gammaln

Array = NDArray[np.float64]

# Chances under this are found by their own series: the incomplete gamma function underflows.
FAR = 1e-250


def log_pmf(count: ArrayLike, mean: ArrayLike) -> Array:
    r"""Log chance of a count.

    .. math:: \ln p(x) = -x\left(\frac{m - x}{x} - \ln\frac{m}{x}\right) - \delta(x)
              - \tfrac12 \ln(2 \pi x)

    with :math:`\delta` the error of Stirling's formula: no large terms are subtracted.

    Parameters
    ----------
    count : array of float
        Whole numbers, 0 or more.
    mean : array of float
        m, more than 0.

    Returns
    -------
    array of float

    Examples
    --------
    >>> float(log_pmf(0, 2.5))
    -2.5
    >>> round(float(np.exp(log_pmf(3, 2.0))), 6)
    0.180447

    References
    ----------
    Loader, C. (2000). Fast and accurate computation of binomial probabilities.
    """
    x, m = np.broadcast_arrays(np.asarray(count, dtype=float), np.asarray(mean, dtype=float))
    safe = np.maximum(x, 1.0)
    away = (m - safe) / safe
    # ln(m/x) itself where m/x leaves the range in which 1 + away keeps it.
    logs = np.where(away > -0.5, np.log1p(np.maximum(away, -0.5)), np.log(m) - np.log(safe))
    large = -safe * (away - logs) - stirling_error(safe) - np.log(2 * np.pi * safe) / 2
    return np.asarray(np.where(x < 1, -m, large))


def log_sf(count: ArrayLike, mean: ArrayLike) -> Array:
    """Log chance of a count or more; 0 for a count of 0. Arguments of `log_pmf`."""
    n, m = np.broadcast_arrays(np.asarray(count, dtype=float), np.asarray(mean, dtype=float))
    shape, n, m = n.shape, n.ravel(), m.ravel()
    reach = np.where(n <= 0, 1.0, gammainc(np.maximum(n, 1.0), m))
    far = reach < FAR
    out = np.log(np.where(far, 1.0, reach))
    if far.any():
        out[far] = log_pmf(n[far], m[far]) + np.log(_series(n[far], m[far]))
    return out.reshape(shape)


def stirling_error(x: Array) -> Array:
    r"""Error of Stirling's formula: :math:`\ln x! - (x + 1/2) \ln x + x - \ln\sqrt{2\pi}`."""
    square = 1 / (x * x)
    far = (1 / 12 - square * (1 / 360 - square * (1 / 1260 - square / 1680))) / x
    near = gammaln(x + 1) - (x + 0.5) * np.log(x) + x - np.log(2 * np.pi) / 2
    return np.asarray(np.where(x > 50, far, near))


def _series(n: Array, m: Array) -> Array:
    """Sum of the chances of n, n + 1, ... over that of n, where each is less than the last."""
    total, term, step = np.ones_like(n), np.ones_like(n), 1.0
    while (term > 1e-17 * total).any():
        term = term * m / (n + step)
        total = total + term
        step += 1.0
    return total
