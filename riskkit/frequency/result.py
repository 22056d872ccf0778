"""What a fitted frequency model answers."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from riskkit.counts import Tally
from riskkit.frequency.common_step import CommonStep
from riskkit.frequency.levels import Levels
from riskkit.frequency.nesting import SPREADS
from riskkit.frequency.paths import counts_on, level_steps, pgf_on
from riskkit.frequency.population import Population
from riskkit.frequency.posterior import Parameters, draw_parameters, draw_shared
from riskkit.frequency.series import Series
from riskkit.frequency.walks import Walks
from riskkit.kernels.streams import RNGLike, entropy, stream
from riskkit.results import Estimate, Forecast

if TYPE_CHECKING:
    from riskkit.frequency.model import FrequencyModel

__all__ = ["FrequencyResult"]

# exp of more than this is a rate no count could have.
_HIGHEST_LOG_RATE = 60.0


@dataclass(frozen=True, eq=False, repr=False)
class FrequencyResult:
    """Levels of all regions, with what is not known about them.

    Made by `FrequencyModel.fit`. Draw i is one and the same parameter vector in `estimate`,
    `forecast` and `pgf`, for one seed and number of draws.

    Parameters
    ----------
    model : FrequencyModel
        The settings that were fitted.
    tally : Tally
        The counts that were fitted.
    data : Series
        Its arrays.
    pairs : Walks
        Walks and dispersions that were weighed.
    levels : Levels
        Likelihoods of the latest levels.
    population : Population
        What the regions share.
    shock : (ndarray, ndarray)
        Values of the common share of a step's variance, and their probabilities.
    common_steps : tuple of CommonStep
        Undeclared steps that all regions took together. `data` tells exposure before them in
        terms of the level after them.

    Examples
    --------
    >>> import pandas as pd
    >>> from riskkit.counts import Tally
    >>> from riskkit.frequency import FrequencyModel
    >>> years = pd.period_range("2010", periods=8, freq="Y")
    >>> counts = pd.DataFrame([[3, 1, 4, 1, 5, 2, 6, 5]], ["A"], years)
    >>> rates = FrequencyModel().fit(Tally.from_panel(attacks=counts))
    >>> rates.forecast(horizon=2, draws=500, rng=1).draws.shape
    (500, 1, 2)
    """

    model: "FrequencyModel"
    tally: Tally
    data: Series
    pairs: Walks
    levels: Levels
    population: Population
    shock: tuple[np.ndarray, np.ndarray]
    common_steps: tuple[CommonStep, ...]
    _drawn: dict[tuple[int, int], Parameters] = field(default_factory=dict, init=False)

    @property
    def regions(self) -> pd.Index:
        """The regions, in the order of every array's region axis."""
        return self.tally.regions

    @property
    def notes(self) -> tuple[str, ...]:
        """The tally's caveats, and what was done about steps that all regions took together."""
        told = [
            f"Attacks of all regions changed by a factor of {np.exp(step.size):.2g} in "
            f"{self.tally.periods[step.period]}; earlier counts are told in terms of the level "
            "since, and no such change is forecast."
            for step in self.common_steps
        ]
        return (*self.tally.notes, *told)

    @property
    def nobs(self) -> int:
        """Number of counts: regions x periods that were watched."""
        return int((self.data.exposed > 0).sum())

    @property
    def llf(self) -> float:
        """Log likelihood of the counts, the levels integrated out, at `params`."""
        return self.population.llf

    @property
    def aic(self) -> float:
        """Akaike's criterion; the weights of the walks count as one for each free direction."""
        return 2 * self._free - 2 * self.llf

    @property
    def bic(self) -> float:
        """Schwarz's criterion, by number of regions: they are what the prior is learned from."""
        return self._free * float(np.log(len(self.regions))) - 2 * self.llf

    @property
    def _free(self) -> int:
        shared = 0 if self.model.level is not None else 2 + self.population.tree.nested
        return shared + len(self.pairs.drift) - 1

    @property
    def params(self) -> pd.Series:
        """What the regions share.

        ``shape`` and ``log_mean`` of the gamma prior of the latest level, at the mode (its
        maximum likelihood, where nothing stands at the edge of the weak prior); then means over
        the regions: ``drift`` (standard deviation of a step per period) and ``dispersion``;
        ``shock``, the expected common share of a step's variance; and where regions nest
        ``spread``, the standard deviation of the parents' log means.
        """
        weights, found = self.population.weights, self.population
        values, chances = self.shock
        shared = {
            "shape": float(np.exp(found.log_shape)),
            "log_mean": found.log_mean,
            "drift": float(weights @ self.pairs.drift),
            "dispersion": float(weights @ self.pairs.dispersion),
            "shock": float(values @ chances),
        }
        return pd.Series(shared | ({"spread": found.spread} if found.tree.nested else {}))

    @property
    def rates(self) -> pd.Series:
        """Expected rate of each region in the last period, given `params` (empirical Bayes)."""
        from riskkit.kernels.level_prior import expected_rates

        found, levels = self.population, self.levels
        fit = found.region_fit
        chance = found.weights * np.exp(fit - fit.max(axis=1, keepdims=True))
        chance /= chance.sum(axis=1, keepdims=True)
        shape, means = float(np.exp(found.log_shape)), found.region_mean
        by_pair = [
            expected_rates(
                levels.values[r], levels.first[r], levels.step[r], levels.size[r], shape, means[r]
            )
            for r in range(len(self.regions))
        ]
        return pd.Series((chance * np.array(by_pair)).sum(axis=1), self.regions, name="rate")

    def conf_int(self, alpha: float = 0.05) -> pd.DataFrame:
        """Give intervals of `params`; what was fixed has lower equal to upper.

        Parameters
        ----------
        alpha : float
            One minus the level.

        Returns
        -------
        pandas.DataFrame
            Columns ``lower``, ``upper``.
        """
        from scipy.special import ndtri

        if not 0 < alpha < 1:
            raise ValueError(f"alpha is {alpha}; accepted: above 0, below 1")
        at, spread = self.params, np.sqrt(np.diag(self.population.covariance))
        wide = float(ndtri(1 - alpha / 2)) * spread
        shared = draw_shared(self.population, self.pairs, 2000, 0)
        tails = [alpha / 2, 1 - alpha / 2]
        values, chances = self.shock
        sides = np.searchsorted(chances.cumsum(), tails)
        return pd.DataFrame(
            [
                at["shape"] * np.exp([-wide[0], wide[0]]),
                at["log_mean"] + np.array([-wide[1], wide[1]]),
                np.quantile(shared.weights @ self.pairs.drift, tails),
                np.quantile(shared.weights @ self.pairs.dispersion, tails),
                values[np.minimum(sides, len(values) - 1)],
                *([np.quantile(SPREADS[shared.spread], tails)] if "spread" in at.index else []),
            ],
            index=at.index,
            columns=["lower", "upper"],
        )

    def summary(self) -> pd.DataFrame:
        """Give `params` with 95% intervals.

        Returns
        -------
        pandas.DataFrame
            Indexed by parameter: ``estimate``, ``lower``, ``upper``; log likelihood and number
            of counts are in ``attrs``.
        """
        table = self.conf_int()
        table.insert(0, "estimate", self.params)
        table.attrs.update(llf=self.llf, nobs=self.nobs, notes=self.notes)
        return table

    def estimate(self, draws: int = 2000, rng: RNGLike = None) -> Estimate:
        """Draw the rate of each region in the last period.

        Parameters
        ----------
        draws : int
            Number of draws.
        rng : int, Generator or None
            Seed or generator.

        Returns
        -------
        Estimate
            Attacks per period and unit of exposure.
        """
        found = self._parameters(draws, entropy(rng))
        return Estimate(
            np.exp(np.minimum(found.level, _HIGHEST_LOG_RATE)),
            self.regions,
            "attack rate",
            f"attacks per {self.tally.every}",
            self.notes,
        )

    def forecast(
        self, horizon: int, draws: int = 2000, rng: RNGLike = None, *, repeats: int = 1
    ) -> Forecast:
        """Draw the attacks of the periods after the tally's end.

        Parameters
        ----------
        horizon : int
            Number of periods.
        draws : int
            Number of parameter vectors.
        rng : int, Generator or None
            Seed or generator.
        repeats : int
            Futures for each parameter vector; they follow each other in the rows.

        Returns
        -------
        Forecast
            Of ``draws * repeats`` joint futures: one path of the levels and fresh counts each.
        """
        seed = entropy(rng)
        _check_whole(horizon=horizon, repeats=repeats)
        counts = np.empty((draws * repeats, len(self.regions), horizon), dtype=np.int64)
        for region, means, dispersion, own in self._futures(horizon, draws, seed, repeats):
            counts[:, region] = counts_on(means, dispersion, own)
        start = self.tally.periods[-1] + 1
        return Forecast(
            counts,
            self.regions,
            pd.period_range(start, periods=horizon, name="period"),
            "attacks",
            f"attacks per {self.tally.every}",
            self.notes,
        )

    def pgf(
        self,
        s: np.ndarray,
        horizon: int,
        draws: int = 2000,
        rng: RNGLike = None,
        *,
        repeats: int = 1,
    ) -> np.ndarray:
        r"""Give E[s ** attacks in the horizon] given each parameter vector.

        Given a path of the level it is :math:`\prod_t (1 + \alpha \mu_t (1 - s))^{-1/\alpha}`.

        Parameters
        ----------
        s : ndarray, shape (draws, regions, k)
            Arguments, 0 to 1; or what broadcasts to it.
        horizon : int
            Number of periods.
        draws : int
            Number of parameter vectors.
        rng : int, Generator or None
            Seed or generator.
        repeats : int
            Paths of the level for each parameter vector that the mean is taken over: the
            same ones as those of `forecast`.

        Returns
        -------
        ndarray, shape (draws, regions, k)
        """
        _check_whole(horizon=horizon, repeats=repeats, draws=draws)
        given = np.asarray(s, dtype=float)
        try:
            s = np.broadcast_to(given, (draws, len(self.regions), given.shape[-1]))
        except (ValueError, IndexError) as problem:
            raise ValueError(
                f"s has shape {given.shape}; accepted: (draws, regions, k) = "
                f"({draws}, {len(self.regions)}, k), or what broadcasts to it"
            ) from problem
        seed, out = entropy(rng), np.empty(s.shape)
        for region, means, dispersion, _ in self._futures(horizon, draws, seed, repeats):
            value = pgf_on(np.repeat(s[:, region], repeats, axis=0), means, dispersion)
            out[:, region] = value.reshape(draws, repeats, -1).mean(axis=1)
        return out

    def _parameters(self, draws: int, seed: int) -> Parameters:
        _check_whole(draws=draws)
        key = (draws, seed)
        if key not in self._drawn:
            self._drawn.clear()
            self._drawn[key] = draw_parameters(
                self.levels,
                self.population,
                self.pairs,
                self.shock,
                list(self.regions),
                draws,
                seed,
            )
        return self._drawn[key]

    def _futures(
        self, horizon: int, draws: int, seed: int, repeats: int
    ) -> Iterator[tuple[int, np.ndarray, np.ndarray, np.random.Generator]]:
        """Yield each region's mean counts (draws * repeats, horizon), dispersion and stream."""
        found, size = self._parameters(draws, seed), (draws * repeats, horizon)
        common = stream(seed, "frequency", "common shock").standard_normal(size)
        shock = np.repeat(found.shock, repeats)[:, None]
        common = np.sqrt(shock) * common
        apart = np.sqrt(1 - shock)
        for region, name in enumerate(self.regions):
            own = stream(seed, "frequency", name, "future")
            pair = np.repeat(found.pair[:, region], repeats)
            path = level_steps(
                common + apart * own.standard_normal(size),
                self.pairs.drift[pair],
                self.pairs.chance[pair],
                self.model.reach,
            )
            level = np.repeat(found.level[:, region], repeats)[:, None] + path
            means = np.exp(np.minimum(level, _HIGHEST_LOG_RATE)) * self.data.ahead[region]
            yield region, means, self.pairs.dispersion[pair], own

    def __repr__(self) -> str:
        regions, periods = self.data.counts.shape
        return (
            f"FrequencyResult: {regions} region{'' if regions == 1 else 's'}, {periods} "
            f"{self.tally.every}s to {self.tally.periods[-1]}; log likelihood {self.llf:.1f}"
        )


def _check_whole(**numbers: int) -> None:
    for name, value in numbers.items():
        if isinstance(value, bool) or not isinstance(value, int | np.integer) or value < 1:
            raise ValueError(f"{name} is {value!r}; accepted: a whole number, 1 or more")
