"""Models side by side: mean scores, skill, hit rates."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from riskkit.evaluate.scoring import SCORES, score_columns

__all__ = ["table"]


def table(
    scores: pd.DataFrame,
    models: Sequence[str],
    recent: pd.DataFrame,
    *,
    by: str | None,
    without: str | Sequence[str],
    busy: int,
    against: Sequence[str],
) -> pd.DataFrame:
    """Compare models over the rows of one target; see `Backtest.compare`."""
    if by not in (None, "origin", "region", "ahead"):
        raise ValueError(f'by is {by!r}; accepted: "origin", "region", "ahead", None')
    if by == "ahead":
        period, origin = (pd.PeriodIndex(scores[name]).asi8 for name in ("period", "origin"))
        scores = scores.assign(ahead=period - origin)
    left_out = [_largest(scores, models)] if without == "largest" else _names(without)
    strange = [name for name in left_out if name not in recent.index]
    if strange:
        raise ValueError(f"without names {strange[0]!r}, which is no region of this backtest")
    rows = scores[~scores["region"].isin(left_out)]
    at = (
        recent.index.get_indexer(pd.Index(rows["region"])),
        recent.columns.get_indexer(pd.Index(rows["origin"])),
    )
    many = recent.to_numpy()[at] >= busy
    keys = ["model"] if by is None else [by, "model"]
    groups = rows.groupby(keys, sort=False, observed=True)
    means = ["crps", "log_score", "log1p_crps", "fair_crps", "ignorance", "interval_score"]
    means += [name for name in score_columns(scores) if name not in (*SCORES, "ahead")]
    found = groups[means].mean()
    found["hit_rate"], found["n"] = groups["hit"].mean(), groups.size()
    lively = rows[many].groupby(keys, sort=False, observed=True)["hit"]
    found["hit_rate_busy"] = lively.mean()
    found["n_busy"] = lively.size().reindex(found.index, fill_value=0)
    for end, count in (("", "n"), ("_busy", "n_busy")):
        rate = found[f"hit_rate{end}"]
        found[f"hit_error{end}"] = np.sqrt(rate * (1 - rate) / found[count].where(found[count] > 0))
    skills = []
    for baseline in against:
        if baseline not in models:
            raise ValueError(f"against has {baseline!r}; accepted: {', '.join(models)}")
        crps = found["crps"].xs(baseline, level="model") if by else found["crps"].loc[baseline]
        theirs = crps.reindex(found.index.get_level_values(by)).to_numpy() if by else crps
        skills.append(f"skill_{baseline.replace(' ', '_')}")
        found[skills[-1]] = 1 - found["crps"] / theirs
    found["origins"] = groups["origin"].nunique()
    found["regions"] = groups["region"].nunique()
    order = [
        "crps", *skills, *means[1:], "hit_rate", "hit_error", "hit_rate_busy", "hit_error_busy",
        "n_busy", "n", "origins", "regions",
    ]  # fmt: skip
    if by is None:
        return found.reindex(pd.Index(models, name="model"))[order]
    return found[order]


def _names(without: str | Sequence[str]) -> list[str]:
    return [without] if isinstance(without, str) else list(without)


def _largest(scores: pd.DataFrame, models: Sequence[str]) -> str:
    one = scores[scores["model"] == models[0]]
    return str(one.groupby("region")["observed"].sum().idxmax())
