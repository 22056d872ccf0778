"""Past values of all regions together, each as likely."""

from dataclasses import dataclass

import numpy as np

from riskkit.counts import Tally
from riskkit.forecast.history import History, Quantity
from riskkit.forecast.resampled import ResampledResult, whole_values

__all__ = ["Bootstrap"]


@dataclass(frozen=True)
class Bootstrap:
    """Each period ahead is a past value of any region: nothing is known of the region itself.

    With months and the default 20 years it draws from the last 240 months of all regions, as a
    benchmark of the VIEWS prediction challenge does.

    Parameters
    ----------
    quantity : {"attacks", "deaths"}, optional
        What is forecast; by default attacks, or deaths where the tally holds only those.
    years : int
        How far back.

    References
    ----------
    Hegre et al. (2025), The 2023/24 VIEWS prediction challenge, arXiv:2407.11045.

    Examples
    --------
    >>> import pandas as pd
    >>> years = pd.period_range("2020", periods=2, freq="Y")
    >>> panel = pd.DataFrame([[0, 0], [6, 6]], ["CHE", "MLI"], years)
    >>> fitted = Bootstrap().fit(Tally.from_panel(attacks=panel))
    >>> fitted.forecast(horizon=1, draws=8, rng=1).draws.mean(axis=0).ravel()
    array([3., 3.])
    """

    quantity: Quantity | None = None
    years: int = 20

    def fit(self, tally: Tally) -> ResampledResult:
        """Put the values of all regions in one urn.

        Parameters
        ----------
        tally : Tally
            The record; periods that were not wholly watched are left out.

        Returns
        -------
        ResampledResult
        """
        history = History.of(tally, self.quantity)
        grid = history.panel.to_numpy(float)
        values = [grid[i, at] for i, at in enumerate(whole_values(history, self.years))]
        urn = np.concatenate([np.zeros(0), *values]).astype(np.int64)
        return ResampledResult(history, (urn,) * len(grid))
