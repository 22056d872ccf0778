"""Delimited files without a header: the columns are told from the first row."""

from collections.abc import Sequence
from dataclasses import replace

from riskkit.incidents.delimited import delimited_headers
from riskkit.incidents.records import Header, Records
from riskkit.incidents.sources import SOURCES

__all__ = ["headless_headers"]

_LONGEST_LINE = 1 << 16


def headless_headers(data: bytes, name: str) -> list[Header]:
    """Give the header that a file without one would have, if a source knows its first row.

    Parameters
    ----------
    data : bytes
        The file's content.
    name : str
        What to call it in messages.

    Returns
    -------
    list of Header
        One, whose lines are counted as in the file; none if no source knows the row.
    """
    first = data[:_LONGEST_LINE].splitlines()[:1]
    line = first[0].removeprefix(b"\xef\xbb\xbf").decode("utf-8", errors="replace") if first else ""
    for source in SOURCES.values():
        for mark in "\t,":
            names = source.headless([cell.strip('"') for cell in line.split(mark)])
            if names is not None:
                return [_headed(data, mark.join(names), name)]
    return []


def _headed(data: bytes, names: str, name: str) -> Header:
    header = delimited_headers(names.encode() + b"\n" + data.removeprefix(b"\xef\xbb\xbf"), name)[0]

    def read(positions: Sequence[int]) -> Records:
        records = header.read(positions)
        return replace(
            records,
            lines=records.lines - 1,
            broken=tuple(replace(record, line=record.line - 1) for record in records.broken),
            notes=("no header: columns told from the first row", *records.notes),
        )

    return Header(header.names, read)
