"""Laws of counts for regressions: negative binomial and Poisson, cut at one or with more zeros."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln, log1p

__all__ = ["bernoulli", "log_none", "plain", "truncated", "with_extra_zeros"]

Array = NDArray[np.float64]

# From this shape on the negative binomial is the Poisson to all digits that matter.
POISSON = 1e7


def plain(y: Array, log_mean: Array, log_shape: Array | None = None) -> Array:
    r"""Log chance of a count.

    .. math:: \ln\Gamma(y+\theta) - \ln\Gamma(\theta) - \ln y! + y\ln\frac{\mu}{\mu+\theta}
              - \theta \ln(1 + \mu/\theta)

    Parameters
    ----------
    y : array of float
        Counts.
    log_mean : array of float
        Log of the mean.
    log_shape : array of float, optional
        Log of theta; the Poisson without it.

    Returns
    -------
    array of float

    Examples
    --------
    >>> float(np.exp(plain(np.array([0.0]), np.zeros(1), np.zeros(1)))[0])
    0.5
    """
    if log_shape is None:
        return np.asarray(y * log_mean - np.exp(log_mean) - gammaln(y + 1))
    theta = np.minimum(np.exp(log_shape), POISSON)
    # ln(mu / (mu + theta)), exact where mu is much smaller or much larger than theta.
    odds = log_mean - np.log(theta)
    rising = gammaln(y + theta) - gammaln(theta)
    return np.asarray(
        rising - gammaln(y + 1) - y * np.logaddexp(0.0, -odds) + log_none(log_mean, log_shape)
    )


def log_none(log_mean: Array, log_shape: Array | None = None) -> Array:
    """Log chance of zero; parameters as for `plain`."""
    if log_shape is None:
        return np.asarray(-np.exp(log_mean))
    theta = np.minimum(np.exp(log_shape), POISSON)
    return np.asarray(-theta * log1p(np.exp(np.minimum(log_mean - np.log(theta), 600.0))))


def truncated(y: Array, log_mean: Array, log_shape: Array | None = None) -> Array:
    """Log chance of a count given that it is one or more; parameters as for `plain`.

    Examples
    --------
    >>> y = np.arange(1.0, 400.0)
    >>> float(np.exp(truncated(y, np.full(399, 1.0), np.full(399, 0.3))).sum().round(9))
    1.0
    """
    return plain(y, log_mean, log_shape) - np.log(-np.expm1(log_none(log_mean, log_shape)))


def with_extra_zeros(y: Array, log_mean: Array, log_shape: Array | None, logit: Array) -> Array:
    r"""Log chance of a count with a share of extra zeros.

    .. math:: P(0) = \pi + (1-\pi) f(0), \qquad P(y) = (1-\pi) f(y)

    Parameters
    ----------
    y, log_mean, log_shape : arrays of float
        As for `plain`.
    logit : array of float
        Logit of the share of extra zeros.

    Returns
    -------
    array of float

    Examples
    --------
    >>> y, z = np.arange(60.0), np.zeros(60)
    >>> float(np.exp(with_extra_zeros(y, z, None, z)).sum().round(12))
    1.0
    """
    none, some = -np.logaddexp(0.0, -logit), -np.logaddexp(0.0, logit)
    return np.where(
        y == 0,
        np.logaddexp(none, some + log_none(log_mean, log_shape)),
        some + plain(y, log_mean, log_shape),
    )


def bernoulli(happened: Array, logit: Array) -> Array:
    """Log chance that something happened or not, by the logit of its chance.

    Examples
    --------
    >>> float(np.exp(bernoulli(np.array([1.0]), np.zeros(1)))[0])
    0.5
    """
    return np.asarray(-np.logaddexp(0.0, np.where(happened > 0, -logit, logit)))
