"""The reporting triangle: how many records of each period were known at each release."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from riskkit.counts.covering import last_covering
from riskkit.counts.days import day_of, read_days
from riskkit.counts.periods import FINE_ENOUGH, FREQUENCIES
from riskkit.errors import (
    IncidentDataError,
    InvalidValueError,
    MissingColumnError,
    NotEnoughIncidentsError,
)
from riskkit.incidents.repeats import of_lines
from riskkit.incidents.schema import as_dates

__all__ = ["SLACK", "Triangle", "days_past", "of_recorded", "of_vintages", "whole_period"]

# Days by which releases may lie elsewhere in their period than the last one: about an eighth of it.
SLACK = {"week": 1, "month": 3, "quarter": 11, "year": 45}


@dataclass(frozen=True, eq=False)
class Triangle:
    """What was known of each period at each release.

    Parameters
    ----------
    cells : pandas.DataFrame
        One row for each period and pair of releases in a row: ``period``, its age in whole
        periods at the first (``younger``) and at the second (``older``), the records that came
        between (``new``) and all known at the second (``known``).
    releases : pandas.DatetimeIndex
        Days on which was seen what was known.
    notes : tuple of str
        What was left out, and why.
    """

    cells: pd.DataFrame
    releases: pd.DatetimeIndex
    notes: tuple[str, ...]


def whole_period(day: pd.Timestamp, every: str) -> pd.Period:
    """Give the last period that was over by the end of a day.

    Parameters
    ----------
    day : pandas.Timestamp
        The day.
    every : str
        The length of a period.

    Returns
    -------
    pandas.Period
    """
    running = pd.Period(day, freq=FREQUENCIES[every])
    return running if day.normalize() == running.end_time.normalize() else running - 1


def days_past(day: pd.Timestamp, every: str) -> int:
    """Give the days that have passed since the last whole period was over: 0 on its last day.

    Parameters
    ----------
    day : pandas.Timestamp
        The day.
    every : str
        The length of a period.

    Returns
    -------
    int
    """
    return int((day.normalize() - whole_period(day, every).end_time.normalize()).days)


def of_vintages(vintages: Mapping[str | pd.Timestamp, pd.DataFrame], every: str) -> Triangle:
    """Make the triangle from releases of one source that keeps its ids.

    A record comes with the first release that holds it, and belongs to the period that the last
    one gives it. A record that a later release of the same period doesn't hold was removed, and
    is counted nowhere. Ages are told as far into the running period as the last release is: of each
    period the release nearest to that day counts, and none that lies further off than `SLACK`.

    Parameters
    ----------
    vintages : mapping of day to pandas.DataFrame
        Incidents tables by day of release. A table may hold all periods, or the newest and what
        came late.
    every : str
        The length of a period.

    Returns
    -------
    Triangle

    Raises
    ------
    MissingColumnError
        If a table lacks ``incident_id`` or ``date``.
    IncidentDataError
        If releases of the same periods share no id, or all ids of one are missing or lines of
        its file.
    NotEnoughIncidentsError
        If fewer than two releases are left, or most lie elsewhere in their period than the last
        one, or they hold nothing.
    InvalidValueError
        If dates can't be read.
    TypeError
        If a release is no table of pandas.
    """
    days = {day_of(key, "a release"): table for key, table in vintages.items()}
    if len(days) < len(vintages):
        raise InvalidValueError(
            f"vintages holds {len(vintages)} releases of {len(days)} days; accepted: one a day"
        )
    if len(days) < 2:
        raise NotEnoughIncidentsError(
            f"vintages holds {len(days)} release(s); accepted: two or more"
        )
    whole, releases, notes = _in_step(pd.DatetimeIndex(sorted(days)), every)
    parts, vague, lines, nameless = [], 0, 0, 0
    for number, day in enumerate(releases):
        table = days[day]
        if not isinstance(table, pd.DataFrame):
            raise TypeError(
                f"the release of {day:%Y-%m-%d} is a {type(table).__name__}; accepted: an "
                "incidents table of pandas"
            )
        lacking = [name for name in ("incident_id", "date") if name not in table]
        if lacking:
            raise MissingColumnError(
                f"the release of {day:%Y-%m-%d} has no column {', '.join(lacking)}"
            )
        unnamed = table["incident_id"].isna()
        if len(table) and unnamed.all():
            raise IncidentDataError(
                f"the release of {day:%Y-%m-%d} has no known incident_id in any of its "
                f"{len(table):,} rows; accepted: ids of the source"
            )
        made = of_lines(table)
        if len(table) and made.all():
            raise IncidentDataError(
                f"the ids of the release of {day:%Y-%m-%d} are lines of its file (like "
                f"{table['incident_id'].iloc[0]!r}): they don't tell which record is which; "
                "accepted: ids of the source"
            )
        table = table.assign(date=as_dates(table["date"], f"date of {day:%Y-%m-%d}'s release"))
        usable = _usable(table, every)
        vague, lines = int((~usable).sum()), int(made.sum())
        nameless = max(nameless, int(unnamed.sum()))
        followed = usable & ~made & ~unnamed
        part = table.loc[followed, ["incident_id", "date"]].drop_duplicates("incident_id")
        parts.append(part.assign(release=number))
    seen = pd.concat(parts, ignore_index=True)
    if not len(seen):
        raise NotEnoughIncidentsError(
            f"no release holds a record whose date is known to the {every}; accepted: releases "
            "with records"
        )
    seen["period"] = _ordinals(seen["date"], every)
    by_id = seen.groupby("incident_id", sort=False)
    records = by_id.agg(
        first=("release", "min"), last=("release", "max"), period=("period", "last")
    )
    covering, renamed = last_covering(seen, records, releases)
    notes += renamed
    stayed = records["last"] >= records["period"].map(covering)
    if not stayed.all():
        notes.append(
            f"{int((~stayed).sum()):,} of {len(records):,} records were removed again and count "
            "nowhere here; that some of the newest records will be removed is not corrected for."
        )
    if vague:
        notes.append(_vague(vague, every))
    if lines:
        notes.append(f"{lines:,} records have a line of their file as id and aren't followed.")
    if nameless:
        notes.append(f"Up to {nameless:,} records of a release have no id and aren't followed.")
    records = records[stayed]
    arrived, period = records["first"].to_numpy(int), records["period"].to_numpy(int)
    return Triangle(_cells(arrived, period, whole, every), releases, tuple(notes))


def of_recorded(
    incidents: pd.DataFrame,
    recorded: str,
    every: str,
    since: str | pd.Timestamp | None,
    as_of: str | pd.Timestamp | None,
) -> Triangle:
    """Make the triangle from one table that tells when each record was made.

    Parameters
    ----------
    incidents : pandas.DataFrame
        With ``date`` and the column named by ``recorded``.
    recorded : str
        Column with the day of the record: dates, ISO text, or numbers such as 20240501,
        20240501123000, or seconds (or parts of one) since 1970.
    every : str
        The length of a period.
    since, as_of : str, pandas.Timestamp or None
        First day from which records were made as things happened, and the day of the table; by
        default the first and the last day of a record.

    Returns
    -------
    Triangle

    Raises
    ------
    MissingColumnError
        If a column is missing.
    InvalidValueError
        If the column holds no days, or numbers of no one kind, or dates can't be read.
    """
    lacking = [name for name in ("date", recorded) if name not in incidents]
    if lacking:
        raise MissingColumnError(f"no column {', '.join(map(repr, lacking))} in the incidents")
    incidents = incidents.assign(date=as_dates(incidents["date"], "column 'date'"))
    entered = read_days(incidents[recorded], recorded)
    usable = _usable(incidents, every)
    notes = []
    if (~usable).any():
        notes.append(_vague(int((~usable).sum()), every))
    if (usable & entered.isna()).any():
        count = int((usable & entered.isna()).sum())
        notes.append(f"{count:,} records without a readable {recorded!r} are left out.")
    usable &= entered.notna()
    happened, entered = incidents.loc[usable, "date"], entered[usable]
    early = entered < happened.dt.normalize()
    if early.any():
        notes.append(f"{int(early.sum()):,} records were made before their day: taken as at once.")
    last = entered.max() if as_of is None else day_of(as_of, "as_of")
    first = entered.min() if since is None else day_of(since, "since")
    releases = _cuts(first, last, every)
    if len(releases) < 2:
        raise NotEnoughIncidentsError(
            f"records from {first:%Y-%m-%d} to {last:%Y-%m-%d} span no two {every}s; accepted: a "
            "longer time"
        )
    after = entered > last
    if after.any():
        notes.append(f"{int(after.sum()):,} records were made after {last:%Y-%m-%d}: left out.")
    arrived = np.searchsorted(releases, entered[~after].to_numpy())
    notes.append(
        f"{recorded!r} is taken as the day of the first record: where a source writes the day of "
        "the last change instead, it looks later than it is."
    )
    whole = np.array([whole_period(day, every).ordinal for day in releases])
    cells = _cells(arrived, _ordinals(happened[~after], every), whole, every)
    return Triangle(cells, releases, tuple(notes))


def _cells(arrived: np.ndarray, period: np.ndarray, whole: np.ndarray, every: str) -> pd.DataFrame:
    """Count records by period and release, and pair each release with the one before.

    ``whole`` is the newest whole period of each release.
    """
    inside = period <= whole[-1]
    first = int(period[inside].min()) if inside.any() else int(whole[-1])
    grid = np.zeros((whole[-1] - first + 1, len(whole)), dtype=np.int64)
    np.add.at(grid, (period[inside] - first, arrived[inside]), 1)
    known = grid.cumsum(axis=1)
    newest = pd.Period(ordinal=int(whole[-1]), freq=FREQUENCIES[every])
    periods = pd.period_range(end=newest, periods=len(grid))
    ages = whole[None, :] - (first + np.arange(len(grid)))[:, None]
    row, before = np.nonzero((ages[:, :-1] >= 0) & (known[:, 1:] > 0))
    return pd.DataFrame(
        {
            "period": pd.PeriodIndex(periods[row]),
            "younger": ages[row, before],
            "older": ages[row, before + 1],
            "new": grid[row, before + 1],
            "known": known[row, before + 1],
        }
    )


def _cuts(first: pd.Timestamp, last: pd.Timestamp, every: str) -> pd.DatetimeIndex:
    """Give days a period apart that lie as far after the end of a period as the last one does."""
    ends = pd.period_range(pd.Period(first, freq=FREQUENCIES[every]) - 1, whole_period(last, every))
    days = _days_after(ends, days_past(last, every))
    return pd.DatetimeIndex(days[days >= first.normalize()]).as_unit("us")


def _days_after(ends: pd.PeriodIndex, past: int) -> pd.DatetimeIndex:
    """Give the days so many after the end of each period, before the end of the next one."""
    lengths = ((ends + 1).end_time.normalize() - ends.end_time.normalize()).days
    return ends.end_time.normalize() + pd.to_timedelta(np.minimum(past, lengths - 1), unit="D")


def _in_step(days: pd.DatetimeIndex, every: str) -> tuple[np.ndarray, pd.DatetimeIndex, list[str]]:
    """Choose the releases that lie as far into their period as the last one.

    Gives the newest whole period of each, by number, their days, and notes on the others.
    """
    slack, past = SLACK[every], days_past(days[-1], every)
    ends = pd.period_range(
        pd.Period(days[0], freq=FREQUENCIES[every]) - 2, whole_period(days[-1], every)
    )
    off = (days.to_numpy()[:, None] - _days_after(ends, past).to_numpy()) / np.timedelta64(1, "D")
    mark = np.abs(off).argmin(axis=1)
    found = pd.DataFrame({"mark": mark, "off": off[np.arange(len(days)), mark], "day": days})
    found = found.sort_values("off", key=np.abs, kind="stable")
    alike = found[found["off"].abs() <= slack]
    chosen = alike.drop_duplicates("mark").sort_values("mark")
    # Where most lie elsewhere the last one is the odd one, and few of them are left to tell.
    if len(chosen) < 2 or len(chosen) <= found["mark"].nunique() - len(chosen):
        latest = ", ".join(f"{day:%Y-%m-%d}" for day in days[-3:])
        raise NotEnoughIncidentsError(
            f"vintages holds {len(days)} release(s), {len(chosen)} of them (the last too) {past} "
            f"days after the end of a {every}, give or take {slack}; the latest are of {latest}; "
            f"accepted: two or more, a {every} or more apart, and most as far into a {every} as "
            "the last one"
        )
    notes = []
    if len(alike) < len(days):
        notes.append(
            f"{len(days) - len(alike):,} of {len(days):,} releases are left out: they lie over "
            f"{slack} days elsewhere in their {every} than the last one."
        )
    usual = float(chosen["off"].iloc[:-1].median())
    if abs(usual) > 1:
        notes.append(
            f"The releases before the last lie {abs(usual):.0f} days "
            f"{'earlier' if usual < 0 else 'later'} in their {every}: a new {every} is taken as "
            f"{'less' if usual < 0 else 'more'} complete than it is."
        )
    return ends.asi8[chosen["mark"].to_numpy()], pd.DatetimeIndex(chosen["day"]), notes


def _usable(table: pd.DataFrame, every: str) -> pd.Series:
    usable = table["date"].notna()
    if "date_precision" in table:
        precision = table["date_precision"].astype("str")
        usable &= precision.isin(FINE_ENOUGH[every]) | table["date_precision"].isna()
    return usable


def _ordinals(dates: pd.Series, every: str) -> np.ndarray:
    return np.asarray(pd.PeriodIndex(dates, freq=FREQUENCIES[every]).asi8)


def _vague(count: int, every: str) -> str:
    return f"{count:,} records whose date isn't known to the {every} are left out."
