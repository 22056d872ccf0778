"""The exponential of whole numbers: the geometric distribution."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["Geometric"]

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Geometric:
    r"""Exponential: :math:`(1 - e^{-\lambda})\, e^{-\lambda (x - x_{min})}`."""

    name: str = "exponential"
    parameters: tuple[str, ...] = ("rate",)

    def natural(self, theta: Array) -> Array:
        """Rate."""
        return np.exp(theta)

    def starts(self, x: Array, weights: Array, xmin: int) -> Sequence[Array]:
        """Start at the exact maximum."""
        excess = max(float(weights @ (x - xmin) / weights.sum()), 1e-9)
        return [np.log(np.array([np.log1p(1 / excess)]))]

    def log_pmf(self, x: Array, xmin: int, theta: Array) -> Array:
        """Log chance of exactly x."""
        rate = np.exp(theta[0])
        return np.asarray(np.log(-np.expm1(-rate)) - rate * (x - xmin))

    def log_sf(self, x: Array, xmin: int, theta: Array) -> Array:
        """Log chance of x or more."""
        return np.asarray(-np.exp(theta[0]) * (x - xmin))
