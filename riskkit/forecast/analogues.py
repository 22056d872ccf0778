"""What followed elsewhere and before, where things looked alike."""

from dataclasses import dataclass

import numpy as np

from riskkit.counts import Tally
from riskkit.forecast.ensemble import EnsembleResult, fading_mean
from riskkit.forecast.history import History, Quantity

__all__ = ["Analogues"]

_WIDTHS = np.array([0.35, 0.6, 0.5])
_CAP = 120
_PICKED = 1000
_FEWEST = 30
_FIRST = 24


@dataclass(frozen=True)
class Analogues:
    """Futures of region-periods alike in log level, long-run level and time since an event.

    Counts are carried over in proportion to the level.

    Parameters
    ----------
    quantity : {"attacks", "deaths"}, optional
        What is forecast; by default attacks, or deaths where the tally holds only those.
    half_life, long_half_life : float
        Of the level and the long-run level, in periods.

    Examples
    --------
    >>> import pandas as pd
    >>> months = pd.period_range("2015-01", periods=60, freq="M")
    >>> counts = Tally.from_panel(deaths=pd.DataFrame([[0] * 60], ["MLI"], months))
    >>> int(Analogues().fit(counts).forecast(2, 50, rng=1).draws.max())
    0
    """

    quantity: Quantity | None = None
    half_life: float = 3.0
    long_half_life: float = 60.0

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
        level = fading_mean(counts, self.half_life)
        since, waited = np.empty(counts.shape), np.full(len(counts), float(_CAP))
        for t, value in enumerate(counts.T):
            waited = np.where(value > 0, 0.0, np.minimum(waited + 1, _CAP))
            since[:, t] = waited
        long = fading_mean(counts, self.long_half_life)
        looks = np.stack([np.log1p(level), np.log1p(long), np.log1p(since)], axis=-1) / _WIDTHS
        first = min(_FIRST, max(counts.shape[1] - horizon - 1, 0))
        when = np.arange(first, counts.shape[1] - horizon)
        ahead = [counts[:, when + step].reshape(-1) for step in range(1, horizon + 1)]
        futures = np.stack(ahead, axis=-1)
        usable = ~np.isnan(futures).any(axis=1)
        futures, past = futures[usable], looks[:, when].reshape(-1, 3)[usable]
        before = level[:, when].reshape(-1)[usable]
        found = np.zeros((len(counts), horizon, len(levels)))
        if not len(past):
            return found
        ranks = np.minimum((levels * _PICKED).astype(int), _PICKED - 1)
        at = (np.arange(_PICKED) + 0.5) / _PICKED
        for i, now in enumerate(looks[:, -1]):
            share = np.cumsum(_kernel(((past - now) ** 2).sum(axis=1)))
            picked = np.minimum(np.searchsorted(share / share[-1], at), len(past) - 1)
            values = futures[picked]
            moved = values * ((level[i, -1] + 1) / (before[picked] + 1))[:, None]
            values = np.where(values > 0, np.maximum(np.rint(moved), 1), 0.0)
            found[i] = np.sort(values, axis=0)[ranks].T
        return found


def _kernel(distance: np.ndarray) -> np.ndarray:
    """Weigh by distance, ever wider until enough analogues carry the weight."""
    nearest = distance.min()
    width = 1.0
    while True:
        weights = np.exp(-0.5 * (distance - nearest) / width**2)
        if width > 16 or weights.sum() ** 2 / (weights**2).sum() >= _FEWEST:
            return np.asarray(weights)
        width *= 1.5
