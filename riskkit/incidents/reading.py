"""From a file to its account: the one reading behind `read_incidents` and `check_incidents`."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from riskkit.errors import IncidentDataError, InvalidValueError, MissingColumnError
from riskkit.incidents.cells import Cells
from riskkit.incidents.check import IncidentCheck
from riskkit.incidents.files.opening import open_table
from riskkit.incidents.files.records import Header, Records, as_text, is_text
from riskkit.incidents.recognise import recognise
from riskkit.incidents.repeats import unique_ids
from riskkit.incidents.schema import COLUMNS, GROUP_OF_TARGET, conform
from riskkit.incidents.sources import Source

__all__ = ["account"]

_SHOWN = 500
_NAMED = 10
_TAG = r"#[A-Za-z][\w+ -]*"


def account(
    data: Any,
    source: str | None,
    *,
    columns: Mapping[str, str] | None,
    keep: Sequence[str],
    dayfirst: bool | None,
    vintage: str | None,
) -> tuple[IncidentCheck, InvalidValueError | None]:
    """Read a table; give its account and the error for the first thing that was wrong."""
    if dayfirst not in (None, True, False):
        raise ValueError(f"dayfirst is {dayfirst!r}; accepted: True, False, or None to tell it")
    name, headers = open_table(data)
    origin, label, header, found = recognise(headers, name, source, columns)
    if columns is None:
        _refuse_doubles(header, [*found.values()], name)
    kept_names = [keep] if isinstance(keep, str) else list(keep)
    extra = [_position(wanted, header, name) for wanted in kept_names]
    records = header.read([*found.values(), *extra])
    raw = dict(zip(found, records.columns, strict=False))
    cells = Cells(
        raw,
        {key: header.names[position] for key, position in found.items()},
        len(records.lines),
        dayfirst,
    )
    _set_aside_no_rows(cells)
    values = origin.read(cells)
    _let_go()
    _order_tolls(values, cells)
    _set_aside_useless(values, cells)
    ids, notes = _ids(values, cells, origin, label, records)
    values["incident_id"] = ids
    set_aside, blanked = _set_aside_frame(cells, records), _blanked_frame(cells, records)
    for wanted, column in zip(kept_names, records.columns[len(found) :], strict=True):
        called = wanted
        while called in _SCHEMA or (called != wanted and called in kept_names):
            called += "_raw"
        values[called] = as_text(column)
    # What was read is let go before the table is put together, column by column.
    raw.clear()
    records.columns.clear()
    _let_go()
    values["source"] = values.get("source", cells.unknown()).fillna(label)
    release = vintage or origin.vintage(name)
    values["vintage"] = values.get("vintage", cells.unknown()).fillna(release or np.nan)
    _fill_unknown(values, cells)
    rows = cells.reasons.isna()
    if not rows.all():
        values = {key: values.pop(key)[rows] for key in [*values]}
    kept = pd.DataFrame(values, copy=False)
    del values
    check = IncidentCheck(
        name=name,
        source=label,
        rows_in=len(cells.index) + len(records.broken),
        kept=conform(kept),
        set_aside=set_aside,
        blanked=blanked,
        where=records.where,
        notes=(
            *records.notes,
            *cells.notes,
            *notes,
            *_unread(header, [*found.values(), *extra], label),
        ),
    )
    return check, _first_problem(check)


def _let_go() -> None:
    """Hand back the memory of what was worked out on the way."""
    import pyarrow as pa

    pa.default_memory_pool().release_unused()


_SCHEMA = frozenset(column.name for column in COLUMNS)


def _position(wanted: str, header: Header, name: str) -> int:
    places = header.called(wanted)
    if len(places) == 1:
        return places[0]
    told = f"which {len(places)} columns of {name} may be" if places else f"which {name} lacks"
    raise MissingColumnError(f"keep names {wanted!r}, {told}; found: {', '.join(header.names)}")


def _refuse_doubles(header: Header, read: list[int], name: str) -> None:
    """Refuse two columns of one name that differ: which of them is meant can't be told."""
    names = [called.strip().lower() for called in header.names]
    for position in read:
        for other in range(len(names)):
            if other == position or names[other] != names[position]:
                continue
            one, two = (as_text(column) for column in header.read([position, other]).columns)
            if not one.equals(two):
                raise IncidentDataError(
                    f"{name} has two columns called {header.names[other]!r} that differ; accepted: "
                    "one of a name: rename or leave out the other"
                )


