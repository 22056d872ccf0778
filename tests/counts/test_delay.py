"""How complete the last periods are, on reporting whose delays are known."""

from pathlib import Path

import numpy as np
import pandas as pd
import polars as pl
import pytest

from riskkit.counts import Tally, reporting_delay
from riskkit.counts.triangle import of_vintages, whole_period
from riskkit.errors import (
    IncidentDataError,
    InvalidValueError,
    MissingColumnError,
    NotEnoughIncidentsError,
    RiskkitWarning,
)
from riskkit.forecast import Climatology
from riskkit.frequency import FrequencyModel
from riskkit.incidents.schema import conform

PAGE = Path(__file__).parents[2] / "docs" / "studies" / "delay.md"
INTRODUCTION = """# Reporting delays

Made by `pytest -m study tests/counts/test_delay.py`. Simulated reporting: delays are geometric
(40% within the first month, ten months at most), counts grow by 1% a month and vary between months,
48 months with 30 monthly releases. "Months differ": each month has its own shares by delay, a
Dirichlet draw of that concentration. Of 100 runs, how often the 90% interval holds the true
completeness at each age, and the final number of attacks of each of the last six months.

"""
FALL = 0.6  # delays in months are geometric, cut at ten months
LATE = FALL ** np.arange(11) / (FALL ** np.arange(11)).sum()
ON_RECORD = np.cumsum(LATE)
AS_OF = pd.Timestamp("2023-01-20")


def process(
    seed, *, months=48, mean=60.0, growth=0.01, steady=np.inf, even=8.0, regions=1, drift=0.0
):
    """Attacks with the day they happened and the day they were recorded; all that ever will be.

    The level grows, or drifts back from what it was in the last month.
    """
    rng = np.random.default_rng(seed)
    walk = np.cumsum(drift * rng.standard_normal(months))[::-1] + growth * np.arange(months)
    periods = pd.period_range(end="2022-12", periods=months, freq="M")
    rows = []
    for number, month in enumerate(periods):
        share = LATE if np.isinf(steady) else rng.dirichlet(steady * LATE)
        size = rng.negative_binomial(even, even / (even + mean * np.exp(walk[number])))
        wait = np.repeat(np.arange(11), rng.multinomial(size, share))
        # Recorded between the 20th after `wait` whole months and the 20th after that.
        ends = pd.PeriodIndex([month + int(k) for k in wait], freq="M")
        rows.append(
            pd.DataFrame(
                {
                    "date": month.start_time
                    + pd.to_timedelta(rng.integers(month.days_in_month, size=size), "D"),
                    "entered": ends.end_time.normalize()
                    + pd.to_timedelta(rng.integers(1, 20, size=size), "D"),
                    "region": rng.integers(regions, size=size),
                }
            )
        )
    attacks = pd.concat(rows, ignore_index=True)
    return attacks.assign(incident_id=[f"e{n}" for n in attacks.index])


def vintages(attacks, releases=30):
    """What was on record on the 20th of each month."""
    days = [(pd.Period("2023-01", "M") - k).start_time for k in range(releases)]
    days = [day + pd.Timedelta(days=19) for day in reversed(days)]
    return {day: attacks[attacks["entered"] <= day] for day in days}


def monthly(attacks):
    periods = pd.period_range(attacks["date"].min(), "2022-12", freq="M")
    month = pd.PeriodIndex(attacks["date"], freq="M")
    counts = pd.crosstab(attacks["region"], month).reindex(columns=periods, fill_value=0)
    return Tally.from_panel(attacks=counts.set_axis(counts.index.map("R{}".format)))


def hits(seeds, **settings):
    """Whether each 90% interval holds the completeness (by age) and the last months' totals."""
    held = []
    for seed in seeds:
        attacks = process(seed, **settings)
        fresh = attacks[attacks["entered"] <= AS_OF]
        delay = reporting_delay(vintages(attacks), every="month", longest=10, draws=500, rng=seed)
        table = delay.to_frame().iloc[:10]
        held.append((table["lower"] <= ON_RECORD[:10]) & (table["upper"] >= ON_RECORD[:10]))
        now = delay.nowcast(monthly(fresh), rng=seed)
        all_of_it = monthly(attacks).panel("attacks").sum()[now.index]
        inside = (now["lower"] <= all_of_it) & (now["upper"] >= all_of_it)
        held[-1] = np.concatenate([held[-1].to_numpy(), inside.to_numpy()[::-1]])
    shares = np.mean(held, axis=0)
    return shares[:10], shares[10:]


