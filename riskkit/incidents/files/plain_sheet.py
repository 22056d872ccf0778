"""The plainly written sheets of a workbook: only what is wanted is parsed, and equal cells once.

What the cells hold is python-calamine's to tell, from a small sheet with one of each. A sheet that
isn't written plainly is its own to parse whole.
"""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from riskkit.incidents.files.sheet_xml import COLUMNS, PADDING, NotPlainError, sheet_xml

if TYPE_CHECKING:
    import pyarrow as pa
    from python_calamine import CalamineSheet, CalamineWorkbook, SheetMetadata

__all__ = ["PlainSheet", "plain_sheets"]

_HEAD, _BLOCK = 1 << 16, 1 << 20
_SHEETS, _SHARED, _ENTRY = "xl/worksheets/", "xl/sharedStrings.xml", b"<si"
_START, _ROW, _END = b"<sheetData>", b"<row ", b"</sheetData>"
_REFERS, _REFERENCE = b't="s"', re.compile(rb't="s"><v>(\d+)</v>')
_ATTRIBUTES = re.compile(rb'(?: [st]="\w+"){0,2} ?/?')
_DECLARED = len(b"<?xml")
_ASIDES = b"<!", b"<?"

# The different cells, blank ones as "", and which of them stands in each row.
_Column = tuple[list[Any], npt.NDArray[np.intp]]


@dataclass(frozen=True, eq=False)
class _Block:
    """Some rows, and those of their cells that are to be parsed."""

    lines: npt.NDArray[np.int64]
    rows: npt.NDArray[np.int64]  # of the cells
    slots: npt.NDArray[np.int64]  # of the cells: which of the columns wanted, or -1
    contents: "pa.DictionaryArray"  # of the cells: all but their place
    more: npt.NDArray[np.bool_]  # whether a row has other cells


def plain_sheets(data: bytes, tried: int) -> "list[tuple[SheetMetadata, PlainSheet | None]]":
    """Give what is told of each sheet of a workbook, and the sheet if it is written plainly.

    Parameters
    ----------
    data : bytes
        The workbook.
    tried : int
        How many of a sheet's first rows may hold the header.

    Raises
    ------
    NotPlainError
        The workbook is no XLSX file, or is damaged.
    """
    with _plain():
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            names = [name for name in packed.namelist() if name.endswith((".xml", ".rels"))]
            others = {name: packed.read(name) for name in names if not name.startswith(_SHEETS)}
        book = _Book(data, others, others.pop(_SHARED, b""))
        # Which part holds which sheet: each has a mark of its own as its only cell.
        parts = [name for name in names if name.startswith(_SHEETS) and name.endswith(".xml")]
        marks = {name: f"riskkit {number}" for number, name in enumerate(parts)}
        cell = b'<row><c t="str"><v>%b</v></c></row>'
        outline = book.parsed({name: cell % mark.encode() for name, mark in marks.items()}, b"")
        marked = {str([[mark]]): name for name, mark in marks.items()}
        found: list[tuple[SheetMetadata, PlainSheet | None]] = []
        for told in outline.sheets_metadata:
            part = marked.get(str(outline.get_sheet_by_name(told.name).to_python()))
            try:
                found.append((told, PlainSheet(book, told.name, part, tried) if part else None))
            except NotPlainError:
                found.append((told, None))
    return found


@dataclass(frozen=True, eq=False)
class _Book:
    """A workbook's files: packed; beside the sheets; that of the shared texts."""

    data: bytes
    others: dict[str, bytes]
    shared: bytes

    def parsed(self, sheets: Mapping[str, bytes], shared: bytes) -> "CalamineWorkbook":
        """Parse the workbook with these rows in its sheets, and these shared texts."""
        from python_calamine import CalamineWorkbook

        written = io.BytesIO()
        with zipfile.ZipFile(written, "w") as book:
            for name, content in self.others.items():
                book.writestr(name, content)
            for name, rows in sheets.items():
                book.writestr(name, b"<worksheet>%b%b%b</worksheet>" % (_START, rows, _END))
            if shared:
                book.writestr(_SHARED, shared)
        written.seek(0)
        return CalamineWorkbook.from_filelike(written)


