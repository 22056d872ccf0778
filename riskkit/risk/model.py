"""Combine how often, against whom and how deadly."""

from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from riskkit.counts import Tally
from riskkit.frequency import FrequencyModel
from riskkit.kernels.streams import RNGLike, entropy
from riskkit.lethality import LethalityModel
from riskkit.protocols import (
    FrequencyModelLike,
    FrequencyResultLike,
    LethalityModelLike,
    LethalityResultLike,
    TargetModelLike,
    TargetResultLike,
)
from riskkit.risk.forecast import RiskForecast
from riskkit.targets import TargetModel

__all__ = ["RiskModel", "RiskResult"]


@dataclass(frozen=True)
class RiskModel:
    r"""How often, against whom and how deadly, together.

    .. math:: S = \sum_{i=1}^{N} D_i, \qquad M = \max_i D_i

    N is the number of attacks in the horizon, by the frequency model; the deaths D of each attack
    come from the lethality model. Given the parameters of both, D depends on the region only: not
    on N, the month or the target.

    Parameters
    ----------
    frequency : frequency model
        How often. Any specification whose result has `forecast` and `pgf`.
    targets : target model or None
        Against whom; None leaves targets out.
    lethality : lethality model
        How deadly.

    Examples
    --------
    >>> import pandas as pd
    >>> import riskkit as rk
    >>> incidents = rk.incidents.schema.conform(pd.DataFrame({
    ...     "incident_id": [f"a{i}" for i in range(48)], "country": "MLI",
    ...     "date": pd.date_range("2019-01-01", periods=48, freq="15D"),
    ...     "date_precision": "day", "fatalities": [0, 1, 1, 2, 5, 12] * 8}))
    >>> tally = rk.tally(incidents, by="country", every="month", start="2019-01", end="2020-12")
    >>> risk = RiskModel().fit(tally).forecast(horizon=12, rng=1, worlds=100, years=10)
    >>> risk.to_frame()["chance of an attack"].round(2)
            estimate  lower  upper
    region
    MLI          1.0    1.0    1.0

    References
    ----------
    Klugman, S. A., Panjer, H. H. and Willmot, G. E. (2012). Loss Models: From Data to
    Decisions, 4th ed. https://doi.org/10.1002/9781118787106
    """

    frequency: FrequencyModelLike = field(default_factory=FrequencyModel)
    targets: TargetModelLike | None = field(default_factory=TargetModel)
    lethality: LethalityModelLike = field(default_factory=LethalityModel)

    def fit(self, tally: Tally) -> "RiskResult":
        """Fit each model to one tally.

        Parameters
        ----------
        tally : Tally
            Attacks by region and period, with targets and tolls.

        Returns
        -------
        RiskResult
        """
        return RiskResult(
            self.frequency.fit(tally),
            self.targets.fit(tally) if self.targets is not None else None,
            self.lethality.fit(tally),
        )


@dataclass(frozen=True, eq=False)
class RiskResult:
    """The fitted models, from which risk is drawn.

    Parameters
    ----------
    frequency, targets, lethality : fitted results
        Of the three models; ``targets`` may be None.
    """

    frequency: FrequencyResultLike
    targets: TargetResultLike | None
    lethality: LethalityResultLike

    def forecast(
        self, horizon: int = 12, rng: RNGLike = None, *, worlds: int = 500, years: int = 20
    ) -> RiskForecast:
        """Simulate the periods ahead: worlds, and years inside each.

        A world is one draw of all parameters. Chances inside a world are computed, so that a
        few years in each are enough. Memory is about 12 bytes for each of worlds x years x
        regions x periods: 150 MB for 100 regions and 12 months by default, and up to three
        times as much for a moment.

        Parameters
        ----------
        horizon : int
            Periods ahead, counted in the tally's periods.
        rng : int, numpy.random.Generator or None
            Seed; the same seed gives the same numbers.
        worlds : int
            Parameter draws. More of them steady the bounds of the intervals.
        years : int
            Futures of the horizon's length in each world. More of them steady what regions
            share: predictive intervals, and losses over all regions.

        Returns
        -------
        RiskForecast

        Raises
        ------
        ValueError
            If ``horizon``, ``worlds`` or ``years`` is below 1.
        """
        for name, value in (("horizon", horizon), ("worlds", worlds), ("years", years)):
            if value < 1:
                raise ValueError(f"{name} is {value}; accepted: a whole number, 1 or more")
        seed = entropy(rng)
        attacks = self.frequency.forecast(horizon, worlds, seed, repeats=years)
        attacks = replace(attacks, draws=_compact(attacks.draws))
        regions = len(attacks.regions)
        shaped = attacks.draws.reshape(worlds, years, regions, horizon).swapaxes(1, 2)
        deaths, largest = (
            _compact(np.swapaxes(part, 1, 2).reshape(worlds * years, regions, horizon))
            for part in self.lethality.simulate(shaped, seed)
        )
        per = attacks.unit.removeprefix("attacks")
        return RiskForecast(
            attacks=attacks,
            deaths=replace(attacks, draws=deaths, quantity="deaths", unit=f"deaths{per}"),
            largest=replace(
                attacks,
                draws=largest,
                quantity="deaths in the deadliest attack",
                unit=f"deaths in the deadliest attack{per}",
            ),
            worlds=worlds,
            years=years,
            fitted=self,
            seed=seed,
        )


def _compact(draws: NDArray[np.integer]) -> NDArray[np.integer]:
    """Hold whole numbers in 32 bits where they fit: these arrays are the memory of a forecast."""
    fits = not draws.size or draws.max() < 2**31
    return draws.astype(np.int32 if fits else np.int64, copy=False)
