"""Set a power-law tail against other distributions from the same xmin on."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from riskkit.lethality.distributions import (
    Discrete,
    DiscreteFit,
    DiscreteGeneralisedPareto,
    Geometric,
    Lognormal,
    NegativeBinomial,
    Poisson,
    PoissonLognormal,
    PowerLaw,
    PowerLawWithCutoff,
    StretchedExponential,
)
from riskkit.lethality.distributions.search import derivatives

__all__ = ["ALTERNATIVES", "compare_tails", "fit_tails", "weights_of"]

Array = NDArray[np.float64]

ALTERNATIVES: tuple[type[Discrete], ...] = (
    PowerLawWithCutoff,
    Lognormal,
    StretchedExponential,
    Geometric,
    Poisson,
    NegativeBinomial,
    PoissonLognormal,
    DiscreteGeneralisedPareto,
)
# A side is taken at this level; two-stage tests keep it.
LEVEL = 0.05
# Draws of the weighted chi-squares that the variance test stands against.
DRAWS = 100_000


def compare_tails(values: NDArray[np.int64], counts: NDArray[np.int64], xmin: int) -> pd.DataFrame:
    r"""Fit every alternative to a tail and compare it with the power law.

    .. math:: R = \sum_i [\ln p_{PL}(x_i) - \ln p_{alt}(x_i)], \qquad
              z = \frac{R}{\sqrt{n}\,\hat\sigma}

    with the standard deviation of the terms (Vuong). z has a meaning only where the terms vary at
    all: distributions that come arbitrarily close to a power law may not. Vuong's own test of
    that, :math:`n \hat\sigma^2` against a sum of chi-squares weighted by the squared eigenvalues
    of the two models' scores and curvatures, comes first.

    The cutoff holds the power law, so its ratio is tested as nested: 2 |R| against a chi-square
    with one degree of freedom, as published. The power law lies on the edge of the cutoff's
    parameters, where half of that p-value is the asymptotic one.

    Parameters
    ----------
    values : array of int
        Distinct values of the tail.
    counts : array of int
        How often each occurs.
    xmin : int
        Where the tail starts.

    Returns
    -------
    pandas.DataFrame
        By distribution, the power law first: ``llf``, ``ratio`` (R; positive favours the power
        law), ``normalised`` (z; NaN where nested), ``p_value`` (two-sided), ``p_vary`` (of the
        test that the terms don't vary; NaN too far out on a ridge), ``p_value_edge`` (half, for
        the cutoff), ``favours`` ("power law", "alternative" or "neither", at 5%: by the edge's
        p-value for the cutoff, by `p_vary` and then `p_value` for others), ``aic``, ``bic``,
        their weights, and ``steady``
        (False on a ridge).

    References
    ----------
    Vuong, Q. H. (1989). Likelihood ratio tests for model selection and non-nested hypotheses.
    https://doi.org/10.2307/1912557
    """
    fits = fit_tails(values, counts, xmin)
    power, weights = fits[0], counts.astype(float)
    rows: list[list[float | str]] = [[power.llf, 0.0, math.nan, math.nan, math.nan, math.nan, ""]]
    for fit in fits[1:]:
        if isinstance(fit.distribution, PowerLawWithCutoff):
            ratio = power.llf - fit.llf
            p_value = math.erfc(math.sqrt(abs(ratio)))
            side = "alternative" if p_value / 2 < LEVEL else "neither"
            rows.append([fit.llf, ratio, math.nan, p_value, math.nan, p_value / 2, side])
        else:
            rows.append(_vuong(power, fit, values, weights))
    columns = ["llf", "ratio", "normalised", "p_value", "p_vary", "p_value_edge", "favours"]
    names = pd.Index([fit.distribution.name for fit in fits], name="distribution")
    table = pd.DataFrame(rows, names, columns)
    for name in ("aic", "bic"):
        table[name] = [getattr(fit, name) for fit in fits]
        table[f"{name}_weight"] = weights_of(table[name].to_numpy())
    table["steady"] = [fit.steady for fit in fits]
    return table


def fit_tails(
    values: NDArray[np.int64], counts: NDArray[np.int64], xmin: int
) -> tuple[DiscreteFit, ...]:
    """Fit the power law and every alternative from one xmin on; arguments of `compare_tails`."""
    families: tuple[type[Discrete], ...] = (PowerLaw, *ALTERNATIVES)
    return tuple(family(xmin).fit(values, counts) for family in families)


def weights_of(criterion: Array) -> Array:
    """Turn AIC or BIC into weights that add up to one."""
    weight = np.exp(-(criterion - criterion.min()) / 2)
    return np.asarray(weight / weight.sum())


def _vuong(
    power: DiscreteFit, other: DiscreteFit, values: NDArray[np.int64], weights: Array
) -> list[float | str]:
    n = weights.sum()
    terms = power.logpmf(values) - other.logpmf(values)
    ratio = float(weights @ terms)
    spread = math.sqrt(float(weights @ (terms - ratio / n) ** 2))
    score = ratio / spread if spread > 0 else math.nan
    p_value = math.erfc(abs(score) / math.sqrt(2)) if spread > 0 else 1.0
    p_vary = _variance_test(power, other, values.astype(float), weights / n, spread**2)
    side = "neither"
    if p_vary < LEVEL and p_value < LEVEL:
        side = "power law" if ratio > 0 else "alternative"
    return [other.llf, ratio, score, p_value, p_vary, math.nan, side]


def _variance_test(
    one: DiscreteFit, two: DiscreteFit, x: Array, share: Array, statistic: float
) -> float:
    """Chance of ratios that vary so much although the two models are one and the same.

    NaN where a model is so far out on a ridge that its scores and curvature have no meaning.
    """
    scores, bends = [], []
    for fit in (one, two):
        score, bend = _scores_and_curvature(fit, x, share)
        scores.append(score)
        bends.append(np.linalg.pinv(bend, rcond=1e-10, hermitian=True))
    (f, g), (a_f, a_g) = scores, bends
    with np.errstate(all="ignore"):
        crossed = f @ (share[:, None] * g.T)
        whole = np.block(
            [
                [-f @ (share[:, None] * f.T) @ a_f, -crossed @ a_g],
                [crossed.T @ a_f, g @ (share[:, None] * g.T) @ a_g],
            ]
        )
    if not np.isfinite(whole).all():
        return math.nan
    squared = np.abs(np.linalg.eigvals(whole)) ** 2
    # A fixed seed: the law of this sum has no closed form, and its draws are no part of the data.
    draws = np.random.default_rng(1).chisquare(1, (DRAWS, len(squared))) @ squared
    return float(np.mean(draws >= statistic))


def _scores_and_curvature(fit: DiscreteFit, x: Array, share: Array) -> tuple[Array, Array]:
    """Scores at each value (parameters, values), and the mean second derivative."""
    family = fit.distribution
    of_params = family._score(x, share)
    free = family._to_free(fit.params.to_numpy())
    h = 1e-4 * np.maximum(1.0, np.abs(free))
    with np.errstate(all="ignore"):
        _, _, bend = derivatives(lambda point: of_params(family._to_params(point)), free)
        up, down = (
            family._log_density(x, family._to_params(free[:, None] + sign * np.diag(h))[:, :, None])
            for sign in (1, -1)
        )
    return np.nan_to_num((up - down) / (2 * h[:, None])), np.nan_to_num(bend)
