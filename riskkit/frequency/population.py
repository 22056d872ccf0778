"""What the regions share: the gamma prior of their levels and the weights of the walks."""

from dataclasses import dataclass

import numpy as np

from riskkit.frequency.levels import Levels, log_marginals

__all__ = ["Population", "fit_population"]

# Flat prior between these; beyond them a normal tail of standard deviation one.
_LOG_SHAPE = (np.log(0.03), np.log(30.0))
_LOG_MEAN_EACH_SIDE = np.log(10.0)


@dataclass(frozen=True, eq=False)
class Population:
    """The shared prior at its mode, and on a design of points around it.

    Parameters
    ----------
    log_shape, log_mean : float
        Of the gamma prior, at the mode.
    weights : ndarray, shape (pairs,)
        Share of the regions that follow each pair of walk and dispersion, at the mode.
    covariance : ndarray, shape (2, 2)
        Of log shape and log mean.
    llf : float
        Log likelihood at the mode.
    shapes, means, log_prior : ndarray, shape (points,)
        The design.
    log_marginal : ndarray, shape (points, regions, pairs)
        Log likelihood of each region there.
    """

    log_shape: float
    log_mean: float
    weights: np.ndarray
    covariance: np.ndarray
    llf: float
    shapes: np.ndarray
    means: np.ndarray
    log_prior: np.ndarray
    log_marginal: np.ndarray


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
    levels: Levels, prior: np.ndarray, centre: float, fixed: tuple[float, float] | None
) -> Population:
    """Find the shared prior of the level and the weights of the walks.

    Parameters
    ----------
    levels : Levels
        Likelihoods of each region's level.
    prior : ndarray, shape (pairs,)
        Parameters of the weights' Dirichlet prior.
    centre : float
        Logarithm of the attacks by exposure of all regions; the prior of the mean is flat
        within a factor of ten.
    fixed : (shape, mean) or None
        The gamma prior, where it is known.

    Returns
    -------
    Population
    """
    weights = prior / prior.sum()
    if fixed is not None:
        shapes, means = np.array([fixed[0]]), np.array([fixed[1]])
        z = log_marginals(levels, shapes, means)
        weights = _reweighed(z[0], weights, prior, 200)
        return Population(
            float(np.log(fixed[0])),
            float(np.log(fixed[1])),
            weights,
            np.zeros((2, 2)),
            float(_mixed(z, weights)[0]),
            shapes,
            means,
            np.zeros(1),
            z,
        )
    mode, hessian, weights = _climb(levels, weights, prior, centre)
    values, vectors = np.linalg.eigh(-hessian)
    # A likelihood that is flat in some direction is bounded by the prior's walls.
    root = vectors / np.sqrt(np.maximum(values, 0.15))
    side = np.linspace(-2.2, 2.2, 5)
    design = np.stack(np.meshgrid(side, side, indexing="ij"), -1).reshape(-1, 2)
    points = mode + design @ root.T
    shapes, means = np.exp(points).T.copy()
    z = log_marginals(levels, shapes, means)
    middle = z[len(z) // 2 : len(z) // 2 + 1]
    return Population(
        float(mode[0]),
        float(mode[1]),
        weights,
        root @ root.T,
        float(_mixed(middle, weights)[0]),
        shapes,
        means,
        _log_prior(points[:, 0], points[:, 1], centre),
        z,
    )


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
