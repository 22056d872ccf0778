"""What followed elsewhere and before, where things looked alike."""

from dataclasses import dataclass

import numpy as np

from riskkit.counts import Tally
from riskkit.forecast.alike import Alike
from riskkit.forecast.ensemble import EnsembleResult
from riskkit.forecast.history import History, Quantity

__all__ = ["Analogues"]

_PICKED = 1000


@dataclass(frozen=True)
class Analogues:
    r"""Futures of region-periods that were alike, carried over in proportion to the level.

    Alike in the log level :math:`\ell`, the long-run log level, the periods since an event and the
    mean change of the log count (so that what follows a steady war is taken from steady wars).
    A count y after a level :math:`\ell'` becomes :math:`y\,e^{\ell - \ell'}`; 0 stays 0.

    Parameters
    ----------
    quantity : {"attacks", "deaths"}, optional
        What is forecast; by default attacks, or deaths where the tally holds only those.
    half_life, long_half_life : float
        Of the level and the long-run level, in periods.
    own : float
        How many times the region's own past counts.
    fade : float
        Half-life of what is long ago, in periods.

    Examples
    --------
    >>> import pandas as pd
    >>> months = pd.period_range("2015-01", periods=60, freq="M")
    >>> counts = Tally.from_panel(deaths=pd.DataFrame([[0] * 60], ["MLI"], months))
    >>> int(Analogues().fit(counts).forecast(2, 50, rng=1).draws.max())
    0
    """

    quantity: Quantity | None = None
    half_life: float = 2.0
    long_half_life: float = 8.0
    own: float = 10.0
    fade: float = 120.0

    def fit(self, tally: Tally) -> EnsembleResult:
        """Keep the past values.

        Parameters
        ----------
        tally : Tally
            A future that was not watched is no analogue.

        Returns
        -------
        EnsembleResult
        """
        return EnsembleResult(History.of(tally, self.quantity), self)

    def alike(self, counts: np.ndarray, horizon: int) -> Alike:
        """Find what looked alike.

        Parameters
        ----------
        counts : ndarray of shape (regions, periods)
            Attacks or deaths a period, NaN where not watched.
        horizon : int
            Periods ahead.

        Returns
        -------
        Alike
        """
        return Alike.of(
            counts,
            horizon,
            half_life=self.half_life,
            long_half_life=self.long_half_life,
            own=self.own,
            fade=self.fade,
        )

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
        past = self.alike(counts, horizon)
        ranks = np.minimum((levels * _PICKED).astype(int), _PICKED - 1)
        places = (np.arange(_PICKED) + 0.5) / _PICKED
        found = np.zeros((len(counts), horizon, len(levels)))
        for region in range(len(counts)):
            paths = past.paths(region, places)
            whole = np.where(paths > 0, np.maximum(np.rint(paths), 1), 0.0)
            found[region] = np.sort(whole, axis=0)[ranks].T
        return found

    def shares(self, counts: np.ndarray, horizon: int, region: int) -> dict[str, np.ndarray]:
        """Give the weight of each past count as an analogue.

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
        return {"analogues": self.alike(counts, horizon).shares(region, counts.shape)}
