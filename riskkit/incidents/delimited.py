"""Delimited text: its header, its records, and the line on which each starts."""

import csv
import io
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np
import pandas as pd

from riskkit.errors import IncidentDataError
from riskkit.incidents.encoding import decode, is_utf8
from riskkit.incidents.records import BrokenRecord, Header, Records
from riskkit.incidents.swallowed import swallows

__all__ = ["delimited_headers"]

_DELIMITERS = ",;\t|"
_TRIED = 20
_SHOWN = 500
_RESCUES = 20
_BLOCK = 1 << 24
_START = 1 << 18
_END = "\x1eend\x1e"
_Record = tuple[int, int, list[str]]


def delimited_headers(data: bytes, name: str) -> list[Header]:
    """Give the records that may be a header: the first twenty.

    The cells are parted by the mark that gives most of those records one and the same width.

    Parameters
    ----------
    data : bytes
        The file's content.
    name : str
        What to call it in messages.

    Raises
    ------
    IncidentDataError
        If no record has two cells.
    """
    utf8, encoding = _as_utf8(data)
    start = _first_lines(utf8)
    best: tuple[float, int, str, list[_Record]] = (0.0, 1, ",", [])
    for mark in _DELIMITERS:
        found = list(_start_records(start, mark))
        widths = Counter(len(cells) for *_, cells in found if len(cells) > 1)
        if widths:
            width, times = max(widths.items(), key=lambda item: (item[1], item[0]))
            best = max(best, (times / len(found), width, mark, found), key=lambda tried: tried[:2])
    _, width, delimiter, found = best
    if not found:
        raise IncidentDataError(f"{name} is no table: no line of it has two cells or more")
    notes = [encoding] if encoding != "UTF-8" else []
    if delimiter != ",":
        notes.append(f"cells parted by {delimiter!r}")
    likely = [record for record in found if len(record[2]) * 2 >= width]
    return [_header(utf8, record, delimiter, tuple(notes), name) for record in likely]


def _as_utf8(data: bytes) -> tuple[bytes, str]:
    if b"\0" not in data[:400] and is_utf8(data):
        return data.removeprefix(b"\xef\xbb\xbf"), "UTF-8"
    text, encoding = decode(data)
    return text.encode("utf-8", errors="replace"), encoding


def _first_lines(data: bytes) -> str:
    """Give enough of the file for twenty records, ending where a line ends."""
    piece = data[:_START]
    if len(data) > len(piece):
        piece = piece[: piece.rfind(b"\n") + 1] or piece
    return piece.decode("utf-8", errors="replace")


def _start_records(start: str, delimiter: str) -> Iterator[_Record]:
    """Yield (lines before, lines after, cells) of the first records that aren't blank."""
    reader = csv.reader(io.StringIO(start, newline=""), delimiter=delimiter)
    before = 0
    for _ in range(_TRIED):
        try:
            cells = next(reader)
        except (StopIteration, csv.Error):
            return
        if any(cell.strip() for cell in cells):
            yield before, reader.line_num, cells
        before = reader.line_num


def _header(
    data: bytes,
    record: _Record,
    delimiter: str,
    notes: tuple[str, ...],
    name: str,
) -> Header:
    _, above, cells = record

    def read(positions: Sequence[int]) -> Records:
        return _read(data, above, cells, positions, delimiter, notes, name)

    return Header(tuple(cell.strip() for cell in cells), read)


def _line_starts(data: bytes) -> np.ndarray:
    """Give the offset at which each line starts; CR LF, LF and a lone CR end lines."""
    lone = [at for at in _places(data, b"\r") if data[at + 1 : at + 2] != b"\n"]
    ends = np.array(_places(data, b"\n") + lone, dtype=np.int64)
    starts = np.concatenate([[0], np.sort(ends) + 1])
    return starts[starts < len(data)]


def _places(data: bytes, mark: bytes) -> list[int]:
    places, at = [], data.find(mark)
    while at >= 0:
        places.append(at)
        at = data.find(mark, at + 1)
    return places


def _read(
    data: bytes,
    above: int,
    cells: list[str],
    positions: Sequence[int],
    delimiter: str,
    notes: tuple[str, ...],
    name: str,
) -> Records:
    """Read the records below the first lines; offsets and lines count from the file's start."""
    starts = _line_starts(data)
    pieces: list[pd.DataFrame] = []
    lines: list[np.ndarray] = []
    broken: list[BrokenRecord] = []
    once = list(dict.fromkeys(positions))
    for rescue in range(2 * _RESCUES):
        table, bad = _parse(data, starts, above, None, len(cells), once, delimiter, name)
        records, open_line = _record_lines(
            data, starts, above, delimiter, len(table) + len(bad), strict=rescue < _RESCUES
        )
        if open_line is not None:
            # A quote that never closes would swallow other records as one cell: its line is
            # set aside, and reading goes on with the next one.
            table, bad = _parse(data, starts, above, open_line, len(cells), once, delimiter, name)
            records = records[:-1]
        good = np.ones(len(table) + len(bad), dtype=bool)
        good[[number for number, *_ in bad]] = False
        if len(records) != len(good):
            # The readers differ on this file: records are numbered, not placed.
            records = above + np.arange(len(good))
        pieces.append(table)
        lines.append(1 + records[good])
        broken += [
            BrokenRecord(1 + int(records[number]), text[:_SHOWN], _misfit(found, len(cells)))
            for number, found, text in bad
        ]
        if open_line is None:
            break
        above = open_line + 1
        text = _text(data, starts, open_line, above).rstrip("\r\n")
        broken.append(BrokenRecord(above, text[:_SHOWN], "a quote that is never closed"))
    else:
        text = _text(data, starts, above, above + 1)
        reason = "quotes that don't pair: the rest is not read"
        broken.append(BrokenRecord(above + 1, text[:_SHOWN], reason))
    table = pd.concat(pieces, ignore_index=True) if len(pieces) > 1 else pieces[0]
    columns = [table[f"c{position}"] for position in positions]
    return Records(columns, np.concatenate(lines), "line", tuple(broken), notes)


