"""Maximum likelihood where a toll is known only to lie between two bounds."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from riskkit.errors import InvalidValueError, NotEnoughIncidentsError
from riskkit.lethality.distributions.base import is_steady
from riskkit.lethality.distributions.fitted import Content, DiscreteFit
from riskkit.lethality.distributions.interval_chances import IntervalChances
from riskkit.lethality.distributions.sample import one_dimension
from riskkit.lethality.distributions.search import profile

if TYPE_CHECKING:
    from riskkit.lethality.distributions.search import Score
    from riskkit.lethality.distributions.whole import Discrete

__all__ = ["IntervalFit", "Intervals", "fit_intervals"]

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Intervals:
    """Distinct intervals of tolls and how often each occurs.

    Parameters
    ----------
    low, high : array of float
        First and last possible toll, whole numbers; the last may be infinite.
    times : array of float
        How often each pair occurs.
    """

    low: Array
    high: Array
    times: Array

    @classmethod
    def checked(
        cls, low: ArrayLike, high: ArrayLike, weights: ArrayLike | None = None
    ) -> Intervals:
        """Check bounds and weights, and count the distinct pairs.

        Parameters
        ----------
        low, high : array of int
            Bounds, both possible; `high` may be infinite.
        weights : array of int, optional
            How often each pair occurs; 1 by default.

        Returns
        -------
        Intervals

        Raises
        ------
        InvalidValueError
            If a bound is unknown, negative or no whole number, two are in the wrong order, or a
            weight is no count.
        """
        first = _numbers(low, "low", "whole numbers, 0 or more")
        last = _numbers(high, "high", "whole numbers, or infinity where no bound is known")
        times = np.ones(len(first)) if weights is None else _numbers(weights, "weights", "counts")
        for name, column in (("high", last), ("weights", times)):
            if len(column) != len(first):
                raise InvalidValueError(
                    f"{name} has {len(column)} entries; accepted: one for each of {len(first)} low"
                )
        wrong = np.flatnonzero(last < first)
        if len(wrong):
            raise InvalidValueError(
                f"low is {first[wrong[0]]:g} where high is {last[wrong[0]]:g}; accepted: low up to "
                "high"
            )
        if not (np.isfinite(first).all() and np.isfinite(times).all()):
            raise InvalidValueError("low or weights hold infinity; accepted: whole numbers")
        counted = times > 0
        pairs, at = np.unique(
            np.array([first[counted], last[counted]]), axis=1, return_inverse=True
        )
        how_often = np.bincount(at.ravel(), times[counted], pairs.shape[1]).astype(float)
        return cls(pairs[0], pairs[1], how_often)

    def where(self, chosen: NDArray[np.bool_]) -> Intervals:
        """Keep some of the intervals."""
        return Intervals(self.low[chosen], self.high[chosen], self.times[chosen])


class Likelihood:
    """Log likelihood of intervals under a law that starts at xmin.

    What lies below xmin has any distribution there is (nonparametric), and any share. It is
    maximised over for each parameter vector, since an interval across xmin may be of either part.

    Parameters
    ----------
    law : Discrete
        The law from xmin on.
    intervals : Intervals
        All of them, those below xmin too.
    """

    def __init__(self, law: Discrete, intervals: Intervals) -> None:
        self.law = law
        sure = intervals.low >= law.xmin
        self.tail = intervals.where(sure)
        self.across = intervals.where(~sure & (intervals.high >= law.xmin))
        self.below = intervals.where(intervals.high < law.xmin)
        self.chances = IntervalChances(self.tail.low, self.tail.high)
        self.across_chances = IntervalChances(
            np.full(len(self.across.low), law.start), self.across.high
        )

    def __call__(self, params: Array) -> Array:
        """Log likelihood of each parameter vector, less what tells body from tail alone."""
        each = self.chances.log(self.law, params)
        total = np.asarray(each @ self.tail.times)
        if len(self.across.low):
            value, _ = self._shares(np.exp(self.across_chances.log(self.law, params)))
            total = total + self._times.sum() * (value - self._told)
        return np.where(np.isfinite(each).all(axis=1), total, -np.inf)

    def n_tail(self, params: Array) -> float:
        """How many of the tolls reach xmin, as expected under one parameter vector."""
        inside = float(self.tail.times.sum())
        if not len(self.across.low):
            return inside
        chance = np.exp(self.across_chances.log(self.law, params[:, None]))
        _, shares = self._shares(chance)
        reach = shares[0, -1] * chance[0]
        under = self._cells[-len(reach) :, :-1] @ shares[0, :-1]
        return inside + float(self.across.times @ (reach / (reach + under)))

    def _shares(self, chance: Array) -> tuple[Array, Array]:
        from riskkit.kernels.shares import best_shares

        table = np.repeat(self._cells[None], len(chance), axis=0)
        table[:, -chance.shape[1] :, -1] = np.where(np.isfinite(chance), chance, 0.0)
        return best_shares(table, self._times)

    @cached_property
    def _told(self) -> float:
        """The same where the law says nothing: it is no part of how well the law fits."""
        return float(self._shares(np.ones((1, len(self.across.low))))[0][0])

    @cached_property
    def _times(self) -> Array:
        return np.concatenate([[self.tail.times.sum()], self.below.times, self.across.times])

    @cached_property
    def _cells(self) -> Array:
        """Which cells below xmin an interval covers; the tail is the last cell."""
        low = np.concatenate([self.below.low, self.across.low])
        last = np.minimum(np.concatenate([self.below.high, self.across.high]), self.law.xmin - 1)
        starts, ends = np.unique(low), np.unique(last)
        # A cell is of use if some interval ends before the next one starts.
        following = np.append(starts[1:], np.inf)
        cells = starts[np.searchsorted(ends, starts) < np.searchsorted(ends, following)]
        table = np.zeros((1 + len(low), len(cells) + 1))
        table[1:, :-1] = (cells >= low[:, None]) & (cells <= last[:, None])
        table[0, -1] = 1.0
        return table


@dataclass(frozen=True, eq=False)
class IntervalFit(DiscreteFit):
    """A distribution of whole numbers fitted to tolls known within bounds.

    Parameters
    ----------
    distribution : Discrete
        The family and its settings.
    content : Content
        What was found; its values are the lower bounds.
    likelihood : Likelihood
        Of the intervals that were fitted.
    """

    likelihood: Likelihood

    @property
    def n_tail(self) -> int:
        """Tolls that reach the threshold; of those that may or may not, as many as expected."""
        return self.content.n_tail

    @property
    def n_across(self) -> int:
        """Tolls whose bounds lie on both sides of the threshold."""
        return round(self.likelihood.across.times.sum())

    def summary(self) -> str:
        """Tell what was fitted, and how sure it is."""
        inexact = self.likelihood.tail.low < self.likelihood.tail.high
        known = round(self.likelihood.tail.times[inexact].sum())
        return "\n".join(
            [
                super().summary(),
                f"{known:,} of the tail are known within bounds only; {self.n_across:,} more may "
                "lie on",
                "either side of the threshold and count by their chance.",
            ]
        )

    @cached_property
    def _of_params(self) -> Score:
        def mean(params: Array) -> Array:
            with np.errstate(all="ignore"):
                return np.asarray(self.likelihood(params) / self.content.n_tail)

        return mean

    def _profile(self, which: int, level: float) -> tuple[float, float]:
        best, lowest = self.content.params, self.distribution.lowest
        return profile(self._of_params, best, lowest, which, level, self.n_tail)


def fit_intervals(law: Discrete, intervals: Intervals) -> IntervalFit:
    """Fit a law to intervals; see `Discrete.fit_intervals`."""
    likelihood = Likelihood(law, intervals)
    tail = likelihood.tail
    if not len(tail.low) or tail.low.max() <= tail.high.min():
        raise NotEnoughIncidentsError(
            f"{law.name}: a fit needs two tolls or more from {law.start:g} on that can't be the "
            f"same; found {len(tail.low)} distinct pairs of bounds"
            + (f", all of which hold {tail.low.max():g}" if len(tail.low) else "")
        )
    scale = float(tail.times.sum() + likelihood.across.times.sum() / 2)
    # Where the searches start: the middle of the logarithms, or twice a bound that is the only one.
    middle = np.where(np.isinf(tail.high), 2 * tail.low, np.sqrt(tail.low * tail.high))
    order = np.argsort(middle)
    with np.errstate(all="ignore"):
        starts = law._starts(middle[order], tail.times[order])

    def score(values: Array) -> Array:
        return likelihood(values) / scale

    peak = law._highest(score, starts, 2)
    params = law._to_params(peak.free)
    content = Content(
        params=params,
        llf=peak.height * scale,
        n_tail=round(likelihood.n_tail(params)),
        nobs=round(intervals.times.sum()),
        steady=is_steady(peak, scale, lambda free: score(law._to_params(free))),
        x=tail.low,
        weights=tail.times,
    )
    return IntervalFit(law, content, likelihood)


def _numbers(given: ArrayLike, name: str, accepted: str) -> Array:
    column = pd.Series(one_dimension(given, name), dtype="object")
    if column.isna().any():
        raise InvalidValueError(
            f"{name} holds unknown values; accepted: {accepted}. toll_bounds() fills what a table "
            "leaves out"
        )
    numbers = column.to_numpy(dtype=float)
    wrong = (numbers < 0) | (numbers != np.floor(numbers))
    if wrong.any():
        raise InvalidValueError(f"{name} holds {numbers[wrong][0]}; accepted: {accepted}")
    return numbers
