"""Count incidents into a Tally, on whatever engine holds them."""

import warnings
from collections.abc import Sequence
from typing import Any

import narwhals as nw
import numpy as np
import pandas as pd

from riskkit.counts.panel import align
from riskkit.counts.periods import FINE_ENOUGH, FREQUENCIES
from riskkit.counts.table import MARKS, TOLLS, Tally
from riskkit.counts.watching import Coverage, coverage_notes, span, watched_panel
from riskkit.errors import MissingColumnError, RiskkitWarning
from riskkit.incidents.coverage import SourceFacts
from riskkit.incidents.sources import source_facts

__all__ = ["tally"]

_SUMMED = ("injured", "hostages")
_EVERYWHERE = "everywhere"
_NESTED = " / "


def tally(
    incidents: Any,
    *,
    by: str | Sequence[str] | None,
    every: str,
    start: str | pd.Period | None = None,
    end: str | pd.Period | None = None,
    regions: Sequence[str] | None = None,
    exposure: pd.DataFrame | pd.Series | None = None,
    coverage: Coverage = None,
    marks: Sequence[str] = MARKS,
) -> Tally:
    """Count attacks by region and period, with their marks and tolls.

    Parameters
    ----------
    incidents : DataFrame of pandas, Polars or PyArrow, DuckDB relation, or any lazy frame
        An incidents table; the engine that holds it does the counting.
    by : str, sequence of str, or None
        Columns that make the regions, outermost first; None is one region, ``"everywhere"``.
    every : {"day", "week", "month", "quarter", "year"}
        The length of a period. Weeks begin on Monday.
    start, end : str or pandas.Period, optional
        First and last whole period, both included. ``start`` is by default the first period
        with an incident of any region; ``end`` the last period that the source watched whole,
        or, where that isn't known, the last with an incident, with a warning.
    regions : sequence of str, optional
        The regions wanted, those without attacks too. By default those that occur.
    exposure : pandas.Series by region, or pandas.DataFrame region x period, optional
        What the rate is per; 1 by default.
    coverage : mapping of region to (first day, last day), or DataFrame of shares, optional
        When each region was watched, in place of what is known of the source. Regions that a
        mapping doesn't name keep what is known. None in a pair is no bound.
    marks : sequence of str
        Columns that say what kind of attack it was.

    Returns
    -------
    Tally
        Rows in = attacks counted + ``unplaced``.

    Raises
    ------
    MissingColumnError
        If the incidents lack a column.
    NotEnoughIncidentsError
        If no incident has a date and neither ``start`` nor ``end`` are given.
    ValueError
        If an argument is none of what is accepted.

    Warns
    -----
    RiskkitWarning
        If the end had to be guessed, or sources are mixed: of different units or deaths, or of
        the same that may hold the same events.

    Examples
    --------
    >>> import pandas as pd
    >>> from riskkit.incidents.schema import conform
    >>> attacks = conform(pd.DataFrame({
    ...     "incident_id": ["a", "b", "c"], "country": ["MLI", "MLI", "NER"],
    ...     "date": ["2017-06-18", "2017-07-02", "2017-07-09"], "date_precision": "day",
    ...     "fatalities": [5, None, 1]}))
    >>> months = tally(attacks, by="country", every="month", end="2017-07")
    >>> months.panel("attacks")
    period  2017-06  2017-07
    region
    MLI         1.0      1.0
    NER         0.0      1.0
    """
    if every not in FREQUENCIES:
        raise ValueError(f"every is {every!r}; accepted: {', '.join(FREQUENCIES)}")
    columns = [] if by is None else [by] if isinstance(by, str) else list(by)
    days = _count_days(incidents, columns, list(marks))
    days["region"] = _names(days, columns)
    days["period"] = pd.PeriodIndex(days["date"], freq=FREQUENCIES[every])
    facts = [source_facts(name) for name in sorted(days["source"].dropna().unique())]
    periods = span(days, every, start, end, facts)
    names = _regions(days, regions)
    parents = _parents(days, names, columns)
    watched = watched_panel(days, parents, periods, columns, facts, coverage)
    reasons = _reasons_not_counted(days, every, watched)
    counted = days[reasons == ""]
    left_out = days[reasons != ""]
    unplaced = left_out.groupby(reasons[reasons != ""])["attacks"].sum().rename("rows")
    return Tally(
        counts=_fold(counted, [*marks]),
        watched=watched,
        exposure=align(1.0 if exposure is None else exposure, names, periods, "exposure"),
        parents=parents[columns[:-1]],
        unplaced=unplaced.rename_axis("reason"),
        notes=(*_notes(facts, counted), *coverage_notes(facts, watched, coverage)),
        breaks=tuple(
            change
            for fact in facts
            for change in fact.breaks
            if periods[0].start_time < pd.Timestamp(change.date) <= periods[-1].end_time
        ),
        marks=tuple(marks),
        deadly_only=any(fact.deadly_only for fact in facts),
        census=all(fact.census for fact in facts),
    )


