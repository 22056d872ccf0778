"""What the laws are fitted to: one column of numbers, and how often each occurs."""

import numpy as np
import pandas as pd
import pytest

from riskkit.counts import Tally
from riskkit.errors import InvalidValueError
from riskkit.lethality import (
    DisputedTail,
    QuantileRegression,
    RevisionModel,
    TailModel,
    threshold_diagnostics,
)
from riskkit.lethality.distributions import Lognormal, PowerLaw

TOLLS = pd.DataFrame({"deaths": [1, 2, 3, 5, 10, 40], "attacks": [60, 20, 9, 6, 4, 1]})
MONTHS = pd.period_range("2020-01", periods=2, freq="M")
TALLY = Tally.from_panel(attacks=pd.DataFrame([[2, 0]], ["MLI"], MONTHS))


@pytest.mark.parametrize("given", [TOLLS, TOLLS[["deaths"]], np.ones((3, 2)), TALLY, 7],
                         ids=["table", "one column", "array", "tally", "number"])  # fmt: skip
@pytest.mark.parametrize(
    "fit",
    [
        TailModel().fit,
        Lognormal(1).fit,
        threshold_diagnostics,
        lambda given: TailModel().fit(TOLLS["deaths"], given),
        lambda given: PowerLaw(1).fit_intervals(given, TOLLS["deaths"]),
        lambda given: RevisionModel().fit(given, TOLLS["deaths"]),
    ],
    ids=["tail", "law", "thresholds", "weights", "intervals", "revisions"],
)
def test_columns_of_a_table_are_not_mixed(fit, given):
    with pytest.raises(TypeError, match=r"of shape \(.*accepted: one dimension, such as a column"):
        fit(given)


def test_what_no_float_tells_apart_is_refused():
    for deaths in ([1e19, 1, 2, 3], [2**53 + 2, 1, 2, 3]):
        with pytest.raises(InvalidValueError, match=r"deaths holds .*accepted: .*up to 2\*\*53"):
            TailModel(xmin=1).fit(deaths)
    with pytest.raises(InvalidValueError, match=r"weights holds 1e\+19"):
        TailModel(xmin=1).fit([1, 2, 3], weights=[1e19, 5, 5])
    with pytest.raises(InvalidValueError, match=r"weights add up to 1\.80144e\+16"):
        TailModel(xmin=1).fit([1, 2, 3], weights=[2**53, 2**53, 5])
    with pytest.raises(InvalidValueError, match=r"first holds 1e\+19"):
        RevisionModel().fit([1e19, 1], [1, 2])
    table = pd.DataFrame({"fatalities": [1e19, 1, 2, 3] * 9})
    for model in (DisputedTail(1), QuantileRegression("fatalities ~ 1")):
        with pytest.raises(InvalidValueError, match=r"fatalities holds 1e\+19; accepted: whole"):
            model.fit(table)
    tail = TailModel(xmin=1).fit([2**53, 1, 2, 3], weights=[1, 10**15, 5, 5])
    assert tail.n_tail == tail.nobs == 10**15 + 11
