"""Assign incidents to regions: of the world, of a grid, or of any polygons."""

import re
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from riskkit.errors import MissingColumnError, RiskkitWarning
from riskkit.incidents.places.grid_cells import H3_PRECISION, h3_cells, prio_cells
from riskkit.incidents.places.polygons import open_boundaries
from riskkit.incidents.places.spreading import Spread, areas_of, draw
from riskkit.incidents.places.world_regions import GTD_REGIONS, UN_REGIONS, UN_SUBREGIONS
from riskkit.incidents.schema import COLUMNS, GEO_PRECISIONS
from riskkit.kernels.streams import RNGLike, entropy

if TYPE_CHECKING:
    import geopandas

__all__ = ["BASES", "assign_regions", "region_weights"]

_OF_COUNTRIES = {
    "un_region": UN_REGIONS,
    "un_subregion": UN_SUBREGIONS,
    "gtd_region": GTD_REGIONS,
}
_NEEDED = ("incident_id", "country", "admin1", "latitude", "longitude", "geo_precision")

BASES = (
    "source", "country", "place", "border", "nearest", "spread",
    "no country", "no place", "too coarse", "outside", "other country",
)  # fmt: skip
"""On what a region rests, or, for the last five, why there is none."""


def assign_regions(
    incidents: pd.DataFrame,
    *,
    by: str,
    polygons: "geopandas.GeoDataFrame | str | Path | None" = None,
    label: str | None = None,
    nearest_km: float = 0.0,
    precision: str | None = None,
    spread: Spread | None = None,
    rng: RNGLike = None,
) -> pd.DataFrame:
    """Give incidents a column of regions, to be counted with ``tally(by=...)``.

    ==================  ==========================================================================
    ``un_region``       Africa, Americas, Asia, Europe, Oceania (UN M49), by country
    ``un_subregion``    M49's 22 finest regions, such as Western Africa, by country
    ``gtd_region``      the 12 regions of the Global Terrorism Database, by country
    ``prio_grid``       PRIO-GRID cell of half a degree, as UCDP's ``priogrid_gid``
    ``h3_0``-``h3_15``  H3 cell of that resolution (needs ``riskkit[geo]``)
    ``country``         ISO code by ``polygons``; the source's own country stays where it is known
    ``admin1``          province by ``polygons``; the source's own name moves to ``admin1_source``
    any other           by ``polygons``, whose column of that name, or ``label``, names them
    ==================  ==========================================================================

    A place known more coarsely than ``precision`` gets no region, unless ``spread`` is asked for:
    then one is drawn, with chances equal to the weights, so that counts stay whole and the models
    stay right. One call is one draw: repeat it with other ``rng`` to see how much it matters
    (multiple imputation, as in Croicu and Hegre). `region_weights` shows the weights themselves.

    Parameters
    ----------
    incidents : pandas.DataFrame
        An incidents table.
    by : str
        What to assign, and the name of the new column.
    polygons : geopandas.GeoDataFrame, str or path-like, optional
        Regions of any shape, or a file that geopandas reads. Where they have a column of country
        codes, an incident only gets polygons of its own country.
    label : str, optional
        The column of ``polygons`` with the names, where it isn't called as ``by``.
    nearest_km : float
        Places in no polygon (at sea, or beyond a simplified border) get the nearest one within
        this distance, in kilometres on the sphere.
    precision : {"exact", "near", "admin2", "admin1", "country"}, optional
        The coarsest ``geo_precision`` taken at its coordinates. By default what still tells the
        region: ``"admin2"`` for PRIO-GRID and polygons, ``"admin1"`` for provinces,
        ``"country"`` for countries, from ``"admin1"`` to ``"exact"`` for H3 as cells get smaller.
    spread : "incidents" or pandas.Series, optional
        Draw a region for incidents that are too coarse or have no place: as the placed incidents
        of the same province or country are spread, or by weights indexed by country and region
        (people, square kilometres).
    rng : int, numpy.random.Generator or None
        Seed of the draw.

    Returns
    -------
    pandas.DataFrame
        A new frame of all rows, with ``by`` (missing where there is no region), ``<by>_basis``
        (on what it rests, or why there is none) and, with ``spread``, ``<by>_weight`` (the
        weight of the region drawn; 1 where it is known).

    Raises
    ------
    MissingColumnError
        If the incidents lack a column.
    IncidentDataError
        If there is no file of polygons (then also a FileNotFoundError), or it can't be read.
    TypeError, ValueError
        If an argument is none of what is accepted.
    ImportError
        Where ``riskkit[geo]`` is needed and isn't installed.

    Warns
    -----
    RiskkitWarning
        If coordinates of unknown precision were taken as they are.

    References
    ----------
    Croicu and Hegre (2018), A fast spatial multiple imputation procedure for imprecise armed
    conflict events, Uppsala University.

    Examples
    --------
    >>> import pandas as pd
    >>> from riskkit.incidents.schema import conform
    >>> attacks = conform(pd.DataFrame({
    ...     "incident_id": ["a", "b", "c"], "country": "MLI", "date": "2017-06-18",
    ...     "latitude": [12.65, 12.66, 17.0], "longitude": [-7.98, -7.9, -4.0],
    ...     "geo_precision": ["exact", "near", "country"]}))
    >>> cells = assign_regions(attacks, by="prio_grid")
    >>> cells[["incident_id", "prio_grid", "prio_grid_basis"]]
      incident_id  prio_grid prio_grid_basis
    0           a     147945           place
    1           b     147945           place
    2           c       <NA>      too coarse
    >>> drawn = assign_regions(attacks, by="prio_grid", spread="incidents", rng=1)
    >>> drawn[["incident_id", "prio_grid", "prio_grid_basis", "prio_grid_weight"]].tail(1)
      incident_id  prio_grid prio_grid_basis  prio_grid_weight
    2           c     147945          spread               1.0
    """
    region, basis = _located(incidents, by, polygons, label, nearest_km, precision)
    weight = pd.Series(1.0, index=region.index).where(region.notna())
    if spread is not None:
        areas = areas_of(
            incidents.reset_index(drop=True), region, _coarse(basis, by, spread), spread
        )
        rows, regions, weights = draw(areas, entropy(rng))
        region[rows], basis[rows], weight[rows] = regions, "spread", weights
    placed = incidents.copy()
    if by == "admin1" and "admin1_source" not in placed:
        placed["admin1_source"] = placed["admin1"]
    placed[by] = (region.astype("Int64") if by == "prio_grid" else region.astype("str")).array
    placed[f"{by}_basis"] = pd.Categorical(basis, categories=list(BASES))
    if spread is not None:
        placed[f"{by}_weight"] = weight.array
    return placed


