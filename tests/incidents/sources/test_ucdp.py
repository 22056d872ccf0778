"""UCDP GED: its layouts, the tag row, whom an event hit, bounds, release names."""

import json

import pandas as pd
import pytest

from riskkit.incidents import check_incidents, read_incidents, source_facts
from riskkit.incidents.sources.ucdp import UCDP


def write(layouts, folder, rows, header=None, name="ged231.csv"):
    path = folder / name
    path.write_text(layouts.text(header or layouts.UCDP_231, rows), encoding="utf-8")
    return path


def test_an_event_is_read_whole(layouts, tmp_path):
    check = check_incidents(write(layouts, tmp_path, [layouts.FIGHT]))
    event = check.kept.iloc[0]
    assert check.source == "ucdp"
    assert event["incident_id"] == "500123"
    assert event["date"] == pd.Timestamp("2022-02-23"), "an event's date is its last day"
    assert event[["fatalities", "fatalities_low", "fatalities_high"]].tolist() == [5, 5, 7]
    assert event["actor"] == "Government of Mali - JNIM"
    assert event["vintage"] == "23.1"


# Columns that the releases before 19.1 don't have.
LATER = {"relid", "conflict_new_id", "dyad_new_id", "side_a_new_id", "side_b_new_id", "gwnoa",
         "source_office", "source_date", "source_headline", "source_original", "gwnob",
         "where_description", "best", "high", "low"}  # fmt: skip


@pytest.mark.parametrize(
    ("name", "tail", "vintage"),
    [
        ("ged50.csv", ["best_est", "high_est", "low_est"], "5.0"),
        ("ged171.csv", ["low", "best", "high"], "17.1"),
        ("ged191.csv", ["gwnoa", "gwnob", "low", "best", "high"], "19.1"),
        ("GEDEvent_v25_1.csv", None, "25.1"),
        ("GEDEvent_v26_0_2.csv", None, "26.0.2"),
        ("GEDEvent_v26_01_26_06.csv", None, "26.01.26.06"),
    ],
)
def test_layouts_of_all_releases_give_the_same_event(layouts, tmp_path, name, tail, vintage):
    header = tail and [*(key for key in layouts.UCDP_231 if key not in LATER), *tail]
    row = layouts.FIGHT | {f"{key}_est": layouts.FIGHT[key] for key in ("best", "high", "low")}
    check = check_incidents(write(layouts, tmp_path, [row], header, name))
    whole = check_incidents(write(layouts, tmp_path, [layouts.FIGHT], name=name)).kept
    pd.testing.assert_frame_equal(check.kept, whole)
    assert whole["vintage"].tolist() == [vintage]
    assert not len(check.blanked)


def test_an_end_before_the_start_is_told(layouts, tmp_path):
    turned = layouts.FIGHT | {"id": 9, "date_start": "2022-02-25", "date_end": "2022-02-20"}
    check = check_incidents(write(layouts, tmp_path, [layouts.FIGHT, turned]))
    assert check.kept["days"].isna().tolist() == [False, True]
    assert "1 events end before they start: their days are unknown" in check.notes


def test_answers_of_the_service_and_features_with_their_own_degrees(layouts, tmp_path):
    path = tmp_path / "events.json"
    wanted = read_incidents(pd.DataFrame([layouts.FIGHT]))
    path.write_text(json.dumps({"TotalCount": 1, "TotalPages": 1, "Result": [layouts.FIGHT]}))
    pd.testing.assert_frame_equal(read_incidents(path), wanted)
    feature = {"type": "Feature", "properties": layouts.FIGHT,
               "geometry": {"type": "Point", "coordinates": [0.0, 0.0]}}  # fmt: skip
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}))
    kept = read_incidents(path)
    assert kept[["latitude", "longitude"]].to_numpy().tolist() == [[14.07, -3.52]]


def test_a_tag_row_in_a_sheet_hurts_no_column(layouts, tmp_path):
    tags = dict.fromkeys(layouts.UCDP_231, "#meta") | {"best": "#affected+killed"}
    table = pd.DataFrame([tags, layouts.FIGHT], columns=layouts.UCDP_231)
    table.to_excel(tmp_path / "hdx.xlsx", index=False)
    check = check_incidents(tmp_path / "hdx.xlsx")
    assert check.set_aside["reason"].tolist() == ["a row of tags (HXL), not of data"]
    assert check.kept["fatalities"].tolist() == [5]
    assert not len(check.blanked)


