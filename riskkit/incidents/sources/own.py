"""riskkit's own layout, and any table whose columns the user names."""

import pandas as pd

from riskkit.incidents.cells import Cells
from riskkit.incidents.coverage import SourceFacts
from riskkit.incidents.schema import (
    ATTACK_TYPES,
    COLUMNS,
    DATE_PRECISIONS,
    GEO_PRECISIONS,
    TARGET_GROUPS,
    TARGET_TYPES,
    WEAPON_TYPES,
)
from riskkit.incidents.sources.source import Source

__all__ = ["OWN"]

FACTS = SourceFacts(
    name="own",
    title="A table of the user's",
    deaths="people killed, as the table counts them",
    notes=("Rates hold only if the table has every attack of its regions and periods.",),
    terms="the user's",
    access="the user's",
)


def _words(vocabulary: tuple[str, ...]) -> dict[str, str]:
    return {word.lower(): word for word in vocabulary}


def _read(cells: Cells) -> dict[str, pd.Series]:
    date, precision = cells.date("date")
    given = cells.code("date_precision", _words(DATE_PRECISIONS), what="a date precision")
    north, east = cells.place("latitude", "longitude")
    best, low, high = cells.toll("fatalities")
    columns = {
        "date": date,
        "date_precision": given.fillna(precision).mask(date.isna()),
        "country": cells.country("country"),
        "latitude": north,
        "longitude": east,
        "fatalities": best,
        "fatalities_low": cells.people("fatalities_low").fillna(low),
        "fatalities_high": cells.people("fatalities_high").fillna(high),
    }
    for key in ("incident_id", "source", "vintage", "admin1", "place", "actor"):
        columns[key] = cells.text(key)
    for key in ("suicide", "success"):
        columns[key] = cells.yes_no(key)
    for key in ("perpetrators_killed", "injured", "hostages", "days"):
        columns[key] = cells.people(key)
    for key, vocabulary in (
        ("geo_precision", GEO_PRECISIONS),
        ("target_type", TARGET_TYPES),
        ("target_group", TARGET_GROUPS),
        ("attack_type", ATTACK_TYPES),
        ("weapon_type", WEAPON_TYPES),
    ):
        columns[key] = cells.code(key, _words(vocabulary), what=f"a {key.replace('_', ' ')}")
    return columns


OWN = Source(
    facts=FACTS,
    columns={column.name: (column.name,) for column in COLUMNS},
    layouts=(
        frozenset({"incident_id", "date", "country", "fatalities"}),
        frozenset({"incident_id", "date", "date_precision"}),
        frozenset({"date", "country", "target_group"}),
        frozenset({"date", "country", "target_type"}),
    ),
    read=_read,
)  # fmt: skip
