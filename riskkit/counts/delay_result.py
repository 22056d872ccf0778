"""How complete the last periods are, by their age, and what follows for a tally."""

import warnings
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from riskkit.counts.days import day_of
from riskkit.counts.periods import FREQUENCIES
from riskkit.counts.table import Tally
from riskkit.counts.triangle import SLACK, days_past, whole_period
from riskkit.errors import RiskkitWarning
from riskkit.kernels.streams import RNGLike, entropy
from riskkit.results import Estimate, interval_frame

__all__ = ["ReportingDelay"]

_WHOLE = 0.99  # from this share on a period is taken as complete
_SHOWN = 6
_CORRECTED = "Not all is reported yet"
_ALIKE = "Late records are taken to be like the early ones: same regions, targets and tolls."


@dataclass(frozen=True, eq=False, repr=False)
class ReportingDelay:
    """How much of a period is on record, by its age. Made by `riskkit.reporting_delay`.

    The age of a period is the number of whole periods that have passed since it was over: 0 for
    the newest one. Ages are measured as far into the running period as the last release was, and
    a day ``at`` that lies elsewhere in its period warns.

    Parameters
    ----------
    every : str
        The length of a period.
    as_of : pandas.Timestamp
        Day of the last release.
    completeness : Estimate
        Share on record by age, 0 to the longest delay: mean over periods.
    concentration : ndarray of float, shape (draws,)
        How alike periods are: a period's own share at age a is Beta(c F(a), c (1 - F(a))).
    cells : pandas.DataFrame
        The reporting triangle: ``period``, ages ``younger`` and ``older`` at two releases in a
        row, records that are ``new`` and all ``known`` at the second.
    notes : tuple of str
        Assumptions, and what was left out.
    """

    every: str
    as_of: pd.Timestamp
    completeness: Estimate
    concentration: np.ndarray
    cells: pd.DataFrame
    notes: tuple[str, ...] = ()

    @property
    def longest(self) -> int:
        """The delay, in periods, after which a period is taken as complete."""
        return len(self.completeness.groups) - 1

    def to_frame(self, level: float = 0.9) -> pd.DataFrame:
        """Give the completeness by age.

        Parameters
        ----------
        level : float
            The chance that an interval means to hold the truth.

        Returns
        -------
        pandas.DataFrame
            Indexed by ``age``: ``estimate``, ``lower``, ``upper``.
        """
        return self.completeness.to_frame(level)

    def correct(self, tally: Tally, *, at: str | pd.Timestamp | None = None) -> Tally:
        r"""Take the last periods of a tally as watched in part.

        .. math:: \text{watched} \leftarrow \text{watched} \times F(\text{age})

        Models then take a low last count for what it is: few reports, not few attacks. A period
        that is not over on the day ``at`` is taken as not watched. Shares of 99% and more are
        left at 1, so that what asks for whole periods keeps them.

        Parameters
        ----------
        tally : Tally
            Made from data as they were on the day ``at``.
        at : str or pandas.Timestamp, optional
            That day; by default that of the last release.

        Returns
        -------
        Tally
            With a note that tells the shares.

        Raises
        ------
        ValueError
            If its periods are of another length, or it has been corrected before.

        Warns
        -----
        RiskkitWarning
            If the day lies elsewhere in its period than the last release did.
        """
        age = self._ages(tally, at)
        if any(note.startswith(_CORRECTED) for note in tally.notes):
            raise ValueError("this tally is corrected for a reporting delay already")
        table = self.to_frame()
        known = table.reindex(np.clip(age, 0, self.longest))
        share = known["estimate"].to_numpy(float)
        share = np.where(age < 0, 0.0, np.where(share >= _WHOLE, 1.0, share))
        return replace(
            tally,
            watched=tally.watched * share,
            notes=(*tally.notes, *_told(tally.periods, share, known, self.every), _ALIKE),
        )

    def nowcast(
        self,
        tally: Tally,
        *,
        at: str | pd.Timestamp | None = None,
        level: float = 0.9,
        rng: RNGLike = 0,
    ) -> pd.DataFrame:
        r"""Give the attacks that each of the last periods will have when all is reported.

        Of all regions of the tally together. With y on record at age a,

        .. math:: p \sim \mathrm{Beta}\big(c F(a),\, c (1 - F(a))\big), \qquad
                  N - y \sim \mathrm{NegBin}\big(y + \tfrac12,\, p\big)

        over the draws of F and c.

        Parameters
        ----------
        tally : Tally
            Made from data as they were on the day ``at``; corrected or not.
        at : str or pandas.Timestamp, optional
            That day; by default that of the last release.
        level : float
            The chance that an interval means to hold the truth.
        rng : int, numpy.random.Generator or None
            Source of the draws.

        Returns
        -------
        pandas.DataFrame
            Indexed by ``period``, those that are over and not yet complete: ``age``,
            ``recorded``, ``estimate``, ``lower``, ``upper``. A period that was watched in no
            region is missing in all but the age.

        Raises
        ------
        ValueError
            If the periods of the tally are of another length.

        Warns
        -----
        RiskkitWarning
            If the day lies elsewhere in its period than the last release did.
        """
        age = self._ages(tally, at)
        recent = np.flatnonzero((age >= 0) & (age < self.longest))
        recorded = _panel(tally).iloc[:, recent].sum(min_count=1).to_numpy(float)
        chance = np.random.default_rng([entropy(rng), 0])
        draws = np.full((len(self.concentration), len(recent)), np.nan)
        for column in np.flatnonzero(~np.isnan(recorded)):
            known, at_age = recorded[column], age[recent[column]]
            share = self._shares(int(at_age), chance)
            draws[:, column] = known + chance.negative_binomial(known + 0.5, share)
        table = interval_frame(draws, tally.periods[recent], level)
        return pd.DataFrame({"age": age[recent], "recorded": recorded}, table.index).join(table)

    def known(self, tally: Tally, at: str | pd.Timestamp | pd.Period, *, rng: RNGLike = 0) -> Tally:
        """Thin a tally of complete data to what could have been known on a day of the past.

        Each attack of a period is kept with the period's chance to be on record at that age; all
        regions share it. Sums that belong to the attacks (injured, hostages, a panel of deaths)
        are cut in proportion. The result is not corrected: ``correct(known, at=at)`` does that.

        Parameters
        ----------
        tally : Tally
            Of data that are complete now.
        at : str, pandas.Timestamp or pandas.Period
            The day; of a period, its last one. Periods that were not over are dropped.
        rng : int, numpy.random.Generator or None
            Chooses what was late.

        Returns
        -------
        Tally
            With a note that it is thinned.

        Raises
        ------
        ValueError
            If its periods are of another length, or none was over.

        Warns
        -----
        RiskkitWarning
            If the day lies elsewhere in its period than the last release did.
        """
        day = day_of(at, "at")
        past = tally.until(whole_period(day, self.every))
        age = self._ages(past, day)
        chance = np.random.default_rng([entropy(rng), 1])
        pick = int(chance.integers(len(self.concentration)))
        share = np.array(
            [1.0 if a >= self.longest else self._shares(int(a), chance, pick)[0] for a in age]
        )
        counts = past.counts.copy()
        rows = past.periods.get_indexer(pd.PeriodIndex(counts["period"]))
        attacks = counts["attacks"].to_numpy()
        counts["attacks"] = chance.binomial(attacks, share[rows])
        left = counts["attacks"].to_numpy() / np.maximum(attacks, 1)
        for name in ("injured", "hostages"):
            counts[name] = (counts[name].astype("Float64") * left).round().astype("Int64")
        given = {}
        for name, panel in past.given.items():
            values = panel.to_numpy(float)
            if name == "attacks":
                there = np.nan_to_num(values).astype(np.int64)
                kept = chance.binomial(there, np.broadcast_to(share, there.shape))
                values = np.where(np.isnan(values), np.nan, kept)
            else:
                values = np.rint(values * share)
            given[name] = pd.DataFrame(values, panel.index, panel.columns)
        note = f"Thinned to what would have been on record on {day:%Y-%m-%d}."
        return replace(
            past,
            counts=counts[counts["attacks"] > 0].reset_index(drop=True),
            given=given,
            notes=(*past.notes, note),
        )

    def summary(self) -> str:
        """Tell in plain text how complete the last periods are, and what is assumed."""
        new, known = int(self.cells["new"].sum()), self.cells.groupby("period")["known"].max()
        lines = [
            f"Reporting delay by {self.every}, as of {self.as_of:%Y-%m-%d}: {new:,} of "
            f"{int(known.sum()):,} records came late",
        ]
        for age, row in self.to_frame().head(_SHOWN * 2).iterrows():
            lines.append(
                f"age {age}: {row['estimate']:.1%} on record ({row['lower']:.1%} to "
                f"{row['upper']:.1%})"
            )
        return "\n".join([*lines, *(f"note: {note}" for note in self.notes)])

    def __repr__(self) -> str:
        return self.summary()

    def _ages(self, tally: Tally, at: str | pd.Timestamp | None) -> np.ndarray:
        if tally.periods.freqstr != FREQUENCIES[self.every]:
            raise ValueError(
                f"this tally has periods of {tally.periods.freqstr}, the delay of "
                f"{FREQUENCIES[self.every]}; accepted: every={self.every!r} in both"
            )
        day = self.as_of if at is None else day_of(at, "at")
        age = np.asarray(whole_period(day, self.every).ordinal - tally.periods.asi8)
        past, then = days_past(day, self.every), days_past(self.as_of, self.every)
        if abs(past - then) > SLACK[self.every] and ((age >= 0) & (age < self.longest)).any():
            warnings.warn(
                f"{day:%Y-%m-%d} is {past} days after the end of a {self.every}, the last release, "
                f"of {self.as_of:%Y-%m-%d}, was {then}: as much is taken to be on record as on "
                f"such a day; accepted: days within {SLACK[self.every]} of that",
                RiskkitWarning,
                stacklevel=3,
            )
        return age

    def _shares(
        self, age: int, chance: np.random.Generator, pick: int | slice = slice(None)
    ) -> np.ndarray:
        """Draw the share on record of one period of that age, in some of the draws."""
        mean = np.atleast_1d(self.completeness.draws[pick, age])
        steady = np.atleast_1d(self.concentration[pick])
        drawn = chance.beta(np.maximum(steady * mean, 1e-3), np.maximum(steady * (1 - mean), 1e-9))
        return np.asarray(np.clip(drawn, 1e-6, 1.0))


