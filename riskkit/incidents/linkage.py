"""Fellegi and Sunter's model of two records of one attack, fitted by EM."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np

from riskkit.incidents.comparison import Field, Pairs, Side, coded, compare, fields
from riskkit.incidents.crowding import bursts, crowding

__all__ = ["FAINT", "Linkage", "Window", "fit_linkage"]

_EDGES = (1.0, 5.0, 10.0, 20.0, 35.0, 60.0, 100.0, 200.0)
_DAY_BANDS = (0, 1, 2, 3, 5, 7, 10, 15, 30)
FAINT = 1e-3  # odds under which a pair takes no part
_SAMPLE = 400_000  # pairs that the model is learned from
_STRANGERS = 20_000  # pairs outside the window that are looked for
_PROBES = 2000  # records by which the number of pairs is foretold
_PRIOR = 4.0  # pseudo doubles behind each of the expected levels
_FIRM = (8.0, 1000.0)  # pseudo records behind a country's share of doubles, least and most
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
    excess : array of float, shape (3, codes of days, bands)
        More of them than that within days of any record, since attacks come in bursts; by what is
        known of the first place.
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
    excess: np.ndarray
    share_a: np.ndarray
    share_b: np.ndarray

    def weight(self, a: Side, b: Side, pairs: Pairs, codes: list[np.ndarray]) -> np.ndarray:
        r"""Give the odds that two records are doubles, if they had no other candidate.

        .. math:: w = \frac{s_a}{(1 - s_a)(1 - s_b)}\,
                      \frac{m_{day}\, m_{km}}{\text{unrelated records expected there}}
                      \prod_{fields} \frac{m}{u}
        """
        day, width = days_apart(a, b, pairs, self.window)
        return self.weigh(pairs, _kind(a), day, width, codes)

    def weigh(
        self,
        pairs: Pairs,
        kind: np.ndarray,
        day: np.ndarray,
        width: np.ndarray,
        codes: list[np.ndarray],
    ) -> np.ndarray:
        """Give `weight` where days apart are coded already."""
        first, band = pairs.first, pairs.band
        odds = (self.share_a / (1 - self.share_a))[first] / (1 - self.share_b)[pairs.second]
        odds *= self.days[day] * self.bands[kind[first], band]
        odds /= self.crowd[first, band] * width + self.excess[kind[first], day, band]
        for m, u, code in zip(self.m, self.u, codes, strict=True):
            odds *= (m / u)[code]
        return np.minimum(odds, _HIGHEST_WEIGHT)

    def everywhere(self, a: Side, b: Side) -> Linkage:
        """Give the same with the crowding of all records of a."""
        everyone = np.arange(len(a.row))
        return replace(self, crowd=crowding(a, b, everyone, self.window.days, self.window.edges))

    def likely(
        self, a: Side, b: Side, rows: np.ndarray, least: float
    ) -> tuple[Pairs, list[np.ndarray], np.ndarray]:
        """Find the near pairs of some records of a whose weight is above a bound.

        Names are compared only where the rest leaves a pair possible.

        Returns
        -------
        tuple of (Pairs, list of arrays, array of float)
            The pairs, their codes in each field, and their weights.
        """
        from riskkit.kernels.linkage import likely_pairs
        from riskkit.kernels.near import by_place

        edges = self.window.edges
        names = [field.name for field in self.fields]
        tables = tuple(
            np.ascontiguousarray((m / u)[code])
            for m, u, code in zip(self.m, self.u, coded(a, b, len(edges)), strict=False)
        )
        coded_fields = names[: len(tables)]
        best = {
            field.name: np.maximum(
                (m / u)[:-1].reshape(field.groups, -1).max(axis=1, initial=1.0), 1.0
            )
            for field, m, u in zip(self.fields, self.m, self.u, strict=True)
        }
        named = a.codes["actor"] >= 0
        of_actor = np.where(named, best["actor"][a.common["actor"]], 1.0)
        # Rows of the table of places: what is known of a's coordinates, then of its place's name.
        place = np.where(a.codes["place"] >= 0, 1 + a.common["place"], 0)
        by_name = best["place"][len(edges) :]
        of_place = np.repeat(self.bands, 1 + len(by_name), axis=0)
        names_known = np.tile(np.arange(1 + len(by_name)), len(self.bands)) > 0
        of_place[names_known, : len(edges)] *= best["place"][: len(edges)]
        vague = np.append(1.0, by_name)[np.tile(np.arange(1 + len(by_name)), len(self.bands))]
        divided = best["admin1"][0] if (a.codes["admin1"] >= 0).any() else 1.0
        of_place[:, len(edges) :] *= np.maximum(vague, divided)[:, None]
        of_a, of_b = self.share_a / (1 - self.share_a) * of_actor, 1 / (1 - self.share_b)
        class_a = np.array([a.classes[name] for name in coded_fields])
        class_b = np.array([b.classes[name] for name in coded_fields])
        kind = _kind(a) * (1 + len(by_name)) + place
        excess = np.repeat(self.excess, 1 + len(by_name), axis=0)

        def look(part: np.ndarray) -> tuple[np.ndarray, ...]:
            return likely_pairs(
                a.where, b.index, rows[part], edges, self.window.day_bands, self.days, kind,
                of_place, self.crowd, excess, of_a, of_b, class_a, class_b, tables, least,
            )  # fmt: skip

        with ThreadPoolExecutor(os.cpu_count()) as threads:
            found = zip(*threads.map(look, by_place(a.where, rows)), strict=True)
        first, second, apart, km, band = (np.concatenate(part) for part in found)
        pairs = Pairs(first, second, apart, km, band)
        codes = compare(a, b, pairs, len(edges))
        weight = self.weight(a, b, pairs, codes)
        kept = weight > least
        pairs = Pairs(*(part[kept] for part in (first, second, apart, km, band)))
        return pairs, [code[kept] for code in codes], weight[kept]


def _kind(side: Side) -> np.ndarray:
    return np.select([np.isnan(side.where[2]), side.where[4] > 0], [2, 1], default=0)


def days_apart(a: Side, b: Side, pairs: Pairs, window: Window) -> tuple[np.ndarray, np.ndarray]:
    """Give the codes of days apart, and how many days have each pair's code."""
    from riskkit.kernels.linkage import day_codes

    slack = a.where[1][pairs.first] + b.where[1][pairs.second]
    return day_codes(pairs.days, slack, window.day_bands)


