"""The generalised Pareto beyond a threshold: of whole numbers, and of real ones."""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist
from typing import ClassVar, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from riskkit.kernels import pareto
from riskkit.lethality.distributions.extremes import ExceedanceFit
from riskkit.lethality.distributions.fitted import Content
from riskkit.lethality.distributions.real import Continuous
from riskkit.lethality.distributions.whole import Discrete
from riskkit.results import check_level

__all__ = ["DiscreteGeneralisedPareto", "GeneralisedPareto", "pareto_interval"]

Array = NDArray[np.float64]

SHAPES = (-0.4, -0.15, 0.05, 0.2, 0.4, 0.7, 1.0, 1.5, 3.0)


@dataclass(frozen=True)
class DiscreteGeneralisedPareto(Discrete):
    r"""Whole part of a generalised Pareto: :math:`S(x) = (1 + \xi (x - x_{min})/\sigma)^{-1/\xi}`.

    With :math:`\xi > 0` its far tail is a power law of exponent :math:`1 + 1/\xi`; 0 is geometric;
    under 0 deaths are bounded.

    Parameters
    ----------
    xmin : int
        The smallest value.

    Examples
    --------
    >>> fit = DiscreteGeneralisedPareto(xmin=1).fit([1, 2, 3, 4, 9, 30], [50, 20, 9, 5, 3, 1])
    >>> fit.params.round(2).to_dict()
    {'shape': 0.39, 'scale': 0.94}

    References
    ----------
    Hitz, A., Davis, R. and Samorodnitsky, G. (2024). https://doi.org/10.1214/22-EJS2100
    """

    name: ClassVar[str] = "discrete generalised Pareto"
    parameters: ClassVar[tuple[str, ...]] = ("shape", "scale")
    lowest: ClassVar[tuple[float, ...]] = (-math.inf, 0.0)

    def _box(self) -> tuple[list[float], list[float]]:
        """From the uniform to a tail heavier than any on record."""
        return [-1.0, -12.0], [30.0, 40.0]

    def _starts(self, x: Array, weights: Array) -> Array:
        """Start at scales that fit each of several shapes."""
        return _starts(x - self.xmin + 0.5, weights)

    def _interval(self, content: Content, which: int, level: float) -> tuple[float, float]:
        """Profile interval of one parameter."""
        return pareto_interval(content, self.xmin, level, ("shape", "scale")[which], whole=True)

    def _log_density(self, x: Array, params: Array) -> Array:
        """Log chance of exactly x."""
        return pareto.log_pmf(x, self.xmin, *params)

    def _log_sf(self, x: Array, params: Array) -> Array:
        """Log chance of x or more."""
        return pareto.log_survival(x, self.xmin, *params)


