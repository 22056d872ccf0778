"""The simulated census that ships with riskkit: its facts; its layout is riskkit's own."""

from riskkit.incidents.coverage import SourceFacts, Watch

__all__ = ["FACTS"]

FACTS = SourceFacts(
    name="simulated",
    title="Simulated census of a made-up region",
    # As in datasets/census_coverage.csv, which a test holds equal.
    watches=(
        Watch("2004-01-01", "2021-12-31"),
        Watch("2010-01-01", "2021-12-31", country="XAH"),
    ),
    gaps=(Watch("2012-03-01", "2012-08-31", country="XAC"),),
    unit="attack",
    deaths="people killed other than perpetrators",
    notes=("Simulated data of a made-up region: no real attack is in it.",),
    terms="made by riskkit, free for any use",
    access="ships with riskkit: load_dataset('census')",
)
