"""The time between events and their size, smoothed when an event comes (Croston)."""

from dataclasses import dataclass

import numpy as np

from riskkit.counts import Tally
from riskkit.forecast.ensemble import EnsembleResult
from riskkit.forecast.history import History, Quantity
from riskkit.forecast.occurrence_size import event_quantiles
from riskkit.forecast.reasons import fading_shares

__all__ = ["Croston"]


@dataclass(frozen=True)
class Croston:
    r"""Croston's method, with the correction of Syntetos and Boylan.

    .. math:: \hat m = (1 - \alpha/2)\, \hat z / \hat p

    with :math:`\hat z` the smoothed size of a count above zero and :math:`\hat p` the smoothed
    periods between them, both moved only when one comes: a region that has gone quiet is
    forecast as when it last was not. `OccurrenceSize` forgets in quiet periods too.

    Parameters
    ----------
    quantity : {"attacks", "deaths"}, optional
        What is forecast; by default attacks, or deaths where the tally holds only those.
    rate : float
        :math:`\alpha`, above 0 and at most 1: how fast size and interval follow.
    shape : float
        Of the sizes, which are 1 plus a negative binomial; smaller is wider.

    References
    ----------
    Croston (1972), doi:10.1057/jors.1972.50; Syntetos & Boylan (2005),
    doi:10.1016/j.ijforecast.2004.10.001.

    Examples
    --------
    >>> import pandas as pd
    >>> months = pd.period_range("2016-01", periods=48, freq="M")
    >>> counts = Tally.from_panel(deaths=pd.DataFrame([[0, 6] * 24], ["MLI"], months))
    >>> ahead = Croston().fit(counts).forecast(12, 1000, rng=1)
    >>> bool(2.5 < ahead.draws.mean() < 3.2)
    True
    """

    quantity: Quantity | None = None
    rate: float = 0.1
    shape: float = 0.7

    def fit(self, tally: Tally) -> EnsembleResult:
        """Keep the past values.

        Parameters
        ----------
        tally : Tally
            Periods not watched count neither as quiet nor as busy. A region without a count
            above zero is forecast as 0.

        Returns
        -------
        EnsembleResult

        Raises
        ------
        ValueError
            If ``rate`` is not above 0 and at most 1.
        """
        if not 0 < self.rate <= 1:
            raise ValueError(f"rate is {self.rate}; accepted: above 0 and at most 1")
        return EnsembleResult(History.of(tally, self.quantity), self)

    def quantiles(self, counts: np.ndarray, horizon: int, levels: np.ndarray) -> np.ndarray:
        """Give the quantiles of each period ahead: the same for all, as nothing moves them.

        Parameters
        ----------
        counts : array, shape (regions, periods)
            NaN: not watched.
        horizon : int
            Periods ahead.
        levels : array
            Between 0 and 1.

        Returns
        -------
        array, shape (regions, horizon, levels)
        """
        size, interval = np.zeros(len(counts)), np.full(len(counts), np.inf)
        waited = np.ones(len(counts))
        for value in counts.T:
            event = value > 0
            first = event & np.isinf(interval)
            size = np.where(first, value, np.where(event, size + self.rate * (value - size), size))
            later = np.where(np.isinf(interval), waited, interval)
            interval = np.where(event, later + self.rate * (waited - later), interval)
            waited = np.where(event, 1.0, waited + ~np.isnan(value))
        # The correction is for 1/p, which is too large on average.
        chance = np.minimum((1 - self.rate / 2) / interval, 1.0)
        values = event_quantiles(chance, size, self.shape, levels)
        return np.repeat(values[:, None], horizon, axis=1)

    def shares(self, counts: np.ndarray, horizon: int, region: int) -> dict[str, np.ndarray]:
        """Give the weight of each of the region's events; its first is the starting value.

        Parameters
        ----------
        counts : array, shape (regions, periods)
            NaN: not watched.
        horizon : int
            Periods ahead; the weights are the same for all.
        region : int
            Row of the region that is explained.

        Returns
        -------
        dict
            The weights (regions, periods) under the forecaster's name; they add up to one.
        """
        events = counts[region] > 0
        shares = fading_shares(counts, region, events, 1 - self.rate)
        if events.any():
            shares[region, np.argmax(events)] += 1 - shares.sum()
        return {"Croston": shares}
