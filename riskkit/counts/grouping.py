"""From incidents to rows of a tally: group on the engine, leave out with a reason, fold."""

from collections.abc import Mapping, Sequence
from functools import reduce
from operator import or_
from typing import Any

import narwhals as nw
import numpy as np
import pandas as pd

from riskkit.counts.engine import Dimension, count_groups
from riskkit.counts.packing import fold
from riskkit.counts.periods import FINE_ENOUGH
from riskkit.counts.table import TOLLS

__all__ = ["SUMMED", "count_rows"]

SUMMED = ("injured", "hostages")


def count_rows(
    frame: nw.LazyFrame[Any],
    places: Dimension,
    found: pd.Index,
    marks: Sequence[str],
    every: str,
    first: pd.Timestamp,
    last: pd.Timestamp,
    watched: pd.DataFrame,
) -> tuple[pd.DataFrame, pd.Series]:
    """Give the rows of a tally, and how many incidents are in none of them, by reason.

    Parameters
    ----------
    frame : narwhals.LazyFrame
        What `open_incidents` gave.
    places : Dimension
        The places that make the regions.
    found : pandas.Index
        The region of each of its levels.
    marks : sequence of str
        The columns that say what kind of attack it was.
    every : str
        The length of a period.
    first, last : pandas.Timestamp
        The first and the last day with an incident; NaT where there is none.
    watched : pandas.DataFrame
        Region x period: the share watched.

    Returns
    -------
    counts : pandas.DataFrame
        As in `Tally`.
    unplaced : pandas.Series
        As in `Tally`.
    """
    names, periods = watched.index, pd.PeriodIndex(watched.columns)
    dates, number = _dated(first, last, every)
    # Not is_in: Spark 4.0 takes no list there.
    fine = reduce(or_, [nw.col("date_precision") == word for word in FINE_ENOUGH[every]])
    kinds = {name: Dimension.of(frame, [name], f"mark_{name}") for name in marks}
    tolls = {name: Dimension.of(frame, [name], name) for name in TOLLS}
    codes, sums = count_groups(
        frame,
        {
            "region": places,
            "date": (number, len(dates) + 1),
            **kinds,
            **tolls,
            "multi_day": (nw.col("multi_day"), 2),
            "fine": (nw.when(fine).then(nw.lit(1)).otherwise(nw.lit(0)), 2),
        },
        SUMMED,
    )
    # Behind the last level stands what is unknown.
    dated, placed = codes.pop("date"), codes["region"]
    no_date, no_region = dated == len(dates), placed == len(found)
    ordinals = pd.PeriodIndex(pd.DatetimeIndex(dates), freq=periods.freq).asi8
    period = np.append(ordinals - periods[0].ordinal, -1).astype(np.int32)[dated]
    region = np.append(names.get_indexer(found), -1).astype(np.int32)[placed]
    inside = (region >= 0) & (period >= 0) & (period < len(periods))
    cells = np.where(inside, region.astype(np.int64) * len(periods) + period, 0)
    unwatched = inside & (np.append(watched.to_numpy().ravel(), 0) == 0)[cells]
    rules = {
        "no date": no_date,
        f"date not known to the {every}": codes.pop("fine") == 0,
        "no region": no_region,
        "region not asked for": region < 0,
        "before the start": period < 0,
        "after the end": period >= len(periods),
        "not watched by the source": unwatched,
    }
    counted, unplaced = _set_apart(rules, sums["rows"])
    codes |= {"region": region, "period": period}
    if not counted.all():
        codes = {name: code[counted] for name, code in codes.items()}
        sums = {name: column[counted] for name, column in sums.items()}
    return _folded(codes, sums, kinds, tolls, names, periods), unplaced


