"""ACLED's weekly aggregates: counts that somebody else made, straight to a Tally."""

import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from riskkit.counts.panel import align
from riskkit.counts.periods import read_period
from riskkit.counts.table import MARKS, TOLLS, Tally
from riskkit.counts.watching import Coverage, coverage_notes, watched_panel
from riskkit.errors import (
    InvalidValueError,
    MissingColumnError,
    NotEnoughIncidentsError,
    RiskkitWarning,
)
from riskkit.incidents.cells import Cells
from riskkit.incidents.files.opening import open_table
from riskkit.incidents.recognise import fitting
from riskkit.incidents.sources import source_facts
from riskkit.incidents.sources.acled import (
    AGAINST_CIVILIANS,
    ATTACKS,
    OTHER_EVENTS,
    VIOLENT_EVENTS,
    VIOLENT_SUB_EVENTS,
)

__all__ = ["read_weekly"]

_NEEDED = ("week", "country", "event_type", "events", "fatalities")
_OTHERS = ("admin1", "sub_event_type", "disorder_type")
_EVERYWHERE = "everywhere"
_NESTED = " / "
# Reasons that are a habit of the layout; the others are worth a warning.
_EXPECTED = ("not an attack", "no week")


def read_weekly(
    data: Any,
    *,
    by: str | Sequence[str] | None = "country",
    start: str | pd.Period | None = None,
    end: str | pd.Period | None = None,
    regions: Sequence[str] | None = None,
    exposure: pd.DataFrame | pd.Series | None = None,
    coverage: Coverage = None,
) -> Tally:
    """Read ACLED's weekly aggregates into a Tally of weeks.

    Counted is political violence, as `riskkit.read_incidents` takes it: battles, explosions and
    remote violence, violence against civilians, mob violence and excessive force against
    protesters. Weeks begin on the day that the file gives, which for ACLED is a Saturday.

    Parameters
    ----------
    data : str, path-like, or DataFrame
        A file or table with the columns ``week``, ``country``, ``event_type``, ``events`` and
        ``fatalities``, and ``admin1``, ``sub_event_type``, ``disorder_type`` where it has them.
    by : {"country", "admin1"}, sequence of those, or None
        Columns that make the regions, outermost first; None is one region, ``"everywhere"``.
    start, end : str or pandas.Period, optional
        First and last week, both included; of a month or year its first or last. By default
        those of the file.
    regions : sequence of str, optional
        The regions wanted, those without attacks too. By default those that occur.
    exposure : pandas.Series by region, or pandas.DataFrame region x week, optional
        What the rate is per; 1 by default.
    coverage : mapping of region to (first day, last day), or DataFrame of shares, optional
        When each region was watched, in place of ACLED's own start in each country.

    Returns
    -------
    Tally
        ``panel("attacks")`` and ``panel("deaths")`` are the sums of the file. The toll of a
        single attack is unknown in all of ``counts``. ``unplaced`` counts events, and one for
        each row whose number of events can't be read: events in = attacks + ``unplaced``.

    Raises
    ------
    MissingColumnError
        If the table lacks a column.
    InvalidValueError
        If weeks begin on different days of the week.
    NotEnoughIncidentsError
        If no row has a week.
    ValueError
        If ``by`` is none of what is accepted, or ``end`` is before ``start``.

    Warns
    -----
    RiskkitWarning
        If rows could not be counted for a fault: how many, and why.

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"week": ["2024-01-06", "2024-01-13"], "country": "Mali",
    ...     "event_type": "Battles", "events": [3, 1], "fatalities": [9, 0]})
    >>> weeks = read_weekly(table)
    >>> weeks
    Tally: 4 attacks and 9 deaths, 1 region, 2 weeks from 2024-01-06/2024-01-12 to \
2024-01-13/2024-01-19
    """
    columns = [] if by is None else [by] if isinstance(by, str) else list(by)
    strange = [column for column in columns if column not in ("country", "admin1")]
    if strange or len(set(columns)) < len(columns):
        raise ValueError(f"by is {by!r}; accepted: 'country', 'admin1', both, or None")
    rows, broken = _rows(data, columns)
    facts = source_facts("acled")
    frequency = _frequency(rows["week"])
    rows["period"] = pd.PeriodIndex(rows["week"], freq=frequency)
    periods = _span(rows["period"], start, end, frequency)
    names = _regions(rows["region"], regions)
    parents = _parents(rows, names, columns)
    days = rows.rename(columns={"week": "date"})
    watched = watched_panel(days, parents, periods, columns, {"acled": facts}, coverage)
    reasons = _reasons(rows, names, periods, watched)
    unplaced = rows["number"].fillna(1).groupby(reasons[reasons != ""]).sum().astype("int64")
    if broken:
        unplaced["a row that is cut off"] = broken
    faults = unplaced[~unplaced.index.str.startswith(_EXPECTED)]
    if len(faults):
        told = "; ".join(f"{count:,} x {reason}" for reason, count in faults.items())
        warnings.warn(f"events or rows not counted: {told}", RiskkitWarning, stacklevel=2)
    counted = rows[reasons == ""]
    return Tally(
        counts=_counts(counted, frequency),
        watched=watched,
        exposure=align(1.0 if exposure is None else exposure, names, periods, "exposure"),
        parents=parents[columns[:-1]],
        unplaced=unplaced.rename("rows").rename_axis("reason"),
        notes=(
            *facts.notes,
            "Made of weekly sums: the tolls of single attacks are unknown.",
            *coverage_notes([facts], watched, coverage),
        ),
        given={
            "attacks": _panel(counted, "number", names, periods).fillna(0),
            "deaths": _deaths(counted, names, periods),
        },
    )


