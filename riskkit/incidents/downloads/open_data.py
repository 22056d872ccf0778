"""Get what may be got: UCDP's events, Natural Earth's borders, the World Bank's population."""

import re
import zipfile
import zlib
from pathlib import Path
from typing import Literal

import pandas as pd

from riskkit.errors import DownloadError
from riskkit.incidents.downloads.cache import cache_folder, fetch
from riskkit.incidents.places.world_regions import UN_REGIONS

__all__ = ["download_natural_earth", "download_population", "download_ucdp"]

UCDP = "https://ucdp.uu.se/downloads"
NATURAL_EARTH = "https://naciscdn.org/naturalearth"
WORLD_BANK = "https://api.worldbank.org/v2"

# UCDP publishes no checksums: these are of the files as they lay there in October 2026.
UCDP_SHA256 = {
    "25.1": "e256f1fb20a579d8b2f910e5bae212f486d3002adaa2e4359ace740c737da05d",
    "26.1": "8c941d84954e555ee2e54f40fa04d9203bf1e2f962203d0a9930966c4947c667",
    "26.0.8": "2ad6e0b2bfdbaa31873716a3455096923a8539519d69d96aeeea2d0f44a34593",
}
# Release and SHA-256 by layer and scale.
NATURAL_EARTH_SHA256 = {
    ("countries", "10m"): (
        "5.1.2", "ce1ac7036499a0edd641fbc093cd209a98f96a49d2eca8480aaacad35138a7f6",
    ),
    ("countries", "50m"): (
        "5.1.2", "5fed433373581fa648920435f937d95f2d3c0200e067409c6478dcdf1b853139",
    ),
    ("countries", "110m"): (
        "5.1.2", "0f243aeac8ac6cf26f0417285b0bd33ac47f1b5bdb719fd3e0df37d03ea37110",
    ),
    ("admin1", "10m"): (
        "5.1.1", "efc59726337323058f9446210adc96673179cd344e053666ee3d28cb58ba2b05",
    ),
}  # fmt: skip
_LAYERS = {"countries": "admin_0_countries", "admin1": "admin_1_states_provinces"}
_INDICATOR = "SP.POP.TOTL"
_DAMAGE = (zipfile.BadZipFile, zlib.error, RuntimeError, OSError, EOFError, ValueError)


def download_ucdp(
    version: str = "26.1",
    *,
    sha256: str | None = None,
    folder: str | Path | None = None,
    update: bool = False,
    quiet: bool = False,
) -> Path:
    """Get a release of UCDP GED, or of its candidate events, once.

    Terms: CC BY 4.0; name the release and cite Sundberg and Melander (2013).

    Parameters
    ----------
    version : str
        ``"26.1"`` is a yearly release, ``"26.0.8"`` the candidate events of August 2026,
        ``"26.01.26.06"`` those of January to June 2026.
    sha256 : str, optional
        What the file's checksum must be. Known for 25.1, 26.1 and 26.0.8; of other releases the
        first download's is kept and compared later.
    folder : str or path-like, optional
        Where to keep it; by default the environment variable ``RISKKIT_CACHE``, else the
        system's cache folder.
    update : bool
        True gets it again though it is there.
    quiet : bool
        True shows no progress.

    Returns
    -------
    pathlib.Path
        For `read_incidents`.

    Raises
    ------
    DownloadError
        If it can't be had, or isn't the file that it should be.
    ValueError
        If ``version`` is no version.

    References
    ----------
    Sundberg and Melander (2013), Introducing the UCDP Georeferenced Event Dataset, Journal of
    Peace Research 50. https://doi.org/10.1177/0022343313484347

    Examples
    --------
    >>> events = rk.read_incidents(rk.incidents.download_ucdp("25.1"))  # doctest: +SKIP
    """
    if re.fullmatch(r"\d{1,2}\.\d", version):
        name = f"ged{version.replace('.', '')}-csv.zip"
        url = f"{UCDP}/ged/{name}"
    elif re.fullmatch(r"\d\d\.0\.\d{1,2}|\d\d\.\d\d\.\d\d\.\d\d", version):
        name = f"GEDEvent_v{version.replace('.', '_')}.csv"
        url = f"{UCDP}/candidateged/{name}"
    else:
        raise ValueError(
            f"version is {version!r}; accepted: a yearly release such as '26.1', a month of "
            "candidate events such as '26.0.8', or several such as '26.01.26.06'"
        )
    return fetch(
        url,
        name,
        sha256=sha256 or UCDP_SHA256.get(version),
        folder=cache_folder(folder),
        update=update,
        quiet=quiet,
    )


