"""Lip cancer in Scotland: gamma-Poisson empirical Bayes by the default model, held static."""

import numpy as np
import pandas as pd
import pytest

import riskkit as rk
from riskkit.counts import Tally

pytestmark = pytest.mark.reference


@pytest.fixture(scope="module")
def static(reference_data):
    table = pd.read_csv(reference_data / "scotland_lip.csv").set_index("county.names")
    year = pd.period_range("1980", periods=1, freq="Y")
    cases = pd.DataFrame(table[["cases"]].to_numpy(float), table.index, year)
    tally = Tally.from_panel(attacks=cases, exposure=table["expected"].astype(float))
    return rk.FrequencyModel(drift=0, dispersion=0).fit(tally)


def test_prior_and_likelihood(static):
    assert static.params["shape"] == pytest.approx(1.87948997, abs=1e-4)
    assert static.params["log_mean"] == pytest.approx(0.35210653, abs=1e-4)
    assert 2 * static.llf == pytest.approx(-363.152148, abs=1e-4)


def test_relative_risks(static):
    shape, mean = static.params["shape"], static.params["log_mean"]
    published = [3.99736, 4.07911, 2.98021, 2.84679, 3.00258]
    known = rk.FrequencyModel(drift=0, dispersion=0, level=(shape, float(np.exp(mean))), shock=0)
    drawn = known.fit(static.tally).estimate(40_000, rng=1).to_frame()["estimate"]
    assert drawn.to_numpy()[:5] == pytest.approx(published, rel=0.02)
