"""Spreadsheets: the sheets of a workbook, and the rows in them that may be the header."""

import datetime
import io
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from riskkit.errors import IncidentDataError
from riskkit.incidents.records import Header, Records, typed

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
        below = [
            (line, row)
            for line, row in enumerate(rows[position + 1 :], position + 2)
            if row.count("") < len(row)
        ]
        return Records(
            [_column([row[column] for _, row in below]) for column in positions],
            np.array([line for line, _ in below], dtype=np.int64),
            "row",
            notes=(f"sheet {sheet!r}{', which is hidden' if hidden else ''}",),
        )

    return Header(names, read, sheet, hidden)


def _column(cells: list[Any]) -> pd.Series:
    filled = [cell for cell in cells if cell != ""]
    if filled and all(isinstance(cell, datetime.date) for cell in filled):
        values = [cell if isinstance(cell, datetime.date) else None for cell in cells]
        return pd.to_datetime(pd.Series(values, dtype=object), errors="coerce")
    return typed(pd.Series([None if cell == "" else cell for cell in cells], dtype=object))
