"""Last year's values again, each as likely: the benchmark that VIEWS calls conflictology."""

from dataclasses import dataclass

from riskkit.counts import Tally
from riskkit.forecast.climatology import Climatology
from riskkit.forecast.history import Quantity
from riskkit.forecast.resampled import ResampledResult

__all__ = ["LastYear"]


@dataclass(frozen=True)
class LastYear:
    """Each period ahead is one of last year's values, drawn anew.

    With months, the twelve values of the last year. No team of thirteen beat it on CRPS in the
    VIEWS prediction challenge of 2023/24.

    Parameters
    ----------
    quantity : {"attacks", "deaths"}, optional
        What is forecast; by default attacks, or deaths where the tally holds only those.

    References
    ----------
    Hegre et al. (2025), The 2023/24 VIEWS prediction challenge, arXiv:2407.11045.

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> from riskkit.counts import Tally
    >>> months = pd.period_range("2020-01", periods=12, freq="M")
    >>> counts = Tally.from_panel(deaths=pd.DataFrame([range(12)], ["MLI"], months))
    >>> ahead = LastYear().fit(counts).forecast(horizon=1, draws=12, rng=1)
    >>> np.sort(ahead.draws.ravel())
    array([ 0,  1,  2,  3,  4,  5,  6,  7,  8,  9, 10, 11])
    """

    quantity: Quantity | None = None

    def fit(self, tally: Tally) -> ResampledResult:
        """Keep last year's values by region.

        Parameters
        ----------
        tally : Tally
            Values of periods that were not watched, or only in part, are left out; where none
            is left the last one watched stands in, and 0 where none ever was.

        Returns
        -------
        ResampledResult
        """
        return Climatology(self.quantity, years=1).fit(tally)
