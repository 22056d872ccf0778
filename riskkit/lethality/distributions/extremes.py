"""Return levels of fitted extremes, with profile intervals."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from statistics import NormalDist
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from riskkit.lethality.distributions.fitted import ContinuousFit
from riskkit.lethality.distributions.search import profile
from riskkit.results import check_level

__all__ = ["BlockMaximaFit", "ExceedanceFit"]

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class ExceedanceFit(ContinuousFit):
    """A generalised Pareto fitted to what passes a threshold.

    Parameters
    ----------
    distribution : GeneralisedPareto
        The family and its settings.
    content : Content
        What was found.
    """

    @property
    def rate(self) -> float:
        """Share of all values that pass the threshold."""
        return self.n_tail / self.nobs

    def return_levels(
        self,
        periods: ArrayLike,
        *,
        per_period: float = 1.0,
        level: float = 0.9,
        method: Literal["profile", "delta"] = "profile",
    ) -> pd.DataFrame:
        r"""Values that are passed once in so many periods, on average.

        .. math:: u + \frac{\sigma}{\xi} \left((m \zeta)^\xi - 1\right)

        with m the number of values in that many periods and :math:`\zeta` the share of values
        that pass u.

        Parameters
        ----------
        periods : array of float
            Return periods.
        per_period : float
            Values in one period: 365 for daily values and years.
        level : float
            The chance that an interval means to hold the truth.
        method : {"profile", "delta"}
            Profile likelihood, the share that passes u taken as known; or standard errors, which
            carry that share's error too but know no skewness.

        Returns
        -------
        pandas.DataFrame
            ``estimate``, ``lower``, ``upper``, by return period.

        Raises
        ------
        ValueError
            If a period isn't finite, a level would lie under the threshold, or there is no such
            method.

        Examples
        --------
        >>> from riskkit.lethality.distributions import GeneralisedPareto
        >>> values = GeneralisedPareto(10.0).rvs([0.2, 5.0], 400, rng=1)
        >>> fit = GeneralisedPareto(10.0).fit(values)
        >>> table = fit.return_levels([10, 100], per_period=50)
        >>> bool((table["lower"] < table["estimate"]).all())
        True
        """
        counts = np.atleast_1d(np.asarray(periods, dtype=float)) * per_period
        _check_finite(counts)
        if (counts * self.rate <= 1).any():
            raise ValueError(
                f"periods holds {float(np.min(periods)):g}: its level lies under the threshold "
                f"{self.distribution.start:g}; accepted: more than {1 / self.rate / per_period:g}"
            )
        return _levels(periods, [self._level(m, level, method) for m in counts])

    def var(self, p: float = 0.99) -> float:
        """Value that one value passes with a chance of 1 - p: the p-quantile of all values.

        Parameters
        ----------
        p : float
            Chance, from where the tail starts to under 1.

        Returns
        -------
        float

        Raises
        ------
        ValueError
            If that quantile lies under the threshold.

        Examples
        --------
        >>> from riskkit.lethality.distributions import GeneralisedPareto
        >>> fit = GeneralisedPareto(10.0).fit([3.0, 11.0, 12.5, 14.0, 19.0, 40.0])
        >>> round(fit.var(0.9), 1), round(fit.tvar(0.9), 1)
        (30.0, 48.5)
        """
        if not 1 - self.rate <= p < 1:
            raise ValueError(
                f"p is {p}; accepted: {1 - self.rate:.4g}, where the tail starts, to under 1"
            )
        shape, scale = self.content.params
        return _pareto_level(self.distribution.start, shape, scale, self.rate / (1 - p))

    def tvar(self, p: float = 0.99) -> float:
        """Mean of the values beyond `var`; infinite from a shape of 1 on.

        Parameters
        ----------
        p : float
            Chance, from where the tail starts to under 1.

        Returns
        -------
        float

        Raises
        ------
        ValueError
            If the quantile lies under the threshold.
        """
        shape, scale = self.content.params
        if shape >= 1:
            return math.inf
        excess = self.var(p) - self.distribution.start
        return float(self.var(p) + (scale + shape * excess) / (1 - shape))

    def _level(self, count: float, level: float, method: str) -> tuple[float, float, float]:
        u, ratio = self.distribution.start, count * self.rate
        shape, scale = self.content.params
        best = _pareto_level(u, shape, scale, ratio)

        def score(points: Array) -> Array:
            value, xi = points
            return self._of_params(np.array([xi, (value - u) / _growth(ratio, xi)]))

        def delta() -> float:
            slopes = _slopes(
                lambda point: _pareto_level(u, point[0], point[1], count * point[2]),
                np.array([shape, scale, self.rate]),
            )
            whole = np.zeros((3, 3))
            whole[:2, :2] = self.cov_params()
            whole[2, 2] = self.rate * (1 - self.rate) / self.nobs
            return float(slopes @ whole @ slopes)

        floors = (u, -1.0)
        return _interval(score, np.array([best, shape]), floors, level, method, self.n_tail, delta)


@dataclass(frozen=True, eq=False)
class BlockMaximaFit(ContinuousFit):
    """A generalised extreme value distribution fitted to block maxima.

    Parameters
    ----------
    distribution : GeneralisedExtremeValue
        The family and its settings.
    content : Content
        What was found.
    """

    def cov_params(self) -> pd.DataFrame:
        """Covariance of the parameters, from the curvature at the maximum.

        Returns
        -------
        pandas.DataFrame
            NaN on a ridge, where there is no curvature to read.
        """
        shape, loc, scale = self.content.params
        # Read where the location is 0 and the scale 1, so that neither unit nor origin counts.
        moved = replace(
            self.content, params=np.array([shape, 0.0, 1.0]), x=(self.content.x - loc) / scale
        )
        units = [1.0, scale, scale]
        return ContinuousFit(self.distribution, moved).cov_params() * np.outer(units, units)

    def return_levels(
        self,
        periods: ArrayLike,
        *,
        level: float = 0.9,
        method: Literal["profile", "delta"] = "profile",
    ) -> pd.DataFrame:
        r"""Values that a block's largest passes with a chance of one in so many.

        .. math:: \mu + \frac{\sigma}{\xi} \left((-\ln(1 - 1/T))^{-\xi} - 1\right)

        Parameters
        ----------
        periods : array of float
            Return periods T in blocks, more than 1.
        level : float
            The chance that an interval means to hold the truth.
        method : {"profile", "delta"}
            Profile likelihood, or standard errors.

        Returns
        -------
        pandas.DataFrame
            ``estimate``, ``lower``, ``upper``, by return period.

        Raises
        ------
        ValueError
            If a return period is 1 or less or isn't finite, or there is no such method.

        Examples
        --------
        >>> from riskkit.lethality.distributions import GeneralisedExtremeValue
        >>> largest = GeneralisedExtremeValue().rvs([0.1, 50.0, 10.0], 60, rng=1)
        >>> table = GeneralisedExtremeValue().fit(largest).return_levels([10, 100])
        >>> bool((table["lower"] < table["upper"]).all())
        True
        """
        blocks = np.atleast_1d(np.asarray(periods, dtype=float))
        _check_finite(blocks)
        if (blocks <= 1).any():
            raise ValueError(f"periods holds {blocks.min():g}; accepted: more than 1")
        return _levels(periods, [self._level(each, level, method) for each in blocks])

    def _level(self, blocks: float, level: float, method: str) -> tuple[float, float, float]:
        shape, loc, scale = self.content.params
        ratio = -1 / math.log1p(-1 / blocks)
        best = _pareto_level(loc, shape, scale, ratio)

        def score(points: Array) -> Array:
            value, xi, log_scale = points
            sigma = np.exp(log_scale)
            return self._of_params(np.array([xi, value - sigma * _growth(ratio, xi), sigma]))

        def delta() -> float:
            slopes = _slopes(
                lambda point: _pareto_level(point[1], point[0], point[2], ratio),
                np.array([shape, loc, scale]),
            )
            return float(slopes @ self.cov_params().to_numpy() @ slopes)

        # The level is followed by its distance from well under the data, on a log scale.
        coordinates = np.array([best, shape, math.log(scale)])
        floors = (min(float(self.content.x[0]), best) - 10 * scale, -1.0, -math.inf)
        return _interval(score, coordinates, floors, level, method, self.n_tail, delta)


def _check_finite(periods: Array) -> None:
    wrong = ~np.isfinite(periods)
    if wrong.any():
        raise ValueError(f"periods holds {periods[wrong][0]}; accepted: finite numbers")


def _growth(ratio: float, shape: Array | float) -> Array:
    """Level over scale: (ratio^shape - 1)/shape, through 0."""
    log = math.log(ratio)
    safe = np.where(np.abs(shape) < 1e-9, 1e-9, shape)
    with np.errstate(over="ignore"):
        return np.asarray(np.where(np.abs(shape) < 1e-9, log, np.expm1(safe * log) / safe))


def _pareto_level(start: float, shape: float, scale: float, ratio: float) -> float:
    return float(start + scale * _growth(ratio, shape))


def _slopes(function: Callable[[Array], float], point: Array) -> Array:
    h = 1e-6 * np.maximum(1e-3, np.abs(point))
    steps = np.diag(h)
    return np.array(
        [
            (function(point + step) - function(point - step)) / (2 * size)
            for step, size in zip(steps, h, strict=True)
        ]
    )


def _interval(
    score: Callable[[Array], Array],
    best: Array,
    floors: tuple[float, ...],
    level: float,
    method: str,
    n: int,
    variance: Callable[[], float],
) -> tuple[float, float, float]:
    if method == "profile":
        lower, upper = profile(score, best, floors, 0, level, n)
    elif method == "delta":
        reach = NormalDist().inv_cdf((1 + check_level(level)) / 2) * math.sqrt(variance())
        lower, upper = best[0] - reach, best[0] + reach
    else:
        raise ValueError(f'method is {method!r}; accepted: "profile" or "delta"')
    return float(best[0]), float(lower), float(upper)


def _levels(periods: ArrayLike, rows: list[tuple[float, float, float]]) -> pd.DataFrame:
    index = pd.Index(np.atleast_1d(np.asarray(periods)), name="return_period")
    return pd.DataFrame(rows, index, ["estimate", "lower", "upper"])
