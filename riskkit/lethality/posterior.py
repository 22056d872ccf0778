"""What one table of tolls says about the parameters, and draws of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from riskkit.kernels.betabinomial import log_likelihood, pooled_posterior
from riskkit.kernels.grid import Grid
from riskkit.kernels.pareto import bounded_mean, log_pmf, survival, tail_posterior
from riskkit.kernels.streams import stream
from riskkit.lethality.cells import Cells
from riskkit.lethality.simulate import simulate_region
from riskkit.lethality.tolls import Tolls

__all__ = ["LethalityDraws", "Posterior", "draw_parameters"]

Array = NDArray[np.float64]
Whole = NDArray[np.int64]

# Beta priors of the mean over regions: a tail is worth five attacks with half an exceedance, so
# that without data about one attack in ten is in it; every other choice has Jeffreys' prior.
TAIL_PRIOR = (0.5, 4.5)
OTHER_PRIOR = (0.5, 0.5)
# Weight of each toll inside a cell before any data, in attacks.
WITHIN_PRIOR = 0.5


@dataclass(frozen=True, eq=False)
class LethalityDraws:
    """Draws of all parameters; row i of each array belongs to draw i.

    Parameters
    ----------
    body : array of float, shape (draws, regions, tolls)
        Chance of each toll from the smallest collected to just under the threshold.
    tail : array of float, shape (draws, regions)
        Chance to reach the threshold.
    shape, scale : array of float, shape (draws,)
        Of the tail.
    mean, concentration : array of float, shape (choices, draws)
        What the regions share about each choice.
    """

    body: Array
    tail: Array
    shape: Array
    scale: Array
    mean: Array
    concentration: Array

    def sf(self, x: ArrayLike, cells: Cells, largest: int) -> Array:
        """Chance of x deaths or more; (draws, regions, len(x))."""
        deaths = np.ceil(np.atleast_1d(np.asarray(x, dtype=float)))
        out = np.ones((*self.tail.shape, len(deaths)))
        # Chance to reach each toll of the body: what lies above it, added from the top.
        above = np.flip(np.cumsum(np.flip(self.body, axis=2), axis=2), axis=2)
        inside = (deaths > cells.least) & (deaths < cells.threshold)
        at = (deaths[inside] - cells.least).astype(int)
        out[:, :, inside] = above[:, :, at] + self.tail[:, :, None]
        far = deaths >= max(cells.threshold, cells.least + 1)
        tail = survival(
            deaths[far][None, :], cells.threshold, self.shape[:, None], self.scale[:, None]
        )
        out[:, :, far] = self.tail[:, :, None] * tail[:, None, :]
        out[:, :, deaths > largest] = 0.0
        return np.minimum(out, 1.0)

    def bounded_mean(self, cells: Cells, largest: int) -> Array:
        """Mean deaths when no event kills more than ``largest``; (draws, regions)."""
        tail = bounded_mean(cells.threshold, self.shape, self.scale, largest)
        tolls = np.minimum(cells.least + np.arange(self.body.shape[2]), largest)
        return np.asarray(self.body @ tolls + self.tail * tail[:, None])

    def simulate(
        self, attacks: Whole, region: int, cells: Cells, largest: int, rng: np.random.Generator
    ) -> tuple[Whole, Whole]:
        """Draw deaths and the deadliest event of one region's attacks (draws, futures)."""
        return simulate_region(
            attacks,
            self.body[:, region],
            self.tail[:, region],
            self.shape,
            self.scale,
            least=cells.least,
            threshold=cells.threshold,
            largest=largest,
            rng=rng,
        )