def test_events_longer_than_a_day_are_told(layouts, tmp_path):
    short = layouts.FIGHT | {"id": 2, "date_start": "2022-02-23", "best": 15, "high": 15}
    check = check_incidents(write(layouts, tmp_path, [layouts.FIGHT, short]))
    assert check.notes[0].startswith("50% of the events, with 25% of the deaths, last longer")
    assert sorted(check.kept["days"]) == [1, 3]


@pytest.mark.parametrize(
    ("row", "group"),
    [
        ({"deaths_a": 4, "deaths_b": 1}, "security forces"),
        ({"deaths_a": 0, "deaths_b": 1}, "armed group"),
        ({"deaths_a": 2, "deaths_b": 2}, "unknown"),
        ({"deaths_a": 0, "deaths_b": 1, "deaths_civilians": 5}, "civilians"),
        ({"deaths_a": 0, "deaths_b": 3, "side_b": "Government of Niger"}, "security forces"),
        ({"type_of_violence": 2, "deaths_a": 2, "deaths_b": 2}, "armed group"),
        ({"type_of_violence": 2, "deaths_a": 0, "deaths_b": 0}, "armed group"),
        ({"type_of_violence": 3, "deaths_a": 0, "deaths_b": 0}, "civilians"),
        ({"type_of_violence": 1, "deaths_a": "", "deaths_b": ""}, "unknown"),
    ],
)
def test_the_target_is_who_died(layouts, tmp_path, row, group):
    kept = read_incidents(write(layouts, tmp_path, [layouts.FIGHT | row]))
    assert kept["target_group"].tolist() == [group]


def test_the_tag_row_is_set_aside_and_hurts_no_column(layouts, tmp_path):
    tags = {"year": "#date+year", "country": "#country+name", "best": "#affected+killed",
            "date_end": "#date+end", "latitude": "#geo+lat"}  # fmt: skip
    check = check_incidents(write(layouts, tmp_path, [tags, layouts.FIGHT]))
    assert check.set_aside["reason"].tolist() == ["a row of tags (HXL), not of data"]
    assert check.kept["fatalities"].tolist() == [5]
    assert not len(check.blanked)


def test_crossed_bounds_are_unknown(layouts, tmp_path):
    rows = [layouts.FIGHT | {"low": 6}, layouts.FIGHT | {"id": 2, "high": 4}]
    check = check_incidents(write(layouts, tmp_path, rows))
    assert check.kept["fatalities"].tolist() == [5, 5]
    assert check.kept["fatalities_low"].isna().tolist() == [True, False]
    assert check.kept["fatalities_high"].isna().tolist() == [False, True]
    # Each record has a line break inside a cell.
    assert check.blanked[["line", "column"]].to_numpy().tolist() == [[2, "low"], [4, "high"]]


def test_without_a_date_precision_dates_are_as_fine_as_they_are_written(layouts, tmp_path):
    header = [name for name in layouts.UCDP_231 if name != "date_prec"]
    check = check_incidents(write(layouts, tmp_path, [layouts.FIGHT], header))
    assert check.kept["date_precision"].tolist() == ["day"]
    assert any("no column date_prec" in note for note in check.notes)


def test_the_trimmed_layout(layouts, tmp_path):
    row = layouts.FIGHT | {"month": 2, "day": 23, "low_death": 1, "best_death": 2,
                           "high_death": 3, "type_of_violence": "One-sided violence",
                           "country": "DR Congo (Zaire)"}  # fmt: skip
    check = check_incidents(
        write(layouts, tmp_path, [row], layouts.UCDP_TRIMMED, "ged211_where_prec12.csv")
    )
    event = check.kept.iloc[0]
    assert (event["country"], event["target_group"], event["fatalities"]) == ("COD", "civilians", 2)
    assert (event["actor"], event["date_precision"]) == ("Government of Mali", "day")


@pytest.mark.parametrize(
    ("name", "release"),
    [
        ("ged231-csv.zip", "23.1"),
        ("GEDEvent_v25_1.csv", "25.1"),
        ("GEDEvent_v26_0_2.xlsx", "26.0.2"),
        ("ged211_where_prec12.csv.gz", "21.1"),
        ("ged50.csv", "5.0"),
        ("GEDEvent_v26_01_26_06.csv", "26.01.26.06"),
        ("GEDEvent_v25_0_11.csv", "25.0.11"),
        ("mali.csv", None),
    ],
)
def test_releases_are_told_from_file_names(name, release):
    assert UCDP.vintage(name) == release


def test_facts():
    facts = source_facts("ucdp")
    assert facts.deadly_only and "combatants" in facts.deaths
    told = facts.to_frame().set_index("country").loc["SYR"]
    assert told[["what", "end", "reason"]].tolist() == [
        "not watched", "2018-12-31", "releases up to 19.1",
    ]  # fmt: skip
