"""What changed between two vintages of one source: late, changed and deleted events."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from riskkit.errors import IncidentDataError, InvalidValueError, MissingColumnError
from riskkit.incidents.repeats import of_lines
from riskkit.incidents.schema import as_dates

__all__ = ["VersionChanges", "compare_versions"]

_SLIP = pd.Timedelta(365, "D")  # a gap after which a few last dates are slips of the pen
_FEW = 0.01  # no more than this share of the records
_UNKNOWN = "unknown"
_COMPARED = ("date", "country", "fatalities", "injured", "target_group", "attack_type")


@dataclass(frozen=True, eq=False, repr=False)
class VersionChanges:
    """What a newer vintage of a source changed.

    Parameters
    ----------
    added : pandas.DataFrame
        Incidents that only the newer vintage has.
    back_dated : pandas.DataFrame
        Those of ``added`` whose day the older vintage had covered already: reported late.
    removed : pandas.DataFrame
        Incidents that only the older vintage has.
    revised : pandas.DataFrame
        One row a changed value: ``incident_id``, ``column``, ``old``, ``new``, as text:
        ``unknown`` for a missing value, ``'unknown'`` for that word.
    same : int
        Incidents in both vintages with nothing changed in the columns compared.
    not_compared : int
        Incidents of both vintages whose id is a line of their file.
    slipped : int
        Incidents of the older vintage dated over a year past the rest, which aren't taken for
        what it had covered: 1% of it at most.
    """

    added: pd.DataFrame
    back_dated: pd.DataFrame
    removed: pd.DataFrame
    revised: pd.DataFrame
    same: int
    not_compared: int = 0
    slipped: int = 0

    def summary(self) -> str:
        """Tell in plain text how much changed."""
        columns = self.revised["column"].value_counts()
        changed = ", ".join(f"{name} {count:,}" for name, count in columns.items())
        lines = [
            f"{len(self.added):,} added, {len(self.back_dated):,} of them back-dated",
            f"{len(self.removed):,} removed",
            f"{self.revised['incident_id'].nunique():,} revised"
            + (f" ({changed})" if changed else ""),
            f"{self.same:,} the same",
        ]
        if self.not_compared:
            lines.append(f"{self.not_compared:,} not compared: their id is a line of their file")
        if self.slipped:
            lines.append(
                f"{self.slipped:,} of the older one are dated over a year past the rest: taken "
                "for slips"
            )
        return "\n".join(lines)

    def __repr__(self) -> str:
        return self.summary()


def compare_versions(
    old: pd.DataFrame, new: pd.DataFrame, *, columns: Sequence[str] = _COMPARED
) -> VersionChanges:
    """Tell what a newer vintage of a source added, back-dated, removed and revised.

    Incidents are the same if they have the same ``incident_id``. Ids made of source and line, which
    `read_incidents` gives where a source has none or a spreadsheet destroyed them, mean another
    incident in another file: those are counted and not compared. An added incident is back-dated
    if its day is not after the last day of the older vintage: the older one was not complete. A few
    dates over a year past all others are slips of the pen, and not that day.

    Parameters
    ----------
    old, new : pandas.DataFrame
        Incidents tables of one source, as `read_incidents` gives them.
    columns : sequence of str
        Columns in which a change counts as a revision. Unknown to known is a change; another type
        of the column, as a saved table has it, is none.

    Returns
    -------
    VersionChanges
        The four kinds of change, as tables.

    Raises
    ------
    TypeError
        If a table is no DataFrame of pandas.
    MissingColumnError
        If a table lacks ``incident_id``, ``date`` or one of ``columns``.
    InvalidValueError
        If an id is empty or comes twice in a table, or dates can't be read.
    IncidentDataError
        If the two share no id though both have rows, or no ``source`` where both tell theirs: two
        sources; or if all ids of one of them are lines of its file (`match_incidents` pairs such
        tables).

    Examples
    --------
    >>> import pandas as pd
    >>> from riskkit.incidents.schema import conform
    >>> old = conform(pd.DataFrame({"incident_id": ["a", "b", "c"], "fatalities": [2, 1, 0],
    ...     "date": ["2017-06-18", "2017-06-20", "2017-06-21"]}))
    >>> new = conform(pd.DataFrame({"incident_id": ["a", "c", "d", "e"],
    ...     "fatalities": [5, 0, 1, 1],
    ...     "date": ["2017-06-18", "2017-06-21", "2017-06-19", "2017-07-02"]}))
    >>> compare_versions(old, new)
    2 added, 1 of them back-dated
    1 removed
    1 revised (fatalities 1)
    1 the same
    """
    old, new = _checked("old", old, columns), _checked("new", new, columns)
    lines = 0
    tables = []
    for name, table in (("old", old), ("new", new)):
        made = of_lines(table)
        if len(table) and made.all():
            raise IncidentDataError(
                f"the ids of {name} are lines of its file (like {table['incident_id'].iloc[0]!r}): "
                "they don't tell which incident is which; accepted: ids of the source; "
                "match_incidents pairs tables without"
            )
        lines += int(made.sum())
        tables.append(table[~made])
    old, new = tables
    _refuse_two_sources(old, new)
    before, after = (table.set_index("incident_id", drop=False) for table in (old, new))
    shared = before.index.intersection(after.index)
    if len(before) and len(after) and not len(shared):
        raise IncidentDataError(
            f"old and new share no incident_id (old has {before.index[0]!r}, new "
            f"{after.index[0]!r}); accepted: two vintages of one source that keeps its ids"
        )
    added = new[~new["incident_id"].isin(before.index)].reset_index(drop=True)
    covered = _without_slips(old["date"])
    revised = _revised(before.loc[shared], after.loc[shared], columns)
    return VersionChanges(
        added=added,
        back_dated=added[added["date"] <= covered.max()].reset_index(drop=True),
        removed=old[~old["incident_id"].isin(after.index)].reset_index(drop=True),
        revised=revised,
        same=len(shared) - revised["incident_id"].nunique(),
        not_compared=lines,
        slipped=int(old["date"].notna().sum()) - len(covered),
    )


def _refuse_two_sources(old: pd.DataFrame, new: pd.DataFrame) -> None:
    """Refuse tables of two sources: their ids may be the same numbers by chance."""
    if "source" not in old or "source" not in new:
        return
    theirs, ours = (sorted(set(table["source"].dropna().astype("str"))) for table in (old, new))
    if theirs and ours and not set(theirs) & set(ours):
        raise IncidentDataError(
            f"old and new share no source (old has {', '.join(theirs[:3])}, new "
            f"{', '.join(ours[:3])}); accepted: two vintages of one source that keeps its ids; "
            "match_incidents pairs tables of two"
        )


def _without_slips(dates: pd.Series) -> pd.Series:
    """Give the known dates in order, without a few last ones that lie far past the others."""
    known = dates.dropna().sort_values(ignore_index=True)
    slips = known.index[(known.diff() > _SLIP) & (known.index >= (1 - _FEW) * len(known))]
    return known.iloc[: slips[0]] if len(slips) else known


def _checked(name: str, table: pd.DataFrame, columns: Sequence[str]) -> pd.DataFrame:
    """Give the table with ids as text and dates as dates, however it was kept."""
    if not isinstance(table, pd.DataFrame):
        raise TypeError(f"{name} is a {type(table).__name__}; accepted: a pandas DataFrame")
    lacking = [key for key in ("incident_id", "date", *columns) if key not in table.columns]
    if lacking:
        raise MissingColumnError(f"{name} has no column {', '.join(lacking)}")
    ids = table["incident_id"].astype("str")
    if ids.isna().any() or not ids.is_unique:
        what = "an id" if ids.isna().any() else repr(ids[ids.duplicated()].iloc[0])
        raise InvalidValueError(f"{name} has {what} more than once or empty; ids are unique")
    dates = as_dates(table["date"], f"column 'date' of {name}")
    return table.assign(incident_id=ids, date=dates)


def _alike(old: pd.Series, new: pd.Series) -> tuple[pd.Series, pd.Series]:
    """Give yes and no as 1 and 0 where the other vintage has numbers."""
    old, new = (
        values.convert_dtypes() if values.dtype == object else values for values in (old, new)
    )
    one, other = pd.api.types.is_bool_dtype(old), pd.api.types.is_bool_dtype(new)
    if one and not other and pd.api.types.is_numeric_dtype(new):
        return old.astype("boolean").astype("Int64"), new
    if other and not one and pd.api.types.is_numeric_dtype(old):
        return old, new.astype("boolean").astype("Int64")
    return old, new


def _text(values: pd.Series) -> pd.Series:
    """Write values so that the same value looks the same in columns of other types."""
    text = values.astype("str")
    text = text.mask(text == _UNKNOWN, repr(_UNKNOWN))
    # One unknown makes floats of whole numbers, and one time of day gives every day its midnight.
    text = text.str.replace(r"^(-?\d+)\.0$", r"\1", regex=True)
    text = text.str.replace(r"^(\d{4}-\d\d-\d\d) 00:00:00$", r"\1", regex=True)
    return text.where(values.notna(), _UNKNOWN)


def _revised(before: pd.DataFrame, after: pd.DataFrame, columns: Sequence[str]) -> pd.DataFrame:
    parts = []
    for name in columns:
        old, new = map(_text, _alike(before[name], after[name]))
        changed = old != new
        parts.append(
            pd.DataFrame(
                {
                    "incident_id": old.index[changed],
                    "column": name,
                    "old": old[changed].to_numpy(),
                    "new": new[changed].to_numpy(),
                }
            )
        )
    if not parts:
        return pd.DataFrame({"incident_id": [], "column": [], "old": [], "new": []}, dtype="str")
    return pd.concat(parts, ignore_index=True).astype("str")
