"""Draws of the parameters: one vector of what is shared, then each region's own level."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from riskkit.frequency.levels import Levels
from riskkit.frequency.population import Population
from riskkit.frequency.walks import Walks
from riskkit.kernels.streams import stream

__all__ = ["Parameters", "draw_parameters", "draw_shared"]

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


def draw_shared(
    population: Population, pairs: Walks, draws: int, seed: int
) -> tuple[np.ndarray, np.ndarray]:
    """Draw the weights of the pairs (draws, pairs) and the design point of the prior (draws,)."""
    from riskkit.kernels.level_prior import gibbs

    points, _, size = population.log_marginal.shape
    weights, point = np.ones((draws, size)), np.zeros(draws, dtype=np.int64)
    if points > 1 or size > 1:
        gibbs(
            stream(seed, "frequency", "population"),
            population.log_marginal,
            population.log_prior,
            pairs.prior,
            points // 2,
            weights,
            point,
            _BURN,
            _THIN,
        )
    return weights, point


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

    weights, point = draw_shared(population, pairs, draws, seed)
    level, pair = np.empty((draws, len(names))), np.empty((draws, len(names)), dtype=np.int64)
    column = np.empty(draws)
    for region, name in enumerate(names):
        uniforms = stream(seed, "frequency", name).random((2, draws))
        z = population.log_marginal[point, region]
        chance = (weights * np.exp(z - z.max(axis=1, keepdims=True))).cumsum(axis=1)
        below = chance < uniforms[0][:, None] * chance[:, -1:]
        pair[:, region] = np.minimum(below.sum(axis=1), len(pairs.drift) - 1)
        draw_levels(
            levels.values[region],
            levels.first[region],
            levels.step[region],
            levels.size[region],
            population.shapes,
            population.means,
            point,
            pair[:, region].copy(),
            uniforms[1],
            column,
        )
        level[:, region] = column
    values, chances = shock
    at = np.searchsorted(chances.cumsum(), stream(seed, "frequency", "shock").random(draws))
    return Parameters(level, pair, values[np.minimum(at, len(values) - 1)])
