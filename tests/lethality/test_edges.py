"""Every model of deaths on next to nothing, on equal and on huge tolls: an answer or a word."""

import numpy as np
import pandas as pd
import pytest

from riskkit.errors import NotEnoughIncidentsError
from riskkit.lethality import (
    LethalityModel,
    LethalityRegression,
    TailModel,
    TailRegression,
    TailTrend,
)
from tests.lethality.census import tally_of

# Deaths and how often: equal, one, none, two distinct, a million equal, ten million dead.
TOLLS = {
    "nothing": ([], []),
    "no deaths": ([0], [7]),
    "one death": ([1], [1]),
    "all equal": ([20], [30]),
    "two distinct": ([12, 30], [3, 2]),
    "two, one rare": ([11, 12], [10**6, 1]),
    "million equal": ([12], [10**6]),
    "ten million": ([10**7], [1]),
    "none and ten million": ([0, 10**7], [5, 2]),
    "one and ten million": ([1, 10**7], [3, 1]),
    "next to ten million": ([10**7 - 1, 10**7], [50, 3]),
    "billions": ([0, 1, 12, 40, 500], [10**9, 10**9, 10**8, 10**6, 5]),
}
EVERY = pytest.mark.parametrize("tolls", TOLLS.values(), ids=TOLLS)


def tail_count(tolls, xmin):
    return sum(x >= xmin for x in tolls[0])


def panel(tolls):
    """Give a tally of two regions: one has the tolls, the other an attack that killed nobody."""
    values, times = tolls
    rows = {"region": ["A"] * len(values) + ["B"], "fatalities": [*values, 0]}
    return tally_of(pd.DataFrame({**rows, "attacks": [*times, 1]}), ["A", "B"])


def attacks(tolls):
    """Give the tolls as a table of attacks, in turn of two weapons and over three years."""
    values, times = tolls
    table = pd.DataFrame({"fatalities": np.array(values, dtype=np.int64), "n": times})
    table = table.loc[table.index.repeat(2)].reset_index(drop=True)
    # Each toll is split over the weapons and years as evenly as it goes.
    table["n"] = [n - n // 2 if i % 2 == 0 else n // 2 for i, n in enumerate(table["n"])]
    table["weapon"] = ["gun" if i % 2 == 0 else "bomb" for i in range(len(table))]
    table["year"] = [2000 + i % 3 for i in range(len(table))]
    return table[table["n"] > 0]


@EVERY
@pytest.mark.parametrize("xmin", [None, 10])
def test_tails(tolls, xmin):
    try:
        tail = TailModel(xmin).fit(*tolls)
    except NotEnoughIncidentsError:
        assert tail_count(tolls, xmin or 1) < 2
        return
    assert np.isfinite([tail.alpha, tail.ks, tail.llf]).all()
    bounds = tail.conf_int(replicates=20)
    assert np.isfinite(bounds).all(axis=None) and (bounds["lower"] <= bounds["upper"]).all()
    assert 0 <= tail.goodness_of_fit(replicates=20).p_value <= 1
    table = tail.compare()
    assert np.isfinite(table[["llf", "ratio", "aic", "bic"]]).all(axis=None)
    assert set(table["favours"]) <= {"", "neither", "power law", "alternative"}
    for at_least in (1, 50, 10**8):
        drawn = tail.chance(at_least, 100, replicates=20).draws
        assert ((drawn >= 0) & (drawn <= 1)).all()
    chances = tail.sf([1, 10, 10**3, 10**7, 10**9])
    assert ((chances >= 0) & (chances <= 1)).all() and (np.diff(chances) <= 0).all()
    shares = tail.survival(replicates=20)
    assert ((shares["lower"] >= 0) & (shares["upper"] <= 1 + 1e-12)).all()
    assert "Power law" in tail.summary()


@EVERY
def test_lethality_by_region(tolls):
    result = LethalityModel().fit(panel(tolls))
    for at_least in (1, 10, 10_000):
        table = result.estimate(at_least, draws=200, rng=1).to_frame()
        assert ((table >= 0) & (table <= 1)).all(axis=None)
    mean = result.mean(draws=200, rng=1)
    assert np.isfinite(mean.draws).all() and (mean.draws >= 0).all()
    assert any("infinite" in note for note in mean.notes)
    deaths, largest = result.simulate(np.full((50, 2, 3), 4), rng=1)
    assert (largest <= deaths).all() and largest.max() <= result.largest
    assert np.isfinite(result.conf_int()).all(axis=None) and np.isfinite(result.llf)
    assert "at most" in result.summary()


@EVERY
@pytest.mark.parametrize("zeros", ["hurdle", "inflated", "none"])
def test_regression(tolls, zeros):
    try:
        fit = LethalityRegression("fatalities ~ weapon", zeros=zeros).fit(attacks(tolls), "n")
    except NotEnoughIncidentsError:
        return
    assert np.isfinite(fit.llf) and np.isfinite(fit.params).all()
    assert np.isfinite(fit.conf_int()).all(axis=None)
    assert fit.summary()


@EVERY
@pytest.mark.parametrize("model", [TailRegression("fatalities ~ weapon"), TailTrend()])
def test_tails_explained(tolls, model):
    try:
        fit = model.fit(attacks(tolls), "n")
    except NotEnoughIncidentsError:
        return
    assert np.isfinite(fit.llf) and np.isfinite(fit.params).all()
    assert np.isfinite(fit.conf_int()).all(axis=None)
    assert fit.summary()


def test_a_bound_under_the_threshold_is_refused():
    result = LethalityModel().fit(panel(TOLLS["two distinct"]))
    with pytest.raises(ValueError, match=r"largest is 10; accepted: more than the threshold"):
        result.mean(largest=10)
    assert "3.4 times the deadliest attack on record" in result.mean(draws=20, rng=1).notes[-1]
