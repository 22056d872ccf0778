"""Adaptive conformal tails: bounds of forecasts that are moved by how often they were missed.

Arrays in, arrays out. Upper and lower tails are kept apart. A draw that is as good as what
happened is added at the far end of each: above the largest draw M lies a tail with
P(more than k) = (M + 1) / (k + 2), below the smallest lies 0.
"""

import numpy as np
from numpy.typing import ArrayLike

__all__ = ["guarantee", "missed_above", "missed_below", "share_asked", "upper_beyond"]


def share_asked(state: ArrayLike, target: float) -> np.ndarray:
    r"""Give the share that a bound is asked to leave out, from the state that is learned.

    .. math:: a(\theta) = \theta \text{ from the target } a_0 \text{ up to } \tfrac12, \qquad
              a_0\, e^{\theta / a_0 - 1} \text{ below it}

    0 from -1 down (no bound at all), 1 from 1 up (an empty interval), 1/2 between 1/2 and 1.

    Parameters
    ----------
    state : array_like
        Theta.
    target : float
        The share a0 that is to be missed in the long run, at most 1/2.

    Returns
    -------
    ndarray

    Examples
    --------
    >>> share_asked([-1.0, 0.05, 0.1, 0.7, 1.0], 0.05)
    array([0.  , 0.05, 0.1 , 0.5 , 1.  ])
    """
    theta = np.asarray(state, float)
    small = target * np.exp(np.minimum(theta, target) / target - 1)
    found = np.where(theta < target, small, np.minimum(theta, 0.5))
    return np.asarray(np.where(theta <= -1, 0.0, np.where(theta >= 1, 1.0, found)))


def guarantee(target: float, rate: float, forecasts: int, waiting: int = 0) -> float:
    r"""Bound on how far the share missed is from the target, whatever happens.

    .. math:: \Big| \frac1T \sum_t e_t - a_0 \Big| \le
              \frac{1 + \max\{a_0 + \gamma (w + 1)(1 - a_0),\; -a_0 + \gamma (w + 1) a_0\}}
              {\gamma T}

    It needs nothing of the world: the state is between -1 and 1 but for one step, and for as
    many more as forecasts wait for their outcome.

    Parameters
    ----------
    target : float
        The share to be missed, a0.
    rate : float
        The step gamma.
    forecasts : int
        T, those whose outcome was learned from.
    waiting : int
        w: the most later forecasts that were made before the outcome of one was known.

    Returns
    -------
    float
        ``inf`` without forecasts. Above 1 it says nothing.

    References
    ----------
    Gibbs & Candès (2021), arXiv:2106.00170, proposition 4.1; here the state reaches down to -1.

    Examples
    --------
    >>> round(guarantee(0.05, 0.1, 1000), 5)
    0.01145
    """
    if not forecasts:
        return float("inf")
    reach = rate * (waiting + 1)
    far = max(target + reach * (1 - target), reach * target - target)
    return float((1 + far) / (rate * forecasts))


def missed_above(
    observed: ArrayLike, above: ArrayLike, below: ArrayLike, largest: ArrayLike,
    draws: ArrayLike, share: ArrayLike,
) -> np.ndarray:  # fmt: skip
    """Chance that the randomised rank of what happened is beyond an upper bound.

    Parameters
    ----------
    observed : array_like
        What happened: counts.
    above, below : array_like
        How many draws were more, and less.
    largest : array_like
        The largest draw.
    draws : array_like
        How many there were.
    share : array_like
        What the bound leaves out, as the forecast has it.

    Returns
    -------
    ndarray
        In [0, 1]; 1 wherever the whole-number bound itself was passed.

    Examples
    --------
    >>> float(missed_above(3, above=0, below=9, largest=2, draws=9, share=0.1))
    1.0
    """
    y, more, less, top, n, a = _arrays(observed, above, below, largest, draws, share)
    beyond = np.where(y < top, 1.0, (top + 1) / (y + 2))
    from_it = np.where(y <= top, 1.0, (top + 1) / (y + 1))
    return _part_below(a, n, more + beyond, n - less + from_it)


def missed_below(
    observed: ArrayLike, above: ArrayLike, below: ArrayLike, draws: ArrayLike, share: ArrayLike
) -> np.ndarray:
    """Chance that the randomised rank of what happened is beyond a lower bound.

    Parameters
    ----------
    observed : array_like
        What happened: counts.
    above, below : array_like
        How many draws were more, and less.
    draws : array_like
        How many there were.
    share : array_like
        What the bound leaves out, as the forecast has it.

    Returns
    -------
    ndarray
        In [0, 1]; 1 wherever the whole-number bound itself was passed.

    Examples
    --------
    >>> float(missed_below(0, above=9, below=0, draws=9, share=0.05))
    0.5
    """
    y, more, less, n, a = _arrays(observed, above, below, draws, share)
    return _part_below(a, n, less + (y > 0), n - more + 1)


def upper_beyond(largest: ArrayLike, draws: ArrayLike, share: float) -> np.ndarray:
    """Upper bound where the draws are too few to tell: the largest, or further out.

    Parameters
    ----------
    largest : array_like
        The largest draw.
    draws : array_like
        How many there were.
    share : float
        What the bound leaves out; less than 1 / (draws + 1).

    Returns
    -------
    ndarray
        ``inf`` where the share is 0.

    Examples
    --------
    >>> upper_beyond([0, 9], 9, 0.02)
    array([ 3., 48.])
    """
    top, n = np.broadcast_arrays(np.asarray(largest, float), np.asarray(draws, float))
    if share <= 0:
        return np.full(top.shape, np.inf)
    # The least k with (M + 1) / (k + 2) / (n + 1) at most the share; rounding adds none.
    out = np.ceil((top + 1) / ((n + 1) * share) - 1e-9) - 2
    return np.asarray(np.maximum(out, top))


def _arrays(*parts: ArrayLike) -> list[np.ndarray]:
    return list(np.broadcast_arrays(*(np.asarray(part, float) for part in parts)))


def _part_below(
    share: np.ndarray, draws: np.ndarray, low: np.ndarray, high: np.ndarray
) -> np.ndarray:
    """Give the part of a span of ranks that lies below a share of all ranks."""
    at = share * (draws + 1)
    part = np.clip((at - low) / np.maximum(high - low, 1e-300), 0, 1)
    # A span of no width, between draws, is below its own rank; bounds round ranks alike.
    part = np.where(high <= at + 1e-9, 1.0, part)
    return np.asarray(np.where(share <= 0, 0.0, np.where(share >= 1, 1.0, part)))
