"""The incidents table: its columns, their types and their closed vocabularies."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from riskkit.errors import InvalidValueError, MissingColumnError

__all__ = [
    "ATTACK_TYPES",
    "COLUMNS",
    "DATE_PRECISIONS",
    "GEO_PRECISIONS",
    "GROUP_OF_TARGET",
    "TARGET_GROUPS",
    "TARGET_TYPES",
    "WEAPON_TYPES",
    "Column",
    "all_differ",
    "as_dates",
    "conform",
]

DATE_PRECISIONS = ("day", "week", "month", "year")
GEO_PRECISIONS = ("exact", "near", "admin2", "admin1", "country")
TARGET_GROUPS = (
    "civilians",
    "security forces",
    "government",
    "business",
    "infrastructure",
    "armed group",
    "other",
    "unknown",
)
TARGET_TYPES = (
    "Airports & Aircraft",
    "Abortion Related",
    "Business",
    "Educational Institution",
    "Food or Water Supply",
    "Government (Diplomatic)",
    "Government (General)",
    "Journalists & Media",
    "Maritime",
    "Military",
    "NGO",
    "Other",
    "Police",
    "Private Citizens & Property",
    "Religious Figures/Institutions",
    "Telecommunication",
    "Terrorists/Non-State Militia",
    "Tourists",
    "Transportation",
    "Unknown",
    "Utilities",
    "Violent Political Party",
)
GROUP_OF_TARGET = {
    "Airports & Aircraft": "infrastructure",
    "Abortion Related": "civilians",
    "Business": "business",
    "Educational Institution": "civilians",
    "Food or Water Supply": "infrastructure",
    "Government (Diplomatic)": "government",
    "Government (General)": "government",
    "Journalists & Media": "civilians",
    "Maritime": "infrastructure",
    "Military": "security forces",
    "NGO": "civilians",
    "Other": "other",
    "Police": "security forces",
    "Private Citizens & Property": "civilians",
    "Religious Figures/Institutions": "civilians",
    "Telecommunication": "infrastructure",
    "Terrorists/Non-State Militia": "armed group",
    "Tourists": "civilians",
    "Transportation": "infrastructure",
    "Unknown": "unknown",
    "Utilities": "infrastructure",
    "Violent Political Party": "armed group",
}
ATTACK_TYPES = (
    "Assassination",
    "Armed Assault",
    "Bombing/Explosion",
    "Hijacking",
    "Hostage Taking (Barricade Incident)",
    "Hostage Taking (Kidnapping)",
    "Facility/Infrastructure Attack",
    "Unarmed Assault",
    "Unknown",
)
WEAPON_TYPES = (
    "Biological",
    "Chemical",
    "Explosives",
    "Fake Weapons",
    "Firearms",
    "Incendiary",
    "Melee",
    "Nuclear",
    "Other",
    "Radiological",
    "Sabotage Equipment",
    "Unknown",
    "Vehicle",
)


@dataclass(frozen=True)
class Column:
    """One column of the incidents table.

    Parameters
    ----------
    name : str
        Its name.
    dtype : str
        Its pandas dtype; ``"category"`` with the full ``vocabulary``.
    meaning : str
        What it holds, in a line.
    vocabulary : tuple of str
        All that a category may hold; empty for the others.
    """

    name: str
    dtype: str
    meaning: str
    vocabulary: tuple[str, ...] = ()

    @property
    def pandas_dtype(self) -> object:
        """The dtype to give to ``astype``."""
        if self.dtype == "category":
            return pd.CategoricalDtype(list(self.vocabulary))
        return pd.StringDtype(na_value=float("nan")) if self.dtype == "str" else self.dtype


COLUMNS: tuple[Column, ...] = (
    Column("incident_id", "str", "unique; source:line where the source's ids are destroyed"),
    Column("source", "str", "short name of the source, as in riskkit.incidents.sources"),
    Column("vintage", "str", "release of the source, where known"),
    Column("date", "datetime64[us]", "day of the attack, its last day where it ran over days"),
    Column("date_precision", "category", "how finely the date is known", DATE_PRECISIONS),
    Column("country", "str", "ISO 3166-1 alpha-3"),
    Column("admin1", "str", "first-level division, as the source names it"),
    Column("place", "str", "town or place, as the source names it"),
    Column("latitude", "float64", "degrees north, WGS 84"),
    Column("longitude", "float64", "degrees east, WGS 84"),
    Column("geo_precision", "category", "how finely the place is known", GEO_PRECISIONS),
    Column("target_type", "category", "GTD's 22 names", TARGET_TYPES),
    Column("target_group", "category", "the eight groups all sources map to", TARGET_GROUPS),
    Column("attack_type", "category", "GTD's 9 names", ATTACK_TYPES),
    Column("weapon_type", "category", "GTD's 13 names", WEAPON_TYPES),
    Column("actor", "str", "who attacked: claimed or attributed"),
    Column("suicide", "boolean", "whether a perpetrator meant to die"),
    Column("success", "boolean", "whether the attack took place, as GTD defines it"),
    Column("fatalities", "Int64", "people killed, without perpetrators where the source allows"),
    Column("fatalities_low", "Int64", "lowest toll reported"),
    Column("fatalities_high", "Int64", "highest toll reported"),
    Column("perpetrators_killed", "Int64", "perpetrators killed"),
    Column("injured", "Int64", "people injured"),
    Column("hostages", "Int64", "people taken hostage or kidnapped"),
    Column("days", "Int64", "days that the event ran over; more than one is a sum of attacks"),
)


def conform(incidents: pd.DataFrame) -> pd.DataFrame:
    """Give a table the exact columns, order and types of the incidents table.

    Columns that are missing are added as unknown, except ``incident_id`` and ``date``, which
    must be there. Columns beyond the schema are kept, behind it.

    Parameters
    ----------
    incidents : pandas.DataFrame
        One row an attack, values already in the schema's units and vocabularies.

    Returns
    -------
    pandas.DataFrame
        A new frame; the index is 0, 1, 2, ...

    Raises
    ------
    MissingColumnError
        Without ``incident_id`` or ``date``.
    InvalidValueError
        If ids repeat, a value can't have the column's type or is outside its vocabulary.

    Examples
    --------
    >>> import pandas as pd
    >>> attacks = conform(pd.DataFrame({"incident_id": ["a"], "date": ["2017-06-18"]}))
    >>> attacks.loc[0, "fatalities"]
    <NA>
    """
    for name in ("incident_id", "date"):
        if name not in incidents.columns:
            raise MissingColumnError(
                f"no column {name!r}; found: {', '.join(map(str, incidents.columns))}; "
                f"an incidents table has {', '.join(column.name for column in COLUMNS)}"
            )
    parts = {}
    for column in COLUMNS:
        if column.name in incidents.columns:
            parts[column.name] = _cast(incidents[column.name].reset_index(drop=True), column)
        else:
            rows = pd.RangeIndex(len(incidents))
            parts[column.name] = pd.Series(index=rows, dtype=column.pandas_dtype)  # type: ignore[call-overload]
    for name in incidents.columns:
        if name not in parts:
            parts[name] = incidents[name].reset_index(drop=True)
    ids = parts["incident_id"]
    if not all_differ(ids):
        repeated = ids[ids.duplicated()]
        found = repr(repeated.iloc[0]) if len(repeated) else "an empty id"
        raise InvalidValueError(f"incident_id has {found} more than once or empty; ids are unique")
    return pd.DataFrame(parts, copy=False)


def all_differ(ids: pd.Series) -> bool:
    """Tell whether each row has a text, and none has that of another.

    Examples
    --------
    >>> all_differ(pd.Series(["7", "07"])), all_differ(pd.Series(["7", "7"]))
    (True, False)
    """
    import pyarrow as pa

    if ids.isna().any():
        return False
    try:
        # Numbers that differ were texts that differ, and are compared in less time and memory.
        numbers = pa.array(ids, type=pa.large_string()).cast(pa.int64()).to_numpy()
        if (numbers[1:] > numbers[:-1]).all() or pd.Index(numbers).is_unique:
            return True
    except pa.ArrowInvalid:
        pass
    return bool(ids.is_unique)


def as_dates(values: pd.Series, name: str) -> pd.Series:
    """Give dates as the incidents table has them, from dates of any kind or ISO text.

    Parameters
    ----------
    values : pandas.Series
        With a time zone, the day is that of its own clock.
    name : str
        What an error calls it.

    Raises
    ------
    InvalidValueError
        If one can't be read.

    Examples
    --------
    >>> as_dates(pd.Series(["2017-06-18", None]), "date").tolist()
    [Timestamp('2017-06-18 00:00:00'), NaT]
    """
    try:
        dates = pd.to_datetime(values, format="ISO8601")
        if dates.dt.tz is not None:
            dates = dates.dt.tz_localize(None)
    except (ValueError, TypeError, AttributeError) as problem:
        raise InvalidValueError(
            f"{name} can't be read: {problem}; accepted: dates, or text such as 2024-05-01"
        ) from problem
    return dates.astype("datetime64[us]")


def _cast(values: pd.Series, column: Column) -> pd.Series:
    if column.vocabulary:
        codes, found = pd.factorize(values)
        strange = [value for value in found if value not in column.vocabulary]
        if strange:
            raise InvalidValueError(
                f"{column.name} holds {strange[0]!r}; accepted: {', '.join(column.vocabulary)}"
            )
        numbers = np.array([*map(column.vocabulary.index, found), -1], dtype=np.int8)
        kind = pd.CategoricalDtype(list(column.vocabulary))
        return pd.Series(pd.Categorical.from_codes(numbers[codes], dtype=kind), index=values.index)
    if column.dtype == "datetime64[us]":
        return as_dates(values, column.name)
    try:
        return values.astype(column.pandas_dtype)  # type: ignore[call-overload]
    except (ValueError, TypeError) as problem:
        raise InvalidValueError(
            f"{column.name} can't be read as {column.dtype}: {problem}"
        ) from problem
