"""What tests of counting share."""

import numpy as np
import pandas as pd
import pytest

from tests.counts.engines import attacks_table


@pytest.fixture
def messy() -> pd.DataFrame:
    random = np.random.default_rng(5)
    n = 3000
    table = attacks_table(
        date=pd.Timestamp("2015-01-01") + pd.to_timedelta(random.integers(0, 900, n), "D"),
        country=random.choice(["MLI", "NER", "BFA", None], n),
        admin1=random.choice(["North", "South"], n),
        target_group=random.choice(["civilians", "unknown", None], n),
        attack_type=random.choice(["Armed Assault", "Bombing/Explosion"], n),
        fatalities=pd.array(random.geometric(0.4, n) - 1, dtype="Int64"),
        injured=pd.array(random.integers(0, 3, n), dtype="Int64"),
    )
    table.loc[::7, "fatalities"] = pd.NA
    table.loc[::9, "fatalities_low"] = 0
    table.loc[::5, "injured"] = pd.NA
    table.loc[::50, "date"] = pd.NaT
    table.loc[::31, "date_precision"] = "year"
    return table
