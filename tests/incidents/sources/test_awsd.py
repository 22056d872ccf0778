"""AWSD: Namibia's code, blank days, means of attack, details of many lines."""

import pandas as pd

from riskkit.incidents import check_incidents

ATTACK = {
    "Incident ID": 8, "Year": 2017, "Month": 6, "Day": 18, "Country Code": "ML", "Country": "Mali",
    "Region": "Bamako", "City": "Bamako", "UN": 0, "INGO": 1, "Nationals killed": 1,
    "Nationals wounded": 0, "Internationals killed": 1, "Total killed": 2, "Total wounded": 3,
    "Total kidnapped": 0, "Means of attack": "Shooting", "Latitude": 12.6, "Longitude": -8,
    "Actor type": "Non-state armed group", "Actor name": "", "Details": "First line.\nSecond.",
}  # fmt: skip


def read(tmp_path, *rows):
    path = tmp_path / "awsd.csv"
    pd.DataFrame(rows).to_csv(path, index=False)
    return check_incidents(path)


def test_an_attack_is_read(tmp_path):
    check = read(tmp_path, ATTACK)
    attack = check.kept.iloc[0]
    assert (check.source, attack["incident_id"], attack["country"]) == ("awsd", "8", "MLI")
    assert (attack["target_type"], attack["target_group"]) == ("NGO", "civilians")
    assert (attack["attack_type"], attack["weapon_type"]) == ("Armed Assault", "Firearms")
    assert attack[["fatalities", "injured", "hostages"]].tolist() == [2, 3, 0]
    assert attack["actor"] == "Non-state armed group"


def test_blank_days_and_months_are_less_fine(tmp_path):
    rows = [ATTACK | {"Day": ""}, ATTACK | {"Incident ID": 9, "Day": "", "Month": ""}]
    assert read(tmp_path, *rows).kept["date_precision"].tolist() == ["month", "year"]


def test_older_files_have_words_for_months_and_no_totals(tmp_path):
    row = {key: value for key, value in ATTACK.items() if not key.startswith("Total")}
    attack = read(tmp_path, row | {"Month": "Jun"}, row | {"Incident ID": 9, "Month": ""}).kept
    assert attack["date_precision"].tolist() == ["day", "year"]
    assert attack["date"].iloc[0] == pd.Timestamp("2017-06-18")
    assert attack["fatalities"].tolist() == [2, 2]


def test_a_blank_total_is_the_sum_where_both_parts_are_known(tmp_path):
    blank = ATTACK | {"Total killed": "", "Total wounded": "", "Internationals wounded": 2}
    rows = [blank, blank | {"Incident ID": 9, "Internationals killed": ""}]
    kept = read(tmp_path, *rows).kept
    assert kept["fatalities"].tolist() == [2, pd.NA]
    assert kept["injured"].tolist() == [2, 2]


def test_na_is_namibia(tmp_path):
    row = ATTACK | {"Country": "", "Country Code": "NA"}
    assert read(tmp_path, row).kept["country"].tolist() == ["NAM"]


def test_lines_count_the_lines_of_details(tmp_path):
    check = read(tmp_path, ATTACK, ATTACK | {"Incident ID": 9, "Total killed": -2})
    assert check.blanked[["line", "column"]].to_numpy().tolist() == [[4, "Total killed"]]
