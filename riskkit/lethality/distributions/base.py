"""What every distribution of deaths offers, and its maximum likelihood."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from riskkit.errors import ConvergenceError

__all__ = ["Distribution", "Fit", "fit_distribution"]

Array = NDArray[np.float64]


class Distribution(Protocol):
    """A family of distributions on xmin, xmin + 1, ..., with free parameters ``theta``.

    ``theta`` may be any real numbers; `natural` turns them into the parameters' own scale.
    """

    @property
    def name(self) -> str:
        """What the field calls it."""
        ...

    @property
    def parameters(self) -> tuple[str, ...]:
        """Names of the parameters on their own scale."""
        ...

    def natural(self, theta: Array) -> Array:
        """Turn free parameters into the parameters' own scale."""
        ...

    def starts(self, x: Array, weights: Array, xmin: int) -> Sequence[Array]:
        """Give values of ``theta`` from which to search."""
        ...

    def log_pmf(self, x: Array, xmin: int, theta: Array) -> Array:
        """Log chance of exactly x, given xmin or more."""
        ...

    def log_sf(self, x: Array, xmin: int, theta: Array) -> Array:
        """Log chance of x or more, given xmin or more."""
        ...


@dataclass(frozen=True, eq=False)
class Fit:
    """A distribution fitted to a tail.

    Parameters
    ----------
    distribution : Distribution
        The family.
    xmin : int
        Where it starts.
    theta : array of float
        Free parameters at the maximum.
    llf : float
        Log likelihood.
    nobs : int
        Events.
    steady : bool
        False if the likelihood still rises where the search stopped: a ridge, whose parameters
        mean nothing one by one.
    """

    distribution: Distribution
    xmin: int
    theta: Array
    llf: float
    nobs: int
    steady: bool = True

    @property
    def params(self) -> pd.Series:
        """Parameters on their own scale."""
        values = self.distribution.natural(self.theta)
        return pd.Series(values, index=self.distribution.parameters, name="estimate")

    @property
    def aic(self) -> float:
        """Akaike's criterion; lower is better."""
        return 2 * len(self.theta) - 2 * self.llf

    @property
    def bic(self) -> float:
        """Schwarz's criterion; lower is better."""
        return float(len(self.theta) * np.log(self.nobs) - 2 * self.llf)

    def log_pmf(self, x: ArrayLike) -> Array:
        """Log chance of exactly x, given xmin or more."""
        return self.distribution.log_pmf(np.asarray(x, dtype=float), self.xmin, self.theta)

    def sf(self, x: ArrayLike) -> Array:
        """Chance of x or more, given xmin or more."""
        at = np.maximum(np.asarray(x, dtype=float), self.xmin)
        return np.exp(self.distribution.log_sf(at, self.xmin, self.theta))


def fit_distribution(
    distribution: Distribution, values: ArrayLike, weights: ArrayLike, xmin: int
) -> Fit:
    """Fit by maximum likelihood, from several starts, on distinct values and their weights.

    Parameters
    ----------
    distribution : Distribution
        The family.
    values : array of int
        Distinct values, xmin or more.
    weights : array of int
        How often each occurs.
    xmin : int
        Where the distribution starts.

    Returns
    -------
    Fit

    Raises
    ------
    ConvergenceError
        If no start leads to a finite likelihood.

    Examples
    --------
    >>> from riskkit.lethality.distributions import Geometric
    >>> fit = fit_distribution(Geometric(), [1, 2, 3, 4], [8, 4, 2, 1], xmin=1)
    >>> fit.params.round(3).to_dict()
    {'rate': 0.86}
    """
    from scipy.optimize import minimize

    x, w = np.asarray(values, dtype=float), np.asarray(weights, dtype=float)

    def loss(theta: Array) -> float:
        value = -float(w @ distribution.log_pmf(x, xmin, theta))
        return value if np.isfinite(value) else 1e300

    best, steady = None, True
    with np.errstate(all="ignore"):
        for start in distribution.starts(x, w, xmin):
            found = minimize(
                loss,
                start,
                method="Nelder-Mead",
                options={"xatol": 1e-9, "fatol": 1e-9, "maxiter": 4000, "maxfev": 8000},
            )
            if best is None or found.fun < best.fun:
                best, steady = found, bool(found.success and np.abs(found.x).max() < 40)
    if best is None or best.fun >= 1e299:
        raise ConvergenceError(f"{distribution.name}: no finite likelihood from any start")
    return Fit(distribution, xmin, np.asarray(best.x), -float(best.fun), round(w.sum()), steady)
