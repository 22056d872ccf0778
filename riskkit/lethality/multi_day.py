"""Events that ran over days: sums of attacks, in the deaths but in no tail of single attacks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from riskkit.kernels.betabinomial import pooled_posterior
from riskkit.kernels.grid import Grid
from riskkit.kernels.streams import entropy, stream
from riskkit.lethality.cells import Cells
from riskkit.lethality.posterior import LethalityDraws, Posterior, draw_parameters

__all__ = ["MultiDay"]

Array = NDArray[np.float64]
Whole = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class MultiDay:
    """How often an event is a sum of attacks over days, and what such sums hold.

    Parameters
    ----------
    events : array of float, shape (regions,)
        Events with a toll that ran over days.
    single : array of float, shape (regions,)
        Single attacks with a toll.
    share : Grid
        What the regions share about it: logit of the mean share, log concentration.
    posteriors : tuple of Posterior
        Of the sums, one for each possible table of their tolls.
    largest : int
        Bound on the deaths of one such sum.
    """

    events: Array
    single: Array
    share: Grid
    posteriors: tuple[Posterior, ...]
    largest: int

    @classmethod
    def learn(
        cls, events: Array, single: Array, posteriors: tuple[Posterior, ...], largest: int
    ) -> MultiDay:
        """Learn the share of such events from all regions."""
        return cls(events, single, pooled_posterior(events, events + single), posteriors, largest)

    @property
    def nobs(self) -> int:
        """Events that ran over days, with a toll."""
        return round(self.events.sum())

    def draw(self, regions: pd.Index, draws: int, seed: int) -> tuple[Array, LethalityDraws]:
        """Draw shares and the tolls' parameters.

        Parameters
        ----------
        regions : pandas.Index
            Their names, which seed their streams.
        draws : int
            Number of draws.
        seed : int
            Of the streams.

        Returns
        -------
        tuple
            Share of events that ran over days, (draws, regions), and `LethalityDraws`.
        """
        own = stream(seed, "lethality", "multi-day")
        logit, log_concentration = self.share.sample(draws, own)
        mean, weight = 1 / (1 + np.exp(-logit)), np.exp(log_concentration)
        shares = np.empty((draws, len(regions)))
        for r, name in enumerate(regions):
            shares[:, r] = stream(seed, "lethality", "multi-day", str(name)).beta(
                self.events[r] + mean * weight, self.single[r] + (1 - mean) * weight
            )
        return shares, draw_parameters(self.posteriors, regions, draws, entropy(own))

    def simulate(
        self, attacks: Whole, regions: pd.Index, cells: Cells, seed: int
    ) -> tuple[Whole, Whole]:
        """Draw how many of the events run over days, and their deaths.

        Parameters
        ----------
        attacks : array of int, shape (draws, regions, ...)
            Number of events.
        regions : pandas.Index
            Their names, which seed their streams.
        cells : Cells
            How tolls were cut.
        seed : int
            Of the streams.

        Returns
        -------
        tuple of arrays of int
            Events and deaths, each shaped as ``attacks``.
        """
        share, sums = self.draw(regions, len(attacks), seed)
        events, deaths = np.empty(attacks.shape, np.int64), np.empty(attacks.shape, np.int64)
        for r, name in enumerate(regions):
            own = stream(seed, "lethality", "multi-day events", str(name))
            part = attacks[:, r].reshape(len(attacks), -1)
            mine = own.binomial(part, share[:, r, None])
            killed, _ = sums.simulate(mine, r, cells, self.largest, own)
            events[:, r] = mine.reshape(attacks[:, r].shape)
            deaths[:, r] = killed.reshape(attacks[:, r].shape)
        return events, deaths
