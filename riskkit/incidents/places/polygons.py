"""Which polygon a place lies in: borders, the sea, 180 degrees and the poles included."""

from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from riskkit.errors import IncidentDataError
from riskkit.incidents.files.opening import MissingFileError
from riskkit.incidents.places.countries import country_code
from riskkit.incidents.places.world_regions import UN_REGIONS

__all__ = ["Boundaries", "open_boundaries"]

_RADIUS_KM = 6371.0088
# What is straight in a projection is brought to degrees in pieces of so many metres.
_STEP_M = 10_000.0
# How close, in degrees, a place comes back to itself from a projection that is true there.
_TRUE = 1e-3
# Columns of Natural Earth, GADM, geoBoundaries and OCHA's common boundaries, in lower case.
_ADMIN1 = ("name_1", "shapename", "adm1_en", "adm1_name", "name")
_CODES = ("iso_a3_eh", "iso_a3", "gid_0", "shapegroup", "adm0_a3", "iso3", "iso_3")
_COUNTRY_NAMES = ("admin", "name_0", "country", "adm0_en", "adm0_name")


class Boundaries:
    """Named polygons, ready to be asked for places.

    Parameters
    ----------
    shapes : ndarray of shapely.Polygon or shapely.MultiPolygon
        In degrees, WGS 84, or in ``crs``.
    names : ndarray of str
        The name of each; parts of one region share it.
    countries : ndarray of str or None, optional
        ISO alpha-3 code of each, where the polygons have one.
    crs : pyproj.CRS, optional
        The projection that the shapes are drawn in. They stay in it and the places come to them:
        in degrees, what lies across 180 degrees or round a pole would be turned inside out.
    """

    def __init__(
        self,
        shapes: np.ndarray,
        names: np.ndarray,
        countries: np.ndarray | None = None,
        crs: Any = None,
    ) -> None:
        import shapely

        self.shapes = shapely.make_valid(shapes)
        self.names = names
        self.countries = countries
        self.crs = crs

    def locate(
        self,
        latitude: np.ndarray,
        longitude: np.ndarray,
        country: np.ndarray,
        nearest_km: float,
    ) -> tuple[np.ndarray, np.ndarray]:
        """Name the polygon of each place, and on what basis.

        Parameters
        ----------
        latitude, longitude : ndarray of float, shape (places,)
            On the globe, WGS 84.
        country : ndarray of object, shape (places,)
            Polygons of another country are not taken; None allows all.
        nearest_km : float
            How far from its border a polygon still gets places that lie in none.

        Returns
        -------
        names : ndarray of object, shape (places,)
            None where there is none.
        basis : ndarray of object, shape (places,)
            ``"place"``, ``"border"`` (in several: the first by name), ``"nearest"``,
            ``"outside"`` or ``"other country"``.
        """
        places = pd.DataFrame({"north": latitude, "east": longitude, "country": country})
        # Incidents share places: each is looked up once.
        which = places.groupby(["north", "east", "country"], dropna=False).ngroup().to_numpy()
        unique = places.iloc[np.unique(which, return_index=True)[1]]
        north, east = unique["north"].to_numpy(), unique["east"].to_numpy()
        own = unique["country"].to_numpy(object)
        found = self._inside(north, east)
        allowed = found[self._allowed(found["shape"].to_numpy(), own[found["point"].to_numpy()])]
        counts = allowed.groupby("point")["name"].agg(["min", "nunique"])
        names = np.full(len(unique), None, dtype=object)
        basis = np.full(len(unique), "outside", dtype=object)
        basis[found["point"].to_numpy()] = "other country"
        names[counts.index] = counts["min"]
        basis[counts.index] = np.where(counts["nunique"] > 1, "border", "place")
        if nearest_km > 0:
            for i in np.flatnonzero(pd.isna(names)):
                names[i] = self._nearest(north[i], east[i], own[i], nearest_km)
                basis[i] = basis[i] if names[i] is None else "nearest"
        return names[which], basis[which]

    def _inside(self, north: np.ndarray, east: np.ndarray) -> pd.DataFrame:
        """Pair points with the polygons that hold them; on the border counts for both."""
        import shapely

        parts = []
        # Polygons may be cut at 180 degrees, or drawn across it: a place has several longitudes.
        for turn in (0.0, 360.0, -360.0):
            points = shapely.points(*self._projected(east + turn, north))
            shape, point = shapely.STRtree(points).query(self.shapes, predicate="intersects")
            parts.append(pd.DataFrame({"point": point, "shape": shape}))
        found = pd.concat(parts).drop_duplicates()
        return found.assign(name=self.names[found["shape"].to_numpy()])

    def _projected(self, east: np.ndarray, north: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Bring places to the shapes; those that the projection has no room for are NaN."""
        if self.crs is None:
            return east, north
        there = _transformer(self.crs)
        # As lists: an array of one place is taken for a number, of which NumPy warns.
        x, y = there.transform(east.tolist(), north.tolist())
        back_east, back_north = there.transform(x, y, direction="INVERSE")
        with np.errstate(invalid="ignore"):
            # Far from home some projections put a place where another is.
            turn = np.abs((back_east - east + 180) % 360 - 180) * np.cos(np.radians(north))
            true = (turn < _TRUE) & (np.abs(back_north - north) < _TRUE)
        return np.where(true, x, np.nan), np.where(true, y, np.nan)

    @cached_property
    def _borders(self) -> tuple[Any, np.ndarray]:
        """Give what distances go to, in degrees, and the position of the shape of each."""
        import shapely

        parts, shape = self.shapes, np.arange(len(self.shapes))
        if self.crs is None:
            return shapely.STRtree(parts), shape
        # Twice: a broken ring may be mended to a collection with several polygons in it.
        for divide in (shapely.get_parts, shapely.get_parts, shapely.get_rings):
            parts, part = divide(parts, return_index=True)
            shape = shape[part]
        metres = self.crs.axis_info[0].unit_conversion_factor
        back = _transformer(self.crs)
        lines = []
        for ring in shapely.segmentize(parts, _STEP_M / metres):
            east, north = back.transform(*shapely.get_coordinates(ring).T, direction="INVERSE")
            known = np.isfinite(east) & np.isfinite(north)
            # Over 180 degrees a border goes on, not round the world.
            line = np.column_stack([np.unwrap(east[known], period=360), north[known]])
            lines.append(shapely.LineString(line) if len(line) > 1 else None)
        return shapely.STRtree(lines), shape

    def _allowed(self, shape: np.ndarray, own: np.ndarray) -> np.ndarray:
        if self.countries is None:
            return np.ones(len(shape), dtype=bool)
        theirs = self.countries[shape]
        return np.asarray((theirs == own) | pd.isna(theirs) | pd.isna(own), dtype=bool)

    def _nearest(self, north: float, east: float, own: str | None, reach: float) -> str | None:
        """Name the nearest polygon, by distance on the sphere, within reach."""
        import shapely

        around = np.degrees(reach / _RADIUS_KM) * 1.01
        over_pole = abs(north) + around >= 90
        wide = (
            180.0
            if over_pole
            else np.degrees(np.arcsin(np.sin(np.radians(around)) / np.cos(np.radians(north))))
        )
        borders, shape = self._borders
        best: tuple[float, str] | None = None
        for turn in (0.0, 360.0, -360.0):
            box = (east + turn - wide, north - around, east + turn + wide, north + around)
            near = borders.query(shapely.box(*box))
            near = near[self._allowed(shape[near], np.full(len(near), own, dtype=object))]
            if not len(near):
                continue
            parts = shapely.clip_by_rect(borders.geometries[near], *box)
            kept = ~shapely.is_empty(parts)
            near, parts = near[kept], shapely.segmentize(parts[kept], 0.1)
            flat = shapely.transform(parts, lambda xy: _around(xy, north, east))
            distances = shapely.distance(flat, shapely.Point(0, 0))
            for distance, name in zip(distances, self.names[shape[near]], strict=True):
                if distance <= reach and (best is None or (distance, name) < best):
                    best = float(distance), str(name)
        return None if best is None else best[1]


def _transformer(crs: Any) -> Any:
    import pyproj

    return pyproj.Transformer.from_crs("EPSG:4326", crs, always_xy=True)


def _around(places: np.ndarray, north: float, east: float) -> np.ndarray:
    """Map degrees to kilometres from one place, true in distance (azimuthal equidistant)."""
    turn, height = np.radians(places[:, 0] - east), np.radians(places[:, 1])
    centre = np.radians(north)
    x = np.cos(height) * np.sin(turn)
    y = np.cos(centre) * np.sin(height) - np.sin(centre) * np.cos(height) * np.cos(turn)
    angle = np.arctan2(
        np.hypot(x, y),
        np.sin(centre) * np.sin(height) + np.cos(centre) * np.cos(height) * np.cos(turn),
    )
    size = np.hypot(x, y)
    stretch = _RADIUS_KM * np.where(size > 0, angle / np.where(size > 0, size, 1), 1)
    return np.column_stack([x * stretch, y * stretch])


def open_boundaries(polygons: Any, by: str, label: str | None) -> Boundaries:
    """Read named polygons from a GeoDataFrame or a file.

    Parameters
    ----------
    polygons : geopandas.GeoDataFrame, str or path-like
        With a coordinate reference system, any.
    by : str
        The column to be made: ``"country"`` and ``"admin1"`` find their names in the layouts of
        Natural Earth, GADM, geoBoundaries and OCHA.
    label : str or None
        The column that names the polygons, where it isn't called as ``by``.

    Returns
    -------
    Boundaries
        Polygons without a name or a shape are left out.

    Raises
    ------
    ImportError
        Without geopandas, part of ``riskkit[geo]``.
    IncidentDataError
        If there is no such file (then also a FileNotFoundError), or it can't be read.
    TypeError
        If ``polygons`` is no GeoDataFrame and no path.
    ValueError
        If there is no such column or several, no active geometry, no reference system or one off
        the globe, or a shape that is no polygon.
    """
    try:
        import geopandas
    except ImportError as problem:
        raise ImportError(
            "polygons need the package geopandas: pip install 'riskkit[geo]'"
        ) from problem
    if isinstance(polygons, str | Path):
        path = Path(polygons).expanduser()
        packed = "/vsigzip/" if path.suffix == ".gz" else ""
        try:
            polygons = geopandas.read_file(f"{packed}{path.as_posix()}")
        except (RuntimeError, OSError, ValueError) as problem:
            if not path.exists():
                raise MissingFileError(
                    f"no file {path}; the working folder is {Path.cwd()}"
                ) from None
            raise IncidentDataError(f"{path} can't be read as polygons: {problem}") from problem
    if not isinstance(polygons, geopandas.GeoDataFrame):
        raise TypeError(
            f"polygons is a {type(polygons).__name__}; accepted: a geopandas.GeoDataFrame, or "
            "the path of a file that geopandas reads"
        )
    if polygons.active_geometry_name is None:
        raise ValueError(
            "polygons has no active geometry; accepted: polygons.set_geometry('column') with the "
            "column of the shapes"
        )
    if polygons.crs is None:
        raise ValueError(
            "polygons has no coordinate reference system; accepted: "
            "polygons.set_crs('EPSG:4326') if they are degrees of longitude and latitude"
        )
    if not (polygons.crs.is_projected or polygons.crs.is_geographic):
        raise ValueError(
            f"polygons has the reference system {polygons.crs.name!r} ({polygons.crs.type_name}), "
            "by which no place on the globe's surface is found; accepted: degrees of longitude "
            "and latitude, or a projection of them"
        )
    projection = polygons.crs if polygons.crs.is_projected else None
    if projection is None:
        polygons = polygons.to_crs("EPSG:4326")
    strange = set(polygons.geom_type.dropna()) - {"Polygon", "MultiPolygon"}
    if strange:
        raise ValueError(f"polygons has shapes of type {', '.join(sorted(strange))}")
    lower = {str(name).lower(): name for name in polygons.columns}
    countries = _countries(polygons, lower)
    if by == "country" and label is None:
        if countries is None:
            raise ValueError(f"no column of country codes in polygons; found: {', '.join(lower)}")
        names = countries
    else:
        wanted = (by.lower(), *(_ADMIN1 if by == "admin1" else ()))
        column = label or (by if by in polygons.columns else _named(lower, wanted))
        if column not in polygons.columns:
            raise ValueError(
                f"polygons has no column {label or by!r}; found: "
                f"{', '.join(map(str, polygons.columns))}; label= tells the one with the names"
            )
        # Whole numbers beside a missing one have gone through floats: 1.0 is 1.
        names = _column(polygons, column).convert_dtypes().astype("str").to_numpy(object)
        if by == "country":
            # Mali beside the sources' own MLI would be a country more.
            codes = [None if pd.isna(name) else country_code(name) for name in names]
            names = np.array(codes, dtype=object)
    shapes = polygons.geometry.to_numpy()
    kept = ~pd.isna(names) & ~pd.isna(shapes) & ~polygons.geometry.is_empty.to_numpy()
    if not kept.any():
        raise ValueError("polygons has no shape with a name")
    return Boundaries(
        np.asarray(shapes)[kept],
        names[kept],
        None if countries is None else countries[kept],
        projection,
    )


def _named(lower: dict[str, Any], wanted: tuple[str, ...]) -> Any:
    return next((lower[name] for name in wanted if name in lower), None)


def _column(polygons: pd.DataFrame, name: Any) -> pd.Series:
    found = polygons.loc[:, polygons.columns == name]
    if found.shape[1] > 1:
        raise ValueError(
            f"polygons has {found.shape[1]} columns called {name!r}; accepted: one: rename or "
            "leave out the others"
        )
    return found.iloc[:, 0]


def _countries(polygons: pd.DataFrame, lower: dict[str, Any]) -> np.ndarray | None:
    """Give the ISO code of each polygon: the first code that is one, else by its country's name."""
    codes = np.full(len(polygons), None, dtype=object)
    for column in (lower[name] for name in (*_CODES, *_COUNTRY_NAMES) if name in lower):
        values = _column(polygons, column).to_numpy(object)
        known = {value: _code(value, str(column).lower()) for value in pd.unique(values)}
        named = np.array([known[value] for value in values], dtype=object)
        codes = np.where(pd.isna(codes), named, codes)
    return None if pd.isna(codes).all() else codes


def _code(value: object, column: str) -> str | None:
    if not isinstance(value, str):
        return None
    if column in _CODES:
        return value if value in UN_REGIONS or value == "ATA" else None
    return country_code(value)
