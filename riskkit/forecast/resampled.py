"""Past values again, each as likely: what climatology and its kin come to."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from riskkit.forecast.history import History
from riskkit.kernels.streams import RNGLike, entropy, stream
from riskkit.results import Forecast

__all__ = ["ResampledResult", "season_of", "whole_values"]


def season_of(periods: pd.PeriodIndex, every: str) -> np.ndarray:
    """Number the place of each period in its year."""
    field = {"day": "dayofyear", "week": "weekofyear", "month": "month", "quarter": "quarter"}
    if every not in field:
        return np.zeros(len(periods), dtype=int)
    return np.asarray(getattr(periods, field[every]), dtype=int)


def whole_values(history: History, years: int | None) -> list[np.ndarray]:
    """Give where each region was wholly watched in the last years, as places of the panel.

    A region that was not watched then has its last whole period, or none.
    """
    first = 0 if years is None else history.watched.shape[1] - years * history.year
    places = []
    for share in history.watched:
        whole = np.flatnonzero(share > 0.999)
        recent = whole[whole >= first]
        places.append(recent if len(recent) else whole[-1:])
    return places


@dataclass(frozen=True, eq=False)
class ResampledResult:
    """Values by region, from which each period ahead is drawn anew.

    Parameters
    ----------
    history : History
        What they come from.
    values : tuple of ndarray of int
        By region; 0 stands in where there is none.
    seasons : tuple of ndarray of int, optional
        The place in its year of each value: a period ahead then has only values of its own
        place, and all of them where it has none.
    """

    history: History
    values: tuple[np.ndarray, ...]
    seasons: tuple[np.ndarray, ...] | None = None

    def forecast(self, horizon: int, draws: int = 2000, rng: RNGLike = None) -> Forecast:
        """Draw the periods ahead; in each, every value comes equally often, in random order.

        Parameters
        ----------
        horizon : int
            Periods ahead.
        draws : int
            Futures. What is left over after whole rounds of the values is drawn from them.
        rng : int, numpy.random.Generator or None
            Seed.

        Returns
        -------
        Forecast
        """
        periods = self.history.ahead(horizon)
        seed = entropy(rng)
        regions = self.history.panel.index
        places = season_of(periods, self.history.every)
        counts = np.empty((draws, len(regions), horizon), dtype=np.int64)
        for i, (region, values) in enumerate(zip(regions, self.values, strict=True)):
            random = stream(seed, "resampled", str(region))
            for h in range(horizon):
                deck = values
                if self.seasons is not None:
                    own = values[self.seasons[i] == places[h]]
                    deck = own if len(own) else values
                deck = deck if len(deck) else np.zeros(1, dtype=np.int64)
                rounds, rest = divmod(draws, len(deck))
                counts[:, i, h] = random.permutation(
                    np.concatenate([np.tile(deck, rounds), random.choice(deck, rest, False)])
                )
        return self.history.forecast(counts, periods)
