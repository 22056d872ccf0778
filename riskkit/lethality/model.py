"""The default model of how deadly: no death, a pooled body, a shared tail with regional weight."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from riskkit.counts import Tally
from riskkit.lethality.cells import Cells
from riskkit.lethality.multi_day import MultiDay
from riskkit.lethality.posterior import Posterior
from riskkit.lethality.result import LethalityResult
from riskkit.lethality.tolls import draw_tolls, toll_bounds

__all__ = ["LethalityModel"]

# Over three times the deadliest attack on record (11 September 2001: 2,977 victims).
LARGEST = 10_000


@dataclass(frozen=True)
class LethalityModel:
    r"""Deaths per attack by region: a chance of no death, a body, and a heavy tail.

    .. math::
        P(D \ge u) = \pi_r, \qquad
        P(D \ge x \mid D \ge u) = \left(1 + \xi\,\frac{x-u}{\sigma}\right)^{-1/\xi}

    Under the threshold u, the chances of 0, 1, 2, 3-4, 5-9, ... are a chain of choices. Each
    choice, and :math:`\pi_r`, is a beta between the regions whose mean and spread are learned
    from all of them: a region with few attacks borrows, a region with many speaks for itself.
    The shape and scale of the tail are the same everywhere.

    Events that ran over days are sums of attacks. They have a share and a distribution of their
    own; they add to the deaths, never to the tail of single attacks or to the deadliest one.

    Parameters
    ----------
    threshold : int
        u: where the tail starts, in deaths. Tails of terrorism were found to follow a power law
        from about ten deaths on (Clauset, Young & Gleditsch 2007).
    largest : int, optional
        Bound on the deaths of one event, without which expected deaths may be infinite. Default:
        10,000, which is over three times the deadliest attack on record, or the highest figure
        in the tally where that is more.
    imputations : int
        How many possible tables of true tolls stand for the disputed ones. One is made where
        no toll is disputed.

    Raises
    ------
    ValueError
        If a setting is out of range.

    Examples
    --------
    >>> import pandas as pd
    >>> from riskkit.counts import Tally
    >>> months = pd.period_range("2020-01", periods=3, freq="M")
    >>> quiet = Tally.from_panel(attacks=pd.DataFrame([[2, 0, 1]], ["MLI"], months))
    >>> result = LethalityModel().fit(quiet)  # no tolls: the answer is the prior
    >>> result.nobs
    0

    References
    ----------
    Clauset, A., Young, M. and Gleditsch, K. S. (2007). On the frequency of severe terrorist
    events. https://doi.org/10.1177/0022002706296157
    """

    threshold: int = 10
    largest: int | None = None
    imputations: int = 10

    def __post_init__(self) -> None:
        if self.threshold < 1 or self.threshold != int(self.threshold):
            raise ValueError(
                f"threshold is {self.threshold}; accepted: 1 death or more, a whole number"
            )
        if self.largest is not None and self.largest <= self.threshold:
            raise ValueError(
                f"largest is {self.largest}; accepted: more than threshold ({self.threshold})"
            )
        if self.imputations < 1:
            raise ValueError(f"imputations is {self.imputations}; accepted: 1 or more")

    def fit(self, tally: Tally) -> LethalityResult:
        """Learn how deadly attacks are in each region.

        Parameters
        ----------
        tally : Tally
            Attacks without any figure for the deaths are left out, not counted as deathless.
            Where only deadly attacks are collected, the distribution starts at one.

        Returns
        -------
        LethalityResult

        Raises
        ------
        ValueError
            If `largest` is under a toll in the tally.
        TypeError
            If it is no tally.
        """
        if not isinstance(tally, Tally):
            raise TypeError(
                f"tally is a {type(tally).__name__}; accepted: a Tally, as riskkit.tally makes of "
                "incidents"
            )
        single, highest, unknown = self._learn(tally, multi_day=False)
        if self.largest is not None and highest > self.largest:
            raise ValueError(
                f"largest is {self.largest:,}, but the tally holds an attack with up to "
                f"{highest:,} deaths; accepted: that many or more"
            )
        bound = self.largest or LARGEST
        events = single[0].counts.sum(axis=1)
        sums, highest_sum, unknown_sums = self._learn(tally, multi_day=True)
        over_days = sums[0].counts.sum(axis=1)
        multi_day = None
        if over_days.any():
            multi_day = MultiDay.learn(over_days, events, sums, max(bound, highest_sum))
        return LethalityResult(
            tally=tally,
            cells=single[0].cells,
            largest=max(bound, highest),
            posteriors=single,
            nobs=round(events.sum()),
            unknown=unknown + unknown_sums,
            multi_day=multi_day,
        )

    def _learn(self, tally: Tally, *, multi_day: bool) -> tuple[tuple[Posterior, ...], int, int]:
        """Give posteriors of one kind of event, its highest figure, and how many have none."""
        table = tally.fatalities(multi_day=multi_day)
        least = int(tally.deadly_only)
        bounds = toll_bounds(table, least)
        settled = bool((bounds["low"] == bounds["high"]).all())
        cells = Cells(least, self.threshold)
        posteriors: list[Posterior] = []
        for number in range(1 if settled else self.imputations):
            tolls = draw_tolls(bounds, tally.regions, number)
            near = posteriors[0] if posteriors else None
            posteriors.append(Posterior.given(tolls, len(tally.regions), cells, near))
        figures = bounds[["low", "high"]].to_numpy()
        highest = int(figures[np.isfinite(figures)].max(initial=0))
        return (
            tuple(posteriors),
            highest,
            round(table["attacks"].sum() - bounds["attacks"].sum()),
        )
