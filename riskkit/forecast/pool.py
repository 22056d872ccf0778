"""A weighted mixture of forecasters, its weights learned on earlier windows."""

from dataclasses import dataclass

import numpy as np

from riskkit.counts import Tally
from riskkit.forecast.analogues import Analogues
from riskkit.forecast.ensemble import EnsembleResult, Quantiles
from riskkit.forecast.history import History, Quantity
from riskkit.forecast.occurrence_size import OccurrenceSize
from riskkit.forecast.recent_history import RecentHistory

__all__ = ["ForecastPool"]

_MEMBERS: tuple[Quantiles, ...] = (
    RecentHistory(half_life=6),
    RecentHistory(half_life=3, damping=0.5),
    Analogues(),
    OccurrenceSize(),
)
_LEVELS = (np.arange(100) + 0.5) / 100


@dataclass(frozen=True)
class ForecastPool:
    """Recent history, damped history, analogues and TSB, mixed.

    The weights are the same for all regions. They have the least CRPS of log(1 + count), so
    that no one region rules, over windows that ended before the tally does, one a year; and
    are drawn to equal weights.

    Parameters
    ----------
    quantity : {"attacks", "deaths"}, optional
        What is forecast; by default attacks, or deaths where the tally holds only those.
    first, last : int
        Periods ahead on which weights are learned.
    shrinkage : float
        Pull to equal weights, relative to the mean score of a member.

    Examples
    --------
    >>> import pandas as pd
    >>> months = pd.period_range("2015-01", periods=72, freq="M")
    >>> counts = Tally.from_panel(deaths=pd.DataFrame([[0, 0, 3] * 24], ["MLI"], months))
    >>> ForecastPool(quantity="deaths").fit(counts).forecast(14, 1000, rng=1).draws.shape
    (1000, 1, 14)
    """

    quantity: Quantity | None = None
    first: int = 3
    last: int = 14
    shrinkage: float = 0.005

    def fit(self, tally: Tally) -> EnsembleResult:
        """Learn the weights.

        Parameters
        ----------
        tally : Tally
            With less than five years of it the weights are equal.

        Returns
        -------
        EnsembleResult
        """
        history = History.of(tally, self.quantity)
        counts = history.whole()
        members = len(_MEMBERS)
        total = np.zeros((members, members))
        ends = range(counts.shape[1] - self.last, 4 * history.year, -history.year)
        for end in list(ends)[:20]:
            loss = self._losses(counts[:, :end], counts[:, end : end + self.last])
            if np.trace(loss) > 0:
                total += loss / np.trace(loss)
        return EnsembleResult(history, Mixture(_weights(total, self.shrinkage)))

    def _losses(self, past: np.ndarray, future: np.ndarray) -> np.ndarray:
        """Give the matrix Q whose form w'Qw is the mixture's mean CRPS of log(1 + count)."""
        happened = np.log1p(future[:, self.first - 1 :])
        laws = [
            np.log1p(member.quantiles(past, self.last, _LEVELS)[:, self.first - 1 :])
            for member in _MEMBERS
        ]
        seen = ~np.isnan(happened)
        loss = np.zeros((len(laws), len(laws)))
        if not seen.any():
            return loss
        miss = [np.abs(law - happened[..., None]).mean(axis=-1)[seen].mean() for law in laws]
        for i, one in enumerate(laws):
            for j, other in enumerate(laws[: i + 1]):
                apart = _apart(one, other)[seen].mean()
                loss[i, j] = loss[j, i] = (miss[i] + miss[j] - apart) / 2
        return loss


@dataclass(frozen=True, eq=False)
class Mixture:
    """The members with their weights.

    Parameters
    ----------
    weights : ndarray
        Of the members, adding up to 1.
    """

    weights: np.ndarray

    def quantiles(self, counts: np.ndarray, horizon: int, levels: np.ndarray) -> np.ndarray:
        """Give quantiles (regions, horizon, levels) after counts (regions, periods)."""
        shares = np.rint(np.concatenate([[0], np.cumsum(self.weights)]) * len(levels)).astype(int)
        parts = []
        for member, n in zip(_MEMBERS, np.diff(shares), strict=True):
            if n:
                parts.append(member.quantiles(counts, horizon, (np.arange(n) + 0.5) / n))
        return np.sort(np.concatenate(parts, axis=-1), axis=-1)

    def shares(self, counts: np.ndarray, horizon: int, region: int) -> dict[str, np.ndarray]:
        """Give by member the weight of each past count (regions, periods)."""
        found: dict[str, np.ndarray] = {}
        for member, weight in zip(_MEMBERS, self.weights, strict=True):
            for name, shares in member.shares(counts, horizon, region).items():
                found[name] = weight * shares
        return found


def _apart(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Mean absolute difference of draws of two ensembles of n values each."""
    n = one.shape[-1]

    def spread(values: np.ndarray) -> np.ndarray:
        k = values.shape[-1]
        weight = 2.0 * np.arange(1, k + 1) - k - 1
        return np.asarray(np.sort(values, axis=-1) @ weight)

    both = spread(np.concatenate([one, other], axis=-1))
    return np.asarray((both - spread(one) - spread(other)) / n**2)


def _weights(total: np.ndarray, shrinkage: float) -> np.ndarray:
    """Minimise w'Qw over weights that are 0 or more and add up to 1."""
    from scipy.optimize import LinearConstraint, minimize

    members = len(total)
    equal = np.full(members, 1 / members)
    if not np.trace(total) > 0:
        return equal
    form = total / np.trace(total) * members + shrinkage * np.eye(members)

    def score(weights: np.ndarray) -> float:
        return float(weights @ form @ weights)

    def slope(weights: np.ndarray) -> np.ndarray:
        return np.asarray(2 * form @ weights)

    answer = minimize(
        score,
        equal,
        jac=slope,
        bounds=[(0, 1)] * members,
        constraints=LinearConstraint(np.ones((1, members)), 1, 1),
        method="SLSQP",
        options={"ftol": 1e-12},
    )
    weights = np.maximum(answer.x, 0)
    return np.asarray(weights / weights.sum())
