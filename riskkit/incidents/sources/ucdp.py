"""UCDP Georeferenced Event Dataset (GED) and its monthly candidate events."""

import re

import numpy as np
import pandas as pd

from riskkit.incidents.cells import Cells
from riskkit.incidents.coverage import SourceFacts, Watch
from riskkit.incidents.sources.lasting import event_days
from riskkit.incidents.sources.source import Source

__all__ = ["UCDP"]

_CODEBOOK = "GED codebook 22.1, page 3; Sundberg and Melander (2013), " \
    "https://doi.org/10.1177/0022343313484347"  # fmt: skip
# Codebooks up to 18.1 say so; 19.1 has fewer events in all than a release with Syria would.
_NO_SYRIA = Watch("1989-01-01", "2018-12-31", "SYR", "GED codebook 18.1; size of GED 19.1")
FACTS = SourceFacts(
    name="ucdp",
    title="UCDP Georeferenced Event Dataset",
    watches=(Watch("1989-01-01", None, origin=_CODEBOOK),),
    release_gaps=(("19.1", _NO_SYRIA),),
    unit="event with at least one death; an event can run over days, its date is its last day",
    deaths="all people killed, combatants of both sides included",
    deadly_only=True,
    notes=(
        "UCDP counts events of armed conflict and one-sided violence, not terrorist attacks, "
        "and the deaths of combatants with those of civilians.",
        "Releases up to 19.1 (of 2019) leave Syria out.",
    ),
    terms="CC BY 4.0",
    access="https://ucdp.uu.se/downloads/",
)

TYPES = {
    "1": "state-based",
    "2": "non-state",
    "3": "one-sided",
    "state-based violence": "state-based",
    "state-based conflict": "state-based",
    "non-state violence": "non-state",
    "non-state conflict": "non-state",
    "one-sided violence": "one-sided",
}
DATE_PRECISION = {"1": "day", "2": "week", "3": "week", "4": "month", "5": "year"}
# 5 is a line or a vague area within a country, 7 is at sea or in the air.
GEO_PRECISION = {
    "1": "exact", "2": "near", "3": "admin2", "4": "admin1", "5": "admin1", "6": "country",
    "7": "country",
}  # fmt: skip


def _read(cells: Cells) -> dict[str, pd.Series]:
    best, low, high = cells.toll("best")
    if cells.has("date_end"):
        date, precision = cells.date("date_end")
        days = event_days(cells, cells.date("date_start")[0], date, best)
        if cells.has("date_prec"):
            precision = cells.code("date_prec", DATE_PRECISION, what="a date precision")
            precision = precision.mask(date.isna())
        else:
            cells.notes.append("no column date_prec: dates are taken as finely as they are written")
    else:
        date, precision = cells.date_parts("year", "month", "day")
        days = pd.Series(pd.NA, index=cells.index, dtype="Int64")
    north, east = cells.place("latitude", "longitude")
    group, actor = _target(cells, cells.code("type_of_violence", TYPES, what="a type of violence"))
    return {
        "incident_id": cells.text("id"),
        "date": date,
        "date_precision": precision,
        "country": cells.country("country"),
        "admin1": cells.text("adm_1"),
        "place": cells.text("where_coordinates"),
        "latitude": north,
        "longitude": east,
        "geo_precision": cells.code("where_prec", GEO_PRECISION, what="a precision of place"),
        "target_group": group,
        "actor": actor,
        "fatalities": best,
        "fatalities_low": cells.people("low").fillna(low),
        "fatalities_high": cells.people("high").fillna(high),
        "days": days,
    }


