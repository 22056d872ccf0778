"""Show: each chart takes one object and draws what one of its public methods returns as a table."""

from riskkit.plots.check_charts import backtest, pit, reliability
from riskkit.plots.forecast_charts import forecast, reasons
from riskkit.plots.lethality_charts import lethality
from riskkit.plots.rate_charts import rates
from riskkit.plots.risk_charts import exceedance
from riskkit.plots.score_charts import conformal, differences, skill
from riskkit.plots.tail_charts import return_levels, tail
from riskkit.plots.tally_charts import counts
from riskkit.plots.target_charts import targets
from riskkit.plots.threshold_charts import thresholds

__all__ = [
    "backtest",
    "conformal",
    "counts",
    "differences",
    "exceedance",
    "forecast",
    "lethality",
    "pit",
    "rates",
    "reasons",
    "reliability",
    "return_levels",
    "skill",
    "tail",
    "targets",
    "thresholds",
]
