"""JSON as services hand it out: a list of records, alone or under a key, or GeoJSON."""

import json
import re
from typing import Any

import pandas as pd

from riskkit.errors import IncidentDataError
from riskkit.incidents.files.encoding import decode
from riskkit.incidents.files.records import whole_letters

__all__ = ["json_frame"]

_KEYS = ("data", "Result", "results", "events", "features", "rows")
# Half of a letter that JSON writes in two, as an emoji cut off leaves it; whole ones look alike.
_HALF = re.compile(r"\\u[dD][89a-fA-F]")
# Where services count the records of all pages of an answer.
_TOTALS = ("TotalCount", "total_count", "count")


def json_frame(data: bytes, name: str) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Give the records of a JSON text as a table, and what is to be told of them.

    Parameters
    ----------
    data : bytes
        The file's content: a list of objects, an object that holds one (ACLED's and UCDP's
        answers), GeoJSON features, or one object a line.
    name : str
        What to call it in messages.

    Raises
    ------
    IncidentDataError
        If it is no JSON, holds no list of records, or a record has a key twice whose values differ.

    Examples
    --------
    >>> table, notes = json_frame(b'{"count": 2, "data": [{"year": 2022}]}', "answer.json")
    >>> table
       year
    0  2022
    >>> notes
    ('1 of 2 records: a page of a longer answer',)
    """
    content = _parsed(decode(data)[0], name)
    total = 0
    if isinstance(content, dict):
        held = [content[key] for key in _KEYS if isinstance(content.get(key), list)]
        counts = [content[key] for key in _TOTALS if type(content.get(key)) is int]
        total = max(counts, default=0) if held else 0
        content = held[0] if held else [content]
    if not isinstance(content, list) or not all(isinstance(row, dict) for row in content):
        raise IncidentDataError(f"{name} holds no list of records; accepted: one object an attack")
    if not content:
        raise IncidentDataError(f"{name} is an answer without records: empty")
    told = f"{len(content):,} of {total:,} records: a page of a longer answer"
    notes = (told,) if total > len(content) else ()
    return pd.DataFrame([_flat(row) for row in content]), notes


def _parsed(text: str, name: str) -> Any:
    """Give what a text of JSON, or of JSON lines, holds."""

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        record = dict(pairs)
        if len(record) < len(pairs):
            _refuse_doubles(pairs, name)
        return record

    reader = json.JSONDecoder(object_pairs_hook=once)
    try:
        try:
            content = reader.decode(text)
        except json.JSONDecodeError as problem:
            content = _of_lines(text, reader)
            if content is None:
                raise IncidentDataError(f"{name} is damaged JSON: {problem}") from problem
        return whole_letters(content) if _HALF.search(text) else content
    except RecursionError:
        raise IncidentDataError(f"{name} nests too deeply to be records") from None
    except ValueError as problem:
        # Python makes no whole number of so many digits.
        raise IncidentDataError(f"{name} holds a number that can't be read: {problem}") from problem


def _of_lines(text: str, reader: json.JSONDecoder) -> list[Any] | None:
    # Other ends of lines than these two may stand in a text.
    lines = text.replace("\r", "\n").split("\n")
    try:
        return [reader.decode(line) for line in lines if line.strip()]
    except json.JSONDecodeError:
        return None


def _refuse_doubles(pairs: list[tuple[str, Any]], name: str) -> None:
    """Refuse a key with two values, as two columns of one name that differ."""
    found: dict[str, Any] = {}
    for key, value in pairs:
        if found.setdefault(key, value) != value:
            raise IncidentDataError(
                f"{name} has a record with two values of {key!r} that differ; accepted: one of a "
                "name: rename or leave out the other"
            )


def _flat(row: dict[str, Any]) -> dict[str, Any]:
    """Give a record, its groups under dotted names, or a GeoJSON feature with its point."""
    properties = row.get("properties")
    if not isinstance(properties, dict):
        flat: dict[str, Any] = {}
        for key, value in row.items():
            group = value if isinstance(value, dict) and value else None
            flat |= {key: value} if group is None else {f"{key}.{k}": v for k, v in group.items()}
        return flat
    geometry = row.get("geometry")
    point = geometry.get("coordinates") if isinstance(geometry, dict) else None
    if not isinstance(point, list) or len(point) < 2 or isinstance(point[0], list):
        return properties
    return {"longitude": point[0], "latitude": point[1]} | properties
