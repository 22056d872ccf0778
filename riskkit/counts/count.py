"""Count incidents into a Tally, on whatever engine holds them."""

from collections.abc import Sequence
from typing import Any

import narwhals as nw
import pandas as pd

from riskkit.counts.engine import Dimension, first_and_last, open_incidents
from riskkit.counts.grouping import SUMMED, count_rows
from riskkit.counts.panel import align
from riskkit.counts.periods import FREQUENCIES
from riskkit.counts.table import MARKS, TOLLS, Tally
from riskkit.counts.watching import Coverage, coverage_notes, span, watched_panel
from riskkit.incidents.coverage import SourceFacts, warn_if_mixed
from riskkit.incidents.sources import source_facts

__all__ = ["tally"]

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
    incidents : DataFrame of pandas, Polars, PyArrow, Ibis or Spark, or DuckDB relation
        An incidents table; the engine that holds it does the counting, lazily where it can.
    by : str, sequence of str, or None
        Columns that make the regions, outermost first; None is one region, ``"everywhere"``.
    every : {"day", "week", "month", "quarter", "year"}
        The length of a period. Weeks begin on Monday.
    start, end : str or pandas.Period, optional
        First and last whole period, both included; of a longer one its first or last, so that
        2010 to 2010 is a year of months. ``start`` is by default the first period with an
        incident of any region; ``end`` the last period that the source watched whole, or, where
        that isn't known, the last with an incident, with a warning.
    regions : sequence of str, optional
        The regions wanted, those without attacks too. By default those that occur.
    exposure : pandas.Series by region, or pandas.DataFrame region x period, optional
        What the rate is per; 1 by default.
    coverage : mapping of region to (first day, last day), or DataFrame of shares, optional
        When each region was watched, in place of what is known of the source. Regions that a
        mapping doesn't name keep what is known. None in a pair is no bound; a year is all of it.
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
    for column in columns:
        if column in ("date", *TOLLS, *SUMMED):
            raise ValueError(f"by names {column!r}; accepted: columns that tell where or who")
        if columns.count(column) > 1:
            raise ValueError(f"by names {column!r} twice")
    texts = list(dict.fromkeys(["source", "country", "date_precision", *columns, *marks]))
    frame = open_incidents(incidents, texts, [*TOLLS, *SUMMED])
    sources = Dimension.of(frame, ["source"], "source").levels["source"]
    facts = [_facts(frame, name) for name in sources]
    first, last = first_and_last(frame)
    periods = span(first, last, every, start, end, facts)
    places = Dimension.of(frame, columns, "region")
    found = _names(places.levels, columns)
    names = _regions(found, regions)
    parents = _parents(places.levels, found, names, columns)
    known = places
    if "country" not in columns:
        known = Dimension.of(frame, [*columns, "country"], "country")
    countries = known.levels.assign(region=_names(known.levels, columns))
    # A region that is asked for may be of a source without a row.
    by_name = dict(zip(sources, facts, strict=True))
    # Where regions are of one source each, the others' changes of method are not theirs.
    of_regions = facts
    if "source" in columns:
        by_name = {name: source_facts(name) for name in parents["source"]} | by_name
        of_regions = [by_name[name] for name in parents["source"].unique()]
    watched = watched_panel(countries, parents, periods, columns, by_name, coverage)
    counts, unplaced = count_rows(frame, places, found, marks, every, first, last, watched)
    return Tally(
        counts=counts,
        watched=watched,
        exposure=align(1.0 if exposure is None else exposure, names, periods, "exposure"),
        parents=parents[columns[:-1]],
        unplaced=unplaced,
        notes=(*_notes(facts, counts, columns), *coverage_notes(facts, watched, coverage)),
        breaks=tuple(
            change
            for fact in of_regions
            for change in fact.breaks
            if periods[0].start_time < pd.Timestamp(change.date) <= periods[-1].end_time
        ),
        marks=tuple(marks),
        deadly_only=any(fact.deadly_only for fact in facts),
        census=all(fact.census for fact in facts),
        sources=parents.get("source", pd.Series(dtype="str")),
    )


def _facts(frame: nw.LazyFrame[Any], source: str) -> SourceFacts:
    """Give the facts of a source, as they are for the releases that the incidents are from."""
    facts = source_facts(source)
    if not facts.release_gaps or "vintage" not in frame.collect_schema():
        return facts
    rows = frame.filter(nw.col("source") == source)
    return facts.of_releases(Dimension.of(rows, ["vintage"], "vintage").levels["vintage"])


def _names(places: pd.DataFrame, columns: list[str]) -> pd.Index:
    """Give the region of each place."""
    if not columns:
        return pd.Index([_EVERYWHERE] * len(places), dtype="str")
    rows = places[columns].itertuples(index=False)
    return pd.Index([_NESTED.join(map(str, row)) for row in rows], dtype="str")


def _regions(found: pd.Index, regions: Sequence[str] | None) -> pd.Index:
    if regions is None:
        regions = sorted(found.unique())
    if isinstance(regions, str):
        raise ValueError(f"regions is the text {regions!r}; accepted: a list of names")
    names: pd.Index = pd.Index(list(regions), dtype="str", name="region")
    if not names.is_unique:
        raise ValueError(f"regions names {names[names.duplicated()][0]!r} twice")
    return names


def _parents(
    places: pd.DataFrame, found: pd.Index, names: pd.Index, columns: list[str]
) -> pd.DataFrame:
    """Give the columns that a region's name was made of; asked-for names are split."""
    known = dict(zip(found[::-1], places[columns].to_numpy()[::-1].tolist(), strict=True))
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


def _notes(facts: list[SourceFacts], counts: pd.DataFrame, columns: list[str]) -> tuple[str, ...]:
    unknown = int(counts.loc[counts["fatalities"].isna(), "attacks"].sum())
    long = counts[counts["multi_day"]]
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
    if "source" not in columns:
        notes += warn_if_mixed(facts, stacklevel=4)
    return tuple(dict.fromkeys(notes))
