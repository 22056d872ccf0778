"""How deadly: models of deaths per attack, one a file."""

from riskkit.lethality.model import LethalityModel
from riskkit.lethality.result import LethalityResult

__all__ = ["LethalityModel", "LethalityResult"]
