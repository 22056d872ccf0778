"""Aid Worker Security Database (AWSD), 1997 on."""

import pandas as pd

from riskkit.incidents.cells import Cells
from riskkit.incidents.coverage import Break, SourceFacts, Watch
from riskkit.incidents.sources.source import Source

__all__ = ["AWSD"]

_CODEBOOK = "AWSD codebook, January 2025: https://reliefweb.int/report/world/" \
    "aid-worker-security-database-awsd-codebook-updated-january-2025"  # fmt: skip
FACTS = SourceFacts(
    name="awsd",
    title="Aid Worker Security Database",
    watches=(Watch("1997-01-01", None, origin=_CODEBOOK),),
    breaks=(Break("2000-01-01", "reports are more complete from 2000 on", "awsd", _CODEBOOK),),
    unit="attack on aid workers in which one was killed, hurt or kidnapped",
    deaths="aid workers killed; others who died in the attack are not counted",
    notes=("AWSD holds attacks that killed, seriously hurt or kidnapped aid workers, no others.",),
    terms="CC BY-NC-SA 4.0, Humanitarian Outcomes",
    access="https://www.aidworkersecurity.org/incidents",
)

# Means of attack: attack type and weapon type.
MEANS = {
    "aerial bombardment": ("Bombing/Explosion", "Explosives"),
    "bodily assault": ("Unarmed Assault", "Melee"),
    "body-borne ied": ("Bombing/Explosion", "Explosives"),
    "complex attack": ("Armed Assault", "Unknown"),
    "kidnapping": ("Hostage Taking (Kidnapping)", "Unknown"),
    "kidnap-killing": ("Hostage Taking (Kidnapping)", "Unknown"),
    "landmine": ("Bombing/Explosion", "Explosives"),
    "landmine/uxo detonation": ("Bombing/Explosion", "Explosives"),
    "other explosives": ("Bombing/Explosion", "Explosives"),
    "rape/sexual assault": ("Unarmed Assault", "Unknown"),
    "roadside ied": ("Bombing/Explosion", "Explosives"),
    "shelling": ("Bombing/Explosion", "Explosives"),
    "shooting": ("Armed Assault", "Firearms"),
    "unknown": ("Unknown", "Unknown"),
    "vehicle-born ied": ("Bombing/Explosion", "Explosives"),
    "vehicle-borne ied": ("Bombing/Explosion", "Explosives"),
}


def _read(cells: Cells) -> dict[str, pd.Series]:
    date, precision = cells.date_parts("year", "month", "day")
    north, east = cells.place("latitude", "longitude")
    killed, low, high = cells.toll("total_killed")
    killed = killed.fillna(_sum(cells, "killed"))
    means = cells.text("means").str.lower()
    attack = {name: kind for name, (kind, _) in MEANS.items()}
    weapon = {name: kind for name, (_, kind) in MEANS.items()}
    body_borne = (means == "body-borne ied").astype("boolean")
    return {
        "incident_id": cells.text("incident_id"),
        "date": date,
        "date_precision": precision,
        "country": cells.country("country").fillna(cells.country("country_code")),
        "admin1": cells.text("region"),
        "place": cells.text("city"),
        "latitude": north,
        "longitude": east,
        "target_type": pd.Series("NGO", index=cells.index, dtype="str"),
        "attack_type": cells.code("means", attack, what="a means of attack"),
        "weapon_type": means.map(weapon),
        "actor": cells.text("actor_name").fillna(cells.text("actor_type")),
        "suicide": body_borne.where(body_borne),
        "fatalities": killed,
        "fatalities_low": low,
        "fatalities_high": high,
        "injured": cells.people("total_wounded").fillna(_sum(cells, "wounded")),
        "hostages": cells.people("total_kidnapped").fillna(_sum(cells, "kidnapped")),
    }


def _sum(cells: Cells, what: str) -> pd.Series:
    """Add up national and international staff; unknown where one of the two is."""
    return cells.people(f"nationals_{what}") + cells.people(f"internationals_{what}")


AWSD = Source(
    facts=FACTS,
    columns={
        "incident_id": ("incident_id", "id"),
        "year": ("year",),
        "month": ("month",),
        "day": ("day",),
        "country_code": ("country_code",),
        "country": ("country",),
        "region": ("region",),
        "city": ("city",),
        "nationals_killed": ("nationals_killed",),
        "nationals_wounded": ("nationals_wounded",),
        "nationals_kidnapped": ("nationals_kidnapped",),
        "internationals_killed": ("internationals_killed",),
        "internationals_wounded": ("internationals_wounded",),
        "internationals_kidnapped": ("internationals_kidnapped",),
        "total_killed": ("total_killed",),
        "total_wounded": ("total_wounded",),
        "total_kidnapped": ("total_kidnapped",),
        "means": ("means_of_attack",),
        "latitude": ("latitude",),
        "longitude": ("longitude",),
        "actor_type": ("actor_type",),
        "actor_name": ("actor_name",),
    },
    layouts=(frozenset({"year", "month", "country", "nationals_killed", "means"}),),
    read=_read,
    codes={"Means of attack": {name: attack for name, (attack, _) in MEANS.items()}},
)
