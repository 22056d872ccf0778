"""The power-law tail against its alternatives."""

import numpy as np
import pytest

from riskkit.kernels import zeta
from riskkit.lethality import TailModel


def test_a_power_law_beats_light_tails():
    rng = np.random.default_rng(1)
    deaths = zeta.draw(1 - rng.random(2_000), 2.3, 5, zeta.survival_table(2.3, 5))
    table = TailModel(xmin=5).fit(deaths).compare()
    for name in ("exponential", "Poisson"):
        assert table.loc[name, "normalised"] > 2 and table.loc[name, "aic_weight"] < 1e-6
    assert table.loc["power law with cutoff", "ratio"] <= 1e-6
    assert table["aic_weight"].sum() == pytest.approx(1)


def test_an_exponential_beats_the_power_law():
    deaths = 4 + np.random.default_rng(2).geometric(0.1, 2_000)
    table = TailModel(xmin=5).fit(deaths).compare()
    assert table.loc["exponential", "normalised"] < -2
    assert table.loc["power law with cutoff", "p_value"] < 1e-6
    assert table["bic"].idxmin() == "exponential"


@pytest.mark.parametrize("deaths", [[3, 4], [10, 10, 11, 5_000], [1, 10**7]])
def test_small_tails_are_compared(deaths):
    table = TailModel().fit(deaths).compare()
    assert np.isfinite(table[["llf", "ratio", "aic", "bic"]]).all(axis=None)
