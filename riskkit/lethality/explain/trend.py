"""Whether terrorism is getting deadlier: one test of the tail over time, stated beforehand."""

from __future__ import annotations

import math
from dataclasses import dataclass

import pandas as pd

from riskkit.counts import Tally
from riskkit.lethality.explain.tail_regression import TailRegression, TailRegressionResult

__all__ = ["TailTrend", "TailTrendResult"]


@dataclass(frozen=True)
class TailTrend:
    r"""Whether the tail of deaths gets heavier or lighter over the years.

    .. math:: \ln(\alpha_t - 1) = \beta_0 + \beta_1 t

    One test is stated beforehand: :math:`\beta_1 = 0`, by the likelihood ratio against a
    chi-square with one degree of freedom, two-sided, at a start of the tail that is given.

    Where a source began to collect other attacks, the exponent may jump without any attack being
    deadlier. With ``breaks`` each such year has a jump of its own in both models, and the trend
    is what is left inside the spans between them.

    Parameters
    ----------
    xmin : int
        Where the tail starts, in deaths; the same in all years.
    breaks : tuple of int
        First years of another way of collecting, for example ``(1998,)`` for RAND. Declare them
        before looking at the test.

    Examples
    --------
    >>> attacks = pd.DataFrame({"year": [2000, 2001, 2002, 2003] * 30,
    ...     "fatalities": [10, 11, 13, 18, 12, 25, 10, 40, 11, 15] * 12})
    >>> trend = TailTrend(xmin=10).fit(attacks)
    >>> 0 < trend.p_value < 1
    True

    References
    ----------
    Clauset, A., Young, M. and Gleditsch, K. S. (2007). On the frequency of severe terrorist
    events. https://doi.org/10.1177/0022002706296157
    """

    xmin: int = 10
    breaks: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "breaks", tuple(self.breaks))
        if self.xmin < 1 or self.xmin != int(self.xmin):
            raise ValueError(f"xmin is {self.xmin}; accepted: 1 death or more, a whole number")

    def fit(self, incidents: pd.DataFrame | Tally, weights: str | None = None) -> TailTrendResult:
        """Fit the tail with and without a trend.

        Parameters
        ----------
        incidents : pandas.DataFrame or Tally
            With ``fatalities`` and ``year`` or a date.
        weights : str, optional
            Column that tells how many attacks a row stands for, whole numbers.

        Returns
        -------
        TailTrendResult

        Raises
        ------
        NotEnoughIncidentsError
            If the tail is too small, or a break has no attacks of the tail on one side.
        """
        jumps = "".join(f" + {_jump(year)}" for year in self.breaks)
        with_trend, steady = (
            TailRegression(f"fatalities ~ {level}{jumps}", self.xmin).fit(incidents, weights)
            for level in ("center(year)", "1")
        )
        return TailTrendResult(with_trend, steady, self.breaks)


def _jump(year: int) -> str:
    return f"I((year >= {year}) * 1.0)"


@dataclass(frozen=True, eq=False)
class TailTrendResult:
    """The tail with a trend, and without.

    Parameters
    ----------
    trend, steady : TailRegressionResult
        The two fits.
    breaks : tuple of int
        Years of jumps, in both fits.
    """

    trend: TailRegressionResult
    steady: TailRegressionResult
    breaks: tuple[int, ...] = ()

    @property
    def statistic(self) -> float:
        """Twice the gain in log likelihood."""
        return max(2 * (self.trend.llf - self.steady.llf), 0.0)

    @property
    def p_value(self) -> float:
        """Chance of as large a gain without a trend."""
        return math.erfc(math.sqrt(self.statistic / 2))

    @property
    def params(self) -> pd.Series:
        """Intercept, slope by year, and jumps of ln(alpha - 1)."""
        return self.trend.params.rename(self._names)

    def conf_int(self, level: float = 0.9) -> pd.DataFrame:
        """Intervals of `params`, by their standard errors.

        Parameters
        ----------
        level : float
            The chance that an interval means to hold the truth.

        Returns
        -------
        pandas.DataFrame
            ``lower`` and ``upper``, indexed as `params`.
        """
        return self.trend.conf_int(level).rename(self._names)

    @property
    def llf(self) -> float:
        """Log likelihood with the trend."""
        return self.trend.llf

    @property
    def aic(self) -> float:
        """Akaike's criterion with the trend; lower is better."""
        return self.trend.aic

    @property
    def bic(self) -> float:
        """Schwarz's criterion with the trend; lower is better."""
        return self.trend.bic

    @property
    def nobs(self) -> int:
        """Attacks in the tail."""
        return self.trend.nobs

    @property
    def notes(self) -> tuple[str, ...]:
        """Caveats that every table prints."""
        return self.trend.notes

    def alpha(self, years: list[int]) -> pd.Series:
        """Exponent by year, with the trend.

        Parameters
        ----------
        years : list of int
            Which years.

        Returns
        -------
        pandas.Series
            The exponent, indexed by year.
        """
        return self.trend.alpha(pd.DataFrame({"year": years}, index=pd.Index(years, name="year")))

    def summary(self) -> str:
        """Tell the answer, and what it rests on."""
        years = self.trend.rows.covariates["year"]
        first, last = int(years.min()), int(years.max())
        ends = self.alpha([first, last])
        heavier = "heavier" if self.params["center(year)"] < 0 else "lighter"
        jumps = "a jump" if len(self.breaks) == 1 else "jumps"
        beside = f", beside {jumps} in {', '.join(map(str, self.breaks))}" if self.breaks else ""
        sure = "" if self.p_value < 0.05 else ", which chance alone explains well enough"
        answer = (
            f"{self.nobs:,} attacks with {self.trend.model.xmin} deaths or more, {first} to "
            f"{last}. Exponent {ends[first]:.2f} at the start, {ends[last]:.2f} at the end: the "
            f"tail got {heavier} by year{beside}{sure} (likelihood ratio {self.statistic:.2f}, "
            f"p = {self.p_value:.3g}). One test, stated beforehand; it is about the tail's shape, "
            "not about how many attacks reach it."
        )
        return "\n".join([answer, "", *self.notes])

    @property
    def _names(self) -> dict[str, str]:
        return {_jump(year): f"from {year}" for year in self.breaks}
