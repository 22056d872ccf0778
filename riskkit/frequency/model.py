"""The default model of how often: a pooled level that drifts, seen through a negative binomial."""

from dataclasses import dataclass

import numpy as np

from riskkit.counts import Tally
from riskkit.frequency.common_step import CommonStep, find_common_steps
from riskkit.frequency.levels import latest_levels
from riskkit.frequency.nesting import Nesting, nesting
from riskkit.frequency.population import fit_population
from riskkit.frequency.result import FrequencyResult
from riskkit.frequency.series import Series, series
from riskkit.frequency.shock import shared_part
from riskkit.frequency.walks import walks

__all__ = ["FrequencyModel"]


@dataclass(frozen=True)
class FrequencyModel:
    r"""Attack rates by region that drift, share what they have in common, and scatter.

    .. math::

        y_{rt} \sim NB(\lambda_{rt} e_{rt}, \alpha_r), \qquad Var = \mu + \alpha \mu^2

        \log \lambda_{rt} = \log \lambda_{r,t-1} + \sigma_r z_{rt}, \qquad
        \lambda_{rT} \sim Gamma(shape, mean_{parent(r)})

    Exposure times the share watched is e. Each region follows one of a grid of pairs of drift
    and dispersion; how common each pair is, and the gamma prior of the latest level, is learned
    from all regions. A period not watched adds nothing, and the level drifts on. A step that all
    regions took together, at a declared break of method or elsewhere, is taken out of the drift.

    Parameters
    ----------
    drift : float, optional
        Standard deviation of the log level's step per period, the same for all regions.
        None: learned, by region, with the steps that all regions took together.
    dispersion : float, optional
        Variance of a count = mean + dispersion * mean^2; 0 is the Poisson. None: learned.
    level : (float, float), optional
        Shape and mean (attacks per period and unit of exposure) of the gamma prior of the
        latest level. None: learned.
    shock : float, optional
        Share of the variance of a step that all regions have in common, 0 to 1. None: learned.
    reach : float
        How far a log level strays in the far future (its standard deviation). Levels that move
        fast do not go on for ever: over a year they come to rest. ``inf`` is a plain walk.

    Examples
    --------
    >>> import pandas as pd
    >>> from riskkit.counts import Tally
    >>> months = pd.period_range("2019-01", periods=24, freq="M")
    >>> attacks = pd.DataFrame([[3, 1] * 12, [0, 0] * 12], ["A", "B"], months)
    >>> model = FrequencyModel(drift=0, dispersion=0, level=(0.5, 1.0))
    >>> rates = model.fit(Tally.from_panel(attacks=attacks))
    >>> rates.estimate(rng=1).to_frame().round(1)
            estimate  lower  upper
    region
    A            2.0    1.5    2.5
    B            0.0    0.0    0.1

    References
    ----------
    Harvey and Fernandes (1989), doi:10.1080/07350015.1989.10509750; Kitagawa (1987),
    doi:10.1080/01621459.1987.10478534; Clayton and Kaldor (1987), doi:10.2307/2532003; Kiefer
    and Wolfowitz (1956), doi:10.1214/aoms/1177728066.
    """

    drift: float | None = None
    dispersion: float | None = None
    level: tuple[float, float] | None = None
    shock: float | None = None
    reach: float = 0.7

    def __post_init__(self) -> None:
        for name in ("drift", "dispersion"):
            value = getattr(self, name)
            if value is not None and not 0 <= value < np.inf:
                raise ValueError(f"{name} is {value}; accepted: 0 or more, or None to learn it")
        if self.shock is not None and not 0 <= self.shock <= 1:
            raise ValueError(f"shock is {self.shock}; accepted: 0 to 1, or None to learn it")
        if self.level is not None and not (
            len(self.level) == 2 and all(0 < part < np.inf for part in self.level)
        ):
            raise ValueError(
                f"level is {self.level}; accepted: (shape, mean), both above 0, or None to learn it"
            )
        if not self.reach > 0:
            raise ValueError(f"reach is {self.reach}; accepted: above 0, inf for a plain walk")

    def fit(self, tally: Tally) -> FrequencyResult:
        """Learn the levels from a tally's attacks.

        Parameters
        ----------
        tally : Tally
            Attacks by region and period.

        Returns
        -------
        FrequencyResult

        Raises
        ------
        ValueError
            If the tally holds no attacks, for example one made from a panel of deaths only.
        """
        data = series(tally)
        steps: tuple[CommonStep, ...] = ()
        if self.drift is None:
            data, steps = find_common_steps(data)
        pairs = walks(self.drift, self.dispersion)
        levels = latest_levels(data, pairs, self.reach)
        tree = nesting(tally.parents)
        population = fit_population(levels, pairs.prior, tree, _log_rates(data, tree), self.level)
        if self.shock is not None:
            shock = np.array([float(self.shock)]), np.ones(1)
        else:
            best = (np.log(population.weights) + population.region_fit).argmax(axis=1)
            shape = float(np.exp(population.log_shape))
            shock = shared_part(data, pairs, best, shape, population.region_mean, self.reach)
        return FrequencyResult(self, tally, data, pairs, levels, population, shock, steps)


def _log_rates(data: Series, tree: Nesting) -> np.ndarray:
    """Logarithm of the attacks by exposure below each node of the tree."""
    sums = np.zeros((2, len(tree.above)))
    np.add.at(sums[0], tree.leaf, data.counts.sum(axis=1))
    np.add.at(sums[1], tree.leaf, data.exposed.sum(axis=1))
    for node in range(len(tree.above) - 1, 0, -1):
        sums[:, tree.above[node]] += sums[:, node]
    return np.asarray(np.log((sums[0] + 0.5) / np.maximum(sums[1], 1e-300)))