def region_weights(
    incidents: pd.DataFrame,
    *,
    by: str,
    spread: Spread,
    polygons: "geopandas.GeoDataFrame | str | Path | None" = None,
    label: str | None = None,
    nearest_km: float = 0.0,
    precision: str | None = None,
) -> pd.DataFrame:
    """Tell how much of each incident each region gets.

    The chances that `assign_regions` draws by. Added up by region they are the expected counts,
    for maps; for models take draws, because a count is a whole number.

    Parameters
    ----------
    incidents : pandas.DataFrame
        An incidents table.
    by : str
        As in `assign_regions`.
    spread : "incidents" or pandas.Series
        As the placed incidents are spread, or weights indexed by country and region.
    polygons : geopandas.GeoDataFrame, str or path-like, optional
        Regions of any shape, or a file that geopandas reads.
    label : str, optional
        The column of ``polygons`` with the names.
    nearest_km : float
        How far a polygon reaches for places in none, in kilometres.
    precision : {"exact", "near", "admin2", "admin1", "country"}, optional
        The coarsest ``geo_precision`` taken at its coordinates.

    Returns
    -------
    pandas.DataFrame
        ``incident_id``, ``by`` and ``weight``. The weights of an incident sum to 1; incidents
        that get no region are not there.

    Examples
    --------
    >>> import pandas as pd
    >>> from riskkit.incidents.schema import conform
    >>> attacks = conform(pd.DataFrame({
    ...     "incident_id": ["a", "b", "c", "d"], "country": "MLI", "date": "2017-06-18",
    ...     "latitude": [12.65, 12.66, 14.5, None], "longitude": [-7.98, -7.9, -4.2, None],
    ...     "geo_precision": ["exact", "near", "exact", "country"]}))
    >>> region_weights(attacks, by="prio_grid", spread="incidents").tail(2).round(3)
      incident_id  prio_grid  weight
    3           d     147945   0.667
    4           d     150832   0.333
    """
    region, basis = _located(incidents, by, polygons, label, nearest_km, precision)
    table = incidents.reset_index(drop=True)
    parts = [pd.DataFrame({"row": table.index, by: region, "weight": 1.0})[region.notna()]]
    for area in areas_of(table, region, _coarse(basis, by, spread), spread):
        count = len(area.weights)
        parts.append(
            pd.DataFrame(
                {
                    "row": np.repeat(area.rows, count),
                    by: np.tile(area.weights.index.to_numpy(object), len(area.rows)),
                    "weight": np.tile(area.weights.to_numpy(), len(area.rows)),
                }
            )
        )
    weights = pd.concat(parts, ignore_index=True).sort_values(["row", by], ignore_index=True)
    weights[by] = weights[by].astype("Int64" if by == "prio_grid" else "str")
    weights.insert(0, "incident_id", table["incident_id"].to_numpy()[weights.pop("row")])
    return weights


