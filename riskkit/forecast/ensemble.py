"""What a forecaster of whole distributions gives: quantiles by region and period ahead."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
import pandas as pd

from riskkit.forecast.history import History
from riskkit.kernels.streams import RNGLike, entropy, stream
from riskkit.results import Forecast

__all__ = ["EnsembleResult", "Quantiles", "weighted_quantiles"]


def weighted_quantiles(values: np.ndarray, weights: np.ndarray, levels: np.ndarray) -> np.ndarray:
    """Give quantiles (rows, levels) of weighted values (rows, k); rows without weight are 0."""
    order = np.argsort(values, axis=1, kind="stable")
    ranked = np.take_along_axis(values, order, axis=1)
    share = np.cumsum(np.take_along_axis(weights, order, axis=1), axis=1)
    found = np.zeros((len(values), len(levels)))
    for i, total in enumerate(share[:, -1]):
        if total > 0:
            at = np.searchsorted(share[i] / total, levels)
            found[i] = ranked[i, np.minimum(at, values.shape[1] - 1)]
    return found


class Quantiles(Protocol):
    """A specification that turns past counts into distributions ahead."""

    def quantiles(self, counts: np.ndarray, horizon: int, levels: np.ndarray) -> np.ndarray:
        """Give quantiles (regions, horizon, levels) after counts (regions, periods)."""
        ...


@dataclass(frozen=True, eq=False)
class EnsembleResult:
    """Equally likely values by region and period ahead, ready to be drawn.

    Parameters
    ----------
    history : History
        What they come from.
    model : Quantiles
        Has ``quantiles(counts, horizon, levels)``: (regions, periods ahead, levels).
    """

    history: History
    model: Quantiles

    def forecast(self, horizon: int, draws: int = 2000, rng: RNGLike = None) -> Forecast:
        """Draw the periods ahead: evenly spread over each distribution, in random order.

        Periods are drawn apart, so that a total over several is too narrow.

        Parameters
        ----------
        horizon : int
            Periods ahead.
        draws : int
            Futures.
        rng : int, numpy.random.Generator or None
            Seed.

        Returns
        -------
        Forecast
        """
        periods = self.history.ahead(horizon)
        seed = entropy(rng)
        counts = self.history.panel.to_numpy(float)
        levels = (np.arange(draws) + 0.5) / draws
        values = self.model.quantiles(counts, horizon, levels)
        regions = self.history.panel.index
        drawn = np.empty((draws, len(regions), horizon), dtype=np.int64)
        for i, region in enumerate(regions):
            random = stream(seed, "ensemble", str(region))
            drawn[:, i] = random.permuted(np.rint(values[i]).T, axis=0)
        quantity = self.history.quantity
        unit = f"{quantity} per {self.history.every}"
        return Forecast(drawn, pd.Index(regions), periods, quantity, unit, self.history.notes)
