"""Fellegi and Sunter's model of two records of one attack, fitted by EM."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from riskkit.incidents.comparison import Field, Pairs, Side, compare, fields

if TYPE_CHECKING:
    from riskkit.kernels.linkage import Index

__all__ = ["Linkage", "Window", "fit_linkage", "index_for"]

_EDGES = (1.0, 5.0, 10.0, 20.0, 35.0, 60.0, 100.0, 200.0)
_DAY_BANDS = (0, 1, 2, 3, 5, 7, 10, 15, 30)
_SAMPLE = 400_000  # pairs that the model is learned from
_PRIOR = 10.0  # pseudo doubles behind each of the expected levels
_FIRM = 8.0  # pseudo records behind a country's share of doubles
_HIGHEST_SHARE = 0.98
_HIGHEST_WEIGHT = 1e9
_START = 0.3  # share of doubles that EM starts from
_ROUNDS, _MESSAGES, _SETTLED = 60, 60, 2e-3


@dataclass(frozen=True, eq=False)
class Window:
    """How far apart two records of one attack may lie, cut into bands.

    Parameters
    ----------
    days : int
        Most days apart.
    km : float
        Most km apart.
    """

    days: int
    km: float

    @property
    def edges(self) -> np.ndarray:
        """Upper bounds of the bands of distance."""
        return np.array([edge for edge in _EDGES if edge < self.km] + [self.km])

    @property
    def day_bands(self) -> np.ndarray:
        """Upper bounds of the bands of days apart, on either side."""
        return np.array([edge for edge in _DAY_BANDS if edge < self.days] + [self.days])


@dataclass(frozen=True, eq=False)
class Linkage:
    """What was learned of doubles (m) and of records that only lie near each other (u).

    Parameters
    ----------
    window : Window
        How far apart doubles may lie.
    fields : tuple of Field
        What was compared.
    m, u : list of arrays
        Chances of each code of each field among doubles and among the others.
    days : array of float
        Chances of the bands of days among doubles.
    bands : array of float, shape (3, bands)
        Chances of the bands of distance among doubles, by what is known of the first place.
    crowd : array of float, shape (records of a, bands)
        Unrelated records of b a day around each record of a.
    share_a, share_b : arrays of float
        Chance that a record has a double in the other table.
    """

    window: Window
    fields: tuple[Field, ...]
    m: list[np.ndarray]
    u: list[np.ndarray]
    days: np.ndarray
    bands: np.ndarray
    crowd: np.ndarray
    share_a: np.ndarray
    share_b: np.ndarray

    def weight(self, a: Side, b: Side, pairs: Pairs, codes: list[np.ndarray]) -> np.ndarray:
        r"""Give the odds that two records are doubles, if they had no other candidate.

        .. math:: w = \frac{s_a}{(1 - s_a)(1 - s_b)}\,
                      \frac{m_{day}\, m_{km}}{\text{unrelated records expected there}}
                      \prod_{fields} \frac{m}{u}
        """
        first = pairs.first
        _, width, day = _day_codes(a, b, pairs, self.window)
        share_a, share_b = self.share_a[first], self.share_b[pairs.second]
        log = np.log(share_a / (1 - share_a) / (1 - share_b))
        log += np.log(self.days)[day] + np.log(self.bands)[_kind(a)[first], pairs.band]
        log -= np.log(self.crowd[first, pairs.band] * width)
        for m, u, code in zip(self.m, self.u, codes, strict=True):
            log += np.log(m / u)[code]
        return np.exp(np.minimum(log, np.log(_HIGHEST_WEIGHT)))


def _kind(side: Side) -> np.ndarray:
    return np.select([np.isnan(side.where[2]), side.where[4] > 0], [2, 1], default=0)


def _day_codes(
    a: Side, b: Side, pairs: Pairs, window: Window
) -> tuple[int, np.ndarray, np.ndarray]:
    """Give the number of codes of days apart; each pair's width of its band in days; its code.

    Days known to the day have bands on either side. Where one is known less finely, the whole
    reach is cut in four, apart for weeks and for months.
    """
    edges = window.day_bands
    slack = a.where[1][pairs.first] + b.where[1][pairs.second]
    away = np.abs(pairs.days)
    band = np.minimum(np.searchsorted(edges, away), len(edges) - 1)
    signed = np.where(pairs.days < 0, len(edges) - 1 + band, band)
    widths = np.diff(edges, prepend=-1)[band]
    fine = 2 * len(edges) - 1
    reach = window.days + slack
    quarter = np.minimum(4 * away // (reach + 1), 3)
    vague = fine + 4 * (slack > 10) + quarter
    code = np.where(slack == 0, signed, vague)
    return fine + 8, np.where(slack == 0, widths, (2 * reach + 1) / 4), code


def index_for(a: Side, b: Side) -> Index:
    """Sort the records of b by place, for `near_pairs` and its like."""
    from riskkit.kernels.linkage import index_of

    most = max(int(side.where[5].max(initial=-1)) for side in (a, b))
    return index_of(b.where, most + 1)


def crowding(a: Side, b: Side, window: Window) -> np.ndarray:
    """Estimate how many unrelated records of b lie around each of a, by band and day.

    Counted in the weeks before and after the window, which hold no doubles, and drawn toward the
    count of the two years around where the weeks hold little.
    """
    from riskkit.kernels.linkage import surroundings

    days = window.days
    near = max(3 * days, days + 10)
    hits_near, days_near, hits_far, days_far = surroundings(
        a.where, b.where, index_for(a, b), days, near, near + 730, window.edges, 400
    )
    pooled = (hits_near + hits_far).sum(axis=0) + 1.0
    shape = pooled / pooled.sum()
    # Half a record is added to the far count: nobody is known to be alone for ever.
    span = np.maximum(days_far, 2 * days + 1)[:, None]
    far = (hits_far + 0.5 * shape) / span
    borrowed = 14.0
    return np.asarray((hits_near + borrowed * far) / (days_near[:, None] + borrowed))


def _sample(
    a: Side, b: Side, window: Window, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Give the records of a and of b to learn from: whole stretches of time, about so many pairs.

    Stretches and not single records: whoever competes for the same double must be there too.
    """
    from riskkit.kernels.linkage import count_near

    day_a, day_b = a.where[0], b.where[0]
    both = max(day_a[0], day_b[0]) - window.days, min(day_a[-1], day_b[-1]) + window.days
    facing = np.flatnonzero((day_a >= both[0]) & (day_a <= both[1]))
    probe = np.sort(rng.choice(facing, min(len(facing), 2000), replace=False))
    counts = count_near(a.where, b.where, index_for(a, b), probe, -1, window.days, window.edges)
    wanted = int(_SAMPLE / max(counts.mean(), 0.01)) if len(probe) else 0
    bounds = [both]
    if wanted < len(facing):
        runs = 40
        starts = np.linspace(0, len(facing) - wanted // runs - 1, runs).astype(int)
        bounds = [(day_a[facing[start]], day_a[facing[start + wanted // runs]]) for start in starts]
    inside = [np.zeros(len(days), dtype=bool) for days in (day_a, day_b)]
    for days, chosen in zip((day_a, day_b), inside, strict=True):
        for first, last in bounds:
            chosen[np.searchsorted(days, first) : np.searchsorted(days, last, side="right")] = True
    return np.flatnonzero(inside[0]), np.flatnonzero(inside[1])


def _in_groups(counts: np.ndarray, groups: int) -> np.ndarray:
    table = counts.reshape(groups, -1)
    return (table / table.sum(axis=1, keepdims=True)).ravel()


def _chances(counts: np.ndarray, field: Field, prior: np.ndarray) -> np.ndarray:
    """Turn counts of codes into chances, one in all in each group; unknown has chance 1."""
    return np.append(_in_groups(counts[:-1] + prior, field.groups), 1.0)


def _day_chances(counts: np.ndarray) -> np.ndarray:
    """Turn counts of days apart into chances: days, then weeks in quarters, then months."""
    fine, vague = np.split(counts, [len(counts) - 8])
    return np.append(fine / fine.sum(), _in_groups(vague, 2))


def _pooled(counts: np.ndarray, field: Field) -> np.ndarray:
    """Give the levels' chances over all groups as a prior of each."""
    levels = counts[:-1].reshape(field.groups, -1).sum(axis=0) + 1.0
    return np.tile(_PRIOR * levels / levels.sum(), field.groups)


def _shares(doubles: np.ndarray, strata: pd.DataFrame, rows: np.ndarray) -> np.ndarray:
    """Estimate each record's chance of a double: its country's, drawn toward that of its toll."""
    held = strata.iloc[rows].assign(doubles=doubles[rows])
    by_toll = held.groupby("toll")["doubles"].agg(["sum", "size"])
    overall = (by_toll["sum"].sum() + 0.5) / (by_toll["size"].sum() + 1.0)
    toll = (by_toll["sum"] + overall * _FIRM) / (by_toll["size"] + _FIRM)
    cells = held.groupby(["country", "toll"])["doubles"].agg(["sum", "size"])
    expected = toll.reindex(cells.index.get_level_values("toll")).to_numpy(float)
    share = (cells["sum"] + _FIRM * expected) / (cells["size"] + _FIRM)
    found = share.reindex(pd.MultiIndex.from_frame(strata)).to_numpy(float)
    fallback = strata["toll"].map(toll).fillna(overall).to_numpy(float)
    return np.clip(np.where(np.isnan(found), fallback, found), 1e-6, _HIGHEST_SHARE)


def _strata(side: Side) -> pd.DataFrame:
    toll = np.select([np.isnan(side.toll), side.toll == 0], ["unknown", "none"], default="some")
    return pd.DataFrame({"country": side.where[5], "toll": toll})


def _expected_days(window: Window) -> np.ndarray:
    """Prior of days apart among doubles: a half on the day, then less and less."""
    edges = window.day_bands
    falling = 0.5 ** (1.0 + edges)
    return np.concatenate([falling, falling[1:], np.tile([0.4, 0.3, 0.2, 0.1], 2)])


def _expected_bands(edges: np.ndarray) -> np.ndarray:
    """Prior of the bands of distance among doubles, by what is known of the first place."""
    falling = 0.8 ** np.arange(len(edges))
    vague, country = np.zeros_like(falling), np.zeros_like(falling)
    table = np.array(
        [
            [*(0.8 * falling / falling.sum()), 0.1, 0.1],
            [*vague, 0.9, 0.1],
            [*country, 0.0, 1.0],
        ]
    )
    return np.maximum(table, 1e-9)


def fit_linkage(a: Side, b: Side, window: Window, rng: np.random.Generator) -> Linkage:
    """Learn m, u and the shares of doubles by EM, with one double at most for each record.

    What unrelated neighbours have in common (u) is started from pairs that lie just outside the
    window of days, where there are no doubles.

    Parameters
    ----------
    a, b : Side
        The two tables, neither of them empty.
    window : Window
        How far apart doubles may lie.
    rng : numpy.random.Generator
        Chooses what is learned from in large tables.

    Returns
    -------
    Linkage
    """
    from riskkit.kernels.linkage import link_chances, near_pairs

    edges = window.edges
    compared = fields(len(edges))
    rows_a, rows_b = _sample(a, b, window, rng)
    pairs = Pairs(*near_pairs(a.where, b.where, index_for(a, b), rows_a, -1, window.days, edges))
    codes = compare(a, b, pairs, len(edges))
    some = rows_a
    if len(some) > 20_000:
        some = np.sort(rng.choice(some, 20_000, replace=False))
    beyond = max(3 * window.days, window.days + 10)
    strangers = Pairs(
        *near_pairs(a.where, b.where, index_for(a, b), some, window.days, beyond, edges)
    )
    strange = [
        np.bincount(code, minlength=field.unknown + 1)
        for code, field in zip(compare(a, b, strangers, len(edges)), compared, strict=True)
    ]
    size, _, day = _day_codes(a, b, pairs, window)
    kind = _kind(a)[pairs.first]
    strata = _strata(a), _strata(b)
    prior_m = [np.tile(_PRIOR * np.array(field.expected), field.groups) for field in compared]
    prior_u = [_pooled(counts, field) for counts, field in zip(strange, compared, strict=True)]
    prior_days, prior_bands = _PRIOR * _expected_days(window), _PRIOR * _expected_bands(edges)
    crowd = crowding(a, b, window)

    def learn(chance: np.ndarray) -> Linkage:
        m, u = [], []
        for field, code, others, at_m, at_u in zip(
            compared, codes, strange, prior_m, prior_u, strict=True
        ):
            doubles = np.bincount(code, chance, field.unknown + 1)
            singles = np.bincount(code, 1 - chance, field.unknown + 1)
            m.append(_chances(doubles, field, at_m))
            u.append(_chances(others + singles, field, at_u))
        bands = prior_bands.copy()
        np.add.at(bands, (kind, pairs.band), chance)
        doubles_a = np.bincount(pairs.first, chance, len(a.row))
        doubles_b = np.bincount(pairs.second, chance, len(b.row))
        return Linkage(
            window=window,
            fields=compared,
            m=m,
            u=u,
            days=_day_chances(np.bincount(day, chance, size) + prior_days),
            bands=bands / bands.sum(axis=1, keepdims=True),
            crowd=crowd,
            share_a=_shares(doubles_a, strata[0], rows_a),
            share_b=_shares(doubles_b, strata[1], rows_b),
        )

    chance = np.zeros(len(pairs.first))
    linkage = replace(
        learn(chance), share_a=np.full(len(a.row), _START), share_b=np.full(len(b.row), _START)
    )
    for _ in range(_ROUNDS):
        before = chance
        weight = linkage.weight(a, b, pairs, codes)
        chance = link_chances(
            pairs.first, pairs.second, weight, len(a.row), len(b.row), _MESSAGES, 1e-4
        )
        linkage = learn(chance)
        if np.abs(chance - before).max(initial=0.0) < _SETTLED:
            break
    return linkage
