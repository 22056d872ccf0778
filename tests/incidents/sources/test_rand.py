"""RAND: the official two-digit years, the ISO copy, Mac Roman, rows that look like copies."""

import pandas as pd
import pytest

from riskkit.errors import UnknownSourceError
from riskkit.incidents import check_incidents, read_incidents


def write(layouts, folder, rows, encoding="mac_roman"):
    path = folder / "rand.csv"
    path.write_bytes(layouts.text(layouts.RAND, rows).encode(encoding))
    return path


def test_two_digit_years_end_in_2009(layouts, tmp_path):
    days = {"9-Feb-68": "1968-02-09", "31-Dec-09": "2009-12-31"}
    path = write(layouts, tmp_path, [layouts.BLAST | {"Date": day} for day in days])
    kept = read_incidents(path)
    assert kept["date"].dt.strftime("%Y-%m-%d").tolist() == list(days.values())


@pytest.mark.parametrize("day", ["1-Jan-10", "31-Dec-67", "2010-01-01", "1967-12-31"])
def test_a_day_that_rand_did_not_cover_is_unknown_and_told(layouts, tmp_path, day):
    days = ["9-Feb-68", "31-Dec-09", day]
    check = check_incidents(
        write(layouts, tmp_path, [layouts.BLAST | {"Date": written} for written in days])
    )
    assert check.kept[["date", "date_precision"]].isna().all(axis=1).tolist() == [
        False,
        False,
        True,
    ]
    assert check.blanked[["line", "value"]].to_numpy().tolist() == [[4, day]]
    assert "which RAND's database covers" in check.blanked["reason"].iloc[0]


@pytest.mark.parametrize("days", [["5-Jan-15", "13-Nov-15"], ["2015-01-05", "2015-11-13"]])
def test_a_table_of_other_years_is_not_rands(layouts, tmp_path, days):
    path = write(layouts, tmp_path, [layouts.BLAST | {"Date": day} for day in days])
    with pytest.raises(
        UnknownSourceError, match=r"2 of 2 dates are not from 1968-01-01 to 2009-12"
    ):
        read_incidents(path)
    columns = {"date": "Date", "country": "Country", "fatalities": "Fatalities"}
    kept = read_incidents(path, columns=columns)
    assert kept["date"].dt.strftime("%Y-%m-%d").tolist() == ["2015-01-05", "2015-11-13"]


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
