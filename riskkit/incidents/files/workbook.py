"""Spreadsheets: the sheets of a workbook, and the rows in them that may be the header."""

import datetime
import io
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from riskkit.errors import IncidentDataError
from riskkit.incidents.files.records import Header, Records, typed
from riskkit.incidents.files.sheet_parts import NotPartedError, SheetParts

if TYPE_CHECKING:
    from python_calamine import CalamineSheet, CalamineWorkbook

__all__ = ["workbook_headers"]

_TRIED = 20


def workbook_headers(data: bytes, name: str) -> list[Header]:
    """Give the rows that may be a header: the first twenty of each sheet, widest first.

    Those of hidden sheets come last.

    Parameters
    ----------
    data : bytes
        An XLSX, XLS, XLSB or ODS file.
    name : str
        What to call it in messages.
    """
    from python_calamine import CalamineWorkbook, SheetVisibleEnum

    headers = []
    with _undamaged(name):
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        for told in book.sheets_metadata:
            hidden = told.visible != SheetVisibleEnum.Visible
            sheet = _Sheet(name, told.name, hidden, book, SheetParts(data))
            headers += [
                Header(tuple(map(str, row)), partial(sheet.read, line), told.name, hidden)
                for line, row in enumerate(sheet.top(), 1)
                if sum(cell != "" for cell in row) > 1
            ]
    if not headers:
        raise IncidentDataError(f"{name} has no sheet with a header of two columns or more")
    return sorted(
        headers, key=lambda header: (header.hidden, -len([cell for cell in header.names if cell]))
    )


@contextmanager
def _undamaged(name: str) -> Iterator[None]:
    from python_calamine import CalamineError, WorksheetNotFound

    try:
        yield
    except (CalamineError, WorksheetNotFound, OSError, ValueError) as problem:
        raise IncidentDataError(f"{name} is a damaged spreadsheet: {problem}") from problem


@dataclass(frozen=True, eq=False)
class _Sheet:
    """A sheet of a workbook, in parts where it can be parted."""

    name: str
    title: str
    hidden: bool
    book: "CalamineWorkbook"
    parts: SheetParts

    def top(self) -> list[list[Any]]:
        """Give the first twenty rows."""
        try:
            first = next(iter(self.parts))
        except NotPartedError:
            first = self._whole
        return first.to_python(skip_empty_area=False, nrows=_TRIED)

    def read(self, above: int, positions: Sequence[int]) -> Records:
        """Read what stands below a line and isn't blank."""
        with _undamaged(self.name):
            try:
                lines, rows = _picked(self.parts, above, positions)
            except NotPartedError:
                lines, rows = _picked([self._whole], above, positions)
        columns = zip(*rows, strict=True) if rows else ((),) * len(positions)
        return Records(
            [_column(column) for column in columns],
            np.array(lines, dtype=np.int64),
            "row",
            notes=(f"sheet {self.title!r}{', which is hidden' if self.hidden else ''}",),
        )

    @cached_property
    def _whole(self) -> "CalamineSheet":
        return self.book.get_sheet_by_name(self.title)


def _picked(
    parts: "Iterable[CalamineSheet]", above: int, positions: Sequence[int]
) -> tuple[list[int], list[list[Any]]]:
    """Give the lines of the rows below one that aren't blank, and some of their cells."""
    lines, picked = [], []
    for part in parts:
        top, left = part.start or (0, 0)
        for line, row in enumerate(part.to_python(), top + 1):
            if line > above and (any(row) or row.count("") < len(row)):
                lines.append(line)
                end = left + len(row)
                picked.append([row[at - left] if left <= at < end else "" for at in positions])
    return lines, picked


def _column(cells: Sequence[Any]) -> pd.Series:
    known = [None if cell == "" else cell for cell in cells] if "" in cells else cells
    kinds = {*map(type, known)} - {type(None)}
    if kinds == {str}:
        return pd.Series(known, dtype="str")
    if kinds and all(issubclass(kind, datetime.date) for kind in kinds):
        return pd.to_datetime(pd.Series(known, dtype=object), errors="coerce")
    return typed(pd.Series(known, dtype=object))
