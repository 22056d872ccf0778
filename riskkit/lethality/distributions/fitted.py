"""A distribution fitted to data: parameters, intervals, chances, draws."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from statistics import NormalDist
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from riskkit.lethality.distributions.search import Score, derivatives
from riskkit.results import check_level

if TYPE_CHECKING:
    from riskkit.lethality.distributions.base import Distribution
    from riskkit.lethality.distributions.real import Continuous
    from riskkit.lethality.distributions.whole import Discrete

__all__ = ["Content", "ContinuousFit", "DiscreteFit", "Fit"]

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Content:
    """What a fit found.

    Parameters
    ----------
    params : array of float
        The maximum.
    llf : float
        Log likelihood of the values that reach the threshold.
    n_tail : int
        Values that reach the threshold.
    nobs : int
        All values.
    steady : bool
        False on a ridge or at an end.
    x, weights : array of float
        Distinct values that reach the threshold, and how often each occurs.
    """

    params: Array
    llf: float
    n_tail: int
    nobs: int
    steady: bool
    x: Array
    weights: Array


@dataclass(frozen=True, eq=False)
class Fit:
    """A fitted distribution.

    Parameters
    ----------
    distribution : Distribution
        The family and its settings.
    content : Content
        What was found.
    """

    distribution: Distribution
    content: Content

    @property
    def params(self) -> pd.Series:
        """Parameters at the maximum."""
        return pd.Series(self.content.params, self._names, name="estimate")

    @property
    def llf(self) -> float:
        """Log likelihood of the values that reach the threshold."""
        return self.content.llf

    @property
    def n_tail(self) -> int:
        """Values that reach the threshold."""
        return self.content.n_tail

    @property
    def nobs(self) -> int:
        """All values, those below the threshold too."""
        return self.content.nobs

    @property
    def steady(self) -> bool:
        """False if the likelihood has no clear top: a ridge, or a parameter at its end.

        Then parameters mean nothing one by one, and an end of their intervals may be infinite.
        Chances remain those of the best fit.
        """
        return self.content.steady

    @property
    def aic(self) -> float:
        """Akaike's criterion; lower is better."""
        return 2 * len(self.content.params) - 2 * self.llf

    @property
    def bic(self) -> float:
        """Schwarz's criterion; lower is better."""
        return float(len(self.content.params) * np.log(self.n_tail) - 2 * self.llf)

    def cov_params(self) -> pd.DataFrame:
        """Covariance of the parameters, from the curvature at the maximum.

        Returns
        -------
        pandas.DataFrame
            NaN on a ridge, where there is no curvature to read.
        """
        family, best = self.distribution, self.content.params
        size = len(best)
        table = np.full((size, size), np.nan)
        if self.steady:
            free = family._to_free(best)
            _, _, hessian = derivatives(self._of_free, free)
            h = 1e-5 * np.maximum(1.0, np.abs(free))
            moved = free[:, None] + np.diag(h), free[:, None] - np.diag(h)
            slope = (family._to_params(moved[0]) - family._to_params(moved[1])) / (2 * h)
            table = slope @ np.linalg.inv(-self.n_tail * hessian) @ slope.T
        return pd.DataFrame(table, self._names, self._names)

    @property
    def bse(self) -> pd.Series:
        """Standard errors of the parameters, from the curvature at the maximum."""
        return pd.Series(np.sqrt(np.diag(self.cov_params())), self._names, name="bse")

    def conf_int(
        self, level: float = 0.9, method: Literal["profile", "wald"] = "profile"
    ) -> pd.DataFrame:
        """Intervals of the parameters, the threshold taken as given.

        Parameters
        ----------
        level : float
            The chance that an interval means to hold the truth.
        method : {"profile", "wald"}
            Where the likelihood, maximised over the other parameters, has fallen by what a
            chi-square allows; or the estimate plus and minus standard errors.

        Returns
        -------
        pandas.DataFrame
            ``lower`` and ``upper`` by parameter. A profile that doesn't fall enough on one side
            ends at the parameter's bound or is infinite there.

        Raises
        ------
        ValueError
            If `level` is no share, or there is no such method.

        Examples
        --------
        >>> from riskkit.lethality.distributions import Weibull
        >>> fit = Weibull().fit([1.0, 2.0, 3.0, 5.0])
        >>> fit.conf_int().round(1).loc["shape"].tolist()
        [0.9, 3.5]
        """
        if method not in ("profile", "wald"):
            raise ValueError(f'method is {method!r}; accepted: "profile" or "wald"')
        if method == "wald":
            reach = NormalDist().inv_cdf((1 + check_level(level)) / 2) * self.bse
            ends = np.array([self.params - reach, self.params + reach]).T
        else:
            ends = np.array([self._profile(at, level) for at in range(len(self._names))])
        return pd.DataFrame(ends, self._names, ["lower", "upper"])

    def sf(self, x: ArrayLike) -> Array:
        """Chance of x or more, given the threshold is reached; 1 below it.

        Parameters
        ----------
        x : array of float
            Values.

        Returns
        -------
        array of float
            Shaped as `x`.

        Examples
        --------
        >>> from riskkit.lethality.distributions import Geometric
        >>> fit = Geometric(xmin=1).fit([1, 2, 3, 4], weights=[8, 4, 2, 1])
        >>> fit.sf([0, 1, 2]).round(3).tolist()
        [1.0, 1.0, 0.423]
        """
        return self.distribution.sf(x, self.content.params)

    def summary(self) -> str:
        """Tell what was fitted, and how sure it is."""
        table = pd.concat([self.params, self.conf_int()], axis=1)
        lines = [
            f"{self.distribution.name}, {self.n_tail:,} of {self.nobs:,} values "
            f"from {self.distribution.start:g} on.",
            "",
            table.to_string(float_format=lambda value: f"{value:,.4g}"),
            "",
            f"Log likelihood {self.llf:,.3f}, AIC {self.aic:,.2f}. Intervals are 90%, by profile.",
        ]
        if not self.steady:
            lines.append("The likelihood has a ridge, or its top at an end:")
            lines.append("parameters mean nothing one by one.")
        return "\n".join(lines)

    @property
    def _names(self) -> list[str]:
        return list(self.distribution.parameters)

    @cached_property
    def _of_params(self) -> Score:
        return self.distribution._score(self.content.x, self.content.weights)

    def _of_free(self, free: Array) -> Array:
        return self._of_params(self.distribution._to_params(free))

    def _profile(self, which: int, level: float) -> tuple[float, float]:
        return self.distribution._interval(self.content, which, level)


