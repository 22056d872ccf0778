"""Sums of a random number of random losses, on a lattice: Panjer, Fourier, VaR and TVaR."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]
Complex = NDArray[np.complex128]


def panjer(severity: ArrayLike, a: float, b: float, none: float, size: int) -> Array:
    r"""Compound distribution by Panjer's recursion, for counts of the (a, b, 0) class.

    Counts with :math:`p_n = (a + b/n)\,p_{n-1}`: Poisson(m) has a = 0, b = m; the negative
    binomial with shape r and success chance p has a = 1 - p, b = (r - 1)(1 - p); the binomial
    (n, q) has a = -q/(1 - q), b = (n + 1) q/(1 - q).

    .. math:: g_s = \frac{1}{1 - a f_0} \sum_{j=1}^{s} \Big(a + b\,\frac{j}{s}\Big) f_j\, g_{s-j}

    Every term is positive for the Poisson and the negative binomial, so that relative errors stay
    at rounding; it takes size^2 / 2 steps.

    Parameters
    ----------
    severity : array of float, shape (k,)
        f: chances that one loss is 0, 1, ... lattice steps.
    a, b : float
        The class of the counts.
    none : float
        :math:`g_0 = G(f_0)`: the chance that the sum is 0.
    size : int
        Lattice points of the result.

    Returns
    -------
    array of float, shape (size,)

    Examples
    --------
    >>> panjer([0.0, 1.0], a=0.0, b=2.0, none=float(np.exp(-2)), size=4).round(4).tolist()
    [0.1353, 0.2707, 0.2707, 0.1804]

    References
    ----------
    Panjer, H. H. (1981). https://doi.org/10.1017/S0515036100006796
    """
    f = np.asarray(severity, dtype=float)
    total = np.zeros(size)
    total[0] = none
    for s in range(1, size):
        j = np.arange(1, min(s, f.size - 1) + 1)
        total[s] = np.sum((a + b * j / s) * f[j] * total[s - j]) / (1 - a * f[0])
    return total


def compound(
    severity: ArrayLike,
    generating: Callable[[Complex], Complex],
    size: int,
    *,
    stretch: int = 4,
    tilt: float = 36.0,
) -> Array:
    r"""Compound distribution by the Fourier transform, for any counts.

    .. math:: g_s = e^{\theta s}\; \mathrm{IFFT}\Big[ G\big(\mathrm{FFT}[f_s e^{-\theta s}]\big)
        \Big]_s

    The transform is periodic: what lies beyond its length comes back at the start. Tilting by
    :math:`\theta` makes that part smaller by exp(-tilt), and blows rounding up by at most
    exp(tilt / stretch): errors stay below 1e-11, and below 1e-10 with stretch 2 and tilt 24.

    Parameters
    ----------
    severity : array of float, shape (..., k)
        f: chances that one loss is 0, 1, ... steps. It may add up to less than 1: what is missing
        is a loss past the lattice, and the result up to there stays exact. Small negative weights,
        as of a rounding that keeps the variance, are allowed.
    generating : callable
        G, the counts' generating function, on complex arrays (..., length).
    size : int
        Lattice points of the result.
    stretch : int
        Length of the transform, in sizes.
    tilt : float
        :math:`\theta` times the length.

    Returns
    -------
    array of float, shape (..., size)

    Examples
    --------
    >>> die = np.array([0, 1, 1, 1, 1, 1, 1]) / 6
    >>> throws = compound(die, lambda z: generating_function(die, z), size=37)
    >>> round(float(throws[36] * 6**7), 6)
    1.0

    References
    ----------
    Gruebel, R. and Hermesmeier, R. (1999). https://doi.org/10.2143/AST.29.2.504611
    """
    f = np.asarray(severity, dtype=float)[..., :size]
    length = stretch * size
    theta = tilt / length
    step = np.arange(size)
    spectrum = np.fft.rfft(f * np.exp(-theta * step[: f.shape[-1]]), length, axis=-1)
    # No frequency of a distribution is above frequency 0; small negative weights may break that,
    # and a power of many events would blow it up.
    size_of = np.maximum(np.abs(spectrum), 1e-300)
    spectrum *= np.minimum(1.0, spectrum[..., :1].real / size_of)
    tilted = np.fft.irfft(generating(spectrum), length, axis=-1)[..., :size]
    return np.asarray(np.maximum(tilted * np.exp(theta * step), 0.0))


def generating_function(counts: ArrayLike, z: Complex) -> Complex:
    r"""Generating function of counts given as an array of chances, :math:`\sum_n p_n z^n`.

    Parameters
    ----------
    counts : array of float, shape (k,)
        Chances of 0, 1, ... events.
    z : array of complex
        Where.

    Returns
    -------
    array of complex, shape of ``z``
    """
    return np.asarray(np.polynomial.polynomial.polyval(z, np.asarray(counts, dtype=float)))


def discretise(
    cdf: Callable[[Array], Array],
    limited_mean: Callable[[Array], Array],
    step: float,
    size: int,
) -> Array:
    r"""Put a continuous loss on a lattice so that its mean between points is kept.

    .. math:: f_j = \frac{2 E[X \wedge jh] - E[X \wedge (j-1)h] - E[X \wedge (j+1)h]}{h}

    Inside, and at both ends what keeps the mean ("unbiased rounding", "local moment matching").

    Parameters
    ----------
    cdf : callable
        P(X <= x).
    limited_mean : callable
        E[min(X, x)].
    step : float
        h, the distance of lattice points.
    size : int
        Lattice points; the last is at (size - 1) h.

    Returns
    -------
    array of float, shape (size,)
        Adds up to P(X <= (size - 1) h).

    Examples
    --------
    >>> f = discretise(lambda x: 1 - np.exp(-x), lambda x: 1 - np.exp(-x), 0.5, 80)
    >>> round(float(f @ np.arange(80) * 0.5), 6)
    1.0

    References
    ----------
    Gerber, H. U. (1982). https://doi.org/10.1016/0167-6687(82)90016-6
    """
    x = np.asarray(step * np.arange(size), dtype=np.float64)
    mean, below = limited_mean(x), cdf(x)
    f = np.empty(size)
    f[1:-1] = (2 * mean[1:-1] - mean[:-2] - mean[2:]) / step
    f[0] = (mean[0] - mean[1]) / step + 1 - below[0]
    f[-1] = (mean[-1] - mean[-2]) / step - 1 + below[-1]
    return f


def value_at_risk(pmf: ArrayLike, p: ArrayLike) -> NDArray[np.int64]:
    """Smallest lattice point x with P(S <= x) >= p.

    Parameters
    ----------
    pmf : array of float, shape (k,)
        Chances of 0, 1, ... steps.
    p : array of float
        Shares between 0 and 1.

    Returns
    -------
    array of int, shape of ``p``
        In lattice steps.

    Raises
    ------
    ValueError
        If the array holds less than the largest ``p``.

    Examples
    --------
    >>> value_at_risk([0.5, 0.4, 0.1], [0.5, 0.9, 0.95]).tolist()
    [0, 1, 2]
    """
    reached = np.cumsum(np.asarray(pmf, dtype=float))
    share = np.asarray(p, dtype=float)
    # A sum of chances that should be p may come out an ulp below it.
    if np.any(share > reached[-1] * (1 + 1e-12)):
        raise ValueError(
            f"p is {share.max()}; the array holds only {reached[-1]:.6g} of the chance"
        )
    at = np.searchsorted(reached * (1 + 1e-12), share, side="left")
    return np.asarray(np.minimum(at, reached.size - 1), dtype=np.int64)


def tail_value_at_risk(pmf: ArrayLike, p: ArrayLike) -> Array:
    r"""Mean of VaR_u over u > p, of a distribution that the array holds whole.

    .. math:: \mathrm{TVaR}_p = v + \frac{E[(S - v)_+]}{1 - p}, \quad v = \mathrm{VaR}_p

    Where v is an atom, this is less than E[S | S > v] (the CTE).

    Parameters
    ----------
    pmf : array of float, shape (k,)
        Chances of 0, 1, ... steps.
    p : array of float
        Shares between 0 and 1.

    Returns
    -------
    array of float, shape of ``p``
        In lattice steps.

    Examples
    --------
    >>> tail_value_at_risk([0.5, 0.4, 0.1], [0.8, 0.9]).round(6).tolist()
    [1.5, 2.0]
    """
    chances = np.asarray(pmf, dtype=float)
    share = np.asarray(p, dtype=float)
    value = value_at_risk(chances, share)
    excess = np.maximum(np.arange(chances.size) - value[..., None], 0)
    return np.asarray(value + excess @ chances / (1 - share))
