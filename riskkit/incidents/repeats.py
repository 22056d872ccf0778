"""Repeated ids: copies, rows of one event by actor, and ids that a spreadsheet destroyed."""

import numpy as np
import pandas as pd

from riskkit.incidents.cells import Cells
from riskkit.incidents.schema import all_differ

__all__ = ["of_lines", "unique_ids"]

_ROUNDED = r"\d(?:[.,]\d+)?[eE]\+?\d+"


def unique_ids(
    ids: pd.Series, cells: Cells, *, key: str, source: str, lines: np.ndarray, expected: str | None
) -> tuple[pd.Series, list[str]]:
    """Give each row an id of its own, and set aside rows that repeat another.

    Parameters
    ----------
    ids : pandas.Series of str
        The source's ids; missing where there is none.
    cells : Cells
        The raw columns; rows are set aside there.
    key : str
        The key of the id's column.
    source : str
        The source's short name: rows without an id of their own get ``source:line``.
    lines : ndarray of int
        The line of each row.
    expected : str or None
        Why rows share an id in this layout, so that the first stands for all; None where they
        should not.

    Returns
    -------
    ids : pandas.Series of str
        Unique among the rows that aren't set aside.
    notes : list of str
        What was found, in words.
    """
    notes = []
    # Whole numbers that went through a table of floats have lost nothing but their look.
    if ids.str.endswith((".0", ",0")).any():
        ids = ids.str.replace(r"^(\d+)[.,]0$", r"\1", regex=True)
    rounded = pd.Series(False, index=ids.index)
    if any(ids.str.contains(letter, regex=False).any() for letter in "eE"):
        rounded = ids.str.fullmatch(_ROUNDED).fillna(False).astype(bool)
    if rounded.any():
        notes.append(
            f"{int(rounded.sum()):,} ids were rounded by a spreadsheet (like "
            f"{ids[rounded].iloc[0]}) and are replaced by source:line"
        )
    usable = ids.mask(rounded) if rounded.any() else ids
    open_rows = cells.reasons.isna()
    asked = usable if open_rows.all() else usable.where(open_rows)
    repeated = _again(asked) & usable.notna() & open_rows
    if repeated.any():
        _sort_out(repeated, asked, cells, key, lines, expected)
        usable = usable.mask(repeated & cells.reasons.isna())
    needed = np.flatnonzero(usable.isna().to_numpy())
    result = usable
    if len(needed):
        own = pd.Series([f"{source}:{lines[row]}" for row in needed], index=needed, dtype="str")
        result = usable.fillna(own)
        open_rows = cells.reasons.isna()
        clash = _again(result if open_rows.all() else result.where(open_rows)) & open_rows
        if clash.any():
            result = result.mask(clash, result + "#" + pd.Series(lines.astype(str), dtype="str"))
    if ids.isna().all() and len(ids):
        notes += _copies(cells)
    return result, notes


def _again(ids: pd.Series) -> pd.Series:
    """Tell which ids stand further up too."""
    if all_differ(ids):
        return pd.Series(False, index=ids.index)
    return ids.duplicated(keep="first")


def of_lines(incidents: pd.DataFrame) -> pd.Series:
    """Tell which ids are a source and a line: in another file they mean another incident.

    Parameters
    ----------
    incidents : pandas.DataFrame
        With ``incident_id``, and ``source`` where it is known.

    Returns
    -------
    pandas.Series of bool

    Examples
    --------
    >>> table = pd.DataFrame({"incident_id": ["rand:7", "MLI12"], "source": ["rand", "acled"]})
    >>> of_lines(table).tolist()
    [True, False]
    """
    if "source" not in incidents:
        return pd.Series(False, index=incidents.index)
    ids = incidents["incident_id"].astype("str")
    before = ids.str.replace(r":\d+(?:#\d+)?$", "", regex=True)
    made = (before == incidents["source"].astype("str")) & (before != ids)
    return made.fillna(False).astype(bool)


def _sort_out(
    repeated: pd.Series,
    ids: pd.Series,
    cells: Cells,
    key: str,
    lines: np.ndarray,
    expected: str | None,
) -> None:
    group = ids[ids.duplicated(keep=False) & ids.notna()]
    first = pd.Series(lines[group.index], index=group.index).groupby(group).transform("first")
    raw = pd.DataFrame({name: cells.columns[name].loc[group.index] for name in cells.columns})
    copies = raw.duplicated(keep="first").reindex(cells.index, fill_value=False) & repeated
    cells.set_aside(copies, "a copy of line " + first.astype("str"))
    others = repeated & ~copies
    if expected is not None:
        cells.set_aside(others, expected, expected=True)
    else:
        cells.blank(others, key, "an id that another row has: replaced by source:line")


def _copies(cells: Cells) -> list[str]:
    raw = pd.DataFrame(dict(cells.columns))
    copies = int(raw[cells.reasons.isna()].duplicated().sum())
    if not copies:
        return []
    return [
        f"{copies:,} rows are the same as an earlier one in all columns read; without ids they "
        "may be attacks of one series, so they are kept"
    ]
