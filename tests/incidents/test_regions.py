"""Incidents get their region, precision is respected, and the tally counts them all."""

from pathlib import Path

import geopandas
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import box

import riskkit as rk
from riskkit.errors import MissingColumnError, RiskkitWarning
from riskkit.incidents.regions import BASES, assign_regions, region_weights
from riskkit.incidents.schema import conform


def attacks(**columns: object) -> pd.DataFrame:
    size = max(len(values) for values in columns.values() if isinstance(values, list))
    table = {
        "incident_id": [f"a{i}" for i in range(size)],
        "source": "own",
        "country": "MLI",
        "date": "2017-06-18",
        "date_precision": "day",
        "geo_precision": "exact",
        "latitude": 12.65,
        "longitude": -7.98,
    }
    return conform(pd.DataFrame(table | columns, index=range(size)))


@pytest.fixture
def mali() -> pd.DataFrame:
    """Six placed attacks, four in the south; three known to the country, two to a province."""
    return attacks(
        latitude=[12.6, 12.6, 12.6, 12.6, 16.3, 16.3, 17.0, 17.0, None, 16.9, 16.9],
        longitude=[-8.0, -8.0, -8.0, -8.0, 0.1, 0.2, -4.0, -4.0, None, 0.4, 0.4],
        geo_precision=["exact"] * 5 + ["admin2"] + ["country"] * 3 + ["admin1"] * 2,
        admin1=["Koulikoro"] * 4 + ["Gao"] * 2 + [None] * 3 + ["Gao"] * 2,
    )


@pytest.mark.parametrize(
    ("by", "regions"),
    [
        ("un_region", ["Africa", "Europe", None, None]),
        ("un_subregion", ["Western Africa", "Eastern Europe", None, None]),
        ("gtd_region", ["Sub-Saharan Africa", "Eastern Europe", None, None]),
    ],
)
def test_world_regions_follow_the_country(by: str, regions: list[str | None]) -> None:
    placed = assign_regions(attacks(country=["MLI", "SUN", None, "XAA"]), by=by)
    assert placed[by].astype(object).where(placed[by].notna(), None).tolist() == regions
    assert placed[f"{by}_basis"].tolist() == ["country"] * 2 + ["no country"] * 2


def test_a_place_known_too_coarsely_is_in_no_cell(mali: pd.DataFrame) -> None:
    placed = assign_regions(mali, by="prio_grid")
    assert placed["prio_grid_basis"].tolist() == (
        ["place"] * 6 + ["too coarse"] * 2 + ["no place"] + ["too coarse"] * 2
    )
    assert placed["prio_grid"].isna().tolist() == [False] * 6 + [True] * 5
    assert list(placed["prio_grid_basis"].cat.categories) == list(BASES)
    assert "prio_grid" not in mali  # the table given is as it was


def test_precision_can_be_asked_for(mali: pd.DataFrame) -> None:
    anywhere = assign_regions(mali, by="prio_grid", precision="country")
    assert anywhere["prio_grid"].notna().sum() == 10
    strict = assign_regions(mali, by="prio_grid", precision="near")
    assert strict["prio_grid"].notna().sum() == 5


def test_smaller_h3_cells_ask_for_a_finer_place() -> None:
    places = attacks(geo_precision=["exact", "near", "admin2", "admin1", "country"])
    counts = {
        resolution: int(assign_regions(places, by=f"h3_{resolution}")[f"h3_{resolution}"].count())
        for resolution in (2, 3, 4, 5, 15)
    }
    assert counts == {2: 4, 3: 3, 4: 2, 5: 1, 15: 1}


def test_unknown_precision_is_taken_with_a_warning() -> None:
    places = attacks(geo_precision=[None, None], latitude=[12.65, None])
    with pytest.warns(RiskkitWarning, match="1 of 2 incidents have coordinates of unknown"):
        placed = assign_regions(places, by="prio_grid")
    assert placed["prio_grid_basis"].tolist() == ["place", "no place"]


