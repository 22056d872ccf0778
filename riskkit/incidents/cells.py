"""Raw cells to values of the schema: what is impossible becomes unknown, and is written down."""

import datetime
from collections.abc import Callable, Mapping, Sequence

import numpy as np
import pandas as pd

from riskkit.incidents.dates import MONTHS, from_parts, parse_dates
from riskkit.incidents.files.records import is_text
from riskkit.incidents.numbers import Holds, as_whole, parse_numbers, parse_ranges, plain_numbers
from riskkit.incidents.places.countries import country_code

__all__ = ["Cells"]

_BLANK = frozenset(
    {"", "na", "n/a", "nan", "null", "none", ".", "-", "--", "<na>", "nat", "unknown"}
)
# What programs write into cells of text for nothing: R, pandas, SQL, spreadsheets.
_FILLERS = (
    "", "NA", "N/A", "#N/A", "NULL", "null", "None", "nan", "NaN", "NAN", "<NA>", "NaT",
    ".", "-", "--",
)  # fmt: skip
# What sources write for a name that nobody knows: GTD's provinces, cities and groups.
_NAMELESS = (*_FILLERS, "Unknown", "unknown", "UNKNOWN")
_YES_NO = {
    "1": True, "true": True, "yes": True, "y": True, "t": True,
    "0": False, "false": False, "no": False, "n": False, "f": False,
}  # fmt: skip
_MOST_PEOPLE = 1e8
_TWO_READINGS = (
    "ambiguous: its point may part thousands (1.234 is 1234) or decimals, and no value of the "
    "column decides"
)


