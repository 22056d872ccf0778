"""The stretched exponential (Weibull): of whole numbers, and of real ones."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from riskkit.lethality.distributions.real import Continuous
from riskkit.lethality.distributions.whole import Discrete

__all__ = ["StretchedExponential", "Weibull"]

Array = NDArray[np.float64]

EULER = 0.5772156649015329


@dataclass(frozen=True)
class StretchedExponential(Discrete):
    r"""Stretched exponential: :math:`S(x - 1/2) - S(x + 1/2)`, :math:`S(x) = e^{-\lambda x^\beta}`.

    As :math:`\beta \to 0` it comes close to a power law, where the likelihood has a ridge.

    Parameters
    ----------
    xmin : int
        The smallest value.

    Examples
    --------
    >>> fit = StretchedExponential(xmin=1).fit([1, 2, 3, 4, 9], weights=[50, 60, 30, 25, 3])
    >>> fit.params.round(3).to_dict()
    {'lambda': 0.269, 'beta': 1.544}
    """

    name: ClassVar[str] = "stretched exponential"
    parameters: ClassVar[tuple[str, ...]] = ("lambda", "beta")
    lowest: ClassVar[tuple[float, ...]] = (0.0, 0.0)

    def _box(self) -> tuple[list[float], list[float]]:
        """From nearly a power law to all in one cell."""
        return [-690.0, -12.0], [math.log(60.0 * self.xmin) + 5, 6.0]

    def _starts(self, x: Array, weights: Array) -> Array:
        """Start at moments, and with the slope that a power law has at xmin."""
        return _starts(x, weights, self.xmin - 0.5)

    def _to_free(self, params: Array) -> Array:
        """Turn them into logarithms of the slope at xmin and of beta."""
        return _to_slope(params, self.xmin - 0.5)

    def _to_params(self, free: Array) -> Array:
        """Turn them back."""
        return _from_slope(free, self.xmin - 0.5)

    def _log_density(self, x: Array, params: Array) -> Array:
        """Log chance of exactly x."""
        rate, power = params
        drop = rate * (x - 0.5) ** power * np.expm1(power * np.log1p(1 / (x - 0.5)))
        return np.asarray(self._log_sf(x, params) + np.log(-np.expm1(-drop)))

    def _log_sf(self, x: Array, params: Array) -> Array:
        """Log chance of x or more."""
        first = self.xmin - 0.5
        rate, power = params
        return np.asarray(-rate * first**power * np.expm1(power * np.log((x - 0.5) / first)))


@dataclass(frozen=True)
class Weibull(Continuous):
    r"""Weibull of real numbers, given xmin or more: :math:`S(x) = e^{-(x/\text{scale})^k}`.

    Parameters
    ----------
    xmin : float
        The threshold; 0 for a whole Weibull.

    Examples
    --------
    >>> fit = Weibull().fit([1.0, 2.0, 3.0, 5.0])
    >>> fit.params.round(3).to_dict()
    {'shape': 1.985, 'scale': 3.117}
    """

    xmin: float = 0.0

    name: ClassVar[str] = "Weibull"
    parameters: ClassVar[tuple[str, ...]] = ("shape", "scale")
    lowest: ClassVar[tuple[float, ...]] = (0.0, 0.0)

    def __post_init__(self) -> None:
        if not 0 <= self.xmin < math.inf:
            raise ValueError(f"xmin is {self.xmin}; accepted: 0 or more")

    @property
    def start(self) -> float:
        """The threshold."""
        return self.xmin

    def _box(self) -> tuple[list[float], list[float]]:
        """From nearly a power law to next to one value."""
        if self.xmin == 0:
            return [-7.0, -700.0], [16.0, 700.0]
        return [-690.0, -12.0], [690.0, 16.0]

    def _starts(self, x: Array, weights: Array) -> Array:
        """Start at moments, and with the slope that a power law has at xmin."""
        rate, power = _starts(x, weights, self.xmin or float(x[0]))
        scale = np.exp(-np.log(rate) / power)
        return np.array([power, scale])[:, np.isfinite(scale) & (scale > 0)]

    def _to_free(self, params: Array) -> Array:
        """Turn them into logarithms of the slope at xmin and of the shape."""
        if self.xmin == 0:
            return super()._to_free(params)
        shape, scale = params
        return np.array([np.log(shape) + shape * np.log(self.xmin / scale), np.log(shape)])

    def _to_params(self, free: Array) -> Array:
        """Turn them back."""
        if self.xmin == 0:
            return super()._to_params(free)
        shape = np.exp(free[1])
        return np.array([shape, self.xmin * np.exp((free[1] - free[0]) / shape)])

    def _log_density(self, x: Array, params: Array) -> Array:
        """Log density at x."""
        shape, scale = params
        return np.asarray(np.log(shape / x) + shape * np.log(x / scale) + self._log_sf(x, params))

    def _log_sf(self, x: Array, params: Array) -> Array:
        """Log chance of x or more."""
        shape, scale = params
        if self.xmin == 0:
            return np.asarray(-np.exp(shape * np.log(x / scale)))
        passed = np.exp(shape * np.log(self.xmin / scale))
        return np.asarray(-passed * np.expm1(shape * np.log(x / self.xmin)))

    def _from_above(self, upper: Array, params: Array) -> Array:
        """Value that is passed with a chance of `upper`."""
        shape, scale = params
        passed = (self.xmin / scale) ** shape
        return np.asarray(scale * (passed - np.log(upper)) ** (1 / shape))


def _to_slope(params: Array, first: float) -> Array:
    rate, power = params
    return np.array([np.log(rate) + np.log(power) + power * np.log(first), np.log(power)])


def _from_slope(free: Array, first: float) -> Array:
    power = np.exp(free[1])
    return np.array([np.exp(free[0] - free[1] - power * np.log(first)), power])


def _starts(x: Array, weights: Array, first: float) -> Array:
    """Rates and powers: moments of the logarithm, and slopes around the power law's."""
    logs = np.log(x)
    mean = float(weights @ logs / weights.sum())
    spread = max(math.sqrt(weights @ (logs - mean) ** 2 / weights.sum()), 1e-6)
    slope = 1 / max(mean - math.log(first), 1e-6)
    power = min(math.pi / math.sqrt(6) / spread, 100.0)
    found = [(math.exp(max(-EULER - part * mean, -600.0)), part) for part in (power, power / 2)]
    found += [
        (part * slope * math.exp(min(-power * math.log(first), 600.0)) / power, power)
        for power in (0.01, 0.05, 0.2, 0.5, 1.0, 2.0)
        for part in (1.0, 0.6, 0.25, 0.05)
    ]
    return np.array(found).T
