"""Scores of forecasts of counts: smaller is better, and honesty is the best policy (proper).

Arrays in, arrays out. An ensemble has its draws on the last axis: ``draws`` (..., n) against
``observed`` (...). Large arrays are worked through in blocks, so memory stays bounded.
"""

import itertools
from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from riskkit.kernels import negative_binomial

__all__ = [
    "brier",
    "crps_ensemble",
    "crps_negative_binomial",
    "crps_poisson",
    "ignorance_binned",
    "interval_score",
    "log_score_ensemble",
    "log_score_guarded",
    "pit_bounds",
    "pit_bounds_ensemble",
    "pit_histogram",
    "pit_randomised",
    "share_inside",
]

_BLOCK = 4_000_000  # draws sorted at a time: about 100 MB with the copies
_NODES = 160
VIEWS_EDGES = (0.5, 2.5, 5.5, 10.5, 25.5, 50.5, 100.5, 250.5, 500.5, 1000.5)


def crps_poisson(observed: ArrayLike, mean: ArrayLike) -> np.ndarray:
    r"""Continuous ranked probability score of a Poisson forecast, exact.

    .. math:: (y - m)(2F(y) - 1) + 2 m f(y) - m e^{-2m} (I_0(2m) + I_1(2m))

    Parameters
    ----------
    observed : array_like
        What happened: counts.
    mean : array_like
        The forecast's mean, 0 or more.

    Returns
    -------
    ndarray
        In the unit of the counts.

    References
    ----------
    Wei & Held (2014), doi:10.1007/s11749-014-0380-8.

    Examples
    --------
    >>> round(float(crps_poisson(5, 10.0)), 6)
    3.312941
    """
    y, m = np.broadcast_arrays(np.asarray(observed, float), np.asarray(mean, float))
    below = negative_binomial.cdf(y, m)
    mass = np.exp(negative_binomial.log_pmf(y, m))
    spread = m * (special.ive(0, 2 * m) + special.ive(1, 2 * m))
    return np.asarray((y - m) * (2 * below - 1) + 2 * m * mass - spread)


def crps_negative_binomial(observed: ArrayLike, mean: ArrayLike, shape: ArrayLike) -> np.ndarray:
    r"""Continuous ranked probability score of a negative binomial forecast, exact.

    With p = r / (r + m),

    .. math:: y (2 F_{r}(y) - 1) - \frac{m}{p}
              \Big( p (2 F_{r+1}(y - 1) - 1) + {}_2F_1(r + 1, \tfrac12; 2; -4 (1-p)/p^2) \Big)

    The hypergeometric term is an integral of a positive function here, so that it stays exact
    where the series fails (large shapes, small p).

    Parameters
    ----------
    observed : array_like
        What happened: counts.
    mean : array_like
        The forecast's mean m, 0 or more.
    shape : array_like
        The shape r, above 0 (size in R); variance = m + m^2 / r. ``inf`` is the Poisson.

    Returns
    -------
    ndarray
        In the unit of the counts.

    References
    ----------
    Wei & Held (2014), doi:10.1007/s11749-014-0380-8.

    Examples
    --------
    >>> round(float(crps_negative_binomial(10, 10.0, shape=10.0)), 6)
    1.040381
    """
    y, m, r = np.broadcast_arrays(*(np.asarray(part, float) for part in (observed, mean, shape)))
    poisson = np.isinf(r)
    size = np.where(poisson, 1.0, r)
    below = negative_binomial.cdf(y, m, size)
    # F of shape r + 1 with the same p has mean m (r + 1) / r.
    before = negative_binomial.cdf(y - 1, m * (size + 1) / size, size + 1)
    odds = m / size
    p = 1 / (1 + odds)
    spread = _half_hypergeometric(size, 4 * odds * (1 + odds))
    mixed = y * (2 * below - 1) - m / p * (p * (2 * before - 1) + spread)
    return np.asarray(np.where(poisson, crps_poisson(y, m), mixed))


