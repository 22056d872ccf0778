"""What the frequency models take from a tally: arrays, region x period."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from riskkit.counts import Tally

__all__ = ["Series", "series"]

# Two method eras of one source differ by a factor of two, more or less.
_BREAK_SD = 0.7


@dataclass(frozen=True, eq=False)
class Series:
    """Counts with what they are counts of.

    Parameters
    ----------
    counts : ndarray, shape (regions, periods)
        Attacks; 0 where nobody watched.
    exposed : ndarray, shape (regions, periods)
        Exposure times the share watched: the mean count is the rate times this.
    ahead : ndarray, shape (regions,)
        Exposure of the periods ahead: that of the last period, watched whole.
    break_sd : ndarray, shape (regions, periods)
        Standard deviation of a region's own step of the log level as a period begins, besides
        the walk's: above 0 where its source changed its method.
    """

    counts: np.ndarray
    exposed: np.ndarray
    ahead: np.ndarray
    break_sd: np.ndarray


def series(tally: Tally) -> Series:
    """Take the arrays out of a tally."""
    panel = tally.panel("attacks").to_numpy(float)
    exposure = tally.exposure.to_numpy(float)
    seen = ~np.isnan(panel)
    break_sd = np.zeros(panel.shape)
    for row, region in enumerate(tally.regions):
        for change in tally.breaks_of(region):
            break_sd[row, tally.periods == _begins(change.date, tally)] = _BREAK_SD
    return Series(
        np.where(seen, panel, 0.0),
        np.where(seen, exposure * tally.watched.to_numpy(float), 0.0),
        exposure[:, -1].copy(),
        break_sd,
    )


def _begins(date: str, tally: Tally) -> pd.Period:
    """Give the first period of which at least half is of the new method."""
    day = pd.Timestamp(date)
    period = pd.Period(day, freq=tally.periods.freqstr)
    before, after = day - period.start_time, (period + 1).start_time - day
    return period if before <= after else period + 1