def _target(cells: Cells, kind: pd.Series) -> tuple[pd.Series, pd.Series]:
    """Give whom an event hit, by who died, and who acted.

    UCDP doesn't say who attacked whom in a fight: the target is the group with most deaths and,
    where those are unknown or level, what the type of violence implies. Both sides are the
    actor of a fight, the first side that of one-sided violence.
    """
    state_based, one_sided = (kind == "state-based").to_numpy(), (kind == "one-sided").to_numpy()
    actor = _actor(cells, one_sided)
    codes, names = cells.distinct("side_b")
    governs = np.array([name.startswith("Government of") for name in names] + [False])
    dead_a, dead_b, civilians = (
        cells.people(key).to_numpy("float64", na_value=0)
        for key in ("deaths_a", "deaths_b", "deaths_civilians")
    )
    forces = np.where(state_based, dead_a, 0) + np.where(governs[codes] & state_based, dead_b, 0)
    armed = dead_a + dead_b - forces
    most = np.maximum(np.maximum(forces, armed), civilians)
    by_deaths = [forces == most, armed == most, civilians == most]
    leads = (np.sum(by_deaths, axis=0, dtype=np.int8) == 1) & (most > 0) & ~one_sided
    implied = np.where(one_sided, 2, np.where((kind == "non-state").to_numpy(), 1, -1))
    hit = np.select([leads & side for side in by_deaths], [0, 1, 2], implied)
    return cells.spread(["security forces", "armed group", "civilians"], hit), actor


def _actor(cells: Cells, one_sided: np.ndarray) -> pd.Series:
    """Give both sides by name, or the first alone; each pair of names is put together once."""
    codes_a, names_a = cells.distinct("side_a")
    codes_b, names_b = cells.distinct("side_b")
    second = np.where(one_sided, -1, codes_b)
    many = len(names_b) + 1
    codes, pairs = pd.factorize(codes_a.astype(np.int64) * many + second + 1)
    names = [
        None if a < 0 else names_a[a] if b == 0 else f"{names_a[a]} - {names_b[b - 1]}"
        for a, b in zip(*np.divmod(pairs, many), strict=True)
    ]
    return cells.spread(names, codes)


def _vintage(name: str) -> str | None:
    """Tell the release from a file name: ged231 is 23.1, GEDEvent_v26_0_2 is 26.0.2."""
    start = r"ged(?:event)?_?v?"
    # Candidate events of several months name the first and the last: 26.01.26.06.
    months = re.search(start + r"(\d\d)[_.](\d\d)[_.](\d\d)[_.](\d\d)(?!\d)", name.lower())
    match = months or re.search(start + r"(\d{1,2})[_.]?(\d)(?:[_.](\d+))?(?!\d)", name.lower())
    return ".".join(part for part in match.groups() if part) if match else None


UCDP = Source(
    facts=FACTS,
    columns={
        "id": ("id", "event_id"),
        "year": ("year",),
        "month": ("month",),
        "day": ("day",),
        "type_of_violence": ("type_of_violence", "type_of_vi"),
        "side_a": ("side_a",),
        "side_b": ("side_b",),
        "where_prec": ("where_prec",),
        "where_coordinates": ("where_coordinates", "where_coor"),
        "adm_1": ("adm_1",),
        "latitude": ("latitude",),
        "longitude": ("longitude",),
        "country": ("country",),
        "date_prec": ("date_prec",),
        "date_start": ("date_start",),
        "date_end": ("date_end",),
        "deaths_a": ("deaths_a",),
        "deaths_b": ("deaths_b",),
        "deaths_civilians": ("deaths_civilians", "deaths_civ"),
        "low": ("low", "low_est", "low_death"),
        "best": ("best", "best_est", "best_death"),
        "high": ("high", "high_est", "high_death"),
    },
    layouts=(
        frozenset({"id", "type_of_violence", "side_a", "side_b", "country", "date_end", "best"}),
        frozenset({"id", "type_of_violence", "side_a", "side_b", "country", "year", "month",
                   "day", "best"}),
    ),
    read=_read,
    id_key="id",
    codes={
        "type_of_violence": {code: kind for code, kind in TYPES.items() if code.isdigit()},
        "date_prec": DATE_PRECISION,
        "where_prec": GEO_PRECISION,
    },
    vintage=_vintage,
)  # fmt: skip
