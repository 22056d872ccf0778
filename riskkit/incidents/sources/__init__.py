"""The sources that riskkit knows, one file each; `list_sources` gives them as a table."""

import pandas as pd

from riskkit.incidents.coverage import SourceFacts
from riskkit.incidents.sources import simulated_census, west_africa
from riskkit.incidents.sources.acled import ACLED
from riskkit.incidents.sources.awsd import AWSD
from riskkit.incidents.sources.cpost import CPOST
from riskkit.incidents.sources.gdelt import GDELT
from riskkit.incidents.sources.gtd import GTD
from riskkit.incidents.sources.icews import ICEWS
from riskkit.incidents.sources.own import OWN
from riskkit.incidents.sources.pitf import PITF
from riskkit.incidents.sources.polecat import POLECAT
from riskkit.incidents.sources.rand import RAND
from riskkit.incidents.sources.scad import SCAD
from riskkit.incidents.sources.source import Source
from riskkit.incidents.sources.ucdp import UCDP

__all__ = ["SOURCES", "Source", "list_sources", "source_codes", "source_facts"]

# In the order in which they are tried: riskkit's own columns first, then the most particular.
SOURCES: dict[str, Source] = {
    source.name: source
    for source in (
        OWN, UCDP, ACLED, SCAD, AWSD, CPOST, PITF, GDELT, ICEWS, POLECAT, GTD, RAND
    )
}  # fmt: skip
_FACTS = {name: source.facts for name, source in SOURCES.items()} | {
    facts.name: facts for facts in (west_africa.FACTS, simulated_census.FACTS)
}


def source_facts(name: str) -> SourceFacts:
    """Give the facts of a source by its short name; nothing is assumed of an unknown one.

    Parameters
    ----------
    name : str
        As in the column ``source`` of the incidents table.

    Examples
    --------
    >>> source_facts("ucdp").deadly_only
    True
    """
    return _FACTS.get(name, SourceFacts(name=name, title=name))


def list_sources() -> pd.DataFrame:
    """List the sources that riskkit knows: what a row is, what is covered, how to get each.

    Returns
    -------
    pandas.DataFrame
        Indexed by short name: ``title``; ``unit`` (what one row is); ``deaths`` (whose deaths
        are counted); ``without_deaths`` (whether attacks that killed nobody are collected);
        ``start``, ``end`` (first and last day watched anywhere, ISO; missing: not known or no
        end); ``countries`` (how many have days of their own); ``gaps``, ``breaks`` (days);
        ``codes`` (columns whose codes `source_codes` tells); ``census``; ``terms``; ``access``.

    See Also
    --------
    source_facts : All that is known of one; ``source_facts("gtd").to_frame()`` with the origins.
    source_codes : The codes of one source.

    Examples
    --------
    >>> list_sources().loc["gtd", ["start", "gaps", "breaks"]].tolist()
    ['1970-01-01', '1993-01-01 to 1993-12-31', '1998-01-01, 2008-04-01, 2011-11-01']
    """
    rows = {}
    for name, facts in _FACTS.items():
        starts = [watch.start for watch in facts.watches if watch.start]
        ends = [watch.end for watch in facts.watches]
        codes = SOURCES[name].codes if name in SOURCES else {}
        rows[name] = {
            "title": facts.title,
            "unit": facts.unit,
            "deaths": facts.deaths,
            "without_deaths": not facts.deadly_only,
            "start": min(starts, default=None),
            "end": max((end for end in ends if end), default=None) if all(ends) else None,
            "countries": len({watch.country for watch in facts.watches} - {None}),
            "gaps": ", ".join(f"{gap.start} to {gap.end}" for gap in facts.gaps),
            "breaks": ", ".join(step.date for step in facts.breaks),
            "codes": ", ".join(codes),
            "census": facts.census,
            "terms": facts.terms,
            "access": facts.access,
        }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("source")


def source_codes(name: str) -> pd.DataFrame:
    """Give the codes of a source and what each becomes in the incidents table.

    Parameters
    ----------
    name : str
        Short name of the source.

    Returns
    -------
    pandas.DataFrame
        One row a code: ``column`` (of the source), ``code``, ``meaning``.

    Raises
    ------
    ValueError
        If riskkit knows no such source.

    Examples
    --------
    >>> source_codes("acled").head(3)
               column code meaning
    0  time_precision    1     day
    1  time_precision    2    week
    2  time_precision    3   month
    """
    if name not in SOURCES:
        raise ValueError(f"no source {name!r}; known: {', '.join(SOURCES)}")
    rows = [
        (column, code, meaning)
        for column, table in SOURCES[name].codes.items()
        for code, meaning in table.items()
    ]
    return pd.DataFrame(rows, columns=["column", "code", "meaning"], dtype="str")
