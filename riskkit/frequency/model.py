"""The default model of how often."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from riskkit.counts import Tally
from riskkit.kernels.streams import RNGLike, entropy, stream
from riskkit.results import Estimate, Forecast

__all__ = ["FrequencyModel", "FrequencyResult"]


@dataclass(frozen=True)
class FrequencyModel:
    """Gamma-Poisson rates by region that do not change."""

    shape: float = 0.5

    def fit(self, tally: Tally) -> "FrequencyResult":
        """Learn the rates."""
        panel = tally.panel("attacks")
        exposed = (tally.watched * tally.exposure).where(panel.notna(), 0.0).sum(axis=1)
        attacks = panel.sum(axis=1)
        mean = max(float(attacks.sum()), 0.5) / max(float(exposed.sum()), 1e-9)
        return FrequencyResult(
            tally, self.shape + attacks.to_numpy(), self.shape / mean + exposed.to_numpy()
        )


@dataclass(frozen=True, eq=False)
class FrequencyResult:
    """Rates by region."""

    tally: Tally
    shape: np.ndarray
    rate: np.ndarray

    @property
    def regions(self) -> pd.Index:
        """The regions."""
        return self.tally.regions

    def _rates(self, draws: int, seed: int) -> np.ndarray:
        columns = [
            stream(seed, "frequency", name).gamma(a, 1 / b, draws)
            for name, a, b in zip(self.regions, self.shape, self.rate, strict=True)
        ]
        return np.stack(columns, axis=1)

    def estimate(self, draws: int = 2000, rng: RNGLike = None) -> Estimate:
        """Attacks per period."""
        return Estimate(
            self._rates(draws, entropy(rng)),
            self.regions,
            "attack rate",
            f"attacks per {self.tally.every}",
            self.tally.notes,
        )

    def forecast(
        self, horizon: int, draws: int = 2000, rng: RNGLike = None, *, repeats: int = 1
    ) -> Forecast:
        """Attacks in the periods ahead."""
        seed = entropy(rng)
        rates = np.repeat(self._rates(draws, seed), repeats, axis=0)
        exposure = self.tally.exposure.iloc[:, -1].to_numpy()
        counts = [
            stream(seed, "frequency", name, "future").poisson(
                rates[:, i, None] * exposure[i], (len(rates), horizon)
            )
            for i, name in enumerate(self.regions)
        ]
        periods = pd.period_range(self.tally.periods[-1] + 1, periods=horizon, name="period")
        return Forecast(
            np.stack(counts, axis=1),
            self.regions,
            periods,
            "attacks",
            f"attacks per {self.tally.every}",
            self.tally.notes,
        )

    def pgf(
        self,
        s: np.ndarray,
        horizon: int,
        draws: int = 2000,
        rng: RNGLike = None,
        *,
        repeats: int = 1,
    ) -> np.ndarray:
        """E[s ** attacks in the horizon] given each draw."""
        mean = self._rates(draws, entropy(rng)) * self.tally.exposure.iloc[:, -1].to_numpy()
        return np.asarray(np.exp(-horizon * mean[:, :, None] * (1 - s)))
