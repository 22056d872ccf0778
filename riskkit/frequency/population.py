"""What the regions share: the gamma prior of their levels and the weights of the walks."""

from dataclasses import dataclass

import numpy as np

from riskkit.frequency.levels import Levels, log_marginals
from riskkit.frequency.nesting import SPREADS, Nesting, levels_above, transitions

__all__ = ["Population", "fit_population"]

# Flat prior between these; beyond them a normal tail of standard deviation one.
_LOG_SHAPE = (np.log(0.03), np.log(30.0))
_LOG_MEAN_EACH_SIDE = np.log(10.0)
_MOST_MEANS = 41


@dataclass(frozen=True, eq=False)
class Population:
    """The shared prior at its mode, and on a design of points around it.

    Parameters
    ----------
    log_shape, log_mean : float
        Of the gamma prior, at the mode; the mean is that of the world.
    spread : float
        Standard deviation of a parent's log mean around that of what lies above it, at the mode.
    weights : ndarray, shape (pairs,)
        Share of the regions that follow each pair of walk and dispersion, at the mode.
    covariance : ndarray, shape (2, 2)
        Of log shape and log mean.
    llf : float
        Log likelihood at the mode, the parents' means summed out.
    region_mean : ndarray, shape (regions,)
        Mean of the prior of each region at the mode: that of the parent right above it.
    region_fit : ndarray, shape (regions, pairs)
        Log likelihood of each region there.
    tree : Nesting
        Parents of the regions.
    shapes : ndarray, shape (shapes,)
        The design.
    log_means : ndarray, shape (means,)
        The design.
    log_prior : ndarray, shape (shapes, means)
        Of the shape and the world's mean.
    log_marginal : ndarray, shape (shapes, means, regions, pairs)
        Log likelihood of each region there.
    start : ndarray of int, shape (nodes,)
        Place among `log_means` of each node's mean at the mode.
    """

    log_shape: float
    log_mean: float
    spread: float
    weights: np.ndarray
    covariance: np.ndarray
    llf: float
    region_mean: np.ndarray
    region_fit: np.ndarray
    tree: Nesting
    shapes: np.ndarray
    log_means: np.ndarray
    log_prior: np.ndarray
    log_marginal: np.ndarray
    start: np.ndarray


