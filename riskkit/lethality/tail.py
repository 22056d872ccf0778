"""The power-law tail of deaths, with its start chosen and its fit tested."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from riskkit.errors import NotEnoughIncidentsError
from riskkit.kernels.streams import RNGLike, entropy
from riskkit.lethality.average import average_tails, chance_of_one
from riskkit.lethality.compare import compare_tails, fit_tails
from riskkit.lethality.distributions import DiscreteFit
from riskkit.lethality.exponent import exponent_interval
from riskkit.lethality.resample import (
    Goodness,
    Histogram,
    bootstrap,
    fit_histogram,
    semiparametric,
)
from riskkit.results import Estimate, check_level

__all__ = ["Goodness", "TailModel", "TailResult"]


@dataclass(frozen=True)
class TailModel:
    r"""Power law of whole-number deaths, from xmin on.

    .. math:: P(D = x \mid D \ge x_{min}) = \frac{x^{-\alpha}}{\zeta(\alpha, x_{min})}

    The exponent is the exact maximum of this likelihood. Every distinct value is tried as xmin;
    the one whose tail lies nearest to its law (Kolmogorov-Smirnov) is kept.

    Parameters
    ----------
    xmin : int, optional
        Where the tail starts; by default it is chosen.

    Raises
    ------
    ValueError
        If `xmin` is under 1.

    Examples
    --------
    >>> tail = TailModel(xmin=1).fit([1, 2, 3, 5, 10, 40], weights=[60, 20, 9, 6, 4, 1])
    >>> tail.n_tail, round(tail.alpha, 2)
    (100, 2.14)

    References
    ----------
    Clauset, A., Shalizi, C. R. and Newman, M. E. J. (2009). Power-law distributions in empirical
    data. https://doi.org/10.1137/070710111
    """

    xmin: int | None = None

    def __post_init__(self) -> None:
        if self.xmin is not None and (self.xmin < 1 or self.xmin != int(self.xmin)):
            raise ValueError(f"xmin is {self.xmin}; accepted: 1 death or more, a whole number")

    def fit(self, deaths: ArrayLike, weights: ArrayLike | None = None) -> TailResult:
        """Fit the tail.

        Parameters
        ----------
        deaths : array of int, shape (n,)
            Deaths of each event, or distinct tolls. Events without deaths belong to the
            population, not to the law.
        weights : array of int, shape (n,), optional
            How often each toll occurs; 1 by default.

        Returns
        -------
        TailResult

        Raises
        ------
        InvalidValueError
            If a toll is unknown, negative or no whole number, or a weight is no count.
        NotEnoughIncidentsError
            If the tail holds fewer than two distinct tolls: it has no exponent.
        """
        data = Histogram.of(deaths, weights)
        start = data.values[0] if self.xmin is None and len(data.values) else self.xmin or 1
        inside = int((data.values >= start).sum())
        if inside < 2:
            raise NotEnoughIncidentsError(
                f"a tail needs two distinct tolls or more from {start} deaths on; found {inside}"
            )
        return _fit_tail(data, self.xmin)


@dataclass(frozen=True, eq=False)
class TailResult:
    """A fitted power-law tail.

    Parameters
    ----------
    data : Histogram
        What was fitted.
    xmin : int
        Where the tail starts.
    fixed : bool
        Whether xmin was given.
    alpha : float
        Exponent.
    n_tail : int
        Events in the tail.
    ks : float
        Kolmogorov-Smirnov distance of the tail, at every whole number.
    llf : float
        Log likelihood of the tail.
    """

    data: Histogram
    xmin: int
    fixed: bool
    alpha: float
    n_tail: int
    ks: float
    llf: float

    @property
    def nobs(self) -> int:
        """All events, those below xmin and without deaths too."""
        return self.data.events

    @property
    def params(self) -> pd.Series:
        """Where the tail starts, its exponent and its events."""
        values = {"xmin": self.xmin, "alpha": self.alpha, "n_tail": self.n_tail}
        return pd.Series(values, dtype=float, name="estimate")

    def conf_int(
        self, level: float = 0.9, *, replicates: int = 1000, rng: RNGLike = 1, n_jobs: int = 1
    ) -> pd.DataFrame:
        """Intervals of where the tail starts, its exponent and its events.

        By bootstrap, xmin chosen again in every resample: an interval of the exponent that takes
        the chosen xmin as given is too narrow. Where xmin was given, the exponent's interval is
        that of its likelihood ratio.

        Parameters
        ----------
        level : float
            The chance that an interval means to hold the truth.
        replicates : int
            Resamples of all events.
        rng : int, numpy.random.Generator or None
            Seed of the resamples.
        n_jobs : int
            Workers; the numbers don't depend on it.

        Returns
        -------
        pandas.DataFrame
            ``lower`` and ``upper``, indexed as `params`.
        """
        edge = (1 - check_level(level)) / 2
        drawn = bootstrap(self.data, self._given, replicates, entropy(rng), n_jobs)
        table = pd.DataFrame({"xmin": drawn.xmin, "alpha": drawn.alpha, "n_tail": drawn.n_tail})
        bounds = table.quantile([edge, 1 - edge]).T.set_axis(["lower", "upper"], axis=1)
        if self.fixed:
            bounds.loc["alpha"] = self._likelihood_interval(level)
        return bounds

    def goodness_of_fit(
        self, replicates: int = 1000, rng: RNGLike = 1, n_jobs: int = 1
    ) -> Goodness:
        """Test the law on samples that follow it above xmin and the data below.

        Parameters
        ----------
        replicates : int
            Samples; xmin is chosen again in every one unless it was given.
        rng : int, numpy.random.Generator or None
            Seed of the samples.
        n_jobs : int
            Workers; the numbers don't depend on it.

        Returns
        -------
        Goodness
        """
        drawn = semiparametric(
            self.data, self.xmin, self.alpha, self.fixed, replicates, entropy(rng), n_jobs
        )
        return Goodness(float(np.mean(drawn.distance >= self.ks)), self.ks, replicates)

    def sf(self, x: ArrayLike) -> np.ndarray:
        """Chance that an event of the tail kills x or more.

        Parameters
        ----------
        x : array of int
            Deaths; below xmin the chance is 1.

        Returns
        -------
        array of float
        """
        from riskkit.kernels import zeta

        deaths = np.ceil(np.asarray(x, dtype=float))
        chances = [zeta.survival(v, self.alpha, float(self.xmin)) for v in deaths.ravel()]
        return np.array(chances).reshape(deaths.shape)

    def survival(
        self,
        deaths: ArrayLike | None = None,
        *,
        level: float = 0.9,
        replicates: int = 1000,
        rng: RNGLike = 1,
        n_jobs: int = 1,
    ) -> pd.DataFrame:
        """Share of all events that kill so many or more: on record, and by the law.

        Parameters
        ----------
        deaths : array of int, optional
            Tolls; by default every toll on record.
        level : float
            The chance that an interval means to hold the truth.
        replicates : int
            Resamples of all events; xmin is chosen again in each unless it was given. Up to its
            xmin, a resample has its own shares.
        rng : int, numpy.random.Generator or None
            Seed of the resamples.
        n_jobs : int
            Workers; the numbers don't depend on it.

        Returns
        -------
        pandas.DataFrame
            By toll: ``recorded``, ``estimate`` (the law from xmin on, NaN below), ``lower``,
            ``upper``.

        Examples
        --------
        >>> tail = TailModel(xmin=2).fit([0, 1, 2, 3, 5, 10], weights=[10, 50, 20, 12, 6, 2])
        >>> tail.survival([2, 5]).round(2).reset_index()
           deaths  recorded  estimate  lower  upper
        0       2      0.40      0.40   0.32   0.48
        1       5      0.08      0.06   0.03   0.09
        """
        edge = (1 - check_level(level)) / 2
        x = np.unique(self.data.values if deaths is None else np.ceil(deaths).astype(np.int64))
        drawn = bootstrap(self.data, self._given, replicates, entropy(rng), n_jobs, x)
        lower, upper = np.quantile(drawn.reached, [edge, 1 - edge], axis=0)
        above = np.append(self.data.counts[::-1].cumsum()[::-1], 0) / self.data.events
        recorded = above[np.searchsorted(self.data.values, x)]
        law = np.where(x >= self.xmin, self.n_tail / self.nobs * self.sf(x), np.nan)
        columns = {"recorded": recorded, "estimate": law, "lower": lower, "upper": upper}
        return pd.DataFrame(columns, pd.Index(x, name="deaths"))

    def fits(self) -> dict[str, DiscreteFit]:
        """Fit the power law and every alternative from xmin on.

        Returns
        -------
        dict of str to DiscreteFit
            By name, as in `compare`.
        """
        fits = fit_tails(*self.data.above(self.xmin), self.xmin)
        return {fit.distribution.name: fit for fit in fits}

    def compare(self) -> pd.DataFrame:
        """Set the tail against other distributions from the same xmin on.

        The xmin was chosen where the power law fits best, which favours the power law.

        Returns
        -------
        pandas.DataFrame
            As from `riskkit.lethality.compare.compare_tails`: log likelihoods, ratios to the power
            law with their p-values, AIC, BIC and their weights.
        """
        return compare_tails(*self.data.above(self.xmin), self.xmin)

    def chance(
        self,
        at_least: int,
        events: float,
        *,
        average: Literal["aic", "bic"] | None = None,
        replicates: int = 1000,
        rng: RNGLike = 1,
        n_jobs: int = 1,
        progress: bool = True,
    ) -> Estimate:
        r"""Chance of at least one event so deadly among a number of events.

        .. math:: 1 - \left(1 - \frac{n_{tail}}{n} S(x)\right)^{\text{events}}

        Each draw is a resample of all events, xmin chosen again unless it was given. With
        `average`, other laws are fitted to it from the same xmin on, and the draw follows one of
        them, taken by its weight: doubt about the law is in the estimate and in its interval.

        Parameters
        ----------
        at_least : int
            Deaths.
        events : float
            Number of events, of the population that was fitted: for a period, its length times
            the events a year.
        average : {"aic", "bic"}, optional
            Average over laws, by Akaike's or Schwarz's criterion; by default the power law alone.
        replicates : int
            Draws.
        rng : int, numpy.random.Generator or None
            Seed of the draws.
        n_jobs : int
            Workers; the numbers don't depend on it.
        progress : bool
            Whether to show a bar on stderr while averaging, which takes half a minute.

        Returns
        -------
        Estimate
            Of all events; with `average` of "average", and then by each law alone.

        Raises
        ------
        ValueError
            If `at_least` or `events` is under 1, or there is no such criterion.

        Examples
        --------
        >>> tail = TailModel(xmin=1).fit([1, 2, 3, 5, 10, 40], weights=[60, 20, 9, 6, 4, 1])
        >>> tail.chance(at_least=100, events=50, replicates=200).to_frame().round(1)
                    estimate  lower  upper
        all events       0.1    0.1    0.3

        References
        ----------
        Clauset, A. and Woodard, R. (2013). Estimating the historical and future probabilities of
        large terrorist events. https://doi.org/10.1214/12-AOAS614

        Buckland, S. T., Burnham, K. P. and Augustin, N. H. (1997). Model selection: an integral
        part of inference. https://doi.org/10.2307/2533961
        """
        for name, value in (("at_least", at_least), ("events", events)):
            if not 1 <= value < math.inf:
                raise ValueError(f"{name} is {value}; accepted: 1 or more")
        at_least = math.ceil(at_least)
        if average not in (None, "aic", "bic"):
            raise ValueError(f'average is {average!r}; accepted: "aic", "bic" or None')
        seed = entropy(rng)
        if average is None:
            drawn = bootstrap(self.data, self._given, replicates, seed, n_jobs, at_least)
            return chance_of_one(drawn.reached, ["all events"], at_least, events, [])
        laws = average_tails(
            self.data, self._given, at_least, average, replicates, seed, n_jobs, progress
        )
        return chance_of_one(laws.columns, laws.groups, at_least, events, [laws.note(average)])

    def summary(self) -> str:
        """Tell what was fitted and how sure it is."""
        table = pd.concat([self.params, self.conf_int()], axis=1)
        chosen = "given" if self.fixed else "chosen from every distinct toll"
        likelihood = "; the exponent's by its likelihood ratio" if self.fixed else ""
        return "\n".join(
            [
                f"Power law of {self.n_tail:,} of {self.nobs:,} events; xmin {chosen}.",
                "",
                table.to_string(float_format=lambda value: f"{value:,.4g}"),
                "",
                f"Distance {self.ks:.4g} (Kolmogorov-Smirnov), log likelihood {self.llf:,.3f}. "
                f"Intervals are 90%, by bootstrap{likelihood}.",
            ]
        )

    def _likelihood_interval(self, level: float) -> tuple[float, float]:
        values, times = self.data.above(self.xmin)
        excess = float(times @ np.log(values / self.xmin)) / self.n_tail
        return exponent_interval(excess, self.n_tail, float(self.xmin), self.alpha, level)

    @property
    def _given(self) -> int | None:
        return self.xmin if self.fixed else None


def _fit_tail(data: Histogram, xmin: int | None) -> TailResult:
    from riskkit.kernels import zeta

    start, alpha, far = fit_histogram(data.values, data.counts.astype(float), xmin)
    tail, times = data.above(start)
    n = int(times.sum())
    # ln zeta(alpha, xmin) is ln of the scaled sum less alpha ln xmin.
    llf = -n * np.log(zeta.scaled_zeta(alpha, float(start)))
    llf -= alpha * float(times @ np.log(tail / start))
    return TailResult(data, start, xmin is not None, alpha, n, far, float(llf))
