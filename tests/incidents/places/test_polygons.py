"""Places in polygons: borders, the sea, 180 degrees, the poles, other countries."""

from pathlib import Path

import geopandas
import numpy as np
import pandas as pd
import pytest
from pyproj import CRS, Geod
from shapely import MultiPolygon, Point, Polygon, box

from riskkit.errors import IncidentDataError
from riskkit.incidents.places.polygons import Boundaries, open_boundaries


def frame(shapes: dict[str, object], crs: str | None = "EPSG:4326") -> geopandas.GeoDataFrame:
    return geopandas.GeoDataFrame({"zone": list(shapes)}, geometry=list(shapes.values()), crs=crs)


def locate(
    boundaries: Boundaries, *places: tuple[float, float], km: float = 0.0, country: object = None
) -> list[tuple[str | None, str]]:
    north, east = np.array(places, dtype=float).T
    own = np.full(len(places), country, dtype=object)
    names, basis = boundaries.locate(north, east, own, km)
    return list(zip(names, basis, strict=True))


def test_inside_outside_and_on_the_border() -> None:
    zones = open_boundaries(frame({"B": box(1, 0, 2, 1), "A": box(0, 0, 1, 1)}), "zone", None)
    assert locate(zones, (0.5, 0.5), (0.5, 1.5), (0.5, 1.0), (0.0, 0.0), (5.0, 5.0)) == [
        ("A", "place"), ("B", "place"), ("A", "border"), ("A", "place"), (None, "outside"),
    ]  # fmt: skip


def test_order_of_the_polygons_changes_nothing() -> None:
    shapes = {"B": box(1, 0, 2, 1), "A": box(0, 0, 1, 1)}
    turned = dict(reversed(shapes.items()))
    place = (0.5, 1.0)
    one = locate(open_boundaries(frame(shapes), "zone", None), place)
    assert one == locate(open_boundaries(frame(turned), "zone", None), place)


def test_a_hole_is_outside_and_parts_of_one_region_share_its_name() -> None:
    ring = box(0, 0, 10, 10).difference(box(4, 4, 6, 6))
    islands = geopandas.GeoDataFrame(
        {"zone": ["A", "A"]}, geometry=[ring, box(10, 0, 11, 10)], crs="EPSG:4326"
    )
    zones = open_boundaries(islands, "zone", None)
    assert locate(zones, (5.0, 5.0), (5.0, 10.0)) == [(None, "outside"), ("A", "place")]


def test_180_degrees_is_one_line() -> None:
    cut = MultiPolygon([box(178, -20, 180, -15), box(-180, -20, -179, -15)])
    zones = open_boundaries(frame({"Fiji": cut, "East": box(-180, 0, -170, 10)}), "zone", None)
    assert locate(zones, (-17.0, 180.0), (-17.0, -180.0), (5.0, 180.0), (5.0, -180.0)) == [
        ("Fiji", "place"), ("Fiji", "place"), ("East", "place"), ("East", "place"),
    ]  # fmt: skip


def test_polygons_drawn_across_180_degrees_or_from_0_to_360() -> None:
    zones = open_boundaries(frame({"A": box(170, 0, 190, 10), "B": box(200, 0, 300, 5)}), "zone",
                            None)  # fmt: skip
    assert locate(zones, (5.0, -175.0), (5.0, 175.0), (2.0, -100.0)) == [
        ("A", "place"), ("A", "place"), ("B", "place"),
    ]  # fmt: skip


def test_the_poles() -> None:
    zones = open_boundaries(
        frame({"South": box(-180, -90, 180, -60), "North": box(-180, 85, 180, 90)}), "zone", None
    )
    assert locate(zones, (-90.0, 12.0), (90.0, -77.0), (-90.0, 180.0)) == [
        ("South", "place"), ("North", "place"), ("South", "place"),
    ]  # fmt: skip


