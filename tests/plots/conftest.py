"""A tally of made-up attacks, and a gap, a partly watched month and a change of method in it."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import riskkit as rk
from riskkit.incidents.coverage import Break
from riskkit.incidents.schema import conform


def made_up_attacks(n: int = 400) -> pd.DataFrame:
    random = np.random.default_rng(2)
    return conform(
        pd.DataFrame(
            {
                "incident_id": [f"a{i}" for i in range(n)],
                "date": pd.Timestamp("2015-01-01")
                + pd.to_timedelta(random.integers(0, 1461, n), "D"),
                "date_precision": "day",
                "country": random.choice(["MLI", "NER", "BFA"], n, p=[0.6, 0.3, 0.1]),
                "target_group": random.choice(["civilians", "security forces", "unknown"], n),
                "fatalities": np.floor((1 - random.random(n)) ** -0.8).astype(int) - 1,
            }
        )
    )


@pytest.fixture(scope="session")
def tally() -> rk.Tally:
    counted = rk.tally(
        made_up_attacks(), by="country", every="month", start="2015-01", end="2018-12"
    )
    watched = counted.watched.copy()
    watched.loc["MLI", "2016-01":"2016-06"] = 0.0
    watched.loc["MLI", "2017-03"] = 0.5
    return replace(
        counted,
        watched=watched,
        breaks=(Break("2017-07-01", "villages are counted too"),),
        notes=("Made up for a test.",),
    )


@pytest.fixture(scope="session")
def risk(tally: rk.Tally) -> rk.RiskForecast:
    return rk.RiskModel().fit(tally).forecast(horizon=12, rng=1, worlds=40, years=10)
