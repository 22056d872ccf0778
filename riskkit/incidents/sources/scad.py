"""Social Conflict Analysis Database (SCAD), 1990-2017."""

import pandas as pd

from riskkit.incidents.cells import Cells
from riskkit.incidents.coverage import SourceFacts, Watch
from riskkit.incidents.sources.lasting import event_days
from riskkit.incidents.sources.source import Source

__all__ = ["SCAD"]

_PAGE = "https://www.strausscenter.org/ccaps/research/about-social-conflict.html"
# Africa, Mexico, Central America and the Caribbean, without states of under a million people.
_COUNTRIES = (
    "AGO BDI BEN BFA BWA CAF CIV CMR COD COG DJI DZA EGY ERI ETH GAB GHA GIN GMB GNB GNQ KEN LBR "
    "LBY LSO MAR MDG MLI MOZ MRT MUS MWI NAM NER NGA RWA SDN SEN SLE SOM SSD SWZ TCD TGO TUN TZA "
    "UGA ZAF ZMB ZWE CRI CUB DOM GTM HND HTI JAM MEX NIC PAN PRI SLV TTO"
)
_LATER = {"SSD": "2011-07-09"}
FACTS = SourceFacts(
    name="scad",
    title="Social Conflict Analysis Database",
    watches=tuple(
        Watch(_LATER.get(country, "1990-01-01"), "2017-12-31", country, _PAGE)
        for country in _COUNTRIES.split()
    ),
    unit="event of one actor, target and issue; it can run over months, its date is its last day",
    deaths="all people killed, best estimate",
    notes=(
        "SCAD covers the countries of Africa, Mexico, Central America and the Caribbean that have "
        "more than a million people, as two news agencies report of them.",
        "Demonstrations, riots and strikes are set aside: only organised violence counts.",
        "SCAD's last release (3.3) ends with 2017; earlier ones end earlier: give end= for those.",
    ),
    terms="free for research; no commercial use without leave",
    access="https://www.strausscenter.org/ (Climate Change and African Political Stability)",
)

# The codebook's types of event that are organised violence; the others are set aside.
VIOLENCE = {
    "7": "violence by or for the government",
    "8": "violence against the government",
    "9": "violence that spares the government",
    "10": "violence inside the government",
}
PEACEFUL = {
    "1": "an organised demonstration",
    "2": "a spontaneous demonstration",
    "3": "an organised riot",
    "4": "a spontaneous riot",
    "5": "a general strike",
    "6": "a limited strike",
}
UNKNOWN = (-99, -88, -77)


def _read(cells: Cells) -> dict[str, pd.Series]:
    kind = cells.code("etype", VIOLENCE | PEACEFUL, what="a type of event")
    for name in PEACEFUL.values():
        cells.set_aside(kind == name, f"not an attack: {name}", expected=True)
    first, precision = cells.date("startdate")
    last, end_precision = cells.date("enddate")
    date, precision = last.fillna(first), end_precision.fillna(precision)
    north, east = cells.place("latitude", "longitude", UNKNOWN)
    killed, low, high = cells.toll("ndeath", unknown=UNKNOWN)
    government = (
        cells.yes_no("cgovtarget", UNKNOWN).fillna(False)
        | cells.yes_no("rgovtarget", UNKNOWN).fillna(False)
    ).astype(bool)
    place, actor = (
        cells.text(key).mask(cells.text(key).isin([str(code) for code in UNKNOWN]))
        for key in ("elocal", "actor1")
    )
    group = kind.map({VIOLENCE["7"]: "civilians", VIOLENCE["8"]: "government"})
    return {
        "incident_id": cells.text("eventid"),
        "date": date,
        "date_precision": precision,
        "country": cells.country("countryname"),
        "place": place,
        "latitude": north,
        "longitude": east,
        "target_group": group.mask(government & (kind != VIOLENCE["7"]), "government"),
        "actor": actor,
        "fatalities": killed,
        "fatalities_low": low,
        "fatalities_high": high,
        "days": event_days(cells, first, last, killed),
    }


SCAD = Source(
    facts=FACTS,
    columns={
        "eventid": ("eventid",),
        "countryname": ("countryname",),
        "startdate": ("startdate",),
        "enddate": ("enddate",),
        "etype": ("etype",),
        "actor1": ("actor1",),
        "cgovtarget": ("cgovtarget",),
        "rgovtarget": ("rgovtarget",),
        "ndeath": ("ndeath",),
        "elocal": ("elocal",),
        "latitude": ("latitude",),
        "longitude": ("longitude",),
    },
    layouts=(frozenset({"eventid", "countryname", "startdate", "etype", "ndeath"}),),
    read=_read,
    id_key="eventid",
    codes={
        "etype": VIOLENCE | {code: f"set aside: {kind}" for code, kind in PEACEFUL.items()},
        "ndeath": {str(code): "unknown" for code in UNKNOWN},
    },
    repeats=lambda cells: "another place of an event that is kept",
)
