"""Which periods are counted, and what share of each was watched."""

import warnings
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from riskkit.counts.panel import align
from riskkit.counts.periods import FREQUENCIES, read_period
from riskkit.errors import NotEnoughIncidentsError, RiskkitWarning
from riskkit.incidents.coverage import SourceFacts, watched_share

__all__ = ["Coverage", "coverage_notes", "span", "watched_panel"]

Coverage = Mapping[str, tuple[str | None, str | None]] | pd.DataFrame | None


def span(
    earliest: pd.Timestamp,
    latest: pd.Timestamp,
    every: str,
    start: str | pd.Period | None,
    end: str | pd.Period | None,
    facts: list[SourceFacts],
) -> pd.PeriodIndex:
    """Give the periods to count, from the arguments or from what is known of the sources.

    Parameters
    ----------
    earliest, latest : pandas.Timestamp
        The first and the last day with an incident; NaT where there is none.
    every : str
        The length of a period.
    start, end : str, pandas.Period or None
        First and last, both included; of a longer one its first or last.
    facts : list of SourceFacts
        Of the sources that occur.

    Returns
    -------
    pandas.PeriodIndex

    Raises
    ------
    NotEnoughIncidentsError
        If no row has a date and a bound is missing.
    ValueError
        If the end is before the start.
    """
    if pd.isna(earliest) and (start is None or end is None):
        raise NotEnoughIncidentsError(
            "no incident with a date: give start= and end= to count periods without attacks"
        )
    frequency = FREQUENCIES[every]
    first = read_period(earliest if start is None else start, frequency, "start")
    last = _last(latest, every, facts) if end is None else read_period(end, frequency, "end")
    if last < first:
        raise ValueError(f"end {last} is before start {first}")
    return pd.period_range(first, last, name="period")


def _last(latest: pd.Timestamp, every: str, facts: list[SourceFacts]) -> pd.Period:
    ends = [watch.end for fact in facts for watch in fact.watches]
    known = [pd.Timestamp(end) for end in ends if end is not None]
    if not known or len(known) < len(ends):
        last = pd.Period(latest, FREQUENCIES[every])
        warnings.warn(
            f"it isn't known until when the source watched; the last {every} is taken to be "
            f"{last}, of the last incident ({latest:%Y-%m-%d}), and may be incomplete: give end=",
            RiskkitWarning,
            stacklevel=4,
        )
        return last
    # A period is watched whole if the day after the last one watched begins the next.
    last = pd.Period(max(known) + pd.Timedelta(days=1), FREQUENCIES[every]) - 1
    if (last.end_time - latest).days > 366:
        warnings.warn(
            f"the source watched until {max(known):%Y-%m-%d} but the last incident is of "
            f"{latest:%Y-%m-%d}: if rows were cut away, give end=",
            RiskkitWarning,
            stacklevel=4,
        )
    return last


def watched_panel(
    places: pd.DataFrame,
    parents: pd.DataFrame,
    periods: pd.PeriodIndex,
    columns: list[str],
    facts: Mapping[str, SourceFacts],
    coverage: Coverage,
) -> pd.DataFrame:
    """Give the share of each period in which each region was watched.

    Parameters
    ----------
    places : pandas.DataFrame
        The ``region`` and ``country`` that occur together.
    parents : pandas.DataFrame
        Indexed by region: the columns that make it.
    periods : pandas.PeriodIndex
        The periods.
    columns : list of str
        The columns that make a region.
    facts : mapping of str to SourceFacts
        By the name of the source. A region that is one source's own is watched by no other.
    coverage : mapping, pandas.DataFrame or None
        What the user knows better.

    Returns
    -------
    pandas.DataFrame of float
        Region x period, 0 to 1.

    Raises
    ------
    ValueError
        If the coverage names an unknown region, or holds what is no share and no pair of days.
    """
    names = parents.index
    if isinstance(coverage, pd.DataFrame):
        shares = align(coverage, names, periods, "coverage")
        if (shares > 1).any(axis=None):
            raise ValueError("coverage has shares above 1; accepted: 0 (not watched) to 1")
        return shares
    given = dict(coverage or {})
    strange = [name for name in given if name not in names]
    if strange:
        raise ValueError(f"coverage names {strange[0]!r}, which is no region of this tally")
    if "country" in columns:
        countries: dict[Any, tuple[str, ...]] = {
            name: (code,) for name, code in parents["country"].items()
        }
    else:
        pairs = places.dropna(subset=["region", "country"]).drop_duplicates(["region", "country"])
        grouped = pairs.sort_values("country").groupby("region")["country"]
        countries = {name: tuple(listed) for name, listed in grouped}
    everyone = tuple(facts)
    watching = dict.fromkeys(names, everyone)
    if "source" in columns:
        watching = {name: (source,) for name, source in parents["source"].items()}
    known: dict[tuple[tuple[str, ...], ...], np.ndarray] = {}
    grid = np.ones((len(names), len(periods)))
    for i, name in enumerate(names):
        if name in given:
            grid[i] = watched_share(periods, [_given_span(name, given[name], periods)])
            continue
        case = countries.get(name, ()), watching[name]
        if case not in known:
            known[case] = _known_share(periods, case[0], [facts[source] for source in case[1]])
        grid[i] = known[case]
    return pd.DataFrame(grid, index=names, columns=periods)


