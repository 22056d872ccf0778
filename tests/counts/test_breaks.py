"""A source's breaks and gaps on their way: said by the tally, taken by a model, drawn by a plot."""

import itertools
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import riskkit as rk
from riskkit.errors import RiskkitWarning
from riskkit.frequency.series import series
from riskkit.incidents.coverage import Break
from riskkit.incidents.schema import conform
from riskkit.incidents.sources import SOURCES

COUNTRIES = ["BFA", "CIV", "GHA", "MLI", "NER", "NGA", "SEN", "TCD"]


@pytest.fixture(scope="module")
def tally():
    """Attacks as GTD would have them, recorded three times as seldom from 1998 on."""
    chance = np.random.default_rng(0)
    months = pd.period_range("1994-01", "2001-12", freq="M")
    rate = np.where(months < pd.Period("1998-01", "M"), 3.0, 1.0)
    counts = chance.poisson(rate, (len(COUNTRIES), len(months))).ravel()
    country = np.repeat(np.repeat(COUNTRIES, len(months)), counts)
    day = np.repeat(np.tile(months.start_time, len(COUNTRIES)), counts)
    table = pd.DataFrame({"country": country, "date": day, "source": "gtd", "fatalities": 1,
                          "date_precision": "day"})  # fmt: skip
    table["incident_id"] = [str(number) for number in range(len(table))]
    return rk.tally(conform(table), by="country", every="month", start="1992-01", end="2001-12")


def test_the_tally_uses_gaps_and_breaks_and_says_so(tally):
    assert np.isnan(tally.panel("attacks").loc["MLI", "1993-06"])
    assert tally.watched.loc["MLI", "1993-01":"1993-12"].eq(0).all()
    assert [step.date for step in tally.breaks] == ["1998-01-01"]
    text = "\n".join(tally.notes)
    assert "was not watching from 1993-01-01 to 1993-12-31" in text
    assert "changed its method on 1998-01-01" in text
    assert "96 of 960 cells" in text
    assert "2008" not in text, "a break outside the periods is none of this tally's"


def test_a_model_takes_the_break_for_a_step_and_not_for_drift(tally):
    declared = rk.FrequencyModel().fit(tally).summary()["estimate"]
    smaller = tally.select(["MLI"])
    with_break = rk.FrequencyModel().fit(smaller).summary()["estimate"]
    without = rk.FrequencyModel().fit(replace(smaller, breaks=())).summary()["estimate"]
    assert declared["drift"] < 0.1
    assert with_break["drift"] < without["drift"]


def test_a_plot_marks_the_break_and_the_gap(tally):
    ax = rk.plots.counts(tally, region="MLI")
    labels = ax.get_legend_handles_labels()[1]
    assert {"change of method", "not watched"} <= set(labels)
    marks = [line for line in ax.lines if line.get_label() == "change of method"]
    assert len(marks) == 1


@pytest.mark.parametrize(
    "pair", [*itertools.combinations([*SOURCES, "west_africa", "claims", "news"], 2)]
)
def test_any_two_sources_added_up_warn(pair):
    table = conform(pd.DataFrame({"incident_id": ["a", "b"], "date": "2021-06-18", "source": pair,
                                  "date_precision": "day", "country": "MLI"}))  # fmt: skip
    pattern = "count different things|may hold the same events"
    with pytest.warns(RiskkitWarning, match=pattern):
        tally = rk.tally(table, by="country", every="year", start="2021", end="2021")
    assert any("added up" in note for note in tally.notes)


def test_of_many_sources_added_up_some_are_named():
    names = [f"paper {number}" for number in range(20)]
    table = conform(pd.DataFrame({"incident_id": names, "date": "2021-06-18", "source": names,
                                  "date_precision": "day", "country": "MLI"}))  # fmt: skip
    with pytest.warns(RiskkitWarning, match="and 14 more; riskkit.match_incidents"):
        rk.tally(table, by="country", every="year", start="2021", end="2021")


@pytest.fixture(scope="module")
def of_two_sources():
    """The same attacks as two sources have them, of which one changes its method in 1998."""
    months = pd.period_range("1994-01", "2001-12", freq="M").start_time
    table = pd.concat(
        pd.DataFrame({"country": "IRQ", "date": np.repeat(months, 3), "source": name,
                      "fatalities": 1, "date_precision": "day"})
        for name in ("gtd", "ucdp")
    )  # fmt: skip
    table["incident_id"] = [str(number) for number in range(len(table))]
    return rk.tally(conform(table), by=["source", "country"], every="month",
                    start="1994-01", end="2001-12")  # fmt: skip


def test_a_break_is_one_of_the_regions_of_its_source(of_two_sources):
    assert [step.source for step in of_two_sources.breaks] == ["gtd"]
    assert of_two_sources.breaks_of("ucdp / IRQ") == ()
    assert of_two_sources.breaks_of("gtd / IRQ") == of_two_sources.breaks
    assert of_two_sources.select(["ucdp / IRQ"]).breaks == ()
    both = of_two_sources.select(["ucdp / IRQ", "gtd / IRQ"])
    assert both.breaks == of_two_sources.breaks
    drawn = {
        region: rk.plots.counts(of_two_sources, region=region).get_legend_handles_labels()[1]
        for region in of_two_sources.regions
    }
    assert "change of method" in drawn["gtd / IRQ"]
    assert "change of method" not in drawn["ucdp / IRQ"]


def test_a_model_steps_only_where_the_regions_source_does(of_two_sources):
    stepping = series(of_two_sources).break_sd > 0
    at = of_two_sources.periods == pd.Period("1998-01", "M")
    assert stepping[list(of_two_sources.regions).index("gtd / IRQ")].tolist() == at.tolist()
    assert not stepping[list(of_two_sources.regions).index("ucdp / IRQ")].any()
    rk.FrequencyModel().fit(of_two_sources)


@pytest.mark.parametrize(("date", "year"), [("2011-11-01", 2012), ("2011-03-01", 2011)])
def test_a_break_begins_with_the_period_that_is_mostly_of_the_new_method(date, year):
    years = pd.period_range("2008", "2014", freq="Y")
    recorded = pd.DataFrame([[100, 100, 100, 117, 200, 200, 200]], ["IRQ"], years)
    made = rk.Tally.from_panel(attacks=recorded)
    stepping = series(replace(made, breaks=(Break(date, "other coders"),))).break_sd[0] > 0
    assert years[stepping].year.tolist() == [year]
