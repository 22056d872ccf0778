"""Weighted, ranked, moment, quantile and many-region scores against scoringrules and sums."""

import tracemalloc

import numpy as np
import pytest
import scoringrules
from hypothesis import given
from hypothesis import strategies as st

from riskkit.kernels import blocks, category_scores, crps, energy, negative_binomial, weighted_crps
from riskkit.kernels.scores import VIEWS_EDGES, interval_score


@pytest.fixture(scope="module")
def cells() -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(1)
    rate = rng.gamma(0.5, 20, 40)
    return rng.poisson(rate), rng.poisson(rate[:, None] * rng.gamma(2, 0.5, (40, 61)))


@pytest.mark.parametrize(("fair", "estimator"), [(False, "nrg"), (True, "fair")])
def test_weighted_and_log_crps_equal_scoringrules(cells, fair, estimator):
    y, x = cells[0].astype(float), cells[1].astype(float)
    for lower, upper in ((5.0, np.inf), (2.0, 30.0), (-np.inf, 10.0)):
        np.testing.assert_allclose(
            weighted_crps.crps_threshold_ensemble(*cells, lower=lower, upper=upper, fair=fair),
            scoringrules.twcrps_ensemble(y, x, a=lower, b=upper, estimator=estimator),
            atol=1e-12,
        )
    np.testing.assert_allclose(
        weighted_crps.crps_log1p_ensemble(*cells, fair=fair),
        scoringrules.crps_ensemble(np.log1p(y), np.log1p(x), estimator=estimator),
        rtol=1e-10,
    )


def test_weights_are_refused_where_nothing_is_left(cells):
    with pytest.raises(ValueError, match="lower below upper"):
        weighted_crps.crps_threshold_ensemble(*cells, lower=3, upper=3)


@pytest.mark.parametrize(("mean", "shape"), [(4.0, np.inf), (30.0, 0.4)])
@pytest.mark.parametrize("observed", [0, 9, 200])
def test_exact_threshold_crps_is_the_sum_it_stands_for(observed, mean, shape):
    k = np.arange(10, 5000)
    expected = np.sum((negative_binomial.cdf(k, mean, shape) - (observed <= k)) ** 2)
    found = weighted_crps.crps_threshold_negative_binomial(observed, mean, shape, lower=10)
    assert float(found) == pytest.approx(expected, abs=1e-9)


def test_moment_quantile_and_interval_scores_equal_scoringrules(cells):
    y, x = cells[0].astype(float), cells[1].astype(float)
    spread = x.std(axis=1) > 0
    np.testing.assert_allclose(
        category_scores.dawid_sebastiani_ensemble(*cells)[spread],
        scoringrules.dssuv_ensemble(y[spread], x[spread], bias=True),
        rtol=1e-10,
    )
    lower, upper = np.quantile(x, [0.05, 0.95], axis=1)
    np.testing.assert_allclose(
        category_scores.quantile_score(y, upper, 0.95),
        scoringrules.quantile_score(y, upper, np.full(40, 0.95)),
        rtol=1e-12,
    )
    np.testing.assert_allclose(
        category_scores.interval_score_ensemble(*cells, level=0.9),
        scoringrules.interval_score(y, lower, upper, 0.1),
        rtol=1e-10,
    )
    # The interval score is made of the two quantile scores.
    two = category_scores.quantile_score(y, lower, 0.05) + category_scores.quantile_score(
        y, upper, 0.95
    )
    np.testing.assert_allclose(interval_score(y, lower, upper, 0.9), two * 2 / 0.1)


def test_dawid_sebastiani_of_what_was_held_to_be_sure():
    found = category_scores.dawid_sebastiani_ensemble([0, 1], [[0, 0], [0, 0]])
    assert found.tolist() == [-np.inf, np.inf]


