"""A distribution fitted to data: parameters, intervals, chances, draws."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from statistics import NormalDist
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from riskkit.lethality.distributions.search import Score, derivatives, profile_bounds
from riskkit.results import check_level

if TYPE_CHECKING:
    from riskkit.lethality.distributions.base import Continuous, Discrete, Distribution

__all__ = ["Content", "ContinuousFit", "DiscreteFit", "Fit", "profile"]

Array = NDArray[np.float64]

# How far a profile is followed: in logarithms, and on a parameter's own scale.
FAR_LOG, FAR = 60.0, 1e6


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
            free = family.to_free(best)
            _, _, hessian = derivatives(self._of_free, free)
            h = 1e-5 * np.maximum(1.0, np.abs(free))
            moved = free[:, None] + np.diag(h), free[:, None] - np.diag(h)
            slope = (family.to_params(moved[0]) - family.to_params(moved[1])) / (2 * h)
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
        """Chance of x or more, given the threshold is reached; 1 below it."""
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
        return self.distribution.score(self.content.x, self.content.weights)

    def _of_free(self, free: Array) -> Array:
        return self._of_params(self.distribution.to_params(free))

    def _profile(self, which: int, level: float) -> tuple[float, float]:
        return profile(
            self._of_params,
            self.content.params,
            self.distribution.lowest,
            which,
            level,
            self.n_tail,
        )


def profile(
    score: Callable[[Array], Array],
    best: Array,
    lowest: tuple[float, ...],
    which: int,
    level: float,
    n: int,
) -> tuple[float, float]:
    """Profile interval of one of the coordinates of a mean log likelihood.

    Parameters
    ----------
    score : callable
        Mean log likelihood of each column of coordinates.
    best : array of float
        Its maximum.
    lowest : tuple of float
        The lowest value of each coordinate.
    which : int
        Position of the coordinate.
    level : float
        The chance that the interval means to hold the truth.
    n : int
        Values behind the mean.

    Returns
    -------
    tuple of float
        Lower and upper end.
    """
    floor = np.array(lowest)
    plain = np.isneginf(floor)

    def back(free: Array) -> Array:
        with np.errstate(all="ignore"):
            bent = np.where(plain, 0.0, floor)[:, None] + np.exp(free)
        return np.where(plain[:, None], free, bent)

    with np.errstate(all="ignore"):
        above = np.maximum(best - np.where(plain, 0.0, floor), 1e-300)
        free = np.where(plain, best, np.log(above))
        reach = np.where(plain, FAR * (1 + np.abs(best)), FAR_LOG)
        drop = NormalDist().inv_cdf((1 + check_level(level)) / 2) ** 2 / (2 * n)
        lower, upper = profile_bounds(
            lambda point: score(back(point)), free, drop, free - reach, free + reach, which
        )
    if plain[which]:
        return lower, upper
    return float(floor[which] + np.exp(lower)), float(floor[which] + np.exp(upper))


@dataclass(frozen=True, eq=False)
class DiscreteFit(Fit):
    """A fitted distribution of whole numbers; parameters as for `Fit`."""

    distribution: Discrete

    def logpmf(self, x: ArrayLike) -> Array:
        """Log chance of exactly x, given xmin or more; -inf for anything else."""
        return self.distribution.logpmf(x, self.content.params)

    def ppf(self, q: ArrayLike) -> Array:
        """Smallest x with a chance of q or more to be at most x, given xmin or more."""
        return self.distribution.ppf(q, self.content.params)

    def rvs(self, size: int, rng: np.random.Generator | int | None = None) -> Array:
        """Draw values of the tail."""
        return self.distribution.rvs(self.content.params, size, rng)


@dataclass(frozen=True, eq=False)
class ContinuousFit(Fit):
    """A fitted distribution of real numbers; parameters as for `Fit`."""

    distribution: Continuous

    def logpdf(self, x: ArrayLike) -> Array:
        """Log density at x, given the threshold is reached; -inf below it."""
        return self.distribution.logpdf(x, self.content.params)

    def ppf(self, q: ArrayLike) -> Array:
        """Value that is not passed with a chance of q, given the threshold is reached."""
        return self.distribution.ppf(q, self.content.params)

    def rvs(self, size: int, rng: np.random.Generator | int | None = None) -> Array:
        """Draw values of the tail."""
        return self.distribution.rvs(self.content.params, size, rng)
