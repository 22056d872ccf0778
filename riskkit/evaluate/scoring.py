"""One forecast, made at one origin, against what happened."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from riskkit.counts import Tally
from riskkit.forecast import SteadyResult
from riskkit.kernels import crps, negative_binomial, pit, scores
from riskkit.kernels.streams import stream
from riskkit.results import Forecast

__all__ = ["Scored", "events", "score"]

_WHOLE = 1 - 1e-9


@dataclass(frozen=True, eq=False)
class Scored:
    """The tables that one model makes at one origin.

    Parameters
    ----------
    cells : pandas.DataFrame
        Scores by region: each period, and the total over the horizon.
    world : pandas.DataFrame
        Scores of the total over regions and horizon.
    events : pandas.DataFrame
        Chances of deadly attacks and whether they came.
    """

    cells: pd.DataFrame
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
) -> tuple[pd.DataFrame, pd.DataFrame]:
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

    Returns
    -------
    cells, world : pandas.DataFrame
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
        ).assign(region=forecast.regions[region], target="period", period=forecast.periods[period])
    )
    totals = forecast.draws.sum(axis=2, dtype=np.int64)
    parts.append(
        _table(
            values[whole].sum(axis=1),
            totals[:, whole],
            level,
            None if exact is None else (exact.mean[whole] * len(forecast.periods), exact.shape),
        ).assign(region=forecast.regions[whole], target="total", period=forecast.periods[-1])
    )
    cells = pd.concat(parts, ignore_index=True)
    cells["pit"] = pit.pit_randomised(
        cells["pit_lower"], cells["pit_upper"], stream(seed, "randomised PIT")
    )
    world = _table(
        np.array([values[whole].sum()]), totals[:, whole].sum(axis=1)[:, None], level, None
    ).assign(regions=int(whole.sum()), period=forecast.periods[-1])
    return cells, world


def _table(
    observed: np.ndarray,
    draws: np.ndarray,
    level: float,
    exact: tuple[np.ndarray, float] | None,
) -> pd.DataFrame:
    """Score draws (n, cells), or a Poisson or negative binomial (mean, shape), cell by cell."""
    tail = (1 - level) / 2
    n = len(draws)
    columns = np.ascontiguousarray(draws.T)
    if n and draws.size:
        lower, upper = np.quantile(draws, [tail, 1 - tail], axis=0, method="inverted_cdf")
    else:
        lower = upper = np.zeros(0)
    if exact is None:
        below, upto = pit.pit_bounds_ensemble(observed, columns)
        range_score = crps.crps_ensemble(observed, columns)
        log_score = scores.log_score_ensemble(observed, columns)
        mean = draws.mean(axis=0) if draws.size else np.zeros(0)
    else:
        mean, shape = exact
        below, upto = pit.pit_bounds(observed, mean, shape)
        range_score = crps.crps_negative_binomial(observed, mean, shape)
        mass = np.exp(negative_binomial.log_pmf(observed, mean, shape))
        log_score = scores.log_score_guarded(observed, mass, n)
    return pd.DataFrame(
        {
            "observed": observed,
            "estimate": mean,
            "lower": lower,
            "upper": upper,
            "hit": pit.share_inside(below, upto, tail, 1 - tail),
            "crps": range_score,
            "log1p_crps": crps.crps_ensemble(np.log1p(observed), np.log1p(columns)),
            "log_score": log_score,
            "interval_score": scores.interval_score(observed, lower, upper, level),
            "pit_lower": below,
            "pit_upper": upto,
        }
    )


def events(
    chance: pd.Series, tally: Tally, origin: pd.Period, horizon: int, at_least: int
) -> pd.DataFrame:
    """Set chances of at least one attack killing so many beside what came, and the past's share.

    Parameters
    ----------
    chance : pandas.Series
        By region: the model's chance.
    tally : Tally
        The whole tally, the future too: this function is the judge, not the model.
    origin : pandas.Period
        Last period that the model knew.
    horizon : int
        Periods ahead.
    at_least : int
        Deaths in one attack.

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
    spans = now // horizon
    past = slice(now - spans * horizon, now)
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
