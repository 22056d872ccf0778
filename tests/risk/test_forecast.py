"""The tables of a RiskForecast: what they hold, how they add up, what they refuse."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from riskkit.risk.forecast import ALL_REGIONS

PMF = [0.6, 0.2, 0.1, 0.05, 0.03, 0.0, 0.0, 0.0, 0.0, 0.0, 0.02]
RATES = {"BFA": 0.5, "MLI": 4.0, "NER": 1.0}


@pytest.fixture(scope="module")
def risk(forecast_of):
    return forecast_of(RATES, PMF, dispersion=0.5, spread=0.3, years=100)


def test_the_table_has_a_row_a_region_and_an_interval_a_figure(risk):
    table = risk.to_frame()
    assert list(table.index) == ["BFA", "MLI", "NER", ALL_REGIONS]
    assert set(table.columns.get_level_values(1)) == {"estimate", "lower", "upper"}
    estimate = table.xs("estimate", axis=1, level=1)
    assert list(estimate) == [
        "attacks", "deaths", "expected attacks", "expected deaths", "expected deaths, bound x 10",
        "chance of an attack", "chance of 10 or more killed", "chance of 100 or more killed",
    ]  # fmt: skip
    assert (table.xs("lower", axis=1, level=1) <= estimate + 1e-12).all(axis=None)
    narrow = risk.to_frame(level=0.5)
    assert (narrow["deaths", "upper"] <= table["deaths", "upper"]).all()


def test_figures_agree_with_each_other(risk):
    table = risk.to_frame().xs("estimate", axis=1, level=1)
    parts, total = table.drop(ALL_REGIONS), table.loc[ALL_REGIONS]
    for figure in ("attacks", "deaths", "expected attacks", "expected deaths"):
        assert total[figure] == pytest.approx(parts[figure].sum())
    assert table["attacks"].to_numpy() == pytest.approx(table["expected attacks"], rel=0.05)
    for figure in [name for name in table if name.startswith("chance")]:
        assert total[figure] >= parts[figure].max()
        assert total[figure] <= parts[figure].sum() + 1e-9
    years = risk.year_loss_table()
    simulated = years.groupby("region")["largest"].agg(lambda d: (d >= 10).mean())
    np.testing.assert_allclose(
        parts["chance of 10 or more killed"], simulated[parts.index], atol=0.02
    )


def test_chance_is_exact_in_a_world(forecast_of):
    risk = forecast_of({"MLI": 2.0}, PMF, worlds=3, years=2)
    table = risk.chance(10)
    assert table["estimate"].item() == pytest.approx(1 - np.exp(-24 * 0.02), abs=1e-12)
    assert risk.chance(0)["estimate"].item() == pytest.approx(1 - np.exp(-24), abs=1e-12)
    assert risk.chance(11)["upper"].item() == 0


def test_exceedance_is_long_and_says_what_it_is_of(risk):
    table = risk.exceedance()
    assert list(table) == [
        "region", "basis", "deaths", "probability", "lower", "upper", "monte_carlo_error",
        "return_period", "return_period_lower", "return_period_upper",
    ]  # fmt: skip
    assert set(table["region"]) == {*RATES, ALL_REGIONS}
    assert set(table["basis"]) == {"aep", "oep"}
    np.testing.assert_allclose(table["return_period"], 1 / table["probability"])
    bounded = table[table["lower"] > 0]
    np.testing.assert_allclose(bounded["return_period_upper"], 1 / bounded["lower"])
    np.testing.assert_allclose(table["return_period_lower"], 1 / table["upper"])
    wide = table.pivot_table(index=["region", "deaths"], columns="basis", values="probability")
    assert (wide["aep"] >= wide["oep"].fillna(0)).all()
    for _, curve in table.groupby(["region", "basis"]):
        assert (curve["probability"].diff().dropna() <= 0).all()
        assert curve["deaths"].is_monotonic_increasing
    one = risk.exceedance("MLI").reset_index(drop=True)
    pd.testing.assert_frame_equal(one, table[table["region"] == "MLI"].reset_index(drop=True))


def test_a_horizon_that_is_not_a_year_has_no_return_period(forecast_of):
    for horizon, every, annual in [(6, "M", False), (4, "Q-DEC", True), (52, "W-SUN", True),
                                   (1, "Y-DEC", True), (2, "Y-DEC", False)]:  # fmt: skip
        risk = forecast_of({"MLI": 1.0}, PMF, horizon=horizon, every=every, worlds=4, years=5)
        assert risk.annual is annual
        table = risk.exceedance()
        assert ("return_period" in table) is annual
        if not annual:
            assert set(table["horizon"]) == {risk.span}
            assert any("not one year" in note for note in risk.notes)
            with pytest.raises(ValueError, match="not one year"):
                risk.return_level(100)
        assert len(risk.var(0.9)) == 1


def test_return_level_is_value_at_risk(risk):
    pd.testing.assert_frame_equal(risk.return_level(100), risk.var(0.99, "oep"))
    assert (risk.tvar(0.95) >= risk.var(0.95)).all(axis=None)
    assert (risk.var(0.95, "aep")["estimate"] >= risk.var(0.95, "oep")["estimate"]).all()


def test_the_year_loss_table_holds_the_simulation(risk):
    table = risk.year_loss_table()
    assert list(table) == ["world", "year", "region", "attacks", "deaths", "largest"]
    assert len(table) == 50 * 100 * 3
    assert (table["largest"] <= table["deaths"]).all()
    assert not table.duplicated(["world", "year", "region"]).any()
    totals = table.groupby("region")["deaths"].sum()
    assert totals["MLI"] == risk.deaths.draws[:, 1].sum()
    third = table.query("world == 2 and year == 7 and region == 'NER'")
    assert third["attacks"].item() == risk.attacks.draws[2 * 100 + 7, 2].sum()


@settings(max_examples=10, deadline=None)
@given(st.permutations(list(RATES)))
def test_the_order_of_regions_changes_nothing(forecast_of, order):
    risk = forecast_of(RATES, PMF, spread=0.3, worlds=10, years=5)
    other = forecast_of({name: RATES[name] for name in order}, PMF, spread=0.3, worlds=10, years=5)
    pd.testing.assert_frame_equal(risk.to_frame(), other.to_frame().loc[risk.to_frame().index])
    pd.testing.assert_frame_equal(risk.var(0.9), other.var(0.9).loc[risk.var(0.9).index])


def test_adding_a_region_leaves_the_others_as_they_were(forecast_of):
    few = forecast_of({"MLI": 4.0}, PMF, spread=0.3, worlds=10, years=5)
    more = forecast_of(RATES, PMF, spread=0.3, worlds=10, years=5)
    pd.testing.assert_frame_equal(few.to_frame(), more.to_frame().loc[["MLI"]])
    np.testing.assert_array_equal(few.deaths.draws[:, 0], more.deaths.draws[:, 1])


def test_the_same_seed_gives_the_same_numbers(forecast_of):
    one, same, other = (
        forecast_of(RATES, PMF, worlds=10, years=5, rng=seed).deaths.draws for seed in (1, 1, 2)
    )
    np.testing.assert_array_equal(one, same)
    assert (one != other).any()


def test_a_generator_is_used_once(forecast_of):
    random = np.random.default_rng(5)
    risk = forecast_of(RATES, PMF, worlds=10, years=5, rng=random)
    pd.testing.assert_frame_equal(risk.to_frame(), risk.to_frame())
    again = forecast_of(RATES, PMF, worlds=10, years=5, rng=random)
    assert (risk.deaths.draws != again.deaths.draws).any()


def test_more_worlds_narrow_the_monte_carlo_error(forecast_of):
    errors = [
        forecast_of({"MLI": 4.0}, PMF, spread=0.3, worlds=worlds, years=1)
        .exceedance("MLI")
        .query("basis == 'aep' and deaths == 50")["monte_carlo_error"]
        .item()
        for worlds in (10, 1000)
    ]
    assert 0 < errors[1] < errors[0] / 5


def test_a_region_without_attacks_has_chances_of_zero(forecast_of):
    risk = forecast_of({"MLI": 0.0}, PMF, worlds=4, years=5)
    assert risk.to_frame().xs("estimate", axis=1, level=1).eq(0).all(axis=None)
    assert risk.exceedance().empty
    assert risk.var(0.99)["estimate"].item() == 0
    assert risk.tvar(0.99)["estimate"].item() == 0


def test_the_notebook_shows_the_table_with_its_notes(risk):
    html = risk._repr_html_()
    assert "90% intervals" in html and "a bound" in html and "50 worlds x 100 years" in html
    assert "MLI" in html and "chance of 100 or more killed" in html
    assert "2020-01 to 2020-12" in repr(risk)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda r: r.exceedance("XXX"), "no region 'XXX'"),
        (lambda r: r.var(99), "p is 99"),
        (lambda r: r.tvar(0.99, "ep"), "basis is 'ep'"),
        (lambda r: r.chance(-1), "at_least is -1"),
        (lambda r: r.return_level(1), "years is 1"),
        (lambda r: r.to_frame(level=90), "level is 90"),
        (lambda r: r.targets(), "no target model"),
    ],
)
def test_wrong_arguments_are_named(risk, call, message):
    with pytest.raises(ValueError, match=message):
        call(risk)
