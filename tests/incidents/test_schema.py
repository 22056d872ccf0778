"""The incidents table: what a table must be to have its types."""

import pandas as pd
import pytest

from riskkit.errors import InvalidValueError
from riskkit.incidents.schema import conform


def test_dates_of_two_readings_are_refused_and_times_are_not():
    with pytest.raises(InvalidValueError, match="date can't be read"):
        conform(pd.DataFrame({"incident_id": ["a"], "date": ["03/04/2017"]}))
    table = pd.DataFrame({"incident_id": ["a", "b"], "date": ["2017-06-18", "2017-06-19T23:59"]})
    assert conform(table)["date"].dt.day.tolist() == [18, 19]