def _panel(tally: Tally) -> pd.DataFrame:
    """Give the attacks, or what the tally holds, where they were watched."""
    return tally.panel("deaths" if tally.given and "attacks" not in tally.given else "attacks")


def _told(periods: pd.PeriodIndex, share: np.ndarray, known: pd.DataFrame, every: str) -> list[str]:
    """Say which share of which period is on record, the newest first."""
    notes = []
    running = periods[share == 0]
    if len(running):
        notes.append(f"{running[0]} and later were not over: they are taken as not watched.")
    partly = np.flatnonzero((share > 0) & (share < 1))[::-1]
    if len(partly):
        first = partly[0]
        low, high = known["lower"].iloc[first], known["upper"].iloc[first]
        told = [f"{periods[k]} is taken as {share[k]:.0%} complete" for k in partly[:1]]
        told[0] += f" ({low:.0%} to {high:.0%})"
        told += [f"{periods[k]} as {share[k]:.0%}" for k in partly[1:_SHOWN]]
        if len(partly) > _SHOWN:
            told.append(f"{len(partly) - _SHOWN} older {every}s as {share[partly[-1]]:.0%} at most")
        notes.append(f"{_CORRECTED}: {', '.join(told)}.")
    else:
        notes.append(f"{_CORRECTED}, but all {every}s here are old enough to be complete.")
    return notes
