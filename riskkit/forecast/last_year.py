"""Last year's values again, each as likely: the benchmark that VIEWS calls conflictology."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from riskkit.counts import Tally
from riskkit.forecast.history import History, Quantity
from riskkit.kernels.streams import RNGLike, entropy, stream
from riskkit.results import Forecast

__all__ = ["LastYear", "LastYearResult"]


@dataclass(frozen=True)
class LastYear:
    """Each period ahead is one of last year's values, drawn anew.

    With months, the twelve values of the last year. No team of thirteen beat it on CRPS in the
    VIEWS prediction challenge of 2023/24.

    Parameters
    ----------
    quantity : {"attacks", "deaths"}, optional
        What is forecast; by default attacks, or deaths where the tally holds only those.

    References
    ----------
    Hegre et al. (2025), The 2023/24 VIEWS prediction challenge, arXiv:2407.11045.

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> from riskkit.counts import Tally
    >>> months = pd.period_range("2020-01", periods=12, freq="M")
    >>> counts = Tally.from_panel(deaths=pd.DataFrame([range(12)], ["MLI"], months))
    >>> ahead = LastYear().fit(counts).forecast(horizon=1, draws=12, rng=1)
    >>> np.sort(ahead.draws.ravel())
    array([ 0,  1,  2,  3,  4,  5,  6,  7,  8,  9, 10, 11])
    """

    quantity: Quantity | None = None

    def fit(self, tally: Tally) -> "LastYearResult":
        """Keep last year's values by region.

        Parameters
        ----------
        tally : Tally
            Values of periods that were not watched, or only in part, are left out; where none
            is left the last one watched stands in, and 0 where none ever was.

        Returns
        -------
        LastYearResult
        """
        history = History.of(tally, self.quantity)
        values = []
        for counts, share in zip(history.panel.to_numpy(float), history.watched, strict=True):
            whole = np.flatnonzero(share > 0.999)
            recent = whole[whole >= len(share) - history.year]
            kept = recent if len(recent) else whole[-1:]
            values.append(counts[kept] if len(kept) else np.zeros(1))
        return LastYearResult(history, tuple(value.astype(np.int64) for value in values))


@dataclass(frozen=True, eq=False)
class LastYearResult:
    """Last year's values by region.

    Parameters
    ----------
    history : History
        What they come from.
    values : tuple of ndarray
        By region.
    """

    history: History
    values: tuple[np.ndarray, ...]

    def forecast(self, horizon: int, draws: int = 2000, rng: RNGLike = None) -> Forecast:
        """Draw the periods ahead; in each, every value comes equally often, in random order.

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
        for i, (region, values) in enumerate(zip(regions, self.values, strict=True)):
            random = stream(seed, "last year", str(region))
            deck = np.resize(values, draws)
            counts[:, i] = random.permuted(np.repeat(deck[:, None], horizon, axis=1), axis=0)
        quantity = self.history.quantity
        return Forecast(
            counts,
            pd.Index(regions),
            periods,
            quantity,
            f"{quantity} per {self.history.every}",
            self.history.notes,
        )