def test_ranked_probability_equals_scoringrules(cells):
    y, x = cells
    bins = np.arange(len(VIEWS_EDGES) + 1)
    chances = (np.searchsorted(VIEWS_EDGES, x)[:, :, None] == bins).mean(axis=1)
    category = np.searchsorted(VIEWS_EDGES, y)
    expected = scoringrules.rps_score(category + 1, chances)
    np.testing.assert_allclose(
        category_scores.ranked_probability(category, chances), expected, atol=1e-12
    )
    np.testing.assert_allclose(
        category_scores.ranked_probability_ensemble(y, x, VIEWS_EDGES), expected, atol=1e-12
    )
    with pytest.raises(ValueError, match="sum to 1"):
        category_scores.ranked_probability(0, [0.5, 0.2])
    with pytest.raises(ValueError, match="0 to 1"):
        category_scores.ranked_probability(2, [0.5, 0.5])
    with pytest.raises(ValueError, match="rising"):
        category_scores.ranked_probability_ensemble(y, x, [2, 1])


def test_ranked_probability_over_all_counts_is_the_crps(cells):
    edges = np.arange(max(cells[0].max(), cells[1].max()) + 1) + 0.5
    np.testing.assert_allclose(
        category_scores.ranked_probability_ensemble(*cells, edges),
        crps.crps_ensemble(*cells),
        atol=1e-10,
    )


@pytest.mark.parametrize(("fair", "estimator"), [(False, "nrg"), (True, "fair")])
def test_energy_score_equals_scoringrules(monkeypatch, fair, estimator):
    rng = np.random.default_rng(2)
    y, x = rng.poisson(5, (3, 7)), rng.poisson(5, (3, 50, 7))
    expected = scoringrules.es_ensemble(y.astype(float), x.astype(float), estimator=estimator)
    np.testing.assert_allclose(energy.energy_score(y, x, fair=fair), expected, rtol=1e-10)
    monkeypatch.setattr(energy, "_BLOCK", 120)
    np.testing.assert_allclose(energy.energy_score(y, x, fair=fair), expected, rtol=1e-10)
    with pytest.raises(ValueError, match="shape"):
        energy.energy_score(y, x[:, :, :3])


@given(st.lists(st.integers(0, 50), min_size=2, max_size=20), st.integers(0, 60))
def test_energy_score_of_one_region_is_the_crps(draws, observed):
    rows = np.asarray(draws)
    for fair in (False, True):
        assert float(energy.energy_score([observed], rows[:, None], fair=fair)) == pytest.approx(
            float(crps.crps_ensemble(observed, rows, fair=fair)), abs=1e-9
        )


def test_energy_score_prefers_regions_foreseen_together():
    rng = np.random.default_rng(3)
    factor = rng.gamma(1, 1, (400, 1))
    y = rng.poisson(20 * factor * np.ones(8))
    together = rng.poisson(20 * rng.gamma(1, 1, (400, 1)) * np.ones(8))
    apart = rng.permuted(together, axis=0)
    wide = (400, 400, 8)
    scores = [
        energy.energy_score(y, np.broadcast_to(rows, wide)).mean() for rows in (together, apart)
    ]
    assert scores[0] < 0.98 * scores[1]


def test_axes_that_were_moved_change_nothing(monkeypatch):
    rng = np.random.default_rng(4)
    draws, y = rng.poisson(3, (40, 6, 5)), rng.poisson(3, (6, 5))
    expected = crps.crps_ensemble(y, np.ascontiguousarray(np.moveaxis(draws, 0, -1)))
    for size in (4_000_000, 400, 150, 7):
        monkeypatch.setattr(blocks, "_BLOCK", size)
        np.testing.assert_array_equal(crps.crps_ensemble(y, np.moveaxis(draws, 0, -1)), expected)


def test_memory_stays_bounded_however_many_cells():
    one = np.random.default_rng(5).poisson(4, 1000)
    draws = np.broadcast_to(one, (40_000, 1000))  # 320 MB if it were copied
    y = np.full(40_000, 3)
    for score in (
        crps.crps_ensemble,
        weighted_crps.crps_log1p_ensemble,
        category_scores.dawid_sebastiani_ensemble,
    ):
        tracemalloc.start()
        found = score(y, draws)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert peak < 150e6
        assert np.ptp(found) < 1e-9
