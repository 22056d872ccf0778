"""The discounted gamma-Poisson: a level that drifts, in closed form.

A level has a gamma law of shape a and rate b. From one period to the next both are discounted
toward those of the prior, which widens the law and keeps its kind.
"""

import numpy as np

from riskkit.kernels import negative_binomial

__all__ = ["ahead", "discounted"]


def discounted(
    counts: np.ndarray,
    exposure: np.ndarray,
    discount: float,
    shape: float,
    rate: float,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    r"""Filter counts period by period.

    .. math:: a_{t|t-1} = \omega a_{t-1} + (1 - \omega) a_0, \quad
              a_t = a_{t|t-1} + y_t, \quad b_t = b_{t|t-1} + e_t

    With :math:`a_0 = b_0 = 0` it is Harvey and Fernandes' filter. At an exposure of 0 nothing is
    learned, and the level still drifts.

    Parameters
    ----------
    counts : ndarray, shape (regions, periods)
        NaN where not watched.
    exposure : ndarray, shape (regions, periods)
        0 where not watched.
    discount : float
        Above 0 and at most 1: what is kept from one period to the next.
    shape, rate : float
        The prior's, above 0.

    Returns
    -------
    shape, rate : ndarray, shape (regions,)
        Of the level in the last period.
    llf : ndarray, shape (regions,)
        Log likelihood.

    References
    ----------
    Harvey & Fernandes (1989), doi:10.1080/07350015.1989.10509750; Kulhavý & Zarrop (1993),
    doi:10.1080/00207179308923034.

    Examples
    --------
    >>> a, b, _ = discounted(np.array([[2.0, 4.0]]), np.ones((1, 2)), 0.5, 1.0, 1.0)
    >>> a, b
    (array([6.]), array([2.5]))
    """
    a, b = np.full(len(counts), shape), np.full(len(counts), rate)
    llf = np.zeros(len(counts))
    for t, (count, seen) in enumerate(zip(counts.T, exposure.T, strict=True)):
        if t:
            a, b = discount * a + (1 - discount) * shape, discount * b + (1 - discount) * rate
        watched = seen > 0
        y = np.where(watched, count, 0.0)
        llf += np.where(watched, negative_binomial.log_pmf(y, a / b * seen, a), 0.0)
        a, b = a + y, b + np.where(watched, seen, 0.0)
    return a, b, llf


def ahead(
    shape: np.ndarray, rate: np.ndarray, steps: int, discount: float, prior: tuple[float, float]
) -> tuple[np.ndarray, np.ndarray]:
    """Discount a level's shape and rate so many periods further, seeing nothing.

    Parameters
    ----------
    shape, rate : ndarray
        Of the level in the last period.
    steps : int
        Periods ahead.
    discount : float
        As in `discounted`.
    prior : tuple of float
        Its shape and rate.

    Returns
    -------
    shape, rate : ndarray

    Examples
    --------
    >>> a, b = ahead(np.array([6.0]), np.array([2.5]), 1, 0.5, (1.0, 1.0))
    >>> a, b
    (array([3.5]), array([1.75]))
    """
    kept = discount**steps
    return kept * shape + (1 - kept) * prior[0], kept * rate + (1 - kept) * prior[1]
