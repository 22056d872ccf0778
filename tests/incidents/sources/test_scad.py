"""SCAD: codes for unknown deaths, a row a place, what is no attack."""

import pandas as pd
import pytest

from riskkit.incidents import check_incidents, source_facts

EVENT = {
    "eventid": 4750018, "id": 1, "ccode": 475, "countryname": "Nigeria", "startdate": "28-Jan-90",
    "enddate": "2-Feb-90", "etype": 9, "actor1": "Villagers", "cgovtarget": 0, "rgovtarget": 0,
    "ndeath": 12, "elocal": "Jos", "latitude": 9.9, "longitude": 8.9, "issuenote": "land \x92n",
}  # fmt: skip


def read(tmp_path, *rows):
    path = tmp_path / "scad.csv"
    path.write_bytes(pd.DataFrame(rows).to_csv(index=False).encode("latin-1"))
    return check_incidents(path)


def test_an_event_is_read(tmp_path):
    check = read(tmp_path, EVENT)
    event = check.kept.iloc[0]
    assert (check.source, event["incident_id"], event["country"]) == ("scad", "4750018", "NGA")
    assert event["date"] == pd.Timestamp("1990-02-02")
    assert (event["place"], event["fatalities"]) == ("Jos", 12)


def test_a_row_a_place_counts_once(tmp_path):
    check = read(tmp_path, EVENT, EVENT | {"id": 2, "elocal": "Bauchi"})
    assert check.kept["fatalities"].tolist() == [12]
    assert check.set_aside["reason"].tolist() == ["another place of an event that is kept"]
    assert check.set_aside["expected"].all()


def test_codes_are_unknown_deaths(tmp_path):
    rows = [EVENT | {"eventid": code, "ndeath": code} for code in (-99, -88, -77, 0)]
    check = read(tmp_path, *rows)
    assert check.kept["fatalities"].tolist() == [pd.NA, pd.NA, pd.NA, 0]
    assert not len(check.blanked)


def test_codes_are_no_places_and_no_coordinates(tmp_path):
    nowhere = {"elocal": -99, "latitude": -99, "longitude": -99, "actor1": -99}
    check = read(tmp_path, EVENT | nowhere)
    assert check.kept[["place", "latitude", "longitude", "actor"]].isna().all(axis=None)
    assert not len(check.blanked)


@pytest.mark.parametrize("yes", [1, "1.0", "1,0"])
def test_the_government_is_the_target_where_the_file_says_so(tmp_path, yes):
    check = read(tmp_path, EVENT | {"rgovtarget": yes}, EVENT | {"eventid": 2})
    assert check.kept["target_group"].tolist() == ["government", "unknown"]


def test_an_event_without_an_end_is_dated_by_its_start(tmp_path):
    check = read(tmp_path, EVENT | {"enddate": ""}, EVENT | {"eventid": 2})
    assert check.kept["date"].dt.strftime("%Y-%m-%d").tolist() == ["1990-01-28", "1990-02-02"]
    assert check.kept["days"].tolist() == [pd.NA, 6]


def test_only_organised_violence_is_an_attack(tmp_path):
    check = read(tmp_path, *[EVENT | {"eventid": kind, "etype": kind} for kind in range(1, 11)])
    assert check.kept["incident_id"].tolist() == ["7", "8", "9", "10"]
    assert check.kept["target_group"].tolist() == ["civilians", "government", "unknown", "unknown"]
    assert "not an attack: a general strike" in check.set_aside["reason"].tolist()


def test_only_its_own_countries_are_watched():
    facts = source_facts("scad")
    assert facts.spans("NGA")[0][0] == pd.Timestamp("1990-01-01")
    assert facts.spans("SSD")[0][0] == pd.Timestamp("2011-07-09")
    assert facts.spans("FRA") == []
    assert facts.spans("NGA")[0][1] == pd.Timestamp("2017-12-31"), "its last release"


def test_events_of_months_are_told(tmp_path):
    short = EVENT | {"eventid": 2, "startdate": "2-Feb-90", "ndeath": 4}
    check = read(tmp_path, EVENT, short)
    assert sorted(check.kept["days"]) == [1, 6]
    assert check.notes[-1].startswith("50% of the events, with 75% of the deaths, last longer")
