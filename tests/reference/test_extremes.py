"""Coles (2001), section 4.4.1, daily rainfall; McNeil (1997), Danish fire losses."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from riskkit.lethality import threshold_diagnostics
from riskkit.lethality.distributions import GeneralisedPareto

pytestmark = pytest.mark.reference


def test_rain_beyond_thirty(reference_data: Path) -> None:
    fit = GeneralisedPareto(30.0).fit(np.loadtxt(reference_data / "rain_ismev.txt"))
    assert fit.n_tail == 152
    assert fit.params["scale"] == pytest.approx(7.44027, abs=1e-4)
    assert fit.params["shape"] == pytest.approx(0.18450, abs=1e-5)
    assert fit.llf == pytest.approx(-485.09372, abs=1e-5)
    assert fit.bse["scale"] == pytest.approx(0.9585, abs=1e-4)
    assert fit.bse["shape"] == pytest.approx(0.1012, abs=1e-4)


def test_rain_of_a_hundred_years(reference_data: Path) -> None:
    fit = GeneralisedPareto(30.0).fit(np.loadtxt(reference_data / "rain_ismev.txt"))
    profile = fit.return_levels(100, per_period=365, level=0.95).iloc[0]
    assert profile.to_numpy() == pytest.approx([106.33, 80.9, 185.0], abs=0.05)
    delta = fit.return_levels(100, per_period=365, level=0.95, method="delta").iloc[0]
    assert delta[["lower", "upper"]].to_numpy() == pytest.approx([65.5, 147.2], abs=0.05)


def test_danish_fires_beyond_ten_million(reference_data: Path) -> None:
    losses = pd.read_csv(reference_data / "danish_evir.csv")["loss"]
    fit = GeneralisedPareto(10.0).fit(losses)
    assert fit.n_tail == 109
    assert fit.params["shape"] == pytest.approx(0.49699, abs=1e-5)
    assert fit.params["scale"] == pytest.approx(6.97545, abs=1e-4)
    assert fit.llf == pytest.approx(-374.89299, abs=1e-5)
    for p, value, beyond in ((0.99, 27.290, 58.240), (0.999, 94.340, 191.536)):
        assert fit.var(p) == pytest.approx(value, abs=1e-2)
        assert fit.tvar(p) == pytest.approx(beyond, abs=1e-2)


def test_mean_excess_of_rain_as_coles_figure_4_1(reference_data: Path) -> None:
    # The chart's curve and its 95% bounds: mean of the excess, and normal errors.
    rain = np.loadtxt(reference_data / "rain_ismev.txt")
    table = threshold_diagnostics(rain, thresholds=[10.0, 30.0, 60.0]).mean_excess(0.95)
    for threshold, row in table.iterrows():
        beyond = rain[rain > threshold] - threshold
        reach = 1.959964 * beyond.std(ddof=1) / np.sqrt(len(beyond))
        assert row["estimate"] == pytest.approx(beyond.mean())
        assert row["upper"] - row["estimate"] == pytest.approx(reach)
    assert table.loc[30.0, "n_tail"] == 152


def test_stability_of_rain_as_coles_figure_4_2(reference_data: Path) -> None:
    # At u = 30 the fit of section 4.4.1: shape .18450 (.1012), scale 7.44027.
    rain = np.loadtxt(reference_data / "rain_ismev.txt")
    table = threshold_diagnostics(rain, thresholds=[30.0]).stability(0.95, "wald")
    shape = table.loc[("shape", 30.0)]
    assert shape["estimate"] == pytest.approx(0.18450, abs=1e-5)
    assert shape["upper"] - shape["estimate"] == pytest.approx(1.96 * 0.1012, abs=2e-4)
    modified = table.loc[("modified scale", 30.0), "estimate"]
    assert modified == pytest.approx(7.44027 - 30 * 0.18450, abs=5e-4)
    # Published profile of the shape: 95% from about .02 to .41 (section 4.4.1 reads it off).
    profile = threshold_diagnostics(rain, thresholds=[30.0]).stability(0.95).loc[("shape", 30.0)]
    assert profile[["lower", "upper"]].to_numpy(float) == pytest.approx([0.014, 0.418], abs=0.01)


def test_hill_of_danish_fires_as_evirs(reference_data: Path) -> None:
    # That package takes the k-th value itself as the threshold of k values, so that one excess is
    # 0: its exponent at k + 1 is (k + 1)/k times one over ours at k.
    losses = np.sort(pd.read_csv(reference_data / "danish_evir.csv")["loss"])[::-1]
    table = threshold_diagnostics(losses).hill()
    for k in (20, 109, 300):
        logs = np.log(losses[: k + 1])
        theirs = 1 / (logs.mean() - logs[-1])
        if losses[k] != losses[k - 1] and k in table.index:
            assert (k + 1) / k / table.loc[k, "estimate"] == pytest.approx(theirs)
    # Around the threshold of 10 the exponent of the survival is about 1.5 to 2.
    assert 1 / table.loc[105:115, "estimate"].mean() == pytest.approx(1.7, abs=0.25)
