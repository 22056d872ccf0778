"""JSON as services hand it out: a list of records, alone or under a key, or GeoJSON."""

import json
from typing import Any

import pandas as pd

from riskkit.errors import IncidentDataError
from riskkit.incidents.files.encoding import decode

__all__ = ["json_frame"]

_KEYS = ("data", "Result", "results", "events", "features", "rows")
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
        If it is no JSON, or holds no list of records.

    Examples
    --------
    >>> table, notes = json_frame(b'{"count": 2, "data": [{"year": 2022}]}', "answer.json")
    >>> table
       year
    0  2022
    >>> notes
    ('1 of 2 records: a page of a longer answer',)
    """
    text, _ = decode(data)
    try:
        content = json.loads(text)
    except RecursionError:
        raise IncidentDataError(f"{name} nests too deeply to be records") from None
    except json.JSONDecodeError as problem:
        content = _of_lines(text)
        if content is None:
            raise IncidentDataError(f"{name} is damaged JSON: {problem}") from problem
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


def _of_lines(text: str) -> list[Any] | None:
    try:
        return [json.loads(line) for line in text.splitlines() if line.strip()]
    except json.JSONDecodeError:
        return None


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
