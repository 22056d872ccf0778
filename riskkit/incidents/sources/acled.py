"""Armed Conflict Location and Event Data (ACLED): exports of all layouts since 2010."""

import pandas as pd

from riskkit.incidents.cells import Cells
from riskkit.incidents.coverage import SourceFacts, Watch
from riskkit.incidents.sources.acled_starts import LIST, STARTS, UNVERIFIED
from riskkit.incidents.sources.source import Source

__all__ = ["ACLED"]

FACTS = SourceFacts(
    name="acled",
    title="Armed Conflict Location and Event Data",
    watches=tuple(
        Watch(start, None, country, "not verified" if country in UNVERIFIED else LIST)
        for country, start in STARTS.items()
    ),
    unit="event of one day at one place; an attack that lasts is a row a day",
    deaths="all people killed, combatants and perpetrators included; 0 where none is reported",
    notes=(
        "ACLED adds, changes and deletes past events each week: the last months are not final.",
        "Demonstrations and strategic developments are set aside: only political violence counts.",
    ),
    terms="ACLED's terms of use; not to be passed on",
    access="https://acleddata.com/ (an account is needed)",
)

DATE_PRECISION = {"1": "day", "2": "week", "3": "month"}
GEO_PRECISION = {"1": "exact", "2": "near", "3": "admin1"}
# Sub-events that are violence though their event type is not, as ACLED's own
# "political violence" has it.
VIOLENT_SUB_EVENTS = ("mob violence", "excessive force against protesters")
AGAINST_CIVILIANS = "violence against civilian"
VIOLENT_EVENTS = ("battle", "explosion", "remote violence", AGAINST_CIVILIANS)
# How the types of all layouts begin that are no attacks.
OTHER_EVENTS = (
    "protest", "riot", "demonstration", "demostration", "strategic development", "headquarters",
    "non-violent",
)  # fmt: skip
ATTACKS = {
    "suicide bomb": ("Bombing/Explosion", "Explosives"),
    "remote explosive/landmine/ied": ("Bombing/Explosion", "Explosives"),
    "grenade": ("Bombing/Explosion", "Explosives"),
    "shelling/artillery/missile attack": ("Bombing/Explosion", "Explosives"),
    "air/drone strike": ("Bombing/Explosion", "Explosives"),
    "chemical weapon": ("Unknown", "Chemical"),
    "armed clash": ("Armed Assault", "Unknown"),
    "attack": ("Armed Assault", "Unknown"),
    "government regains territory": ("Armed Assault", "Unknown"),
    "non-state actor overtakes territory": ("Armed Assault", "Unknown"),
    "abduction/forced disappearance": ("Hostage Taking (Kidnapping)", "Unknown"),
}
GROUPS = {
    "1": "security forces", "state forces": "security forces",
    "2": "armed group", "rebel group": "armed group", "rebel groups": "armed group",
    "3": "armed group", "political militia": "armed group", "political militias": "armed group",
    "4": "armed group", "identity militia": "armed group", "identity militias": "armed group",
    "5": "civilians", "rioters": "civilians",
    "6": "civilians", "protesters": "civilians",
    "7": "civilians", "civilians": "civilians",
    "8": "security forces", "external/other forces": "security forces",
    "other forces": "security forces", "external forces": "security forces",
    "0": "unknown",
}  # fmt: skip
# How ACLED's names of the second actor, or of whom it belongs to, begin.
TARGET_NAMES = {
    "military forces of": "Military",
    "police forces of": "Police",
    "civilians (": "Private Citizens & Property",
}
ASSOCIATES = {
    "government of": ("Government (General)", "government"),
    "aid workers": ("NGO", "civilians"),
    "journalists": ("Journalists & Media", "civilians"),
    "teachers": ("Educational Institution", "civilians"),
    "students": ("Educational Institution", "civilians"),
}


def _read(cells: Cells) -> dict[str, pd.Series]:
    event = cells.text("event_type").str.lower()
    sub_event = cells.text("sub_event_type").str.lower()
    violent = event.str.startswith(VIOLENT_EVENTS).fillna(False) | sub_event.isin(
        VIOLENT_SUB_EVENTS
    )
    others = event.notna() & ~violent.astype(bool)
    for kind in event[others].unique():
        known = kind.startswith(OTHER_EVENTS)
        reason = f"not an attack: {kind}" if known else f"not an event type: {kind[:20]}"
        cells.set_aside(others & (event == kind), reason, expected=known)
    _set_aside_older(cells)
    _set_aside_actors(cells)
    date, _ = cells.date("event_date")
    precision = cells.code("time_precision", DATE_PRECISION, what="a time precision")
    north, east = cells.place("latitude", "longitude")
    killed, low, high = cells.toll("fatalities")
    target, group = _target(cells, event)
    suicide = (sub_event == "suicide bomb").astype("boolean")
    return {
        "incident_id": cells.text("event_id_cnty").fillna(cells.text("data_id")),
        "date": date,
        "date_precision": precision.fillna("day").mask(date.isna()),
        "country": cells.country("country"),
        "admin1": cells.text("admin1"),
        "place": cells.text("location"),
        "latitude": north,
        "longitude": east,
        "geo_precision": cells.code("geo_precision", GEO_PRECISION, what="a precision of place"),
        "target_type": target,
        "target_group": group,
        "attack_type": sub_event.map({key: attack for key, (attack, _) in ATTACKS.items()}),
        "weapon_type": sub_event.map({key: weapon for key, (_, weapon) in ATTACKS.items()}),
        "actor": cells.text("actor1"),
        "suicide": suicide.where(suicide),
        "fatalities": killed,
        "fatalities_low": low,
        "fatalities_high": high,
    }


