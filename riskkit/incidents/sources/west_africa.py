"""The West Africa fact table that ships with riskkit: its facts; its layout is riskkit's own."""

from riskkit.incidents.coverage import SourceFacts

__all__ = ["FACTS", "MARKS"]

# Columns that no other table has together: it is known by them where ``source`` is not written.
MARKS = frozenset({"target_detail", "source_url", "perpetrators_killed", "hostages"})

FACTS = SourceFacts(
    name="west_africa",
    title="West Africa and Sahel fact table",
    unit="attack",
    deaths="people killed other than perpetrators, as far as the pages tell",
    census=False,
    notes=(
        "The West Africa table was written by hand from pages that were read: well-known and "
        "deadly attacks are over-represented, so it gives no rates, trends or comparisons.",
    ),
    terms="facts written for riskkit; each row names the page it rests on",
    access="ships with riskkit: load_dataset('west_africa')",
)
