"""Chance of an event and its size, smoothed apart (Teunter-Syntetos-Babai)."""

from dataclasses import dataclass

import numpy as np

from riskkit.counts import Tally
from riskkit.forecast.ensemble import EnsembleResult
from riskkit.forecast.history import History, Quantity

__all__ = ["OccurrenceSize"]


@dataclass(frozen=True)
class OccurrenceSize:
    """TSB: the chance of a count above zero, and its size, each an exponential smoother.

    Sizes are 1 plus a negative binomial, as wide as its shape says.

    Parameters
    ----------
    quantity : {"attacks", "deaths"}, optional
        What is forecast; by default attacks, or deaths where the tally holds only those.
    chance_rate, size_rate : float
        How fast the chance and the size follow.
    shape : float
        Of the sizes; smaller is wider.

    References
    ----------
    Teunter, Syntetos & Babai (2011), doi:10.1016/j.ejor.2011.05.018.

    Examples
    --------
    >>> import pandas as pd
    >>> months = pd.period_range("2020-01", periods=12, freq="M")
    >>> counts = Tally.from_panel(deaths=pd.DataFrame([[0] * 12], ["MLI"], months))
    >>> int(OccurrenceSize().fit(counts).forecast(1, 50, rng=1).draws.max())
    0
    """

    quantity: Quantity | None = None
    chance_rate: float = 0.1
    size_rate: float = 0.2
    shape: float = 0.7

    def fit(self, tally: Tally) -> EnsembleResult:
        """Keep the past values.

        Parameters
        ----------
        tally : Tally
            Periods not watched change nothing.

        Returns
        -------
        EnsembleResult
        """
        return EnsembleResult(History.of(tally, self.quantity), self)

    def quantiles(self, counts: np.ndarray, horizon: int, levels: np.ndarray) -> np.ndarray:
        """Quantiles of each period ahead.

        Parameters
        ----------
        counts : ndarray of shape (regions, periods)
            Attacks or deaths a period, NaN where not watched.
        horizon : int
            Periods ahead.
        levels : ndarray of shape (levels,)
            Where to take them, in (0, 1), ascending.

        Returns
        -------
        ndarray of shape (regions, horizon, levels)
            Whole numbers.
        """
        from scipy.stats import nbinom

        chance, size = np.full(len(counts), 0.01), np.ones(len(counts))
        for value in counts.T:
            event = value > 0
            chance = np.where(np.isnan(value), chance, chance + self.chance_rate * (event - chance))
            size = np.where(event, size + self.size_rate * (value - size), size)
        above = (levels - (1 - chance[:, None])) / np.maximum(chance[:, None], 1e-9)
        mean = np.maximum(size - 1, 0.01)[:, None]
        inner = np.clip(above, 1e-6, 1 - 1e-6)
        sizes = 1 + nbinom.ppf(inner, self.shape, self.shape / (self.shape + mean))
        return np.repeat(np.where(above <= 0, 0.0, sizes)[:, None], horizon, axis=1)
