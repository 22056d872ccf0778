"""Differences of models on the same cells."""

import numpy as np
import pandas as pd
import pytest

import riskkit as rk
from riskkit.forecast import LastYear
from riskkit.kernels.paired import clustered_error, diebold_mariano


def run(years: int) -> rk.evaluate.Backtest:
    months = pd.period_range("2000-01", periods=12 * (years + 3), freq="M")
    rates = np.geomspace(0.1, 5, 6)[:, None]
    values = np.random.default_rng(3).poisson(rates, (6, len(months)))
    tally = rk.Tally.from_panel(attacks=pd.DataFrame(values, list("ABCDEF"), months))
    return rk.backtest(
        {"values": LastYear()}, tally, start="2002-12", draws=200, rng=1, progress=False
    )


@pytest.fixture(scope="module")
def long():
    return run(12)


def test_differences_are_those_of_the_cells(long):
    cells = long.to_frame().set_index(["model", "region", "origin"])["crps"]
    apart = cells.loc["values"] - cells.loc["last year"]
    row = long.differences("last year").loc["values"]
    assert row["difference"] == pytest.approx(apart.mean())
    region, origin = (apart.index.get_level_values(k).astype(str) for k in ("region", "origin"))
    assert row["error"] == pytest.approx(clustered_error(apart, region, origin))
    assert row["error_region"] == pytest.approx(clustered_error(apart, region))
    assert row["error_origin"] == pytest.approx(clustered_error(apart, origin))
    assert 0 <= row["p_value"] <= 1
    means = apart.groupby(level="origin").mean()
    found = tuple(row[["diebold_mariano", "diebold_mariano_p"]])
    assert found == pytest.approx(diebold_mariano(means, 1))
    by_origin = long.differences("last year", by="origin")["values"]
    np.testing.assert_allclose(by_origin, means)
    assert row["better_origins"] == (means < 0).sum()


def test_periods_are_paired_with_the_same_period(long):
    cells = long.to_frame("period").groupby("model")["crps"].mean()
    row = long.differences("half and half", target="period").loc["values"]
    assert row["difference"] == pytest.approx(cells["values"] - cells["half and half"])


def test_few_origins_have_no_p_value():
    few = run(4)
    found = few.differences()
    assert found[["p_value", "diebold_mariano", "diebold_mariano_p"]].isna().all(axis=None)
    assert found["error"].notna().all()
    assert few.differences(by="origin").shape == (4, 2)
    with pytest.raises(ValueError, match="4 origins"):
        few.confidence_set()


def test_confidence_set_agrees_with_arch(long):
    arch = pytest.importorskip("arch.bootstrap")
    ours = long.confidence_set(repeats=3000, rng=1)
    losses = long.to_frame().groupby(["origin", "model"])["crps"].mean().unstack("model")
    theirs = arch.MCS(
        losses[list(ours.index)].to_numpy(), 0.1, block_size=2, reps=3000, method="R", seed=1
    )
    theirs.compute()
    expected = theirs.pvalues["Pvalue"].sort_index().to_numpy()
    np.testing.assert_allclose(ours.to_numpy(), expected, atol=0.05)


def test_wrong_names_are_told(long):
    with pytest.raises(ValueError, match="against is 'nobody'"):
        long.differences("nobody")
    with pytest.raises(ValueError, match="score is 'rmse'"):
        long.differences(score="rmse")
    with pytest.raises(ValueError, match="by is 'region'"):
        long.differences(by="region")
