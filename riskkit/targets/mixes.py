"""Mixes of regions, nested in parents, nested in the world: their posterior and draws of it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from riskkit.kernels.dirichlet import Level, pool
from riskkit.kernels.streams import stream

__all__ = ["Mixes"]

Array = NDArray[np.float64]
Codes = NDArray[np.intp]

# Dirichlet prior of the world's mix: Jeffreys' half a count for each group.
WORLD_PRIOR = 0.5
PASSES = 4


@dataclass(frozen=True, eq=False)
class Mixes:
    """The posterior of every mix.

    Parameters
    ----------
    counts : array of float, shape (regions, groups)
        Attacks, faded.
    groups : tuple of arrays of int
        For each level from the regions up, the parent of each of its members.
    names : tuple of pandas.Index
        Names of the members of each level above the regions, the world left out.
    levels : tuple of Level
        For each level from the regions up, how alike its members are.
    """

    counts: Array
    groups: tuple[Codes, ...]
    names: tuple[pd.Index, ...]
    levels: tuple[Level, ...]

    @classmethod
    def given(cls, counts: Array, parents: pd.DataFrame) -> Mixes:
        """Learn how alike regions, and their parents, are.

        Parameters
        ----------
        counts : array of float, shape (regions, groups)
            Attacks.
        parents : pandas.DataFrame
            Enclosing columns of each region, outermost first; none if not nested.
        """
        groups, names = _nesting(parents)
        kinds = counts.shape[1]
        top = np.full((1, kinds), WORLD_PRIOR)
        sizes = [len(index) for index in names]
        pooled = counts.sum(axis=0) + WORLD_PRIOR
        # A parent's prior is what lies above it, which is learned from the parents: a few passes.
        priors = [np.tile(pooled / pooled.sum() * kinds / 2, (size, 1)) for size in sizes]
        levels: list[Level] = []
        for _ in range(PASSES if sizes else 1):
            levels, below = [], counts
            for depth, group in enumerate(groups):
                level = pool(below, group, [*priors, top][depth])
                levels.append(level)
                below = level.total()
            above = _mean(top + below)
            for depth in range(len(sizes) - 1, -1, -1):
                own = levels[depth + 1].concentration() * above[groups[depth + 1]]
                priors[depth] = own
                above = _mean(own + levels[depth].total())
        return cls(counts, groups, names, tuple(levels))

    def draw(self, draws: int, seed: int, regions: pd.Index) -> tuple[Array, Array]:
        """Draw every region's mix.

        Parameters
        ----------
        draws : int
            Number of draws.
        seed : int
            Of the streams.
        regions : pandas.Index
            Names, which seed the streams.

        Returns
        -------
        tuple of arrays
            Mixes (draws, regions, groups) and concentrations (levels, draws).
        """
        rng = stream(seed, "targets")
        sampled = [level.sample(draws, rng) for level in self.levels]
        concentrations = np.array([weight for weight, _ in sampled])
        evidence = [level.evidence[at] for level, (_, at) in zip(self.levels, sampled, strict=True)]
        above = _dirichlet(WORLD_PRIOR + evidence[-1][:, 0], rng)[:, None, :]
        for depth in range(len(self.names) - 1, -1, -1):
            weight, group = concentrations[depth + 1], self.groups[depth + 1]
            here = np.empty((draws, len(self.names[depth]), above.shape[2]))
            for i, name in enumerate(self.names[depth]):
                own = stream(seed, "targets", "parent", str(name))
                alpha = weight[:, None] * above[:, group[i]] + evidence[depth][:, i]
                here[:, i] = _dirichlet(alpha, own)
            above = here
        mixes = np.empty((draws, len(regions), above.shape[2]))
        for r, name in enumerate(regions):
            alpha = concentrations[0][:, None] * above[:, self.groups[0][r]] + self.counts[r]
            mixes[:, r] = _dirichlet(alpha, stream(seed, "targets", str(name)))
        return mixes, concentrations


def _nesting(parents: pd.DataFrame) -> tuple[tuple[Codes, ...], tuple[pd.Index, ...]]:
    """Parent of each member, level by level from the regions up to the world."""
    paths = [
        parents.iloc[:, : depth + 1].astype(str).agg(" / ".join, axis=1)
        for depth in range(parents.shape[1])
    ]
    names = tuple(pd.Index(path.unique()) for path in reversed(paths))
    groups: list[Codes] = []
    members = parents.index
    lookup = [path.set_axis(parents.index) for path in reversed(paths)]
    for depth, index in enumerate(names):
        if depth == 0:
            owner = lookup[0].to_numpy()
        else:
            owner = np.array([name.rpartition(" / ")[0] for name in members])
        groups.append(index.get_indexer(pd.Index(owner)))
        members = index
    groups.append(np.zeros(len(members), dtype=np.intp))
    return tuple(groups), names


def _dirichlet(alpha: Array, rng: np.random.Generator) -> Array:
    """Draw Dirichlets row by row; a row whose gammas all vanish falls on its likeliest group."""
    gammas = rng.standard_gamma(alpha)
    total = gammas.sum(axis=1, keepdims=True)
    lost = total[:, 0] < 1e-290
    if lost.any():
        gammas[lost] = np.eye(alpha.shape[1])[alpha[lost].argmax(axis=1)]
        total[lost] = 1.0
    return np.asarray(gammas / total)


def _mean(alpha: Array) -> Array:
    return np.asarray(alpha / alpha.sum(axis=1, keepdims=True))
