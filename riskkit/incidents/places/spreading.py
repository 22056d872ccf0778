"""Spread what is known too coarsely over the regions where it may have been, with weights."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from riskkit.kernels.streams import stream

__all__ = ["Area", "Spread", "areas_of", "draw"]

Spread = Literal["incidents"] | pd.Series

_WITHIN_ADMIN1 = ("exact", "near", "admin2", "admin1")
_NESTED = " / "


@dataclass(frozen=True, eq=False)
class Area:
    """Incidents known to one country or province, and the weights of the regions they may be in.

    Parameters
    ----------
    name : str
        The country, and the province where it is known.
    rows : list of int
        Positions of the incidents.
    weights : pandas.Series
        Indexed by region; they sum to 1.
    """

    name: str
    rows: list[int]
    weights: pd.Series


def areas_of(
    incidents: pd.DataFrame, region: pd.Series, coarse: np.ndarray, spread: Spread
) -> list[Area]:
    """Sort incidents to be spread by the area they are known to, each with its weights.

    Parameters
    ----------
    incidents : pandas.DataFrame
        With ``country``, ``admin1``, coordinates and ``geo_precision``; the index is 0, 1, 2, ...
    region : pandas.Series
        The region of each incident, missing where it isn't known.
    coarse : ndarray of bool
        The incidents to spread.
    spread : "incidents" or pandas.Series
        As the placed incidents of the same province, or of the country where the province isn't
        known or has none; or weights indexed by country and region.

    Returns
    -------
    list of Area
        Incidents of unknown country, and of countries without any weight, are in none.

    Raises
    ------
    ValueError
        If ``spread`` is neither, or its weights are negative, missing, or not indexed by both.
    """
    country = incidents["country"].astype("str")
    province = country + _NESTED + incidents["admin1"].astype("str")
    if isinstance(spread, pd.Series):
        weights = _given(spread)
    elif spread == "incidents":
        weights = _shares(country, region) | _shares(province, region)
    else:
        raise ValueError(
            f'spread is {spread!r}; accepted: None, "incidents", or a Series of weights indexed '
            "by country and region"
        )
    # The precision is that of the coordinates; without them the province is known by its name.
    named = incidents["latitude"].isna() | incidents["longitude"].isna()
    named |= incidents["geo_precision"].isin(_WITHIN_ADMIN1)
    names = province.where(named & province.isin(weights), country)[
        coarse & country.isin(weights).to_numpy()
    ]
    return [
        Area(str(name), rows, weights[str(name)])
        for name, rows in names.index.to_series().groupby(names.to_numpy()).agg(list).items()
    ]


def draw(areas: list[Area], seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Draw one region for each incident, by the weights of its area.

    Parameters
    ----------
    areas : list of Area
        What `areas_of` gave.
    seed : int
        Each area has its own stream of random numbers.

    Returns
    -------
    rows : ndarray of int
        Positions of the incidents.
    regions : ndarray of object
        The region drawn for each.
    weights : ndarray of float
        Its weight.
    """
    rows: list[int] = []
    regions, weights = [np.zeros(0, object)], [np.zeros(0)]
    for area in areas:
        generator = stream(seed, "spread", area.name)
        shares = area.weights.to_numpy(float)
        picked = generator.choice(len(shares), size=len(area.rows), p=shares)
        rows.extend(area.rows)
        regions.append(area.weights.index.to_numpy(object)[picked])
        weights.append(shares[picked])
    return np.array(rows, dtype=int), np.concatenate(regions), np.concatenate(weights)


def _shares(areas: pd.Series, region: pd.Series) -> dict[str, pd.Series]:
    """Give the share of each region in the placed incidents of each area."""
    counts = region.groupby([areas, region]).size()
    return {str(area): part.droplevel(0) / part.sum() for area, part in counts.groupby(level=0)}


def _given(weights: pd.Series) -> dict[str, pd.Series]:
    if weights.index.nlevels != 2 or not weights.index.is_unique:
        raise ValueError(
            f"spread is a Series indexed by {weights.index.nlevels} level(s), or with labels "
            "that come twice; accepted: one weight for each (country, region)"
        )
    values = weights.to_numpy(float, na_value=np.nan)
    if not (np.isfinite(values) & (values >= 0)).all():
        raise ValueError("spread has weights that are negative, missing or not finite")
    if weights.index.get_level_values(1).isna().any():
        raise ValueError(
            "spread has weights without a region; accepted: one weight for each (country, region)"
        )
    positive = weights.astype(float)[values > 0]
    countries = positive.index.get_level_values(0).unique()
    return {
        str(country): positive.loc[country] / positive.loc[country].sum() for country in countries
    }
