"""Forecasters of any panel column that explain nothing, one a file."""

from riskkit.forecast.analogues import Analogues
from riskkit.forecast.bootstrap import Bootstrap
from riskkit.forecast.climatology import Climatology
from riskkit.forecast.croston import Croston
from riskkit.forecast.ensemble import EnsembleResult
from riskkit.forecast.gamma_poisson import GammaPoisson
from riskkit.forecast.half_and_half import HalfAndHalf
from riskkit.forecast.last_value import LastValue
from riskkit.forecast.last_year import LastYear
from riskkit.forecast.last_year_poisson import LastYearPoisson
from riskkit.forecast.occurrence_size import OccurrenceSize
from riskkit.forecast.pool import ForecastPool
from riskkit.forecast.recent_history import RecentHistory
from riskkit.forecast.resampled import ResampledResult
from riskkit.forecast.seasonal import Seasonal
from riskkit.forecast.steady import SteadyResult
from riskkit.forecast.zero import Zero

__all__ = [
    "Analogues",
    "Bootstrap",
    "Climatology",
    "Croston",
    "EnsembleResult",
    "ForecastPool",
    "GammaPoisson",
    "HalfAndHalf",
    "LastValue",
    "LastYear",
    "LastYearPoisson",
    "OccurrenceSize",
    "RecentHistory",
    "ResampledResult",
    "Seasonal",
    "SteadyResult",
    "Zero",
]
