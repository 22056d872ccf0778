"""Cells of grids, against UCDP's own numbers and H3's published example."""

import gzip
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from riskkit.incidents.places.grid_cells import H3_PRECISION, h3_cells, prio_cells

FILES = ["ged191_BGD_MMR.csv.gz", "ged231_CAF.csv.gz", "ged231_sample1000.csv.gz"]


@pytest.mark.data
@pytest.mark.parametrize("name", FILES)
def test_prio_grid_is_ucdps_own(real_data: Path, name: str) -> None:
    with gzip.open(real_data / "ucdp" / name, "rt", encoding="utf-8") as file:
        events = pd.read_csv(file, usecols=["latitude", "longitude", "priogrid_gid"])
    found = prio_cells(events["latitude"].to_numpy(), events["longitude"].to_numpy())
    np.testing.assert_array_equal(found, events["priogrid_gid"])
    on_edge = (events["latitude"] % 0.5 == 0) | (events["longitude"] % 0.5 == 0)
    assert on_edge.sum() > 50  # the rule for edges was tried too


@given(st.integers(0, 359), st.integers(0, 719), st.floats(0, 0.499), st.floats(0, 0.499))
def test_a_cell_holds_its_south_and_west_edge(
    row: int, column: int, north: float, east: float
) -> None:
    corner = np.array([-90 + row / 2 + north]), np.array([-180 + column / 2 + east])
    assert prio_cells(*corner)[0] == row * 720 + column + 1


def test_the_ends_of_the_world() -> None:
    north = np.array([90.0, -90.0, 90.0, 0.0, 0.0, 0.0, 90.1, np.nan, 0.0])
    east = np.array([0.0, 0.0, 180.0, 180.0, -180.0, 179.99, 0.0, 0.0, 200.0])
    cells = prio_cells(north, east)
    assert cells[0] == 359 * 720 + 361
    assert cells[1] == 361
    assert cells[2] == 359 * 720 + 1
    assert cells[3] == cells[4] == 180 * 720 + 1
    assert cells[5] == 181 * 720
    assert np.isnan(cells[6:]).all()


def test_h3_is_the_published_cell() -> None:
    # The example of H3's own documentation.
    cells = h3_cells(np.array([37.7752702151959]), np.array([-122.418307270836]), 9)
    assert cells.tolist() == ["8928308280fffff"]
    assert len(H3_PRECISION) == 16


def test_h3_leaves_what_is_off_the_globe() -> None:
    cells = h3_cells(np.array([91.0, np.nan, 0.0, 0.0]), np.array([0.0, 0.0, 180.0, -180.0]), 3)
    assert cells[:2].tolist() == [None, None]
    assert cells[2] == cells[3]
