"""A step that all regions took together is found; a region's own step is not one."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import riskkit as rk
from riskkit.counts import Tally
from riskkit.frequency.common_step import find_common_steps
from riskkit.frequency.series import series
from riskkit.incidents.coverage import Break

RATES = np.geomspace(0.1, 20, 20)
MONTHS = pd.period_range("2000-01", periods=96, freq="M")
NAMES = [f"region {i:02d}" for i in range(20)]


def tally_of(factor, seed=0, breaks=(), drift=0.0, dispersion=0.0):
    """Counts of steady regions whose rates are multiplied by `factor` (region, period)."""
    rng = np.random.default_rng(seed)
    steps = drift * rng.standard_normal((20, 96))
    mean = RATES[:, None] * factor * np.exp(steps.cumsum(axis=1))
    if dispersion:
        mean = rng.gamma(1 / dispersion, dispersion * mean)
    counts = pd.DataFrame(rng.poisson(mean).astype(float), NAMES, MONTHS)
    return replace(Tally.from_panel(attacks=counts), breaks=breaks)


def found(tally):
    return find_common_steps(series(tally))[1]


@pytest.mark.parametrize("factor", [3.0, 1 / 3])
@pytest.mark.parametrize("month", [30, 72])
def test_a_step_of_all_is_found_with_its_size(factor, month):
    (step,) = found(tally_of(np.where(np.arange(96) < month, 1.0, factor)))
    assert step.period == month
    assert step.size == pytest.approx(np.log(factor), abs=3 * step.spread)


def test_two_steps_are_found():
    month = np.arange(96)
    steps = found(tally_of(np.where(month < 30, 1.0, np.where(month < 60, 3.0, 1.0))))
    assert [step.period for step in steps] == [30, 60]


@pytest.mark.parametrize(("drift", "dispersion"), [(0, 0), (0, 2.0), (0.1, 0), (0.2, 1.0)])
def test_nothing_is_found_where_regions_move_on_their_own(drift, dispersion):
    for seed in range(10):
        assert found(tally_of(1.0, seed, drift=drift, dispersion=dispersion)) == ()


def test_a_war_in_one_region_or_half_of_them_is_no_common_step():
    for regions in (1, 10):
        factor = np.ones((20, 96))
        factor[-regions:, 50:] = 10.0
        assert found(tally_of(factor)) == ()


def test_a_declared_break_takes_its_size_from_the_regions():
    factor = np.where(np.arange(96) < 50, 1.0, 1.5)
    breaks = (Break("2004-03-01", "new method"),)
    (step,) = found(tally_of(factor, breaks=breaks))
    assert step.period == 50
    assert step.size == pytest.approx(np.log(1.5), abs=3 * step.spread)


def test_a_fixed_drift_leaves_the_record_as_it_is():
    tally = tally_of(np.where(np.arange(96) < 50, 1.0, 3.0))
    assert rk.FrequencyModel(drift=0.1).fit(tally).common_steps == ()
    fitted = rk.FrequencyModel().fit(tally)
    assert len(fitted.common_steps) == 1
    for told in (fitted.estimate(10, rng=1), fitted.forecast(2, 10, rng=1)):
        assert any("factor" in note and "2004-03" in note for note in told.notes)


def test_few_regions_or_few_periods_have_none():
    assert found(tally_of(1.0).select(NAMES[:4])) == ()
    assert found(tally_of(1.0).until(MONTHS[5])) == ()
