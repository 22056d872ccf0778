"""Delimited text: its header, its records, and the line on which each starts."""

import csv
import io
from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd

from riskkit.errors import IncidentDataError
from riskkit.incidents.encoding import decode
from riskkit.incidents.records import BrokenRecord, Header, Records

__all__ = ["delimited_headers"]

_DELIMITERS = ",;\t|"
_TRIED = 20
_SHOWN = 500
_RESCUES = 20
_BLOCK = 1 << 24


def delimited_headers(data: bytes, name: str) -> list[Header]:
    """Give the records that may be a header: the first twenty, the widest first.

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
    best: list[tuple[int, int, list[str]]] = []
    delimiter = ","
    for mark in _DELIMITERS:
        found = list(_start_records(start, mark))
        if max((len(cells) for *_, cells in found), default=0) > max(
            (len(cells) for *_, cells in best), default=1
        ):
            best, delimiter = found, mark
    if not best:
        raise IncidentDataError(f"{name} is no table: no line of it has two cells or more")
    notes = [encoding] if encoding != "UTF-8" else []
    if delimiter != ",":
        notes.append(f"cells parted by {delimiter!r}")
    widest = max(len(cells) for *_, cells in best)
    likely = [record for record in best if len(record[2]) * 2 >= widest]
    return [_header(utf8, record, delimiter, tuple(notes), name) for record in likely]


def _as_utf8(data: bytes) -> tuple[bytes, str]:
    if data.isascii():
        return data, "UTF-8"
    text, encoding = decode(data)
    if encoding != "UTF-8":
        return text.encode("utf-8", errors="replace"), encoding
    return data.removeprefix(b"\xef\xbb\xbf"), encoding


def _first_lines(data: bytes) -> str:
    """Give enough of the file for twenty records, ending where a line ends."""
    piece = data[: 1 << 18]
    if len(data) > len(piece):
        piece = piece[: piece.rfind(b"\n") + 1] or piece
    return piece.decode("utf-8", errors="replace")


def _start_records(start: str, delimiter: str) -> Iterator[tuple[int, int, list[str]]]:
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
    record: tuple[int, int, list[str]],
    delimiter: str,
    notes: tuple[str, ...],
    name: str,
) -> Header:
    _, above, cells = record

    def read(positions: Sequence[int]) -> Records:
        starts = _line_starts(data)
        begin = int(starts[above]) if above < len(starts) else len(data)
        return _read(data[begin:], above + 1, cells, positions, delimiter, notes, name)

    return Header(tuple(cell.strip() for cell in cells), read)


def _line_starts(data: bytes) -> np.ndarray:
    """Give the offset at which each line starts; CR LF, LF and a lone CR end lines."""
    codes = np.frombuffer(data, dtype=np.uint8)
    ends = np.flatnonzero(codes == 10) if b"\r" not in data else _mixed_line_ends(codes)
    starts = np.concatenate([[0], ends + 1])
    return starts[starts < len(data)]


def _mixed_line_ends(codes: np.ndarray) -> np.ndarray:
    feeds = codes == 10
    lone = codes == 13
    lone[:-1] &= ~feeds[1:]
    return np.flatnonzero(feeds | lone)


def _read(
    body: bytes,
    first: int,
    cells: list[str],
    positions: Sequence[int],
    delimiter: str,
    notes: tuple[str, ...],
    name: str,
) -> Records:
    pieces: list[pd.DataFrame] = []
    lines: list[np.ndarray] = []
    broken: list[BrokenRecord] = []
    for _ in range(_RESCUES):
        starts = _line_starts(body)
        records, unclosed = _record_lines(body, starts)
        if unclosed and len(records):
            # A quote that never closes would swallow the rest of the file as one cell:
            # its line is set aside, and reading goes on with the next one.
            last = int(records[-1])
            piece, rest = body[: starts[last]], body[starts[last] :]
        else:
            last, piece, rest = len(starts), body, b""
            records = np.append(records, last)
        table, bad = _parse(piece, len(cells), positions, delimiter, name)
        kept, broke = _placed(piece, records[:-1], starts, first, bad, table, cells, delimiter)
        pieces.append(table)
        lines.append(kept)
        broken += broke
        if not rest:
            break
        end = int(starts[last + 1] - starts[last]) if last + 1 < len(starts) else len(rest)
        text = rest[:end].decode("utf-8", errors="replace").rstrip("\r\n")
        broken.append(BrokenRecord(first + last, text[:_SHOWN], "a quote that is never closed"))
        body, first = rest[end:], first + last + 1
        if not body:
            break
    else:
        text = body[:_SHOWN].decode("utf-8", errors="replace")
        broken.append(BrokenRecord(first, text, "quotes that don't pair: the rest is not read"))
    table = pd.concat(pieces, ignore_index=True) if len(pieces) > 1 else pieces[0]
    return Records(
        [table.iloc[:, order] for order in range(len(positions))],
        np.concatenate(lines),
        "line",
        tuple(broken),
        notes,
    )


def _record_lines(body: bytes, starts: np.ndarray) -> tuple[np.ndarray, bool]:
    """Give the lines (from 0) on which records start, and whether a quote stays open.

    A line starts a record if an even number of quotes stands before it. Blank lines between
    records are no records.
    """
    if not len(starts):
        return np.zeros(0, dtype=np.int64), False
    codes = np.frombuffer(body, dtype=np.uint8)
    quotes = np.flatnonzero(codes == 34)
    before = np.searchsorted(quotes, starts)
    blank = (codes[starts] == 10) | (codes[starts] == 13)
    return np.flatnonzero((before % 2 == 0) & ~blank), bool(len(quotes) % 2)


def _parse(
    piece: bytes, width: int, positions: Sequence[int], delimiter: str, name: str
) -> tuple[pd.DataFrame, list[tuple[int, int, str]]]:
    """Parse with PyArrow: the columns asked for, and (record, cells, text) of the bad ones."""
    import pyarrow as pa
    from pyarrow import csv as arrow

    bad: list[tuple[int, int, str]] = []

    def note(row: arrow.InvalidRow) -> str:
        bad.append((row.number - 1, row.actual_columns, row.text))
        return "skip"

    names = [f"c{position}" for position in range(width)]
    wanted = [f"c{position}" for position in positions]
    if not piece.strip(b"\r\n"):
        return pd.DataFrame({key: pd.Series(dtype="str") for key in wanted}), bad
    try:
        table = arrow.read_csv(
            pa.BufferReader(piece),
            read_options=arrow.ReadOptions(
                column_names=names, use_threads=False, block_size=max(_BLOCK, len(piece) // 16)
            ),
            parse_options=arrow.ParseOptions(
                delimiter=delimiter, newlines_in_values=True, invalid_row_handler=note
            ),
            convert_options=arrow.ConvertOptions(
                column_types={key: pa.string() for key in wanted},
                include_columns=wanted,
                strings_can_be_null=False,
            ),
        )
    except pa.ArrowException as problem:
        raise IncidentDataError(f"{name} can't be read as delimited text: {problem}") from problem
    return table.to_pandas(), bad


def _placed(
    piece: bytes,
    records: np.ndarray,
    starts: np.ndarray,
    first: int,
    bad: list[tuple[int, int, str]],
    table: pd.DataFrame,
    cells: list[str],
    delimiter: str,
) -> tuple[np.ndarray, list[BrokenRecord]]:
    """Give the line of every good record, and the bad ones with theirs."""
    if len(records) != len(table) + len(bad):
        records = _lines_by_csv(piece, delimiter, len(table) + len(bad))
    good = np.ones(len(records), dtype=bool)
    good[[number for number, *_ in bad]] = False
    broken = [
        BrokenRecord(
            first + int(records[number]),
            text[:_SHOWN],
            f"{found} cells where the header has {len(cells)}: "
            + (
                "cut off, or a line break too many"
                if found < len(cells)
                else "a delimiter too many"
            ),
        )
        for number, found, text in bad
    ]
    return first + records[good], broken


def _lines_by_csv(piece: bytes, delimiter: str, expected: int) -> np.ndarray:
    """Find record starts with the csv module, for files with quotes inside bare cells."""
    text = io.StringIO(piece.decode("utf-8", errors="replace"), newline="")
    reader = csv.reader(text, delimiter=delimiter)
    lines, before = [], 0
    try:
        for cells in reader:
            if cells:
                lines.append(before)
            before = reader.line_num
    except csv.Error:
        pass
    if len(lines) != expected:
        # The two readers differ on this file: records are numbered, not placed.
        return np.arange(expected)
    return np.array(lines, dtype=np.int64)
