"""Scores of models on the same cells: differences and their errors, the model confidence set."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from riskkit.evaluate.scoring import score_columns
from riskkit.kernels import paired
from riskkit.kernels.streams import RNGLike, entropy, stream

__all__ = ["by_origin", "confidence", "difference_table"]

# Below this many dates a p-value would rest on a normal law of a handful of numbers.
ENOUGH_ORIGINS = 10


def difference_table(
    scores: pd.DataFrame, models: Sequence[str], against: str, score: str, horizon: int
) -> pd.DataFrame:
    """Give each model's mean score less that of one; see `Backtest.differences`."""
    wide = _wide(scores, models, score)
    if against not in models:
        raise ValueError(f"against is {against!r}; accepted: {', '.join(models)}")
    rows = {}
    for name in models:
        if name == against:
            continue
        apart = (wide[name] - wide[against]).dropna()
        region, origin = (apart.index.get_level_values(key) for key in ("region", "origin"))
        values = apart.to_numpy()
        by_origin = apart.groupby(level="origin").mean().sort_index()
        few = min(region.nunique(), origin.nunique())
        codes = [pd.factorize(key)[0] for key in (region, origin)]
        error = paired.clustered_error(values, *codes)
        row = {
            "difference": float(values.mean()),
            "error": error,
            "error_region": paired.clustered_error(values, codes[0]),
            "error_origin": paired.clustered_error(values, codes[1]),
            "p_value": np.nan,
            "diebold_mariano": np.nan,
            "diebold_mariano_p": np.nan,
            "better_origins": int((by_origin < 0).sum()),
            "origins": len(by_origin),
            "regions": int(region.nunique()),
        }
        if len(by_origin) >= ENOUGH_ORIGINS:
            row["p_value"] = paired.t_test(row["difference"], error, few - 1)
            steps = _overlap(pd.PeriodIndex(by_origin.index), horizon)
            if steps < len(by_origin):
                statistic, p_value = paired.diebold_mariano(by_origin, steps)
                row["diebold_mariano"], row["diebold_mariano_p"] = statistic, p_value
        rows[name] = row
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("model")


def by_origin(
    scores: pd.DataFrame, models: Sequence[str], against: str, score: str
) -> pd.DataFrame:
    """Give the mean difference of each origin, origin x model; see `Backtest.differences`."""
    if against not in models:
        raise ValueError(f"against is {against!r}; accepted: {', '.join(models)}")
    wide = _wide(scores, models, score)
    apart = wide.drop(columns=against).sub(wide[against], axis=0)
    return apart.groupby(level="origin").mean()


def confidence(
    scores: pd.DataFrame,
    models: Sequence[str],
    score: str,
    horizon: int,
    repeats: int,
    rng: RNGLike,
) -> pd.Series:
    """Give each model's p-value in the confidence set; see `Backtest.confidence_set`."""
    means = _wide(scores, models, score).dropna().groupby(level="origin").mean().sort_index()
    if len(means) < ENOUGH_ORIGINS:
        raise ValueError(
            f"{len(means)} origins; accepted: {ENOUGH_ORIGINS} or more for a confidence set "
            '(see differences(by="origin"))'
        )
    block = max(2, _overlap(pd.PeriodIndex(means.index), horizon))
    index = paired.stationary_bootstrap(
        len(means), repeats, block, stream(entropy(rng), "confidence set", score)
    )
    found = paired.confidence_set(means, index)
    return pd.Series(found, index=pd.Index(models, name="model"), name="p_value")


def _wide(scores: pd.DataFrame, models: Sequence[str], score: str) -> pd.DataFrame:
    if score not in (known := score_columns(scores)):
        raise ValueError(f"score is {score!r}; accepted: {', '.join(known)}")
    keys = ["region", "origin"]
    cell = scores.groupby(["model", *keys], sort=False, observed=True).cumcount().rename("cell")
    table = scores.assign(cell=cell).set_index([*keys, "cell", "model"])[score]
    return table.unstack("model")[list(models)]


def _overlap(origins: pd.PeriodIndex, horizon: int) -> int:
    """Say how many origins on a horizon stays in the way of the next."""
    ordinals = np.diff(np.asarray(origins.asi8))
    return max(1, int(np.ceil(horizon / ordinals.min()))) if len(ordinals) else 1
