"""Suicide attacks of CPOST (later DSAT), 1982 on, as its exports of dotted names have them."""

import pandas as pd

from riskkit.incidents.cells import Cells
from riskkit.incidents.coverage import SourceFacts, Watch
from riskkit.incidents.sources.source import Source

__all__ = ["CPOST"]

_PAGE = "https://cpost.uchicago.edu/research/suicide_attacks/database_on_suicide_attacks/"
FACTS = SourceFacts(
    name="cpost",
    title="Chicago Project on Security and Threats, suicide attacks",
    watches=(Watch("1982-01-01", "2019-12-31", origin=_PAGE),),
    unit="suicide attack",
    deaths="people killed, between a lowest and a highest figure",
    notes=(
        "CPOST holds suicide attacks only.",
        "CPOST's last release ends with 2019; earlier ones end earlier: give end= for those.",
    ),
    terms="free for research",
    access="https://cpost.uchicago.edu/",
)

TARGETS = {"security": "security forces", "political": "government", "civilian": "civilians"}
UNKNOWN = (-1,)


def _read(cells: Cells) -> dict[str, pd.Series]:
    date, precision = cells.date_parts("year", "month", "day")
    north, east = cells.place("latitude", "longitude")
    low, high = cells.people("killed_low", UNKNOWN), cells.people("killed_high", UNKNOWN)
    hurt, most_hurt = (cells.people(f"wounded_{end}", UNKNOWN) for end in ("low", "high"))
    same = (low == high).fillna(False)
    weapon = cells.text("weapon").str.lower()
    # A row is repeated for each target of an attack: all else in it is the same.
    told = ("year", "month", "day", "country", "city", "latitude", "longitude", "groups",
            "killed_low", "killed_high", "wounded_low", "wounded_high", "weapon")  # fmt: skip
    attack = pd.DataFrame({key: cells.text(key) for key in told})
    cells.set_aside(attack.duplicated(), "another target of an attack that is kept", expected=True)
    return {
        "date": date,
        "date_precision": precision,
        "country": cells.country("country"),
        "admin1": cells.text("region"),
        "place": cells.text("city"),
        "latitude": north,
        "longitude": east,
        "target_group": cells.code("target", TARGETS, what="a target"),
        "attack_type": pd.Series("Bombing/Explosion", index=cells.index).where(
            weapon.str.contains("ied|bomb").fillna(False).astype(bool)
        ),
        "actor": cells.text("groups"),
        "suicide": pd.Series(True, index=cells.index, dtype="boolean"),
        "fatalities": low.where(same),
        "fatalities_low": low,
        "fatalities_high": high,
        "injured": hurt.where((hurt == most_hurt).fillna(False)),
    }


CPOST = Source(
    facts=FACTS,
    columns={
        "groups": ("groups",),
        "year": ("date_year",),
        "month": ("date_month",),
        "day": ("date_day",),
        "country": ("target_country",),
        "region": ("target_region",),
        "city": ("target_city", "target_location"),
        "latitude": ("target_latitude",),
        "longitude": ("target_longtitude", "target_longitude"),
        "target": ("target_type",),
        "weapon": ("target_weapon",),
        "killed_low": ("statistics_killed_low",),
        "killed_high": ("statistics_killed_high",),
        "wounded_low": ("statistics_wounded_low",),
        "wounded_high": ("statistics_wounded_high",),
    },
    layouts=(
        frozenset({"groups", "year", "month", "day", "country", "killed_low", "killed_high"}),
    ),
    read=_read,
    codes={
        "target.type": TARGETS,
        "statistics.killed_low, statistics.killed_high": {str(code): "unknown" for code in UNKNOWN},
    },
)  # fmt: skip