class Cells:
    """The raw columns of a source, by the source's own short keys, and what was wrong in them.

    A source's ``read`` asks for its columns in the types it wants. Values that can't be are
    handed out as unknown and recorded in ``blanked``; rows that are no attack records are
    marked by `set_aside`; what is worth telling of the file goes to ``notes``. A key whose column
    the file lacks gives an unknown column.

    Parameters
    ----------
    columns : mapping of str to pandas.Series
        Key to raw column: text, categories of text, numbers or datetimes.
    names : mapping of str to str
        Key to the name of that column in the file.
    size : int
        Number of rows.
    dayfirst : bool, optional
        How to read dates of numbers only.
    """

    def __init__(
        self,
        columns: Mapping[str, pd.Series],
        names: Mapping[str, str],
        size: int,
        dayfirst: bool | None = None,
    ) -> None:
        self.columns = columns
        self.names = names
        self.index = pd.RangeIndex(size)
        self.dayfirst = dayfirst
        self.blanked: list[pd.DataFrame] = []
        self.notes: list[str] = []
        self.reasons = pd.Series(None, index=self.index, dtype=object)
        self.expected = pd.Series(False, index=self.index)

    def has(self, key: str) -> bool:
        """Tell whether the file has this column."""
        return key in self.columns

    def name(self, key: str) -> str:
        """Give the column's name in the file."""
        return self.names.get(key, key)

    def unknown(self, dtype: str = "str") -> pd.Series:
        """Give a column in which nothing is known."""
        return pd.Series(np.nan if dtype == "float64" else None, index=self.index, dtype=dtype)

    def set_aside(
        self, rows: pd.Series, reason: str | pd.Series, *, expected: bool = False
    ) -> None:
        """Mark rows that are no attack records; the first reason given stands.

        Parameters
        ----------
        rows : pandas.Series of bool
            The rows.
        reason : str or pandas.Series of str
            Why; one for all or one a row.
        expected : bool
            True where the layout is like that: no fault of the file.
        """
        new = rows & self.reasons.isna()
        self.reasons[new] = reason[new[new].index] if isinstance(reason, pd.Series) else reason
        self.expected[new] = expected

    def blank(self, rows: pd.Series, key: str, reason: str) -> None:
        """Record cells that were made unknown."""
        if rows.any():
            where = np.flatnonzero(rows.to_numpy())
            found = self.columns[key].iloc[where] if key in self.columns else None
            self.blanked.append(
                pd.DataFrame(
                    {
                        "row": where,
                        "column": self.name(key),
                        "value": None if found is None else [_shown(value) for value in found],
                        "reason": reason,
                    }
                )
            )

    def text(self, key: str) -> pd.Series:
        """Give a column as text, without blanks around it; missing where it says nothing."""
        if key not in self.columns:
            return self.unknown()
        if isinstance(self.columns[key].dtype, pd.StringDtype):
            raw = self.columns[key]
            words = raw.str.strip()
            blank = words.isin(_NAMELESS)
            if blank.any():
                return words.mask(blank)
            # The same text is in memory once.
            return raw if raw.equals(words) else words
        codes, found = self.distinct(key, _NAMELESS)
        return self.spread(found, codes)

    def distinct(
        self, key: str, fillers: Sequence[str] = _FILLERS
    ) -> tuple[np.ndarray, np.ndarray]:
        """Give the texts of a column, each once, and the number of each row's text.

        Parameters
        ----------
        key : str
            The column's key.
        fillers : sequence of str
            What stands in a cell for nothing.

        Returns
        -------
        codes : ndarray of int
            -1 where a cell is blank or a filler.
        words : ndarray of str
            The texts without blanks around them.
        """
        values = self.columns[key] if key in self.columns else self.unknown()
        return _distinct(values, fillers)

    def spread(self, words: Sequence[str | None] | np.ndarray, codes: np.ndarray) -> pd.Series:
        """Give each row the text of its number; missing where that is -1."""
        import pyarrow as pa

        texts = pa.array(words, type=pa.large_string(), from_pandas=True)
        taken = texts.take(pa.array(codes, mask=codes < 0))
        return pd.Series(taken, index=self.index, dtype="str")

    def number(
        self,
        key: str,
        unknown: Sequence[int] = (),
        holds: Holds = "numbers",
        read: np.ndarray | None = None,
    ) -> pd.Series:
        """Give a column as float64; ``unknown`` lists the source's codes for unknown.

        Whether ``1.234`` and ``1,234`` are thousands is read off the whole column. Cells that are
        ``read`` already are left out.
        """
        if key not in self.columns:
            return self.unknown("float64")
        values = self.columns[key]
        if pd.api.types.is_numeric_dtype(values.dtype):
            numbers = values.astype("float64").to_numpy(copy=True)
            self.blank(pd.Series(np.isinf(numbers), index=self.index), key, "not a number")
        elif (plain := self._plain(values, holds)) is not None:
            numbers = plain
        else:
            codes, uniques = self.distinct(key)
            if read is not None and read.any():
                left, codes = np.unique(np.where(read, -1, codes), return_inverse=True)
                uniques, codes = uniques[left[left >= 0]], codes - (left < 0).sum()
            parsed, two_readings = parse_numbers(uniques, holds)
            bad = ~np.isfinite(parsed) & ~two_readings
            bad[bad] = [word.lower() not in _BLANK for word in uniques[bad]]
            for which, reason in ((bad, "not a number"), (two_readings, _TWO_READINGS)):
                if which.any():
                    rows = np.append(which, False)[codes]
                    self.blank(pd.Series(rows, index=self.index), key, reason)
            numbers = np.append(parsed, np.nan)[codes]
        numbers[~np.isfinite(numbers) | np.isin(numbers, list(unknown))] = np.nan
        return pd.Series(numbers, index=self.index)

    def _plain(self, values: pd.Series, holds: Holds) -> np.ndarray | None:
        """Give text as numbers at once where all are; None for texts that come again."""
        if not isinstance(values.dtype, pd.StringDtype):
            return None
        return plain_numbers(values, points=holds != "people")

    def people(self, key: str, unknown: Sequence[int] = ()) -> pd.Series:
        """Give a column of whole numbers of people as Int64."""
        numbers = self._possible(key, unknown)
        whole = numbers == np.floor(numbers)
        self.blank(numbers.notna() & ~whole, key, "not a whole number of people")
        return _whole(numbers.where(whole))

    def toll(self, key: str, unknown: Sequence[int] = ()) -> tuple[pd.Series, pd.Series, pd.Series]:
        """Give a toll as best, low and high; of fractions and ranges (10-15) best is unknown."""
        lowest, highest = self._ranges(key)
        numbers = self._possible(key, unknown, lowest.notna().to_numpy())
        whole = numbers == np.floor(numbers)
        self.blank(
            numbers.notna() & ~whole,
            key,
            "a fractional toll: best unknown, low and high are the whole numbers around it",
        )
        low = np.floor(numbers).mask(whole).fillna(lowest)
        high = np.ceil(numbers).mask(whole).fillna(highest)
        return _whole(numbers.where(whole)), _whole(low), _whole(high)

    def _ranges(self, key: str) -> tuple[pd.Series, pd.Series]:
        """Give both ends of the cells that are ranges, unknown in all others."""
        if not self.has(key) or not is_text(self.columns[key].dtype):
            return self.unknown("float64"), self.unknown("float64")
        codes, words = self.distinct(key)
        low, high = (np.append(ends, np.nan)[codes] for ends in parse_ranges(words))
        return pd.Series(low, index=self.index), pd.Series(high, index=self.index)

    def _possible(
        self, key: str, unknown: Sequence[int], read: np.ndarray | None = None
    ) -> pd.Series:
        numbers = self.number(key, unknown, "people", read)
        negative = numbers < 0
        self.blank(negative, key, "a negative number of people")
        vast = numbers > _MOST_PEOPLE
        self.blank(vast, key, "more people than can be")
        return numbers.mask(negative | vast)

    def place(
        self, latitude: str, longitude: str, unknown: Sequence[int] = ()
    ) -> tuple[pd.Series, pd.Series]:
        """Give degrees north and east; a place off the globe, or 0, 0, is unknown in both.

        So is one without the other. ``unknown`` lists the source's codes for unknown latitudes.
        """
        north = self.number(latitude, holds="degrees")
        east = self.number(longitude, holds="degrees")
        coded = north.isin(unknown)
        half_north, half_east = north.notna() & ~coded & east.isna(), east.notna() & north.isna()
        north = north.mask(coded)
        bad_north, bad_east = north.abs() > 90, east.abs() > 180
        self.blank(half_north & ~bad_north, latitude, "a latitude without a longitude")
        self.blank(half_east & ~bad_east, longitude, "a longitude without a latitude")
        self.blank(bad_north, latitude, "off the globe: beyond 90 degrees")
        self.blank(bad_east, longitude, "off the globe: beyond 180 degrees")
        nowhere = (north == 0) & (east == 0)
        self.blank(nowhere, latitude, "0, 0 is a filler, not a place")
        lost = bad_north | bad_east | nowhere | north.isna() | east.isna()
        return north.mask(lost), east.mask(lost)

    def code(
        self,
        key: str,
        table: Mapping[str, str],
        *,
        default: str | None = None,
        what: str = "",
        unknown: Sequence[str] = (),
    ) -> pd.Series:
        """Give a column by a table of codes or words (small letters).

        Values that are neither blank, nor in the table, nor the source's word for ``unknown`` are
        recorded and become ``default``.
        """
        codes, uniques = self.distinct(key)
        words = [as_whole(word.lower()) for word in uniques]
        found = [table.get(word) for word in words]
        passed = {*_BLANK, *unknown}
        known = [
            name is not None or word in passed for name, word in zip(found, words, strict=True)
        ]
        self._blank_strange(key, codes, known, f"not {what or 'a value'} that is known")
        result = self.spread(found, codes)
        return result if default is None else result.fillna(default)

    def _blank_strange(
        self, key: str, codes: np.ndarray, known: Sequence[bool], reason: str
    ) -> None:
        if not all(known):
            strange = np.append(~np.array(known, dtype=bool), False)[codes]
            self.blank(pd.Series(strange, index=self.index), key, reason)

    def yes_no(self, key: str, unknown: Sequence[int] = (-9,)) -> pd.Series:
        """Give a column of yes and no as boolean."""
        codes, uniques = self.distinct(key)
        words = [as_whole(word.lower()) for word in uniques]
        passed = {*_YES_NO, *_BLANK, *map(str, unknown)}
        self._blank_strange(key, codes, [word in passed for word in words], "neither yes nor no")
        values = pd.array([*map(_YES_NO.get, words), None], dtype="boolean")
        return pd.Series(values[codes], index=self.index)

    def country(self, key: str, none: Sequence[str] = ()) -> pd.Series:
        """Give country names as ISO alpha-3; ``none`` lists what stands for no country."""
        codes, words = self.distinct(key, fillers=("",))
        # NA is Namibia among two-letter codes and a missing value among names.
        coded = np.mean([len(word) == 2 for word in words]) > 0.5 if len(words) else False
        found = [
            None if word.upper() == "NA" and not coded else country_code(word) for word in words
        ]
        passed = {*none, *_BLANK}
        known = [
            code is not None or word.lower() in passed
            for code, word in zip(found, words, strict=True)
        ]
        self._blank_strange(key, codes, known, "not a country that is known")
        return self.spread(found, codes)

    def date(self, key: str, latest_year: int | None = None) -> tuple[pd.Series, pd.Series]:
        """Give a column of dates and how finely each is known."""
        if key not in self.columns:
            return self.unknown("datetime64[us]"), self.unknown()
        values = self.columns[key]
        if pd.api.types.is_datetime64_any_dtype(values.dtype):
            days = values.dt.normalize().astype("datetime64[us]")
            return days, self.unknown().mask(days.notna(), "day")
        codes, words = self.distinct(key)
        latest = latest_year or datetime.date.today().year
        days, finest = parse_dates(
            pd.Series(words, dtype="str"),
            self.name(key),
            latest_year=latest,
            dayfirst=self.dayfirst,
        )
        known = [
            found or word.lower() in _BLANK for found, word in zip(days.notna(), words, strict=True)
        ]
        self._blank_strange(key, codes, known, "not a date")
        dates = np.append(days.to_numpy(), np.datetime64("NaT"))[codes]
        return pd.Series(dates, index=self.index), self.spread(finest.to_numpy(), codes)

    def date_parts(self, year: str, month: str, day: str) -> tuple[pd.Series, pd.Series]:
        """Give dates from three columns, 0 or less where unknown; months can be words."""
        years, days = self.number(year), self.number(day)
        codes, words = self.distinct(month)
        named = np.array([*(MONTHS.get(word.lower(), np.nan) for word in words), np.nan])[codes]
        months = pd.Series(named, index=self.index).fillna(
            self.number(month, read=~np.isnan(named))
        )
        dates, precision, impossible = from_parts(years, months, days)
        self.blank(years.notna() & dates.isna(), year, "not a year from 1800 to 2100")
        self.blank((months > 12) | (months % 1 != 0) & months.notna(), month, "not a month")
        self.blank(impossible, day, "not a day of that month")
        return dates, precision

    def each(self, key: str, rule: Callable[[str], str | None]) -> pd.Series:
        """Give a column by a rule on its text, worked out once for each distinct text."""
        codes, words = self.distinct(key)
        return self.spread([rule(word) for word in words], codes)


def _distinct(values: pd.Series, fillers: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
    if isinstance(values.dtype, pd.CategoricalDtype):
        codes, words = values.cat.codes.to_numpy(), values.cat.categories
    elif pd.api.types.is_datetime64_any_dtype(values.dtype):
        codes, words = pd.factorize(values.dt.strftime("%Y-%m-%d"))
    else:
        codes, words = pd.factorize(values)
    if not isinstance(words.dtype, pd.StringDtype):
        words = pd.Index([_shown(value) for value in words], dtype="str")
    stripped = words.str.strip()
    blank = stripped.isin(fillers)
    if not stripped.is_unique or blank.any():
        new, stripped = pd.factorize(stripped.where(~blank))
        codes = np.append(new, -1)[codes]
    return codes, stripped.to_numpy()


def _whole(numbers: pd.Series) -> pd.Series:
    """Give whole numbers in floats as Int64."""
    unknown = numbers.isna().to_numpy()
    whole = np.where(unknown, 0, numbers.to_numpy()).astype(np.int64)
    return pd.Series(pd.arrays.IntegerArray(whole, unknown), index=numbers.index)


def _shown(value: object) -> str | None:
    if value is None or value is pd.NaT or value != value:
        return None
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value)
