"""Forecasts: the fan is the table at each level, the past is the panel."""

import numpy as np
import pandas as pd
import pytest

import riskkit as rk


@pytest.fixture(scope="module")
def ahead(tally):
    return rk.FrequencyModel().fit(tally).forecast(horizon=12, draws=200, rng=1)


def heights(band):
    """Lowest and highest y of a filled band."""
    y = band.get_paths()[0].vertices[:, 1]
    return y.min(), y.max()


def test_the_fan_is_the_table(ahead):
    ax = rk.plots.forecast(ahead, region="MLI", levels=(0.8, 0.5))
    mean = ax.patches[-1].get_data()
    np.testing.assert_allclose(mean.values, ahead.to_frame().loc["MLI", "estimate"])
    for level, band in zip((0.8, 0.5), ax.collections, strict=True):
        table = ahead.to_frame(level).loc["MLI"]
        assert heights(band) == (table["lower"].min(), table["upper"].max())
        assert band.get_label() == f"{level:.0%} of futures"
    assert ax.get_ylabel() == "attacks per month"


def test_the_past_is_the_panel(ahead, tally):
    ax = rk.plots.forecast(ahead, region="MLI", history=tally)
    past = next(p for p in ax.patches if p.get_label() == "counted").get_data()
    np.testing.assert_array_equal(past.values, tally.panel("attacks").loc["MLI"])
    assert past.edges[-1] == ax.patches[-1].get_data().edges[0]
    assert any(p.get_label() == "not watched" for p in ax.patches)


def test_all_regions_are_whole_draws_added_up(ahead, tally):
    ax = rk.plots.forecast(ahead, history=tally)
    total = ahead.total(over="regions").to_frame()["estimate"]
    np.testing.assert_allclose(ax.patches[-1].get_data().values, total)
    assert ax.get_title("left") == "all regions: attacks foreseen, 2019-01 to 2019-12"


def test_what_does_not_fit_together_is_refused(ahead, tally, risk):
    with pytest.raises(ValueError, match="added up"):
        rk.plots.forecast(ahead.total(over="periods"))
    with pytest.raises(ValueError, match="no tally counts deaths in the deadliest attack"):
        rk.plots.forecast(risk.largest, region="MLI", history=tally)
    years = pd.period_range("2015", periods=4, freq="Y")
    yearly = rk.Tally.from_panel(attacks=pd.DataFrame([[1, 2, 3, 4]], ["MLI"], years))
    with pytest.raises(ValueError, match="same length of period"):
        rk.plots.forecast(ahead, region="MLI", history=yearly)
    with pytest.raises(ValueError, match="history has no region"):
        rk.plots.forecast(ahead, region="NER", history=tally.select(["MLI"]))


def test_reasons_stack_the_weights_of_the_regions_own_past():
    random = np.random.default_rng(1)
    months = pd.period_range("2010-01", periods=96, freq="M")
    counts = pd.DataFrame(random.poisson(1.0, (3, 96)), ["MLI", "NER", "BFA"], months)
    fitted = rk.ForecastPool(quantity="deaths").fit(rk.Tally.from_panel(deaths=counts))
    ax = rk.plots.reasons(fitted, "MLI", horizon=6)
    table = fitted.explain("MLI", 6)
    last = table[(table["region"] == "MLI") & (table["period"] == months[-1])]["weight"].sum()
    tops = np.max([patch.get_data().values[-1] for patch in ax.patches])
    assert tops == pytest.approx(last)
    assert "other regions that looked alike" in ax.get_figure().texts[0].get_text()
