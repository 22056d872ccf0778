"""Spreadsheets: the sheets of a workbook, and the rows in them that may be the header."""

import datetime
import io
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, cached_property, partial
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from riskkit.errors import IncidentDataError
from riskkit.incidents.files.plain_sheet import PlainSheet, plain_sheets
from riskkit.incidents.files.records import Header, Records, typed
from riskkit.incidents.files.sheet_xml import NotPlainError

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
    headers = []
    with _undamaged(name):
        for sheet in _sheets(data, name):
            headers += [
                Header(tuple(map(str, row)), partial(sheet.read, line), sheet.title, sheet.hidden)
                for line, row in enumerate(sheet.top(), 1)
                if sum(cell != "" for cell in row) > 1
            ]
    if not headers:
        raise IncidentDataError(
            f"{name} has no header of two columns or more in the first {_TRIED} rows of a sheet"
        )
    return sorted(
        headers, key=lambda header: (header.hidden, -len([cell for cell in header.names if cell]))
    )


@contextmanager
def _undamaged(name: str) -> Iterator[None]:
    from python_calamine import CalamineError, WorksheetNotFound

    try:
        yield
    except (CalamineError, WorksheetNotFound, OSError, ValueError, OverflowError) as problem:
        raise IncidentDataError(f"{name} is a damaged spreadsheet: {problem}") from problem


def _sheets(data: bytes, name: str) -> "list[_Sheet]":
    from python_calamine import CalamineWorkbook, SheetVisibleEnum

    @cache
    def book() -> CalamineWorkbook:
        return CalamineWorkbook.from_filelike(io.BytesIO(data))

    try:
        found = plain_sheets(data, _TRIED)
    except NotPlainError:
        found = [(told, None) for told in book().sheets_metadata]
    return [
        _Sheet(name, told.name, told.visible != SheetVisibleEnum.Visible, book, plain)
        for told, plain in found
    ]


@dataclass(frozen=True, eq=False)
class _Sheet:
    """A sheet of a workbook."""

    name: str
    title: str
    hidden: bool
    book: "Callable[[], CalamineWorkbook]"
    plain: PlainSheet | None

    def top(self) -> list[list[Any]]:
        """Give the first twenty rows."""
        sheet = self.plain.top if self.plain else self._whole
        return sheet.to_python(skip_empty_area=False, nrows=_TRIED)

    def read(self, above: int, positions: Sequence[int]) -> Records:
        """Read what stands below a line and isn't blank."""
        with _undamaged(self.name):
            lines, columns = self._plainly(above, positions) or self._wholly(above, positions)
        return Records(
            columns,
            lines,
            "row",
            notes=(f"sheet {self.title!r}{', which is hidden' if self.hidden else ''}",),
        )

    def _plainly(
        self, above: int, positions: Sequence[int]
    ) -> tuple[np.ndarray, list[pd.Series]] | None:
        if self.plain is None:
            return None
        try:
            lines, columns = self.plain.read(above, positions)
        except NotPlainError:
            top = self._whole.to_python(skip_empty_area=False, nrows=_TRIED)
            if _not_blank(top) != _not_blank(self.top()):
                raise ValueError("its first rows stand behind others") from None
            return None
        series = [_column(cells).take(codes).reset_index(drop=True) for cells, codes in columns]
        return lines, series

    def _wholly(self, above: int, positions: Sequence[int]) -> tuple[np.ndarray, list[pd.Series]]:
        lines, picked = [], []
        top, left = self._whole.start or (0, 0)
        for line, row in enumerate(self._whole.to_python(), top + 1):
            if line > above and (any(row) or row.count("") < len(row)):
                lines.append(line)
                end = left + len(row)
                picked.append([row[at - left] if left <= at < end else "" for at in positions])
        columns = zip(*picked, strict=True) if picked else ((),) * len(positions)
        return np.array(lines, dtype=np.int64), [_column(column) for column in columns]

    @cached_property
    def _whole(self) -> "CalamineSheet":
        return self.book().get_sheet_by_name(self.title)


def _not_blank(rows: list[list[Any]]) -> list[tuple[int, int, str]]:
    return [
        (line, place, repr(cell))
        for line, row in enumerate(rows)
        for place, cell in enumerate(row)
        if cell != ""
    ]


def _column(cells: Sequence[Any]) -> pd.Series:
    known = [None if cell == "" else cell for cell in cells] if "" in cells else cells
    kinds = {*map(type, known)} - {type(None)}
    if kinds == {str}:
        return pd.Series(known, dtype="str")
    if kinds and all(issubclass(kind, datetime.date) for kind in kinds):
        return pd.to_datetime(pd.Series(known, dtype=object), errors="coerce")
    return typed(pd.Series(known, dtype=object))
