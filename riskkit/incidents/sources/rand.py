"""RAND Database of Worldwide Terrorism Incidents (RDWTI), 1968-2009."""

import pandas as pd

from riskkit.errors import UnknownSourceError
from riskkit.incidents.cells import Cells
from riskkit.incidents.coverage import Break, SourceFacts, Watch
from riskkit.incidents.sources.source import Source

__all__ = ["RAND"]

_SCOPE = "https://www.rand.org/nsrd/projects/terrorism-incidents/about/definitions.html"
_HISTORY = "https://www.hsdl.org/blog/view/s_2866"
DAYS = ("1968-01-01", "2009-12-31")
FACTS = SourceFacts(
    name="rand",
    title="RAND Database of Worldwide Terrorism Incidents",
    watches=(Watch(*DAYS, origin=_SCOPE),),
    states=(
        Watch("1991-01-01", None, "RUS", "before: Soviet Union, as the file has it"),
        Watch(None, "1992-12-31", "SUN", "the file names it into 1992"),
        Watch("1992-01-01", "2007-12-31", "SCG", "the file names it into 2007"),
    ),
    breaks=(
        Break("1998-01-01", "attacks inside one country are collected too, not only those that "
              "cross a border", "rand", _HISTORY),
    ),
    unit="attack; simultaneous bombs are often a row each",
    deaths="people killed; whether perpetrators are among them is not said",
    notes=("RAND has no data for parts of 2009 in some countries.",),
    terms="free for research; not to be resold or passed on",
    access="https://www.rand.org/nsrd/projects/terrorism-incidents.html (retired; a file to "
    "download)",
)  # fmt: skip

WEAPONS = {
    "biological agent": "Biological",
    "chemical agent": "Chemical",
    "explosives": "Explosives",
    "remote-detonated explosive": "Explosives",
    "fire or firebomb": "Incendiary",
    "firearms": "Firearms",
    "knives & sharp objects": "Melee",
    "radiological": "Radiological",
    "other": "Other",
    "unknown": "Unknown",
}
# RAND names these beside states; the code is the state's, the name is kept as admin1.
PARTS_OF_STATES = (
    "Azores", "Canary Islands", "Chechnya", "Kashmir", "Northern Ireland", "Transkei",
)  # fmt: skip


def _read(cells: Cells) -> dict[str, pd.Series]:
    date, precision = _dates(cells)
    names = cells.text("country")
    best, low, high = cells.toll("fatalities")
    return {
        "date": date,
        "date_precision": precision,
        "country": cells.country("country"),
        "admin1": names.where(names.isin(PARTS_OF_STATES)),
        "place": cells.text("city"),
        "weapon_type": cells.code("weapon", WEAPONS, default="Unknown", what="a weapon"),
        "actor": cells.text("perpetrator"),
        "fatalities": best,
        "fatalities_low": low,
        "fatalities_high": high,
        "injured": cells.people("injuries"),
    }


def _dates(cells: Cells) -> tuple[pd.Series, pd.Series]:
    """Give the dates from 1968 to 2009; others are none of RAND's, whose columns many have."""
    date, precision = cells.date("date", latest_year=2009)
    start, end = DAYS
    outside = date.notna() & ~date.between(pd.Timestamp(start), pd.Timestamp(end))
    if 2 * outside.sum() > date.notna().sum():
        raise UnknownSourceError(
            f"the columns are those of RAND's database, but {outside.sum():,} of "
            f"{date.notna().sum():,} dates are not from {start} to {end}, such as "
            f"{cells.columns['date'][outside].iloc[0]!r}; another table with such columns is read "
            "with columns={'date': ..., 'country': ..., 'fatalities': ...}"
        )
    cells.blank(outside, "date", f"not a day from {start} to {end}, which RAND's database covers")
    return date.mask(outside), precision.mask(outside)


RAND = Source(
    facts=FACTS,
    columns={
        "date": ("date", "incident_date"),
        "city": ("city",),
        "country": ("country",),
        "perpetrator": ("perpetrator",),
        "weapon": ("weapon",),
        "injuries": ("injuries",),
        "fatalities": ("fatalities",),
        "description": ("description",),
    },
    layouts=(
        frozenset({"date", "country", "perpetrator", "weapon", "injuries", "fatalities"}),
    ),
    read=_read,
    codes={"Weapon": WEAPONS},
)  # fmt: skip
