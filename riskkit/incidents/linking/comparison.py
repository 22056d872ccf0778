"""How the two records of a possible pair agree, field by field, as numbered levels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from riskkit.incidents.linking.names import alike, plain_names
from riskkit.incidents.schema import GROUP_OF_TARGET

if TYPE_CHECKING:
    from riskkit.kernels.near import Index

__all__ = ["Field", "Pairs", "Side", "coded", "compare", "fields", "sides"]

_SLACK_DAYS = {"week": 7, "month": 31}
_VAGUE_KM = {"admin2": 30.0, "admin1": 120.0}
_TOO_COARSE = "year"
_LONGEST = 62  # an event that ran for longer is a sum of attacks and matches none
_TOLLS = (1, 2, 4, 10, 30)  # classes of a toll: 0, 1, 2-3, 4-9, 10-29, 30 and more
_RARE = (0.01, 0.05, 0.2)  # classes of a name: its share of the names in the country
_SAME, _CLOSE = 90.0, 75.0
_CODED = ("target_group", "target_type", "attack_type", "weapon_type")
_UNSAID = ("Unknown", "Other", "unknown", "other")


@dataclass(frozen=True, eq=False)
class Side:
    """One table of incidents as sorted arrays: those that can be linked at all.

    Parameters
    ----------
    row : array of int
        Position of each record in the table.
    where : tuple of arrays (day, slack, latitude, longitude, vague, country)
        As `near_pairs` takes them.
    index : tuple of arrays
        Where to find records by place, from `index_of`.
    classes : dict of str to array of int
        For ``deaths``, ``target`` and ``method`` the row of ``values`` that each record has.
    values : dict of str to array
        The different tolls (NaN where unknown); pairs of (group, type) of targets and of (attack
        type, weapon type), -1 where unknown, numbers that mean the same on both sides.
    codes : dict of str to array of int
        Numbers of ``actor``, ``place`` and ``admin1``; -1 where unknown.
    names : dict of str to list of str
        Plain names of ``actor``, ``place`` and ``admin1``, by number.
    common : dict of str to array of int
        How common each record's actor and place are in its country: class 0 (rare) to 3.
    """

    row: np.ndarray
    where: tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray]
    index: Index
    classes: dict[str, np.ndarray]
    values: dict[str, np.ndarray]
    codes: dict[str, np.ndarray]
    names: dict[str, list[str]]
    common: dict[str, np.ndarray]


@dataclass(frozen=True, eq=False)
class Pairs:
    """Possible pairs, as rows of the two sides, with days and km apart and the band of distance."""

    first: np.ndarray
    second: np.ndarray
    days: np.ndarray
    km: np.ndarray
    band: np.ndarray


@dataclass(frozen=True, eq=False)
class Field:
    """The levels on which two records can agree in one respect.

    Parameters
    ----------
    name : str
        The respect: ``"deaths"``, ``"target"``, ``"method"``, ``"actor"`` or ``"place"``.
    levels : tuple of str
        Words for the levels, best first; a code is group * levels + level. The last code is
        "unknown", and says nothing.
    groups : int
        What is known of the first record beforehand, in classes; chances add up to one in each.
    expected : tuple of float
        Chances of the levels among doubles, as a weak prior.
    alike : bool
        Whether doubles agree about as often in each group, so that groups learn from each other.
    """

    name: str
    levels: tuple[str, ...]
    groups: int
    expected: tuple[float, ...]
    alike: bool = True

    @property
    def unknown(self) -> int:
        """The code of pairs where one of the two records doesn't say."""
        return self.groups * len(self.levels)


def fields(a: Side, bands: int) -> tuple[Field, ...]:
    """Give the fields that are compared, for the first table and so many bands of distance."""
    tolls = ("the same", "near", "within a third", "within a half", "within a factor 4", "far off")
    names = ("the same", "nearly the same", "close", "different")
    targets = ("same type", "same group", "different")
    # Whether two agree by chance depends on how common what the first record says is.
    common = len(_RARE) + 1
    return (
        Field("deaths", tolls, len(_TOLLS) + 1, (0.45, 0.2, 0.15, 0.1, 0.07, 0.03), alike=False),
        Field("target", targets, len(a.values["target"]), (0.65, 0.2, 0.15)),
        Field("method", ("the same", "different"), len(a.values["method"]), (0.85, 0.15)),
        Field("actor", names, common, (0.5, 0.2, 0.15, 0.15)),
        Field("place", names, bands + common, (0.5, 0.2, 0.1, 0.2)),
        Field("admin1", names, 1, (0.6, 0.2, 0.1, 0.1)),
    )


