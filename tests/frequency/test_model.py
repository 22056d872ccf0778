"""The default frequency model: what must hold whatever the data."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import riskkit as rk
from riskkit.counts import Tally

FIXED = rk.FrequencyModel(drift=0.1, dispersion=0.5, level=(0.5, 2.0), shock=0.3)


def tally_of(counts, exposure=None, names=None):
    counts = np.asarray(counts, dtype=float)
    names = names or [f"region {i}" for i in range(len(counts))]
    months = pd.period_range("2015-01", periods=counts.shape[1], freq="M")
    panel = pd.DataFrame(counts, names, months)
    return Tally.from_panel(
        attacks=panel, exposure=None if exposure is None else pd.Series(exposure, names)
    )


@pytest.fixture(scope="module")
def busy_and_quiet():
    rng = np.random.default_rng(3)
    rates = np.geomspace(0.05, 30, 8)
    return tally_of(rng.negative_binomial(1, 1 / (1 + rates[:, None]), (8, 60)))


@pytest.fixture(scope="module")
def fitted(busy_and_quiet):
    return rk.FrequencyModel().fit(busy_and_quiet)


def test_static_poisson_is_the_conjugate_posterior():
    counts, exposure = np.array([[3.0, 0, 1], [40, 35, 52], [0, 0, 0]]), [1.0, 2.0, 0.5]
    shape, mean = 0.7, 4.0
    model = rk.FrequencyModel(drift=0, dispersion=0, level=(shape, mean), shock=0)
    drawn = model.fit(tally_of(counts, exposure)).estimate(40_000, rng=1).draws
    a, b = shape + counts.sum(axis=1), shape / mean + 3 * np.array(exposure)
    assert drawn.mean(axis=0) == pytest.approx(a / b, rel=0.03)
    assert drawn.var(axis=0) == pytest.approx(a / b**2, rel=0.06)


def test_static_negative_binomial_likelihood_is_that_of_an_integral():
    from scipy.integrate import quad
    from scipy.stats import gamma, nbinom

    counts, alpha, shape, mean = np.array([2, 0, 9, 1, 0, 3]), 1.5, 0.8, 2.5
    model = rk.FrequencyModel(drift=0, dispersion=alpha, level=(shape, mean), shock=0)

    def integrand(log_rate):
        rate = np.exp(log_rate)
        like = nbinom.pmf(counts, 1 / alpha, 1 / (1 + alpha * rate)).prod()
        return like * gamma.pdf(rate, shape, scale=mean / shape) * rate

    truth, _ = quad(integrand, -12, 6, epsabs=1e-16, limit=200)
    assert model.fit(tally_of([counts])).llf == pytest.approx(np.log(truth), abs=1e-6)


def test_drifting_likelihood_is_that_of_simulated_paths():
    counts, sigma, shape, mean = np.array([4, 1, 0, 6]), 0.4, 1.2, 3.0
    rng = np.random.default_rng(1)
    latest = np.log(rng.gamma(shape, mean / shape, 400_000))
    back = rng.laplace(0, sigma / np.sqrt(2), (400_000, 3)).cumsum(axis=1)
    levels = np.column_stack([latest, latest[:, None] + back])
    from scipy.stats import poisson

    like = poisson.pmf(counts[::-1], np.exp(levels)).prod(axis=1)
    model = rk.FrequencyModel(drift=sigma, dispersion=0, level=(shape, mean), shock=0)
    error = 4 * like.std() / np.sqrt(len(like)) / like.mean()
    assert model.fit(tally_of([counts])).llf == pytest.approx(np.log(like.mean()), abs=error + 0.01)


def test_draws_have_their_names_and_shapes(fitted, busy_and_quiet):
    rates = fitted.estimate(300, rng=1)
    assert rates.draws.shape == (300, 8)
    assert rates.unit == "attacks per month"
    ahead = fitted.forecast(5, 300, rng=1, repeats=2)
    assert ahead.draws.shape == (600, 8, 5)
    assert ahead.periods[0] == busy_and_quiet.periods[-1] + 1


def test_one_seed_gives_one_answer(fitted):
    again = rk.FrequencyModel().fit(fitted.tally)
    assert np.array_equal(fitted.forecast(3, 100, rng=5).draws, again.forecast(3, 100, rng=5).draws)
    assert np.array_equal(fitted.estimate(100, rng=5).draws, again.estimate(100, rng=5).draws)
    assert not np.array_equal(fitted.estimate(100, rng=5).draws, fitted.estimate(100, rng=6).draws)


def test_one_thread_or_many(fitted, monkeypatch):
    monkeypatch.setattr("riskkit.frequency.levels._THREADS", 1)
    alone = rk.FrequencyModel().fit(fitted.tally)
    assert np.array_equal(alone.estimate(50, rng=1).draws, fitted.estimate(50, rng=1).draws)


def test_another_region_moves_no_draws_at_fixed_parameters(busy_and_quiet):
    all_regions = FIXED.fit(busy_and_quiet)
    some = FIXED.fit(busy_and_quiet.select(["region 5", "region 2"]))
    assert np.array_equal(
        some.forecast(4, 200, rng=1).draws, all_regions.forecast(4, 200, rng=1).draws[:, [5, 2]]
    )


def test_regions_in_another_order_change_no_shared_parameter(fitted, busy_and_quiet):
    turned = rk.FrequencyModel().fit(busy_and_quiet.select(list(busy_and_quiet.regions[::-1])))
    assert turned.params.to_numpy() == pytest.approx(fitted.params.to_numpy(), rel=1e-5)
    assert turned.llf == pytest.approx(fitted.llf, rel=1e-9)


@settings(max_examples=10, deadline=None)
@given(st.floats(1e-4, 1e6))
def test_a_larger_unit_of_exposure_is_a_smaller_rate(unit):
    counts = np.array([[3.0, 5, 1, 0], [0, 0, 1, 0]])
    level = (0.5, 2.0)
    plain = rk.FrequencyModel(drift=0.1, dispersion=0.3, level=level, shock=0)
    scaled = rk.FrequencyModel(drift=0.1, dispersion=0.3, level=(0.5, 2.0 / unit), shock=0)
    one, other = plain.fit(tally_of(counts)), scaled.fit(tally_of(counts, [unit, unit]))
    assert other.llf == pytest.approx(one.llf, abs=1e-6)
    assert other.estimate(50, rng=1).draws * unit == pytest.approx(one.estimate(50, rng=1).draws)


@settings(max_examples=15, deadline=None)
@given(st.lists(st.sampled_from([0, 0, 0, 1, 3, 60, 5000, np.nan]), min_size=1, max_size=30))
def test_any_counts_give_finite_rates_and_whole_forecasts(counts):
    found = FIXED.fit(tally_of([counts]))
    assert np.isfinite(found.llf)
    assert np.isfinite(found.estimate(50, rng=1).draws).all()
    assert (found.forecast(3, 50, rng=1).draws >= 0).all()


@pytest.mark.parametrize(
    "counts",
    [
        [[0]],
        [[5000]],
        [[0] * 24],
        [[0] * 24, [5000] * 24],
        [[0] * 60, [0] * 59 + [3000]],
        [[np.nan] * 12, [1] * 12],
        [[np.nan] * 6],
    ],
)
def test_small_and_extreme_tallies_have_an_answer(counts):
    found = rk.FrequencyModel().fit(tally_of(counts))
    assert np.isfinite(found.estimate(200, rng=1).draws).all()
    assert np.isfinite(found.summary().to_numpy()).all()
    assert (found.forecast(12, 200, rng=1).draws >= 0).all()


def test_not_watched_is_not_zero():
    counts = np.full((1, 40), 10.0)
    counts[0, 20:30] = np.nan
    watched = rk.FrequencyModel(drift=0.05, dispersion=0).fit(tally_of(counts))
    counts[0, 20:30] = 0
    assert watched.estimate(500, rng=1).draws.mean() == pytest.approx(10, rel=0.1)
    silent = rk.FrequencyModel(drift=0.05, dispersion=0).fit(tally_of(counts))
    assert silent.llf < watched.llf - 50


def test_pgf_is_the_mean_over_the_forecasts_own_paths(fitted):
    s = np.full((40, 8, 3), [0.2, 0.8, 1.0])
    value = fitted.pgf(s, 3, 40, rng=2, repeats=400)
    futures = fitted.forecast(3, 40, rng=2, repeats=400).draws.sum(axis=2).reshape(40, 400, 8)
    simulated = (0.8 ** futures.astype(float)).mean(axis=1)
    assert value[:, :, 2] == pytest.approx(1.0)
    assert value[:, :, 1] == pytest.approx(simulated, abs=0.1)
    assert value[:, :, 1].mean() == pytest.approx(simulated.mean(), abs=0.005)


def test_a_common_shock_spreads_the_world_and_no_region(busy_and_quiet):
    together = rk.FrequencyModel(drift=0.3, dispersion=0.1, level=(0.5, 3.0), shock=0.9)
    apart = rk.FrequencyModel(drift=0.3, dispersion=0.1, level=(0.5, 3.0), shock=0.0)
    one = together.fit(busy_and_quiet).forecast(12, 4000, rng=1).total("periods")
    other = apart.fit(busy_and_quiet).forecast(12, 4000, rng=1).total("periods")
    assert np.log1p(one.draws[:, -1]).std() == pytest.approx(
        np.log1p(other.draws[:, -1]).std(), rel=0.05
    )
    assert (
        np.log(one.total("regions").draws).std() > 1.15 * np.log(other.total("regions").draws).std()
    )


def test_wrong_settings_are_named():
    for wrong in ({"drift": -1}, {"dispersion": np.nan}, {"shock": 2}, {"level": (0, 1)},
                  {"reach": 0}):  # fmt: skip
        with pytest.raises(ValueError, match=next(iter(wrong))):
            rk.FrequencyModel(**wrong)


def test_deaths_only_is_no_tally_of_attacks():
    months = pd.period_range("2020-01", periods=3, freq="M")
    tally = Tally.from_panel(deaths=pd.DataFrame([[1.0, 2, 3]], ["A"], months))
    with pytest.raises(ValueError, match="no attacks"):
        rk.FrequencyModel().fit(tally)


def test_summary_has_statsmodels_words(fitted):
    table = fitted.summary()
    assert list(table.columns) == ["estimate", "lower", "upper"]
    assert (table["lower"] <= table["estimate"]).all()
    assert (table["estimate"] <= table["upper"]).all()
    assert fitted.nobs == 8 * 60
    assert np.isfinite([fitted.aic, fitted.bic, fitted.llf]).all()
