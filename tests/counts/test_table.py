"""The Tally as an object: cut in time, cut in space, made from a panel."""

import numpy as np
import pandas as pd
import pytest

import riskkit as rk

MONTHS = pd.period_range("2020-01", periods=4, freq="M")


@pytest.fixture
def attacks() -> pd.DataFrame:
    return pd.DataFrame([[2, 0, 1, 5], [0, 0, np.nan, 3]], ["A", "B"], MONTHS)


def test_a_panel_comes_back_as_it_was(attacks):
    tally = rk.Tally.from_panel(attacks=attacks)
    assert tally.panel("attacks").to_numpy()[0].tolist() == [2, 0, 1, 5]
    assert tally.watched.loc["B"].tolist() == [1, 1, 0, 1]
    assert np.isnan(tally.panel("attacks").loc["B", "2020-03"])
    assert repr(tally) == "Tally: 11 attacks, 2 regions, 4 months from 2020-01 to 2020-04"


def test_a_panel_of_deaths_holds_no_attacks(attacks):
    tally = rk.Tally.from_panel(deaths=attacks)
    with pytest.raises(ValueError, match="made from a panel of deaths and holds no attacks"):
        tally.panel("attacks")


def test_until_forgets_the_future(attacks):
    past = rk.Tally.from_panel(attacks=attacks).until("2020-02")
    assert list(past.periods) == list(MONTHS[:2])
    assert past.panel().to_numpy().tolist() == [[2, 0], [0, 0]]
    assert past.exposure.shape == (2, 2)
    with pytest.raises(ValueError, match="before the first period"):
        past.until("2019-12")


def test_select_keeps_the_order_asked_for(attacks):
    tally = rk.Tally.from_panel(attacks=attacks)
    assert list(tally.select(["B", "A"]).regions) == ["B", "A"]
    assert tally.select(["A"]).panel().sum(axis=None) == 8
    with pytest.raises(ValueError, match="'C'"):
        tally.select(["C"])


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda p: p.replace(5, -5), "negative or broken"),
        (lambda p: p.replace(5, 0.5), "negative or broken"),
        (lambda p: p.set_axis(["A", "A"]), "'A'"),
        (lambda p: p.set_axis([str(m) for m in MONTHS], axis=1), "PeriodIndex"),
        (lambda p: p[[MONTHS[0], MONTHS[2]]], "one after the other"),
        (lambda p: p.iloc[:0], "one region and period or more"),
    ],
)
def test_what_is_no_panel_of_counts_is_refused(attacks, change, words):
    with pytest.raises(ValueError, match=words):
        rk.Tally.from_panel(attacks=change(attacks))


def test_neither_panel_is_refused():
    with pytest.raises(ValueError, match="neither attacks= nor deaths="):
        rk.Tally.from_panel()


def test_panels_of_other_shape_are_refused(attacks):
    with pytest.raises(ValueError, match="other regions or periods"):
        rk.Tally.from_panel(attacks=attacks, deaths=attacks.iloc[:1])


def test_exposure_by_region(attacks):
    tally = rk.Tally.from_panel(attacks=attacks, exposure=pd.Series({"B": 2.0, "A": 1.0}))
    assert tally.exposure.loc["B"].tolist() == [2.0] * 4


@pytest.mark.parametrize(("quantity"), ["losses", None])
def test_only_attacks_and_deaths_are_counted(attacks, quantity):
    with pytest.raises(ValueError, match="accepted"):
        rk.Tally.from_panel(attacks=attacks).panel(quantity)


def test_an_unknown_mark_is_refused(attacks):
    with pytest.raises(ValueError, match="no mark 'weapon_type'"):
        rk.Tally.from_panel(attacks=attacks).targets("weapon_type")
