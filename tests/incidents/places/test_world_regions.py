"""The regions of the world: every country has one, and they are the UN's and GTD's."""

from pathlib import Path

import geopandas
import pytest

from riskkit.incidents.places.countries import HISTORICAL
from riskkit.incidents.places.world_regions import GTD_REGIONS, UN_REGIONS, UN_SUBREGIONS


def test_every_country_has_a_region() -> None:
    # ISO 3166-1 has 249 codes; Antarctica is in no region.
    assert len(UN_REGIONS) == 248 + len({"XKX", *HISTORICAL})
    assert UN_REGIONS.keys() == UN_SUBREGIONS.keys() == GTD_REGIONS.keys()
    assert {"XKX", *HISTORICAL} <= UN_REGIONS.keys()
    assert "ATA" not in UN_REGIONS


def test_the_regions_are_as_many_as_published() -> None:
    assert len(set(UN_REGIONS.values())) == 5
    assert len(set(UN_SUBREGIONS.values())) == 22
    assert len(set(GTD_REGIONS.values())) == 12


@pytest.mark.parametrize(
    ("code", "region"),
    [
        ("MEX", "North America"),
        ("MUS", "South Asia"),
        ("CYP", "Western Europe"),
        ("EST", "Eastern Europe"),
        ("AZE", "Central Asia"),
        ("SDN", "Sub-Saharan Africa"),
        ("TUR", "Middle East & North Africa"),
        ("DDR", "Eastern Europe"),
        ("YMD", "Middle East & North Africa"),
    ],
)
def test_gtd_differs_from_the_un_as_its_codebook_says(code: str, region: str) -> None:
    assert GTD_REGIONS[code] == region


@pytest.mark.data
def test_the_un_regions_are_those_of_natural_earth(real_data: Path) -> None:
    path = real_data / "boundaries" / "ne_110m_admin_0_countries.json.gz"
    countries = geopandas.read_file(f"/vsigzip/{path}", ignore_geometry=True)
    known = countries[~countries["ISO_A3_EH"].isin(["-99", "ATA", "ATF"])].set_index("ISO_A3_EH")
    assert len(known) == 170
    for code, country in known.iterrows():
        assert UN_REGIONS[code] == country["REGION_UN"], code
        assert UN_SUBREGIONS[code] == country["SUBREGION"].replace("South-E", "South-e"), code
