"""ACLED: four layouts, the date forms, actor rows, labels and what is no attack."""

import pandas as pd
import pytest

from riskkit.errors import InvalidValueError, UnknownSourceError
from riskkit.incidents import check_incidents, read_incidents, source_facts


@pytest.fixture
def check(layouts, tmp_path):
    def read(header, rows, **options):
        path = tmp_path / "acled.csv"
        path.write_text(layouts.text(header, rows), encoding="utf-8")
        return check_incidents(path, **options)

    return read


@pytest.mark.parametrize("layout", ["ACLED_2023", "ACLED_2018", "ACLED_OLD", "ACLED_ACTORS"])
def test_all_layouts_are_read(check, layouts, layout):
    result = check(getattr(layouts, layout), [layouts.RAID])
    attack = result.kept.iloc[0]
    assert result.source == "acled"
    assert attack["incident_id"] == "MLI1234"
    assert attack["date"] == pd.Timestamp("2022-02-23")
    assert (attack["date_precision"], attack["geo_precision"]) == ("day", "exact")
    assert attack["country"] == "MLI"
    assert attack["target_group"] == "civilians"
    assert attack["fatalities"] == 3


@pytest.mark.parametrize(
    ("forms", "day"),
    [
        (["2022-02-23", "2022-02-24"], "2022-02-23"),
        (["15 April 2022", "3 May 2022"], "2022-04-15"),
        (["9-May-20", "5-Aug-24"], "2020-05-09"),
        (["01-January-2015", "02-January-2015"], "2015-01-01"),
        (["31-12-19", "01-12-19"], "2019-12-31"),
        (["12/31/2019", "01/02/2019"], "2019-12-31"),
        (["2021-01-02T00:00:00Z", "2021-01-03T00:00:00Z"], "2021-01-02"),
    ],
)
def test_date_forms(check, layouts, forms, day):
    rows = [layouts.RAID | {"event_id_cnty": form, "event_date": form} for form in forms]
    result = check(layouts.ACLED_2023, rows)
    assert result.kept["date"].iloc[0] == pd.Timestamp(day)
    assert result.kept["date"].notna().all()


def test_an_ambiguous_column_names_both_readings(check, layouts):
    rows = [layouts.RAID | {"event_id_cnty": form, "event_date": form} for form in ("03/04/2019",)]
    with pytest.raises(InvalidValueError, match=r"day 3 of month 4 or day 4 of month 3"):
        check(layouts.ACLED_2023, rows)
    kept = check(layouts.ACLED_2023, rows, dayfirst=True).kept
    assert kept["date"].tolist() == [pd.Timestamp("2019-04-03")]


def test_actor_rows_count_an_event_once(check, layouts):
    rows = [layouts.RAID, layouts.RAID | {"actor1": "Civilians (Mali)", "inter1": "Civilians"}]
    result = check(layouts.ACLED_ACTORS, rows)
    assert result.kept["fatalities"].tolist() == [3]
    assert result.set_aside["reason"].tolist() == ["another actor of an event that is kept"]
    assert result.set_aside["expected"].tolist() == [True]


def test_a_row_of_another_toll_is_no_other_actor(check, layouts):
    civilians = {"actor1": "Civilians (Mali)"}
    rows = [layouts.RAID | more for more in ({}, civilians, {"fatalities": 5},
                                             civilians | {"fatalities": 5})]  # fmt: skip
    result = check(layouts.ACLED_ACTORS, [*rows, rows[1], rows[0]])
    assert result.kept["incident_id"].tolist() == ["MLI1234", "acled:6"]
    assert result.kept["fatalities"].tolist() == [3, 5]
    assert result.blanked["reason"].str.contains("an id that another row has").all()
    assert result.set_aside["reason"].tolist() == [
        *["another actor of an event that is kept"] * 3, "a copy of line 2",
    ]  # fmt: skip


def test_a_changed_row_with_the_same_id_is_kept_and_told(check, layouts):
    result = check(layouts.ACLED_2023, [layouts.RAID, layouts.RAID | {"fatalities": 4}])
    assert result.kept["incident_id"].tolist() == ["MLI1234", "acled:4"]
    assert result.blanked["reason"].str.contains("an id that another row has").all()


