"""Kinds of attack compared, and terms tested: the same for every regression."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from riskkit.errors import NotEnoughIncidentsError
from riskkit.lethality.explain.design import Design
from riskkit.lethality.explain.rows import Rows, with_values

__all__ = [
    "CONTRASTS",
    "check_spread",
    "compare",
    "endless",
    "normal_draws",
    "term_table",
    "untold",
    "wald_bounds",
    "wald_terms",
]

Array = NDArray[np.float64]
# From covariates (rows) to an outcome by row and draw.
Outcome = Callable[[pd.DataFrame], Array]

CONTRASTS = pd.Index(["of", "against", "difference", "ratio"], name="attacks")
# Rows worked on at once, so that draws of many kinds of attack stay small.
ROWS = 2_000
# Standard error of a logarithm from which a number is told to no more than a factor of 150.
LOST = 5.0
# Spread of a predictor's error over the attacks, above which its coefficients have no end.
FLAT = 20.0
# Least eigenvalue of a correlation matrix that has an inverse.
ALIKE = 1e-12


def compare(
    rows: Rows, of: Mapping[str, object], against: Mapping[str, object], outcome: Outcome
) -> Array:
    r"""Compare two kinds of attack over the attacks there are: (draws, 4).

    .. math:: \frac{1}{n}\sum_i f(x_i \text{ with } of) - \frac{1}{n}\sum_i f(x_i
              \text{ with } against)

    What the two kinds don't name stays as it was in each attack. Columns are `CONTRASTS`. A
    ratio of zero to zero is unknown.

    References
    ----------
    Lane, P. W. and Nelder, J. A. (1982). Analysis of covariance and standardization as
    instances of prediction. https://doi.org/10.2307/2530043
    """
    one, other = (_average(rows, kind, outcome) for kind in (of, against))
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.column_stack([one, other, one - other, one / other])


def _average(rows: Rows, kind: Mapping[str, object], outcome: Outcome) -> Array:
    covariates = with_values(rows, kind)
    names = list(covariates.columns)
    share = rows.weights / rows.weights.sum()
    if names:
        # Rows that are now alike are computed once.
        grouped = covariates.assign(_share=share).groupby(names, observed=True)["_share"].sum()
        covariates = grouped.reset_index()
        share = covariates["_share"].to_numpy()
    parts = [
        share[at : at + ROWS] @ outcome(covariates.iloc[at : at + ROWS])
        for at in range(0, len(share), ROWS)
    ]
    return np.sum(parts, axis=0)


def normal_draws(params: Array, covariance: Array, draws: int, rng: np.random.Generator) -> Array:
    """Draw coefficients, normal around the estimate: (columns, draws)."""
    if draws < 1:
        raise ValueError(f"draws is {draws}; accepted: 1 or more")
    # On the scale of their errors: roots of the covariance itself lose coefficients of small units.
    errors = np.sqrt(np.diag(covariance))
    alike = covariance / np.outer(*2 * [np.where(errors > 0, errors, 1.0)])
    drawn = rng.multivariate_normal(np.zeros(len(errors)), alike, draws, method="eigh")
    return np.asarray((params + errors * drawn).T)


def wald_bounds(params: pd.Series, covariance: Array, level: float) -> pd.DataFrame:
    """Give intervals of coefficients by their standard errors."""
    from scipy.special import ndtri

    from riskkit.results import check_level

    reach = float(ndtri((1 + check_level(level)) / 2)) * np.sqrt(np.diag(covariance))
    return pd.DataFrame({"lower": params - reach, "upper": params + reach})


def wald_terms(params: Array, covariance: Array, design: Design) -> dict[str, list[float]]:
    r"""Test each term of a formula, whether all its coefficients are zero.

    Wald's :math:`W = \hat\beta^\top V^{-1} \hat\beta` against a chi-square: by term, W, its
    degrees of freedom and p. NaN where V has no inverse: fewer clusters than coefficients.
    """
    from scipy.special import gammaincc

    found = {}
    for term, columns in design.terms().items():
        beta, block = params[columns], covariance[columns, columns]
        errors = np.sqrt(np.diag(block))
        alike, shares = block / np.outer(errors, errors), beta / errors
        wald = np.nan
        if np.linalg.eigvalsh(alike)[0] > ALIKE:
            wald = float(shares @ np.linalg.solve(alike, shares))
        found[term] = [wald, len(beta), float(gammaincc(len(beta) / 2, wald / 2))]
    return found


def term_table(tests: Mapping[str, list[float]]) -> pd.DataFrame:
    """Set out tests by term."""
    index = pd.Index(list(tests), name="term")
    values = np.array(list(tests.values())).reshape(-1, 3)
    table = pd.DataFrame(values, index, ["chi2", "df", "p_value"])
    return table.astype({"df": int})


def untold(x: Array, covariance: Array, columns: Sequence[str]) -> str | None:
    """Name columns that make a predictor uncertain beyond use, or None if there are none."""
    errors = np.sqrt(np.maximum(((x @ covariance) * x).sum(axis=1), 0.0))
    if errors.max(initial=0.0) <= LOST:
        return None
    own = np.sqrt(np.diag(covariance)) * np.abs(x - x.mean(axis=0)).max(axis=0)
    return ", ".join(np.array(columns)[own > LOST / 2]) or "the intercept"


def endless(x: Array, covariance: Array, columns: Sequence[str]) -> str | None:
    """Name columns without a finite coefficient: the likelihood is flat along them, or None."""
    away = x - x.mean(axis=0)
    spread = np.sqrt(np.maximum(((away @ covariance) * away).sum(axis=1), 0.0).mean())
    if spread <= FLAT:
        return None
    own = np.sqrt(np.diag(covariance)) * x.std(axis=0)
    return ", ".join(np.array(columns)[own > min(FLAT, own.max() / 2)])


def check_spread(rows: Rows, outcome: str) -> None:
    """Refuse tolls that are all alike, in all attacks or in a level.

    Raises
    ------
    NotEnoughIncidentsError
        If there are no two distinct tolls; it names the level.
    """
    if len(np.unique(rows.tolls)) < 2:
        raise NotEnoughIncidentsError(
            f"{outcome} is {rows.tolls[0]:,.0f} in all attacks: there is nothing to explain"
        )
    for name, column in rows.covariates.items():
        if isinstance(column.dtype, pd.CategoricalDtype):
            kinds = pd.Series(rows.tolls).groupby(column, observed=True).nunique()
            if (kinds < 2).any():
                level = kinds.index[kinds < 2][0]
                toll = rows.tolls[(column == level).to_numpy()][0]
                raise NotEnoughIncidentsError(
                    f"{outcome} is {toll:,.0f} in all attacks with {name} {level!r}: how they "
                    "vary can't be told; accepted: levels with two distinct tolls, or "
                    "a higher fewest="
                )
