"""The same attack in two sources: simulated double records whose links are known."""

import dataclasses

import numpy as np
import pandas as pd
import pytest

from riskkit.errors import InvalidValueError, MissingColumnError, RiskkitWarning
from riskkit.incidents.linking.bursts import Burst
from riskkit.incidents.linking.comparison import Field, Pairs, sides
from riskkit.incidents.linking.doubles import Doubles
from riskkit.incidents.linking.linkage import Window
from riskkit.incidents.match import match_incidents
from riskkit.incidents.schema import conform
from tests.incidents.double_records import World, drawn_world, scores, simulate

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
    with pytest.raises(InvalidValueError, match=r"'date' of b can't be read: .*spring"):
        match_incidents(a, a.assign(date="spring"))
    with pytest.raises(InvalidValueError, match="a has 'a0' more than once"):
        match_incidents(pd.concat([a, a]), a)


def test_ids_that_are_numbers_lose_no_row():
    a, b = (
        record(attacks(300, 7), np.arange(n, 300), side, 8) for n, side in ((0, "a"), (100, "b"))
    )
    known = match_incidents(a, b)
    numbered = match_incidents(
        a.assign(incident_id=range(300)), b.assign(incident_id=range(1000, 1200))
    )
    assert len(numbered.links) == len(known.links) > 150
    for one, other in ((numbered.only_a, known.only_a), (numbered.only_b, known.only_b)):
        assert one.index.equals(other.index)
    merged = numbered.merged()
    assert len(merged) == len(known.merged()) and merged["incident_id"].is_unique
    with pytest.raises(InvalidValueError, match="a has '1' more than once"):
        match_incidents(a.iloc[:2].assign(incident_id=pd.Series([1, "1"], dtype=object)), b)


@pytest.mark.parametrize("arrow", ["a", "b", "ab"])
def test_tables_of_arrow_types_give_the_same(arrow):
    tables = {side: record(attacks(300, 7), np.arange(300), side, 8) for side in "ab"}
    turned = tables | {side: tables[side].convert_dtypes(dtype_backend="pyarrow") for side in arrow}
    plain, same = (
        match_incidents(tables["a"], tables["b"]),
        match_incidents(turned["a"], turned["b"]),
    )
    pd.testing.assert_frame_equal(same.links, plain.links)
    joined = conform(same.merged()).drop(columns=["fatalities_a", "fatalities_b"])
    pd.testing.assert_frame_equal(
        joined, conform(plain.merged())[joined.columns], check_dtype=False
    )


def test_tables_of_other_times_have_nothing_in_common():
    (a, _), (b, _) = simulate(World(size=100))
    match = match_incidents(a, b.assign(date=b["date"] + pd.Timedelta(9000, "D")))
    assert len(match.links) == 0 and len(match.merged()) == 200 and len(match.review()) == 0


def test_dates_known_to_the_month_are_linked():
    (a, _), (b, _) = simulate(World(size=300, seed=3))
    vague = a.assign(date_precision=pd.Categorical(["week", "month"] * 150))
    precision, recall = scores(match_incidents(vague, b).links, a, b)
    assert min(precision, recall) >= 0.95


def test_sources_of_other_units_warn():
    a = record(attacks(50, 7), np.arange(50), "a", 8)
    with pytest.warns(RiskkitWarning, match="count different things"):
        match_incidents(a.assign(source="acled"), a.assign(source="ucdp"))


WORLDS = {
    "as a rule": World(size=1200),
    "small": World(size=300, countries=5, cities=20, years=2),
    "noise of both, up to its bounds": World(size=1200, both=True, normal=False),
    "normal noise of both, evenly spread": World(size=1200, both=True, cities=0),
    "few doubles": World(size=1200, overlap=0.25, countries=60),
    "all are doubles": World(size=600, overlap=1.0),
    "no deaths, often no deaths known": World(size=1200, zeros=0.8, lost=0.2, countries=60),
    "no actors, groups of targets only": World(size=1200, actor="missing", target="group"),
    "attacks in bursts": World(size=1200, overlap=0.3, bursts=0.3, countries=60),
}


