"""A gamma prior of a level against its likelihood on a grid of log rates."""

import math

import numba
import numpy as np


@numba.njit(cache=True, nogil=True)
def gamma_below(shape: float, x: float) -> float:
    """P(G <= x) of a gamma variable of rate one, by its power series."""
    if x <= 0.0:
        return 0.0
    if x > 40.0 + 2.0 * shape:
        return 1.0
    term = math.exp(shape * math.log(x) - x - math.lgamma(shape + 1.0))
    total = term
    k = 1
    while term > 1e-17 * total and k < 500:
        term *= x / (shape + k)
        total += term
        k += 1
    return min(total, 1.0)


@numba.njit(cache=True, nogil=True)
def grid_weights(
    likelihood: np.ndarray,
    first: float,
    step: float,
    size: int,
    shape: float,
    mean: float,
    out: np.ndarray,
) -> tuple[int, float]:
    """Posterior weights of the points of one grid under Gamma(shape, mean); entry 0 is all below.

    Where the prior is narrower than the grid's step the grid is refined by linear interpolation.
    Returns the number of points used and the step between them.
    """
    refine = int(math.ceil(min(8.0, step * math.sqrt(shape) / 0.7)))
    refine = max(1, min(refine, (out.size - 2) // max(size - 1, 1)))
    h = step / refine
    points = (size - 1) * refine + 1
    constant = shape * math.log(shape / mean) - math.lgamma(shape) + math.log(h)
    out[0] = likelihood[0] * gamma_below(shape, shape * math.exp(first) / mean)
    ratio = math.exp(h)
    rate = math.exp(first) * shape / mean
    for i in range(points):
        cell, part = divmod(i, refine)
        f = likelihood[cell]
        if part:
            f += (likelihood[cell + 1] - f) * part / refine
        out[i + 1] = f * math.exp(constant + shape * (first + i * h) - rate)
        rate *= ratio
    out[1] *= 0.5
    return points, h


@numba.njit(cache=True, nogil=True)
def log_marginals(
    likelihood: np.ndarray,
    log_scale: np.ndarray,
    first: np.ndarray,
    step: np.ndarray,
    size: np.ndarray,
    shapes: np.ndarray,
    means: np.ndarray,
    out: np.ndarray,
) -> None:
    """Give log p(counts | pair, prior): one row a prior, one column a pair."""
    work = np.empty(8 * likelihood.shape[1] + 2)
    for j in range(shapes.size):
        for k in range(size.size):
            points, _ = grid_weights(
                likelihood[k], first[k], step[k], size[k], shapes[j], means[j], work
            )
            total = 0.0
            for i in range(points + 1):
                total += work[i]
            out[j, k] = math.log(max(total, 1e-300)) + log_scale[k]


@numba.njit(cache=True, nogil=True)
def expected_rates(
    likelihood: np.ndarray,
    first: np.ndarray,
    step: np.ndarray,
    size: np.ndarray,
    shape: float,
    mean: float,
) -> np.ndarray:
    """Posterior mean of the rate, for each pair of walk and dispersion."""
    work = np.empty(8 * likelihood.shape[1] + 2)
    out = np.empty(size.size)
    for k in range(size.size):
        points, h = grid_weights(likelihood[k], first[k], step[k], size[k], shape, mean, work)
        # Below the grid the prior alone decides: the mean of its lower tail.
        total = work[0]
        summed = work[0] * math.exp(first[k]) * shape / (shape + 1.0)
        for i in range(points):
            total += work[i + 1]
            summed += work[i + 1] * math.exp(first[k] + i * h)
        out[k] = summed / max(total, 1e-300)
    return out


@numba.njit(cache=True, nogil=True)
def draw_levels(
    likelihood: np.ndarray,
    first: np.ndarray,
    step: np.ndarray,
    size: np.ndarray,
    shapes: np.ndarray,
    means: np.ndarray,
    prior: np.ndarray,
    combination: np.ndarray,
    uniforms: np.ndarray,
    out: np.ndarray,
) -> None:
    """Log rates drawn from the posterior, one for each pair of a prior and a combination."""
    work = np.empty(8 * likelihood.shape[1] + 2)
    order = np.argsort(prior * size.size + combination)
    last_prior, last_combination = -1, -1
    points, h = 0, 1.0
    for d in order:
        j, k = prior[d], combination[d]
        if j != last_prior or k != last_combination:
            points, h = grid_weights(
                likelihood[k], first[k], step[k], size[k], shapes[j], means[j], work
            )
            for i in range(points):
                work[i + 1] += work[i]
            last_prior, last_combination = j, k
        target = uniforms[d] * work[points]
        low, high = 0, points
        while low < high:
            middle = (low + high) // 2
            if work[middle] < target:
                low = middle + 1
            else:
                high = middle
        below = work[low - 1] if low > 0 else 0.0
        share = (target - below) / max(work[low] - below, 1e-300)
        share = min(max(share, 1e-12), 1.0)
        if low == 0:  # below the grid the prior alone decides: its lower tail is a power
            out[d] = first[k] + math.log(share) / shapes[j]
        elif low == 1:
            out[d] = first[k] + 0.5 * h * share
        else:
            out[d] = first[k] + (low - 1 + share - 0.5) * h


@numba.njit(cache=True)
def gibbs(
    rng: np.random.Generator,
    log_marginal: np.ndarray,
    log_prior: np.ndarray,
    base: np.ndarray,
    start: int,
    weights_out: np.ndarray,
    prior_out: np.ndarray,
    burn: int,
    thin: int,
) -> None:
    """Draws of the population's weights of the combinations and of the prior's design point.

    `log_marginal` (design points, regions, combinations), `log_prior` (design points), `base` the
    Dirichlet prior's parameters. Each region's combination is drawn given the weights, then the
    weights given the combinations, then the design point.
    """
    designs, regions, combinations = log_marginal.shape
    weights = base / base.sum()
    counts = np.empty(combinations)
    chance = np.empty(max(combinations, designs))
    score = np.empty(designs)
    j = start
    draws = weights_out.shape[0]
    for sweep in range(burn + draws * thin):
        counts[:] = base
        score[:] = log_prior
        for r in range(regions):
            best = -np.inf
            for k in range(combinations):
                best = max(best, log_marginal[j, r, k])
            total = 0.0
            for k in range(combinations):
                total += weights[k] * math.exp(log_marginal[j, r, k] - best)
                chance[k] = total
            target = rng.random() * total
            z = 0
            while z < combinations - 1 and chance[z] < target:
                z += 1
            counts[z] += 1.0
            for i in range(designs):
                score[i] += log_marginal[i, r, z]
        total = 0.0
        for k in range(combinations):
            weights[k] = rng.standard_gamma(counts[k])
            total += weights[k]
        for k in range(combinations):
            weights[k] /= total
        best = score.max()
        total = 0.0
        for i in range(designs):
            total += math.exp(score[i] - best)
            chance[i] = total
        target = rng.random() * total
        j = 0
        while j < designs - 1 and chance[j] < target:
            j += 1
        if sweep >= burn and (sweep - burn) % thin == 0:
            row = (sweep - burn) // thin
            weights_out[row] = weights
            prior_out[row] = j
