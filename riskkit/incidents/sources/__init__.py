"""The sources that riskkit knows, one file each."""

from riskkit.incidents.coverage import SourceFacts

__all__ = ["source_facts"]


def source_facts(name: str) -> SourceFacts:
    """Give the facts of a source by its short name; nothing is assumed of an unknown one."""
    return SourceFacts(name=name, title=name)
