"""Whether attacks are deadlier in months with many of them."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from riskkit.counts import Tally

__all__ = ["Independence", "independence"]


@dataclass(frozen=True)
class Independence:
    """Test of deaths per attack against the period's number of attacks.

    Parameters
    ----------
    z : float
        Positive: deadlier when there are more attacks. NaN if nothing can be compared.
    p_value : float
        Two-sided.
    attacks : int
        Attacks with a known toll.
    """

    z: float
    p_value: float
    attacks: int

    def __str__(self) -> str:
        assumed = "Deaths per attack are taken as independent of the period's number of attacks"
        if math.isnan(self.z):
            return f"{assumed}; too few attacks to test it."
        more = "deadlier" if self.z > 0 else "less deadly"
        verdict = (
            f"is at odds with it, attacks are {more} where there are more"
            if self.p_value < 0.05
            else "does not speak against it"
        )
        return (
            f"{assumed}, given the region. The test {verdict}: "
            f"z = {self.z:.2f}, p = {self.p_value:.3g} ({self.attacks:,} attacks)."
        )


def independence(tally: Tally) -> Independence:
    r"""Test whether deaths per attack go with the period's number of attacks, within regions.

    .. math:: z = \frac{\sum_t S_t}{\sqrt{\sum_t S_t^2}}, \quad
              S_t = (x_t - \bar x_r) \sum_{i \in t} (y_i - \bar y_r)

    with y the :math:`\ln(1 + \text{deaths})` of an attack and x the :math:`\ln` of the number of
    attacks in its region and period t; means are over the attacks of region r. Attacks of one
    period may be alike: periods, not attacks, are what is independent under the null.

    Parameters
    ----------
    tally : Tally
        Its ``counts`` are used.

    Returns
    -------
    Independence
    """
    rows = tally.counts[["region", "period", "fatalities", "attacks"]]
    known = rows[rows["fatalities"].notna()]
    if known.empty:
        return Independence(math.nan, math.nan, 0)
    attacks = rows.groupby(["region", "period"])["attacks"].sum().rename("busy")
    known = known.join(attacks, on=["region", "period"])
    weight = known["attacks"].to_numpy(float)
    region = known["region"].to_numpy()
    known = known.assign(
        x=_centred(np.log(known["busy"].to_numpy(float)), weight, region),
        y=_centred(np.log1p(known["fatalities"].to_numpy(dtype=float)), weight, region),
    )
    known["score"] = weight * known["x"] * known["y"]
    scores = known.groupby(["region", "period"])["score"].sum().to_numpy()
    spread = math.sqrt(float((scores**2).sum()))
    total = int(weight.sum())
    if spread < 1e-9 or np.count_nonzero(scores) < 10:
        return Independence(math.nan, math.nan, total)
    z = float(scores.sum()) / spread
    return Independence(z, math.erfc(abs(z) / math.sqrt(2)), total)


def _centred(values: np.ndarray, weight: np.ndarray, group: np.ndarray) -> np.ndarray:
    _, at = np.unique(group, return_inverse=True)
    mean = np.bincount(at, weight * values) / np.bincount(at, weight)
    return np.asarray(values - mean[at])
