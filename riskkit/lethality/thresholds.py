"""Where a tail may start: mean excess, stability of its parameters, Hill's estimates."""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from riskkit.errors import InvalidValueError, NotEnoughIncidentsError
from riskkit.lethality.distributions import DiscreteGeneralisedPareto, Fit, GeneralisedPareto
from riskkit.lethality.distributions.generalised_pareto import pareto_interval
from riskkit.lethality.distributions.sample import distinct
from riskkit.lethality.exponent import exponent_interval
from riskkit.results import check_level

__all__ = ["ThresholdDiagnostics", "threshold_diagnostics"]

Array = NDArray[np.float64]

# By default so many thresholds are tried, and so many values lie beyond the last.
MOST, FEWEST = 40, 10
PARAMETERS: list[Literal["shape", "modified scale"]] = ["shape", "modified scale"]


def threshold_diagnostics(
    values: ArrayLike,
    weights: ArrayLike | None = None,
    thresholds: ArrayLike | None = None,
    *,
    whole: bool | None = None,
) -> ThresholdDiagnostics:
    """Show what different thresholds of a tail would mean, before one is taken.

    A generalised Pareto that holds from a threshold on holds from every higher one, with the same
    shape and the same modified scale, and its mean excess is a straight line. The threshold to
    take is the lowest beyond which that is so within the intervals.

    Parameters
    ----------
    values : array of float, shape (n,)
        Deaths of each event or other sizes, or distinct ones.
    weights : array of int, shape (n,), optional
        How often each occurs; 1 by default.
    thresholds : array of float, optional
        What to try. By default up to 40 of the values, evenly spaced in the logarithm of how many
        lie beyond, and ten or more beyond each.
    whole : bool, optional
        Whether the values are whole numbers by nature, or by rounding: then a value on a threshold
        is of the tail, and the discrete distributions are fitted, which know of the rounding. By
        default, whether all values are whole. Of real numbers a value must pass the threshold.

    Returns
    -------
    ThresholdDiagnostics

    Raises
    ------
    InvalidValueError
        If a value is unknown, infinite or no whole number where all should be, a weight is no
        count, or a threshold can't be one.
    NotEnoughIncidentsError
        If no value has two distinct ones beyond it.

    Examples
    --------
    >>> from riskkit.lethality.distributions import DiscreteGeneralisedPareto
    >>> deaths = DiscreteGeneralisedPareto(xmin=1).rvs([0.5, 4.0], 2000, rng=1)
    >>> found = threshold_diagnostics(deaths, thresholds=[1, 5, 10])
    >>> found.stability().loc["shape"].round(2).reset_index()
       threshold  n_tail  estimate  lower  upper  steady
    0          1    2000       0.5   0.44   0.55    True
    1          5     888       0.5   0.42   0.59    True
    2         10     448       0.5   0.39   0.63    True

    References
    ----------
    Coles, S. (2001). An introduction to statistical modeling of extreme values, chapter 4.
    https://doi.org/10.1007/978-1-4471-3675-0

    Davison, A. C. and Smith, R. L. (1990). Models for exceedances over high thresholds.
    https://doi.org/10.1111/j.2517-6161.1990.tb01796.x

    Hill, B. M. (1975). A simple general approach to inference about the tail of a distribution.
    https://doi.org/10.1214/aos/1176343247
    """
    # Only sizes more than 0 have a tail in the sense of Hill; the others may be thresholds.
    x, counts = distinct(values, weights, "values", whole=bool(whole))
    if whole is None:
        whole = bool((x == np.floor(x)).all() and (x >= 0).all())
    tail = _Tail(x, counts, whole)
    if thresholds is None:
        tried = tail.usual()
    else:
        tried = np.unique(np.asarray(thresholds, dtype=float))
        wrong = ~np.isfinite(tried) | (whole & ((tried < 1) | (tried != np.floor(tried))))
        if wrong.any() or not len(tried):
            accepted = "whole numbers, 1 or more" if whole else "finite numbers"
            found = f"{tried[wrong][0]:g}" if wrong.any() else "nothing"
            raise InvalidValueError(f"thresholds holds {found}; accepted: {accepted}")
    return ThresholdDiagnostics(tail, tried)