def _count_days(incidents: Any, columns: list[str], marks: list[str]) -> pd.DataFrame:
    """Let the engine that holds the incidents count them by day, place, marks and toll."""
    frame = nw.from_native(incidents).lazy()
    found = frame.collect_schema().names()
    texts = list(dict.fromkeys(["source", "country", "date_precision", *columns, *marks]))
    for name in ["date", *texts, *TOLLS, *_SUMMED]:
        if name not in found:
            raise MissingColumnError(
                f"no column {name!r} in the incidents; found: {', '.join(found)}; "
                "riskkit.read_incidents makes a table that has them all"
            )
    keys = [nw.col("date").cast(nw.Date)]
    keys += [nw.col(name).cast(nw.String) for name in texts]
    keys += [nw.col(name).cast(nw.Int64) for name in TOLLS]
    sums = [nw.col(name).cast(nw.Int64) for name in _SUMMED]
    # A table made before the schema had `days` is counted as if no event were known to be long.
    long = nw.col("days").cast(nw.Int64) > 1 if "days" in found else nw.lit(False)
    keys.append(long.alias("multi_day"))
    grouped = (
        frame.select(*keys, *sums)
        .group_by("date", *texts, *TOLLS, "multi_day")
        .agg(
            nw.len().alias("attacks"),
            *[nw.col(name).sum().alias(name) for name in _SUMMED],
            *[nw.col(name).count().alias(f"{name}_known") for name in _SUMMED],
        )
    )
    days = grouped.collect().to_pandas()
    table = pd.DataFrame({"date": pd.to_datetime(days["date"]).astype("datetime64[us]")})
    for name in texts:
        table[name] = days[name].astype(pd.StringDtype(na_value=np.nan))
    for name in TOLLS:
        table[name] = days[name].astype("Float64").astype("Int64")
    table["attacks"] = days["attacks"].astype("int64")
    for name in _SUMMED:
        known = days[f"{name}_known"].to_numpy(int) > 0
        table[name] = days[name].astype("Float64").astype("Int64").where(known)
    table["multi_day"] = days["multi_day"].astype("boolean").fillna(False).astype("bool")
    for name in marks:
        table[name] = table[name].fillna("unknown" if name == "target_group" else "Unknown")
    return table


def _names(days: pd.DataFrame, columns: list[str]) -> pd.Series:
    if not columns:
        return pd.Series(_EVERYWHERE, index=days.index, dtype="str")
    names = days[columns[0]]
    for column in columns[1:]:
        names = names + _NESTED + days[column]
    return names.astype("str")


def _regions(days: pd.DataFrame, regions: Sequence[str] | None) -> pd.Index:
    if regions is None:
        regions = sorted(days["region"].dropna().unique())
    if isinstance(regions, str):
        raise ValueError(f"regions is the text {regions!r}; accepted: a list of names")
    names: pd.Index = pd.Index(list(regions), dtype="str", name="region")
    if not names.is_unique:
        raise ValueError(f"regions names {names[names.duplicated()][0]!r} twice")
    return names


