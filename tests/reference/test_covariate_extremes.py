"""Coles (2001), page 119: daily rainfall with a scale that depends on time."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from riskkit.lethality import ParetoRegression

pytestmark = pytest.mark.reference

# Rain is real, deaths are whole: in millionths of a millimetre the two laws are one.
UNIT = 1_000_000


def test_rain_beyond_thirty_over_time(reference_data: Path) -> None:
    rain = np.loadtxt(reference_data / "rain_ismev.txt")
    table = pd.DataFrame(
        {"time": np.arange(1, len(rain) + 1) / len(rain), "rain": np.round(rain * UNIT)}
    )
    table = table[table["rain"] > 30 * UNIT]
    trend = ParetoRegression("rain ~ time", xmin=30 * UNIT).fit(table)
    steady = ParetoRegression("rain ~ 1", xmin=30 * UNIT).fit(table)
    units = len(table) * np.log(UNIT)
    # Coles gives -484.6 against -485.1; ismev's and OpenTURNS' maxima have more digits.
    assert trend.llf + units == pytest.approx(-484.60165, abs=1e-4)
    assert steady.llf + units == pytest.approx(-485.09372, abs=1e-4)
    intercept = trend.params["scale", "Intercept"] - np.log(UNIT)
    assert intercept == pytest.approx(1.8044, abs=1e-4)
    assert trend.params["scale", "time"] == pytest.approx(0.34329, abs=1e-4)
    assert trend.params["shape", "Intercept"] == pytest.approx(0.19777, abs=1e-4)
    assert trend.terms().loc[("scale", "time"), "chi2"] == pytest.approx(0.98415, abs=1e-4)


def test_rain_of_a_hundred_years_by_profile(reference_data: Path) -> None:
    rain = np.loadtxt(reference_data / "rain_ismev.txt")
    table = pd.DataFrame({"rain": np.round(rain[rain > 30] * UNIT)})
    fit = ParetoRegression("rain ~ 1", xmin=30 * UNIT).fit(table)
    assert fit.bse["shape", "Intercept"] == pytest.approx(0.1012, abs=1e-4)
    events = 365 * 100 * len(table) / len(rain)
    level = fit.return_levels(pd.DataFrame(index=["all"]), [events], level=0.95) / UNIT
    assert level.iloc[0].to_numpy() == pytest.approx([106.33, 80.9, 185.0], abs=0.06)
