"""Make the simulated census of a made-up region, and write its truth beside it.

``python datasets/make_census.py`` writes census.csv, census_coverage.csv and census_truth/ into
this folder; the same script gives the same bytes. What is simulated is what riskkit's models
assume, so that their answers can be held against the truth: a log rate that walks, month noise
on top of it, target mixes, and deaths with a chance of none, a body and a heavy tail.
"""

import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

SEED = 20170618
MONTHS = pd.period_range("2004-01", "2021-12", freq="M")
DRIFT = 0.06  # standard deviation of a month's step of a country's log rate
DISPERSION = 0.3  # variance of the month noise, mean one, that a country's provinces share
SHOCK = ("XAE", "2016-07", 3.0)  # one country's rate is multiplied from this month on
MIX_CHANGE = ("XAB", "2013-01")  # one country's targets change
THRESHOLD, TAIL_SHAPE, TAIL_SCALE = 10, 0.45, 8.0
BODY = 0.72  # deaths of 1 to 9: chances fall by this factor from one to the next
LATE = ("XAH", "2010-01-01")
GAP = ("XAC", "2012-03-01", "2012-08-31")

# Country: provinces, attacks a month at the start, chance of no death, chance of ten or more.
COUNTRIES = {
    "XAA": (("Almar", "Besk", "Corran", "Dunmere", "Estval"), 9.0, 0.52, 0.030),
    "XAB": (("Fenwick Coast", "Garhold", "Hask", "Ilmen"), 6.0, 0.45, 0.050),
    "XAC": (("Jorum", "Kestrel Hills", "Lorn", "Marrow"), 4.0, 0.60, 0.020),
    "XAD": (("North Nevin", "South Nevin", "Orrin"), 2.5, 0.40, 0.070),
    "XAE": (("Palt", "Quill", "Rastow"), 1.5, 0.50, 0.040),
    "XAF": (("Sarn", "Tolv", "Umber"), 0.9, 0.55, 0.035),
    "XAG": (("Vask", "Wend"), 0.5, 0.35, 0.060),
    "XAH": (("Xanth", "Yarrow", "Zell"), 1.2, 0.48, 0.045),
    "XAI": (("East Ambry", "West Ambry"), 0.15, 0.50, 0.030),
    "XAJ": (("Brack", "Cole"), 0.04, 0.50, 0.030),
}
TYPES = {
    "Private Citizens & Property": 0.26,
    "Military": 0.17,
    "Police": 0.15,
    "Government (General)": 0.11,
    "Business": 0.09,
    "Religious Figures/Institutions": 0.05,
    "Transportation": 0.04,
    "Utilities": 0.03,
    "Educational Institution": 0.03,
    "Terrorists/Non-State Militia": 0.03,
    "NGO": 0.02,
    "Tourists": 0.01,
    "Other": 0.01,
}
UNKNOWN_TARGET = 0.04
GROUPS = {
    "Private Citizens & Property": "civilians",
    "Military": "security forces",
    "Police": "security forces",
    "Government (General)": "government",
    "Business": "business",
    "Religious Figures/Institutions": "civilians",
    "Transportation": "infrastructure",
    "Utilities": "infrastructure",
    "Educational Institution": "civilians",
    "Terrorists/Non-State Militia": "armed group",
    "NGO": "civilians",
    "Tourists": "civilians",
    "Other": "other",
    "Unknown": "unknown",
}
ATTACKS = {
    "Armed Assault": (0.45, "Firearms"),
    "Bombing/Explosion": (0.38, "Explosives"),
    "Assassination": (0.07, "Firearms"),
    "Hostage Taking (Kidnapping)": (0.06, "Firearms"),
    "Facility/Infrastructure Attack": (0.04, "Incendiary"),
}
ACTORS = ("Free Coast Army", "Hask Front", "Sons of Ilmen", "Red Column", "")


@dataclass(frozen=True)
class Census:
    """The tables that are written: attacks, coverage and the truth."""

    census: pd.DataFrame
    coverage: pd.DataFrame
    rates: pd.DataFrame
    countries: pd.DataFrame
    targets: pd.DataFrame
    parameters: pd.DataFrame


def tail(x: np.ndarray | int) -> np.ndarray:
    """Give P(deaths >= x | deaths >= THRESHOLD)."""
    return (1 + TAIL_SHAPE * (np.asarray(x) - THRESHOLD) / TAIL_SCALE) ** (-1 / TAIL_SHAPE)


def deaths(none: float, ten: float, size: int, rng: np.random.Generator) -> np.ndarray:
    """Draw tolls: none, 1 to 9, or ten and more by a discrete generalised Pareto."""
    body = BODY ** np.arange(9)
    few = 1 + rng.choice(9, size, p=body / body.sum())
    u = rng.random(size)
    excess = TAIL_SCALE / TAIL_SHAPE * (u**-TAIL_SHAPE - 1)
    many = THRESHOLD + np.floor(excess).astype(int)
    kind = rng.random(size)
    return np.where(kind < none, 0, np.where(kind < 1 - ten, few, many))


