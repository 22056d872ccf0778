"""The probability integral transform (PIT) of counts: where what happened fell.

Arrays in, arrays out. An ensemble has its draws on the last axis.
"""

import itertools

import numpy as np
from numpy.typing import ArrayLike

from riskkit.kernels import negative_binomial
from riskkit.kernels.blocks import by_block, paired

__all__ = [
    "pit_bounds",
    "pit_bounds_ensemble",
    "pit_histogram",
    "pit_randomised",
    "share_inside",
]


def pit_bounds(
    observed: ArrayLike, mean: ArrayLike, shape: ArrayLike = np.inf
) -> tuple[np.ndarray, np.ndarray]:
    """Give F(y - 1) and F(y) of a Poisson or negative binomial forecast.

    Parameters
    ----------
    observed : array_like
        What happened: counts.
    mean, shape : array_like
        As in `riskkit.kernels.negative_binomial`.

    Returns
    -------
    tuple of ndarray
        The randomised PIT lies evenly between the two.

    Examples
    --------
    >>> [float(bound) for bound in pit_bounds(1, 1.0, shape=1.0)]
    [0.5, 0.75]
    """
    y = np.asarray(observed, float)
    return negative_binomial.cdf(y - 1, mean, shape), negative_binomial.cdf(y, mean, shape)


def pit_bounds_ensemble(observed: ArrayLike, draws: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    """Give the bounds between which the PIT of an ensemble lies: ranks, ties shared evenly.

    The observation is ranked among the draws and itself, so that the randomised PIT is exactly
    uniform where it is exchangeable with the draws, whatever their number.

    Parameters
    ----------
    observed : array_like, shape (...)
        What happened.
    draws : array_like, shape (..., n)
        The forecast's draws.

    Returns
    -------
    tuple of ndarray, each of shape (...)

    Examples
    --------
    >>> [float(bound) for bound in pit_bounds_ensemble(2, [0, 2, 5])]
    [0.25, 0.75]
    """
    y, x = paired(observed, draws)
    n = x.shape[-1]
    less = by_block(lambda some, rows: (rows < some[:, None]).sum(axis=-1) / (n + 1), y, x)
    most = by_block(lambda some, rows: ((rows <= some[:, None]).sum(axis=-1) + 1) / (n + 1), y, x)
    return less, most


def pit_randomised(lower: ArrayLike, upper: ArrayLike, rng: np.random.Generator) -> np.ndarray:
    """Draw the randomised PIT, uniform if the forecasts are right.

    Parameters
    ----------
    lower, upper : array_like
        F(y - 1) and F(y), as from `pit_bounds`.
    rng : numpy.random.Generator
        Where the uniform numbers come from.

    Returns
    -------
    ndarray

    Examples
    --------
    >>> float(pit_randomised(0.25, 0.25, np.random.default_rng(1)))
    0.25
    """
    low = np.asarray(lower, float)
    return np.asarray(low + rng.random(low.shape) * (np.asarray(upper, float) - low))


def pit_histogram(lower: ArrayLike, upper: ArrayLike, bins: int = 10) -> np.ndarray:
    """Give the non-randomised PIT histogram: the expected share of randomised PITs in each bin.

    Parameters
    ----------
    lower, upper : array_like
        F(y - 1) and F(y) of each forecast.
    bins : int
        Bins of equal width on [0, 1].

    Returns
    -------
    ndarray, shape (bins,)
        Shares that sum to 1; each is 1 / bins if the forecasts are right.

    References
    ----------
    Czado, Gneiting & Held (2009), doi:10.1111/j.1541-0420.2009.01191.x.

    Examples
    --------
    >>> pit_histogram([0.0], [0.5], bins=4)
    array([0.5, 0.5, 0. , 0. ])
    """
    edges = np.linspace(0, 1, bins + 1)
    shares = [share_inside(lower, upper, low, high) for low, high in itertools.pairwise(edges)]
    return np.asarray([share.mean() for share in shares])


def share_inside(lower: ArrayLike, upper: ArrayLike, low: float, high: float) -> np.ndarray:
    """Give the chance that the randomised PIT of each forecast lies in [low, high).

    With low .05 and high .95 its mean is the hit rate of 90% intervals, free of the noise of
    the randomisation and of the width that whole numbers force on an interval.

    Parameters
    ----------
    lower, upper : array_like
        F(y - 1) and F(y) of each forecast.
    low, high : float
        The bounds asked about.

    Returns
    -------
    ndarray
        Shares in [0, 1].

    Examples
    --------
    >>> float(share_inside(0.0, 0.5, 0.25, 0.75))
    0.5
    """
    a, b = np.asarray(lower, float), np.asarray(upper, float)
    width = np.where(b > a, b - a, 1.0)
    overlap = np.clip(np.minimum(b, high) - np.maximum(a, low), 0, None) / width
    at = (a >= low) & ((a < high) | (high >= 1))
    return np.asarray(np.where(b > a, overlap, at.astype(float)))
