"""What every source must state, and that its page says it."""

from pathlib import Path

import pytest

from riskkit.incidents.schema import COLUMNS
from riskkit.incidents.sources import SOURCES, list_sources, source_codes, source_facts

PAGE = Path(__file__).parents[3] / "docs" / "sources.md"


@pytest.mark.parametrize("name", SOURCES)
def test_a_source_states_its_facts_and_is_in_the_docs(name):
    source = SOURCES[name]
    facts = source.facts
    assert source_facts(name) is facts
    assert facts.title and facts.unit and facts.deaths and facts.terms and facts.access
    assert f"`{name}`" in PAGE.read_text(encoding="utf-8")
    for layout in source.layouts:
        assert layout <= source.columns.keys()
    assert all(key == key.lower() for names in source.columns.values() for key in names)


def test_a_source_that_is_not_known_has_no_assumed_facts():
    facts = source_facts("claims")
    assert (facts.title, facts.watches, facts.deadly_only) == ("claims", (), False)


def test_no_layout_is_another_sources():
    for source in SOURCES.values():
        for layout in source.layouts:
            header = [source.columns[key][0] for key in layout]
            first = next(known for known in SOURCES.values() if not known.missing(header))
            assert first is source, (source.name, first.name)


def test_columns_of_the_schema_are_riskkits_own_layout():
    assert set(SOURCES["own"].columns) == {column.name for column in COLUMNS}


def test_sources_are_listed_with_coverage_codes_and_how_to_get_them():
    table = list_sources()
    assert set(table.index) >= {*SOURCES, "west_africa", "simulated"}
    assert table[["title", "unit", "deaths", "terms", "access"]].ne("").all(axis=None)
    assert table.loc["gtd", "gaps"] == "1993-01-01 to 1993-12-31"
    assert table.loc["rand", ["start", "end"]].tolist() == ["1968-01-01", "2009-12-31"]
    assert table.loc["acled", "countries"] > 150
    assert not table.loc["ucdp", "without_deaths"] and not table.loc["west_africa", "census"]


def test_codes_are_a_table():
    codes = source_codes("gtd").set_index(["column", "code"])["meaning"]
    assert codes["targtype1", "18"] == "Tourists"
    assert codes["nkill, nkillter, nwound, nhostkid", "-99"] == "unknown"
    with pytest.raises(ValueError, match=r"no source 'gdt'; known: own, ucdp"):
        source_codes("gdt")


@pytest.mark.parametrize("name", [name for name in SOURCES if name != "own"])
def test_coverage_and_breaks_name_their_origin(name):
    facts = source_facts(name)
    assert facts.watches, "when it watched must be known"
    of_releases = [gap for _, gap in facts.release_gaps]
    for fact in (*facts.watches, *facts.gaps, *of_releases, *facts.breaks):
        assert fact.origin, fact
    assert all(step.source == name for step in facts.breaks)
    unverified = [watch.country for watch in facts.watches if watch.origin == "not verified"]
    assert unverified == (["ESH"] if name == "acled" else [])
