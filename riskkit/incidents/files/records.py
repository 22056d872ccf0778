"""What a file holds before anything is understood: a header, and records with their lines."""

import re
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

__all__ = [
    "BrokenRecord",
    "Header",
    "Records",
    "as_text",
    "is_text",
    "plain",
    "typed",
    "whole_letters",
]

# Beyond these Python has no days.
_FIRST_DAY, _LAST_DAY = np.datetime64("0001-01-01"), np.datetime64("9999-12-31")


@dataclass(frozen=True)
class BrokenRecord:
    """A record that has no place in the table: cut off, or with too many cells.

    Parameters
    ----------
    line : int
        Line of the file on which it starts.
    text : str
        The record as it stands, shortened.
    reason : str
        What is wrong with it.
    """

    line: int
    text: str
    reason: str


@dataclass(frozen=True)
class Records:
    """The records of one table, only the columns asked for.

    Parameters
    ----------
    columns : list of pandas.Series
        One a column asked for, in that order: text, categories of text, numbers or datetimes.
    lines : ndarray of int
        The line (or row) on which each record starts, counted from 1.
    where : str
        What ``lines`` counts: ``"line"`` of a text file or ``"row"`` of a sheet or table.
    broken : tuple of BrokenRecord
        Records that could not be laid out in columns.
    notes : tuple of str
        What had to be worked out to read the file: encoding, delimiter, sheet.
    """

    columns: list[pd.Series]
    lines: np.ndarray
    where: str
    broken: tuple[BrokenRecord, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Header:
    """A row that may be the header, and how to read what is below it.

    Parameters
    ----------
    names : tuple of str
        The column names as they stand in the file.
    read : callable
        Takes positions of columns and gives the `Records`.
    sheet : str
        The sheet of a workbook that it stands on.
    hidden : bool
        Whether that sheet is hidden.
    """

    names: tuple[str, ...]
    read: Callable[[Sequence[int]], Records]
    sheet: str = ""
    hidden: bool = False

    @property
    def plain_names(self) -> list[str]:
        """The names in small letters, with underscores for all that is no letter or digit."""
        return [plain(name) for name in self.names]

    def called(self, wanted: str) -> list[int]:
        """Give the columns that a user may mean: those of that very name, else of its plain name.

        A name without a Latin letter or digit has no plain name.
        """
        for names, name in ((list(self.names), str(wanted)), (self.plain_names, plain(wanted))):
            if name and name in names:
                return [place for place, other in enumerate(names) if other == name]
        return []


def plain(name: object) -> str:
    """Give a column name as it is compared: small letters, digits, underscores.

    Examples
    --------
    >>> plain(" Event Date ")
    'event_date'
    """
    return re.sub(r"[^a-z0-9]+", "_", str(name).lower()).strip("_")


def is_text(kind: object) -> bool:
    """Tell whether a dtype is that of text, or of categories of text."""
    if isinstance(kind, pd.CategoricalDtype):
        kind = kind.categories.dtype
    return isinstance(kind, pd.StringDtype)


def as_text(values: pd.Series) -> pd.Series:
    """Give categories as the text that they stand for, and other columns as they are."""
    if isinstance(values.dtype, pd.CategoricalDtype):
        kind = values.cat.categories.dtype
        # Whole numbers, and yes and no, have no form of their own for what is missing.
        return values.astype(object if kind.kind in "iub" and values.hasnans else kind)
    return values


def typed(values: pd.Series) -> pd.Series:
    """Give a column as one of text, numbers or naive datetimes, whatever it came as.

    Mixed columns become text, whole numbers without ``.0``, so that nothing is lost.
    """
    try:
        return _typed(values.reset_index(drop=True))
    except UnicodeEncodeError:
        # Half of an emoji, cut off, which no text of UTF-8 can hold.
        whole = [whole_letters(value) for value in values.astype(object)]
        return _typed(pd.Series(whole, dtype=object))


def _typed(values: pd.Series) -> pd.Series:
    values = as_text(values)
    if isinstance(values.dtype, pd.ArrowDtype):
        values = _without_arrow(values, values.dtype.pyarrow_dtype)
    if isinstance(values.dtype, pd.DatetimeTZDtype):
        values = values.dt.tz_localize(None)
    if values.dtype == object:
        with suppress(OverflowError):  # pandas 3.0 looks for floats among vast whole numbers
            values = values.infer_objects()
    kind = values.dtype
    if pd.api.types.is_bool_dtype(kind):
        return values.astype("boolean").astype("Int64").astype("float64")
    if pd.api.types.is_numeric_dtype(kind) and not pd.api.types.is_complex_dtype(kind):
        return values.astype("float64") if not pd.api.types.is_integer_dtype(kind) else values
    if isinstance(kind, pd.StringDtype):
        return values
    if pd.api.types.is_datetime64_dtype(kind):
        stamps = values.to_numpy()
        if not ((stamps < _FIRST_DAY) | (stamps > _LAST_DAY)).any():
            return values
        # Such days have no form but that of text, in which they are told apart one by one.
        text = np.datetime_as_string(stamps, unit="s")
        return pd.Series(text, dtype="str").where(values.notna())
    return pd.Series([_text(value) for value in values], dtype="str")


def _without_arrow(values: pd.Series, kind: Any) -> pd.Series:
    """Give text views, which pandas can't look into, and days of Arrow in pandas' own types."""
    import pyarrow as pa

    if pa.types.is_string_view(kind):
        return pd.Series(pa.array(values.array).cast(pa.large_string()), dtype="str")
    if pa.types.is_date(kind) or pa.types.is_timestamp(kind):
        return pa.array(values.array).to_pandas(date_as_object=False)
    return values


def whole_letters(content: Any) -> Any:
    """Put ? for halves of letters, which no text of UTF-8 can hold."""
    if isinstance(content, str):
        return content.encode("utf-8", "replace").decode()
    if isinstance(content, list):
        return [whole_letters(part) for part in content]
    if isinstance(content, dict):
        return {whole_letters(key): whole_letters(part) for key, part in content.items()}
    return content


def _text(value: Any) -> str | None:
    if isinstance(value, list | dict | tuple | set | np.ndarray):
        return _written(value)
    if value is None or value is pd.NaT or value is pd.NA or value != value:
        return None
    if isinstance(value, float | np.floating) and abs(float(value)) < 1e15 and value == int(value):
        return str(int(value))
    if isinstance(value, bytes):
        return value.decode("utf-8", errors="replace")
    return _written(value)


def _written(value: Any) -> str:
    try:
        return str(value)
    except ValueError:
        # Python writes no whole number of over 4,300 digits.
        return "a number too long to be written"
