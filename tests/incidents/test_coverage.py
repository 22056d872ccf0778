"""Shares of periods that were watched."""

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from riskkit.incidents.coverage import Break, SourceFacts, Watch, watched_share

YEARS = pd.period_range("2000", "2004", freq="Y")


def test_a_country_with_its_own_span_follows_that_only():
    facts = SourceFacts("s", "S", (Watch("2000-01-01"), Watch("2003-01-01", None, "NER")))
    assert watched_share(YEARS, facts.spans("NER")).tolist() == [0, 0, 0, 1, 1]
    assert watched_share(YEARS, facts.spans("MLI")).tolist() == [1, 1, 1, 1, 1]


def test_no_state_is_watched_before_it_was_founded():
    always = SourceFacts("s", "S", (Watch("1970-01-01"),))
    assert always.spans("SSD")[0][0] == pd.Timestamp("2011-07-09")
    assert SourceFacts("s", "S", (Watch("1970-01-01", "2000-12-31"),)).spans("SSD") == []
    assert always.spans("MLI")[0][0] == pd.Timestamp("1970-01-01")
    told = always.to_frame().set_index("country").loc["CZE"]
    assert told[["what", "end"]].tolist() == ["not watched", "1992-12-31"]
    late = SourceFacts("s", "S", (Watch("2015-01-01"),)).to_frame()
    assert late["what"].tolist() == ["watched"]


def test_no_state_is_watched_after_its_last_day():
    always = SourceFacts("s", "S", (Watch("1970-01-01"),))
    assert always.spans("SUN") == [(pd.Timestamp("1970-01-01"), pd.Timestamp("1991-12-31"))]
    assert SourceFacts("s", "S", (Watch("2000-01-01"),)).spans("SUN") == []
    told = always.to_frame().set_index("country").loc["SUN"]
    assert told[["what", "start"]].tolist() == ["not watched", "1992-01-01"]


def test_a_source_may_write_a_state_under_its_own_name_in_other_years():
    named = (Watch("1992-01-01", None, "RUS", "its codebook"),)
    facts = SourceFacts("s", "S", (Watch("1970-01-01"),), states=named)
    assert facts.spans("RUS")[0][0] == pd.Timestamp("1992-01-01")
    told = facts.to_frame().set_index("country").loc["RUS"]
    assert told[["what", "end", "origin"]].tolist() == ["not watched", "1991-12-31", "its codebook"]


def test_a_gap_takes_its_days_away():
    facts = SourceFacts("s", "S", (Watch(),), (Watch("2001-01-01", "2001-12-31"),))
    assert watched_share(YEARS, facts.spans(None), facts.holes("MLI")).tolist() == [1, 0, 1, 1, 1]


@settings(max_examples=30, deadline=None)
@given(st.integers(-400, 2200), st.integers(0, 2000), st.sampled_from(["D", "W-SUN", "M", "Y"]))
def test_days_watched_add_up_whatever_the_period(first, length, frequency):
    start = pd.Timestamp("2000-01-03") + pd.Timedelta(days=first)
    end = start + pd.Timedelta(days=length)
    periods = pd.period_range("2000-01-03", "2004-12-31", freq=frequency)
    share = watched_share(periods, [(start, end)])
    days = (periods.end_time.normalize() - periods.start_time.normalize()).days.to_numpy() + 1
    bounds = (
        max(start, periods[0].start_time),
        min(end, periods[-1].end_time.normalize()),
    )
    expected = max((bounds[1] - bounds[0]).days + 1, 0)
    assert round(float((share * days).sum())) == expected
    assert ((share >= 0) & (share <= 1)).all()


def test_gaps_and_breaks_are_told_where_they_matter():
    facts = SourceFacts(
        "s",
        "S",
        gaps=(Watch("2001-01-01", "2001-12-31", "NER"),),
        breaks=(Break("2003-01-01", "x"),),
    )
    days = pd.Timestamp("2002-01-01"), pd.Timestamp("2004-12-31")
    assert facts.caveats(*days) == ("S changed its method on 2003-01-01: x.",)
    assert len(facts.caveats(pd.Timestamp("2000-01-01"), pd.Timestamp("2001-01-01"))) == 1
