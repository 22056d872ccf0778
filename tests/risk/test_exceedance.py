"""Value at risk by its definitions, and curves against exact compound distributions."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from riskkit.kernels.compound import compound, tail_value_at_risk, value_at_risk
from riskkit.risk.exceedance import (
    LossCurves,
    chance_over_regions,
    loss_grid,
    severity_on_lattice,
    smallest_covering,
    sum_above,
    sum_upto,
)


def curve_of(pmf):
    """P(loss >= x) for x = 1, 2, ... of an array of chances of 0, 1, ..."""
    return np.append(np.cumsum(pmf[::-1])[::-1][1:], 0.0)


@given(
    st.lists(st.floats(0.01, 1), min_size=2, max_size=30).map(lambda w: np.array(w) / sum(w)),
    st.floats(0.01, 0.99),
)
def test_value_and_tail_value_at_risk_agree_with_the_array_kernel(pmf, p):
    chances = curve_of(pmf)[None, :]
    deaths = np.arange(1, len(pmf) + 1)
    curves = LossCurves(deaths, chances, chances)
    assert curves.value_at_risk(p, "aep")[0] == value_at_risk(pmf, p)
    assert curves.tail_value_at_risk(p, "oep")[0] == pytest.approx(
        float(tail_value_at_risk(pmf, p))
    )


def test_value_at_risk_of_a_die():
    chances = curve_of(np.array([0, 1, 1, 1, 1, 1, 1]) / 6)[None, :]
    deaths = np.arange(1, 8)
    # P(S <= 3) = 1/2: the smallest x that covers half is 3 itself.
    assert smallest_covering(deaths, chances, 0.5).tolist() == [3.0]
    assert smallest_covering(deaths, chances, 0.51).tolist() == [4.0]
    assert smallest_covering(deaths, chances, 0.1).tolist() == [1.0]


def test_no_loss_covers_where_losses_are_rarer_than_asked():
    assert smallest_covering(np.array([1, 2]), np.array([[0.005, 0.0]]), 0.99).tolist() == [0.0]


def test_between_the_points_of_a_grid_value_at_risk_follows_the_power_law():
    deaths = loss_grid(bound=9000, highest=9000)
    power = (1.0 * deaths) ** -1.2
    for p in (0.9, 0.99, 0.999):
        exact = np.ceil((1 - p) ** (-1 / 1.2) - 1e-9) - 1
        assert smallest_covering(deaths, power[None, :], p)[0] == pytest.approx(exact, abs=1)
    every = np.arange(1, deaths[-1] + 1.0)
    for value in (0.0, 7.0, 250.0):
        exact = (every[every > value] ** -1.2).sum()
        approximate = sum_above(deaths, power[None, :], np.array([value]))[0]
        assert approximate == pytest.approx(exact, rel=5e-4)


def test_a_grid_has_every_small_number_the_bound_and_what_follows_it():
    grid = loss_grid(bound=5000, highest=20_000)
    assert grid[:100].tolist() == list(range(1, 101))
    assert {5000, 5001, 45_001} <= set(grid.tolist())
    assert (np.diff(grid) > 0).all() and (grid[1:] / grid[:-1]).max() <= 2
    assert loss_grid(bound=3, highest=1).tolist() == [1, 2, 3, 4, 5, 6]


@given(st.integers(1, 60), st.floats(0.5, 3))
def test_a_severity_keeps_its_mean_on_any_lattice(step, power):
    deaths = loss_grid(bound=2000, highest=0)
    survival = (deaths <= 2000) * (deaths + 1.0) ** -power
    chances = severity_on_lattice(deaths, survival, step, 2100 // step + 2)
    assert chances.sum() == pytest.approx(1)
    exact = sum_upto(deaths, survival)[-1]
    points = step * np.arange(len(chances))
    assert points @ chances == pytest.approx(exact)
    if step == 1:
        np.testing.assert_allclose(chances[1:60], -np.diff(survival[:60]), atol=1e-12)


def power_law(largest):
    """Half the attacks kill nobody; the chance of x or more falls as x to the -1.5."""
    survival = 0.5 * np.arange(1.0, largest + 1) ** -1.5
    return -np.diff(np.concatenate([[1.0], survival, [0.0]]))


@pytest.mark.parametrize("rate", [0.02, 0.5, 5.0, 50.0])
@pytest.mark.parametrize("dispersion", [0.0, 0.5])
def test_sums_agree_with_the_exact_compound_in_each_world(forecast_of, rate, dispersion):
    pmf = power_law(3000)
    risk = forecast_of({"MLI": rate}, pmf, dispersion=dispersion, spread=0.4, worlds=3, years=20)
    means = risk.fitted.frequency.rates(3, risk.seed)
    for p in (0.9, 0.99, 0.996):
        for world in range(3):
            m = means[world, 0]

            def generating(z, m=m):
                if dispersion:
                    return (1 + dispersion * m * (1 - z)) ** (-12 / dispersion)
                return np.exp(12 * m * (z - 1))

            exact = compound(pmf, generating, 9000)
            curves = risk._worlds.curves(0)
            value = curves.value_at_risk(p, "aep")[world]
            assert value == pytest.approx(value_at_risk(exact, p), rel=0.01, abs=1)
            tail = curves.tail_value_at_risk(p, "aep")[world]
            assert tail == pytest.approx(tail_value_at_risk(exact, p), rel=0.02, abs=0.5)


@pytest.mark.parametrize(("jump", "tolerance"), [(2.0, 0.01), (20.0, 0.02)])
def test_sums_where_the_level_may_jump(forecast_of, jump, tolerance):
    pmf = power_law(500)
    risk = forecast_of({"MLI": 2.0}, pmf, jump=jump, worlds=40, years=500)

    def generating(z):
        return 0.9 * np.exp(24 * (z - 1)) + 0.1 * np.exp(24 * jump * (z - 1))

    exact = 1 - np.cumsum(compound(pmf, generating, 6000))
    table = risk.exceedance("MLI").query("basis == 'aep' and deaths < 5000")
    chance = exact[table["deaths"] - 1]
    np.testing.assert_allclose(table["probability"], chance, atol=tolerance)
    oep = risk.chance(50)["estimate"].item()
    assert oep == pytest.approx(1 - generating(1 - 0.5 * 50**-1.5), rel=2e-3)


def test_sums_over_regions_agree_with_the_exact_compound(forecast_of):
    pmf = power_law(1000)
    rates = {"BFA": 0.1, "MLI": 2.0, "NER": 1.0}
    risk = forecast_of(rates, pmf, worlds=10, years=100)
    exact = compound(pmf, lambda z: np.exp(12 * 3.1 * (z - 1)), 9000)
    for p in (0.5, 0.9, 0.99):
        found = risk.var(p).loc["all regions", "estimate"]
        assert found == pytest.approx(float(value_at_risk(exact, p)), rel=0.03)
    total = risk.exceedance("all regions").query("basis == 'oep' and deaths == 50")
    chance = 1 - np.exp(-12 * 3.1 * 0.5 * 50**-1.5)
    assert total["probability"].item() == pytest.approx(chance, rel=0.02)


def test_sums_are_never_less_likely_than_the_largest_and_curves_fall(forecast_of):
    risk = forecast_of({"A": 0.1, "B": 3.0}, power_law(500), spread=1.0, worlds=30, years=10)
    for place in range(3):
        curves = risk._worlds.curves(place)
        assert (curves.aep >= curves.oep).all() and (curves.aep <= 1).all()
        assert (np.diff(curves.aep, axis=1) <= 0).all()
        np.testing.assert_allclose(curves.aep[:, 0], curves.oep[:, 0], atol=1e-8)


def test_the_deadliest_of_all_regions_where_years_are_shared():
    attacks = np.array([[[0, 0], [2, 1]]])
    survival = np.array([[[0.5], [0.1]]])
    regional = np.zeros((1, 2, 1))
    assert chance_over_regions(attacks, survival, regional) == pytest.approx(
        1 - (1 + 0.5**2 * 0.9) / 2
    )
    certain = np.ones((1, 2, 1))
    assert chance_over_regions(attacks, certain, regional) == pytest.approx(0.5)


@pytest.mark.parametrize("dispersion", [0.0, 2.0])
def test_curves_are_exact_and_agree_with_the_simulated_years(forecast_of, dispersion):
    pmf = np.array([0.5, 0.2, 0.1, 0.1, 0.05, 0.05])
    risk = forecast_of({"MLI": 1.5}, pmf, dispersion=dispersion, worlds=20, years=1000)

    def generating(z):
        if dispersion:
            return (1 + dispersion * 1.5 * (1 - z)) ** (-12 / dispersion)
        return np.exp(18 * (z - 1))

    exact = compound(pmf, generating, 400)
    table = risk.exceedance("MLI").set_index(["basis", "deaths"])["probability"]
    sums = table["aep"]
    x = sums.index.to_numpy()
    chance = 1 - np.cumsum(exact)
    np.testing.assert_allclose(sums, chance[x - 1], atol=1e-6)
    simulated = (risk.year_loss_table()["deaths"].to_numpy()[:, None] >= x).mean(axis=0)
    error = np.sqrt(sums * (1 - sums) / 20_000)
    assert (np.abs(simulated - sums) <= 4.5 * error + 1e-4).all()
    for x in (1, 3, 5):
        assert table["oep", x] == pytest.approx(1 - generating(pmf[:x].sum()), abs=1e-9)
    assert risk.expected_attacks().draws == pytest.approx(18.0, rel=1e-6)
    mean = float(np.arange(6) @ pmf)
    assert risk.expected_deaths().draws == pytest.approx(18 * mean, rel=1e-6)
    for p in (0.9, 0.99):
        assert risk.var(p)["estimate"].item() == pytest.approx(value_at_risk(exact, p))
        tail = float(tail_value_at_risk(exact, p))
        assert risk.tvar(p)["estimate"].item() == pytest.approx(tail, rel=1e-4)
