"""Grid cells from coordinates: PRIO-GRID by arithmetic, H3 through its own package."""

import numpy as np

__all__ = ["H3_PRECISION", "h3_cells", "prio_cells"]

_ROWS, _COLUMNS = 360, 720

# The coarsest precision that still tells the cell, by resolution: a town for edges under 10 km,
# 25 km around a place for 26 km, a district for 69 km and more, a province from 183 km on.
H3_PRECISION = ("admin1",) * 3 + ("admin2",) + ("near",) + ("exact",) * 11


def prio_cells(latitude: np.ndarray, longitude: np.ndarray) -> np.ndarray:
    """Give the PRIO-GRID cell of each place.

    Cells are half a degree wide, numbered from 1 at the south-west corner of the world, eastward
    and then northward::

        gid = floor((latitude + 90) / 0.5) * 720 + floor((longitude + 180) / 0.5) + 1

    A place on an edge belongs to the cell north or east of it, as in UCDP's own
    ``priogrid_gid``. So 180 degrees east belongs to the cells that begin at 180 degrees west;
    the north pole, which has no cell north of it, to the last row.

    Parameters
    ----------
    latitude, longitude : ndarray of float, shape (places,)
        Degrees north and east, WGS 84.

    Returns
    -------
    ndarray of float, shape (places,)
        Whole numbers from 1 to 259,200; NaN where a coordinate is missing or off the globe.

    References
    ----------
    Tollefsen, Strand and Buhaug (2012), PRIO-GRID: A unified spatial data structure,
    Journal of Peace Research 49. https://doi.org/10.1177/0022343311431287

    Examples
    --------
    >>> prio_cells(np.array([12.65, -90.0, 90.0, 0.0]), np.array([-8.0, -180.0, 179.9, 180.0]))
    array([1.47945e+05, 1.00000e+00, 2.59200e+05, 1.29601e+05])
    """
    row = np.minimum(np.floor((latitude + 90) / 0.5), _ROWS - 1)
    column = np.floor((longitude + 180) / 0.5) % _COLUMNS
    on_globe = (np.abs(latitude) <= 90) & (np.abs(longitude) <= 180)
    return np.where(on_globe, row * _COLUMNS + column + 1, np.nan)


def h3_cells(latitude: np.ndarray, longitude: np.ndarray, resolution: int) -> np.ndarray:
    """Give the H3 cell of each place.

    Parameters
    ----------
    latitude, longitude : ndarray of float, shape (places,)
        Degrees north and east, WGS 84.
    resolution : int
        From 0 (cells of 4 million square kilometres) to 15 (one square metre).

    Returns
    -------
    ndarray of object, shape (places,)
        The cell's name, 15 hexadecimal digits; None where a coordinate is missing or off the
        globe.

    Raises
    ------
    ImportError
        Without the package h3, part of ``riskkit[geo]``.

    References
    ----------
    https://h3geo.org/docs/core-library/restable

    Examples
    --------
    >>> h3_cells(np.array([12.65, np.nan]), np.array([-8.0, 0.0]), 5)
    array(['855440d3fffffff', None], dtype=object)
    """
    try:
        import h3
    except ImportError as problem:
        raise ImportError("H3 cells need the package h3: pip install 'riskkit[geo]'") from problem
    on_globe = (np.abs(latitude) <= 90) & (np.abs(longitude) <= 180)
    cells = np.full(len(latitude), None, dtype=object)
    # Incidents share places: each is looked up once.
    places = np.column_stack([latitude, longitude])[on_globe]
    if len(places):
        unique, which = np.unique(places, axis=0, return_inverse=True)
        names = [h3.latlng_to_cell(north, east, resolution) for north, east in unique.tolist()]
        cells[on_globe] = np.array(names, dtype=object)[which.ravel()]
    return cells
