"""Set a power-law tail against other distributions from the same xmin on."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from riskkit.lethality.distributions import (
    Distribution,
    Geometric,
    Lognormal,
    Poisson,
    PowerLaw,
    PowerLawWithCutoff,
    StretchedExponential,
    fit_distribution,
)

__all__ = ["ALTERNATIVES", "compare_tails"]

ALTERNATIVES: tuple[Distribution, ...] = (
    PowerLawWithCutoff(),
    Lognormal(),
    StretchedExponential(),
    Geometric(),
    Poisson(),
)


def compare_tails(values: NDArray[np.int64], counts: NDArray[np.int64], xmin: int) -> pd.DataFrame:
    r"""Fit every alternative to a tail and compare it with the power law.

    .. math:: R = \sum_i [\ln p_{PL}(x_i) - \ln p_{alt}(x_i)], \qquad
              z = \frac{R}{\sqrt{n}\,\hat\sigma}

    with the standard deviation of the terms (Vuong). The cutoff holds the power law, so its
    ratio is tested as nested: 2 |R| against a chi-square with one degree of freedom, as published.
    On the edge, where the power law lies, half of that p-value is the asymptotic one.

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
        law), ``normalised`` (z; NaN where nested), ``p_value``, ``p_value_edge`` (half, for the
        cutoff), ``aic``, ``bic``, their weights, and ``steady`` (False on a ridge).

    References
    ----------
    Vuong, Q. H. (1989). Likelihood ratio tests for model selection and non-nested hypotheses.
    https://doi.org/10.2307/1912557
    """
    weights = counts.astype(float)
    power = fit_distribution(PowerLaw(), values, weights, xmin)
    rows = {power.distribution.name: [power.llf, 0.0, math.nan, math.nan, math.nan]}
    fits = [power]
    n = weights.sum()
    for alternative in ALTERNATIVES:
        fit = fit_distribution(alternative, values, weights, xmin)
        fits.append(fit)
        terms = power.log_pmf(values) - fit.log_pmf(values)
        ratio = float(weights @ terms)
        if isinstance(alternative, PowerLawWithCutoff):
            p_value = math.erfc(math.sqrt(abs(ratio)))
            rows[alternative.name] = [fit.llf, ratio, math.nan, p_value, p_value / 2]
            continue
        spread = math.sqrt(float(weights @ (terms - ratio / n) ** 2))
        score = ratio / spread if spread > 0 else math.nan
        p_value = math.erfc(abs(score) / math.sqrt(2))
        rows[alternative.name] = [fit.llf, ratio, score, p_value, math.nan]
    columns = ["llf", "ratio", "normalised", "p_value", "p_value_edge"]
    table = pd.DataFrame.from_dict(rows, orient="index", columns=columns)
    for name in ("aic", "bic"):
        table[name] = [getattr(fit, name) for fit in fits]
        weight = np.exp(-(table[name] - table[name].min()) / 2)
        table[f"{name}_weight"] = weight / weight.sum()
    table["steady"] = [fit.steady for fit in fits]
    return table.rename_axis("distribution")