def test_the_nearest_is_nearest_on_the_globe_not_in_degrees() -> None:
    # At 70 degrees north a degree of longitude is 38 km, one of latitude 111 km.
    zones = open_boundaries(
        frame({"east": box(2, 69.9, 3, 70.1), "north": box(-1, 71, 1, 72)}), "zone", None
    )
    assert locate(zones, (70.0, 0.0), km=120) == [("east", "nearest")]
    assert locate(zones, (70.0, 0.0), km=70) == [(None, "outside")]


def test_the_nearest_is_found_over_180_degrees_and_over_the_pole() -> None:
    zones = open_boundaries(
        frame({"west": box(-179.9, 0, -170, 5), "over": box(170, 80, 190, 89.5)}), "zone", None
    )
    assert locate(zones, (1.0, 179.9), km=30) == [("west", "nearest")]
    assert locate(zones, (89.8, 0.0), km=90) == [("over", "nearest")]


@pytest.mark.parametrize("north", [0.0, 45.0, -70.0, 84.0])
def test_the_distance_is_the_geodesic(north: float) -> None:
    corner = box(10, north + 0.5, 12, north + 1.5)
    zones = open_boundaries(frame({"A": corner}), "zone", None)
    east = 9.0
    metres = Geod(ellps="sphere").inv(east, north, 10, north + 0.5)[2]
    km = metres / 1000
    assert locate(zones, (north, east), km=km * 1.005) == [("A", "nearest")]
    assert locate(zones, (north, east), km=km * 0.99) == [(None, "outside")]


def test_only_polygons_of_the_own_country_are_taken() -> None:
    zones = geopandas.GeoDataFrame(
        {"shapeName": ["Gao", "Tillaberi"], "shapeGroup": ["MLI", "NER"]},
        geometry=[box(0, 0, 1, 1), box(1, 0, 2, 1)],
        crs="EPSG:4326",
    )
    provinces = open_boundaries(zones, "admin1", None)
    assert locate(provinces, (0.5, 1.0), country="NER") == [("Tillaberi", "place")]
    assert locate(provinces, (0.5, 1.2), country="MLI") == [(None, "other country")]
    assert locate(provinces, (0.5, 1.2), country="MLI", km=50) == [("Gao", "nearest")]
    assert locate(provinces, (0.5, 1.2)) == [("Tillaberi", "place")]


def test_other_reference_systems_and_broken_rings_are_mended() -> None:
    metres = frame({"A": box(0, 0, 1, 1)}).to_crs("EPSG:3857")
    assert locate(open_boundaries(metres, "zone", None), (0.5, 0.5)) == [("A", "place")]
    bow_tie = Polygon([(0, 0), (2, 2), (2, 0), (0, 2)])
    assert locate(open_boundaries(frame({"A": bow_tie}), "zone", None), (1.0, 1.8)) == [
        ("A", "place")
    ]


def test_a_projected_polygon_across_180_degrees_is_not_turned_inside_out() -> None:
    parts = geopandas.GeoSeries(
        [box(177, -19, 180, -15), box(-180, -19, -178, -15)], crs="EPSG:4326"
    )
    hull = parts.to_crs("EPSG:3460").union_all().convex_hull
    zones = open_boundaries(frame({"Fiji": hull}, crs="EPSG:3460"), "zone", None)
    inside = [(-17.0, 178.0), (-17.0, -179.0), (-17.0, 180.0), (-17.0, -180.0)]
    assert locate(zones, *inside) == [("Fiji", "place")] * 4
    outside = [(-17.0, 10.0), (17.0, -2.0), (90.0, 0.0), (-17.0, 175.0), (-17.0, -176.0)]
    assert locate(zones, *outside) == [(None, "outside")] * 5
    assert locate(zones, (-17.0, 176.9), (-17.0, -177.9), (17.0, -1.0), km=15) == [
        ("Fiji", "nearest"), ("Fiji", "nearest"), (None, "outside"),
    ]  # fmt: skip


