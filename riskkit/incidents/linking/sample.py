"""Which records and pairs the model of doubles is learned from."""

import numpy as np

from riskkit.incidents.linking.comparison import Pairs, Side
from riskkit.incidents.linking.linkage import Window

__all__ = ["facing", "strangers"]

_SAMPLE = 400_000  # pairs that the model is learned from
_STRANGERS = 20_000  # pairs outside the window that are looked for
_PROBES = 2000  # records by which the number of pairs is foretold


def facing(
    a: Side, b: Side, window: Window, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Give the records of a and of b to learn from: whole stretches of time, about so many pairs.

    Stretches and not single records: whoever competes for the same double must be there too.
    """
    from riskkit.kernels.near import count_near

    day_a, day_b = a.where[0], b.where[0]
    both = max(day_a[0], day_b[0]) - window.days, min(day_a[-1], day_b[-1]) + window.days
    opposite = np.flatnonzero((day_a >= both[0]) & (day_a <= both[1]))
    probe = np.sort(rng.choice(opposite, min(len(opposite), _PROBES), replace=False))
    counts = count_near(a.where, b.index, probe, -1, window.days, window.edges)
    wanted = int(_SAMPLE / max(counts.mean(), 0.01)) if len(probe) else 0
    bounds = [both]
    if wanted < len(opposite):
        runs = 40
        starts = np.linspace(0, len(opposite) - wanted // runs - 1, runs).astype(int)
        bounds = [
            (day_a[opposite[start]], day_a[opposite[start + wanted // runs]]) for start in starts
        ]
    inside = [np.zeros(len(days), dtype=bool) for days in (day_a, day_b)]
    for days, chosen in zip((day_a, day_b), inside, strict=True):
        for first, last in bounds:
            chosen[np.searchsorted(days, first) : np.searchsorted(days, last, side="right")] = True
    return np.flatnonzero(inside[0]), np.flatnonzero(inside[1])


def strangers(
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
