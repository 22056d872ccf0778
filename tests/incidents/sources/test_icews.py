"""ICEWS: ids that are unique only with their day, CAMEO codes, places by their finest name."""

import pandas as pd
import pytest

from riskkit.incidents import check_incidents

REPORT = {
    "Event ID": 926685, "Event Date": "1995-01-01", "Source Name": "Extremist (Russia)",
    "Source Sectors": "Radicals / Extremists / Fundamentalists,Dissident",
    "Source Country": "Russian Federation", "Event Text": "fight with small arms and light weapons",
    "CAMEO Code": 193, "Intensity": -10, "Target Name": "Police (Russia)",
    "Target Sectors": "Police,Government", "Target Country": "Russian Federation",
    "Story ID": 28235806, "Sentence Number": 5, "Publisher": "The Toronto Star",
    "City": "Moscow", "District": "", "Province": "Moskva", "Country": "Russian Federation",
    "Latitude": 55.7522, "Longitude": 37.6156,
}  # fmt: skip


@pytest.fixture
def read(tmp_path):
    def write(*rows):
        path = tmp_path / "events.1995.20150313082510.tab"
        pd.DataFrame([REPORT | row for row in rows]).to_csv(path, sep="\t", index=False)
        return check_incidents(path)

    return write


def test_a_report_is_read_whole(read):
    check = read({})
    report = check.kept.iloc[0]
    assert check.source == "icews"
    assert report["date"] == pd.Timestamp("1995-01-01")
    assert (report["country"], report["place"], report["geo_precision"]) == (
        "RUS", "Moscow", "near",
    )  # fmt: skip
    assert (report["target_type"], report["weapon_type"]) == ("Police", "Firearms")
    assert pd.isna(report["fatalities"])


def test_a_number_given_twice_on_two_days_is_two_reports(read):
    check = read({}, {"Event Date": "1995-03-01"})
    assert check.kept["incident_id"].tolist() == ["926685-19950101", "926685-19950301"]
    assert not len(check.blanked)


@pytest.mark.parametrize(
    ("places", "precision"),
    [
        ({"City": ""}, "admin1"),
        ({"City": "", "District": "Khamovniki"}, "admin2"),
        ({"City": "", "Province": ""}, "country"),
        ({"City": "NULL", "District": "NULL"}, "admin1"),
    ],
)
def test_a_place_is_as_fine_as_its_names(read, places, precision):
    assert read(places).kept["geo_precision"].tolist() == [precision]


def test_words_are_set_aside(read):
    check = read({"CAMEO Code": 40}, {"CAMEO Code": 112}, {"CAMEO Code": ""}, {"CAMEO Code": 9999})
    assert not len(check.kept)
    assert check.set_aside[["reason", "expected"]].to_numpy().tolist() == [
        ["not material conflict: consultation", True],
        ["not material conflict: disapproval", True],
        ["no event code", False],
        ["not an event code: 9999", False],
    ]


@pytest.mark.parametrize("stray", ['"Abu', 'Ali"'])
@pytest.mark.parametrize("first", [0, 1])
def test_quotes_are_letters_and_swallow_no_report(tmp_path, stray, first):
    names = ["Extremist (Russia)"] * 6
    names[first], names[first + 2], names[-1] = '"Abu', stray, '"A" and "B"'
    rows = [REPORT | {"Event ID": n, "Source Name": name} for n, name in enumerate(names)]
    path = tmp_path / "events.2015.tab"
    path.write_text(
        "\n".join("\t".join(map(str, row)) for row in ([*REPORT], *map(dict.values, rows)))
    )
    check = check_incidents(path)
    assert (check.rows_in, len(check.set_aside)) == (6, 0)
    assert check.kept["actor"].tolist() == names


@pytest.mark.parametrize("mark", ["\t", ","])
def test_an_export_with_quotes_gives_the_same_reports(tmp_path, mark):
    names = ['"Abu', 'Ali" and "B"', "one\nor two", "Extremist, Russia"]
    path = tmp_path / "again.txt"
    table = pd.DataFrame([REPORT | {"Event ID": n, "Source Name": x} for n, x in enumerate(names)])
    table.to_csv(path, sep=mark, index=False)
    assert check_incidents(path).kept["actor"].tolist() == names
