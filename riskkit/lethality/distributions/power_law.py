"""The discrete power law."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["PowerLaw"]

Array = NDArray[np.float64]


@dataclass(frozen=True)
class PowerLaw:
    r"""Power law: :math:`x^{-\alpha} / \zeta(\alpha, x_{min})`, with :math:`\alpha > 1`."""

    name: str = "power law"
    parameters: tuple[str, ...] = ("alpha",)

    def natural(self, theta: Array) -> Array:
        """Exponent."""
        return 1 + np.exp(theta)

    def starts(self, x: Array, weights: Array, xmin: int) -> Sequence[Array]:
        """Start at the exact maximum."""
        from riskkit.kernels.zeta import fit_alpha

        excess = float(weights @ np.log(x / xmin) / weights.sum())
        return [np.log(np.array([fit_alpha(excess, float(xmin)) - 1]))]

    def log_pmf(self, x: Array, xmin: int, theta: Array) -> Array:
        """Log chance of exactly x."""
        from riskkit.kernels.zeta import scaled_zeta

        alpha = 1 + float(np.exp(theta[0]))
        return np.asarray(-alpha * np.log(x / xmin) - np.log(scaled_zeta(alpha, float(xmin))))

    def log_sf(self, x: Array, xmin: int, theta: Array) -> Array:
        """Log chance of x or more."""
        from riskkit.kernels.zeta import scaled_zeta

        alpha = 1 + float(np.exp(theta[0]))
        sums = np.array([scaled_zeta(alpha, v) for v in x.ravel()]).reshape(x.shape)
        start = scaled_zeta(alpha, float(xmin))
        return np.asarray(np.log(sums / start) - alpha * np.log(x / xmin))
