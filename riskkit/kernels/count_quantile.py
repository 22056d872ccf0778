"""Quantile regression of whole numbers: counts made continuous, the randomness integrated out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["QuantileFit", "bandwidth", "fit_count_quantile", "score"]

Array = NDArray[np.float64]

# By how much the steps of the score are widened, in logarithms, on the way to none.
WIDTHS = (*(2.0 * 0.35**i for i in range(18)), 0.0)
ITERATIONS = 200
# A mean score that counts as zero: of small counts, and of each that is as large as one.
LEVEL, ROUNDING = 1e-11, 1e-13
# One that is small enough while steps are still widened.
ON_THE_WAY = 1e-4
# Pull that picks the lowest of equally good quantiles; far above LEVEL, far below one attack.
TILT = 1e-9
# The farthest that any logarithm of a quantile moves in one step.
LONGEST = 4.0
# A logarithm under this is on its way to no quantile at all: a kind of attack without deaths.
NONE = -60.0


@dataclass(frozen=True, eq=False)
class QuantileFit:
    """Coefficients of a quantile.

    Parameters
    ----------
    coefficients : array of float, shape (k,)
        Of the logarithm of what the quantile is above its lowest value.
    converged : bool
        Whether the mean score is zero.
    """

    coefficients: Array
    converged: bool


def score(y: Array, z: Array, quantile: float) -> Array:
    r"""Share of a jittered count that lies under a quantile, less what should.

    .. math:: E_U[1\{y + U \le p + e^z\}] - p = \max(-p, \min(e^z - y,\, 1 - p))

    with p the quantile and U uniform on [0, 1).

    Parameters
    ----------
    y : array of float, shape (n,)
        Whole numbers, 0 or more.
    z : array of float, shape (n,)
        Logarithm of the quantile of y + U less p.
    quantile : float
        p, between 0 and 1.

    Returns
    -------
    array of float, shape (n,)

    Examples
    --------
    >>> score(np.array([0.0, 1.0, 4.0]), np.log([1.5, 1.5, 1.5]), 0.5).tolist()
    [0.5, 0.5, -0.5]
    """
    return np.asarray(np.clip(np.exp(np.minimum(z, 700.0)) - y, -quantile, 1 - quantile))


def bandwidth(quantile: float, n: float) -> float:
    """Half width, in probability, for the slope of the quantiles; always inside (0, 1).

    Parameters
    ----------
    quantile : float
        The quantile.
    n : float
        Observations.

    Returns
    -------
    float

    Examples
    --------
    >>> round(bandwidth(0.9, 1000), 4)
    0.0346

    References
    ----------
    Hall, P. and Sheather, S. J. (1988). On the distribution of a studentized quantile.
    https://doi.org/10.1111/j.2517-6161.1988.tb01735.x
    """
    from scipy.special import ndtri

    at = ndtri(quantile)
    density = np.exp(-(at**2) / 2) / np.sqrt(2 * np.pi)
    curve = 1.5 * density**2 / (2 * at**2 + 1)
    width = n ** (-1 / 3) * ndtri(0.975) ** (2 / 3) * curve ** (1 / 3)
    return float(min(width, 0.9 * min(quantile, 1 - quantile)))


def fit_count_quantile(
    y: Array, weights: Array, x: Array, quantile: float, start: Array
) -> QuantileFit:
    r"""Fit a quantile of counts that is log-linear in covariates.

    Counts have no continuous quantiles, so a uniform U on [0, 1) is added (Machado and Santos
    Silva) and :math:`Q_{y+U}(p \mid x) = p + e^{x^\top\beta}`. They average fits over draws of
    U; here the loss is averaged over all U beforehand. Its derivative is

    .. math:: \sum_i w_i x_i \max(-p, \min(e^{x_i^\top\beta} - y_i,\, 1 - p)) = 0

    which is exact, needs no seed and takes weights. The loss is convex. Newton steps follow its
    minimum while steps that were widened at first narrow to their own width.

    Parameters
    ----------
    y : array of float, shape (n,)
        Whole numbers, 0 or more.
    weights : array of float, shape (n,)
        How often each row occurs.
    x : array of float, shape (n, k)
        Covariates, of full rank.
    quantile : float
        p, between 0 and 1.
    start : array of float, shape (k,)
        Where to begin.

    Returns
    -------
    QuantileFit

    Examples
    --------
    >>> y, ones = np.array([0.0, 1.0, 2.0, 7.0]), np.ones((4, 1))
    >>> fit = fit_count_quantile(y, np.array([4.0, 3.0, 2.0, 1.0]), ones, 0.9, np.zeros(1))
    >>> float((0.9 + np.exp(fit.coefficients[0])).round(6))
    3.0

    References
    ----------
    Machado, J. A. F. and Santos Silva, J. M. C. (2005). Quantiles for counts.
    https://doi.org/10.1198/016214505000000330

    Chen, C. (2007). A finite smoothing algorithm for quantile regression.
    https://doi.org/10.1198/106186007X180336
    """
    share = weights / weights.sum()
    # In columns that are orthonormal over the attacks every direction has the same scale.
    triangle = np.asarray(np.linalg.qr(np.sqrt(share)[:, None] * x).R)
    loss = _Loss(y, share, np.linalg.solve(triangle.T, x.T).T, quantile)
    beta, converged = triangle @ start, False
    for width in WIDTHS:
        beta, converged = loss.descend(beta, width)
        if not converged and (loss.x @ beta).min() < NONE:
            break
    return QuantileFit(np.linalg.solve(triangle, beta), converged)


class _Loss:
    """The averaged loss, by its derivatives."""

    def __init__(self, y: Array, share: Array, x: Array, quantile: float) -> None:
        self.y, self.share, self.x, self.quantile = y, share, x, quantile
        self.none = y == 0
        self.low = np.log(np.where(self.none, 1.0, y - quantile))
        self.high = np.log(y + 1 - quantile)
        self.tilt = TILT * (share @ x)

    def first(self, z: Array, width: float) -> Array:
        """First derivative by row; a step is a ramp as wide as jitter and `width` make it."""
        exact = score(self.y, z, self.quantile)
        if width == 0:
            return exact
        span = self.high - self.low + 2 * width
        ramp = np.clip((z - self.low + width) / span, 0, 1) - self.quantile
        return np.asarray(np.where(self.none, exact, ramp))

    def second(self, z: Array, width: float) -> Array:
        """Second derivative by row."""
        exact = np.exp(np.minimum(z, self.high))
        if width == 0:
            inside = (self.none | (z > self.low)) & (z < self.high)
            return np.asarray(np.where(inside, exact, 0.0))
        inside = (z > self.low - width) & (z < self.high + width)
        steep = np.where(inside, 1 / (self.high - self.low + 2 * width), 0.0)
        return np.asarray(np.where(self.none, np.where(z < self.high, exact, 0.0), steep))

    def descend(self, beta: Array, width: float) -> tuple[Array, bool]:
        """Take damped Newton steps until the mean score is zero."""
        damping, unit = 1e-12, np.eye(len(beta))
        z = self.x @ beta
        for _ in range(ITERATIONS):
            gradient = self.x.T @ (self.share * self.first(z, width)) + self.tilt
            # The place of a count inside its jitter has no digits finer than this.
            reached = self.y[z > self.low].max(initial=0.0)
            enough = LEVEL if width == 0 else ON_THE_WAY
            if np.abs(gradient).max() < enough + ROUNDING * reached:
                return beta, True
            if z.min() < NONE:
                return beta, False
            curve = self.x.T @ (self.x * (self.share * self.second(z, width))[:, None])
            ridge = damping * np.trace(curve) + 1e-10
            step = -np.linalg.solve(curve + ridge * unit, gradient)
            move = self.x @ step
            longest = LONGEST / max(float(np.abs(move).max()), 1e-300)
            if longest < 1:
                step, move = longest * step, longest * move
            far = self._stride(z, move, step, width)
            # A whole step was short enough: less damping; a step cut short: more.
            damping = max(damping / 100, 1e-14) if far == 1 else min(10 * damping + 1e-10, 1e-2)
            beta = beta + far * step
            z = self.x @ beta
        return beta, False

    def _stride(self, z: Array, move: Array, step: Array, width: float) -> float:
        """Share of a step after which the loss, which is convex, stops falling."""

        def rise(far: float) -> float:
            slope = (self.share * self.first(z + far * move, width)) @ move
            return float(slope + self.tilt @ step)

        before = abs(rise(0.0))
        if rise(1.0) <= 0.9 * before:
            return 1.0
        low, high = 0.0, 1.0
        for _ in range(50):
            middle = (low + high) / 2
            slope = rise(middle)
            low, high = (middle, high) if slope < 0 else (low, middle)
            if abs(slope) < 0.1 * before:
                return middle
        return high
