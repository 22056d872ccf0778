"""The same month of past years."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from riskkit.counts import Tally
from riskkit.forecast.history import History, Quantity
from riskkit.forecast.resampled import ResampledResult, season_of, whole_values

__all__ = ["Seasonal"]


@dataclass(frozen=True)
class Seasonal:
    """Each period ahead is one of the values of the same month (week, day, quarter) before.

    Parameters
    ----------
    quantity : {"attacks", "deaths"}, optional
        What is forecast; by default attacks, or deaths where the tally holds only those.
    years : int, optional
        How many past years; by default all the record.

    Examples
    --------
    >>> import pandas as pd
    >>> months = pd.period_range("2019-01", periods=24, freq="M")
    >>> values = [[12, *[0] * 11, 10, *[0] * 11]]
    >>> counts = Tally.from_panel(attacks=pd.DataFrame(values, ["MLI"], months))
    >>> Seasonal().fit(counts).forecast(horizon=2, draws=10, rng=1).draws.mean(axis=0)
    array([[11.,  0.]])
    """

    quantity: Quantity | None = None
    years: int | None = None

    def fit(self, tally: Tally) -> ResampledResult:
        """Keep the values of periods that were wholly watched, with their place in the year.

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
        season = season_of(pd.PeriodIndex(history.panel.columns), history.every)
        places = whole_values(history, self.years)
        values = [grid[i, at].astype(np.int64) for i, at in enumerate(places)]
        return ResampledResult(history, tuple(values), tuple(season[at] for at in places))
