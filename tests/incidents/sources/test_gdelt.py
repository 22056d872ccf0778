"""GDELT: files without a header in three widths, material conflict only, no deaths, FIPS codes."""

import zipfile

import pandas as pd
import pytest

from riskkit.incidents import check_incidents, source_facts
from riskkit.incidents.sources.gdelt import HEADERS

REPORT = {
    "GLOBALEVENTID": "410412347", "SQLDATE": "20150218", "MonthYear": "201502", "Year": "2015",
    "FractionDate": "2015.1315", "Actor1Code": "REB", "Actor1Name": "REBEL",
    "Actor2Code": "MLIMIL", "Actor2Name": "MALI", "Actor2Type1Code": "MIL", "IsRootEvent": "1",
    "EventCode": "183", "EventBaseCode": "183", "EventRootCode": "18", "QuadClass": "4",
    "GoldsteinScale": "-10.0", "NumMentions": "6", "AvgTone": "-3.2", "ActionGeo_Type": "4",
    "ActionGeo_FullName": "Gao, Gao, Mali", "ActionGeo_CountryCode": "ML",
    "ActionGeo_ADM1Code": "ML09", "ActionGeo_Lat": "16.2667", "ActionGeo_Long": "-0.05",
    "DATEADDED": "20150218230000",
}  # fmt: skip


def export(*rows, width=61):
    return "".join(
        "\t".join((REPORT | row).get(name, "") for name in HEADERS[width]) + "\n" for row in rows
    )


@pytest.fixture
def read(tmp_path):
    def write(*rows, width=61):
        path = tmp_path / "20150218230000.export.CSV"
        path.write_text(export(*rows, width=width), encoding="utf-8")
        return check_incidents(path)

    return write


@pytest.mark.parametrize("width", [61, 58, 57])
def test_a_file_without_a_header_is_read_from_its_first_row(read, width):
    check = read({}, {"GLOBALEVENTID": "410412348"}, width=width)
    report = check.kept.iloc[0]
    assert (check.source, check.rows_in, len(check.kept)) == ("gdelt", 2, 2)
    assert report["incident_id"] == "410412347"
    assert report["date"] == pd.Timestamp("2015-02-18")
    assert (report["country"], report["place"], report["geo_precision"]) == ("MLI", "Gao", "near")
    assert (report["target_type"], report["target_group"]) == ("Military", "security forces")
    assert (report["attack_type"], report["actor"]) == ("Bombing/Explosion", "REBEL")


@pytest.mark.parametrize("case", [str, str.lower, str.upper])
@pytest.mark.parametrize("order", ["published", "actors swapped", "the action's place first"])
def test_a_header_tells_the_columns_whatever_their_order(tmp_path, order, case):
    names = list(HEADERS[61])
    if order == "actors swapped":
        names[5:15], names[15:25] = names[15:25], names[5:15]
    elif order == "the action's place first":
        names[35:43], names[51:59] = names[51:59], names[35:43]
    row = REPORT | {"Actor1Geo_FullName": "Texas, United States", "Actor1Geo_CountryCode": "US"}
    lines = [map(case, names), (row.get(name, "") for name in names)]
    path = tmp_path / "named.tsv"
    path.write_text("".join("\t".join(line) + "\n" for line in lines))
    check = check_incidents(path)
    assert (check.rows_in, check.notes) == (1, ("cells parted by '\\t'",))
    report = check.kept.iloc[0]
    assert report[["country", "place", "actor"]].tolist() == ["MLI", "Gao", "REBEL"]


def test_a_report_of_no_place_is_no_fault(read):
    check = read({"ActionGeo_Type": "0", "ActionGeo_CountryCode": "", "ActionGeo_Lat": "",
                  "ActionGeo_Long": "", "ActionGeo_FullName": ""})  # fmt: skip
    assert pd.isna(check.kept["geo_precision"].iloc[0])
    assert not len(check.blanked)


def test_deaths_are_unknown_and_that_is_said(read):
    kept = read({}).kept
    tolls = ["fatalities", "fatalities_low", "fatalities_high", "injured"]
    assert kept[tolls].isna().all(axis=None)
    facts = source_facts("gdelt")
    assert "none" in facts.deaths and any("no deaths" in note for note in facts.notes)


def test_only_attacks_are_kept_and_the_rest_says_why(read):
    codes = {"036": "not material conflict: intent to cooperate", "141": "not material conflict: "
             "protest", "173": "material conflict, not an attack: coercion", "154": "material "
             "conflict, not an attack: show of force", "191": "material conflict, not an attack: "
             "coercion", "1712": None, "193": None, "1831": None, "202": None}  # fmt: skip
    rows = [{"GLOBALEVENTID": code, "EventCode": code} for code in codes]
    check = read(*rows)
    assert check.kept["incident_id"].tolist() == [code for code, why in codes.items() if not why]
    assert check.set_aside["reason"].tolist() == [why for why in codes.values() if why]
    assert check.set_aside["line"].tolist() == [1, 2, 3, 4, 5]
    assert check.set_aside["expected"].all()
    assert check.kept["suicide"].tolist() == [pd.NA, pd.NA, True, pd.NA]


def test_countries_are_fips_codes_not_iso_ones(read):
    pairs = {"NG": "NER", "NI": "NGA", "AU": "AUT", "AS": "AUS", "OD": "SSD", "GZ": "PSE",
             "CH": "CHN", "SF": "ZAF"}  # fmt: skip
    rows = [
        {"GLOBALEVENTID": str(number), "ActionGeo_CountryCode": code}
        for number, code in enumerate([*pairs, "QQ"])
    ]
    check = read(*rows)
    assert check.kept["country"].tolist()[:-1] == list(pairs.values())
    assert check.kept["country"].isna().tolist()[-1]
    assert check.blanked[["line", "value"]].to_numpy().tolist() == [[9, "QQ"]]


def test_a_table_with_names_and_lost_zeros_is_read_too(tmp_path):
    row = {"GLOBALEVENTID": 1, "SQLDATE": 20150218, "EventCode": 36, "ActionGeo_CountryCode": "ML"}
    table = pd.DataFrame([row, row | {"GLOBALEVENTID": 2, "EventCode": 190}])
    check = check_incidents(table)
    assert check.kept["incident_id"].tolist() == ["2"]
    assert check.set_aside["reason"].tolist() == ["not material conflict: intent to cooperate"]


def test_codes_that_went_through_a_table_of_floats(read):
    check = read({"EventCode": "183,0", "ActionGeo_Type": "4,0"})
    assert check.kept[["attack_type", "place"]].iloc[0].tolist() == ["Bombing/Explosion", "Gao"]


def test_the_zip_of_a_quarter_of_an_hour(tmp_path):
    path = tmp_path / "20150218230000.export.CSV.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("20150218230000.export.CSV", export({}))
    assert check_incidents(path).source == "gdelt"