class PlainSheet:
    """A sheet that is written plainly.

    A NotPlainError is raised where it shows that it isn't, now or at reading.

    Parameters
    ----------
    book : _Book
        The workbook.
    title : str
        The sheet's name.
    part : str
        The file in it that holds the sheet.
    tried : int
        How many of its first rows may hold the header.

    Attributes
    ----------
    top : CalamineSheet
        The sheet with these first rows only.
    """

    def __init__(self, book: _Book, title: str, part: str, tried: int) -> None:
        self._book, self._title, self._part = book, title, part
        with _plain():
            self.top = self._parsed(*self._first(tried))

    def _first(self, count: int) -> tuple[bytes, bytes]:
        """Give the XML of the first rows, and that of the shared texts in them."""
        blocks = self._blocks(_HEAD)
        rows = next(blocks, PADDING)[: -len(PADDING)]
        starts = [found.start() for found in re.finditer(_ROW, rows)]
        if len(starts) > count:
            rows = rows[: starts[count]]
        elif not rows or next(blocks, None):
            raise NotPlainError
        references = [int(number) for number in _REFERENCE.findall(rows)]
        numbers = {number: place for place, number in enumerate(dict.fromkeys(references))}
        shared = self._book.shared
        texts = shared.split(_ENTRY, max(numbers) + 2)[1:] if numbers else []
        if (
            len(references) != rows.count(_REFERS)
            or max(numbers, default=-1) >= len(texts)
            or any(mark in rows or shared.find(mark, _DECLARED) >= 0 for mark in _ASIDES)
        ):
            raise NotPlainError
        chosen = [_ENTRY + texts[number].partition(b"</sst>")[0] for number in numbers]
        rows = _REFERENCE.sub(lambda found: b't="s"><v>%d</v>' % numbers[int(found[1])], rows)
        return rows, b"<sst>%b</sst>" % b"".join(chosen)

    def read(
        self, above: int, positions: Sequence[int]
    ) -> tuple[npt.NDArray[np.int64], list[_Column]]:
        """Give the lines of the rows that aren't blank, and some of their columns.

        A column is its different cells, and which of them stands in each row.

        Parameters
        ----------
        above : int
            The line above the first one wanted, counted from 1.
        positions : sequence of int
            The columns wanted, counted from 0.
        """
        if max(positions, default=0) >= COLUMNS:
            raise NotPlainError
        slots = np.full(COLUMNS, -1)
        slots[list(positions)] = np.arange(len(positions))
        with _plain():
            blocks: list[_Block] = []
            for rows in self._blocks(_BLOCK):
                block = _block(rows, above, slots)
                if blocks and block.lines[0] <= blocks[-1].lines[-1]:
                    raise NotPlainError
                blocks.append(block)
            return self._table(blocks, slots[list(positions)])

    def _blocks(self, size: int) -> Iterator[bytes]:
        """Yield the XML of some rows after the other, of about that many bytes."""
        packed = io.BytesIO(self._book.data)
        with zipfile.ZipFile(packed) as files, files.open(self._part) as stream:
            head, mark, rows = stream.read(_HEAD).partition(_START)
            end = -1 if mark and b"<!" not in head else 0
            while end < 0:
                more = stream.read(size)
                rows += more
                end = rows.find(_END)
                cut = end if end >= 0 else rows.rfind(_ROW)
                if end < 0 and not more:
                    raise NotPlainError
                if cut > 0:
                    yield rows[:cut] + PADDING
                    rows = rows[cut:]

    def _table(
        self, blocks: list[_Block], slots: npt.NDArray[np.int64]
    ) -> tuple[npt.NDArray[np.int64], list[_Column]]:
        import pyarrow as pa

        if not blocks:
            raise NotPlainError
        counts = [len(block.lines) for block in blocks]
        offsets = np.cumsum([0, *counts[:-1]])
        rows = np.concatenate([b.rows + offset for b, offset in zip(blocks, offsets, strict=True)])
        columns = np.concatenate([block.slots for block in blocks])
        contents = pa.chunked_array([block.contents for block in blocks]).combine_chunks()
        codes = contents.indices.to_numpy()
        different = self._cells(contents.dictionary.to_pylist())
        blank = np.array([cell == "" for cell in different], dtype=bool)
        kept = np.zeros(sum(counts), dtype=bool)
        kept[rows[~blank[codes]]] = True
        if (np.concatenate([block.more for block in blocks]) & ~kept).any():
            raise NotPlainError  # whether the row is blank hangs on cells that were left
        grid = np.full((max(slots, default=0) + 2, len(kept)), len(different))
        grid[columns, rows] = codes
        lines = np.concatenate([block.lines for block in blocks])[kept]
        different.append("")
        table = []
        for slot in slots:
            places, used = pd.factorize(grid[slot, kept])
            table.append(([different[code] for code in used], places))
        return lines, table

    def _cells(self, contents: list[bytes]) -> list[Any]:
        """Parse cells that are given without their places."""
        if not all(
            map(_ATTRIBUTES.fullmatch, {content[: content.index(b">")] for content in contents})
        ):
            raise NotPlainError
        rows = [contents[at : at + COLUMNS] for at in range(0, len(contents), COLUMNS)]
        xml = b"".join(b"<row><c" + b"<c".join(row) + b"</row>" for row in rows)
        told = self._parsed(xml, self._book.shared).to_python(skip_empty_area=False)
        cells = [cell for row in told for cell in row + [""] * (COLUMNS - len(row))]
        return (cells + [""] * (len(contents) - len(cells)))[: len(contents)]

    def _parsed(self, rows: bytes, shared: bytes) -> "CalamineSheet":
        return self._book.parsed({self._part: rows}, shared).get_sheet_by_name(self._title)


@contextmanager
def _plain() -> Iterator[None]:
    from python_calamine import CalamineError, WorksheetNotFound

    damage = (
        zipfile.BadZipFile,
        zlib.error,
        RuntimeError,
        ValueError,
        EOFError,
        OverflowError,
        CalamineError,
        WorksheetNotFound,
    )
    try:
        yield
    except damage as problem:
        raise NotPlainError from problem


def _block(xml: bytes, above: int, slots: npt.NDArray[np.int64]) -> _Block:
    import pyarrow as pa

    found = sheet_xml(xml)
    below = found.lines > above
    slot = slots[found.columns]
    wanted = (slot >= 0) & below[found.rows]
    # Where nothing wanted is in a row, the rest tells whether it is blank.
    told = np.zeros(len(found.lines), dtype=bool)
    told[found.rows[wanted & found.filled]] = True
    rest = found.filled & (slot < 0) & below[found.rows]
    chosen = wanted | (rest & ~told[found.rows])
    more = np.zeros(len(found.lines), dtype=bool)
    more[found.rows[rest & ~chosen]] = True
    bounds = np.column_stack((found.starts[chosen], found.ends[chosen])).ravel()
    contents = pa.Array.from_buffers(
        pa.large_binary(), max(len(bounds) - 1, 0), [None, pa.py_buffer(bounds), pa.py_buffer(xml)]
    ).take(pa.array(np.arange(0, len(bounds), 2)))
    return _Block(found.lines, found.rows[chosen], slot[chosen], contents.dictionary_encode(), more)
