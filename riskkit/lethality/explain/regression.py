"""Deaths per attack explained: hurdle and zero-inflated regressions of counts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from riskkit.counts import Tally
from riskkit.errors import ConvergenceError, NotEnoughIncidentsError
from riskkit.kernels import count_laws
from riskkit.kernels.predictors import Array, LogDensity, fit_predictors
from riskkit.lethality.explain.contrasts import endless
from riskkit.lethality.explain.design import Design, check_rank, sides
from riskkit.lethality.explain.regression_result import LethalityRegressionResult, Part
from riskkit.lethality.explain.rows import Rows, gather

__all__ = ["LethalityRegression"]

# Log of theta at which the law is its own limit: the logarithmic series, and the Poisson.
LOGARITHMIC, POISSON = -7.0, 9.0


@dataclass(frozen=True)
class LethalityRegression:
    r"""Regression of deaths per attack on what kind of attack it was, where and when.

    A hurdle: whether anybody dies, and how many if anybody does.

    .. math::
        \mathrm{logit}\,P(D \ge 1) = x^\top\gamma, \qquad
        P(D = y \mid D \ge 1) = \frac{f(y;\, \mu, \theta)}{1 - f(0;\, \mu, \theta)}, \quad
        \ln\mu = x^\top\beta

    with f the negative binomial of mean :math:`\mu` and variance :math:`\mu + \mu^2/\theta`. With
    ``zeros="inflated"`` a share of extra zeros with its own logit is mixed with f; with
    ``zeros="none"`` it is f alone. Where a source collects deadly attacks only, it is f cut at
    one, whatever ``zeros`` says.

    Parameters
    ----------
    formula : str
        For example ``"fatalities ~ attack_type + suicide + country + year"``. Text columns are
        set against their most common level; unknown is a level of its own.
    zeros : {"hurdle", "inflated", "none"}
        How attacks without deaths arise.
    counts : {"negative binomial", "poisson"}
        The law of the counts.
    zero_formula : str, optional
        Right side for the hurdle or the extra zeros; by default that of ``formula``.
    fewest : int
        Levels with fewer attacks are put together as ``"rare"``.
    prior_sd : float, optional
        Standard deviation of a normal prior of every slope, which keeps coefficients finite where
        a level has no deadly attack. None is plain maximum likelihood.
    cluster : str, optional
        Column whose attacks may be alike, for example ``"country"``: standard errors allow for it.

    Raises
    ------
    ValueError
        If a setting is none of what is accepted.

    Examples
    --------
    >>> attacks = pd.DataFrame({"weapon": ["gun", "bomb"] * 50,
    ...     "fatalities": [0, 0, 1, 2, 0, 5, 3, 1, 0, 9] * 10})
    >>> explained = LethalityRegression("fatalities ~ weapon").fit(attacks)
    >>> explained.nobs, round(explained.llf, 2)
    (100, -178.94)

    References
    ----------
    Mullahy, J. (1986). Specification and testing of some modified count data models.
    https://doi.org/10.1016/0304-4076(86)90002-3

    Zeileis, A., Kleiber, C. and Jackman, S. (2008). Regression models for count data in R.
    https://doi.org/10.18637/jss.v027.i08
    """

    formula: str
    zeros: Literal["hurdle", "inflated", "none"] = "hurdle"
    counts: Literal["negative binomial", "poisson"] = "negative binomial"
    zero_formula: str | None = None
    fewest: int = 10
    prior_sd: float | None = None
    cluster: str | None = None

    def __post_init__(self) -> None:
        sides(self.formula)
        for name, value, accepted in (
            ("zeros", self.zeros, ("hurdle", "inflated", "none")),
            ("counts", self.counts, ("negative binomial", "poisson")),
        ):
            if value not in accepted:
                raise ValueError(f"{name} is {value!r}; accepted: {', '.join(accepted)}")
        if self.prior_sd is not None and not self.prior_sd > 0:
            raise ValueError(f"prior_sd is {self.prior_sd}; accepted: more than 0, or None")

    def fit(
        self, incidents: pd.DataFrame | Tally, weights: str | None = None
    ) -> LethalityRegressionResult:
        """Fit the regression.

        Parameters
        ----------
        incidents : pandas.DataFrame or Tally
            One row an attack; ``year`` is made from the date where the table has none. A tally has
            its marks, ``region`` and ``year``; ``injured`` and ``hostages`` are sums there, and
            need the incidents. Events that ran over days are left out, and counted, as are
            attacks whose toll is unknown.
        weights : str, optional
            Column that tells how many attacks a row stands for, whole numbers; a tally knows
            by itself.

        Returns
        -------
        LethalityRegressionResult

        Raises
        ------
        MissingColumnError
            If a column isn't there.
        NotEnoughIncidentsError
            If the attacks don't tell a coefficient: no spread, or all attacks of a level alike.
        ConvergenceError
            If the search finds no maximum.
        """
        outcome, right, needed = sides(self.formula)
        _, zero_right, more = sides(f"{outcome} ~ {self.zero_formula or right}")
        rows = gather(incidents, outcome, needed | more, self.fewest, self.cluster, weights)
        design, x = Design.learn(right, rows.covariates)
        zero_design, z = Design.learn(zero_right, rows.covariates)
        positive = rows.tolls > 0
        if not positive.any():
            raise NotEnoughIncidentsError(f"{outcome} is 0 in all attacks")
        if rows.deadly_only:
            parts = self._counts(rows, design, x, cut=True)
        elif self.zeros == "none":
            parts = self._counts(rows, design, x)
        elif positive.all():
            raise NotEnoughIncidentsError(
                f"{outcome} is never 0: there is no hurdle and there are no extra zeros; "
                'accepted: zeros="none"'
            )
        elif self.zeros == "inflated":
            parts = self._counts(rows, design, x, extra=(zero_design, z))
        else:
            parts = [self._any(rows, zero_design, z)]
            if self.prior_sd is None:
                check_rank(x[positive], design.columns, f"the attacks with {outcome}")
            parts += self._counts(rows.where(positive), design, x[positive], cut=True)
        return LethalityRegressionResult(self, rows, tuple(parts))

    def _any(self, rows: Rows, design: Design, z: Array) -> Part:
        happened = (rows.tolls > 0).astype(float)
        share = float(rows.weights @ happened / rows.weights.sum())
        start = design.start(np.log(share / (1 - share)))

        def density(parts: list[Array]) -> Array:
            return count_laws.bernoulli(happened, parts[0])

        return self._solve(density, {"any": (design, z)}, rows, start)

    def _counts(
        self,
        rows: Rows,
        design: Design,
        x: Array,
        *,
        cut: bool = False,
        extra: tuple[Design, Array] | None = None,
    ) -> list[Part]:
        y = rows.tolls
        mixed = self.counts == "negative binomial"
        # Cut at one and with theta near 0 only mean / theta is known: then it is what is fitted.
        shifted = cut and mixed and "Intercept" in design.columns
        mean = float(rows.weights @ y / rows.weights.sum())
        constant = Design(None, ("log theta",))
        designs = {"count": (design, x)}
        if mixed:
            designs["dispersion"] = (constant, np.ones((len(y), 1)))
        if extra is not None:
            designs["extra zeros"] = extra

        def density(parts: list[Array], shape: float | None = None) -> Array:
            log_mean, log_shape = parts[0], None
            if mixed:
                log_shape = parts[1] if shape is None else np.full(len(y), shape)
                log_mean = log_mean + log_shape if shifted else log_mean
            if extra is not None:
                return count_laws.with_extra_zeros(y, log_mean, log_shape, parts[-1])
            law = count_laws.truncated if cut else count_laws.plain
            return law(y, log_mean, log_shape)

        starts = []
        for share in (-2.0, 0.0) if extra is not None else (0.0,):
            start = [design.start(np.log(mean))]
            start += [np.zeros(1)] if mixed else []
            start += [extra[0].start(share)] if extra is not None else []
            starts.append(np.concatenate(start))
        fits = [self._solve(density, designs, rows, start, mixed) for start in starts]
        best = max(fits, key=lambda part: part.llf)
        if mixed:
            log_shape = float(best.params["dispersion", "log theta"])
            if not LOGARITHMIC < log_shape < POISSON:
                edge = float(np.clip(log_shape, LOGARITHMIC, POISSON))
                del designs["dispersion"]
                keep = ~best.params.index.isin([("dispersion", "log theta")])
                best = self._solve(
                    lambda parts: density(parts, edge), designs, rows, best.params.to_numpy()[keep]
                ).with_shape(edge)
            if shifted:
                best = best.shifted()
        return [best]

    def _solve(
        self,
        density: LogDensity,
        designs: dict[str, tuple[Design, Array]],
        rows: Rows,
        start: Array,
        edge_allowed: bool = False,
    ) -> Part:
        index = pd.MultiIndex.from_tuples(
            [(part, column) for part, (design, _) in designs.items() for column in design.columns],
            names=["part", "column"],
        )
        slope = np.array([name not in ("Intercept", "log theta") for _, name in index])
        prior = None if self.prior_sd is None else slope / self.prior_sd**2
        matrices = [matrix for _, matrix in designs.values()]
        fit = fit_predictors(density, matrices, rows.weights, start, prior)
        params = pd.Series(fit.coefficients, index, name="estimate")
        on_edge = edge_allowed and not (
            LOGARITHMIC < float(params["dispersion", "log theta"]) < POISSON
        )
        covariance = fit.covariance
        for part, (design, matrix) in designs.items():
            own = index.get_level_values("part") == part
            lost = endless(matrix, covariance[np.ix_(own, own)], design.columns)
            if lost and not on_edge:
                raise NotEnoughIncidentsError(
                    f"no finite coefficient for {lost} ({part}): the attacks of a level are all "
                    "alike; accepted: levels with both kinds, a higher fewest=, or prior_sd=2.5"
                )
        if not fit.converged and not on_edge:
            raise ConvergenceError(f"the regression {self.formula!r} found no maximum")
        if rows.cluster is not None:
            covariance = _sandwich(covariance, rows.weights[:, None] * fit.scores, rows.cluster)
        designs_only = {part: design for part, (design, _) in designs.items()}
        return Part(designs_only, params, covariance, fit.llf)


def _sandwich(inverse: Array, scores: Array, cluster: np.ndarray) -> Array:
    """Covariance that allows for attacks of one cluster being alike."""
    # Deadly attacks may lie in some of the clusters only.
    _, cluster = np.unique(cluster, return_inverse=True)
    groups = int(cluster.max()) + 1
    if groups < 2:
        raise NotEnoughIncidentsError(
            "cluster has one value only in the attacks that are fitted; accepted: two or more"
        )
    sums = np.zeros((groups, scores.shape[1]))
    np.add.at(sums, cluster, scores)
    return np.asarray(groups / (groups - 1) * inverse @ (sums.T @ sums) @ inverse)
