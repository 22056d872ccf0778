"""The power law with exponential cutoff."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from riskkit.lethality.distributions.whole import Discrete

__all__ = ["PowerLawWithCutoff"]

Array = NDArray[np.float64]


@dataclass(frozen=True)
class PowerLawWithCutoff(Discrete):
    r"""Power law with cutoff: in proportion to :math:`x^{-\alpha} e^{-\lambda x}`.

    It holds the power law at :math:`\lambda = 0`, on the edge of its parameters.

    Parameters
    ----------
    xmin : int
        The smallest value.

    Examples
    --------
    >>> fit = PowerLawWithCutoff(xmin=1).fit([1, 2, 3, 4, 9], weights=[50, 20, 8, 5, 1])
    >>> fit.params.round(3).to_dict()
    {'alpha': 0.302, 'rate': 0.754}
    """

    name: ClassVar[str] = "power law with cutoff"
    parameters: ClassVar[tuple[str, ...]] = ("alpha", "rate")
    lowest: ClassVar[tuple[float, ...]] = (-math.inf, 0.0)

    def _box(self) -> tuple[list[float], list[float]]:
        """Beyond, all is on xmin, or the law is as narrow as the counts are few."""
        return [-1000.0, -35.0], [1 + 50.0 * self.xmin, 6.0]

    def _starts(self, x: Array, weights: Array) -> Array:
        """Start at the power law's exponent and less, with cutoffs from far to near."""
        from riskkit.kernels.zeta import fit_alpha

        alpha = fit_alpha(float(weights @ np.log(x / self.xmin) / weights.sum()), self.start)
        mean = float(weights @ x / weights.sum())
        less = [alpha - part for part in (0.01, 0.1, 0.3, 0.6, 1.0, 1.5, alpha, alpha + 2)]
        rates = [1 / (times * mean) for times in (1e4, 300.0, 30.0, 5.0, 1.0, 0.2)]
        return np.array([(a, rate) for a in less for rate in rates]).T

    def _log_density(self, x: Array, params: Array) -> Array:
        """Log chance of exactly x."""
        return np.asarray(self._fall(x, params) - _log_sum(self.start, params))

    def _log_sf(self, x: Array, params: Array) -> Array:
        """Log chance of x or more."""
        return np.asarray(
            self._fall(x, params) + _log_sum(x, params) - _log_sum(self.start, params)
        )

    def _fall(self, x: Array, params: Array) -> Array:
        return np.asarray(-params[0] * np.log(x / self.xmin) - params[1] * (x - self.xmin))


def _log_sum(first: Array | float, params: Array) -> Array:
    from riskkit.kernels.lerch import log_sum

    return log_sum(first, params[0], params[1])
