"""The walks of the level and the dispersions of the counts that a region may follow."""

from dataclasses import dataclass

import numpy as np

__all__ = ["Walks", "walks"]

_STEADY = (0.0, 0.02, 0.05, 0.1, 0.2, 0.35, 0.6)
# (standard deviation over all periods, chance of a step): rare large ones, and less rare ones.
_SUDDEN = ((0.15, 0.02), (0.2, 0.05), (0.4, 0.05))
_DISPERSIONS = (0.0, 0.1, 0.3, 0.8, 2.0, 5.0)
# The prior is worth so many regions: enough to steady one region, little beside forty.
_PRIOR_REGIONS = 2.0
# A level that stays put is held as likely as six of the ways to move.
_PRIOR_STILL = 6.0


@dataclass(frozen=True, eq=False)
class Walks:
    """Pairs of a walk of the level and a dispersion of the counts.

    Parameters
    ----------
    steps : ndarray, shape (walks,)
        Standard deviation of the log level's step per period, of each walk.
    chances : ndarray, shape (walks,)
        Chance that a period has a step at all, of each walk.
    dispersions : ndarray, shape (dispersions,)
        Variance of a count = mean + dispersion * mean^2.
    """

    steps: np.ndarray
    chances: np.ndarray
    dispersions: np.ndarray

    @property
    def drift(self) -> np.ndarray:
        """Standard deviation of a step, by pair: dispersions first, walks inside."""
        return np.tile(self.steps, len(self.dispersions))

    @property
    def chance(self) -> np.ndarray:
        """Chance of a step, by pair."""
        return np.tile(self.chances, len(self.dispersions))

    @property
    def dispersion(self) -> np.ndarray:
        """Dispersion, by pair."""
        return np.repeat(self.dispersions, len(self.steps))

    @property
    def prior(self) -> np.ndarray:
        """Parameters of the Dirichlet prior of the population's weights, by pair."""
        walk = np.where(self.steps == 0, _PRIOR_STILL, 1.0)
        share = np.tile(walk / walk.sum(), len(self.dispersions)) / len(self.dispersions)
        return _PRIOR_REGIONS * share


def walks(drift: float | None, dispersion: float | None) -> Walks:
    """Give the pairs that are weighed against each other; a fixed value is the only one.

    Parameters
    ----------
    drift, dispersion : float or None
        The settings of the model.

    Returns
    -------
    Walks

    Examples
    --------
    >>> walks(0.05, None).drift
    array([0.05, 0.05, 0.05, 0.05, 0.05, 0.05])
    """
    if drift is None:
        steps = np.array([*_STEADY, *(step for step, _ in _SUDDEN)])
        chances = np.array([*(1.0 for _ in _STEADY), *(chance for _, chance in _SUDDEN)])
    else:
        steps, chances = np.array([float(drift)]), np.ones(1)
    found = _DISPERSIONS if dispersion is None else (float(dispersion),)
    return Walks(steps, chances, np.array(found))
