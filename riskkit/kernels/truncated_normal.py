"""The standard normal from a point on: its logarithms without loss far out or in thin cells."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import erfcx, log_ndtr, ndtri_exp

Array = NDArray[np.float64]

_ROOT2 = float(np.sqrt(2))
_LOG_ROOT_2PI = float(np.log(2 * np.pi) / 2)
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(5)
# Cells over which the log density changes by less than this are integrated, not subtracted.
THIN = 0.5


def log_sf(start: Array, beyond: Array) -> Array:
    r"""Log chance to pass `start` + `beyond`, given that `start` is passed.

    .. math:: \ln\frac{\Phi(-(z_0 + s))}{\Phi(-z_0)}

    The squares are subtracted before they are rounded, so that it holds for :math:`z_0` of 1e8.

    Parameters
    ----------
    start : array of float
        :math:`z_0`.
    beyond : array of float
        s; broadcasts with `start`.

    Returns
    -------
    array of float

    Examples
    --------
    >>> float(log_sf(np.array(1e8), np.array(1e-8)).round(6))
    -1.0
    """
    z = start + beyond
    with np.errstate(all="ignore"):
        far = -beyond * (2 * start + beyond) / 2 + np.log(_scaled(z)) - np.log(_scaled(start))
        near = log_ndtr(-z) - log_ndtr(-start)
    return np.asarray(np.where(start > -1, far, near))


def log_pdf(start: Array, beyond: Array) -> Array:
    """Log density at `start` + `beyond`, given that `start` is passed; arguments of `log_sf`."""
    with np.errstate(all="ignore"):
        far = -beyond * (2 * start + beyond) / 2 - np.log(_scaled(start))
        near = -((start + beyond) ** 2) / 2 - log_ndtr(-start)
    return np.asarray(np.where(start > -1, far, near) - _LOG_ROOT_2PI)


def log_cell(start: Array, beyond: Array, width: Array) -> Array:
    r"""Log chance of the cell from `start` + `beyond` on, given that `start` is passed.

    .. math:: \ln\frac{\Phi(z_0 + s + w) - \Phi(z_0 + s)}{\Phi(-z_0)}

    A thin cell is integrated, a wide one is the difference of the nearer tail's two ends.

    Parameters
    ----------
    start, beyond : array of float
        As for `log_sf`.
    width : array of float
        w, more than 0.

    Returns
    -------
    array of float
    """
    z0, s, w = np.broadcast_arrays(start, beyond, width)
    z = z0 + s
    thin = w * np.maximum(1.0, np.abs(z)) < THIN
    out = np.empty(z.shape)
    with np.errstate(all="ignore"):
        out[thin] = _thin_cell(z0[thin], s[thin], w[thin])
        out[~thin] = _wide_cell(z0[~thin], s[~thin], w[~thin])
    return out


def _thin_cell(start: Array, beyond: Array, width: Array) -> Array:
    # The nodes come first: few long rows are quicker than many short ones.
    w = width * ((_NODES + 1) / 2)[:, None]
    inside = _WEIGHTS / 2 @ np.exp(-w * (start + beyond + w / 2))
    return np.asarray(log_pdf(start, beyond) + np.log(width * inside))


def _wide_cell(start: Array, beyond: Array, width: Array) -> Array:
    z = start + beyond
    here = log_sf(start, beyond)
    above = here + np.log(-np.expm1(log_sf(start, beyond + width) - here))
    upper = log_ndtr(z + width)
    below = upper + np.log(-np.expm1(log_ndtr(z) - upper)) - log_ndtr(-start)
    return np.asarray(np.where(z > 0, above, below))


def from_above(start: Array, upper: Array) -> Array:
    """How far beyond `start` is passed with a chance of `upper`, given that `start` is.

    Parameters
    ----------
    start : array of float
        Where the normal is cut.
    upper : array of float
        Chances, in (0, 1].

    Returns
    -------
    array of float

    Examples
    --------
    >>> round(float(from_above(np.array(0.0), np.array(0.5))), 6)
    0.67449
    """
    z0, log_upper = np.broadcast_arrays(start, np.log(upper))
    with np.errstate(all="ignore"):
        # Start at the exponential's answer far out and the normal's own near by; then Newton.
        far = np.sqrt(np.maximum(z0, 0.0) ** 2 - 2 * log_upper) - np.maximum(z0, 0.0)
        near = -ndtri_exp(log_ndtr(-z0) + log_upper) - z0
        beyond = np.where(z0 > 5, far, near)
        for _ in range(6):
            miss = log_sf(z0, beyond) - log_upper
            hazard = np.exp(log_pdf(z0, beyond) - log_sf(z0, beyond))
            beyond = np.maximum(beyond + miss / hazard, 0.0)
    return np.asarray(np.where(log_upper >= 0, 0.0, beyond))


def _scaled(z: Array) -> Array:
    """Upper tail over exp(-z^2/2)."""
    return np.asarray(erfcx(z / _ROOT2) / 2)
