"""What could be linked at best: odds from the very model that made the records."""

import numpy as np
import pandas as pd
from scipy.stats import norm

from riskkit.incidents.match import _one_to_one
from riskkit.kernels.linkage import link_chances
from riskkit.kernels.near import index_of, near_pairs
from tests.incidents.double_records import (
    GROUP_OF_TARGET,
    KM_A_DEGREE,
    METHODS,
    MOST,
    TYPES,
    Geography,
    _shares,
    scores,
    toll_chances,
)


def _toll_table(world):
    """P(toll of a, toll of b) over P(toll of a) P(toll of b)."""
    x = np.arange(MOST)
    edges = np.arange(MOST) + 0.5
    with np.errstate(divide="ignore"):
        if world.deaths == "lognormal":
            below = norm.cdf(np.log(edges[None] / np.maximum(x, 1e-9)[:, None]) / 0.3)
        else:
            below = np.clip((edges[None] / np.maximum(x, 1e-9)[:, None] - 0.7) / 0.6, 0, 1)
    below[0] = 1.0
    below[:, -1] = 1.0
    noise = np.diff(below, axis=1, prepend=0.0)
    p = toll_chances(world)
    joint = noise.T @ (p[:, None] * noise) if world.both else p[:, None] * noise
    alone = joint.sum(1)[:, None] * joint.sum(0)[None]
    return joint / np.maximum(alone, 1e-300)


