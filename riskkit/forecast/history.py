"""What a forecaster that explains nothing sees of a tally: one panel and its recent years."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from riskkit.counts import Tally
from riskkit.results import Forecast

__all__ = ["History", "Quantity"]

Quantity = Literal["attacks", "deaths"]
_A_YEAR = {"day": 365, "week": 52, "month": 12, "quarter": 4, "year": 1}


@dataclass(frozen=True, eq=False)
class History:
    """One panel of a tally.

    Parameters
    ----------
    panel : pandas.DataFrame
        Region x period; NaN where not watched.
    watched : ndarray, shape (regions, periods)
        The share watched; 0 where the panel is NaN.
    quantity : str
        What the panel counts.
    year : int
        Periods in a year.
    every : str
        The length of a period, in a word.
    notes : tuple of str
        The tally's caveats.
    """

    panel: pd.DataFrame
    watched: np.ndarray
    quantity: str
    year: int
    every: str
    notes: tuple[str, ...]

    @classmethod
    def of(cls, tally: Tally, quantity: Quantity | None) -> "History":
        """Take a panel from a tally; None is attacks, or deaths where it holds only those."""
        if quantity is None:
            quantity = "deaths" if tally.given and "attacks" not in tally.given else "attacks"
        panel = tally.panel(quantity)
        watched = tally.watched.to_numpy(float) * panel.notna().to_numpy()
        return cls(panel, watched, quantity, _A_YEAR[tally.every], tally.every, tally.notes)

    def whole(self) -> np.ndarray:
        """Give the counts (regions, periods), NaN where not watched from first to last day."""
        return np.where(self.watched > 0.999, self.panel.to_numpy(float), np.nan)

    def mean(self, years: int) -> np.ndarray:
        """Give the mean per watched period over the last years, by region.

        A region that was not watched then has the mean of all that was watched of it, and one
        that never was has the mean of the other regions.
        """
        whole = self._mean(len(self.panel.columns))
        recent = self._mean(years * self.year)
        own = np.where(np.isnan(recent), whole, recent)
        others = 0.0 if np.isnan(own).all() else float(np.nanmean(own))
        return np.where(np.isnan(own), others, own)

    def _mean(self, periods: int) -> np.ndarray:
        counts = np.nansum(self.panel.to_numpy(float)[:, -periods:], axis=1)
        seen = self.watched[:, -periods:].sum(axis=1)
        return np.divide(counts, seen, out=np.full(len(seen), np.nan), where=seen > 0)

    def ahead(self, horizon: int) -> pd.PeriodIndex:
        """Give the periods that follow the last one."""
        if horizon < 1:
            raise ValueError(f"horizon is {horizon}; accepted: 1 or more periods")
        last = pd.PeriodIndex(self.panel.columns)[-1]
        return pd.period_range(last + 1, periods=horizon, name="period")

    def forecast(self, draws: np.ndarray, periods: pd.PeriodIndex) -> Forecast:
        """Name the regions and periods of draws (draws, regions, periods)."""
        return Forecast(
            draws,
            pd.Index(self.panel.index),
            periods,
            self.quantity,
            f"{self.quantity} per {self.every}",
            self.notes,
        )
