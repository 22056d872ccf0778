"""The same attack in two sources: simulated double records whose links are known."""

import numpy as np
import pandas as pd
import pytest

from riskkit.errors import InvalidValueError, MissingColumnError, RiskkitWarning
from riskkit.incidents.match import match_incidents
from riskkit.incidents.schema import conform

ACTORS = (("Al-Shabaab", "Harakat al-Shabab"), ("GIA", "Armed Islamic Group (GIA)"))
GROUPS = ("civilians", "security forces", "government", "business")


def attacks(size, seed):
    rng = np.random.default_rng(seed)
    town = rng.integers(60, size=size)
    return pd.DataFrame(
        {
            "date": pd.Timestamp("2010-01-01")
            + pd.to_timedelta(rng.integers(3650, size=size), "D"),
            "date_precision": "day",
            "country": np.array(["SOM", "DZA", "MLI"])[town % 3],
            "latitude": rng.uniform(0, 30, 60)[town],
            "longitude": rng.uniform(0, 40, 60)[town],
            "actor": town % 2,
            "target_group": np.array(GROUPS)[rng.integers(4, size=size)],
            "fatalities": np.where(rng.random(size) < 0.4, 0, rng.geometric(0.15, size)),
        }
    )


def record(world, rows, side, seed):
    rng = np.random.default_rng(seed)
    seen, size = world.iloc[rows].copy(), len(rows)
    seen["actor"] = [ACTORS[k][side == "b"] for k in seen["actor"]]
    seen["incident_id"] = [f"{side}{k}" for k in rows]
    if side == "b":
        seen["date"] += pd.to_timedelta(rng.integers(-2, 3, size), "D")
        far, angle = 25 * np.sqrt(rng.random(size)), rng.uniform(0, 2 * np.pi, size)
        seen["latitude"] += far * np.sin(angle) / 111.2
        seen["longitude"] += far * np.cos(angle) / 111.2
        seen["fatalities"] = np.rint(seen["fatalities"] * rng.uniform(0.7, 1.3, size))
        lost = rng.random(size) < 0.1
        seen.loc[lost, ["latitude", "longitude"]] = np.nan
        seen.loc[rng.random(size) < 0.1, "actor"] = None
    return conform(seen.astype({"fatalities": "Int64"}))


@pytest.mark.parametrize("overlap", [0.3, 0.6, 0.9])
def test_double_records_are_found(overlap):
    world, split = attacks(3000, 1), np.random.default_rng(2).random(3000)
    a = record(world, np.flatnonzero(split < (1 + overlap) / 2), "a", 3)
    b = record(world, np.flatnonzero((split < overlap) | (split >= (1 + overlap) / 2)), "b", 4)
    match = match_incidents(a, b)
    links = match.links
    right = (links["incident_id_a"].str[1:] == links["incident_id_b"].str[1:]).sum()
    assert right / len(links) >= 0.95
    assert right / (split < overlap).sum() >= 0.95
    assert match.precision == pytest.approx(right / len(links), abs=0.03)
    assert links["incident_id_a"].is_unique and links["incident_id_b"].is_unique
    assert len(links) + len(match.only_a) == len(a)
    assert len(links) + len(match.only_b) == len(b)
    merged = match.merged()
    assert len(merged) == len(a) + len(b) - len(links)
    assert set(merged["incident_id_a"].dropna()) == set(a["incident_id"])
    assert set(merged["incident_id_b"].dropna()) == set(b["incident_id"])
    assert merged["incident_id"].is_unique


def test_nothing_in_common_gives_no_links():
    world = attacks(2000, 5)
    a, b = (record(world, np.arange(n, 2000, 2), side, 6) for n, side in ((0, "a"), (1, "b")))
    match = match_incidents(a, b)
    assert len(match.links) == 0
    assert "no doubles" in repr(match)


def test_empty_tables_and_wrong_arguments():
    a = record(attacks(50, 7), np.arange(50), "a", 8)
    match = match_incidents(a, a.iloc[:0])
    assert len(match.links) == 0 and len(match.merged()) == 50
    with pytest.raises(ValueError, match="days is -1"):
        match_incidents(a, a, days=-1)
    with pytest.raises(ValueError, match="threshold is 2"):
        match_incidents(a, a, threshold=2)
    with pytest.raises(MissingColumnError, match="b has no column 'date'"):
        match_incidents(a, a.drop(columns="date"))
    with pytest.raises(InvalidValueError, match="a has 'a0' more than once"):
        match_incidents(pd.concat([a, a]), a)


def test_sources_of_other_units_warn():
    a = record(attacks(50, 7), np.arange(50), "a", 8)
    with pytest.warns(RiskkitWarning, match="count different things"):
        match_incidents(a.assign(source="acled"), a.assign(source="ucdp"))
