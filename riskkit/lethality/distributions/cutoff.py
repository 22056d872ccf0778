"""The power law with exponential cutoff."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

__all__ = ["PowerLawWithCutoff"]

Array = NDArray[np.float64]

# Terms that are added one by one before the integral takes over.
TERMS = 40


@dataclass(frozen=True)
class PowerLawWithCutoff:
    r"""Power law with cutoff: in proportion to :math:`x^{-\alpha} e^{-\lambda x}`.

    It holds the power law at :math:`\lambda = 0`, on the edge of its parameters.
    """

    name: str = "power law with cutoff"
    parameters: tuple[str, ...] = ("alpha", "rate")

    def natural(self, theta: Array) -> Array:
        """Exponent and rate."""
        return np.array([theta[0], np.exp(theta[1])])

    def starts(self, x: Array, weights: Array, xmin: int) -> Sequence[Array]:
        """Start at the power law's exponent and cutoffs from far to near."""
        from riskkit.kernels.zeta import fit_alpha

        alpha = fit_alpha(float(weights @ np.log(x / xmin) / weights.sum()), float(xmin))
        mean = float(weights @ x / weights.sum())
        return [
            np.array([alpha - 0.05, -np.log(1000 * mean)]),
            np.array([alpha - 0.5, -np.log(10 * mean)]),
            np.array([0.5, -np.log(mean)]),
        ]

    def log_pmf(self, x: Array, xmin: int, theta: Array) -> Array:
        """Log chance of exactly x."""
        alpha, rate = self.natural(theta)
        return np.asarray(
            -alpha * np.log(x / xmin) - rate * (x - xmin) - _log_sum(xmin, alpha, rate)
        )

    def log_sf(self, x: Array, xmin: int, theta: Array) -> Array:
        """Log chance of x or more."""
        alpha, rate = self.natural(theta)
        sums = np.array([_log_sum(v, alpha, rate) for v in x.ravel()]).reshape(x.shape)
        first = _log_sum(xmin, alpha, rate)
        return np.asarray(-alpha * np.log(x / xmin) - rate * (x - xmin) + sums - first)


@cache
def _quadrature() -> tuple[Array, Array]:
    """Nodes and weights of Gauss and Legendre."""
    return np.polynomial.legendre.leggauss(200)


def _log_sum(start: float, alpha: float, rate: float) -> float:
    """Logarithm of the sum of (x/start)^-alpha exp(-rate (x - start)) from start on."""
    x = start + np.arange(TERMS)
    total = float(np.exp(-alpha * np.log(x / start) - rate * (x - start)).sum())
    a = start + TERMS
    first = float(np.exp(-alpha * np.log(a / start) - rate * (a - start)))
    # Over t = ln(x/a) the integrand is smooth; it is negligible from the last node on.
    ends = [np.log1p(60 / (rate * a))]
    if alpha > 1:
        ends.append(60 / (alpha - 1))
    end = float(min(ends))
    nodes, weights = _quadrature()
    t = end * (nodes + 1) / 2
    inside = np.exp((1 - alpha) * t - rate * a * np.expm1(t))
    integral = a * float(weights @ inside) * end / 2
    # Euler-Maclaurin: the first and third derivative, relative to the first term.
    slope = alpha / a + rate
    third = slope**3 + 3 * slope * alpha / a**2 + 2 * alpha / a**3
    return float(np.log(total + first * (integral + 0.5 + slope / 12 - third / 720)))
