"""Combine: frequency and lethality make simulated years by region."""

from riskkit.risk.forecast import RiskForecast
from riskkit.risk.model import RiskModel

__all__ = ["RiskForecast", "RiskModel"]
