"""Dates as sources write them, read one way for the whole column."""

import re
from collections.abc import Callable

import numpy as np
import pandas as pd

from riskkit.errors import InvalidValueError
from riskkit.incidents.numbers import as_whole

__all__ = ["MONTHS", "from_parts", "parse_dates"]

MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan january janvier janv enero ene januar jänner janeiro gennaio gen",
            "feb february fevrier février févr febrero februar fevereiro fev febbraio",
            "mar march mars marzo märz maerz mrz março",
            "apr april avril avr abril abr aprile",
            "may mai mayo maio maggio mag",
            "jun june juin junio juni junho giugno giu",
            "jul july juillet juil julio juli julho luglio lug",
            "aug august aout août agosto ago",
            "sep sept september septembre septiembre setembro settembre set",
            "oct october octobre octubre oktober okt outubro out ottobre ott",
            "nov november novembre noviembre novembro",
            "dec december decembre décembre déc diciembre dic dezember dez dezembro dicembre",
        ),
        1,
    )
    for name in names.split()
}
_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})(?:[-/.](\d{1,2}))?(?:[T ]\d.*)?")
_ISO_DAY = r"^\d{4}-\d{2}-\d{2}(?:[T ]\d[^\n]*)?$"
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_YEAR = re.compile(r"(\d{4})")
_WEEKDAY = (
    r"(?:(?:mon|tue|wed|thu|fri|sat|sun|lun|mar|mer|jeu|ven|sam|dim|mié|jue|vie|sáb|dom|"
    r"die|mit|don|fre|son)[^\W\d]*\.?,? +)?"
)
_TIME = r"(?:[,T]? *\d{1,2}:\d{2}.*)?"
_NAMED = re.compile(
    _WEEKDAY + r"(\d{1,2})(?:st|nd|rd|th|er)?[-/. ]+(?:de |of )?([^\W\d]+)\.?"
    r"[-/., ]+(?:de )?(\d{4}|\d{2})" + _TIME,
    re.IGNORECASE,
)
_NAMED_FIRST = re.compile(
    _WEEKDAY + r"([^\W\d]+)\.? +(\d{1,2})(?:st|nd|rd|th)?,? +(\d{4})" + _TIME, re.IGNORECASE
)
_NAMED_MIDDLE = re.compile(r"(\d{4})[-/. ]([^\W\d]+)[-/. ](\d{1,2})")
_MONTH = re.compile(r"([^\W\d]+)\.?[-/., ]+(?:de )?(\d{4})")
_NUMBERS = re.compile(r"(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4}|\d{2})(?: +\d{1,2}:\d{2}.*)?")
_SERIAL = re.compile(r"(\d{5})(?:[.,]\d+)?")
_SERIAL_START = np.datetime64("1899-12-30", "D")
_EARLIEST, _LATEST = 1800, 2100
# True dates that all have a day up to 12 by chance: 1 in 100 for five of them.
_SUSPECT = 5
_Parts = tuple[int, int | None, int | None]


def parse_dates(
    text: pd.Series, name: str, *, latest_year: int, dayfirst: bool | None = None
) -> tuple[pd.Series, pd.Series]:
    """Read a column of dates written as text.

    Named months and years that come first have one reading. In ``3/4/2019`` the order of day
    and month is decided for the whole column, by values where one of them is above 12. Numbers like
    ``44615`` are a spreadsheet's days since the end of 1899 if most of the column's dates are such.

    Parameters
    ----------
    text : pandas.Series of str
        The dates; missing where unknown.
    name : str
        The column's name, for messages.
    latest_year : int
        Two-digit years end here: with 2009, ``09`` is 2009 and ``10`` is 1910.
    dayfirst : bool, optional
        Whether the day stands before the month in dates of numbers only.

    Returns
    -------
    dates : pandas.Series of datetime64
        Missing where the text is no date.
    precision : pandas.Series of str
        ``"day"``, ``"month"`` (``2017-06``) or ``"year"`` (``2017``), missing without a date.

    Raises
    ------
    InvalidValueError
        If day and month can't be told apart, or some dates force one order and some the other.

    Examples
    --------
    >>> import pandas as pd
    >>> column = pd.Series(["9-Feb-68", "2017-06", "June 18, 2017"])
    >>> parse_dates(column, "Date", latest_year=2020)[0].dt.strftime("%Y-%m-%d").tolist()
    ['1968-02-09', '2017-06-01', '2017-06-18']
    """
    codes, uniques = pd.factorize(text)
    known = _iso_days(uniques)
    if known is not None:
        dates = pd.Series(np.append(known, np.datetime64("NaT"))[codes], index=text.index)
        return dates, pd.Series("day", index=text.index, dtype="str").where(dates.notna())
    values = _days_counted([as_whole(str(value).strip()) for value in uniques.to_numpy()])
    if dayfirst is None:
        dayfirst = _day_comes_first(values, name, latest_year)
    parts = [_parts(value, latest_year, dayfirst) for value in values]
    days = np.array([_day(part) for part in parts] + ["NaT"], dtype="datetime64[D]")
    finest = np.array([_precision(part) for part in parts] + [None], dtype=object)
    finest[np.isnat(days)] = None
    dates = pd.Series(days[codes].astype("datetime64[us]"), index=text.index)
    return dates, pd.Series(finest[codes], index=text.index, dtype="str")


