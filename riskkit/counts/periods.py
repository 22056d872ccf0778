"""The lengths of period that attacks are counted by."""

from typing import Literal

import pandas as pd

__all__ = ["FINE_ENOUGH", "FREQUENCIES", "name_of", "read_period"]

# Weeks run from Monday to Sunday.
FREQUENCIES = {"day": "D", "week": "W-SUN", "month": "M", "quarter": "Q-DEC", "year": "Y-DEC"}
# How finely a date must be known to fall into one period of that length.
FINE_ENOUGH = {
    "day": ("day",),
    "week": ("day", "week"),
    "month": ("day", "week", "month"),
    "quarter": ("day", "week", "month"),
    "year": ("day", "week", "month", "year"),
}


def read_period(
    when: "str | pd.Period | pd.Timestamp", frequency: str, side: Literal["start", "end"]
) -> pd.Period:
    """Read one period: the one that a finer one lies in, the first or last of a coarser one.

    Parameters
    ----------
    when : str, pandas.Period or pandas.Timestamp
        For example ``"1998-01"``.
    frequency : str
        The length, as pandas writes it: a value of `FREQUENCIES`, or a week that ends otherwise.
    side : {"start", "end"}
        Which one is meant of many: a span from 1998 begins in January and one up to 1998 ends
        in December.

    Returns
    -------
    pandas.Period

    Raises
    ------
    ValueError
        If it can't be read.

    Examples
    --------
    >>> str(read_period("1998", "M", "start")), str(read_period("1998", "M", "end"))
    ('1998-01', '1998-12')
    """
    try:
        # A text, a day or a year in figures is as fine as it is written.
        read = when if isinstance(when, pd.Period) else pd.Period(str(when))
        if not isinstance(read, pd.Period):
            raise ValueError("it is no time")
        return read.asfreq(frequency, side)
    except (ValueError, TypeError) as problem:
        raise ValueError(f"{when!r} can't be read as a {_word(frequency)}: {problem}") from problem


def name_of(periods: pd.PeriodIndex) -> str:
    """Name the length of periods in a word, for units such as "attacks per month"."""
    return _word(periods.freqstr)


def _word(frequency: str) -> str:
    for word, known in FREQUENCIES.items():
        if frequency.startswith(known[0]):
            return word
    return f"period of {frequency}"
