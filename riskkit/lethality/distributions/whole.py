"""What every distribution of whole numbers offers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from riskkit.lethality.distributions.base import Distribution
from riskkit.lethality.distributions.fitted import DiscreteFit
from riskkit.lethality.distributions.intervals import IntervalFit, Intervals, fit_intervals

__all__ = ["Discrete"]

Array = NDArray[np.float64]

# Whole numbers beyond this are no longer exact; only tails of nearly no exponent get there.
LARGEST = 4e15
# First values whose chances are tabulated for quantiles and draws.
TABLE = 4096


@dataclass(frozen=True)
class Discrete(Distribution):
    """A distribution of whole numbers from ``xmin`` on.

    Parameters
    ----------
    xmin : int
        The smallest value.
    """

    xmin: int = 1
    whole: ClassVar[bool] = True

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

        Examples
        --------
        >>> from riskkit.lethality.distributions import Geometric
        >>> Geometric(xmin=1).fit([1, 2, 3, 4], weights=[8, 4, 2, 1]).n_tail
        15
        """
        return DiscreteFit(self, self._fit(deaths, weights))

    def fit_intervals(
        self, low: ArrayLike, high: ArrayLike, weights: ArrayLike | None = None
    ) -> IntervalFit:
        r"""Fit by maximum likelihood where tolls are known to lie within bounds only.

        A toll from low to high, both possible, has the likelihood

        .. math:: P(a \le D \le b) = S(a) - S(b + 1)

        Bounds across xmin may hold a toll of the law or one below it. They have the likelihood
        of both: below xmin, tolls have whatever distribution makes the data most likely
        (nonparametric), so give all events, not those of the tail alone. Bounds are taken to tell
        that the toll is between them, and nothing else (coarsening at random).

        Parameters
        ----------
        low : array of int, shape (n,)
            Lowest possible deaths of each event; 0 where nothing is known.
        high : array of int, shape (n,)
            Highest possible deaths; infinity where no bound is known. Equal to `low` where the
            toll is known.
        weights : array of int, shape (n,), optional
            How often each pair occurs; 1 by default.

        Returns
        -------
        IntervalFit

        Raises
        ------
        InvalidValueError
            If a bound is unknown, negative or no whole number, two are in the wrong order, or a
            weight is no count.
        NotEnoughIncidentsError
            If all tolls of the tail may be one and the same.

        Examples
        --------
        >>> from riskkit.lethality.distributions import PowerLaw
        >>> low, high = [1, 2, 3, 5, 10], [1, 2, 8, np.inf, 30]
        >>> fit = PowerLaw(xmin=2).fit_intervals(low, high, weights=[50, 20, 9, 6, 4])
        >>> fit.params.round(2).to_dict(), fit.n_tail
        ({'alpha': 2.16}, 39)

        References
        ----------
        Heitjan, D. F. and Rubin, D. B. (1991). Ignorability and coarse data.
        https://doi.org/10.1214/aos/1176348396
        """
        return fit_intervals(self, Intervals.checked(low, high, weights))

    def logpmf(self, x: ArrayLike, params: ArrayLike) -> Array:
        """Log chance of exactly x, given xmin or more.

        Parameters
        ----------
        x : array of int
            Values.
        params : array of float
            Parameters in the order of ``parameters``.

        Returns
        -------
        array of float
            Shaped as `x`; -inf below xmin and for what is no whole number.

        Examples
        --------
        >>> from riskkit.lethality.distributions import Geometric
        >>> np.exp(Geometric(xmin=1).logpmf([0, 1, 2], [np.log(2)])).round(3).tolist()
        [0.0, 0.5, 0.25]
        """
        at = np.asarray(x, dtype=float)
        inside = (at >= self.xmin) & (at == np.floor(at))
        with np.errstate(all="ignore"):
            each = self._log_density(np.where(inside, at, self.xmin), np.asarray(params, float))
        return np.asarray(np.where(inside, each, -np.inf))

    def ppf(self, q: ArrayLike, params: ArrayLike) -> Array:
        """Smallest x with a chance of q or more to be at most x.

        Parameters
        ----------
        q : array of float
            Chances, 0 to 1.
        params : array of float
            Parameters in the order of ``parameters``.

        Returns
        -------
        array of float
            Shaped as `q`; at most 4e15, beyond which whole numbers are not exact.

        Raises
        ------
        ValueError
            If a number is no chance.

        Examples
        --------
        >>> from riskkit.lethality.distributions import Geometric
        >>> Geometric(xmin=1).ppf([0.5, 0.51, 0.75], [np.log(2)]).tolist()
        [1.0, 2.0, 2.0]
        """
        chance = np.asarray(q, dtype=float)
        if not ((chance >= 0) & (chance <= 1)).all():
            raise ValueError("q holds a number outside 0 to 1; accepted: chances")
        # A hair's breadth, so that the quantile of a chance of x is x.
        upper = (1 - chance) * (1 + 1e-12) + 1e-16
        return self._from_above(upper.ravel(), np.asarray(params, float)).reshape(chance.shape)

    def rvs(
        self, params: ArrayLike, size: int, rng: np.random.Generator | int | None = None
    ) -> Array:
        """Draw whole numbers.

        Parameters
        ----------
        params : array of float
            Parameters in the order of ``parameters``.
        size : int
            How many.
        rng : int, numpy.random.Generator or None
            Seed of the draws.

        Returns
        -------
        array of float, shape (size,)

        Examples
        --------
        >>> from riskkit.lethality.distributions import PowerLaw
        >>> bool(PowerLaw(xmin=5).rvs([2.5], 100, rng=1).min() >= 5)
        True
        """
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
