"""A log level that drifts, seen through negative binomial counts, on a grid of log rates.

The likelihood of everything a region's counts say about its *latest* level,

    f(x) = p(y_1, ..., y_T | x_T = x),

is built in one pass. The walk is symmetric, so running it from the first period with a flat
start, or backwards from x_T, is the same thing: f needs no prior, and any prior of the latest
level is applied afterwards by one weighted sum.

A step of the walk is zero with probability 1 - jump, else Laplace. On a grid a Laplace step is a
two-sided geometric one, whose convolution costs two sweeps whatever its width, and whose variance
can be matched exactly even below the grid's step.
"""

import math

import numba
import numpy as np

_FLOOR = 1e-120


@numba.njit(cache=True, nogil=True, inline="always")
def geometric_ratio(variance: float) -> float:
    """Ratio p of the two-sided geometric law p^|j| whose variance, 2p / (1 - p)^2, is given."""
    if variance <= 0.0:
        return 0.0
    if variance < 1e-6:
        return 0.5 * variance * (1.0 - variance)
    return ((variance + 1.0) - math.sqrt(2.0 * variance + 1.0)) / variance


@numba.njit(cache=True, nogil=True)
def log_pmf_terms(count: float, dispersion: float) -> float:
    """The part of the negative binomial log probability that does not depend on its mean."""
    if dispersion <= 0.0:
        return -math.lgamma(count + 1.0)
    shape = 1.0 / dispersion
    if count < 50.0:  # exact sum: lgamma differences cancel when the shape is large
        total = 0.0
        for j in range(int(count)):
            total += math.log1p(dispersion * j)
        return total - math.lgamma(count + 1.0)
    return (
        math.lgamma(count + shape)
        - math.lgamma(shape)
        + count * math.log(dispersion)
        - math.lgamma(count + 1.0)
    )


@numba.njit(cache=True, nogil=True, inline="always")
def log_kernel(count: float, mean: float, log_mean: float, dispersion: float) -> float:
    """The part of the negative binomial log probability that depends on its mean."""
    if dispersion <= 0.0:
        return count * log_mean - mean
    return count * log_mean - (count + 1.0 / dispersion) * math.log1p(dispersion * mean)


@numba.njit(cache=True, nogil=True)
def static_log_likelihood(
    counts: np.ndarray, exposures: np.ndarray, times: np.ndarray, dispersion: float, x: float
) -> float:
    """Log likelihood of a constant log rate `x`; `times` says how often each pair occurred."""
    total = 0.0
    rate = math.exp(x)
    for d in range(counts.size):
        log_mean = x + math.log(exposures[d])
        total += times[d] * log_kernel(counts[d], rate * exposures[d], log_mean, dispersion)
    return total


@numba.njit(cache=True, nogil=True)
def static_grid(
    counts: np.ndarray,
    exposures: np.ndarray,
    times: np.ndarray,
    dispersion: float,
    low: float,
    high: float,
    points: int,
    depth: float,
) -> tuple[float, float, np.ndarray]:
    """Zoom to where a constant level's log likelihood is within `depth` of its maximum."""
    values = np.empty(points)
    for _ in range(12):
        step = (high - low) / (points - 1)
        best = -np.inf
        for i in range(points):
            values[i] = static_log_likelihood(counts, exposures, times, dispersion, low + i * step)
            best = max(best, values[i])
        first = 0
        while values[first] < best - depth:
            first += 1
        last = points - 1
        while values[last] < best - depth:
            last -= 1
        if last - first + 2 > 0.75 * (points - 1):
            break
        start = low + max(first - 1, 0) * step
        high = low + min(last + 1, points - 1) * step
        low = start
    step = (high - low) / (points - 1)
    for i in range(points):
        values[i] = static_log_likelihood(counts, exposures, times, dispersion, low + i * step)
    return low, step, values


