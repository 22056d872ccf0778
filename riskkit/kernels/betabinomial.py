"""Shares of many regions that borrow from each other: the beta-binomial."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import gammaln, polygamma

from riskkit.kernels.grid import Grid, grid_posterior

Array = NDArray[np.float64]

LOGIT_BOUNDS = (-14.0, 14.0)
LOG_CONCENTRATION_BOUNDS = (-3.0, 18.0)


def log_likelihood(
    successes: ArrayLike, trials: ArrayLike, mean: ArrayLike, concentration: ArrayLike
) -> Array:
    r"""Log likelihood of counts whose chance varies between regions as a beta.

    .. math:: \sum_r \ln \frac{B(s_r + mA,\; n_r - s_r + (1-m)A)}{B(mA,\; (1-m)A)}

    without the binomial coefficients, which hold no parameter.

    Parameters
    ----------
    successes, trials : array of float, shape (regions,)
        Counts; they may be fractional weights.
    mean : array of float
        Mean chance m over the regions, in (0, 1).
    concentration : array of float
        A: how alike the regions are; the weight, in trials, of what they share.

    Returns
    -------
    array of float
        Shape of `mean` and `concentration` broadcast together.

    Examples
    --------
    >>> float(np.exp(log_likelihood([1], [1], 0.25, 3.0)).round(6))
    0.25

    References
    ----------
    Skellam, J. G. (1948). https://doi.org/10.1111/j.2517-6161.1948.tb00014.x
    """
    s, n = np.asarray(successes, dtype=float), np.asarray(trials, dtype=float)
    m, total = np.asarray(mean, dtype=float), np.asarray(concentration, dtype=float)
    return _rising(m * total, s) + _rising((1 - m) * total, n - s) - _rising(total, n)


def pooled_posterior(
    successes: ArrayLike,
    trials: ArrayLike,
    prior: tuple[float, float] = (0.5, 0.5),
    spread: float = 1.5,
    near: Grid | None = None,
) -> Grid:
    r"""Posterior of what the regions share: (logit of the mean chance, log concentration).

    The prior of the mean is Beta(`prior`). The prior of the concentration is a half-normal on
    the standard deviation of the regions' logits, which for a beta is
    :math:`\tau^2 = \psi_1(mA) + \psi_1((1-m)A)`.

    Parameters
    ----------
    successes, trials : array of float, shape (regions,)
        Counts; regions without a trial say nothing.
    prior : tuple of float
        Beta prior of the mean chance.
    spread : float
        Scale of the half-normal on the standard deviation between regions, in logits.
    near : Grid, optional
        The posterior of much the same data, where the search starts.

    Returns
    -------
    Grid

    Examples
    --------
    >>> grid = pooled_posterior([3, 5, 2, 8], [40, 60, 30, 90])
    >>> logit, _ = grid.sample(4000, np.random.default_rng(1))
    >>> float(np.median(1 / (1 + np.exp(-logit))).round(2))
    0.08
    """
    s, n = np.asarray(successes, dtype=float), np.asarray(trials, dtype=float)
    s, n = s[n > 0], n[n > 0]

    def log_density(logit: Array, log_total: Array) -> Array:
        mean = 1 / (1 + np.exp(-logit))
        total = np.exp(log_total)
        a, b = mean * total, (1 - mean) * total
        variance = polygamma(1, a) + polygamma(1, b)
        # d tau / d log A, so that the grid over log A carries the prior of tau.
        slope = -(a * polygamma(2, a) + b * polygamma(2, b)) / (2 * np.sqrt(variance))
        log_prior = (
            prior[0] * np.log(mean)
            + prior[1] * np.log1p(-mean)
            - variance / (2 * spread**2)
            + np.log(slope)
        )
        return np.asarray(log_prior + log_likelihood(s, n, mean, total))

    return grid_posterior(log_density, LOGIT_BOUNDS, LOG_CONCENTRATION_BOUNDS, cells=36, near=near)


def _rising(base: Array, counts: Array) -> Array:
    """Sum over regions of ln gamma(base + count) - ln gamma(base), one term a distinct count."""
    values, times = np.unique(counts[counts > 0], return_counts=True)
    total = np.zeros(base.shape)
    if values.size == 0:
        return total
    start = gammaln(base)
    for value, weight in zip(values, times, strict=True):
        total += weight * (gammaln(base + value) - start)
    return total
