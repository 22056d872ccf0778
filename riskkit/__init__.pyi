from . import (
    counts,
    errors,
    evaluate,
    forecast,
    frequency,
    incidents,
    lethality,
    plots,
    results,
    risk,
    targets,
)
from .counts import Tally, reporting_delay, tally
from .errors import RiskkitError, RiskkitWarning
from .evaluate import backtest
from .forecast import ForecastPool
from .frequency import FrequencyModel
from .incidents import (
    assign_regions,
    check_incidents,
    load_dataset,
    match_incidents,
    read_incidents,
)
from .lethality import LethalityModel, LethalityRegression, TailModel
from .results import Estimate, Forecast
from .risk import RiskForecast, RiskModel
from .targets import TargetModel

__version__: str

__all__ = [
    "Estimate",
    "Forecast",
    "ForecastPool",
    "FrequencyModel",
    "LethalityModel",
    "LethalityRegression",
    "RiskForecast",
    "RiskModel",
    "RiskkitError",
    "RiskkitWarning",
    "TailModel",
    "Tally",
    "TargetModel",
    "assign_regions",
    "backtest",
    "check_incidents",
    "counts",
    "errors",
    "evaluate",
    "forecast",
    "frequency",
    "incidents",
    "lethality",
    "load_dataset",
    "match_incidents",
    "plots",
    "read_incidents",
    "reporting_delay",
    "results",
    "risk",
    "tally",
    "targets",
]
