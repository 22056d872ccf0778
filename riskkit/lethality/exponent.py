"""The interval of a power law's exponent at a given start."""

from __future__ import annotations

from statistics import NormalDist

import numpy as np

from riskkit.results import check_level

__all__ = ["exponent_interval"]


def exponent_interval(
    excess: float, n: float, xmin: float, alpha: float, level: float
) -> tuple[float, float]:
    """Exponents whose log likelihood is near the highest, xmin being given.

    Parameters
    ----------
    excess : float
        Mean of ln(x / xmin) over the tail.
    n : float
        Events in the tail.
    xmin : float
        Where the tail starts.
    alpha : float
        The exponent of the highest likelihood.
    level : float
        The chance that the interval means to hold the truth.

    Returns
    -------
    tuple of float
        Lower and upper end.
    """
    from riskkit.kernels import zeta

    drop = NormalDist().inv_cdf((1 + check_level(level)) / 2) ** 2 / (2 * n)

    def loss(less: float) -> float:
        return float(less * excess + np.log(zeta.scaled_zeta(1 + less, xmin)))

    best = alpha - 1
    bounds = []
    for step in (0.5, 2.0):
        near, far = best, best * step
        while loss(far) - loss(best) < drop and 1e-9 < far < 1e9:
            near, far = far, far * step
        for _ in range(60):
            middle = (near + far) / 2
            inner = loss(middle) - loss(best) < drop
            near, far = (middle, far) if inner else (near, middle)
        bounds.append(1 + near)
    return bounds[0], bounds[1]
