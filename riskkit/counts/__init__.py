"""Count: the narrow waist, a small table that keeps all that the models need."""

from riskkit.counts.count import tally
from riskkit.counts.table import Tally

__all__ = ["Tally", "tally"]
