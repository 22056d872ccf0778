"""A workbook of one large sheet, parsed in parts on all cores."""

import io
import os
import re
import zipfile
import zlib
from collections import deque
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from python_calamine import CalamineSheet

__all__ = ["NotPartedError", "SheetParts"]

_HEAD, _PART = 1 << 12, 1 << 21
_SHEETS = "xl/worksheets/"
_START, _ROW, _END = b"<sheetData>", b"<row ", b"</sheetData>"
_CLOSING = _END + b"</worksheet>"
# Only a row that says its number, and whose first cell does, keeps its place in a part.
_PLACED = re.compile(rb'<row (?:[^>]*\s)?r="(\d+)"[^>/]*>\s*<c (?:[^>]*\s)?r="[A-Z]+\1"')


class NotPartedError(Exception):
    """The sheet must be parsed as a whole."""


class SheetParts:
    """A sheet in parts, each with its rows at their place; the next ones are parsed meanwhile.

    It can be gone through again and again. That raises a NotPartedError, maybe behind some parts,
    if the sheet is small, not alone or damaged, shares many texts, or has rows that don't say where
    they stand.

    Parameters
    ----------
    data : bytes
        The workbook.
    """

    def __init__(self, data: bytes) -> None:
        self._found: list[CalamineSheet] = []
        self._coming = _parsed_parts(data)
        self._parted = True

    def __iter__(self) -> "Iterator[CalamineSheet]":
        yield from self._found
        try:
            for part in self._coming:
                self._found.append(part)
                yield part
        except NotPartedError:
            self._parted = False
        if not self._parted:
            raise NotPartedError


def _parsed_parts(data: bytes) -> "Iterator[CalamineSheet]":
    from python_calamine import CalamineError

    last = -1
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as book:
            for part in _of_book(book):
                if part.start is None or part.end is None or part.start[0] <= last:
                    raise NotPartedError
                last = part.end[0]
                yield part
    except (
        zipfile.BadZipFile,
        zlib.error,
        RuntimeError,
        ValueError,
        EOFError,
        CalamineError,
    ) as problem:
        raise NotPartedError from problem


def _of_book(book: zipfile.ZipFile) -> "Iterator[CalamineSheet]":
    names = book.namelist()
    sheets = [name for name in names if name.startswith(_SHEETS) and name.endswith(".xml")]
    beside = [
        name for name in names if name.endswith((".xml", ".rels")) and not name.startswith(_SHEETS)
    ]
    # What lies beside the sheet, shared texts above all, is read again for each part.
    again = sum(book.getinfo(name).file_size for name in beside)
    if len(sheets) != 1 or book.getinfo(sheets[0]).file_size < 2 * _PART or 4 * again > _PART:
        raise NotPartedError
    others = {name: book.read(name) for name in beside}
    if others.get("xl/workbook.xml", b"").count(b"<sheet ") != 1:
        raise NotPartedError
    workers = os.cpu_count() or 1
    waiting: deque[Future[CalamineSheet]] = deque()
    with book.open(sheets[0]) as stream, ThreadPoolExecutor(workers) as pool:
        for part in _parts(stream, _PART):
            waiting.append(pool.submit(_parsed, others, sheets[0], part))
            if len(waiting) > workers:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def _parts(stream: IO[bytes], size: int) -> Iterator[list[bytes]]:
    """Yield the pieces of sheets of some of the rows each."""
    head, mark, rows = stream.read(_HEAD).partition(_START)
    end = -1
    while end < 0:
        more = stream.read(size)
        rows += more
        end = rows.find(_END)
        cut = end if end >= 0 else rows.rfind(_ROW)
        if not _PLACED.match(rows, 0, _HEAD) or (end < 0 and not more):
            raise NotPartedError
        if cut > 0:
            yield [head, mark, rows[:cut], _CLOSING]
            rows = rows[cut:]


def _parsed(others: Mapping[str, bytes], name: str, sheet: list[bytes]) -> "CalamineSheet":
    from python_calamine import CalamineWorkbook

    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as book:
        for other, content in others.items():
            book.writestr(other, content)
        book.writestr(name, b"".join(sheet))
    written.seek(0)
    return CalamineWorkbook.from_filelike(written).get_sheet_by_index(0)
