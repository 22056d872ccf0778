"""GDELT events, versions 1 and 2: what machines read in the news, from 1979 on."""

import re
from collections.abc import Sequence

import pandas as pd

from riskkit.incidents.cells import Cells
from riskkit.incidents.coverage import Break, SourceFacts, Watch
from riskkit.incidents.sources.cameo import ATTACKS, ROLES, attack_columns
from riskkit.incidents.sources.fips import FIPS
from riskkit.incidents.sources.source import Source

__all__ = ["GDELT"]

_CODEBOOK = "http://data.gdeltproject.org/documentation/GDELT-Event_Codebook-V2.0.pdf"
FACTS = SourceFacts(
    name="gdelt",
    title="GDELT event database",
    watches=(Watch("1979-01-01", None, origin=_CODEBOOK),),
    breaks=(
        Break("2013-04-01", "files by the day an event was found, from many more news sites",
              "gdelt", "GDELT Data Format Codebook V1.03 of 2013-08-25"),
        Break("2015-02-19", "version 2: every 15 minutes, news in 65 languages translated",
              "gdelt", _CODEBOOK),
    ),
    unit="report of an event, coded by machine; one attack can be many rows, and many are none",
    deaths="none: an event feed has no tolls",
    notes=(
        "GDELT codes news by machine and has no deaths: tolls are unknown, and a count is one of "
        "reports, not of attacks.",
    ),
    terms="free for any use, with a mention of GDELT",
    access="http://data.gdeltproject.org/events/index.html and gdeltv2/masterfilelist.txt",
)  # fmt: skip

NO_PLACE = "0"
GEO_PRECISION = {"1": "country", "2": "admin1", "3": "near", "4": "near", "5": "admin1"}
_ACTOR = "Code Name CountryCode KnownGroupCode EthnicCode Religion1Code Religion2Code Type1Code " \
    "Type2Code Type3Code"  # fmt: skip
_EVENT = "IsRootEvent EventCode EventBaseCode EventRootCode QuadClass GoldsteinScale " \
    "NumMentions NumSources NumArticles AvgTone"  # fmt: skip
_PLACE = "Type FullName CountryCode ADM1Code ADM2Code Lat Long FeatureID"


def _names(version: int, *, url: bool) -> tuple[str, ...]:
    """Give the columns of a version in order: its files have no header."""
    place = [part for part in _PLACE.split() if version == 2 or part != "ADM2Code"]
    return (
        *("GLOBALEVENTID", "SQLDATE", "MonthYear", "Year", "FractionDate"),
        *(f"Actor{number}{part}" for number in (1, 2) for part in _ACTOR.split()),
        *_EVENT.split(),
        *(f"{who}Geo_{part}" for who in ("Actor1", "Actor2", "Action") for part in place),
        *(("DATEADDED", "SOURCEURL") if url else ("DATEADDED",)),
    )


HEADERS = {len(names): names for names in (
    _names(2, url=True), _names(1, url=True), _names(1, url=False)
)}  # fmt: skip


def _headless(cells: Sequence[str]) -> Sequence[str] | None:
    """Tell a row of GDELT by its width, its number, its date and its year."""
    if len(cells) not in HEADERS or not cells[0].isdigit():
        return None
    dated = re.fullmatch(r"(\d{4})(\d{2})\d{2}", cells[1])
    return HEADERS[len(cells)] if dated and cells[3] == dated[1] else None


def _read(cells: Cells) -> dict[str, pd.Series]:
    kind = attack_columns(cells, "eventcode")
    date, precision = cells.date("sqldate")
    north, east = cells.place("latitude", "longitude")
    precision_of_place = cells.code(
        "geotype", GEO_PRECISION, what="a type of place", unknown=(NO_PLACE,)
    )
    near = precision_of_place == "near"
    codes = {code.lower(): iso for code, iso in FIPS.items()}
    return {
        "incident_id": cells.text("globaleventid"),
        "date": date,
        "date_precision": precision,
        "country": cells.code("countrycode", codes, what="a FIPS 10-4 country"),
        "admin1": cells.text("adm1code"),
        "place": cells.each("fullname", lambda name: name.partition(",")[0].strip()).where(near),
        "latitude": north,
        "longitude": east,
        "geo_precision": precision_of_place,
        "target_type": cells.text("target").map(ROLES).astype("str"),
        "actor": cells.text("actor1name"),
        **kind,
    }


GDELT = Source(
    facts=FACTS,
    columns={
        "globaleventid": ("globaleventid",),
        "sqldate": ("sqldate", "day", "date"),
        "actor1name": ("actor1name",),
        "target": ("actor2type1code",),
        "eventcode": ("eventcode",),
        "geotype": ("actiongeo_type",),
        "fullname": ("actiongeo_fullname",),
        "countrycode": ("actiongeo_countrycode",),
        "adm1code": ("actiongeo_adm1code",),
        "latitude": ("actiongeo_lat",),
        "longitude": ("actiongeo_long",),
    },
    layouts=(frozenset({"globaleventid", "sqldate", "eventcode", "countrycode"}),),
    read=_read,
    id_key="globaleventid",
    headless=_headless,
    codes={
        "EventCode": {code: attack for code, (attack, _) in ATTACKS.items()},
        "Actor2Type1Code": ROLES,
        "ActionGeo_Type": {NO_PLACE: "unknown"} | GEO_PRECISION,
        "ActionGeo_CountryCode": FIPS,
    },
)
