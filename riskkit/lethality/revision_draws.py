"""Draws of the parameters of revisions, and what each says of a first toll."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import betaln, gammaln

from riskkit.kernels.grid import Grid
from riskkit.kernels.pareto import bounded_mean, quantile, survival
from riskkit.kernels.streams import RNGLike, entropy, stream

__all__ = ["RevisionDraws", "draw_parameters"]

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class RevisionDraws:
    """Draws of all parameters; row i of each array belongs to draw i.

    Parameters
    ----------
    change : array of float, shape (draws, classes)
        Chance that a first toll of the class is revised.
    up : array of float, shape (draws, classes)
        Chance that a revision is upward.
    shape, scale, growth : array of float, shape (draws,)
        Of increases: their tail, their scale at a first toll of none, and how it grows.
    left, steady : array of float, shape (draws,)
        Of decreases: the mean share left of what may be left, and its concentration.
    """

    change: Array
    up: Array
    shape: Array
    scale: Array
    growth: Array
    left: Array
    steady: Array

    def sf(self, first: int, k: int, x: int, largest: int) -> Array:
        """Chance in each draw that a first toll, of class k, settles at x or more."""
        change, up = self.change[:, k], self.up[:, k]
        if x > largest:
            return np.zeros(len(change))
        if x > first:
            more = survival(x - first, 1, self.shape, self._scale(first))
            return np.asarray(change * up * more)
        return np.asarray(1 - change * (1 - up) * self._under(x, first - 1))

    def mean(self, first: int, k: int, largest: int) -> Array:
        """Expected settled toll in each draw, none being higher than `largest`."""
        change, up = self.change[:, k], self.up[:, k]
        room = float(largest - first)
        more = bounded_mean(1, self.shape, self._scale(first), room) if room >= 1 else 0.0
        lost = first - self.left * max(first - 1, 0)
        return np.asarray(first + change * (up * more - (1 - up) * lost))

    def settle(self, first: int, k: int, largest: int, rng: np.random.Generator) -> Array:
        """One settled toll by draw."""
        u, v = rng.random((2, len(self.shape)))
        changed, up = u < self.change[:, k], u < self.change[:, k] * self.up[:, k]
        more = quantile(1 - v, 1, self.shape, self._scale(first), float(largest - first))
        share = rng.beta(self.left * self.steady, (1 - self.left) * self.steady)
        less = rng.binomial(max(first - 1, 0), share)
        return np.asarray(np.where(up, first + more, np.where(changed, less, first)))

    def _scale(self, first: int) -> Array:
        return np.asarray(self.scale * (1.0 + first) ** self.growth)

    def _under(self, x: int, most: int) -> Array:
        """Chance of less than x among what may be left, 0 to `most`: beta-binomial."""
        if x <= 0:
            return np.zeros(len(self.left))
        if x > most:
            return np.ones(len(self.left))
        kept = np.arange(x)[:, None]
        a, b = self.left * self.steady, (1 - self.left) * self.steady
        choose = gammaln(most + 1) - gammaln(kept + 1) - gammaln(most - kept + 1)
        each = choose + betaln(kept + a, most - kept + b) - betaln(a, b)
        return np.asarray(np.minimum(np.exp(each).sum(axis=0), 1.0))


def draw_parameters(
    counts: pd.DataFrame,
    change: Grid,
    direction: Grid,
    increases: tuple[tuple[float, float, Grid], ...],
    decreases: Grid,
    draws: int,
    rng: RNGLike,
) -> RevisionDraws:
    """Draw from the posterior of all parameters.

    Parameters
    ----------
    counts : pandas.DataFrame
        By class of first tolls: ``pairs``, ``up``, ``down``.
    change, direction, decreases : Grid
        As in `RevisionResult`.
    increases : tuple of (float, float, Grid)
        As in `RevisionResult`.
    draws : int
        How many.
    rng : int, numpy.random.Generator or None
        Seed of the draws.

    Returns
    -------
    RevisionDraws
    """
    seed = entropy(rng)
    pairs, up, down = (counts[name].to_numpy(float) for name in ("pairs", "up", "down"))
    free = counts.index.to_numpy() > 0
    shares = []
    for name, grid, won, tried in (
        ("change", change, up + down, pairs),
        ("up", direction, np.where(free, up, 0.0), np.where(free, up + down, 0.0)),
    ):
        logit, log_total = grid.sample(draws, stream(seed, "revision", name))
        mean, weight = 1 / (1 + np.exp(-logit)), np.exp(log_total)
        columns = [
            stream(seed, "revision", name, str(start)).beta(
                np.maximum(mean * weight + won[k], 1e-12),
                np.maximum((1 - mean) * weight + tried[k] - won[k], 1e-12),
            )
            for k, start in enumerate(counts.index)
        ]
        shares.append(np.array(columns).T)
    # A first toll of none has no way but up.
    shares[1][:, ~free] = 1.0
    upward = stream(seed, "revision", "increases")
    which = upward.choice(len(increases), draws, p=[share for _, share, _ in increases])
    shape, log_scale = np.empty(draws), np.empty(draws)
    for k, (_, _, grid) in enumerate(increases):
        mine = which == k
        shape[mine], log_scale[mine] = grid.sample(int(mine.sum()), upward)
    logit, log_steady = decreases.sample(draws, stream(seed, "revision", "decreases"))
    return RevisionDraws(
        change=shares[0],
        up=shares[1],
        shape=np.maximum(shape, 0.0),
        scale=np.exp(log_scale),
        growth=np.array([growth for growth, _, _ in increases])[which],
        left=1 / (1 + np.exp(-logit)),
        steady=np.exp(log_steady),
    )
