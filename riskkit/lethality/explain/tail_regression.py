"""Tails explained: the exponent of a power law as a function of covariates."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from riskkit.counts import Tally
from riskkit.errors import ConvergenceError, NotEnoughIncidentsError
from riskkit.kernels.predictors import fit_predictors
from riskkit.lethality.explain.contrasts import (
    endless,
    term_table,
    wald_bounds,
    wald_terms,
)
from riskkit.lethality.explain.design import Design, in_words, sides
from riskkit.lethality.explain.rows import Rows, gather, kinds_of
from riskkit.lethality.explain.tail_answers import TailAnswers

__all__ = ["TailRegression", "TailRegressionResult"]

Array = NDArray[np.float64]


@dataclass(frozen=True)
class TailRegression:
    r"""Exponent of the tail of deaths by what kind of attack it was, where and when.

    .. math:: P(D = y \mid D \ge x_{min}) = \frac{y^{-\alpha}}{\zeta(\alpha, x_{min})}, \qquad
              \ln(\alpha - 1) = x^\top\beta

    A negative coefficient makes the tail heavier.

    Parameters
    ----------
    formula : str
        For example ``"fatalities ~ weapon_type + year"``.
    xmin : int
        Where the tail starts. It is given, not chosen: a start chosen on the same attacks would
        make the intervals too narrow.
    fewest : int
        Levels with fewer attacks in the tail are put together as ``"rare"``.

    Raises
    ------
    ValueError
        If a setting is none of what is accepted.

    Examples
    --------
    >>> attacks = pd.DataFrame({"weapon": ["gun", "bomb"] * 60,
    ...     "fatalities": [10, 11, 12, 14, 10, 30, 13, 90, 11, 18] * 12})
    >>> tail = TailRegression("fatalities ~ weapon", xmin=10).fit(attacks)
    >>> kinds = pd.DataFrame({"weapon": ["gun", "bomb"]}, index=["gun", "bomb"])
    >>> tail.alpha(kinds).round(2).to_dict()
    {'gun': 7.54, 'bomb': 2.1}

    References
    ----------
    Beirlant, J. and Goegebeur, Y. (2003). Regression with response distributions of Pareto-type.
    https://doi.org/10.1016/S0167-9473(02)00120-2
    """

    formula: str
    xmin: int = 10
    fewest: int = 10

    def __post_init__(self) -> None:
        sides(self.formula)
        if self.xmin < 1 or self.xmin != int(self.xmin):
            raise ValueError(f"xmin is {self.xmin}; accepted: 1 death or more, a whole number")

    def fit(
        self, incidents: pd.DataFrame | Tally, weights: str | None = None
    ) -> TailRegressionResult:
        """Fit the tail.

        Parameters
        ----------
        incidents : pandas.DataFrame or Tally
            As for `LethalityRegression.fit`; attacks under ``xmin`` don't belong to the tail.
        weights : str, optional
            Column that tells how many attacks a row stands for, whole numbers.

        Returns
        -------
        TailRegressionResult

        Raises
        ------
        NotEnoughIncidentsError
            If the tail is too small to tell the coefficients.
        ConvergenceError
            If the search finds no maximum.
        """
        from scipy.special import zeta

        outcome, right, needed = sides(self.formula)
        rows = gather(incidents, outcome, needed, self.fewest, None, weights, least=self.xmin)
        design, x = Design.learn(right, rows.covariates)
        y, xmin = rows.tolls, float(self.xmin)

        def density(parts: list[Array]) -> Array:
            alpha = 1 + np.exp(parts[0])
            # ln of zeta times xmin^alpha, so that large exponents do not underflow.
            return np.asarray(
                -alpha * np.log(y / xmin) - np.log(zeta(alpha, xmin)) - alpha * np.log(xmin)
            )

        excess = float(rows.weights @ np.log(y / (xmin - 0.5)) / rows.weights.sum())
        fit = fit_predictors(density, [x], rows.weights, design.start(-np.log(excess)))
        params = pd.Series(fit.coefficients, list(design.columns), name="estimate")
        names = endless(x, fit.covariance, design.columns)
        if names or np.abs(x @ fit.coefficients).max() > 10:
            names = names or "the intercept"
            raise NotEnoughIncidentsError(
                f"no finite coefficient for {names}: all tolls of a level are {self.xmin}; "
                "accepted: levels with two distinct tolls in the tail, or a higher fewest="
            )
        if not fit.converged:
            raise ConvergenceError(f"the tail regression {self.formula!r} found no maximum")
        return TailRegressionResult(self, rows, design, params, fit.covariance, fit.llf)


@dataclass(frozen=True, eq=False)
class TailRegressionResult(TailAnswers):
    """An exponent that depends on covariates.

    Parameters
    ----------
    model : TailRegression
        The specification.
    rows : Rows
        The tail.
    design : Design
        Columns of the formula.
    params : pandas.Series
        Coefficients of ln(alpha - 1).
    covariance : array of float, shape (k, k)
        Of the coefficients.
    llf : float
        Log likelihood of the tail.
    """

    model: TailRegression
    rows: Rows
    design: Design
    params: pd.Series
    covariance: Array
    llf: float
    _stream: ClassVar[str] = "tail regression"

    @property
    def nobs(self) -> int:
        """Attacks in the tail."""
        return round(self.rows.weights.sum())

    @property
    def aic(self) -> float:
        """Akaike's criterion; lower is better."""
        return 2 * len(self.params) - 2 * self.llf

    @property
    def bic(self) -> float:
        """Schwarz's criterion; lower is better."""
        return float(np.log(self.nobs) * len(self.params) - 2 * self.llf)

    @property
    def bse(self) -> pd.Series:
        """Standard errors of `params`."""
        return pd.Series(np.sqrt(np.diag(self.covariance)), self.params.index, name="bse")

    @property
    def notes(self) -> tuple[str, ...]:
        """Caveats that every table prints."""
        last = "Coefficients describe recorded attacks; they are no causes."
        return tuple(dict.fromkeys([*self.rows.notes, last]))

    def conf_int(self, level: float = 0.9) -> pd.DataFrame:
        """Intervals of the coefficients, by their standard errors.

        Parameters
        ----------
        level : float
            The chance that an interval means to hold the truth.

        Returns
        -------
        pandas.DataFrame
            ``lower`` and ``upper``, indexed as `params`.
        """
        return wald_bounds(self.params, self.covariance, level)

    def terms(self) -> pd.DataFrame:
        r"""Test of each term of the formula, whether all its coefficients are zero.

        Wald's :math:`W = \hat\beta^\top V^{-1} \hat\beta` against a chi-square.

        Returns
        -------
        pandas.DataFrame
            By term: ``chi2``, ``df``, ``p_value``.
        """
        return term_table(wald_terms(self.params.to_numpy(), self.covariance, self.design))

    def alpha(self, attacks: pd.DataFrame) -> pd.Series:
        """Exponent of attacks of given kinds.

        Parameters
        ----------
        attacks : pandas.DataFrame
            A row for each kind, with every covariate of the formula.

        Returns
        -------
        pandas.Series
            The exponent, a row for each kind.
        """
        matrix = self.design.matrix(kinds_of(self.rows, attacks))
        values = 1 + np.exp(matrix @ self.params.to_numpy())
        return pd.Series(values, attacks.index, name="alpha")

    def summary(self) -> str:
        """Tell what was fitted, on what."""
        words = in_words(sides(self.model.formula)[0])
        table = pd.concat([self.params, self.bse, self.conf_int()], axis=1)
        return "\n".join(
            [
                f"{self.model.formula}, ln(alpha - 1) from {self.model.xmin} {words} on: "
                f"{self.nobs:,} attacks, log likelihood {self.llf:,.3f}.",
                "",
                table.to_string(float_format=lambda value: f"{value:,.4g}"),
                "",
                "A negative coefficient makes the tail heavier. Intervals are 90%.",
                *self.notes,
            ]
        )

    @property
    def _spread(self) -> Array:
        return self.covariance

    def _chance(self, covariates: pd.DataFrame, drawn: Array, at_least: int) -> Array:
        from scipy.special import zeta

        alpha = 1 + np.exp(self.design.matrix(covariates) @ drawn)
        return np.asarray(zeta(alpha, float(at_least)) / zeta(alpha, float(self.model.xmin)))