@pytest.mark.parametrize("name", WORLDS)
def test_links_of_simulated_worlds(name):
    (a, _), (b, _) = simulate(WORLDS[name])
    match = match_incidents(a, b)
    precision, recall = scores(match.links, a, b)
    assert min(precision, recall) >= 0.95
    assert match.precision == pytest.approx(precision, abs=0.03)


def links_of(match):
    return set(zip(match.links["incident_id_a"], match.links["incident_id_b"], strict=True))


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_order_of_tables_and_rows_changes_nothing(seed):
    (a, _), (b, _) = simulate(World(size=400, crowded=0.4, seed=seed))
    b = b.drop(index=range(50))
    match = match_incidents(a, b)
    turned = match_incidents(b, a)
    assert links_of(match) == {(one, other) for other, one in links_of(turned)}
    there = match.links.set_index(["incident_id_a", "incident_id_b"])
    back = turned.links.set_index(["incident_id_b", "incident_id_a"]).loc[there.index]
    np.testing.assert_array_equal(there["days"], -back["days"])
    np.testing.assert_allclose(there["probability"], back["probability"], rtol=1e-12)
    mixed = match_incidents(a.sample(frac=1, random_state=seed), b.sample(frac=1, random_state=9))
    assert links_of(match) == links_of(mixed)


def test_probabilities_are_how_often_links_are_right():
    found, doubles = [], 0
    for seed in range(4):
        (a, _), (b, _) = simulate(World(size=1000, countries=5, cities=6, years=4, seed=seed))
        match = match_incidents(a, b)
        right = match.pairs["incident_id_a"].str[1:] == match.pairs["incident_id_b"].str[1:]
        found.append(match.pairs.assign(right=right))
        doubles += match.expected
    found = pd.concat(found)
    links = found[found["linked"]]
    assert links["probability"].mean() == pytest.approx(links["right"].mean(), abs=0.015)
    assert doubles == pytest.approx(4 * 600, rel=0.03)
    bins = pd.cut(found["probability"], [0.05, 0.35, 0.65, 0.95, 1.0])
    table = found.groupby(bins, observed=True)[["probability", "right"]].mean()
    assert (table["right"].diff().dropna() > 0.1).all()
    np.testing.assert_allclose(table["probability"], table["right"], atol=0.12)


def test_bursts_of_like_attacks_make_links_less_sure():
    world = World(size=1200, overlap=0.4, bursts=0.3, like=True, countries=60)
    (a, _), (b, _) = simulate(world)
    match = match_incidents(a, b)
    precision, recall = scores(match.links, a, b)
    assert precision >= 0.86 and recall >= 0.86
    assert match.precision == pytest.approx(precision, abs=0.04)


@pytest.mark.parametrize("like", [False, True])
def test_how_alike_the_attacks_of_a_burst_are_is_seen_within_the_tables(like):
    (a, _), (b, _) = simulate(World(size=2000, bursts=0.2, like=like, countries=60))
    left, right, _, _ = sides(a, b)
    burst = Burst.of(left, right, Window(10, 150.0), np.random.default_rng(1))
    # The attack it follows and those that follow it or the same one, of which b has 1 in 1.4.
    assert burst.near == pytest.approx(0.2 * 1.8 / 1.4, rel=0.2)
    assert burst.alike["deaths"] < 0.1 and burst.alike["actor"] < 0.1
    for name in ("target", "method"):
        # Of b each coded field of one record in ten is drawn at random.
        assert (0.75 < burst.alike[name] < 1) if like else burst.alike[name] < 0.1