def _unread(header: Header, read: list[int], label: str) -> list[str]:
    """Name the columns of a user's table that nobody asked for: they may have another name here."""
    names = [name for i, name in enumerate(header.names) if name and i not in read]
    if label != "own" or not names:
        return []
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return [
        f"columns not read: {', '.join(names[:_NAMED])}{more}; columns={{...}} says what they are, "
        "keep=[...] carries them along"
    ]


def _set_aside_no_rows(cells: Cells) -> None:
    """Set aside rows that are no records: of tags, of the header again, of nothing."""
    if not len(cells.index) or not cells.columns:
        return
    blank = np.ones(len(cells.index), dtype=bool)
    tags, header = blank.copy(), blank.copy()
    # Categories are looked at in no time, and mostly tell that no row is blank.
    order = sorted(
        cells.columns, key=lambda key: isinstance(cells.columns[key].dtype, pd.StringDtype)
    )
    for key in order:
        values = cells.columns[key]
        if is_text(values.dtype):
            empty, named, tagged = _kinds(cells, key)
            header &= named
            tags &= empty | tagged
        else:
            empty = values.isna().to_numpy()
            tags &= empty
        blank &= empty
        if not (blank.any() or tags.any() or header.any()):
            return
    texts = sum(is_text(values.dtype) for values in cells.columns.values())
    for rows, reason in (
        (blank, "a blank row"),
        (tags, "a row of tags (HXL), not of data"),
        (header & (texts > 2), "the header again"),
    ):
        cells.set_aside(pd.Series(rows, index=cells.index), reason, expected=True)


