"""The stretched exponential (Weibull), rounded to whole numbers and left-truncated."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["StretchedExponential"]

Array = NDArray[np.float64]


@dataclass(frozen=True)
class StretchedExponential:
    r"""Stretched exponential: :math:`S(x - 1/2) - S(x + 1/2)`, :math:`S(x) = e^{-\lambda x^\beta}`.

    As :math:`\beta \to 0` it comes close to a power law, where the likelihood has a ridge.
    """

    name: str = "stretched exponential"
    parameters: tuple[str, ...] = ("lambda", "beta")

    def natural(self, theta: Array) -> Array:
        """Rate and exponent."""
        return np.exp(theta)

    def starts(self, x: Array, weights: Array, xmin: int) -> Sequence[Array]:
        """Start with the slope that a power law has at xmin, at several exponents."""
        excess = max(float(weights @ np.log(x / (xmin - 0.5)) / weights.sum()), 1e-3)
        slope = 1 / excess
        return [
            np.log(np.array([slope / (beta * float(xmin) ** beta), beta]))
            for beta in (0.05, 0.2, 0.5, 1.0)
        ]

    def log_pmf(self, x: Array, xmin: int, theta: Array) -> Array:
        """Log chance of exactly x."""
        near, far = _hazard(x - 0.5, theta), _hazard(x + 0.5, theta)
        inside = -near + np.log(-np.expm1(near - far))
        return np.asarray(inside + _hazard(np.array(xmin - 0.5), theta))

    def log_sf(self, x: Array, xmin: int, theta: Array) -> Array:
        """Log chance of x or more."""
        return np.asarray(_hazard(np.array(xmin - 0.5), theta) - _hazard(x - 0.5, theta))


def _hazard(x: Array, theta: Array) -> Array:
    return np.asarray(np.exp(theta[0] + np.exp(theta[1]) * np.log(x)))
