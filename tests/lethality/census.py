"""Simulated tolls whose truth is known, as tallies."""

from dataclasses import dataclass, replace
from functools import cache

import numpy as np
import pandas as pd
from scipy.special import expit, zeta
from scipy.stats import norm

from riskkit.counts import Tally
from riskkit.counts.table import MARKS, TOLLS

MONTHS = pd.period_range("2020-01", periods=12, freq="M")


def tally_of(
    rows: pd.DataFrame, regions: list[str], *, deadly_only: bool = False, **columns: object
) -> Tally:
    """Make a tally from rows of region, fatalities (with or without bounds) and attacks."""
    table = rows.assign(**columns)
    for name in TOLLS:
        table[name] = table[name].astype("Int64") if name in table else pd.NA
    if "period" not in table:
        table["period"] = [MONTHS[i % len(MONTHS)] for i in range(len(table))]
    table = table.assign(**dict.fromkeys(MARKS, "unknown"), injured=pd.NA, hostages=pd.NA)
    table = table.astype(dict.fromkeys(TOLLS, "Int64"))
    nothing = pd.DataFrame(0.0, index=pd.Index(regions), columns=MONTHS)
    empty = Tally.from_panel(attacks=nothing)
    return replace(empty, counts=table, given={}, deadly_only=deadly_only)


def tally_of_tolls(tolls: dict[str, np.ndarray], **settings: bool) -> Tally:
    """Make a tally from the toll of each attack, by region."""
    parts = [
        pd.DataFrame({"region": name, "fatalities": each}).value_counts().rename("attacks")
        for name, each in tolls.items()
        if len(each)
    ]
    rows = (
        pd.concat(parts).reset_index()
        if parts
        else pd.DataFrame({"region": [], "fatalities": [], "attacks": []})
    )
    return tally_of(rows, list(tolls), **settings)


@cache
def power_law() -> np.ndarray:
    """Chance of x or more from ten on, exponent 2.3."""
    return np.asarray(zeta(2.3, np.arange(10, 300_000)) / zeta(2.3, 10))


@dataclass(frozen=True)
class Design:
    """Regions of given sizes, and how their tolls arise.

    Parameters
    ----------
    name : str
        For the report.
    sizes : tuple of int
        Attacks by region.
    tail : str
        "power" (zeta tail with exponent 2.3 from ten deaths on) or "lognormal".
    unlike : float
        How much regions differ, as a multiple of the default.
    shared : bool
        Whether the tail has the same shape in all regions.
    """

    name: str
    sizes: tuple[int, ...]
    tail: str
    unlike: float = 1.0
    shared: bool = True

    def draw(self, rng: np.random.Generator) -> tuple[Tally, np.ndarray]:
        """Give a tally and the true P(>= 10), P(>= 100): (regions, 2)."""
        tolls, truth = {}, []
        for i, size in enumerate(self.sizes):
            make = self._power if self.tail == "power" else self._lognormal
            tolls[f"R{i:02d}"], chances = make(size, rng)
            truth.append(chances)
        return tally_of_tolls(tolls), np.array(truth)

    def _power(self, size: int, rng: np.random.Generator) -> tuple[np.ndarray, list[float]]:
        none = expit(0.3 + 0.7 * self.unlike * rng.normal())
        reach = expit(-2.7 + 0.6 * self.unlike * rng.normal())
        body = 1 + (rng.geometric(0.5, size) - 1) % 9
        deaths = np.where(rng.random(size) < none, 0, body)
        far = rng.random(size) < reach
        at = np.searchsorted(-power_law(), -(1 - rng.random(far.sum())), side="right") - 1
        deaths[far] = 10 + at
        return deaths, [reach, reach * zeta(2.3, 100) / zeta(2.3, 10)]

    def _lognormal(self, size: int, rng: np.random.Generator) -> tuple[np.ndarray, list[float]]:
        none = expit(0.5 * self.unlike * rng.normal())
        centre = 0.7 if self.shared else 0.7 + 0.3 * rng.normal()
        deaths = np.floor(np.exp(centre + 1.35 * rng.normal(size=size)) + 0.5).astype(int)
        deaths[rng.random(size) < none] = 0
        far = norm.sf((np.log(np.array([9.5, 99.5])) - centre) / 1.35)
        return deaths, ((1 - none) * far).tolist()
