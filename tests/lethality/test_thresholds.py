"""Threshold diagnostics against their formulas, simulated truth and the fits they stand for."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from riskkit.errors import InvalidValueError, NotEnoughIncidentsError
from riskkit.lethality import TailModel, threshold_diagnostics
from riskkit.lethality.distributions import (
    DiscreteGeneralisedPareto,
    GeneralisedPareto,
    Pareto,
    PowerLaw,
)


@pytest.fixture(scope="module")
def costs():
    return GeneralisedPareto(0.0).rvs([0.3, 5.0], 1_500, rng=2)


@pytest.fixture(scope="module")
def deaths():
    return DiscreteGeneralisedPareto(1).rvs([0.5, 4.0], 3_000, rng=3)


def test_mean_excess_of_real_numbers(costs):
    table = threshold_diagnostics(costs, thresholds=[0.0, 4.5, 20.0]).mean_excess(0.95)
    for threshold, row in table.iterrows():
        beyond = costs[costs > threshold] - threshold
        reach = stats.norm.ppf(0.975) * beyond.std(ddof=1) / np.sqrt(len(beyond))
        expected = [len(beyond), beyond.mean(), beyond.mean() - reach, beyond.mean() + reach]
        assert row.to_numpy() == pytest.approx(expected)


def test_mean_excess_of_deaths_has_the_threshold_in_it(deaths):
    table = threshold_diagnostics(deaths, thresholds=[1, 7]).mean_excess()
    inside = deaths[deaths >= 7] - 7
    assert table.loc[7, ["n_tail", "estimate"]].tolist() == [len(inside), inside.mean()]


@pytest.mark.parametrize("method", ["profile", "wald"])
def test_stability_is_that_of_single_fits(costs, deaths, method):
    for values, law, at in (
        (costs, GeneralisedPareto, 4.0),
        (deaths, DiscreteGeneralisedPareto, 9),
    ):
        table = threshold_diagnostics(values, thresholds=[at]).stability(0.9, method)
        fit = law(at).fit(values)
        shape, modified = table.loc[("shape", at)], table.loc[("modified scale", at)]
        assert shape["n_tail"] == fit.n_tail and shape["steady"]
        assert shape["estimate"] == fit.params["shape"]
        ends = fit.conf_int(0.9, method).loc["shape"]
        assert shape[["lower", "upper"]].to_numpy(float) == pytest.approx(ends.to_numpy(), abs=1e-6)
        assert modified["estimate"] == pytest.approx(fit.params["scale"] - at * shape["estimate"])


def test_wald_error_of_the_modified_scale_is_the_deltas(costs):
    at = 4.0
    table = threshold_diagnostics(costs, thresholds=[at]).stability(0.95, "wald")
    shape, scale = GeneralisedPareto(at).fit(costs).cov_params().to_numpy()
    error = np.sqrt(scale[1] - 2 * at * scale[0] + at**2 * shape[0])
    row = table.loc[("modified scale", at)]
    assert (row["upper"] - row["estimate"]) == pytest.approx(1.959964 * error, rel=1e-6)


def test_profile_of_the_modified_scale_is_where_the_likelihood_falls(deaths):
    at = 9
    law = DiscreteGeneralisedPareto(at)
    fit = law.fit(deaths)
    row = (
        threshold_diagnostics(deaths, thresholds=[at]).stability(0.9).loc["modified scale"].iloc[0]
    )
    shapes = np.linspace(-0.3, 1.5, 20_001)
    for end in (row["lower"], row["upper"]):
        scales = end + at * shapes
        kept = scales > 0
        score = law._score(fit.content.x, fit.content.weights)
        height = score(np.array([shapes[kept], scales[kept]])).max() * fit.n_tail
        assert 2 * (fit.llf - height) == pytest.approx(stats.chi2.ppf(0.9, 1), abs=1e-4)


def test_parameters_are_stable_where_the_law_holds(costs, deaths):
    for values, shape, modified in ((costs, 0.3, 5.0), (deaths, 0.5, 3.5)):
        table = threshold_diagnostics(values).stability(0.99)
        for name, truth in (("shape", shape), ("modified scale", modified)):
            part = table.loc[name]
            assert ((part["lower"] <= truth) & (truth <= part["upper"])).mean() > 0.9


def test_hill_is_its_formula(costs):
    table = threshold_diagnostics(costs, whole=False).hill(0.9)
    ordered = np.sort(costs)[::-1]
    assert table.index.tolist() == list(range(1, len(costs)))
    for k in (1, 2, 50, 1_000):
        shape = np.mean(np.log(ordered[:k] / ordered[k]))
        row = table.loc[k]
        assert row["threshold"] == ordered[k] and row["estimate"] == pytest.approx(shape)
        expected = 2 * k * shape / stats.chi2.ppf([0.95, 0.05], 2 * k)
        assert row[["lower", "upper"]].to_numpy() == pytest.approx(expected)


def test_hill_of_real_numbers_is_paretos_shape():
    values = Pareto(2.0).rvs([2.5], 400, rng=1)
    table = threshold_diagnostics(values).hill()
    fit = Pareto(float(table.loc[100, "threshold"])).fit(values)
    # The value on the threshold is of that fit, and adds nothing but itself.
    assert table.loc[100, "estimate"] == pytest.approx(101 / 100 / (fit.params["alpha"] - 1))


def test_hill_of_deaths_is_the_discrete_power_law():
    values = PowerLaw(1).rvs([2.4], 2_000, rng=4).astype(int)
    table = threshold_diagnostics(values).hill()
    for xmin in (1, 3, 10):
        tail = TailModel(xmin=xmin).fit(values)
        row = table.loc[tail.n_tail]
        assert row["threshold"] == xmin
        assert row["estimate"] == pytest.approx(1 / (tail.alpha - 1))
        lower, upper = tail.conf_int(replicates=1).loc["alpha"]
        assert row[["lower", "upper"]].to_numpy() == pytest.approx(
            [1 / (upper - 1), 1 / (lower - 1)]
        )
    assert table.loc[2_000, "lower"] < 1 / 1.4 < table.loc[2_000, "upper"]


def test_weights_are_repeats(deaths):
    values, counts = np.unique(deaths, return_counts=True)
    one, two = threshold_diagnostics(deaths), threshold_diagnostics(values, counts)
    for name in ("mean_excess", "stability", "hill"):
        pd.testing.assert_frame_equal(getattr(one, name)(), getattr(two, name)())


def test_billions_cost_no_more():
    values = np.arange(1, 200)
    found = threshold_diagnostics(values, (1e9 * values**-2.5).astype(np.int64))
    assert found.stability().loc["shape", "estimate"].iloc[0] == pytest.approx(1 / 1.5, abs=0.3)
    assert np.isfinite(found.hill()).all(axis=None)


def test_default_thresholds_leave_enough_beyond(costs):
    found = threshold_diagnostics(costs)
    table = found.mean_excess()
    assert 20 < len(table) <= 40 and table["n_tail"].min() >= 10
    assert table.index[0] == costs.min()


def test_thresholds_with_too_little_beyond_stay_in_the_table():
    found = threshold_diagnostics([1, 2, 3, 5, 9], thresholds=[2, 9, 12])
    excess, stability = found.mean_excess(), found.stability().loc["shape"]
    assert excess["n_tail"].tolist() == stability["n_tail"].tolist() == [4, 1, 0]
    assert excess["estimate"].isna().tolist() == [False, False, True]
    assert stability["estimate"].isna().tolist() == [False, True, True]
    assert stability["steady"].tolist()[1:] == [False, False]


@pytest.mark.parametrize("values", [[], [0], [7] * 9, [2.5, 2.5], [2.5, 3.5], [10_000_000]])
def test_too_little_is_said(values):
    with pytest.raises(NotEnoughIncidentsError, match="two distinct values"):
        threshold_diagnostics(values)


@pytest.mark.parametrize(
    "values", [[3, 4], [1, 10_000_000], [10**7, 10**7 + 1] * 500, [0, 0, 1, 2]]
)
def test_two_distinct_tolls_are_answered(values):
    found = threshold_diagnostics(values)
    assert np.isfinite(found.mean_excess()).all(axis=None)
    assert np.isfinite(found.stability()["estimate"]).all()
    assert np.isfinite(found.hill()["estimate"]).all()


def test_what_is_no_threshold_is_refused():
    with pytest.raises(InvalidValueError, match="thresholds holds 0; accepted: whole"):
        threshold_diagnostics([1, 2, 3], thresholds=[0])
    with pytest.raises(InvalidValueError, match="thresholds holds nothing"):
        threshold_diagnostics([1, 2, 3], thresholds=[])
    with pytest.raises(InvalidValueError, match="whole numbers"):
        threshold_diagnostics([1.5, 2, 3], whole=True)
    with pytest.raises(ValueError, match="method"):
        threshold_diagnostics([1, 2, 3]).stability(method="score")
    with pytest.raises(ValueError, match="level"):
        threshold_diagnostics([1, 2, 3]).hill(level=90)