def _dated(first: pd.Timestamp, last: pd.Timestamp, every: str) -> tuple[np.ndarray, nw.Expr]:
    """List the periods from the first year to the last, or 31 days of each month; number rows.

    Weeks are counted by day: no engine begins them all on Monday. What follows the last day of a
    month has no row.
    """
    if pd.isna(first):
        return np.zeros(0, dtype="datetime64[D]"), nw.lit(0)
    months = np.arange(f"{first.year:04d}-01", f"{last.year + 1:04d}-01", dtype="datetime64[M]")
    date = nw.col("date")
    parts = (date.dt.year(), date.dt.month(), date.dt.day())
    # Some engines keep months in eight bits, which a product leaves, others as fractions.
    year, month, day = (part.fill_null(0).cast(nw.Int64) for part in parts)
    if every in ("day", "week"):
        dates = (months.astype("datetime64[D]")[:, None] + np.arange(31)).ravel()
        number = (year - first.year) * 372 + (month - 1) * 31 + day - 1
    else:
        long = {"month": 1, "quarter": 3, "year": 12}[every]
        dates = months[::long].astype("datetime64[D]")
        number = (year - first.year) * (12 // long) + (month - 1) // long
    return dates, nw.when(date.is_null()).then(nw.lit(len(dates))).otherwise(number)


def _set_apart(rules: Mapping[str, np.ndarray], rows: np.ndarray) -> tuple[np.ndarray, pd.Series]:
    """Tell which groups are counted, and how many rows aren't, by the first reason that holds."""
    counted = np.ones(len(rows), dtype=bool)
    unplaced = {}
    for reason, broken in rules.items():
        if (counted & broken).any():
            unplaced[reason] = rows[counted & broken].sum()
            counted &= ~broken
    index = pd.Index(sorted(unplaced), dtype="str", name="reason")
    return counted, pd.Series([unplaced[reason] for reason in index], index, "int64", "rows")


def _folded(
    codes: Mapping[str, np.ndarray],
    sums: Mapping[str, np.ndarray],
    kinds: Mapping[str, Dimension],
    tolls: Mapping[str, Dimension],
    names: pd.Index,
    periods: pd.PeriodIndex,
) -> pd.DataFrame:
    """Add up groups that a tally doesn't tell apart; sort by the values, the unknown last."""
    words = {"region": [str(name) for name in names]}
    for name, kind in kinds.items():
        unknown = "unknown" if name == "target_group" else "Unknown"
        words[name] = [*map(str, kind.levels[name]), unknown]
    order = ["region", "period", *kinds, *TOLLS, "multi_day"]
    sizes = dict.fromkeys(order, 2) | {"period": len(periods)}
    sizes |= {name: len(toll.levels) + 1 for name, toll in tolls.items()}
    digits = dict(codes)
    for name, listed in words.items():
        words[name] = sorted(set(listed))
        sizes[name] = len(words[name]) or 1
        place = {word: position for position, word in enumerate(words[name])}
        small = np.min_scalar_type(-sizes[name])
        digits[name] = np.array([place[word] for word in listed], dtype=small)[codes[name]]
    found, added = fold(digits, sizes, sums)
    del digits
    columns: dict[str, Any] = {
        name: pd.Categorical.from_codes(found[name], pd.Index(listed, dtype="str"))
        for name, listed in words.items()
    }
    ordinals = found["period"].astype(np.int64) + periods[0].ordinal
    columns["period"] = pd.PeriodIndex.from_ordinals(  # type: ignore[attr-defined]  # the stubs lack it
        ordinals, freq=periods.freq
    )
    for name, toll in tolls.items():
        values = np.append(toll.levels[name].to_numpy("int64"), 0)[found[name]]
        columns[name] = pd.arrays.IntegerArray(values, found[name] == len(toll.levels))
    for name in SUMMED:
        columns[name] = pd.arrays.IntegerArray(added[name], ~added[f"known_{name}"])
    columns |= {"attacks": added["rows"], "multi_day": found["multi_day"] == 1}
    listed = [*order[:-1], "attacks", *SUMMED, "multi_day"]
    return pd.DataFrame({name: columns[name] for name in listed}, copy=False)