def _half_hypergeometric(size: np.ndarray, z: np.ndarray) -> np.ndarray:
    r"""2F1(r + 1, 1/2; 2; -z) = (4/pi) int_0^{pi/2} cos^2 t (1 + z sin^2 t)^{-(r+1)} dt.

    With tan t = sinh(v) / sqrt(1 + z) the integrand is even, analytic in a strip of half-width
    pi/2 and falls exponentially, so the trapezoid rule converges geometrically.
    """
    scale = np.sqrt(1 + z)
    # Where the power alone has fallen to e^-40, if it does before the cosine.
    share = np.expm1(40 / (size + 1)) / np.maximum(z, 1e-200)
    falls = scale * np.sqrt(np.where(share < 1, share / np.where(share < 1, 1 - share, 1), np.inf))
    step = np.minimum(np.arcsinh(scale) + 13, np.arcsinh(falls)) / _NODES
    total = np.zeros_like(z)
    for node in range(_NODES + 1):
        v = node * step
        ratio = (np.sinh(v) / scale) ** 2  # tan^2 t
        term = np.cosh(v) / scale / (1 + ratio) ** 2
        term = term * np.exp(-(size + 1) * np.log1p(z * ratio / (1 + ratio)))
        total += term * (0.5 if node in (0, _NODES) else 1.0)
    return np.asarray(4 / np.pi * total * step)


def crps_ensemble(observed: ArrayLike, draws: ArrayLike, *, fair: bool = False) -> np.ndarray:
    r"""Continuous ranked probability score of an ensemble, in O(n log n).

    .. math:: \frac1n \sum_i |x_i - y| - \frac{1}{2 n^2} \sum_{i, j} |x_i - x_j|

    Parameters
    ----------
    observed : array_like, shape (...)
        What happened.
    draws : array_like, shape (..., n)
        The forecast's draws.
    fair : bool
        Divide the second sum by n (n - 1): the score that the distribution behind the draws
        would get, whatever their number. Needs two draws.

    Returns
    -------
    ndarray, shape (...)

    References
    ----------
    Gneiting & Raftery (2007), doi:10.1198/016214506000001437; Ferro (2014),
    doi:10.1002/qj.2270.

    Examples
    --------
    >>> float(crps_ensemble(2, [0, 0, 1, 3, 7]).round(9))
    0.84
    >>> float(crps_ensemble(2, [0, 0, 1, 3, 7], fair=True).round(9))
    0.5
    """
    y, x = _paired(observed, draws)
    n = x.shape[-1]
    if fair and n < 2:
        raise ValueError("a fair CRPS needs two draws or more; found 1")
    pairs = n * (n - 1) if fair else n * n
    weight = 2.0 * np.arange(1, n + 1) - n - 1

    def score(some: np.ndarray, rows: np.ndarray) -> np.ndarray:
        rows = np.sort(rows.astype(float), axis=-1)
        return np.asarray(np.abs(rows - some[:, None]).mean(axis=-1) - rows @ weight / pairs)

    return _by_block(score, y, x)


def log_score_ensemble(observed: ArrayLike, draws: ArrayLike) -> np.ndarray:
    r"""Log score, -log p(y), of a distribution of counts that is known by its draws only.

    Each draw x is spread over the counts near it by a normal kernel on log(x + 1), cut at the
    half-integers, with bandwidth b = 0.9 min(sd, IQR/1.34) n^{-1/5} of log(x + 1): small counts
    stay where they are, large ones are smoothed. The result then goes through
    `log_score_guarded`, so that a count far from every draw costs much, not infinitely much.

    Parameters
    ----------
    observed : array_like, shape (...)
        What happened: counts.
    draws : array_like, shape (..., n)
        The forecast's draws: whole numbers.

    Returns
    -------
    ndarray, shape (...)
        In nats.

    Examples
    --------
    >>> float(log_score_ensemble(0, np.zeros(1000)).round(4))
    0.0005
    """
    y, x = _paired(observed, draws)

    def mass(some: np.ndarray, rows: np.ndarray) -> np.ndarray:
        z = np.log1p(rows.astype(float))
        quarter, three = np.quantile(z, [0.25, 0.75], axis=-1)
        sd = z.std(axis=-1)
        # Half the draws on one value (often zero) leave no quartile range: the sd stands in.
        spread = np.where(three > quarter, np.minimum(sd, (three - quarter) / 1.34), sd)
        width = np.maximum(0.9 * spread * z.shape[-1] ** -0.2, 1e-9)[:, None]
        upper = special.ndtr((np.log(some + 1.5)[:, None] - z) / width)
        lower = special.ndtr((np.log(some + 0.5)[:, None] - z) / width)
        return np.asarray((upper - np.where(some[:, None] == 0, 0.0, lower)).mean(axis=-1))

    return log_score_guarded(y, _by_block(mass, y, x), x.shape[-1])