def oracle(world, a, b):
    """Precision and recall of the best links, from (table, latent) of both."""
    geography = Geography(world)
    (table_a, seen_a), (table_b, seen_b) = a, b
    orders = [np.argsort(seen["day"].to_numpy(), kind="stable") for seen in (seen_a, seen_b)]
    sides = [_where(seen.iloc[order]) for seen, order in zip((seen_a, seen_b), orders, strict=True)]
    # Beyond this the noise doesn't reach, or next to never.
    reach = 4.5 * np.sqrt(1 + world.both) if world.normal else 1 + world.both
    days, km = int(np.ceil(reach * world.days)), reach * world.km + 0.5
    index = index_of(sides[1], world.countries)
    parts = []
    for rows in np.array_split(np.arange(len(table_a)), max(1, len(table_a) // 20_000)):
        first, second, apart, far, _ = near_pairs(sides[0], index, rows, -1, days, np.array([km]))
        parts.append(
            _odds(world, geography, seen_a.iloc[orders[0]], seen_b.iloc[orders[1]],
                  first, second, apart, far)
        )  # fmt: skip
    found = pd.concat(parts, ignore_index=True)
    found["probability"] = link_chances(
        found["first"].to_numpy(), found["second"].to_numpy(), found["weight"].to_numpy(),
        len(table_a), len(table_b), 300, 1e-6,
    )  # fmt: skip
    linked = found[_one_to_one(found, 0.5)]
    links = pd.DataFrame(
        {
            "incident_id_a": table_a["incident_id"].to_numpy()[orders[0]][linked["first"]],
            "incident_id_b": table_b["incident_id"].to_numpy()[orders[1]][linked["second"]],
        }
    )
    return scores(links, table_a, table_b)


def _where(seen):
    zero = np.zeros(len(seen))
    return (
        seen["day"].to_numpy(np.int64),
        zero.astype(np.int64),
        seen["latitude"].where(seen["placed"]).to_numpy(),
        seen["longitude"].where(seen["placed"]).to_numpy(),
        zero,
        seen["country"].to_numpy(np.int64),
    )


def _density(north, east, normal, sd):
    if normal:
        return np.exp(-(north**2 + east**2) / (2 * sd**2)) / (2 * np.pi * sd**2)
    return (north**2 + east**2 <= sd**2) / (np.pi * sd**2)


def _place_ratio(world, geography, a, b, both_placed, km):
    """f(x, y) / (f(x) f(y)) of places, country included."""
    share = geography.share[a["country"].to_numpy()]
    result = 1.0 / share
    if not world.cities:
        lat = np.radians(geography.south + geography.height / 2)
        area = geography.height * geography.width * KM_A_DEGREE**2 * np.cos(lat)
        if world.normal:
            sd = world.km * np.sqrt(2 if world.both else 1)
            near = np.exp(-(km**2) / (2 * sd**2)) / (2 * np.pi * sd**2)
        elif world.both:
            r = world.km
            half = np.clip(km / (2 * r), 0, 1)
            near = (2 * r * r * np.arccos(half) - km * r * np.sqrt(1 - half**2)) / (
                np.pi * r * r
            ) ** 2
        else:
            near = (km <= world.km) / (np.pi * world.km**2)
        return np.where(both_placed, near * (area / geography.share)[a["country"]], result)
    k = world.cities
    joint, mine, theirs = (np.zeros(len(a)) for _ in range(3))
    country = a["country"].to_numpy()
    for city in range(k):
        c = country * k + city
        p = geography.city[c]
        away = []
        for seen in (a, b):
            north = (seen["latitude"].to_numpy() - geography.latitude[c]) * KM_A_DEGREE
            east = (seen["longitude"].to_numpy() - geography.longitude[c]) * KM_A_DEGREE
            east = east * np.cos(np.radians(geography.latitude[c]))
            away.append((north, east))
        fb = _density(*away[1], world.normal, world.km)
        fa = (
            _density(*away[0], world.normal, world.km)
            if world.both
            else (np.hypot(*away[0]) < 0.01).astype(float)
        )
        joint += p * fa * fb
        mine += p * fa
        theirs += p * fb
    return np.where(both_placed, joint / np.maximum(mine * theirs, 1e-300), result)


def _odds(world, geography, all_a, all_b, first, second, apart, far):
    a, b = all_a.iloc[first], all_b.iloc[second]
    alone = max(world.size * (1 - world.overlap), 0.5)
    log = np.log(world.overlap * world.size / alone / alone)
    span = int(365.25 * world.years)
    x = np.arange(-60, 61)
    if world.normal:
        one = np.diff(norm.cdf(np.arange(-60.5, 61) / world.days))
    else:
        one = (np.abs(x) <= world.days) / (2 * int(world.days) + 1)
    chance = np.convolve(one, one, "same") if world.both else one
    with np.errstate(divide="ignore"):
        together = np.log(chance[np.clip(apart, -60, 60) + 60] * span)
        placed = (a["placed"].to_numpy()) & (b["placed"].to_numpy())
        together += np.log(_place_ratio(world, geography, a, b, placed, far))
        log = log + together
        log[a["country"].to_numpy() != b["country"].to_numpy()] = -np.inf
        if world.deaths != "missing":
            known = a["counted"].to_numpy() & b["counted"].to_numpy()
            ratio = _toll_table(world)[a["deaths"].to_numpy(), b["deaths"].to_numpy()]
            log += np.where(known, np.log(ratio), 0.0)
        shares = {"actor": _shares(world.actors, 1.0)}
        shares["target"] = np.bincount(all_b["target"], minlength=len(TYPES)) / len(all_b)
        shares["method"] = np.bincount(all_b["method"], minlength=len(METHODS)) / len(all_b)
        keep = (1 - world.wrong) ** (2 if world.both else 1)
        for name, used in (
            ("actor", world.actor != "missing"),
            ("target", world.target != "missing"),
            ("method", world.method),
        ):
            if not used:
                continue
            left, right = a[name].to_numpy(), b[name].to_numpy()
            share = shares[name]
            if name == "target" and world.target == "group":
                groups, of = np.unique([GROUP_OF_TARGET[t] for t in TYPES], return_inverse=True)
                share = np.bincount(of, share, len(groups))
                left, right = of[left], of[right]
            value = np.where(left == right, keep / np.maximum(share[right], 1e-12), 0.0) + 1 - keep
            known = a["named"].to_numpy() & b["named"].to_numpy() if name == "actor" else True
            log += np.where(known, np.log(value), 0.0)
            if world.like and name != "actor":
                together += np.log(value)
        # Others of its burst lie as near to an attack as its double does.
        mates = world.bursts * (2 - world.bursts) / (world.size + alone)
        log -= np.log1p(mates * np.exp(together))
    weight = np.exp(np.clip(log, -100, 40))
    table = pd.DataFrame({"first": first, "second": second, "weight": weight})
    return table[weight > 1e-4]
