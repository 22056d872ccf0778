"""Forecasters of any panel column that explain nothing, one a file."""

from riskkit.forecast.half_and_half import HalfAndHalf
from riskkit.forecast.last_year import LastYear
from riskkit.forecast.last_year_poisson import LastYearPoisson
from riskkit.forecast.steady import SteadyResult

__all__ = ["HalfAndHalf", "LastYear", "LastYearPoisson", "SteadyResult"]
