"""Scores of forecasts of counts: smaller is better, and honesty is the best policy (proper).

Arrays in, arrays out. An ensemble has its draws on the last axis: ``draws`` (..., n) against
``observed`` (...). The CRPS is in `riskkit.kernels.crps`.
"""

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from riskkit.kernels import negative_binomial
from riskkit.kernels.blocks import by_block, paired

__all__ = [
    "VIEWS_EDGES",
    "brier",
    "ignorance_binned",
    "interval_score",
    "log_score_ensemble",
    "log_score_guarded",
    "log_score_negative_binomial",
]

VIEWS_EDGES = (0.5, 2.5, 5.5, 10.5, 25.5, 50.5, 100.5, 250.5, 500.5, 1000.5)


def log_score_negative_binomial(
    observed: ArrayLike, mean: ArrayLike, shape: ArrayLike = np.inf
) -> np.ndarray:
    """Log score, -log p(y), of a Poisson or negative binomial forecast, exact.

    Parameters
    ----------
    observed : array_like
        What happened: counts.
    mean : array_like
        The forecast's mean, 0 or more.
    shape : array_like
        The shape r, above 0; variance = m + m^2 / r. ``inf`` is the Poisson.

    Returns
    -------
    ndarray
        In nats; infinite where a mean of 0 met a count above it.

    References
    ----------
    Good (1952), doi:10.1111/j.2517-6161.1952.tb00104.x.

    Examples
    --------
    >>> float(log_score_negative_binomial(0, 1.5))
    1.5
    """
    return np.asarray(-negative_binomial.log_pmf(observed, mean, shape))


def log_score_ensemble(observed: ArrayLike, draws: ArrayLike) -> np.ndarray:
    r"""Log score, -log p(y), of a distribution of counts that is known by its draws only.

    Each draw x is spread over the counts near it by a normal kernel on log(x + 1), cut at the
    half-integers, with bandwidth b = 0.9 min(sd, IQR/1.34) n^{-1/5} of log(x + 1): small counts
    stay where they are, large ones are smoothed. The result then goes through
    `log_score_guarded`, so that a count far from every draw costs much, not infinitely much.

    Parameters
    ----------
    observed : array_like, shape (...)
        What happened: counts.
    draws : array_like, shape (..., n)
        The forecast's draws: whole numbers.

    Returns
    -------
    ndarray, shape (...)
        In nats.

    Examples
    --------
    >>> float(log_score_ensemble(0, np.zeros(1000)).round(4))
    0.0005
    """
    y, x = paired(observed, draws)

    def mass(some: np.ndarray, rows: np.ndarray) -> np.ndarray:
        z = np.log1p(rows.astype(float))
        quarter, three = np.quantile(z, [0.25, 0.75], axis=-1)
        sd = z.std(axis=-1)
        # Half the draws on one value (often zero) leave no quartile range: the sd stands in.
        spread = np.where(three > quarter, np.minimum(sd, (three - quarter) / 1.34), sd)
        width = np.maximum(0.9 * spread * z.shape[-1] ** -0.2, 1e-9)[:, None]
        upper = special.ndtr((np.log(some + 1.5)[:, None] - z) / width)
        lower = special.ndtr((np.log(some + 0.5)[:, None] - z) / width)
        return np.asarray((upper - np.where(some[:, None] == 0, 0.0, lower)).mean(axis=-1))

    return log_score_guarded(y, by_block(mass, y, x), x.shape[-1])


def log_score_guarded(observed: ArrayLike, mass: ArrayLike, draws: int) -> np.ndarray:
    r"""Log score of a mass p(y), guarded by one draw's worth of a very wide distribution.

    .. math:: -\log \frac{n\,p(y) + 1/((y + 1)(y + 2))}{n + 1}

    The same guard is put on exact distributions and on draws, so that both can be compared:
    it costs a good forecast 1/(n + 1) nats and makes the score of what was held to be
    impossible finite.

    Parameters
    ----------
    observed : array_like
        What happened: counts.
    mass : array_like
        The probability that the forecast gave it.
    draws : int
        The number of draws n that the compared forecasts have.

    Returns
    -------
    ndarray
        In nats.

    Examples
    --------
    >>> float(log_score_guarded(0, 1.0, draws=1000).round(4))
    0.0005
    """
    y = np.asarray(observed, float)
    wide = 1 / ((y + 1) * (y + 2))
    return np.asarray(-np.log((draws * np.asarray(mass, float) + wide) / (draws + 1)))


def brier(happened: ArrayLike, chance: ArrayLike) -> np.ndarray:
    """Brier score, (chance - happened)^2.

    Parameters
    ----------
    happened : array_like
        1 or True where the event happened, else 0.
    chance : array_like
        The forecast's chance of it.

    Returns
    -------
    ndarray

    Examples
    --------
    >>> float(brier(1, 0.5))
    0.25
    """
    return np.asarray((np.asarray(chance, float) - np.asarray(happened, float)) ** 2)


def interval_score(
    observed: ArrayLike, lower: ArrayLike, upper: ArrayLike, level: float = 0.9
) -> np.ndarray:
    r"""Interval score: the width, and 2 / (1 - level) times the distance of a miss.

    Its mean is the MIS of the VIEWS challenge.

    Parameters
    ----------
    observed : array_like
        What happened.
    lower, upper : array_like
        Bounds of the central interval.
    level : float
        Its level.

    Returns
    -------
    ndarray

    References
    ----------
    Gneiting & Raftery (2007), doi:10.1198/016214506000001437.

    Examples
    --------
    >>> float(interval_score(300, 49.95, 949.05).round(6))
    899.1
    """
    y, low, high = (np.asarray(part, float) for part in (observed, lower, upper))
    miss = np.maximum(low - y, 0) + np.maximum(y - high, 0)
    return np.asarray(high - low + 2 / (1 - level) * miss)


def ignorance_binned(
    observed: ArrayLike, draws: ArrayLike, edges: tuple[float, ...] = VIEWS_EDGES
) -> np.ndarray:
    r"""Ignorance score in bits over bins, as the VIEWS challenge has it.

    .. math:: -\log_2 \frac{c + 1}{n + k}

    where c of the n draws lie in the bin of what happened, one of k bins.

    Parameters
    ----------
    observed : array_like, shape (...)
        What happened.
    draws : array_like, shape (..., n)
        The forecast's draws.
    edges : tuple of float
        Inner edges of the bins; the first and the last bin are open.

    Returns
    -------
    ndarray, shape (...)

    Examples
    --------
    >>> round(float(ignorance_binned(0, np.zeros(1000))), 6)
    0.014341
    """
    y, x = paired(observed, draws)
    n, bins = x.shape[-1], len(edges) + 1

    def same(some: np.ndarray, rows: np.ndarray) -> np.ndarray:
        here = np.searchsorted(edges, some, side="right")[:, None]
        return np.asarray((np.searchsorted(edges, rows, side="right") == here).sum(axis=-1))

    return np.asarray(-np.log2((by_block(same, y, x) + 1) / (n + bins)))
