"""The default model of against whom: mixes that borrow from the parent region and forget."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from riskkit.counts import Tally
from riskkit.errors import NotEnoughIncidentsError
from riskkit.incidents.schema import TARGET_GROUPS, TARGET_TYPES
from riskkit.targets.forgetting import best_half_life, faded
from riskkit.targets.mixes import Mixes
from riskkit.targets.result import TargetResult

__all__ = ["TargetModel"]

VOCABULARY = {"target_group": TARGET_GROUPS, "target_type": TARGET_TYPES}
UNKNOWN = "unknown"


@dataclass(frozen=True)
class TargetModel:
    r"""Shares of target groups by region: a Dirichlet-multinomial that forgets.

    .. math::
        p_r \sim \mathrm{Dirichlet}(A\,m_{\text{parent}(r)}), \qquad
        p_r \mid \text{attacks} \sim
        \mathrm{Dirichlet}\Bigl(A\,m + \sum_t 2^{-\text{age}_t/h}\,n_{rt}\Bigr)

    A, the weight of the parent's mix, is learned from all regions: many attacks speak for
    themselves, few borrow. Where regions nest, parents borrow from the world in the same way.
    Attacks on unknown targets are left out: they are taken to fall on the groups as the others do.

    Parameters
    ----------
    by : str
        The mark that says what was attacked: ``"target_group"``, ``"target_type"`` or any other
        mark of the tally.
    half_life : float, optional
        Periods after which an attack counts half; infinite forgets nothing. By default it is
        learned: the one by which each period would have been predicted best, if that predicts
        clearly better than forgetting nothing.

    Raises
    ------
    ValueError
        If `half_life` is not positive.

    Examples
    --------
    >>> import pandas as pd
    >>> from riskkit.counts import Tally
    >>> months = pd.period_range("2020-01", periods=3, freq="M")
    >>> quiet = Tally.from_panel(attacks=pd.DataFrame([[2, 0, 1]], ["MLI"], months))
    >>> shares = TargetModel().fit(quiet).estimate(rng=1)  # no marks: the answer is the prior
    >>> len(shares.groups)
    7

    References
    ----------
    Mosimann, J. E. (1962). On the compound multinomial distribution.
    https://doi.org/10.1093/biomet/49.1-2.65
    """

    by: str = "target_group"
    half_life: float | None = None

    def __post_init__(self) -> None:
        if self.half_life is not None and not self.half_life > 0:
            raise ValueError(f"half_life is {self.half_life}; accepted: periods, more than 0")

    def fit(self, tally: Tally) -> TargetResult:
        """Learn the mix of each region at the tally's end.

        Parameters
        ----------
        tally : Tally
            With the mark `by`.

        Returns
        -------
        TargetResult

        Raises
        ------
        ValueError
            If the tally has no such mark.
        NotEnoughIncidentsError
            If `by` has no fixed vocabulary and no value of it is known.
        """
        observed = tally.targets(self.by)[self.by].dropna().astype(str)
        listed = (*VOCABULARY.get(self.by, ()), *sorted(set(observed)))
        groups = [name for name in dict.fromkeys(listed) if name.lower() != UNKNOWN]
        if not groups:
            raise NotEnoughIncidentsError(f"no attack of the tally has a known {self.by}")
        rows = tally.counts[["region", "period", self.by, "attacks"]]
        place = {name: k for k, name in enumerate(groups)}
        at = rows[self.by].astype(str).map(place)
        known = at.notna().to_numpy()
        counts = np.zeros((len(tally.periods), len(tally.regions), len(groups)))
        where = (
            tally.periods.get_indexer(pd.PeriodIndex(rows.loc[known, "period"])),
            tally.regions.get_indexer(pd.Index(rows.loc[known, "region"])),
            at[known].to_numpy(dtype=int),
        )
        np.add.at(counts, where, rows.loc[known, "attacks"].to_numpy(float))
        half_life = best_half_life(counts) if self.half_life is None else float(self.half_life)
        return TargetResult(
            tally=tally,
            by=self.by,
            names=tuple(groups),
            half_life=half_life,
            mixes=Mixes.given(faded(counts, half_life), tally.parents),
            nobs=round(float(counts.sum())),
            unknown=round(float(rows.loc[~known, "attacks"].sum())),
        )
