"""Last year's count again, as a Poisson."""

from dataclasses import dataclass

import numpy as np

from riskkit.counts import Tally
from riskkit.forecast.history import History, Quantity
from riskkit.forecast.steady import SteadyResult

__all__ = ["LastYearPoisson"]


@dataclass(frozen=True)
class LastYearPoisson:
    """A Poisson with last year's count as its mean: what many reports come down to.

    Parameters
    ----------
    quantity : {"attacks", "deaths"}, optional
        What is forecast; by default attacks, or deaths where the tally holds only those.

    Examples
    --------
    >>> import pandas as pd
    >>> from riskkit.counts import Tally
    >>> months = pd.period_range("2019-01", periods=24, freq="M")
    >>> counts = Tally.from_panel(attacks=pd.DataFrame([[0] * 12 + [2] * 12], ["MLI"], months))
    >>> LastYearPoisson().fit(counts).mean
    array([2.])
    """

    quantity: Quantity | None = None

    def fit(self, tally: Tally) -> SteadyResult:
        """Take last year's mean by region.

        Parameters
        ----------
        tally : Tally
            The last twelve months of it are used.

        Returns
        -------
        SteadyResult
        """
        history = History.of(tally, self.quantity)
        return SteadyResult(history, history.mean(years=1), np.inf)
