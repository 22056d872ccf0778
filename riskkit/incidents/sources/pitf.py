"""Worldwide Atrocities Dataset of the Political Instability Task Force (PITF), 1995-2020."""

import pandas as pd

from riskkit.incidents.cells import Cells
from riskkit.incidents.coverage import SourceFacts, Watch
from riskkit.incidents.sources.lasting import event_days
from riskkit.incidents.sources.source import Source

__all__ = ["PITF"]

_PAGE = "https://eventdata.parusanalytics.com/data.dir/atrocities.html"
FACTS = SourceFacts(
    name="pitf",
    title="PITF Worldwide Atrocities Dataset",
    watches=(Watch("1995-01-01", "2020-02-29", origin=_PAGE),),
    unit="killing of non-combatants, as a rule of five or more",
    deaths="civilians killed",
    deadly_only=True,
    notes=(
        "PITF holds killings of five or more civilians, and targeted ones of fewer.",
        "PITF takes Syria's events from other sources from January 2016 on.",
        "Campaigns, which sum many attacks, are set aside.",
    ),
    terms="free for research",
    access=_PAGE,
)


def _read(cells: Cells) -> dict[str, pd.Series]:
    kind = cells.text("event_type").str.lower()
    campaign = (kind == "campaign").fillna(False).astype(bool)
    cells.set_aside(campaign, "not an attack: a campaign of many", expected=True)
    first, precision = cells.date_parts("start_year", "start_month", "start_day")
    last, end_precision = cells.date_parts("end_year", "end_month", "end_day")
    # The first day of an end's month or year can lie before the start, and a slip can: neither is
    # the last day.
    early = last < first
    cells.blank(early & (end_precision == "day"), "end_day", "an end before the start")
    date = last.mask(early).fillna(first)
    precision = end_precision.mask(early).fillna(precision)
    best, low, high = cells.toll("deaths")
    return {
        "date": date,
        "date_precision": precision,
        "country": cells.country("country"),
        "place": cells.text("locality"),
        "target_group": pd.Series("civilians", index=cells.index, dtype="str"),
        "fatalities": best,
        "fatalities_low": low,
        "fatalities_high": high,
        "days": event_days(cells, first, date, best).where((precision == "day") & ~early),
    }


PITF = Source(
    facts=FACTS,
    columns={
        "event_type": ("event_type",),
        "start_year": ("start_year",),
        "start_month": ("start_month",),
        "start_day": ("start_day",),
        "end_year": ("end_year",),
        "end_month": ("end_month",),
        "end_day": ("end_day",),
        "country": ("country",),
        "deaths": ("deaths_number",),
        "locality": ("locality",),
        "description": ("description",),
    },
    layouts=(frozenset({"event_type", "start_year", "start_month", "country", "deaths"}),),
    read=_read,
)
