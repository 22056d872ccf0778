"""The generalised extreme value distribution: the largest of each year or block."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from riskkit.lethality.distributions.extremes import BlockMaximaFit
from riskkit.lethality.distributions.fitted import Content
from riskkit.lethality.distributions.real import Continuous
from riskkit.lethality.distributions.sample import distinct
from riskkit.lethality.distributions.search import profile

__all__ = ["GeneralisedExtremeValue"]

Array = NDArray[np.float64]

# Under this the distribution is Gumbel's: the shape's digits are lost.
GUMBEL = 1e-9
FLOORS = (-1.0, -math.inf, 0.0)


@dataclass(frozen=True)
class GeneralisedExtremeValue(Continuous):
    r"""Largest value of a block: :math:`F(x) = \exp(-(1 + \xi (x - \mu)/\sigma)^{-1/\xi})`.

    scipy's ``genextreme(c)`` has the opposite sign of the shape: c is minus xi.

    Examples
    --------
    >>> fit = GeneralisedExtremeValue().fit([12.0, 15.0, 18.0, 21.0, 30.0, 55.0])
    >>> fit.params.round(1).to_dict()
    {'shape': 0.6, 'loc': 16.6, 'scale': 5.9}

    References
    ----------
    Coles, S. (2001). An introduction to statistical modeling of extreme values.
    https://doi.org/10.1007/978-1-4471-3675-0
    """

    name: ClassVar[str] = "generalised extreme value"
    parameters: ClassVar[tuple[str, ...]] = ("shape", "loc", "scale")
    lowest: ClassVar[tuple[float, ...]] = (-math.inf, -math.inf, 0.0)

    @property
    def start(self) -> float:
        """It has no threshold."""
        return -math.inf

    def fit(self, values: ArrayLike, weights: ArrayLike | None = None) -> BlockMaximaFit:
        """Fit by maximum likelihood; the fit knows return levels too.

        Parameters
        ----------
        values : array of float, shape (n,)
            Largest value of each block.
        weights : array of int, shape (n,), optional
            How often each occurs; 1 by default.

        Returns
        -------
        BlockMaximaFit

        Raises
        ------
        InvalidValueError
            If a value is unknown or infinite, or a weight is no count.
        NotEnoughIncidentsError
            If fewer than two distinct values are given.

        Examples
        --------
        >>> fit = GeneralisedExtremeValue().fit([12.0, 15.0, 18.0, 21.0, 30.0, 55.0])
        >>> fit.return_levels([10]).round(0)["estimate"].item()
        47.0
        """
        every, times = distinct(values, weights, "values", whole=False)
        share = times.cumsum() / max(times.sum(), 1)
        # The search is on values of ordinary size, whatever their unit.
        low, middle, high = (
            float(every[np.searchsorted(share, part)]) if len(every) else 0.0
            for part in (0.25, 0.5, 0.75)
        )
        unit = high - low if high > low else float(np.ptp(every)) if len(every) > 1 else 1.0
        found = self._fit((every - middle) / unit, times)
        shape, loc, scale = found.params
        return BlockMaximaFit(
            self,
            replace(
                found,
                params=np.array([shape, middle + unit * loc, unit * scale]),
                llf=found.llf - found.n_tail * math.log(unit),
                x=every,
            ),
        )

    def _box(self) -> tuple[list[float], list[float]]:
        """In units of the data; under a shape of -1 the likelihood has no top."""
        return [-1.0, -1e6, -20.0], [20.0, 1e6, 25.0]

    def _starts(self, x: Array, weights: Array) -> Array:
        """Start around Gumbel's quartiles at several shapes."""
        return np.array(
            [
                (shape, loc, scale)
                for shape in (-0.3, -0.1, 0.05, 0.2, 0.5, 1.0, 2.0)
                for loc in (-0.5, -0.25, 0.0)
                for scale in (0.3, 0.6, 1.0, 3.0)
            ]
        ).T

    def _interval(self, content: Content, which: int, level: float) -> tuple[float, float]:
        """Profile interval of one parameter; under a shape of -1 the likelihood has no top."""
        score = self._score(content.x, content.weights)
        return profile(score, content.params, FLOORS, which, level, content.n_tail)

    def _log_density(self, x: Array, params: Array) -> Array:
        """Log density at x."""
        log_t = self._log_t(x, params)
        return np.asarray((1 + params[0]) * log_t - np.exp(log_t) - np.log(params[2]))

    def _log_sf(self, x: Array, params: Array) -> Array:
        """Log chance of x or more."""
        log_t = self._log_t(x, params)
        ends = np.where((params[0] < 0) & (x > params[1]), -np.inf, 0.0)
        return np.asarray(np.where(np.isnan(log_t), ends, np.log(-np.expm1(-np.exp(log_t)))))

    def _from_above(self, upper: Array, params: Array) -> Array:
        """Value that is passed with a chance of `upper`."""
        from riskkit.kernels.pareto import excess_over_scale

        shape, loc, scale = params
        return np.asarray(loc + scale * excess_over_scale(-np.log1p(-upper), shape))

    def _log_t(self, x: Array, params: Array) -> Array:
        shape, loc, scale = params
        z = (x - loc) / scale
        safe = np.where(np.abs(shape) < GUMBEL, GUMBEL, shape)
        inside = np.where(1 + safe * z > 0, safe * z, np.nan)
        return np.asarray(np.where(np.abs(shape) < GUMBEL, -z, -np.log1p(inside) / safe))
