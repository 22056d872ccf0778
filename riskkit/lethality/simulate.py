"""Deaths and the deadliest event of given numbers of attacks."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from riskkit.kernels.pareto import log_survival, quantile

__all__ = ["simulate_region"]

Array = NDArray[np.float64]
Whole = NDArray[np.int64]

# With more tail events than this in one cell, the first tolls of the tail are counted by
# binomials and only what lies beyond is drawn one by one.
MANY = 512
COUNTED = 256
CHUNK = 2_000_000


def simulate_region(
    attacks: Whole,
    body: Array,
    reach: Array,
    shape: Array,
    scale: Array,
    *,
    least: int,
    threshold: int,
    largest: int,
    rng: np.random.Generator,
) -> tuple[Whole, Whole]:
    """Draw total deaths and the deadliest event of one region, exactly.

    Attacks are shared out among the tolls by binomials, so that the cost depends on the number
    of cells and of tail events, not of attacks.

    Parameters
    ----------
    attacks : array of int, shape (draws, futures)
        Number of attacks.
    body : array of float, shape (draws, tolls)
        Chance of each toll from `least` to ``threshold - 1``.
    reach, shape, scale : array of float, shape (draws,)
        Chance to reach the threshold, and the tail from there.
    least, threshold, largest : int
        Smallest toll, start of the tail, bound on one event.
    rng : numpy.random.Generator
        The region's stream.

    Returns
    -------
    tuple of arrays of int, shape (draws, futures)
        Deaths and the deadliest event; 0 where there is no attack.
    """
    futures = attacks.shape[1]
    at = np.flatnonzero(attacks)
    row = at // futures
    left = attacks.ravel()[at]
    deaths, worst = np.zeros(len(at), dtype=np.int64), np.zeros(len(at), dtype=np.int64)
    events = rng.binomial(left, reach[row])
    left = left - events
    remaining = 1 - reach
    active = np.flatnonzero(left)
    for column in range(body.shape[1]):
        if column == body.shape[1] - 1:
            share = np.ones(len(reach))
        else:
            share = np.clip(body[:, column] / np.maximum(remaining, 1e-300), 0.0, 1.0)
        hits = rng.binomial(left[active], share[row[active]])
        toll = least + column
        deaths[active] += toll * hits
        worst[active] = np.where(hits > 0, toll, worst[active])
        left[active] -= hits
        active = active[left[active] > 0]
        remaining = remaining - body[:, column]
    _add_tail(deaths, worst, events, shape[row], scale[row], threshold, largest, rng)
    return _spread(deaths, at, attacks.shape), _spread(worst, at, attacks.shape)


def _add_tail(
    deaths: Whole,
    worst: Whole,
    events: Whole,
    shape: Array,
    scale: Array,
    threshold: int,
    largest: int,
    rng: np.random.Generator,
) -> None:
    """Add the tail events to the totals and to the deadliest, in place."""
    start = np.full(len(events), float(threshold))
    scale = scale.copy()
    many = np.flatnonzero(events > MANY)
    for toll in range(threshold, threshold + COUNTED) if len(many) else ():
        stay = np.exp(log_survival(toll + 1, toll, shape[many], scale[many]))
        hits = rng.binomial(events[many], 1 - stay)
        counted = min(toll, largest)
        deaths[many] += counted * hits
        worst[many] = np.where(hits > 0, counted, worst[many])
        events[many] -= hits
        # What is left exceeds the next toll by a generalised Pareto of the same shape.
        scale[many] += shape[many]
        start[many] += 1
    busy = np.flatnonzero(events)
    ends = np.cumsum(events[busy])
    first = 0
    while first < len(busy):
        taken = ends[first - 1] if first else 0
        last = max(int(np.searchsorted(ends, taken + CHUNK, side="right")), first + 1)
        cell = busy[first:last]
        cuts = np.concatenate([[0], ends[first:last] - taken])
        who = np.repeat(cell, events[cell])
        upper = 1.0 - rng.random(len(who))
        tolls = quantile(upper, start[who], shape[who], scale[who], largest).astype(np.int64)
        deaths[cell] += np.add.reduceat(tolls, cuts[:-1])
        worst[cell] = np.maximum(worst[cell], np.maximum.reduceat(tolls, cuts[:-1]))
        first = last


def _spread(values: Whole, at: NDArray[np.intp], shape: tuple[int, ...]) -> Whole:
    whole = np.zeros(shape, dtype=np.int64)
    whole.ravel()[at] = values
    return whole
