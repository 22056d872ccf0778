"""How many unrelated records follow each other in bursts, and how much alike they are."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from riskkit.incidents.linking.comparison import Side
from riskkit.incidents.linking.crowding import crowding
from riskkit.incidents.linking.linkage import Window
from riskkit.incidents.linking.sample import strangers

__all__ = ["Burst"]

_LOOKED_AT = 10_000  # records of each table, at most; by country a fifth of that
_FIRM = 4.0  # pseudo pairs of a burst, nothing alike


@dataclass(frozen=True, eq=False)
class Burst:
    """Unrelated records that follow each other: how many, how they lie, and how alike they are.

    Attacks come in bursts: where there is one, more follow soon and near. Within one table no two
    records are doubles, so that the pairs there show it. They are too close to be told from
    doubles by day and place, so that they lie as doubles do until the pairs tell otherwise.

    Parameters
    ----------
    near, country : float
        Records of b for each record of a, more than its place has: in the bands of distance, and
        in the same country.
    lost : float
        Share of the records of b without coordinates.
    alike : dict of str to float
        For each field the share of them that say the same because they are of one burst.
    """

    near: float
    country: float
    lost: float
    alike: dict[str, float]

    @classmethod
    def of(cls, a: Side, b: Side, window: Window, rng: np.random.Generator) -> Burst:
        """Measure them within the two tables."""
        days, edges = window.days, window.edges
        more = [0.0, 0.0]
        same: dict[str, np.ndarray] = {}
        for side, scale in ((a, len(b.row) / len(a.row)), (b, 1.0)):
            firm = np.flatnonzero((side.where[1] == 0) & ~np.isnan(side.where[2]))
            if not len(firm):
                continue
            near = _Neighbours.of(side, _some(firm, _LOOKED_AT, rng), days, edges)
            more[0] += 0.5 * scale * near.certain(slice(0, len(edges)))
            for name, counts in near.alike(window, rng).items():
                same[name] = same.get(name, np.zeros(2)) + counts
            # By country as if no record had coordinates: fewer are looked at, each has more around.
            rows = _some(firm, _LOOKED_AT // 5, rng)
            around = _Neighbours.of(_without_places(side), rows, days, edges)
            more[1] += 0.5 * scale * around.certain(slice(len(edges) + 1, None))
        alike = {
            name: float(np.clip(beyond / (possible + _FIRM), 0.0, 1.0))
            for name, (beyond, possible) in same.items()
        }
        return cls(more[0], more[1], float(np.isnan(b.where[2]).mean()), alike)

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

    def shared(self, name: str, m: np.ndarray, u: np.ndarray) -> np.ndarray:
        """Give the chances of a field's codes among records of one burst.

        Those that say the same because they are of one burst agree as doubles do, since each
        source has its own words and errors; the others as strangers do.
        """
        alike = self.alike.get(name, 0.0)
        return alike * m + (1 - alike) * u


@dataclass(frozen=True, eq=False)
class _Neighbours:
    """Pairs of records of one table that lie near in time and place."""

    side: Side
    rows: np.ndarray
    first: np.ndarray
    second: np.ndarray
    band: np.ndarray
    usual: np.ndarray  # pairs that the crowding of the places alone would make, by band

    @classmethod
    def of(cls, side: Side, rows: np.ndarray, days: int, edges: np.ndarray) -> _Neighbours:
        """Find those of some records."""
        from riskkit.kernels.near import near_pairs

        first, second, _, _, band = near_pairs(side.where, side.index, rows, -1, days, edges)
        kept = (first != second) & (side.where[1][second] == 0)
        usual = (2 * days + 1) * crowding(side, side, rows, days, edges).sum(axis=0)
        return cls(side, rows, first[kept], second[kept], band[kept], usual)

    def certain(self, columns: slice) -> float:
        """Give for each record how many more there are than usual; what could be chance is off."""
        found = float(np.bincount(self.band, minlength=len(self.usual))[columns].sum())
        more = max(found - float(self.usual[columns].sum()), 0.0)
        sure = max(0.0, 1 - (found + 1.0) / max(more, 1e-9) ** 2)
        return more * sure / len(self.rows)

    def alike(self, window: Window, rng: np.random.Generator) -> dict[str, np.ndarray]:
        """Count how many more pairs say the same than strangers do, and how many more could.

        Band by band: strangers of one town are more alike than those of one division.
        """
        size = len(window.edges)
        others = strangers(self.side, self.side, window, self.rows, rng)
        counts = {}
        for name, said in _said(self.side).items():
            known, agreeing = _agreement(said, self.first, self.second, self.band, size)
            all_others, same_others = _agreement(
                said, others.first, others.second, others.band, size
            )
            overall = (same_others.sum() + 0.5) / (all_others.sum() + 1.0)
            usually = (same_others + _FIRM * overall) / (all_others + _FIRM)
            pairs = np.bincount(self.band, minlength=size)[:size]
            of_burst = known * np.maximum(1 - self.usual[:size] / np.maximum(pairs, 1), 0.0)
            beyond = agreeing - known * usually
            counts[name] = np.array([beyond.sum(), (of_burst * (1 - usually)).sum()])
        return counts


def _agreement(
    said: np.ndarray, first: np.ndarray, second: np.ndarray, band: np.ndarray, size: int
) -> tuple[np.ndarray, np.ndarray]:
    """Count by band of distance the pairs that both say something, and those that say the same."""
    one, other = said[first], said[second]
    known = (one >= 0) & (other >= 0)
    same = known & (one == other)
    return np.bincount(band[known], None, size)[:size], np.bincount(band[same], None, size)[:size]


def _said(side: Side) -> dict[str, np.ndarray]:
    """Number what each record says in each field; -1 where it doesn't."""
    said = {"actor": side.codes["actor"]}
    known = {
        "deaths": ~np.isnan(side.values["deaths"]),
        "target": (side.values["target"] >= 0).any(axis=1),
        "method": (side.values["method"] >= 0).any(axis=1),
    }
    for name, does in known.items():
        number = side.classes[name]
        said[name] = np.where(does[number], number, -1)
    return said


def _some(rows: np.ndarray, most: int, rng: np.random.Generator) -> np.ndarray:
    return rows if len(rows) <= most else np.sort(rng.choice(rows, most, replace=False))


def _without_places(side: Side) -> Side:
    """Give the same records without coordinates."""
    from riskkit.kernels.near import index_of

    day, slack, latitude, _, vague, country = side.where
    unknown = np.full_like(latitude, np.nan)
    where = day, slack, unknown, unknown, np.zeros_like(vague), country
    return replace(side, where=where, index=index_of(where, int(country.max(initial=-1)) + 1))
