"""Clauset, Shalizi & Newman (2009), table 6.1, and Clauset & Woodard (2013)."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from riskkit.lethality import TailModel
from riskkit.lethality.resample import bootstrap

pytestmark = pytest.mark.reference


@pytest.fixture(scope="module")
def attacks(reference_data: Path) -> np.ndarray:
    return np.loadtxt(reference_data / "terrorism.txt", dtype=np.int64)


@pytest.fixture(scope="module")
def events(reference_data: Path) -> np.ndarray:
    table = pd.read_csv(reference_data / "clauset_woodard_events.txt", sep="\t")
    return table["deaths"].to_numpy(np.int64)


def test_tail_of_terrorism(attacks: np.ndarray) -> None:
    assert (len(attacks), attacks.max()) == (9101, 2749)
    tail = TailModel().fit(attacks)
    assert (tail.xmin, tail.n_tail) == (12, 547)
    assert tail.alpha == pytest.approx(2.369947, abs=1e-6)
    assert tail.ks == pytest.approx(0.0176856, abs=1e-7)
    assert tail.llf == pytest.approx(-2111.03284, abs=1e-5)


def test_alternatives_to_the_tail_of_terrorism(attacks: np.ndarray) -> None:
    table = TailModel().fit(attacks).compare()
    published = {"Poisson": (1.81, 0.07), "lognormal": (-0.278, 0.78), "exponential": (2.457, 0.01)}
    for name, (ratio, p_value) in published.items():
        assert table.loc[name, "normalised"] == pytest.approx(ratio, abs=0.003)
        assert table.loc[name, "p_value"] == pytest.approx(p_value, abs=0.006)
    cutoff = table.loc["power law with cutoff"]
    assert cutoff["ratio"] == pytest.approx(-0.077, abs=0.0005)
    assert cutoff["p_value"] == pytest.approx(0.70, abs=0.006)
    # The published 0.772 is an optimiser's failure; the true maximum gives this.
    assert -0.28 <= table.loc["stretched exponential", "normalised"] <= -0.23


def test_goodness_of_fit_of_terrorism(attacks: np.ndarray) -> None:
    assert TailModel().fit(attacks).goodness_of_fit(1000, rng=1).p_value == pytest.approx(
        0.68, abs=0.03
    )


def test_bootstrap_of_terrorism(attacks: np.ndarray) -> None:
    drawn = bootstrap(TailModel().fit(attacks).data, None, 1000, seed=1, n_jobs=1)
    assert drawn.xmin.std() == pytest.approx(4, abs=0.6)
    assert drawn.alpha.std() == pytest.approx(0.2, abs=0.05)
    assert drawn.n_tail.std() == pytest.approx(1663, rel=0.1)


def test_tail_of_deadly_events(events: np.ndarray) -> None:
    assert len(events) == 13_274
    every = TailModel().fit(events)
    assert (every.xmin, every.n_tail) == (10, 994)
    assert every.alpha == pytest.approx(2.392788, abs=1e-6)
    rest = TailModel().fit(np.delete(events, events.argmax()))
    assert rest.n_tail == 993
    assert rest.alpha == pytest.approx(2.402539, abs=1e-6)


@pytest.mark.parametrize(
    ("xmin", "mean", "lower", "upper"), [(10, 0.299, 0.203, 0.405), (None, 0.347, 0.182, 0.669)]
)
def test_chance_of_the_largest(
    events: np.ndarray, xmin: int | None, mean: float, lower: float, upper: float
) -> None:
    tail = TailModel(xmin=xmin).fit(np.delete(events, events.argmax()))
    found = tail.chance(at_least=2749, events=13_274, replicates=2000).to_frame(0.9).iloc[0]
    assert found["estimate"] == pytest.approx(mean, abs=0.02)
    assert found["lower"] == pytest.approx(lower, abs=0.02)
    assert found["upper"] == pytest.approx(upper, abs=0.04)


def test_chance_of_the_largest_by_other_laws(events: np.ndarray) -> None:
    """The published range over tail models is 11% to 35%; the lognormal is its lower end."""
    tail = TailModel(xmin=10).fit(np.delete(events, events.argmax()))
    chance = tail.chance(2749, 13_274, average="aic", replicates=100, progress=False).to_frame()
    assert chance.loc["power law", "estimate"] == pytest.approx(0.299, abs=0.03)
    assert chance.loc["lognormal", "estimate"] == pytest.approx(0.11, abs=0.03)
    assert chance.loc["average", "lower"] < 0.01 < 0.299 < chance.loc["average", "upper"]
