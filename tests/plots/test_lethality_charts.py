"""Lethality: dots are the tolls on record, the line is the model's own survival."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import riskkit as rk


@pytest.fixture(scope="module")
def result(tally):
    return rk.LethalityModel().fit(tally)


def line(ax, label):
    (found,) = [x for x in ax.lines if x.get_label() == label]
    return found.get_xdata(), found.get_ydata()


def test_dots_are_the_share_of_attacks_that_reach_each_toll(tally, result):
    ax = rk.plots.lethality(result, region="MLI")
    x, share = line(ax, "on record")
    rows = tally.fatalities().query("region == 'MLI'")
    tolls = np.repeat(rows["fatalities"].to_numpy(int), rows["attacks"])
    np.testing.assert_allclose(share, [(tolls >= toll).mean() for toll in x])
    assert set(x) == set(tolls[tolls > 0])


def test_the_line_is_what_the_model_says(result):
    ax = rk.plots.lethality(result, region="NER", draws=200, rng=4)
    x, fitted = line(ax, "fitted (mean)")
    at = list(result.regions).index("NER")
    np.testing.assert_allclose(fitted, result.sf(x, 200, 4)[:, at].mean(axis=0))
    assert ax.get_xscale() == ax.get_yscale() == "log"
    assert ax.get_xlim()[1] >= x.max()


def test_a_region_without_tolls_says_what_the_curve_is():
    months = pd.period_range("2020-01", periods=3, freq="M")
    quiet = rk.Tally.from_panel(attacks=pd.DataFrame([[2, 0, 1]], ["MLI"], months))
    ax = rk.plots.lethality(rk.LethalityModel().fit(quiet))
    assert "No toll on record" in ax.get_figure().texts[0].get_text()


def test_a_region_must_be_named_where_there_are_several(result):
    with pytest.raises(ValueError, match="accepted: one of BFA, MLI, NER"):
        rk.plots.lethality(result)


def test_a_toll_of_none_is_no_figure_where_only_deadly_attacks_are_collected(tally):
    deadly = rk.LethalityModel().fit(replace(tally, deadly_only=True))
    x, share = line(rk.plots.lethality(deadly, region="MLI"), "on record")
    assert x[0] == 1
    assert share[0] == 1.0
