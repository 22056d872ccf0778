"""Steps in what a source writes down: they tell that its coding changed, not the world."""

from collections.abc import Iterable

import numpy as np
import pandas as pd

from riskkit.incidents.coverage import Break

__all__ = ["coding_breaks"]

_TEXTS = ("target_type", "target_group", "attack_type", "weapon_type")
_OTHERS = ("actor", "admin1", "place", "latitude", "fatalities", "injured", "hostages", "suicide")
_UNKNOWN = ("Unknown", "unknown")
_FEW = 5
_WINDOW = {"M": 36, "Y": 8}
_LEAST_STEP = 0.15
_LEVEL = 0.01
_NEAR = pd.Timedelta(days=366)


def coding_breaks(incidents: pd.DataFrame, declared: Iterable[Break] = ()) -> pd.DataFrame:
    r"""Find sudden changes in the share of incidents that lack something.

    For each column the share unknown (and of ``fatalities`` the share of no deaths among the known,
    of ``date`` and ``place`` the share known finely) is followed by month, or by year where
    months are thin. At each period :math:`b` a line with a step,
    :math:`p_t = \alpha + \beta t + \gamma 1(t \ge b)`, is fitted to the shares around it, weighted
    by the incidents. Told is the period with the largest :math:`|\gamma| / se(\gamma)` if
    :math:`|\gamma| \ge 0.15` and its t test holds at 0.01 over all columns and periods with
    incidents; then the periods beyond its window are searched again.

    Parameters
    ----------
    incidents : pandas.DataFrame
        An incidents table.
    declared : iterable of Break
        What is known of the source.

    Returns
    -------
    pandas.DataFrame
        ``column``, ``what`` (share of what), ``date`` (first day after the step), ``before``,
        ``after`` (shares around it), ``inferred``. A real change of the attacks can look the
        same: look before you take it for a change of method.
    """
    dated = incidents[incidents["date"].notna()]
    shares = dict(_shares(dated))
    found = []
    if len(dated):
        unit = "M" if _median_count(dated["date"]) >= _FEW else "Y"
        periods = dated["date"].dt.to_period(unit)
        first = periods.min()
        at = periods.astype("int64").to_numpy() - first.ordinal
        looks = max(len(shares) * len(np.unique(at)), 1)
        for (column, what), (counted, lacking) in shares.items():
            every = np.bincount(at[counted], minlength=at.max() + 1).astype(float)
            some = np.bincount(at[lacking], minlength=at.max() + 1).astype(float)
            for place in _steps(some, every, _WINDOW[unit], _LEVEL / looks):
                around = _around(some, every, place, _WINDOW[unit])
                day = (first + place).start_time
                found.append((column, what, day, *around, _inferred(day, unit, declared)))
    names = ["column", "what", "date", "before", "after", "inferred"]
    table = pd.DataFrame(found, columns=names)
    return table.astype({"date": "datetime64[us]"}).sort_values(
        ["date", "column"], ignore_index=True
    )


def _median_count(dates: pd.Series) -> float:
    months = np.sort(dates.dt.to_period("M").astype("int64").to_numpy())
    # A slipped year would make most months empty.
    ends = len(months) // 200 + 1
    months = months[ends:-ends] if len(months) > 2 * ends else months
    return float(np.median(np.bincount(months - months[0])))


def _shares(
    incidents: pd.DataFrame,
) -> Iterable[tuple[tuple[str, str], tuple[np.ndarray, np.ndarray]]]:
    """Give, for each thing that may step, which incidents count and which of them lack it."""
    every = np.ones(len(incidents), dtype=bool)
    for column in (*_TEXTS, *_OTHERS):
        values = incidents[column]
        lacking = values.isna() | values.isin(_UNKNOWN) if column in _TEXTS else values.isna()
        yield (column, "unknown"), (every, lacking.to_numpy(bool))
    tolls = incidents["fatalities"]
    known = tolls.notna().to_numpy(bool)
    yield ("fatalities", "without deaths"), (known, tolls.eq(0).fillna(False).to_numpy(bool))
    coarse = (incidents["date_precision"] != "day").to_numpy(bool)
    yield ("date_precision", "not known to the day"), (every, coarse)
    placed = incidents["geo_precision"].notna().to_numpy(bool)
    vague = ~incidents["geo_precision"].isin(["exact", "near"]).to_numpy(bool)
    yield ("geo_precision", "known to a province or worse"), (placed, placed & vague)


def _steps(some: np.ndarray, every: np.ndarray, window: int, level: float) -> list[int]:
    """Give the periods at which the share steps, largest first, none within another's window."""
    if not 0 < some.sum() < every.sum():
        return []
    from scipy import stats

    scores = np.zeros(len(every))
    for place in range(2, len(every) - 2):
        low, high = max(place - window, 0), min(place + window, len(every))
        size, score, free = _step(some[low:high], every[low:high], place - low)
        if abs(size) >= _LEAST_STEP and 2 * stats.t.sf(abs(score), free) < level:
            scores[place] = abs(score)
    places = []
    while scores.any():
        place = int(scores.argmax())
        places.append(place)
        scores[max(place - window, 0) : place + window] = 0
    return places


def _step(some: np.ndarray, every: np.ndarray, place: int) -> tuple[float, float, int]:
    """Fit a line with a step at a place; give the step, its t value and degrees of freedom."""
    used = every > 0
    after = np.arange(len(every)) >= place
    free = int(used.sum()) - 3
    if free < 4 or (used & after).sum() < 3 or (used & ~after).sum() < 3:
        return 0.0, 0.0, 1
    times = np.arange(len(every)) - place
    design = np.column_stack([np.ones(len(every)), times, after])[used]
    root = np.sqrt(every[used])
    shares = some[used] / every[used]
    inverse = np.linalg.pinv((design * root[:, None]).T @ (design * root[:, None]))
    fit = inverse @ (design.T @ (shares * every[used]))
    # No share is surer than its binomial error, however level it lies.
    pooled = (some[used].sum() + 0.5) / (every[used].sum() + 1)
    noise = max(
        float((((shares - design @ fit) * root) ** 2).sum() / free), pooled * (1 - pooled) / 4
    )
    return float(fit[2]), float(fit[2] / np.sqrt(noise * inverse[2, 2])), free


def _around(some: np.ndarray, every: np.ndarray, place: int, window: int) -> tuple[float, float]:
    low = max(place - window, 0)
    before = some[low:place].sum() / every[low:place].sum()
    after = some[place : place + window].sum() / every[place : place + window].sum()
    return float(before), float(after)


def _inferred(day: pd.Timestamp, unit: str, declared: Iterable[Break]) -> str:
    slack = _NEAR if unit == "Y" else pd.Timedelta(days=62)
    for step in declared:
        if abs(pd.Timestamp(step.date) - day) <= slack:
            return f"the source's change of method of {step.date}"
    return "coded in another way from here on, or other attacks"
