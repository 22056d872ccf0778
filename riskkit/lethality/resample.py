"""Replicates of a fitted power-law tail: from its data, and from its law."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from riskkit.kernels.streams import stream
from riskkit.lethality.distributions.sample import distinct

__all__ = [
    "Goodness",
    "Histogram",
    "Replicates",
    "bootstrap",
    "fit_histogram",
    "in_blocks",
    "resamples",
    "semiparametric",
]

Array = NDArray[np.float64]
Whole = NDArray[np.int64]

# Replicates share streams in blocks, so that the numbers don't depend on the number of workers.
BLOCK = 50
# Tails of more events than this are drawn as counts of values rather than one by one.
MANY = 100_000


@dataclass(frozen=True, eq=False)
class Histogram:
    """Distinct values, ascending, and how often each occurs; zeros are counted apart.

    Parameters
    ----------
    values : array of int
        Positive.
    counts : array of int
        How often each occurs.
    zeros : int
        Events without deaths.
    """

    values: Whole
    counts: Whole
    zeros: int = 0

    @classmethod
    def of(cls, deaths: ArrayLike, weights: ArrayLike | None) -> Histogram:
        """Check tolls and their weights and count them."""
        tolls, times = distinct(deaths, weights, "deaths", whole=True)
        values, counts = tolls.astype(np.int64), times.astype(np.int64)
        positive = values > 0
        return cls(values[positive], counts[positive], int(counts[~positive].sum()))

    def above(self, xmin: int) -> tuple[Whole, Whole]:
        """Distinct values from xmin on, and how often each occurs."""
        inside = self.values >= xmin
        return self.values[inside], self.counts[inside]

    @property
    def events(self) -> int:
        """All events, those without deaths too."""
        return int(self.counts.sum()) + self.zeros


@dataclass(frozen=True)
class Goodness:
    """How a power law stands against samples of itself.

    Parameters
    ----------
    p_value : float
        Share of samples of the law that lie as far from it, or farther. Small: no power law.
    distance : float
        Kolmogorov-Smirnov distance of the data.
    replicates : int
        Samples.
    """

    p_value: float
    distance: float
    replicates: int


@dataclass(frozen=True, eq=False)
class Replicates:
    """Fits of replicates.

    Parameters
    ----------
    xmin, alpha, n_tail, distance : array of float, shape (replicates,)
        As fitted to each.
    reached : array of float, shape (replicates, values)
        Share of all events that reach each value asked for, by the replicate's body and tail.
    """

    xmin: Array
    alpha: Array
    n_tail: Array
    distance: Array
    reached: Array


def bootstrap(
    data: Histogram,
    xmin: int | None,
    replicates: int,
    seed: int,
    n_jobs: int,
    at_least: ArrayLike = (),
) -> Replicates:
    """Fit resamples of the data, all events with replacement.

    Parameters
    ----------
    data : Histogram
        The data.
    xmin : int or None
        Fixed, or chosen again in every resample.
    replicates : int
        Number of resamples.
    seed : int
        Of the streams.
    n_jobs : int
        Workers; the numbers don't depend on it.
    at_least : array of float, shape (values,)
        Values whose chances `Replicates.reached` gives.

    Returns
    -------
    Replicates
    """
    from riskkit.kernels import zeta

    asked = np.atleast_1d(np.asarray(at_least, dtype=float))

    def block(rng: np.random.Generator, size: int) -> Array:
        out = np.zeros((size, 4 + len(asked)))
        for i, (values, times) in enumerate(resamples(data, rng, size)):
            start, alpha, far = fit_histogram(values, times, xmin)
            n_tail = times[values >= start].sum()
            out[i, :4] = start, alpha, n_tail, far
            for at, x in enumerate(asked, 4):
                if x <= start:
                    out[i, at] = times[values >= x].sum() / data.events
                elif n_tail:
                    out[i, at] = n_tail * zeta.survival(x, alpha, float(start)) / data.events
        return out

    return _replicates(in_blocks(block, replicates, seed, "bootstrap", n_jobs))


def resamples(
    data: Histogram, rng: np.random.Generator, size: int
) -> Iterator[tuple[Whole, Array]]:
    """Draw all events again, with replacement: distinct values and counts of each resample."""
    share = np.append(data.counts, data.zeros) / data.events
    for counts in rng.multinomial(data.events, share, size)[:, :-1]:
        seen = counts > 0
        yield data.values[seen], counts[seen].astype(float)


def semiparametric(
    data: Histogram,
    xmin: int,
    alpha: float,
    fixed: bool,
    replicates: int,
    seed: int,
    n_jobs: int,
) -> Replicates:
    """Fit samples of the law above xmin and of the data below it.

    Parameters
    ----------
    data : Histogram
        The data.
    xmin : int
        Where the law starts.
    alpha : float
        Exponent of the law.
    fixed : bool
        Whether xmin is kept; otherwise it is chosen again in every sample.
    replicates : int
        Number of samples.
    seed : int
        Of the streams.
    n_jobs : int
        Workers; the numbers don't depend on it.

    Returns
    -------
    Replicates
    """
    from riskkit.kernels import zeta

    at = int(np.searchsorted(data.values, xmin))
    events = int(data.counts.sum())
    body, below = data.values[:at], data.counts[:at]
    table = zeta.survival_table(alpha, xmin)

    def block(rng: np.random.Generator, size: int) -> Array:
        out = np.empty((size, 4))
        share = 1 - below.sum() / events
        tails = rng.binomial(events, share, size)
        # A sample without a tail has no distance from the law: it is drawn again.
        while (empty := tails == 0).any():
            tails[empty] = rng.binomial(events, share, empty.sum())
        for i, tail in enumerate(tails):
            mix = below / below.sum() if at else np.zeros(0)
            counts = rng.multinomial(events - tail, mix).astype(float) if at else np.zeros(0)
            if tail <= MANY and not fixed:
                drawn = zeta.draw(1.0 - rng.random(tail), alpha, xmin, table)
                out[i] = zeta.scan_sample(body, counts, drawn)
            else:
                values, times = _many(tail, alpha, xmin, table, rng)
                values = np.concatenate([body, values])
                times = np.concatenate([counts, times])
                start, steep, far = fit_histogram(
                    values[times > 0], times[times > 0], xmin if fixed else None
                )
                out[i] = start, steep, times[values >= start].sum(), far
        return out

    return _replicates(in_blocks(block, replicates, seed, "goodness", n_jobs))


def _many(
    tail: int, alpha: float, xmin: int, table: Array, rng: np.random.Generator
) -> tuple[Whole, Array]:
    """Draw a tail as counts: a multinomial over the first values, the few beyond one by one."""
    from riskkit.kernels import zeta

    # Next to zero, where floats lose digits, survivals are not quite sorted.
    counts = rng.multinomial(tail, np.append(np.maximum(-np.diff(table), 0.0), table[-1]))
    beyond = zeta.draw(table[-1] * (1.0 - rng.random(counts[-1])), alpha, xmin, table)
    far, times = np.unique(beyond, return_counts=True)
    values = np.concatenate([xmin + np.arange(len(table) - 1), far])
    return values, np.concatenate([counts[:-1], times]).astype(float)


def fit_histogram(values: Whole, counts: Array, xmin: int | None) -> tuple[int, float, float]:
    """Fit a power law to distinct values, with xmin chosen or given.

    Parameters
    ----------
    values : array of int
        Distinct positive values, ascending.
    counts : array of float
        How often each occurs.
    xmin : int or None
        Where the tail starts, or None to choose it.

    Returns
    -------
    tuple of int, float, float
        xmin, exponent, distance; not a number where nothing reaches a given xmin.
    """
    from riskkit.kernels import zeta

    if not len(values):
        return xmin or 1, np.nan, np.nan
    if xmin is None:
        at, alpha, far = zeta.scan(values, counts)
        return int(values[at]), alpha, far
    inside = values >= xmin
    tail, times = values[inside], counts[inside]
    if not len(tail):
        return xmin, np.nan, np.nan
    alpha = zeta.fit_alpha(float(times @ np.log(tail / xmin) / times.sum()), float(xmin))
    if tail[0] > xmin:
        tail, times = np.append(xmin, tail), np.append(0.0, times)
    above = np.append(times[::-1].cumsum()[::-1], 0.0)
    return xmin, alpha, zeta.distance(tail, np.log(tail), above, 0, alpha, np.inf)


def _replicates(rows: Array) -> Replicates:
    xmin, alpha, n_tail, distance = rows[:, :4].T
    return Replicates(xmin, alpha, n_tail, distance, rows[:, 4:])


def in_blocks(
    block: Callable[[np.random.Generator, int], Array],
    replicates: int,
    seed: int,
    name: str,
    n_jobs: int,
    progress: bool = False,
) -> Array:
    """Make replicates in blocks, each with a stream of its own.

    Parameters
    ----------
    block : callable
        Takes a generator and how many replicates; gives a row for each.
    replicates : int
        How many in all.
    seed : int
        Of the streams.
    name : str
        Of the streams, and of the bar.
    n_jobs : int
        Workers; the numbers don't depend on it.
    progress : bool
        Whether to show a bar on stderr.

    Returns
    -------
    array of float
        The rows of all blocks, in order.
    """
    from joblib import Parallel, delayed
    from tqdm import tqdm

    if replicates < 1:
        raise ValueError(f"replicates is {replicates}; accepted: 1 or more")
    sizes = [min(BLOCK, replicates - first) for first in range(0, replicates, BLOCK)]
    jobs = (
        delayed(block)(stream(seed, "tail", name, str(number)), size)
        for number, size in enumerate(sizes)
    )
    done = Parallel(n_jobs=n_jobs, return_as="generator")(jobs)
    return np.concatenate(list(tqdm(done, desc=name, total=len(sizes), disable=not progress)))
