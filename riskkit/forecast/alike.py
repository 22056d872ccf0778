"""Past stretches that looked like now: which they are, and how much each weighs."""

from dataclasses import dataclass

import numpy as np

__all__ = ["Alike", "fading_mean", "since_event"]

# Widths of the kernel in log level, log long-run level, log months since an event, unsteadiness.
_WIDTHS = np.array([0.4, 0.5, 0.5, 0.5])
_CAP = 120
_FEWEST = 50
_FIRST = 24


def fading_mean(counts: np.ndarray, half_life: float) -> np.ndarray:
    """Give the mean of what was watched so far, older periods counting less, at each period."""
    keep = 0.5 ** (1 / half_life)
    total, weight = np.zeros(len(counts)), np.zeros(len(counts))
    means = np.zeros(counts.shape)
    for t in range(counts.shape[1]):
        seen = ~np.isnan(counts[:, t])
        total = keep * total + np.where(seen, counts[:, t], 0.0)
        weight = keep * weight + seen
        means[:, t] = np.divide(total, weight, out=np.zeros(len(counts)), where=weight > 0)
    return means


def since_event(counts: np.ndarray) -> np.ndarray:
    """Give the periods since the last count above zero, at each period, 120 at most."""
    since, waited = np.empty(counts.shape), np.full(len(counts), float(_CAP))
    for t, value in enumerate(counts.T):
        waited = np.where(value > 0, 0.0, np.minimum(waited + 1, _CAP))
        since[:, t] = waited
    return since


@dataclass(frozen=True, eq=False)
class Alike:
    """What followed, from every region and period, and how each looked then.

    Parameters
    ----------
    futures : ndarray, shape (stretches, horizon)
        Counts that followed.
    region, end : ndarray of int, shape (stretches,)
        Whose, and the place of the last period before them.
    looks : ndarray, shape (stretches, features)
        Log level, log long-run level, log periods since an event, mean change of the log count,
        each in widths of the kernel.
    now : ndarray, shape (regions, features)
        The same at the end of the record.
    growth : ndarray, shape (regions,)
        Geometric level of each region now, plus 1.
    before : ndarray, shape (stretches,)
        The same of each stretch.
    age : ndarray, shape (stretches,)
        Half-lives since.
    own : float
        How many times a region's own past counts.
    """

    futures: np.ndarray
    region: np.ndarray
    end: np.ndarray
    looks: np.ndarray
    now: np.ndarray
    growth: np.ndarray
    before: np.ndarray
    age: np.ndarray
    own: float

    @classmethod
    def of(
        cls,
        counts: np.ndarray,
        horizon: int,
        *,
        half_life: float = 2.0,
        long_half_life: float = 8.0,
        own: float = 10.0,
        fade: float = 120.0,
    ) -> "Alike":
        """Look at counts (regions, periods); a future that was not wholly watched is left out."""
        logs = np.log1p(counts)
        level, long = fading_mean(logs, half_life), fading_mean(logs, long_half_life)
        change = np.zeros(counts.shape)
        change[:, 1:] = np.abs(np.diff(logs, axis=1))
        unsteady = fading_mean(change, long_half_life)
        looks = np.stack([level, long, np.log1p(since_event(counts)), unsteady], axis=-1) / _WIDTHS
        periods = counts.shape[1]
        first = min(_FIRST, max(periods - horizon - 1, 0))
        when = np.arange(first, max(periods - horizon, first))
        ahead = [counts[:, when + step].reshape(-1) for step in range(1, horizon + 1)]
        futures = np.stack(ahead, axis=-1)
        usable = ~np.isnan(futures).any(axis=1)
        region = np.repeat(np.arange(len(counts)), len(when))[usable]
        end = np.tile(when, len(counts))[usable]
        return cls(
            futures[usable],
            region,
            end,
            looks[region, end],
            looks[:, -1],
            np.exp(level[:, -1]),
            np.exp(level[region, end]),
            (periods - 1 - end) / fade,
            own,
        )

    def weights(self, region: int) -> np.ndarray:
        """Weigh the stretches for a region: by likeness, ever wider until enough carry it."""
        distance = ((self.looks - self.now[region]) ** 2).sum(axis=1)
        distance -= distance.min()
        recent = 0.5**self.age
        width = 1.0
        while True:
            weights = recent * np.exp(-0.5 * distance / width**2)
            if width > 16 or weights.sum() ** 2 / (weights**2).sum() >= _FEWEST:
                break
            width *= 1.5
        weights = weights * np.where(self.region == region, self.own, 1.0)
        return np.asarray(weights / weights.sum())

    def paths(self, region: int, levels: np.ndarray) -> np.ndarray:
        """Carry over what followed, in proportion to the level: (levels, horizon), unrounded.

        The levels are places in the sum of the weights, in the order of the stretches.
        """
        if not len(self.futures):
            return np.zeros((len(levels), self.futures.shape[1]))
        share = np.cumsum(self.weights(region))
        picked = np.minimum(np.searchsorted(share, levels), len(share) - 1)
        ratio = self.growth[region] / self.before[picked]
        return np.asarray(self.futures[picked] * ratio[:, None])

    def shares(self, region: int, shape: tuple[int, ...]) -> np.ndarray:
        """Give the weight of each count (regions, periods) that stretches hold, adding up to 1."""
        found = np.zeros(shape)
        if len(self.futures):
            weights = self.weights(region) / self.futures.shape[1]
            for step in range(1, self.futures.shape[1] + 1):
                np.add.at(found, (self.region, self.end + step), weights)
        return found
