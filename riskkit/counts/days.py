"""Days, as users and files write them."""

from numbers import Integral, Real
from typing import Literal

import pandas as pd

from riskkit.errors import InvalidValueError

__all__ = ["day_of", "read_days"]

# What numbers can be days, from 1973 or earlier to 2100 or later: no two of these overlap.
_WRITTEN = {"%Y%m%d": (19000101.0, 21001231.0), "%Y%m%d%H%M%S": (19000101e6, 21001231235959.0)}
_SINCE_1970: dict[Literal["s", "ms", "us", "ns"], tuple[float, float]] = {
    "s": (1e8, 1e10),
    "ms": (1e11, 1e13),
    "us": (1e14, 1e16),
    "ns": (1e17, 9.2e18),
}


def day_of(value: "str | int | pd.Timestamp | pd.Period", name: str) -> pd.Timestamp:
    """Read a day; of a month or a year, its last one.

    Parameters
    ----------
    value : str, int, pandas.Timestamp or pandas.Period
        For example ``"2024-05-20"``, ``"2024-05"``, ``20240520`` or ``2024``.
    name : str
        What an error calls it.

    Returns
    -------
    pandas.Timestamp

    Raises
    ------
    ValueError
        If it can't be read.
    """
    try:
        if isinstance(value, Real) and not isinstance(value, Integral):
            raise TypeError("days have no fractions")
        told = pd.Period(str(value)) if isinstance(value, str | Integral) else value
        day = told.end_time if isinstance(told, pd.Period) else pd.Timestamp(told).tz_localize(None)
        if pd.isna(day):
            raise ValueError("no day")
    except (ValueError, TypeError) as problem:
        raise ValueError(f"{name} is {value!r}; accepted: a day, such as 2024-05-20") from problem
    return day.normalize()


def read_days(values: pd.Series, name: str) -> pd.Series:
    """Read days that may be dates, text or numbers; what can't be read is missing.

    Parameters
    ----------
    values : pandas.Series
        Dates, ISO text, numbers such as 20240501 or 20240501123000, or seconds, or thousandths
        and less of one, since 1970.
    name : str
        What an error calls it.

    Returns
    -------
    pandas.Series of datetime64
        Without time of day.

    Raises
    ------
    InvalidValueError
        If none can be read, or numbers are not all of one kind.

    Examples
    --------
    >>> [f"{day:%Y-%m-%d}" for day in read_days(pd.Series([20240501, 20240502]), "added")]
    ['2024-05-01', '2024-05-02']
    """
    if not pd.api.types.is_datetime64_any_dtype(values):
        numbers = pd.to_numeric(values, errors="coerce")
        if numbers.notna().sum() >= 0.5 * max(values.notna().sum(), 1):
            values = _days_of_numbers(numbers, name)
        else:
            text = values.astype("str").where(values.notna())
            values = pd.to_datetime(text, errors="coerce", format="ISO8601", utc=True)
    if not values.notna().any():
        raise InvalidValueError(
            f"column {name!r} holds no day that can be read; accepted: dates, text such as "
            "2024-05-01, numbers such as 20240501, or seconds since 1970"
        )
    if values.dt.tz is not None:
        values = values.dt.tz_convert("UTC").dt.tz_localize(None)
    return values.dt.normalize()


def _days_of_numbers(numbers: pd.Series, name: str) -> pd.Series:
    """Tell by the size of all numbers of a column what they are, and read them so."""
    least, most = float(numbers.min()), float(numbers.max())
    for layout, (low, high) in _WRITTEN.items():
        if low <= least and most <= high:
            text = numbers.astype("Int64").astype("str")
            return pd.to_datetime(text, format=layout, errors="coerce")
    for unit, (low, high) in _SINCE_1970.items():
        if low <= least and most <= high:
            return pd.to_datetime(numbers, unit=unit, errors="coerce")
    raise InvalidValueError(
        f"column {name!r} holds numbers from {least:.0f} to {most:.0f}, which are not all days of "
        "one kind; accepted: such as 20240501 or 20240501123000, or seconds, or thousandths and "
        "less of one, since 1970"
    )
