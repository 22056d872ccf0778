"""The power-law tail: small inputs, any number of workers, truth recovered."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import zeta as hurwitz

from riskkit.errors import InvalidValueError, NotEnoughIncidentsError
from riskkit.kernels import zeta
from riskkit.lethality import TailModel
from riskkit.lethality.resample import bootstrap, semiparametric


@pytest.fixture(scope="module")
def deaths():
    rng = np.random.default_rng(4)
    tail = zeta.draw(1 - rng.random(400), 2.4, 10, zeta.survival_table(2.4, 10))
    return np.concatenate([np.zeros(300, dtype=int), rng.integers(1, 10, 1_500), tail])


@pytest.mark.parametrize(
    "deaths",
    [[], [0], [0] * 9, [1], [7] * 1_000, [10_000_000]],
    ids=["none", "zero", "zeros", "one", "equal", "1e7"],
)
def test_too_little_is_said(deaths):
    with pytest.raises(NotEnoughIncidentsError, match="two distinct tolls"):
        TailModel().fit(deaths)


def test_nothing_above_a_given_xmin_is_said():
    with pytest.raises(NotEnoughIncidentsError, match="from 50 deaths on; found 1"):
        TailModel(xmin=50).fit([1, 2, 3, 70])


@pytest.mark.parametrize("wrong", [[1, None], [1, -2], [1, 2.5], [1, float("inf")]])
def test_what_is_no_toll_is_refused(wrong):
    with pytest.raises(InvalidValueError, match="whole numbers"):
        TailModel().fit(wrong)


def test_weights_must_fit():
    with pytest.raises(InvalidValueError, match="one for each"):
        TailModel().fit([1, 2], weights=[1])


@pytest.mark.parametrize("deaths", [[3, 4], [1, 10_000_000], [10_000_000, 10_000_001] * 500])
def test_two_distinct_tolls_are_answered(deaths):
    tail = TailModel().fit(deaths)
    assert np.isfinite([tail.alpha, tail.ks, tail.llf]).all() and tail.alpha > 1
    assert 0 <= tail.goodness_of_fit(60).p_value <= 1
    assert np.isfinite(tail.conf_int(replicates=60).to_numpy()).all()


def test_weights_are_repeats_and_zeros_belong_to_the_population(deaths):
    values, counts = np.unique(deaths, return_counts=True)
    one, two = TailModel().fit(deaths), TailModel().fit(values, weights=counts)
    assert (one.xmin, one.alpha, one.nobs) == (two.xmin, two.alpha, two.nobs)
    assert one.nobs == len(deaths)


def test_billions_of_events_cost_no_more():
    values = np.arange(1, 500)
    counts = (1e10 * values**-2.5 / 1.3).astype(int)
    tail = TailModel(xmin=2).fit(values, weights=counts)
    assert tail.n_tail > 1e9
    assert tail.goodness_of_fit(20).p_value <= 1
    assert tail.conf_int(replicates=20).loc["n_tail", "lower"] > 1e9
    assert np.isfinite(tail.compare()["llf"]).all()
    chance = tail.chance(10**7, 10**9, replicates=20).to_frame()
    assert 0 < chance["lower"].item() <= chance["upper"].item() < 1


def test_the_table_of_survival(deaths):
    tail = TailModel(xmin=10).fit(deaths)
    table = tail.survival([1, 10, 57], level=0.8, replicates=200, rng=3)
    for x, row in table.iterrows():
        assert row["recorded"] == pytest.approx(np.mean(deaths >= x))
        drawn = bootstrap(tail.data, 10, 200, 3, 1, [x]).reached[:, 0]
        expected = np.quantile(drawn, [0.1, 0.9])
        assert row[["lower", "upper"]].to_numpy() == pytest.approx(expected)
    assert np.isnan(table.loc[1, "estimate"])
    assert table.loc[10, "estimate"] == pytest.approx(400 / 2_200)
    assert table.loc[57, "estimate"] == pytest.approx(400 / 2_200 * tail.sf(57))


def test_fits_are_those_compared(deaths):
    tail = TailModel(xmin=10).fit(deaths)
    fits, table = tail.fits(), tail.compare()
    assert list(fits) == table.index.tolist()
    assert [fit.llf for fit in fits.values()] == table["llf"].tolist()


def test_any_number_of_workers_gives_the_same(deaths):
    tail = TailModel().fit(deaths)
    assert tail.goodness_of_fit(150, rng=3, n_jobs=1) == tail.goodness_of_fit(150, rng=3, n_jobs=2)
    for table in (
        lambda n: tail.conf_int(replicates=150, rng=3, n_jobs=n),
        lambda n: tail.chance(500, 1_000, replicates=150, rng=3, n_jobs=n).to_frame(),
        lambda n: tail.survival(replicates=150, rng=3, n_jobs=n),
    ):
        pd.testing.assert_frame_equal(table(1), table(2))


@pytest.mark.parametrize("xmin", [None, 10])
def test_truth_is_inside(deaths, xmin):
    tail = TailModel(xmin=xmin).fit(deaths)
    bounds = tail.conf_int(0.99, replicates=300)
    assert bounds.loc["alpha", "lower"] < 2.4 < bounds.loc["alpha", "upper"]
    assert bounds.loc["xmin", "lower"] <= 10 <= bounds.loc["xmin", "upper"]
    assert tail.goodness_of_fit(300).p_value > 0.01
    truth = 1 - (1 - 400 / 2_200 * zeta.survival(500.0, 2.4, 10.0)) ** 1_000
    chance = tail.chance(at_least=500, events=1_000, replicates=300).to_frame(0.99)
    assert chance["lower"].item() < truth < chance["upper"].item()


def test_interval_at_a_given_xmin_is_where_the_likelihood_falls(deaths):
    tail = TailModel(xmin=10).fit(deaths)
    lower, upper = tail.conf_int(0.95, replicates=20).loc["alpha"]
    x = deaths[deaths >= 10]

    def log_likelihood(alpha):
        return -len(x) * np.log(hurwitz(alpha, 10)) - alpha * np.log(x).sum()

    for edge in (lower, upper):
        assert 2 * (log_likelihood(tail.alpha) - log_likelihood(edge)) == pytest.approx(
            3.841459, abs=1e-4
        )
    assert lower < tail.alpha < upper


def test_no_power_law_is_rejected():
    rng = np.random.default_rng(1)
    p_value = TailModel(xmin=1).fit(1 + rng.poisson(8, 2_000)).goodness_of_fit(100).p_value
    assert p_value < 0.02


def test_a_chance_below_xmin_is_counted(deaths):
    tail = TailModel(xmin=10).fit(deaths)
    chance = tail.chance(at_least=1, events=1, replicates=500).to_frame()
    assert chance["estimate"].item() == pytest.approx(1_900 / 2_200, abs=0.01)


def test_sf_is_one_up_to_xmin_and_falls(deaths):
    tail = TailModel().fit(deaths)
    chances = tail.sf(np.arange(1, 200))
    assert (chances[: tail.xmin] == 1).all() and (np.diff(chances[tail.xmin - 1 :]) < 0).all()


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 10**7), min_size=1, max_size=30))
def test_any_tolls_are_answered_or_refused(tolls):
    try:
        tail = TailModel().fit(tolls)
    except NotEnoughIncidentsError:
        assert len(set(tolls) - {0}) < 2
    else:
        assert np.isfinite([tail.alpha, tail.ks, tail.llf]).all()
        assert 0 <= tail.goodness_of_fit(20).p_value <= 1


def test_a_threshold_is_a_whole_number():
    with pytest.raises(ValueError, match=r"xmin is 2.5; accepted: 1 death or more, a whole"):
        TailModel(xmin=2.5)


def test_shares_of_fractions_are_those_of_the_next_whole_number(deaths):
    tail = TailModel(10).fit(deaths)
    np.testing.assert_array_equal(tail.sf([10.5, 49.1]), tail.sf([11, 50]))
    one, other = (tail.chance(x, 5, replicates=20).draws for x in (10.5, 11))
    np.testing.assert_array_equal(one, other)
    assert tail.survival([11.5], replicates=20).index.tolist() == [12]


def test_a_sample_without_a_tail_is_no_sample_near_the_law():
    tail = TailModel(xmin=100).fit([1] * 500 + [100, 150])
    drawn = semiparametric(tail.data, 100, tail.alpha, True, 500, 1, 1)
    assert np.isfinite(drawn.distance).all() and (drawn.n_tail >= 1).all()
    assert tail.goodness_of_fit(500).p_value == np.mean(drawn.distance >= tail.ks)


def test_the_summary_names_the_kind_of_interval(deaths):
    told = [TailModel(xmin).fit(deaths).summary() for xmin in (10, None)]
    assert told[0].endswith("90%, by bootstrap; the exponent's by its likelihood ratio.")
    assert told[1].endswith("90%, by bootstrap.")


@pytest.mark.parametrize(
    ("deaths", "weights"),
    [([10, 11], [200_000, 1]), ([10, 11, 12], [10**8, 400, 3])],
    ids=["steep", "steeper"],
)
def test_steep_tails_of_many_are_tested(deaths, weights):
    tested = TailModel().fit(deaths, weights).goodness_of_fit(replicates=50)
    assert 0 <= tested.p_value <= 1
