"""The discrete generalised Pareto: deaths at and above a threshold."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from riskkit.kernels.grid import Grid, grid_posterior

Array = NDArray[np.float64]

# Under this the tail is taken as geometric: (1 + shape y)^(-1/shape) has lost its digits.
GEOMETRIC = 1e-8
SHAPE_BOUNDS = (0.0, 2.5)
LOG_SCALE_BOUNDS = (-5.0, 5.0)


def survival(x: ArrayLike, threshold: int, shape: ArrayLike, scale: ArrayLike) -> Array:
    r"""Chance of x or more, given at least `threshold`.

    .. math:: P(D \ge x \mid D \ge u) = \left(1 + \xi\,\frac{x - u}{\sigma}\right)^{-1/\xi}

    for whole x >= u, and 1 below. It is the whole part of a continuous generalised Pareto. Its
    power-law exponent is :math:`\alpha = 1 + 1/\xi`; the mean is infinite from
    :math:`\xi = 1` on.

    Parameters
    ----------
    x : array of int
        Deaths.
    threshold : int
        u, where the tail starts.
    shape, scale : array of float
        :math:`\xi` (0 is geometric; under 0 deaths end at :math:`u - \sigma/\xi`) and
        :math:`\sigma > 0`, in deaths; broadcast with `x`.

    Returns
    -------
    array of float

    Examples
    --------
    >>> survival([10, 20, 110], threshold=10, shape=1.0, scale=10.0).round(4).tolist()
    [1.0, 0.5, 0.0909]

    References
    ----------
    Hitz, A., Davis, R. and Samorodnitsky, G. (2024). https://doi.org/10.1214/22-EJS2100
    """
    return np.asarray(np.exp(log_survival(x, threshold, shape, scale)))


def log_survival(x: ArrayLike, threshold: int, shape: ArrayLike, scale: ArrayLike) -> Array:
    """Logarithm of `survival`, exact far out."""
    excess = np.maximum(np.asarray(x, dtype=float) - threshold, 0.0)
    xi = np.asarray(shape, dtype=float)
    y = excess / np.asarray(scale, dtype=float)
    safe = np.where(np.abs(xi) < GEOMETRIC, GEOMETRIC, xi)
    with np.errstate(divide="ignore"):
        bent = -np.log1p(np.maximum(safe * y, -1.0)) / safe
    return np.asarray(np.where(np.abs(xi) < GEOMETRIC, -y, bent))


def log_pmf(x: ArrayLike, threshold: int, shape: ArrayLike, scale: ArrayLike) -> Array:
    r"""Log chance of exactly x, given at least `threshold`: :math:`\ln(S(x) - S(x+1))`.

    Parameters
    ----------
    x : array of int
        Deaths, `threshold` or more.
    threshold, shape, scale
        As for `survival`.

    Returns
    -------
    array of float

    Examples
    --------
    >>> float(np.exp(log_pmf(np.arange(10, 10**5), 10, 0.5, 8.0)).sum().round(6))
    1.0
    """
    at = np.asarray(x, dtype=float)
    here = log_survival(at, threshold, shape, scale)
    # The drop over one death, not the difference of two logarithms: it keeps its digits far out.
    xi, sigma = np.asarray(shape, dtype=float), np.asarray(scale, dtype=float)
    safe = np.where(np.abs(xi) < GEOMETRIC, GEOMETRIC, xi)
    left = np.maximum(sigma + safe * (at - threshold), 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        bent = np.log1p(np.maximum(safe / left, -1.0)) / safe
        drop = np.where(np.abs(xi) < GEOMETRIC, 1 / sigma, bent)
        return np.asarray(np.where(left > 0, here + np.log(-np.expm1(-drop)), -np.inf))


def quantile(
    upper: ArrayLike, threshold: ArrayLike, shape: ArrayLike, scale: ArrayLike, largest: float
) -> Array:
    r"""Deaths with a given chance of as many or more, from the upper end.

    .. math:: u + \left\lfloor \sigma\,(v^{-\xi} - 1)/\xi \right\rfloor, \quad 0 < v \le 1

    With v uniform it draws from the tail; with v the smallest of n uniforms it draws the largest
    of n.

    Parameters
    ----------
    upper : array of float
        v, the chance of a higher value.
    threshold, shape, scale
        As for `survival`.
    largest : float
        The bound on one event; higher values become it.

    Returns
    -------
    array of float
        Whole numbers.

    Examples
    --------
    >>> quantile([1.0, 0.5, 0.0909], 10, 1.0, 10.0, largest=1e4).tolist()
    [10.0, 20.0, 110.0]
    """
    log_v = np.log(np.asarray(upper, dtype=float))
    xi = np.asarray(shape, dtype=float)
    safe = np.maximum(xi, GEOMETRIC)
    # The exponent is bounded only to keep exp finite; such values are far above any bound.
    y = np.where(xi < GEOMETRIC, -log_v, np.expm1(np.minimum(-safe * log_v, 600.0)) / safe)
    excess = np.floor(np.asarray(scale, dtype=float) * y)
    return np.asarray(np.minimum(np.asarray(threshold, dtype=float) + excess, largest))


def excess_over_scale(upper: ArrayLike, shape: ArrayLike) -> Array:
    r"""Excess over the threshold, in scales, that is passed with a chance of `upper`.

    .. math:: (v^{-\xi} - 1)/\xi

    Parameters
    ----------
    upper : array of float
        v, more than 0.
    shape : array of float
        :math:`\xi`.

    Returns
    -------
    array of float

    Examples
    --------
    >>> float(excess_over_scale(0.25, 0.5))
    2.0
    """
    log_v = np.log(np.asarray(upper, dtype=float))
    xi = np.asarray(shape, dtype=float)
    safe = np.where(np.abs(xi) < GEOMETRIC, GEOMETRIC, xi)
    return np.asarray(np.where(np.abs(xi) < GEOMETRIC, -log_v, np.expm1(-safe * log_v) / safe))


def bounded_mean(threshold: int, shape: ArrayLike, scale: ArrayLike, largest: float) -> Array:
    r"""Mean deaths in the tail when no event may kill more than `largest`.

    .. math:: E[\min(D, L) \mid D \ge u] = u + \sum_{x=u+1}^{L} S(x)

    The first two hundred terms are added one by one, the rest by the Euler-Maclaurin formula.

    Parameters
    ----------
    threshold, shape, scale
        As for `survival`.
    largest : float
        L, the bound on one event.

    Returns
    -------
    array of float
        Shape of `shape` and `scale` broadcast together.

    Examples
    --------
    >>> exact = 10 + survival(np.arange(11, 5001), 10, 1.2, 7.0).sum()
    >>> round(float(bounded_mean(10, 1.2, 7.0, 5000.0) / exact), 9)
    1.0
    """
    xi, sigma = np.broadcast_arrays(np.asarray(shape, float), np.asarray(scale, float))
    last = max(float(largest), float(threshold))
    middle = min(threshold + 200.0, last)
    total = np.full(xi.shape, float(threshold))
    steps = np.arange(threshold + 1.0, middle + 1.0)
    total += survival(steps, threshold, xi[..., None], sigma[..., None]).sum(axis=-1)
    if last <= middle:
        return total
    ends = np.array([middle, last])
    low, high = np.moveaxis(survival(ends, threshold, xi[..., None], sigma[..., None]), -1, 0)
    slope_low = -low / (sigma + xi * (middle - threshold))
    slope_high = -high / (sigma + xi * (last - threshold))
    total += _integral(middle, last, threshold, xi, sigma)
    total += (high - low) / 2 + (slope_high - slope_low) / 12
    return total


def tail_posterior(
    values: ArrayLike, weights: ArrayLike, threshold: int, near: Grid | None = None
) -> Grid:
    r"""Posterior of (shape, log of scale over threshold) from tolls at and above a threshold.

    The prior is weak and meant for deaths: :math:`\xi \sim N(0.6, 0.5^2)` on [0, 2.5], which
    spans the geometric tail and exponents down to 1.4 (published tails of terrorism have
    exponents of 2 to 3, that is :math:`\xi` of 0.5 to 1), and
    :math:`\ln(\sigma/u) \sim N(-0.5, 1)`, around what a pure power law from u on has.

    Parameters
    ----------
    values : array of int
        Distinct tolls, `threshold` or more.
    weights : array of float
        How often each occurs.
    threshold : int
        u, where the tail starts.
    near : Grid, optional
        The posterior of much the same data, where the search starts.

    Returns
    -------
    Grid

    Examples
    --------
    >>> grid = tail_posterior([10, 12, 15, 30, 80], [6, 4, 3, 2, 1], threshold=10)
    >>> shape, log_scale = grid.sample(2000, np.random.default_rng(1))
    >>> bool((shape >= 0).all())
    True
    """
    x = np.asarray(values, dtype=float)
    w = np.asarray(weights, dtype=float)

    def log_density(shape: Array, log_scale: Array) -> Array:
        scale = threshold * np.exp(log_scale)
        total = -((shape - 0.6) ** 2) / (2 * 0.25) - (log_scale + 0.5) ** 2 / 2
        for value, weight in zip(x, w, strict=True):
            total = total + weight * log_pmf(value, threshold, shape, scale)
        return np.asarray(total)

    return grid_posterior(log_density, SHAPE_BOUNDS, LOG_SCALE_BOUNDS, cells=36, near=near)


def _integral(lower: float, upper: float, threshold: int, shape: Array, scale: Array) -> Array:
    """Integrate the survival between two tolls, through shape 0 and shape 1 without a jump."""
    safe = np.maximum(shape, GEOMETRIC)
    a = np.log1p(safe * (lower - threshold) / scale)
    b = np.log1p(safe * (upper - threshold) / scale)
    # With z = ln(1 + xi y) the integrand is exp(k z), k = 1 - 1/xi; k may be 0.
    k = 1 - 1 / safe
    width = b - a
    near = np.abs(k * width) < 1e-10
    ratio = np.where(near, width, np.expm1(k * width) / np.where(near, 1.0, k))
    return np.asarray(scale / safe * np.exp(k * a) * ratio)