def _set_aside_older(cells: Cells) -> None:
    """Set aside what exports of two days, put together, have of an event in its older form."""
    ids = cells.text("event_id_cnty")
    written = cells.text("timestamp")[ids.duplicated(keep=False) & ids.notna()]
    seconds = pd.to_numeric(written, errors="coerce")
    days = pd.to_datetime(
        written.where(seconds.isna()), format="ISO8601", errors="coerce", utc=True
    )
    entered = seconds.fillna((days - pd.Timestamp(0, tz="UTC")).dt.total_seconds())
    newest = entered.groupby(ids[entered.index]).transform("max")
    older = (entered < newest).reindex(cells.index, fill_value=False)
    cells.set_aside(older, "an older version of an event that is kept")


def _set_aside_actors(cells: Cells) -> None:
    """Set aside the other rows of an event in exports of one row an actor.

    They have no second actor, and differ in nothing but the first: a row of another toll or day is
    another version of the event.
    """
    if cells.has("actor2"):
        return
    ids = cells.text("event_id_cnty")
    repeated = ids.duplicated(keep=False) & ids.notna()
    told = pd.DataFrame(
        {key: cells.text(key)[repeated].fillna("") for key in cells.columns if key != "data_id"}
    )
    event = [key for key in told if key != "actor1"]
    actor = cells.text("actor1")[repeated].fillna("")
    first = actor.groupby([told[key] for key in event], sort=False).transform("first")
    others = (actor != first).reindex(cells.index, fill_value=False)
    cells.set_aside(others, "another actor of an event that is kept", expected=True)


def _target(cells: Cells, event: pd.Series) -> tuple[pd.Series, pd.Series]:
    """Give whom an event hit: its second actor and, against civilians, whom that belongs to."""
    group = cells.code("inter2", GROUPS, what="a kind of actor").astype(object)
    target = cells.each("actor2", lambda name: _starting(name, TARGET_NAMES)).astype(object)
    civilians = event.str.startswith(AGAINST_CIVILIANS).fillna(False).astype(bool)
    civilians |= cells.text("civilian_targeting").str.lower() == "civilian targeting"
    group = group.mask(civilians, "civilians")
    named = {start: kind for start, (kind, _) in ASSOCIATES.items()}
    associate = cells.each("assoc_actor_2", lambda name: _starting(name, named)).astype(object)
    groups = dict(ASSOCIATES.values())
    of_civilians = (group == "civilians") & associate.notna()
    target = target.mask(of_civilians, associate)
    group = group.mask(of_civilians, associate.map(groups))
    return target.astype("str"), group.fillna("unknown").astype("str")


def _starting(name: str, table: dict[str, str]) -> str | None:
    """Give the table's value for the first of the names, parted by ';', that it knows."""
    for part in name.lower().split(";"):
        for start, value in table.items():
            if part.strip().startswith(start):
                return value
    return None


ACLED = Source(
    facts=FACTS,
    columns={
        "event_id_cnty": ("event_id_cnty",),
        "data_id": ("data_id",),
        "event_date": ("event_date",),
        "time_precision": ("time_precision",),
        "event_type": ("event_type",),
        "sub_event_type": ("sub_event_type",),
        "actor1": ("actor1",),
        "actor2": ("actor2",),
        "assoc_actor_2": ("assoc_actor_2", "ally_actor_2"),
        "inter2": ("inter2",),
        "civilian_targeting": ("civilian_targeting",),
        "country": ("country",),
        "admin1": ("admin1",),
        "location": ("location",),
        "latitude": ("latitude",),
        "longitude": ("longitude",),
        "geo_precision": ("geo_precision",),
        "fatalities": ("fatalities",),
        "timestamp": ("timestamp",),
    },
    layouts=(
        frozenset({"event_id_cnty", "event_date", "event_type", "country", "fatalities"}),
        frozenset({"data_id", "event_date", "event_type", "country", "fatalities"}),
        frozenset({"actor1", "event_date", "event_type", "country", "fatalities"}),
    ),
    read=_read,
    id_key="event_id_cnty",
    codes={
        "time_precision": DATE_PRECISION,
        "geo_precision": GEO_PRECISION,
        "inter2": {code: group for code, group in GROUPS.items() if code.isdigit()},
    },
)
