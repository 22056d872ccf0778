"""The last count again, as a Poisson."""

from dataclasses import dataclass

import numpy as np

from riskkit.counts import Tally
from riskkit.forecast.history import History, Quantity
from riskkit.forecast.resampled import whole_values
from riskkit.forecast.steady import SteadyResult

__all__ = ["LastValue"]


@dataclass(frozen=True)
class LastValue:
    """A Poisson whose mean is the last period's count.

    A benchmark of the VIEWS prediction challenge.

    Parameters
    ----------
    quantity : {"attacks", "deaths"}, optional
        What is forecast; by default attacks, or deaths where the tally holds only those.

    References
    ----------
    Hegre et al. (2025), The 2023/24 VIEWS prediction challenge, arXiv:2407.11045.

    Examples
    --------
    >>> import pandas as pd
    >>> months = pd.period_range("2020-01", periods=3, freq="M")
    >>> counts = Tally.from_panel(attacks=pd.DataFrame([[9, 9, 4]], ["MLI"], months))
    >>> LastValue().fit(counts).mean
    array([4.])
    """

    quantity: Quantity | None = None

    def fit(self, tally: Tally) -> SteadyResult:
        """Take each region's last count of a wholly watched period; 0 where there is none.

        Parameters
        ----------
        tally : Tally
            The record.

        Returns
        -------
        SteadyResult
        """
        history = History.of(tally, self.quantity)
        grid = history.panel.to_numpy(float)
        mean = [grid[i, at[-1]] if len(at) else 0 for i, at in enumerate(whole_values(history, 1))]
        return SteadyResult(history, np.array(mean, float), np.inf)