def test_every_row_is_counted_or_unplaced(mali: pd.DataFrame) -> None:
    cells = rk.tally(assign_regions(mali, by="prio_grid"), by="prio_grid", every="month",
                     end="2017-06")  # fmt: skip
    assert cells.panel().sum(axis=None) == 6
    assert cells.unplaced.to_dict() == {"no region": 5}
    drawn = assign_regions(mali, by="prio_grid", spread="incidents", rng=1)
    cells = rk.tally(drawn, by=["country", "prio_grid"], every="month", end="2017-06")
    assert cells.panel().sum(axis=None) == 11
    assert set(cells.parents["country"]) == {"MLI"}


@pytest.mark.parametrize("engine", ["polars", "pyarrow"])
def test_any_engine_counts_the_regions(mali: pd.DataFrame, engine: str) -> None:
    placed = assign_regions(mali, by="prio_grid", spread="incidents", rng=1)
    there = pytest.importorskip("polars").from_pandas(placed)
    if engine == "pyarrow":
        there = there.to_arrow()
    here = rk.tally(placed, by="prio_grid", every="month", end="2017-06")
    pd.testing.assert_frame_equal(
        rk.tally(there, by="prio_grid", every="month", end="2017-06").counts, here.counts
    )


def test_the_weights_are_the_shares_of_the_province_or_country(mali: pd.DataFrame) -> None:
    weights = region_weights(mali, by="prio_grid", spread="incidents")
    cells = weights["prio_grid"].unique()
    assert len(cells) == 2
    by_incident = {i: g["weight"].tolist() for i, g in weights.groupby("incident_id")}
    assert by_incident["a0"] == [1.0]
    for known_to_the_country in ("a6", "a7", "a8"):
        np.testing.assert_allclose(by_incident[known_to_the_country], [4 / 6, 2 / 6])
    for known_to_gao in ("a9", "a10"):
        assert by_incident[known_to_gao] == [1.0]


@pytest.mark.parametrize("precision", ["near", "admin2", "admin1"])
def test_what_is_too_coarse_for_a_small_cell_stays_in_its_province(precision: str) -> None:
    table = attacks(
        latitude=[16.3] * 2 + [12.6] * 97 + [16.3],
        longitude=[0.1] * 2 + [-8.0] * 97 + [-0.4],
        geo_precision=["exact"] * 99 + [precision],
        admin1=["Gao"] * 2 + ["Bamako"] * 97 + ["Gao"],
    )
    cells = region_weights(table, by="h3_7", spread="incidents")
    spread, placed = (cells.loc[cells["incident_id"] == name] for name in ("a99", "a0"))
    assert spread["weight"].tolist() == [1.0]
    assert spread["h3_7"].tolist() == placed["h3_7"].tolist()


def test_what_has_a_province_and_no_coordinates_stays_in_it(
    provinces: geopandas.GeoDataFrame,
) -> None:
    table = attacks(
        latitude=[13.0] * 9 + [16.3] + [None] * 5,
        longitude=[-8.0] * 9 + [0.1] + [None] * 5,
        geo_precision=["exact"] * 10 + [None, None, "country", "admin1", None],
        admin1=["Bamako"] * 9 + ["Gao"] * 5 + [None],
    )
    drawn = assign_regions(table, by="zone", polygons=provinces.rename(columns={"NAME_1": "zone"}),
                           spread="incidents", rng=1).iloc[10:]  # fmt: skip
    assert drawn["zone"].tolist()[:4] == ["Gao"] * 4
    assert drawn["zone_weight"].tolist()[:4] == [1.0] * 4
    assert drawn["zone_weight"].iloc[4] in (0.9, 0.1)


