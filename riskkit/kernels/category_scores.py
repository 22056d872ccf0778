"""Scores of chances of categories, quantiles and moments: what a forecast tells in few numbers.

Arrays in, arrays out. An ensemble has its draws on the last axis.
"""

import numpy as np
from numpy.typing import ArrayLike

from riskkit.kernels.blocks import by_block, paired
from riskkit.kernels.scores import interval_score

__all__ = [
    "dawid_sebastiani",
    "dawid_sebastiani_ensemble",
    "interval_score_ensemble",
    "quantile_score",
    "ranked_probability",
    "ranked_probability_ensemble",
]


def ranked_probability(category: ArrayLike, chances: ArrayLike) -> np.ndarray:
    r"""Ranked probability score of chances of ordered categories.

    .. math:: \sum_k \Big( \sum_{i \le k} p_i - 1\{c \le k\} \Big)^2

    Parameters
    ----------
    category : array_like of int, shape (...)
        The category that came, 0 is the first.
    chances : array_like, shape (..., categories)
        The forecast's chances, which sum to 1.

    Returns
    -------
    ndarray, shape (...)

    Raises
    ------
    ValueError
        If a category is none of those, or chances don't sum to 1.

    References
    ----------
    Epstein (1969), doi:10.1175/1520-0450(1969)008<0985:ASSFPF>2.0.CO;2.

    Examples
    --------
    >>> float(ranked_probability(2, [0.5, 0.25, 0.25]))
    0.8125
    """
    c, p = np.asarray(category), np.asarray(chances, float)
    if p.shape[:-1] != c.shape or ((c < 0) | (c >= p.shape[-1])).any():
        raise ValueError(
            f"category has shape {c.shape}, chances {p.shape}; accepted: one category, 0 to "
            f"{p.shape[-1] - 1}, for each row of chances"
        )
    if (np.abs(p.sum(axis=-1) - 1) > 1e-6).any() or (p < 0).any():
        raise ValueError("chances of the categories are 0 or more and sum to 1; these don't")
    came = c[..., None] <= np.arange(p.shape[-1])
    return np.asarray(((np.cumsum(p, axis=-1) - came) ** 2).sum(axis=-1))


def ranked_probability_ensemble(
    observed: ArrayLike, draws: ArrayLike, edges: ArrayLike
) -> np.ndarray:
    """Ranked probability score of an ensemble over bins.

    With an edge between all whole numbers it is the CRPS of the counts.

    Parameters
    ----------
    observed : array_like, shape (...)
        What happened.
    draws : array_like, shape (..., n)
        The forecast's draws.
    edges : array_like
        Rising inner edges of the bins; the first and the last bin are open. A value on an edge
        lies in the upper bin.

    Returns
    -------
    ndarray, shape (...)

    Raises
    ------
    ValueError
        If the edges don't rise.

    Examples
    --------
    >>> float(ranked_probability_ensemble(7, [0, 0, 1, 3], edges=[0.5, 2.5, 5.5]))
    1.8125
    """
    y, x = paired(observed, draws)
    bounds = np.asarray(edges, float)
    if bounds.ndim != 1 or not len(bounds) or (np.diff(bounds) <= 0).any():
        raise ValueError(f"edges are {bounds.tolist()}; accepted: one or more, rising")

    def score(some: np.ndarray, rows: np.ndarray) -> np.ndarray:
        total = np.zeros(len(some))
        for edge in bounds:
            total += ((rows < edge).mean(axis=-1) - (some < edge)) ** 2
        return total

    return by_block(score, y, x)


def quantile_score(observed: ArrayLike, quantile: ArrayLike, probability: ArrayLike) -> np.ndarray:
    r"""Quantile (pinball) score.

    .. math:: (1\{y \le q\} - p)(q - y)

    Parameters
    ----------
    observed : array_like
        What happened.
    quantile : array_like
        The forecast's quantile q.
    probability : array_like
        Its probability p, between 0 and 1.

    Returns
    -------
    ndarray
        In the unit of the counts.

    Raises
    ------
    ValueError
        If a probability is not between 0 and 1.

    References
    ----------
    Gneiting (2011), doi:10.1016/j.ijforecast.2009.12.015.

    Examples
    --------
    >>> float(quantile_score(10, 4, 0.9).round(9))
    5.4
    """
    y, q, p = (np.asarray(part, float) for part in (observed, quantile, probability))
    if ((p <= 0) | (p >= 1)).any():
        raise ValueError(f"probability is {p.tolist()}; accepted: between 0 and 1, both excluded")
    return np.asarray(((y <= q) - p) * (q - y))


def interval_score_ensemble(
    observed: ArrayLike, draws: ArrayLike, level: float = 0.9
) -> np.ndarray:
    """Interval score of an ensemble's central interval, with linear quantiles as VIEWS has it.

    Parameters
    ----------
    observed : array_like, shape (...)
        What happened.
    draws : array_like, shape (..., n)
        The forecast's draws.
    level : float
        Of the interval.

    Returns
    -------
    ndarray, shape (...)

    Examples
    --------
    >>> float(interval_score_ensemble(300, np.arange(1000)).round(6))
    899.1
    """
    y, x = paired(observed, draws)
    tail = (1 - level) / 2

    def score(some: np.ndarray, rows: np.ndarray) -> np.ndarray:
        lower, upper = np.quantile(rows, [tail, 1 - tail], axis=-1)
        return interval_score(some, lower, upper, level)

    return by_block(score, y, x)


def dawid_sebastiani(observed: ArrayLike, mean: ArrayLike, variance: ArrayLike) -> np.ndarray:
    r"""Dawid-Sebastiani score: of the mean and the variance only.

    .. math:: (y - m)^2 / v + \log v

    Parameters
    ----------
    observed : array_like
        What happened.
    mean, variance : array_like
        The forecast's. A variance of 0 scores ``-inf`` where the mean came true, else ``inf``.

    Returns
    -------
    ndarray

    References
    ----------
    Dawid & Sebastiani (1999), doi:10.1214/aos/1018031101.

    Examples
    --------
    >>> float(dawid_sebastiani(3, 1.0, 1.0))
    4.0
    """
    y, m, v = np.broadcast_arrays(*(np.asarray(part, float) for part in (observed, mean, variance)))
    sure = v == 0
    safe = np.where(sure, 1.0, v)
    blind = np.where(y == m, -np.inf, np.inf)
    return np.asarray(np.where(sure, blind, (y - m) ** 2 / safe + np.log(safe)))


def dawid_sebastiani_ensemble(observed: ArrayLike, draws: ArrayLike) -> np.ndarray:
    """Dawid-Sebastiani score of an ensemble, with its mean and variance (divided by n).

    Parameters
    ----------
    observed : array_like, shape (...)
        What happened.
    draws : array_like, shape (..., n)
        The forecast's draws.

    Returns
    -------
    ndarray, shape (...)
        As `dawid_sebastiani`: infinite where all draws are one number.

    Examples
    --------
    >>> float(dawid_sebastiani_ensemble(3, [0, 2]))
    4.0
    """
    y, x = paired(observed, draws)
    return by_block(
        lambda some, rows: dawid_sebastiani(some, rows.mean(axis=-1), rows.var(axis=-1)), y, x
    )
