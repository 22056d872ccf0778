"""Delimited files without a header: the columns are told from the first rows."""

from collections.abc import Sequence
from dataclasses import replace

from riskkit.incidents.files.content import Content, beginning
from riskkit.incidents.files.delimited import headed
from riskkit.incidents.files.records import Header, Records
from riskkit.incidents.sources import SOURCES

__all__ = ["headless_headers"]

_LONGEST_LINE = 1 << 16
_LINES = 20


def headless_headers(content: Content, name: str) -> list[Header]:
    """Give the header that a file without one would have, if a source knows one of its first rows.

    Parameters
    ----------
    content : bytes or Path
        The file's content, or where it is.
    name : str
        What to call it in messages.

    Returns
    -------
    list of Header
        One, whose lines are counted as in the file; none if no source knows a row.
    """
    start = beginning(content, _LONGEST_LINE).removeprefix(b"\xef\xbb\xbf")
    lines = start.splitlines()[:_LINES]
    parted = {
        mark: [
            [cell.strip('"') for cell in line.decode("utf-8", errors="replace").split(mark)]
            for line in lines
        ]
        for mark in "\t,"
    }
    for source in SOURCES.values():
        for mark, rows in parted.items():
            known = [names for names in map(source.headless, rows) if names is not None]
            # A header above such rows is read as any other header is.
            if known and not any(_names_columns(row, known[0]) for row in rows):
                return [_noted(headed(content, known[0], mark, name))]
    return []


def _names_columns(row: Sequence[str], names: Sequence[str]) -> bool:
    """Tell a header, in any order and case; one cell may be such a word by chance."""
    return len({cell.casefold() for cell in row} & {name.casefold() for name in names}) > 1


def _noted(header: Header) -> Header:
    def read(positions: Sequence[int]) -> Records:
        records = header.read(positions)
        told = "no header: columns told from the first rows"
        return replace(records, notes=(told, *records.notes))

    return replace(header, read=read)