def _fold(days: pd.DataFrame, marks: list[str]) -> pd.DataFrame:
    keys = ["region", "period", *marks, *TOLLS, "multi_day"]
    grouped = days.groupby(keys, dropna=False, sort=True, observed=True)
    sums = grouped[["attacks"]].sum()
    for name in _SUMMED:
        sums[name] = grouped[name].sum(min_count=1)
    return sums.reset_index()[[*keys[:-1], "attacks", *_SUMMED, "multi_day"]]


def _reasons_not_counted(days: pd.DataFrame, every: str, watched: pd.DataFrame) -> pd.Series:
    """Give the first reason why each row is not counted, or an empty text."""
    names, periods = watched.index, pd.PeriodIndex(watched.columns)
    at_region = names.get_indexer(pd.Index(days["region"]))
    at_period = periods.get_indexer(pd.PeriodIndex(days["period"]))
    share = watched.to_numpy()[at_region, at_period]
    rules = {
        "no date": days["period"].isna(),
        f"date not known to the {every}": ~days["date_precision"].isin(FINE_ENOUGH[every]),
        "no region": days["region"].isna(),
        "region not asked for": at_region < 0,
        "before the start": days["period"] < periods[0],
        "after the end": days["period"] > periods[-1],
        "not watched by the source": share == 0,
    }
    broken = [np.asarray(rows, dtype=bool) for rows in rules.values()]
    return pd.Series(np.select(broken, list(rules), default=""), index=days.index)


def _parents(days: pd.DataFrame, names: pd.Index, columns: list[str]) -> pd.DataFrame:
    """Give the columns that a region's name was made of; asked-for names are split."""
    placed = days.dropna(subset=["region"]).drop_duplicates("region").set_index("region")
    known = {str(name): list(row) for name, row in placed[columns].iterrows()}
    rows = []
    for name in names:
        pieces = known.get(name) or (name.split(_NESTED, len(columns) - 1) if columns else [])
        if len(pieces) != len(columns):
            raise ValueError(
                f"region {name!r} is not made of {len(columns)} names joined by {_NESTED!r}, "
                f"as by={columns} asks for"
            )
        rows.append(pieces)
    return pd.DataFrame(rows, index=names, columns=columns).astype("str")


def _notes(facts: list[SourceFacts], counted: pd.DataFrame) -> tuple[str, ...]:
    unknown = int(counted.loc[counted["fatalities"].isna(), "attacks"].sum())
    long = counted[counted["multi_day"]]
    notes = [note for fact in facts for note in fact.notes]
    for fact in facts:
        if not fact.census:
            notes.append(f"{fact.title} is no census: its counts give no rates.")
        if fact.deadly_only:
            notes.append(f"{fact.title} collects deadly events only.")
    if unknown:
        notes.append(f"{unknown:,} attacks have an unknown toll and add nothing to deaths.")
    if len(long):
        deaths = int((long["fatalities"] * long["attacks"]).sum())
        notes.append(
            f"{int(long['attacks'].sum()):,} events with {deaths:,} deaths ran over days: sums of "
            "attacks, which are in the deaths but not among single attacks and the deadliest one."
        )
    units = {(fact.unit, fact.deaths) for fact in facts}
    if len(units) > 1:
        warnings.warn(
            "sources that count different things are added up: "
            + "; ".join(f"{fact.name}: {fact.unit}, {fact.deaths}" for fact in facts),
            RiskkitWarning,
            stacklevel=3,
        )
        notes.append("Sources that count different things are added up.")
    elif sum(bool(fact.terms) for fact in facts) > 1:
        names = ", ".join(fact.name for fact in facts)
        warnings.warn(
            f"sources that may hold the same events are added up: {names}; "
            "riskkit.match_incidents tells which records are one",
            RiskkitWarning,
            stacklevel=3,
        )
        notes.append(f"Sources that may hold the same events are added up: {names}.")
    return tuple(dict.fromkeys(notes))