def test_small_tables_are_as_right_as_they_claim():
    claimed, right, links = 0.0, 0.0, 0
    for seed in range(8):
        (a, _), (b, _) = simulate(
            World(size=350, overlap=0.2, countries=5, cities=10, years=10, seed=seed)
        )
        match = match_incidents(a, b)
        claimed += match.links["probability"].sum()
        right += scores(match.links, a, b)[0] * len(match.links)
        links += len(match.links)
    assert right / links >= 0.965
    assert claimed / links == pytest.approx(right / links, abs=0.015)


def test_doubles_that_could_be_swapped_are_no_sure_links():
    (a, _), (b, _) = simulate(drawn_world(3016))  # all are doubles, a fifth of them in bursts
    match = match_incidents(a, b)
    assert match.precision == pytest.approx(scores(match.links, a, b)[0], abs=0.08)


def test_a_pair_is_no_evidence_of_itself():
    deaths, target = (
        Field("deaths", ("same", "far"), 1, (0.8, 0.2), alike=False),
        Field("target", ("same", "different"), 2, (0.7, 0.3), alike=False),
    )
    rng = np.random.default_rng(1)
    pairs = Pairs(
        np.arange(9), np.arange(9)[::-1], np.zeros(9), np.zeros(9), rng.integers(3, size=9)
    )
    kind, day = np.zeros(9, int), rng.integers(4, size=9)
    codes, chance = [rng.integers(3, size=9), rng.integers(5, size=9)], rng.random(9)
    expected = np.full(11, 1 / 3), np.full((3, 3), 1 / 3)

    def learned(kept):
        some = Pairs(*(getattr(pairs, one.name)[kept] for one in dataclasses.fields(Pairs)))
        coded = kind[kept], day[kept], [code[kept] for code in codes]
        return Doubles.learn((deaths, target), expected, some, coded, chance[kept], 9)

    found = learned(np.arange(9)).chances(pairs, kind, day, codes)
    for k in range(9):
        others = learned(np.delete(np.arange(9), k))
        np.testing.assert_allclose(others.chances(pairs, kind, day, codes)[k], found[k])


def test_links_stay_one_to_one_at_a_low_threshold():
    (a, _), (b, _) = simulate(World(size=600, countries=1, cities=2, years=3, actor="missing"))
    few, many = (match_incidents(a, b, threshold=least).links for least in (0.5, 0.2))
    assert many["incident_id_a"].is_unique and many["incident_id_b"].is_unique
    assert len(many) > len(few)
    assert many["probability"].min() >= 0.2


def test_target_types_alone_are_enough_and_numbers_tell_actors_apart():
    (a, _), (b, _) = simulate(World(size=600, actor="same", deaths="missing", method=False))
    match = match_incidents(a.drop(columns="target_group"), b.drop(columns="target_group"))
    known = match.pairs["target"] != "unknown"
    assert known.all()
    numbered = {name: f"group_{k}" for k, name in enumerate(a["actor"].dropna().unique())}
    one, other = (table.assign(actor=table["actor"].map(numbered)) for table in (a, b))
    pairs = match_incidents(one, other).pairs
    actors = [t.set_index("incident_id")["actor"] for t in (one, other)]
    mine, theirs = (
        actors[k].loc[pairs[f"incident_id_{letter}"]].to_numpy() for k, letter in enumerate("ab")
    )
    compared = (pairs["actor"] != "unknown").to_numpy()
    assert ((pairs["actor"] == "the same") == (mine == theirs))[compared].all()
    assert not pairs["actor"].isin(["nearly the same", "close"]).any()


def test_places_known_by_country_have_no_distance():
    (a, _), (b, _) = simulate(World(size=500, lost=0.3, countries=60))
    links = match_incidents(a, b).links
    lost = [
        table.set_index("incident_id")["latitude"].loc[links[f"incident_id_{letter}"]].isna()
        for letter, table in (("a", a), ("b", b))
    ]
    nowhere = lost[0].to_numpy() | lost[1].to_numpy()
    assert nowhere.sum() > 50
    np.testing.assert_array_equal(links["km"].isna(), nowhere)
