"""What a fitted `LethalityModel` answers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from riskkit.counts import Tally
from riskkit.kernels.streams import RNGLike, entropy, stream
from riskkit.lethality.cells import Cells
from riskkit.lethality.independence import Independence, independence
from riskkit.lethality.multi_day import MultiDay
from riskkit.lethality.posterior import LethalityDraws, Posterior, draw_parameters
from riskkit.results import Estimate, check_level

__all__ = ["LethalityResult"]

# `params` and `conf_int` summarise this many draws of one fixed seed.
SUMMARY_DRAWS = 4000
# Victims of the deadliest attack on record (11 September 2001), against which a bound is read.
DEADLIEST = 2_977


@dataclass(frozen=True, eq=False)
class LethalityResult:
    """Deaths per attack by region, with what is not known about them.

    Draw i is the same parameter vector in every method, for one seed and number of draws.

    Parameters
    ----------
    tally : Tally
        What was fitted.
    cells : Cells
        How tolls were cut: the smallest collected, the threshold of the tail.
    largest : int
        Bound on the deaths of one event, in `mean`, `sf` and `simulate`.
    posteriors : tuple of Posterior
        One for each possible table of true tolls.
    nobs : int
        Attacks with a figure for the deaths.
    unknown : int
        Attacks without, which were left out.
    multi_day : MultiDay, optional
        Events that ran over days, where there are any: sums of attacks.
    """

    tally: Tally
    cells: Cells
    largest: int
    posteriors: tuple[Posterior, ...]
    nobs: int
    unknown: int
    multi_day: MultiDay | None = None

    @property
    def regions(self) -> pd.Index:
        """The regions, in the order of every array's region axis."""
        return self.tally.regions

    @property
    def threshold(self) -> int:
        """Deaths from which the tail starts."""
        return self.cells.threshold

    @property
    def notes(self) -> tuple[str, ...]:
        """Caveats that every table and plot prints."""
        notes = self._data_notes()
        notes.append(f"{_bounded(self.largest)}.")
        return tuple(dict.fromkeys(notes))

    @property
    def llf(self) -> float:
        """Log likelihood at the means of what the regions share, over the tables of tolls."""
        return float(np.mean([p.log_likelihood() for p in self.posteriors]))

    @property
    def params(self) -> pd.Series:
        """Posterior mean of what the regions share; the exponent is that of the mean shape."""
        mean = self._shared().mean().rename("estimate")
        mean["tail exponent"] = 1 + 1 / mean["tail shape"]
        return mean

    def conf_int(self, level: float = 0.9) -> pd.DataFrame:
        """Central posterior intervals of what the regions share.

        Parameters
        ----------
        level : float
            The chance that an interval means to hold the truth.

        Returns
        -------
        pandas.DataFrame
            ``lower`` and ``upper``, indexed as `params`.
        """
        edge = (1 - check_level(level)) / 2
        table = self._shared().quantile([edge, 1 - edge]).T.set_axis(["lower", "upper"], axis=1)
        with np.errstate(divide="ignore"):
            # A tail of shape 0 has no power at all: its exponent is infinite.
            table.loc["tail exponent"] = 1 + 1 / table.loc["tail shape"].to_numpy()[::-1]
        return table

    def estimate(self, at_least: int = 1, draws: int = 2000, rng: RNGLike = None) -> Estimate:
        """Estimate the chance that an attack kills ``at_least`` or more, by region.

        Parameters
        ----------
        at_least : int
            Deaths; at most the bound on one event.
        draws : int
            Number of draws.
        rng : int, numpy.random.Generator or None
            Seed of the draws.

        Returns
        -------
        Estimate

        Raises
        ------
        ValueError
            If ``at_least`` is above the bound on one event.
        """
        if at_least > self.largest:
            raise ValueError(
                f"at_least is {at_least:,}, above the bound on one event; accepted: up to "
                f"{self.largest:,}, or a higher LethalityModel(largest=...)"
            )
        chance = self.sf(np.array([at_least]), draws, rng)[:, :, 0]
        what = f"chance that {self._one} kills {at_least:,} or more"
        return Estimate(chance, self.regions, what, "share of attacks", self.notes)

    @property
    def _one(self) -> str:
        return "an attack" if self.multi_day is None else "a single attack"

    def _data_notes(self) -> list[str]:
        notes = list(self.tally.notes)
        if self.cells.least == 1:
            notes.append("Only attacks that killed: deaths per attack start at one.")
        return notes

    def mean(
        self, draws: int = 2000, rng: RNGLike = None, *, largest: int | None = None
    ) -> Estimate:
        r"""Estimate the expected deaths per attack, :math:`E[\min(D, L)]`, by region.

        Of whatever the tally counts as one attack: events that ran over days too.

        Parameters
        ----------
        draws : int
            Number of draws.
        rng : int, numpy.random.Generator or None
            Seed of the draws.
        largest : int, optional
            L, another bound on one event than the model's.

        Returns
        -------
        Estimate
            Its notes give the chance that the tail has no mean without the bound.

        Raises
        ------
        ValueError
            If `largest` doesn't lie above the threshold of the tail.
        """
        bound = self.largest if largest is None else largest
        if bound <= self.threshold:
            raise ValueError(
                f"largest is {bound:,}; accepted: more than the threshold ({self.threshold:,})"
            )
        seed = entropy(rng)
        drawn = self.parameters(draws, seed)
        mean = drawn.bounded_mean(self.cells, bound)
        if self.multi_day is not None:
            share, sums = self.multi_day.draw(self.regions, draws, seed)
            highest = max(bound, self.multi_day.largest)
            mean = (1 - share) * mean + share * sums.bounded_mean(self.cells, highest)
        notes = (
            *self._data_notes(),
            f"{_bounded(bound)}; without a bound the mean is infinite "
            f"with a chance of {self.infinite_mean_chance:.2f} (tail exponent 2 or less).",
        )
        return Estimate(mean, self.regions, "expected deaths", "deaths per attack", notes)

    @property
    def infinite_mean_chance(self) -> float:
        """Chance that the tail exponent is 2 or less: no mean without a bound on one event."""
        return float(np.mean([p.tail.mass[p.tail.first >= 1].sum() for p in self.posteriors]))

    def sf(self, x: ArrayLike, draws: int = 2000, rng: RNGLike = None) -> np.ndarray:
        """Chance that a single attack kills x or more, by draw and region.

        Parameters
        ----------
        x : int or array of int
            Deaths; one number is an array of one.
        draws : int
            Number of draws.
        rng : int, numpy.random.Generator or None
            Seed of the draws.

        Returns
        -------
        array of float, shape (draws, regions, len(x))
            0 above the bound on one event.
        """
        return self.parameters(draws, rng).sf(x, self.cells, self.largest)

    def event_sf(
        self, x: ArrayLike, draws: int = 2000, rng: RNGLike = None
    ) -> tuple[np.ndarray, np.ndarray]:
        r"""Chances that an event of the tally kills x or more: as a single attack, and in all.

        .. math:: (1 - q_r)\,S_r(x) \quad\text{and}\quad (1 - q_r)\,S_r(x) + q_r\,M_r(x)

        with q the share of events that ran over days and M their survival. The first belongs to
        the deadliest attack of a year, the second to the year's deaths.

        Parameters
        ----------
        x : int or array of int
            Deaths; one number is an array of one.
        draws : int
            Number of draws.
        rng : int, numpy.random.Generator or None
            Seed of the draws.

        Returns
        -------
        tuple of arrays of float, shape (draws, regions, len(x))
            One and the same array where no event ran over days.
        """
        seed = entropy(rng)
        single = self.sf(x, draws, seed)
        if self.multi_day is None:
            return single, single
        share, sums = self.multi_day.draw(self.regions, draws, seed)
        single = single * (1 - share[:, :, None])
        far = sums.sf(x, self.cells, self.multi_day.largest)
        return single, single + share[:, :, None] * far

    def simulate(self, attacks: np.ndarray, rng: RNGLike = None) -> tuple[np.ndarray, np.ndarray]:
        """Draw total deaths and the deadliest event of given numbers of attacks.

        Events that ran over days add to the deaths; the deadliest event is a single attack.
        Given the parameters, deaths depend on the region only and not on the number of attacks.

        Parameters
        ----------
        attacks : array of int, shape (draws, regions, ...)
            Number of attacks; the first axis is the parameter draw.
        rng : int, numpy.random.Generator or None
            Seed of the draws.

        Returns
        -------
        tuple of arrays of int
            Deaths and the deadliest event, each shaped as ``attacks``.

        Raises
        ------
        ValueError
            If the second axis is not the regions, or a number is negative.
        """
        given = np.asarray(attacks)
        if given.ndim < 2 or given.shape[1] != len(self.regions):
            raise ValueError(
                f"attacks has shape {given.shape}; accepted: (draws, regions, ...) with "
                f"{len(self.regions)} regions"
            )
        if not np.issubdtype(given.dtype, np.integer) or (given < 0).any():
            raise ValueError("attacks holds negative or fractional numbers; accepted: counts")
        seed = entropy(rng)
        drawn = self.parameters(len(given), seed)
        added: np.ndarray | int = 0
        if self.multi_day is not None:
            over_days, added = self.multi_day.simulate(given, self.regions, self.cells, seed)
            given = given - over_days
        deaths = np.empty(given.shape, dtype=np.int64)
        worst = np.empty(given.shape, dtype=np.int64)
        for r, name in enumerate(self.regions):
            part = given[:, r].reshape(len(given), -1).astype(np.int64)
            own = stream(seed, "lethality", str(name), "events")
            both = drawn.simulate(part, r, self.cells, self.largest, own)
            deaths[:, r], worst[:, r] = (out.reshape(given[:, r].shape) for out in both)
        return deaths + added, worst

    def parameters(self, draws: int = 2000, rng: RNGLike = None) -> LethalityDraws:
        """Draw the parameters themselves.

        Parameters
        ----------
        draws : int
            Number of draws.
        rng : int, numpy.random.Generator or None
            Seed of the draws.

        Returns
        -------
        LethalityDraws
        """
        if draws < 1:
            raise ValueError(f"draws is {draws}; accepted: 1 or more")
        return draw_parameters(self.posteriors, self.regions, draws, entropy(rng))

    def independence(self) -> Independence:
        """Test whether deaths per attack go with the period's number of attacks."""
        return independence(self.tally)

    def summary(self) -> str:
        """Tell what was fitted, on what, what it assumes and whether the data object."""
        table = pd.concat([self.params, self.conf_int()], axis=1)
        ten = self.mean(SUMMARY_DRAWS, 0, largest=10 * self.largest).to_frame()["estimate"]
        one = self.mean(SUMMARY_DRAWS, 0).to_frame()["estimate"]
        bound = pd.DataFrame({f"at most {self.largest:,}": one, "ten times that": ten})
        lines = [
            f"Deaths per attack: {self.nobs:,} attacks with a figure, {self.unknown:,} without "
            f"(left out), {len(self.regions):,} regions, tail from {self.threshold} deaths.",
            *self._over_days(),
            "",
            "What the regions share, with 90% intervals:",
            table.to_string(float_format=lambda value: f"{value:,.4g}"),
            "",
            f"Expected deaths per attack, one event being bounded "
            f"(no mean without a bound: chance {self.infinite_mean_chance:.2f}):",
            bound.head(10).to_string(float_format=lambda value: f"{value:,.4g}"),
            "",
            str(self.independence()),
            *self.notes,
        ]
        return "\n".join(lines)

    def _over_days(self) -> list[str]:
        if self.multi_day is None:
            return []
        return [
            f"{self.multi_day.nobs:,} more events ran over days. They are sums of attacks: they "
            "add to the deaths, not to the tail or the deadliest attack."
        ]

    def _shared(self) -> pd.DataFrame:
        drawn = self.parameters(SUMMARY_DRAWS, 0)
        table = {
            "tail shape": drawn.shape,
            "tail scale": drawn.scale,
            "tail exponent": np.nan,
        }
        for step, name in enumerate(self.cells.names):
            table[f"share {name}"] = drawn.mean[step]
        for step, name in enumerate(self.cells.names):
            table[f"log concentration {name}"] = np.log(drawn.concentration[step])
        return pd.DataFrame(table)


def _bounded(bound: int) -> str:
    """Tell the bound on one event, and what it means."""
    times = f"{bound / DEADLIEST:,.1f} times the deadliest attack on record"
    return f"One event is taken to kill at most {bound:,}, {times}"
