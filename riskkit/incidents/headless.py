"""Delimited files without a header: the columns are told from the first rows."""

from collections.abc import Sequence
from dataclasses import replace

from riskkit.incidents.delimited import delimited_headers
from riskkit.incidents.records import Header, Records
from riskkit.incidents.sources import SOURCES

__all__ = ["headless_headers"]

_LONGEST_LINE = 1 << 16
_LINES = 20


def headless_headers(data: bytes, name: str) -> list[Header]:
    """Give the header that a file without one would have, if a source knows one of its first rows.

    Parameters
    ----------
    data : bytes
        The file's content.
    name : str
        What to call it in messages.

    Returns
    -------
    list of Header
        One, whose lines are counted as in the file; none if no source knows a row.
    """
    lines = data[:_LONGEST_LINE].removeprefix(b"\xef\xbb\xbf").splitlines()[:_LINES]
    for source in SOURCES.values():
        for mark in "\t,":
            rows = [
                [cell.strip('"') for cell in line.decode("utf-8", errors="replace").split(mark)]
                for line in lines
            ]
            known = [names for names in map(source.headless, rows) if names is not None]
            words = {cell.casefold() for row in rows for cell in row}
            # A header above such rows is read as any other header is.
            if known and words.isdisjoint(known[0]):
                return [_headed(data, mark.join(known[0]), name)]
    return []


def _headed(data: bytes, names: str, name: str) -> Header:
    header = delimited_headers(names.encode() + b"\n" + data.removeprefix(b"\xef\xbb\xbf"), name)[0]

    def read(positions: Sequence[int]) -> Records:
        records = header.read(positions)
        return replace(
            records,
            lines=records.lines - 1,
            broken=tuple(replace(record, line=record.line - 1) for record in records.broken),
            notes=("no header: columns told from the first rows", *records.notes),
        )

    return Header(header.names, read)
