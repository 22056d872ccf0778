"""How often: models of attack counts by region, one a file."""

from riskkit.frequency.model import FrequencyModel
from riskkit.frequency.result import FrequencyResult

__all__ = ["FrequencyModel", "FrequencyResult"]
