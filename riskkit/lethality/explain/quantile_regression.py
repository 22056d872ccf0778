"""Quantiles of deaths per attack explained, for whole numbers with many ties and zeros."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from riskkit.counts import Tally
from riskkit.errors import ConvergenceError, NotEnoughIncidentsError
from riskkit.kernels.count_quantile import bandwidth, fit_count_quantile, score
from riskkit.kernels.predictors import inverse_information
from riskkit.lethality.explain.contrasts import check_spread, untold
from riskkit.lethality.explain.design import Design, sides
from riskkit.lethality.explain.quantile_result import QuantileRegressionResult
from riskkit.lethality.explain.rows import Rows, gather

__all__ = ["QuantileRegression"]

Array = NDArray[np.float64]
# A logarithm under this is a chance of any death of a few in a million: no quantile above none.
NO_DEATHS = -12.0


@dataclass(frozen=True)
class QuantileRegression:
    r"""Quantiles of deaths per attack by what kind of attack it was, where and when.

    The 0.9 quantile is the smallest number of deaths that nine in ten attacks do not pass. No law
    of the deaths is assumed.

    Deaths are whole numbers with many ties: a quantile regression of them as they are has no one
    answer and no normal errors. A uniform U on [0, 1) is added, which can be undone,

    .. math:: Q_{D+U}(p \mid x) = d + p + \exp(x^\top\beta_p), \qquad
              Q_D(p \mid x) = \lceil Q_{D+U}(p \mid x) - 1 \rceil

    with d the fewest deaths that are recorded: 0, or 1 where a source collects deadly attacks
    only. Machado and Santos Silva average fits over many draws of U. Here the loss is averaged
    over all U before it is minimised, so that no draw and no seed is left: the estimate is
    theirs with infinitely many draws, up to terms that vanish with more attacks.

    Parameters
    ----------
    formula : str
        For example ``"fatalities ~ attack_type + suicide + country"``.
    quantile : float or sequence of float
        Chances between 0 and 1, ascending if several. Several are fitted one by one; where they
        cross they are put in order, which is counted.
    fewest : int
        Levels with fewer attacks are put together as ``"rare"``.
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
    >>> explained = QuantileRegression("fatalities ~ weapon", quantile=0.75).fit(attacks)
    >>> kinds = pd.DataFrame({"weapon": ["gun", "bomb"]}, index=["gun", "bomb"])
    >>> explained.predict(kinds).to_dict()
    {'gun': 1, 'bomb': 5}

    References
    ----------
    Machado, J. A. F. and Santos Silva, J. M. C. (2005). Quantiles for counts.
    https://doi.org/10.1198/016214505000000330

    Chernozhukov, V., Fernández-Val, I. and Galichon, A. (2010). Quantile and probability curves
    without crossing. https://doi.org/10.3982/ECTA7880
    """

    formula: str
    quantile: float | Sequence[float] = 0.9
    fewest: int = 10
    cluster: str | None = None

    def __post_init__(self) -> None:
        sides(self.formula)
        if not isinstance(self.quantile, float | int):
            object.__setattr__(self, "quantile", tuple(map(float, self.quantile)))
        chances = np.array(self.quantiles)
        if (
            not len(chances)
            or not ((chances > 0) & (chances < 1)).all()
            or (np.diff(chances) <= 0).any()
        ):
            raise ValueError(
                f"quantile is {self.quantile}; accepted: a chance between 0 and 1, or several, "
                "ascending"
            )

    @property
    def quantiles(self) -> tuple[float, ...]:
        """The chances, one or several."""
        several = self.quantile
        return tuple(several) if isinstance(several, Sequence) else (float(several),)

    def fit(
        self, incidents: pd.DataFrame | Tally, weights: str | None = None
    ) -> QuantileRegressionResult:
        """Fit the regression.

        Parameters
        ----------
        incidents : pandas.DataFrame or Tally
            As for `LethalityRegression.fit`.
        weights : str, optional
            Column that tells how many attacks a row stands for, whole numbers.

        Returns
        -------
        QuantileRegressionResult

        Raises
        ------
        MissingColumnError
            If a column isn't there.
        NotEnoughIncidentsError
            If the attacks don't tell a coefficient: no spread, or all attacks of a level alike.
        ConvergenceError
            If the search finds no minimum.
        """
        outcome, right, needed = sides(self.formula)
        rows = gather(incidents, outcome, needed, self.fewest, self.cluster, weights)
        check_spread(rows, outcome)
        design, x = Design.learn(right, rows.covariates)
        y = rows.tolls - rows.deadly_only
        beta, inverse, scores = [], [], []
        for quantile in self.quantiles:
            coefficients = self._solve(rows, y, x, design, quantile)
            beta.append(coefficients)
            curve = self._curve(rows, y, x, design, quantile, coefficients)
            inverse.append(inverse_information(curve))
            scores.append(x * score(y, x @ coefficients, quantile)[:, None])
        # Attack by attack, how each pulls at all coefficients of all quantiles at once.
        pulls = np.hstack([one @ part for one, part in zip(scores, inverse, strict=True)])
        covariance = _spread(pulls, rows)
        for at, quantile in enumerate(self.quantiles):
            own = slice(at * x.shape[1], (at + 1) * x.shape[1])
            if names := untold(x, covariance[own, own], design.columns):
                raise NotEnoughIncidentsError(
                    f"the {quantile:g} quantile of {outcome} can't be told, by {names}: too few "
                    "tolls lie around it; accepted: a quantile farther from 0 and 1, a higher "
                    "fewest=, or fewer terms"
                )
        index = pd.Index(design.columns, name="column")
        if isinstance(self.quantile, tuple):
            index = pd.MultiIndex.from_product(
                [self.quantiles, design.columns], names=["quantile", "column"]
            )
        params = pd.Series(np.concatenate(beta), index, name="estimate")
        return QuantileRegressionResult(self, rows, design, params, covariance)

    def _solve(self, rows: Rows, y: Array, x: Array, design: Design, quantile: float) -> Array:
        order = np.argsort(y)
        reached = rows.weights[order].cumsum()
        middle = y[order][np.searchsorted(reached, quantile * reached[-1])]
        start = design.start(float(np.log(max(middle + 0.5 - quantile, 0.1))))
        fit = fit_count_quantile(y, rows.weights, x, quantile, start)
        z = x @ fit.coefficients
        if z.min() < NO_DEATHS:
            falling = x[z < NO_DEATHS].mean(axis=0) - np.average(x, axis=0, weights=rows.weights)
            pulled = falling * fit.coefficients
            names = np.array(design.columns)[pulled < 0.25 * min(pulled.min(), -1e-300)]
            raise NotEnoughIncidentsError(
                f"no finite coefficient for {', '.join(names)}: no attack of a kind killed more "
                f"than {int(rows.deadly_only)}; accepted: levels with both kinds, a higher "
                "fewest=, or fewer terms"
            )
        if not fit.converged:
            raise ConvergenceError(
                f"the {quantile:g} quantile of {self.formula!r} found no minimum"
            )
        return fit.coefficients

    def _curve(
        self, rows: Rows, y: Array, x: Array, design: Design, quantile: float, beta: Array
    ) -> Array:
        """Second derivative of the mean loss: density at the quantile, by quantiles around it."""
        width = bandwidth(quantile, rows.nobs)
        ends = []
        for chance in (quantile - width, quantile + width):
            fit = fit_count_quantile(y, rows.weights, x, chance, beta)
            ends.append(chance + np.exp(np.minimum(x @ fit.coefficients, 700.0)))
        # A count spreads over one: no density is above that of a chance of one.
        density = 2 * width / np.maximum(ends[1] - ends[0], 2 * width)
        each = rows.weights * density * np.exp(x @ beta)
        return np.asarray(x.T @ (x * each[:, None]))


def _spread(pulls: Array, rows: Rows) -> Array:
    """Covariance of sums of independent attacks, or of independent clusters of attacks."""
    weighted = rows.weights[:, None] * pulls
    if rows.cluster is None:
        return np.asarray(pulls.T @ weighted)
    groups = int(rows.cluster.max()) + 1
    if groups < 2:
        raise NotEnoughIncidentsError("cluster has one value only; accepted: two or more")
    sums = np.zeros((groups, pulls.shape[1]))
    np.add.at(sums, rows.cluster, weighted)
    return np.asarray(groups / (groups - 1) * sums.T @ sums)
