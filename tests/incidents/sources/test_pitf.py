"""PITF: header rows above the header, campaigns, tolls that are ranges, untidy codes."""

import pandas as pd

from riskkit.incidents import check_incidents

KILLING = {
    "Event Type": "Incident ", "Start Day": 18, "Start Month": "06", "Start Year": 2012,
    "Description": "Villagers, killed\nat night", "Country": "\nNGA", "Deaths Number": "12",
    "Deaths Scale": "",
}  # fmt: skip


def read(tmp_path, *rows):
    path = tmp_path / "pitf.csv"
    above = "When,,,,,,Toll,\nDay,Month,Year,,,,,\n"
    path.write_text(above + pd.DataFrame(rows).to_csv(index=False))
    return check_incidents(path)


def test_a_killing_is_read_below_two_rows_of_headings(tmp_path):
    check = read(tmp_path, KILLING)
    killing = check.kept.iloc[0]
    assert (check.source, check.rows_in, killing["country"]) == ("pitf", 1, "NGA")
    assert killing["date"] == pd.Timestamp("2012-06-18")
    assert (killing["target_group"], killing["fatalities"]) == ("civilians", 12)


def test_campaigns_are_no_attacks(tmp_path):
    check = read(tmp_path, KILLING, KILLING | {"Event Type": "Campaign"})
    assert check.set_aside["reason"].tolist() == ["not an attack: a campaign of many"]
    assert check.set_aside["expected"].all()


def test_killings_of_weeks_are_dated_by_their_end_and_told(tmp_path):
    ends = [{"End Day": day, "End Month": 6, "End Year": 2012} for day in (18, 24)]
    rows = [
        KILLING | {"Deaths Number": toll} | end for toll, end in zip((4, 12), ends, strict=True)
    ]
    check = read(tmp_path, *rows, KILLING | {"End Day": "", "End Month": "", "End Year": ""})
    assert check.kept["days"].tolist() == [1, 7, 1]
    assert check.kept["date"].dt.day.tolist() == [18, 24, 18]
    assert check.notes[-1].startswith("33% of the events, with 43% of the deaths, last longer")


def test_an_end_before_the_start_is_not_the_last_day(tmp_path):
    ends = [{"End Day": day, "End Month": 6, "End Year": 2012} for day in ("", 3)]
    check = read(tmp_path, *(KILLING | end for end in ends))
    assert check.kept["date"].dt.strftime("%m-%d").tolist() == ["06-18", "06-18"]
    assert check.kept["date_precision"].tolist() == ["day", "day"]
    assert check.kept["days"].isna().all()
    assert check.blanked[["column", "value"]].to_numpy().tolist() == [["End Day", "3"]]


def test_a_range_is_two_bounds_and_words_are_unknown(tmp_path):
    rows = [KILLING | {"Deaths Number": toll} for toll in ("10-15", "dozens", "")]
    check = read(tmp_path, *rows)
    assert check.kept["fatalities"].isna().all()
    assert check.kept["fatalities_low"].tolist() == [10, pd.NA, pd.NA]
    assert check.kept["fatalities_high"].tolist() == [15, pd.NA, pd.NA]
    assert check.blanked["value"].tolist() == ["dozens"]
