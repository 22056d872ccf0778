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
def pick(chance: np.ndarray, size: int, rng: np.random.Generator) -> int:
    """Draw a place with the chances, which need not add up to one."""
    total = 0.0
    for i in range(size):
        total += chance[i]
    target = rng.random() * total
    total = 0.0
    for i in range(size - 1):
        total += chance[i]
        if total > target:
            return i
    return size - 1


@numba.njit(cache=True)
def pick_log(score: np.ndarray, chance: np.ndarray, size: int, rng: np.random.Generator) -> int:
    """Draw a place with chances whose logarithms are given; `chance` is room to work in."""
    best = score[:size].max()
    for i in range(size):
        chance[i] = math.exp(score[i] - best)
    return pick(chance, size, rng)


@numba.njit(cache=True)
def send_up(
    own: np.ndarray, transition: np.ndarray, above: np.ndarray, belief: np.ndarray
) -> float:
    """Sum the means of all nodes but the first out; returns the logarithm of what was divided by.

    `own` (nodes, means) is each node's log likelihood from its own regions, `transition` (means,
    means) the chance of a mean given the one above; `belief` takes the likelihood of all below.
    """
    nodes, means = own.shape
    scale = 0.0
    for node in range(nodes):
        best = own[node].max()
        scale += best
        for m in range(means):
            belief[node, m] = math.exp(max(own[node, m] - best, -300.0))
    for node in range(nodes - 1, 0, -1):
        up = above[node]
        best = 0.0
        for m in range(means):
            total = 0.0
            for i in range(means):
                total += transition[m, i] * belief[node, i]
            belief[up, m] *= total
            best = max(best, belief[up, m])
        for m in range(means):
            belief[up, m] /= best
        scale += math.log(best)
    return scale


@numba.njit(cache=True)
def gibbs(
    rng: np.random.Generator,
    log_marginal: np.ndarray,
    log_prior: np.ndarray,
    transition: np.ndarray,
    log_spread: np.ndarray,
    above: np.ndarray,
    leaf: np.ndarray,
    base: np.ndarray,
    start: np.ndarray,
    weights_out: np.ndarray,
    shape_out: np.ndarray,
    mean_out: np.ndarray,
    spread_out: np.ndarray,
    burn: int,
    thin: int,
) -> None:
    """Draws of the pairs' weights, of the gamma's shape, of each node's mean and of their spread.

    `log_marginal` (shapes, means, regions, pairs); `log_prior` (shapes, means) of the shape and of
    the first node's mean; `transition` (spreads, means, means) of a node's mean given the one
    above; `above` the node above each node, `leaf` the one above each region; `base` the
    parameters of the weights' Dirichlet prior; `start` the nodes' means. In turn: each region's
    pair, the weights, the spread with the means summed out, the means, the shape.
    """
    shapes, means, regions, pairs = log_marginal.shape
    nodes, spreads = above.size, log_spread.size
    weights = base / base.sum()
    counts, pair = np.empty(pairs), np.empty(regions, dtype=np.int64)
    largest = max(pairs, means, shapes, spreads)
    chance, score = np.empty(largest), np.empty(largest)
    own, belief = np.empty((nodes, means)), np.empty((spreads, nodes, means))
    s, mean, spread = shapes // 2, start.copy(), 0
    draws = weights_out.shape[0]
    for sweep in range(burn + draws * thin):
        counts[:] = base
        own[:] = 0.0
        for r in range(regions):
            m = mean[leaf[r]]
            best = -np.inf
            for k in range(pairs):
                best = max(best, log_marginal[s, m, r, k])
            for k in range(pairs):
                chance[k] = weights[k] * math.exp(log_marginal[s, m, r, k] - best)
            z = pick(chance, pairs, rng)
            pair[r] = z
            counts[z] += 1.0
            for i in range(means):
                own[leaf[r], i] += log_marginal[s, i, r, z]
        total = 0.0
        for k in range(pairs):
            weights[k] = rng.standard_gamma(counts[k])
            total += weights[k]
        for k in range(pairs):
            weights[k] /= total
        own[0] += log_prior[s]
        for b in range(spreads):
            score[b] = log_spread[b] + send_up(own, transition[b], above, belief[b])
            total = 0.0
            for m in range(means):
                total += belief[b, 0, m]
            score[b] += math.log(total)
        spread = pick_log(score, chance, spreads, rng)
        mean[0] = pick(belief[spread, 0], means, rng)
        for node in range(1, nodes):
            for m in range(means):
                chance[m] = belief[spread, node, m] * transition[spread, mean[above[node]], m]
            mean[node] = pick(chance, means, rng)
        for i in range(shapes):
            score[i] = log_prior[i, mean[0]]
            for r in range(regions):
                score[i] += log_marginal[i, mean[leaf[r]], r, pair[r]]
        s = pick_log(score, chance, shapes, rng)
        if sweep >= burn and (sweep - burn) % thin == 0:
            row = (sweep - burn) // thin
            weights_out[row] = weights
            shape_out[row] = s
            mean_out[row] = mean
            spread_out[row] = spread
