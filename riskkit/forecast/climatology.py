"""All past values of a region, each as likely."""

from dataclasses import dataclass

import numpy as np

from riskkit.counts import Tally
from riskkit.forecast.history import History, Quantity
from riskkit.forecast.resampled import ResampledResult, whole_values

__all__ = ["Climatology"]


@dataclass(frozen=True)
class Climatology:
    """Each period ahead is one of the region's past values, however long ago.

    What a forecaster knows who has the record but no clock: any model should beat it.

    Parameters
    ----------
    quantity : {"attacks", "deaths"}, optional
        What is forecast; by default attacks, or deaths where the tally holds only those.
    years : int, optional
        How far back; by default all the record.

    Examples
    --------
    >>> import pandas as pd
    >>> months = pd.period_range("2020-01", periods=4, freq="M")
    >>> counts = Tally.from_panel(attacks=pd.DataFrame([[0, 0, 0, 8]], ["MLI"], months))
    >>> Climatology().fit(counts).forecast(horizon=1, draws=4, rng=1).draws.sum().item()
    8
    """

    quantity: Quantity | None = None
    years: int | None = None

    def fit(self, tally: Tally) -> ResampledResult:
        """Keep the values of periods that were wholly watched.

        Parameters
        ----------
        tally : Tally
            The record.

        Returns
        -------
        ResampledResult
        """
        history = History.of(tally, self.quantity)
        grid = history.panel.to_numpy(float)
        places = whole_values(history, self.years)
        values = [grid[i, at].astype(np.int64) for i, at in enumerate(places)]
        return ResampledResult(history, tuple(values))