def _offset(data: bytes, starts: np.ndarray, line: int | None) -> int:
    return int(starts[line]) if line is not None and line < len(starts) else len(data)


def _text(data: bytes, starts: np.ndarray, line: int, end: int | None) -> str:
    piece = data[_offset(data, starts, line) : _offset(data, starts, end)]
    return piece.decode("utf-8", errors="replace")


def _misfit(found: int, wanted: int) -> str:
    reason = "cut off, or a line break too many" if found < wanted else "a delimiter too many"
    return f"{found} cells where the header has {wanted}: {reason}"


def _record_lines(
    data: bytes, starts: np.ndarray, above: int, delimiter: str, expected: int, *, strict: bool
) -> tuple[np.ndarray, int | None]:
    """Give the lines (from 0) on which records start, and that of a quote left open.

    A line starts a record if an even number of quotes stands before it and it isn't blank. Where
    that doesn't give the records expected, or a record of several lines has text behind a closing
    quote, quotes stand inside bare cells or one is never closed, and the csv module tells; if
    strict, text behind a closing quote tells it too.
    """
    edges = [*starts[above:].tolist(), len(data)]
    if len(edges) == 1:
        return np.zeros(0, dtype=np.int64), None
    quotes = [data.count(b'"', *ends) & 1 for ends in pairwise(edges)]
    inside = np.cumsum(quotes) % 2
    first = np.frombuffer(data, dtype=np.uint8)[starts[above:]]
    before_inside = np.concatenate([[0], inside[:-1]])
    starting = (before_inside == 0) & (first != 10) & (first != 13)
    records = above + np.flatnonzero(starting)
    if not inside[-1] and len(records) == expected:
        opens = np.flatnonzero((before_inside == 0) & (inside == 1))
        closes = np.flatnonzero((before_inside == 1) & (inside == 0))
        long = [data[edges[a] : edges[b + 1]] for a, b in zip(opens, closes, strict=True)]
        if not strict or not swallows(b"".join(long), delimiter):
            return records, None
    text = io.StringIO(f"{_text(data, starts, above, None)}\n{_END}\n", newline="")
    reader = csv.reader(text, delimiter=delimiter, strict=strict)
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


def _parse(
    data: bytes,
    starts: np.ndarray,
    above: int,
    stop: int | None,
    width: int,
    positions: Sequence[int],
    delimiter: str,
    name: str,
) -> tuple[pd.DataFrame, list[tuple[int, int, str]]]:
    """Parse some lines: the columns asked for, and (record, cells, text) of the bad ones."""
    import pyarrow as pa
    from pyarrow import csv as arrow

    bad: list[tuple[int, int, str]] = []

    def note(row: arrow.InvalidRow) -> str:
        bad.append((row.number - 1, row.actual_columns, row.text))
        return "skip"

    names = [f"c{position}" for position in range(width)]
    wanted = [f"c{position}" for position in positions]
    begin, end = _offset(data, starts, above), _offset(data, starts, stop)
    if not data[begin : min(end, begin + _START)].strip(b"\r\n") and not data[begin:end].strip():
        return pd.DataFrame({key: pd.Series(dtype="str") for key in wanted}), bad
    try:
        table = arrow.read_csv(
            pa.BufferReader(pa.py_buffer(data).slice(begin, end - begin)),
            read_options=arrow.ReadOptions(
                column_names=names, use_threads=False, block_size=max(_BLOCK, (end - begin) // 16)
            ),
            parse_options=arrow.ParseOptions(
                delimiter=delimiter, newlines_in_values=True, invalid_row_handler=note
            ),
            convert_options=arrow.ConvertOptions(
                column_types={key: pa.string() for key in wanted},
                include_columns=wanted,
                strings_can_be_null=False,
            ),
        ).to_pandas()
    except pa.ArrowException as problem:
        raise IncidentDataError(f"{name} can't be read as delimited text: {problem}") from problem
    return _mended(table, bad, width, positions, delimiter)


def _mended(
    table: pd.DataFrame,
    bad: list[tuple[int, int, str]],
    width: int,
    positions: Sequence[int],
    delimiter: str,
) -> tuple[pd.DataFrame, list[tuple[int, int, str]]]:
    """Take back the records whose cells beyond the header are all blank."""
    whole = {}
    for number, found, text in bad:
        if found > width and len(text) < csv.field_size_limit():
            cells = next(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), [])
            if len(cells) == found and not any(cell.strip() for cell in cells[width:]):
                whole[number] = [cells[position] for position in positions]
    if not whole:
        return table, bad
    lost = [number for number, *_ in bad]
    table.index = pd.Index(np.delete(np.arange(len(table) + len(bad)), lost))
    mended = pd.DataFrame.from_dict(whole, orient="index", columns=table.columns, dtype="str")
    together = pd.concat([table, mended]).sort_index().reset_index(drop=True)
    return together, [record for record in bad if record[0] not in whole]
