"""Tests of calibration: right forecasts pass as often as they should, wrong ones are found."""

import numpy as np
import pytest
from scipy import stats

from riskkit.kernels import calibration


def crps_z(rate: np.ndarray, law: np.ndarray, n: int, rng: np.random.Generator) -> float:
    observed = rng.poisson(law)
    draws = rng.poisson(rate[:, None], (len(rate), n))
    surprise, variance = calibration.crps_surprise(observed, draws)
    return float(surprise.sum() / np.sqrt(variance.sum()))


@pytest.mark.parametrize("n", [20, 200])
def test_right_forecasts_have_a_normal_z(n):
    rng = np.random.default_rng(1)
    rate = np.geomspace(0.1, 50, 100)
    z = np.array([crps_z(rate, rate, n, rng) for _ in range(400)])
    assert z.mean() == pytest.approx(0, abs=0.15)
    assert z.std() == pytest.approx(1, abs=0.12)


def test_forecasts_that_are_too_sure_are_found():
    rng = np.random.default_rng(2)
    rate = np.full(300, 20.0)
    assert crps_z(rate, rate * rng.gamma(4, 0.25, 300), 200, rng) > 4
    vague = rng.poisson(rate[:, None] * rng.gamma(2, 0.5, (300, 200)))
    surprise, variance = calibration.crps_surprise(rng.poisson(rate), vague)
    assert surprise.sum() / np.sqrt(variance.sum()) < -4
    with pytest.raises(ValueError, match="three"):
        calibration.crps_surprise([1], [[1, 2]])


def test_spiegelhalter_is_normal_where_chances_are_right():
    rng = np.random.default_rng(3)
    z = []
    for _ in range(500):
        chance = rng.beta(0.5, 2, 300)
        z.append(calibration.spiegelhalter(chance, rng.random(300) < chance))
    assert stats.kstest(z, "norm").pvalue > 0.01
    chance = rng.beta(0.5, 2, 2000)
    overdone = np.where(chance > 0.5, 1 - (1 - chance) / 2, chance / 2)
    assert calibration.spiegelhalter(overdone, rng.random(2000) < chance) > 4
    assert np.isnan(calibration.spiegelhalter([0.5, 1.0], [1, 1]))


@pytest.mark.parametrize("n", [0, 1, 7, 3000])
def test_how_many_come_is_the_binomial_where_chances_are_equal(n):
    found = calibration.poisson_binomial(np.full(n, 0.3))
    np.testing.assert_allclose(found, stats.binom.pmf(np.arange(n + 1), n, 0.3), atol=1e-13)


def test_how_many_come_has_the_mean_and_variance_of_its_parts():
    p = np.random.default_rng(4).beta(0.3, 3, 2500)
    law = calibration.poisson_binomial(p)
    k = np.arange(len(law))
    assert law.sum() == pytest.approx(1)
    assert k @ law == pytest.approx(p.sum())
    assert k**2 @ law - (k @ law) ** 2 == pytest.approx(np.sum(p * (1 - p)))
