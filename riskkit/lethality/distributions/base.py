"""What every distribution offers, and its maximum likelihood."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from riskkit.errors import ConvergenceError, NotEnoughIncidentsError
from riskkit.lethality.distributions.fitted import Content, ContinuousFit, DiscreteFit
from riskkit.lethality.distributions.sample import distinct
from riskkit.lethality.distributions.search import Peak, Score, maximise

__all__ = ["Continuous", "Discrete", "Distribution"]

Array = NDArray[np.float64]

# Whole numbers beyond this are no longer exact; only tails of nearly no exponent get there.
LARGEST = 4e15
# First values whose chances are tabulated for quantiles and draws.
TABLE = 4096


class Distribution(ABC):
    """A family of distributions from a threshold on; an instance holds its settings only.

    Parameters are arrays whose first axis names them, in the order of ``parameters``, so that one
    call evaluates many parameter vectors: ``params[:, :, None]`` against values.
    """

    name: ClassVar[str]
    parameters: ClassVar[tuple[str, ...]]
    # The lowest value of each parameter; searches use the logarithm of what lies above it.
    lowest: ClassVar[tuple[float, ...]]
    # Whether a value on the threshold itself is of the distribution.
    includes_start: ClassVar[bool] = True

    @property
    @abstractmethod
    def start(self) -> float:
        """Where the distribution starts; smaller values belong to the population only."""

    @abstractmethod
    def log_density(self, x: Array, params: Array) -> Array:
        """Log chance (of whole numbers) or log density at x, given the threshold is reached."""

    @abstractmethod
    def log_sf(self, x: Array, params: Array) -> Array:
        """Log chance of x or more, given the threshold is reached."""

    @abstractmethod
    def starts(self, x: Array, weights: Array) -> Array:
        """Parameters from which to search, one column a start."""

    @abstractmethod
    def box(self) -> tuple[list[float], list[float]]:
        """Lowest and highest free parameters of the search."""

    def to_free(self, params: Array) -> Array:
        """Turn parameters into free ones, any real numbers."""
        pairs = zip(self.lowest, params, strict=True)
        return np.array([row if np.isneginf(a) else np.log(row - a) for a, row in pairs])

    def to_params(self, free: Array) -> Array:
        """Turn free parameters back."""
        pairs = zip(self.lowest, free, strict=True)
        return np.array([row if np.isneginf(a) else a + np.exp(row) for a, row in pairs])

    def sf(self, x: ArrayLike, params: ArrayLike) -> Array:
        """Chance of x or more, given the threshold is reached; 1 below it.

        Of whole numbers scipy's ``sf`` is the chance of more than x: here x is included.
        """
        at = np.maximum(np.asarray(x, dtype=float), self.start)
        with np.errstate(all="ignore"):
            # Rounding may leave a chance of one a hair above it.
            return np.asarray(np.exp(np.minimum(self.log_sf(at, np.asarray(params, float)), 0.0)))

    def score(self, x: Array, weights: Array) -> Score:
        """Mean log likelihood as a function of parameters, one column each."""
        share = weights / weights.sum()

        def mean(params: Array) -> Array:
            with np.errstate(all="ignore"):
                each = self.log_density(x, params[:, :, None])
                return np.asarray(np.where(np.isfinite(each).all(axis=1), each @ share, -np.inf))

        return mean

    def _fit(self, values: ArrayLike, weights: ArrayLike | None, whole: bool) -> Content:
        every, times = distinct(values, weights, "deaths" if whole else "values", whole)
        inside = every >= self.start if self.includes_start else every > self.start
        if self.start == 0:
            inside &= every > 0
        x, w = every[inside], times[inside]
        if len(x) < 2:
            raise NotEnoughIncidentsError(
                f"{self.name}: a fit needs two distinct values or more from {self.start:g} on; "
                f"found {len(x)}"
            )
        of_params = self.score(x, w)

        def score(free: Array) -> Array:
            return of_params(self.to_params(free))

        with np.errstate(all="ignore"):
            lower, upper = (np.array(end, dtype=float) for end in self.box())
            starts = np.clip(self.to_free(self.starts(x, w)), lower[:, None], upper[:, None])
            heights = score(starts)
            order = np.argsort(-heights, kind="stable")[:2]
            tried = [starts[:, at] for at in order if np.isfinite(heights[at])]
            peaks = [maximise(score, start, lower, upper) for start in tried]
        if not peaks:
            raise ConvergenceError(f"{self.name}: no finite likelihood from any start")
        peak = max(peaks, key=lambda found: found.height)
        n = w.sum()
        return Content(
            params=self.to_params(peak.free),
            llf=peak.height * n,
            n_tail=round(n),
            nobs=round(times.sum()),
            steady=_steady(peak, n),
            x=x,
            weights=w,
        )


@dataclass(frozen=True)
class Discrete(Distribution):
    """A distribution of whole numbers from ``xmin`` on.

    Parameters
    ----------
    xmin : int
        The smallest value.
    """

    xmin: int = 1

    @property
    def start(self) -> float:
        """The threshold."""
        return float(self.xmin)

    def __post_init__(self) -> None:
        if self.xmin < 1 or self.xmin != int(self.xmin):
            raise ValueError(f"xmin is {self.xmin}; accepted: 1 death or more, a whole number")

    def fit(self, deaths: ArrayLike, weights: ArrayLike | None = None) -> DiscreteFit:
        """Fit by maximum likelihood.

        Parameters
        ----------
        deaths : array of int, shape (n,)
            Deaths of each event, or distinct tolls; those under xmin count as events only.
        weights : array of int, shape (n,), optional
            How often each toll occurs; 1 by default.

        Returns
        -------
        DiscreteFit

        Raises
        ------
        InvalidValueError
            If a toll is unknown, negative or no whole number, or a weight is no count.
        NotEnoughIncidentsError
            If fewer than two distinct tolls reach xmin.
        """
        return DiscreteFit(self, self._fit(deaths, weights, whole=True))

    def logpmf(self, x: ArrayLike, params: ArrayLike) -> Array:
        """Log chance of exactly x, given xmin or more; -inf for anything else."""
        at = np.asarray(x, dtype=float)
        inside = (at >= self.xmin) & (at == np.floor(at))
        with np.errstate(all="ignore"):
            each = self.log_density(np.where(inside, at, self.xmin), np.asarray(params, float))
        return np.asarray(np.where(inside, each, -np.inf))

    def ppf(self, q: ArrayLike, params: ArrayLike) -> Array:
        """Smallest x with a chance of q or more to be at most x; at most 4e15."""
        chance = np.asarray(q, dtype=float)
        if not ((chance >= 0) & (chance <= 1)).all():
            raise ValueError("q holds a number outside 0 to 1; accepted: chances")
        # A hair's breadth, so that the quantile of a chance of x is x.
        upper = (1 - chance) * (1 + 1e-12) + 1e-16
        return self._from_above(upper.ravel(), np.asarray(params, float)).reshape(chance.shape)

    def rvs(
        self, params: ArrayLike, size: int, rng: np.random.Generator | int | None = None
    ) -> Array:
        """Draw `size` whole numbers."""
        upper = 1 - np.random.default_rng(rng).random(size)
        return self._from_above(upper, np.asarray(params, dtype=float))

    def _from_above(self, upper: Array, params: Array) -> Array:
        """Smallest x with a chance of more than x that is under `upper`."""
        table = self.sf(self.xmin + 1 + np.arange(TABLE), params)
        at = np.searchsorted(-table, -upper, side="right")
        found = self.xmin + at.astype(float)
        beyond = at == TABLE
        if beyond.any():
            found[beyond] = self._search(upper[beyond], params)
        return found

    def _search(self, upper: Array, params: Array) -> Array:
        low = np.full(len(upper), float(self.xmin + TABLE - 1))
        high = 2 * low
        for _ in range(60):
            short = (self.sf(high + 1, params) >= upper) & (high < LARGEST)
            if not short.any():
                break
            low = np.where(short, high, low)
            high = np.where(short, np.minimum(2 * high, LARGEST), high)
        while (high - low > 1).any():
            middle = np.floor((low + high) / 2)
            short = self.sf(middle + 1, params) >= upper
            low, high = np.where(short, middle, low), np.where(short, high, middle)
        return high


class Continuous(Distribution):
    """A distribution of real numbers: injuries, costs, or anything measured."""

    def fit(self, values: ArrayLike, weights: ArrayLike | None = None) -> ContinuousFit:
        """Fit by maximum likelihood.

        Parameters
        ----------
        values : array of float, shape (n,)
            Values; those below the threshold count as events only.
        weights : array of int, shape (n,), optional
            How often each occurs; 1 by default.

        Returns
        -------
        ContinuousFit

        Raises
        ------
        InvalidValueError
            If a value is unknown or infinite, or a weight is no count.
        NotEnoughIncidentsError
            If fewer than two distinct values reach the threshold.
        """
        return ContinuousFit(self, self._fit(values, weights, whole=False))

    @abstractmethod
    def from_above(self, upper: Array, params: Array) -> Array:
        """Value that is passed with a chance of `upper`."""

    def logpdf(self, x: ArrayLike, params: ArrayLike) -> Array:
        """Log density at x, given the threshold is reached; -inf below it."""
        at = np.asarray(x, dtype=float)
        with np.errstate(all="ignore"):
            each = self.log_density(np.maximum(at, self.start), np.asarray(params, dtype=float))
        return np.asarray(np.where((at >= self.start) & ~np.isnan(each), each, -np.inf))

    def ppf(self, q: ArrayLike, params: ArrayLike) -> Array:
        """Value that is not passed with a chance of q."""
        chance = np.asarray(q, dtype=float)
        if not ((chance >= 0) & (chance <= 1)).all():
            raise ValueError("q holds a number outside 0 to 1; accepted: chances")
        with np.errstate(all="ignore"):
            return self.from_above(1 - chance, np.asarray(params, dtype=float))

    def rvs(
        self, params: ArrayLike, size: int, rng: np.random.Generator | int | None = None
    ) -> Array:
        """Draw `size` values."""
        upper = 1 - np.random.default_rng(rng).random(size)
        return self.from_above(upper, np.asarray(params, dtype=float))


def _steady(peak: Peak, n: float) -> bool:
    """Whether the likelihood falls on every side within reach of the maximum."""
    if peak.bounded or not np.isfinite(peak.hessian).all():
        return False
    return bool(np.linalg.eigvalsh(-n * peak.hessian).min() > 1e-3)
