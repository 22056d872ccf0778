"""Scores against direct summation, the scoringrules package and their own definitions."""

import numpy as np
import pytest
import scoringrules
from hypothesis import given, settings
from hypothesis import strategies as st

from riskkit.kernels import blocks, crps, negative_binomial, pit, scores


def crps_by_summation(observed: int, mean: float, shape: float) -> float:
    top = int(mean + 60 * np.sqrt(mean + mean**2 / shape) + observed + 1000)
    k = np.arange(top)
    return float(np.sum((negative_binomial.cdf(k, mean, shape) - (k >= observed)) ** 2))


@pytest.mark.parametrize(
    ("observed", "mean", "shape"),
    [
        (10, 10.0, 10.0),
        (60, 13.3, 0.7),
        (3, 50.0, 0.05),
        (500, 2000.0, 1.0),
        (20000, 29700.0, 300.0),
        (2000, 2000.0, 2000.0),
        (100, 100.0, 1e5),
        (10, 10.0, 1e7),
        (0, 1e-3, 0.01),
        (7, 0.0, 1.0),
    ],
)
def test_negative_binomial_crps_is_the_sum_it_stands_for(observed, mean, shape):
    expected = crps_by_summation(observed, mean, shape)
    found = float(crps.crps_negative_binomial(observed, mean, shape))
    assert found == pytest.approx(expected, rel=1e-9, abs=1e-8)


def test_closed_forms_equal_scoringrules():
    observed = np.array([0, 3, 10, 40])
    mean = np.array([0.3, 5.0, 9.0, 20.0])
    np.testing.assert_allclose(
        crps.crps_poisson(observed, mean), scoringrules.crps_poisson(observed, mean), rtol=1e-8
    )
    shape = np.array([0.7, 2.0, 5.0, 10.0])
    np.testing.assert_allclose(
        crps.crps_negative_binomial(observed, mean, shape),
        scoringrules.crps_negbinom(observed, shape, shape / (shape + mean)),
        rtol=1e-8,
    )


def test_ensemble_crps_equals_scoringrules():
    rng = np.random.default_rng(1)
    draws, observed = rng.poisson(4, (30, 51)), rng.poisson(4, 30)
    for fair, estimator in ((False, "nrg"), (True, "fair")):
        np.testing.assert_allclose(
            crps.crps_ensemble(observed, draws, fair=fair),
            scoringrules.crps_ensemble(
                observed.astype(float), draws.astype(float), estimator=estimator
            ),
            rtol=1e-10,
        )


def test_fair_crps_of_draws_is_the_exact_one_on_average():
    rng = np.random.default_rng(2)
    draws = rng.negative_binomial(2, 0.2, (20000, 8))
    fair = crps.crps_ensemble(np.full(20000, 5), draws, fair=True)
    exact = float(crps.crps_negative_binomial(5, 8.0, 2.0))
    assert fair.mean() == pytest.approx(exact, abs=4 * fair.std() / np.sqrt(len(fair)))


@given(st.lists(st.integers(0, 50), min_size=1, max_size=30), st.integers(0, 60))
@settings(deadline=None)
def test_plain_ensemble_crps_is_the_integral_of_the_squared_difference(draws, observed):
    k = np.arange(0, 61)
    below = (np.asarray(draws)[:, None] <= k).mean(axis=0)
    expected = np.sum((below - (observed <= k)) ** 2)
    assert float(crps.crps_ensemble(observed, draws)) == pytest.approx(expected, abs=1e-9)


def test_blocks_change_nothing(monkeypatch):
    rng = np.random.default_rng(3)
    draws, observed = rng.poisson(3, (7, 5, 40)), rng.poisson(3, (7, 5))
    whole = crps.crps_ensemble(observed, draws)
    monkeypatch.setattr(blocks, "_BLOCK", 80)
    np.testing.assert_array_equal(crps.crps_ensemble(observed, draws), whole)


def test_counts_have_masses_that_sum_to_one():
    k = np.arange(100000)
    for mean, shape in ((3.0, np.inf), (20.0, 0.5), (20.0, 1e6)):
        mass = np.exp(negative_binomial.log_pmf(k, mean, shape))
        assert mass.sum() == pytest.approx(1, abs=1e-7)
        np.testing.assert_allclose(
            np.cumsum(mass)[:200], negative_binomial.cdf(k[:200], mean, shape), atol=1e-9
        )


@pytest.mark.parametrize(("mean", "shape"), [(0.4, 0.5), (3.0, np.inf), (40.0, 2.0), (2000.0, 1.0)])
def test_log_score_from_draws_is_near_the_exact_one(mean, shape):
    rng = np.random.default_rng(4)
    n, cells = 2000, 3000
    rate = np.full(cells, mean) if np.isinf(shape) else rng.gamma(shape, mean / shape, cells)
    observed = rng.poisson(rate)
    draws = np.stack(
        [
            rng.poisson(mean if np.isinf(shape) else rng.gamma(shape, mean / shape, n), n)
            for _ in range(20)
        ]
    )
    smoothed = np.mean(
        [
            scores.log_score_ensemble(observed[i::20], np.broadcast_to(row, (cells // 20, n)))
            for i, row in enumerate(draws)
        ]
    )
    exact = scores.log_score_guarded(
        observed, np.exp(negative_binomial.log_pmf(observed, mean, shape)), n
    ).mean()
    assert smoothed - exact > -0.003
    assert smoothed - exact < 0.02


def test_log_score_of_the_impossible_is_finite_and_high():
    assert 7 < float(scores.log_score_ensemble(5, np.zeros(1000))) < 12


def test_smoothed_masses_sum_to_less_than_one():
    draws = np.random.default_rng(5).poisson(6, 500)
    y = np.arange(500)
    mass = np.exp(-scores.log_score_ensemble(y, np.broadcast_to(draws, (500, 500))))
    assert mass.sum() == pytest.approx(1, abs=1e-4)


def test_randomised_pit_is_uniform_for_right_forecasts_of_rare_counts():
    rng = np.random.default_rng(6)
    draws, observed = rng.poisson(0.3, (20000, 39)), rng.poisson(0.3, 20000)
    lower, upper = pit.pit_bounds_ensemble(observed, draws)
    drawn = pit.pit_randomised(lower, upper, rng)
    assert np.histogram(drawn, 10, (0, 1))[0] == pytest.approx(np.full(10, 2000), abs=200)
    assert pit.pit_histogram(lower, upper) == pytest.approx(np.full(10, 0.1), abs=0.005)
    assert pit.share_inside(lower, upper, 0.05, 0.95).mean() == pytest.approx(0.9, abs=0.005)


def test_draws_that_do_not_fit_are_refused():
    with pytest.raises(ValueError, match="shape"):
        crps.crps_ensemble([1, 2], [1, 2, 3])
    with pytest.raises(ValueError, match="two draws"):
        crps.crps_ensemble(1, [1], fair=True)
