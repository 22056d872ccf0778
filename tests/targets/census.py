"""Attacks by target group, as tallies."""

from dataclasses import replace

import pandas as pd

from riskkit.counts import Tally
from riskkit.counts.table import TOLLS

MONTHS = pd.period_range("2020-01", periods=60, freq="M")


def tally_of_mixes(rows: list[tuple[str, str, int, int]], regions: list[str]) -> Tally:
    """Make a tally from (region, target group, attacks, month) rows."""
    table = pd.DataFrame(rows, columns=["region", "target_group", "attacks", "month"])
    table = table[table["attacks"] > 0]
    table["period"] = pd.PeriodIndex(MONTHS[table.pop("month").astype(int)])
    table = table.assign(target_type="unknown", attack_type="unknown", injured=pd.NA, hostages=0)
    table = table.assign(**{name: pd.array([pd.NA] * len(table), "Int64") for name in TOLLS})
    quiet = Tally.from_panel(attacks=pd.DataFrame(0, index=regions, columns=MONTHS))
    return replace(quiet, counts=table.reset_index(drop=True), given={})
