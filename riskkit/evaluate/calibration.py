"""Whether chances come true as often as they say."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from riskkit.kernels.pit import pit_histogram
from riskkit.kernels.scores import brier

__all__ = ["brier_table", "pit_table", "reliability"]


def reliability(
    chance: ArrayLike, happened: ArrayLike, *, bins: int = 10, level: float = 0.9
) -> pd.DataFrame:
    """Group forecasts of an event by their chance, and set the share that came beside it.

    Parameters
    ----------
    chance : array_like
        The forecast chances, 0 to 1.
    happened : array_like
        1 or True where the event came.
    bins : int
        Groups of about equal size, by rank of the chance; equal chances stay together.
    level : float
        Of the interval of the share that came.

    Returns
    -------
    pandas.DataFrame
        One row a group: ``chance`` (mean), ``share``, ``lower``, ``upper`` (Wilson), ``n``. A
        reliable forecast has its chance between lower and upper in about ``level`` of them.

    Raises
    ------
    ValueError
        If the two differ in length or there are none.

    Examples
    --------
    >>> reliability([0.1, 0.1, 0.9, 0.9], [0, 0, 1, 1], bins=2)[["chance", "share", "n"]]
       chance  share  n
    0     0.1    0.0  2
    1     0.9    1.0  2
    """
    from statsmodels.stats.proportion import proportion_confint

    p, came = np.asarray(chance, float), np.asarray(happened, float)
    if p.shape != came.shape or p.ndim != 1 or not len(p):
        raise ValueError(
            f"chance has shape {p.shape} and happened {came.shape}; accepted: one axis, equal, "
            "1 or more"
        )
    rank = pd.Series(p).rank(method="average").to_numpy()
    group = np.minimum((rank - 0.5) / len(p) * bins, bins - 1e-9).astype(int)
    rows = pd.DataFrame({"chance": p, "happened": came}).groupby(group)
    table = rows.agg(chance=("chance", "mean"), share=("happened", "mean"), n=("happened", "size"))
    lower, upper = proportion_confint(
        (table["share"] * table["n"]).round().to_numpy(),
        table["n"].to_numpy(),
        alpha=1 - level,
        method="wilson",
    )
    table = table.assign(lower=lower, upper=upper).reset_index(drop=True)
    return table[["chance", "share", "lower", "upper", "n"]]


def brier_table(chances: pd.DataFrame) -> pd.DataFrame:
    """Score chances (model, chance, past, happened) by model; see `Backtest.brier`."""
    rows = chances.assign(
        brier=brier(chances["happened"], chances["chance"]),
        brier_past=brier(chances["happened"], chances["past"]),
    )
    groups = rows.groupby("model", sort=False)
    table = groups[["brier", "brier_past", "chance", "happened"]].mean()
    table.insert(2, "skill", 1 - table["brier"] / table["brier_past"])
    return table.assign(n=groups.size())


def pit_table(scores: pd.DataFrame, models: Sequence[str], bins: int) -> pd.DataFrame:
    """Give the non-randomised PIT histogram by model; see `Backtest.pit`."""
    shares = {}
    for name in models:
        rows = scores[scores["model"] == name]
        shares[name] = pit_histogram(rows["pit_lower"], rows["pit_upper"], bins)
    return pd.DataFrame(shares, index=pd.Index(np.arange(bins) / bins, name="pit"))
