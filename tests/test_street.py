"""The street end to end: an incidents table in, a regional risk estimate out."""

import numpy as np
import pandas as pd

import riskkit as rk
from riskkit.incidents.schema import conform


def made_up_attacks(n: int = 300) -> pd.DataFrame:
    random = np.random.default_rng(1)
    return conform(
        pd.DataFrame(
            {
                "incident_id": [f"a{i}" for i in range(n)],
                "date": pd.Timestamp("2015-01-01")
                + pd.to_timedelta(random.integers(0, 1461, n), "D"),
                "date_precision": "day",
                "country": random.choice(["MLI", "NER", "BFA"], n),
                "target_group": random.choice(["civilians", "security forces", "unknown"], n),
                "fatalities": random.geometric(0.3, n) - 1,
            }
        )
    )


def test_the_street_runs_from_incidents_to_risk():
    tally = rk.tally(made_up_attacks(), by="country", every="month", start="2015-01", end="2018-12")
    risk = rk.RiskModel().fit(tally).forecast(horizon=12, rng=1)
    assert list(risk.attacks.regions) == ["BFA", "MLI", "NER"]
    assert risk.attacks.draws.shape == risk.deaths.draws.shape
    assert risk.attacks.periods[0] == pd.Period("2019-01", "M")
    table = risk.to_frame()
    assert list(table.index) == ["BFA", "MLI", "NER", "all regions"]
    assert table["attacks", "estimate"].drop("all regions").between(10, 50).all()
    assert (risk.largest.draws <= risk.deaths.draws).all()