def log_score_guarded(observed: ArrayLike, mass: ArrayLike, draws: int) -> np.ndarray:
    r"""Log score of a mass p(y), guarded by one draw's worth of a very wide distribution.

    .. math:: -\log \frac{n\,p(y) + 1/((y + 1)(y + 2))}{n + 1}

    The same guard is put on exact distributions and on draws, so that both can be compared:
    it costs a good forecast 1/(n + 1) nats and makes the score of what was held to be
    impossible finite.

    Parameters
    ----------
    observed : array_like
        What happened: counts.
    mass : array_like
        The probability that the forecast gave it.
    draws : int
        The number of draws n that the compared forecasts have.

    Returns
    -------
    ndarray
        In nats.

    Examples
    --------
    >>> float(log_score_guarded(0, 1.0, draws=1000).round(4))
    0.0005
    """
    y = np.asarray(observed, float)
    wide = 1 / ((y + 1) * (y + 2))
    return np.asarray(-np.log((draws * np.asarray(mass, float) + wide) / (draws + 1)))


def pit_bounds(
    observed: ArrayLike, mean: ArrayLike, shape: ArrayLike = np.inf
) -> tuple[np.ndarray, np.ndarray]:
    """Give F(y - 1) and F(y) of a Poisson or negative binomial forecast.

    Parameters
    ----------
    observed : array_like
        What happened: counts.
    mean, shape : array_like
        As in `riskkit.kernels.negative_binomial`.

    Returns
    -------
    tuple of ndarray
        The randomised PIT lies evenly between the two.

    Examples
    --------
    >>> [float(bound) for bound in pit_bounds(1, 1.0, shape=1.0)]
    [0.5, 0.75]
    """
    y = np.asarray(observed, float)
    return negative_binomial.cdf(y - 1, mean, shape), negative_binomial.cdf(y, mean, shape)


