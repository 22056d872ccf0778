"""The lengths of period that attacks are counted by."""

import pandas as pd

__all__ = ["FINE_ENOUGH", "FREQUENCIES", "name_of", "period"]

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


def period(when: "str | pd.Period | pd.Timestamp", every: str) -> pd.Period:
    """Read one period; a finer or coarser one is refused where it isn't whole.

    Parameters
    ----------
    when : str, pandas.Period or pandas.Timestamp
        For example ``"1998-01"``.
    every : str
        The length: a key of `FREQUENCIES`.

    Returns
    -------
    pandas.Period

    Raises
    ------
    ValueError
        If it can't be read.
    """
    try:
        return pd.Period(when, freq=FREQUENCIES[every])
    except (ValueError, TypeError) as problem:
        raise ValueError(f"{when!r} can't be read as a {every}: {problem}") from problem


def name_of(periods: pd.PeriodIndex) -> str:
    """Name the length of periods in a word, for units such as "attacks per month"."""
    for word, frequency in FREQUENCIES.items():
        if periods.freqstr.startswith(frequency[0]):
            return word
    return f"period of {periods.freqstr}"
