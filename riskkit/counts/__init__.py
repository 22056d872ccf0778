"""Count: the narrow waist, a small table that keeps all that the models need."""

from riskkit.counts.count import tally
from riskkit.counts.delay import reporting_delay
from riskkit.counts.delay_result import ReportingDelay
from riskkit.counts.table import Tally
from riskkit.counts.weekly import read_weekly

__all__ = ["ReportingDelay", "Tally", "read_weekly", "reporting_delay", "tally"]
