"""Nothing happens."""

from dataclasses import dataclass

import numpy as np

from riskkit.counts import Tally
from riskkit.forecast.history import History, Quantity
from riskkit.forecast.steady import SteadyResult

__all__ = ["Zero"]


@dataclass(frozen=True)
class Zero:
    """Nothing happens, for sure: right about most regions, and blind to the others.

    Its CRPS is the mean count. A model that doesn't beat it knows less than nothing.

    Parameters
    ----------
    quantity : {"attacks", "deaths"}, optional
        What is forecast; by default attacks, or deaths where the tally holds only those.

    Examples
    --------
    >>> import pandas as pd
    >>> months = pd.period_range("2020-01", periods=3, freq="M")
    >>> counts = Tally.from_panel(attacks=pd.DataFrame([[9, 9, 4]], ["MLI"], months))
    >>> int(Zero().fit(counts).forecast(horizon=12, draws=5, rng=1).draws.sum())
    0
    """

    quantity: Quantity | None = None

    def fit(self, tally: Tally) -> SteadyResult:
        """Keep the regions.

        Parameters
        ----------
        tally : Tally
            The record.

        Returns
        -------
        SteadyResult
        """
        history = History.of(tally, self.quantity)
        return SteadyResult(history, np.zeros(len(history.panel)), np.inf)
