"""GTD: the main file, the 1993 supplement, re-exports, destroyed ids, codes for unknown."""

import pandas as pd
import pytest

from riskkit.incidents import check_incidents, source_facts
from riskkit.incidents.sources.gtd import (
    ATTACK_NUMBERS,
    ATTACKS,
    TARGET_NUMBERS,
    TARGETS,
    WEAPON_NUMBERS,
    WEAPONS,
)


@pytest.fixture
def check(layouts, tmp_path):
    def read(header, rows, encoding="latin-1", **options):
        path = tmp_path / "gtd.csv"
        path.write_bytes(layouts.text(header, rows).encode(encoding))
        return check_incidents(path, **options)

    return read


def test_header_is_gtds_own(layouts):
    assert len(layouts.GTD) == 135
    assert len(layouts.GTD_1993) == 123


def test_an_attack_is_read_whole(check, layouts):
    result = check(layouts.GTD, [layouts.BOMB])
    attack = result.kept.iloc[0]
    assert result.source == "gtd"
    assert attack["incident_id"] == "201706180001"
    assert attack["date"] == pd.Timestamp("2017-06-18")
    assert attack["country"] == "MLI"
    assert (attack["target_type"], attack["target_group"]) == ("Tourists", "civilians")
    assert (attack["attack_type"], attack["weapon_type"]) == ("Armed Assault", "Firearms")
    assert attack["geo_precision"] == "exact"
    assert attack["suicide"] is False or not attack["suicide"]
    assert attack["hostages"] == 36


def test_fatalities_are_without_perpetrators_where_known(check, layouts):
    rows = [
        layouts.BOMB,
        layouts.BOMB | {"eventid": "2", "nkillter": ""},
        layouts.BOMB | {"eventid": "3", "nkill": ""},
        layouts.BOMB | {"eventid": "4", "nkill": 1, "nkillter": 2},
    ]
    kept = check(layouts.GTD, rows).kept
    assert kept["fatalities"].tolist() == [5, 9, pd.NA, 1]
    assert kept["perpetrators_killed"].tolist() == [4, pd.NA, 4, pd.NA]


def test_perpetrators_in_fractions_leave_bounds(check, layouts):
    tolls = [(19.8, 2.5), (20, 2.5), (19.8, 2), (1.5, 3), (2, 3.5)]
    rows = [
        layouts.BOMB | {"eventid": str(number), "nkill": killed, "nkillter": perpetrators}
        for number, (killed, perpetrators) in enumerate(tolls)
    ]
    kept = check(layouts.GTD, rows).kept
    assert kept["fatalities"].fillna(-1).tolist() == [-1, -1, -1, -1, 2]
    assert kept["fatalities_low"].fillna(-1).tolist() == [16, 17, 17, 1, -1]
    assert kept["fatalities_high"].fillna(-1).tolist() == [18, 18, 18, 2, -1]
    assert kept["perpetrators_killed"].fillna(-1).tolist() == [-1, -1, 2, -1, -1]


def test_codes_for_unknown_are_unknown_and_no_fault(check, layouts):
    row = layouts.BOMB | {"nkill": "", "nwound": -99, "nhostkid": -99, "suicide": -9}
    result = check(layouts.GTD, [row])
    attack = result.kept.iloc[0]
    assert attack[["fatalities", "injured", "hostages", "suicide"]].isna().all()
    assert not len(result.blanked)


def test_specificity_tells_how_near_the_coordinates_are(check, layouts):
    rows = [layouts.BOMB | {"eventid": code, "specificity": code} for code in range(1, 6)]
    kept = check(layouts.GTD, rows).kept
    assert kept["geo_precision"].tolist() == ["exact", "admin2", "admin2", "admin1", "country"]


@pytest.mark.parametrize(
    ("name", "release"),
    [
        ("globalterrorismdb_0718dist.csv", "2018-07"),
        ("globalterrorismdb_2021Jan-June_1222dist.csv", "2022-12"),
        ("gtd1993_0522dist.csv", "2022-05"),
        ("gtd.csv", None),
    ],
)
def test_the_release_is_told_from_the_name(layouts, tmp_path, name, release):
    path = tmp_path / name
    path.write_text(layouts.text(layouts.GTD, [layouts.BOMB]))
    vintage = check_incidents(path).kept["vintage"].iloc[0]
    assert vintage == release or (release is None and pd.isna(vintage))


def test_what_programs_write_for_nothing_is_unknown(check, layouts):
    fillers = {"provstate": "NA", "city": "None", "gname": "NULL", "nkill": "NA", "nhostkid": "nan"}
    row = check(layouts.GTD, [layouts.BOMB | fillers]).kept.iloc[0]
    assert row[["admin1", "place", "actor", "fatalities", "hostages"]].isna().all()


def test_a_name_that_says_there_is_none_is_unknown(check, layouts):
    nameless = {"provstate": "Unknown", "city": "Unknown", "gname": "Unknown"}
    row = check(layouts.GTD, [layouts.BOMB | nameless]).kept.iloc[0]
    assert row[["admin1", "place", "actor"]].isna().all()


def test_day_and_month_zero_are_unknown(check, layouts):
    rows = [
        layouts.BOMB | {"eventid": "1", "iday": 0},
        layouts.BOMB | {"eventid": "2", "iday": 0, "imonth": 0},
        layouts.BOMB | {"eventid": "3", "iday": 31},
    ]
    result = check(layouts.GTD, rows)
    assert result.kept["date_precision"].tolist() == ["month", "year", "month"]
    assert result.kept["date"].dt.strftime("%Y-%m-%d").tolist() == [
        "2017-06-01",
        "2017-01-01",
        "2017-06-01",
    ]
    assert result.blanked[["line", "column", "value"]].to_numpy().tolist() == [[4, "iday", "31"]]