def test_completeness_is_found_and_a_naive_count_is_not():
    attacks = process(1, mean=200, steady=60)
    delay = reporting_delay(vintages(attacks), every="month")
    assert delay.to_frame()["estimate"].iloc[:5].to_numpy() == pytest.approx(
        ON_RECORD[:5], abs=0.04
    )
    # What came within a month, of all recorded so far: too many, as the late ones are missing.
    fresh = attacks[attacks["entered"] <= AS_OF]
    wait = pd.PeriodIndex(fresh["entered"] - pd.Timedelta(days=20), freq="M").asi8
    wait -= pd.PeriodIndex(fresh["date"], freq="M").asi8
    recent = fresh["date"] >= "2022-10-01"
    assert (wait[recent] <= 0).mean() > ON_RECORD[0] + 0.08


@pytest.mark.parametrize("steady", [np.inf, 40.0])
def test_intervals_hold_the_truth(steady):
    completeness, totals = hits(range(12), steady=steady)
    assert completeness.mean() > 0.75
    assert totals[:4].mean() > 0.75


def test_releases_and_recording_days_say_the_same():
    attacks = process(3, mean=150)
    fresh = attacks[attacks["entered"] <= AS_OF]
    by_release = reporting_delay(vintages(attacks, 48), every="month", longest=10)
    by_day = reporting_delay(fresh, every="month", recorded="entered", as_of=AS_OF, longest=10)
    seconds = fresh["entered"].astype("datetime64[s]").astype(np.int64)
    by_second = reporting_delay(
        fresh.assign(timestamp=seconds.astype("str")),
        every="month",
        recorded="timestamp",
        as_of=AS_OF,
        longest=10,
    )
    first = by_release.to_frame()["estimate"]
    pd.testing.assert_series_equal(by_day.to_frame()["estimate"], first, atol=0.02)
    assert by_second.to_frame().equals(by_day.to_frame())


def test_a_gap_between_releases_is_no_bias():
    attacks = process(4, mean=300)
    every_third = dict(list(vintages(attacks, 40).items())[::3])
    table = reporting_delay(every_third, every="month", longest=10).to_frame()
    inside = (table["lower"] - 0.01 <= ON_RECORD) & (table["upper"] + 0.01 >= ON_RECORD)
    assert inside.all()


def test_a_corrected_forecast_is_unbiased_and_says_so():
    ratios = []
    for seed in range(6):
        attacks = process(seed, mean=100, growth=0.0, drift=0.2, steady=80, even=100.0)
        delay = reporting_delay(vintages(attacks), every="month")
        raw = monthly(attacks[attacks["entered"] <= AS_OF])
        level = monthly(attacks).panel("attacks").iloc[0, -3:].mean()
        means = []
        for counts in (raw, delay.correct(raw)):
            ahead = FrequencyModel().fit(counts).forecast(1, draws=500, rng=1)
            assert any("2022-12 is taken as" in note for note in ahead.notes) == (counts is not raw)
            means.append(ahead.draws.mean() / level)
        ratios.append(means)
    uncorrected, corrected = np.exp(np.log(ratios).mean(axis=0))
    assert uncorrected < 0.75
    assert corrected == pytest.approx(1, abs=0.12)


def test_forecasters_of_whole_periods_leave_the_last_ones_out():
    attacks = process(5, mean=100, growth=0.0, even=100.0)
    delay = reporting_delay(vintages(attacks), every="month")
    corrected = delay.correct(monthly(attacks[attacks["entered"] <= AS_OF]))
    ahead = Climatology("attacks").fit(corrected).forecast(1, draws=500, rng=1)
    assert np.quantile(ahead.draws, 0.01) > 60


