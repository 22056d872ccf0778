"""What each region's own counts say about its latest level, under every walk and dispersion."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from riskkit.frequency.series import Series
from riskkit.frequency.walks import Walks

__all__ = ["Levels", "latest_levels", "log_marginals"]

_POINTS = 512
# Regions are independent here and each is done by one thread: the numbers don't depend on this.
_THREADS = 2


@dataclass(frozen=True, eq=False)
class Levels:
    """Likelihood of the log level on grids, by region and pair of walk and dispersion.

    Parameters
    ----------
    values : ndarray, shape (regions, pairs, points)
        Likelihood, its maximum being one.
    log_scale, first, step : ndarray, shape (regions, pairs)
        Logarithm of what was divided by; the grid's first log rate and its step.
    size : ndarray of int, shape (regions, pairs)
        Number of points in use.
    """

    values: np.ndarray
    log_scale: np.ndarray
    first: np.ndarray
    step: np.ndarray
    size: np.ndarray


def _each(work: Callable[[int], object], regions: int) -> None:
    if regions < 4:
        for region in range(regions):
            work(region)
    else:
        with ThreadPoolExecutor(_THREADS) as pool:
            list(pool.map(work, range(regions)))


def latest_levels(data: Series, pairs: Walks, reach: float) -> Levels:
    """Filter the counts of every region under every pair.

    Parameters
    ----------
    data : Series
        Counts and what was exposed.
    pairs : Walks
        Walks and dispersions.
    reach : float
        How far a level strays while nobody watches, as `FrequencyModel` says.

    Returns
    -------
    Levels
    """
    from riskkit.kernels.level_filter import level_likelihoods

    regions, periods = data.counts.shape
    shape = (regions, len(pairs.dispersions), len(pairs.steps))
    values: list[np.ndarray] = [np.empty(0)] * regions
    log_scale, first, step = np.empty(shape), np.empty(shape), np.empty(shape)
    size = np.empty(shape, dtype=np.int64)

    def work(region: int) -> None:
        seen = data.exposed[region] > 0
        both = np.column_stack([data.counts[region, seen], data.exposed[region, seen]])
        distinct, which, times = np.unique(both, axis=0, return_inverse=True, return_counts=True)
        index = np.full(periods, -1)
        index[seen] = which.ravel()
        found, log_scale[region], first[region], step[region], size[region] = level_likelihoods(
            np.ascontiguousarray(distinct[:, 0]),
            np.ascontiguousarray(distinct[:, 1]),
            index,
            times.astype(float),
            data.break_sd[region] ** 2,
            reach,
            pairs.steps,
            pairs.chances,
            pairs.dispersions,
            _POINTS,
        )
        values[region] = found[:, :, : size[region].max()]

    _each(work, regions)
    most = int(size.max())
    packed = np.zeros((*shape, most))
    for region, found in enumerate(values):
        packed[region, :, :, : found.shape[2]] = found
    return Levels(
        packed.reshape(regions, -1, most),
        log_scale.reshape(regions, -1),
        first.reshape(regions, -1),
        step.reshape(regions, -1),
        size.reshape(regions, -1),
    )


def log_marginals(levels: Levels, shapes: np.ndarray, means: np.ndarray) -> np.ndarray:
    """Give log p(a region's counts | pair, gamma prior of its level).

    Parameters
    ----------
    levels : Levels
        Likelihoods.
    shapes, means : ndarray, shape (priors,)
        Of the gamma priors.

    Returns
    -------
    ndarray, shape (priors, regions, pairs)
    """
    from riskkit.kernels import level_prior

    regions, pairs = levels.size.shape
    out = np.empty((regions, len(shapes), pairs))

    def work(region: int) -> None:
        level_prior.log_marginals(
            levels.values[region],
            levels.log_scale[region],
            levels.first[region],
            levels.step[region],
            levels.size[region],
            shapes,
            means,
            out[region],
        )

    _each(work, regions)
    return np.ascontiguousarray(out.transpose(1, 0, 2))
