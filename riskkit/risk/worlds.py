"""Simulated horizons by world, year and region, and what is known exactly inside each world."""

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from riskkit.risk.exceedance import (
    LossCurves,
    chance_of_largest,
    chance_over_regions,
    loss_curves,
    loss_grid,
)

if TYPE_CHECKING:
    from riskkit.risk.model import RiskResult

__all__ = ["Worlds"]

Array = NDArray[np.float64]
Counts = NDArray[np.integer]


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

    @cached_property
    def expected_attacks(self) -> Array:
        r"""Expected attacks in each world and region: the slope of the generating function at 1.

        The slope is taken by two backward differences, of which the second removes the first's
        error.
        """
        step = 1e-6
        s = np.broadcast_to([1 - step, 1 - step / 2], (self.worlds, self.regions, 2))
        below = 1 - self._pgf(s)
        return np.asarray(4 * below[:, :, 1] / step - below[:, :, 0] / step)

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
        grid, oep = self._largest
        if place < self.regions:
            sums, largest = self.deaths[:, :, place], self.largest[:, :, place]
        else:
            sums, largest = self.deaths.sum(axis=2), self.largest.max(axis=2)
        return loss_curves(grid, oep[:, place], sums, largest)

    @cached_property
    def _largest(self) -> tuple[Counts, Array]:
        highest = int(self.deaths.sum(axis=2, dtype=np.int64).max(initial=1))
        grid = loss_grid(self.fitted.lethality.largest, highest)
        return grid, self.chances(grid)

    def _survival(self, at_least: Counts) -> Array:
        return self.fitted.lethality.sf(at_least, self.worlds, self.seed)

    def _pgf(self, s: Array) -> Array:
        return self.fitted.frequency.pgf(
            s, self.horizon, self.worlds, self.seed, repeats=self.years
        )
