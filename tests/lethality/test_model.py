"""The lethality model: small inputs, agreement of its methods, truth recovered."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from riskkit.lethality import LethalityModel
from tests.lethality.census import tally_of, tally_of_tolls


@pytest.fixture(scope="module")
def fitted():
    rng = np.random.default_rng(3)
    tolls = {
        name: np.where(
            rng.random(size) < 0.08, rng.pareto(1.4, size) * 10 + 10, rng.geometric(0.5, size) - 1
        ).astype(int)
        for name, size in {"busy": 900, "middle": 120, "quiet": 4, "none": 0}.items()
    }
    return LethalityModel().fit(tally_of_tolls(tolls))


@pytest.mark.parametrize(
    "deaths",
    [[], [0], [0] * 50, [1], [7], [10], [10_000_000], [10_000_000] * 40, [3] * 1_000],
    ids=["no attack", "one zero", "all zero", "one", "seven", "ten", "1e7", "1e7s", "equal"],
)
@pytest.mark.parametrize("deadly_only", [False, True])
def test_small_inputs_are_answered(deaths, deadly_only):
    result = LethalityModel().fit(
        tally_of_tolls({"A": np.array(deaths, dtype=int), "B": np.array([], dtype=int)},
                       deadly_only=deadly_only)
    )  # fmt: skip
    chance = result.estimate(10, draws=300, rng=1).draws
    assert np.isfinite(chance).all() and (chance >= 0).all() and (chance <= 1).all()
    assert np.isfinite(result.mean(300, 1).draws).all()
    killed, worst = result.simulate(np.full((50, 2, 3), 5), rng=1)
    assert (killed >= worst).all() and (worst <= result.largest).all()
    assert f"{result.nobs:,} attacks with a figure" in result.summary()


def test_unknown_tolls_are_missing_not_zero():
    rows = pd.DataFrame({"region": "A", "fatalities": [1, 20, pd.NA], "attacks": [30, 10, 500]})
    some = LethalityModel().fit(tally_of(rows, ["A"]))
    none = LethalityModel().fit(tally_of(rows[:2], ["A"]))
    assert (some.nobs, some.unknown) == (40, 500)
    np.testing.assert_array_equal(some.estimate(10, rng=1).draws, none.estimate(10, rng=1).draws)


def test_all_unknown_gives_the_prior():
    rows = pd.DataFrame({"region": ["A"], "fatalities": [pd.NA], "attacks": [100]})
    with_rows = LethalityModel().fit(tally_of(rows, ["A"]))
    without = LethalityModel().fit(tally_of_tolls({"A": np.array([], dtype=int)}))
    np.testing.assert_array_equal(with_rows.mean(500, 2).draws, without.mean(500, 2).draws)


def test_sf_estimate_mean_and_simulation_are_one_distribution(fitted):
    x = np.arange(fitted.largest + 2)
    chance = fitted.sf(x, draws=8, rng=5)
    assert (np.diff(chance, axis=2) <= 1e-12).all()
    assert (chance[:, :, 0] == 1).all() and (chance[:, :, -1] == 0).all()
    np.testing.assert_array_equal(chance[:, :, 10], fitted.estimate(10, 8, 5).draws)
    np.testing.assert_allclose(chance[:, :, 1:].sum(axis=2), fitted.mean(8, 5).draws, rtol=1e-9)
    attacks = np.full((8, 4, 4_000), 30)
    killed, worst = fitted.simulate(attacks, rng=5)
    # Deadliest of thirty: exact, event by event.
    for level in (1, 3, 10, 30, 100, 1000):
        expected = 1 - (1 - chance[:, :, level]) ** 30
        found = (worst >= level).mean(axis=2)
        assert np.abs(found - expected).max() < 5 * np.sqrt(0.25 / 4_000)
    # Totals under a bound that makes the mean settle.
    close = LethalityModel(largest=int(fitted.largest)).fit(fitted.tally)
    variance = ((2 * x[1:] - 1) * chance[:, :, 1:]).sum(axis=2) - fitted.mean(8, 5).draws ** 2
    error = np.sqrt(30 * variance / 4_000)
    expected = 30 * close.mean(8, 5).draws
    assert (np.abs(killed.mean(axis=2) - expected) < 5 * error).all()


def test_many_attacks_follow_the_same_law(fitted):
    few, _ = fitted.simulate(np.full((2, 4, 20_000), 1_000), rng=5)
    many, _ = fitted.simulate(np.full((2, 4, 200), 100_000), rng=5)
    summed = few.reshape(2, 4, 200, 100).sum(axis=3)
    error = np.sqrt(summed.var(axis=2) / 200 + many.var(axis=2) / 200)
    assert (np.abs(summed.mean(axis=2) - many.mean(axis=2)) < 5 * error).all()


def test_no_attack_no_death(fitted):
    killed, worst = fitted.simulate(np.zeros((3, 4, 2), dtype=int), rng=1)
    assert not killed.any() and not worst.any()


def test_shape_of_attacks_is_kept(fitted):
    for shape in [(5, 4), (5, 4, 2), (5, 4, 2, 3)]:
        killed, worst = fitted.simulate(np.ones(shape, dtype=int), rng=1)
        assert killed.shape == worst.shape == shape


@pytest.mark.parametrize("shape", [(5, 3), (5,)])
def test_other_regions_are_refused(fitted, shape):
    with pytest.raises(ValueError, match=r"accepted: \(draws, regions"):
        fitted.simulate(np.ones(shape, dtype=int))


def test_fractional_attacks_are_refused(fitted):
    with pytest.raises(ValueError, match="negative or fractional"):
        fitted.simulate(np.ones((2, 4)))


def test_same_seed_same_draws(fitted):
    np.testing.assert_array_equal(
        fitted.sf(np.array([20]), 50, 7), fitted.sf(np.array([20]), 50, 7)
    )


def test_adding_a_region_changes_no_other_draws_at_fixed_parameters():
    from dataclasses import replace

    rng = np.random.default_rng(1)
    tolls = {name: rng.geometric(0.2, 200) for name in "AB"}
    both = LethalityModel().fit(tally_of_tolls(tolls))
    one = replace(
        both,
        tally=both.tally.select(["A"]),
        posteriors=tuple(replace(p, counts=p.counts[:1]) for p in both.posteriors),
    )
    attacks = np.full((20, 2, 5), 9)
    np.testing.assert_array_equal(
        both.simulate(attacks, 3)[0][:, :1], one.simulate(attacks[:, :1], 3)[0]
    )


def test_few_attacks_borrow(fitted):
    table = fitted.estimate(10, rng=1).to_frame()
    width = table["upper"] - table["lower"]
    assert width["busy"] < width["middle"] < width["quiet"] < 0.9
    assert 0.01 < table.loc["quiet", "estimate"] < 0.25


def test_deadly_only_starts_at_one_and_says_so():
    rows = pd.DataFrame({"region": "A", "fatalities": [0, 1, 4], "attacks": [3, 50, 9]})
    rows["fatalities_high"] = rows["fatalities"].replace(0, 2)
    result = LethalityModel().fit(tally_of(rows, ["A"], deadly_only=True))
    assert (result.estimate(1, rng=1).draws == 1).all()
    assert any("only attacks that killed" in note.lower() for note in result.estimate().notes)


def test_bounds_widen_the_interval():
    rows = pd.DataFrame({"region": "A", "fatalities": [0, 12], "attacks": [200, 20]})
    wide = rows.assign(fatalities_low=[0, 2], fatalities_high=[0, 40])
    sure = LethalityModel().fit(tally_of(rows, ["A"])).estimate(10, rng=1).to_frame()
    open_ = LethalityModel().fit(tally_of(wide, ["A"])).estimate(10, rng=1).to_frame()
    ratio = [(table["upper"] / table["lower"]).item() for table in (sure, open_)]
    assert ratio[1] > ratio[0] and open_["estimate"].item() < sure["estimate"].item()


def test_largest_is_visible_and_checked():
    tally = tally_of_tolls({"A": np.array([3, 250])})
    assert LethalityModel().fit(tally).largest == 10_000
    assert LethalityModel(largest=500).fit(tally).largest == 500
    with pytest.raises(ValueError, match="up to 250 deaths"):
        LethalityModel(largest=100).fit(tally)
    with pytest.raises(ValueError, match="above the bound"):
        LethalityModel(largest=500).fit(tally).estimate(at_least=501)
    result = LethalityModel().fit(tally)
    ten = result.mean(500, 1, largest=100_000)
    assert (ten.draws >= result.mean(500, 1).draws).all()
    assert any("tail exponent 2 or less" in note for note in ten.notes)


@pytest.mark.parametrize("wrong", [{"threshold": 0}, {"largest": 10}, {"imputations": 0}])
def test_settings_are_checked(wrong):
    with pytest.raises(ValueError, match="accepted"):
        LethalityModel(**wrong)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(0, 10**6), max_size=12), st.integers(1, 40))
def test_any_tolls_give_a_distribution(deaths, threshold):
    result = LethalityModel(threshold=threshold).fit(tally_of_tolls({"A": np.array(deaths, int)}))
    chance = result.sf(np.unique([0, 1, 5, threshold, 10 * threshold, 10**6]), draws=20, rng=1)
    assert (chance[:, :, 0] == 1).all() and (np.diff(chance, axis=2) <= 1e-12).all()


def test_recovers_a_known_tail():
    from tests.lethality.census import Design

    tally, truth = Design("power", (4_000, 4_000), "power").draw(np.random.default_rng(8))
    result = LethalityModel().fit(tally)
    for column, level in enumerate([10, 100]):
        table = result.estimate(level, rng=1).to_frame(0.99)
        assert ((table["lower"] < truth[:, column]) & (truth[:, column] < table["upper"])).all()
    assert result.conf_int(0.99).loc["tail exponent", "lower"] < 2.3
    assert result.conf_int(0.99).loc["tail exponent", "upper"] > 2.3


def test_the_exponent_is_that_of_the_shape():
    light = np.random.default_rng(1).geometric(0.1, 3_000)
    result = LethalityModel().fit(tally_of_tolls({"A": light, "B": light}))
    bounds, params = result.conf_int(), result.params
    assert params["tail exponent"] == pytest.approx(1 + 1 / params["tail shape"])
    lower, upper = 1 + 1 / bounds.loc["tail shape"].to_numpy()[::-1]
    assert bounds.loc["tail exponent"].tolist() == pytest.approx([lower, upper])


def test_incidents_are_tallied_first():
    with pytest.raises(TypeError, match="tally is a DataFrame; accepted: a Tally"):
        LethalityModel().fit(pd.DataFrame({"fatalities": [1, 2]}))


def test_one_toll_is_an_array_of_one(fitted):
    np.testing.assert_array_equal(fitted.sf(5, 20, 1), fitted.sf([5], 20, 1))
    single, every = fitted.event_sf(np.int64(5), 20, 1)
    assert single.shape == every.shape == (20, len(fitted.regions), 1)
