"""Chances averaged over laws: every resample against fits made one by one."""

import numpy as np
import pytest

from riskkit.kernels import zeta
from riskkit.kernels.streams import stream
from riskkit.lethality import TailModel
from riskkit.lethality.average import AVERAGED, average_tails
from riskkit.lethality.compare import weights_of
from riskkit.lethality.distributions import Geometric, PowerLaw
from riskkit.lethality.resample import bootstrap, resamples


def drawn(alpha, n, seed=1):
    rng = np.random.default_rng(seed)
    return zeta.draw(1 - rng.random(n), alpha, 5, zeta.survival_table(alpha, 5))


@pytest.fixture(scope="module")
def tail():
    return TailModel(xmin=5).fit(np.append(drawn(2.4, 400), [1] * 600))


@pytest.mark.parametrize("criterion", ["aic", "bic"])
def test_each_resample_is_fitted_by_every_law(tail, criterion):
    found = average_tails(tail.data, 5, 300, criterion, 5, 7, 1, False)
    laws = (PowerLaw, *AVERAGED)
    for row, (values, times) in enumerate(
        resamples(tail.data, stream(7, "tail", "bootstrap", "0"), 5)
    ):
        fits = [law(5).fit(values, times) for law in laws]
        reached = [fit.n_tail / fit.nobs * float(fit.sf(300)) for fit in fits]
        np.testing.assert_allclose(found.reached[row], reached, rtol=1e-3, atol=1e-12)
        weights = weights_of(np.array([getattr(fit, criterion) for fit in fits]))
        np.testing.assert_allclose(found.weights[row], weights, atol=1e-4)


def test_the_power_laws_column_is_the_plain_chance(tail):
    plain = tail.chance(200, 1_000, replicates=60, rng=3)
    every = tail.chance(200, 1_000, average="aic", replicates=60, rng=3, progress=False)
    np.testing.assert_allclose(every.draws[:, 1], plain.draws[:, 0])
    assert every.groups.tolist()[:2] == ["average", "power law"]


def test_draws_of_the_average_are_draws_of_the_laws_by_weight(tail):
    found = average_tails(tail.data, 5, 300, "aic", 60, 1, 1, False)
    shares = np.bincount(found.picked, minlength=6) / 60
    np.testing.assert_allclose(shares, found.weights.mean(axis=0), atol=0.08)
    every = tail.chance(300, 500, average="aic", replicates=60, progress=False)
    picked = every.draws[np.arange(60), 1 + found.picked]
    np.testing.assert_array_equal(every.draws[:, 0], picked)
    assert "Weights by AIC" in every.notes[0] and "simulation error" in every.notes[1]


def test_an_exponential_tail_is_told_from_a_power_law():
    deaths = 4 + np.random.default_rng(2).geometric(0.1, 1_500)
    tail = TailModel(xmin=5).fit(deaths)
    table = tail.chance(150, 1_500, average="bic", replicates=25, progress=False).to_frame()
    truth = -np.expm1(1_500 * np.log1p(-Geometric(5).sf(150, [-np.log(0.9)])))
    assert table.loc["power law", "estimate"] > 0.9
    assert table.loc["average", "lower"] <= truth <= table.loc["average", "upper"]
    assert table.loc["average", "estimate"] < 0.05


def test_the_average_is_less_sure_than_the_power_law_alone():
    tail = TailModel(xmin=5).fit(drawn(2.4, 200, seed=3))
    table = tail.chance(2_000, 200, average="aic", replicates=50, progress=False).to_frame()
    width = table["upper"] - table["lower"]
    assert table.loc["average", "lower"] < table.loc["power law", "lower"]
    assert width["average"] > 0


def test_any_number_of_workers_gives_the_same(tail):
    one, two = (
        tail.chance(300, 500, average="aic", replicates=51, rng=2, n_jobs=n, progress=False)
        for n in (1, 2)
    )
    np.testing.assert_array_equal(one.draws, two.draws)
    assert one.notes == two.notes


def test_resamples_are_the_bootstraps(tail):
    plain = bootstrap(tail.data, None, 20, 4, 1, [300])
    found = average_tails(tail.data, None, 300, "aic", 20, 4, 1, False)
    np.testing.assert_allclose(found.reached[:, 0], plain.reached[:, 0])


@pytest.mark.parametrize(
    ("deaths", "at_least"), [([3, 4], 9), ([1, 10**7], 10**8), ([10, 10, 11, 5_000], 4_000),
                             ([1, 1, 2], 1), ([5, 6, 7], 6)],
)  # fmt: skip
def test_small_tails_are_averaged(deaths, at_least):
    tail = TailModel().fit(deaths)
    chance = tail.chance(at_least, 10, average="aic", replicates=10, progress=False)
    assert ((chance.draws >= 0) & (chance.draws <= 1)).all()


def test_what_is_no_question_is_refused(tail):
    with pytest.raises(ValueError, match="at_least is 0"):
        tail.chance(0, 10)
    with pytest.raises(ValueError, match="events is 0"):
        tail.chance(10, 0)
    with pytest.raises(ValueError, match='accepted: "aic", "bic" or None'):
        tail.chance(10, 10, average="dic")


def test_certain_events_are_certain():
    chance = TailModel(xmin=1).fit([1, 2, 3]).chance(at_least=1, events=5, replicates=20)
    assert (chance.draws == 1).all()
