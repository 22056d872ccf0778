"""Losses of forecasts side by side: clustered errors, Diebold-Mariano, model confidence set.

Arrays in, arrays out.
"""

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

__all__ = ["clustered_error", "confidence_set", "diebold_mariano", "stationary_bootstrap", "t_test"]


def clustered_error(values: ArrayLike, *groups: ArrayLike) -> float:
    r"""Standard error of a mean whose parts share their luck inside groups, one way or two.

    With e the distances from the mean, the variance of one grouping into G groups is
    :math:`\frac{G}{G - 1} \frac{1}{n^2} \sum_g (\sum_{i \in g} e_i)^2`; of two groupings it is
    the sum of both less that of their cells.

    Parameters
    ----------
    values : array_like, shape (n,)
        Of which the mean is taken.
    *groups : array_like, shape (n,)
        One or two groupings, for example regions and origins.

    Returns
    -------
    float
        NaN where a grouping has one group only. Where two ways give a negative variance, the
        larger of the two one-way errors.

    Raises
    ------
    ValueError
        If neither one nor two groupings are given.

    References
    ----------
    Cameron, Gelbach & Miller (2011), doi:10.1198/jbes.2010.07136.

    Examples
    --------
    >>> round(clustered_error([1.0, 2.0, 4.0, 5.0], ["a", "a", "b", "b"]), 9)
    1.5
    """
    e = np.asarray(values, float)
    e = e - e.mean()
    codes = [np.unique(np.asarray(group), return_inverse=True)[1] for group in groups]
    if len(codes) == 1:
        variance = _one_way(e, codes[0])
    elif len(codes) == 2:
        one, two = _one_way(e, codes[0]), _one_way(e, codes[1])
        cells = np.unique(codes[0] * (codes[1].max() + 1) + codes[1], return_inverse=True)[1]
        variance = one + two - _one_way(e, cells)
        variance = variance if not variance <= 0 else max(one, two)
    else:
        raise ValueError(f"{len(codes)} groupings; accepted: one or two")
    return float(np.sqrt(variance))


def _one_way(e: np.ndarray, codes: np.ndarray) -> float:
    sums = np.bincount(codes, weights=e)
    groups = len(sums)
    if groups < 2:
        return float("nan")
    return float(groups / (groups - 1) * np.sum(sums**2) / len(e) ** 2)


def t_test(estimate: float, error: float, freedom: float) -> float:
    """Two-sided p-value of an estimate of zero, by Student's t.

    Parameters
    ----------
    estimate, error : float
        The estimate and its standard error.
    freedom : float
        Degrees of freedom.

    Returns
    -------
    float
        NaN where the error is 0 or NaN.

    Examples
    --------
    >>> round(t_test(2.0, 1.0, 10), 6)
    0.073388
    """
    if not error > 0:
        return float("nan")
    return float(2 * special.stdtr(freedom, -abs(estimate / error)))


def diebold_mariano(difference: ArrayLike, steps: int = 1) -> tuple[float, float]:
    r"""Diebold-Mariano test of equal accuracy, corrected for few forecasts.

    .. math:: \sqrt{\frac{T + 1 - 2h + h(h - 1)/T}{T}}\;
              \bar d \Big/ \sqrt{\frac{\gamma_0 + 2 \sum_{k=1}^{h-1} \gamma_k}{T}}

    against Student's t with T - 1 degrees of freedom.

    Parameters
    ----------
    difference : array_like, shape (T,)
        Loss of one forecast less that of the other, in order of time.
    steps : int
        h: forecasts this far apart no longer overlap; 1 if none do.

    Returns
    -------
    tuple of float
        The statistic and its two-sided p-value. Both NaN where the variance comes out at 0 or
        below, which few forecasts that overlap can give.

    Raises
    ------
    ValueError
        If there are not more forecasts than steps.

    References
    ----------
    Diebold & Mariano (1995), doi:10.1080/07350015.1995.10524599; Harvey, Leybourne & Newbold
    (1997), doi:10.1016/S0169-2070(96)00719-4.

    Examples
    --------
    >>> statistic, p = diebold_mariano([1.0, 2.0, 3.0, 2.0, 1.0, -1.0], steps=2)
    >>> round(statistic, 4), round(p, 4)
    (1.5689, 0.1775)
    """
    d = np.asarray(difference, float)
    total, h = len(d), int(steps)
    if not 1 <= h < total:
        raise ValueError(f"{total} differences and steps {steps}; accepted: steps 1 to {total - 1}")
    e = d - d.mean()
    long_run = float(e @ e) + 2 * sum(float(e[k:] @ e[:-k]) for k in range(1, h))
    if long_run <= 0:
        return float("nan"), float("nan")
    correction = np.sqrt((total + 1 - 2 * h + h * (h - 1) / total) / total)
    statistic = float(d.mean() / np.sqrt(long_run) * total * correction)
    return statistic, t_test(statistic, 1.0, total - 1)


def stationary_bootstrap(
    n: int, repeats: int, block: float, rng: np.random.Generator
) -> np.ndarray:
    """Draw indices in blocks whose lengths are geometric, wrapped at the end.

    Parameters
    ----------
    n : int
        Length of the series.
    repeats : int
        How many resampled series.
    block : float
        Mean length of a block, 1 or more.
    rng : numpy.random.Generator
        Where chance comes from.

    Returns
    -------
    ndarray of int, shape (repeats, n)

    References
    ----------
    Politis & Romano (1994), doi:10.1080/01621459.1994.10476870.

    Examples
    --------
    >>> stationary_bootstrap(5, 2, 1.0, np.random.default_rng(1)).shape
    (2, 5)
    """
    index = rng.integers(n, size=(repeats, n))
    starts = rng.random((repeats, n)) < 1 / block
    for t in range(1, n):
        index[:, t] = np.where(starts[:, t], index[:, t], (index[:, t - 1] + 1) % n)
    return index


def confidence_set(losses: ArrayLike, index: ArrayLike) -> np.ndarray:
    """Give each model's p-value in the model confidence set, by the range statistic.

    Parameters
    ----------
    losses : array_like, shape (T, models)
        In order of time.
    index : array_like of int, shape (repeats, T)
        Resampled times, as from `stationary_bootstrap`.

    Returns
    -------
    ndarray, shape (models,)
        The set at level 1 - a holds the models whose p-value is above a; the best has 1.

    References
    ----------
    Hansen, Lunde & Nason (2011), doi:10.3982/ECTA5771.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> losses = rng.random((40, 2)) + [0, 5]
    >>> confidence_set(losses, stationary_bootstrap(40, 200, 2, rng))
    array([1., 0.])
    """
    table, index = np.asarray(losses, float), np.asarray(index)
    mean = table.mean(axis=0)
    again = np.stack([table[rows].mean(axis=0) for rows in index])
    gap = mean[:, None] - mean
    noise = again[:, :, None] - again[:, None, :] - gap
    variance = (noise**2).mean(axis=0)
    # Models whose losses are the same have no difference and no noise: 0/0 is 0 here.
    error = np.sqrt(np.where(variance > 0, variance, np.inf))
    gap, noise = gap / error, noise / error
    left = np.arange(len(mean))
    p_values = np.ones(len(mean))
    least = 0.0
    while len(left) > 1:
        here = gap[np.ix_(left, left)]
        statistic = here.max()
        ranges = noise[:, left[:, None], left].max(axis=(1, 2))
        least = max(least, float((ranges >= statistic).mean()))
        worst = left[np.unravel_index(here.argmax(), here.shape)[0]]
        p_values[worst] = least
        left = left[left != worst]
    return p_values
