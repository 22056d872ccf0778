"""The continuous ranked probability score where part of the scale matters more.

Arrays in, arrays out. An ensemble has its draws on the last axis.
"""

import numpy as np
from numpy.typing import ArrayLike

from riskkit.kernels import negative_binomial
from riskkit.kernels.blocks import by_block, paired
from riskkit.kernels.crps import crps_ensemble, crps_negative_binomial

__all__ = ["crps_log1p_ensemble", "crps_threshold_ensemble", "crps_threshold_negative_binomial"]


def crps_log1p_ensemble(observed: ArrayLike, draws: ArrayLike, *, fair: bool = False) -> np.ndarray:
    """CRPS of log(1 + count): a miss weighs by its ratio, so that busy regions don't rule.

    Parameters
    ----------
    observed : array_like, shape (...)
        What happened: counts.
    draws : array_like, shape (..., n)
        The forecast's draws.
    fair : bool
        As in `crps_ensemble`.

    Returns
    -------
    ndarray, shape (...)

    References
    ----------
    Bosse et al. (2023), doi:10.1371/journal.pcbi.1011393.

    Examples
    --------
    >>> float(crps_log1p_ensemble(1, [0, 0, 1, 3]).round(6))
    0.216608
    """
    y, x = paired(observed, draws)

    def score(some: np.ndarray, rows: np.ndarray) -> np.ndarray:
        return crps_ensemble(np.log1p(some), np.log1p(rows), fair=fair)

    return by_block(score, y, x)


def crps_threshold_ensemble(
    observed: ArrayLike,
    draws: ArrayLike,
    *,
    lower: float = -np.inf,
    upper: float = np.inf,
    fair: bool = False,
) -> np.ndarray:
    r"""Threshold-weighted CRPS of an ensemble: only the scale from lower to upper counts.

    .. math:: \int_{lower}^{upper} (F(z) - 1\{y \le z\})^2\,dz

    Parameters
    ----------
    observed : array_like, shape (...)
        What happened.
    draws : array_like, shape (..., n)
        The forecast's draws.
    lower, upper : float
        The part of the scale that matters.
    fair : bool
        As in `crps_ensemble`.

    Returns
    -------
    ndarray, shape (...)
        In the unit of the counts.

    Raises
    ------
    ValueError
        If lower is not below upper.

    References
    ----------
    Gneiting & Ranjan (2011), doi:10.1198/jbes.2010.08110.

    Examples
    --------
    >>> float(crps_threshold_ensemble(7, [0, 0, 1, 3], lower=2))
    4.5625
    """
    y, x = paired(observed, draws)
    _check(lower, upper)

    def score(some: np.ndarray, rows: np.ndarray) -> np.ndarray:
        return crps_ensemble(np.clip(some, lower, upper), np.clip(rows, lower, upper), fair=fair)

    return by_block(score, y, x)


def crps_threshold_negative_binomial(
    observed: ArrayLike, mean: ArrayLike, shape: ArrayLike = np.inf, *, lower: int
) -> np.ndarray:
    r"""Threshold-weighted CRPS of a Poisson or negative binomial from ``lower`` on, exact.

    .. math:: \mathrm{CRPS} - \sum_{k < lower} (F(k) - 1\{y \le k\})^2

    Parameters
    ----------
    observed : array_like
        What happened: counts.
    mean, shape : array_like
        As in `crps_negative_binomial`; a shape of ``inf`` is the Poisson.
    lower : int
        Where the part of the scale that matters begins.

    Returns
    -------
    ndarray
        In the unit of the counts.

    Examples
    --------
    >>> float(crps_threshold_negative_binomial(5, 10.0, lower=0).round(6))
    3.312941
    """
    y, m, r = np.broadcast_arrays(*(np.asarray(part, float) for part in (observed, mean, shape)))
    below = np.zeros(y.shape)
    for k in range(int(lower)):
        below += (negative_binomial.cdf(k, m, r) - (y <= k)) ** 2
    # What is left can be nothing: rounding must not make it negative.
    return np.asarray(np.maximum(crps_negative_binomial(y, m, r) - below, 0))


def _check(lower: float, upper: float) -> None:
    if not lower < upper:
        raise ValueError(f"lower is {lower} and upper {upper}; accepted: lower below upper")
