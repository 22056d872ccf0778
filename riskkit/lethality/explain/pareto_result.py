"""What a fitted `ParetoRegression` answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from riskkit.kernels import pareto
from riskkit.kernels.predictors import (
    LogDensity,
    PredictorFit,
    fit_predictors,
    profile_bounds,
)
from riskkit.lethality.explain.contrasts import (
    term_table,
    wald_bounds,
)
from riskkit.lethality.explain.design import Design, in_words, sides
from riskkit.lethality.explain.pareto_likelihood import level_bounds, tail_density
from riskkit.lethality.explain.rows import Rows, kinds_of
from riskkit.lethality.explain.tail_answers import TailAnswers
from riskkit.results import check_level

if TYPE_CHECKING:
    from riskkit.lethality.explain.pareto_regression import ParetoRegression

__all__ = ["ParetoRegressionResult"]

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class ParetoRegressionResult(TailAnswers):
    """A generalised Pareto tail that depends on covariates.

    Parameters
    ----------
    model : ParetoRegression
        The specification.
    rows : Rows
        The tail.
    designs : tuple of Design
        Columns of the scale and of the shape.
    params : pandas.Series
        Coefficients by part and column: of ln(scale), and of the shape.
    fitted : PredictorFit
        The maximum.
    """

    model: ParetoRegression
    rows: Rows
    designs: tuple[Design, ...]
    params: pd.Series
    fitted: PredictorFit
    _stream: ClassVar[str] = "pareto regression"

    @property
    def nobs(self) -> int:
        """Attacks in the tail."""
        return self.rows.nobs

    @property
    def llf(self) -> float:
        """Log likelihood of the tail."""
        return self.fitted.llf

    @property
    def aic(self) -> float:
        """Akaike's criterion; lower is better."""
        return 2 * len(self.params) - 2 * self.llf

    @property
    def bic(self) -> float:
        """Schwarz's criterion; lower is better."""
        return float(np.log(self.nobs) * len(self.params) - 2 * self.llf)

    @property
    def covariance(self) -> pd.DataFrame:
        """Covariance of `params`."""
        return pd.DataFrame(self.fitted.covariance, self.params.index, self.params.index)

    @property
    def bse(self) -> pd.Series:
        """Standard errors of `params`."""
        return pd.Series(np.sqrt(np.diag(self.covariance)), self.params.index, name="bse")

    @property
    def notes(self) -> tuple[str, ...]:
        """Caveats that every table prints."""
        shapes = self.designs[1].matrix(self.rows.covariates) @ self.params["shape"].to_numpy()
        notes = list(self.rows.notes)
        if share := float(self.rows.weights @ (shapes >= 1) / self.rows.weights.sum()):
            notes.append(f"The mean of the tail is infinite for {share:.0%} of its attacks.")
        notes.append("Coefficients describe recorded attacks; they are no causes.")
        return tuple(dict.fromkeys(notes))

    def conf_int(
        self, level: float = 0.9, *, method: Literal["profile", "wald"] = "profile"
    ) -> pd.DataFrame:
        """Intervals of the coefficients.

        Parameters
        ----------
        level : float
            The chance that an interval means to hold the truth.
        method : {"profile", "wald"}
            By the likelihood, highest over the other coefficients; or by standard errors.

        Returns
        -------
        pandas.DataFrame
            ``lower`` and ``upper``, indexed as `params`.

        Raises
        ------
        ValueError
            If there is no such method.
        """
        from scipy.special import ndtri

        if method == "wald":
            return wald_bounds(self.params, self.covariance.to_numpy(), level)
        if method != "profile":
            raise ValueError(f"method is {method!r}; accepted: profile, wald")
        fall = float(ndtri((1 + check_level(level)) / 2)) ** 2
        ends = [
            profile_bounds(self._density, self._matrices, self.rows.weights, self.fitted, at, fall)
            for at in range(len(self.params))
        ]
        return pd.DataFrame(ends, self.params.index, ["lower", "upper"])

    def terms(self) -> pd.DataFrame:
        """Test of each term, by fitting again without it: likelihood ratio against a chi-square.

        Returns
        -------
        pandas.DataFrame
            By part and term: ``chi2``, ``df``, ``p_value``.
        """
        from scipy.special import gammaincc

        tables = {}
        for part, (name, design) in enumerate(zip(("scale", "shape"), self.designs, strict=True)):
            tests = {}
            for term, columns in design.terms().items():
                matrices, kept = [*self._matrices], np.ones(len(self.params), dtype=bool)
                matrices[part] = np.delete(matrices[part], columns, axis=1)
                kept[
                    np.flatnonzero(self.params.index.get_level_values("part") == name)[columns]
                ] = False
                # Where the others lie if these are zero, as their covariance has it.
                values, cov = self.params.to_numpy(), self.fitted.covariance
                moved = np.linalg.solve(cov[np.ix_(~kept, ~kept)], values[~kept])
                start = values[kept] - cov[np.ix_(kept, ~kept)] @ moved
                without = fit_predictors(self._density, matrices, self.rows.weights, start)
                gain, df = max(2 * (self.llf - without.llf), 0.0), int((~kept).sum())
                tests[term] = [gain, df, float(gammaincc(df / 2, gain / 2))]
            tables[name] = term_table(tests)
        return pd.concat(tables, names=["part"])

    def scale(self, attacks: pd.DataFrame) -> pd.Series:
        """Scale of attacks of given kinds, in deaths.

        Parameters
        ----------
        attacks : pandas.DataFrame
            A row for each kind, with every covariate of both formulas.

        Returns
        -------
        pandas.Series
            The scale, a row for each kind.
        """
        matrix = self.designs[0].matrix(kinds_of(self.rows, attacks))
        values = np.exp(matrix @ self.params["scale"].to_numpy())
        return pd.Series(values, attacks.index, name="scale")

    def shape(self, attacks: pd.DataFrame) -> pd.Series:
        """Shape of attacks of given kinds.

        Parameters
        ----------
        attacks : pandas.DataFrame
            A row for each kind, with every covariate of both formulas.

        Returns
        -------
        pandas.Series
            The shape, a row for each kind.
        """
        matrix = self.designs[1].matrix(kinds_of(self.rows, attacks))
        return pd.Series(matrix @ self.params["shape"].to_numpy(), attacks.index, name="shape")

    def return_levels(
        self, attacks: pd.DataFrame, events: Sequence[float], *, level: float = 0.9
    ) -> pd.DataFrame:
        r"""Deaths that one attack of the tail in so many reaches, by kind.

        .. math:: x_{min} + \left\lfloor\frac{\sigma}{\xi} (m^\xi - 1)\right\rfloor

        Parameters
        ----------
        attacks : pandas.DataFrame
            A row for each kind, with every covariate of both formulas.
        events : sequence of float
            m, attacks of the tail, more than 1.
        level : float
            The chance that an interval means to hold the truth.

        Returns
        -------
        pandas.DataFrame
            ``estimate`` (at the maximum), ``lower`` and ``upper`` (profile likelihood), by kind
            and number of attacks.

        Raises
        ------
        ValueError
            If a number of attacks is 1 or less, or isn't finite.
        """
        counts = np.asarray(events, dtype=float)
        wrong = ~((counts > 1) & np.isfinite(counts))
        if wrong.any():
            raise ValueError(
                f"events holds {counts[wrong][0]:g}; accepted: finite, more than 1 attack"
            )
        kinds = kinds_of(self.rows, attacks)
        at = [design.matrix(kinds) for design in self.designs]
        found = [
            level_bounds(
                self.rows,
                self._matrices,
                self.params.to_numpy(),
                self.model.xmin,
                (at[0][row], at[1][row]),
                float(count),
                level,
            )
            for row in range(len(kinds))
            for count in counts
        ]
        index = pd.MultiIndex.from_product([attacks.index, counts])
        index.names = [attacks.index.name, "events"]
        return pd.DataFrame(found, index, ["estimate", "lower", "upper"])

    def summary(self) -> str:
        """Tell what was fitted, on what, and what to know before using it."""
        table = pd.concat([self.params, self.bse, self.conf_int()], axis=1)
        tests, words = self.terms(), in_words(sides(self.model.formula)[0])
        terms = tests.to_string(float_format=lambda value: f"{value:,.4g}")
        return "\n".join(
            [
                f"{self.model.formula}, shape ~ {self.model.shape_formula}, from "
                f"{self.model.xmin:,} {words} on: {self.nobs:,} attacks.",
                f"Log likelihood {self.llf:,.3f}, AIC {self.aic:,.2f}, BIC {self.bic:,.2f}.",
                "",
                "Coefficients of ln(scale) and of the shape with 90% intervals (profile):",
                table.to_string(float_format=lambda value: f"{value:,.4g}"),
                "",
                *([] if tests.empty else ["Terms (likelihood ratio):", terms, ""]),
                *self.notes,
            ]
        )

    @cached_property
    def _matrices(self) -> list[Array]:
        return [design.matrix(self.rows.covariates) for design in self.designs]

    @property
    def _density(self) -> LogDensity:
        return tail_density(self.rows.tolls, self.model.xmin)

    @property
    def _spread(self) -> Array:
        return self.fitted.covariance

    def _chance(self, covariates: pd.DataFrame, drawn: Array, at_least: int) -> Array:
        size = len(self.designs[0].columns)
        scale = np.exp(self.designs[0].matrix(covariates) @ drawn[:size])
        shape = self.designs[1].matrix(covariates) @ drawn[size:]
        return pareto.survival(at_least, self.model.xmin, shape, scale)
