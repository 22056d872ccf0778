"""ACLED's weekly aggregates: what is counted, what isn't and why, weeks that begin on Saturday."""

import pandas as pd
import pytest

from riskkit.counts import read_weekly
from riskkit.errors import (
    IncidentDataError,
    InvalidValueError,
    MissingColumnError,
    NotEnoughIncidentsError,
    RiskkitWarning,
)
from riskkit.frequency import FrequencyModel

ROW = {
    "week": "2024-01-06", "country": "Mali", "admin1": "Mopti", "event_type": "Battles",
    "sub_event_type": "Armed clash", "events": 3, "fatalities": 9, "population_exposure": 1000,
    "disorder_type": "Political violence", "id": 1, "centroid_latitude": 14.5,
    "centroid_longitude": -4.1, "year": 2024,
}  # fmt: skip
CIVILIANS = {"event_type": "Violence against civilians", "sub_event_type": "Attack"}
PROTEST = {"event_type": "Protests", "sub_event_type": "Peaceful protest", "events": 7}


def table(*rows):
    return pd.DataFrame([ROW | row for row in rows])


def test_sums_are_those_of_the_file():
    weeks = read_weekly(
        table({}, CIVILIANS | {"events": 2, "fatalities": 1}, {"week": "2024-01-20"})
    )
    assert weeks.panel("attacks").loc["MLI"].tolist() == [5, 0, 3]
    assert weeks.panel("deaths").loc["MLI"].tolist() == [10, 0, 9]
    assert weeks.targets().set_index("target_group")["attacks"].to_dict() == {
        "civilians": 2, "unknown": 6,
    }  # fmt: skip
    assert weeks.fatalities()["fatalities"].isna().all(), "a sum tells no single toll"
    assert any("single attacks are unknown" in note for note in weeks.notes)


def test_of_two_sheets_none_is_guessed(tmp_path):
    path = tmp_path / "weekly.xlsx"
    with pd.ExcelWriter(path) as book:
        for year in ("2023", "2024"):
            table({}).to_excel(book, sheet_name=year, index=False)
    with pytest.raises(IncidentDataError, match=r"such a table on 2 sheets \(2023, 2024\)"):
        read_weekly(path)


def test_weeks_begin_on_saturday():
    weeks = read_weekly(table({}))
    assert weeks.every == "week"
    assert weeks.periods[0].start_time == pd.Timestamp("2024-01-06")
    assert weeks.until("2024-01-12").panel().sum(axis=None) == 3


def test_a_year_is_its_weeks_from_first_to_last():
    rows = [{"week": week} for week in ("2024-01-06", "2024-06-15", "2025-01-04")]
    with pytest.warns(RiskkitWarning, match="3 x after the end"):
        weeks = read_weekly(table(*rows), start="2024", end="2024")
    assert (len(weeks.periods), weeks.panel().sum(axis=None)) == (53, 6)


def test_what_is_no_attack_is_unplaced_in_events():
    with pytest.warns(RiskkitWarning, match=r"1 x no number of events"):
        weeks = read_weekly(
            table(
                {}, PROTEST, {"week": "", "events": 50}, {"events": "many"}, {"country": "Nowhere"}
            )
        )
    assert weeks.unplaced.to_dict() == {
        "no number of events": 1, "no region": 3, "no week: a sum over a longer time": 50,
        "not an attack: other kinds of event": 7,
    }  # fmt: skip
    assert weeks.panel().sum(axis=None) == 3


def test_a_type_that_acled_has_not_is_told():
    with pytest.warns(RiskkitWarning, match=r"3 x not an event type"):
        assert read_weekly(table({"event_type": "Batles"}, {})).panel().sum(axis=None) == 3


def test_a_copied_row_is_counted_once():
    with pytest.warns(RiskkitWarning, match=r"3 x a copy of an earlier row"):
        assert read_weekly(table({}, {})).panel().sum(axis=None) == 3


def test_rows_that_differ_in_any_column_are_no_copies():
    rows = table({}, {"id": 2}, {"centroid_latitude": 13.1}).drop(columns="admin1")
    assert read_weekly(rows).panel().sum(axis=None) == 9


def test_admin1_and_regions_without_attacks():
    countries = read_weekly(table({}), regions=["MLI", "NER"])
    assert countries.panel().iloc[:, 0].to_dict() == {"MLI": 3, "NER": 0}
    weeks = read_weekly(table({}), by=["country", "admin1"], regions=["MLI / Gao", "MLI / Mopti"])
    assert weeks.panel().iloc[:, 0].to_dict() == {"MLI / Gao": 0, "MLI / Mopti": 3}
    assert weeks.parents["country"].tolist() == ["MLI", "MLI"]
    assert read_weekly(table({}), by=None).regions.tolist() == ["everywhere"]


def test_a_country_is_watched_from_its_own_start():
    rows = [{"country": "Yemen", "week": week} for week in ("2014-12-27", "2015-01-03")]
    shares = read_weekly(table(*rows)).watched.loc["YEM"].round(3).tolist()
    assert shares == [round(2 / 7, 3), 1], "ACLED's Yemen begins on Thursday 1 January 2015"


def test_unknown_deaths_stay_unknown():
    weeks = read_weekly(table({"fatalities": ""}, {"week": "2024-01-13", "fatalities": 0}))
    assert weeks.panel("deaths").isna().loc["MLI"].tolist() == [True, False]


@pytest.mark.parametrize("header", [str.lower, str.upper])
def test_files_of_both_cases(tmp_path, header):
    path = tmp_path / "Africa_aggregated_data_up_to-2024-01-06.xlsx"
    table({}).rename(columns=header).to_excel(path, index=False)
    assert read_weekly(path).panel().sum(axis=None) == 3


def test_errors_say_what_is_wrong():
    with pytest.raises(MissingColumnError, match=r"no column events, fatalities"):
        read_weekly(table({}).drop(columns=["events", "fatalities"]))
    with pytest.raises(InvalidValueError, match=r"begins on Saturday in 2 rows and on Monday in 1"):
        read_weekly(table({}, {"week": "2024-01-13"}, {"week": "2024-01-15"}))
    with pytest.raises(NotEnoughIncidentsError, match=r"no row has a week"):
        read_weekly(table({"week": ""}))
    with pytest.raises(ValueError, match=r"by is 'event_type'"):
        read_weekly(table({}), by="event_type")
    with pytest.raises(ValueError, match=r"is before start"):
        read_weekly(table({}), start="2024-02-03", end="2024-01-06")


def test_a_model_takes_it_as_any_tally():
    weeks = pd.date_range("2023-01-07", periods=60, freq="7D").strftime("%Y-%m-%d")
    counts = read_weekly(
        table(*[{"week": week, "events": 2 + n % 3} for n, week in enumerate(weeks)])
    )
    ahead = FrequencyModel().fit(counts).forecast(2, draws=200, rng=1)
    assert ahead.to_frame()["estimate"].between(1, 6).all()
