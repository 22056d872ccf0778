"""The default model of how deadly."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from riskkit.counts import Tally
from riskkit.kernels.streams import RNGLike, entropy, stream
from riskkit.results import Estimate

__all__ = ["LethalityModel", "LethalityResult"]


@dataclass(frozen=True)
class LethalityModel:
    """Tolls as they occurred in all regions, by the Bayesian bootstrap."""

    def fit(self, tally: Tally) -> "LethalityResult":
        """Learn the tolls."""
        known = tally.fatalities().dropna(subset=["fatalities"])
        pooled = known.groupby("fatalities")["attacks"].sum()
        return LethalityResult(tally, pooled.index.to_numpy(np.int64), pooled.to_numpy(float))


@dataclass(frozen=True, eq=False)
class LethalityResult:
    """Tolls and how often each occurred."""

    tally: Tally
    tolls: np.ndarray
    attacks: np.ndarray

    @property
    def regions(self) -> pd.Index:
        """The regions."""
        return self.tally.regions

    def _shares(self, draws: int, seed: int) -> np.ndarray:
        return stream(seed, "lethality").dirichlet(self.attacks, draws)

    def estimate(self, at_least: int = 1, draws: int = 2000, rng: RNGLike = None) -> Estimate:
        """The chance that an attack kills so many or more."""
        chance = self.sf(np.array([at_least]), draws, rng)[:, :, 0]
        return Estimate(
            chance, self.regions, f"chance of {at_least} or more deaths", "share of attacks"
        )

    def mean(self, draws: int = 2000, rng: RNGLike = None) -> Estimate:
        """Expected deaths per attack."""
        one = self._shares(draws, entropy(rng)) @ self.tolls
        wide = np.repeat(one[:, None], len(self.regions), axis=1)
        return Estimate(wide, self.regions, "expected deaths", "deaths per attack")

    def sf(self, x: np.ndarray, draws: int = 2000, rng: RNGLike = None) -> np.ndarray:
        """P(deaths >= x)."""
        reaching = self.tolls[:, None] >= np.asarray(x)[None, :]
        one = self._shares(draws, entropy(rng)) @ reaching
        return np.repeat(one[:, None, :], len(self.regions), axis=1)

    def simulate(self, attacks: np.ndarray, rng: RNGLike = None) -> tuple[np.ndarray, np.ndarray]:
        """Total deaths and largest event."""
        seed = entropy(rng)
        shares = self._shares(len(attacks), seed)
        deaths, largest = np.zeros_like(attacks), np.zeros_like(attacks)
        for r, name in enumerate(self.regions):
            random = stream(seed, "lethality", name)
            for i, share in enumerate(shares):
                events = random.multinomial(attacks[i, r], share)
                deaths[i, r] = events @ self.tolls
                largest[i, r] = np.max(self.tolls * (events > 0), axis=-1)
        return deaths, largest
