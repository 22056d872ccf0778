"""POLECAT: PLOVER's words, of which only ASSAULT is an attack."""

import pandas as pd
import pytest

from riskkit.incidents import check_incidents

REPORT = {
    "Event ID": "20230105-1-2", "Event Date": "2023-01-05", "Event Type": "ASSAULT",
    "Event Mode": "suicide-attack", "Event Intensity": -9.5, "Quad Code": "MATERIAL CONFLICT",
    "Contexts": "terrorism", "Actor Name": "Al-Shabaab", "Actor Country": "SOM",
    "Actor COW": 520, "Primary Actor Sector": "REB", "Recipient Name": "Villagers",
    "Recipient Country": "SOM", "Primary Recipient Sector": "CVL", "Placename": "Mahas",
    "City": "Mahas", "District": "", "Province": "Hiiraan", "Country": "SOM",
    "Latitude": 4.39, "Longitude": 46.1, "GeoNames ID": 1, "Source": "a paper",
    "Publication Date": "2023-01-06", "Language": "en", "Version": "NGEC_coder-Vers001",
}  # fmt: skip


@pytest.fixture
def read(tmp_path):
    def write(*rows):
        path = tmp_path / "ngecEvents.DV.2023.txt"
        pd.DataFrame([REPORT | row for row in rows]).to_csv(path, sep="\t", index=False)
        return check_incidents(path)

    return write


def test_an_assault_is_read_whole(read):
    check = read({})
    report = check.kept.iloc[0]
    assert (check.source, report["country"], report["geo_precision"]) == ("polecat", "SOM", "near")
    assert (report["attack_type"], report["weapon_type"]) == ("Bombing/Explosion", "Explosives")
    assert report["suicide"]
    assert (report["target_type"], report["target_group"]) == (
        "Private Citizens & Property", "civilians",
    )  # fmt: skip
    assert pd.isna(report["fatalities"])


def test_other_types_are_set_aside_with_the_reason(read):
    kinds = ["COERCE", "CONSULT", "SING", ""]
    check = read(*[{"Event ID": kind, "Event Type": kind} for kind in kinds])
    assert check.set_aside[["reason", "expected"]].to_numpy().tolist() == [
        ["material conflict, not an attack: coerce", True],
        ["not material conflict: consult", True],
        ["not an event type: sing", False],
        ["no event type", False],
    ]


def test_a_mode_that_is_not_known_stays_unknown(read):
    check = read({"Event Mode": "telepathy"})
    assert check.kept["attack_type"].tolist() == ["Unknown"]
    assert check.blanked["value"].tolist() == ["telepathy"]


def test_none_is_no_name(read):
    names = {"Actor Name": "None", "City": "None", "District": "None", "Province": "None"}
    check = read(names | {"Event Mode": "None"})
    assert check.kept[["actor", "place", "admin1"]].isna().all(axis=None)
    assert check.kept["geo_precision"].tolist() == ["country"]
    assert not len(check.blanked)