@pytest.mark.parametrize(("crs", "pole"), [("EPSG:3995", 1), ("EPSG:3031", -1)])
def test_a_projected_polygon_round_a_pole_holds_it(crs: str, pole: int) -> None:
    cap = Point(0, 0).buffer(2e6)
    rings = {"cap": cap, "ring": Point(0, 0).buffer(3e6).difference(cap)}
    zones = open_boundaries(frame(rings, crs=crs), "zone", None)
    places = [(pole * north, east) for north, east in
              [(90, 0), (89, 10), (80, -120), (80, 180), (70, -180), (70, 45)]]  # fmt: skip
    assert locate(zones, *places) == [("cap", "place")] * 4 + [("ring", "place")] * 2
    assert locate(zones, (pole * 60.0, 10.0), (pole * -90.0, 0.0)) == [(None, "outside")] * 2
    assert locate(zones, (pole * 61.0, 180.0), km=500) == [("ring", "nearest")]


def test_180_degrees_is_one_line_in_a_projection() -> None:
    edge = frame({"A": box(170, 0, 180, 10), "B": box(-180, 0, -170, 10)}).to_crs("EPSG:3857")
    zones = open_boundaries(edge, "zone", None)
    assert locate(zones, (5.0, 180.0), (5.0, -180.0)) == [("A", "border")] * 2


@pytest.mark.parametrize(
    "crs", ["EPSG:32633", "EPSG:28191", "EPSG:5880", "EPSG:2263", "EPSG:27700"]
)
def test_no_place_on_the_other_side_of_the_world_is_in_a_projected_polygon(crs: str) -> None:
    area = CRS(crs).area_of_use
    home = box(area.west, area.south, area.east, area.north)
    zones = open_boundaries(frame({"home": home}).to_crs(crs), "zone", None)
    east, north = np.meshgrid(np.arange(-180.0, 180.0, 7.5), np.arange(-90.0, 90.1, 7.5))
    found = locate(zones, *zip(north.ravel(), east.ravel(), strict=True))
    near = home.buffer(3)
    assert all(
        name is None or near.contains(Point(x, y))
        for (name, _), x, y in zip(found, east.ravel(), north.ravel(), strict=True)
    )
    centre = home.centroid
    assert locate(zones, (centre.y, centre.x)) == [("home", "place")]


@pytest.mark.parametrize("crs", ["EPSG:32631", "EPSG:2154", "ESRI:102022"])
def test_the_distance_to_a_projected_polygon_is_the_geodesic(crs: str) -> None:
    corner = frame({"A": box(2, 45.5, 3, 46.5)}).to_crs(crs)
    zones = open_boundaries(corner, "zone", None)
    km = Geod(ellps="sphere").inv(1.0, 45.0, 2, 45.5)[2] / 1000
    assert locate(zones, (45.0, 1.0), km=km * 1.005) == [("A", "nearest")]
    assert locate(zones, (45.0, 1.0), km=km * 0.99) == [(None, "outside")]


def test_polygons_without_a_name_or_shape_are_left_out() -> None:
    zones = geopandas.GeoDataFrame(
        {"zone": ["A", None, "C"]},
        geometry=[box(0, 0, 1, 1), box(1, 0, 2, 1), None],
        crs="EPSG:4326",
    )
    boundaries = open_boundaries(zones, "zone", None)
    assert boundaries.names.tolist() == ["A"]


def test_what_is_no_polygon_is_refused() -> None:
    with pytest.raises(TypeError, match="polygons is a dict; accepted: a geopandas"):
        open_boundaries({}, "zone", None)
    with pytest.raises(ValueError, match="no coordinate reference system"):
        open_boundaries(frame({"A": box(0, 0, 1, 1)}, crs=None), "zone", None)
    with pytest.raises(ValueError, match="shapes of type Point"):
        open_boundaries(frame({"A": Point(0, 0)}), "zone", None)
    with pytest.raises(ValueError, match="no column 'district'; found: zone, geometry"):
        open_boundaries(frame({"A": box(0, 0, 1, 1)}), "district", None)
    with pytest.raises(ValueError, match="no column of country codes"):
        open_boundaries(frame({"A": box(0, 0, 1, 1)}), "country", None)
    with pytest.raises(ValueError, match="no shape with a name"):
        open_boundaries(frame({"A": None}), "zone", None)


