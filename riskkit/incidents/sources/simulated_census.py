"""The simulated census that ships with riskkit: its facts; its layout is riskkit's own."""

from riskkit.incidents.coverage import SourceFacts

__all__ = ["FACTS"]

FACTS = SourceFacts(
    name="simulated",
    title="Simulated census of a made-up region",
    unit="attack",
    deaths="people killed other than perpetrators",
    notes=("Simulated data of a made-up region: no real attack is in it.",),
    terms="made by riskkit, free for any use",
    access="ships with riskkit: load_dataset",
)