def _sample(
    a: Side, b: Side, window: Window, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Give the records of a and of b to learn from: whole stretches of time, about so many pairs.

    Stretches and not single records: whoever competes for the same double must be there too.
    """
    from riskkit.kernels.near import count_near

    day_a, day_b = a.where[0], b.where[0]
    both = max(day_a[0], day_b[0]) - window.days, min(day_a[-1], day_b[-1]) + window.days
    facing = np.flatnonzero((day_a >= both[0]) & (day_a <= both[1]))
    probe = np.sort(rng.choice(facing, min(len(facing), _PROBES), replace=False))
    counts = count_near(a.where, b.index, probe, -1, window.days, window.edges)
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


def _strangers(
    a: Side, b: Side, window: Window, rows: np.ndarray, rng: np.random.Generator
) -> Pairs:
    """Give pairs of one place that can't be doubles: beyond the window, as far as there are few."""
    from riskkit.kernels.near import count_near, near_pairs

    days, edges = window.days, window.edges
    span = int(max(a.where[0][-1], b.where[0][-1]) - min(a.where[0][0], b.where[0][0]))
    probe = np.sort(rng.choice(rows, min(len(rows), _PROBES), replace=False))
    beyond = max(3 * days, days + 10)
    while True:
        each = count_near(a.where, b.index, probe, days, beyond, edges).sum() / max(len(probe), 1)
        if each * len(rows) >= _STRANGERS or beyond > span:
            break
        beyond *= 3
    size = min(len(rows), int(_SAMPLE / max(each, 0.01)) + 1)
    some = np.sort(rng.choice(rows, size, replace=False))
    return Pairs(*near_pairs(a.where, b.index, some, days, beyond, edges))


def _in_groups(counts: np.ndarray, groups: int) -> np.ndarray:
    table = counts.reshape(groups, -1)
    return (table / table.sum(axis=1, keepdims=True)).ravel()


def _chances(counts: np.ndarray, field: Field, prior: np.ndarray) -> np.ndarray:
    """Turn counts of codes into chances, one in all in each group; unknown has chance 1."""
    return np.append(_in_groups(counts[:-1] + prior, field.groups), 1.0)


def _among_doubles(counts: np.ndarray, field: Field) -> np.ndarray:
    """Give the chances of codes among doubles."""
    expected = np.array(field.expected)
    if field.alike:
        levels = counts[:-1].reshape(field.groups, -1).sum(axis=0) + _PRIOR * expected
        expected = levels / levels.sum()
    return _chances(counts, field, np.tile(_PRIOR * expected, field.groups))


def _day_chances(counts: np.ndarray) -> np.ndarray:
    """Turn counts of days apart into chances: days, then weeks in quarters, then months."""
    fine, vague = np.split(counts, [len(counts) - 8])
    return np.append(fine / fine.sum(), _in_groups(vague, 2))


def _pooled(counts: np.ndarray, field: Field) -> np.ndarray:
    """Give the levels' chances over all groups as a prior of each."""
    levels = counts[:-1].reshape(field.groups, -1).sum(axis=0) + 1.0
    return np.tile(_PRIOR * levels / levels.sum(), field.groups)


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
        typical = float((sizes * chance).sum()) / len(rows)
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


@dataclass(frozen=True, eq=False)
class Burst:
    """Unrelated records that follow each other: how many, and how they lie in days and km.

    They are too close to be told from doubles by day and place, so that they lie as doubles do
    until the pairs tell otherwise.
    """

    near: float
    country: float
    lost: float

    @classmethod
    def of(cls, a: Side, b: Side, window: Window, rng: np.random.Generator) -> Burst:
        """Measure them within the two tables."""
        near, country = bursts(a, b, window.days, window.edges, rng)
        return cls(near, country, float(np.isnan(b.where[2]).mean()))

    def excess(self, days: np.ndarray, bands: np.ndarray) -> np.ndarray:
        """Spread them over codes of days and bands of distance, by kind of place."""
        size = len(bands) + 2
        table = np.zeros((3, len(days), size))
        by_day = days.copy()
        by_day[-8:] = 0.0  # dates that are vague
        by_day /= by_day.sum()
        table[0, :, : len(bands)] = self.near * by_day[:, None] * bands / bands.sum()
        table[0, :, -1] = self.country * self.lost * by_day
        table[2, :, -1] = self.country * by_day
        return table


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
    rows_a, rows_b = _sample(a, b, window, rng)
    pairs = Pairs(*near_pairs(a.where, b.index, rows_a, -1, window.days, edges))
    codes = compare(a, b, pairs, len(edges))
    others = _strangers(a, b, window, rows_a, rng)
    strange = [
        np.bincount(code, minlength=field.unknown + 1)
        for code, field in zip(compare(a, b, others, len(edges)), compared, strict=True)
    ]
    everyone = [
        np.bincount(code, minlength=field.unknown + 1)
        for code, field in zip(codes, compared, strict=True)
    ]
    day, width = days_apart(a, b, pairs, window)
    kind, strata = _kind(a), (Strata.of(a), Strata.of(b))
    prior_u = [_pooled(counts, field) for counts, field in zip(strange, compared, strict=True)]
    prior_days, prior_bands = _PRIOR * _expected_days(window), _PRIOR * _expected_bands(edges)
    crowd = np.ones((len(a.row), len(edges) + 2))
    crowd[rows_a] = crowding(a, b, rows_a, window.days, edges)
    burst = Burst.of(a, b, window, rng)
    local = np.flatnonzero((kind[pairs.first] == 0) & (pairs.band < len(edges)))

    def learn(likely: np.ndarray, chance: np.ndarray, before: Linkage | None) -> Linkage:
        m, u = [], []
        for field, code, others, at_all, at_u in zip(
            compared, codes, strange, everyone, prior_u, strict=True
        ):
            doubles = np.bincount(code[likely], chance, field.unknown + 1)
            m.append(_among_doubles(doubles, field))
            u.append(_chances(np.maximum(others + at_all - doubles, 0.0), field, at_u))
        bands = prior_bands.copy()
        np.add.at(bands, (kind[pairs.first[likely]], pairs.band[likely]), chance)
        bands /= bands.sum(axis=1, keepdims=True)
        days = _day_chances(np.bincount(day[likely], chance, len(prior_days)) + prior_days)
        like_days, like_bands = _PRIOR * days, _PRIOR * bands[0, : len(edges)]
        if before is not None and burst.near > 0:
            alone = np.ones(len(day))
            alone[likely] -= chance
            spread = before.excess[0, day[local], pairs.band[local]]
            usual = before.crowd[pairs.first[local], pairs.band[local]] * width[local]
            alone = alone[local] * spread / (spread + usual)
            like_days = like_days + np.bincount(day[local], alone, len(days))
            like_bands = like_bands + np.bincount(pairs.band[local], alone, len(edges))
        doubles_a = np.bincount(pairs.first[likely], chance, len(a.row))
        doubles_b = np.bincount(pairs.second[likely], chance, len(b.row))
        return Linkage(
            window=window,
            fields=compared,
            m=m,
            u=u,
            days=days,
            bands=bands,
            crowd=crowd,
            excess=burst.excess(like_days, like_bands),
            share_a=strata[0].shares(doubles_a, rows_a),
            share_b=strata[1].shares(doubles_b, rows_b),
        )

    nobody = np.empty(0, np.int64)
    linkage = replace(
        learn(nobody, np.empty(0), None),
        share_a=np.full(len(a.row), _START),
        share_b=np.full(len(b.row), _START),
    )
    before = np.zeros(len(pairs.first))
    for _ in range(_ROUNDS):
        weight = linkage.weigh(pairs, kind, day, width, codes)
        likely = np.flatnonzero(weight > FAINT)
        chance = link_chances(
            pairs.first[likely], pairs.second[likely], weight[likely], len(a.row), len(b.row),
            _MESSAGES, 1e-4,
        )  # fmt: skip
        linkage = learn(likely, chance, linkage)
        now = np.zeros_like(before)
        now[likely] = chance
        change, before = np.abs(now - before).max(initial=0.0), now
        if change < _SETTLED:
            break
    return linkage, float(before.sum())
