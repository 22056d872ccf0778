"""Spreadsheets: the sheets of a workbook, and the rows in them that may be the header."""

import datetime
import io
from collections.abc import Sequence
from itertools import compress
from typing import Any

import numpy as np
import pandas as pd

from riskkit.errors import IncidentDataError
from riskkit.incidents.files.records import Header, Records, typed

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
    from python_calamine import (
        CalamineError,
        CalamineWorkbook,
        SheetVisibleEnum,
        WorksheetNotFound,
    )

    headers = []
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        for sheet in book.sheets_metadata:
            rows = book.get_sheet_by_name(sheet.name).to_python(skip_empty_area=False)
            hidden = sheet.visible != SheetVisibleEnum.Visible
            headers += [
                _header(rows, position, sheet.name, hidden)
                for position, row in enumerate(rows[:_TRIED])
                if sum(cell != "" for cell in row) > 1
            ]
    except (CalamineError, WorksheetNotFound, OSError, ValueError) as problem:
        raise IncidentDataError(f"{name} is a damaged spreadsheet: {problem}") from problem
    if not headers:
        raise IncidentDataError(f"{name} has no sheet with a header of two columns or more")
    return sorted(
        headers, key=lambda header: (header.hidden, -len([cell for cell in header.names if cell]))
    )


def _header(rows: list[list[Any]], position: int, sheet: str, hidden: bool) -> Header:
    names = tuple(str(cell) for cell in rows[position])

    def read(positions: Sequence[int]) -> Records:
        below = rows[position + 1 :]
        filled = [any(row) or row.count("") < len(row) for row in below]
        kept = list(compress(below, filled))
        return Records(
            [_column([row[column] for row in kept]) for column in positions],
            position + 2 + np.flatnonzero(filled),
            "row",
            notes=(f"sheet {sheet!r}{', which is hidden' if hidden else ''}",),
        )

    return Header(names, read, sheet, hidden)


def _column(cells: list[Any]) -> pd.Series:
    known = [None if cell == "" else cell for cell in cells]
    kinds = {*map(type, known)} - {type(None)}
    if kinds == {str}:
        return pd.Series(known, dtype="str")
    if kinds and all(issubclass(kind, datetime.date) for kind in kinds):
        return pd.to_datetime(pd.Series(known, dtype=object), errors="coerce")
    return typed(pd.Series(known, dtype=object))
