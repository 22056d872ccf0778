"""Coles (2001), section 4.4.1, daily rainfall; McNeil (1997), Danish fire losses."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

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
