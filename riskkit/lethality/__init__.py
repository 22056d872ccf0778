"""How deadly: models of deaths per attack, one a file."""

from riskkit.lethality import distributions
from riskkit.lethality.model import LethalityModel
from riskkit.lethality.pareto_regression import ParetoRegression
from riskkit.lethality.pareto_result import ParetoRegressionResult
from riskkit.lethality.quantile_regression import QuantileRegression
from riskkit.lethality.quantile_result import QuantileRegressionResult
from riskkit.lethality.regression import LethalityRegression
from riskkit.lethality.regression_result import LethalityRegressionResult
from riskkit.lethality.result import LethalityResult
from riskkit.lethality.tail import TailModel, TailResult
from riskkit.lethality.tail_regression import TailRegression, TailRegressionResult
from riskkit.lethality.trend import TailTrend, TailTrendResult

__all__ = [
    "LethalityModel",
    "LethalityRegression",
    "LethalityRegressionResult",
    "LethalityResult",
    "ParetoRegression",
    "ParetoRegressionResult",
    "QuantileRegression",
    "QuantileRegressionResult",
    "TailModel",
    "TailRegression",
    "TailRegressionResult",
    "TailResult",
    "TailTrend",
    "TailTrendResult",
    "distributions",
]
