"""Global Terrorism Database (GTD): the main file, the 1993 supplement and re-exports."""

import re

import pandas as pd

from riskkit.incidents.cells import Cells
from riskkit.incidents.coverage import Break, SourceFacts, Watch
from riskkit.incidents.schema import ATTACK_TYPES, TARGET_TYPES
from riskkit.incidents.sources.source import Source

__all__ = ["GTD"]

_HISTORY = "https://www.start.umd.edu/gtd/about/History.aspx"
_STEPS = "https://www.start.umd.edu/gtd/faq/ and the codebook, on how the collection changed"
FACTS = SourceFacts(
    name="gtd",
    title="Global Terrorism Database",
    watches=(Watch("1970-01-01", None, origin=_HISTORY),),
    states=(
        Watch("1991-01-01", None, "RUS", "before: Soviet Union, in the codebook"),
        Watch("2003-01-01", "2006-12-31", "SCG", "before: Yugoslavia, in the codebook"),
        Watch("2006-06-03", None, "SRB", "before: Serbia-Montenegro and Yugoslavia"),
        Watch("2006-06-03", None, "MNE", "before: Serbia-Montenegro and Yugoslavia"),
    ),
    gaps=(Watch("1993-01-01", "1993-12-31", origin=_HISTORY),),
    breaks=(
        Break("1998-01-01", "collected by another team, from archives and not as events happened; "
              "another definition", "gtd", _STEPS),
        Break("2008-04-01", "collected by a third team, as events happen", "gtd", _STEPS),
        Break("2011-11-01", "collected by START, from more sources found by machine (its own FAQ "
              "dates the step 2012-01-01)", "gtd", _STEPS),
    ),
    unit="attack; attacks at one place and time are one row",
    deaths="people killed without perpetrators where their number is known, else all killed",
    terms="by agreement with START, University of Maryland; not to be passed on",
    access="https://www.start.umd.edu/gtd/ (a form to fill in)",
)  # fmt: skip

# 2 is a known town at the middle of its district: what counts is how near the coordinates are.
GEO_PRECISION = {"1": "exact", "2": "admin2", "3": "admin2", "4": "admin1", "5": "country"}
TARGETS = {name.lower(): name for name in TARGET_TYPES} | {
    "abortion related": "Abortion Related",
    "airports & airlines": "Airports & Aircraft",
    "terrorists/non-state militias": "Terrorists/Non-State Militia",
    "tourism": "Tourists",
    "transportation (other than aviation)": "Transportation",
    "violent political parties": "Violent Political Party",
}
ATTACKS = {name.lower(): name for name in ATTACK_TYPES} | {
    "facility / infrastructure attack": "Facility/Infrastructure Attack",
    "bombing / explosion": "Bombing/Explosion",
    "hostage taking (barricade)": "Hostage Taking (Barricade Incident)",
}
WEAPONS = {
    "biological": "Biological",
    "chemical": "Chemical",
    "radiological": "Radiological",
    "nuclear": "Nuclear",
    "firearms": "Firearms",
    "explosives": "Explosives",
    "explosives/bombs/dynamite": "Explosives",
    "fake weapons": "Fake Weapons",
    "incendiary": "Incendiary",
    "melee": "Melee",
    "vehicle": "Vehicle",
    "vehicle (not to include vehicle-borne explosives, i.e., car or truck bombs)": "Vehicle",
    "sabotage equipment": "Sabotage Equipment",
    "other": "Other",
    "unknown": "Unknown",
}
# The codebook's numbers, for files that carry them without the words.
TARGET_NUMBERS = dict(
    enumerate(
        (
            "Business", "Government (General)", "Police", "Military", "Abortion Related",
            "Airports & Aircraft", "Government (Diplomatic)", "Educational Institution",
            "Food or Water Supply", "Journalists & Media", "Maritime", "NGO", "Other",
            "Private Citizens & Property", "Religious Figures/Institutions",
            "Telecommunication", "Terrorists/Non-State Militia", "Tourists", "Transportation",
            "Unknown", "Utilities", "Violent Political Party",
        ),
        1,
    )
)  # fmt: skip
ATTACK_NUMBERS = dict(
    enumerate(
        (
            "Assassination", "Armed Assault", "Bombing/Explosion", "Hijacking",
            "Hostage Taking (Barricade Incident)", "Hostage Taking (Kidnapping)",
            "Facility/Infrastructure Attack", "Unarmed Assault", "Unknown",
        ),
        1,
    )
)  # fmt: skip
WEAPON_NUMBERS = dict(
    enumerate(
        (
            "Biological", "Chemical", "Radiological", "Nuclear", "Firearms", "Explosives",
            "Fake Weapons", "Incendiary", "Melee", "Vehicle", "Sabotage Equipment", "Other",
            "Unknown",
        ),
        1,
    )
)  # fmt: skip
NO_COUNTRY = ("international", "multinational", "commonwealth of independent states", "unknown")


