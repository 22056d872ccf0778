"""The lognormal: rounded to whole numbers and left-truncated, and of real numbers."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray
from scipy.special import log_ndtr, ndtri

from riskkit.kernels import truncated_normal
from riskkit.lethality.distributions.real import Continuous
from riskkit.lethality.distributions.whole import Discrete

__all__ = ["ContinuousLognormal", "Lognormal", "bent_starts", "from_bent", "to_bent"]

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Lognormal(Discrete):
    r"""Lognormal: a chance of :math:`F(x + 1/2) - F(x - 1/2)`, given xmin or more.

    It holds the power law as a limit (:math:`\mu \to -\infty`), where the likelihood has a ridge.

    Parameters
    ----------
    xmin : int
        The smallest value.

    Examples
    --------
    >>> fit = Lognormal(xmin=1).fit([1, 2, 3, 4, 9], weights=[50, 60, 30, 25, 3])
    >>> fit.params.round(3).to_dict()
    {'mu': 0.689, 'sigma': 0.53}
    """

    name: ClassVar[str] = "lognormal"
    parameters: ClassVar[tuple[str, ...]] = ("mu", "sigma")
    lowest: ClassVar[tuple[float, ...]] = (-math.inf, 0.0)

    def _box(self) -> tuple[list[float], list[float]]:
        """From all in one cell to the power law."""
        return [-1e6, -14.0], [60.0 * self.xmin + 100, 10.0]

    def _starts(self, x: Array, weights: Array) -> Array:
        """Start at moments, and along the ridge."""
        return bent_starts(x, weights, self.xmin - 0.5)

    def _to_free(self, params: Array) -> Array:
        """Turn mu and sigma into the slope at xmin and the logarithm of sigma."""
        return to_bent(params, self.xmin - 0.5)

    def _to_params(self, free: Array) -> Array:
        """Turn them back."""
        return from_bent(free, self.xmin - 0.5)

    def _log_density(self, x: Array, params: Array) -> Array:
        """Log chance of exactly x."""
        start, beyond = _standard(x - 0.5, self.xmin - 0.5, params)
        return truncated_normal.log_cell(start, beyond, np.log1p(1 / (x - 0.5)) / params[1])

    def _log_sf(self, x: Array, params: Array) -> Array:
        """Log chance of x or more."""
        return truncated_normal.log_sf(*_standard(x - 0.5, self.xmin - 0.5, params))


@dataclass(frozen=True)
class ContinuousLognormal(Continuous):
    r"""Lognormal of real numbers, given xmin or more.

    Parameters
    ----------
    xmin : float
        The threshold; 0 for a whole lognormal.

    Examples
    --------
    >>> fit = ContinuousLognormal().fit(np.exp([0.0, 1.0, 2.0]))
    >>> fit.params.round(3).to_dict()
    {'mu': 1.0, 'sigma': 0.816}
    """

    xmin: float = 0.0

    name: ClassVar[str] = "continuous lognormal"
    parameters: ClassVar[tuple[str, ...]] = ("mu", "sigma")
    lowest: ClassVar[tuple[float, ...]] = (-math.inf, 0.0)

    def __post_init__(self) -> None:
        if not 0 <= self.xmin < math.inf:
            raise ValueError(f"xmin is {self.xmin}; accepted: 0 or more")

    @property
    def start(self) -> float:
        """The threshold."""
        return self.xmin

    def _box(self) -> tuple[list[float], list[float]]:
        """From next to one value to the power law."""
        return [-1e6, -14.0], [1e6, 10.0]

    def _starts(self, x: Array, weights: Array) -> Array:
        """Start at moments, and along the ridge where there is one."""
        if self.xmin > 0:
            return bent_starts(x, weights, self.xmin)
        logs = np.log(x)
        mean = float(weights @ logs / weights.sum())
        return np.array([[mean], [math.sqrt(weights @ (logs - mean) ** 2 / weights.sum())]])

    def _to_free(self, params: Array) -> Array:
        """Turn mu and sigma into the slope at xmin and the logarithm of sigma."""
        return to_bent(params, self.xmin) if self.xmin > 0 else super()._to_free(params)

    def _to_params(self, free: Array) -> Array:
        """Turn them back."""
        return from_bent(free, self.xmin) if self.xmin > 0 else super()._to_params(free)

    def _log_density(self, x: Array, params: Array) -> Array:
        """Log density at x."""
        mu, sigma = params
        slope = np.log(x) + np.log(sigma)
        if self.xmin == 0:
            return np.asarray(-(((np.log(x) - mu) / sigma) ** 2) / 2 - slope - _LOG_ROOT_2PI)
        return np.asarray(truncated_normal.log_pdf(*_standard(x, self.xmin, params)) - slope)

    def _log_sf(self, x: Array, params: Array) -> Array:
        """Log chance of x or more."""
        if self.xmin == 0:
            return np.asarray(log_ndtr((params[0] - np.log(x)) / params[1]))
        return truncated_normal.log_sf(*_standard(x, self.xmin, params))

    def _from_above(self, upper: Array, params: Array) -> Array:
        """Value that is passed with a chance of `upper`."""
        mu, sigma = params
        if self.xmin == 0:
            return np.asarray(np.exp(mu - sigma * ndtri(upper)))
        start = (np.log(self.xmin) - mu) / sigma
        return np.asarray(self.xmin * np.exp(sigma * truncated_normal.from_above(start, upper)))


_LOG_ROOT_2PI = math.log(2 * math.pi) / 2


def _standard(x: Array, first: float, params: Array) -> tuple[Array, Array]:
    """Where the truncated normal starts, and how far beyond x lies, in standard deviations."""
    mu, sigma = params
    return np.asarray((np.log(first) - mu) / sigma), np.asarray(np.log(x / first) / sigma)


def to_bent(params: Array, first: float) -> Array:
    r"""Turn mu and sigma into :math:`(\ln x_0 - \mu)/(\sigma + \sigma^2)` and ln sigma.

    On the ridge toward the power law the first stays what the data fix: the slope at x0.
    """
    mu, sigma = params
    return np.array([(np.log(first) - mu) / (sigma + sigma**2), np.log(sigma)])


def from_bent(free: Array, first: float) -> Array:
    """Undo `to_bent`."""
    sigma = np.exp(free[1])
    return np.array([np.log(first) - free[0] * (sigma + sigma**2), sigma])


def bent_starts(x: Array, weights: Array, first: float) -> Array:
    """Moments of the logarithm, and slopes and widths around the power law's."""
    logs = np.log(x)
    mean = float(weights @ logs / weights.sum())
    spread = max(math.sqrt(weights @ (logs - mean) ** 2 / weights.sum()), 1e-6)
    slope = 1 / max(mean - math.log(first), 1e-6)
    moments = [(mean, spread), (mean - spread, 1.3 * spread), (mean - 3 * spread, 2 * spread)]
    ridge = [
        (float(from_bent(np.array([part * slope, math.log(wide)]), first)[0]), wide)
        for wide in (0.5, 1.0, 2.0, 5.0, 20.0, 100.0)
        for part in (0.9, 0.5, 0.2, -0.5)
    ]
    return np.array(moments + ridge).T