def test_the_last_periods_are_watched_in_part():
    attacks = process(6, mean=200)
    delay = reporting_delay(vintages(attacks), every="month")
    tally = monthly(attacks[attacks["entered"] <= AS_OF])
    corrected = delay.correct(tally)
    share = corrected.watched.iloc[0]
    assert share.iloc[-1] == pytest.approx(delay.to_frame()["estimate"].iloc[0])
    assert (share.iloc[:-12] == 1).all() and share.iloc[-12:].is_monotonic_decreasing
    pd.testing.assert_frame_equal(corrected.panel("attacks"), tally.panel("attacks"))
    with pytest.raises(ValueError, match="corrected for a reporting delay already"):
        delay.correct(corrected)
    # A month later the same counts are a month older, and a running month isn't watched at all.
    older = delay.correct(tally, at="2023-02-20").watched.iloc[0]
    assert older.iloc[-1] == pytest.approx(share.iloc[-2])
    running = delay.correct(tally, at="2022-12-18")
    assert running.watched.iloc[0, -1] == 0
    assert any("were not over" in note for note in running.notes)
    late = delay.correct(tally, at="2030-01-01")
    assert (late.watched == 1).all(axis=None)


def test_a_month_that_nobody_watched_has_no_nowcast():
    attacks = process(6, mean=200)
    delay = reporting_delay(vintages(attacks), every="month")
    tally = monthly(attacks[attacks["entered"] <= AS_OF])
    unwatched = tally.panel("attacks").astype(float)
    unwatched["2022-11"] = np.nan
    now = delay.nowcast(Tally.from_panel(attacks=unwatched))
    assert now.loc["2022-11"].drop("age").isna().all()
    assert now.drop(index=pd.Period("2022-11", "M")).notna().all(axis=None)


def test_what_was_known_at_an_origin():
    attacks = process(7, mean=150, regions=2)
    complete = monthly(attacks)
    delay = reporting_delay(vintages(attacks), every="month")
    past = delay.known(complete, "2021-07-20", rng=1)
    assert past.periods[-1] == pd.Period("2021-06", "M")
    kept = past.panel("attacks").sum() / complete.panel("attacks").sum()[past.periods]
    assert kept.iloc[-1] == pytest.approx(ON_RECORD[0], abs=0.25)
    assert (kept <= 1).all() and (kept.iloc[:-12] == 1).all()
    assert "Thinned" in past.notes[-1]
    again = delay.known(complete, "2021-07-20", rng=1)
    pd.testing.assert_frame_equal(past.panel("attacks"), again.panel("attacks"))
    assert delay.correct(past, at="2021-07-20").watched.iloc[0, -1] < 0.6


def test_incidents_are_thinned_with_their_marks():
    import riskkit as rk

    rng = np.random.default_rng(1)
    attacks = process(8, mean=80, months=24)
    incidents = conform(
        attacks.assign(
            country="MLI", date_precision="day", fatalities=rng.integers(0, 5, len(attacks))
        ).drop(columns=["entered", "region"])
    )
    delay = reporting_delay(vintages(attacks, 20), every="month")
    complete = rk.tally(incidents, by="country", every="month", end="2022-12")
    past = delay.known(complete, "2022-07-20")
    assert past.counts["attacks"].min() >= 1
    assert past.panel("deaths").sum(axis=None) < complete.until("2022-06").panel("deaths").sum(
        axis=None
    )


def test_removed_records_count_nowhere():
    attacks = process(9, mean=60)
    runs = vintages(attacks, 20)
    last = list(runs)[-1]
    gone = runs[last].query("entered < '2022-12-20'").iloc[::35]["incident_id"].iloc[:90]
    runs[last] = runs[last][~runs[last]["incident_id"].isin(gone)]
    triangle = of_vintages(runs, "month")
    assert "90 of" in triangle.notes[0] and "removed" in triangle.notes[0]


def test_ids_of_lines_say_nothing_of_delay():
    table = conform(
        pd.DataFrame(
            {
                "incident_id": [f"rand:{n}" for n in range(60)],
                "source": "rand",
                "date": pd.date_range("2020-01-01", periods=60),
                "date_precision": "day",
            }
        )
    )
    with pytest.raises(IncidentDataError, match="lines of its file"):
        of_vintages({"2020-02-05": table[:31], "2020-03-05": table}, "month")
    named = table.assign(incident_id=[*(f"r{n}" for n in range(59)), "rand:59"])
    triangle = of_vintages({"2020-02-05": named[:31], "2020-03-05": named}, "month")
    assert any("1 records have a line of their file" in note for note in triangle.notes)


