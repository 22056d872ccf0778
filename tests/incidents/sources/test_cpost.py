"""CPOST: minus one, rows repeated by target, the misspelt longitude."""

import pandas as pd

from riskkit.incidents import check_incidents

ATTACK = {
    "groups": "Boko Haram", "claim": "Claimed", "statistics.# wounded_low": 3,
    "statistics.# wounded_high": 5, "statistics.# killed_low": 2, "statistics.# killed_high": 4,
    "target.country": "Nigeria", "target.region": "Africa", "target.province": "Borno",
    "target.city": "Maiduguri", "status": "Confirmed Suicide", "statistics.# attackers": 1,
    "target.latitude": 11.8, "target.longtitude": 13.2, "target.type": "Civilian",
    "target.weapon": "Belt bomb", "date.year": 2015, "date.month": 3, "date.day": 7,
}  # fmt: skip


def read(tmp_path, *rows):
    path = tmp_path / "cpost.csv"
    pd.DataFrame(rows).to_csv(path, index=False)
    return check_incidents(path)


def test_an_attack_is_read(tmp_path):
    check = read(tmp_path, ATTACK)
    attack = check.kept.iloc[0]
    assert (check.source, attack["country"], attack["longitude"]) == ("cpost", "NGA", 13.2)
    assert (attack["target_group"], attack["attack_type"]) == ("civilians", "Bombing/Explosion")
    assert (attack["admin1"], attack["place"]) == ("Borno", "Maiduguri")
    assert attack["suicide"] and attack["weapon_type"] == "Explosives"
    assert pd.isna(attack["fatalities"])
    assert attack[["fatalities_low", "fatalities_high"]].tolist() == [2, 4]
    assert pd.isna(attack["injured"]), "between 3 and 5 is not known"


def test_minus_one_is_unknown_and_equal_bounds_are_the_toll(tmp_path):
    known = ATTACK | {"statistics.# killed_low": 4, "date.day": 8}
    check = read(tmp_path, ATTACK | {"statistics.# killed_low": -1}, known)
    assert check.kept["fatalities_low"].tolist() == [pd.NA, 4]
    assert check.kept["fatalities"].tolist() == [pd.NA, 4]
    assert not len(check.blanked)


def test_bounds_that_cross_are_told_by_their_column_and_value(tmp_path):
    check = read(tmp_path, ATTACK | {"statistics.# killed_low": 9})
    assert check.kept[["fatalities_low", "fatalities_high"]].isna().all(axis=None)
    told = check.blanked[["column", "value"]].to_numpy().tolist()
    assert told == [["statistics.# killed_low", "9"]]


def test_minus_one_twice_is_no_place(tmp_path):
    unknown = ATTACK | {"target.latitude": -1, "target.longtitude": -1, "date.day": 8}
    check = read(tmp_path, ATTACK | {"target.latitude": -1}, unknown)
    assert check.kept["latitude"].fillna(0).tolist() == [-1, 0]
    assert check.kept["longitude"].fillna(0).tolist() == [13.2, 0]
    assert not len(check.blanked)


def test_rows_by_target_attacker_or_claim_are_one_attack(tmp_path):
    others = [{"target.type": "Security"}, {"attacker.gender": "Female"}, {"groups": "ISWAP"}]
    check = read(tmp_path, ATTACK, *[ATTACK | other for other in others])
    assert len(check.kept) == 1
    assert check.set_aside["reason"].unique().tolist() == [
        "another target, attacker or claim of an attack that is kept"
    ]
    assert check.set_aside["expected"].all()


def test_two_attacks_of_one_day_and_town_are_two(tmp_path):
    other = ATTACK | {"statistics.# attackers": 2, "target.location": "the market"}
    assert len(read(tmp_path, ATTACK, other).kept) == 2


def test_an_attack_that_may_be_no_suicide_and_a_target_that_is_not_known(tmp_path):
    check = read(tmp_path, ATTACK | {"status": "Possible", "target.type": "Unknown"})
    assert pd.isna(check.kept["suicide"].iloc[0])
    assert check.kept["target_group"].tolist() == ["unknown"]
    assert not len(check.blanked)


def test_its_own_release_is_read_by_event(tmp_path):
    own = {
        "event_id": 7, "status": "Confirmed Suicide", "event_date": "3/7/2015", "date_year": 2015,
        "date_month": 3, "date_day": 7, "killed_low": 4, "killed_high": 4, "wounded_low": -1,
        "wounded_high": -1, "weapon_txt": "Car bomb", "Region": "Africa", "admin0_txt": "Nigeria",
        "admin1_txt": "Borno", "city_txt": "Maiduguri", "latitude": 11.8, "longitude": 13.2,
        "tt1_txt": "Security",
    }  # fmt: skip
    check = read(tmp_path, own, own | {"event_id": 8}, own | {"tt1_txt": "Civilian"})
    assert check.source == "cpost"
    assert check.kept["incident_id"].tolist() == ["7", "8"]
    attack = check.kept.iloc[0]
    assert attack[["country", "admin1", "place"]].tolist() == ["NGA", "Borno", "Maiduguri"]
    assert (attack["date"], attack["fatalities"]) == (pd.Timestamp("2015-03-07"), 4)
    assert (attack["target_group"], attack["attack_type"]) == (
        "security forces", "Bombing/Explosion",
    )  # fmt: skip
    assert pd.isna(attack["injured"])
    assert check.set_aside["expected"].tolist() == [True]
