"""Simulated attacks recorded by two sources, with known links, and the best that can be done."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from riskkit.incidents.schema import ATTACK_TYPES, GROUP_OF_TARGET, conform

TYPES = [name for name in GROUP_OF_TARGET if name not in ("Unknown", "Other")]
METHODS = [name for name in ATTACK_TYPES if name != "Unknown"]
SYLLABLES = [one + vowel for one in "bdfghjklmnprstvz" for vowel in "aeiou"]
KM_A_DEGREE = 111.195
MOST = 600  # deaths


@dataclass(frozen=True)
class World:
    """A world of attacks and how two sources record it; noise of ``both`` or of b alone."""

    size: int = 3_000  # records of each source
    overlap: float = 0.6  # share of a source's records that the other has too
    countries: int = 20
    cities: int = 30  # in each country; 0: spread evenly
    zipf: float = 1.0  # of countries and of cities
    years: float = 10
    normal: bool = True  # sd 2 days, sd 25 km north and east; or up to 2 days, 25 km
    days: float = 2.0
    km: float = 25.0
    both: bool = False
    deaths: str = "lognormal"  # sd 0.3; "uniform" +-30%; "missing"
    zeros: float = 0.4
    heavy: bool = True  # a Pareto tail, or geometric
    actor: str = "variants"  # "same", "variants", "missing"
    actors: int = 4  # a country
    target: str = "type"  # "type", "group", "missing"
    method: bool = True
    wrong: float = 0.1  # chance that a coded field is recorded at random
    lost: float = 0.05  # chance that coordinates, actor, or deaths are not recorded
    bursts: float = 0.0  # share of attacks on the day and in the city of another
    like: bool = False  # and with its target and method
    crowded: float = 0.0  # share of attacks that lie in five cities
    seed: int = 1


def _shares(size, zipf):
    weight = np.arange(1.0, size + 1) ** -zipf
    return weight / weight.sum()


def _name(rng):
    return "".join(rng.choice(SYLLABLES, rng.integers(2, 5))).capitalize()


def _spellings(rng):
    """Two sources' names of one actor."""
    word, other = _name(rng), _name(rng)
    kind = rng.integers(5)
    if kind == 0:
        return f"{word} Front", f"Front of {word}"
    if kind == 1:
        return f"Al-{word}", f"al {word}h"
    if kind == 2:
        third = _name(rng)
        full = f"{word} {other} {third}"
        return full, f"{full} ({word[0]}{other[0]}{third[0]})"
    if kind == 3:
        return f"{word} {other} Army", f"{word} {other[:-1]}a Army"
    return f"{word} {other}", f"{word}-{other}"


