"""What the models answer with: `Estimate` about parameters, `Forecast` about what may happen."""

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import pandas as pd

__all__ = ["Estimate", "Forecast"]


def check_level(level: float) -> float:
    """Return ``level`` if it is a share between 0 and 1, both excluded, else say what is wrong."""
    if not 0 < level < 1:
        raise ValueError(f"level is {level}; accepted: a share between 0 and 1, such as 0.9")
    return level


def interval_frame(draws: np.ndarray, index: pd.Index, level: float) -> pd.DataFrame:
    """Give the mean and the central interval of draws (n, groups) as a table by group."""
    tail = (1 - check_level(level)) / 2
    # 'inverted_cdf' gives a value that was drawn: inf stays inf and whole numbers stay whole.
    lower, upper = np.quantile(draws, [tail, 1 - tail], axis=0, method="inverted_cdf")
    return pd.DataFrame(
        {"estimate": draws.mean(axis=0), "lower": lower, "upper": upper}, index=index
    )


@dataclass(frozen=True, eq=False)
class Estimate:
    """Draws of parameters (rates, shares, chances), by group, that can be combined draw by draw.

    Draw i is one and the same parameter vector for all groups, so that sums and ratios are
    made from whole draws, never by adding bounds.

    Parameters
    ----------
    draws : ndarray of float, shape (draws, groups)
        Draws of the parameter in each group.
    groups : pandas.Index
        What the columns of ``draws`` are: regions, or (region, target group).
    quantity : str
        What is estimated, for example ``"attack rate"``.
    unit : str
        Its unit in words, for example ``"attacks per month"``.
    notes : tuple of str
        Caveats that every table and plot prints.

    Raises
    ------
    ValueError
        If the shape of ``draws`` doesn't fit ``groups``.

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> rate = Estimate(
    ...     np.array([[1.0, 4.0], [3.0, 6.0]]), pd.Index(["A", "B"]), "attack rate",
    ...     "attacks per month")
    >>> rate.to_frame(level=0.9)
       estimate  lower  upper
    A       2.0    1.0    3.0
    B       5.0    4.0    6.0
    """

    draws: np.ndarray
    groups: pd.Index
    quantity: str
    unit: str
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.draws.ndim != 2 or self.draws.shape[1] != len(self.groups):
            raise ValueError(
                f"draws has shape {self.draws.shape}; accepted: (draws, groups) "
                f"with {len(self.groups)} groups"
            )

    def to_frame(self, level: float = 0.9) -> pd.DataFrame:
        """Summarise the draws: the mean and a central interval by group.

        Parameters
        ----------
        level : float
            The chance that the interval means to hold the truth.

        Returns
        -------
        pandas.DataFrame
            Indexed by group: ``estimate`` (the mean of the draws, so that groups add up),
            ``lower``, ``upper``. A mean that is infinite is ``inf`` and gets a column
            ``infinite_mean``.
        """
        table = interval_frame(self.draws, self.groups, level)
        infinite = np.isinf(table["estimate"])
        return table.assign(infinite_mean=infinite) if infinite.any() else table

    def _repr_html_(self) -> str:
        return _html(self.to_frame(), f"{self.quantity}, {self.unit}, 90% interval", self.notes)


