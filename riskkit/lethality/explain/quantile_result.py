"""What a fitted `QuantileRegression` answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from riskkit.kernels.streams import RNGLike, entropy, stream
from riskkit.lethality.explain.contrasts import (
    CONTRASTS,
    compare,
    normal_draws,
    term_table,
    wald_bounds,
    wald_terms,
)
from riskkit.lethality.explain.design import Design, in_words, sides
from riskkit.lethality.explain.rows import Rows, kinds_of
from riskkit.results import Estimate

if TYPE_CHECKING:
    from riskkit.lethality.explain.quantile_regression import QuantileRegression

__all__ = ["QuantileRegressionResult"]

Array = NDArray[np.float64]
# A quantile is a whole number when it is this near to one, or a billionth of itself.
WHOLE = 1e-6
# Attacks beyond a quantile, or under it, from which its standard error can be trusted.
BEYOND = 10


@dataclass(frozen=True, eq=False)
class QuantileRegressionResult:
    """Quantiles of deaths per attack, explained.

    Parameters
    ----------
    model : QuantileRegression
        The specification.
    rows : Rows
        What was fitted.
    design : Design
        Columns of the formula.
    params : pandas.Series
        Coefficients by column, or by quantile and column: of the logarithm of the quantile of
        deaths plus U, less the chance p and the fewest deaths recorded.
    covariance : array of float, shape (k, k)
        Of `params`, by how each attack (or cluster) pulls at them.
    """

    model: QuantileRegression
    rows: Rows
    design: Design
    params: pd.Series
    covariance: Array

    @property
    def nobs(self) -> int:
        """Attacks."""
        return self.rows.nobs

    @property
    def bse(self) -> pd.Series:
        """Standard errors of `params`."""
        return pd.Series(np.sqrt(np.diag(self.covariance)), self.params.index, name="bse")

    @property
    def notes(self) -> tuple[str, ...]:
        """Caveats that every table prints."""
        notes = [*self.rows.notes, *self._thin()]
        quantiles = self._quantiles(self.rows.covariates, self._point)
        crossed = (np.diff(quantiles[..., 0], axis=0) < 0).any(axis=0)
        if share := float(self.rows.weights @ crossed / self.rows.weights.sum()):
            notes.append(f"Quantiles crossed for {share:.1%} of the attacks; they are reordered.")
        if self.model.cluster:
            notes.append(f"Standard errors allow for attacks of one {self.model.cluster} alike.")
        notes.append("Coefficients describe recorded attacks; they are no causes.")
        return tuple(dict.fromkeys(notes))

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
            By term, or by quantile and term: ``chi2``, ``df``, ``p_value``.
        """
        size = len(self.design.columns)
        tables = {}
        for at, quantile in enumerate(self.model.quantiles):
            own = slice(at * size, (at + 1) * size)
            tests = wald_terms(self.params.to_numpy()[own], self.covariance[own, own], self.design)
            tables[quantile] = term_table(tests)
        return pd.concat(tables, names=["quantile"]) if self._several else tables[quantile]

    def predict(self, attacks: pd.DataFrame) -> pd.Series | pd.DataFrame:
        """Give the quantiles of attacks of given kinds.

        Parameters
        ----------
        attacks : pandas.DataFrame
            A row for each kind, with every covariate of the formula.

        Returns
        -------
        pandas.Series or pandas.DataFrame
            Deaths, whole numbers, a row for each kind; a column for each quantile if several.
        """
        deaths = self._deaths(kinds_of(self.rows, attacks), self._point)[..., 0].T
        columns = pd.Index(self.model.quantiles, name="quantile")
        table = pd.DataFrame(deaths.astype(np.int64), attacks.index, columns)
        return table if self._several else table.iloc[:, 0]

    def estimate(
        self, attacks: pd.DataFrame, *, draws: int = 2000, rng: RNGLike = None
    ) -> Estimate:
        """Estimate the quantiles of attacks of given kinds, with their uncertainty.

        Parameters
        ----------
        attacks : pandas.DataFrame
            A row for each kind, with every covariate of the formula.
        draws : int
            Draws of the coefficients, normal around the estimate.
        rng : int, numpy.random.Generator or None
            Seed of the draws.

        Returns
        -------
        Estimate
            Its draws and bounds are whole numbers of deaths, its mean need not be; `predict`
            gives the quantile itself. Its groups are the index of ``attacks``, or that and the
            quantile if several.
        """
        deaths = self._deaths(kinds_of(self.rows, attacks), self._draw(draws, rng))
        groups = attacks.index
        if self._several:
            groups = pd.MultiIndex.from_product([attacks.index, self.model.quantiles])
            groups.names = [attacks.index.name, "quantile"]
        table = deaths.transpose(2, 1, 0).reshape(draws, -1)
        return Estimate(table, groups, self._what(), self._unit, self.notes)

    def effect(
        self,
        of: Mapping[str, object],
        against: Mapping[str, object],
        *,
        draws: int = 2000,
        rng: RNGLike = None,
    ) -> Estimate:
        """Estimate what differs if all attacks were of one kind, or of another.

        As `LethalityRegressionResult.effect`: whole-number quantiles are averaged over the
        attacks there are, with what the two kinds don't name left as it was.

        Parameters
        ----------
        of, against : mapping of str to value
            Covariates, for example ``{"suicide": True}`` and ``{"suicide": False}``.
        draws : int
            Draws of the coefficients.
        rng : int, numpy.random.Generator or None
            Seed of the draws.

        Returns
        -------
        Estimate
            Groups: ``of``, ``against``, ``difference`` and ``ratio``, or these by quantile if
            several. A ratio of zero to zero is unknown.

        Raises
        ------
        ValueError
            If a covariate or level isn't there.
        """
        drawn = self._draw(draws, rng)
        tables = [
            compare(self.rows, of, against, lambda kinds, at=at: self._deaths(kinds, drawn)[at])  # type: ignore[misc]
            for at in range(len(self.model.quantiles))
        ]
        groups: pd.Index = CONTRASTS
        if self._several:
            groups = pd.MultiIndex.from_product(
                [self.model.quantiles, CONTRASTS], names=["quantile", "attacks"]
            )
        return Estimate(np.hstack(tables), groups, self._what(), self._unit, self.notes)

    def summary(self) -> str:
        """Tell what was fitted, on what, and what to know before using it."""
        table = pd.concat([self.params, self.bse, self.conf_int()], axis=1)
        tests = self.terms()
        terms = tests.to_string(float_format=lambda value: f"{value:,.4g}")
        return "\n".join(
            [
                f"{self.model.formula}: {self._what()}, {self.nobs:,} attacks.",
                "",
                "Coefficients with standard errors and 90% intervals:",
                table.to_string(float_format=lambda value: f"{value:,.4g}"),
                "",
                *([] if tests.empty else ["Terms:", terms, ""]),
                *self.notes,
            ]
        )

    @property
    def _several(self) -> bool:
        return isinstance(self.params.index, pd.MultiIndex)

    @property
    def _point(self) -> Array:
        return self.params.to_numpy()[:, None]

    def _draw(self, draws: int, rng: RNGLike) -> Array:
        own = stream(entropy(rng), "lethality", "quantile regression")
        return normal_draws(self.params.to_numpy(), self.covariance, draws, own)

    def _quantiles(self, covariates: pd.DataFrame, drawn: Array) -> Array:
        """Quantiles of deaths plus U: (quantiles, rows, draws)."""
        x = self.design.matrix(covariates)
        parts = np.split(drawn, len(self.model.quantiles))
        chances = np.array(self.model.quantiles)[:, None, None]
        above = np.exp(np.minimum(np.stack([x @ part for part in parts]), 700.0))
        return np.asarray(self.rows.deadly_only + chances + above)

    def _deaths(self, covariates: pd.DataFrame, drawn: Array) -> Array:
        """Quantiles of deaths, in order: (quantiles, rows, draws)."""
        jittered = np.sort(self._quantiles(covariates, drawn), axis=0)
        slack = WHOLE + 1e-9 * jittered
        return np.maximum(np.ceil(jittered - 1 - slack), float(self.rows.deadly_only))

    def _thin(self) -> list[str]:
        """Levels with few attacks beyond the outermost quantile."""
        outer = min(min(chance, 1 - chance) for chance in self.model.quantiles)
        thin = []
        for name, column in self.rows.covariates.items():
            if isinstance(column.dtype, pd.CategoricalDtype):
                sizes = pd.Series(self.rows.weights).groupby(column, observed=True).sum()
                thin += [f"{name} {level!r}" for level in sizes.index[sizes * outer < BEYOND]]
        if not thin:
            return []
        return [
            f"Fewer than {BEYOND} attacks lie beyond the quantile for {', '.join(thin)}: their "
            "intervals are too narrow."
        ]

    @property
    def _unit(self) -> str:
        return f"{in_words(sides(self.model.formula)[0])} per attack"

    def _what(self) -> str:
        outcome = self.model.formula.partition("~")[0].strip()
        chances = ", ".join(f"{chance:g}" for chance in self.model.quantiles)
        return f"quantile {chances} of {outcome}"
