"""When and where a source was watching: not watched is not zero."""

import re
import warnings
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from riskkit.errors import RiskkitWarning

__all__ = ["STATES", "Break", "SourceFacts", "Watch", "warn_if_mixed", "watched_share"]

_SHOWN = 6
# First and last day on which a state can have attacks of its own: before and after, sources write
# them down under another, whose code is another. The year where the day is disputed, and where
# sources went on with a name; states whose names sources use for earlier years too (Eritrea,
# Namibia, Kosovo) are not here.
_OF_1991 = "ARM AZE BIH BLR EST GEO HRV KAZ KGZ LTU LVA MDA MKD SVN TJK TKM UKR UZB"
STATES: dict[str, tuple[str | None, str | None]] = {
    **dict.fromkeys(_OF_1991.split(), ("1991-01-01", None)),
    "SSD": ("2011-07-09", None),
    "CZE": ("1993-01-01", None),
    "SVK": ("1993-01-01", None),
    "YMD": (None, "1990-12-31"),
    "DDR": (None, "1990-12-31"),
    "SUN": (None, "1991-12-31"),
    "CSK": (None, "1992-12-31"),
    "YUG": (None, "2003-12-31"),
    "SCG": ("1992-01-01", "2006-12-31"),
    "ANT": (None, "2010-12-31"),
}
_NO_STATE = "no such state: its attacks stand under another"


@dataclass(frozen=True)
class Watch:
    """A span of days in which a source watched.

    Parameters
    ----------
    start, end : str or None
        First and last day watched, ISO dates; None where it has no bound.
    country : str or None
        ISO alpha-3 code; None for every country that has no span of its own.
    origin : str
        Where that stands: a codebook, a paper, a page.
    """

    start: str | None = None
    end: str | None = None
    country: str | None = None
    origin: str = ""


@dataclass(frozen=True)
class Break:
    """A change of a source's method, seen as a step in the counts.

    Parameters
    ----------
    date : str
        First day of the new method, ISO date.
    reason : str
        What changed, in a line.
    source : str
        The source's short name.
    origin : str
        Where that stands: a codebook, a paper, a page.
    """

    date: str
    reason: str
    source: str = ""
    origin: str = ""


