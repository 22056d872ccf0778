"""Dates: the forms sources write, one order for the whole column, and how fine they are."""

import pandas as pd
import pytest

from riskkit.errors import InvalidValueError
from riskkit.incidents.dates import from_parts, parse_dates


def read(*values, latest_year=2026, dayfirst=None):
    text = pd.Series(values, dtype="str")
    dates, precision = parse_dates(text, "when", latest_year=latest_year, dayfirst=dayfirst)
    return dates.dt.strftime("%Y-%m-%d").tolist(), precision.tolist()


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("2017-06-18", "2017-06-18"),
        ("2017/6/8", "2017-06-08"),
        ("20170618", "2017-06-18"),
        ("2017-06-18T23:59:59+05:00", "2017-06-18"),
        ("2017-06-18 00:00:00", "2017-06-18"),
        ("18 June 2017", "2017-06-18"),
        ("18-Jun-17", "2017-06-18"),
        ("18-juin-2017", "2017-06-18"),
        ("18 août 2017", "2017-08-18"),
        ("June 18, 2017", "2017-06-18"),
        ("Sept 8 2017", "2017-09-08"),
        ("18/06/2017", "2017-06-18"),
        ("6/18/2017", "2017-06-18"),
        ("18.06.17", "2017-06-18"),
        ("6/18/2017 12:30", "2017-06-18"),
        ("05/05/2017", "2017-05-05"),
        ("18. März 2017", "2017-03-18"),
        ("18 de abril de 2017", "2017-04-18"),
        ("18 de março de 2017", "2017-03-18"),
        ("1er mai 2017", "2017-05-01"),
        ("8 dic. 2017", "2017-12-08"),
        ("3 ott 2017", "2017-10-03"),
        ("Sunday, 18 June 2017", "2017-06-18"),
        ("June 18th, 2017", "2017-06-18"),
        ("18 June 2017 10:30", "2017-06-18"),
        ("18-Jun-17 0:00", "2017-06-18"),
        ("Jun 18 2017 12:00AM", "2017-06-18"),
        ("2017-Jun-18", "2017-06-18"),
        ("15-janv.-17", "2017-01-15"),
        ("18 Mrz 2017", "2017-03-18"),
        ("dimanche 18 juin 2017", "2017-06-18"),
        ("Sonntag, 18. Juni 2017", "2017-06-18"),
        ("miércoles 7 de junio de 2017", "2017-06-07"),
    ],
)
def test_forms(written, day):
    assert read(written) == ([day], ["day"])


@pytest.mark.parametrize(
    ("written", "day", "known"),
    [
        ("2017-06-00", "2017-06-01", "month"),
        ("2017-00-00", "2017-01-01", "year"),
        ("2017-00-18", "2017-01-01", "year"),
        ("20170600", "2017-06-01", "month"),
    ],
)
def test_a_month_or_day_of_zero_is_unknown_and_leaves_the_rest(written, day, known):
    assert read(written) == ([day], [known])


def test_zeros_are_unknown_in_dates_of_numbers_only_too():
    dates, known = read("18/06/2017", "00/06/2017", "0/0/2017")
    assert dates == ["2017-06-18", "2017-06-01", "2017-01-01"]
    assert known == ["day", "month", "year"]


@pytest.mark.parametrize("written", [
    "soon", "2017-02-30", "31 Hop 2017", "0001-01-01", "2017-13", "before 3 May 2017", "Apr-22",
])  # fmt: skip
def test_what_is_no_date_is_missing(written):
    dates, precision = read(written)
    assert pd.isna(dates[0]) and pd.isna(precision[0])


def test_months_and_years_are_dates_less_finely():
    assert read("2017-06", "2017") == (["2017-06-01", "2017-01-01"], ["month", "year"])
    assert read("June 2017", "juin 2017") == (["2017-06-01"] * 2, ["month"] * 2)


def test_the_whole_column_decides_the_order():
    assert read("03/04/2019", "13/04/2019")[0] == ["2019-04-03", "2019-04-13"]
    assert read("03/04/2019", "04/13/2019")[0] == ["2019-03-04", "2019-04-13"]


