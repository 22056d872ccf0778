"""One forecast, made at one origin, against what happened."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from riskkit.counts import Tally
from riskkit.forecast import SteadyResult
from riskkit.kernels import category_scores, crps, energy, negative_binomial, pit, scores
from riskkit.kernels.streams import stream
from riskkit.results import Forecast

__all__ = ["TAILS", "Scored", "events", "score", "score_columns", "tail_bounds"]

_WHOLE = 1 - 1e-9

SCORES = (
    "crps", "fair_crps", "log1p_crps", "log_score", "ignorance", "interval_score",
    "dawid_sebastiani",
)  # fmt: skip
_NO_SCORES = (
    "model", "origin", "region", "target", "period", "observed", "estimate", "lower", "upper",
    "hit", "expected_crps", "chance", "draws", "below", "above", "largest",
    "pit_lower", "pit_upper", "pit",
)  # fmt: skip

# Of an energy score: its cost grows with their square, and its fair form needs no more.
_ENERGY_DRAWS = 500

# Shares below and above, of which each forecast's bounds are kept.
TAILS = np.array(
    [
        0.0005, 0.001, 0.002, 0.003, 0.005, 0.0075, 0.01, 0.015, 0.02, 0.025, 0.03, 0.04, 0.05,
        0.06, 0.08, 0.1, 0.125, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5,
    ]
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class Scored:
    """The tables that one model makes at one origin.

    Parameters
    ----------
    quantity : str
        What was forecast.
    cells : pandas.DataFrame
        Scores by region: each period, and the total over the horizon.
    bounds : ndarray of int, shape (cells, 2, tails)
        What lies below and above `TAILS` of each cell's forecast.
    world : pandas.DataFrame
        Scores of the total over regions and horizon.
    events : pandas.DataFrame
        Chances of deadly attacks and whether they came.
    """

    quantity: str
    cells: pd.DataFrame
    bounds: np.ndarray
    world: pd.DataFrame
    events: pd.DataFrame


def score(
    forecast: Forecast,
    observed: pd.DataFrame,
    watched: pd.DataFrame,
    *,
    level: float,
    seed: int,
    exact: SteadyResult | None,
    more: Mapping[str, Callable[[ArrayLike, ArrayLike], np.ndarray]],
) -> tuple[pd.DataFrame, np.ndarray, pd.DataFrame]:
    """Score a forecast where its periods were wholly watched.

    Parameters
    ----------
    forecast : Forecast
        Of the periods of ``observed``.
    observed : pandas.DataFrame
        Region x period, NaN where not watched.
    watched : pandas.DataFrame
        Region x period: shares. A period that was watched in part is not scored: nobody knows
        what it held.
    level : float
        Of the intervals.
    seed : int
        Of the randomised PIT.
    exact : SteadyResult or None
        The fitted baseline, whose distribution is known in closed form.
    more : mapping of str to callable
        Further scores of observed (cells,) and draws (cells, n).

    Returns
    -------
    cells : pandas.DataFrame
    bounds : ndarray
    world : pandas.DataFrame
    """
    if not forecast.regions.equals(observed.index):
        raise ValueError("the forecast's regions are not the tally's, in the tally's order")
    if not forecast.periods.equals(observed.columns):
        raise ValueError(
            f"the forecast is of {forecast.periods[0]} to {forecast.periods[-1]}; asked for: "
            f"{observed.columns[0]} to {observed.columns[-1]}"
        )
    seen = (watched.to_numpy(float) >= _WHOLE) & observed.notna().to_numpy()
    values = observed.to_numpy(float)
    whole = seen.all(axis=1)
    parts = []
    region, period = np.nonzero(seen)
    parts.append(
        _table(
            values[region, period],
            forecast.draws[:, region, period],
            level,
            None if exact is None else (exact.mean[region], exact.shape),
            more,
        ).assign(region=forecast.regions[region], target="period", period=forecast.periods[period])
    )
    totals = forecast.draws.sum(axis=2, dtype=np.int64)
    parts.append(
        _table(
            values[whole].sum(axis=1),
            totals[:, whole],
            level,
            None if exact is None else (exact.mean[whole] * len(forecast.periods), exact.shape),
            more,
        ).assign(region=forecast.regions[whole], target="total", period=forecast.periods[-1])
    )
    cells = pd.concat(parts, ignore_index=True)
    cells["pit"] = pit.pit_randomised(
        cells["pit_lower"], cells["pit_upper"], stream(seed, "randomised PIT")
    )
    world = _table(
        np.array([values[whole].sum()]), totals[:, whole].sum(axis=1)[:, None], level, None, more
    ).assign(regions=int(whole.sum()), period=forecast.periods[-1])
    shuffled = stream(seed, "energy score").permutation(len(totals))[:_ENERGY_DRAWS]
    world["energy_score"] = np.nan
    if whole.any():
        world["energy_score"] = energy.energy_score(
            values[whole].sum(axis=1), totals[shuffled][:, whole], fair=True
        )
    bounds = tail_bounds(
        np.concatenate([forecast.draws[:, region, period], totals[:, whole]], axis=1)
    )
    return cells, bounds, world


def score_columns(cells: pd.DataFrame) -> list[str]:
    """List the columns that are scores, of which less is better; further ones too."""
    return [column for column in cells.columns if column not in _NO_SCORES]


def tail_bounds(draws: np.ndarray) -> np.ndarray:
    """Give the whole numbers with at most the shares `TAILS` below them, and above.

    What happens counts as one more draw, so that these are bounds for it: where it is
    exchangeable with n draws, it falls above the k-th largest with chance k / (n + 1) at most.

    Parameters
    ----------
    draws : ndarray of int, shape (n, cells)

    Returns
    -------
    ndarray of int, shape (cells, 2, tails)
        Lower bounds, 0 where the draws don't tell; upper bounds, at most the largest draw.
    """
    n, cells = draws.shape
    rank = np.floor(TAILS * (n + 1) + 1e-9).astype(int)
    ordered = np.sort(draws, axis=0)
    lower = np.where(rank[:, None] > 0, ordered[np.maximum(rank, 1) - 1], 0)
    upper = ordered[np.minimum(n - rank, n - 1)]
    bounds = np.stack([lower, upper]).transpose(2, 0, 1)
    small = not cells or bounds.max() < np.iinfo(np.int32).max
    return np.ascontiguousarray(bounds, np.int32 if small else np.int64)


def _table(
    observed: np.ndarray,
    draws: np.ndarray,
    level: float,
    exact: tuple[np.ndarray, float] | None,
    more: Mapping[str, Callable[[ArrayLike, ArrayLike], np.ndarray]],
) -> pd.DataFrame:
    """Score draws (n, cells), or a Poisson or negative binomial (mean, shape), cell by cell."""
    tail = (1 - level) / 2
    n = len(draws)
    columns = np.ascontiguousarray(draws.T)
    if n and draws.size:
        lower, upper = np.quantile(draws, [tail, 1 - tail], axis=0, method="inverted_cdf")
    else:
        lower = upper = np.zeros(0)
    # Half the mean distance between two draws: what the forecast expects its fair CRPS to be.
    away = np.abs(draws - observed).mean(axis=0) if draws.size else np.zeros(0)
    plain = crps.crps_ensemble(observed, columns)
    expected = (away - plain) * (n / (n - 1))
    if exact is None:
        below, upto = pit.pit_bounds_ensemble(observed, columns)
        range_score, fair = plain, away - expected
        log_score = scores.log_score_ensemble(observed, columns)
        mean = draws.mean(axis=0) if draws.size else np.zeros(0)
    else:
        mean, shape = exact
        below, upto = pit.pit_bounds(observed, mean, shape)
        range_score = fair = crps.crps_negative_binomial(observed, mean, shape)
        mass = np.exp(negative_binomial.log_pmf(observed, mean, shape))
        log_score = scores.log_score_guarded(observed, mass, n)
    table = pd.DataFrame(
        {
            "observed": observed,
            "estimate": mean,
            "lower": lower,
            "upper": upper,
            "hit": pit.share_inside(below, upto, tail, 1 - tail),
            "crps": range_score,
            "fair_crps": fair,
            "expected_crps": expected,
            "log1p_crps": crps.crps_ensemble(np.log1p(observed), np.log1p(columns)),
            "log_score": log_score,
            "ignorance": scores.ignorance_binned(observed, columns),
            "interval_score": scores.interval_score(observed, lower, upper, level),
            "dawid_sebastiani": category_scores.dawid_sebastiani_ensemble(observed, columns),
            "chance": (draws > 0).mean(axis=0) if draws.size else np.zeros(0),
            "draws": n,
            "below": (draws < observed).sum(axis=0),
            "above": (draws > observed).sum(axis=0),
            "largest": draws.max(axis=0) if draws.size else np.zeros(0, dtype=np.int64),
            "pit_lower": below,
            "pit_upper": upto,
        }
    )
    for name, further in more.items():
        if name in table or name in _NO_SCORES:
            raise ValueError(f"scores has {name!r}, which is a column already; take another name")
        table[name] = further(observed, columns)
    return table


def events(
    chance: pd.Series,
    tally: Tally,
    origin: pd.Period,
    horizon: int,
    at_least: int,
    *,
    delay: int = 0,
) -> pd.DataFrame:
    """Set chances of at least one attack killing so many beside what came, and the past's share.

    Parameters
    ----------
    chance : pandas.Series
        By region: the model's chance.
    tally : Tally
        The whole tally, the future too: this function is the judge, not the model.
    origin : pandas.Period
        The period after which the forecast begins.
    horizon : int
        Periods ahead.
    at_least : int
        Deaths in one attack.
    delay : int
        Periods before the origin, and it too, that were not known; the past's share is without.

    Returns
    -------
    pandas.DataFrame
        ``region, chance, past, happened``. ``past`` is the region's own share of past spans
        of this length with such an attack, (k + 1/2) / (n + 1). An attack whose toll is
        unknown counts by its lowest figure.
    """
    rows = tally.counts
    toll = rows["fatalities"].fillna(rows["fatalities_low"])
    deadly = rows[(toll >= at_least).fillna(False).astype(bool)]
    came = np.zeros(tally.watched.shape, dtype=bool)
    at_region = tally.regions.get_indexer(pd.Index(deadly["region"]))
    came[at_region, tally.periods.get_indexer(pd.PeriodIndex(deadly["period"]))] = True
    seen = tally.watched.to_numpy(float) >= _WHOLE
    now = int(tally.periods.get_indexer(pd.PeriodIndex([origin]))[0]) + 1
    known = now - delay
    spans = known // horizon
    past = slice(known - spans * horizon, known)
    shape = (len(tally.regions), spans, horizon)
    usable = seen[:, past].reshape(shape).all(axis=2)
    before = came[:, past].reshape(shape).any(axis=2) & usable
    ahead = slice(now, now + horizon)
    whole = np.flatnonzero(seen[:, ahead].all(axis=1))
    return pd.DataFrame(
        {
            "region": tally.regions[whole],
            "chance": chance.reindex(tally.regions).to_numpy(float)[whole],
            "past": ((before.sum(axis=1) + 0.5) / (usable.sum(axis=1) + 1))[whole],
            "happened": came[whole, ahead].any(axis=1),
        }
    )
