"""The power-law tail where tolls are disputed: fitted to possible tables of true tolls, pooled."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from riskkit.counts import Tally
from riskkit.incidents.coverage import warn_if_mixed
from riskkit.kernels.streams import RNGLike, entropy, stream
from riskkit.lethality.attacks import STARTS_AT_ONE, Attacks
from riskkit.lethality.distributions.power_law import PowerLaw
from riskkit.lethality.pooling import Pooled, pool
from riskkit.lethality.resample import bootstrap
from riskkit.lethality.tail import TailModel, TailResult
from riskkit.lethality.tolls import impute_tolls, toll_bounds
from riskkit.results import Estimate, check_level

__all__ = ["DisputedTail", "DisputedTailResult"]


@dataclass(frozen=True)
class DisputedTail:
    """Power-law tail of deaths that are known as low, best and high figures.

    Several possible tables of true tolls are drawn: in each, a toll's median is its best figure,
    and half of the chance lies down to low and half up to high. `TailModel` is fitted to each,
    and the answers are pooled by Rubin's rules.

    Parameters
    ----------
    xmin : int, optional
        Where the tail starts; by default it is chosen, in each table.
    imputations : int
        How many tables.

    Raises
    ------
    ValueError
        If a setting is out of range.

    Examples
    --------
    >>> table = pd.DataFrame({"fatalities": [1, 2, 3, 5, 10, 40],
    ...     "fatalities_low": [1, 1, 2, 4, 10, 30], "fatalities_high": [1, 2, 6, 9, 15, 80],
    ...     "attacks": [60, 20, 9, 6, 4, 1]})
    >>> tail = DisputedTail(xmin=2).fit(table)
    >>> tail.params.round(1).to_dict()
    {'xmin': 2.0, 'alpha': 2.2, 'n_tail': 34.4}

    References
    ----------
    Rubin, D. B. (1987). Multiple imputation for nonresponse in surveys.
    https://doi.org/10.1002/9780470316696
    """

    xmin: int | None = None
    imputations: int = 20

    def __post_init__(self) -> None:
        TailModel(self.xmin)
        if self.imputations < 2:
            raise ValueError(f"imputations is {self.imputations}; accepted: 2 or more")

    def fit(self, table: pd.DataFrame | Tally, least: int | None = None) -> DisputedTailResult:
        """Fit the tail to a toll table.

        Parameters
        ----------
        table : pandas.DataFrame or Tally
            Incidents, a tally, or a table as from ``tally.fatalities()``: ``fatalities``,
            ``fatalities_low``, ``fatalities_high``, and ``attacks`` if rows stand for several. All
            events, those under xmin and without deaths too. Those that ran over days are left
            out, and counted.
        least : int, optional
            The smallest toll that the source collects: 1 where only deadly attacks are. By
            default what ``source``, or the tally, tells; 0 if it tells nothing.

        Returns
        -------
        DisputedTailResult

        Raises
        ------
        MissingColumnError
            If the table has no tolls.
        NotEnoughIncidentsError
            If the tail of a drawn table holds fewer than two distinct tolls.
        """
        given = Attacks.of(table)
        if least is None:
            least = int(given.deadly_only)
        bounds = toll_bounds(given.table, least)
        rows = given.table
        attacks = rows["attacks"].to_numpy(float) if "attacks" in rows else np.ones(len(rows))
        caveats = [*given.notes, *warn_if_mixed(given.sources, stacklevel=3)]
        if least:
            caveats.append(STARTS_AT_ONE)
        if sums := round(attacks[given.over_days].sum()):
            caveats.append(f"Left out: {sums:,} that ran over days and are sums of attacks.")
        unknown = round(attacks.sum() - sums - bounds["attacks"].sum())
        tails = tuple(
            TailModel(self.xmin).fit(*impute_tolls(bounds, number))
            for number in range(self.imputations)
        )
        return DisputedTailResult(self, bounds, tails, unknown, tuple(caveats))


@dataclass(frozen=True, eq=False)
class DisputedTailResult:
    """A power-law tail fitted to several possible tables of true tolls.

    Parameters
    ----------
    model : DisputedTail
        The settings.
    bounds : pandas.DataFrame
        What is known of each toll, as from `riskkit.lethality.toll_bounds`.
    tails : tuple of TailResult
        The fit to each table.
    unknown : int
        Attacks without any figure, left out.
    caveats : tuple of str
        What else was left out, and what the source tells.
    """

    model: DisputedTail
    bounds: pd.DataFrame
    tails: tuple[TailResult, ...]
    unknown: int
    caveats: tuple[str, ...]

    @property
    def nobs(self) -> int:
        """All events, those below xmin and without deaths too."""
        return self.tails[0].nobs

    @property
    def disputed(self) -> int:
        """Events whose toll is not certain."""
        loose = self.bounds["low"] < self.bounds["high"]
        return round(self.bounds.loc[loose, "attacks"].sum())

    @property
    def notes(self) -> tuple[str, ...]:
        """Caveats that every table prints."""
        told = f"{self.disputed:,} of {self.nobs:,} tolls are disputed: {len(self.tails)} tables."
        if not self.unknown:
            return (told, *self.caveats)
        left = f"{self.unknown:,} attacks without any figure are left out."
        return (told, left, *self.caveats)

    @cached_property
    def pooled(self) -> Pooled:
        """The exponent pooled by Rubin's rules, each table's own start of the tail as given.

        Its ``diagnostics()`` tell how much of the uncertainty is about the tolls.
        """
        fits = [PowerLaw(tail.xmin).fit(tail.data.values, tail.data.counts) for tail in self.tails]
        events = float(np.mean([tail.n_tail for tail in self.tails]))
        return pool(fits, df_complete=events - 1)

    @property
    def params(self) -> pd.Series:
        """Where the tail starts (the median), its exponent, and its events (the mean)."""
        values = {
            "xmin": float(np.quantile([tail.xmin for tail in self.tails], 0.5, method="lower")),
            "alpha": float(self.pooled.params["alpha"]),
            "n_tail": float(np.mean([tail.n_tail for tail in self.tails])),
        }
        return pd.Series(values, name="estimate")

    def conf_int(
        self, level: float = 0.9, *, replicates: int = 1000, rng: RNGLike = 1, n_jobs: int = 1
    ) -> pd.DataFrame:
        """Intervals of where the tail starts, its exponent and its events.

        Where xmin was given, the exponent's is by Rubin's rules. All others are quantiles of
        resamples of all tables together, xmin chosen again in each if it was not given.

        Parameters
        ----------
        level : float
            The chance that an interval means to hold the truth.
        replicates : int
            Resamples of all tables together; each has the same number, rounded up.
        rng : int, numpy.random.Generator or None
            Seed of the resamples.
        n_jobs : int
            Workers; the numbers don't depend on it.

        Returns
        -------
        pandas.DataFrame
            ``lower`` and ``upper``, indexed as `params`.

        References
        ----------
        Schomaker, M. and Heumann, C. (2018). Bootstrap inference when using multiple imputation.
        https://doi.org/10.1002/sim.7654
        """
        xmin, size = self.model.xmin, -(-replicates // len(self.tails))
        drawn = [
            bootstrap(tail.data, xmin, size, seed, n_jobs)
            for tail, seed in zip(self.tails, self._seeds(rng), strict=True)
        ]
        table = pd.DataFrame(
            {
                name: np.concatenate([getattr(part, name) for part in drawn])
                for name in ("xmin", "alpha", "n_tail")
            }
        )
        edge = (1 - check_level(level)) / 2
        bounds = table.quantile([edge, 1 - edge]).T.set_axis(["lower", "upper"], axis=1)
        if xmin is not None:
            bounds.loc["alpha"] = self.pooled.conf_int(level).loc["alpha"]
        return bounds

    def sf(self, x: ArrayLike) -> np.ndarray:
        """Chance that an event of the tail kills x or more: the mean over the tables.

        Parameters
        ----------
        x : array of int
            Deaths; below xmin the chance is 1.

        Returns
        -------
        array of float
        """
        return np.asarray(np.mean([tail.sf(x) for tail in self.tails], axis=0))

    def chance(
        self,
        at_least: int,
        events: int,
        *,
        replicates: int = 1000,
        rng: RNGLike = 1,
        n_jobs: int = 1,
    ) -> Estimate:
        """Chance of at least one event so deadly among a number of events.

        Each draw is a resample of one of the possible tables.

        Parameters
        ----------
        at_least : int
            Deaths.
        events : int
            Number of events, of the population that was fitted.
        replicates : int
            Draws from all tables together; each has the same number, rounded up.
        rng : int, numpy.random.Generator or None
            Seed of the draws.
        n_jobs : int
            Workers; the numbers don't depend on it.

        Returns
        -------
        Estimate
        """
        size = -(-replicates // len(self.tails))
        parts = [
            tail.chance(at_least, events, replicates=size, rng=seed, n_jobs=n_jobs)
            for tail, seed in zip(self.tails, self._seeds(rng), strict=True)
        ]
        draws = np.concatenate([part.draws for part in parts])
        return Estimate(draws, parts[0].groups, parts[0].quantity, parts[0].unit, self.notes)

    def summary(self) -> str:
        """Tell what was fitted, how sure it is, and how much the dispute adds."""
        table = pd.concat([self.params, self.conf_int()], axis=1)
        told = self.pooled.diagnostics().loc["alpha"]
        return "\n".join(
            [
                f"Power law of {self.params['n_tail']:,.0f} of {self.nobs:,} events; xmin "
                f"{'chosen in each table' if self.model.xmin is None else 'given'}.",
                "",
                table.to_string(float_format=lambda value: f"{value:,.4g}"),
                "",
                *self.notes,
                f"Of the exponent's variance {told['lambda']:.0%} is about what the tolls are "
                f"(fraction of missing information {told['fmi']:.2f}).",
                "Intervals are 90%.",
            ]
        )

    def _seeds(self, rng: RNGLike) -> list[int]:
        """Give each table a seed that no table has under another."""
        seed = entropy(rng)
        names = map(str, range(len(self.tails)))
        return [entropy(stream(seed, "disputed tail", name)) for name in names]
