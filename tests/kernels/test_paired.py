"""Paired losses against statsmodels, arch, a second implementation of the test, and simulation."""

import numpy as np
import pytest
import statsmodels.api as sm
from arch.bootstrap import MCS

from riskkit.kernels.paired import (
    clustered_error,
    confidence_set,
    diebold_mariano,
    stationary_bootstrap,
    t_test,
)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_clustered_errors_equal_statsmodels(seed):
    rng = np.random.default_rng(seed)
    region, origin = np.repeat(np.arange(12), 3 * 7), np.tile(np.repeat(np.arange(7), 3), 12)
    d = rng.normal(size=252) + rng.normal(size=12)[region] + rng.normal(size=7)[origin]
    kept = rng.random(252) < 0.8
    d, region, origin = d[kept], region[kept], origin[kept]
    fit = sm.OLS(d, np.ones(len(d)))
    for groups in ((region,), (origin,), (region, origin)):
        expected = fit.fit(
            cov_type="cluster",
            cov_kwds={"groups": np.column_stack(groups) if len(groups) > 1 else groups[0]},
        )
        assert clustered_error(d, *groups) == pytest.approx(float(expected.bse[0]), rel=1e-9)


def test_two_ways_are_needed_where_regions_and_origins_share_their_luck():
    rng = np.random.default_rng(4)
    region, origin = np.repeat(np.arange(40), 20), np.tile(np.arange(20), 40)
    means, two, neither = [], [], []
    for _ in range(300):
        d = rng.normal(size=800) + 0.7 * rng.normal(size=40)[region]
        d += 0.7 * rng.normal(size=20)[origin]
        means.append(d.mean())
        two.append(clustered_error(d, region, origin))
        neither.append(clustered_error(d, np.arange(800)))
    assert np.sqrt(np.mean(np.square(two))) == pytest.approx(np.std(means), rel=0.12)
    assert np.mean(neither) < 0.4 * np.std(means)


def test_one_group_has_no_error_and_three_ways_are_refused():
    assert np.isnan(clustered_error([1.0, 2.0], ["a", "a"]))
    assert np.isnan(clustered_error([1.0, 2.0], ["a", "a"], ["x", "y"]))
    with pytest.raises(ValueError, match="one or two"):
        clustered_error([1.0], [1], [1], [1])
    assert np.isnan(t_test(1.0, 0.0, 5))


@pytest.mark.parametrize(
    ("steps", "statistic", "p_value"),
    # Made with the package dieboldmariano 1.1.0.
    [(1, -0.6407041806, 0.5293674015), (2, -1.9577213319, 0.0651141004),
     (3, -1.8864980714, 0.0746067539)],
)  # fmt: skip
def test_diebold_mariano_equals_another_implementation(steps, statistic, p_value):
    rng = np.random.default_rng(3)
    for h in (1, 2, 3):
        truth = rng.normal(size=20)
        one, two = truth + rng.normal(size=20), truth + rng.normal(size=20) * 1.5
        if h == steps:
            found = diebold_mariano((truth - one) ** 2 - (truth - two) ** 2, steps)
            assert found == pytest.approx((statistic, p_value), abs=1e-9)


def test_equal_forecasts_are_called_different_as_often_as_they_should():
    rng = np.random.default_rng(5)
    for steps in (1, 3):
        noise = rng.normal(size=(3000, 40 + steps - 1))
        d = sum(noise[:, k : k + 40] for k in range(steps))
        p = np.array([diebold_mariano(row, steps)[1] for row in d])
        assert np.mean(p < 0.05) == pytest.approx(0.05, abs=0.035)
    assert np.isnan(diebold_mariano([1.0, 2.0, -1.0, 3.0, 2.0, 1.0], steps=2)[0])
    with pytest.raises(ValueError, match="steps"):
        diebold_mariano([1.0, 2.0], steps=2)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_confidence_set_equals_arch_on_the_same_resamples(seed):
    rng = np.random.default_rng(seed)
    losses = rng.normal(size=(60, 6)) + np.array([0, 0.1, 0.2, 0.3, 0.6, 1])
    peer = MCS(losses, size=0.1, reps=300, block_size=4, seed=seed)
    peer.compute()
    expected = peer.pvalues.sort_index()["Pvalue"].to_numpy()
    found = confidence_set(losses, np.array(peer._bootstrap_indices))
    np.testing.assert_allclose(found, expected, atol=1e-12)
    ours = confidence_set(losses, stationary_bootstrap(60, 2000, 4, rng))
    np.testing.assert_allclose(ours, expected, atol=0.12)


def test_the_best_model_stays_in_the_set():
    rng = np.random.default_rng(6)
    inside = []
    for _ in range(150):
        losses = rng.normal(size=(30, 4)) + rng.normal(size=(30, 1)) + [0, 0.1, 0.1, 0.5]
        inside.append(confidence_set(losses, stationary_bootstrap(30, 200, 1, rng))[0] > 0.1)
    assert np.mean(inside) >= 0.87


def test_models_that_are_the_same_stay_together():
    rng = np.random.default_rng(7)
    losses = np.repeat(rng.normal(size=(30, 1)), 2, axis=1)
    assert confidence_set(losses, stationary_bootstrap(30, 100, 2, rng)).tolist() == [1, 1]


def test_blocks_have_the_length_asked_for():
    index = stationary_bootstrap(50, 2000, 5.0, np.random.default_rng(8))
    follows = (index[:, 1:] == (index[:, :-1] + 1) % 50).mean()
    assert follows == pytest.approx(0.8 + 0.2 / 50, abs=0.01)
    assert np.bincount(index.ravel(), minlength=50) == pytest.approx(np.full(50, 2000), abs=250)
