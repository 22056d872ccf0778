"""Tell the source of a table from its columns."""

from collections.abc import Callable, Mapping, Sequence

from riskkit.errors import IncidentDataError, MissingColumnError, UnknownSourceError
from riskkit.incidents.files.records import Header
from riskkit.incidents.schema import COLUMNS
from riskkit.incidents.sources import SOURCES, Source
from riskkit.incidents.sources.west_africa import FACTS, MARKS

__all__ = ["fitting", "recognise"]

# Columns of tables that are counts already, and what to do with those.
_COUNTED = {
    frozenset({"week", "country", "events", "fatalities"}): "ACLED's weekly aggregates",
    frozenset({"country_cy", "year_cy"}): "UCDP's country-years",
    frozenset({"month_id", "country_id", "ged_sb"}): "country-months of VIEWS",
    frozenset({"country", "year", "events"}): "counts by country and time, such as ACLED's on HDX",
}
_SHOWN = 40


def recognise(
    headers: Sequence[Header],
    name: str,
    source: str | None,
    columns: Mapping[str, str] | None,
) -> tuple[Source, str, Header, dict[str, int]]:
    """Give the source of a table, the name to write for it, its header and where its columns are.

    Parameters
    ----------
    headers : sequence of Header
        Rows that may be the header.
    name : str
        What to call the table in messages.
    source : str, optional
        The source that the user named.
    columns : mapping of str to str, optional
        Column of the incidents table to column of this table.

    Raises
    ------
    UnknownSourceError
        If no source fits, or the one named doesn't and another does.
    MissingColumnError
        If the source named, or ``columns``, asks for columns that aren't there.
    """
    if columns is not None:
        return _mapped(headers, name, source, columns)
    if source is not None and source not in SOURCES:
        own = fitting(headers, name, lambda header: not SOURCES["own"].missing(header.names))
        if own:
            return SOURCES["own"], source, own, SOURCES["own"].found(own.names)
        raise UnknownSourceError(
            f"source {source!r} is not known; known: {', '.join(SOURCES)}; "
            "a table of another kind needs columns={'date': ..., 'country': ..., ...}"
        )
    if source is not None:
        named = _named(headers, name, SOURCES[source])
        return SOURCES[source], source, named, SOURCES[source].found(named.names)
    header = fitting(headers, name, lambda header: _source(header) is not None)
    known = _source(header) if header is not None else None
    if header is None or known is None:
        raise _unknown(headers[0], name)
    # Its layout is riskkit's own, but it is no census, wherever it is read from.
    selection = known.name == "own" and set(header.plain_names) >= MARKS
    return known, FACTS.name if selection else known.name, header, known.found(header.names)


def fitting(headers: Sequence[Header], name: str, fits: Callable[[Header], bool]) -> Header | None:
    """Give the first header that fits; None if none does.

    Parameters
    ----------
    headers : sequence of Header
        Rows that may be the header, likeliest first.
    name : str
        What to call the table in messages.
    fits : callable
        Tells whether a header has the columns that are needed.

    Raises
    ------
    IncidentDataError
        If tables on several sheets fit: years to put together, or one table twice. A sheet without
        rows is none of them, and a hidden one counts only where no other fits.
    """
    first = next((header for header in headers if fits(header)), None)
    if first is None:
        return None
    others = [
        header
        for header in headers
        if header.sheet != first.sheet and header.hidden == first.hidden and fits(header)
    ]
    if not others:
        return first
    filled = [header for header in (first, *others) if len(header.read([]).lines)]
    sheets = list(dict.fromkeys(header.sheet for header in filled))
    if len(sheets) > 1:
        raise IncidentDataError(
            f"{name} has such a table on {len(sheets)} sheets ({', '.join(sheets)[:200]}); "
            f"accepted: one; pandas.read_excel(..., sheet_name={sheets[0]!r}, engine='calamine') "
            "reads one, and pandas.concat of what it gives with sheet_name=None puts all together: "
            "hand that table over"
        )
    return filled[0] if filled else first


def _source(header: Header) -> Source | None:
    return next((known for known in SOURCES.values() if not known.missing(header.names)), None)


def _named(headers: Sequence[Header], name: str, source: Source) -> Header:
    header = fitting(headers, name, lambda header: not source.missing(header.names))
    if header is not None:
        return header
    lacking = {id(header): source.missing(header.names) for header in headers}
    nearest = min(headers, key=lambda header: len(lacking[id(header)]))
    others = [
        known.facts.title
        for known in SOURCES.values()
        for header in headers
        if not known.missing(header.names)
    ]
    if others:
        raise UnknownSourceError(
            f"{name} is not {source.facts.title}: it has the columns of {others[0]}; "
            f"missing: {', '.join(lacking[id(nearest)])}; leave out source to have it told"
        )
    raise MissingColumnError(
        f"{name} has no column {', '.join(lacking[id(nearest)])}, which {source.facts.title} "
        f"has; found: {_listed(nearest)}"
    )


def _mapped(
    headers: Sequence[Header], name: str, source: str | None, columns: Mapping[str, str]
) -> tuple[Source, str, Header, dict[str, int]]:
    if not isinstance(columns, Mapping):
        raise TypeError(
            f"columns is a {type(columns).__name__}; accepted: a mapping of columns of the "
            "incidents table to yours, {'date': ..., 'country': ...}; keep=[...] carries others"
        )
    accepted = [column.name for column in COLUMNS]
    strange = [key for key in columns if key not in accepted]
    if strange:
        raise ValueError(
            f"columns names {', '.join(map(repr, strange))}; accepted keys: {', '.join(accepted)}"
        )
    if "date" not in columns:
        raise ValueError("columns must say which column is the date; found no key 'date'")
    header = fitting(
        headers, name, lambda tried: all(len(tried.called(own)) == 1 for own in columns.values())
    )
    if header is not None:
        places = {key: header.called(theirs)[0] for key, theirs in columns.items()}
        return SOURCES["own"], source or "own", header, places
    numbers = {theirs: len(headers[0].called(theirs)) for theirs in columns.values()}
    missing = [theirs for theirs, number in numbers.items() if not number]
    if missing:
        raise MissingColumnError(
            f"{name} has no column {', '.join(map(repr, missing))}, which columns names; "
            f"found: {_listed(headers[0])}"
        )
    theirs, number = next((theirs, number) for theirs, number in numbers.items() if number > 1)
    raise MissingColumnError(
        f"{name} has {number} columns that may be {theirs!r}, which columns names; "
        f"accepted: the name of one, as it stands; found: {_listed(headers[0])}"
    )


def _unknown(header: Header, name: str) -> UnknownSourceError:
    found = set(header.plain_names)
    for marks, what in _COUNTED.items():
        if marks <= found:
            return UnknownSourceError(
                f"{name} holds {what}: counts, not attacks; accepted: one row an attack; counts "
                "go to riskkit.counts.read_weekly (ACLED's weeks) or Tally.from_panel"
            )
    missing = {known: known.missing(header.names) for known in SOURCES.values()}
    nearest = min(missing, key=lambda known: len(missing[known]))
    return UnknownSourceError(
        f"the source of {name} can't be told from its columns; found: {_listed(header)}; "
        f"nearest is {nearest.facts.title}, without {', '.join(missing[nearest])}; "
        "name the columns with columns={'date': ..., 'country': ..., 'fatalities': ...}"
    )


def _listed(header: Header) -> str:
    names = [name or "(blank)" for name in header.names]
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return ", ".join(names[:_SHOWN])[:1000] + more
