"""Tables by place, a region or all of them, from the figures of each world."""

from collections.abc import Callable

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from riskkit.results import interval_frame
from riskkit.risk.exceedance import LossCurves
from riskkit.risk.worlds import Worlds

__all__ = ["adding_up", "exceedance_curves", "losses"]

# Rarer than this a curve tells of the model, not of the region.
_RAREST = 1e-5


def adding_up(draws: NDArray[np.generic], places: pd.Index, level: float) -> pd.DataFrame:
    """Summarise draws whose sum over regions has a meaning.

    Parameters
    ----------
    draws : array, shape (n, regions)
        Of each region.
    places : pandas.Index
        The regions and, where there are several, their total.
    level : float
        Of the interval.

    Returns
    -------
    pandas.DataFrame
        Indexed by place: ``estimate``, ``lower``, ``upper``.
    """
    if len(places) > draws.shape[1]:
        draws = np.concatenate([draws, draws.sum(axis=1, keepdims=True)], axis=1)
    return interval_frame(draws, places, level)


def exceedance_curves(
    worlds: Worlds, places: pd.Index, region: str | None, level: float
) -> pd.DataFrame:
    """Give the curves of one place or of each, long.

    Parameters
    ----------
    worlds : Worlds
        The figures.
    places : pandas.Index
        The regions and, where there are several, their total.
    region : str or None
        One place; None is each.
    level : float
        Of the interval.

    Returns
    -------
    pandas.DataFrame
        ``region``, ``basis``, ``deaths``, ``probability``, ``lower``, ``upper``,
        ``monte_carlo_error``.

    Raises
    ------
    ValueError
        If there is no such place.
    """
    if region is not None and region not in places:
        raise ValueError(f"no region {region!r} in this forecast; it has {', '.join(places[:20])}")
    tables = []
    for number, place in enumerate(places):
        if region not in (None, place):
            continue
        curves = worlds.curves(number)
        for basis in ("aep", "oep"):
            chances = curves.of(basis)
            table = interval_frame(chances, pd.Index(curves.deaths, name="deaths"), level)
            table["monte_carlo_error"] = chances.std(axis=0) / len(chances) ** 0.5
            table = table[table["estimate"] >= _RAREST].reset_index()
            table.insert(0, "basis", basis)
            table.insert(0, "region", place)
            tables.append(table.rename(columns={"estimate": "probability"}))
    return pd.concat(tables, ignore_index=True)


def losses(
    worlds: Worlds,
    places: pd.Index,
    loss: Callable[[LossCurves, float, str], NDArray[np.float64]],
    p: float,
    basis: str,
    level: float,
) -> pd.DataFrame:
    """Summarise a loss that each world has for each place.

    Parameters
    ----------
    worlds : Worlds
        The figures.
    places : pandas.Index
        The regions and, where there are several, their total.
    loss : callable
        Takes curves, p and basis, gives (worlds,).
    p : float
        Share of futures.
    basis : {"aep", "oep"}
        Deaths of all attacks, or of the deadliest.
    level : float
        Of the interval.

    Returns
    -------
    pandas.DataFrame
        Indexed by place: ``estimate``, ``lower``, ``upper``.

    Raises
    ------
    ValueError
        If ``p`` is no share.
    """
    if not 0 < p < 1:
        raise ValueError(f"p is {p}; accepted: a share of futures between 0 and 1, such as 0.99")
    draws = [loss(worlds.curves(number), p, basis) for number in range(len(places))]
    return interval_frame(np.stack(draws, axis=1), places, level)
