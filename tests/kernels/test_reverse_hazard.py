"""Reverse hazards and what they add up to."""

import numpy as np
import pytest

from riskkit.kernels.reverse_hazard import completeness, delay_draws, knots


def test_completeness_is_the_product_of_what_was_there_before():
    share = np.array([0.4, 0.2, 0.1])  # of what is known at delays 1, 2 and 3, new then
    found = completeness(np.log(-np.log1p(-share))[None])
    assert found[0] == pytest.approx([0.6 * 0.8 * 0.9, 0.8 * 0.9, 0.9, 1.0])


def test_knots_end_at_the_longest_delay():
    assert knots(1).tolist() == [1]
    assert knots(4).tolist() == [1, 2, 3, 4]
    assert knots(36)[[0, -1]].tolist() == [1, 36]
    assert (np.diff(knots(156)) > 0).all()


def test_many_records_give_the_share_itself():
    younger, older = np.zeros(40, np.int64), np.ones(40, np.int64)
    known = np.full(40, 1000)
    log_hazards, steady = delay_draws(
        younger, older, np.full(40, 300), known, 1, 500, np.random.default_rng(1)
    )
    assert completeness(log_hazards)[:, 0].mean() == pytest.approx(0.7, abs=0.005)
    assert np.median(steady) > 100


def test_months_that_differ_widen_the_interval():
    rng = np.random.default_rng(2)
    younger, older = np.zeros(40, np.int64), np.ones(40, np.int64)
    known = np.full(40, 1000)
    widths = []
    for new in (np.full(40, 300), rng.binomial(1000, rng.beta(3, 7, 40))):
        log_hazards, _ = delay_draws(younger, older, new, known, 1, 500, rng)
        widths.append(completeness(log_hazards)[:, 0].std())
    assert widths[1] > 3 * widths[0]


def test_nothing_known_leaves_the_prior():
    none = np.zeros(3, np.int64)
    ages = np.arange(3)
    log_hazards, _ = delay_draws(ages, ages + 1, none, none, 3, 500, np.random.default_rng(3))
    share = completeness(log_hazards)[:, 0]
    assert np.quantile(share, 0.95) - np.quantile(share, 0.05) > 0.5
