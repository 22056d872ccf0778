"""What doubles have in common, as learned from pairs that may be doubles."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from riskkit.incidents.linking.comparison import Field, Pairs

__all__ = ["PRIOR", "Doubles", "chances_of_codes"]

PRIOR = 4.0  # pseudo doubles behind each of the expected levels
_POOLED = (4.0, 16.0, 64.0, 256.0, 1024.0)  # doubles that all groups' levels count for in each


@dataclass(frozen=True, eq=False)
class Doubles:
    """Chances of each agreement among doubles (m), and what each pair added to them itself.

    A pair is no evidence of itself: where doubles are few, a chance likeness would else be learned
    as what doubles have in common, and make itself likely.

    Parameters
    ----------
    m : list of arrays
        Chances of each code of each field.
    days : array of float
        Chances of the codes of days.
    bands : array of float, shape (3, bands)
        Chances of the bands of distance, by what is known of the first place.
    behind : tuple of (list of arrays, array, array)
        How many doubles, with those of the prior, are behind each of these chances.
    records : int
        Number of records of b.
    keys : array of int
        The pairs that were learned from, as first * records + second, sorted.
    chance : array of float
        For how much of a double each of them was taken.
    """

    m: list[np.ndarray]
    days: np.ndarray
    bands: np.ndarray
    behind: tuple[list[np.ndarray], np.ndarray, np.ndarray]
    records: int
    keys: np.ndarray
    chance: np.ndarray

    @classmethod
    def learn(
        cls,
        fields: tuple[Field, ...],
        expected: tuple[np.ndarray, np.ndarray],
        pairs: Pairs,
        coded: tuple[np.ndarray, np.ndarray, list[np.ndarray]],
        chance: np.ndarray,
        records: int,
    ) -> Doubles:
        """Learn from some pairs and the chance that each is a double.

        Parameters
        ----------
        fields : tuple of Field
            What was compared.
        expected : tuple of arrays
            Prior chances of the codes of days and of the bands.
        pairs : Pairs
            The pairs.
        coded : tuple of (array, array, list of arrays)
            What is known of the first place of each pair, its code of days, its code in each field.
        chance : array of float
            Their chances.
        records : int
            Number of records of b.
        """
        kind, day, codes = coded
        bands = PRIOR * expected[1]
        np.add.at(bands, (kind, pairs.band), chance)
        days = np.bincount(day, chance, len(expected[0])) + PRIOR * expected[0]
        learned = [
            _among_doubles(np.bincount(code, chance, field.unknown + 1), field)
            for field, code in zip(fields, codes, strict=True)
        ]
        keys = pairs.first.astype(np.int64) * records + pairs.second
        order = np.argsort(keys)
        behind_days, behind_bands = _behind_days(days), bands.sum(axis=1, keepdims=True)
        return cls(
            m=[m for m, _ in learned],
            days=days / behind_days,
            bands=bands / behind_bands,
            behind=([behind for _, behind in learned], behind_days, behind_bands[:, 0]),
            records=records,
            keys=keys[order],
            chance=chance[order],
        )

    def chances(
        self, pairs: Pairs, kind: np.ndarray, day: np.ndarray, codes: list[np.ndarray]
    ) -> np.ndarray:
        """Give the chance that doubles lie and agree as each pair does, learned from the others.

        What a pair adds to the levels of all groups stays: it is next to nothing in any of them.
        """
        behind, behind_days, behind_bands = self.behind
        result = self.days[day] * self.bands[kind, pairs.band]
        for m, code in zip(self.m, codes, strict=True):
            result *= m[code]
        own = self._own(pairs)
        some = np.flatnonzero(own)
        own, kind, day, band = own[some], kind[some], day[some], pairs.band[some]
        result[some] *= _less(self.days[day], behind_days[day], own)
        result[some] *= _less(self.bands[kind, band], behind_bands[kind], own)
        for m, of_m, code in zip(self.m, behind, codes, strict=True):
            result[some] *= _less(m[code[some]], of_m[code[some]], own)
        return result

    def _own(self, pairs: Pairs) -> np.ndarray:
        """Give for how much of a double each pair was taken; 0 where it was not learned from."""
        if not len(self.keys):
            return np.zeros(len(pairs.first))
        key = pairs.first.astype(np.int64) * self.records + pairs.second
        at = np.minimum(np.searchsorted(self.keys, key), len(self.keys) - 1)
        return np.where(self.keys[at] == key, self.chance[at], 0.0)


def chances_of_codes(counts: np.ndarray, field: Field, prior: np.ndarray) -> np.ndarray:
    """Turn counts of codes into chances, one in all in each group; unknown has chance 1."""
    table = (counts[:-1] + prior).reshape(field.groups, -1)
    return np.append((table / table.sum(axis=1, keepdims=True)).ravel(), 1.0)


def _among_doubles(counts: np.ndarray, field: Field) -> tuple[np.ndarray, np.ndarray]:
    """Give the chances of codes among doubles, and how many doubles are behind each."""
    table, levels, firm = counts[:-1].reshape(field.groups, -1), np.array(field.expected), PRIOR
    if field.alike:
        levels = table.sum(axis=0) + PRIOR * levels
        levels /= levels.sum()
        firm = _pooling(table, levels)
    behind = np.repeat(table.sum(axis=1) + firm, len(field.levels))
    m = chances_of_codes(counts, field, np.tile(firm * levels, field.groups))
    return m, np.append(behind, np.inf)


def _pooling(table: np.ndarray, levels: np.ndarray) -> float:
    """Choose how many doubles the levels of all groups count for in each, as fits best.

    By the likelihood of the groups' counts under the Dirichlet-multinomial law: the less groups
    differ by more than chance, the more they learn from each other.
    """
    from scipy.special import gammaln

    table = table[table.sum(axis=1) > 0]

    def likelihood(firm: float) -> float:
        of_groups = gammaln(firm) - gammaln(table.sum(axis=1) + firm)
        of_levels = gammaln(table + firm * levels) - gammaln(firm * levels)
        return float(of_groups.sum() + of_levels.sum())

    return max(_POOLED, key=likelihood)


def _behind_days(counts: np.ndarray) -> np.ndarray:
    """Give how many doubles are behind each code of days: days, weeks in quarters, months so."""
    parts = np.split(counts, [len(counts) - 8, len(counts) - 4])
    return np.concatenate([np.full(len(part), part.sum()) for part in parts])


def _less(chance: np.ndarray, behind: np.ndarray, own: np.ndarray) -> np.ndarray:
    """Give the factor by which a chance falls without the pair's own part of a double."""
    return np.maximum(1 - own / (chance * behind), 1e-3) / (1 - own / behind)
