"""What a forecast rests on, and what would change it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from riskkit.forecast.history import History

if TYPE_CHECKING:
    from riskkit.forecast.ensemble import Quantiles

__all__ = ["fading_shares", "rests_on", "what_if"]

_LEVELS = (np.arange(400) + 0.5) / 400


def fading_shares(counts: np.ndarray, region: int, seen: np.ndarray, keep: float) -> np.ndarray:
    """Weigh the periods of one region that count, each next one before by ``keep`` less.

    Parameters
    ----------
    counts : ndarray, shape (regions, periods)
        The record.
    region : int
        Its row.
    seen : ndarray of bool, shape (periods,)
        The periods that count.
    keep : float
        What is kept of a weight when another period counts.

    Returns
    -------
    ndarray, shape (regions, periods)
        As an exponential smoother weighs, so that without its starting value it adds up to
        1 - keep^n.
    """
    shares = np.zeros(counts.shape)
    later = np.cumsum(seen[::-1])[::-1] - seen
    shares[region] = np.where(seen, (1 - keep) * keep**later, 0.0)
    return shares


def rests_on(history: History, model: Quantiles, region: str, horizon: int) -> pd.DataFrame:
    """List the past counts that carry weight; see `EnsembleResult.explain`."""
    row = _row(history, region, horizon)
    counts = history.whole()
    regions, periods = history.panel.index, history.panel.columns
    tables = []
    for member, shares in model.shares(counts, horizon, row).items():
        where, when = np.nonzero(shares > 1e-6)
        tables.append(
            pd.DataFrame(
                {
                    "member": member,
                    "region": regions[where],
                    "period": periods[when],
                    "count": counts[where, when],
                    "weight": shares[where, when],
                }
            )
        )
    found = pd.concat(tables, ignore_index=True)
    return found.sort_values("weight", ascending=False, kind="stable", ignore_index=True)


def what_if(
    history: History, model: Quantiles, region: str, horizon: int, last: int
) -> pd.DataFrame:
    """Forecast with other last periods; see `EnsembleResult.what_if`."""
    row = _row(history, region, horizon)
    if last < 1:
        raise ValueError(f"last is {last}; accepted: 1 or more periods")
    counts = history.whole()
    cases = {}
    for case in ("as it was", "none", "half", "twice", "one more in the last"):
        other = counts.copy()
        if case == "one more in the last":
            other[row, -1] += 1
        else:
            factor = {"as it was": 1.0, "none": 0.0, "half": 0.5, "twice": 2.0}[case]
            other[row, -last:] = np.rint(other[row, -last:] * factor)
        values = np.rint(model.quantiles(other, horizon, _LEVELS)[row])
        cases[case] = [
            float(values.mean()),
            float(np.median(values)),
            float(np.quantile(values, 0.95)),
            float((values > 0).mean()),
        ]
    table = pd.DataFrame.from_dict(
        cases, orient="index", columns=["mean", "median", "upper", "chance"]
    )
    table.insert(1, "change", table["mean"].to_numpy() - cases["as it was"][0])
    return table.rename_axis("last periods")


def _row(history: History, region: str, horizon: int) -> int:
    """Find a region's row, and see that the horizon will do."""
    history.ahead(horizon)
    if region not in history.panel.index:
        some = ", ".join(map(str, history.panel.index[:5]))
        raise ValueError(f"region is {region!r}; accepted: one of the tally's, such as {some}")
    return list(history.panel.index).index(region)
