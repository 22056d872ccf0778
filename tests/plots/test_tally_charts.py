"""Counts: the bars are the panel, the shading is what was not watched."""

import numpy as np
import pandas as pd
import pytest
from matplotlib import dates
from matplotlib import pyplot as plt

import riskkit as rk

MONTHS = pd.period_range("2020-01", periods=4, freq="M")


def spans(ax, label):
    """First and last x of the shading that bears a label in the legend."""
    patches = [p for p in ax.patches if p.get_label() == label]
    return [(p.get_x(), p.get_x() + p.get_width()) for p in patches]


def texts(ax):
    figure = ax.get_figure()
    return " ".join(t.get_text() for t in [*ax.texts, *figure.texts]).replace("\n", " ")


def test_bars_are_the_panel(tally):
    ax = rk.plots.counts(tally, region="MLI")
    bars = ax.patches[-1].get_data()
    np.testing.assert_array_equal(bars.values, tally.panel("attacks").loc["MLI"])
    assert np.isnan(bars.values).sum() == 6
    assert dates.num2date(bars.edges[0]).strftime("%F") == "2015-01-01"
    assert dates.num2date(bars.edges[-1]).strftime("%F") == "2019-01-01"
    assert ax.get_ylabel() == "attacks per month"
    assert ax.get_title("left") == "MLI: attacks recorded"


def test_what_was_not_watched_is_shaded(tally):
    ax = rk.plots.counts(tally, region="MLI")
    ((first, last),) = spans(ax, "not watched")
    assert [str(dates.num2date(x).date()) for x in (first, last)] == ["2016-01-01", "2016-07-01"]
    ((first, last),) = spans(ax, "partly watched")
    assert [str(dates.num2date(x).date()) for x in (first, last)] == ["2017-03-01", "2017-04-01"]
    assert not spans(rk.plots.counts(tally, region="NER"), "not watched")


def test_changes_of_method_are_marked_and_told(tally):
    ax = rk.plots.counts(tally, region="NER")
    (line,) = ax.lines
    assert line.get_xdata()[0] == dates.date2num(pd.Timestamp("2017-07-01"))
    assert "villages are counted too" in texts(ax)
    assert "Made up for a test." in texts(ax)


def test_all_regions_together(tally):
    ax = rk.plots.counts(tally, quantity="deaths")
    np.testing.assert_array_equal(
        ax.patches[-1].get_data().values, tally.panel("deaths").sum(axis=0)
    )
    assert spans(ax, "partly watched")
    assert not spans(ax, "not watched")
    assert ax.get_ylabel() == "deaths per month"


def test_nothing_recorded_and_nothing_watched_look_different():
    none = rk.Tally.from_panel(attacks=pd.DataFrame([[0, 0, 0, 0]], ["A"], MONTHS))
    blind = rk.Tally.from_panel(attacks=pd.DataFrame([[np.nan] * 4], ["A"], MONTHS))
    assert "none recorded" in texts(rk.plots.counts(none))
    assert "not watched in any period" in texts(rk.plots.counts(blind))


def test_a_table_that_is_no_census_says_so(tally):
    from dataclasses import replace

    selection = replace(tally, census=False, notes=())
    ax = rk.plots.counts(selection, region="MLI")
    assert "no census" in texts(ax)
    assert ax.get_ylabel() == "attacks on record each month"


def test_the_users_axes_are_used(tally):
    figure, (left, right) = plt.subplots(1, 2, layout="constrained")
    assert rk.plots.counts(tally, region="MLI", ax=right) is right
    assert not left.patches
    assert "Made up for a test." in texts(right)
    assert len(figure.axes) == 2


def test_an_unknown_region_is_named(tally):
    with pytest.raises(ValueError, match=r"region is 'XXX'; accepted: one of BFA, MLI, NER"):
        rk.plots.counts(tally, region="XXX")


@pytest.mark.parametrize("notes", [("short",), ("A long caveat that goes on. " * 30,)])
def test_notes_lie_inside_the_figure(tally, notes):
    from dataclasses import replace

    ax = rk.plots.counts(replace(tally, notes=notes), region="MLI")
    figure = ax.get_figure()
    figure.canvas.draw()
    inside = figure.bbox
    for text in [*figure.texts, ax.xaxis.label, ax.title]:
        if text.get_text():
            box = text.get_window_extent()
            assert box.x0 >= inside.x0 and box.x1 <= inside.x1
            assert box.y0 >= inside.y0 and box.y1 <= inside.y1
            assert box.y1 <= ax.get_window_extent().y0
