"""First and settled tolls of incidents, from releases of one source."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from riskkit.errors import IncidentDataError, InvalidValueError, MissingColumnError

__all__ = ["toll_revisions"]


def toll_revisions(releases: Mapping[Any, pd.DataFrame]) -> pd.DataFrame:
    """Pair the first figure of each toll with the last, from two or more releases of a source.

    Incidents are the same if they have the same ``incident_id``. Those that only the last release
    has are left out: no later figure tells what became of theirs.

    Parameters
    ----------
    releases : mapping of day to pandas.DataFrame
        Incidents tables of one source by day of release, as for `reporting_delay`.

    Returns
    -------
    pandas.DataFrame
        ``incident_id``; ``first`` and ``settled`` (Int64, NA where no release knows it);
        ``age``, days from the incident to the release that first told its toll; ``wait``, days
        from that release to the last; ``removed``, whether the last release lacks the incident
        (settled is then NA). Take young ones for first-day figures, and long waits for settled
        ones: a release of old incidents tells nothing about fresh tolls.

    Raises
    ------
    MissingColumnError
        If a table lacks ``incident_id``, ``date`` or ``fatalities``.
    InvalidValueError
        If an id is empty or comes twice in a table.
    IncidentDataError
        If there are fewer than two releases, or the last shares no id with any before.

    Examples
    --------
    >>> old = pd.DataFrame({"incident_id": ["a", "b"], "fatalities": [2, 1],
    ...     "date": pd.to_datetime(["2017-06-18", "2017-06-17"])})
    >>> new = old.assign(fatalities=[5, 1])
    >>> pairs = toll_revisions({"2017-06-19": old, "2018-06-19": new})
    >>> pairs[["incident_id", "first", "settled", "age", "wait"]].values.tolist()
    [['a', 2, 5, 1, 365], ['b', 1, 1, 2, 365]]
    """
    if len(releases) < 2:
        raise IncidentDataError(f"releases holds {len(releases)}; accepted: two or more, by day")
    days = pd.to_datetime(pd.Index(list(releases)))
    if days.has_duplicates:
        raise InvalidValueError(f"releases has {days[days.duplicated()][0]:%Y-%m-%d} twice")
    ordered = sorted(zip(days, releases.values(), strict=True), key=lambda pair: pair[0])
    parts = []
    for day, table in ordered:
        lacking = [name for name in ("incident_id", "date", "fatalities") if name not in table]
        if lacking:
            raise MissingColumnError(f"the release of {day:%Y-%m-%d} has no {', '.join(lacking)}")
        ids = table["incident_id"]
        if ids.isna().any() or not ids.is_unique:
            what = "an empty id" if ids.isna().any() else f"{ids[ids.duplicated()].iloc[0]!r} twice"
            raise InvalidValueError(f"the release of {day:%Y-%m-%d} has {what}; ids are unique")
        toll = table["fatalities"].astype("Int64")
        parts.append(
            pd.DataFrame({"incident_id": ids, "date": table["date"], "toll": toll, "day": day})
        )
    last_day, last = ordered[-1][0], parts[-1].set_index("incident_id")
    before = pd.concat(parts[:-1], ignore_index=True)
    if len(before) and len(last) and not before["incident_id"].isin(last.index).any():
        raise IncidentDataError(
            "the last release shares no incident_id with those before; accepted: releases of one "
            "source that keeps its ids"
        )
    every = pd.concat(parts, ignore_index=True)
    every = every[every["incident_id"].isin(before["incident_id"])]
    # The first release that knows the toll; where none does, the first that has the incident.
    # A toll that only the last release knows has no later figure either.
    every.loc[every["day"] == last_day, "toll"] = pd.NA
    every = every.assign(unknown=every["toll"].isna())
    first = every.sort_values(["unknown", "day"], kind="stable").drop_duplicates("incident_id")
    first = first.sort_values(["day", "incident_id"], kind="stable").reset_index(drop=True)
    ids = first["incident_id"]
    return pd.DataFrame(
        {
            "incident_id": ids,
            "first": first["toll"],
            "settled": last["toll"].reindex(ids).array,
            "age": (first["day"] - first["date"]).dt.days.astype("Int64"),
            "wait": (last_day - first["day"]).dt.days.astype("Int64"),
            "removed": ~ids.isin(last.index),
        }
    )
