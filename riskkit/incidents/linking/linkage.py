"""Fellegi and Sunter's model of two records of one attack."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np

from riskkit.incidents.linking.comparison import Field, Pairs, Side, coded, compare
from riskkit.incidents.linking.crowding import crowding
from riskkit.incidents.linking.doubles import Doubles

__all__ = ["FAINT", "Linkage", "Window", "days_apart", "kind_of"]

_EDGES = (1.0, 5.0, 10.0, 20.0, 35.0, 60.0, 100.0, 200.0)
_DAY_BANDS = (0, 1, 2, 3, 5, 7, 10, 15, 30)
FAINT = 1e-3  # odds under which a pair takes no part
_HIGHEST_WEIGHT = 1e9


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
    doubles : Doubles
        Chances of each agreement among doubles.
    u : list of arrays
        Chances of each code of each field among unrelated neighbours.
    shared : list of arrays
        The same among records of one burst.
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
    doubles: Doubles
    u: list[np.ndarray]
    shared: list[np.ndarray]
    crowd: np.ndarray
    excess: np.ndarray
    share_a: np.ndarray
    share_b: np.ndarray

    def weight(self, a: Side, b: Side, pairs: Pairs, codes: list[np.ndarray]) -> np.ndarray:
        r"""Give the odds that two records are doubles, if they had no other candidate.

        .. math:: w = \frac{s_a}{(1 - s_a)(1 - s_b)}\,
                      \frac{m_{day}\, m_{km} \prod_{fields} m}
                           {crowd \prod_{fields} u + excess \prod_{fields} shared}
        """
        day, width = days_apart(a, b, pairs, self.window)
        kind = kind_of(a)[pairs.first]
        crowd, burst = self.unrelated(pairs, kind, day, width, codes)
        return self.weigh(pairs, kind, day, codes, crowd + burst)

    def weigh(
        self,
        pairs: Pairs,
        kind: np.ndarray,
        day: np.ndarray,
        codes: list[np.ndarray],
        unrelated: np.ndarray,
    ) -> np.ndarray:
        """Give `weight` where all is coded already and the unrelated records are counted."""
        odds = (self.share_a / (1 - self.share_a))[pairs.first] / (1 - self.share_b)[pairs.second]
        odds *= self.doubles.chances(pairs, kind, day, codes)
        return np.minimum(odds / unrelated, _HIGHEST_WEIGHT)

    def unrelated(
        self,
        pairs: Pairs,
        kind: np.ndarray,
        day: np.ndarray,
        width: np.ndarray,
        codes: list[np.ndarray],
    ) -> tuple[np.ndarray, np.ndarray]:
        """Give how many unrelated records that agree so to expect: of the crowd, of the burst."""
        crowd = self.crowd[pairs.first, pairs.band] * width
        burst = self.excess[kind, day, pairs.band]
        for u, shared, code in zip(self.u, self.shared, codes, strict=True):
            crowd *= u[code]
            burst *= shared[code]
        return crowd, burst

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
        by_class = coded(a, b, len(edges))
        tables, shared = (
            tuple(
                np.ascontiguousarray((one / u)[code])
                for one, u, code in zip(chances, self.u, by_class, strict=False)
            )
            for chances in (self.doubles.m, self.shared)
        )
        coded_fields = names[: len(tables)]
        best = {
            field.name: np.maximum(
                (m / u)[:-1].reshape(field.groups, -1).max(axis=1, initial=1.0), 1.0
            )
            for field, m, u in zip(self.fields, self.doubles.m, self.u, strict=True)
        }
        number = names.index("actor")
        groups = self.fields[number].groups
        least_shared = (self.shared[number] / self.u[number])[:-1].reshape(groups, -1).min(axis=1)
        named = a.codes["actor"] >= 0
        of_actor = np.where(named, best["actor"][a.common["actor"]], 1.0)
        # The bound takes the best actor for doubles and the worst for records of one burst.
        of_burst = np.where(named, least_shared[a.common["actor"]], 1.0)
        # Rows of the table of places: what is known of a's coordinates, then of its place's name.
        place = np.where(a.codes["place"] >= 0, 1 + a.common["place"], 0)
        by_name = best["place"][len(edges) :]
        of_place = np.repeat(self.doubles.bands, 1 + len(by_name), axis=0)
        names_known = np.tile(np.arange(1 + len(by_name)), len(self.doubles.bands)) > 0
        of_place[names_known, : len(edges)] *= best["place"][: len(edges)]
        vague = np.append(1.0, by_name)[
            np.tile(np.arange(1 + len(by_name)), len(self.doubles.bands))
        ]
        divided = best["admin1"][0] if (a.codes["admin1"] >= 0).any() else 1.0
        of_place[:, len(edges) :] *= np.maximum(vague, divided)[:, None]
        of_a, of_b = self.share_a / (1 - self.share_a) * of_actor, 1 / (1 - self.share_b)
        class_a = np.array([a.classes[name] for name in coded_fields])
        class_b = np.array([b.classes[name] for name in coded_fields])
        kind = kind_of(a) * (1 + len(by_name)) + place
        excess = np.repeat(self.excess, 1 + len(by_name), axis=0)

        def look(part: np.ndarray) -> tuple[np.ndarray, ...]:
            return likely_pairs(
                a.where, b.index, rows[part], edges, self.window.day_bands, self.doubles.days, kind,
                of_place, self.crowd, excess, of_a, of_b, of_burst, class_a, class_b, tables,
                shared, least,
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


def kind_of(side: Side) -> np.ndarray:
    """Tell what is known of each place: 0 a point, 1 a vague one, 2 the country only."""
    return np.select([np.isnan(side.where[2]), side.where[4] > 0], [2, 1], default=0)


def days_apart(a: Side, b: Side, pairs: Pairs, window: Window) -> tuple[np.ndarray, np.ndarray]:
    """Give the codes of days apart, and how many days have each pair's code."""
    from riskkit.kernels.linkage import day_codes

    slack = a.where[1][pairs.first] + b.where[1][pairs.second]
    return day_codes(pairs.days, slack, window.day_bands)