def download_natural_earth(
    layer: Literal["countries", "admin1"] = "countries",
    *,
    scale: Literal["10m", "50m", "110m"] = "10m",
    folder: str | Path | None = None,
    update: bool = False,
    quiet: bool = False,
) -> Path:
    """Get Natural Earth's borders of countries or provinces, once.

    Public domain. The borders are those in fact, generalised for maps; those of provinces are
    less even than those of countries.

    Parameters
    ----------
    layer : {"countries", "admin1"}
        Countries, or their provinces.
    scale : {"10m", "50m", "110m"}
        1:10 million is the finest; provinces have no other.
    folder : str or path-like, optional
        Where to keep it; by default the environment variable ``RISKKIT_CACHE``, else the
        system's cache folder.
    update : bool
        True gets it again though it is there.
    quiet : bool
        True shows no progress.

    Returns
    -------
    pathlib.Path
        For ``assign_regions(polygons=...)``.

    Raises
    ------
    DownloadError
        If it can't be had, or isn't the file that it should be.
    ValueError
        If there is no such layer at that scale.

    Examples
    --------
    >>> borders = rk.incidents.download_natural_earth("admin1")  # doctest: +SKIP
    >>> rk.assign_regions(attacks, by="admin1", polygons=borders)  # doctest: +SKIP
    """
    if (layer, scale) not in NATURAL_EARTH_SHA256:
        known = ", ".join(f"{name} at {size}" for name, size in NATURAL_EARTH_SHA256)
        raise ValueError(f"layer is {layer!r} at scale {scale!r}; accepted: {known}")
    release, sha256 = NATURAL_EARTH_SHA256[layer, scale]
    name = f"ne_{scale}_{_LAYERS[layer]}.zip"
    return fetch(
        f"{NATURAL_EARTH}/{release}/{scale}/cultural/{name}",
        name,
        sha256=sha256,
        folder=cache_folder(folder),
        update=update,
        quiet=quiet,
    )


def download_population(
    *,
    folder: str | Path | None = None,
    update: bool = False,
    quiet: bool = False,
) -> pd.DataFrame:
    """Get the World Bank's population of each country and year, once.

    Terms: CC BY 4.0. The World Bank revises it; ``update=True`` gets today's and warns if it
    is another file.

    Parameters
    ----------
    folder : str or path-like, optional
        Where to keep it; by default the environment variable ``RISKKIT_CACHE``, else the
        system's cache folder.
    update : bool
        True gets it again though it is there.
    quiet : bool
        True shows no progress.

    Returns
    -------
    pandas.DataFrame of float
        ISO alpha-3 code x year (a PeriodIndex), people; the exposure of
        ``tally(by="country", every="year")``. NaN where it isn't known. Sums such as "World"
        are left out.

    Raises
    ------
    DownloadError
        If it can't be had, or holds no such table.

    References
    ----------
    World Bank, World Development Indicators, SP.POP.TOTL.

    Examples
    --------
    >>> people = rk.incidents.download_population()  # doctest: +SKIP
    >>> rk.tally(attacks, by="country", every="year", exposure=people)  # doctest: +SKIP
    """
    path = fetch(
        f"{WORLD_BANK}/en/indicator/{_INDICATOR}?downloadformat=csv",
        "worldbank_population.zip",
        sha256=None,
        folder=cache_folder(folder),
        update=update,
        quiet=quiet,
        check=_people,
    )
    return _people(path)


def _people(path: Path) -> pd.DataFrame:
    """Read the World Bank's table of people by country and year."""
    problem = ""
    try:
        with zipfile.ZipFile(path) as archive:
            tables = [name for name in archive.namelist() if name.startswith(f"API_{_INDICATOR}")]
            with archive.open(tables[0]) as file:
                table = pd.read_csv(file, skiprows=4, na_values="..").set_index("Country Code")
        years = [name for name in table.columns if re.fullmatch(r"\d{4}", str(name))]
        people = table.loc[table.index.isin(UN_REGIONS), years].astype(float).sort_index()
    except (*_DAMAGE, IndexError, KeyError) as fault:
        problem = f"{path.name} holds no table of {_INDICATOR}: {fault}"
    if problem:
        raise DownloadError(problem)
    people.columns = pd.PeriodIndex(years, freq="Y-DEC", name="period")
    return people.rename_axis("region")
