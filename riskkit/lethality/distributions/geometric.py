"""The exponential of whole numbers: the geometric distribution."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from riskkit.lethality.distributions.whole import Discrete

__all__ = ["Geometric"]

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Geometric(Discrete):
    r"""Exponential: :math:`(1 - e^{-\lambda})\, e^{-\lambda (x - x_{min})}`.

    Parameters
    ----------
    xmin : int
        The smallest value.

    Examples
    --------
    >>> fit = Geometric(xmin=1).fit([1, 2, 3, 4], weights=[8, 4, 2, 1])
    >>> fit.params.round(3).to_dict()
    {'rate': 0.86}
    """

    name: ClassVar[str] = "exponential"
    parameters: ClassVar[tuple[str, ...]] = ("rate",)
    lowest: ClassVar[tuple[float, ...]] = (0.0,)

    def _box(self) -> tuple[list[float], list[float]]:
        """Means from next to xmin to 1e17 above it."""
        return [-40.0], [6.0]

    def _starts(self, x: Array, weights: Array) -> Array:
        """Start at the exact maximum."""
        excess = float(weights @ (x - self.xmin) / weights.sum())
        return np.array([[np.log1p(1 / excess)]])

    def _log_density(self, x: Array, params: Array) -> Array:
        """Log chance of exactly x."""
        return np.asarray(np.log(-np.expm1(-params[0])) - params[0] * (x - self.xmin))

    def _log_sf(self, x: Array, params: Array) -> Array:
        """Log chance of x or more."""
        return np.asarray(-params[0] * (x - self.xmin))
