"""A mean that stays, with Poisson or gamma-Poisson noise: what simple baselines come to."""

from dataclasses import dataclass

import numpy as np

from riskkit.forecast.history import History
from riskkit.kernels.streams import RNGLike, entropy, stream
from riskkit.results import Forecast

__all__ = ["SteadyResult"]


@dataclass(frozen=True, eq=False)
class SteadyResult:
    """A constant mean per period by region; the horizon's total is Poisson or negative binomial.

    Parameters
    ----------
    history : History
        What it was made from.
    mean : ndarray, shape (regions,)
        Per period.
    shape : float
        Shape of one gamma factor on a region's whole horizon, mean 1; ``inf`` is none, and
        the counts are Poisson.
    """

    history: History
    mean: np.ndarray
    shape: float

    def forecast(self, horizon: int, draws: int = 2000, rng: RNGLike = None) -> Forecast:
        """Draw the periods ahead.

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
        regions = self.history.panel.index
        counts = np.empty((draws, len(regions), horizon), dtype=np.int64)
        for i, region in enumerate(regions):
            random = stream(seed, "steady", str(region))
            factor = np.ones((draws, 1))
            if np.isfinite(self.shape):
                factor = random.gamma(self.shape, 1 / self.shape, (draws, 1))
            counts[:, i] = random.poisson(factor * self.mean[i], (draws, horizon))
        return self.history.forecast(counts, periods)
