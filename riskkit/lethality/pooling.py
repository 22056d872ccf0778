"""Fits to several possible data sets pooled by Rubin's rules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from riskkit.results import check_level

__all__ = ["Poolable", "Pooled", "pool"]

Array = NDArray[np.float64]


class Poolable(Protocol):
    """A fit that tells its parameters and their covariance, as those of statsmodels do."""

    @property
    def params(self) -> Any:
        """The estimates."""
        ...

    def cov_params(self) -> Any:
        """Covariance of the estimates."""
        ...


@dataclass(frozen=True, eq=False)
class Pooled:
    r"""One answer from fits to several possible data sets.

    Parameters
    ----------
    center : pandas.Series
        Mean of the estimates, of each on the scale on which it is pooled.
    within : pandas.DataFrame
        Mean of the covariances: what is not known with all data known.
    between : pandas.DataFrame
        Covariance of the estimates over the data sets: what is not known about the data.
    imputations : int
        How many data sets, m.
    df_complete : float
        Degrees of freedom that a fit to known data would have.
    lowest : pandas.Series
        Of parameters that are pooled as the logarithm of what lies above a bound: the bound.
        -inf for the others.

    References
    ----------
    Rubin, D. B. (1987). Multiple imputation for nonresponse in surveys.
    https://doi.org/10.1002/9780470316696. Barnard, J. and Rubin, D. B. (1999).
    https://doi.org/10.1093/biomet/86.4.948
    """

    center: pd.Series
    within: pd.DataFrame
    between: pd.DataFrame
    imputations: int
    df_complete: float
    lowest: pd.Series

    @property
    def params(self) -> pd.Series:
        """Pooled estimates."""
        return self._back(self.center).rename("estimate")

    def cov_params(self) -> pd.DataFrame:
        r"""Total covariance, :math:`W + (1 + 1/m) B`, on the parameters' own scale.

        Returns
        -------
        pandas.DataFrame
        """
        slope = self._slope()
        total = self.within + (1 + 1 / self.imputations) * self.between
        return total.mul(slope, axis=0).mul(slope, axis=1)

    @property
    def bse(self) -> pd.Series:
        """Standard errors."""
        return pd.Series(np.sqrt(np.diag(self.cov_params())), self.center.index, name="bse")

    def diagnostics(self) -> pd.DataFrame:
        r"""What the missing knowledge costs, by parameter.

        .. math:: r = \frac{(1 + 1/m)\,b}{w}, \qquad \lambda = \frac{(1 + 1/m)\,b}{t}, \qquad
                  \gamma = \frac{r + 2/(\nu + 3)}{1 + r}

        Returns
        -------
        pandas.DataFrame
            ``within``, ``between``, ``total`` (variances on the scale of the pooling), ``riv``
            (relative increase in variance, r), ``lambda`` (share of the variance), ``df``
            (degrees of freedom after Barnard and Rubin) and ``fmi`` (fraction of missing
            information).
        """
        w, b = np.diag(self.within), np.diag(self.between)
        extra = (1 + 1 / self.imputations) * b
        total = w + extra
        with np.errstate(divide="ignore", invalid="ignore"):
            share, riv = extra / total, extra / w
            old = (self.imputations - 1) / share**2
            n = self.df_complete
            observed = (n + 1) / (n + 3) * n * (1 - share) if np.isfinite(n) else np.inf
            df = 1 / (1 / old + 1 / observed)
            fmi = np.where(np.isinf(riv), 1.0, (riv + 2 / (df + 3)) / (1 + riv))
        columns = {
            "within": w,
            "between": b,
            "total": total,
            "riv": riv,
            "lambda": share,
            "df": df,
            "fmi": fmi,
        }
        return pd.DataFrame(columns, self.center.index)

    def conf_int(self, level: float = 0.9) -> pd.DataFrame:
        """Intervals by Student's t on the scale of the pooling.

        Parameters
        ----------
        level : float
            The chance that an interval means to hold the truth.

        Returns
        -------
        pandas.DataFrame
            ``lower`` and ``upper`` by parameter.
        """
        from scipy.stats import t

        told = self.diagnostics()
        reach = t.ppf((1 + check_level(level)) / 2, told["df"]) * np.sqrt(told["total"])
        ends = {"lower": self.center - reach, "upper": self.center + reach}
        return pd.DataFrame({side: self._back(values) for side, values in ends.items()})

    def summary(self) -> str:
        """Tell the pooled estimates, and how much of the uncertainty is about the data."""
        table = pd.concat(
            [self.params, self.bse, self.conf_int(), self.diagnostics()[["df", "fmi"]]], axis=1
        )
        return "\n".join(
            [
                f"Pooled over {self.imputations} possible data sets by Rubin's rules.",
                "",
                table.to_string(float_format=lambda value: f"{value:,.4g}"),
                "",
                "Intervals are 90%. fmi is the fraction of missing information.",
            ]
        )

    def _back(self, values: pd.Series) -> pd.Series:
        plain = np.isneginf(self.lowest)
        return values.where(plain, self.lowest + np.exp(values.where(~plain, 0.0)))

    def _slope(self) -> pd.Series:
        plain = np.isneginf(self.lowest)
        return pd.Series(1.0, self.center.index).where(plain, np.exp(self.center.where(~plain, 0)))


def pool(
    fits: Sequence[Poolable],
    *,
    df_complete: float = np.inf,
    lowest: Mapping[str, float] | None = None,
) -> Pooled:
    r"""Pool fits of one model to several possible data sets by Rubin's rules.

    .. math:: \bar q = \frac1m \sum_k q_k, \qquad
              T = \bar W + \left(1 + \frac1m\right) B

    with :math:`\bar W` the mean of the covariances and B the covariance of the estimates.

    Parameters
    ----------
    fits : sequence of results
        Two or more fits of one model, each with ``params`` and ``cov_params()``: those of
        `riskkit.lethality.distributions`, of statsmodels, or your own.
    df_complete : float
        Degrees of freedom of a fit if all data were known, such as ``df_resid``. Infinite by
        default: many events.
    lowest : mapping of str to float, optional
        Parameters that lie above a bound, and the bound. They are pooled as logarithms of what
        lies above it, on which they are closer to normal. By default those of the fitted
        distribution.

    Returns
    -------
    Pooled

    Raises
    ------
    ValueError
        If there are fewer than two fits, their parameters differ, one has no covariance (a
        ridge), or a parameter does not lie above its bound.

    Examples
    --------
    >>> from riskkit.lethality.distributions import PowerLaw
    >>> tables = [[10, 12, 15, 30, 80], [10, 13, 18, 30, 60], [10, 12, 15, 40, 95]]
    >>> pooled = pool([PowerLaw(xmin=10).fit(deaths) for deaths in tables])
    >>> pooled.params.round(2).to_dict(), pooled.diagnostics()["fmi"].round(2).to_dict()
    ({'alpha': 2.2}, {'alpha': 0.03})

    References
    ----------
    Rubin, D. B. (1987). Multiple imputation for nonresponse in surveys.
    https://doi.org/10.1002/9780470316696. Barnard, J. and Rubin, D. B. (1999). Small-sample
    degrees of freedom with multiple imputation. https://doi.org/10.1093/biomet/86.4.948
    """
    if len(fits) < 2:
        raise ValueError(f"fits holds {len(fits)}; accepted: two or more, one a data set")
    if not df_complete > 0:
        raise ValueError(f"df_complete is {df_complete}; accepted: more than 0")
    every = [pd.Series(fit.params, dtype=float) for fit in fits]
    names = every[0].index
    odd = [params.index for params in every if not params.index.equals(names)]
    if odd:
        raise ValueError(f"fits differ: {list(names)} and {list(odd[0])}; accepted: one model")
    family = getattr(fits[0], "distribution", None)
    known = dict(zip(family.parameters, family.lowest, strict=True)) if family else {}
    floor = pd.Series({**dict.fromkeys(names, -np.inf), **known, **(lowest or {})}, dtype=float)
    strange = [name for name in floor.index if name not in names]
    if strange:
        raise ValueError(f"lowest has {strange[0]!r}; accepted: {', '.join(map(str, names))}")
    low = floor[names].to_numpy()
    bound = np.isfinite(low)
    estimates = np.array([params.to_numpy() for params in every])
    above = np.where(bound, estimates - np.where(bound, low, 0.0), 1.0)
    if not (above > 0).all():
        at = names[np.flatnonzero((above <= 0).any(axis=0))[0]]
        raise ValueError(f"{at} does not lie above {floor[at]:g} in every fit; see lowest")
    covariances = np.array([np.asarray(fit.cov_params(), dtype=float) for fit in fits])
    if not np.isfinite(covariances).all():
        raise ValueError(
            "a fit has no covariance: its likelihood has a ridge (steady is False), and estimates "
            "on a ridge can't be pooled; accepted: fits with a clear maximum"
        )
    scaled = np.where(bound, np.log(above), estimates)
    covariances = covariances / above[:, :, None] / above[:, None, :]
    return Pooled(
        center=pd.Series(scaled.mean(axis=0), names),
        within=pd.DataFrame(covariances.mean(axis=0), names, names),
        between=pd.DataFrame(np.cov(scaled.T, ddof=1).reshape(len(names), -1), names, names),
        imputations=len(fits),
        df_complete=float(df_complete),
        lowest=floor[names],
    )