def simulate(seed: int = SEED) -> Census:
    """Simulate the whole; one stream a country, so that none moves another."""
    attacks, rates, countries, targets = [], [], [], []
    for number, (code, (provinces, start, none, ten)) in enumerate(COUNTRIES.items()):
        rng = np.random.default_rng([seed, number])
        level = start * np.exp(np.cumsum(rng.normal(0, DRIFT, len(MONTHS))))
        if code == SHOCK[0]:
            level = np.where(pd.Period(SHOCK[1], "M") <= MONTHS, level * SHOCK[2], level)
        shares = np.sort(rng.dirichlet(np.full(len(provinces), 1.5)))[::-1]
        mixes = mix(code, rng)
        noise = rng.gamma(1 / DISPERSION, DISPERSION, len(MONTHS))
        counts = rng.poisson((level * noise)[:, None] * shares)
        attacks.append(incidents(code, provinces, counts, mixes, (none, ten), rng))
        rates.append(
            pd.DataFrame(
                {
                    "country": code,
                    "admin1": np.repeat(provinces, len(MONTHS)),
                    "period": np.tile(MONTHS.astype(str), len(provinces)),
                    "rate": (shares[:, None] * level).ravel().round(6),
                }
            )
        )
        countries.append(
            {
                "country": code,
                "no_deaths": none,
                "one_or_more": round(1 - none, 6),
                "ten_or_more": ten,
                "hundred_or_more": round(float(ten * tail(100)), 8),
            }
        )
        for since, shares_by_type in mixes.items():
            targets.extend(
                {
                    "country": code,
                    "since": since,
                    "target_type": kind,
                    "target_group": GROUPS[kind],
                    "share": round(float(share), 6),
                }
                for kind, share in zip(TYPES, shares_by_type, strict=True)
            )
    census = pd.concat(attacks).sort_values(["date", "country", "admin1"], kind="stable")
    census.insert(0, "incident_id", [f"SIM-{i:05d}" for i in range(1, len(census) + 1)])
    coverage = watching()
    watched = seen(census, coverage)
    census = blur(census[watched].reset_index(drop=True), np.random.default_rng([seed, 1000]))
    return Census(
        census,
        coverage,
        pd.concat(rates),
        pd.DataFrame(countries),
        pd.DataFrame(targets),
        parameters(),
    )


def mix(code: str, rng: np.random.Generator) -> dict[str, np.ndarray]:
    """Draw a country's shares of target types, by the month from which they hold."""
    base = np.array(list(TYPES.values()))
    shares = rng.dirichlet(25 * base)
    mixes = {str(MONTHS[0]): shares}
    if code == MIX_CHANGE[0]:
        # Away from soldiers and police, to civilians and places of worship.
        factor = np.array([1.8, 0.3, 0.4, 1, 1, 3.0, 1, 1, 1.5, 1, 1, 1, 1])
        mixes[MIX_CHANGE[1]] = shares * factor / (shares * factor).sum()
    return mixes


def incidents(
    code: str,
    provinces: tuple[str, ...],
    counts: np.ndarray,
    mixes: dict[str, np.ndarray],
    lethality: tuple[float, float],
    rng: np.random.Generator,
) -> pd.DataFrame:
    """Turn a country's counts (months, provinces) into attacks."""
    month, province = (np.repeat(part.ravel(), counts.ravel()) for part in np.indices(counts.shape))
    n = len(month)
    day = np.floor(rng.random(n) * MONTHS.days_in_month.to_numpy()[month]).astype(int) + 1
    names = list(TYPES)
    kinds = np.empty(n, dtype=object)
    for since, shares in mixes.items():
        later = MONTHS[month] >= pd.Period(since, "M")
        drawn = rng.choice(len(names), n, p=shares)
        kinds[later] = np.array(names, dtype=object)[drawn[later]]
    kinds[rng.random(n) < UNKNOWN_TARGET] = "Unknown"
    ways = list(ATTACKS)
    way = rng.choice(len(ways), n, p=[share for share, _ in ATTACKS.values()])
    attack = np.array(ways)[way]
    middle = 4.0 + 3.0 * list(COUNTRIES).index(code)
    toll = deaths(*lethality, n, rng)
    return pd.DataFrame(
        {
            "source": "simulated",
            "date": [f"{MONTHS[m]}-{d:02d}" for m, d in zip(month, day, strict=True)],
            "date_precision": "day",
            "country": code,
            "admin1": np.array(provinces)[province],
            "place": [
                f"{provinces[p]} {c}" for p, c in zip(province, rng.integers(1, 9, n), strict=True)
            ],
            "latitude": np.round(middle + 0.8 * province + rng.normal(0, 0.15, n), 4),
            "longitude": np.round(-42.0 + 1.1 * province + rng.normal(0, 0.15, n), 4),
            "geo_precision": "near",
            "target_type": kinds,
            "target_group": [GROUPS[kind] for kind in kinds],
            "attack_type": attack,
            "weapon_type": np.array([weapon for _, weapon in ATTACKS.values()])[way],
            "actor": np.array(ACTORS)[rng.choice(len(ACTORS), n, p=[0.3, 0.2, 0.15, 0.1, 0.25])],
            "suicide": ((attack == "Bombing/Explosion") & (rng.random(n) < 0.08)).astype(int),
            "fatalities": toll,
            "injured": rng.poisson(0.5 + 1.2 * toll),
        }
    )