def test_draws_follow_the_weights() -> None:
    many = 4000
    table = attacks(
        latitude=[12.6, 12.6, 16.3] + [17.0] * many,
        longitude=[-8.0, -8.0, 0.1] + [-4.0] * many,
        geo_precision=["exact"] * 3 + ["country"] * many,
    )
    drawn = assign_regions(table, by="prio_grid", spread="incidents", rng=3)
    south = drawn["prio_grid"].iloc[0]
    share = (drawn["prio_grid"].iloc[3:] == south).mean()
    assert abs(share - 2 / 3) < 4 * np.sqrt(2 / 9 / many)
    spread = drawn.iloc[3:]
    in_south = spread["prio_grid"] == south
    np.testing.assert_allclose(spread.loc[in_south, "prio_grid_weight"], 2 / 3)
    assert (drawn["prio_grid_weight"].iloc[:3] == 1).all()
    again = assign_regions(table, by="prio_grid", spread="incidents", rng=3)
    pd.testing.assert_frame_equal(drawn, again)
    other = assign_regions(table, by="prio_grid", spread="incidents", rng=4)
    assert not drawn["prio_grid"].equals(other["prio_grid"])


def test_weights_of_the_users_own(mali: pd.DataFrame) -> None:
    people = pd.Series(
        [3e6, 1e6, 0.0, 9e9],
        index=pd.MultiIndex.from_tuples([("MLI", 1), ("MLI", 2), ("MLI", 3), ("NER", 4)]),
    )
    weights = region_weights(mali, by="prio_grid", spread=people)
    spread = weights[weights["incident_id"] == "a8"]
    assert spread["prio_grid"].tolist() == [1, 2]
    np.testing.assert_allclose(spread["weight"], [0.75, 0.25])
    nowhere = assign_regions(attacks(country=["BFA"], geo_precision=["country"]), by="prio_grid",
                             spread=people)  # fmt: skip
    assert nowhere["prio_grid_basis"].tolist() == ["too coarse"]
    assert nowhere["prio_grid_weight"].isna().all()