def _rows(data: Any, columns: list[str]) -> tuple[pd.DataFrame, int]:
    """Read the columns that are needed; give the rows and how many were cut off."""
    name, headers = open_table(data)
    needed = {*_NEEDED, *columns}
    header = fitting(headers, name, lambda tried: needed <= set(tried.plain_names))
    if header is None:
        header = min(headers, key=lambda tried: len(needed - set(tried.plain_names)))
        missing = sorted(needed - set(header.plain_names))
        raise MissingColumnError(
            f"{name} has no column {', '.join(missing)}, which ACLED's weekly aggregates have; "
            f"found: {', '.join(header.names[:40])}"
        )
    keys = [key for key in (*_NEEDED, *_OTHERS) if key in header.plain_names]
    # All columns: sums of two places may differ in columns alone that are not needed.
    records = header.read(range(len(header.names)))
    cells = Cells(
        {key: records.columns[header.plain_names.index(key)] for key in keys},
        {key: key for key in keys},
        len(records.lines),
    )
    rows = pd.DataFrame(
        {
            "week": cells.date("week")[0].astype("datetime64[us]"),
            "country": cells.country("country"),
            "admin1": cells.text("admin1"),
            "event_type": cells.text("event_type").str.lower(),
            "sub_event_type": cells.text("sub_event_type").str.lower(),
            "number": cells.people("events"),
            "deaths": cells.people("fatalities"),
            "copy": pd.DataFrame(dict(enumerate(records.columns))).duplicated(),
        }
    )
    rows["region"] = _EVERYWHERE
    if columns:
        rows["region"] = rows[columns[0]]
    for column in columns[1:]:
        rows["region"] += _NESTED + rows[column]
    rows["region"] = rows["region"].astype("str")
    return rows, len(records.broken)


def _frequency(weeks: pd.Series) -> str:
    """Tell on which day weeks begin, as pandas' frequency of weeks that end the day before."""
    firsts = weeks.dropna()
    if not len(firsts):
        raise NotEnoughIncidentsError("no row has a week; accepted: the first day of each week")
    begins = firsts.dt.day_name().value_counts()
    if len(begins) > 1:
        other = firsts[firsts.dt.day_name() == begins.index[-1]].iloc[0]
        raise InvalidValueError(
            f"column 'week' begins on {begins.index[0]} in {begins.iloc[0]:,} rows and on "
            f"{begins.index[-1]} in {begins.iloc[-1]:,} (first {other:%Y-%m-%d}); accepted: weeks "
            "that begin on one and the same day"
        )
    return f"W-{(firsts.iloc[0] - pd.Timedelta(days=1)).day_name()[:3].upper()}"


def _span(
    periods: pd.Series, start: str | pd.Period | None, end: str | pd.Period | None, frequency: str
) -> pd.PeriodIndex:
    first = periods.min() if start is None else read_period(start, frequency, "start")
    last = periods.max() if end is None else read_period(end, frequency, "end")
    if last < first:
        raise ValueError(f"end {last} is before start {first}")
    return pd.period_range(first, last, name="period")


