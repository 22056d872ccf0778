"""Combine how often, against whom and how deadly."""

from dataclasses import dataclass, field, replace

import numpy as np

from riskkit.counts import Tally
from riskkit.frequency import FrequencyModel
from riskkit.kernels.streams import RNGLike, entropy
from riskkit.lethality import LethalityModel
from riskkit.protocols import (
    FrequencyModelLike,
    FrequencyResultLike,
    LethalityModelLike,
    LethalityResultLike,
    TargetModelLike,
    TargetResultLike,
)
from riskkit.risk.forecast import RiskForecast
from riskkit.targets import TargetModel

__all__ = ["RiskModel", "RiskResult"]


@dataclass(frozen=True)
class RiskModel:
    """A frequency, a target and a lethality model, fitted to one tally."""

    frequency: FrequencyModelLike = field(default_factory=FrequencyModel)
    targets: TargetModelLike = field(default_factory=TargetModel)
    lethality: LethalityModelLike = field(default_factory=LethalityModel)

    def fit(self, tally: Tally) -> "RiskResult":
        """Fit each to the tally."""
        return RiskResult(
            self.frequency.fit(tally), self.targets.fit(tally), self.lethality.fit(tally)
        )


@dataclass(frozen=True, eq=False)
class RiskResult:
    """The three fitted models."""

    frequency: FrequencyResultLike
    targets: TargetResultLike
    lethality: LethalityResultLike

    def forecast(
        self, horizon: int, rng: RNGLike = None, *, worlds: int = 200, years: int = 20
    ) -> RiskForecast:
        """Simulate worlds x years."""
        seed = entropy(rng)
        attacks = self.frequency.forecast(horizon, worlds, seed, repeats=years)
        regions = len(attacks.regions)
        shaped = attacks.draws.reshape(worlds, years, regions, horizon).swapaxes(1, 2)
        deaths, largest = (
            np.swapaxes(part, 1, 2).reshape(worlds * years, regions, horizon)
            for part in self.lethality.simulate(shaped, seed)
        )
        return RiskForecast(
            attacks,
            replace(attacks, draws=deaths, quantity="deaths"),
            replace(attacks, draws=largest, quantity="deaths in the deadliest attack"),
            worlds,
            years,
        )
