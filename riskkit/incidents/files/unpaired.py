"""Delimited text whose quotes don't pair: the csv module tells where its records are."""

import csv
import io
from collections.abc import Iterator, Sized
from typing import TYPE_CHECKING

import numpy as np

from riskkit.incidents.files.blocks import lasting, places
from riskkit.incidents.files.parsed import Bad, Layout, Piece, mended, nothing, parse, piece
from riskkit.incidents.files.records import BrokenRecord
from riskkit.incidents.files.swallowed import swallows

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["line_starts", "read_unpaired"]

_SHOWN = 500
_START = 1 << 18
_RESCUES = 20
_END = "\x1eend\x1e"
_LF, _CR, _QUOTE = 10, 13, 34


def line_starts(text: bytes) -> np.ndarray:
    r"""Give the offset at which each line starts; CR LF, LF and a lone CR end lines.

    Examples
    --------
    >>> line_starts(b"one\r\ntwo\rthree\n")
    array([0, 5, 9])
    """
    lone = [at for at in places(text, _CR).tolist() if text[at + 1 : at + 2] != b"\n"]
    ends = np.concatenate([places(text, _LF), np.array(lone, dtype=np.int64)])
    starts = np.concatenate([[0], np.sort(ends) + 1])
    return starts[starts < len(text)]


def read_unpaired(text: bytes, line: int, layout: Layout) -> Iterator[Piece]:
    """Read records among quotes that stand in bare cells or are never closed.

    Parameters
    ----------
    text : bytes
        The rest of a file, UTF-8, from a record's start on.
    line : int
        The line on which it starts, counted from 0.
    layout : Layout
        How the records are laid out.
    """
    import pyarrow as pa

    starts, buffer, above = line_starts(text), pa.py_buffer(text), 0
    for rescue in range(2 * _RESCUES):
        table, bad = _parsed(_lines(buffer, starts, above, None), layout)
        records, open_line = _record_lines(
            text, starts, above, layout.delimiter, len(table) + len(bad), strict=rescue < _RESCUES
        )
        if open_line is not None:
            # A quote that never closes would swallow other records as one cell: its line is
            # set aside, and reading goes on with the next one.
            table, bad = _parsed(_lines(buffer, starts, above, open_line), layout)
            records = records[:-1]
        if len(records) != len(table) + len(bad):
            # The readers differ on this file: records are numbered, not placed.
            records = above + np.arange(len(table) + len(bad))
        found = piece(table, bad, line + records, layout)
        if open_line is None:
            yield found
            return
        above = open_line + 1
        found.broken.append(
            _cut(text, starts, open_line, line + above, "a quote that is never closed")
        )
        yield found
    reason = "quotes that don't pair: the rest is not read"
    broken = [_cut(text, starts, above, line + above + 1, reason)]
    yield Piece(nothing(layout), np.zeros(0, dtype=np.int64), broken)


def _offset(text: Sized, starts: np.ndarray, line: int | None) -> int:
    return int(starts[line]) if line is not None and line < len(starts) else len(text)


def _parsed(lines: "pa.Buffer", layout: Layout) -> tuple["pa.Table", list[Bad]]:
    if not lines[:_START].to_pybytes().strip(b"\r\n") and not lines.to_pybytes().strip():
        return nothing(layout), []
    return mended(*parse(lines, layout), layout)


def _lines(buffer: "pa.Buffer", starts: np.ndarray, first: int, end: int | None) -> "pa.Buffer":
    begin = _offset(buffer, starts, first)
    return buffer.slice(begin, _offset(buffer, starts, end) - begin)


def _cut(text: bytes, starts: np.ndarray, row: int, line: int, reason: str) -> BrokenRecord:
    """Give a line as a broken record; row counts in the text, line in the file."""
    found = text[_offset(text, starts, row) : _offset(text, starts, row + 1)]
    shown = found.decode("utf-8", errors="replace").rstrip("\r\n")
    return BrokenRecord(line, shown[:_SHOWN], reason)


def _record_lines(
    text: bytes, starts: np.ndarray, above: int, delimiter: str, expected: int, *, strict: bool
) -> tuple[np.ndarray, int | None]:
    """Give the lines (from 0) on which records start, and that of a quote left open.

    Where quotes counted don't give the records expected, or a record of several lines has text
    behind a closing quote, quotes stand inside bare cells or one is never closed, and the csv
    module tells; if strict, text behind a closing quote tells it too.
    """
    begins = starts[above:]
    if not len(begins):
        return np.zeros(0, dtype=np.int64), None
    letters = np.frombuffer(text, dtype=np.uint8)
    quotes = places(text, _QUOTE)
    edges = np.append(begins, len(text))
    inside = (np.searchsorted(quotes, edges) - np.searchsorted(quotes, begins[0])) % 2
    first = letters[begins]
    starting = (inside[:-1] == 0) & (first != _LF) & (first != _CR)
    records = above + np.flatnonzero(starting)
    paired = inside[-1] == 0 and len(records) == expected
    if paired and not (strict and swallows(lasting(text, edges, inside), delimiter)):
        return records, None
    rest = text[int(begins[0]) :].decode("utf-8", errors="replace")
    reader = csv.reader(
        io.StringIO(f"{rest}\n{_END}\n", newline=""), delimiter=delimiter, strict=strict
    )
    lines, before, last = [], above, [""]
    try:
        for last in reader:
            if last:
                lines.append(before)
            before = above + reader.line_num
    except csv.Error:
        lines.append(before)
        last = []
    if last == [_END]:
        return np.array(lines[:-1], dtype=np.int64), None
    return np.array(lines, dtype=np.int64), lines[-1]
