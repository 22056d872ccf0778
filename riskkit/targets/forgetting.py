"""Counts that fade with time, and how fast they should."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln

__all__ = ["best_half_life", "faded", "half_lives"]

Array = NDArray[np.float64]

CONCENTRATIONS = (1.0, 3.0, 10.0, 30.0, 100.0, 300.0)
# A half-life must predict better than no forgetting by this much, in log likelihood.
WORTH = 3.0


def faded(counts: Array, half_life: float) -> Array:
    r"""Weigh each period by :math:`2^{-\text{age}/h}`; the last period has age 0.

    Parameters
    ----------
    counts : array of float, shape (periods, regions, groups)
        Attacks.
    half_life : float
        h in periods; infinite is no forgetting.

    Returns
    -------
    array of float, shape (regions, groups)

    Examples
    --------
    >>> faded(np.array([[[8.0]], [[8.0]], [[8.0]]]), half_life=1.0).tolist()
    [[14.0]]
    """
    age = np.arange(len(counts))[::-1]
    return np.asarray(np.tensordot(np.exp2(-age / half_life), counts, axes=1))


def half_lives(periods: int) -> tuple[float, ...]:
    """Half-lives that can be told from so many periods: doublings, and no forgetting.

    Examples
    --------
    >>> half_lives(50)
    (6.0, 12.0, 24.0, inf)
    """
    tries = (6.0 * 2**k for k in range(16))
    return (*(h for h in tries if h <= periods / 2), float("inf"))


def best_half_life(counts: Array) -> float:
    r"""Choose the half-life that would have predicted each period best from those before.

    Each period's mix in each region is predicted by a Dirichlet-multinomial with
    :math:`\alpha_{rk} = A m_k + c_{rk}`: the faded counts of the region, and the faded mix of all
    regions with the weight A that predicts best.

    Parameters
    ----------
    counts : array of float, shape (periods, regions, groups)
        Attacks.

    Returns
    -------
    float
        In periods; infinite if forgetting does not pay (a gain of less than three in the log
        likelihood).
    """
    period, region, group = np.nonzero(counts)
    if not len(period):
        return float("inf")
    seen = counts[period, region, group]
    sizes = counts.sum(axis=2)
    row_period, row_region = np.nonzero(sizes)
    total = sizes[row_period, row_region]
    scores = {}
    for half_life in half_lives(len(counts)):
        own, shared = _histories(counts, half_life)
        mix = shared[period, group]
        past = own[period, region, group]
        past_total = own.sum(axis=2)[row_period, row_region]
        scores[half_life] = max(
            float(
                (gammaln(a * mix + past + seen) - gammaln(a * mix + past)).sum()
                + (gammaln(a + past_total) - gammaln(a + past_total + total)).sum()
            )
            for a in CONCENTRATIONS
        )
    best = max(scores, key=lambda h: scores[h])
    return best if scores[best] > scores[float("inf")] + WORTH else float("inf")


def _histories(counts: Array, half_life: float) -> tuple[Array, Array]:
    """Faded counts before each period, by region and group, and the mix of all regions."""
    keep = np.exp2(-1 / half_life)
    own = np.zeros_like(counts)
    for t in range(1, len(counts)):
        own[t] = keep * (own[t - 1] + counts[t - 1])
    world = own.sum(axis=1) + 0.5
    return own, world / world.sum(axis=1, keepdims=True)
