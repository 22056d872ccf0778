"""What every distribution offers, and its maximum likelihood."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import ClassVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from riskkit.errors import ConvergenceError, NotEnoughIncidentsError
from riskkit.lethality.distributions.fitted import Content
from riskkit.lethality.distributions.sample import distinct
from riskkit.lethality.distributions.search import Peak, Score, maximise, profile

__all__ = ["Distribution", "is_steady"]

Array = NDArray[np.float64]

# How far from the maximum it is tried whether the likelihood falls, if a standard error is longer.
FAR = 3.0


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
    whole: ClassVar[bool] = False

    @property
    @abstractmethod
    def start(self) -> float:
        """Where the distribution starts; smaller values belong to the population only."""

    @abstractmethod
    def _log_density(self, x: Array, params: Array) -> Array:
        """Log chance (of whole numbers) or log density at x, given the threshold is reached."""

    @abstractmethod
    def _log_sf(self, x: Array, params: Array) -> Array:
        """Log chance of x or more, given the threshold is reached."""

    @abstractmethod
    def _starts(self, x: Array, weights: Array) -> Array:
        """Parameters from which to search, one column a start."""

    @abstractmethod
    def _box(self) -> tuple[list[float], list[float]]:
        """Lowest and highest free parameters of the search."""

    def _to_free(self, params: Array) -> Array:
        """Turn parameters into free ones, any real numbers."""
        pairs = zip(self.lowest, params, strict=True)
        return np.array([row if np.isneginf(a) else np.log(row - a) for a, row in pairs])

    def _to_params(self, free: Array) -> Array:
        """Turn free parameters back."""
        pairs = zip(self.lowest, free, strict=True)
        return np.array([row if np.isneginf(a) else a + np.exp(row) for a, row in pairs])

    def sf(self, x: ArrayLike, params: ArrayLike) -> Array:
        """Chance of x or more, given the threshold is reached; 1 below it.

        Of whole numbers scipy's ``sf`` is the chance of more than x: here x is included.

        Parameters
        ----------
        x : array of float
            Values; of a law of whole numbers 2.5 or more is 3 or more.
        params : array of float
            Parameters in the order of ``parameters``.

        Returns
        -------
        array of float
            Shaped as `x`.

        Examples
        --------
        >>> from riskkit.lethality.distributions import Pareto
        >>> Pareto(xmin=1.0).sf([0.5, 1.0, 10.0], [2.0]).round(3).tolist()
        [1.0, 1.0, 0.1]
        """
        asked = np.asarray(x, dtype=float)
        at = np.maximum(np.ceil(asked) if self.whole else asked, self.start)
        with np.errstate(all="ignore"):
            # Rounding may leave a chance of one a hair above it.
            return np.asarray(np.exp(np.minimum(self._log_sf(at, np.asarray(params, float)), 0.0)))

    def _score(self, x: Array, weights: Array) -> Score:
        """Mean log likelihood as a function of parameters, one column each."""
        share = weights / weights.sum()

        def mean(params: Array) -> Array:
            with np.errstate(all="ignore"):
                each = self._log_density(x, params[:, :, None])
                return np.asarray(np.where(np.isfinite(each).all(axis=1), each @ share, -np.inf))

        return mean

    def _interval(self, content: Content, which: int, level: float) -> tuple[float, float]:
        """Profile interval of one parameter."""
        score = self._score(content.x, content.weights)
        return profile(score, content.params, self.lowest, which, level, content.n_tail)

    def _fit(self, values: ArrayLike, weights: ArrayLike | None) -> Content:
        every, times = distinct(values, weights, "deaths" if self.whole else "values", self.whole)
        inside = every >= self.start if self.includes_start else every > self.start
        if self.start == 0:
            inside &= every > 0
        x, w = every[inside], times[inside]
        if len(x) < 2:
            raise NotEnoughIncidentsError(
                f"{self.name}: a fit needs two distinct values or more from {self.start:g} on; "
                f"found {len(x)}"
            )
        with np.errstate(all="ignore"):
            starts = self._starts(x, w)
        score = self._score(x, w)
        peak = self._highest(score, starts, 2)
        n = w.sum()
        return Content(
            params=self._to_params(peak.free),
            llf=peak.height * n,
            n_tail=round(n),
            nobs=round(times.sum()),
            steady=is_steady(peak, n, lambda free: score(self._to_params(free))),
            x=x,
            weights=w,
        )

    def _highest(self, of_params: Score, starts: Array, climbs: int) -> Peak:
        """Climb from the best of some starts, one column each; give the highest top.

        Parameters
        ----------
        of_params : callable
            Mean log likelihood of parameters, one column each.
        starts : array of float
            Parameters.
        climbs : int
            How many starts are climbed from.

        Returns
        -------
        Peak

        Raises
        ------
        ConvergenceError
            If no start has a finite likelihood.
        """

        def score(free: Array) -> Array:
            return of_params(self._to_params(free))

        with np.errstate(all="ignore"):
            lower, upper = (np.array(end, dtype=float) for end in self._box())
            free = np.clip(self._to_free(starts), lower[:, None], upper[:, None])
            heights = score(free)
            order = np.argsort(-heights, kind="stable")[:climbs]
            tried = [free[:, at] for at in order if np.isfinite(heights[at])]
            peaks = [maximise(score, start, lower, upper) for start in tried]
        if not peaks:
            raise ConvergenceError(f"{self.name}: no finite likelihood from any start")
        return max(peaks, key=lambda found: found.height)


def is_steady(peak: Peak, n: float, score: Score) -> bool:
    """Whether the likelihood falls on every side within reach of the maximum.

    Parameters
    ----------
    peak : Peak
        The maximum.
    n : float
        Number of values.
    score : callable
        Mean log likelihood of free parameters, one column each.
    """
    if peak.bounded or not np.isfinite(peak.hessian).all():
        return False
    curve, axes = np.linalg.eigh(-n * peak.hessian)
    if curve.min() <= 1e-3:
        return False
    # On a ridge the curvature may be rounding: one standard error away the likelihood must have
    # fallen too, if by far less than the half that a parabola falls.
    reach = np.minimum(1 / np.sqrt(curve), FAR)
    moves = axes * reach
    away = score(peak.free[:, None] + np.hstack([moves, -moves]))
    return bool((n * (peak.height - away) > 0.05 * np.tile(curve * reach**2, 2)).all())
