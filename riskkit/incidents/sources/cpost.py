"""Suicide attacks of CPOST, 1982 on: its own release (DSAT) and the re-export of dotted names."""

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

TARGETS = {
    "security": "security forces", "political": "government", "civilian": "civilians",
    "other": "other", "unknown": "unknown",
}  # fmt: skip
UNKNOWN = (-1,)
# What is told of an attack as a whole. A row is repeated for each target, attacker and claim:
# only those differ between the rows of one attack.
_TOLD = (
    "year", "month", "day", "status", "sources", "country", "province", "city", "location",
    "latitude", "longitude", "weapon", "attackers", "killed_low", "killed_high", "wounded_low",
    "wounded_high", "civilians_low", "civilians_high", "political_low", "political_high",
    "security_low", "security_high",
)  # fmt: skip
_REPEATED = "another target, attacker or claim of an attack that is kept"


def _read(cells: Cells) -> dict[str, pd.Series]:
    date, precision = cells.date_parts("year", "month", "day")
    north, east = cells.place("latitude", "longitude")
    # One degree south is a place, in Kenya and elsewhere; both together are the code.
    nowhere = north.isin(UNKNOWN) & east.isin(UNKNOWN)
    north, east = north.mask(nowhere), east.mask(nowhere)
    low, high = cells.people("killed_low", UNKNOWN), cells.people("killed_high", UNKNOWN)
    hurt, most_hurt = (cells.people(f"wounded_{end}", UNKNOWN) for end in ("low", "high"))
    same = (low == high).fillna(False)
    weapon = cells.text("weapon").str.lower()
    bomb = weapon.str.contains("ied|bomb").fillna(False).astype(bool)
    possible = cells.text("status").str.lower().str.contains("possible").fillna(False)
    if not cells.has("event_id"):
        attack = pd.DataFrame({key: cells.text(key) for key in _TOLD})
        cells.set_aside(attack.duplicated(), _REPEATED, expected=True)
    return {
        "incident_id": cells.text("event_id"),
        "date": date,
        "date_precision": precision,
        "country": cells.country("country"),
        "admin1": cells.text("province"),
        "place": cells.text("city").fillna(cells.text("location")),
        "latitude": north,
        "longitude": east,
        "target_group": cells.code("target", TARGETS, what="a target"),
        "attack_type": pd.Series("Bombing/Explosion", index=cells.index).where(bomb),
        "weapon_type": pd.Series("Explosives", index=cells.index).where(bomb),
        "actor": cells.text("groups"),
        "suicide": pd.Series(True, index=cells.index, dtype="boolean").mask(possible.astype(bool)),
        "fatalities": low.where(same),
        "fatalities_low": low,
        "fatalities_high": high,
        "injured": hurt.where((hurt == most_hurt).fillna(False)),
    }


CPOST = Source(
    facts=FACTS,
    columns={
        "event_id": ("event_id",),
        "groups": ("groups", "group_name", "group_txt"),
        "status": ("status",),
        "sources": ("statistics_sources", "ct_sources"),
        "year": ("date_year",),
        "month": ("date_month",),
        "day": ("date_day",),
        "country": ("target_country", "admin0_txt"),
        "province": ("target_province", "admin1_txt"),
        "city": ("target_city", "city_txt"),
        "location": ("target_location", "aimpoint_desc"),
        "latitude": ("target_latitude", "latitude"),
        "longitude": ("target_longtitude", "target_longitude", "longitude"),
        "target": ("target_type", "tt1_txt"),
        "weapon": ("target_weapon", "weapon_txt"),
        "attackers": ("statistics_attackers", "ct_attackers"),
        "killed_low": ("statistics_killed_low", "killed_low"),
        "killed_high": ("statistics_killed_high", "killed_high"),
        "wounded_low": ("statistics_wounded_low", "wounded_low"),
        "wounded_high": ("statistics_wounded_high", "wounded_high"),
        "civilians_low": ("statistics_killed_low_civilian", "killed_low_civilian"),
        "civilians_high": ("statistics_killed_high_civilian", "killed_high_civilian"),
        "political_low": ("statistics_killed_low_political", "killed_low_political"),
        "political_high": ("statistics_killed_high_political", "killed_high_political"),
        "security_low": ("statistics_killed_low_security", "killed_low_security"),
        "security_high": ("statistics_killed_high_security", "killed_high_security"),
    },
    layouts=(
        frozenset({"year", "month", "day", "country", "killed_low", "killed_high", "target"}),
    ),
    read=_read,
    id_key="event_id",
    codes={
        "target.type, tt1_txt": TARGETS,
        "killed, wounded, latitude and longitude": {str(code): "unknown" for code in UNKNOWN},
    },
    repeats=lambda cells: _REPEATED,
)  # fmt: skip