@numba.njit(cache=True, nogil=True)
def walk_step(
    f: np.ndarray,
    swept: np.ndarray,
    jump: np.ndarray,
    variance: np.ndarray,
    row: np.ndarray,
    top: np.ndarray,
) -> None:
    """Convolve each column of `f` with one step, then multiply by the likelihood `row`.

    A step is zero with probability 1 - jump, else two-sided geometric. Beyond both ends `f` goes
    on at its edge value: as a likelihood of the level it is flat where the level is too low to be
    told from zero. The columns are walks that run side by side: each sweep waits for its last
    result, and the processor works on the others meanwhile. `top` takes the maxima.
    """
    n, walks = f.shape
    p, q, stay, run = np.empty(walks), np.empty(walks), np.empty(walks), np.empty(walks)
    for s in range(walks):
        p[s] = geometric_ratio(variance[s])
        q[s] = jump[s] * (1.0 - p[s]) / (1.0 + p[s])
        stay[s] = 1.0 - jump[s] - q[s]
        run[s] = f[0, s] / (1.0 - p[s])
        swept[0, s] = run[s]
        top[s] = 0.0
    for i in range(1, n):
        for s in range(walks):
            run[s] = f[i, s] + p[s] * run[s]
            swept[i, s] = run[s]
    for s in range(walks):
        run[s] = f[n - 1, s] / (1.0 - p[s])
    for i in range(n - 1, -1, -1):
        for s in range(walks):
            run[s] = f[i, s] + p[s] * run[s]
            value = (stay[s] * f[i, s] + q[s] * (swept[i, s] + run[s])) * row[i]
            f[i, s] = max(value, _FLOOR)
            top[s] = max(top[s], value)


@numba.njit(cache=True, nogil=True)
def drift_filter(
    index: np.ndarray,
    likelihood: np.ndarray,
    offsets: np.ndarray,
    step_variance: np.ndarray,
    jump: np.ndarray,
    fade: np.ndarray,
    break_variance: np.ndarray,
) -> tuple[np.ndarray, np.ndarray]:
    """Likelihood of the latest level (points, walks), its maximum one, and the scale's logarithm.

    `index[t]` is the row of `likelihood` for period t, -1 where nobody watched; variances are in
    squared grid steps. `fade` shrinks the steps' variance with each period not watched in a row.
    """
    n, walks = likelihood.shape[1], jump.size
    f, swept = np.ones((n, walks)), np.empty((n, walks))
    log_scale, top = np.zeros(walks), np.ones(walks)
    always, wide = np.ones(walks), np.empty(walks)
    still, nothing, flat = np.zeros(walks), np.zeros(walks), np.ones(n)
    unseen = 0.0
    for t in range(index.size):
        if t > 0 and break_variance[t] > 0.0:
            wide[:] = break_variance[t]
            walk_step(f, swept, always, wide, flat, top)
        variance = step_variance * np.exp(-fade * unseen)
        row = likelihood[index[t]] if index[t] >= 0 else flat
        if t > 0:
            walk_step(f, swept, jump, variance, row, top)
        else:
            walk_step(f, swept, still, nothing, row, top)
        if index[t] < 0:
            unseen += 1.0
            continue
        unseen = 0.0
        for s in range(walks):
            log_scale[s] += offsets[index[t]]
            if top[s] < 1e-40:
                log_scale[s] += rescale(f[:, s], top[s])
    for s in range(walks):
        log_scale[s] += rescale(f[:, s], f[:, s].max())
    return f, log_scale


@numba.njit(cache=True, nogil=True)
def rescale(f: np.ndarray, top: float) -> float:
    """Divide by the maximum, which may be far below one; returns its logarithm."""
    for i in range(f.size):
        f[i] = max(f[i] / top, _FLOOR)
    return math.log(top)


@numba.njit(cache=True, nogil=True, inline="always")
def walk_group(drift: float, jump: float, still: bool) -> int:
    """Which grid a walk needs: 0 a constant level's, 1 a fine one, 2 a coarse one."""
    if drift <= 0.0 and still:
        return 0
    return 1 if typical_step(drift, jump) < 0.15 else 2


@numba.njit(cache=True, nogil=True, inline="always")
def typical_step(drift: float, jump: float) -> float:
    """Step that sets how sharply the level is known: between rare steps it is known better."""
    return drift if jump == 1.0 else 0.5 * drift


@numba.njit(cache=True, nogil=True)
def busiest_count(counts: np.ndarray, index: np.ndarray) -> float:
    """Highest mean count of six periods in a row, and half an event a year at least."""
    highest = 0.0
    window = min(6, index.size)
    total = 0.0
    for t in range(index.size):
        if index[t] >= 0:
            total += counts[index[t]]
        if t >= window and index[t - window] >= 0:
            total -= counts[index[t - window]]
        highest = max(highest, total / window)
    return highest + 0.04


@numba.njit(cache=True, nogil=True)
def period_likelihoods(
    counts: np.ndarray, exposures: np.ndarray, dispersion: float, low: float, step: float, n: int
) -> tuple[np.ndarray, np.ndarray]:
    """Likelihood of each distinct count on a grid, its maximum one, and the scale's logarithm."""
    values = np.empty((counts.size, n))
    offsets = np.empty(counts.size)
    for d in range(counts.size):
        best = -np.inf
        log_exposure = math.log(exposures[d])
        for i in range(n):
            log_mean = low + i * step + log_exposure
            values[d, i] = log_kernel(counts[d], math.exp(log_mean), log_mean, dispersion)
            best = max(best, values[d, i])
        for i in range(n):
            values[d, i] = math.exp(max(values[d, i] - best, -250.0))
        offsets[d] = best + log_pmf_terms(counts[d], dispersion)
    return values, offsets


