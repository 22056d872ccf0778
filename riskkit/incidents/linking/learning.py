"""The model of two records of one attack, learned by EM."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from riskkit.incidents.linking.bursts import Burst
from riskkit.incidents.linking.comparison import Field, Pairs, Side, compare, fields
from riskkit.incidents.linking.crowding import crowding
from riskkit.incidents.linking.doubles import PRIOR, Doubles, chances_of_codes
from riskkit.incidents.linking.linkage import FAINT, Linkage, Window, days_apart, kind_of
from riskkit.incidents.linking.sample import facing, strangers

__all__ = ["fit_linkage"]

_FIRM = (8.0, 1000.0)  # pseudo records behind a country's share of doubles, least and most
_HIGHEST_SHARE = 0.98
_START = 0.3  # share of doubles that EM starts from
_ROUNDS, _MESSAGES, _SETTLED = 60, 60, 2e-3


def _pooled(counts: np.ndarray, field: Field) -> np.ndarray:
    """Give the levels' chances over all groups as a prior of each."""
    levels = counts[:-1].reshape(field.groups, -1).sum(axis=0) + 1.0
    return np.tile(PRIOR * levels / levels.sum(), field.groups)


@dataclass(frozen=True, eq=False)
class Strata:
    """Records by country and by what is known of their toll; they have a chance of a double."""

    cell: np.ndarray
    toll: np.ndarray
    cells: int

    @classmethod
    def of(cls, side: Side) -> Strata:
        """Sort the records of a table."""
        deaths = side.values["deaths"][side.classes["deaths"]]
        toll = np.select([np.isnan(deaths), deaths == 0], [0, 1], default=2)
        cell = 3 * (side.where[5] + 1) + toll
        return cls(cell, toll, int(cell.max(initial=0)) + 1)

    def shares(self, doubles: np.ndarray, rows: np.ndarray) -> np.ndarray:
        """Estimate each record's share: its country's, drawn toward that of its toll.

        How far depends on how much countries differ by more than chance: by the moments of the
        beta-binomial law, what stands behind a country's share is between 8 and 1,000 records.
        """
        found = doubles[rows]
        overall = (found.sum() + 0.5) / (len(rows) + 1.0)
        by_toll = np.bincount(self.toll[rows], found, 3), np.bincount(self.toll[rows], None, 3)
        toll = (by_toll[0] + overall * _FIRM[0]) / (by_toll[1] + _FIRM[0])
        cell, usual = self.cell[rows], toll[np.arange(self.cells) % 3]
        sums, sizes = np.bincount(cell, found, self.cells), np.bincount(cell, None, self.cells)
        chance = usual * (1 - usual)
        beyond = float(((sums - sizes * usual) ** 2 - sizes * chance).sum())
        between = beyond / max(float((sizes * (sizes - 1)).sum()), 1.0)
        typical = float((sizes * chance).sum()) / max(len(rows), 1)
        firm = float(np.clip(typical / max(between, 1e-9) - 1, *_FIRM))
        share = (sums + firm * usual) / (sizes + firm)
        return np.clip(share[self.cell], 1e-6, _HIGHEST_SHARE)


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


def fit_linkage(
    a: Side, b: Side, window: Window, rng: np.random.Generator
) -> tuple[Linkage, float]:
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
    tuple of (Linkage, float)
        And the number of doubles that it expects among the records it was learned from. The
        crowding is that of these records only.
    """
    from riskkit.kernels.linkage import link_chances
    from riskkit.kernels.near import near_pairs

    edges = window.edges
    compared = fields(a, len(edges))
    rows_a, rows_b = facing(a, b, window, rng)
    pairs = Pairs(*near_pairs(a.where, b.index, rows_a, -1, window.days, edges))
    codes = compare(a, b, pairs, len(edges))
    others = strangers(a, b, window, rows_a, rng)
    strange = [
        np.bincount(code, minlength=field.unknown + 1)
        for code, field in zip(compare(a, b, others, len(edges)), compared, strict=True)
    ]
    day, width = days_apart(a, b, pairs, window)
    kind, strata = kind_of(a)[pairs.first], (Strata.of(a), Strata.of(b))
    prior_u = [_pooled(counts, field) for counts, field in zip(strange, compared, strict=True)]
    expected = _expected_days(window), _expected_bands(edges)
    crowd = np.ones((len(a.row), len(edges) + 2))
    crowd[rows_a] = crowding(a, b, rows_a, window.days, edges)
    burst = Burst.of(a, b, window, rng)
    local = (kind == 0) & (pairs.band < len(edges))

    def learn(likely: np.ndarray, chance: np.ndarray, of_burst: np.ndarray) -> Linkage:
        coded = kind[likely], day[likely], [code[likely] for code in codes]
        some = Pairs(pairs.first[likely], pairs.second[likely], pairs.days[likely],
                     pairs.km[likely], pairs.band[likely])  # fmt: skip
        doubles = Doubles.learn(compared, expected, some, coded, chance, len(b.row))
        like_days, like_bands = PRIOR * doubles.days, PRIOR * doubles.bands[0, : len(edges)]
        unrelated = np.ones(len(day))
        unrelated[likely] -= chance
        following = unrelated * of_burst
        unrelated -= following
        following = following[local]
        like_days = like_days + np.bincount(day[local], following, len(like_days))
        like_bands = like_bands + np.bincount(pairs.band[local], following, len(edges))
        u = [
            chances_of_codes(others + np.bincount(code, unrelated, len(others)), field, at_u)
            for field, code, others, at_u in zip(compared, codes, strange, prior_u, strict=True)
        ]
        doubles_a = np.bincount(pairs.first[likely], chance, len(a.row))
        doubles_b = np.bincount(pairs.second[likely], chance, len(b.row))
        return Linkage(
            window=window,
            fields=compared,
            doubles=doubles,
            u=u,
            shared=[
                burst.shared(field.name, among_doubles, by_chance)
                for field, among_doubles, by_chance in zip(compared, doubles.m, u, strict=True)
            ],
            crowd=crowd,
            excess=burst.excess(like_days, like_bands),
            share_a=strata[0].shares(doubles_a, rows_a),
            share_b=strata[1].shares(doubles_b, rows_b),
        )

    nobody = np.empty(0, np.int64)
    linkage = replace(
        learn(nobody, np.empty(0), np.zeros(len(day))),
        share_a=np.full(len(a.row), _START),
        share_b=np.full(len(b.row), _START),
    )
    before = np.zeros(len(pairs.first))
    for _ in range(_ROUNDS):
        of_crowd, of_burst = linkage.unrelated(pairs, kind, day, width, codes)
        weight = linkage.weigh(pairs, kind, day, codes, of_crowd + of_burst)
        likely = np.flatnonzero(weight > FAINT)
        chance = link_chances(
            pairs.first[likely], pairs.second[likely], weight[likely], len(a.row), len(b.row),
            _MESSAGES, 1e-4,
        )  # fmt: skip
        linkage = learn(likely, chance, of_burst / (of_crowd + of_burst))
        now = np.zeros_like(before)
        now[likely] = chance
        change, before = np.abs(now - before).max(initial=0.0), now
        if change < _SETTLED:
            break
    return linkage, float(before.sum())
