"""Days, however they are written."""

import pandas as pd
import pytest

from riskkit.counts import reporting_delay
from riskkit.counts.days import read_days


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