def test_records_without_an_id_are_not_followed():
    table = pd.DataFrame(
        {
            "incident_id": [f"r{n}" for n in range(60)],
            "date": pd.date_range("2020-01-01", periods=60),
        }
    )
    lost = table.assign(incident_id=table["incident_id"].mask(table.index == 3))
    triangle = of_vintages({"2020-02-05": lost[:31], "2020-03-05": lost}, "month")
    without = of_vintages(
        {"2020-02-05": table[:31].drop(index=3), "2020-03-05": table.drop(index=3)}, "month"
    )
    assert triangle.cells.equals(without.cells)
    assert any("1 records of a release have no id" in note for note in triangle.notes)
    nameless = table.assign(incident_id=None)
    with pytest.raises(IncidentDataError, match="2020-03-05 has no known incident_id in any of"):
        of_vintages({"2020-02-05": lost[:31], "2020-03-05": nameless}, "month")


def test_releases_of_the_newest_month_only_are_no_removal():
    attacks = process(10, mean=60)
    runs = vintages(attacks, 20)
    days, before = list(runs), list(runs)[:-1]
    parts = {days[0]: runs[days[0]]}
    for day, earlier in zip(days[1:], before, strict=True):
        parts[day] = runs[day][~runs[day]["incident_id"].isin(runs[earlier]["incident_id"])]
    whole, newest = of_vintages(runs, "month"), of_vintages(parts, "month")
    pd.testing.assert_frame_equal(whole.cells, newest.cells)
    assert newest.notes == ()


def test_whole_periods():
    assert whole_period(pd.Timestamp("2023-01-20"), "month") == pd.Period("2022-12", "M")
    assert whole_period(pd.Timestamp("2023-01-31"), "month") == pd.Period("2023-01", "M")
    assert str(whole_period(pd.Timestamp("2023-01-31"), "year")) == "2022"


@pytest.mark.parametrize("every", ["week", "quarter", "year"])
def test_other_periods(every):
    attacks = process(11, mean=15, months=60)
    fresh = attacks[attacks["entered"] <= AS_OF]
    table = reporting_delay(fresh, every=every, recorded="entered", as_of=AS_OF).to_frame()
    assert table["estimate"].is_monotonic_increasing and table["estimate"].iloc[-1] == 1


def test_nothing_late_is_complete_and_few_records_are_unsure():
    attacks = process(12, mean=50).assign(entered=lambda frame: frame["date"])
    runs = {f"2022-{month:02}-20": attacks[attacks["date"] <= f"2022-{month:02}-20"]
            for month in range(1, 13)}  # fmt: skip
    delay = reporting_delay(runs, every="month")
    assert delay.longest == 1 and delay.to_frame()["lower"].iloc[0] > 0.97
    few = process(13, mean=0.5)
    frame = reporting_delay(vintages(few), every="month").to_frame()
    assert frame["upper"].iloc[0] - frame["lower"].iloc[0] > 0.2


def test_wrong_arguments_and_data():
    attacks = process(14, mean=20)
    runs = vintages(attacks, 6)
    with pytest.raises(ValueError, match="every is 'day'"):
        reporting_delay(runs, every="day")
    with pytest.raises(ValueError, match="recorded is missing"):
        reporting_delay(attacks, every="month")
    with pytest.raises(ValueError, match="longest is 0"):
        reporting_delay(runs, every="month", longest=0)
    with pytest.raises(ValueError, match=r"longest is 2\.5; accepted: a whole number of months"):
        reporting_delay(runs, every="month", longest=2.5)
    for draws in (0, 2.5, True, None):
        with pytest.raises(ValueError, match=rf"draws is {draws}; accepted: a whole number, 1 or"):
            reporting_delay(runs, every="month", draws=draws)
    with pytest.raises(ValueError, match="belong to one table"):
        reporting_delay(runs, every="month", recorded="entered")
    with pytest.raises(NotEnoughIncidentsError, match="accepted: two or more"):
        reporting_delay({"2022-01-20": attacks}, every="month")
    with pytest.raises(MissingColumnError, match="incident_id"):
        reporting_delay({day: t.drop(columns="incident_id") for day, t in runs.items()},
                        every="month")  # fmt: skip
    with pytest.raises(MissingColumnError, match="entry"):
        reporting_delay(attacks, every="month", recorded="entry")
    with pytest.raises(InvalidValueError, match="no day"):
        reporting_delay(attacks.assign(entered="soon"), every="month", recorded="entered")
    numbers = attacks.assign(entered=[0, *[20210501] * (len(attacks) - 1)])
    with pytest.raises(InvalidValueError, match="numbers from 0 to 20210501, which are not all"):
        reporting_delay(numbers, every="month", recorded="entered")
    with pytest.raises(ValueError, match="a release is 'spring'"):
        reporting_delay({"spring": attacks, "2022-01-20": attacks}, every="month")
    other = {day: t.assign(incident_id=[f"{day}:{n}" for n in range(len(t))])
             for day, t in runs.items()}  # fmt: skip
    with pytest.raises(IncidentDataError, match="shares no incident_id"):
        reporting_delay(other, every="month")
    delay = reporting_delay(runs, every="month")
    weeks = Tally.from_panel(
        attacks=pd.DataFrame([[1, 2]], ["A"], pd.period_range("2022-01-01", periods=2, freq="W"))
    )
    with pytest.raises(ValueError, match="accepted: every='month'"):
        delay.correct(weeks)


