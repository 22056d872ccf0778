"""Likely doubles, odd values and precision: told, never changed."""

import numpy as np
import pandas as pd
import pytest

from riskkit.incidents import check_incidents
from riskkit.incidents.findings import likely_doubles, odd_values, precision_table
from riskkit.incidents.schema import conform


def attacks(**columns):
    rows = pd.DataFrame(columns)
    rows["incident_id"] = [str(n) for n in range(len(rows))]
    return conform(rows)


def test_the_same_day_place_actor_and_tolls_is_a_likely_double():
    table = attacks(date=["2017-06-18"] * 3, date_precision="day", country="MLI", place="Gao",
                    fatalities=[5, 5, 6])  # fmt: skip
    assert likely_doubles(table)["incident_id"].tolist() == ["0", "1"]
    assert not len(likely_doubles(table.assign(date_precision="month")))
    assert not len(likely_doubles(table.assign(place=None)))


@pytest.mark.parametrize("times", [1, 2])
def test_a_toll_far_above_the_rest_is_told(times):
    tolls = np.floor(np.random.default_rng(1).pareto(1.5, 500) + 1)
    tolls[:times] = tolls.max() * 1000
    table = attacks(date="2017-06-18", fatalities=tolls.astype(int))
    assert odd_values(table)["incident_id"].tolist() == [str(n) for n in range(times)]


def test_a_heavy_tail_alone_is_seldom_told():
    told = 0
    for seed in range(60):
        tolls = np.floor(np.random.default_rng(seed).pareto(1.5, 500) + 1).astype(int)
        told += len(odd_values(attacks(date="2017-06-18", fatalities=tolls))) > 0
    assert told <= 2, "at most five looks at 0.001 each"


def test_a_date_in_the_future_is_told():
    odd = odd_values(attacks(date=["2017-06-18", "2099-01-01"]))
    assert odd[["incident_id", "column"]].to_numpy().tolist() == [["1", "date"]]


def test_precision_counts_long_events_and_their_deaths():
    table = attacks(date="2017-06-18", date_precision=["day", "month", "day"], days=[1, 5, None],
                    fatalities=[1, 40, 2])  # fmt: skip
    rows = precision_table(table).set_index(["what", "precision"])
    assert rows.loc[("length", "longer"), ["incidents", "deaths"]].tolist() == [1, 40]
    assert rows.loc[("date", "day"), "share"] == pytest.approx(2 / 3)
    assert rows.groupby("what")["incidents"].sum().tolist() == [3, 3, 3]


def test_mixed_sources_are_told():
    table = pd.DataFrame({"incident_id": ["a", "b"], "date": "2017-06-18", "country": "Mali",
                          "fatalities": 5, "source": ["gtd", "ucdp"]})  # fmt: skip
    assert (
        "sources are mixed that may not be added up: gtd: attack"
        in check_incidents(table).summary()
    )


def test_the_check_says_what_it_found():
    table = pd.DataFrame({"incident_id": ["a", "b"], "date": "2017-06-18", "country": "Mali",
                          "fatalities": 5, "place": "Gao"})  # fmt: skip
    check = check_incidents(table)
    assert "2 incidents in 1 groups look like doubles" in check.summary()
    assert len(check.kept) == 2
    assert "doubles" in check._repr_html_()
