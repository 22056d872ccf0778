"""Count: the narrow waist, a small table that keeps all that the models need."""

from riskkit.counts.count import tally
from riskkit.counts.table import Tally
from riskkit.counts.weekly import read_weekly

__all__ = ["Tally", "read_weekly", "tally"]