@dataclass(frozen=True, eq=False)
class _Tail:
    """Distinct values, how often each occurs, and what counts as beyond a threshold."""

    x: Array
    counts: Array
    whole: bool

    def first(self, threshold: ArrayLike) -> NDArray[np.intp]:
        """Position of the first value beyond each threshold."""
        return np.searchsorted(self.x, threshold, side="left" if self.whole else "right")

    def above(self) -> Array:
        """Events at each distinct value or higher; one more entry, 0, at the end."""
        return np.append(self.counts[::-1].cumsum()[::-1], 0.0)

    def usual(self) -> Array:
        """Values to try as thresholds."""
        possible = self.x[self.x >= 1] if self.whole else self.x
        possible = possible[self.first(possible) <= len(self.x) - 2]
        if not len(possible):
            raise NotEnoughIncidentsError(
                "a tail needs two distinct values or more beyond a threshold; found "
                f"{len(self.x)} distinct in all"
            )
        beyond = self.above()[self.first(possible)]
        if (beyond >= FEWEST).any():
            possible, beyond = possible[beyond >= FEWEST], beyond[beyond >= FEWEST]
        if len(possible) > MOST:
            even = np.geomspace(beyond[0], beyond[-1], MOST)
            possible = possible[np.unique(np.searchsorted(-beyond, -even, side="left"))]
        return possible


@dataclass(frozen=True, eq=False)
class ThresholdDiagnostics:
    """Tables by threshold; `riskkit.plots.thresholds` draws them.

    Parameters
    ----------
    tail : object
        The values.
    thresholds : array of float
        What is tried.
    """

    tail: _Tail
    thresholds: Array

    @property
    def whole(self) -> bool:
        """Whether values are whole numbers: then a value on a threshold is beyond it."""
        return self.tail.whole

    def mean_excess(self, level: float = 0.9) -> pd.DataFrame:
        r"""Mean of what lies beyond each threshold, less the threshold.

        .. math:: e(u) = E[X - u \mid X > u], \qquad \bar e \pm z s / \sqrt{n_{tail}}

        Of whole numbers, given u or more. Of a generalised Pareto it is a straight line of slope
        :math:`\xi / (1 - \xi)`; from a shape of 1 on there is no mean, and from 1/2 on no variance:
        then the interval is too narrow.

        Parameters
        ----------
        level : float
            The chance that an interval means to hold the truth.

        Returns
        -------
        pandas.DataFrame
            By threshold: ``n_tail``, ``estimate``, ``lower``, ``upper``. A bound is NaN with one
            value beyond, all are with none.
        """
        z = NormalDist().inv_cdf((1 + check_level(level)) / 2)
        rows = []
        for threshold, at in zip(self.thresholds, self.tail.first(self.thresholds), strict=True):
            excess, counts = self.tail.x[at:] - threshold, self.tail.counts[at:]
            n = counts.sum()
            mean = float(counts @ excess / n) if n else math.nan
            spread = float(counts @ (excess - mean) ** 2 / (n - 1)) if n > 1 else math.nan
            reach = z * math.sqrt(spread / n) if n > 1 else math.nan
            rows.append((round(n), mean, mean - reach, mean + reach))
        return pd.DataFrame(rows, self._index, ["n_tail", "estimate", "lower", "upper"])

    def stability(
        self, level: float = 0.9, method: Literal["profile", "wald"] = "profile"
    ) -> pd.DataFrame:
        r"""Shape and modified scale of the generalised Pareto beyond each threshold.

        .. math:: \sigma^* = \sigma_u - \xi u

        Neither changes with u where the generalised Pareto holds.

        Parameters
        ----------
        level : float
            The chance that an interval means to hold the truth.
        method : {"profile", "wald"}
            By profile likelihood, or the estimate plus and minus standard errors, as in most
            published charts.

        Returns
        -------
        pandas.DataFrame
            By parameter (``"shape"``, ``"modified scale"``) and threshold: ``n_tail``,
            ``estimate``, ``lower``, ``upper``, and ``steady`` (False where the likelihood has no
            clear top). NaN where fewer than two distinct values lie beyond.

        Raises
        ------
        ValueError
            If `level` is no share, or there is no such method.
        """
        check_level(level)
        if method not in ("profile", "wald"):
            raise ValueError(f'method is {method!r}; accepted: "profile" or "wald"')
        z = NormalDist().inv_cdf((1 + level) / 2)
        starts = self.tail.first(self.thresholds)
        sizes = self.tail.above()[starts]
        rows: list[list[tuple[float, ...]]] = [[], []]
        for threshold, at, n in zip(self.thresholds, starts, sizes, strict=True):
            if at > len(self.tail.x) - 2:
                for part in rows:
                    part.append((round(n), math.nan, math.nan, math.nan, False))
                continue
            fit = self._fit(threshold)
            best = _modified(fit.content.params, threshold)
            for which, (name, part) in enumerate(zip(PARAMETERS, rows, strict=True)):
                if method == "profile":
                    ends = pareto_interval(fit.content, threshold, level, name, self.whole)
                else:
                    reach = z * _error(fit, threshold, which)
                    ends = best[which] - reach, best[which] + reach
                part.append((round(n), best[which], *ends, fit.steady))
        columns = ["n_tail", "estimate", "lower", "upper", "steady"]
        tables = [pd.DataFrame(part, self._index, columns) for part in rows]
        return pd.concat(tables, keys=PARAMETERS, names=["parameter"])

    def hill(self, level: float = 0.9) -> pd.DataFrame:
        r"""Shape of a pure power law from each value on, by how many values lie beyond.

        .. math:: \hat\xi_k = \frac{1}{k} \sum_{i=1}^{k} \ln \frac{x_{(i)}}{x_{(k+1)}}

        with :math:`x_{(1)}` the largest. Of real numbers its interval is exact for a power law:
        :math:`2 k \hat\xi / \xi` is a chi-square with 2k degrees of freedom. Of whole numbers the
        formula is wrong, since most of a tail is ties and rounding. There the discrete power law
        from each value on is fitted instead, as `TailModel` does with that xmin:
        :math:`\xi = 1/(\alpha - 1)`, with the interval of its likelihood ratio.

        Parameters
        ----------
        level : float
            The chance that an interval means to hold the truth.

        Returns
        -------
        pandas.DataFrame
            By ``n_tail``, the number k of values beyond, ascending: ``threshold``, ``estimate``,
            ``lower``, ``upper``. Each distinct positive value is a threshold once; with ties some
            k are jumped over.
        """
        check_level(level)
        positive = self.tail.x > 0
        x, counts = self.tail.x[positive], self.tail.counts[positive]
        above = counts[::-1].cumsum()[::-1]
        logs = (counts * np.log(x))[::-1].cumsum()[::-1]
        table = (
            _discrete_hill(x, above, logs, level) if self.whole else _hill(x, above, logs, level)
        )
        return table[::-1]

    @property
    def _index(self) -> pd.Index:
        steps = self.thresholds.astype(np.int64) if self.whole else self.thresholds
        return pd.Index(steps, name="threshold")

    def _fit(self, threshold: float) -> Fit:
        at = int(self.tail.first(threshold))
        x, counts = self.tail.x[at:], self.tail.counts[at:]
        if self.whole:
            return DiscreteGeneralisedPareto(int(threshold)).fit(x, counts)
        return GeneralisedPareto(float(threshold)).fit(x, counts)