def pit_bounds_ensemble(observed: ArrayLike, draws: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    """Give the bounds between which the PIT of an ensemble lies: ranks, ties shared evenly.

    The observation is ranked among the draws and itself, so that the randomised PIT is exactly
    uniform where it is exchangeable with the draws, whatever their number.

    Parameters
    ----------
    observed : array_like, shape (...)
        What happened.
    draws : array_like, shape (..., n)
        The forecast's draws.

    Returns
    -------
    tuple of ndarray, each of shape (...)

    Examples
    --------
    >>> [float(bound) for bound in pit_bounds_ensemble(2, [0, 2, 5])]
    [0.25, 0.75]
    """
    y, x = _paired(observed, draws)
    n = x.shape[-1]
    less = _by_block(lambda some, rows: (rows < some[:, None]).sum(axis=-1) / (n + 1), y, x)
    most = _by_block(lambda some, rows: ((rows <= some[:, None]).sum(axis=-1) + 1) / (n + 1), y, x)
    return less, most


def pit_randomised(lower: ArrayLike, upper: ArrayLike, rng: np.random.Generator) -> np.ndarray:
    """Draw the randomised PIT, uniform if the forecasts are right.

    Parameters
    ----------
    lower, upper : array_like
        F(y - 1) and F(y), as from `pit_bounds`.
    rng : numpy.random.Generator
        Where the uniform numbers come from.

    Returns
    -------
    ndarray

    Examples
    --------
    >>> float(pit_randomised(0.25, 0.25, np.random.default_rng(1)))
    0.25
    """
    low = np.asarray(lower, float)
    return np.asarray(low + rng.random(low.shape) * (np.asarray(upper, float) - low))


def pit_histogram(lower: ArrayLike, upper: ArrayLike, bins: int = 10) -> np.ndarray:
    """Give the non-randomised PIT histogram: the expected share of randomised PITs in each bin.

    Parameters
    ----------
    lower, upper : array_like
        F(y - 1) and F(y) of each forecast.
    bins : int
        Bins of equal width on [0, 1].

    Returns
    -------
    ndarray, shape (bins,)
        Shares that sum to 1; each is 1 / bins if the forecasts are right.

    References
    ----------
    Czado, Gneiting & Held (2009), doi:10.1111/j.1541-0420.2009.01191.x.

    Examples
    --------
    >>> pit_histogram([0.0], [0.5], bins=4)
    array([0.5, 0.5, 0. , 0. ])
    """
    edges = np.linspace(0, 1, bins + 1)
    shares = [share_inside(lower, upper, low, high) for low, high in itertools.pairwise(edges)]
    return np.asarray([share.mean() for share in shares])


def share_inside(lower: ArrayLike, upper: ArrayLike, low: float, high: float) -> np.ndarray:
    """Give the chance that the randomised PIT of each forecast lies in [low, high).

    With low .05 and high .95 its mean is the hit rate of 90% intervals, free of the noise of
    the randomisation and of the width that whole numbers force on an interval.

    Parameters
    ----------
    lower, upper : array_like
        F(y - 1) and F(y) of each forecast.
    low, high : float
        The bounds asked about.

    Returns
    -------
    ndarray
        Shares in [0, 1].

    Examples
    --------
    >>> float(share_inside(0.0, 0.5, 0.25, 0.75))
    0.5
    """
    a, b = np.asarray(lower, float), np.asarray(upper, float)
    width = np.where(b > a, b - a, 1.0)
    overlap = np.clip(np.minimum(b, high) - np.maximum(a, low), 0, None) / width
    at = (a >= low) & ((a < high) | (high >= 1))
    return np.asarray(np.where(b > a, overlap, at.astype(float)))


def brier(happened: ArrayLike, chance: ArrayLike) -> np.ndarray:
    """Brier score, (chance - happened)^2.

    Parameters
    ----------
    happened : array_like
        1 or True where the event happened, else 0.
    chance : array_like
        The forecast's chance of it.

    Returns
    -------
    ndarray

    Examples
    --------
    >>> float(brier(1, 0.5))
    0.25
    """
    return np.asarray((np.asarray(chance, float) - np.asarray(happened, float)) ** 2)


def interval_score(
    observed: ArrayLike, lower: ArrayLike, upper: ArrayLike, level: float = 0.9
) -> np.ndarray:
    r"""Interval score: the width, and 2 / (1 - level) times the distance of a miss.

    Its mean is the MIS of the VIEWS challenge.

    Parameters
    ----------
    observed : array_like
        What happened.
    lower, upper : array_like
        Bounds of the central interval.
    level : float
        Its level.

    Returns
    -------
    ndarray

    References
    ----------
    Gneiting & Raftery (2007), doi:10.1198/016214506000001437.

    Examples
    --------
    >>> float(interval_score(300, 49.95, 949.05).round(6))
    899.1
    """
    y, low, high = (np.asarray(part, float) for part in (observed, lower, upper))
    miss = np.maximum(low - y, 0) + np.maximum(y - high, 0)
    return np.asarray(high - low + 2 / (1 - level) * miss)


def ignorance_binned(
    observed: ArrayLike, draws: ArrayLike, edges: tuple[float, ...] = VIEWS_EDGES
) -> np.ndarray:
    r"""Ignorance score in bits over bins, as the VIEWS challenge has it.

    .. math:: -\log_2 \frac{c + 1}{n + k}

    where c of the n draws lie in the bin of what happened, one of k bins.

    Parameters
    ----------
    observed : array_like, shape (...)
        What happened.
    draws : array_like, shape (..., n)
        The forecast's draws.
    edges : tuple of float
        Inner edges of the bins; the first and the last bin are open.

    Returns
    -------
    ndarray, shape (...)

    Examples
    --------
    >>> round(float(ignorance_binned(0, np.zeros(1000))), 6)
    0.014341
    """
    y, x = _paired(observed, draws)
    n, bins = x.shape[-1], len(edges) + 1

    def same(some: np.ndarray, rows: np.ndarray) -> np.ndarray:
        here = np.searchsorted(edges, some, side="right")[:, None]
        return np.asarray((np.searchsorted(edges, rows, side="right") == here).sum(axis=-1))

    return np.asarray(-np.log2((_by_block(same, y, x) + 1) / (n + bins)))


def _paired(observed: ArrayLike, draws: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    y, x = np.asarray(observed, float), np.asarray(draws)
    if x.ndim == 0 or x.shape[-1] == 0 or x.shape[:-1] != y.shape:
        raise ValueError(
            f"observed has shape {y.shape} and draws {x.shape}; accepted: draws of shape "
            "observed + (n,), n 1 or more"
        )
    return y, x


def _by_block(
    score: Callable[[np.ndarray, np.ndarray], np.ndarray], y: np.ndarray, x: np.ndarray
) -> np.ndarray:
    n = x.shape[-1]
    flat, rows = y.reshape(-1), x.reshape(-1, n)
    result = np.empty(len(flat))
    size = max(1, _BLOCK // n)
    for start in range(0, len(flat), size):
        part = slice(start, start + size)
        result[part] = score(flat[part], rows[part])
    return result.reshape(y.shape)
