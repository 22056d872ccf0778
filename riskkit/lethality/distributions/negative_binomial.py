"""The negative binomial, left-truncated."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from riskkit.kernels import negative_binomial
from riskkit.lethality.distributions.whole import Discrete

__all__ = ["NegativeBinomial"]

Array = NDArray[np.float64]


@dataclass(frozen=True)
class NegativeBinomial(Discrete):
    r"""Negative binomial, given xmin or more; mean and variance :math:`m + m^2/r` before that.

    As :math:`r \to \infty` it comes close to the Poisson, as :math:`r \to 0` to the logarithmic
    series: at both ends the likelihood is flat.

    Parameters
    ----------
    xmin : int
        The smallest value.

    Examples
    --------
    >>> fit = NegativeBinomial(xmin=1).fit([1, 2, 3, 4, 5, 7, 9], [30, 28, 22, 14, 9, 5, 1])
    >>> fit.params.round(3).to_dict()
    {'mean': 2.338, 'shape': 5.558}
    """

    name: ClassVar[str] = "negative binomial"
    parameters: ClassVar[tuple[str, ...]] = ("mean", "shape")
    lowest: ClassVar[tuple[float, ...]] = (0.0, 0.0)

    def _box(self) -> tuple[list[float], list[float]]:
        """From the logarithmic series to the Poisson."""
        return [-60.0, -16.0], [35.0, 16.0]

    def _starts(self, x: Array, weights: Array) -> Array:
        """Start at moments, with more and less mass under the threshold."""
        mean = float(weights @ x / weights.sum())
        shapes = (1e-3, 0.03, 0.2, 0.6, 1.5, 5.0, 30.0, 1e3)
        means = (1.0, 0.7, 0.3, 0.1, 0.01, 1e-4)
        return np.array([(mean * part, shape) for shape in shapes for part in means]).T

    def _log_density(self, x: Array, params: Array) -> Array:
        """Log chance of exactly x."""
        mean, shape = params
        return np.asarray(
            negative_binomial.log_pmf(x, mean, shape)
            - negative_binomial.log_sf(self.xmin, mean, shape)
        )

    def _log_sf(self, x: Array, params: Array) -> Array:
        """Log chance of x or more."""
        mean, shape = params
        return np.asarray(
            negative_binomial.log_sf(x, mean, shape)
            - negative_binomial.log_sf(self.xmin, mean, shape)
        )
