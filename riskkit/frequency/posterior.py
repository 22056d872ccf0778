"""Draws of the parameters: one vector of what is shared, then each region's own level."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from riskkit.frequency.levels import Levels
from riskkit.frequency.nesting import SPREADS, transitions
from riskkit.frequency.population import Population, log_spread_prior
from riskkit.frequency.walks import Walks
from riskkit.kernels.streams import stream

__all__ = ["Parameters", "Shared", "draw_parameters", "draw_shared"]

_BURN, _THIN = 200, 2


@dataclass(frozen=True, eq=False)
class Parameters:
    """One row a draw, one column a region.

    Parameters
    ----------
    level : ndarray, shape (draws, regions)
        Logarithm of the rate in the latest period.
    pair : ndarray of int, shape (draws, regions)
        Which walk and dispersion.
    shock : ndarray, shape (draws,)
        Share of a step's variance that all regions have in common.
    """

    level: np.ndarray
    pair: np.ndarray
    shock: np.ndarray


@dataclass(frozen=True, eq=False)
class Shared:
    """What the regions share, one row a draw.

    Parameters
    ----------
    weights : ndarray, shape (draws, pairs)
        Share of the regions that follow each pair of walk and dispersion.
    shape : ndarray of int, shape (draws,)
        Place among the population's shapes.
    mean : ndarray of int, shape (draws, nodes)
        Place of each node's mean among the population's means.
    spread : ndarray of int, shape (draws,)
        Place among the spreads of the parents' means.
    """

    weights: np.ndarray
    shape: np.ndarray
    mean: np.ndarray
    spread: np.ndarray


def draw_shared(population: Population, pairs: Walks, draws: int, seed: int) -> Shared:
    """Draw the weights of the pairs, the gamma prior's shape and its means along the tree."""
    from riskkit.kernels.level_prior import gibbs

    shapes, means, _, size = population.log_marginal.shape
    tree = population.tree
    found = Shared(
        np.ones((draws, size)),
        np.zeros(draws, dtype=np.int64),
        np.zeros((draws, len(tree.above)), dtype=np.int64),
        np.zeros(draws, dtype=np.int64),
    )
    spreads = SPREADS if tree.nested else SPREADS[:1]
    if shapes > 1 or means > 1 or size > 1:
        gibbs(
            stream(seed, "frequency", "population"),
            population.log_marginal,
            population.log_prior,
            transitions(population.log_means)[: len(spreads)],
            log_spread_prior(spreads),
            tree.above,
            tree.leaf,
            pairs.prior,
            population.start,
            found.weights,
            found.shape,
            found.mean,
            found.spread,
            _BURN,
            _THIN,
        )
    return found


def draw_parameters(
    levels: Levels,
    population: Population,
    pairs: Walks,
    shock: tuple[np.ndarray, np.ndarray],
    names: Sequence[str],
    draws: int,
    seed: int,
) -> Parameters:
    """Draw everything that is not known.

    Parameters
    ----------
    levels : Levels
        Likelihoods of each region's level.
    population : Population
        What the regions share.
    pairs : Walks
        Walks and dispersions.
    shock : (ndarray, ndarray)
        Values of the shared part of a step's variance, and their probabilities.
    names : sequence of str
        The regions: each has its own stream of random numbers.
    draws, seed : int
        How many, and what seeds the streams.

    Returns
    -------
    riskkit.frequency.posterior.Parameters
    """
    from riskkit.kernels.level_prior import draw_levels

    shared = draw_shared(population, pairs, draws, seed)
    means = len(population.log_means)
    shapes = np.repeat(population.shapes, means)
    prior_means = np.tile(np.exp(population.log_means), len(population.shapes))
    fits = population.log_marginal.reshape(len(shapes), len(names), -1)
    level, pair = np.empty((draws, len(names))), np.empty((draws, len(names)), dtype=np.int64)
    column = np.empty(draws)
    for region, name in enumerate(names):
        uniforms = stream(seed, "frequency", name).random((2, draws))
        point = shared.shape * means + shared.mean[:, population.tree.leaf[region]]
        z = fits[point, region]
        chance = (shared.weights * np.exp(z - z.max(axis=1, keepdims=True))).cumsum(axis=1)
        below = chance < uniforms[0][:, None] * chance[:, -1:]
        pair[:, region] = np.minimum(below.sum(axis=1), len(pairs.drift) - 1)
        draw_levels(
            levels.values[region],
            levels.first[region],
            levels.step[region],
            levels.size[region],
            shapes,
            prior_means,
            point,
            pair[:, region].copy(),
            uniforms[1],
            column,
        )
        level[:, region] = column
    values, chances = shock
    at = np.searchsorted(chances.cumsum(), stream(seed, "frequency", "shock").random(draws))
    return Parameters(level, pair, values[np.minimum(at, len(values) - 1)])
