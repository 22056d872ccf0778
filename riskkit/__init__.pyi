from . import counts, errors, frequency, incidents, lethality, results, risk, targets
from .counts import Tally, tally
from .errors import RiskkitError, RiskkitWarning
from .frequency import FrequencyModel
from .lethality import LethalityModel
from .results import Estimate, Forecast
from .risk import RiskForecast, RiskModel
from .targets import TargetModel

__version__: str

__all__ = [
    "Estimate",
    "Forecast",
    "FrequencyModel",
    "LethalityModel",
    "RiskForecast",
    "RiskModel",
    "RiskkitError",
    "RiskkitWarning",
    "Tally",
    "TargetModel",
    "counts",
    "errors",
    "frequency",
    "incidents",
    "lethality",
    "results",
    "risk",
    "tally",
    "targets",
]
