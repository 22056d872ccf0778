"""Count incidents into a Tally, on whatever engine holds them."""

import warnings
from collections.abc import Mapping, Sequence
from typing import Any

import narwhals as nw
import numpy as np
import pandas as pd

from riskkit.counts.periods import FREQUENCIES, period
from riskkit.counts.table import MARKS, TOLLS, Tally, _aligned
from riskkit.errors import MissingColumnError, NotEnoughIncidentsError, RiskkitWarning
from riskkit.incidents.coverage import SourceFacts, Watch, watched_share
from riskkit.incidents.sources import source_facts

__all__ = ["tally"]

_FINE_ENOUGH = {
    "day": ("day",),
    "week": ("day", "week"),
    "month": ("day", "week", "month"),
    "quarter": ("day", "week", "month"),
    "year": ("day", "week", "month", "year"),
}
_SUMMED = ("injured", "hostages")
_EVERYWHERE = "everywhere"


def tally(
    incidents: Any,
    *,
    by: "str | Sequence[str] | None",
    every: str,
    start: "str | pd.Period | None" = None,
    end: "str | pd.Period | None" = None,
    regions: Sequence[str] | None = None,
    exposure: "pd.DataFrame | pd.Series | None" = None,
    coverage: "Mapping[str, tuple[str | None, str | None]] | pd.DataFrame | None" = None,
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
        If the end had to be guessed, or sources of different units are mixed.

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
    rows_in = int(days["attacks"].sum())
    days["region"] = _names(days, columns)
    days["period"] = pd.PeriodIndex(days["date"], freq=FREQUENCIES[every])
    sources = sorted(days["source"].dropna().unique())
    facts = [source_facts(name) for name in sources]
    periods = _span(days, every, start, end, facts)
    names = _regions(days, regions)

    reasons = pd.Series("", index=days.index)
    asked = [
        ("no date", days["period"].isna()),
        (f"date not known to the {every}", ~days["date_precision"].isin(_FINE_ENOUGH[every])),
        ("no region", days["region"].isna()),
        ("region not asked for", ~days["region"].isin(names)),
        ("before the start", days["period"] < periods[0]),
        ("after the end", days["period"] > periods[-1]),
    ]
    for reason, rows in asked:
        reasons = reasons.mask((reasons == "") & rows.astype(bool), reason)

    watched = _watched(days, names, periods, columns, facts, coverage)
    inside = reasons == ""
    at = (
        names.get_indexer(days.loc[inside, "region"]),
        periods.get_indexer(pd.PeriodIndex(days.loc[inside, "period"])),
    )
    unseen = pd.Series(watched.to_numpy()[at] == 0, index=days.index[inside])
    reasons = reasons.mask(
        unseen.reindex(days.index, fill_value=False), "not watched by the source"
    )
    inside = reasons == ""
    unplaced = days[~inside].groupby(reasons[~inside])["attacks"].sum().rename("rows")
    unplaced.index.name = "reason"
    counts = _fold(days[inside], [*marks])
    if counts["attacks"].sum() + unplaced.sum() != rows_in:
        raise AssertionError("rows in are not attacks counted + unplaced: please report this")
    unknown = int(counts.loc[counts["fatalities"].isna(), "attacks"].sum())
    return Tally(
        counts=counts,
        watched=watched,
        exposure=_aligned(1.0 if exposure is None else exposure, names, periods, "exposure"),
        parents=_parents(days, names, columns),
        unplaced=unplaced,
        notes=_notes(facts, unknown),
        breaks=tuple(
            change
            for fact in facts
            for change in fact.breaks
            if periods[0].start_time < pd.Timestamp(change.date) <= periods[-1].end_time
        ),
        marks=tuple(marks),
        deadly_only=bool(facts) and any(fact.deadly_only for fact in facts),
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
    grouped = (
        frame.select(*keys, *sums)
        .group_by("date", *texts, *TOLLS)
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
    for name in marks:
        table[name] = table[name].fillna("unknown" if name == "target_group" else "Unknown")
    return table


def _names(days: pd.DataFrame, columns: list[str]) -> pd.Series:
    if not columns:
        return pd.Series(_EVERYWHERE, index=days.index, dtype="str")
    names = days[columns[0]]
    for column in columns[1:]:
        names = names + " / " + days[column]
    return names.astype("str")


def _regions(days: pd.DataFrame, regions: Sequence[str] | None) -> pd.Index:
    if regions is None:
        return pd.Index(sorted(days["region"].dropna().unique()), dtype="str", name="region")
    if isinstance(regions, str):
        raise ValueError(f"regions is the text {regions!r}; accepted: a list of names")
    names = pd.Index(list(regions), dtype="str", name="region")
    if not names.is_unique:
        raise ValueError(f"regions names {names[names.duplicated()][0]!r} twice")
    return names


def _span(
    days: pd.DataFrame,
    every: str,
    start: "str | pd.Period | None",
    end: "str | pd.Period | None",
    facts: list[SourceFacts],
) -> pd.PeriodIndex:
    dated = days["period"].dropna()
    if not len(dated) and (start is None or end is None):
        raise NotEnoughIncidentsError(
            "no incident with a date: give start= and end= to count periods without attacks"
        )
    first = period(start, every) if start is not None else dated.min()
    last = period(end, every) if end is not None else _end(days, every, facts)
    if last < first:
        raise ValueError(f"end {last} is before start {first}")
    return pd.period_range(first, last, name="period")


def _end(days: pd.DataFrame, every: str, facts: list[SourceFacts]) -> pd.Period:
    ends = [watch.end for fact in facts for watch in fact.watches]
    latest = days["date"].max()
    if ends and all(ends):
        # The last period is whole if the day after the last one watched begins a new period.
        last = pd.Period(pd.Timestamp(max(ends)) + pd.Timedelta(days=1), FREQUENCIES[every]) - 1
        if (last.end_time - latest).days > 366:
            warnings.warn(
                f"the source watched until {max(ends)} but the last incident is of "
                f"{latest:%Y-%m-%d}: if rows were cut away, give end=",
                RiskkitWarning,
                stacklevel=4,
            )
        return last
    last = pd.Period(latest, FREQUENCIES[every])
    warnings.warn(
        f"it isn't known until when the source watched; the last {every} is taken to be {last}, "
        f"of the last incident ({latest:%Y-%m-%d}), and may be incomplete: give end=",
        RiskkitWarning,
        stacklevel=4,
    )
    return last


def _watched(
    days: pd.DataFrame,
    names: pd.Index,
    periods: pd.PeriodIndex,
    columns: list[str],
    facts: list[SourceFacts],
    coverage: "Mapping[str, tuple[str | None, str | None]] | pd.DataFrame | None",
) -> pd.DataFrame:
    if isinstance(coverage, pd.DataFrame):
        shares = _aligned(coverage, names, periods, "coverage")
        if (shares > 1).any(axis=None):
            raise ValueError("coverage has shares above 1; accepted: 0 (not watched) to 1")
        return shares
    given = dict(coverage or {})
    strange = [name for name in given if name not in names]
    if strange:
        raise ValueError(f"coverage names {strange[0]!r}, which is no region of this tally")
    within = days.dropna(subset=["region", "country"]).groupby("region")["country"].unique()
    known: dict[tuple[str, ...], np.ndarray] = {}
    grid = np.ones((len(names), len(periods)))
    for i, name in enumerate(names):
        if name in given:
            spans = SourceFacts("", "", (Watch(*given[name]),)).spans(None)
            grid[i] = watched_share(periods, spans)
            continue
        if columns and columns[0] == "country":
            countries: tuple[str, ...] = (name.split(" / ")[0],)
        else:
            countries = tuple(sorted(within.get(name, [])))
        if countries not in known:
            known[countries] = _known_share(periods, countries, facts)
        grid[i] = known[countries]
    return pd.DataFrame(grid, index=names, columns=periods)


def _known_share(
    periods: pd.PeriodIndex, countries: tuple[str, ...], facts: list[SourceFacts]
) -> np.ndarray:
    """Average the watched share over a region's countries, the best watching source in each."""
    if not any(fact.watches or fact.gaps for fact in facts):
        return np.ones(len(periods))
    places: tuple[str | None, ...] = countries or (None,)
    anytime = [(periods[0].start_time.normalize(), periods[-1].end_time.normalize())]
    shares = [
        np.max(
            [
                watched_share(
                    periods,
                    fact.spans(place) if fact.watches else anytime,
                    fact.holes(place),
                )
                for fact in facts
            ],
            axis=0,
        )
        for place in places
    ]
    return np.asarray(np.mean(shares, axis=0))


def _fold(days: pd.DataFrame, marks: list[str]) -> pd.DataFrame:
    keys = ["region", "period", *marks, *TOLLS]
    grouped = days.groupby(keys, dropna=False, sort=True, observed=True)
    sums = grouped[["attacks"]].sum()
    for name in _SUMMED:
        sums[name] = grouped[name].sum(min_count=1)
    return sums.reset_index()


def _parents(days: pd.DataFrame, names: pd.Index, columns: list[str]) -> pd.DataFrame:
    outer = columns[:-1]
    if not outer:
        return pd.DataFrame(index=names)
    pieces = [name.split(" / ", len(outer)) for name in names]
    return pd.DataFrame(
        {column: [piece[i] for piece in pieces] for i, column in enumerate(outer)},
        index=names,
        dtype="str",
    )


def _notes(facts: list[SourceFacts], unknown: int) -> tuple[str, ...]:
    notes = [note for fact in facts for note in fact.notes]
    for fact in facts:
        if not fact.census:
            notes.append(f"{fact.title} is no census: its counts give no rates.")
        if fact.deadly_only:
            notes.append(f"{fact.title} collects deadly events only.")
    if unknown:
        notes.append(f"{unknown:,} attacks have an unknown toll and add nothing to deaths.")
    units = {(fact.unit, fact.deaths) for fact in facts}
    if len(units) > 1:
        warnings.warn(
            "sources that count different things are added up: "
            + "; ".join(f"{fact.name}: {fact.unit}, {fact.deaths}" for fact in facts),
            RiskkitWarning,
            stacklevel=3,
        )
        notes.append("Sources that count different things are added up.")
    return tuple(dict.fromkeys(notes))
