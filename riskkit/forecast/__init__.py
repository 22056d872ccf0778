"""Forecasters of any panel column that explain nothing, one a file."""

from riskkit.forecast.bootstrap import Bootstrap
from riskkit.forecast.climatology import Climatology
from riskkit.forecast.half_and_half import HalfAndHalf
from riskkit.forecast.last_value import LastValue
from riskkit.forecast.last_year import LastYear
from riskkit.forecast.last_year_poisson import LastYearPoisson
from riskkit.forecast.resampled import ResampledResult
from riskkit.forecast.seasonal import Seasonal
from riskkit.forecast.steady import SteadyResult
from riskkit.forecast.zero import Zero

__all__ = [
    "Bootstrap",
    "Climatology",
    "HalfAndHalf",
    "LastValue",
    "LastYear",
    "LastYearPoisson",
    "ResampledResult",
    "Seasonal",
    "SteadyResult",
    "Zero",
]
