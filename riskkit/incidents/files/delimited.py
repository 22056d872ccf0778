"""Delimited text: its header, its records, and the line on which each starts."""

import csv
import io
from collections import Counter, deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from riskkit.errors import IncidentDataError
from riskkit.incidents.files.blocks import Block, record_blocks
from riskkit.incidents.files.content import Content, beginning, opened, whole
from riskkit.incidents.files.encoding import decode, is_utf8
from riskkit.incidents.files.parsed import (
    Layout,
    Piece,
    columns,
    mended,
    nothing,
    often_new,
    parse,
    piece,
)
from riskkit.incidents.files.records import Header, Records
from riskkit.incidents.files.swallowed import quotes_are_letters
from riskkit.incidents.files.unpaired import line_starts, read_unpaired

__all__ = ["delimited_headers", "headed"]

_DELIMITERS = ",;\t|"
_TRIED = 20
_START = 1 << 18
_END = "\x1eend\x1e"
_BOM = b"\xef\xbb\xbf"
_WORKERS = 2
_Record = tuple[int, int, list[str]]


class _NotUtf8(Exception):
    """Text begins as UTF-8 and doesn't go on so."""


@dataclass(frozen=True, eq=False)
class _Text:
    """UTF-8 text: where it is, where it starts, and what it was before."""

    content: Content
    start: int
    encoding: str


def delimited_headers(content: Content, name: str) -> list[Header]:
    """Give the records that may be a header: the first twenty.

    The cells are parted by the mark that gives most of those records one and the same width.

    Parameters
    ----------
    content : bytes or Path
        The file's content, or where it is.
    name : str
        What to call it in messages.

    Raises
    ------
    IncidentDataError
        If no record has two cells.
    """
    text = _as_utf8(content)
    start = _first_lines(text)
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
    likely = [record for record in found if len(record[2]) * 2 >= width]
    return [_header(text, above, cells, delimiter, name) for _, above, cells in likely]


def headed(content: Content, names: Sequence[str], delimiter: str, name: str) -> Header:
    """Give the header of a file whose first line is its first record.

    Parameters
    ----------
    content : bytes or Path
        The file's content, or where it is.
    names : sequence of str
        What to call its columns.
    delimiter : str
        What parts its cells.
    name : str
        What to call it in messages.
    """
    return _header(_as_utf8(content), 0, names, delimiter, name)


def _as_utf8(content: Content) -> _Text:
    """Take text that begins as UTF-8 for such; the rest is looked at where it is read."""
    start = beginning(content, _START)
    if b"\0" not in start[:400] and is_utf8(start[: start.rfind(b"\n") + 1] or start):
        return _Text(content, len(_BOM) if start.startswith(_BOM) else 0, "UTF-8")
    return _decoded(content)


def _decoded(content: Content) -> _Text:
    text, encoding = decode(whole(content))
    return _Text(text.encode("utf-8", errors="replace"), 0, encoding)


def _first_lines(text: _Text) -> str:
    """Give enough of the file for twenty records, ending where a line ends."""
    piece = beginning(text.content, text.start + _START + 1)[text.start :]
    if len(piece) > _START:
        piece = piece[:_START]
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


def _header(text: _Text, above: int, cells: Sequence[str], delimiter: str, name: str) -> Header:
    def read(positions: Sequence[int]) -> Records:
        try:
            try:
                return _read(text, above, cells, positions, delimiter, name)
            except _NotUtf8:
                return _read(_decoded(text.content), above, cells, positions, delimiter, name)
        except OSError as problem:
            raise IncidentDataError(f"{name} can't be read: {problem}") from problem

    return Header(tuple(cell.strip() for cell in cells), read)


def _read(
    text: _Text,
    above: int,
    header: Sequence[str],
    positions: Sequence[int],
    delimiter: str,
    name: str,
) -> Records:
    quoted = _quoted(text, above, len(header), delimiter)
    named = max((place for place, cell in enumerate(header, 1) if cell.strip()), default=0)
    wanted = tuple(dict.fromkeys(positions))
    layout = Layout(len(header), wanted, delimiter, name, quoted, named)
    pieces, plain = _pieces(text, above, layout)
    lines = np.concatenate([part.lines for part in pieces])
    broken = tuple(record for part in pieces for record in part.broken)
    found = dict(zip(layout.positions, columns(pieces, plain, layout), strict=True))
    notes = [text.encoding] if text.encoding != "UTF-8" else []
    if delimiter != ",":
        notes.append(f"cells parted by {delimiter!r}")
    return Records([found[at] for at in positions], lines, "line", broken, tuple(notes))


def _quoted(text: _Text, above: int, width: int, delimiter: str) -> bool:
    """Tell whether quotes quote: not in a feed parted by tabs, whose header has none."""
    offset = text.start + _offset(text, above)
    if delimiter != "\t" or b'"' in beginning(text.content, offset):
        return True
    with opened(text.content, offset) as stream:
        return not quotes_are_letters(stream, width)


def _pieces(text: _Text, above: int, layout: Layout) -> tuple[list[Piece], frozenset[int]]:
    """Read the records below the first lines, and tell which columns are plain text."""
    found: list[Piece] = []
    plain: frozenset[int] = frozenset()
    waiting: deque[tuple[Block, Future[Piece | None]]] = deque()
    offset = text.start + _offset(text, above)
    with opened(text.content, offset) as stream, ThreadPoolExecutor(_WORKERS) as pool:
        # One cell more, on a line of its own: if it comes back so, no cell was open where a block
        # ends, and the next one begins with a record.
        end = layout.delimiter.join([_END] * (2 if layout.width == 1 else 1))
        blocks = record_blocks(
            stream, layout.delimiter, above, quoted=layout.quoted, behind=f"\n{end}\n".encode()
        )
        more = True
        while more or waiting:
            block = next(blocks, None) if more else None
            more = block is not None and block.lines is not None
            if block is not None:
                waiting.append((block, pool.submit(_piece, block, end, layout, plain)))
            if not more or len(waiting) > _WORKERS or not found:
                if not waiting:
                    break
                block, parsed = waiting.popleft()
                part = parsed.result()
                if part is None:
                    rest = whole(text.content, block.offset)
                    if not is_utf8(rest):
                        raise _NotUtf8
                    found += read_unpaired(rest, block.line, layout)
                    break
                if not found:
                    plain = often_new(part.table, layout)
                found.append(part)
    if not found:
        found.append(Piece(nothing(layout), np.zeros(0, dtype=np.int64), []))
    return found, plain


def _piece(block: Block, end: str, layout: Layout, plain: frozenset[int]) -> Piece | None:
    """Parse a block; None where the parser finds other records than counted quotes tell of."""
    lines = block.lines
    if lines is None:
        return None
    if not is_utf8(block.text):
        raise _NotUtf8
    if not len(lines):
        return Piece(nothing(layout, plain), lines, [])
    table, bad = parse(block.text, layout, plain)
    if not bad or bad.pop()[::2] != (len(lines), end) or len(table) + len(bad) != len(lines):
        return None
    return piece(*mended(table, bad, layout), lines, layout)


def _offset(text: _Text, above: int) -> int:
    """Give the byte on which a line starts."""
    start = beginning(text.content, text.start + _START)[text.start :]
    starts = line_starts(start)
    if above >= len(starts) and not start.endswith(b"\n"):
        start = whole(text.content, text.start)
        starts = line_starts(start)
    return int(starts[above]) if above < len(starts) else len(start)