def sides(a: pd.DataFrame, b: pd.DataFrame) -> tuple[Side, Side, pd.Series, pd.Series]:
    """Turn two incidents tables into comparable arrays.

    Parameters
    ----------
    a, b : pandas.DataFrame
        Incidents tables; columns that are missing are unknown.

    Returns
    -------
    tuple of (Side, Side, pandas.Series, pandas.Series)
        And for each table why a row can't be linked; an empty text where it can.
    """
    shared = {
        name: pd.Index(pd.concat([_column(a, name), _column(b, name)]).dropna().unique())
        for name in ("country", *_CODED)
    }
    groups = [name for name in GROUP_OF_TARGET.values() if name not in _UNSAID]
    shared["target_group"] = shared["target_group"].union(groups, sort=False).unique()
    left, why_left = _side(a, shared)
    right, why_right = _side(b, shared)
    return left, right, why_left, why_right


def _column(table: pd.DataFrame, name: str) -> pd.Series:
    """Give a column as text; unknown where missing."""
    if name not in table:
        return pd.Series(np.nan, index=table.index, dtype="str")
    values = table[name].astype("str")
    return values.where(~values.isin(_UNSAID))


def _numbers(table: pd.DataFrame, name: str) -> np.ndarray:
    if name not in table:
        return np.full(len(table), np.nan)
    return table[name].to_numpy("float64", na_value=np.nan)


def _side(table: pd.DataFrame, shared: dict[str, pd.Index]) -> tuple[Side, pd.Series]:
    import pyarrow
    import pyarrow.compute

    from riskkit.kernels.near import index_of

    precision = _column(table, "date_precision")
    lasted = np.nan_to_num(_numbers(table, "days"), nan=1.0)
    date = table["date"]
    latitude, longitude = _numbers(table, "latitude"), _numbers(table, "longitude")
    fine = _column(table, "geo_precision")
    no_point = (np.isnan(latitude) | np.isnan(longitude)) | (fine == "country").to_numpy(bool)
    country = shared["country"].get_indexer(pd.Index(_column(table, "country")))
    reasons = np.select(
        [
            date.isna(),
            (precision == _TOO_COARSE).to_numpy(bool),
            lasted > _LONGEST,
            no_point & (country < 0),
        ],
        ["no date", "date known to the year only", f"ran for more than {_LONGEST} days",
         "no country and no coordinates"],
        default="",
    )  # fmt: skip
    why = pd.Series(reasons, index=table.index)
    days = date.to_numpy("datetime64[D]").astype(np.int64)
    # The date is the last day of an event that ran: its middle, and half its length as slack.
    half = (lasted.astype(np.int64) - 1) // 2
    slack = precision.map(_SLACK_DAYS).fillna(0).to_numpy(np.int64) + half
    usable = np.flatnonzero(reasons == "")
    # By day and id, so that the order of the rows changes nothing.
    rank = np.empty(len(table), np.int64)
    ids = pyarrow.array(table["incident_id"], from_pandas=True)
    rank[pyarrow.compute.sort_indices(ids).to_numpy()] = np.arange(len(table))
    row = usable[np.lexsort((rank[usable], (days - half)[usable]))]
    vague = fine.map(_VAGUE_KM).fillna(0).to_numpy(float)
    where = (
        (days - half)[row],
        slack[row],
        np.where(no_point, np.nan, latitude)[row],
        np.where(no_point, np.nan, longitude)[row],
        vague[row],
        country[row].astype(np.int64),
    )
    codes, names = {}, {}
    for name in ("actor", "place", "admin1"):
        numbers, names[name] = plain_names(_column(table, name))
        codes[name] = numbers[row]
    common = {name: _commonness(codes[name], where[5]) for name in ("actor", "place")}
    toll = _numbers(table, "fatalities")
    between = (_numbers(table, "fatalities_low") + _numbers(table, "fatalities_high")) / 2
    numbered = {
        name: shared[name].get_indexer(pd.Index(_column(table, name)))[row] for name in _CODED
    }
    group = numbered["target_group"]
    of_type = np.append(_group_of_type(shared), -1)[numbered["target_type"]]
    numbered["target_group"] = np.where(group < 0, of_type, group)
    classes, values = {}, {}
    values["deaths"], classes["deaths"] = np.unique(
        np.where(np.isnan(toll), between, toll)[row], return_inverse=True
    )
    for name, both in (("target", _CODED[:2]), ("method", _CODED[2:])):
        values[name], classes[name] = np.unique(
            np.column_stack([numbered[part] for part in both]), axis=0, return_inverse=True
        )
    index = index_of(where, len(shared["country"]))
    return Side(row, where, index, classes, values, codes, names, common), why


def _group_of_type(shared: dict[str, pd.Index]) -> np.ndarray:
    """Give the number of the group of each target type; -1 where it has none."""
    groups = [GROUP_OF_TARGET.get(name, "") for name in shared["target_type"]]
    return shared["target_group"].get_indexer(pd.Index(groups, dtype="str"))