@dataclass(frozen=True, eq=False)
class Posterior:
    """The posterior given one table of tolls.

    Parameters
    ----------
    cells : Cells
        How tolls are cut.
    counts : array of float, shape (regions, cells + 1)
        Attacks by region and cell, the tail last.
    body : array of float
        Attacks of all regions by toll, under the threshold.
    tail_deaths, tail_attacks : array of float
        Distinct tolls in the tail, all regions, and their attacks.
    choices : tuple of Grid
        What the regions share: (logit mean, log concentration) of each choice.
    tail : Grid
        (shape, log of scale over threshold).
    """

    cells: Cells
    counts: Array
    body: Array
    tail_deaths: Array
    tail_attacks: Array
    choices: tuple[Grid, ...]
    tail: Grid

    @classmethod
    def given(
        cls, tolls: Tolls, regions: int, cells: Cells, near: Posterior | None = None
    ) -> Posterior:
        """Learn from one table of tolls; the search may start near another's posterior."""
        counts = cells.counts(tolls, regions)
        reached = tolls.deaths >= cells.threshold
        deaths, at = np.unique(tolls.deaths[reached], return_inverse=True)
        attacks = np.bincount(at, tolls.attacks[reached], len(deaths)).astype(float)
        steps = cells.choices(counts)
        grids = tuple(
            pooled_posterior(
                won,
                tried,
                TAIL_PRIOR if step == 0 else OTHER_PRIOR,
                near=near.choices[step] if near else None,
            )
            for step, (won, tried) in enumerate(steps)
        )
        tail = tail_posterior(deaths, attacks, cells.threshold, near.tail if near else None)
        return cls(cells, counts, cells.body(tolls), deaths.astype(float), attacks, grids, tail)

    def log_likelihood(self) -> float:
        """Log likelihood at the posterior means of what the regions share."""
        total = 0.0
        for grid, (won, tried) in zip(self.choices, self.cells.choices(self.counts), strict=True):
            logit, concentration = grid.mean()
            total += float(
                log_likelihood(won, tried, 1 / (1 + np.exp(-logit)), np.exp(concentration))
            )
        for start, end in self._body_slices():
            inside = self.body[start:end]
            share = (inside + WITHIN_PRIOR) / (inside + WITHIN_PRIOR).sum()
            total += float((inside * np.log(share)).sum())
        shape, log_scale = self.tail.mean()
        u = self.cells.threshold
        each = log_pmf(self.tail_deaths, u, shape, u * np.exp(log_scale))
        return total + float((self.tail_attacks * each).sum())

    def draw_shared(self, size: int, rng: np.random.Generator) -> tuple[Array, Array, list[Array]]:
        """Draw what the regions share.

        Returns
        -------
        tuple
            Tail (2, size): shape and log scale; choices (choices, 2, size): logit mean and log
            concentration; for each cell of the body how it is shared among its tolls.
        """
        tail = np.stack(self.tail.sample(size, rng))
        choices = np.array([grid.sample(size, rng) for grid in self.choices])
        within = [
            rng.dirichlet(self.body[start:end] + WITHIN_PRIOR, size)
            for start, end in self._body_slices()
        ]
        return tail, choices.reshape(len(self.choices), 2, size), within

    def _body_slices(self) -> list[tuple[int, int]]:
        edges = np.array(self.cells.edges) - self.cells.least
        return list(zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True))


def draw_parameters(
    posteriors: tuple[Posterior, ...], regions: pd.Index, draws: int, seed: int
) -> LethalityDraws:
    """Draw parameter vectors; draw i stands on table i modulo the number of tables.

    Parameters
    ----------
    posteriors : tuple of Posterior
        One for each possible table of tolls.
    regions : pandas.Index
        Their names, which seed their streams.
    draws : int
        Number of vectors.
    seed : int
        Of the streams.

    Returns
    -------
    LethalityDraws
    """
    cells = posteriors[0].cells
    number = len(cells.names)
    table = np.arange(draws) % len(posteriors)
    tail = np.empty((2, draws))
    shared = np.empty((number, 2, draws))
    within = [np.empty((draws, b - a)) for a, b in posteriors[0]._body_slices()]
    rng = stream(seed, "lethality")
    for which, posterior in enumerate(posteriors):
        mine = table == which
        tail[:, mine], shared[:, :, mine], parts = posterior.draw_shared(int(mine.sum()), rng)
        for whole, part in zip(within, parts, strict=True):
            whole[mine] = part
    mean, concentration = 1 / (1 + np.exp(-shared[:, 0])), np.exp(shared[:, 1])
    chances = np.empty((number, draws, len(regions)))
    steps = np.array([cells.choices(p.counts) for p in posteriors])
    for r, name in enumerate(regions):
        own = stream(seed, "lethality", str(name))
        for step in range(number):
            won, tried = steps[table, step, :, r].T
            chances[step, :, r] = own.beta(
                won + mean[step] * concentration[step],
                tried - won + (1 - mean[step]) * concentration[step],
            )
    if number:
        body, reach = cells.join(chances, within)
    else:
        body, reach = np.zeros((draws, len(regions), 0)), np.ones((draws, len(regions)))
    scale = cells.threshold * np.exp(tail[1])
    return LethalityDraws(body, reach, tail[0], scale, mean, concentration)