class Geography:
    """Where attacks happen."""

    def __init__(self, world):
        rng = np.random.default_rng([world.seed, 1])
        k, self.world = world.countries, world
        across = int(np.ceil(np.sqrt(k * 2.5)))
        place = rng.permutation(across * int(np.ceil(k / across)))[:k]
        step = 350 / across
        self.south = -55 + (place // across) * (115 / np.ceil(k / across))
        self.west = -175 + (place % across) * step
        self.height = min(10.0, 100 / np.ceil(k / across))
        self.width = min(12.0, 0.85 * step)
        self.share = _shares(k, world.zipf)
        cities = max(world.cities, 1)
        of_country = np.repeat(np.arange(k), cities)
        city = np.tile(_shares(cities, world.zipf), k) * self.share[of_country]
        if world.crowded:
            largest = np.zeros(len(city))
            largest[np.argsort(-city, kind="stable")[:5]] = world.crowded / 5
            city = city * (1 - world.crowded) + largest
            self.share = np.bincount(of_country, city)
        self.city, self.country = city, of_country
        self.latitude = self.south[of_country] + rng.uniform(0, self.height, len(city))
        self.longitude = self.west[of_country] + rng.uniform(0, self.width, len(city))

    def draw(self, rng, size):
        """City (or country), latitude, longitude."""
        if self.world.cities:
            city = rng.choice(len(self.city), size, p=self.city)
            return city, self.country[city], self.latitude[city], self.longitude[city]
        country = rng.choice(len(self.share), size, p=self.share)
        north = self.south[country] + rng.uniform(0, self.height, size)
        return country, country, north, self.west[country] + rng.uniform(0, self.width, size)


def toll_chances(world):
    """Chances of 0, 1, ... deaths."""
    x = np.arange(1, MOST)
    body = (x + 1.0) ** -1.5 - (x + 2.0) ** -1.5 if world.heavy else 0.85**x
    return np.concatenate([[world.zeros], (1 - world.zeros) * body / body.sum()])


def actors_of(world):
    rng = np.random.default_rng([world.seed, 2])
    names = [[_spellings(rng) for _ in range(world.actors)] for _ in range(world.countries)]
    return np.array(names)


def attacks(world, size, geography):
    rng = np.random.default_rng([world.seed, 3])
    place, country, latitude, longitude = geography.draw(rng, size)
    day = rng.integers(0, int(365.25 * world.years), size)
    again = rng.random(size) < world.bursts
    of = rng.integers(0, size, size)
    for values in (place, country, latitude, longitude, day):
        values[again] = values[of][again]
    types = rng.permutation(len(TYPES))
    table = pd.DataFrame(
        {
            "city": place,
            "country": country,
            "latitude": latitude,
            "longitude": longitude,
            "day": day,
            "deaths": rng.choice(MOST, size, p=toll_chances(world)),
            "actor": rng.choice(world.actors, size, p=_shares(world.actors, 1.0)),
            "target": types[rng.choice(len(TYPES), size, p=_shares(len(TYPES), 1.0))],
            "method": rng.choice(len(METHODS), size, p=_shares(len(METHODS), 1.0)),
        }
    )
    if world.like:
        coded = ["target", "method"]
        table.loc[again, coded] = table[coded].to_numpy()[of[again]]
    return table


def _moved(rng, world, seen):
    size = len(seen)
    if world.normal:
        off = np.rint(rng.normal(0, world.days, size)).astype(int)
        north, east = rng.normal(0, world.km, (2, size))
    else:
        off = rng.integers(-int(world.days), int(world.days) + 1, size)
        far, angle = world.km * np.sqrt(rng.random(size)), rng.uniform(0, 2 * np.pi, size)
        north, east = far * np.sin(angle), far * np.cos(angle)
    seen["day"] += off
    shrink = np.cos(np.radians(seen["latitude"]))
    seen["latitude"] += north / KM_A_DEGREE
    seen["longitude"] += east / KM_A_DEGREE / shrink
    factor = np.exp(rng.normal(0, 0.3, size)) if world.deaths == "lognormal" else 1.0
    if world.deaths == "uniform":
        factor = rng.uniform(0.7, 1.3, size)
    seen["deaths"] = np.minimum(np.rint(seen["deaths"] * factor), MOST - 1).astype(int)


def record(world, attacks_seen, side, ids):
    """One source's table of some attacks; the latent table of what it says with it."""
    rng = np.random.default_rng([world.seed, 4 + (side == "b")])
    seen, size = attacks_seen.copy(), len(attacks_seen)
    if side == "b" or world.both:
        _moved(rng, world, seen)
    actor_shares, type_shares = _shares(world.actors, 1.0), seen["target"].to_numpy()
    for name, values in (
        ("actor", rng.choice(world.actors, size, p=actor_shares)),
        ("target", rng.permutation(type_shares)),
        ("method", rng.permutation(seen["method"].to_numpy())),
    ):
        wrong = rng.random(size) < (world.wrong if side == "b" or world.both else 0.0)
        seen[name] = np.where(wrong, values, seen[name])
    seen["placed"] = rng.random(size) >= world.lost
    seen["named"] = (rng.random(size) >= world.lost) & (world.actor != "missing")
    seen["counted"] = (rng.random(size) >= world.lost) & (world.deaths != "missing")
    spelled = 1 if side == "b" and world.actor == "variants" else 0
    name = actors_of(world)[seen["country"], seen["actor"], spelled].astype(object)
    types = np.array(TYPES, dtype=object)[seen["target"]]
    table = pd.DataFrame(
        {
            "incident_id": [f"{side}{k}" for k in ids],
            "date": pd.Timestamp("2000-03-01") + pd.to_timedelta(seen["day"].to_numpy(), "D"),
            "country": [f"C{k:02d}" for k in seen["country"]],
            "latitude": seen["latitude"].where(seen["placed"]).to_numpy(),
            "longitude": seen["longitude"].where(seen["placed"]).to_numpy(),
            "actor": np.where(seen["named"], name, None),
            "fatalities": seen["deaths"].astype("Int64").where(seen["counted"]).to_numpy(),
        }
    )
    if world.target == "type":
        table["target_type"] = types
    if world.target != "missing":
        table["target_group"] = [GROUP_OF_TARGET[name] for name in types]
    if world.method:
        table["attack_type"] = np.array(METHODS, dtype=object)[seen["method"]]
    return conform(table), seen


def simulate(world):
    """Tables a and b; what each says as numbers; records of one attack share their id's number."""
    geography = Geography(world)
    alone = round(world.size * (1 - world.overlap))
    size = world.size + alone
    true = attacks(world, size, geography)
    order = np.random.default_rng([world.seed, 6]).permutation(size)
    rows = {"a": np.sort(order[: world.size]), "b": np.sort(order[alone:])}
    both = {side: record(world, true.iloc[k], side, k) for side, k in rows.items()}
    return both["a"], both["b"]


def scores(links, a, b):
    """Precision and recall of links (two arrays of ids)."""
    first, second = links["incident_id_a"].str[1:], links["incident_id_b"].str[1:]
    right = int((first.to_numpy() == second.to_numpy()).sum())
    doubles = len(set(a["incident_id"].str[1:]) & set(b["incident_id"].str[1:]))
    return right / max(len(links), 1), right / max(doubles, 1)


def drawn_world(seed):
    """Draw a small world at random."""
    rng = np.random.default_rng([77, seed])

    def one_of(*values):
        return values[rng.integers(len(values))]

    cities = one_of(0, 3, 10, 30, 100)
    return World(
        size=int(np.exp(rng.uniform(np.log(300), np.log(6000)))),
        overlap=one_of(0.2, 0.3, 0.5, 0.7, 0.9, 1.0),
        countries=one_of(1, 5, 20, 80, 200),
        cities=cities,
        zipf=one_of(0.0, 0.5, 1.0),
        years=one_of(1, 3, 10, 20),
        normal=one_of(True, False),
        both=one_of(True, False, False),
        deaths=one_of("lognormal", "uniform", "uniform", "missing"),
        zeros=one_of(0.1, 0.4, 0.8),
        heavy=one_of(True, False),
        actor=one_of("same", "variants", "variants", "missing"),
        actors=one_of(2, 4, 10),
        target=one_of("type", "group", "missing"),
        method=one_of(True, False),
        wrong=one_of(0.0, 0.1, 0.2),
        lost=one_of(0.0, 0.05, 0.2),
        bursts=one_of(0.0, 0.0, 0.2),
        seed=seed,
    )
