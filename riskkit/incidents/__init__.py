"""Read: any source becomes one validated table, one row an attack."""

from riskkit.incidents.check import IncidentCheck, check_incidents
from riskkit.incidents.datasets import load_dataset
from riskkit.incidents.downloads.acled_events import download_acled
from riskkit.incidents.downloads.open_data import (
    download_natural_earth,
    download_population,
    download_ucdp,
)
from riskkit.incidents.match import match_incidents
from riskkit.incidents.matched import IncidentMatch
from riskkit.incidents.read import read_incidents
from riskkit.incidents.regions import assign_regions, region_weights
from riskkit.incidents.sources import list_sources, source_codes, source_facts
from riskkit.incidents.versions import VersionChanges, compare_versions

__all__ = [
    "IncidentCheck",
    "IncidentMatch",
    "VersionChanges",
    "assign_regions",
    "check_incidents",
    "compare_versions",
    "download_acled",
    "download_natural_earth",
    "download_population",
    "download_ucdp",
    "list_sources",
    "load_dataset",
    "match_incidents",
    "read_incidents",
    "region_weights",
    "source_codes",
    "source_facts",
]