@dataclass(frozen=True)
class SourceFacts:
    """What is known about a source beyond its rows; it travels with the source's name.

    Parameters
    ----------
    name : str
        Short name, as in the column ``source``.
    title : str
        Full name.
    watches : tuple of Watch
        Spans watched; a country with spans of its own follows those only. Empty: not known.
    gaps : tuple of Watch
        Spans inside the watches that were not watched after all.
    release_gaps : tuple of (str, Watch)
        Gaps that older releases have: the last release with it, and the gap.
    states : tuple of Watch
        Spans in which attacks stand under a state's own code in this source, where that isn't
        from the state's first to its last day.
    breaks : tuple of Break
        Changes of method.
    unit : str
        What one row is.
    deaths : str
        Whose deaths ``fatalities`` counts.
    deadly_only : bool
        True if attacks that killed nobody are not collected.
    census : bool
        False if the rows are a selection: counts then give no rates.
    notes : tuple of str
        Caveats that tables and plots must print.
    terms : str
        Under which terms the data may be used.
    access : str
        How to get the data.
    """

    name: str
    title: str
    watches: tuple[Watch, ...] = ()
    gaps: tuple[Watch, ...] = ()
    release_gaps: tuple[tuple[str, Watch], ...] = ()
    states: tuple[Watch, ...] = ()
    breaks: tuple[Break, ...] = ()
    unit: str = "attack"
    deaths: str = "people killed"
    deadly_only: bool = False
    census: bool = True
    notes: tuple[str, ...] = ()
    terms: str = ""
    access: str = ""

    def of_releases(self, releases: Iterable[str]) -> "SourceFacts":
        """Give the facts of a table: with the gaps of any older release that is in it.

        Parameters
        ----------
        releases : iterable of str
            As in the column ``vintage`` of the incidents table; none known adds no gap.

        Returns
        -------
        SourceFacts

        Examples
        --------
        >>> facts = SourceFacts("s", "S", release_gaps=(("19.1", Watch(country="SYR")),))
        >>> len(facts.of_releases(["18.0.12"]).gaps), len(facts.of_releases(["20.1"]).gaps)
        (1, 0)
        """
        found = [_release(release) for release in releases]
        older = [
            gap
            for last, gap in self.release_gaps
            if any(() < release <= _release(last) for release in found)
        ]
        return replace(self, gaps=(*self.gaps, *older))

    def spans(self, country: str | None) -> list[tuple[pd.Timestamp, pd.Timestamp]]:
        """Give the spans watched in one country, as first and last day.

        Parameters
        ----------
        country : str or None
            ISO alpha-3 code, or None where regions don't lie in one known country.

        Returns
        -------
        list of tuple of pandas.Timestamp
            Empty where the source never watched. No state is watched before its first day and
            after its last.
        """
        own = [watch for watch in self.watches if watch.country == country and country]
        chosen = own or [watch for watch in self.watches if watch.country is None]
        first, last = self.lifetime(country)
        spans = [(max(start, first), min(end, last)) for start, end in map(_bounds, chosen)]
        return [span for span in spans if span[0] <= span[1]]

    def lifetime(self, country: str | None) -> tuple[pd.Timestamp, pd.Timestamp]:
        """Give the first and last day on which attacks can stand under a country's code.

        Parameters
        ----------
        country : str or None
            ISO alpha-3 code, or None where regions don't lie in one known country.

        Returns
        -------
        tuple of pandas.Timestamp

        Examples
        --------
        >>> str(SourceFacts("s", "S").lifetime("SUN")[1].date())
        '1991-12-31'
        """
        for own in self.states:
            if own.country == country:
                return _bounds(own)
        return _bounds(Watch(*STATES.get(country or "", (None, None))))

    def to_frame(self) -> pd.DataFrame:
        """Give coverage and breaks as a table.

        Returns
        -------
        pandas.DataFrame
            One row a fact: ``what`` (``"watched"``, ``"not watched"`` or ``"break"``),
            ``country`` (ISO alpha-3; missing: every country without a row of its own),
            ``start``, ``end`` (ISO days; missing: no bound), ``reason``, ``origin`` (where that
            stands).

        Examples
        --------
        >>> steps = (Break("1998-01-01", "another team"),)
        >>> facts = SourceFacts("s", "S", (Watch("2011-01-01"),), breaks=steps)
        >>> facts.to_frame()[["what", "country", "end"]].to_numpy().tolist()
        [['watched', nan, nan], ['not watched', 'SSD', '2011-07-08'], ['break', nan, nan]]
        """
        rows: list[tuple[str | None, ...]] = [
            (what, span.country, span.start, span.end, None, span.origin)
            for what, spans in (("watched", self.watches), ("not watched", self.gaps))
            for span in spans
        ]
        rows += [
            ("not watched", gap.country, gap.start, gap.end, f"releases up to {last}", gap.origin)
            for last, gap in self.release_gaps
        ]
        rows += [("break", None, step.date, None, step.reason, step.origin) for step in self.breaks]
        rows[len(self.watches) :] = [*self._no_states(), *rows[len(self.watches) :]]
        names = ["what", "country", "start", "end", "reason", "origin"]
        return pd.DataFrame(rows, columns=names, dtype="str")

    def _no_states(self) -> list[tuple[str | None, ...]]:
        """Give when states were not there while this source watched all countries."""
        everywhere = [_bounds(watch) for watch in self.watches if watch.country is None]
        if not everywhere:
            return []
        first, last = min(start for start, _ in everywhere), max(end for _, end in everywhere)
        lives = {code: Watch(*days, code, "public record") for code, days in STATES.items()}
        lives |= {own.country or "": own for own in self.states}
        rows: list[tuple[str | None, ...]] = []
        for code, life in lives.items():
            start, end = _bounds(life)
            if start > first:
                day = _day(start, -1)
                rows.append(("not watched", code, None, day, _NO_STATE, life.origin))
            if first <= end < last:
                day = _day(end, 1)
                rows.append(("not watched", code, day, None, _NO_STATE, life.origin))
        return rows

    def caveats(self, first: pd.Timestamp, last: pd.Timestamp) -> tuple[str, ...]:
        """Say which gaps and breaks of this source lie between two days.

        Parameters
        ----------
        first, last : pandas.Timestamp
            The days, both included.

        Returns
        -------
        tuple of str
            One sentence a gap or break.

        Examples
        --------
        >>> facts = SourceFacts("s", "S", breaks=(Break("1998-01-01", "another team"),))
        >>> facts.caveats(pd.Timestamp("1990-01-01"), pd.Timestamp("1999-12-31"))
        ('S changed its method on 1998-01-01: another team.',)
        """
        told = []
        for gap in self.gaps:
            start, end = _bounds(gap)
            if start <= last and end >= first:
                where = f" in {gap.country}" if gap.country else ""
                told.append(f"{self.title} was not watching from {gap.start} to {gap.end}{where}.")
        for step in self.breaks:
            if first < pd.Timestamp(step.date) <= last:
                told.append(f"{self.title} changed its method on {step.date}: {step.reason}.")
        return tuple(told)

    def holes(self, country: str | None) -> list[tuple[pd.Timestamp, pd.Timestamp]]:
        """Give the spans inside the watches that were not watched in one country."""
        return [_bounds(gap) for gap in self.gaps if gap.country in (None, country)]


