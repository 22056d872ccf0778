"""Frequency and lethality that are known exactly, behind the same protocols as the models."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pytest

from riskkit.counts import Tally
from riskkit.kernels.streams import entropy, stream
from riskkit.results import Estimate, Forecast
from riskkit.risk import RiskForecast
from riskkit.risk.model import RiskResult


@dataclass(frozen=True, eq=False)
class KnownFrequency:
    """Negative binomial months of known mean; the log of the mean may differ between worlds.

    One year in ten has ``jump`` times the mean.
    """

    means: dict[str, float]
    dispersion: float = 0.0
    spread: float = 0.0
    jump: float = 1.0
    every: str = "M"

    @property
    def regions(self) -> pd.Index:
        return pd.Index(list(self.means), name="region")

    def rates(self, draws, seed):
        columns = [
            mean * np.exp(self.spread * stream(seed, "frequency", name).normal(size=draws))
            for name, mean in self.means.items()
        ]
        return np.stack(columns, axis=1)

    def estimate(self, draws=2000, rng=None):
        return Estimate(self.rates(draws, entropy(rng)), self.regions, "attack rate", "per period")

    def forecast(self, horizon, draws=2000, rng=None, *, repeats=1):
        seed = entropy(rng)
        rates = np.repeat(self.rates(draws, seed), repeats, axis=0)
        counts = []
        for i, name in enumerate(self.regions):
            random = stream(seed, "frequency", name, "future")
            jumps = np.where(random.random(len(rates)) < 0.1, self.jump, 1.0)
            mean = np.repeat((rates[:, i] * jumps)[:, None], horizon, axis=1)
            if self.dispersion:
                mean = random.gamma(1 / self.dispersion, self.dispersion * mean)
            counts.append(random.poisson(mean))
        periods = pd.period_range("2020-01", periods=horizon, freq=self.every, name="period")
        return Forecast(
            np.stack(counts, axis=1), self.regions, periods, "attacks", "attacks per month"
        )

    def pgf(self, s, horizon, draws=2000, rng=None, *, repeats=1):
        mean = self.rates(draws, entropy(rng))[:, :, None]

        def given(mean):
            if self.dispersion:
                return (1 + self.dispersion * mean * (1 - s)) ** (-horizon / self.dispersion)
            return np.exp(-horizon * mean * (1 - s))

        return 0.9 * given(mean) + 0.1 * given(self.jump * mean)


@dataclass(frozen=True, eq=False)
class KnownLethality:
    """The same known chances of 0, 1, 2, ... deaths in each region."""

    regions: pd.Index
    pmf: np.ndarray

    @property
    def largest(self):
        return len(self.pmf) - 1

    def estimate(self, at_least=1, draws=2000, rng=None):
        chance = self.sf(np.array([at_least]), draws, rng)[:, :, 0]
        return Estimate(chance, self.regions, f"{at_least} or more deaths", "share of attacks")

    def mean(self, draws=2000, rng=None, *, largest=None):
        each = np.full((draws, len(self.regions)), self.pmf @ np.arange(len(self.pmf)))
        return Estimate(each, self.regions, "expected deaths", "deaths per attack", ("a bound",))

    def sf(self, x, draws=2000, rng=None):
        above = np.append(np.cumsum(self.pmf[::-1])[::-1], 0.0)
        chance = above[np.minimum(x, len(self.pmf))]
        return np.broadcast_to(chance, (draws, len(self.regions), len(x)))

    def event_sf(self, x, draws=2000, rng=None):
        chance = self.sf(x, draws, rng)
        return chance, chance

    def simulate(self, attacks, rng=None):
        seed = entropy(rng)
        deaths, largest = np.zeros_like(attacks), np.zeros_like(attacks)
        for r, name in enumerate(self.regions):
            events = stream(seed, "lethality", str(name)).multinomial(attacks[:, r], self.pmf)
            tolls = np.arange(len(self.pmf))
            deaths[:, r] = events @ tolls
            largest[:, r] = np.max(tolls * (events > 0), axis=-1)
        return deaths, largest


def known_risk(
    means: dict[str, float], pmf: list[float], *, horizon: int = 12, worlds: int = 50,
    years: int = 200, rng: int = 1, **frequency: float | str,
) -> RiskForecast:  # fmt: skip
    """Forecast risk from what is known exactly."""
    attacks = KnownFrequency(means, **frequency)
    fitted = RiskResult(attacks, None, KnownLethality(attacks.regions, np.array(pmf)))
    return fitted.forecast(horizon, rng, worlds=worlds, years=years)


@pytest.fixture(scope="session")
def forecast_of() -> Callable[..., RiskForecast]:
    """Make a RiskForecast from known rates and tolls."""
    return known_risk


@pytest.fixture(scope="session")
def street_tally() -> Tally:
    """Three regions, of which one never had an attack."""
    from riskkit.counts import tally
    from riskkit.incidents.schema import conform

    random = np.random.default_rng(1)
    n = 200
    days = pd.to_timedelta(random.integers(0, 1461, n), "D")
    attacks = pd.DataFrame(
        {
            "incident_id": [f"a{i}" for i in range(n)],
            "date": pd.Timestamp("2015-01-01") + days,
            "date_precision": "day",
            "country": random.choice(["MLI", "NER"], n, p=[0.8, 0.2]),
            "target_group": random.choice(["civilians", "security forces", "unknown"], n),
            "fatalities": np.floor(random.pareto(1.5, n) * 2).astype(int),
        }
    )
    return tally(
        conform(attacks), by="country", every="month", start="2015-01", end="2018-12",
        regions=["BFA", "MLI", "NER"],
    )  # fmt: skip
