"""The power law of whole numbers."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from riskkit.lethality.distributions.whole import Discrete

__all__ = ["PowerLaw"]

Array = NDArray[np.float64]


@dataclass(frozen=True)
class PowerLaw(Discrete):
    r"""Power law: :math:`x^{-\alpha} / \zeta(\alpha, x_{min})`, with :math:`\alpha > 1`.

    Parameters
    ----------
    xmin : int
        The smallest value.

    Examples
    --------
    >>> fit = PowerLaw(xmin=2).fit([1, 2, 3, 4, 9], weights=[50, 20, 8, 5, 1])
    >>> fit.params.round(3).to_dict(), fit.n_tail, fit.nobs
    ({'alpha': 3.229}, 34, 84)
    """

    name: ClassVar[str] = "power law"
    parameters: ClassVar[tuple[str, ...]] = ("alpha",)
    lowest: ClassVar[tuple[float, ...]] = (1.0,)

    def _box(self) -> tuple[list[float], list[float]]:
        """All but 1e-21 of the steepest law is on xmin."""
        return [math.log(1e-6)], [math.log(50.0 * self.xmin)]

    def _starts(self, x: Array, weights: Array) -> Array:
        """Start at the exact maximum."""
        from riskkit.kernels.zeta import fit_alpha

        excess = float(weights @ np.log(x / self.xmin) / weights.sum())
        return np.array([[fit_alpha(excess, self.start)]])

    def _log_density(self, x: Array, params: Array) -> Array:
        """Log chance of exactly x."""
        return np.asarray(-params[0] * np.log(x / self.xmin) - _log_zeta(params[0], self.start))

    def _log_sf(self, x: Array, params: Array) -> Array:
        """Log chance of x or more."""
        alpha = params[0]
        fall = -alpha * np.log(x / self.xmin)
        return np.asarray(fall + _log_zeta(alpha, x) - _log_zeta(alpha, self.start))


def _log_zeta(alpha: Array, first: Array | float) -> Array:
    from riskkit.kernels.zeta import log_scaled_zetas

    a, q = np.broadcast_arrays(np.asarray(alpha, dtype=float), np.asarray(first, dtype=float))
    return np.asarray(log_scaled_zetas(a.flatten(), q.flatten()).reshape(a.shape))