@dataclass(frozen=True)
class GeneralisedPareto(Continuous):
    r"""Generalised Pareto of the excess over a threshold.

    .. math:: S(x) = \left(1 + \xi\,\frac{x - u}{\sigma}\right)^{-1/\xi}, \qquad x > u

    Shape and scale are scipy's ``genpareto(c, scale=...)``.

    Parameters
    ----------
    xmin : float
        u, the threshold; values must pass it.

    Examples
    --------
    >>> fit = GeneralisedPareto(xmin=10.0).fit([3.0, 11.0, 12.5, 14.0, 19.0, 40.0])
    >>> fit.params.round(2).to_dict(), fit.n_tail, fit.nobs
    ({'shape': 0.31, 'scale': 6.68}, 5, 6)

    References
    ----------
    Coles, S. (2001). An introduction to statistical modeling of extreme values.
    https://doi.org/10.1007/978-1-4471-3675-0
    """

    xmin: float

    name: ClassVar[str] = "generalised Pareto"
    parameters: ClassVar[tuple[str, ...]] = ("shape", "scale")
    lowest: ClassVar[tuple[float, ...]] = (-math.inf, 0.0)
    includes_start: ClassVar[bool] = False

    def __post_init__(self) -> None:
        if not math.isfinite(self.xmin):
            raise ValueError(f"xmin is {self.xmin}; accepted: a finite number")

    def fit(self, values: ArrayLike, weights: ArrayLike | None = None) -> ExceedanceFit:
        """Fit by maximum likelihood; the fit knows return levels too.

        Parameters
        ----------
        values : array of float, shape (n,)
            Values; those at the threshold or below count as values only.
        weights : array of int, shape (n,), optional
            How often each occurs; 1 by default.

        Returns
        -------
        ExceedanceFit

        Raises
        ------
        InvalidValueError
            If a value is unknown or infinite, or a weight is no count.
        NotEnoughIncidentsError
            If fewer than two distinct values pass the threshold.

        Examples
        --------
        >>> fit = GeneralisedPareto(xmin=10.0).fit([3.0, 11.0, 12.5, 14.0, 19.0, 40.0])
        >>> round(fit.rate, 3)
        0.833
        """
        return ExceedanceFit(self, self._fit(values, weights))

    @property
    def start(self) -> float:
        """The threshold."""
        return self.xmin

    def _box(self) -> tuple[list[float], list[float]]:
        """From the uniform, where the likelihood has no top, to a very heavy tail."""
        return [-1.0, -600.0], [30.0, 600.0]

    def _starts(self, x: Array, weights: Array) -> Array:
        """Start at scales that fit each of several shapes."""
        return _starts(x - self.xmin, weights)

    def _interval(self, content: Content, which: int, level: float) -> tuple[float, float]:
        """Profile interval of one parameter."""
        return pareto_interval(content, self.xmin, level, ("shape", "scale")[which], whole=False)

    def _log_density(self, x: Array, params: Array) -> Array:
        """Log density at x."""
        shape, scale = params
        # d ln S/dx is -1/(scale + shape (x - u)).
        left = scale + shape * (x - self.xmin)
        each = self._log_sf(x, params) - np.log(np.where(left > 0, left, np.nan))
        return np.asarray(np.where(left > 0, each, -np.inf))

    def _log_sf(self, x: Array, params: Array) -> Array:
        """Log chance of x or more."""
        # The kernel's excess is a difference, so the threshold need not be whole.
        return pareto.log_survival(x - self.xmin, 0, *params)

    def _from_above(self, upper: Array, params: Array) -> Array:
        """Value that is passed with a chance of `upper`."""
        shape, scale = params
        return np.asarray(self.xmin + scale * pareto.excess_over_scale(upper, shape))


def pareto_interval(
    content: Content,
    threshold: float,
    level: float,
    of: Literal["shape", "scale", "modified scale"],
    whole: bool,
) -> tuple[float, float]:
    r"""Profile interval of the shape, the scale or :math:`\sigma - \xi u`.

    Parameters
    ----------
    content : Content
        What a fit beyond the threshold found.
    threshold : float
        u.
    level : float
        The chance that the interval means to hold the truth.
    of : {"shape", "scale", "modified scale"}
        What it is of.
    whole : bool
        Whether values are whole numbers.

    Returns
    -------
    tuple of float
        Lower and upper end.
    """
    from riskkit.kernels.pareto_profile import interval

    drop = NormalDist().inv_cdf((1 + check_level(level)) / 2) ** 2 / 2
    shape, scale = content.params
    u = float(threshold) if of == "modified scale" else 0.0
    excess = content.x - threshold
    return interval(excess, content.weights, u, shape, scale, whole, of != "shape", drop)


def _starts(excess: Array, weights: Array) -> Array:
    """Shapes, and the scales whose median or mean is that of the excess."""
    mean = float(weights @ excess / weights.sum())
    at = np.searchsorted(weights.cumsum(), weights.sum() / 2)
    median = max(float(excess[at]), 1e-3 * mean)
    found = []
    for shape in SHAPES:
        scale = median * shape / math.expm1(shape * math.log(2))
        for part in (scale, mean * max(1 - shape, 0.1)):
            least = -1.05 * shape * float(excess[-1]) if shape < 0 else 0.0
            found.append((shape, max(part, least)))
    return np.array(found).T