def test_a_column_or_geometry_that_is_not_one_is_refused() -> None:
    zones = frame({"A": box(0, 0, 1, 1)})
    twice = geopandas.GeoDataFrame(pd.concat([zones, zones[["zone"]]], axis=1))
    for by, label in (("zone", None), ("district", "zone")):
        with pytest.raises(ValueError, match="polygons has 2 columns called 'zone'; accepted: one"):
            open_boundaries(twice, by, label)
    codes = pd.DataFrame([["MLI", "MLI"]], columns=["iso_a3", "iso_a3"])
    with pytest.raises(ValueError, match="2 columns called 'iso_a3'"):
        open_boundaries(geopandas.GeoDataFrame(pd.concat([zones, codes], axis=1)), "zone", None)
    # Beside one of other letters the column of the very name is meant.
    assert open_boundaries(zones.assign(ZONE="B"), "zone", None).names.tolist() == ["A"]
    with pytest.raises(ValueError, match=r"no active geometry; accepted: polygons\.set_geometry"):
        open_boundaries(geopandas.GeoDataFrame({"zone": ["A"]}), "zone", None)


LOCAL = (
    'ENGCRS["site",EDATUM["site"],CS[Cartesian,2],AXIS["east",east],AXIS["north",north],'
    'LENGTHUNIT["metre",1]]'
)


@pytest.mark.parametrize(
    ("crs", "words"), [(LOCAL, "'site'"), ("EPSG:4978", "Geocentric"), ("EPSG:5773", "Vertical")]
)
def test_a_reference_system_off_the_globe_is_refused(crs: str, words: str) -> None:
    with pytest.raises(ValueError, match=f"{words}.*; accepted: degrees of longitude and latitude"):
        open_boundaries(frame({"A": box(0, 0, 1, 1)}, crs=crs), "zone", None)


@pytest.mark.parametrize("crs", ["EPSG:4979", "EPSG:4326+5773", "EPSG:32631+5773"])
def test_a_reference_system_with_heights_is_on_the_globe(crs: str) -> None:
    here = box(3, 1, 4, 2) if CRS(crs).is_geographic else box(4e5, 1e5, 6e5, 3e5)
    zones = open_boundaries(frame({"A": here}, crs=crs), "zone", None)
    assert locate(zones, (1.5, 3.5)) == [("A", "place")]


@pytest.mark.data
def test_natural_earths_countries_have_iso_codes(real_data: Path) -> None:
    path = real_data / "boundaries" / "ne_110m_admin_0_countries.json.gz"
    countries = open_boundaries(path, "country", None)
    # France, Norway, Kosovo, Somaliland and Northern Cyprus have -99 for a code there.
    assert {"FRA", "NOR", "XKX", "SOM", "CYP", "SSD", "PSE", "ESH", "ATA"} <= set(countries.names)
    assert all(len(code) == 3 for code in countries.names)
    found = locate(countries, (12.65, -8.0), (48.85, 2.35), (9.56, 44.06), (-90.0, 0.0), (0, -30))
    assert found == [
        ("MLI", "place"), ("FRA", "place"), ("SOM", "place"), ("ATA", "place"), (None, "outside"),
    ]  # fmt: skip


def test_numbers_as_names_stay_whole_beside_a_missing_one() -> None:
    zones = geopandas.GeoDataFrame(
        {"zone": [1, 2, None]},
        geometry=[box(0, 0, 1, 1), box(1, 0, 2, 1), box(2, 0, 3, 1)],
        crs="EPSG:4326",
    )
    assert open_boundaries(zones, "zone", None).names.tolist() == ["1", "2"]


def test_a_file_that_is_not_there_or_damaged_is_told(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"no file .*zones\.geojson; the working folder is"):
        open_boundaries(tmp_path / "zones.geojson", "zone", None)
    for name in ("zones.geojson", "zones.geojson.gz", "zones.shp"):
        (tmp_path / name).write_text("no polygons")
        with pytest.raises(IncidentDataError, match=r"zones.* can't be read as polygons"):
            open_boundaries(str(tmp_path / name), "zone", None)
