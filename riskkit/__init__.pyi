from . import counts, errors, frequency, incidents, lethality, plots, results, risk, targets
from .counts import Tally, tally
from .errors import RiskkitError, RiskkitWarning
from .frequency import FrequencyModel
from .incidents import check_incidents, load_dataset, read_incidents
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
    "check_incidents",
    "counts",
    "errors",
    "frequency",
    "incidents",
    "lethality",
    "load_dataset",
    "read_incidents",
    "results",
    "risk",
    "tally",
    "targets",
]
