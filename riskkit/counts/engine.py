"""What is asked of the engine that holds the incidents: distinct values, dates, counts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import narwhals as nw
import numpy as np
import pandas as pd

from riskkit.counts.packing import pack, unpack
from riskkit.errors import InvalidValueError, MissingColumnError

__all__ = ["Dimension", "count_groups", "first_and_last", "open_incidents"]

_LISTED = 5_000  # more values than these DuckDB finds again sooner than it reads a list of them
_EXACT = 2**53  # from here on floats skip whole numbers
_TEXTS = (nw.String, nw.Categorical, nw.Enum)
_DAY = "%Y-%m-%d"


@dataclass(frozen=True)
class Dimension:
    """The distinct values of some columns, numbered by the engine.

    Parameters
    ----------
    columns : tuple of str
        The columns whose values, together, are told apart.
    levels : pandas.DataFrame
        Their values where all of them are known, sorted.
    table : narwhals.LazyFrame or None
        The same on the engine, with ``code``, the row of ``levels``; None without columns.
    code : str
        The name of that column.
    """

    columns: tuple[str, ...]
    levels: pd.DataFrame
    table: nw.LazyFrame[Any] | None
    code: str

    @classmethod
    def of(cls, frame: nw.LazyFrame[Any], columns: Sequence[str], name: str) -> "Dimension":
        """Number the rows of some columns that occur; no columns have one level, for all rows."""
        code = f"code_{name}"
        if not columns:
            return cls((), pd.DataFrame(index=pd.RangeIndex(1)), None, code)
        once = frame.select(*columns).drop_nulls().group_by(*columns).agg(nw.len().alias("rows"))
        numbered = once.select(*columns).with_row_index(code, order_by=list(columns))
        found = numbered.sort(code).collect()
        levels = pd.DataFrame({name: found[name].to_list() for name in columns})
        return cls(tuple(columns), levels, _given_back(frame, numbered, found), code)


def _given_back(
    frame: nw.LazyFrame[Any], planned: nw.LazyFrame[Any], found: nw.DataFrame[Any]
) -> nw.LazyFrame[Any]:
    """Give a table to the engine that holds a frame: what is only planned is made at each use."""
    if frame.implementation.is_duckdb():
        if len(found) > _LISTED:
            return planned
        return nw.from_native(_duckdb_rows(frame.to_native(), found))
    if frame.implementation.is_ibis():
        return found.lazy(frame.implementation)
    if frame.implementation.is_spark_like():
        return found.lazy(frame.implementation, session=frame.to_native().sparkSession)
    return found.lazy()


def _duckdb_rows(relation: Any, found: nw.DataFrame[Any]) -> Any:
    """Make a relation of a table on the connection of another one: only such can be joined."""
    from duckdb import ConstantExpression, FunctionExpression

    kinds = dict(zip(relation.columns, relation.types, strict=True))
    columns = [
        FunctionExpression("unnest", ConstantExpression(found[name].to_list()))
        .cast(kinds.get(name, "BIGINT"))
        .alias(name)
        for name in found.columns
    ]
    # One row, for which nothing is read, and which leaves no view in the user's database.
    return relation.limit(0).aggregate("count(*) AS none").select(*columns)


def open_incidents(
    incidents: Any, texts: Sequence[str], people: Sequence[str]
) -> nw.LazyFrame[Any]:
    """Give the columns of incidents that are counted, as text, whole numbers and a date.

    Parameters
    ----------
    incidents : DataFrame
        Of any engine that narwhals knows.
    texts, people : sequence of str
        The columns that are needed, besides ``date``.

    Returns
    -------
    narwhals.LazyFrame
        With ``multi_day``, 1 where the incident is known to have run over days, and ``vintage``
        where the incidents have it.

    Raises
    ------
    MissingColumnError
        If a column is missing.
    InvalidValueError
        If people or days are no whole numbers, or a text is no date.
    TypeError
        If it is no table, or dates are numbers.
    """
    if isinstance(incidents, pd.DataFrame):
        incidents = _with_numbers(incidents, [*people, "days"])
    try:
        frame = nw.from_native(incidents).lazy()
    except TypeError:
        raise TypeError(
            f"incidents is a {type(incidents).__name__}; accepted: a DataFrame of pandas, Polars, "
            "PyArrow, Ibis or Spark, or a DuckDB relation; duckdb.read_parquet(path) opens Parquet"
        ) from None
    schema = frame.collect_schema()
    for name in ["date", *texts, *people]:
        if name not in schema:
            raise MissingColumnError(
                f"no column {name!r} in the incidents; found: {', '.join(schema.names())}; "
                "riskkit.read_incidents makes a table that has them all"
            )
    if "vintage" in schema:
        texts = list(dict.fromkeys([*texts, "vintage"]))
    # A table made before the schema had `days` is counted as if no event were known to be long.
    whole = [*people, "days"] if "days" in schema else people
    for name in ["date", *whole]:
        if schema[name] in _TEXTS:
            _check_texts(frame, name)
    numbers = _whole(frame, whole)
    long = numbers["days"] > 1 if "days" in schema else nw.lit(False)
    return frame.select(
        _date(schema["date"]),
        # Engines write true and false each in their own way: they stay as they are.
        *[
            nw.col(name) if schema[name] == nw.Boolean else nw.col(name).cast(nw.String)
            for name in texts
        ],
        *[numbers[name].cast(nw.Int64) for name in people],
        nw.when(long).then(nw.lit(1)).otherwise(nw.lit(0)).alias("multi_day"),
    )


def _with_numbers(table: pd.DataFrame, names: Sequence[str]) -> pd.DataFrame:
    """Give a pandas table with numbers that may be unknown where they stand as objects."""
    loose = [
        name
        for name in names
        if name in table and not pd.api.types.is_integer_dtype(table[name].dtype)
    ]
    numbers = {}
    for name in loose:
        try:
            numbers[name] = pd.to_numeric(table[name], dtype_backend="numpy_nullable")
        except (ValueError, TypeError) as problem:
            raise InvalidValueError(
                f"column {name!r} holds no numbers: {problem}; accepted: whole numbers"
            ) from problem
    # An index may bear the name of a column, which a group-by would then not tell apart.
    return table.assign(**numbers).reset_index(drop=True)


def _check_texts(frame: nw.LazyFrame[Any], name: str) -> None:
    """Refuse a column of text that the engine could not read as dates or numbers."""
    texts = nw.col(name).cast(nw.String)
    asked = texts.str.slice(0, 10) if name == "date" else texts
    found = frame.select(asked).drop_nulls().unique().collect()
    words = pd.Series(found[name].to_list(), dtype="str")
    read = (
        pd.to_datetime(words, format=_DAY, errors="coerce")
        if name == "date"
        else pd.to_numeric(words, errors="coerce")
    )
    if read.isna().any():
        accepted = "dates, or text such as 2024-05-01" if name == "date" else "whole numbers"
        raise InvalidValueError(
            f"column {name!r} holds {words[read.isna()].min()!r}; accepted: {accepted}, and "
            "nothing where it is unknown; riskkit.read_incidents makes a table of such columns"
        )


def _whole(frame: nw.LazyFrame[Any], names: Sequence[str]) -> dict[str, nw.Expr]:
    """Give whole numbers of people or days: NaN is unknown, and parts of one are refused."""
    schema = frame.collect_schema()
    numbers = {name: nw.col(name) for name in names}
    loose = [name for name in names if not schema[name].is_integer()]
    for name in loose:
        number = nw.col(name).cast(nw.Float64)
        numbers[name] = nw.when(~number.is_nan()).then(number).alias(name)
    if loose:  # only then is the column read for it
        broken = {
            name: (numbers[name] % 1 != 0) | (numbers[name].abs() >= _EXACT) for name in loose
        }
        parts = [nw.when(broken[name]).then(numbers[name]).alias(name) for name in loose]
        found = frame.select(*parts).select(nw.col(*loose).max()).collect()
        for name in loose:
            part = found[name].to_list()[0]
            if not pd.isna(part):
                raise InvalidValueError(
                    f"column {name!r} holds {part}; accepted: whole numbers, and nothing where it "
                    "is unknown; riskkit.read_incidents reads a toll with a fraction as unknown"
                )
    return numbers


def _date(kind: nw.dtypes.DType) -> nw.Expr:
    """Give the date; a text's first ten characters are its day."""
    date = nw.col("date")
    if kind in (nw.Date, nw.Datetime):
        return date
    if kind.is_numeric():
        raise TypeError(f"column 'date' holds {kind}; accepted: dates, or text such as 2024-05-01")
    if kind in _TEXTS:
        return date.cast(nw.String).str.slice(0, 10).str.to_datetime(format=_DAY)
    return date.cast(nw.Date)