def _mixed(log_marginal: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Log likelihood of all regions at each design point."""
    top = log_marginal.max(axis=2, keepdims=True)
    like = np.exp(log_marginal - top) @ weights
    return np.asarray((np.log(like) + top[:, :, 0]).sum(axis=1))


def _reweighed(
    log_marginal: np.ndarray, weights: np.ndarray, prior: np.ndarray, rounds: int
) -> np.ndarray:
    """Improve the weights by expectation and maximisation (Kiefer and Wolfowitz's mixture)."""
    like = np.exp(log_marginal - log_marginal.max(axis=1, keepdims=True))
    for _ in range(rounds):
        share = like * weights
        weights = prior + (share / share.sum(axis=1, keepdims=True)).sum(axis=0)
        weights = weights / weights.sum()
    return weights


def _log_prior(log_shape: np.ndarray, log_mean: np.ndarray, centre: float) -> np.ndarray:
    low, high = _LOG_SHAPE
    beyond = np.maximum(low - log_shape, 0) + np.maximum(log_shape - high, 0)
    astray = np.maximum(np.abs(log_mean - centre) - _LOG_MEAN_EACH_SIDE, 0)
    return np.asarray(-0.5 * (beyond**2 + astray**2))


def fit_population(
    levels: Levels,
    prior: np.ndarray,
    tree: Nesting,
    own: np.ndarray,
    fixed: tuple[float, float] | None,
) -> Population:
    """Find the shared prior of the level and the weights of the walks.

    Parameters
    ----------
    levels : Levels
        Likelihoods of each region's level.
    prior : ndarray, shape (pairs,)
        Parameters of the weights' Dirichlet prior.
    tree : Nesting
        Parents of the regions.
    own : ndarray, shape (nodes,)
        Logarithm of the attacks by exposure below each node. The prior of the world's mean is
        flat within a factor of ten of the first.
    fixed : (shape, mean) or None
        The gamma prior of every region, where it is known.

    Returns
    -------
    Population
    """
    weights = prior / prior.sum()
    regions, centre = len(tree.leaf), float(own[0])
    if fixed is not None:
        tree = Nesting(tree.above[:1], np.zeros_like(tree.leaf))
        z = log_marginals(levels, np.array([fixed[0]]), np.array([fixed[1]]))
        weights = _reweighed(z[0], weights, prior, 200)
        return Population(
            float(np.log(fixed[0])),
            float(np.log(fixed[1])),
            0.0,
            weights,
            np.zeros((2, 2)),
            float(_mixed(z, weights)[0]),
            np.full(regions, float(fixed[1])),
            z[0],
            tree,
            np.array([fixed[0]]),
            np.log([fixed[1]]),
            np.zeros((1, 1)),
            z[None],
            np.zeros(1, dtype=np.int64),
        )
    mode, hessian, weights = _climb(levels, weights, prior, centre)
    values, vectors = np.linalg.eigh(-hessian)
    # A likelihood that is flat in some direction is bounded by the prior's walls.
    covariance = (vectors / np.maximum(values, 0.15)) @ vectors.T
    wide = np.sqrt(np.diag(covariance))
    log_means = mode[1] + np.linspace(-2.2, 2.2, 5) * wide[1]
    place = np.array([2])
    if tree.nested:
        low, high = min(own.min(), log_means[0]) - 1.0, max(own.max(), log_means[-1]) + 1.0
        log_means = np.linspace(low, high, min(int((high - low) / 0.3) + 2, _MOST_MEANS))
        found = _climb_nested(levels, weights, prior, tree, mode[0], log_means, centre)
        wide[0], place, weights, spread, llf = found[1:]
        mode = np.array([found[0], log_means[place[0]]])
        covariance = np.diag(wide**2)
    shapes = np.exp(mode[0] + np.linspace(-2.2, 2.2, 5) * wide[0])
    z = log_marginals(levels, np.repeat(shapes, len(log_means)), np.tile(np.exp(log_means), 5))
    z = z.reshape(5, len(log_means), regions, -1)
    at = place[tree.leaf]
    if not tree.nested:
        spread, llf = 0.0, float(_mixed(z[2, 2:3], weights)[0])
    return Population(
        float(mode[0]),
        float(mode[1]),
        spread,
        weights,
        covariance,
        llf,
        np.exp(log_means[at]),
        z[2, at, np.arange(regions)],
        tree,
        shapes,
        log_means,
        _log_prior(np.log(shapes)[:, None], log_means, centre),
        z,
        place,
    )


def _climb_nested(
    levels: Levels,
    weights: np.ndarray,
    prior: np.ndarray,
    tree: Nesting,
    start: float,
    log_means: np.ndarray,
    centre: float,
) -> tuple[float, float, np.ndarray, np.ndarray, float, float]:
    """Find the mode where parents have means of their own.

    Returns the log shape and its standard deviation, each node's place among the means, the
    weights, the spread of the parents' means, and the log likelihood.
    """
    # Seen without parents the levels scatter more than inside one: the shape can only rise.
    log_shapes = start + np.arange(-0.5, 3.1, 0.5)
    transition = transitions(log_means)
    best, heights = (-np.inf, start, weights, np.zeros(len(tree.above), dtype=np.int64), 0.0), []
    for log_shape in log_shapes:
        z = log_marginals(levels, np.full(len(log_means), np.exp(log_shape)), np.exp(log_means))
        top = z.max(axis=2, keepdims=True)
        like, here = np.exp(z - top), (-np.inf, start, weights, best[3], 0.0)
        for _ in range(2):
            by_region = np.log(like @ here[2]) + top[:, :, 0]
            for spread, chances in zip(SPREADS, transition, strict=True):
                belief, place = levels_above(tree, by_region, chances)
                height = belief[0] + _log_prior(np.array(log_shape), log_means, centre)
                height = float(height.max() + log_spread_prior(spread))
                if height > here[0]:
                    here = (height, log_shape, here[2], place, float(spread))
            at = z[here[3][tree.leaf], np.arange(len(tree.leaf))]
            here = (*here[:2], _reweighed(at, here[2], prior, 30), *here[3:])
        heights.append(here[0])
        best = max(best, here, key=lambda found: found[0])
    at = int(np.clip(np.argmax(heights), 1, len(heights) - 2))
    down, middle, up = heights[at - 1 : at + 2]
    bend = max((2 * middle - down - up) / 0.25, 0.15)
    log_shape = log_shapes[at] + float(np.clip((up - down) / (2 * 0.5) / bend, -0.5, 0.5))
    return float(log_shape), float(1 / np.sqrt(bend)), best[3], best[2], best[4], best[0]


def log_spread_prior(spread: np.ndarray | float) -> np.ndarray:
    """Log density, but for a constant: parents differ by a factor of e, more or less."""
    return np.asarray(-0.5 * np.asarray(spread) ** 2)


def _climb(
    levels: Levels, weights: np.ndarray, prior: np.ndarray, centre: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Newton steps for the gamma prior, with the weights improved between them."""
    at = np.array([np.log(0.5), centre])
    stencil = np.array([[i, j] for i in (-1, 0, 1) for j in (-1, 0, 1)], dtype=float)
    mixture = len(weights) > 1
    hessian = -np.eye(2)
    for turn in range(40):
        eps = 0.02 if mixture and turn < 5 else 0.002
        points = at + eps * stencil
        z = log_marginals(levels, np.exp(points[:, 0]), np.exp(points[:, 1]))
        if mixture:
            weights = _reweighed(z[4], weights, prior, 30 if turn < 5 else 8)
        g = (_mixed(z, weights) + _log_prior(points[:, 0], points[:, 1], centre)).reshape(3, 3)
        gradient = np.array([g[2, 1] - g[0, 1], g[1, 2] - g[1, 0]]) / (2 * eps)
        cross = (g[2, 2] - g[2, 0] - g[0, 2] + g[0, 0]) / 4
        hessian = (
            np.array(
                [
                    [g[2, 1] - 2 * g[1, 1] + g[0, 1], cross],
                    [cross, g[1, 2] - 2 * g[1, 1] + g[1, 0]],
                ]
            )
            / eps**2
        )
        values, vectors = np.linalg.eigh(hessian)
        move = vectors @ ((vectors.T @ gradient) / np.maximum(np.abs(values), 0.1))
        at = at + move * min(1.0, 1.0 / max(np.abs(move).max(), 1e-300))
        if turn >= 2 and np.abs(move).max() < (3e-3 if mixture else 1e-6):
            break
    return at, hessian, weights
