"""Futures: paths of the level after the last period, and the counts seen through them."""

import numpy as np
from scipy.special import ndtr

__all__ = ["counts_on", "level_steps", "pgf_on"]

# A mean above this is no count that a computer can draw; it is a bound, not a forecast.
_LARGEST_MEAN = 1e12
# exp of a Laplace step wider than 1 has no mean: rare large steps would make the expected count
# infinite, and any finite figure an accident of the draws. One step multiplies by 20 at most.
_LARGEST_STEP = float(np.log(20.0))


def level_steps(
    normal: np.ndarray, drift: np.ndarray, chance: np.ndarray, reach: float
) -> np.ndarray:
    r"""Turn standard normal numbers into the path of the log level after the last period.

    A step has variance :math:`\sigma^2 \exp(-\sigma^2 (h - 1/2) / s^2)` in the h-th period
    ahead, so that the path strays by no more than the reach s in all. With the probability that
    the walk gives it is there, and then it follows a Laplace law, of a factor of 20 at most.

    Parameters
    ----------
    normal : ndarray, shape (draws, horizon)
        Standard normal numbers.
    drift, chance : ndarray, shape (draws,)
        Standard deviation of a step, and the chance that a period has one.
    reach : float
        Standard deviation of the log level's change in the far future; ``inf`` is a plain walk.

    Returns
    -------
    ndarray, shape (draws, horizon)
        Change of the log level since the last period.

    Examples
    --------
    >>> level_steps(np.array([[0.0, 3.0]]), np.array([0.1]), np.ones(1), np.inf).round(3)
    array([[0.   , 0.418]])
    """
    uniform = ndtr(-np.abs(normal))
    there = chance[:, None]
    width = drift[:, None] / np.sqrt(2 * there)
    step = width * np.maximum(np.log(there) - np.log(np.maximum(2 * uniform, 1e-300)), 0.0)
    step = np.minimum(step, _LARGEST_STEP)
    ahead = np.arange(normal.shape[1]) + 0.5
    fading = np.exp(-0.5 * (drift[:, None] / reach) ** 2 * ahead)
    return np.asarray((np.sign(normal) * step * fading).cumsum(axis=1))


def counts_on(means: np.ndarray, dispersion: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Draw negative binomial counts of means (draws, periods), dispersion (draws,)."""
    spread = dispersion[:, None] > 0
    shape = np.where(spread, 1 / np.where(spread, dispersion[:, None], 1.0), 1.0)
    mixed = means * rng.standard_gamma(np.broadcast_to(shape, means.shape)) / shape
    return rng.poisson(np.minimum(np.where(spread, mixed, means), _LARGEST_MEAN))


def pgf_on(s: np.ndarray, means: np.ndarray, dispersion: np.ndarray) -> np.ndarray:
    """E[s ** total] of independent counts: s (draws, k), means (draws, periods)."""
    out = np.zeros(s.shape)
    spread = dispersion[:, None] > 0
    scale = np.where(spread, dispersion[:, None], 1.0)
    for period in range(means.shape[1]):
        lost = means[:, period, None] * (1 - s)
        out -= np.where(spread, np.log1p(scale * lost) / scale, lost)
    return np.asarray(np.exp(out))
