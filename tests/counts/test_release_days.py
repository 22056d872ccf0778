"""Releases that fall on different days of their periods."""

import numpy as np
import pandas as pd
import pytest

from riskkit.counts import Tally, reporting_delay
from riskkit.counts.triangle import days_past, of_vintages
from riskkit.errors import NotEnoughIncidentsError, RiskkitWarning

MONTHS = pd.period_range("2020-01", "2023-12", freq="M")
A_MONTH = 60


@pytest.fixture(scope="module")
def attacks():
    """Sixty attacks a month, each recorded after twenty days on average."""
    rng = np.random.default_rng(1)
    first = MONTHS.start_time.repeat(A_MONTH)
    days = (rng.random(len(first)) * MONTHS.days_in_month.to_numpy().repeat(A_MONTH)).astype(int)
    happened = first + pd.to_timedelta(days, unit="D")
    wait = pd.to_timedelta(rng.exponential(20, len(first)).astype(int), unit="D")
    table = pd.DataFrame({"date": happened, "entered": happened + wait})
    return table.assign(incident_id=[f"e{n}" for n in table.index])


def releases(attacks, days):
    return {str(day): attacks[attacks["entered"] <= pd.Timestamp(day)] for day in days}


def monthly(day, first="2020-07", last="2023-04"):
    return [f"{month}-{day:02}" for month in pd.period_range(first, last, freq="M")]


def on_record(table, until):
    months = pd.period_range("2020-01", until, freq="M")
    counts = table.groupby(pd.PeriodIndex(table["date"], freq="M")).size().reindex(months)
    return Tally.from_panel(attacks=pd.DataFrame([counts.to_numpy()], ["MLI"], months))


@pytest.mark.parametrize("shift", [[0], [-2, 0, 2, 1]])
def test_releases_on_about_the_same_day_are_no_bias(attacks, shift):
    days = [pd.Timestamp(day) for day in monthly(28)]
    moved = [day + pd.Timedelta(shift[n % len(shift)], "D") for n, day in enumerate(days)]
    last = "2023-05-28"
    runs = releases(attacks, [*moved, last])
    now = reporting_delay(runs, every="month").nowcast(on_record(runs[last], "2023-04"))
    assert now["estimate"].iloc[-1] == pytest.approx(A_MONTH, rel=0.2)
    assert now["lower"].iloc[-1] <= A_MONTH <= now["upper"].iloc[-1]


def test_releases_that_all_lie_a_little_earlier_are_told(attacks):
    notes = of_vintages(releases(attacks, [*monthly(18), "2023-05-20"]), "month").notes
    assert "lie 2 days earlier in their month" in notes[0] and "less complete" in notes[0]


def test_releases_elsewhere_in_their_month_are_left_out_with_a_note(attacks):
    alike = monthly(20, last="2023-05")
    apart = releases(attacks, [*alike, *monthly(5)])
    triangle = of_vintages(apart, "month")
    assert "34 of 69 releases are left out: they lie over 3 days" in triangle.notes[0]
    pd.testing.assert_frame_equal(
        triangle.cells, of_vintages(releases(attacks, alike), "month").cells
    )


@pytest.mark.parametrize(
    ("day", "last"), [(1, "2023-05-15"), (1, "2023-05-28"), (28, "2023-06-01")]
)
def test_a_last_release_unlike_most_is_refused(attacks, day, last):
    runs = releases(attacks, [*monthly(day), last])
    with pytest.raises(NotEnoughIncidentsError, match=f"the latest are of .*, {last}; accepted"):
        reporting_delay(runs, every="month")


def test_no_release_is_not_enough():
    with pytest.raises(NotEnoughIncidentsError, match="holds 0 release"):
        reporting_delay({}, every="month")


def test_a_shorter_month_is_no_other_day(attacks):
    days = ["2022-12-31", "2023-01-31", "2023-02-28", "2023-03-30", "2023-04-30"]
    triangle = of_vintages(releases(attacks, days), "month")
    assert triangle.notes == () and len(triangle.releases) == 5
    march = triangle.cells[triangle.cells["period"] == "2023-03"]
    assert march[["younger", "older"]].to_numpy().tolist() == [[0, 1]]


def test_a_correction_of_another_day_warns(attacks):
    delay = reporting_delay(releases(attacks, monthly(20)), every="month")
    tally = on_record(attacks, "2021-11")
    with pytest.warns(RiskkitWarning, match="2021-12-08 is 8 days after the end"):
        delay.correct(tally, at="2021-12-08")
    with pytest.warns(RiskkitWarning, match="2021-12-31 is 0 days after the end of a month"):
        delay.nowcast(tally, at="2021-12-31")
    delay.correct(tally, at="2021-12-22")
    delay.correct(tally, at="2030-01-31")


def test_days_past_the_end_of_a_period():
    assert days_past(pd.Timestamp("2023-01-31"), "month") == 0
    assert days_past(pd.Timestamp("2023-02-01 12:00"), "month") == 1
    assert days_past(pd.Timestamp("2023-02-27"), "month") == 27
