"""Estimate and Forecast: means add up, bounds come from whole draws."""

import numpy as np
import pandas as pd
import pytest

from riskkit.results import Estimate, Forecast

MONTHS = pd.period_range("2020-01", periods=2, freq="M")


@pytest.fixture
def ahead() -> Forecast:
    draws = np.random.default_rng(2).poisson(3, (500, 2, 2))
    return Forecast(draws, pd.Index(["A", "B"]), MONTHS, "attacks", "attacks per month")


def test_totals_are_made_from_whole_draws(ahead):
    both = ahead.total(over="periods").total(over="regions")
    assert both.draws.ravel().tolist() == ahead.draws.sum(axis=(1, 2)).tolist()
    assert both.to_frame()["estimate"].item() == pytest.approx(ahead.to_frame()["estimate"].sum())


def test_the_deadliest_attack_is_a_maximum_not_a_sum(ahead):
    worst = Forecast(
        ahead.draws, ahead.regions, MONTHS, "deaths in the deadliest attack", "deaths"
    ).total(over="periods")
    assert worst.draws[:, :, 0].tolist() == ahead.draws.max(axis=2).tolist()


def test_bounds_are_whole_numbers_that_were_drawn(ahead):
    table = ahead.to_frame(level=0.8)
    assert (table["lower"] % 1 == 0).all() and (table["upper"] % 1 == 0).all()
    inside = (ahead.draws >= table["lower"].to_numpy().reshape(2, 2)) & (
        ahead.draws <= table["upper"].to_numpy().reshape(2, 2)
    )
    assert inside.mean() >= 0.8


def test_a_chance_has_its_simulation_error(ahead):
    row = ahead.chance(at_least=3).loc[("A", "2020-01")]
    assert row["lower"] < row["estimate"] < row["upper"]
    assert row["estimate"] == (ahead.draws[:, 0, 0] >= 3).mean()
    assert row["upper"] - row["lower"] < 0.1


def test_an_infinite_mean_is_said():
    table = Estimate(
        np.array([[1.0, 1.0], [np.inf, 2.0]]), pd.Index(["A", "B"]), "expected deaths", "deaths"
    ).to_frame()
    assert table["infinite_mean"].tolist() == [True, False]
    assert np.isinf(table.loc["A", "estimate"])


@pytest.mark.parametrize("level", [0, 1, 90, -0.1])
def test_a_level_is_a_share(ahead, level):
    with pytest.raises(ValueError, match="accepted: a share between 0 and 1"):
        ahead.to_frame(level=level)


def test_shapes_and_types_are_checked(ahead):
    with pytest.raises(ValueError, match="accepted: \\(draws, regions, periods\\)"):
        Forecast(ahead.draws[:, :1], ahead.regions, MONTHS, "attacks", "attacks")
    with pytest.raises(TypeError, match="whole numbers"):
        Forecast(ahead.draws / 2, ahead.regions, MONTHS, "attacks", "attacks")
    with pytest.raises(ValueError, match="accepted: \\(draws, groups\\)"):
        Estimate(np.zeros((3, 2)), pd.Index(["A"]), "rate", "attacks")
    with pytest.raises(ValueError, match='accepted: "periods" or "regions"'):
        ahead.total(over="draws")


def test_notes_are_shown_in_notebooks(ahead):
    noted = Forecast(
        ahead.draws, ahead.regions, MONTHS, "attacks", "attacks per month", ("no census",)
    )
    assert "no census" in noted._repr_html_()
    assert "90% prediction interval" in noted._repr_html_()
