"""Chance of an event and its size, smoothed apart (Teunter-Syntetos-Babai)."""

from dataclasses import dataclass

import numpy as np

from riskkit.counts import Tally
from riskkit.forecast.ensemble import EnsembleResult
from riskkit.forecast.history import History, Quantity
from riskkit.forecast.reasons import fading_shares

__all__ = ["OccurrenceSize", "event_quantiles"]


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
        chance, size = np.full(len(counts), 0.01), np.ones(len(counts))
        for value in counts.T:
            event = value > 0
            chance = np.where(np.isnan(value), chance, chance + self.chance_rate * (event - chance))
            size = np.where(event, size + self.size_rate * (value - size), size)
        values = event_quantiles(chance, size, self.shape, levels)
        return np.repeat(values[:, None], horizon, axis=1)

    def shares(self, counts: np.ndarray, horizon: int, region: int) -> dict[str, np.ndarray]:
        """Give the weight of each past count: half as to the chance, half as to the size.

        Parameters
        ----------
        counts : ndarray of shape (regions, periods)
            Attacks or deaths a period, NaN where not watched.
        horizon : int
            Periods ahead.
        region : int
            Place of the region.

        Returns
        -------
        dict of str to ndarray of shape (regions, periods)
            By kind of reason; they sum to 1.
        """
        own = counts[region]
        chance = fading_shares(counts, region, ~np.isnan(own), 1 - self.chance_rate)
        size = fading_shares(counts, region, own > 0, 1 - self.size_rate)
        return {"chance and size": (chance + size) / 2}


def event_quantiles(
    chance: np.ndarray, size: np.ndarray, shape: float, levels: np.ndarray
) -> np.ndarray:
    """Give quantiles (regions, levels) of 0 or, with a chance, 1 + a negative binomial.

    Parameters
    ----------
    chance, size : ndarray, shape (regions,)
        Of a count above zero, and its mean.
    shape : float
        Of the negative binomial.
    levels : ndarray
        Between 0 and 1.

    Returns
    -------
    ndarray, shape (regions, levels)
    """
    from scipy.stats import nbinom

    above = (levels - (1 - chance[:, None])) / np.maximum(chance[:, None], 1e-9)
    mean = np.maximum(size - 1, 0.01)[:, None]
    inner = np.clip(above, 1e-6, 1 - 1e-6)
    sizes = 1 + nbinom.ppf(inner, shape, shape / (shape + mean))
    return np.where(above <= 0, 0.0, sizes)
