"""The power law of real numbers."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from riskkit.lethality.distributions.real import Continuous

__all__ = ["Pareto"]

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Pareto(Continuous):
    r"""Power law of real numbers: density :math:`\frac{\alpha - 1}{x_{min}} (x/x_{min})^{-\alpha}`.

    Its exponent is that of the density; scipy's ``pareto(b)`` has b = alpha - 1.

    Parameters
    ----------
    xmin : float
        The smallest value, more than 0.

    Examples
    --------
    >>> fit = Pareto(xmin=1.0).fit([1.5, 2.0, 4.0])
    >>> bool(np.isclose(fit.params["alpha"], 1 + 3 / np.log(12)))
    True
    """

    xmin: float

    name: ClassVar[str] = "continuous power law"
    parameters: ClassVar[tuple[str, ...]] = ("alpha",)
    lowest: ClassVar[tuple[float, ...]] = (1.0,)

    def __post_init__(self) -> None:
        if not 0 < self.xmin < math.inf:
            raise ValueError(f"xmin is {self.xmin}; accepted: more than 0")

    @property
    def start(self) -> float:
        """The threshold."""
        return self.xmin

    def _box(self) -> tuple[list[float], list[float]]:
        """Exponents next to 1 and up to 1e13."""
        return [-30.0], [30.0]

    def _starts(self, x: Array, weights: Array) -> Array:
        """Start at the exact maximum."""
        return np.array([[1 + weights.sum() / float(weights @ np.log(x / self.xmin))]])

    def _log_density(self, x: Array, params: Array) -> Array:
        """Log density at x."""
        alpha = params[0]
        return np.asarray(np.log((alpha - 1) / self.xmin) - alpha * np.log(x / self.xmin))

    def _log_sf(self, x: Array, params: Array) -> Array:
        """Log chance of x or more."""
        return np.asarray((1 - params[0]) * np.log(x / self.xmin))

    def _from_above(self, upper: Array, params: Array) -> Array:
        """Value that is passed with a chance of `upper`."""
        return np.asarray(self.xmin * np.exp(-np.log(upper) / (params[0] - 1)))
