"""Simulated horizons by world, year and region, and what is known exactly inside each world."""

from dataclasses import dataclass
from functools import cached_property, partial
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from riskkit.kernels.compound import compound
from riskkit.kernels.mixed_poisson import MixedPoisson, matched
from riskkit.risk.exceedance import (
    LossCurves,
    chance_of_largest,
    chance_over_regions,
    loss_curves,
    loss_grid,
    severity_on_lattice,
)

if TYPE_CHECKING:
    from riskkit.risk.model import RiskResult

__all__ = ["Worlds"]

Array = NDArray[np.float64]
Complex = NDArray[np.complex128]
Counts = NDArray[np.integer]

# Lattice points of the sum of one region, and of all of them, which cost more.
_ONE = 2048
_ALL = 512


@dataclass(frozen=True, eq=False, repr=False)
class Worlds:
    """The arrays under a `RiskForecast`: one number a world, year and region.

    Where there are several regions, their total is one more place, the last.

    Parameters
    ----------
    attacks, deaths, largest : array of int, shape (worlds, years, regions)
        Of the whole horizon.
    fitted : RiskResult
        What was simulated from.
    horizon : int
        Periods ahead.
    seed : int
        Of all draws.
    """

    attacks: Counts
    deaths: Counts
    largest: Counts
    fitted: "RiskResult"
    horizon: int
    seed: int

    @property
    def worlds(self) -> int:
        """Number of parameter draws."""
        return int(self.attacks.shape[0])

    @property
    def years(self) -> int:
        """Number of futures in each world."""
        return int(self.attacks.shape[1])

    @property
    def regions(self) -> int:
        """Number of regions, without their total."""
        return int(self.attacks.shape[2])

    @property
    def expected_attacks(self) -> Array:
        """Expected attacks in each world and region: the generating function's slope at 1."""
        return self._counts.mean

    def chances(self, at_least: Counts) -> Array:
        """Chance of an attack that kills x or more; (worlds, places, k).

        Parameters
        ----------
        at_least : array of int, shape (k,)
            x; at 0 it is the chance of any attack.

        Returns
        -------
        array of float
        """
        regional = chance_of_largest(self._survival, self._pgf, at_least)
        if self.regions == 1:
            return regional
        total = chance_over_regions(self.attacks, self._survival(at_least), regional)
        return np.concatenate([regional, total[:, None, :]], axis=1)

    def group_chances(self, shares: Array, at_least: int) -> Array:
        """Chance of an attack on a target group that kills x or more.

        Parameters
        ----------
        shares : array of float, shape (worlds, regions, groups)
            Of the attacks of the region.
        at_least : int
            x; at 0 it is the chance of any attack on the group.

        Returns
        -------
        array of float, shape (worlds, regions, groups)
        """
        return 1 - self._pgf(1 - shares * self._survival(np.array([at_least])))

    def curves(self, place: int) -> LossCurves:
        """Exceedance of one place.

        Parameters
        ----------
        place : int
            Number of a region; the number of regions stands for their total.

        Returns
        -------
        LossCurves
        """
        if place not in self._curves:
            grid, _, oep = self._largest
            self._curves[place] = (
                loss_curves(
                    grid,
                    oep[:, place],
                    self.deaths[:, :, place],
                    partial(self._sums_of, place),
                    _ONE,
                )
                if place < self.regions
                else loss_curves(
                    grid, oep[:, place], self.deaths.sum(axis=2), self._sums_over_regions, _ALL
                )
            )
        return self._curves[place]

    @cached_property
    def _curves(self) -> dict[int, LossCurves]:
        """Curves that were asked for before."""
        return {}

    def _sums_of(self, region: int, step: int, size: int) -> Array:
        """Compound distribution of one region's deaths in each world."""
        grid, survival, _ = self._largest
        severity = severity_on_lattice(grid, survival[:, region], step, size)
        counts = MixedPoisson(
            self._counts.mean[:, region],
            self._counts.index[:, region],
            self._counts.scale[:, region],
        )
        return compound(severity, counts.generating, size, stretch=2, tilt=24.0)

    def _sums_over_regions(self, step: int, size: int) -> Array:
        """Distribution of all regions' deaths, given the attacks of the simulated years.

        Regions share what their years have in common, so that they are put together inside each
        simulated year, and the mean is taken over the years of a world.
        """
        grid, survival, _ = self._largest
        sums = np.empty((self.worlds, size))
        for world in range(self.worlds):
            severity = severity_on_lattice(grid, survival[world], step, size)
            attacks = self.attacks[world].astype(float)

            def generating(spectrum: Complex, attacks: Array = attacks) -> Complex:
                product = np.exp(attacks @ np.log(spectrum + 1e-300))
                return np.asarray(product.mean(axis=0))

            sums[world] = compound(severity, generating, size, stretch=2, tilt=24.0)
        return sums

    @cached_property
    def _counts(self) -> MixedPoisson:
        return matched(lambda u: 1 - self._pgf(1 - u), self.attacks.mean(axis=(0, 1)) + 0.01)

    @cached_property
    def _largest(self) -> tuple[Counts, Array, Array]:
        highest = int(self.deaths.sum(axis=2, dtype=np.int64).max(initial=1))
        grid = loss_grid(self.fitted.lethality.largest, highest)
        return grid, self._survival(grid), self.chances(grid)

    def _survival(self, at_least: Counts) -> Array:
        return self.fitted.lethality.sf(at_least, self.worlds, self.seed)

    def _pgf(self, s: Array) -> Array:
        return self.fitted.frequency.pgf(
            s, self.horizon, self.worlds, self.seed, repeats=self.years
        )