def _modified(params: Array, threshold: float) -> Array:
    return np.array([params[0], params[1] - params[0] * threshold])


def _error(fit: Fit, threshold: float, which: int) -> float:
    """Standard error of the shape or of the modified scale."""
    slopes = np.array([1.0, 0.0] if which == 0 else [-threshold, 1.0])
    return math.sqrt(float(slopes @ fit.cov_params().to_numpy() @ slopes))


def _hill(x: Array, above: Array, logs: Array, level: float) -> pd.DataFrame:
    from scipy.stats import chi2

    beyond, far, threshold = above[1:], logs[1:], x[:-1]
    shape = far / beyond - np.log(threshold)
    edge = (1 - level) / 2
    total = 2 * beyond * shape
    lower, upper = total / chi2.ppf(1 - edge, 2 * beyond), total / chi2.ppf(edge, 2 * beyond)
    return _hill_table(beyond, threshold, shape, lower, upper)


def _discrete_hill(x: Array, above: Array, logs: Array, level: float) -> pd.DataFrame:
    from riskkit.kernels.zeta import fit_alpha

    rows = []
    for start, n, far in zip(x[:-1], above[:-1], logs[:-1], strict=True):
        excess = far / n - math.log(start)
        alpha = fit_alpha(excess, start)
        low, high = exponent_interval(excess, n, start, alpha, level)
        rows.append((1 / (alpha - 1), 1 / (high - 1), 1 / (low - 1)))
    return _hill_table(above[:-1], x[:-1], *np.array(rows).reshape(-1, 3).T)


def _hill_table(
    n: Array, threshold: Array, shape: Array, lower: Array, upper: Array
) -> pd.DataFrame:
    columns = {"threshold": threshold, "estimate": shape, "lower": lower, "upper": upper}
    return pd.DataFrame(columns, pd.Index(n.round().astype(np.int64), name="n_tail"))
