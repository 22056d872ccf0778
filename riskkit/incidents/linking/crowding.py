"""How many unrelated records of the other table to expect around a record."""

import os
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from riskkit.incidents.linking.comparison import Side

__all__ = ["crowding"]

_LOOKS = 50  # records looked at in a stretch of time; more tell little more
_FAR = 730  # days on either side in which a place's usual crowding is counted
_LEARNERS = 20_000  # records that the weights of the counts are learned from
_OWN = (0.1, 0.3, 1.0)  # hits that stand behind the general rate
_SHAPE = (1.0, 3.0, 10.0, 30.0, 100.0, 1000.0)  # hits that stand behind the general distances
_STEADY = (1.0, 3.0, 10.0, 30.0, 100.0, 1000.0)  # hits that stand behind the usual rate


def crowding(a: Side, b: Side, rows: np.ndarray, days: int, edges: np.ndarray) -> np.ndarray:
    """Estimate how many unrelated records of b lie around some of a, by band and day.

    Counted in the weeks before and after the window and in the two years around, which hold no
    doubles. The counts are small, so that each is drawn toward what is known more generally:
    the place's rate toward that of all places, its distances toward those of all, the rate of
    these weeks toward that of the two years. How far is learned: as predicts best the counts of
    one stretch of time from those of the others.

    Parameters
    ----------
    a, b : Side
        The two tables.
    rows : array of int
        Records of a.
    days : int
        Half the window in which doubles are looked for.
    edges : array of float
        Bounds of the bands of distance in km.

    Returns
    -------
    array of float, shape (rows, bands + 2)
    """
    from riskkit.kernels.near import by_place, surroundings

    edge = max(3 * days, days + 10)
    hits = np.empty((3, len(rows), len(edges) + 2), np.float32)
    spans = np.empty((3, len(rows)), np.float32)

    def look(part: np.ndarray) -> None:
        hits[:, part], spans[:, part] = surroundings(
            a.where, b.index, rows[part], days, edge, edge + _FAR, edges, _LOOKS
        )

    with ThreadPoolExecutor(os.cpu_count()) as threads:
        list(threads.map(look, by_place(a.where, rows)))
    bands, lost = len(edges), np.isnan(a.where[2][rows])
    rates = np.full((len(rows), bands + 2), 1e-12)
    for chosen, columns in (
        (~lost, slice(0, bands)),
        (~lost, slice(bands, bands + 1)),
        (~lost, slice(bands + 1, bands + 2)),
        (lost, slice(bands + 1, bands + 2)),
    ):
        which = np.flatnonzero(chosen)
        if len(which):
            rates[which, columns] = _rates(hits[:, which, columns], spans[:, which])
    return rates


def _rates(hits: np.ndarray, spans: np.ndarray) -> np.ndarray:
    """Give records a day from hits (3, records, bands) and days looked at (3, records)."""
    before, after, far = hits.astype(float)
    # Half a hit in all: nobody is known to be alone for ever.
    mean = (hits.sum(dtype=float) + 0.5) / max(spans.sum(dtype=float), float(spans.shape[1]))
    shape = hits.sum(axis=(0, 1)) + 0.5
    shape /= shape.sum()
    step = 1 + spans.shape[1] // _LEARNERS

    def usual(seen: np.ndarray, span: np.ndarray, own: float, behind: float) -> np.ndarray:
        total = seen.sum(axis=1, keepdims=True)
        rate = (total + own) / (span[:, None] + own / mean)
        return rate * (seen + behind * shape) / (total + behind)

    def misfit(expected: np.ndarray, found: np.ndarray) -> float:
        expected = np.maximum(expected, 1e-300)
        return float((expected - found * np.log(expected)).sum())

    some = slice(None, None, step)
    soon, span_soon = (before + after)[some], (spans[0] + spans[1])[some]
    ways = [(own, behind) for own in _OWN for behind in (_SHAPE if len(shape) > 1 else (1.0,))]
    own, behind = min(
        ways, key=lambda way: misfit(
            usual(far[some], spans[2][some], *way) * span_soon[:, None], soon
        ),
    )  # fmt: skip
    usually = usual(far[some], spans[2][some], own, behind).sum(axis=1)

    def now(seen: np.ndarray, span: np.ndarray, rate: np.ndarray, steady: float) -> np.ndarray:
        return (steady + seen.sum(axis=1)) / (steady + rate * span)

    def surprise(steady: float) -> float:
        total = 0.0
        for seen, span, then, days in (
            (before, spans[0], after, spans[1]),
            (after, spans[1], before, spans[0]),
        ):
            factor = now(seen[some], span[some], usually, steady)
            total += misfit(factor * usually * days[some], then[some].sum(axis=1))
        return total

    steady = min(_STEADY, key=surprise)
    rate = usual(far, spans[2], own, behind).sum(axis=1)
    factor = now(before + after, spans[0] + spans[1], rate, steady)
    # The distances are those of all times.
    everything = usual(hits.sum(axis=0, dtype=float), spans.sum(axis=0), own, behind)
    shares = everything / everything.sum(axis=1, keepdims=True)
    return np.asarray(factor[:, None] * rate[:, None] * shares)
