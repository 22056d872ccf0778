"""How the two records of a possible pair agree, field by field, as numbered levels."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from riskkit.incidents.names import alike, plain_names

__all__ = ["Field", "Pairs", "Side", "compare", "fields", "sides"]

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
    toll : array of float
        Deaths; NaN where unknown.
    codes : dict of str to array of int
        Numbers of ``target_group``, ``target_type``, ``attack_type``, ``weapon_type``, ``actor``,
        ``place`` and ``admin1``; -1 where unknown. Those of the first four mean the same on both
        sides.
    names : dict of str to list of str
        Plain names of ``actor``, ``place`` and ``admin1``, by number.
    common : dict of str to array of int
        How common each record's actor and place are in its country: class 0 (rare) to 3.
    """

    row: np.ndarray
    where: tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray]
    toll: np.ndarray
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
    """

    name: str
    levels: tuple[str, ...]
    groups: int
    expected: tuple[float, ...]

    @property
    def unknown(self) -> int:
        """The code of pairs where one of the two records doesn't say."""
        return self.groups * len(self.levels)


def fields(bands: int) -> tuple[Field, ...]:
    """Give the fields that are compared, for so many bands of distance."""
    tolls = ("the same", "near", "within a third", "within a half", "within a factor 4", "far off")
    names = ("the same", "close", "different")
    return (
        Field("deaths", tolls, len(_TOLLS) + 1, (0.45, 0.2, 0.15, 0.1, 0.07, 0.03)),
        Field("target", ("same type", "same group", "different"), 8, (0.6, 0.25, 0.15)),
        Field("method", ("the same", "different"), 1, (0.85, 0.15)),
        Field("actor", names, len(_RARE) + 1, (0.7, 0.15, 0.15)),
        Field("place", names, bands + len(_RARE) + 1, (0.7, 0.1, 0.2)),
        Field("admin1", names, 1, (0.8, 0.1, 0.1)),
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
    precision = _column(table, "date_precision")
    lasted = np.nan_to_num(_numbers(table, "days"), nan=1.0)
    date = pd.to_datetime(table["date"])
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
    row = usable[np.lexsort((np.arange(len(usable)), (days - half)[usable]))]
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
    for name in _CODED:
        codes[name] = shared[name].get_indexer(pd.Index(_column(table, name)))[row]
    for name in ("actor", "place", "admin1"):
        numbers, names[name] = plain_names(_column(table, name))
        codes[name] = numbers[row]
    common = {name: _commonness(codes[name], where[5]) for name in ("actor", "place")}
    toll = _numbers(table, "fatalities")
    between = (_numbers(table, "fatalities_low") + _numbers(table, "fatalities_high")) / 2
    return Side(row, where, np.where(np.isnan(toll), between, toll)[row], codes, names, common), why


def _commonness(names: np.ndarray, country: np.ndarray) -> np.ndarray:
    frame = pd.DataFrame({"name": names, "country": country})[names >= 0]
    share = frame.groupby(["country", "name"])["name"].transform("size") / frame.groupby("country")[
        "name"
    ].transform("size")
    classes = np.zeros(len(names), np.int64)
    classes[names >= 0] = np.digitize(share.to_numpy(float), _RARE)
    return classes


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
    by_country = pairs.band >= bands
    place = _spelling(a, b, first, second, "place")
    rarity = bands + a.common["place"][first]
    place_group = np.where(by_country, rarity, pairs.band)
    # Divisions tell something only where towns and coordinates don't.
    admin1 = np.full(len(first), -1)
    rest = np.flatnonzero(by_country & (place < 0))
    admin1[rest] = _spelling(a, b, first[rest], second[rest], "admin1")
    actor = _spelling(a, b, first, second, "actor")
    zero = np.zeros(len(first), np.int64)
    toll_level, toll_group = _tolls(a.toll[first], b.toll[second])
    coded = [
        (toll_level, toll_group),
        (_targets(a, b, first, second), np.maximum(a.codes["target_group"][first], 0)),
        (_method(a, b, first, second), zero),
        (actor, a.common["actor"][first]),
        (place, place_group),
        (admin1, zero),
    ]
    return [
        np.where(level < 0, field.unknown, group * len(field.levels) + level).astype(np.int16)
        for field, (level, group) in zip(fields(bands), coded, strict=True)
    ]


def _tolls(x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    apart, more = np.abs(x - y), np.maximum(x, y)
    level = np.select(
        [
            np.isnan(apart),
            apart < 0.75,
            apart <= np.maximum(1, 0.15 * more),
            apart <= np.maximum(1, 0.35 * more),
            apart <= np.maximum(2, 0.5 * more),
            more <= 4 * np.minimum(x, y) + 3,
        ],
        [-1, 0, 1, 2, 3, 4],
        default=5,
    )
    return level, np.digitize(np.nan_to_num(x), _TOLLS)


def _targets(a: Side, b: Side, first: np.ndarray, second: np.ndarray) -> np.ndarray:
    kinds = [(side.codes["target_group"], side.codes["target_type"]) for side in (a, b)]
    group_a, group_b = kinds[0][0][first], kinds[1][0][second]
    type_a, type_b = kinds[0][1][first], kinds[1][1][second]
    known = (group_a >= 0) & (group_b >= 0)
    same_type = (type_a >= 0) & (type_a == type_b)
    return np.select([~known, same_type, group_a == group_b], [-1, 0, 1], default=2)


def _method(a: Side, b: Side, first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Compare attack types; weapons where one of the two doesn't tell its type."""
    level = np.full(len(first), -1)
    for name in ("weapon_type", "attack_type"):
        left, right = a.codes[name][first], b.codes[name][second]
        level = np.where((left >= 0) & (right >= 0), left != right, level)
    return level


def _spelling(a: Side, b: Side, first: np.ndarray, second: np.ndarray, name: str) -> np.ndarray:
    """Give 0 for the same name, 1 for a close one, 2 for another and -1 where one is unknown."""
    left, right = a.codes[name][first], b.codes[name][second]
    level = np.full(len(first), -1)
    known = np.flatnonzero((left >= 0) & (right >= 0))
    if not len(known):
        return level
    size = len(b.names[name])
    numbers, back = np.unique(left[known] * size + right[known], return_inverse=True)
    score = alike(
        [a.names[name][k] for k in numbers // size], [b.names[name][k] for k in numbers % size]
    )
    level[known] = np.select([score >= _SAME, score >= _CLOSE], [0, 1], default=2)[back]
    return level
