"""Exceedance: the lines are the table, the axes say basis, unit and horizon."""

import numpy as np
import pytest

import riskkit as rk


def test_lines_are_the_table(risk):
    ax = rk.plots.exceedance(risk, region="MLI")
    table = risk.exceedance("MLI")
    for basis, line in zip(("aep", "oep"), ax.lines, strict=True):
        rows = table[table["basis"] == basis]
        np.testing.assert_array_equal(line.get_xdata(), rows["deaths"])
        np.testing.assert_array_equal(line.get_ydata(), rows["probability"])
        assert basis.upper() in line.get_label()
    assert ax.get_yscale() == "log"
    assert ax.get_ylabel() == "chance in a year"
    assert "deaths" in ax.get_xlabel()
    assert ax.get_title("left") == "MLI: deaths in 2019-01 to 2019-12, 90% bands"


def test_a_year_has_return_periods(risk):
    ax = rk.plots.exceedance(risk, region="MLI")
    (right,) = ax.child_axes
    assert right.get_ylabel() == "return period, years"
    ax.get_figure().canvas.draw()
    assert sorted(right.get_ylim()) == pytest.approx(sorted(1 / y for y in ax.get_ylim()))


def test_another_horizon_is_named_and_has_none(tally):
    half = rk.RiskModel().fit(tally).forecast(horizon=6, rng=1, worlds=20, years=5)
    ax = rk.plots.exceedance(half, region="MLI")
    assert not ax.child_axes
    assert ax.get_ylabel() == "chance in 2019-01 to 2019-06"
    assert "no return periods" in ax.get_figure().texts[0].get_text()


def test_all_regions_by_default(risk):
    assert rk.plots.exceedance(risk).get_title("left").startswith("all regions")


def test_notes_are_printed(risk):
    text = rk.plots.exceedance(risk).get_figure().texts[0].get_text()
    assert "Made up for a test." in text


def test_wrong_arguments_are_named(risk):
    with pytest.raises(ValueError, match="XXX"):
        rk.plots.exceedance(risk, region="XXX")
    with pytest.raises(ValueError, match="rarest is 2"):
        rk.plots.exceedance(risk, rarest=2)
