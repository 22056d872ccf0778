"""How deadly: models of deaths per attack, one a file."""

from riskkit.lethality import distributions
from riskkit.lethality.disputed import DisputedTail, DisputedTailResult
from riskkit.lethality.explain.pareto_regression import ParetoRegression
from riskkit.lethality.explain.pareto_result import ParetoRegressionResult
from riskkit.lethality.explain.quantile_regression import QuantileRegression
from riskkit.lethality.explain.quantile_result import QuantileRegressionResult
from riskkit.lethality.explain.regression import LethalityRegression
from riskkit.lethality.explain.regression_result import LethalityRegressionResult
from riskkit.lethality.explain.tail_regression import TailRegression, TailRegressionResult
from riskkit.lethality.explain.trend import TailTrend, TailTrendResult
from riskkit.lethality.model import LethalityModel
from riskkit.lethality.pooling import Pooled, pool
from riskkit.lethality.result import LethalityResult
from riskkit.lethality.revision import RevisionModel
from riskkit.lethality.revision_result import RevisionResult
from riskkit.lethality.tail import TailModel, TailResult
from riskkit.lethality.thresholds import ThresholdDiagnostics, threshold_diagnostics
from riskkit.lethality.toll_revisions import toll_revisions
from riskkit.lethality.tolls import impute_tolls, toll_bounds

__all__ = [
    "DisputedTail",
    "DisputedTailResult",
    "LethalityModel",
    "LethalityRegression",
    "LethalityRegressionResult",
    "LethalityResult",
    "ParetoRegression",
    "ParetoRegressionResult",
    "Pooled",
    "QuantileRegression",
    "QuantileRegressionResult",
    "RevisionModel",
    "RevisionResult",
    "TailModel",
    "TailRegression",
    "TailRegressionResult",
    "TailResult",
    "TailTrend",
    "TailTrendResult",
    "ThresholdDiagnostics",
    "distributions",
    "impute_tolls",
    "pool",
    "threshold_diagnostics",
    "toll_bounds",
    "toll_revisions",
]
