"""Steps that all regions took together, undeclared: a change of the source, or of the world."""

from dataclasses import dataclass, replace

import numpy as np

from riskkit.frequency.series import Series

__all__ = ["CommonStep", "find_common_steps"]

_SPAN = 12
# A region with fewer attacks than this on both sides of a date tells nothing of a step there.
_FEWEST = 6
# A step of all needs some regions to show it, ...
_REGIONS = 5
# ... must stand so many standard errors out of what other dates show by chance, ...
_CLEAR = 6.0
# (fewer where the source says that its method changed then),
_CLEAR_DECLARED = 3.0
# ... and must be shared: the regions' own steps differ by less than half of it.
_UNLIKE = 0.5
# Lower quartile of a normal deviation's size: dates around a step don't reach it.
_NORMAL_QUARTILE = 0.3186


@dataclass(frozen=True)
class CommonStep:
    """A step of the level that all regions took at one time.

    Parameters
    ----------
    period : int
        First period after the step, counted from the tally's first.
    size : float
        Change of the log level, mean over the regions.
    spread : float
        Standard deviation of a region's own step around it, with the error of `size`.
    """

    period: int
    size: float
    spread: float


def find_common_steps(data: Series) -> tuple[Series, tuple[CommonStep, ...]]:
    r"""Find steps common to all regions and take them out of the levels.

    At each date a region's log ratio of attacks after to attacks before, over twelve periods each,
    has the variance :math:`v_r`: that of a Poisson, times how much larger the region's own ratios
    are at other dates. Over the regions they are pooled with a variance between regions
    :math:`s^2` (Paule and Mandel). Levels before a step are then told in terms of those
    after it; what is left to each region is a step of its own, of standard deviation `spread`.
    A declared break whose size the regions do not agree on stays a wide step of each.

    Parameters
    ----------
    data : Series
        Counts and what was exposed.

    Returns
    -------
    Series
        With exposure before each step multiplied by exp(-size).
    tuple of CommonStep
        By time.

    References
    ----------
    Paule and Mandel (1982), doi:10.6028/jres.087.022
    """
    found: list[CommonStep] = []
    while (step := _clearest_step(data, found)) is not None:
        found.append(step)
        exposed, break_sd = data.exposed.copy(), data.break_sd.copy()
        exposed[:, : step.period] *= np.exp(-step.size)
        break_sd[:, step.period] = step.spread
        data = replace(data, exposed=exposed, break_sd=break_sd)
    return data, tuple(sorted(found, key=lambda step: step.period))


def _clearest_step(data: Series, found: list[CommonStep]) -> CommonStep | None:
    """Give the step that stands out most, those at declared dates first; none near a found one."""
    regions, periods = data.counts.shape
    span = min(_SPAN, periods // 5)
    if regions < _REGIONS or span < 2:
        return None
    dates = np.arange(span, periods - span // 2)
    ratio, variance, told = _ratios(data, dates, span)
    size, error, between = _pooled(ratio, variance, told)
    clear = np.abs(size) / error
    clear /= max(float(np.quantile(clear, 0.25)) / _NORMAL_QUARTILE, 1.0)
    alike = (told.sum(axis=0) >= _REGIONS) & (between <= _UNLIKE * np.abs(size))
    declared = data.break_sd[:, dates].min(axis=0) > 0
    # What moved most, in some regions or in all, throws its shadow on the dates around it.
    mean, weight = _weighted_mean(ratio, variance, told)
    moved = np.abs(mean) * np.sqrt(weight.sum(axis=0))
    for step in found:
        moved[np.abs(dates - step.period) <= span // 2] = 0.0
    for at in (*np.flatnonzero(declared & (moved > 0)), *np.argsort(-moved, kind="stable")):
        least = _CLEAR_DECLARED if declared[at] else _CLEAR
        if moved[at] > 0 and alike[at] and clear[at] >= least:
            spread = float(np.hypot(between[at], error[at]))
            return CommonStep(int(dates[at]), float(size[at]), spread)
        moved[np.abs(dates - dates[at]) <= span] = 0.0
    return None


def _ratios(
    data: Series, dates: np.ndarray, span: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Log ratio of attacks after to before, its variance, and whether it tells, region x date."""
    until = np.minimum(dates + span, data.counts.shape[1])
    attacks, exposed = (
        np.pad(part.cumsum(axis=1), ((0, 0), (1, 0))) for part in (data.counts, data.exposed)
    )
    before = attacks[:, dates] - attacks[:, dates - span]
    after = attacks[:, until] - attacks[:, dates]
    watched_before = exposed[:, dates] - exposed[:, dates - span]
    watched_after = exposed[:, until] - exposed[:, dates]
    told = (watched_before > 0) & (watched_after > 0) & (before + after >= _FEWEST)
    with np.errstate(divide="ignore", invalid="ignore"):
        change = np.log((after + 0.5) / watched_after) - np.log((before + 0.5) / watched_before)
    ratio = np.where(told, change, 0.0)
    poisson = 1 / (before + 0.5) + 1 / (after + 0.5)
    usual = np.ones((len(ratio), 1))
    for region in np.flatnonzero(told.any(axis=1)):
        seen = told[region]
        wide = np.quantile(np.abs(ratio[region, seen]) / np.sqrt(poisson[region, seen]), 0.25)
        usual[region] = max(float(wide) / _NORMAL_QUARTILE, 1.0)
    return ratio, poisson * usual**2, told


def _pooled(
    ratio: np.ndarray, variance: np.ndarray, told: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Mean over the regions, its standard error, and the deviation between regions, by date."""
    # Paule and Mandel: with it the weighted squares are what their number of regions makes likely.
    # (DerSimonian and Laird's would let a few busy regions that agree decide.)
    low, high = np.zeros(ratio.shape[1]), np.full(ratio.shape[1], 100.0)
    for _ in range(40):
        between = (low + high) / 2
        mean, weight = _weighted_mean(ratio, variance + between, told)
        above = (weight * (ratio - mean) ** 2).sum(axis=0) > told.sum(axis=0) - 1
        low, high = np.where(above, between, low), np.where(above, high, between)
    mean, weight = _weighted_mean(ratio, variance + low, told)
    return mean, 1 / np.sqrt(np.maximum(weight.sum(axis=0), 1e-300)), np.sqrt(low)


def _weighted_mean(
    ratio: np.ndarray, variance: np.ndarray, told: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    weight = np.where(told, 1 / variance, 0.0)
    return (weight * ratio).sum(axis=0) / np.maximum(weight.sum(axis=0), 1e-300), weight
