"""What a fitted `LethalityRegression` answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from riskkit.kernels import count_laws, negative_binomial, poisson
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
    from riskkit.lethality.explain.regression import LethalityRegression

__all__ = ["LethalityRegressionResult", "Part"]

Array = NDArray[np.float64]

THETA = ("dispersion", "log theta")


@dataclass(frozen=True, eq=False)
class Part:
    """Coefficients that were fitted together.

    Parameters
    ----------
    designs : mapping of str to Design
        By part of the model: any, count, dispersion, extra zeros.
    params : pandas.Series
        By part and column.
    covariance : array of float, shape (k, k)
        Of the parameters.
    llf : float
        Log likelihood.
    """

    designs: Mapping[str, Design]
    params: pd.Series
    covariance: Array
    llf: float

    def with_shape(self, log_shape: float) -> Part:
        """Add a dispersion that lies on its edge, as known."""
        at = int((self.params.index.get_level_values("part") == "count").sum())
        params = pd.concat(
            [
                self.params.iloc[:at],
                pd.Series([log_shape], pd.MultiIndex.from_tuples([THETA]), name="estimate"),
                self.params.iloc[at:],
            ]
        )
        params.index.names = ["part", "column"]
        covariance = np.insert(np.insert(self.covariance, at, 0.0, axis=0), at, 0.0, axis=1)
        constant = {"dispersion": Design(None, ("log theta",))}
        return replace(
            self, designs={**self.designs, **constant}, params=params, covariance=covariance
        )

    def shifted(self) -> Part:
        """Turn the intercept of mean / theta into that of the mean."""
        turn = np.eye(len(self.params))
        row = self.params.index.get_loc(("count", "Intercept"))
        turn[row, self.params.index.get_loc(THETA)] = 1.0
        params = pd.Series(turn @ self.params.to_numpy(), self.params.index, name="estimate")
        return replace(self, params=params, covariance=turn @ self.covariance @ turn.T)


@dataclass(frozen=True, eq=False)
class LethalityRegressionResult:
    """Deaths per attack, explained.

    Parameters
    ----------
    model : LethalityRegression
        The specification.
    rows : Rows
        What was fitted.
    parts : tuple of Part
        Coefficients that were fitted together; parts are independent of each other.
    """

    model: LethalityRegression
    rows: Rows
    parts: tuple[Part, ...]

    @property
    def params(self) -> pd.Series:
        """Coefficients by part and column.

        ``any`` is the logit of at least one death, ``count`` the log of the mean of the law (before
        it is cut at one), ``extra zeros`` a logit, ``dispersion`` the log of theta.
        """
        return pd.concat([part.params for part in self.parts])

    @property
    def covariance(self) -> pd.DataFrame:
        """Covariance of `params`."""
        from scipy.linalg import block_diag

        index = self.params.index
        return pd.DataFrame(
            block_diag(*[part.covariance for part in self.parts]), index=index, columns=index
        )

    @property
    def bse(self) -> pd.Series:
        """Standard errors of `params`; 0 for a dispersion on its edge."""
        return pd.Series(np.sqrt(np.diag(self.covariance)), self.params.index, name="bse")

    @property
    def theta(self) -> float:
        """Shape of the negative binomial; infinite for the Poisson."""
        return float(np.exp(self.params[THETA])) if THETA in self.params.index else np.inf

    @property
    def llf(self) -> float:
        """Log likelihood."""
        return sum(part.llf for part in self.parts)

    @property
    def nobs(self) -> int:
        """Attacks."""
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
    def notes(self) -> tuple[str, ...]:
        """Caveats that every table prints."""
        notes = list(self.rows.notes)
        if self.rows.deadly_only:
            notes.append("The law is cut at one: what is explained is deaths, given some.")
        if THETA in self.params.index and self.bse[THETA] == 0:
            limit = "a logarithmic series" if self.params[THETA] < 0 else "a Poisson"
            notes.append(f"The dispersion lies on its edge: the law is {limit}.")
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
        return wald_bounds(self.params, self.covariance.to_numpy(), level)

    def terms(self) -> pd.DataFrame:
        r"""Test of each term of the formula, whether all its coefficients are zero.

        Wald's :math:`W = \hat\beta^\top V^{-1} \hat\beta` against a chi-square.

        Returns
        -------
        pandas.DataFrame
            By part and term: ``chi2``, ``df``, ``p_value``.
        """
        tables = {}
        for part in self.parts:
            for name, design in part.designs.items():
                at = np.flatnonzero(part.params.index.get_level_values("part") == name)
                covariance = part.covariance[np.ix_(at, at)]
                tests = wald_terms(part.params.to_numpy()[at], covariance, design)
                tables[name] = term_table(tests)
        return pd.concat(tables, names=["part"])

    def estimate(
        self,
        attacks: pd.DataFrame,
        *,
        at_least: int | None = None,
        draws: int = 2000,
        rng: RNGLike = None,
    ) -> Estimate:
        """Estimate expected deaths of attacks of given kinds, or a chance.

        Parameters
        ----------
        attacks : pandas.DataFrame
            A row for each kind, with every covariate of the formula.
        at_least : int, optional
            Deaths; the chance of so many or more is estimated in place of expected deaths.
        draws : int
            Draws of the coefficients, normal around the estimate.
        rng : int, numpy.random.Generator or None
            Seed of the draws.

        Returns
        -------
        Estimate
            Its groups are the index of ``attacks``.
        """
        covariates = kinds_of(self.rows, attacks)
        drawn = self._draw(draws, rng)
        table = self._outcome(covariates, drawn, at_least)
        return Estimate(table.T, attacks.index, *self._what(at_least), self.notes)

    def effect(
        self,
        of: Mapping[str, object],
        against: Mapping[str, object],
        *,
        at_least: int | None = None,
        draws: int = 2000,
        rng: RNGLike = None,
    ) -> Estimate:
        r"""Estimate what differs if all attacks were of one kind, or of another.

        .. math:: \frac{1}{n}\sum_i E[D \mid x_i \text{ with } of] - E[D \mid x_i
                  \text{ with } against]

        What the two kinds don't name stays as it was in each attack.

        Parameters
        ----------
        of, against : mapping of str to value
            Covariates, for example ``{"suicide": True}`` and ``{"suicide": False}``.
        at_least : int, optional
            Deaths; chances of so many or more are compared in place of expected deaths.
        draws : int
            Draws of the coefficients.
        rng : int, numpy.random.Generator or None
            Seed of the draws.

        Returns
        -------
        Estimate
            Groups: ``of``, ``against``, ``difference`` and ``ratio``.

        Raises
        ------
        ValueError
            If a covariate or level isn't there.

        References
        ----------
        Lane, P. W. and Nelder, J. A. (1982). Analysis of covariance and standardization as
        instances of prediction. https://doi.org/10.2307/2530043
        """
        drawn = self._draw(draws, rng)
        table = compare(self.rows, of, against, lambda kinds: self._outcome(kinds, drawn, at_least))
        return Estimate(table, CONTRASTS, *self._what(at_least), self.notes)

    def summary(self) -> str:
        """Tell what was fitted, on what, and what to know before using it."""
        from scipy.special import ndtr

        score = self.params / self.bse.where(self.bse > 0)
        table = pd.concat([self.params, self.bse, self.conf_int()], axis=1)
        table["p_value"] = 2 * ndtr(-np.abs(score))
        tests = self.terms()
        terms = tests.to_string(float_format=lambda value: f"{value:,.4g}")
        lines = [
            f"{self.model.formula}: {self.nobs:,} attacks, {self.model.counts}, zeros: "
            f"{'none recorded' if self.rows.deadly_only else self.model.zeros}.",
            f"Log likelihood {self.llf:,.3f}, AIC {self.aic:,.2f}, BIC {self.bic:,.2f}.",
            "",
            "Coefficients with standard errors and 90% intervals:",
            table.to_string(float_format=lambda value: f"{value:,.4g}"),
            "",
            *([] if tests.empty else ["Terms:", terms, ""]),
            *self.notes,
        ]
        return "\n".join(lines)

    def _draw(self, draws: int, rng: RNGLike) -> dict[str, Array]:
        """Coefficients by part, (columns, draws)."""
        own = stream(entropy(rng), "lethality", "regression")
        drawn: dict[str, Array] = {}
        for part in self.parts:
            values = normal_draws(part.params.to_numpy(), part.covariance, draws, own)
            names = part.params.index.get_level_values("part")
            drawn |= {name: values[names == name] for name in part.designs}
        return drawn

    def _outcome(
        self, covariates: pd.DataFrame, drawn: Mapping[str, Array], at_least: int | None
    ) -> Array:
        """Expected deaths, or the chance of so many or more: (rows, draws)."""
        if at_least is not None and (at_least < 1 or at_least != int(at_least)):
            raise ValueError(f"at_least is {at_least}; accepted: 1 or more, a whole number")
        designs = {name: design for part in self.parts for name, design in part.designs.items()}
        z = {
            name: design.matrix(covariates) @ drawn[name]
            for name, design in designs.items()
            if name != "dispersion"
        }
        log_mean = z["count"]
        log_shape = None
        if "dispersion" in drawn:
            log_shape = np.broadcast_to(drawn["dispersion"], log_mean.shape)
        out = np.exp(log_mean)
        if at_least is not None:
            # The far chance itself: one less the chance of fewer has no digits left.
            out = np.exp(
                poisson.log_sf(at_least, out)
                if log_shape is None
                else negative_binomial.log_sf(at_least, out, np.exp(log_shape))
            )
        if self.rows.deadly_only or "any" in z:
            out = out / -np.expm1(count_laws.log_none(log_mean, log_shape))
        if "any" in z:
            out = out / (1 + np.exp(-z["any"]))
        if "extra zeros" in z:
            out = out / (1 + np.exp(z["extra zeros"]))
        return np.asarray(out)

    def _what(self, at_least: int | None) -> tuple[str, str]:
        words = in_words(sides(self.model.formula)[0])
        if at_least is None:
            return f"expected {words}", f"{words} per attack"
        if words == "deaths":
            return f"chance that an attack kills {at_least:,} or more", "share of attacks"
        return f"chance that an attack has {at_least:,} {words} or more", "share of attacks"