def _iso_days(values: pd.Index) -> np.ndarray | None:
    """Give the days of texts that all begin like 2017-06-18; None if one doesn't or is no day."""
    import pyarrow as pa
    from pyarrow import compute

    texts = pa.array(values, type=pa.string())
    if not compute.all(compute.match_substring_regex(texts, _ISO_DAY)).as_py():
        return None
    days = compute.utf8_slice_codeunits(texts, 0, 10).to_numpy(zero_copy_only=False)
    try:
        dates = days.astype("datetime64[D]")
    except ValueError:
        return None
    years = dates.astype("datetime64[Y]").astype(int) + 1970
    dates[(years < _EARLIEST) | (years > _LATEST)] = np.datetime64("NaT")
    return dates.astype("datetime64[us]")


def _days_counted(values: list[str]) -> list[str]:
    """Write days from 1954 to 2064 as spreadsheets count them as dates, where they are no slips."""
    serials = {
        value: str(_SERIAL_START + int(match[1]))
        for value in values
        if (match := _SERIAL.fullmatch(value)) and 20_000 <= int(match[1]) < 60_000
    }
    # A lone number among other dates is one, a lone word (Total) among numbers is not counted.
    dated = sum(any(map(str.isdigit, value)) for value in values)
    return [serials.get(value, value) for value in values] if 2 * len(serials) > dated else values


def _parts(value: str, latest_year: int, dayfirst: bool | None) -> _Parts | None:
    def year(digits: str) -> int:
        number = int(digits)
        if len(digits) > 2:
            return number
        century = latest_year // 100 * 100
        return century + number if century + number <= latest_year else century - 100 + number

    readings: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], _Parts | None]], ...] = (
        (_ISO, lambda m: _known(int(m[1]), int(m[2]), int(m[3] or 0))),
        (_COMPACT, lambda m: _known(int(m[1]), int(m[2]), int(m[3]))),
        (_YEAR, lambda m: (int(m[1]), None, None)),
        (_NAMED, lambda m: _named(year(m[3]), m[2], m[1])),
        (_NAMED_FIRST, lambda m: _named(year(m[3]), m[1], m[2])),
        (_NAMED_MIDDLE, lambda m: _named(year(m[1]), m[2], m[3])),
        (_MONTH, lambda m: _named(year(m[2]), m[1], None)),
        (_NUMBERS, lambda m: _ordered(year(m[3]), int(m[1]), int(m[2]), dayfirst)),
    )
    for pattern, reading in readings:
        match = pattern.fullmatch(value)
        if match:
            return reading(match)
    return None


def _named(year: int, month: str, day: str | None) -> _Parts | None:
    number = MONTHS.get(month.lower())
    return (year, number, int(day) if day else None) if number else None


def _known(year: int, month: int, day: int) -> _Parts:
    """Give the parts known: 00 stands for an unknown one where a date has to have three."""
    return year, month or None, (day or None) if month else None


def _ordered(year: int, first: int, second: int, dayfirst: bool | None) -> _Parts:
    return _known(year, second, first) if dayfirst else _known(year, first, second)


def _day_comes_first(values: list[str], name: str, latest_year: int) -> bool | None:
    """Tell the order of day and month from the values above 12; None where none is needed."""
    numbers = [(value, match) for value in values if (match := _NUMBERS.fullmatch(value))]
    firsts = [value for value, match in numbers if int(match[1]) > 12]
    seconds = [value for value, match in numbers if int(match[2]) > 12]
    if firsts and seconds:
        raise InvalidValueError(
            f"column {name!r} mixes two ways to write dates: {firsts[0]!r} has the day first, "
            f"{seconds[0]!r} the month; accepted: one way, or dayfirst=True or False"
        )
    _refuse_swapped(values, [match for _, match in numbers], name)
    _refuse_year_first(numbers, name, latest_year)
    if not numbers or firsts or seconds:
        return bool(firsts) if numbers else None
    open_ones = [(value, match) for value, match in numbers if match[1] != match[2]]
    if not open_ones:
        return True
    value, match = open_ones[0]
    raise InvalidValueError(
        f"column {name!r} is ambiguous: {value!r} is day {int(match[1])} of month {int(match[2])} "
        f"or day {int(match[2])} of month {int(match[1])}, and no value of the column decides; "
        "say which with dayfirst=True or dayfirst=False"
    )


