"""ICEWS coded event data, 1995 to 2023: what machines read in the news."""

import pandas as pd

from riskkit.incidents.cells import Cells
from riskkit.incidents.coverage import SourceFacts, Watch
from riskkit.incidents.sources.cameo import ATTACKS, attack_columns
from riskkit.incidents.sources.source import Source

__all__ = ["ICEWS", "finest_place"]

FACTS = SourceFacts(
    name="icews",
    title="ICEWS coded event data",
    watches=(Watch("1995-01-01", "2023-04-11", origin="https://doi.org/10.7910/DVN/28075"),),
    unit="report of an event, coded by machine; one attack can be many rows, and many are none",
    deaths="none: an event feed has no tolls",
    notes=(
        "ICEWS codes news by machine and has no deaths: tolls are unknown, and a count is one of "
        "reports, not of attacks.",
    ),
    terms="as its page in the Harvard Dataverse says",
    access="https://doi.org/10.7910/DVN/28075 (a file a year, tab-delimited)",
)

# Words of a sector to target type; the first that occurs counts.
SECTORS = {
    "police": "Police",
    "military": "Military",
    "insurgen": "Terrorists/Non-State Militia",
    "rebel": "Terrorists/Non-State Militia",
    "separatist": "Terrorists/Non-State Militia",
    "radical": "Terrorists/Non-State Militia",
    "news": "Journalists & Media",
    "media": "Journalists & Media",
    "education": "Educational Institution",
    "nongovernmental": "NGO",
    "ngo": "NGO",
    "business": "Business",
    "government": "Government (General)",
    "population": "Private Citizens & Property",
    "civilian": "Private Citizens & Property",
}


def _read(cells: Cells) -> dict[str, pd.Series]:
    kind = attack_columns(cells, "cameo_code")
    date, precision = cells.date("event_date")
    north, east = cells.place("latitude", "longitude")
    # The same number is given to events of other days: both together are unique.
    ids = cells.text("event_id") + "-" + date.dt.strftime("%Y%m%d")
    return {
        "incident_id": ids.fillna(cells.text("event_id")),
        "date": date,
        "date_precision": precision,
        "country": cells.country("country"),
        "admin1": cells.text("province"),
        "place": cells.text("city"),
        "latitude": north,
        "longitude": east,
        "geo_precision": finest_place(cells),
        "target_type": cells.each("target_sectors", _target),
        "actor": cells.text("source_name"),
        **kind,
    }


def finest_place(cells: Cells) -> pd.Series:
    """Give the precision of a place by the finest of its names that is filled in."""
    precision = cells.unknown()
    for key, word in (
        ("country", "country"), ("province", "admin1"), ("district", "admin2"), ("city", "near"),
    ):  # fmt: skip
        precision = precision.mask(cells.text(key).notna(), word)
    return precision


def _target(sectors: str) -> str | None:
    words = sectors.lower()
    return next((target for word, target in SECTORS.items() if word in words), None)


ICEWS = Source(
    facts=FACTS,
    columns={
        "event_id": ("event_id",),
        "event_date": ("event_date",),
        "source_name": ("source_name",),
        "cameo_code": ("cameo_code",),
        "target_sectors": ("target_sectors",),
        "city": ("city",),
        "district": ("district",),
        "province": ("province",),
        "country": ("country",),
        "latitude": ("latitude",),
        "longitude": ("longitude",),
    },
    layouts=(frozenset({"event_id", "event_date", "cameo_code", "country"}),),
    read=_read,
    id_key="event_id",
    codes={"CAMEO Code": {code: attack for code, (attack, _) in ATTACKS.items()}},
)
