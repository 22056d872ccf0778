"""What a forecaster of whole distributions gives: quantiles by region and period ahead."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
import pandas as pd

from riskkit.forecast import reasons
from riskkit.forecast.alike import Alike
from riskkit.forecast.history import History
from riskkit.kernels.streams import RNGLike, entropy, stream
from riskkit.results import Forecast

__all__ = ["EnsembleResult", "Quantiles", "in_step", "weighted_quantiles"]


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


def in_step(values: np.ndarray, paths: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """Reorder each period's values so that their ranks are those of the paths.

    Where paths tie (at zero, mostly) the path with the larger sum comes later.

    Parameters
    ----------
    values : ndarray, shape (draws, horizon)
        In rising order along the draws. Each period keeps all of its values.
    paths : ndarray, shape (draws, horizon)
        Whose dependence is taken.
    random : numpy.random.Generator
        Breaks what ties remain.

    Returns
    -------
    ndarray, shape (draws, horizon)

    References
    ----------
    Clark et al. (2004), doi:10.1175/1525-7541(2004)005<0243:TSSAMF>2.0.CO;2.
    """
    ordered = np.empty_like(values)
    size = np.log1p(paths).sum(axis=1)
    luck = random.random(len(paths))
    for step in range(values.shape[1]):
        ordered[np.lexsort((luck, size, paths[:, step])), step] = values[:, step]
    return ordered


class Quantiles(Protocol):
    """A specification that turns past counts into distributions ahead."""

    def quantiles(self, counts: np.ndarray, horizon: int, levels: np.ndarray) -> np.ndarray:
        """Give quantiles (regions, horizon, levels) after counts (regions, periods)."""
        ...

    def shares(self, counts: np.ndarray, horizon: int, region: int) -> dict[str, np.ndarray]:
        """Give by kind of forecaster the weight of each past count (regions, periods)."""
        ...


@dataclass(frozen=True, eq=False)
class EnsembleResult:
    """Equally likely values by region and period ahead, ready to be drawn and explained.

    Parameters
    ----------
    history : History
        What they come from.
    model : Quantiles
        Has ``quantiles`` and ``shares``.
    """

    history: History
    model: Quantiles

    def forecast(self, horizon: int, draws: int = 2000, rng: RNGLike = None) -> Forecast:
        """Draw the periods ahead: evenly spread over the distribution of each period.

        A draw is one path: its ranks from period to period are those of what followed where
        things looked alike, so that totals over periods are as wide as they should be. Regions
        are drawn apart from each other.

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
        counts = self.history.whole()
        levels = (np.arange(draws) + 0.5) / draws
        values = np.rint(self.model.quantiles(counts, horizon, levels))
        past = Alike.of(counts, horizon)
        regions = self.history.panel.index
        drawn = np.empty((draws, len(regions), horizon), dtype=np.int64)
        for i, region in enumerate(regions):
            random = stream(seed, "ensemble", str(region))
            paths = past.paths(i, random.permutation(levels))
            drawn[:, i] = in_step(values[i].T, paths, random)
        return self.history.forecast(drawn, periods)

    def explain(self, region: str, horizon: int = 12) -> pd.DataFrame:
        """Tell which past counts the forecast of a region rests on.

        Parameters
        ----------
        region : str
            One of the tally's.
        horizon : int
            Periods ahead.

        Returns
        -------
        pandas.DataFrame
            A row a kind of forecaster and past count, heaviest first: ``member``, ``region``
            (another one is an analogue), ``period``, ``count``, ``weight``. The weights add up
            to 1, but for what still comes from a smoother's starting value.

        Raises
        ------
        ValueError
            If there is no such region.
        """
        return reasons.rests_on(self.history, self.model, region, horizon)

    def what_if(self, region: str, horizon: int = 12, last: int = 3) -> pd.DataFrame:
        """Tell what the forecast would be had a region's last periods been other.

        Parameters
        ----------
        region : str
            One of the tally's.
        horizon : int
            Periods ahead.
        last : int
            How many last periods are changed.

        Returns
        -------
        pandas.DataFrame
            A row a case (as it was, none, half, twice, one more in the last period): ``mean``
            per period ahead, ``change`` from as it was, ``median``, ``upper`` (95%), and
            ``chance`` that a period has at least one. The pool's weights stay.

        Raises
        ------
        ValueError
            If there is no such region, or ``last`` is below 1.
        """
        return reasons.what_if(self.history, self.model, region, horizon, last)
