"""How much of the levels' steps the regions have in common, learned from past surprises."""

import numpy as np
from scipy.special import ndtri

from riskkit.frequency.levels import latest_levels
from riskkit.frequency.paths import counts_on, level_steps
from riskkit.frequency.series import Series
from riskkit.frequency.walks import Walks
from riskkit.kernels.streams import stream

__all__ = ["shared_part"]

_VALUES = np.array([0.0, 0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.7])
_PRIOR_SCALE = 0.2
_DRAWS = 256
_ORIGINS = 10
# A region with fewer attacks than this in the two spans before tells nothing of a shock.
_FEWEST = 6


def shared_part(
    data: Series, pairs: Walks, best: np.ndarray, shape: float, means: np.ndarray, reach: float
) -> tuple[np.ndarray, np.ndarray]:
    r"""Weigh values of the share of a step's variance that is common to all regions.

    At past dates each region's next total is forecast from what was known then; how surprising
    the outcome was is a normal score z, of which the path of the level explains a part c. Then
    :math:`z \sim N(0, I + \rho (c c^T - diag(c^2)))`, jointly over the regions.

    Parameters
    ----------
    data : Series
        Counts and what was exposed.
    pairs : Walks
        Walks and dispersions.
    best : ndarray of int, shape (regions,)
        Each region's likeliest pair.
    shape : float
        Of the gamma prior of the levels.
    means : ndarray, shape (regions,)
        Its mean, by region.
    reach : float
        As in `FrequencyModel`.

    Returns
    -------
    values, probabilities : ndarray
    """
    regions, periods = data.counts.shape
    span = max(1, min(12, periods // 4))
    origins = [periods - span * k for k in range(1, _ORIGINS + 1) if periods - span * k >= 2 * span]
    log_chance = -_VALUES / _PRIOR_SCALE
    moving = pairs.drift[best] > 0
    for origin in origins if regions > 1 else []:
        recent = data.counts[:, origin - 2 * span : origin].sum(axis=1)
        seen = (data.exposed[:, origin : origin + span] > 0).all(axis=1)
        known = np.flatnonzero(moving & seen & (recent >= _FEWEST)).tolist()
        told = np.array(
            [_surprise(data, pairs, best, (shape, means[r]), reach, r, origin, span) for r in known]
        )
        if len(told) > 1:
            log_chance = log_chance + _log_density(told[:, 0], told[:, 1])
    chance = np.exp(log_chance - log_chance.max())
    return _VALUES, chance / chance.sum()


def _surprise(
    data: Series,
    pairs: Walks,
    best: np.ndarray,
    level: tuple[float, float],
    reach: float,
    region: int,
    origin: int,
    span: int,
) -> tuple[float, float]:
    """Normal score of one outcome, and the part of it that the level's path explains."""
    from riskkit.kernels.level_prior import draw_levels

    pair = best[region]
    own = Walks(pairs.drift[[pair]], pairs.chance[[pair]], pairs.dispersion[[pair]])
    rows = slice(region, region + 1)
    past = Series(
        data.counts[rows, :origin], data.exposed[rows, :origin], data.ahead[rows],
        data.break_sd[rows, :origin],
    )  # fmt: skip
    then = latest_levels(past, own, reach)
    # Fixed numbers: a fit has no seed, and its result must not depend on one.
    rng = stream(0, "frequency", "history")
    uniforms = (rng.permutation(_DRAWS) + 0.5) / _DRAWS
    start, zero = np.empty(_DRAWS), np.zeros(_DRAWS, dtype=np.int64)
    draw_levels(
        then.values[0], then.first[0], then.step[0], then.size[0], np.array([level[0]]),
        np.array([level[1]]), zero, zero, uniforms, start,
    )  # fmt: skip
    many = np.ones(_DRAWS)
    path = level_steps(
        rng.standard_normal((_DRAWS, span)), own.drift * many, own.chance * many, reach
    )
    means = np.exp(np.minimum(start[:, None] + path, 60.0)) * data.exposed[rows, origin:][:, :span]
    totals = counts_on(means, own.dispersion * many, rng).sum(axis=1)
    happened = data.counts[region, origin : origin + span].sum()
    rank = ((totals < happened).sum() + 0.5 * (totals == happened).sum() + 0.5) / (_DRAWS + 1)
    with np.errstate(invalid="ignore"):
        part = np.corrcoef(np.log1p(totals), path.mean(axis=1))[0, 1]
    return float(ndtri(rank)), float(np.clip(np.nan_to_num(part), 0.0, 0.99))


def _log_density(score: np.ndarray, part: np.ndarray) -> np.ndarray:
    """Log density of one date's scores for each shared part, by Sherman and Morrison."""
    rho = _VALUES[:, None]
    own = 1 - rho * part**2
    pull = (rho * part**2 / own).sum(axis=1)
    drag = (part * score / own).sum(axis=1)
    return np.asarray(
        -0.5
        * (
            np.log(own).sum(axis=1)
            + np.log1p(pull)
            + (score**2 / own).sum(axis=1)
            - _VALUES * drag**2 / (1 + pull)
        )
    )
