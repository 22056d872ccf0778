"""Numbers as sources write them: which mark parts thousands is read off the whole column."""

import re
from collections.abc import Sequence
from typing import Literal

import numpy as np
import pandas as pd

__all__ = ["Holds", "as_whole", "parse_numbers", "parse_ranges", "plain_numbers"]

Holds = Literal["numbers", "people", "degrees"]

# What parts thousands and nothing else: blanks of all widths, apostrophes.
_SPACES = " \u00a0\u2007\u2009\u202f'\u2019"
_SPACED = re.compile(rf"([-+]?[1-9]\d{{0,2}})((?:[{_SPACES}]\d{{3}})+)([.,]\d+)?")
_MARKED = re.compile(r"[-+]?\d{1,3}(?:([.,])\d{3})(?:\1\d{3})*(?:(?!\1)[.,]\d+)?")
_DECIMAL_COMMA = re.compile(r"[-+]?\d*,\d+")
_DECIMAL_POINT = re.compile(r"[-+]?\d*\.\d+")
_OPEN = re.compile(r"[-+]?[1-9]\d{0,2}[.,]\d{3}")
_DIGITS = re.compile(r"[-+]?\d+")
_RANGE = re.compile(r"(\d{1,8})\s*(?:[-\u2013]|to)\s*(\d{1,8})")
_UNBROKEN = re.compile(r"([-+]?\d+)[.,]0+")


def parse_numbers(
    words: Sequence[str] | np.ndarray, holds: Holds = "numbers"
) -> tuple[np.ndarray, np.ndarray]:
    """Read the distinct texts of one column as numbers.

    ``1 234`` and ``1'234`` have one reading, and so have ``1.234.567``, ``1,234.0``, ``0.5`` and
    ``12,65``. These tell whether the column's decimal mark is the point or the comma, and by that
    ``1.234`` is read. Where none of them is there, or they disagree, degrees have decimals;
    elsewhere a comma parts thousands; and a point parts decimals, but among people it may part
    thousands as well: then the number stays open.

    Parameters
    ----------
    words : sequence of str
        Each text once.
    holds : {"numbers", "people", "degrees"}
        What the column is of.

    Returns
    -------
    numbers : ndarray of float
        NaN where the text is no number or has two readings.
    two_readings : ndarray of bool
        Where the text may be a whole number or a fraction and no value of the column decides.

    Examples
    --------
    >>> parse_numbers(["1.234", "1.234.567"], "people")[0].tolist()
    [1234.0, 1234567.0]
    >>> parse_numbers(["1.234", "0.5"], "people")[0].tolist()
    [1.234, 0.5]
    >>> numbers, two_readings = parse_numbers(["7", "1.234"], "people")
    >>> two_readings.tolist()
    [False, True]
    """
    two_readings = np.zeros(len(words), dtype=bool)
    numbers = plain_numbers(words, points=holds != "people")
    if numbers is not None:
        return numbers, two_readings
    texts = [str(word).strip() for word in words]
    if not any("." in text or not _DIGITS.fullmatch(text) for text in texts):
        return _plain(texts), two_readings
    if holds != "people":
        numbers = _plain(texts)
        if np.isfinite(numbers).all():
            return numbers, two_readings
    marks = {mark for text in texts if (mark := _decimal_mark(text))}
    decimal = marks.pop() if len(marks) == 1 else None
    numbers = np.full(len(texts), np.nan)
    rest = []
    for position, text in enumerate(texts):
        if _OPEN.fullmatch(text):
            if holds == "degrees":
                numbers[position] = float(text.replace(",", "."))
            elif decimal or ("," in text and not marks):
                numbers[position] = _with_decimal(text, decimal or ".")
            elif holds == "people" or marks:
                two_readings[position] = True
            else:
                numbers[position] = float(text)
        elif mark := _decimal_mark(text) or (_SPACED.fullmatch(text) and "."):
            numbers[position] = _with_decimal(text, mark)
        else:
            rest.append(position)
    numbers[rest] = _plain([texts[position] for position in rest])
    return numbers, two_readings


def parse_ranges(words: Sequence[str] | np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Read the distinct texts of one column as ranges: both ends, NaN where a text is none.

    Examples
    --------
    >>> parse_ranges(["10-15", "7"])
    (array([10., nan]), array([15., nan]))
    """
    ends = np.full((2, len(words)), np.nan)
    for place, word in enumerate(words):
        found = _RANGE.fullmatch(str(word))
        if found and int(found[1]) <= int(found[2]):
            ends[:, place] = int(found[1]), int(found[2])
    return ends[0], ends[1]


def plain_numbers(
    words: Sequence[str] | np.ndarray | pd.Series, *, points: bool
) -> np.ndarray | None:
    """Give texts as numbers if all are, written in the plain way; else None.

    Parameters
    ----------
    words : sequence of str
        The texts.
    points : bool
        Whether a point can only part decimals.

    Examples
    --------
    >>> plain_numbers(["7", "1.5"], points=True), plain_numbers(["7", "1.5"], points=False)
    (array([7. , 1.5]), None)
    """
    import pyarrow as pa
    from pyarrow import compute

    try:
        texts = pa.array(words, type=pa.string())
        numbers = np.array(texts.cast(pa.float64()).to_numpy(zero_copy_only=False))
    except (pa.ArrowInvalid, pa.ArrowTypeError):
        return None
    if not np.isfinite(numbers).all():
        return None
    if not points and compute.any(compute.match_substring(texts, ".")).as_py():
        return None
    return numbers


def as_whole(text: str) -> str:
    """Give a whole number that went through a table of floats without what that added.

    Examples
    --------
    >>> as_whole("1.0"), as_whole("20170618,0"), as_whole("1.5")
    ('1', '20170618', '1.5')
    """
    found = _UNBROKEN.fullmatch(text)
    return found[1] if found else text


def _decimal_mark(text: str) -> str | None:
    """Give the mark of decimals that this text forces; None where it leaves both open."""
    if _OPEN.fullmatch(text):
        return None
    spaced = _SPACED.fullmatch(text)
    if spaced:
        return spaced[3][0] if spaced[3] else None
    marked = _MARKED.fullmatch(text)
    if marked and not text.lstrip("-+").startswith("0"):
        return "." if marked[1] == "," else ","
    if _DECIMAL_COMMA.fullmatch(text):
        return ","
    return "." if _DECIMAL_POINT.fullmatch(text) else None


def _with_decimal(text: str, decimal: str) -> float:
    thousands = re.sub(rf"[{_SPACES}{',' if decimal == '.' else '.'}]", "", text)
    return float(thousands.replace(decimal, "."))


def _plain(texts: list[str]) -> np.ndarray:
    """Give text as numbers, NaN where it is none; all at once where all are numbers."""
    import pyarrow as pa

    try:
        cast = pa.array(texts, type=pa.string()).cast(pa.float64())
    except pa.ArrowInvalid:
        return np.array(pd.to_numeric(pd.Series(texts, dtype=object), errors="coerce"), np.float64)
    return np.array(cast.to_numpy(zero_copy_only=False))
