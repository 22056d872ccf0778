"""Tails explained: a generalised Pareto whose scale and shape depend on covariates."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from riskkit.counts import Tally
from riskkit.errors import ConvergenceError, NotEnoughIncidentsError
from riskkit.kernels.predictors import fit_predictors
from riskkit.lethality.distributions import DiscreteGeneralisedPareto
from riskkit.lethality.explain.contrasts import check_spread, untold
from riskkit.lethality.explain.design import Design, sides
from riskkit.lethality.explain.pareto_likelihood import tail_density
from riskkit.lethality.explain.pareto_result import ParetoRegressionResult
from riskkit.lethality.explain.rows import gather

__all__ = ["ParetoRegression"]


@dataclass(frozen=True)
class ParetoRegression:
    r"""Tail of deaths by what kind of attack it was, where and when: scale and shape.

    .. math:: P(D \ge y \mid D \ge x_{min}) =
              \left(1 + \xi\,\frac{y - x_{min}}{\sigma}\right)^{-1/\xi}, \qquad
              \ln\sigma = x^\top\beta, \quad \xi = w^\top\delta

    for whole y. The likelihood is that of whole numbers. Its far tail has the exponent
    :math:`1 + 1/\xi`; with :math:`\xi` of 1 or more the mean is infinite. Unlike
    `TailRegression` it need not be a power law from the start.

    Parameters
    ----------
    formula : str
        What explains the scale, for example ``"fatalities ~ attack_type + suicide"``.
    shape_formula : str
        Right side for the shape; by default one shape for all. A shape by covariate needs
        hundreds of attacks in the tail of each kind.
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
    >>> tail = ParetoRegression("fatalities ~ weapon", xmin=10).fit(attacks)
    >>> kinds = pd.DataFrame({"weapon": ["gun", "bomb"]}, index=["gun", "bomb"])
    >>> tail.scale(kinds).round(1).to_dict()
    {'gun': 1.5, 'bomb': 18.7}

    References
    ----------
    Davison, A. C. and Smith, R. L. (1990). Models for exceedances over high thresholds.
    https://doi.org/10.1111/j.2517-6161.1990.tb01796.x

    Hitz, A., Davis, R. and Samorodnitsky, G. (2024). Discrete extremes.
    https://doi.org/10.1214/22-EJS2100
    """

    formula: str
    shape_formula: str = "1"
    xmin: int = 10
    fewest: int = 10

    def __post_init__(self) -> None:
        outcome, *_ = sides(self.formula)
        sides(f"{outcome} ~ {self.shape_formula}")
        if self.xmin < 1 or self.xmin != int(self.xmin):
            raise ValueError(f"xmin is {self.xmin}; accepted: 1 death or more, a whole number")

    def fit(
        self, incidents: pd.DataFrame | Tally, weights: str | None = None
    ) -> ParetoRegressionResult:
        """Fit the tail.

        Parameters
        ----------
        incidents : pandas.DataFrame or Tally
            As for `LethalityRegression.fit`; attacks under ``xmin`` don't belong to the tail.
        weights : str, optional
            Column that tells how many attacks a row stands for, whole numbers.

        Returns
        -------
        ParetoRegressionResult

        Raises
        ------
        MissingColumnError
            If a column isn't there.
        NotEnoughIncidentsError
            If the tail is too small to tell the coefficients.
        ConvergenceError
            If the search finds no maximum: deaths then look bounded.
        """
        outcome, right, needed = sides(self.formula)
        _, shape_right, more = sides(f"{outcome} ~ {self.shape_formula}")
        rows = gather(incidents, outcome, needed | more, self.fewest, None, weights, self.xmin)
        check_spread(rows, outcome)
        designs, matrices = [], []
        for side in (right, shape_right):
            design, matrix = Design.learn(side, rows.covariates)
            designs.append(design)
            matrices.append(matrix)
        density = tail_density(rows.tolls, self.xmin)
        alike = DiscreteGeneralisedPareto(self.xmin).fit(rows.tolls, rows.weights).params
        mean = float(rows.weights @ rows.tolls / rows.weights.sum()) - self.xmin + 0.5
        fits = []
        for shape, scale in ((alike["shape"], alike["scale"]), (0.05, mean)):
            start = np.concatenate([designs[0].start(np.log(scale)), designs[1].start(shape)])
            fits.append(fit_predictors(density, matrices, rows.weights, start))
        fit = max(fits, key=lambda each: (each.converged, each.llf))
        index = pd.MultiIndex.from_tuples(
            [
                (part, column)
                for part, design in zip(("scale", "shape"), designs, strict=True)
                for column in design.columns
            ],
            names=["part", "column"],
        )
        for part, design, matrix in zip(("scale", "shape"), designs, matrices, strict=True):
            own = index.get_level_values("part") == part
            if names := untold(matrix, fit.covariance[np.ix_(own, own)], design.columns):
                raise NotEnoughIncidentsError(
                    f"no finite coefficient for {names} ({part}): the tail of a kind is too small; "
                    "accepted: a higher fewest=, a lower xmin=, or fewer terms"
                )
        if not fit.converged:
            raise ConvergenceError(
                f"the tail regression {self.formula!r} found no maximum: deaths look bounded just "
                "above the most that was seen; accepted: a lower xmin= or fewer terms"
            )
        params = pd.Series(fit.coefficients, index, name="estimate")
        return ParetoRegressionResult(self, rows, tuple(designs), params, fit)
