"""The lognormal, rounded to whole numbers and left-truncated."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import log_ndtr

__all__ = ["Lognormal"]

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Lognormal:
    r"""Lognormal: a chance of :math:`F(x + 1/2) - F(x - 1/2)`, given xmin or more.

    It holds the power law as a limit (:math:`\mu \to -\infty`), where the likelihood has a ridge.
    """

    name: str = "lognormal"
    parameters: tuple[str, ...] = ("mu", "sigma")

    def natural(self, theta: Array) -> Array:
        """Mean and standard deviation of the logarithm."""
        return np.array([theta[0], np.exp(theta[1])])

    def starts(self, x: Array, weights: Array, xmin: int) -> Sequence[Array]:
        """Start at the moments of the logarithm, and far below them."""
        logs = np.log(x)
        mean = float(weights @ logs / weights.sum())
        spread = max(float(np.sqrt(weights @ (logs - mean) ** 2 / weights.sum())), 0.1)
        return [
            np.array([mean, np.log(spread)]),
            np.array([mean - 3 * spread, np.log(2 * spread)]),
            np.array([mean - 15 * spread, np.log(4 * spread)]),
        ]

    def log_pmf(self, x: Array, xmin: int, theta: Array) -> Array:
        """Log chance of exactly x."""
        near = _log_above(x - 0.5, theta)
        far = _log_above(x + 0.5, theta)
        inside = near + np.log(-np.expm1(far - near))
        return np.asarray(inside - _log_above(np.array(xmin - 0.5), theta))

    def log_sf(self, x: Array, xmin: int, theta: Array) -> Array:
        """Log chance of x or more."""
        return np.asarray(_log_above(x - 0.5, theta) - _log_above(np.array(xmin - 0.5), theta))


def _log_above(x: Array, theta: Array) -> Array:
    return np.asarray(log_ndtr((theta[0] - np.log(x)) / np.exp(theta[1])))