def _read(cells: Cells) -> dict[str, pd.Series]:
    date, precision = cells.date_parts("iyear", "imonth", "iday")
    north, east = cells.place("latitude", "longitude")
    killed, low, high = cells.toll("nkill", unknown=(-9, -99))
    perpetrators, fewest, most = cells.toll("nkillter", unknown=(-9, -99))
    more = (perpetrators.fillna(fewest) > killed.fillna(high)).fillna(False)
    cells.blank(more, "nkillter", "more perpetrators killed than people killed")
    perpetrators = perpetrators.mask(more)
    # Perpetrators in fractions lie between bounds, and so do the people killed without them.
    fewest, most = (perpetrators.fillna(end.mask(more)).fillna(0) for end in (fewest, most))
    split = killed.where(fewest != most)
    return {
        "incident_id": cells.text("eventid"),
        "date": date,
        "date_precision": precision,
        "country": cells.country("country", none=NO_COUNTRY),
        "admin1": cells.text("provstate"),
        "place": cells.text("city"),
        "latitude": north,
        "longitude": east,
        "geo_precision": cells.code("specificity", GEO_PRECISION, what="a specificity"),
        "target_type": cells.code("targtype", _both(TARGETS, TARGET_NUMBERS), what="a target"),
        "attack_type": cells.code("attacktype", _both(ATTACKS, ATTACK_NUMBERS), what="an attack"),
        "weapon_type": cells.code("weaptype", _both(WEAPONS, WEAPON_NUMBERS), what="a weapon"),
        "actor": cells.text("gname"),
        "suicide": cells.yes_no("suicide"),
        "success": cells.yes_no("success"),
        "fatalities": (killed - fewest).where(fewest == most),
        "fatalities_low": (low.fillna(split) - most).clip(lower=0),
        "fatalities_high": (high.fillna(split) - fewest).clip(lower=0),
        "perpetrators_killed": perpetrators,
        "injured": cells.people("nwound", unknown=(-9, -99)),
        "hostages": cells.people("nhostkid", unknown=(-9, -99)),
    }


def _both(words: dict[str, str], numbers: dict[int, str]) -> dict[str, str]:
    return words | {str(number): word for number, word in numbers.items()}


def _vintage(name: str) -> str | None:
    """Tell the release from a file name: globalterrorismdb_0522dist is of May 2022."""
    match = re.search(r"(?:gtd|globalterrorismdb).*_(\d\d)(\d\d)dist", name.lower())
    return f"20{match[2]}-{match[1]}" if match else None


# Plain names without "1_txt" and the friendlier names of re-exports stand behind GTD's own.
GTD = Source(
    facts=FACTS,
    columns={
        "eventid": ("eventid", "event_id"),
        "iyear": ("iyear", "year"),
        "as_published": ("iyear",),
        "imonth": ("imonth", "month"),
        "iday": ("iday", "day"),
        "country": ("country_txt", "country"),
        "provstate": ("provstate", "state", "province"),
        "city": ("city",),
        "latitude": ("latitude",),
        "longitude": ("longitude",),
        "specificity": ("specificity",),
        "success": ("success",),
        "suicide": ("suicide",),
        "attacktype": ("attacktype1_txt", "attacktype", "attack_type", "attacktype1"),
        "targtype": ("targtype1_txt", "targtype", "target_type", "targettype", "targtype1"),
        "gname": ("gname", "group", "group_name"),
        "weaptype": ("weaptype1_txt", "weaptype", "weapon_type", "weapontype", "weaptype1"),
        "nkill": ("nkill", "killed"),
        "nkillter": ("nkillter",),
        "nwound": ("nwound", "wounded"),
        "nhostkid": ("nhostkid",),
    },
    layouts=(
        frozenset({"as_published", "imonth", "country"}),
        frozenset({"iyear", "imonth", "iday", "country", "attacktype", "gname", "nkill"}),
        frozenset({"iyear", "imonth", "iday", "country", "attacktype", "targtype", "nkill"}),
        frozenset({"iyear", "country", "attacktype", "targtype", "gname", "nkill"}),
    ),
    read=_read,
    id_key="eventid",
    vintage=_vintage,
    codes={
        "specificity": GEO_PRECISION,
        "attacktype1": _both({}, ATTACK_NUMBERS),
        "targtype1": _both({}, TARGET_NUMBERS),
        "weaptype1": _both({}, WEAPON_NUMBERS),
        "nkill, nkillter, nwound, nhostkid": {"-9": "unknown", "-99": "unknown"},
        "imonth, iday": {"0": "unknown"},
    },
)
