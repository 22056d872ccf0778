"""What a fitted `TargetModel` answers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from riskkit.counts import Tally
from riskkit.kernels.dirichlet import log_likelihood
from riskkit.kernels.streams import RNGLike, entropy, stream
from riskkit.results import Estimate
from riskkit.targets.mixes import WORLD_PRIOR, Mixes

__all__ = ["TargetResult"]

# `conf_int` summarises this many draws of one fixed seed.
SUMMARY_DRAWS = 4000


@dataclass(frozen=True, eq=False)
class TargetResult:
    """Shares of target groups by region, at the tally's end.

    Draw i is the same parameter vector in every method, for one seed and number of draws.

    Parameters
    ----------
    tally : Tally
        What was fitted.
    by : str
        The mark that says what was attacked.
    names : tuple of str
        The target groups; unknown is none of them.
    half_life : float
        Periods after which an attack counts half; infinite is no forgetting.
    mixes : Mixes
        The posterior.
    nobs : int
        Attacks on known targets.
    unknown : int
        Attacks on unknown targets, which were left out.
    """

    tally: Tally
    by: str
    names: tuple[str, ...]
    half_life: float
    mixes: Mixes
    nobs: int
    unknown: int

    @property
    def regions(self) -> pd.Index:
        """The regions, in the order of every array's region axis."""
        return self.tally.regions

    @property
    def notes(self) -> tuple[str, ...]:
        """Caveats that every table and plot prints."""
        if not self.unknown:
            return self.tally.notes
        return (
            *self.tally.notes,
            f"{self.unknown:,} attacks on unknown targets are taken to be like the others.",
        )

    @property
    def params(self) -> pd.Series:
        """Weight of the mix above, in attacks, by level, and the mix of all regions."""
        weights = {
            f"concentration of {name}": level.concentration()
            for name, level in zip(self._levels, self.mixes.levels, strict=True)
        }
        world = self.mixes.levels[-1].total()[0] + WORLD_PRIOR
        shares = {f"share {k}": v for k, v in zip(self.names, world / world.sum(), strict=True)}
        return pd.Series({**weights, **shares}, name="estimate")

    def conf_int(self, level: float = 0.9) -> pd.DataFrame:
        """Central posterior intervals of the concentrations.

        Parameters
        ----------
        level : float
            The chance that an interval means to hold the truth.

        Returns
        -------
        pandas.DataFrame
            ``lower`` and ``upper``, indexed as the first rows of `params`.
        """
        _, drawn = self.mixes.draw(SUMMARY_DRAWS, 0, self.regions)
        edge = (1 - level) / 2
        bounds = np.quantile(drawn, [edge, 1 - edge], axis=1).T
        index = [f"concentration of {name}" for name in self._levels]
        return pd.DataFrame(bounds, index=index, columns=["lower", "upper"])

    @property
    def llf(self) -> float:
        """Log likelihood of the regions' counts at the posterior centre of what lies above."""
        lowest = self.mixes.levels[0]
        above = lowest.prior + lowest.total()
        above = above / above.sum(axis=1, keepdims=True)
        alpha = lowest.concentration() * above[self.mixes.groups[0]]
        return log_likelihood(self.mixes.counts, alpha)

    def estimate(self, draws: int = 2000, rng: RNGLike = None) -> Estimate:
        """Estimate the share of each target group, by region.

        Parameters
        ----------
        draws : int
            Number of draws.
        rng : int, numpy.random.Generator or None
            Seed of the draws.

        Returns
        -------
        Estimate
            Groups are pairs (region, target group).
        """
        groups = pd.MultiIndex.from_product(
            [self.regions, pd.Index(self.names)], names=["region", self.by]
        )
        shares = self.shares(draws, rng).reshape(draws, -1)
        return Estimate(shares, groups, "target share", "share of attacks", self.notes)

    def shares(self, draws: int = 2000, rng: RNGLike = None) -> np.ndarray:
        """Draw the mixes.

        Parameters
        ----------
        draws : int
            Number of draws.
        rng : int, numpy.random.Generator or None
            Seed of the draws.

        Returns
        -------
        array of float, shape (draws, regions, groups)
        """
        if draws < 1:
            raise ValueError(f"draws is {draws}; accepted: 1 or more")
        return self.mixes.draw(draws, entropy(rng), self.regions)[0]

    def split(self, attacks: np.ndarray, rng: RNGLike = None) -> np.ndarray:
        """Draw how given numbers of attacks fall on the target groups.

        Parameters
        ----------
        attacks : array of int, shape (draws, regions, ...)
            Number of attacks; the first axis is the parameter draw.
        rng : int, numpy.random.Generator or None
            Seed of the draws.

        Returns
        -------
        array of int, shape (draws, regions, ..., groups)

        Raises
        ------
        ValueError
            If the second axis is not the regions, or a number is negative.
        """
        given = np.asarray(attacks)
        if given.ndim < 2 or given.shape[1] != len(self.regions):
            raise ValueError(
                f"attacks has shape {given.shape}; accepted: (draws, regions, ...) with "
                f"{len(self.regions)} regions"
            )
        if not np.issubdtype(given.dtype, np.integer) or (given < 0).any():
            raise ValueError("attacks holds negative or fractional numbers; accepted: counts")
        seed = entropy(rng)
        shares = self.shares(len(given), seed)
        out = np.empty((*given.shape, len(self.names)), dtype=np.int64)
        between = (1,) * (given.ndim - 2)
        for r, name in enumerate(self.regions):
            mix = shares[:, r].reshape(len(given), *between, len(self.names))
            out[:, r] = stream(seed, "targets", str(name), "split").multinomial(given[:, r], mix)
        return out

    def summary(self) -> str:
        """Tell what was fitted, on what, and how alike the regions are."""
        forgets = (
            "no forgetting"
            if np.isinf(self.half_life)
            else f"half-life {self.half_life:g} {self.tally.every}s"
        )
        table = pd.concat([self.params, self.conf_int()], axis=1)
        return "\n".join(
            [
                f"Attacks by {self.by}: {self.nobs:,} on known targets, {self.unknown:,} on "
                f"unknown ones (left out), {len(self.regions):,} regions, {forgets}.",
                "",
                "Weight of the mix above, in attacks, with 90% intervals, and the common mix:",
                table.to_string(float_format=lambda value: f"{value:,.4g}", na_rep=""),
                *self.notes,
            ]
        )

    @property
    def _levels(self) -> tuple[str, ...]:
        return ("regions", *(str(name) for name in reversed(self.tally.parents.columns)))