def test_the_1993_supplement_keeps_its_fractions_as_bounds(check, layouts):
    row = layouts.BOMB | {"iyear": 1993, "nkill": 19.8, "nkillter": ""}
    kept = check(layouts.GTD_1993, [row]).kept
    assert kept["fatalities"].isna().all()
    assert (kept["fatalities_low"].iloc[0], kept["fatalities_high"].iloc[0]) == (19, 20)


def test_ids_rounded_by_a_spreadsheet_drop_no_row(check, layouts):
    rows = [layouts.BOMB | {"eventid": "2.01706E+11", "city": city} for city in "ABB"]
    result = check(layouts.GTD, rows)
    assert result.kept["incident_id"].tolist() == ["gtd:2", "gtd:3", "gtd:4"]
    assert "rounded by a spreadsheet" in result.summary()


def test_ids_that_went_through_floats_are_the_same_ids(check, layouts):
    result = check(layouts.GTD, [layouts.BOMB | {"eventid": "201706180001.0"}])
    assert result.kept["incident_id"].tolist() == ["201706180001"]


def test_a_trimmed_export_is_told_from_its_columns(check, layouts):
    names = {"country_txt": "country", "targtype1_txt": "targtype", "weaptype1_txt": "weaptype",
             "attacktype1_txt": "attacktype"}  # fmt: skip
    row = {names.get(key, key): value for key, value in layouts.BOMB.items() if key != "country"}
    header = [*row]
    kept = check(header, [row]).kept
    assert kept["country"].tolist() == ["MLI"]
    assert kept["target_type"].tolist() == ["Tourists"]


def test_a_renamed_export_is_told_too(check, layouts):
    renamed = {"Year": 2017, "Month": 6, "Day": 18, "Country": "Mali", "AttackType":
               "Armed Assault", "Target_type": "Tourists", "Group": "JNIM", "Killed": 5.0,
               "Wounded": 2, "Weapon_type": "Firearms"}  # fmt: skip
    kept = check([*renamed], [renamed]).kept
    assert kept["fatalities"].tolist() == [5]
    assert kept["incident_id"].tolist() == ["gtd:2"]


def test_an_export_of_years_only_is_known_to_the_year(check, layouts):
    renamed = {"Year": 2017, "Country": "Mali", "state": "Koulikoro", "AttackType": "Armed Assault",
               "Target_type": "Tourists", "Group": "JNIM", "Killed": 5.0}  # fmt: skip
    attack = check([*renamed], [renamed]).kept.iloc[0]
    assert (attack["date_precision"], attack["country"]) == ("year", "MLI")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "latin-1", "mac_roman", "utf-16"])
def test_encodings_are_told_by_evidence(check, layouts, encoding):
    places = ["Bogotá", "Medellín", "Popayán", "Asunción", "Ibagué"]
    rows = [layouts.BOMB | {"eventid": place, "city": place} for place in places]
    assert check(layouts.GTD, rows, encoding).kept["place"].tolist() == places


def test_a_place_off_the_globe_is_unknown(check, layouts):
    result = check(layouts.GTD, [layouts.BOMB | {"longitude": -86185896.0}])
    assert result.kept[["latitude", "longitude"]].isna().all(axis=None)
    assert result.blanked["reason"].tolist() == ["off the globe: beyond 180 degrees"]


def test_codebook_names_of_lost_states_resolve(check, layouts):
    names = {
        "Great Britain": "GBR", "Northern Ireland": "GBR", "Zaire": "COD",
        "Soviet Union": "SUN", "Yugoslavia": "YUG", "West Bank and Gaza Strip": "PSE",
        "Democratic Republic of the Congo": "COD", "East Germany (GDR)": "DDR",
        "West Germany (FRG)": "DEU", "Rhodesia": "ZWE", "South Yemen": "YMD",
        "Czechoslovakia": "CSK", "Serbia-Montenegro": "SCG", "People's Republic of the Congo":
        "COG", "Republic of the Congo": "COG", "New Hebrides": "VUT", "Vatican City": "VAT",
        "Bosnia-Herzegovina": "BIH", "Macau": "MAC", "Slovak Republic": "SVK", "Kosovo": "XKX",
        "St. Kitts and Nevis": "KNA", "North Yemen": "YEM", "South Vietnam": "VNM",
    }  # fmt: skip
    rows = [layouts.BOMB | {"eventid": name, "country_txt": name} for name in names]
    rows.append(layouts.BOMB | {"eventid": "none", "country_txt": "International"})
    result = check(layouts.GTD, rows)
    assert dict(zip(names, result.kept["country"], strict=False)) == names
    assert result.kept["country"].isna().iloc[-1]
    assert not len(result.blanked)


def test_vocabularies_cover_the_codebook():
    assert set(TARGET_NUMBERS.values()) == set(TARGETS.values()) and len(TARGET_NUMBERS) == 22
    assert set(ATTACK_NUMBERS.values()) == set(ATTACKS.values()) and len(ATTACK_NUMBERS) == 9
    assert set(WEAPON_NUMBERS.values()) == set(WEAPONS.values()) and len(WEAPON_NUMBERS) == 13


def test_1993_is_not_watched():
    facts = source_facts("gtd")
    assert facts.holes("MLI") == [(pd.Timestamp("1993-01-01"), pd.Timestamp("1993-12-31"))]
    assert len(facts.breaks) == 3
