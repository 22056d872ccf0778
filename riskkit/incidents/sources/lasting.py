"""Events that last: their days, and how much of a file they are."""

import pandas as pd

from riskkit.incidents.cells import Cells

__all__ = ["event_days"]


def event_days(cells: Cells, first: pd.Series, last: pd.Series, deaths: pd.Series) -> pd.Series:
    """Count the days of each event, both ends included; note sums of attacks and reversed ends.

    Parameters
    ----------
    cells : Cells
        The raw columns; the note goes there.
    first, last : pandas.Series of datetime64
        First and last day.
    deaths : pandas.Series of Int64
        Tolls.

    Returns
    -------
    pandas.Series of Int64
        Unknown where a day is, or where the last is before the first.
    """
    kept = cells.reasons.isna()
    longer = (first < last) & kept
    known = (first.notna() & last.notna() & kept).sum()
    total = deaths[kept].sum()
    if longer.any():
        share = f", with {deaths[longer].sum() / total:.0%} of the deaths," if total else ""
        cells.notes.append(
            f"{longer.sum() / known:.0%} of the events{share} last longer than a day: sums of "
            "attacks, not single ones"
        )
    backward = int(((last < first) & kept).sum())
    if backward:
        cells.notes.append(f"{backward:,} events end before they start: their days are unknown")
    days = (last - first).dt.days + 1
    return days.where(days > 0).astype("Int64")
