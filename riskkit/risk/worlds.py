"""Simulated horizons by world, year and region, and what is known exactly inside each world."""

from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from riskkit.kernels.compound import compound
from riskkit.kernels.mixed_poisson import MixedPoisson
from riskkit.risk.attack_counts import AttackCounts
from riskkit.risk.exceedance import (
    LossCurves,
    chance_over_regions,
    loss_curves,
    loss_grid,
    severity_on_lattice,
)

if TYPE_CHECKING:
    from riskkit.risk.model import RiskResult

__all__ = ["CHANCES", "Worlds"]

# What every table tells the chance of: at least one attack with so many deaths or more.
CHANCES = {
    "chance of an attack": 0,
    "chance of 10 or more killed": 10,
    "chance of 100 or more killed": 100,
}

Array = NDArray[np.float64]
Complex = NDArray[np.complex128]
Counts = NDArray[np.integer]

# Fitted counts that are off by more than this, where levels jump, give way to simulated ones.
_MISFIT = 0.06
# Lattice points of a sum of fitted counts, and of simulated ones, which cost more.
_ONE = 2048
_ALL = 256


@dataclass(frozen=True, eq=False, repr=False)
class Worlds:
    r"""The arrays under a `RiskForecast`: one number a world, year and region.

    Inside a world, with G the generating function of the number of attacks in the horizon:

    - expected attacks are G'(1);
    - the deadliest attack is exact: :math:`P(M \ge x) = 1 - G(P(D < x))`;
    - the sum is a compound distribution by Fourier, for mixed Poisson counts fitted to G: exact
      where counts are Poisson or negative binomial;
    - over all regions, and where nothing fits G because levels jump, it is exact given the
      attacks of each simulated year, and the mean is taken over the years.

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
        return self._counts.mixed.mean

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
        return self._chances(self._survival(at_least)[0])

    def _chances(self, survival: Array) -> Array:
        regional = self._counts.chance(survival)
        if self.regions == 1:
            return regional
        total = chance_over_regions(self.attacks, survival, regional)
        return np.concatenate([regional, total[:, None, :]], axis=1)

    def by_group(self, shares: Array, attacks: Counts) -> dict[str, NDArray[np.generic]]:
        """Figures of each region and target group, with the lethality of the region.

        A share of the attacks is a thinning: G(1 - share (1 - s)) is its generating function.

        Parameters
        ----------
        shares : array of float, shape (worlds, regions, groups)
            Of the attacks of the region.
        attacks : array of int, shape (worlds, regions, years, groups)
            The simulated attacks by group.

        Returns
        -------
        dict of str to array, shape (worlds or worlds x years, regions, groups)
        """
        figures: dict[str, NDArray[np.generic]] = {
            "attacks": attacks.swapaxes(1, 2).reshape(-1, *shares.shape[1:]),
            "share": shares,
            "expected attacks": self.expected_attacks[:, :, None] * shares,
        }
        for figure, at_least in CHANCES.items():
            reaching = shares * self._survival(np.array([at_least]))[0]
            figures[figure] = self._counts.chance(reaching)
        return figures

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
        if place in self._curves:
            return self._curves[place]
        grid, _, oep, worst = self._largest
        one = place < self.regions
        sums = self.deaths[:, :, place] if one else self.deaths.sum(axis=2)
        counts, error = self._counts.of_region(place) if one else (None, np.inf)
        if counts is not None and error < _MISFIT:
            compounded, most = partial(self._compound, place, counts), _ONE
        else:
            within = slice(place, place + 1) if one else slice(None)
            compounded, most = partial(self._compound_of_years, within), _ALL
        curves = loss_curves(grid, worst[:, place], sums, compounded, most)
        curves = replace(curves, oep=oep[:, place])
        self._curves[place] = curves
        return curves

    @cached_property
    def _curves(self) -> dict[int, LossCurves]:
        """Curves that were asked for before."""
        return {}

    def _compound(self, region: int, counts: MixedPoisson, step: int, size: int) -> Array:
        """Compound distribution of one region's deaths in each world."""
        grid, survival, _, _ = self._largest
        severity = severity_on_lattice(grid, survival[:, region], step, size)
        return compound(severity, counts.generating, size, stretch=2, tilt=24.0)

    def _compound_of_years(self, regions: slice, step: int, size: int) -> Array:
        """Distribution of regions' deaths, given the attacks of the simulated years.

        Regions share what their years have in common, so that they are put together inside each
        simulated year, and the mean is taken over the years of a world.
        """
        grid, survival, _, _ = self._largest
        sums = np.empty((self.worlds, size))
        for world in range(self.worlds):
            severity = severity_on_lattice(grid, survival[world, regions], step, size)
            attacks = self.attacks[world, :, regions].astype(float)

            def generating(spectrum: Complex, attacks: Array = attacks) -> Complex:
                product = np.exp(attacks @ np.log(spectrum + 1e-300))
                return np.asarray(product.mean(axis=0))

            sums[world] = compound(severity, generating, size, stretch=2, tilt=24.0)
        return sums

    @cached_property
    def _counts(self) -> AttackCounts:
        simulated = self.attacks.sum(axis=1, dtype=float)
        rough = (simulated + simulated.mean(axis=0) / self.years) / (self.years + 1)
        return AttackCounts.learn(self._pgf, np.maximum(rough, 1e-3))

    @cached_property
    def _largest(self) -> tuple[Counts, Array, Array, Array]:
        """Grid; survival of any event; chances of the deadliest attack, and of any event."""
        highest = int(self.deaths.sum(axis=2, dtype=np.int64).max(initial=1))
        grid = loss_grid(self.fitted.lethality.largest, highest)
        single, every = self._survival(grid)
        oep = self._chances(single)
        return grid, every, oep, oep if every is single else self._chances(every)

    def _survival(self, at_least: Counts) -> tuple[Array, Array]:
        """Chance of x deaths or more in an event: as a single attack, and in all."""
        return self.fitted.lethality.event_sf(at_least, self.worlds, self.seed)

    def _pgf(self, s: Array) -> Array:
        return self.fitted.frequency.pgf(
            s, self.horizon, self.worlds, self.seed, repeats=self.years
        )
