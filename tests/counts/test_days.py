"""Days, however they are written."""

import datetime

import numpy as np
import pandas as pd
import pytest

from riskkit.counts import reporting_delay
from riskkit.counts.days import day_of, read_days
from riskkit.counts.triangle import of_vintages
from riskkit.errors import InvalidValueError


@pytest.mark.parametrize(
    "written",
    [
        lambda days: days.dt.strftime("%Y%m%d").astype("int64"),
        lambda days: days.dt.strftime("%Y%m%d"),
        lambda days: days.dt.strftime("%Y%m%d235959").astype("int64"),
        lambda days: days.dt.strftime("%Y-%m-%dT23:59:59Z"),
        *[
            lambda days, unit=unit: days.astype(f"datetime64[{unit}]").astype("int64")
            for unit in ("s", "ms", "us", "ns")
        ],
    ],
    ids=["day", "day as text", "day and time", "ISO text", "s", "ms", "us", "ns"],
)
def test_numbers_are_days_by_their_size(written):
    days = pd.Series(pd.date_range("1999-12-25", "2030-01-05", freq="31D"))
    written_days = written(days)
    assert (read_days(written_days, "added") == days).all()
    gaps = written_days.where(written_days.index > 9)
    assert (read_days(gaps, "added").dropna() == days[10:]).all()
    attacks = pd.DataFrame({"date": days - pd.Timedelta("5D"), "added": written_days})
    asked = {"every": "year", "recorded": "added"}
    known = reporting_delay(attacks.assign(added=days), **asked).to_frame()
    pd.testing.assert_frame_equal(reporting_delay(attacks, **asked).to_frame(), known)


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("2018-10", "2018-10-31"),
        ("2018-10-30 08:00", "2018-10-30"),
        (2017, "2017-12-31"),
        (20181030, "2018-10-30"),
        (np.int64(20181030), "2018-10-30"),
        (pd.Period("2018-10-30", "W"), "2018-11-04"),
        (datetime.date(2018, 10, 30), "2018-10-30"),
        (pd.Timestamp("2018-10-30 23:00", tz="Asia/Tokyo"), "2018-10-30"),
    ],
)
def test_one_day_in_the_forms_that_users_write(written, day):
    assert day_of(written, "at") == pd.Timestamp(day)


@pytest.mark.parametrize("written", [pd.NaT, None, "", "NaT", "soon", 2017.0, 99, True, [2017]])
def test_what_is_no_day_is_refused_by_name(written):
    with pytest.raises(ValueError, match=r"at is .*accepted: a day"):
        day_of(written, "at")


def test_two_releases_of_one_day_are_refused():
    table = pd.DataFrame({"incident_id": ["a"], "date": ["2018-01-01"]})
    releases = {"2018-11-30 08:00": table, "2018-11-30 20:00": table, "2018-12-31": table}
    with pytest.raises(InvalidValueError, match="3 releases of 2 days; accepted: one a day"):
        of_vintages(releases, "month")