def _refuse_swapped(values: list[str], numbers: list[re.Match[str]], name: str) -> None:
    """Refuse a column of which a spreadsheet took the dates that it could, day for month.

    What it could take has both numbers up to 12 and is a true date now; what it couldn't stays text
    with a number above 12.
    """
    if not numbers or any(int(match[1]) <= 12 and int(match[2]) <= 12 for match in numbers):
        return
    whole = [(value, match) for value in values if (match := _ISO.fullmatch(value)) and match[3]]
    if len(whole) >= _SUSPECT and all(int(match[3]) <= 12 for _, match in whole):
        value, match = whole[0]
        raise InvalidValueError(
            f"column {name!r} looks half converted by a spreadsheet: {numbers[0][0]!r} is text and "
            f"no true date has a day above 12, so {value!r} may be day {int(match[3])} of month "
            f"{int(match[2])} or day {int(match[2])} of month {int(match[3])}; accepted: the file "
            "before it was opened there, or dayfirst=True or False to take true dates as they are"
        )


def _refuse_year_first(
    numbers: list[tuple[str, re.Match[str]]], name: str, latest_year: int
) -> None:
    """Refuse a column of two-digit years whose first number may be the year.

    It may be where all first numbers are from 13 to this year's and all last ones can be days. One
    date is enough if its last number, taken for a year, lies in the last century; without such a
    date six are, since six days are all from 13 to 26 by chance in 1 of 100 columns.
    """
    latest = latest_year % 100
    if not numbers or any(
        not 12 < int(match[1]) <= latest or len(match[3]) > 2 or not 1 <= int(match[3]) <= 31
        for _, match in numbers
    ):
        return
    if len(numbers) > _SUSPECT or max(int(match[3]) for _, match in numbers) > latest:
        value, match = max(numbers, key=lambda number: int(number[1][3]))
        raise InvalidValueError(
            f"column {name!r} is ambiguous: {value!r} has the day first ({match[1]}) or the year "
            f"({match[1]}), and no value of the column decides; accepted: years of four digits, "
            "or dayfirst=True where the day is first"
        )


def _day(part: _Parts | None) -> str:
    if part is None:
        return "NaT"
    year, month, day = part
    text = f"{year:04d}-{1 if month is None else month:02d}-{1 if day is None else day:02d}"
    try:
        np.datetime64(text, "D")
    except ValueError:
        return "NaT"
    return text if _EARLIEST <= year <= _LATEST else "NaT"


def _precision(part: _Parts | None) -> str | None:
    if part is None:
        return None
    return "year" if part[1] is None else "month" if part[2] is None else "day"


def from_parts(
    years: pd.Series, months: pd.Series, days: pd.Series
) -> tuple[pd.Series, pd.Series, pd.Series]:
    """Put dates together from numbers, as finely as they are known.

    Parameters
    ----------
    years, months, days : pandas.Series of float
        Missing, or 0, where unknown.

    Returns
    -------
    dates : pandas.Series of datetime64
        First day of the month or year where the day or month is unknown.
    precision : pandas.Series of str
        ``"day"``, ``"month"`` or ``"year"``; missing without a date.
    impossible : pandas.Series of bool
        Where the day can't be in that month: then the month is what is known.
    """
    has_year = years.between(_EARLIEST, _LATEST) & (years % 1 == 0)
    has_month = has_year & months.between(1, 12) & (months % 1 == 0)
    asked = has_month & (days >= 1)
    first = pd.to_datetime(
        pd.DataFrame(
            {"year": years.where(has_year), "month": months.where(has_month, 1), "day": 1}
        ).where(has_year),
        errors="coerce",
    )
    has_day = asked & (days <= first.dt.days_in_month) & (days % 1 == 0)
    dates = first + pd.to_timedelta(days.where(has_day, 1) - 1, unit="D")
    precision = pd.Series("year", index=years.index, dtype="str").where(has_year)
    precision = precision.mask(has_month, "month").mask(has_day, "day")
    return dates.astype("datetime64[us]"), precision, asked & ~has_day
