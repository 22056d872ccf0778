"""Lip cancer in Scotland: gamma-Poisson empirical Bayes by the default model, held static."""

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
    published = [3.99736, 4.07911, 2.98021, 2.84679, 3.00258]
    assert static.rates.to_numpy()[:5] == pytest.approx(published, abs=1e-4)


def test_draws_have_the_posteriors_mean(static):
    # Draws carry what is not known of the prior too: their means lie near, not on, the published.
    drawn = static.estimate(20_000, rng=1).to_frame()["estimate"]
    assert drawn.to_numpy() == pytest.approx(static.rates.to_numpy(), rel=0.03)