@numba.njit(cache=True, nogil=True)
def level_likelihoods(
    counts: np.ndarray,
    exposures: np.ndarray,
    index: np.ndarray,
    times: np.ndarray,
    break_variance: np.ndarray,
    reach: float,
    drifts: np.ndarray,
    jumps: np.ndarray,
    dispersions: np.ndarray,
    points: int,
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """p(a region's counts | its latest log level) on grids, for each dispersion and walk.

    `counts` and `exposures` are the distinct pairs, `times` how often each occurred, `index` the
    pair of each period (-1: not watched). Walks whose steps are of like size share a grid.

    Returns the values (dispersions, walks, points), their maximum one; the logarithm of what they
    were divided by; and of each grid the first log rate, the step and the number of points.
    """
    shape = (dispersions.size, drifts.size)
    values = np.zeros((dispersions.size, drifts.size, points))
    log_scale, first, step = np.zeros(shape), np.zeros(shape), np.ones(shape)
    size = np.ones(shape, dtype=np.int64)
    total, watched, top_rate, low_rate = 0.0, 0.0, 0.0, np.inf
    for d in range(counts.size):
        total += exposures[d] * times[d]
        watched += times[d]
        top_rate = max(top_rate, (counts[d] + 1.0) / exposures[d])
        low_rate = min(low_rate, (counts[d] + 0.5) / exposures[d])
    if counts.size == 0:  # never watched: any grid will do, the likelihood is flat
        total, watched, top_rate, low_rate = 1.0, 1.0, 1.0, 1.0
    peak, trough = top_rate * total / watched, low_rate * total / watched
    busiest = busiest_count(counts, index)
    still = not (break_variance[1:] > 0.0).any()
    floor = math.log(2e-3 / total)
    for a in range(dispersions.size):
        dispersion = dispersions[a]
        high = math.log(top_rate) + 1.0 + 3.5 / math.sqrt(peak) + 1.5 * math.sqrt(dispersion)
        low = math.log(low_rate) - 2.0 - 5.0 * math.sqrt(1.0 / trough + dispersion)
        # A level that moves forgets: below this rate no likelihood tells it from zero.
        low = max(low, math.log(5e-3 / min(total, 120.0 * total / watched)))
        for group in range(3):
            least = np.inf
            for s in range(drifts.size):
                if walk_group(drifts[s], jumps[s], still) == group:
                    least = min(least, typical_step(drifts[s], jumps[s]))
            if least == np.inf:
                continue
            if group == 0:
                n = min(96, points)
                low0, step0, row = static_grid(
                    counts, exposures, times, dispersion, floor, high, n, 60.0
                )
                fixed = 0.0
                for d in range(counts.size):
                    fixed += times[d] * log_pmf_terms(counts[d], dispersion)
                best = row.max()
                for s in range(drifts.size):
                    if walk_group(drifts[s], jumps[s], still) == 0:
                        for i in range(n):
                            values[a, s, i] = max(math.exp(row[i] - best), _FLOOR)
                        log_scale[a, s] = best + fixed
                        first[a, s], step[a, s], size[a, s] = low0, step0, n
                continue
            # The filter's spread is about (step variance * noise variance)^(1/4).
            spread = math.sqrt(max(least, 1e-3)) * (dispersion + 1.0 / busiest) ** 0.25
            n = min(int((high - low) / min(0.3, 0.55 * spread)) + 2, points)
            h = (high - low) / (n - 1)
            likelihood, offsets = period_likelihoods(counts, exposures, dispersion, low, h, n)
            members = np.array(
                [s for s in range(drifts.size) if walk_group(drifts[s], jumps[s], still) == group]
            )
            found, scales = drift_filter(
                index,
                likelihood,
                offsets,
                drifts[members] ** 2 / (jumps[members] * h * h),
                jumps[members],
                (drifts[members] / reach) ** 2,
                break_variance / (h * h),
            )
            for place in range(members.size):
                s = members[place]
                values[a, s, :n] = found[:, place]
                log_scale[a, s] = scales[place]
                first[a, s], step[a, s], size[a, s] = low, h, n
    return values, log_scale, first, step, size
