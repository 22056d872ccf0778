"""Tests of calibration: whether scores are what the forecasts themselves expect.

Arrays in, arrays out. An ensemble has its draws on the last axis.
"""

import numpy as np
from numpy.typing import ArrayLike

from riskkit.kernels.blocks import by_block, paired

__all__ = ["crps_surprise", "poisson_binomial", "spiegelhalter"]


def crps_surprise(observed: ArrayLike, draws: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    r"""Give by how much each CRPS is above what its forecast expects, and the variance of that.

    The forecast expects to be scored :math:`E|X - X'| / 2`. Both come from the draws, without
    bias: where what happened is exchangeable with the draws, the mean of the surprise is 0.

    Parameters
    ----------
    observed : array_like, shape (...)
        What happened.
    draws : array_like, shape (..., n)
        The forecast's draws, 3 or more.

    Returns
    -------
    tuple of ndarray, each of shape (...)
        The surprise, positive for forecasts that are too sure, and its variance.

    Raises
    ------
    ValueError
        If there are fewer than three draws.

    References
    ----------
    Wei & Held (2014), doi:10.1007/s11749-014-0380-8, for the idea, with exact distributions.

    Examples
    --------
    >>> surprise, variance = crps_surprise([5], [[0, 2, 4]])
    >>> surprise.round(6), variance.round(6)
    (array([0.333333]), array([0.444444]))
    """
    y, x = paired(observed, draws)
    n = x.shape[-1]
    if n < 3:
        raise ValueError(f"a calibration test needs three draws or more; found {n}")
    step = np.arange(n)

    def surprise(some: np.ndarray, rows: np.ndarray) -> np.ndarray:
        _, spread = _distances(rows)
        return np.asarray(np.abs(rows - some[:, None]).mean(axis=-1) - spread.mean(axis=-1))

    def variance(_: np.ndarray, rows: np.ndarray) -> np.ndarray:
        _, spread = _distances(rows)
        # One draw against the others, and the noise of the others' mean itself.
        return np.asarray(spread.var(axis=-1, ddof=1) * (1 + 1 / n))

    def _distances(rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        ordered = np.sort(rows.astype(float), axis=-1)
        before = np.cumsum(ordered, axis=-1)
        total = before[:, -1:]
        # Sum over j of |x_i - x_j|, from the sums below and above x_i.
        away = ordered * (2 * step + 2 - n) + total - 2 * before
        return ordered, away / (n - 1)

    return by_block(surprise, y, x), by_block(variance, y, x)


def spiegelhalter(chance: ArrayLike, happened: ArrayLike) -> float:
    r"""Spiegelhalter's z: normal where chances come true as often as they say.

    .. math:: \frac{\sum (o - p)(1 - 2p)}{\sqrt{\sum (1 - 2p)^2\,p(1 - p)}}

    Parameters
    ----------
    chance : array_like
        The forecast chances p.
    happened : array_like
        1 or True where the event came (o).

    Returns
    -------
    float
        Positive for chances too near to 0 and 1. NaN where no chance but 0, 1/2 and 1 was given.

    References
    ----------
    Spiegelhalter (1986), doi:10.1002/sim.4780050506.

    Examples
    --------
    >>> round(spiegelhalter([0.1, 0.2, 0.7], [0, 1, 1]), 6)
    0.725866
    """
    p, o = np.asarray(chance, float), np.asarray(happened, float)
    noise = float(np.sum((1 - 2 * p) ** 2 * p * (1 - p)))
    return float(np.sum((o - p) * (1 - 2 * p)) / np.sqrt(noise)) if noise > 0 else float("nan")


def poisson_binomial(chances: ArrayLike) -> np.ndarray:
    """Give the distribution of how many of independent events come.

    Parameters
    ----------
    chances : array_like, shape (n,)
        Of each event.

    Returns
    -------
    ndarray, shape (n + 1,)
        Probabilities of 0 to n, to about 1e-15.

    Examples
    --------
    >>> poisson_binomial([0.5, 0.2])
    array([0.4, 0.5, 0.1])
    """
    p = np.asarray(chances, float)
    laws = [np.array([1 - one, one]) for one in p] or [np.ones(1)]
    while len(laws) > 1:
        # Halves are joined pair by pair, the short ones directly and the long ones by FFT.
        pairs = [_convolve(a, b) for a, b in zip(laws[::2], laws[1::2], strict=False)]
        laws = pairs + ([laws[-1]] if len(laws) % 2 else [])
    return np.clip(laws[0], 0, None)


def _convolve(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    if len(a) < 500:
        return np.convolve(a, b)
    size = len(a) + len(b) - 1
    return np.asarray(np.fft.irfft(np.fft.rfft(a, size) * np.fft.rfft(b, size), size))