@pytest.mark.parametrize(
    ("spread", "words"),
    [
        ("evenly", "spread is 'evenly'; accepted: None, \"incidents\""),
        (pd.Series([1.0], index=["MLI"]), "indexed by 1 level"),
        (pd.Series([-1.0], index=pd.MultiIndex.from_tuples([("MLI", 1)])), "negative"),
        (pd.Series([np.nan], index=pd.MultiIndex.from_tuples([("MLI", 1)])), "missing"),
        (pd.DataFrame({"people": [1.0]}), 'spread is a DataFrame; accepted: None, "incidents"'),
        *(
            (
                pd.Series(1.0, index=pd.MultiIndex.from_product([["MLI"], [1, cell]])),
                f"of .*{cell}.*, which is no cell of PRIO-GRID; accepted: whole numbers from 1",
            )
            for cell in ("Gao", "147945", 1.5, 0, 259_201)
        ),
    ],
)
def test_weights_that_are_none_are_refused(mali: pd.DataFrame, spread: object, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        assign_regions(mali, by="prio_grid", spread=spread)


def test_a_weight_without_a_region_is_refused(
    mali: pd.DataFrame, provinces: geopandas.GeoDataFrame
) -> None:
    index = pd.MultiIndex.from_tuples([("MLI", None), ("MLI", "Gao")])
    for made in (assign_regions, region_weights):
        with pytest.raises(ValueError, match="spread has weights without a region; accepted: one"):
            made(mali, by="admin1", polygons=provinces, spread=pd.Series([2.0, 1.0], index=index))


PLACES = st.tuples(
    st.floats(-90, 90) | st.none(),
    st.floats(-180, 180),
    st.sampled_from(["exact", "near", "admin2", "admin1", "country"]),
    st.sampled_from(["MLI", "NER", None]),
    st.sampled_from(["Gao", "Kidal", None]),
)


@settings(max_examples=40)
@given(st.lists(PLACES, min_size=1, max_size=30), st.integers(0, 9))
def test_nothing_is_lost_and_weights_add_up(rows: list[tuple], seed: int) -> None:
    north, east, precision, country, admin1 = map(list, zip(*rows, strict=True))
    table = attacks(
        latitude=north, longitude=east, geo_precision=precision, country=country, admin1=admin1
    )
    drawn = assign_regions(table, by="prio_grid", spread="incidents", rng=seed)
    assert drawn["incident_id"].tolist() == table["incident_id"].tolist()
    assert (drawn["prio_grid"].notna() == drawn["prio_grid_weight"].notna()).all()
    kept = assign_regions(table, by="prio_grid")
    known = kept["prio_grid"].notna()
    assert kept["prio_grid"][known].equals(drawn["prio_grid"][known])
    weights = region_weights(table, by="prio_grid", spread="incidents")
    totals = weights.groupby("incident_id")["weight"].sum()
    np.testing.assert_allclose(totals, 1)
    assert set(totals.index) == set(drawn["incident_id"][drawn["prio_grid"].notna()])
    pairs = weights.set_index(["incident_id", "prio_grid"])["weight"]
    for row in drawn[drawn["prio_grid"].notna()].itertuples():
        assert pairs[row.incident_id, row.prio_grid] == pytest.approx(row.prio_grid_weight)


@pytest.fixture
def provinces() -> geopandas.GeoDataFrame:
    return geopandas.GeoDataFrame(
        {"GID_0": ["MLI", "MLI", "NER"], "NAME_1": ["Bamako", "Gao", "Tillabéri"]},
        geometry=[box(-9, 12, -7, 14), box(-1, 15, 1, 18), box(1, 12, 3, 15)],
        crs="EPSG:4326",
    )


def test_provinces_replace_the_sources_names_and_keep_them(
    mali: pd.DataFrame, provinces: geopandas.GeoDataFrame
) -> None:
    placed = assign_regions(mali, by="admin1", polygons=provinces)
    assert placed["admin1"].tolist()[:6] == ["Bamako"] * 4 + ["Gao"] * 2
    assert placed["admin1_basis"].tolist()[6:] == ["too coarse"] * 2 + ["no place"] + ["place"] * 2
    assert placed["admin1_source"].equals(mali["admin1"])
    twice = assign_regions(placed, by="admin1", polygons=provinces, spread="incidents", rng=1)
    assert twice["admin1_source"].equals(mali["admin1"])
    months = rk.tally(twice, by=["country", "admin1"], every="month", end="2017-06")
    assert months.panel()["2017-06"].sum() == 11
    assert list(months.regions) == ["MLI / Bamako", "MLI / Gao"]


def test_country_is_filled_in_and_the_sources_own_stays(
    provinces: geopandas.GeoDataFrame,
) -> None:
    table = attacks(
        country=["BFA", None, None, None],
        latitude=[13.0, 13.0, 14.0, None],
        longitude=[-8.0, -8.0, 3.3, -8.0],
        geo_precision=["country"] * 4,
    )
    placed = assign_regions(table, by="country", polygons=provinces, nearest_km=50)
    assert placed["country"].tolist()[:3] == ["BFA", "MLI", "NER"]
    assert placed["country_basis"].tolist() == ["source", "place", "nearest", "no place"]


def test_country_is_a_code_by_a_label_of_names_too(provinces: geopandas.GeoDataFrame) -> None:
    states = provinces.assign(land=["Mali", "Mali", "Niger"])
    table = attacks(country=["NER", None, None], longitude=[-8.0, -8.0, 2.0], latitude=13.0)
    placed = assign_regions(table, by="country", polygons=states, label="land")
    assert placed["country"].tolist() == ["NER", "MLI", "NER"]


def test_any_polygons_by_their_column_or_label(
    mali: pd.DataFrame, provinces: geopandas.GeoDataFrame, tmp_path: Path
) -> None:
    zones = provinces.rename(columns={"NAME_1": "zone"}).drop(columns="GID_0")
    one = assign_regions(mali, by="zone", polygons=zones)
    other = assign_regions(mali, by="sector", polygons=provinces, label="NAME_1")
    assert one["zone"].tolist()[:6] == other["sector"].tolist()[:6] == ["Bamako"] * 4 + ["Gao"] * 2
    file = tmp_path / "zones.geojson"
    zones.to_file(file)
    pd.testing.assert_frame_equal(assign_regions(mali, by="zone", polygons=file), one)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"by": "h3_16"}, "by is 'h3_16' and polygons= is missing; without polygons accepted: un"),
        ({"by": "h3"}, "h3_0 to h3_15"),
        ({"by": "fatalities"}, "a column of the incidents table that is no region"),
        ({"by": "prio_grid", "nearest_km": 5}, "needs no polygons=, label= or nearest_km="),
        ({"by": "gtd_region", "precision": "near"}, "goes by country"),
        ({"by": "gtd_region", "spread": "incidents"}, "spreads within a country"),
        ({"by": "prio_grid", "precision": "town"}, "precision is 'town'; accepted: exact, near"),
        ({"by": "zone", "polygons": "zones.gpkg", "nearest_km": -1}, "nearest_km is -1"),
    ],
)
def test_wrong_arguments_are_named(
    mali: pd.DataFrame, arguments: dict[str, object], words: str
) -> None:
    with pytest.raises(ValueError, match=words):
        assign_regions(mali, **arguments)


