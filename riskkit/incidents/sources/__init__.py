"""The sources that riskkit knows, one file each."""

from riskkit.incidents.coverage import SourceFacts
from riskkit.incidents.sources import simulated_census, west_africa
from riskkit.incidents.sources.acled import ACLED
from riskkit.incidents.sources.awsd import AWSD
from riskkit.incidents.sources.cpost import CPOST
from riskkit.incidents.sources.gdelt import GDELT
from riskkit.incidents.sources.gtd import GTD
from riskkit.incidents.sources.icews import ICEWS
from riskkit.incidents.sources.own import OWN, own_table
from riskkit.incidents.sources.pitf import PITF
from riskkit.incidents.sources.polecat import POLECAT
from riskkit.incidents.sources.rand import RAND
from riskkit.incidents.sources.scad import SCAD
from riskkit.incidents.sources.source import Source
from riskkit.incidents.sources.ucdp import UCDP

__all__ = ["SOURCES", "Source", "own_table", "source_facts"]

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