@pytest.mark.parametrize("stamps", [
    (1645000000, 1646000000), ("1645000000.0", "1646000000.0"),
    ("2022-02-16T08:26:40", "2022-02-16T09:00:00"), ("2022-02-16 08:26:40+00:00", 1646000000),
    ("2022-02-16", "2022-02-27T22:13:20Z"),
])  # fmt: skip
@pytest.mark.parametrize("layout", ["ACLED_2023", "ACLED_ACTORS"])
def test_of_two_exports_put_together_the_newer_row_counts(check, layouts, layout, stamps):
    old = layouts.RAID | {"timestamp": stamps[0], "fatalities": 3}
    new = layouts.RAID | {"timestamp": stamps[1], "fatalities": 5}
    other = layouts.RAID | {"event_id_cnty": "MLI9", "timestamp": 1600000000}
    result = check(getattr(layouts, layout), [old, other, new])
    assert result.kept["incident_id"].tolist() == ["MLI9", "MLI1234"]
    assert result.kept["fatalities"].tolist() == [3, 5]
    told = result.set_aside[["line", "reason", "expected"]].to_numpy().tolist()
    assert told == [[2, "an older version of an event that is kept", False]]


def test_a_copy_is_set_aside_with_the_line_it_copies(check, layouts):
    result = check(layouts.ACLED_2023, [layouts.RAID, layouts.RAID])
    assert result.set_aside[["line", "reason"]].to_numpy().tolist() == [[4, "a copy of line 2"]]


@pytest.mark.parametrize(
    ("event", "sub_event", "kept"),
    [
        ("Battles", "Armed clash", True),
        ("Violence Against Civilians", "Attack", True),
        ("Explosions/Remote violence", "Suicide bomb", True),
        ("Riots", "Mob violence", True),
        ("Protests", "Excessive force against protesters", True),
        ("Riots", "Violent demonstration", False),
        ("Demostrations", "Peaceful protest", False),
        ("Strategic developments", "Looting/property destruction", False),
        ("Battle-No change of territory", "", True),
        ("Riots/Protests", "", False),
        ("Explosion/Remote violence", "", True),
        ("Violence Against Civilian", "", True),
    ],
)
def test_only_political_violence_is_an_attack(check, layouts, event, sub_event, kept):
    result = check(
        layouts.ACLED_2023, [layouts.RAID | {"event_type": event, "sub_event_type": sub_event}]
    )
    assert len(result.kept) == int(kept)
    assert result.rows_in == 1
    if not kept:
        assert result.set_aside["reason"].tolist() == [f"not an attack: {event.lower()}"]


@pytest.mark.parametrize("event", ["Batles", "Combats", "Attaque"])
def test_a_type_that_acled_has_not_is_no_ordinary_reason(check, layouts, event):
    result = check(layouts.ACLED_2023, [layouts.RAID | {"event_type": event}])
    assert result.set_aside[["reason", "expected"]].values.tolist() == [
        [f"not an event type: {event.lower()}", False]
    ]


@pytest.mark.parametrize(
    ("row", "target", "group"),
    [
        ({"event_type": "Battles", "actor2": "Military Forces of Mali (2021-)", "inter2": 1},
         "Military", "security forces"),
        ({"event_type": "Battles", "actor2": "Police Forces of Mali", "inter2": "State forces"},
         "Police", "security forces"),
        ({"event_type": "Battles", "actor2": "Dozo", "inter2": "4"}, "Unknown", "armed group"),
        ({"actor2": "", "inter2": ""}, "Unknown", "civilians"),
        ({"assoc_actor_2": "Aid Workers (NGO)"}, "NGO", "civilians"),
        ({"assoc_actor_2": "Government of Mali (2021-)"}, "Government (General)", "government"),
        ({"event_type": "Explosions/Remote violence", "actor2": "", "inter2": "0"}, "Unknown",
         "unknown"),
    ],
)  # fmt: skip
def test_targets_come_from_the_second_actor(check, layouts, row, target, group):
    attack = check(layouts.ACLED_2023, [layouts.RAID | row]).kept.iloc[0]
    assert (attack["target_type"], attack["target_group"]) == (target, group)


def test_a_suicide_bomb_is_one(check, layouts):
    row = {"event_type": "Explosions/Remote violence", "sub_event_type": "Suicide bomb"}
    attack = check(layouts.ACLED_2023, [layouts.RAID | row]).kept.iloc[0]
    assert attack["suicide"]
    assert (attack["attack_type"], attack["weapon_type"]) == ("Bombing/Explosion", "Explosives")


def test_weekly_aggregates_are_counts(layouts, tmp_path):
    path = tmp_path / "weekly.csv"
    path.write_text(
        "week,country,admin1,event_type,sub_event_type,events,fatalities\n"
        "2024-01-06,Mali,Mopti,Battles,Armed clash,3,9\n"
    )
    with pytest.raises(UnknownSourceError, match=r"weekly aggregates: counts, not attacks"):
        read_incidents(path)


def test_countries_start_at_different_days():
    facts = source_facts("acled")
    assert facts.spans("MLI")[0][0] == pd.Timestamp("1997-01-01")
    assert facts.spans("USA")[0][0] == pd.Timestamp("2020-01-01")
    assert facts.spans("CAN")[0][0] == pd.Timestamp("2021-01-01")
    assert facts.spans("SUN") == []
