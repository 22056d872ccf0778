"""The number of attacks in the horizon, world by world, from a few values of what generates it."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from riskkit.kernels.mixed_poisson import MixedPoisson, fitted, match_points, matched

__all__ = ["AttackCounts"]

Array = NDArray[np.float64]

# Points at which the exact and the matched counts are held against each other.
_BENDS = 12
# Matched counts that are off by no more than this need no fitting.
_EXACT = 1e-3
# Points that are worked on at once: they bound the memory.
_AT_ONCE = 32


@dataclass(frozen=True, eq=False)
class AttackCounts:
    r"""Chances that attacks of a kind occur, given the chance u that an attack is of the kind.

    .. math:: P(\text{one or more}) = 1 - G(1 - u) = 1 - e^{-\rho(u)\, K(u)}

    K belongs to mixed Poisson counts with the mean, variance and skewness of the model's;
    :math:`\rho` is what it is off by, which is 1 where counts are Poisson or negative binomial,
    hardly bends otherwise, and is known at a dozen points. So the model is asked once.

    Parameters
    ----------
    mixed : MixedPoisson
        The matched counts, with parameters (worlds, regions).
    lowest : array of float, shape (worlds, regions)
        The smallest u at which the ratio is known, in even steps of the logarithm up to 1.
    ratio : array of float, shape (worlds, regions, 12)
        :math:`\rho` at those.
    middle, middle_exponent : array of float, shape (worlds, regions)
        One over the mean, roughly, and :math:`-\ln G(1 - u)` there.
    """

    mixed: MixedPoisson
    lowest: Array
    ratio: Array
    middle: Array
    middle_exponent: Array

    @classmethod
    def learn(cls, generating: Callable[[Array], Array], rough: Array) -> "AttackCounts":
        """Ask a model's generating function.

        Parameters
        ----------
        generating : callable
            Takes s (worlds, regions, k), gives E[s ** attacks], the same shape.
        rough : array of float, shape (worlds, regions)
            Rough means, above 0, which say where to ask.

        Returns
        -------
        AttackCounts
        """
        near = match_points(rough)
        lowest = np.minimum(0.02 / rough, 0.5)
        far = _far(lowest)
        middle = np.minimum(1 / rough, 1.0)
        values = generating(1 - np.concatenate([near, far, middle[..., None]], axis=-1))
        mixed = matched(1 - values[..., : near.shape[-1]], rough)
        with np.errstate(divide="ignore", invalid="ignore"):
            exponent = -np.log(values[..., near.shape[-1] :])
            ratio = exponent[..., :-1] / mixed.exponent(far)
        # No attacks at all, or so many that G is 0: nothing to correct.
        usable = np.isfinite(ratio) & (ratio > 0)
        ratio = np.where(usable, ratio, 1.0)
        return cls(mixed, lowest, ratio, middle, exponent[..., -1])

    def chance(self, u: Array) -> Array:
        """Chance of one or more attacks of a kind.

        Parameters
        ----------
        u : array of float, shape (worlds, regions, k)
            Chance that an attack is of the kind.

        Returns
        -------
        array of float, shape (worlds, regions, k)
        """
        chance = np.empty(u.shape)
        steps = (_BENDS - 1) / np.log(self.lowest)[..., None]
        # Below the points, where three moments are all that counts, the ratio ends at 1.
        ratio = np.concatenate([np.ones_like(steps), self.ratio], axis=-1)
        for start in range(0, u.shape[2], _AT_ONCE):
            part = u[:, :, start : start + _AT_ONCE]
            place = _BENDS - np.log(np.maximum(part, 1e-300)) * steps
            place = np.clip(place, 0, _BENDS)
            left = np.minimum(place.astype(np.int64), _BENDS - 1)
            share = place - left
            between = np.take_along_axis(ratio, left, 2) * (1 - share)
            between += np.take_along_axis(ratio, left + 1, 2) * share
            exponent = self.mixed.exponent(part) * between
            chance[:, :, start : start + _AT_ONCE] = -np.expm1(-exponent)
        return chance

    def of_region(self, region: int) -> tuple[MixedPoisson, float]:
        """Give counts of one region that can be compounded, and how well they fit.

        Parameters
        ----------
        region : int
            Its number.

        Returns
        -------
        MixedPoisson
            With parameters (worlds,).
        float
            What the exponent is off by, as a share; 0 where counts are Poisson or negative
            binomial.
        """
        mixed = MixedPoisson(
            self.mixed.mean[:, region], self.mixed.index[:, region], self.mixed.scale[:, region]
        )
        ratio, far = self.ratio[:, region], _far(self.lowest[:, region])
        if np.abs(ratio - 1).max() < _EXACT:
            return mixed, 0.0
        exponent = np.column_stack([mixed.exponent(far) * ratio, self.middle_exponent[:, region]])
        counts, error = fitted(exponent, far, mixed.mean, self.middle[:, region])
        return counts, float(np.sqrt(np.mean(error**2)))


def _far(lowest: Array) -> Array:
    return np.asarray(lowest[..., None] ** np.linspace(1, 0, _BENDS))
