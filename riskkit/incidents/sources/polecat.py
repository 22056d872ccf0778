"""POLECAT, which followed ICEWS: events in PLOVER's words, from 2018 on."""

import pandas as pd

from riskkit.incidents.cells import Cells
from riskkit.incidents.coverage import SourceFacts, Watch
from riskkit.incidents.sources.cameo import ROLES
from riskkit.incidents.sources.icews import SECTORS, finest_place
from riskkit.incidents.sources.source import Source

__all__ = ["POLECAT"]

FACTS = SourceFacts(
    name="polecat",
    title="POLECAT global political event data",
    watches=(Watch("2018-01-01", None, origin="https://doi.org/10.7910/DVN/AJGVIT"),),
    unit="report of an event, coded by machine; one attack can be many rows, and many are none",
    deaths="none: an event feed has no tolls",
    notes=(
        "POLECAT codes news by machine and has no deaths: tolls are unknown, and a count is one "
        "of reports, not of attacks.",
    ),
    terms="as its page in the Harvard Dataverse says",
    access="https://doi.org/10.7910/DVN/AJGVIT (a file a year, then a week, tab-delimited)",
)

# PLOVER's other types; of material conflict only ASSAULT is an attack.
MATERIAL_CONFLICT = ("protest", "crime", "sanction", "mobilize", "coerce")
OTHERS = (
    "agree", "consult", "support", "concede", "cooperate", "aid", "retreat", "request", "demand",
    "accuse", "disapprove", "reject", "threaten", "investigate",
)  # fmt: skip
# Modes of ASSAULT, as attack type and weapon type.
MODES = {
    "abduct": ("Hostage Taking (Kidnapping)", "Unknown"),
    "assassinate": ("Assassination", "Unknown"),
    "beat": ("Unarmed Assault", "Unknown"),
    "destroy": ("Facility/Infrastructure Attack", "Unknown"),
    "drone": ("Bombing/Explosion", "Explosives"),
    "explosives": ("Bombing/Explosion", "Explosives"),
    "firearms": ("Armed Assault", "Firearms"),
    "heavy-weapons": ("Bombing/Explosion", "Explosives"),
    "primitive": ("Armed Assault", "Melee"),
    "sexual": ("Unarmed Assault", "Unknown"),
    "suicide-attack": ("Bombing/Explosion", "Explosives"),
    "torture": ("Unarmed Assault", "Unknown"),
    "cleansing": ("Armed Assault", "Unknown"),
}


def _read(cells: Cells) -> dict[str, pd.Series]:
    kind = cells.text("event_type").str.lower()
    for name in kind[kind != "assault"].dropna().unique():
        reason = "material conflict, not an attack" if name in MATERIAL_CONFLICT else (
            "not material conflict" if name in OTHERS else "not an event type"
        )  # fmt: skip
        cells.set_aside(
            kind == name, f"{reason}: {name[:20]}", expected=name in (*MATERIAL_CONFLICT, *OTHERS)
        )
    cells.set_aside(kind.isna(), "no event type")
    mode = cells.text("event_mode").str.lower()
    date, precision = cells.date("event_date")
    north, east = cells.place("latitude", "longitude")
    attacks = {name: attack for name, (attack, _) in MODES.items()}
    weapons = {name: weapon for name, (_, weapon) in MODES.items()}
    suicide = (mode == "suicide-attack").astype("boolean")
    return {
        "incident_id": cells.text("event_id"),
        "date": date,
        "date_precision": precision,
        "country": cells.country("country"),
        "admin1": cells.text("province"),
        "place": cells.text("city"),
        "latitude": north,
        "longitude": east,
        "geo_precision": finest_place(cells),
        "target_type": cells.each("recipient_sector", _target),
        "attack_type": cells.code("event_mode", attacks, what="a mode of assault"),
        "weapon_type": mode.map(weapons).astype("str"),
        "actor": cells.text("actor_name"),
        "suicide": suicide.where(suicide),
    }


def _target(sector: str) -> str | None:
    words = sector.lower()
    spelled = next((target for word, target in SECTORS.items() if word in words), None)
    return ROLES.get(sector.strip().upper(), spelled)


POLECAT = Source(
    facts=FACTS,
    columns={
        "event_id": ("event_id",),
        "event_date": ("event_date",),
        "event_type": ("event_type",),
        "event_mode": ("event_mode",),
        "quad_code": ("quad_code",),
        "actor_name": ("actor_name",),
        "recipient_sector": ("primary_recipient_sector",),
        "city": ("city",),
        "district": ("district",),
        "province": ("province",),
        "country": ("country",),
        "latitude": ("latitude",),
        "longitude": ("longitude",),
    },
    layouts=(frozenset({"event_id", "event_date", "event_type", "quad_code", "country"}),),
    read=_read,
    id_key="event_id",
    codes={"Event Mode": {name: attack for name, (attack, _) in MODES.items()}},
)