def test_contradiction_and_ambiguity_name_their_readings():
    with pytest.raises(InvalidValueError, match=r"mixes.*'13/04/2019' has the day first, '04/13"):
        read("13/04/2019", "04/13/2019")
    with pytest.raises(InvalidValueError, match=r"'03/04/2019' is day 3 of month 4 or day 4 of"):
        read("03/04/2019")
    assert read("03/04/2019", dayfirst=False)[0] == ["2019-03-04"]


def test_days_as_a_spreadsheet_counts_them():
    assert read("44615", "44616.5")[0] == ["2022-02-23", "2022-02-24"]
    assert pd.isna(read("44615", "2022-02-24")[0][0]), "a lone number among dates is no date"
    assert pd.isna(read("12345")[0][0])


@pytest.mark.parametrize("stray", ["Total", "unknown", "soon"])
def test_a_stray_cell_costs_no_day_but_its_own(stray):
    dates, _ = read("44615", "44620", stray, "44630,25")
    assert dates[:2] + dates[3:] == ["2022-02-23", "2022-02-28", "2022-03-10"]
    assert pd.isna(dates[2])


def test_days_counted_and_a_date_in_words_are_both_read():
    assert read("44615", "13/05/2022", "44630")[0] == ["2022-02-23", "2022-05-13", "2022-03-10"]
    no_day_above_12 = ["44566", "44593", "44627", "44652", "44690"]
    with pytest.raises(InvalidValueError, match=r"half converted by a spreadsheet: '25/04/2022'"):
        read(*no_day_above_12, "25/04/2022")


@pytest.mark.parametrize("zeros", [".0", ",0", ".00"])
def test_dates_that_went_through_a_column_of_floats(zeros):
    written = [f"{value}{zeros}" for value in ("20170618", "2017", "2018")]
    assert read(*written) == (["2017-06-18", "2017-01-01", "2018-01-01"], ["day", "year", "year"])
    assert read(f"44615{zeros}")[0] == ["2022-02-23"]


def test_a_column_half_converted_by_a_spreadsheet_is_refused():
    true = [f"2019-{month:02d}-05 00:00:00" for month in range(1, 7)]
    with pytest.raises(
        InvalidValueError, match=r"'2019-01-05 00:00:00' may be day 5 of month 1 or"
    ):
        parse_dates(pd.Series([*true, "25/04/2019"]), "Date", latest_year=2020)
    days, _ = parse_dates(pd.Series([*true, "25/04/2019"]), "Date", latest_year=2020, dayfirst=True)
    assert days.notna().all()
    whole = [*true, "2019-01-25 00:00:00", "25/04/2019"]
    assert parse_dates(pd.Series(whole), "Date", latest_year=2020)[0].notna().all()


@pytest.mark.parametrize(("latest", "year"), [(2009, "1910"), (2010, "2010"), (2026, "2010")])
def test_two_digit_years_end_at_the_latest(latest, year):
    assert read("1-Jan-10", latest_year=latest)[0] == [f"{year}-01-01"]


def test_parts():
    years = pd.Series([2017.0, 2017, 2017, 2017, None, 1500, 2016.5])
    months = pd.Series([6.0, 6, 0, 2, 1, 1, 1])
    days = pd.Series([18.0, 0, 5, 30, 1, 1, 1])
    dates, precision, impossible = from_parts(years, months, days)
    assert precision.tolist()[:4] == ["day", "month", "year", "month"]
    assert dates.dt.strftime("%Y-%m-%d").tolist()[:4] == [
        "2017-06-18",
        "2017-06-01",
        "2017-01-01",
        "2017-02-01",
    ]
    assert dates.isna().tolist()[4:] == [True] * 3
    assert impossible.tolist() == [False, False, False, True, False, False, False]


def test_two_digit_years_that_may_stand_first_are_refused():
    years_first = [f"19-12-{day:02d}" for day in (1, 4, 7, 22, 25, 26)]
    for column in (["19-12-31"], ["19-12-20", "19-11-31"], years_first):
        with pytest.raises(InvalidValueError, match=r"has the day first \(19\) or the year \(19\)"):
            read(*column)
    assert read("31-12-19")[0] == ["2019-12-31"]
    assert read("31-12-19", "19-12-31")[0] == ["2019-12-31", "1931-12-19"]
    assert read("19-12-31", dayfirst=True)[0] == ["1931-12-19"]
    assert read("18/06/85", "19/06/14")[0] == ["1985-06-18", "2014-06-19"]
