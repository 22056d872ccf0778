"""A gamma level that is forgotten at a constant rate, seen through Poisson counts."""

from dataclasses import dataclass

import numpy as np

from riskkit.counts import Tally
from riskkit.forecast.ensemble import EnsembleResult
from riskkit.forecast.history import History, Quantity
from riskkit.forecast.reasons import fading_shares
from riskkit.kernels import gamma_poisson

__all__ = ["GammaPoisson"]


@dataclass(frozen=True)
class GammaPoisson:
    r"""The discounted gamma-Poisson, its discount and prior estimated from all regions.

    .. math:: y_t \sim \mathrm{NB}(a_{t|t-1}, b_{t|t-1}), \qquad
              a_{t|t-1} = \omega a_{t-1} + (1 - \omega) a_0

    A month's noise is Poisson: where attacks cluster, or deaths come in lots, the discount takes
    the clusters for drift and the level follows each of them.

    Parameters
    ----------
    quantity : {"attacks", "deaths"}, optional
        What is forecast; by default attacks, or deaths where the tally holds only those.
    discount : float, optional
        What is kept from one period to the next, above 0 and at most 1; by default the one that
        is most likely, the same for all regions.

    References
    ----------
    Harvey & Fernandes (1989), doi:10.1080/07350015.1989.10509750.

    Examples
    --------
    >>> import pandas as pd
    >>> months = pd.period_range("2018-01", periods=36, freq="M")
    >>> counts = Tally.from_panel(attacks=pd.DataFrame([[3] * 36], ["MLI"], months))
    >>> fitted = GammaPoisson(discount=0.9).fit(counts)
    >>> bool(2.5 < fitted.forecast(12, 1000, rng=1).draws.mean() < 3.5)
    True
    """

    quantity: Quantity | None = None
    discount: float | None = None

    def fit(self, tally: Tally) -> EnsembleResult:
        """Estimate discount and prior by maximum likelihood over all regions.

        Parameters
        ----------
        tally : Tally
            Periods that were not wholly watched tell nothing; the level drifts on.

        Returns
        -------
        EnsembleResult

        Raises
        ------
        ValueError
            If ``discount`` is not above 0 and at most 1.
        """
        if self.discount is not None and not 0 < self.discount <= 1:
            raise ValueError(f"discount is {self.discount}; accepted: above 0 and at most 1")
        from scipy.optimize import minimize

        history = History.of(tally, self.quantity)
        counts = history.whole()
        seen = (~np.isnan(counts)).astype(float)
        mean = max(float(np.nansum(counts)), 0.5) / max(float(seen.sum()), 1.0)

        def law(free: np.ndarray) -> tuple[float, float, float]:
            shape = float(np.exp(np.clip(free[0], -9, 5)))
            keep = self.discount
            if keep is None:
                keep = float(1 / (1 + np.exp(-np.clip(free[2], -5, 8))))
            return keep, shape, shape / (mean * float(np.exp(np.clip(free[1], -6, 6))))

        def lack(free: np.ndarray) -> float:
            return -float(gamma_poisson.discounted(counts, seen, *law(free))[2].sum())

        start = np.array([np.log(0.3), 0.0, 2.0])[: 3 if self.discount is None else 2]
        answer = minimize(
            lack,
            start,
            method="Nelder-Mead",
            options={"xatol": 0.02, "fatol": 0.05, "maxiter": 150},
        )
        return EnsembleResult(history, Drifting(*law(answer.x)))


@dataclass(frozen=True)
class Drifting:
    """The filter with its numbers.

    Parameters
    ----------
    discount, shape, rate : float
        As in the kernel.
    """

    discount: float
    shape: float
    rate: float

    def quantiles(self, counts: np.ndarray, horizon: int, levels: np.ndarray) -> np.ndarray:
        """Give quantiles (regions, horizon, levels) after counts (regions, periods)."""
        from scipy.stats import nbinom

        seen = (~np.isnan(counts)).astype(float)
        a, b, _ = gamma_poisson.discounted(counts, seen, self.discount, self.shape, self.rate)
        found = np.empty((len(counts), horizon, len(levels)))
        for step in range(horizon):
            shape, rate = gamma_poisson.ahead(
                a, b, step + 1, self.discount, (self.shape, self.rate)
            )
            found[:, step] = nbinom.ppf(levels, shape[:, None], (rate / (rate + 1))[:, None])
        return found

    def shares(self, counts: np.ndarray, horizon: int, region: int) -> dict[str, np.ndarray]:
        """Give the weight of each of the region's past counts; the prior has the rest."""
        shares = fading_shares(counts, region, np.ones(counts.shape[1], bool), self.discount)
        shares = np.where(np.isnan(counts), 0.0, shares)
        kept = shares.sum()
        seen = (~np.isnan(counts)).astype(float)
        _, rate, _ = gamma_poisson.discounted(counts, seen, self.discount, self.shape, self.rate)
        # The level's mean is a weighted sum over b: a count's part of b, mixed with the prior's.
        own = 1 - self.rate / rate[region]
        return {"gamma-Poisson": shares / kept * own if kept > 0 else shares}
