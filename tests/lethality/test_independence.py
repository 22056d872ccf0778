"""The test of deaths against the period's number of attacks."""

import numpy as np
import pandas as pd

from riskkit.lethality.independence import independence
from tests.lethality.census import MONTHS, tally_of


def simulated(rng, link):
    counts = rng.poisson(30, len(MONTHS))
    rows = [
        pd.DataFrame(
            {
                "region": "A",
                "fatalities": rng.poisson(2 * (n / 30) ** link, n),
                "attacks": 1,
                "period": month,
            }
        )
        for n, month in zip(counts, MONTHS, strict=True)
    ]
    return tally_of(pd.concat(rows, ignore_index=True), ["A"])


def test_size_and_power():
    rng = np.random.default_rng(1)
    null = [independence(simulated(rng, 0.0)).p_value for _ in range(100)]
    assert np.mean(np.array(null) < 0.05) < 0.12
    linked = [independence(simulated(rng, 4.0)) for _ in range(20)]
    assert np.mean([test.z > 1.96 for test in linked]) > 0.7


def test_too_little_is_said():
    rows = pd.DataFrame({"region": ["A"], "fatalities": [2], "attacks": [1]})
    assert "too few" in str(independence(tally_of(rows, ["A"])))
