"""The Poisson distribution, left-truncated."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammainc, gammaln

__all__ = ["Poisson"]

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Poisson:
    r"""Poisson: :math:`e^{-\mu} \mu^x / x!`, given xmin or more."""

    name: str = "Poisson"
    parameters: tuple[str, ...] = ("mean",)

    def natural(self, theta: Array) -> Array:
        """Mean before truncation."""
        return np.exp(theta)

    def starts(self, x: Array, weights: Array, xmin: int) -> Sequence[Array]:
        """Start at the mean, and well under the threshold."""
        mean = float(weights @ x / weights.sum())
        return [np.log(np.array([mean])), np.log(np.array([0.5 * xmin]))]

    def log_pmf(self, x: Array, xmin: int, theta: Array) -> Array:
        """Log chance of exactly x."""
        mean = np.exp(theta[0])
        whole = x * theta[0] - mean - gammaln(x + 1)
        return np.asarray(whole - np.log(_reach(float(xmin), mean)))

    def log_sf(self, x: Array, xmin: int, theta: Array) -> Array:
        """Log chance of x or more."""
        mean = np.exp(theta[0])
        return np.asarray(np.log(_reach(x, mean)) - np.log(_reach(float(xmin), mean)))


def _reach(x: Array | float, mean: float) -> Array:
    """Chance of x or more, before truncation."""
    return np.asarray(gammainc(np.maximum(x, 1e-300), mean))
