"""What the next periods may bring, by region: attacks, deaths, the deadliest attack."""

from dataclasses import dataclass

import pandas as pd

from riskkit.results import Forecast

__all__ = ["RiskForecast"]


@dataclass(frozen=True, eq=False)
class RiskForecast:
    """One joint simulation of worlds (parameter draws) x years inside each."""

    attacks: Forecast
    deaths: Forecast
    largest: Forecast
    worlds: int
    years: int

    def to_frame(self, level: float = 0.9) -> pd.DataFrame:
        """Expected attacks and deaths by region."""
        parts = {
            name: part.total(over="periods").to_frame(level).droplevel("period")
            for name, part in (("attacks", self.attacks), ("deaths", self.deaths))
        }
        return pd.concat(parts, axis=1)