@pytest.mark.parametrize("by", [None, ["zone"], 3])
def test_a_name_that_is_no_text_is_refused(mali: pd.DataFrame, by: object) -> None:
    with pytest.raises(TypeError, match=r"by is .*; accepted: the name of one kind of region"):
        assign_regions(mali, by=by)


def test_what_is_no_incidents_table_is_refused(mali: pd.DataFrame) -> None:
    with pytest.raises(TypeError, match="incidents is a list"):
        assign_regions([], by="prio_grid")
    with pytest.raises(MissingColumnError, match="no column geo_precision"):
        assign_regions(mali.drop(columns="geo_precision"), by="prio_grid")


def test_no_rows_are_no_trouble(mali: pd.DataFrame, provinces: geopandas.GeoDataFrame) -> None:
    nothing = mali.iloc[:0]
    for arguments in ({"by": "prio_grid"}, {"by": "h3_3"}, {"by": "un_region"}):
        assert len(assign_regions(nothing, **arguments)) == 0
    placed = assign_regions(nothing, by="admin1", polygons=provinces, spread="incidents")
    assert len(placed) == 0


def test_an_index_of_any_kind_stays(mali: pd.DataFrame) -> None:
    turned = mali.set_index(pd.Index(range(100, 100 + len(mali))))[::-1]
    placed = assign_regions(turned, by="prio_grid", spread="incidents", rng=1)
    assert placed.index.equals(turned.index)
    assert placed["prio_grid_basis"].tolist()[-1] == "place"


@pytest.mark.data
def test_ucdps_cells_and_countries(real_data: Path) -> None:
    file = real_data / "ucdp" / "ged231_sample1000.csv.gz"
    events = rk.check_incidents(file, keep=["priogrid_gid"]).kept
    placed = assign_regions(events, by="prio_grid", precision="country")
    assert placed["prio_grid"].equals(events["priogrid_gid"].astype("Int64").rename("prio_grid"))
    borders = real_data / "boundaries" / "ne_110m_admin_0_countries.json.gz"
    blind = events.assign(country=pd.Series(pd.NA, events.index).astype("str"))
    found = assign_regions(blind, by="country", polygons=borders, nearest_km=50)
    # Outlines of 1:110 million are 20 km off at places: 96% was measured.
    known = found["country"].notna()
    assert known.mean() > 0.99
    assert (found["country"] == events["country"])[known].mean() > 0.94