@dataclass(frozen=True, eq=False)
class Forecast:
    """Draws of what may happen: whole numbers by region and period.

    Parameters
    ----------
    draws : ndarray of int, shape (draws, regions, periods)
        Each draw is one possible future of all regions together.
    regions : pandas.Index
        Unique names.
    periods : pandas.Index
        The periods ahead, a PeriodIndex; one label after `total` over periods.
    quantity : str
        What is counted: ``"attacks"``, ``"deaths"``, ``"deaths in the deadliest attack"``.
    unit : str
        The unit in words, for example ``"attacks per month"``.
    notes : tuple of str
        Caveats that every table and plot prints.

    Raises
    ------
    ValueError
        If the shape of ``draws`` doesn't fit ``regions`` and ``periods``.
    TypeError
        If ``draws`` are not whole numbers.

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> ahead = Forecast(
    ...     np.array([[[0, 2]], [[1, 3]]]), pd.Index(["A"]),
    ...     pd.period_range("2020-01", periods=2, freq="M"), "attacks", "attacks per month")
    >>> ahead.total(over="periods").draws.ravel()
    array([2, 4])
    >>> float(ahead.chance(at_least=1).loc[("A", "2020-01"), "estimate"])
    0.5
    """

    draws: np.ndarray
    regions: pd.Index
    periods: pd.Index
    quantity: str
    unit: str
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        expected = (len(self.regions), len(self.periods))
        if self.draws.ndim != 3 or self.draws.shape[1:] != expected:
            raise ValueError(
                f"draws has shape {self.draws.shape}; accepted: (draws, regions, periods) "
                f"with {expected[0]} regions and {expected[1]} periods"
            )
        if not np.issubdtype(self.draws.dtype, np.integer):
            raise TypeError(
                f"draws are {self.draws.dtype}; accepted: whole numbers, since a forecast is "
                "of things that happen"
            )

    @property
    def index(self) -> pd.MultiIndex:
        """Region and period of each cell, in the order of the flattened draws."""
        return pd.MultiIndex.from_product([self.regions, self.periods], names=["region", "period"])

    def to_frame(self, level: float = 0.9) -> pd.DataFrame:
        """Summarise the draws: the mean and a central prediction interval by region and period.

        Parameters
        ----------
        level : float
            The chance that the interval means to hold what happens.

        Returns
        -------
        pandas.DataFrame
            Indexed by region and period: ``estimate`` (the mean), ``lower``, ``upper``.
        """
        return interval_frame(self.draws.reshape(len(self.draws), -1), self.index, level)

    def total(self, over: Literal["periods", "regions"]) -> "Forecast":
        """Add up whole draws over the periods or over the regions.

        Parameters
        ----------
        over : {"periods", "regions"}
            What is summed away. Deadliest attacks are not summed: their maximum is taken.

        Returns
        -------
        Forecast
            With one label left on the axis that was summed.

        Raises
        ------
        ValueError
            If ``over`` is neither.
        """
        join = np.maximum.reduce if "deadliest" in self.quantity else np.add.reduce
        if over == "periods":
            first, last = self.periods[0], self.periods[-1]
            label = pd.Index([f"{first} to {last}" if first != last else str(first)], name="period")
            unit = f"{self.quantity} in {len(self.periods)} periods"
            return replace(
                self, draws=join(self.draws, axis=2)[:, :, None], periods=label, unit=unit
            )
        if over == "regions":
            label = pd.Index(["all regions"], name="region")
            return replace(self, draws=join(self.draws, axis=1)[:, None, :], regions=label)
        raise ValueError(f'over is {over!r}; accepted: "periods" or "regions"')

    def chance(self, at_least: int, level: float = 0.9) -> pd.DataFrame:
        """Give the chance of at least so many, with the Monte Carlo error of the draws.

        Parameters
        ----------
        at_least : int
            Exceedance is 'this many or more'.
        level : float
            Of the interval of the simulation error: more draws make it narrower. What is not
            known about the parameters is in the estimate itself.

        Returns
        -------
        pandas.DataFrame
            Indexed by region and period: ``estimate``, ``lower``, ``upper`` (Wilson).
        """
        from statsmodels.stats.proportion import proportion_confint

        hits = (self.draws >= at_least).sum(axis=0).ravel()
        n = len(self.draws)
        lower, upper = proportion_confint(hits, n, alpha=1 - check_level(level), method="wilson")
        return pd.DataFrame(
            {"estimate": hits / n, "lower": lower, "upper": upper}, index=self.index
        )

    def _repr_html_(self) -> str:
        return _html(
            self.to_frame(), f"{self.quantity}, {self.unit}, 90% prediction interval", self.notes
        )


def _html(table: pd.DataFrame, caption: str, notes: tuple[str, ...]) -> str:
    foot = "".join(f"<p><small>{note}</small></p>" for note in notes)
    return f"<p><b>{caption}</b></p>{table.to_html(float_format=lambda x: f'{x:,.3g}')}{foot}"