@pytest.mark.parametrize(
    "written",
    [
        lambda dates: dates.dt.tz_localize("Asia/Tokyo"),
        lambda dates: dates.dt.strftime("%Y-%m-%d"),
        lambda dates: dates.astype("timestamp[us][pyarrow]"),
    ],
    ids=["time zone", "text", "arrow"],
)
def test_dates_of_any_kind_are_the_same_days(written):
    attacks = process(14, mean=20)
    asked = {"every": "month", "recorded": "entered", "since": "2020-06-01"}
    other = attacks.assign(date=written(attacks["date"]))
    known, same = (reporting_delay(table, **asked).to_frame() for table in (attacks, other))
    pd.testing.assert_frame_equal(same, known)
    runs = vintages(attacks, 12)
    others = {day: table.assign(date=written(table["date"])) for day, table in runs.items()}
    known, same = (reporting_delay(one, every="month").to_frame() for one in (runs, others))
    pd.testing.assert_frame_equal(same, known)


def test_what_is_no_table_and_no_releases_is_named():
    attacks = process(14, mean=20)
    runs = vintages(attacks, 6)
    for wrong in (pl.from_pandas(attacks), [*runs.values()], None):
        with pytest.raises(TypeError, match=f"records is a {type(wrong).__name__}; accepted: an"):
            reporting_delay(wrong, every="month", recorded="entered")
    with pytest.raises(TypeError, match=r"release of 2022-08-20 is a DataFrame; .* of pandas"):
        reporting_delay({day: pl.from_pandas(t) for day, t in runs.items()}, every="month")
    with pytest.raises(NotEnoughIncidentsError, match="no release holds a record"):
        reporting_delay({day: t.iloc[:0] for day, t in runs.items()}, every="month")
    with pytest.raises(InvalidValueError, match=r"'date' can't be read: .*spring"):
        reporting_delay(attacks.assign(date="spring"), every="month", recorded="entered")


@pytest.mark.study
def test_study_of_reporting_delays():
    lines = ["| attacks a month | months differ | ages 0 to 9 | totals of the last 6 months |"]
    lines += ["| --- | --- | --- | --- |"]
    for mean, steady in ((5, np.inf), (60, np.inf), (60, 40.0), (60, 15.0), (400, 40.0)):
        completeness, totals = hits(range(100), mean=mean, steady=steady)
        words = "no" if np.isinf(steady) else f"concentration {steady:.0f}"
        lines.append(
            f"| {mean} | {words} | {', '.join(f'{x:.0%}' for x in completeness)} | "
            f"{', '.join(f'{x:.0%}' for x in totals[:6])} |"
        )
        assert completeness.mean() > 0.82 and totals[:3].mean() > 0.82
    PAGE.write_text(INTRODUCTION + "\n".join(lines) + "\n", encoding="utf-8")


def test_ids_that_were_changed_for_half_the_records_are_told():
    table = pd.DataFrame({"incident_id": [f"e{number}" for number in range(600)],
                          "date": pd.date_range("2016-01-01", periods=600)})  # fmt: skip
    releases = {"2017-06-30": table[:547], "2017-07-31": table[:578], "2017-08-31": table}
    assert not any("ids were changed" in note for note in of_vintages(releases, "month").notes)
    half = table["incident_id"].where(table.index % 2 == 0, "z" + table["incident_id"])
    releases["2017-08-31"] = table.assign(incident_id=half)
    with pytest.warns(
        RiskkitWarning, match=r"of 2017-08-31 lacks 2\d\d records .*ids were changed"
    ):
        delay = reporting_delay(releases, every="month")
    assert any("ids were changed" in note for note in delay.notes)
