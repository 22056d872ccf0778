"""The region's own past values, newer ones likelier."""

from dataclasses import dataclass

import numpy as np

from riskkit.counts import Tally
from riskkit.forecast.ensemble import EnsembleResult, weighted_quantiles
from riskkit.forecast.history import History, Quantity

__all__ = ["RecentHistory"]


@dataclass(frozen=True)
class RecentHistory:
    r"""Past values resampled, a value u periods old with weight :math:`2^{-u/h}`.

    Parameters
    ----------
    quantity : {"attacks", "deaths"}, optional
        What is forecast; by default attacks, or deaths where the tally holds only those.
    half_life : float
        h, in periods.
    damping : float
        Share of the way (on log(1 + count)) that values above the weighted median are drawn
        to it: spikes shrink, and a steady war, whose values lie near its median, does not.

    Examples
    --------
    >>> import pandas as pd
    >>> months = pd.period_range("2020-01", periods=12, freq="M")
    >>> counts = Tally.from_panel(deaths=pd.DataFrame([[7] * 12], ["MLI"], months))
    >>> ahead = RecentHistory(damping=0.5).fit(counts).forecast(2, 100, rng=1)
    >>> int(ahead.draws.min()), int(ahead.draws.max())
    (7, 7)
    """

    quantity: Quantity | None = None
    half_life: float = 6.0
    damping: float = 0.0

    def fit(self, tally: Tally) -> EnsembleResult:
        """Keep the past values.

        Parameters
        ----------
        tally : Tally
            Periods not watched are left out; a region never watched is forecast as 0.

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
        seen = ~np.isnan(counts)
        age = np.arange(counts.shape[1])[::-1]
        weights = seen * 0.5 ** (age / self.half_life)
        values = np.log1p(np.where(seen, counts, 0.0))
        if self.damping:
            middle = weighted_quantiles(values, weights, np.array([0.5]))
            values = values - self.damping * np.maximum(values - middle, 0.0)
        found = np.rint(np.expm1(weighted_quantiles(values, weights, levels)))
        return np.repeat(found[:, None], horizon, axis=1)

    def shares(self, counts: np.ndarray, horizon: int, region: int) -> dict[str, np.ndarray]:
        """Give the weight of each of the region's past counts.

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
        shares = np.zeros(counts.shape)
        seen = ~np.isnan(counts[region])
        weights = seen * 0.5 ** (np.arange(counts.shape[1])[::-1] / self.half_life)
        if seen.any():
            shares[region] = weights / weights.sum()
        return {"damped history" if self.damping else "recent history": shares}
