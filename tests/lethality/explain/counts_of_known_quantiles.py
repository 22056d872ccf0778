"""Simulated deaths whose quantile is log-linear exactly, by choice of each kind's mean."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.optimize import brentq
from scipy.stats import nbinom

SLOPES = {"Intercept": 0.7, "weapon[T.bomb]": 0.5, "weapon[T.knife]": -0.4,
          "suicide[T.yes]": 0.6, "year": 0.1}  # fmt: skip
SHARES = {"gun": 0.5, "bomb": 0.3, "knife": 0.2}
SHAPE = 0.8


def cells() -> pd.DataFrame:
    """Kinds of attack, how common each is, and the linear predictor."""
    table = pd.DataFrame(
        [(w, s, y) for w in SHARES for s in ("no", "yes") for y in range(-2, 3)],
        columns=["weapon", "suicide", "year"],
    )
    common = table["weapon"].map(SHARES) * table["suicide"].map({"no": 0.75, "yes": 0.25}) / 5
    z = SLOPES["Intercept"] + SLOPES["year"] * table["year"]
    z = z + (table["weapon"] == "bomb") * SLOPES["weapon[T.bomb]"]
    z = z + (table["weapon"] == "knife") * SLOPES["weapon[T.knife]"]
    z = z + (table["suicide"] == "yes") * SLOPES["suicide[T.yes]"]
    return table.assign(common=common, z=z)


def jittered_quantile(quantile: float, mean: float, none: float, least: int) -> float:
    """Quantile of deaths plus U: deaths are negative binomial with extra zeros, or cut at one."""
    law = nbinom(SHAPE, SHAPE / (SHAPE + mean))
    inside = quantile
    if least:
        inside = law.pmf(0) + quantile * law.sf(0)
    elif quantile > none + (1 - none) * law.pmf(0):
        inside = (quantile - none) / (1 - none)
    else:
        return quantile / (none + (1 - none) * law.pmf(0))
    whole = law.ppf(inside)
    return float(whole + (inside - law.cdf(whole - 1)) / law.pmf(whole))


class Counts:
    """Draws attacks whose quantile is least + p + exp(z) in each cell.

    Parameters
    ----------
    quantile : float
        p.
    none : float
        Share of attacks without deaths beside those of the law.
    least : int
        0, or 1 for deadly attacks only.
    """

    def __init__(self, quantile: float, none: float, least: int) -> None:
        self.quantile, self.none, self.least = quantile, none, least
        self.cells = cells()
        self.means = np.array(
            [
                np.exp(
                    brentq(
                        lambda log_mean, z=z: (
                            jittered_quantile(quantile, np.exp(log_mean), none, least)
                            - (least + quantile + np.exp(z))
                        ),
                        -6,
                        9,
                    )
                )
                for z in self.cells["z"]
            ]
        )

    def draw(self, size: int, rng: np.random.Generator) -> pd.DataFrame:
        """Draw attacks: weapon, suicide, year, fatalities."""
        cell = rng.choice(len(self.cells), size, p=self.cells["common"])
        deaths = rng.negative_binomial(SHAPE, SHAPE / (SHAPE + self.means[cell]))
        if self.least:
            while (left := np.flatnonzero(deaths == 0)).size:
                mean = self.means[cell[left]]
                deaths[left] = rng.negative_binomial(SHAPE, SHAPE / (SHAPE + mean))
        else:
            deaths[rng.random(size) < self.none] = 0
        attacks = self.cells.loc[cell, ["weapon", "suicide", "year"]].reset_index(drop=True)
        return attacks.assign(fatalities=deaths)