@dataclass(frozen=True, eq=False)
class DiscreteFit(Fit):
    """A fitted distribution of whole numbers.

    Parameters
    ----------
    distribution : Discrete
        The family and its settings.
    content : Content
        What was found.
    """

    distribution: Discrete

    def logpmf(self, x: ArrayLike) -> Array:
        """Log chance of exactly x, given xmin or more; -inf for anything else.

        Parameters
        ----------
        x : array of int
            Values.

        Returns
        -------
        array of float
            Shaped as `x`.

        Examples
        --------
        >>> from riskkit.lethality.distributions import Geometric
        >>> fit = Geometric(xmin=1).fit([1, 2, 3, 4], weights=[8, 4, 2, 1])
        >>> np.exp(fit.logpmf([0, 1, 2])).round(3).tolist()
        [0.0, 0.577, 0.244]
        """
        return self.distribution.logpmf(x, self.content.params)

    def ppf(self, q: ArrayLike) -> Array:
        """Smallest x with a chance of q or more to be at most x, given xmin or more.

        Parameters
        ----------
        q : array of float
            Chances, 0 to 1.

        Returns
        -------
        array of float
            Shaped as `q`.

        Examples
        --------
        >>> from riskkit.lethality.distributions import Geometric
        >>> fit = Geometric(xmin=1).fit([1, 2, 3, 4], weights=[8, 4, 2, 1])
        >>> fit.ppf([0.5, 0.9]).tolist()
        [1.0, 3.0]
        """
        return self.distribution.ppf(q, self.content.params)

    def rvs(self, size: int, rng: np.random.Generator | int | None = None) -> Array:
        """Draw values of the tail.

        Parameters
        ----------
        size : int
            How many.
        rng : int, numpy.random.Generator or None
            Seed of the draws.

        Returns
        -------
        array of float, shape (size,)

        Examples
        --------
        >>> from riskkit.lethality.distributions import Geometric
        >>> len(Geometric(xmin=1).fit([1, 2, 3, 5]).rvs(3, rng=1))
        3
        """
        return self.distribution.rvs(self.content.params, size, rng)


@dataclass(frozen=True, eq=False)
class ContinuousFit(Fit):
    """A fitted distribution of real numbers.

    Parameters
    ----------
    distribution : Continuous
        The family and its settings.
    content : Content
        What was found.
    """

    distribution: Continuous

    def logpdf(self, x: ArrayLike) -> Array:
        """Log density at x, given the threshold is reached; -inf below it.

        Parameters
        ----------
        x : array of float
            Values.

        Returns
        -------
        array of float
            Shaped as `x`.

        Examples
        --------
        >>> from riskkit.lethality.distributions import Weibull
        >>> fit = Weibull().fit([1.0, 2.0, 3.0, 5.0])
        >>> np.exp(fit.logpdf([1.0, 3.0])).round(3).tolist()
        [0.187, 0.243]
        """
        return self.distribution.logpdf(x, self.content.params)

    def ppf(self, q: ArrayLike) -> Array:
        """Value that is not passed with a chance of q, given the threshold is reached.

        Parameters
        ----------
        q : array of float
            Chances, 0 to 1.

        Returns
        -------
        array of float
            Shaped as `q`.

        Examples
        --------
        >>> from riskkit.lethality.distributions import Weibull
        >>> fit = Weibull().fit([1.0, 2.0, 3.0, 5.0])
        >>> fit.ppf([0.5, 0.9]).round(2).tolist()
        [2.59, 4.75]
        """
        return self.distribution.ppf(q, self.content.params)

    def rvs(self, size: int, rng: np.random.Generator | int | None = None) -> Array:
        """Draw values of the tail.

        Parameters
        ----------
        size : int
            How many.
        rng : int, numpy.random.Generator or None
            Seed of the draws.

        Returns
        -------
        array of float, shape (size,)

        Examples
        --------
        >>> from riskkit.lethality.distributions import Weibull
        >>> len(Weibull().fit([1, 2, 3, 5]).rvs(3, rng=1))
        3
        """
        return self.distribution.rvs(self.content.params, size, rng)
