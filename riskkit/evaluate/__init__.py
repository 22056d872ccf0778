"""Check: the same models, fitted at past dates and scored against what happened."""

from riskkit.evaluate.calibration import reliability
from riskkit.evaluate.result import Backtest
from riskkit.evaluate.rolling import BASELINES, backtest

__all__ = ["BASELINES", "Backtest", "backtest", "reliability"]
