"""What looks wrong in incidents though each cell is possible: likely doubles and odd values."""

import numpy as np
import pandas as pd

__all__ = ["likely_doubles", "odd_values", "precision_table"]

_SAME = ("date", "country", "place", "latitude", "longitude", "actor", "fatalities", "injured")
_TOLLS = ("fatalities", "injured", "hostages")
_TAIL = 50
_LARGEST = 5
_RARE = 0.001
_USES = {
    ("date", "week"): "not for daily tallies",
    ("date", "month"): "not for daily and weekly tallies",
    ("date", "year"): "for yearly tallies only",
    ("date", "unknown"): "not counted in any period",
    ("place", "near"): "near the place named",
    ("place", "admin2"): "in no cell unless drawn by weight",
    ("place", "admin1"): "in no cell unless drawn by weight",
    ("place", "country"): "in no cell unless drawn by weight",
    ("place", "unknown"): "taken as the coordinates stand",
    ("length", "longer"): "a sum of attacks: in the deaths, not in the tail",
    ("length", "unknown"): "taken for single attacks",
}


def precision_table(incidents: pd.DataFrame) -> pd.DataFrame:
    """Count incidents by how finely date and place are known, and by whether they ran over days.

    Parameters
    ----------
    incidents : pandas.DataFrame
        An incidents table.

    Returns
    -------
    pandas.DataFrame
        ``what``, ``precision`` (missing: unknown), ``incidents``, ``share``, ``deaths``, the
        known tolls added up, and ``inferred``, what such incidents can be used for.
    """
    days = incidents["days"]
    length = pd.Series("one day", index=incidents.index).mask(days.gt(1).fillna(False), "longer")
    kinds = {
        "date": incidents["date_precision"].astype("str"),
        "place": incidents["geo_precision"].astype("str"),
        "length": length.mask(days.isna()).astype("str"),
    }
    tables = []
    for what, precision in kinds.items():
        grouped = incidents.groupby(precision.to_numpy(), dropna=False)["fatalities"]
        table = grouped.agg(["size", "sum"]).rename_axis("precision").reset_index()
        tables.append(table.sort_values("size", ascending=False).assign(what=what))
    rows = pd.concat(tables, ignore_index=True).rename(
        columns={"size": "incidents", "sum": "deaths"}
    )
    rows["share"] = rows["incidents"] / max(len(incidents), 1)
    words = rows["precision"].astype("str").fillna("unknown")
    pairs = zip(rows["what"], words, strict=True)
    rows["inferred"] = pd.Series([_USES.get(pair, "") for pair in pairs], dtype="str")
    return rows[["what", "precision", "incidents", "share", "deaths", "inferred"]]


def likely_doubles(incidents: pd.DataFrame) -> pd.DataFrame:
    """Give incidents of different ids that are the same in day, place, actor and tolls.

    Parameters
    ----------
    incidents : pandas.DataFrame
        An incidents table.

    Returns
    -------
    pandas.DataFrame
        ``group``, ``incident_id``, ``date``, ``country``, ``place``, ``actor``, ``fatalities``,
        ``inferred``.
        Only incidents known to the day and to a place are compared. They may be one attack
        written twice, or attacks of one series.
    """
    comparable = (incidents["date_precision"] == "day") & incidents["date"].notna()
    comparable &= incidents["place"].notna() | incidents["latitude"].notna()
    rows = incidents[comparable.astype(bool)]
    rows = rows[rows.duplicated(list(_SAME), keep=False)]
    group = rows.groupby(list(_SAME), dropna=False, sort=False).ngroup() + 1
    shown = rows[["incident_id", "date", "country", "place", "actor", "fatalities"]]
    others = [name for name in rows.columns if name not in ("incident_id", *_SAME)]
    whole = rows.duplicated([*_SAME, *others], keep=False)
    # An id made of source and line says nothing: RAND writes simultaneous bombs as like rows.
    whole &= ~rows["incident_id"].str.fullmatch(r"\w+:\d+").fillna(False).astype(bool)
    inferred = pd.Series("one attack twice, or a series of attacks", index=rows.index, dtype="str")
    inferred = inferred.mask(whole, "the same in every column but the id: likely written twice")
    table = shown.assign(group=group, inferred=inferred)[["group", *shown.columns, "inferred"]]
    return table.sort_values(["group", "incident_id"], ignore_index=True)


def odd_values(incidents: pd.DataFrame) -> pd.DataFrame:
    r"""Give tolls far above the next largest, and dates that are in the future.

    In a Pareto tail of index :math:`\alpha` the ratio of the largest value to the next has
    :math:`P(R > r) = r^{-\alpha}` (Rényi's representation), and ratios further down are smaller.
    The largest one to five values are told where that chance of the step below them is under
    0.001, with :math:`\alpha` by Hill from the values below.

    Parameters
    ----------
    incidents : pandas.DataFrame
        An incidents table.

    Returns
    -------
    pandas.DataFrame
        ``incident_id``, ``column``, ``value``, ``inferred`` (what it may be). A toll told here is
        no error by that: the deadliest attacks are real.

    References
    ----------
    Hill (1975), https://doi.org/10.1214/aos/1176343247
    """
    found: list[tuple[str, str, str, str]] = []
    for column in _TOLLS:
        values = incidents.set_index("incident_id")[column].dropna().astype("float64")
        values = values[values > 0].nlargest(_TAIL + _LARGEST)
        for label, value in values.iloc[: _far_above(values.to_numpy())].items():
            reason = "far above the next largest: a sum, a slip, or the deadliest on record"
            found.append((str(label), column, f"{value:,.0f}", reason))
    late = incidents[incidents["date"] > pd.Timestamp.now().normalize()]
    for label, date in zip(late["incident_id"], late["date"], strict=True):
        found.append((label, "date", f"{date:%Y-%m-%d}", "in the future: a slip in the year"))
    columns = ["incident_id", "column", "value", "inferred"]
    return pd.DataFrame(found, columns=columns, dtype="str")


def _far_above(values: np.ndarray) -> int:
    """Count the largest values (sorted down) that stand apart from the rest."""
    if len(values) < _TAIL:
        return 0
    for many in range(_LARGEST, 0, -1):
        rest = values[many:]
        excess = np.log(rest[:-1] / rest[-1]).mean()
        ratio = values[many - 1] / values[many]
        if excess > 0 and ratio ** (-1 / excess) < _RARE:
            return many
    return 0
