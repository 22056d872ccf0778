"""CPOST: minus one, rows repeated by target, the misspelt longitude."""

import pandas as pd

from riskkit.incidents import check_incidents

ATTACK = {
    "groups": "Boko Haram", "claim": "Claimed", "statistics.# wounded_low": 3,
    "statistics.# wounded_high": 5, "statistics.# killed_low": 2, "statistics.# killed_high": 4,
    "target.country": "Nigeria", "target.region": "Borno", "target.city": "Maiduguri",
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
    assert attack["suicide"]
    assert pd.isna(attack["fatalities"])
    assert attack[["fatalities_low", "fatalities_high"]].tolist() == [2, 4]
    assert pd.isna(attack["injured"]), "between 3 and 5 is not known"


def test_minus_one_is_unknown_and_equal_bounds_are_the_toll(tmp_path):
    known = ATTACK | {"statistics.# killed_low": 4, "date.day": 8}
    check = read(tmp_path, ATTACK | {"statistics.# killed_low": -1}, known)
    assert check.kept["fatalities_low"].tolist() == [pd.NA, 4]
    assert check.kept["fatalities"].tolist() == [pd.NA, 4]
    assert not len(check.blanked)


def test_rows_by_target_are_one_attack(tmp_path):
    check = read(tmp_path, ATTACK, ATTACK | {"target.type": "Security"})
    assert len(check.kept) == 1
    assert check.set_aside["reason"].tolist() == ["another target of an attack that is kept"]
