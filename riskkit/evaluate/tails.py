"""The tails of forecasts, and how much of them adaptive conformal bounds leave out."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from riskkit.evaluate.scoring import TAILS
from riskkit.kernels import conformal as kernel
from riskkit.kernels.scores import interval_score

__all__ = [
    "SIDES", "asked", "bound", "categories", "group_names", "groups_of", "stored", "waiting",
    "walk",
]  # fmt: skip

SIDES = ("below", "above")


def group_names(edges: Sequence[int]) -> list[str]:
    """Name the groups of regions between edges of their recent count.

    Examples
    --------
    >>> group_names((1, 12))
    ['0', '1 to 11', '12 or more']
    """
    starts = [0, *edges]
    if list(starts) != sorted(set(starts)) or any(int(edge) != edge for edge in edges):
        raise ValueError(f"groups is {tuple(edges)}; accepted: rising whole numbers above 0")
    names = [
        str(first) if after - first == 1 else f"{first} to {after - 1}"
        for first, after in itertools.pairwise(starts)
    ]
    return [*names, f"{starts[-1]} or more"]


def groups_of(recent: np.ndarray, edges: Sequence[int]) -> np.ndarray:
    """Number the group of each recent count."""
    return np.searchsorted(np.asarray(edges, float), recent, side="right")


def walk(
    cells: pd.DataFrame,
    bounds: np.ndarray,
    recent: pd.DataFrame,
    *,
    origins: Sequence[pd.Period],
    wait: int,
    level: float,
    rate: float,
    edges: Sequence[int],
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Adjust the bounds of one model's forecasts, each from outcomes known at its origin.

    Parameters
    ----------
    cells : pandas.DataFrame
        Scores of one model and target.
    bounds : ndarray of int, shape (cells, 2, tails)
        As in `Backtest.bounds`.
    recent : pandas.DataFrame
        Region x origin, for the groups.
    origins : sequence of pandas.Period
        In order.
    wait : int
        Periods from an origin until its outcome is known: horizon and delay.
    level, rate : float
        Of the intervals; of learning.
    edges : sequence of int
        Of the groups.

    Returns
    -------
    cells : pandas.DataFrame
        Bounds, hits and interval scores, before and after.
    steps : pandas.DataFrame
        A row an origin, group and side.
    """
    target = (1 - level) / 2
    names = group_names(edges)
    at = (
        recent.index.get_indexer(pd.Index(cells["region"])),
        recent.columns.get_indexer(pd.Index(cells["origin"])),
    )
    group = groups_of(recent.to_numpy()[at], edges)
    before, after = (_Sides.empty(len(cells)) for _ in range(2))
    steps = pd.DataFrame({name: [] for name in ("group", "side", "known", "missed")})
    rows_of: list[dict[str, object]] = []
    of_origin = cells["origin"].to_numpy()
    for origin in origins:
        known = steps[np.array([when <= origin for when in steps["known"]], bool)]
        for number, name in enumerate(names):
            rows = np.flatnonzero((of_origin == origin) & (group == number))
            if not len(rows):
                continue
            some = cells.iloc[rows]
            for side, which in enumerate(SIDES):
                own = known[(known["group"] == name) & (known["side"] == which)]
                share = asked(own, target, rate)
                before.fill(some, bounds[rows, side], stored(target), rows, side)
                missed = after.fill(some, bounds[rows, side], share, rows, side)
                rows_of.append(
                    {
                        "origin": origin,
                        "group": name,
                        "side": which,
                        "known": origin + wait,
                        "share": share,
                        "missed": missed,
                        "n": len(rows),
                    }
                )
        steps = pd.DataFrame(rows_of)
    table = cells[["region", "origin", "period", "observed", "estimate"]].assign(
        group=categories(group, names)
    )
    for prefix, sides in (("", before), ("adjusted_", after)):
        lower, upper = np.minimum(sides.bound[:, 0], sides.bound[:, 1]), sides.bound[:, 1]
        table[f"{prefix}lower"], table[f"{prefix}upper"] = lower, upper
        table[f"{prefix}hit"] = np.clip(1 - sides.missed.sum(axis=1), 0, 1)
        table[f"{prefix}interval_score"] = interval_score(cells["observed"], lower, upper, level)
    return table, steps


@dataclass(frozen=True, eq=False)
class _Sides:
    """Bounds and what they missed, by cell and side."""

    bound: np.ndarray
    missed: np.ndarray

    @classmethod
    def empty(cls, cells: int) -> "_Sides":
        return cls(np.empty((cells, 2)), np.empty((cells, 2)))

    def fill(
        self, cells: pd.DataFrame, kept: np.ndarray, share: float, rows: np.ndarray, side: int
    ) -> float:
        """Write one side of some rows, and give the mean of what it missed."""
        y, above, below, largest, draws = (
            cells[name].to_numpy(float)
            for name in ("observed", "above", "below", "largest", "draws")
        )
        self.bound[rows, side] = bound(kept, largest, draws, share, side)
        part = (
            kernel.missed_above(y, above, below, largest, draws, share)
            if side
            else kernel.missed_below(y, above, below, draws, share)
        )
        self.missed[rows, side] = part
        return float(part.mean())


def waiting(origins: Sequence[pd.Period], wait: int) -> int:
    """Count the most later forecasts that were made before the outcome of one was known."""
    at = np.array([origin.ordinal for origin in origins])
    return max(int(((at > o) & (at < o + wait)).sum()) for o in at)


def categories(group: np.ndarray, names: list[str]) -> pd.Categorical:
    """Name groups by their numbers, in order."""
    return pd.Categorical(np.asarray(names, object)[group], categories=names, ordered=True)


def asked(steps: pd.DataFrame, target: float, rate: float) -> float:
    """Give the share that a bound is to leave out, after these steps of one group and side."""
    state = target + rate * float((target - steps["missed"]).sum())
    return stored(float(kernel.share_asked(state, target)))


def stored(share: float) -> float:
    """Round a share down to one whose bounds were kept; smaller ones are told by the largest."""
    if share < TAILS[0] or share >= 1:
        return share
    return float(TAILS[np.searchsorted(TAILS, share + 1e-12) - 1])


def bound(
    kept: np.ndarray, largest: np.ndarray, draws: np.ndarray, share: float, side: int
) -> np.ndarray:
    """Give the lower (side 0) or upper bound that leaves out a share, as whole numbers or inf."""
    if share >= 1:
        return np.asarray(kept[:, -1], float)
    told = kept[:, max(int(np.searchsorted(TAILS, share + 1e-12)) - 1, 0)].astype(float)
    if side == 0:
        return np.where(share < TAILS[0], 0.0, told)
    enough = share * (draws + 1) >= 1 - 1e-9
    beyond = kernel.upper_beyond(largest, draws, share)
    return np.where(enough, largest if share < TAILS[0] else told, beyond)
