"""The Poisson-lognormal, left-truncated."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from riskkit.lethality.distributions.lognormal import bent_starts, from_bent, to_bent
from riskkit.lethality.distributions.whole import Discrete

__all__ = ["PoissonLognormal"]

Array = NDArray[np.float64]


@dataclass(frozen=True)
class PoissonLognormal(Discrete):
    r"""Poisson whose mean is lognormal, given xmin or more.

    As :math:`\sigma \to 0` it is the Poisson; as :math:`\mu \to -\infty` it comes close to a
    power law, along a ridge.

    Parameters
    ----------
    xmin : int
        The smallest value.

    Examples
    --------
    >>> fit = PoissonLognormal(xmin=1).fit([1, 2, 3, 4, 9], weights=[50, 40, 30, 25, 6])
    >>> fit.params.round(2).to_dict()
    {'mu': 0.53, 'sigma': 0.53}
    """

    name: ClassVar[str] = "Poisson-lognormal"
    parameters: ClassVar[tuple[str, ...]] = ("mu", "sigma")
    lowest: ClassVar[tuple[float, ...]] = (-math.inf, 0.0)

    def _box(self) -> tuple[list[float], list[float]]:
        """From the Poisson to nearly a power law."""
        return [-1e5, math.log(self._narrowest)], [60.0 * self.xmin + 100, 5.0]

    def _starts(self, x: Array, weights: Array) -> Array:
        """Start at moments, and along the ridge."""
        mu, sigma = bent_starts(x, weights, float(self.xmin) * 0.9)
        return np.array([mu, np.maximum(sigma, self._narrowest)])

    def _to_free(self, params: Array) -> Array:
        """Turn mu and sigma into the slope at xmin and the logarithm of sigma."""
        return to_bent(params, self.start)

    def _to_params(self, free: Array) -> Array:
        """Turn them back."""
        return from_bent(free, self.start)

    def _log_density(self, x: Array, params: Array) -> Array:
        """Log chance of exactly x."""
        from riskkit.kernels.poisson_lognormal import log_pmf, log_sf

        mu, sigma = params[0], np.maximum(params[1], self._narrowest)
        return np.asarray(log_pmf(x, mu, sigma) - log_sf(self.xmin, mu, sigma))

    def _log_sf(self, x: Array, params: Array) -> Array:
        """Log chance of x or more."""
        from riskkit.kernels.poisson_lognormal import log_sf

        mu, sigma = params[0], np.maximum(params[1], self._narrowest)
        return np.asarray(log_sf(x, mu, sigma) - log_sf(self.xmin, mu, sigma))

    @property
    def _narrowest(self) -> float:
        """The sigma under which this is the Poisson: a thousandth of the Poisson's own spread."""
        return 1e-3 / math.sqrt(self.xmin)
