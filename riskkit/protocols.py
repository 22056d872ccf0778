"""What the rooms expect of each other: any frequency model meets any lethality model."""

from typing import Protocol, runtime_checkable

import numpy as np
import pandas as pd

from riskkit.counts import Tally
from riskkit.kernels.streams import RNGLike
from riskkit.results import Estimate, Forecast

__all__ = [
    "Forecaster",
    "FrequencyModelLike",
    "FrequencyResultLike",
    "LethalityModelLike",
    "LethalityResultLike",
    "Predictor",
    "TargetModelLike",
    "TargetResultLike",
]


@runtime_checkable
class Predictor(Protocol):
    """A fitted thing that tells what may happen."""

    def forecast(self, horizon: int, draws: int = 2000, rng: RNGLike = None) -> Forecast:
        """Draw the next ``horizon`` periods after the tally's end."""
        ...


class Forecaster(Protocol):
    """A specification that `backtest` can fit at past dates."""

    def fit(self, tally: Tally) -> Predictor:
        """Learn from the tally; change nothing."""
        ...


class FrequencyResultLike(Protocol):
    """How often, by region.

    Draw i is the same parameter vector in every method, for one seed and number of draws.
    """

    @property
    def regions(self) -> pd.Index:
        """The regions, in the order of every array's region axis."""
        ...

    def estimate(self, draws: int = 2000, rng: RNGLike = None) -> Estimate:
        """Attacks per period of the tally at its end."""
        ...

    def forecast(
        self, horizon: int, draws: int = 2000, rng: RNGLike = None, *, repeats: int = 1
    ) -> Forecast:
        """Attacks; rows are draw-major: each parameter draw with its ``repeats`` futures."""
        ...

    def pgf(
        self,
        s: np.ndarray,
        horizon: int,
        draws: int = 2000,
        rng: RNGLike = None,
        *,
        repeats: int = 1,
    ) -> np.ndarray:
        """E[s ** attacks in the horizon] given each draw; ``s`` and result (draws, regions, k)."""
        ...


class FrequencyModelLike(Protocol):
    """A specification of how often."""

    def fit(self, tally: Tally) -> FrequencyResultLike:
        """Learn from the tally; change nothing."""
        ...


class LethalityResultLike(Protocol):
    """How deadly, by region."""

    @property
    def regions(self) -> pd.Index:
        """The regions, in the order of every array's region axis."""
        ...

    def estimate(self, at_least: int = 1, draws: int = 2000, rng: RNGLike = None) -> Estimate:
        """The chance that an attack kills ``at_least`` or more."""
        ...

    @property
    def largest(self) -> int:
        """The bound on the deaths of one event, in `mean`, `sf` and `simulate`."""
        ...

    def mean(
        self, draws: int = 2000, rng: RNGLike = None, *, largest: int | None = None
    ) -> Estimate:
        """Expected deaths per attack, with the bound on one event, or with another."""
        ...

    def sf(self, x: np.ndarray, draws: int = 2000, rng: RNGLike = None) -> np.ndarray:
        """P(deaths >= x) of one attack, 'at least': (draws, regions, len(x))."""
        ...

    def event_sf(
        self, x: np.ndarray, draws: int = 2000, rng: RNGLike = None
    ) -> tuple[np.ndarray, np.ndarray]:
        """P(deaths >= x) of one event: as a single attack; in all, sums over days too.

        One and the same array where all events are single attacks.
        """
        ...

    def simulate(self, attacks: np.ndarray, rng: RNGLike = None) -> tuple[np.ndarray, np.ndarray]:
        """Total deaths and largest event of ``attacks`` (draws, regions, ...), same shape.

        The first axis is the parameter draw: there are as many draws as rows.
        """
        ...


class LethalityModelLike(Protocol):
    """A specification of how deadly."""

    def fit(self, tally: Tally) -> LethalityResultLike:
        """Learn from the tally; change nothing."""
        ...


class TargetResultLike(Protocol):
    """Against whom, by region."""

    @property
    def regions(self) -> pd.Index:
        """The regions, in the order of every array's region axis."""
        ...

    def estimate(self, draws: int = 2000, rng: RNGLike = None) -> Estimate:
        """Share of each target group by region; groups are (region, target group)."""
        ...

    def split(self, attacks: np.ndarray, rng: RNGLike = None) -> np.ndarray:
        """Attacks (draws, regions, ...) by target group: (draws, regions, ..., groups)."""
        ...


class TargetModelLike(Protocol):
    """A specification of against whom."""

    def fit(self, tally: Tally) -> TargetResultLike:
        """Learn from the tally; change nothing."""
        ...