def first_and_last(frame: nw.LazyFrame[Any]) -> tuple[pd.Timestamp, pd.Timestamp]:
    """Give the first and the last day with an incident; NaT where there is none."""
    date = nw.col("date")
    found = frame.select(date.min().alias("first"), date.max().alias("last")).collect()
    days = pd.to_datetime([found[name].to_list()[0] for name in ("first", "last")]).normalize()
    return days[0], days[1]


def count_groups(
    frame: nw.LazyFrame[Any],
    kinds: Mapping[str, Dimension | tuple[nw.Expr, int]],
    summed: Sequence[str],
) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    """Count the rows of each combination that occurs, and add up what is known of some columns.

    An engine groups by one whole number several times faster than by ten texts, and in a fraction
    of the memory. So the numbers of all levels are packed into one (or two, where one doesn't
    hold them) and the engine groups by that.

    Parameters
    ----------
    frame : narwhals.LazyFrame
        The incidents.
    kinds : mapping of str to Dimension or (narwhals.Expr, int)
        What is told apart: a dimension, or a whole number from 0 on and how many values it has.
    summed : sequence of str
        Columns of whole numbers.

    Returns
    -------
    codes : dict of str to ndarray of int
        Of each group and dimension the row of its levels, one behind the last where a value is
        unknown; of each group and other the number. Sorted by all of them, in their order.
    sums : dict of str to ndarray of int64 or bool
        Of each group ``rows``; the known values of each column added up; and behind ``known_``
        whether any value of it is known.
    """
    codes: dict[str, nw.Expr] = {}
    sizes: dict[str, int] = {}
    coded = frame
    for name, kind in kinds.items():
        if isinstance(kind, tuple):
            codes[name], sizes[name] = kind
            continue
        sizes[name] = len(kind.levels) + 1
        codes[name] = nw.lit(0)
        if kind.table is not None:
            codes[name] = nw.col(kind.code).fill_null(len(kind.levels))
            coded = coded.join(kind.table, on=list(kind.columns), how="left")
    packed = pack({name: code.cast(nw.Int64) for name, code in codes.items()}, sizes)
    keys = {f"key_{place}": key for place, key in enumerate(packed)}
    counted = (
        coded.select(*[key.alias(name) for name, key in keys.items()], *summed)
        .group_by(*keys)
        .agg(
            nw.len().alias("rows"),
            *[nw.col(name).sum() for name in summed],
            *[nw.col(name).count().alias(f"known_{name}") for name in summed],
        )
        .select(
            *keys,
            *[nw.col(name).fill_null(0).cast(nw.Int64) for name in ("rows", *summed)],
            *[nw.col(f"known_{name}") > 0 for name in summed],
        )
        .sort(*keys)
        .collect()
    )
    found = {name: counted[name].to_numpy() for name in counted.columns}
    del counted
    return unpack([found.pop(name) for name in keys], sizes), found
