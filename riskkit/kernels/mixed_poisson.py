"""Counts whose mean varies: a Poisson mixed over Hougaard's three-parameter family."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Number = TypeVar("Number", np.float64, np.complex128)

# Where the generating function is taken: this far below 1, in units of one over the mean.
_STEPS = 0.005 * np.arange(1, 6)
# The indices that `fitted` tries.
_INDICES = np.concatenate([[0.0], np.linspace(-1.0, -0.2, 5), np.linspace(0.1, 0.95, 18)])
# Rough means below this are taken as this, so that all points lie in [0, 1].
_LEAST = 0.05
# Below this share of the squared mean a variance is rounding: the counts are Poisson.
_NO_SPREAD = 1e-6


@dataclass(frozen=True, eq=False)
class MixedPoisson:
    r"""Generating functions of mixed Poisson counts with three moments each.

    .. math:: \ln G(z) = -\frac{m\theta}{a}\Big[\Big(1 + \frac{1-z}{\theta}\Big)^a - 1\Big]

    a = 0 is the negative binomial, a = 1/2 the Poisson-inverse Gaussian; the Poisson is the limit
    of large :math:`\theta`.

    Parameters
    ----------
    mean : array of float
        m.
    index : array of float
        a < 1: how heavy the tail of the mixing is.
    scale : array of float
        :math:`\theta > 0`: the smaller, the more the mean varies.

    References
    ----------
    Hougaard, P. (1986). https://doi.org/10.1093/biomet/73.2.387
    """

    mean: Array
    index: Array
    scale: Array

    def generating(self, z: NDArray[Number]) -> NDArray[Number]:
        """Generating function at points within the unit circle.

        Parameters
        ----------
        z : array of float or complex, shape (..., k)
            The leading axes are those of the parameters.

        Returns
        -------
        array, shape of ``z``
        """
        return np.asarray(np.exp(-self.exponent(1 - z)))

    def exponent(self, u: NDArray[Number]) -> NDArray[Number]:
        r"""Logarithm :math:`-\ln G(1 - u)`: the rate at which marked events would not be missed.

        Parameters
        ----------
        u : array of float or complex, shape (..., k)
            One minus the argument of the generating function.

        Returns
        -------
        array, shape of ``u``
        """
        m, a, theta = self.mean[..., None], self.index[..., None], self.scale[..., None]
        w = u / theta
        log = np.log1p(w)
        safe = np.where(a == 0, 1.0, a)
        power = np.where(a == 0, log, np.expm1(safe * log) / safe)
        # Near the Poisson w is tiny, and complex log1p has lost its digits: the series has them.
        series = w * (1 - (1 - a) * w / 2 * (1 - (2 - a) * w / 3))
        return np.asarray(m * theta * np.where(np.abs(w) < 1e-5, series, power))


def match_points(mean: Array) -> Array:
    """Chances u at which `matched` wants to know 1 - G(1 - u).

    Parameters
    ----------
    mean : array of float, shape (...)
        Rough means, above 0, which set how near to 0 is near.

    Returns
    -------
    array of float, shape (..., 5)
    """
    return np.asarray(_STEPS / np.maximum(np.asarray(mean, dtype=float), _LEAST)[..., None])


def matched(below: Array, mean: Array) -> MixedPoisson:
    r"""Find the mixed Poisson counts whose mean, variance and skewness are those of others.

    The cumulants of the mixing come from how :math:`-\ln G(1 - u)` bends near u = 0. It is exact
    for Poisson and negative binomial counts, and a close stand-in for other mixtures.

    Parameters
    ----------
    below : array of float, shape (..., 5)
        1 - G(1 - u) at `match_points`.
    mean : array of float, shape (...)
        The rough means that made the points.

    Returns
    -------
    MixedPoisson

    Examples
    --------
    >>> u = match_points(np.array([2.0]))
    >>> counts = matched(1 - (1 + 4 * u) ** -0.5, np.array([2.0]))  # shape 1/2, mean 2
    >>> counts.mean.round(4).tolist(), counts.scale.round(4).tolist()
    ([2.0], [0.25])
    >>> bool(abs(counts.index[0]) < 1e-3)
    True
    """
    rough = np.maximum(np.asarray(mean, dtype=float), _LEAST)
    # -ln G(1 - u) / u = m - k2 u / 2 + k3 u^2 / 6 - ..., by a polynomial through five points.
    slope = -np.log1p(-below) / _STEPS
    inverse = np.linalg.inv(np.vander(_STEPS, increasing=True))
    first, second, third = np.moveaxis(slope @ inverse.T, -1, 0)[:3]
    variance, skew = -2 * second, 6 * third
    spread = (first > 0) & (variance > _NO_SPREAD * first**2)
    ratio = np.where(spread, first * skew / np.where(spread, variance, 1.0) ** 2, 2.0)
    # A ratio of 1 is the least that any mixing has; 2 is a gamma, the negative binomial.
    # Rounding in the least of rates can make it endless; a scale of 0 would come of it.
    ratio = np.clip(ratio, 1.2, 1e6)
    index = (ratio - 2) / (ratio - 1)
    index = np.where(np.abs(index) < 2e-3, 0.0, index)
    scale = np.where(spread, (1 - index) * first / np.where(spread, variance, 1.0), 1e9)
    return MixedPoisson(first * rough, index, scale / rough)


def fitted(exponent: Array, u: Array, mean: Array, middle: Array) -> tuple[MixedPoisson, Array]:
    r"""Find mixed Poisson counts whose generating function is close to another over its range.

    Three moments say most about the far tail; this fits the body. The mean is kept; for each index
    on a grid the scale is found that is right at one u, and the index with the least squared
    error of :math:`\ln K` at the others is taken.

    Parameters
    ----------
    exponent : array of float, shape (n, k + 1)
        :math:`K = -\ln G(1 - u)` at ``u``, and last at ``middle``.
    u : array of float, shape (n, k)
        Where. Only where K is below 30 it matters.
    mean : array of float, shape (n,)
        Means.
    middle : array of float, shape (n,)
        The u at which the scale is found, such as one over the mean.

    Returns
    -------
    MixedPoisson
        With parameters (n,).
    array of float, shape (n,)
        Root mean squared error of ln K.

    Examples
    --------
    >>> u, mean = np.array([[0.01, 0.1, 1.0]]), np.array([3.0])
    >>> at = np.append(u, [[1 / 3]], axis=1)
    >>> counts, error = fitted(0.5 * np.log1p(6 * at), u, mean, at[:, -1])
    >>> counts.index.tolist(), bool(error[0] < 1e-3)  # negative binomial, shape 1/2
    ([0.0], True)
    """
    wanted, there = exponent[:, -1], (exponent[:, :-1] < 30) & (exponent[:, :-1] > 0)
    target = np.log(np.where(there, exponent[:, :-1], 1.0))
    best = np.full(mean.shape, np.inf)
    index, scale = np.zeros(mean.shape), np.zeros(mean.shape)
    for a in _INDICES:
        low, high = np.full(mean.shape, -20.0), np.full(mean.shape, 20.0)
        for _ in range(20):
            log_scale = (low + high) / 2
            trial = MixedPoisson(mean, np.full(mean.shape, a), np.exp(log_scale) / mean)
            small = trial.exponent(middle[:, None])[:, 0] < wanted
            low, high = np.where(small, log_scale, low), np.where(small, high, log_scale)
        off = np.log(np.maximum(trial.exponent(u), 1e-300)) - target
        error = np.sum(np.where(there, off, 0.0) ** 2, axis=1)
        better = error < best
        best = np.where(better, error, best)
        index, scale = np.where(better, a, index), np.where(better, trial.scale, scale)
    return MixedPoisson(mean, index, scale), np.sqrt(best / np.maximum(there.sum(axis=1), 1))