def _regions(found: pd.Series, regions: Sequence[str] | None) -> pd.Index:
    wanted = sorted(found.dropna().unique()) if regions is None else list(regions)
    names: pd.Index = pd.Index(wanted, dtype="str", name="region")
    if isinstance(regions, str) or not names.is_unique:
        raise ValueError(f"regions is {regions!r}; accepted: a list of names, none twice")
    return names


def _parents(rows: pd.DataFrame, names: pd.Index, columns: list[str]) -> pd.DataFrame:
    known = rows.dropna(subset=["region"]).drop_duplicates("region").set_index("region")[columns]
    parents = known.reindex(names)
    unseen = names[parents.isna().any(axis=1)]
    pieces = [str(name).split(_NESTED) for name in unseen]
    for name, found in zip(unseen, pieces, strict=True):
        if len(found) != len(columns):
            raise ValueError(f"region {name!r} is not made of {len(columns)} names, as by asks for")
    return parents.fillna(pd.DataFrame(pieces, unseen, columns)).astype("str")


def _reasons(
    rows: pd.DataFrame, names: pd.Index, periods: pd.PeriodIndex, watched: pd.DataFrame
) -> pd.Series:
    """Give the first reason why each row is not counted, or an empty text."""
    violent = rows["event_type"].str.startswith(VIOLENT_EVENTS).fillna(False).astype(bool)
    violent |= rows["sub_event_type"].isin(VIOLENT_SUB_EVENTS)
    other = rows["event_type"].str.startswith(OTHER_EVENTS).fillna(False).astype(bool)
    weeks = pd.PeriodIndex(rows["period"])
    at_region, at_period = names.get_indexer(pd.Index(rows["region"])), periods.get_indexer(weeks)
    share = watched.to_numpy()[at_region, at_period]
    rules = {
        "no week: a sum over a longer time": rows["week"].isna() & rows["number"].notna(),
        "no number of events": rows["number"].isna(),
        "a copy of an earlier row": rows["copy"],
        "not an attack: other kinds of event": ~violent & other,
        "not an event type": ~violent,
        "no region": rows["region"].isna(),
        "region not asked for": at_region < 0,
        "before the start": weeks < periods[0],
        "after the end": weeks > periods[-1],
        "not watched by the source": share == 0,
    }
    broken = [np.asarray(found, dtype=bool) for found in rules.values()]
    return pd.Series(np.select(broken, list(rules), default=""), index=rows.index)


def _counts(rows: pd.DataFrame, frequency: str) -> pd.DataFrame:
    """Give the long table of attacks by kind; tolls of single attacks are unknown."""
    civilians = rows["event_type"].str.startswith(AGAINST_CIVILIANS).fillna(False)
    civilians = civilians.astype(bool) | rows["sub_event_type"].isin(VIOLENT_SUB_EVENTS)
    attacks = {name: attack for name, (attack, _) in ATTACKS.items()}
    table = pd.DataFrame(
        {
            "region": rows["region"],
            "period": rows["period"].astype(pd.PeriodDtype(frequency)),
            "target_group": np.where(civilians, "civilians", "unknown"),
            "target_type": "Unknown",
            "attack_type": rows["sub_event_type"].map(attacks).astype("str").fillna("Unknown"),
            "attacks": rows["number"].astype("int64"),
        }
    ).astype(dict.fromkeys(("region", *MARKS), "str"))
    sums = table.groupby(["region", "period", *MARKS], sort=True, as_index=False)["attacks"].sum()
    sums = sums[sums["attacks"] > 0].reset_index(drop=True)
    unknown = pd.Series(pd.NA, index=sums.index, dtype="Int64")
    for place, name in enumerate(TOLLS, 2 + len(MARKS)):
        sums.insert(place, name, unknown)
    sums = sums.assign(injured=unknown, hostages=unknown, multi_day=False)
    return sums.astype(dict.fromkeys(("region", *MARKS), "category"))


def _panel(
    rows: pd.DataFrame, column: str, names: pd.Index, periods: pd.PeriodIndex
) -> pd.DataFrame:
    sums = rows.groupby(["region", "period"])[column].sum(min_count=1).astype("Float64")
    wide = sums.unstack("period") if len(sums) else pd.DataFrame()
    return wide.reindex(index=names, columns=periods).astype("float64")


def _deaths(rows: pd.DataFrame, names: pd.Index, periods: pd.PeriodIndex) -> pd.DataFrame:
    """Give the deaths by week: 0 where no attack is counted, NaN where none has a known toll."""
    attacks = _panel(rows, "number", names, periods).fillna(0)
    return _panel(rows, "deaths", names, periods).mask(attacks == 0, 0.0)
