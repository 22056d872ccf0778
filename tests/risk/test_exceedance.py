"""Value at risk by its definitions, and curves against exact compound distributions."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from riskkit.kernels.compound import compound, tail_value_at_risk, value_at_risk
from riskkit.risk.exceedance import (
    LossCurves,
    chance_over_regions,
    loss_curves,
    loss_grid,
    smallest_covering,
    sum_above,
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
    assert {5000, 5001, 20_001} <= set(grid.tolist())
    assert (np.diff(grid) > 0).all() and (grid[1:] / grid[:-1]).max() <= 2
    assert loss_grid(bound=3, highest=2).tolist() == [1, 2, 3, 4]


def test_sums_are_never_less_likely_than_the_largest_and_curves_fall():
    random = np.random.default_rng(1)
    largest = random.integers(0, 50, (20, 30))
    sums = largest + random.integers(0, 50, (20, 30)) * (largest > 0)
    grid = loss_grid(bound=60, highest=int(sums.max()))
    oep = np.mean(largest[:, :, None] >= grid, axis=1)
    curves = loss_curves(grid, oep, sums, largest)
    assert (curves.aep >= curves.oep).all()
    assert (np.diff(curves.aep, axis=1) <= 0).all()
    # With the simulated share as the first term, the sum is the simulated share of sums.
    np.testing.assert_allclose(curves.aep, np.mean(sums[:, :, None] >= grid, axis=1), atol=1e-12)


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
def test_simulated_sums_agree_with_the_exact_compound(forecast_of, dispersion):
    pmf = [0.5, 0.2, 0.1, 0.1, 0.05, 0.05]
    risk = forecast_of({"MLI": 1.5}, pmf, dispersion=dispersion, worlds=50, years=400)

    def generating(z):
        if dispersion:
            return (1 + dispersion * 1.5 * (1 - z)) ** (-12 / dispersion)
        return np.exp(18 * (z - 1))

    exact = compound(np.array(pmf), generating, 400)
    table = risk.exceedance("MLI").set_index(["basis", "deaths"])["probability"]
    chance = 1 - np.cumsum(exact)
    simulated = table["aep"].loc[table["aep"] > 1e-3]
    wanted = chance[simulated.index.to_numpy() - 1]
    error = np.sqrt(wanted * (1 - wanted) / 20_000)
    assert (np.abs(simulated - wanted) <= 4.5 * error + 1e-9).all()
    for x in (1, 3, 5):
        below = sum(pmf[:x])
        assert table["oep", x] == pytest.approx(1 - generating(below), abs=1e-12)
    assert risk.expected_attacks().draws == pytest.approx(18.0, rel=1e-6)
    mean = float(np.arange(6) @ pmf)
    assert risk.expected_deaths().draws == pytest.approx(18 * mean, rel=1e-6)
    p = np.array([0.9, 0.99])
    for share, value, tail in zip(
        p, value_at_risk(exact, p), tail_value_at_risk(exact, p), strict=True
    ):
        assert risk.var(share)["estimate"].item() == pytest.approx(value, rel=0.05)
        assert risk.tvar(share)["estimate"].item() == pytest.approx(tail, rel=0.05)