def _commonness(names: np.ndarray, country: np.ndarray) -> np.ndarray:
    frame = pd.DataFrame({"name": names, "country": country})[names >= 0]
    share = frame.groupby(["country", "name"])["name"].transform("size") / frame.groupby("country")[
        "name"
    ].transform("size")
    classes = np.zeros(len(names), np.int64)
    classes[names >= 0] = np.digitize(share.to_numpy(float), _RARE)
    return classes


def coded(a: Side, b: Side, bands: int) -> list[np.ndarray]:
    """Give the codes of deaths, target and method for each class of a and of b.

    Parameters
    ----------
    a, b : Side
        The two tables.
    bands : int
        Number of bands of distance.

    Returns
    -------
    list of arrays of int, shape (classes of a, classes of b)
    """
    tables = []
    for field, levels in zip(fields(a, bands), (_tolls, _targets, _methods), strict=False):
        level, group = levels(a.values[field.name], b.values[field.name])
        code = group[:, None] * len(field.levels) + level
        tables.append(np.where(level < 0, field.unknown, code).astype(np.int16))
    return tables


def compare(a: Side, b: Side, pairs: Pairs, bands: int) -> list[np.ndarray]:
    """Give the code of each pair in each of `fields`.

    Parameters
    ----------
    a, b : Side
        The two tables.
    pairs : Pairs
        Which records to compare.
    bands : int
        Number of bands of distance, without the vague one and the country's.

    Returns
    -------
    list of arrays of int, one a field
    """
    first, second = pairs.first, pairs.second
    names = ("deaths", "target", "method")
    codes = [
        table[a.classes[name][first], b.classes[name][second]]
        for name, table in zip(names, coded(a, b, bands), strict=True)
    ]
    by_country = pairs.band >= bands
    place = _spelling(a, b, first, second, "place")
    # Divisions tell something only where towns and coordinates don't.
    admin1 = np.full(len(first), -1)
    rest = np.flatnonzero(by_country & (place < 0))
    admin1[rest] = _spelling(a, b, first[rest], second[rest], "admin1")
    spelled = (
        (_spelling(a, b, first, second, "actor"), a.common["actor"][first]),
        (place, np.where(by_country, bands + a.common["place"][first], pairs.band)),
        (admin1, np.zeros(len(first), np.int64)),
    )
    for field, (level, group) in zip(fields(a, bands)[3:], spelled, strict=True):
        code = group * len(field.levels) + level
        codes.append(np.where(level < 0, field.unknown, code).astype(np.int16))
    return codes


def _tolls(x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    apart, more = np.abs(x[:, None] - y), np.maximum(x[:, None], y)
    level = np.select(
        [
            np.isnan(apart),
            apart < 0.75,
            apart <= np.maximum(1, 0.15 * more),
            apart <= np.maximum(1, 0.35 * more),
            apart <= np.maximum(2, 0.5 * more),
            more <= 4 * np.minimum(x[:, None], y) + 3,
        ],
        [-1, 0, 1, 2, 3, 4],
        default=5,
    )
    return level, np.digitize(np.nan_to_num(x), _TOLLS)


def _targets(x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    group_a, type_a = x.T[:, :, None]
    group_b, type_b = y.T
    same_type = (type_a >= 0) & (type_a == type_b)
    known = (group_a >= 0) & (group_b >= 0) | same_type
    level = np.select([~known, same_type, group_a == group_b], [-1, 0, 1], default=2)
    return level, np.arange(len(x))


def _methods(x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Compare attack types; weapons where one of the two doesn't tell its type."""
    level = np.full((len(x), len(y)), -1)
    for left, right in ((x[:, 1:], y[:, 1]), (x[:, :1], y[:, 0])):
        level = np.where((left >= 0) & (right >= 0), left != right, level)
    return level, np.arange(len(x))


def _spelling(a: Side, b: Side, first: np.ndarray, second: np.ndarray, name: str) -> np.ndarray:
    """Give 0 for the same name to 3 for another one, and -1 where one is unknown."""
    left, right = a.codes[name][first], b.codes[name][second]
    level = np.full(len(first), -1)
    known = np.flatnonzero((left >= 0) & (right >= 0))
    if not len(known):
        return level
    size = len(b.names[name])
    numbers, back = np.unique(left[known] * size + right[known], return_inverse=True)
    mine = [a.names[name][k] for k in numbers // size]
    theirs = [b.names[name][k] for k in numbers % size]
    same = [one == other for one, other in zip(mine, theirs, strict=True)]
    score = alike(mine, theirs)
    level[known] = np.select([same, score >= _SAME, score >= _CLOSE], [0, 1, 2], default=3)[back]
    return level