def _kinds(cells: Cells, key: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Tell where a column of text is blank, has its own name, and has a tag."""
    if isinstance(cells.columns[key].dtype, pd.StringDtype):
        words, rows = cells.text(key), np.arange(len(cells.index))
    else:
        rows, found = cells.distinct(key)
        words = pd.Series([*found, None], dtype="str")
    empty = words.isna().to_numpy()
    # A file put behind another brings its byte order mark along.
    name = cells.name(key)
    named = words.isin((name, f"\ufeff{name}")).to_numpy(dtype=bool)
    tagged = words.str.startswith("#").to_numpy(dtype=bool, na_value=False)
    if tagged.any():
        tagged = words.str.fullmatch(_TAG).to_numpy(dtype=bool, na_value=False)
    return empty[rows], named[rows], tagged[rows]


def _order_tolls(values: dict[str, pd.Series], cells: Cells) -> None:
    """Make a low above the best, and a high below it, unknown."""
    if "fatalities_low" not in values:
        return
    best, low, high = (values[key] for key in ("fatalities", "fatalities_low", "fatalities_high"))
    # As the sources' own keys call the two columns.
    key_low, key_high = (
        next((key for key in (end, f"killed_{end}") if cells.has(key)), f"fatalities_{end}")
        for end in ("low", "high")
    )
    above = (low > best).fillna(False).astype(bool)
    below = (high < best).fillna(False).astype(bool)
    crossed = ((low > high) & best.isna()).fillna(False).astype(bool)
    cells.blank(above, key_low, "a lowest toll above the best")
    cells.blank(below, key_high, "a highest toll below the best")
    cells.blank(crossed, key_low, "a lowest toll above the highest: both are unknown")
    values["fatalities_low"] = low.mask(above | crossed)
    values["fatalities_high"] = high.mask(below | crossed)


def _set_aside_useless(values: dict[str, pd.Series], cells: Cells) -> None:
    useless = pd.Series(True, index=cells.index)
    for key in ("date", "country", "place", "latitude"):
        if key in values:
            useless &= values[key].isna()
    cells.set_aside(useless, "no date, country or place in it")


def _ids(
    values: dict[str, pd.Series], cells: Cells, origin: Source, label: str, records: Records
) -> tuple[pd.Series, list[str]]:
    return unique_ids(
        values.get("incident_id", cells.unknown()),
        cells,
        key=origin.id_key,
        source=label,
        lines=records.lines,
        expected=origin.repeats(cells),
    )


def _fill_unknown(values: dict[str, pd.Series], cells: Cells) -> None:
    """Write Unknown where a source doesn't say, and derive target groups from target types."""
    types = values.get("target_type")
    for key in ("target_type", "attack_type", "weapon_type"):
        values[key] = (
            values[key].fillna("Unknown") if key in values else _constant("Unknown", cells)
        )
    given = values.get("target_group")
    if types is None:
        of_type = _constant("unknown", cells)
        values["target_group"] = of_type if given is None else given.fillna("unknown")
    else:
        derived = types.fillna("Unknown").map(GROUP_OF_TARGET)
        known = cells.unknown() if given is None else given.mask(given == "unknown")
        values["target_group"] = known.fillna(derived)


def _constant(word: str, cells: Cells) -> pd.Series:
    same = np.zeros(len(cells.index), dtype=np.int8)
    return pd.Series(pd.Categorical.from_codes(same, pd.Index([word])), index=cells.index)


def _set_aside_frame(cells: Cells, records: Records) -> pd.DataFrame:
    rows = np.flatnonzero(cells.reasons.notna())
    shown = [
        column.iloc[rows].astype("str").fillna("").tolist() if len(rows) else []
        for column in records.columns
    ]
    texts = [" | ".join(filter(None, cells))[:_SHOWN] for cells in zip(*shown, strict=True)]
    broken = records.broken
    frame = pd.DataFrame(
        {
            "line": [*records.lines[rows], *(record.line for record in broken)],
            "reason": [*cells.reasons.iloc[rows], *(record.reason for record in broken)],
            "expected": [*cells.expected.iloc[rows], *(False for _ in broken)],
            "record": [*texts, *(record.text for record in broken)],
        }
    ).astype({"line": "int64", "reason": "str", "expected": "bool", "record": "str"})
    return frame.sort_values("line", ignore_index=True)


def _blanked_frame(cells: Cells, records: Records) -> pd.DataFrame:
    names = ["row", "column", "value", "reason"]
    frame = (
        pd.concat(cells.blanked) if cells.blanked else pd.DataFrame({name: [] for name in names})
    )
    rows = frame["row"].to_numpy(dtype=np.int64)
    open_rows = cells.reasons.isna().to_numpy()[rows]
    blanked = pd.DataFrame(
        {"line": records.lines[rows]}
        | {name: frame[name].astype("str").to_numpy() for name in names[1:]}
    )
    kinds = {"line": "int64", "column": "str", "value": "str", "reason": "str"}
    chosen = pd.DataFrame(blanked[open_rows]).astype(kinds)
    return chosen.sort_values("line", ignore_index=True, kind="stable")


def _first_problem(check: IncidentCheck) -> InvalidValueError | None:
    faults = check.set_aside[~check.set_aside["expected"]]
    cell = check.blanked.iloc[0] if len(check.blanked) else None
    if len(faults) and (cell is None or faults["line"].iloc[0] <= cell["line"]):
        row = faults.iloc[0]
        return InvalidValueError(
            f"{check.name}, {check.where} {row['line']}: {row['reason']}; found: {row['record']!r}"
        )
    if cell is None:
        return None
    return InvalidValueError(
        f"{check.name}, {check.where} {cell['line']}, column {cell['column']!r}: "
        f"{cell['value']!r} is {cell['reason']}"
    )
