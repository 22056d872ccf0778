"""What every distribution of real numbers offers."""

from __future__ import annotations

from abc import abstractmethod

import numpy as np
from numpy.typing import ArrayLike, NDArray

from riskkit.lethality.distributions.base import Distribution
from riskkit.lethality.distributions.fitted import ContinuousFit

__all__ = ["Continuous"]

Array = NDArray[np.float64]


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

        Examples
        --------
        >>> from riskkit.lethality.distributions import Pareto
        >>> Pareto(xmin=1.0).fit([0.5, 1.5, 2.0, 4.0]).n_tail
        3
        """
        return ContinuousFit(self, self._fit(values, weights))

    @abstractmethod
    def _from_above(self, upper: Array, params: Array) -> Array:
        """Value that is passed with a chance of `upper`."""

    def logpdf(self, x: ArrayLike, params: ArrayLike) -> Array:
        """Log density at x, given the threshold is reached.

        Parameters
        ----------
        x : array of float
            Values.
        params : array of float
            Parameters in the order of ``parameters``.

        Returns
        -------
        array of float
            Shaped as `x`; -inf below the threshold.

        Examples
        --------
        >>> from riskkit.lethality.distributions import Pareto
        >>> np.exp(Pareto(xmin=1.0).logpdf([0.5, 1.0, 10.0], [2.0])).round(3).tolist()
        [0.0, 1.0, 0.01]
        """
        at = np.asarray(x, dtype=float)
        with np.errstate(all="ignore"):
            each = self._log_density(np.maximum(at, self.start), np.asarray(params, dtype=float))
        return np.asarray(np.where((at >= self.start) & ~np.isnan(each), each, -np.inf))

    def ppf(self, q: ArrayLike, params: ArrayLike) -> Array:
        """Value that is not passed with a chance of q.

        Parameters
        ----------
        q : array of float
            Chances, 0 to 1.
        params : array of float
            Parameters in the order of ``parameters``.

        Returns
        -------
        array of float
            Shaped as `q`.

        Raises
        ------
        ValueError
            If a number is no chance.

        Examples
        --------
        >>> from riskkit.lethality.distributions import Pareto
        >>> Pareto(xmin=1.0).ppf([0.0, 0.9], [2.0]).round(6).tolist()
        [1.0, 10.0]
        """
        chance = np.asarray(q, dtype=float)
        if not ((chance >= 0) & (chance <= 1)).all():
            raise ValueError("q holds a number outside 0 to 1; accepted: chances")
        with np.errstate(all="ignore"):
            return self._from_above(1 - chance, np.asarray(params, dtype=float))

    def rvs(
        self, params: ArrayLike, size: int, rng: np.random.Generator | int | None = None
    ) -> Array:
        """Draw values.

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
        >>> from riskkit.lethality.distributions import GeneralisedPareto
        >>> bool(GeneralisedPareto(10.0).rvs([0.2, 5.0], 100, rng=1).min() > 10)
        True
        """
        upper = 1 - np.random.default_rng(rng).random(size)
        return self._from_above(upper, np.asarray(params, dtype=float))
