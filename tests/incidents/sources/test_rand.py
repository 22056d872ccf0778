"""RAND: the official two-digit years, the ISO copy, Mac Roman, rows that look like copies."""

import pandas as pd

from riskkit.incidents import check_incidents, read_incidents


def write(layouts, folder, rows, encoding="mac_roman"):
    path = folder / "rand.csv"
    path.write_bytes(layouts.text(layouts.RAND, rows).encode(encoding))
    return path


def test_two_digit_years_end_in_2009(layouts, tmp_path):
    days = {"9-Feb-68": "1968-02-09", "31-Dec-09": "2009-12-31", "1-Jan-10": "1910-01-01"}
    path = write(layouts, tmp_path, [layouts.BLAST | {"Date": day} for day in days])
    kept = read_incidents(path)
    assert kept["date"].dt.strftime("%Y-%m-%d").tolist() == list(days.values())


def test_mac_roman_places_are_right(layouts, tmp_path):
    cities = ["Bogotá", "Córdoba", "Montréal"]
    path = write(layouts, tmp_path, [layouts.BLAST | {"City": city} for city in cities])
    check = check_incidents(path)
    assert check.kept["place"].tolist() == cities
    assert check.notes[0] == "Mac Roman"


def test_copies_are_kept_and_counted(layouts, tmp_path):
    check = check_incidents(write(layouts, tmp_path, [layouts.BLAST] * 15))
    assert len(check.kept) == 15
    assert check.kept["incident_id"].is_unique
    assert "14 rows are the same as an earlier one" in check.summary()
    assert "break: from 1998-01-01 on, attacks inside one country" in check.summary()


def test_parts_of_states_keep_their_name(layouts, tmp_path):
    names = {"Northern Ireland": "GBR", "Chechnya": "RUS", "Kashmir": "IND", "West Bank/Gaza":
             "PSE", "FRY (Kosovo)": "XKX", "USSR": "SUN", "FRY": "YUG"}  # fmt: skip
    kept = read_incidents(write(layouts, tmp_path, [layouts.BLAST | {"Country": n} for n in names]))
    assert kept["country"].tolist() == list(names.values())
    assert kept["admin1"].tolist()[:3] == ["Northern Ireland", "Chechnya", "Kashmir"]
    assert kept["admin1"].isna().tolist()[3:] == [True] * 4


def test_targets_are_not_guessed(layouts, tmp_path):
    kept = read_incidents(write(layouts, tmp_path, [layouts.BLAST]))
    assert kept["target_group"].tolist() == ["unknown"]
    assert kept["target_type"].tolist() == ["Unknown"]
    assert kept["weapon_type"].tolist() == ["Firearms"]
    assert kept["fatalities"].tolist() == [0]


def test_a_quote_that_never_closes_costs_its_line_only(layouts, tmp_path):
    text = layouts.text(layouts.RAND, [layouts.BLAST] * 3).splitlines()
    text[2] = text[2].rstrip('"')
    path = tmp_path / "rand.csv"
    path.write_text("\n".join(text) + "\n")
    check = check_incidents(path)
    assert (check.rows_in, len(check.kept)) == (3, 2)
    assert check.set_aside[["line", "reason"]].to_numpy().tolist() == [
        [3, "a quote that is never closed"]
    ]
    assert check.kept["incident_id"].tolist() == ["rand:2", "rand:4"]


def test_dates_are_days(layouts, tmp_path):
    kept = read_incidents(write(layouts, tmp_path, [layouts.BLAST]))
    assert kept["date"].dtype == "datetime64[us]"
    assert kept["date"].tolist() == [pd.Timestamp("1968-02-09")]
