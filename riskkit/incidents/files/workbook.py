"""Spreadsheets: the sheets of a workbook, and the rows in them that may be the header."""

import datetime
import io
from collections.abc import Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from riskkit.errors import IncidentDataError
from riskkit.incidents.files.records import Header, Records, typed

if TYPE_CHECKING:
    from python_calamine import CalamineSheet

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
        for told in book.sheets_metadata:
            sheet = book.get_sheet_by_name(told.name)
            hidden = told.visible != SheetVisibleEnum.Visible
            headers += [
                _header(sheet, row, position, hidden)
                for position, row in enumerate(sheet.to_python(skip_empty_area=False, nrows=_TRIED))
                if sum(cell != "" for cell in row) > 1
            ]
    except (CalamineError, WorksheetNotFound, OSError, ValueError) as problem:
        raise IncidentDataError(f"{name} is a damaged spreadsheet: {problem}") from problem
    if not headers:
        raise IncidentDataError(f"{name} has no sheet with a header of two columns or more")
    return sorted(
        headers, key=lambda header: (header.hidden, -len([cell for cell in header.names if cell]))
    )


def _header(sheet: "CalamineSheet", cells: list[Any], position: int, hidden: bool) -> Header:
    def read(positions: Sequence[int]) -> Records:
        lines, picked = [], []
        for line, row in enumerate(islice(sheet.iter_rows(), position + 1, None), position + 2):
            if any(row) or row.count("") < len(row):
                lines.append(line)
                # Columns without anything on the left of a sheet are left out of its rows.
                left = len(cells) - len(row)
                picked.append([row[at - left] if at >= left else "" for at in positions])
        columns = zip(*picked, strict=True) if picked else ((),) * len(positions)
        return Records(
            [_column(column) for column in columns],
            np.array(lines, dtype=np.int64),
            "row",
            notes=(f"sheet {sheet.name!r}{', which is hidden' if hidden else ''}",),
        )

    return Header(tuple(str(cell) for cell in cells), read, sheet.name, hidden)


def _column(cells: Sequence[Any]) -> pd.Series:
    known = [None if cell == "" else cell for cell in cells]
    kinds = {*map(type, known)} - {type(None)}
    if kinds == {str}:
        return pd.Series(known, dtype="str")
    if kinds and all(issubclass(kind, datetime.date) for kind in kinds):
        return pd.to_datetime(pd.Series(known, dtype=object), errors="coerce")
    return typed(pd.Series(known, dtype=object))
