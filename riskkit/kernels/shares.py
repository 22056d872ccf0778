"""Shares of cells that make coarse observations most likely: one convex problem, many at once."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["best_shares"]

Array = NDArray[np.float64]

# Duality gap of the mean log likelihood at which the search stops.
GAP = 1e-13
STEPS = 80


def best_shares(chance: Array, times: Array) -> tuple[Array, Array]:
    r"""Maximise the mean log likelihood of a mixture over its shares.

    .. math:: \max_p \frac{1}{n} \sum_i n_i \ln \sum_j a_{ij}\, p_j, \qquad
              p_j \ge 0,\; \sum_j p_j = 1

    With :math:`a_{ij}` telling whether observation i may lie in cell j this is the
    nonparametric maximum likelihood of censored data. A primal-dual interior point method; what
    it leaves to the maximum is known (the duality gap), and under 1e-13.

    Parameters
    ----------
    chance : array of float, shape (problems, observations, cells)
        :math:`a_{ij}`, 0 or more; each observation has some cell in which it may lie.
    times : array of float, shape (observations,)
        How often each observation was made, more than 0.

    Returns
    -------
    tuple of arrays of float, shapes (problems,) and (problems, cells)
        The highest mean log likelihood, and the shares.

    Examples
    --------
    Ten in the first cell, ten in the second, and four in either.

    >>> value, share = best_shares(np.array([[[1.0, 0], [0, 1], [1, 1]]]), np.array([10, 10, 4.0]))
    >>> share.round(6).tolist()
    [[0.5, 0.5]]

    References
    ----------
    Turnbull, B. W. (1976). https://doi.org/10.1111/j.2517-6161.1976.tb01597.x. Koenker, R. and
    Mizera, I. (2014). https://doi.org/10.1080/01621459.2013.869224
    """
    problems, _, cells = chance.shape
    weight = times / times.sum()
    # An observation's scale moves no share; tiny chances would overflow when squared.
    scale = chance.max(axis=2)
    chance = chance / scale[..., None]
    p = np.full((problems, cells), 1.0 / cells)
    z = np.ones((problems, cells))
    diagonal = np.arange(cells)
    across = chance.swapaxes(1, 2)
    for _ in range(STEPS):
        mix = (chance @ p[..., None])[..., 0]
        ratio = weight / mix
        gradient = 1 - (across @ ratio[..., None])[..., 0]
        # Shares add up to one by themselves at the maximum.
        gap = (p * z).sum(axis=1)
        missed = np.abs(gradient - z).max(axis=1)
        if gap.max() < GAP and missed.max() < GAP**0.5:
            break
        curve = across @ (chance * (ratio / mix)[..., None])
        curve[:, diagonal, diagonal] += z / p
        aim = 0.1 * np.maximum(gap, GAP / 2)[:, None] / cells
        step = np.linalg.solve(curve, (aim / p - gradient)[..., None])[..., 0]
        other = aim / p - z - z / p * step
        far = np.minimum(_reach(p, step), _reach(z, other))[:, None]
        p, z = p + far * step, z + far * other
    share = p / p.sum(axis=1, keepdims=True)
    mix = (chance @ share[..., None])[..., 0]
    return np.asarray((np.log(mix) + np.log(scale)) @ weight), share


def _reach(at: Array, step: Array) -> Array:
    """How much of a step keeps everything above zero, at most all of it."""
    limit = np.where(step < 0, -at / np.where(step < 0, step, -1.0), np.inf).min(axis=1)
    return np.asarray(np.minimum(1.0, 0.99 * limit))