def _located(
    incidents: pd.DataFrame,
    by: str,
    polygons: Any,
    label: str | None,
    nearest_km: float,
    precision: str | None,
) -> tuple[pd.Series, pd.Series]:
    """Give the region of each incident by country or place, and on what it rests."""
    if not isinstance(incidents, pd.DataFrame):
        raise TypeError(
            f"incidents is a {type(incidents).__name__}; accepted: a pandas DataFrame, as "
            "read_incidents gives it"
        )
    lacking = [name for name in _NEEDED if name not in incidents.columns]
    if lacking:
        raise MissingColumnError(
            f"no column {', '.join(lacking)} in the incidents; riskkit.read_incidents makes a "
            "table that has them all"
        )
    if not isinstance(by, str):
        raise TypeError(f"by is {by!r}; accepted: the name of one kind of region, as text")
    resolution = re.fullmatch(r"h3_(\d|1[0-5])", by)
    gridded = by == "prio_grid" or resolution is not None
    _check(by, gridded, polygons, label, nearest_km, precision)
    table = incidents.reset_index(drop=True)
    if by in _OF_COUNTRIES:
        region = table["country"].map(_OF_COUNTRIES[by]).astype(object)
        return region, pd.Series(np.where(region.notna(), "country", "no country"), dtype=object)
    finest = (
        H3_PRECISION[int(resolution[1])]
        if resolution
        else {"country": "country", "admin1": "admin1"}.get(by, "admin2")
    )
    north = table["latitude"].to_numpy(float, na_value=np.nan)
    east = table["longitude"].to_numpy(float, na_value=np.nan)
    somewhere = (np.abs(north) <= 90) & (np.abs(east) <= 180)
    fine = _fine_enough(table["geo_precision"], precision or finest, somewhere)
    basis = pd.Series(np.where(somewhere, "too coarse", "no place"), dtype=object)
    region = pd.Series(None, index=table.index, dtype=object)
    rows = np.flatnonzero(somewhere & fine)
    if by == "prio_grid":
        region.iloc[rows], basis.iloc[rows] = prio_cells(north[rows], east[rows]), "place"
    elif resolution:
        region.iloc[rows] = h3_cells(north[rows], east[rows], int(resolution[1]))
        basis.iloc[rows] = "place"
    else:
        own = table["country"].to_numpy(object)
        if by == "country":
            stays = pd.notna(own)
            region.loc[stays], basis.loc[stays] = own[stays], "source"
            rows = rows[~stays[rows]]
        boundaries = open_boundaries(polygons, by, label)
        region.iloc[rows], basis.iloc[rows] = boundaries.locate(
            north[rows], east[rows], own[rows], nearest_km
        )
    return region.where(region.notna(), None), basis


def _check(
    by: str,
    gridded: bool,
    polygons: Any,
    label: str | None,
    nearest_km: float,
    precision: str | None,
) -> None:
    own = {column.name for column in COLUMNS} - {"country", "admin1"}
    if by in own:
        raise ValueError(f"by is {by!r}, a column of the incidents table that is no region")
    if by in _OF_COUNTRIES or gridded:
        if polygons is not None or label is not None or nearest_km:
            raise ValueError(f"by={by!r} needs no polygons=, label= or nearest_km=")
        if by in _OF_COUNTRIES and precision is not None:
            raise ValueError(f"by={by!r} goes by country: precision= has no meaning there")
    elif polygons is None:
        raise ValueError(
            f"by is {by!r} and polygons= is missing; without polygons accepted: "
            f"{', '.join(_OF_COUNTRIES)}, prio_grid, h3_0 to h3_15"
        )
    if not 0 <= nearest_km <= 2000:
        raise ValueError(f"nearest_km is {nearest_km}; accepted: 0 to 2,000 kilometres")
    if precision is not None and precision not in GEO_PRECISIONS:
        raise ValueError(f"precision is {precision!r}; accepted: {', '.join(GEO_PRECISIONS)}")


def _fine_enough(values: pd.Series, coarsest: str, somewhere: np.ndarray) -> np.ndarray:
    accepted = GEO_PRECISIONS[: GEO_PRECISIONS.index(coarsest) + 1]
    unknown = values.isna().to_numpy()
    if count := int((unknown & somewhere).sum()):
        warnings.warn(
            f"{count:,} of {len(values):,} incidents have coordinates of unknown precision, "
            "which are taken as they are; some may be the middle of a country or province",
            RiskkitWarning,
            stacklevel=4,
        )
    return np.asarray(values.isin(accepted).to_numpy() | unknown)


def _coarse(basis: pd.Series, by: str, spread: Spread) -> np.ndarray:
    """Tell which incidents may be spread: a place that is known and lies outside stays so."""
    if by in _OF_COUNTRIES or by == "country":
        raise ValueError(f"by is {by!r}: spread= spreads within a country; it can't find one")
    if isinstance(spread, pd.DataFrame):
        raise ValueError(
            'spread is a DataFrame; accepted: None, "incidents", or a Series of weights indexed by '
            "country and region: one column of it"
        )
    if by == "prio_grid" and isinstance(spread, pd.Series) and spread.index.nlevels == 2:
        _check_cells(spread.index.get_level_values(1))
    return basis.isin(["too coarse", "no place"]).to_numpy()


def _check_cells(regions: pd.Index) -> None:
    """Refuse regions that are no cells of PRIO-GRID."""
    cells = set(range(1, 259_201))
    strange = [region for region in regions.unique() if region not in cells]
    if strange:
        raise ValueError(
            f"spread has weights of {strange[0]!r}, which is no cell of PRIO-GRID; accepted: "
            "whole numbers from 1 to 259,200 as regions"
        )
