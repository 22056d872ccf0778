"""The default model of against whom."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from riskkit.counts import Tally
from riskkit.kernels.streams import RNGLike, entropy, stream
from riskkit.results import Estimate

__all__ = ["TargetModel", "TargetResult"]


@dataclass(frozen=True)
class TargetModel:
    """A Dirichlet mix by region, unknown left out."""

    def fit(self, tally: Tally) -> "TargetResult":
        """Learn the mixes."""
        long = tally.targets()
        wide = long[long["target_group"] != "unknown"].pivot_table(
            index="region", columns="target_group", values="attacks", fill_value=0
        )
        return TargetResult(tally, wide.reindex(tally.regions, fill_value=0))


@dataclass(frozen=True, eq=False)
class TargetResult:
    """Mixes by region."""

    tally: Tally
    attacks: pd.DataFrame

    @property
    def regions(self) -> pd.Index:
        """The regions."""
        return self.tally.regions

    def _shares(self, draws: int, seed: int) -> np.ndarray:
        return np.stack(
            [
                stream(seed, "targets", str(name)).dirichlet(row.to_numpy(float) + 0.5, draws)
                for name, row in self.attacks.iterrows()
            ],
            axis=1,
        )

    def estimate(self, draws: int = 2000, rng: RNGLike = None) -> Estimate:
        """Share of each target group by region."""
        groups = pd.MultiIndex.from_product([self.regions, self.attacks.columns])
        shares = self._shares(draws, entropy(rng)).reshape(draws, -1)
        return Estimate(shares, groups, "target share", "share of attacks", self.tally.notes)

    def split(self, attacks: np.ndarray, rng: RNGLike = None) -> np.ndarray:
        """Attacks by target group."""
        seed = entropy(rng)
        shares = self._shares(len(attacks), seed)
        middle = (1,) * (attacks.ndim - 2)
        wide = shares.reshape(*shares.shape[:2], *middle, shares.shape[2])
        return stream(seed, "targets", "split").multinomial(attacks, wide)
