"""Raw cells to values: codes and yes and no as files write them."""

import pandas as pd
import pytest

from riskkit.incidents import check_incidents
from riskkit.incidents.cells import Cells


def cells(*values) -> Cells:
    return Cells({"code": pd.Series(values, dtype="str")}, {}, len(values))


@pytest.mark.parametrize("zeros", ["", ".0", ",0", ".00"])
def test_codes_that_went_through_a_column_of_floats_are_the_same_codes(zeros):
    column = cells(f"1{zeros}", f"0{zeros}", f"-9{zeros}", "1,5")
    read = column.code("code", {"1": "day"}, unknown=("0", "-9"))
    assert read.fillna("").tolist() == ["day", "", "", ""]
    assert [frame["value"].tolist() for frame in column.blanked] == [["1,5"]]
    assert cells(f"1{zeros}", f"0{zeros}", f"-9{zeros}").yes_no("code").tolist() == [
        True, False, pd.NA,
    ]  # fmt: skip


def test_a_file_with_decimal_commas_keeps_its_days_places_and_ids(layouts, tmp_path):
    path = tmp_path / "ged.csv"
    floats = {key: f"{value:.1f}".replace(".", ",") for key, value in layouts.FIGHT.items()
              if isinstance(value, int | float)}  # fmt: skip
    path.write_text(layouts.text(layouts.UCDP_231, [layouts.FIGHT | floats], delimiter=";"))
    check = check_incidents(path)
    assert not len(check.blanked)
    columns = ["incident_id", "date_precision", "geo_precision", "target_group"]
    assert check.kept[columns].iloc[0].tolist() == ["500123", "day", "exact", "security forces"]


@pytest.mark.parametrize("nothing", ["NA", "na", "Na"])
def test_na_among_names_of_countries_is_nothing_and_among_codes_namibia(nothing):
    named, coded = cells("Mali", nothing, "Niger"), cells("ML", nothing, "NE")
    assert named.country("code").fillna("").tolist() == ["MLI", "", "NER"]
    assert coded.country("code").tolist() == ["MLI", "NAM", "NER"]
    assert not named.blanked


def test_categories_of_whole_numbers_may_lack_one():
    table = pd.DataFrame({"day": ["2017-06-18"] * 3, "dead": pd.Categorical([1, 0, None])})
    check = check_incidents(table, columns={"date": "day", "fatalities": "dead"})
    assert check.kept["fatalities"].tolist() == [1, 0, pd.NA]


def test_a_toll_that_is_a_range_is_unknown_between_bounds():
    column = cells("5-10", "3 to 4", "5\u201310", "7", "10-5", None)
    best, low, high = (ends.fillna(-1).tolist() for ends in column.toll("code"))
    assert best == [-1, -1, -1, 7, -1, -1]
    assert low == [5, 3, 5, -1, -1, -1]
    assert high == [10, 4, 10, -1, -1, -1]
    assert [frame["value"].tolist() for frame in column.blanked] == [["10-5"]]
