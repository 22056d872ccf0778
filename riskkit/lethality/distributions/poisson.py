"""The Poisson distribution, left-truncated."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from riskkit.kernels import poisson
from riskkit.lethality.distributions.whole import Discrete

__all__ = ["Poisson"]

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Poisson(Discrete):
    r"""Poisson: :math:`e^{-\mu} \mu^x / x!`, given xmin or more; the mean is before truncation.

    Parameters
    ----------
    xmin : int
        The smallest value.

    Examples
    --------
    >>> fit = Poisson(xmin=1).fit([1, 2, 3, 4], weights=[34, 34, 23, 12])
    >>> fit.params.round(3).to_dict()
    {'mean': 1.761}
    """

    name: ClassVar[str] = "Poisson"
    parameters: ClassVar[tuple[str, ...]] = ("mean",)
    lowest: ClassVar[tuple[float, ...]] = (0.0,)

    def _box(self) -> tuple[list[float], list[float]]:
        """Means of 1e-26 to 1e15."""
        return [-60.0], [35.0]

    def _starts(self, x: Array, weights: Array) -> Array:
        """Start at the mean, and under the threshold."""
        mean = float(weights @ x / weights.sum())
        over = mean - self.xmin
        return np.array([[mean, 0.9 * mean, over, 0.5 * self.xmin, over * self.xmin / mean]])

    def _log_density(self, x: Array, params: Array) -> Array:
        """Log chance of exactly x."""
        mean = params[0]
        return np.asarray(poisson.log_pmf(x, mean) - poisson.log_sf(self.xmin, mean))

    def _log_sf(self, x: Array, params: Array) -> Array:
        """Log chance of x or more."""
        return np.asarray(poisson.log_sf(x, params[0]) - poisson.log_sf(self.xmin, params[0]))
