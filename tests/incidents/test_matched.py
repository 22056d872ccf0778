"""What becomes of two records of one attack."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from riskkit.incidents.matched import IncidentMatch
from riskkit.incidents.schema import conform


def linked(a, b):
    """The answer to two tables whose rows are doubles, in order."""
    pairs = pd.DataFrame(
        {"incident_id_a": a["incident_id"], "incident_id_b": b["incident_id"]}
    ).dropna()
    pairs["probability"], pairs["linked"] = 0.9, True
    reasons = [pd.Series("", table.index) for table in (a, b)]
    return IncidentMatch(a, b, pairs, *reasons, 0.5, 0.9 * len(pairs), None)


def records(side, **columns):
    table = pd.DataFrame({"date": "2017-06-18", "date_precision": "day", **columns})
    return conform(table.assign(incident_id=[f"{side}{k}" for k in range(len(table))]))


def test_a_toll_keeps_its_own_bounds():
    a = records("a", fatalities=[1, None, None], fatalities_low=[None, 2, None])
    b = records("b", fatalities=[2, 7, None], fatalities_low=[2, 6, 3], fatalities_high=[4, 9, 5])
    merged = linked(a, b).merged()
    tolls = merged[["fatalities", "fatalities_low", "fatalities_high"]]
    assert tolls.astype(object).where(tolls.notna(), None).to_numpy().tolist() == [
        [1, None, None],
        [7, 6, 9],
        [None, 3, 5],
    ]


def test_a_day_keeps_its_own_precision_and_length():
    a, b = records("a", fatalities=[1, 2]), records("b", days=[20, 20])
    for table in (a, a.drop(columns=["days", "date_precision"])):
        merged = linked(table, b).merged()
        assert merged["days"].isna().all()
    assert merged["date_precision"].isna().all()


def test_a_point_keeps_its_own_precision_and_names():
    a = records(
        "a",
        latitude=[None, 12.0, None, None],
        longitude=[None, -8.0, None, None],
        geo_precision=["country", None, None, "admin1"],
        admin1=["Mopti", None, None, "Mopti"],
        place=["Mopti", "Bamako", None, None],
    )
    b = records(
        "b",
        latitude=[13.0, 12.5, None, None],
        longitude=[-7.0, -7.5, None, None],
        geo_precision=["exact", "exact", "admin1", "country"],
        admin1=["Segou", "Koulikoro", "Gao", "Gao"],
        place=[None, "Kati", None, "Gao"],
    )
    merged = linked(a, b).merged()
    assert merged["latitude"].tolist()[:2] == [13.0, 12.0]
    precision = merged["geo_precision"].astype(object)
    assert precision.where(precision.notna(), None).tolist() == ["exact", None, "admin1", "admin1"]
    assert merged["admin1"].tolist() == ["Segou", "Koulikoro", "Gao", "Mopti"]
    assert merged["place"].astype(object).tolist()[:2] == ["Mopti", "Bamako"]


def test_numbers_without_a_missing_one_may_get_one():
    a = pd.DataFrame({"incident_id": ["a0"], "fatalities": [np.nan], "fatalities_low": [1]})
    b = pd.DataFrame({"incident_id": ["b0"], "fatalities": [3.0], "fatalities_low": [np.nan]})
    merged = linked(a, b).merged()
    assert merged["fatalities"].tolist() == [3.0] and merged["fatalities_low"].isna().all()


@pytest.mark.parametrize(
    ("of_a", "of_b"),
    [(["x0", "b:y0"], ["x0", "b:x0"]), (["x0", "b:x0", "bb:x0"], ["x0", "bb:x0"])],
)
def test_ids_stay_unique(of_a, of_b):
    a = records("a", fatalities=[1] * len(of_a)).assign(incident_id=of_a)
    b = records("b", fatalities=[1] * len(of_b)).assign(incident_id=of_b)
    match = linked(a, b)
    merged = replace(match, pairs=match.pairs.assign(linked=False)).merged()
    assert merged["incident_id"].is_unique and len(merged) == len(a) + len(b)
    assert merged["incident_id_b"].dropna().tolist() == of_b


def test_a_target_keeps_its_own_group_and_type():
    a = records("a", target_group=["civilians", "unknown", "unknown"], target_type=["Unknown"] * 3)
    b = records(
        "b",
        target_group=["security forces", "security forces", "unknown"],
        target_type=["Police", "Police", "Business"],
    )
    merged = linked(a, b).merged()
    assert merged["target_group"].tolist() == ["civilians", "security forces", "unknown"]
    assert merged["target_type"].tolist() == ["Unknown", "Police", "Business"]
