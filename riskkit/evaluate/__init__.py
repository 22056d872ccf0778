"""Check: the same models, fitted at past dates and scored against what happened."""

from riskkit.evaluate.baselines import BASELINES
from riskkit.evaluate.calibration import reliability
from riskkit.evaluate.conformal import Conformal
from riskkit.evaluate.result import Backtest
from riskkit.evaluate.rolling import backtest
from riskkit.kernels.calibration import crps_surprise, spiegelhalter
from riskkit.kernels.category_scores import (
    dawid_sebastiani,
    dawid_sebastiani_ensemble,
    interval_score_ensemble,
    quantile_score,
    ranked_probability,
    ranked_probability_ensemble,
)
from riskkit.kernels.crps import crps_ensemble, crps_negative_binomial, crps_poisson
from riskkit.kernels.energy import energy_score
from riskkit.kernels.pit import (
    pit_bounds,
    pit_bounds_ensemble,
    pit_histogram,
    pit_randomised,
    share_inside,
)
from riskkit.kernels.scores import (
    VIEWS_EDGES,
    brier,
    ignorance_binned,
    interval_score,
    log_score_ensemble,
    log_score_guarded,
    log_score_negative_binomial,
)
from riskkit.kernels.weighted_crps import (
    crps_log1p_ensemble,
    crps_threshold_ensemble,
    crps_threshold_negative_binomial,
)

__all__ = [
    "BASELINES",
    "VIEWS_EDGES",
    "Backtest",
    "Conformal",
    "backtest",
    "brier",
    "crps_ensemble",
    "crps_log1p_ensemble",
    "crps_negative_binomial",
    "crps_poisson",
    "crps_surprise",
    "crps_threshold_ensemble",
    "crps_threshold_negative_binomial",
    "dawid_sebastiani",
    "dawid_sebastiani_ensemble",
    "energy_score",
    "ignorance_binned",
    "interval_score",
    "interval_score_ensemble",
    "log_score_ensemble",
    "log_score_guarded",
    "log_score_negative_binomial",
    "pit_bounds",
    "pit_bounds_ensemble",
    "pit_histogram",
    "pit_randomised",
    "quantile_score",
    "ranked_probability",
    "ranked_probability_ensemble",
    "reliability",
    "share_inside",
    "spiegelhalter",
]