def _given_span(
    name: str, pair: tuple[str | None, str | None], periods: pd.PeriodIndex
) -> tuple[pd.Timestamp, pd.Timestamp]:
    """Read the first and the last day watched that the user gave for a region."""
    told = f"coverage of {name!r} is {pair!r}; accepted: (first day, last day), None for no bound"
    if not isinstance(pair, tuple | list) or len(pair) != 2:
        raise ValueError(told)
    first, last = periods[0].start_time.normalize(), periods[-1].end_time.normalize()
    try:
        if pair[0] is not None:
            first = read_period(pair[0], "D", "start").start_time
        if pair[1] is not None:
            last = read_period(pair[1], "D", "end").start_time
    except ValueError as problem:
        raise ValueError(f"{told}: {problem}") from problem
    if None not in pair and last < first:
        raise ValueError(f"{told}, and the last not before the first")
    return first, last


def coverage_notes(
    facts: list[SourceFacts], watched: pd.DataFrame, coverage: Coverage
) -> tuple[str, ...]:
    """Say what is taken from the sources' coverage, and which breaks lie inside the periods.

    Parameters
    ----------
    facts : list of SourceFacts
        Of the sources that occur.
    watched : pandas.DataFrame
        Region x period: the share watched.
    coverage : mapping, pandas.DataFrame or None
        What the user knows better.

    Returns
    -------
    tuple of str
        One sentence each.
    """
    periods = pd.PeriodIndex(watched.columns)
    first, last = periods[0].start_time, periods[-1].end_time
    notes = [note for fact in facts for note in fact.caveats(first, last)]
    unwatched, cells = int((watched.to_numpy() < 1).sum()), watched.size
    if unwatched:
        origin = "the coverage given" if coverage is not None else "what is known of the source"
        notes.append(
            f"{unwatched:,} of {cells:,} cells (region and period) were not or not wholly watched, "
            f"by {origin}: not watched is not zero."
        )
    return tuple(notes)


def _known_share(
    periods: pd.PeriodIndex, countries: tuple[str, ...], facts: list[SourceFacts]
) -> np.ndarray:
    """Average the share over a region's countries; in each the best watching source counts.

    A country that isn't there yet, or any more, is no part of the average: its attacks stand under
    another. A region without any country that is there is not watched.
    """
    if not any(fact.watches or fact.gaps for fact in facts):
        return np.ones(len(periods))
    always = [(periods[0].start_time.normalize(), periods[-1].end_time.normalize())]
    places: tuple[str | None, ...] = countries or (None,)
    shares = [
        [
            watched_share(periods, fact.spans(place) if fact.watches else always, fact.holes(place))
            for fact in facts
        ]
        for place in places
    ]
    there = [
        [
            watched_share(periods, [fact.lifetime(place)] if fact.watches else always)
            for fact in facts
        ]
        for place in places
    ]
    lived = np.max(there, axis=1).sum(axis=0)
    share = np.max(shares, axis=1).sum(axis=0)
    if len(places) == 1:
        return np.asarray(share)
    return np.divide(share, lived, out=np.zeros(len(periods)), where=lived > 0)