def _release(name: str) -> tuple[int, ...]:
    return tuple(map(int, re.findall(r"\d+", name)))


def _day(day: pd.Timestamp, later: int) -> str:
    return f"{day + pd.Timedelta(days=later):%Y-%m-%d}"


def _bounds(watch: Watch) -> tuple[pd.Timestamp, pd.Timestamp]:
    first = pd.Timestamp(watch.start) if watch.start else pd.Timestamp("1677-09-22")
    last = pd.Timestamp(watch.end) if watch.end else pd.Timestamp("2262-04-10")
    return first, last


def warn_if_mixed(facts: Sequence[SourceFacts], stacklevel: int) -> tuple[str, ...]:
    """Warn if records of several sources are taken together, and give the note of it.

    Parameters
    ----------
    facts : sequence of SourceFacts
        The sources.
    stacklevel : int
        Whose call the warning names: 2 is the caller's.

    Returns
    -------
    tuple of str
        Nothing, or what results must say.

    Examples
    --------
    >>> warn_if_mixed([SourceFacts("s", "S")], 2)
    ()
    """
    if len(facts) < 2:
        return ()
    if len({(fact.unit, fact.deaths) for fact in facts}) > 1:
        told = "; ".join(f"{fact.name}: {fact.unit}, {fact.deaths}" for fact in facts)
        warning = f"sources that count different things are added up: {told}"
        note = "Sources that count different things are added up."
    else:
        names = ", ".join(fact.name for fact in facts[:_SHOWN])
        names += f" and {len(facts) - _SHOWN:,} more" if len(facts) > _SHOWN else ""
        warning = (
            f"sources that may hold the same events are added up: {names}; "
            "riskkit.match_incidents tells which records are one"
        )
        note = f"Sources that may hold the same events are added up: {names}."
    warnings.warn(warning, RiskkitWarning, stacklevel=stacklevel)
    return (note,)


def watched_share(
    periods: pd.PeriodIndex,
    spans: Iterable[tuple[pd.Timestamp, pd.Timestamp]],
    holes: Iterable[tuple[pd.Timestamp, pd.Timestamp]] = (),
) -> np.ndarray:
    """Give the share of each period's days that lie in a span and in no hole.

    Parameters
    ----------
    periods : pandas.PeriodIndex
        The periods.
    spans, holes : iterable of (first day, last day)
        Both days included. Spans may overlap.

    Returns
    -------
    ndarray, shape (periods,)
        Shares in [0, 1].

    Examples
    --------
    >>> import pandas as pd
    >>> months = pd.period_range("1992-12", "1993-02", freq="M")
    >>> watched_share(months, [(pd.Timestamp("1992-12-17"), pd.Timestamp("1993-01-31"))]).round(2)
    array([0.48, 1.  , 0.  ])
    """
    if not len(periods):
        return np.zeros(0)
    first = periods[0].start_time.normalize()
    days = (periods.end_time.normalize() - first).days.to_numpy() + 1
    watching = np.zeros(days[-1], dtype=bool)
    for value, bounds in ((True, spans), (False, holes)):
        for start, end in bounds:
            low = max((start - first).days, 0)
            high = max((end - first).days + 1, 0)
            watching[low:high] = value
    edges = np.concatenate([[0], days[:-1]])
    return np.add.reduceat(watching, edges) / np.diff(np.concatenate([edges, days[-1:]]))
