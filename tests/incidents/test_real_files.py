"""Every real file at hand is read, and all of its rows are accounted for."""

from pathlib import Path

import pandas as pd
import pytest

from riskkit.errors import UnknownSourceError
from riskkit.incidents import check_incidents, read_incidents

pytestmark = pytest.mark.data

FILES = [
    ("rand/rand_rdwti_1968_2009.csv.gz", "rand", 40_129, 0),
    ("ucdp/ged211_where_prec12.csv.gz", "ucdp", 176_579, 0),
    ("ucdp/ged191_BGD_MMR.csv.gz", "ucdp", 3_194, 0),
    ("ucdp/ged191_BGD_hxl.csv.gz", "ucdp", 602, 1),
    ("ucdp/ged231_CAF.csv.gz", "ucdp", 1_848, 0),
    ("ucdp/ged231_sample1000.csv.gz", "ucdp", 1_000, 0),
    ("ucdp/GEDevent_v26_0_2.xlsx", "ucdp", 1_298, 0),
    ("west_africa/west_africa.csv", "west_africa", 226, 0),
]


@pytest.mark.parametrize(("file", "source", "rows", "aside"), FILES)
def test_rows_in_are_kept_or_set_aside(
    real_data: Path, file: str, source: str, rows: int, aside: int
) -> None:
    check = check_incidents(real_data / file)
    assert (check.source, check.rows_in, len(check.set_aside)) == (source, rows, aside)
    assert check.rows_in == len(check.kept) + len(check.set_aside)
    assert check.kept["country"].notna().all(), "every country name must resolve"
    assert check.kept["date"].notna().all()


def test_rand_totals_are_those_of_the_file(real_data: Path) -> None:
    path = real_data / FILES[0][0]
    check = check_incidents(path)
    raw = pd.read_csv(path)
    assert check.kept["fatalities"].sum() == raw["Fatalities"].sum()
    assert check.kept["injured"].sum() == raw["Injuries"].sum()
    assert (check.kept["date"] == pd.to_datetime(raw["Date"])).all()
    assert "841 rows are the same" in check.summary()
    assert check.blanked["value"].tolist() == ["Business", "Telecommunication", "Bombing"]
    assert check.kept["country"].eq("IRQ").sum() == raw["Country"].eq("Iraq").sum()


def test_ucdp_crossed_bounds_are_unknown_and_counted(real_data: Path) -> None:
    check = check_incidents(real_data / FILES[1][0])
    assert check.blanked["column"].value_counts().to_dict() == {
        "high_death": 1_101,
        "low_death": 364,
    }
    assert check.kept["vintage"].unique().tolist() == ["21.1"]


def test_ucdp_lines_are_lines_of_the_file(real_data: Path) -> None:
    check = check_incidents(real_data / "ucdp/ged231_CAF.csv.gz")
    text = pd.read_csv(real_data / "ucdp/ged231_CAF.csv.gz", dtype=str)
    crossed = text[text["low"].astype(int) > text["best"].astype(int)]
    assert len(check.blanked.query("column == 'low'")) == len(crossed)


def test_west_africa_keeps_its_own_columns(real_data: Path) -> None:
    path = real_data / "west_africa/west_africa.csv"
    attacks = read_incidents(path, "west_africa", keep=["target_detail", "source_url"])
    assert attacks["source"].unique().tolist() == ["west_africa"]
    kangaba = attacks.set_index("incident_id").loc["WA-2017-06-18-ML-1"]
    assert kangaba["fatalities"] == 5
    assert kangaba["country"] == "MLI"
    assert kangaba["source_url"].startswith("http")


def test_tables_of_counts_are_refused_by_name(real_data: Path) -> None:
    with pytest.raises(UnknownSourceError, match="country-years: counts, not attacks"):
        read_incidents(real_data / "ucdp/organizedviolencecy_v25_1.csv.gz")
