"""Against whom: models of the mix of targets, one a file."""

from riskkit.targets.model import TargetModel
from riskkit.targets.result import TargetResult

__all__ = ["TargetModel", "TargetResult"]