def watching() -> pd.DataFrame:
    """Give the spans watched by country: first and last day."""
    first, last = str(MONTHS[0].start_time.date()), str(MONTHS[-1].end_time.date())
    rows = []
    for code in COUNTRIES:
        start = LATE[1] if code == LATE[0] else first
        if code == GAP[0]:
            before = str((pd.Timestamp(GAP[1]) - pd.Timedelta(days=1)).date())
            after = str((pd.Timestamp(GAP[2]) + pd.Timedelta(days=1)).date())
            rows += [(code, start, before), (code, after, last)]
        else:
            rows.append((code, start, last))
    return pd.DataFrame(rows, columns=["country", "start", "end"])


def seen(census: pd.DataFrame, coverage: pd.DataFrame) -> np.ndarray:
    """Tell which attacks fell in a span that was watched."""
    result = np.zeros(len(census), dtype=bool)
    for span in coverage.itertuples():
        inside = census["date"].between(span.start, span.end) & (census["country"] == span.country)
        result |= inside.to_numpy()
    return result


def blur(census: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Make of what happened what is recorded: disputed and unknown tolls, days not known."""
    n = len(census)
    toll = census["fatalities"].to_numpy()
    low, high = toll.copy(), toll.copy()
    disputed = (toll > 0) & (rng.random(n) < 0.18)
    low[disputed] = np.floor(toll[disputed] * rng.uniform(0.6, 1.0, disputed.sum()))
    high[disputed] = np.ceil(toll[disputed] * rng.uniform(1.0, 1.5, disputed.sum()))
    unknown = rng.random(n) < 0.03
    only_month, only_year = rng.random(n) < 0.02, rng.random(n) < 0.002
    whole = pd.Series(toll).astype("Int64")
    census["fatalities"] = whole.mask(unknown)
    after = census.columns.get_loc("fatalities") + 1
    census.insert(after, "fatalities_low", pd.Series(low).astype("Int64").mask(unknown))
    census.insert(after + 1, "fatalities_high", pd.Series(high).astype("Int64").mask(unknown))
    census["injured"] = census["injured"].astype("Int64").mask(rng.random(n) < 0.15)
    date = census["date"].mask(only_month, census["date"].str[:7] + "-01")
    census["date"] = date.mask(only_year, census["date"].str[:4] + "-01-01")
    precision = census["date_precision"].mask(only_month, "month")
    census["date_precision"] = precision.mask(only_year, "year")
    nowhere = rng.random(n) < 0.015
    for column in ("admin1", "place", "latitude", "longitude"):
        census[column] = census[column].mask(nowhere)
    census["geo_precision"] = census["geo_precision"].mask(nowhere, "country")
    return census


def parameters() -> pd.DataFrame:
    """Give the constants of the simulation, each with its meaning."""
    rows = [
        ("drift", DRIFT, "standard deviation of a month's step of a country's log rate"),
        ("dispersion", DISPERSION, "variance of a country-month's noise: 1 / negative binomial r"),
        ("shock", SHOCK[2], f"factor on the rate of {SHOCK[0]} from {SHOCK[1]} on"),
        ("threshold", THRESHOLD, "deaths from which the tail starts"),
        ("tail_shape", TAIL_SHAPE, "generalised Pareto shape (1 / tail index)"),
        ("tail_scale", TAIL_SCALE, "generalised Pareto scale, deaths"),
        ("body", BODY, "ratio of the chance of k + 1 to k deaths, k from 1 to 8"),
        ("unknown_target", UNKNOWN_TARGET, "chance that a target is recorded as unknown"),
    ]
    return pd.DataFrame(rows, columns=["parameter", "value", "meaning"])


def write(folder: Path, seed: int = SEED) -> None:
    """Write all tables as CSV into a folder."""
    made = simulate(seed)
    (folder / "census_truth").mkdir(parents=True, exist_ok=True)
    for name, table in (
        ("census", made.census),
        ("census_coverage", made.coverage),
        ("census_truth/rates", made.rates),
        ("census_truth/countries", made.countries),
        ("census_truth/targets", made.targets),
        ("census_truth/parameters", made.parameters),
    ):
        table.to_csv(folder / f"{name}.csv", index=False, lineterminator="\n", encoding="utf-8")


if __name__ == "__main__":
    write(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent)
