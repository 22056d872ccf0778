"""Numbers with marks in them are read by the whole column, or not at all."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from riskkit.incidents import check_incidents
from riskkit.incidents.numbers import parse_numbers


@pytest.mark.parametrize(
    ("word", "number"),
    [
        ("1'234", 1234),
        ("1\u2019234\u2019567", 1234567),
        ("1 234", 1234),
        ("1\u00a0234,5", 1234.5),
        ("1\u202f234.5", 1234.5),
        ("1.234.567", 1234567),
        ("1,234,567", 1234567),
        ("1,234.0", 1234),
        ("1.234,0", 1234),
        ("-1.234,5", -1234.5),
        ("12,5", 12.5),
        ("0.234", 0.234),
        ("0,234", 0.234),
        ("1234.567", 1234.567),
        ("1e3", 1000),
        (".5", 0.5),
    ],
)
@pytest.mark.parametrize("holds", ["numbers", "people", "degrees"])
def test_one_reading(word, number, holds):
    numbers, two_readings = parse_numbers([word], holds)
    assert numbers.tolist() == [number]
    assert not two_readings.any()


@pytest.mark.parametrize(
    ("decider", "point", "comma"),
    [
        ("2.5", 1.234, 1234),
        ("1,234,567", 1.234, 1234),
        ("1,234.5", 1.234, 1234),
        ("1 234.5", 1.234, 1234),
        ("0.000", 1.234, 1234),
        ("2,5", 1234, 1.234),
        ("1.234.567", 1234, 1.234),
        ("1.234,5", 1234, 1.234),
    ],
)
def test_the_column_decides(decider, point, comma):
    numbers, two_readings = parse_numbers([decider, "1.234", "1,234"], "people")
    assert numbers[1:].tolist() == [point, comma]
    assert not two_readings.any()


def test_nothing_decides():
    assert parse_numbers(["7", "1.234"], "people")[1].tolist() == [False, True]
    assert parse_numbers(["7", "1,234"], "people")[0].tolist() == [7, 1234]
    assert parse_numbers(["7", "1.234"], "numbers")[0].tolist() == [7, 1.234]
    assert parse_numbers(["12.345", "12,345"], "degrees")[0].tolist() == [12.345, 12.345]


def test_values_that_disagree_decide_nothing():
    numbers, two_readings = parse_numbers(["2.5", "1.234.567", "1.234", "1,234"], "people")
    assert numbers[:2].tolist() == [2.5, 1234567]
    assert two_readings.tolist() == [False, False, True, True]


@pytest.mark.parametrize(
    "word", ["1,23,456", "1.2.3", "12 34", "1'23", "five", "1,234.5.6", "0 123"]
)
def test_no_number(word):
    numbers, two_readings = parse_numbers([word, "3"], "people")
    assert np.isnan(numbers[0])
    assert not two_readings.any()


@given(
    st.lists(st.integers(1_000_000, 99_999_999), min_size=1, unique=True), st.sampled_from(",.' ")
)
def test_grouped_numbers_come_back(people, mark):
    numbers, _ = parse_numbers([f"{count:,}".replace(",", mark) for count in people], "people")
    assert numbers.tolist() == people


def _tolls(tmp_path, *cells):
    path = tmp_path / "own.csv"
    rows = [f"{n};2020-01-0{n + 1};Mali;{cell}" for n, cell in enumerate(cells)]
    path.write_text("incident_id;date;country;fatalities\n" + "\n".join(rows) + "\n")
    return check_incidents(path)


def test_a_toll_of_two_readings_is_unknown_and_written_down(tmp_path):
    check = _tolls(tmp_path, "1.234", "5")
    assert check.kept["fatalities"].isna().tolist() == [True, False]
    assert check.kept[["fatalities_low", "fatalities_high"]].isna().all().all()
    assert check.blanked["value"].tolist() == ["1.234"]
    assert "1.234 is 1234" in check.blanked["reason"].iloc[0]


def test_a_toll_in_thousands(tmp_path):
    check = _tolls(tmp_path, "1.234", "1.234.567", "1'234", "1 234", "1.234,0")
    assert check.kept["fatalities"].tolist() == [1234, 1234567, 1234, 1234, 1234]
    assert check.blanked.empty
