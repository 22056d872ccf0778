"""Half last year, half the last three years, with the noise of an exponential."""

from dataclasses import dataclass

from riskkit.counts import Tally
from riskkit.forecast.history import History, Quantity
from riskkit.forecast.steady import SteadyResult

__all__ = ["HalfAndHalf"]


@dataclass(frozen=True)
class HalfAndHalf:
    r"""A negative binomial of shape 1 around a mean of recent years: hard to beat for its size.

    .. math:: m = \tfrac12\,y_{1} + \tfrac12\,\bar y_{3} + 0.05 \quad \text{a year}

    with :math:`y_1` last year's count and :math:`\bar y_3` the yearly mean of three years.

    Parameters
    ----------
    quantity : {"attacks", "deaths"}, optional
        What is forecast; by default attacks, or deaths where the tally holds only those.

    Examples
    --------
    >>> import pandas as pd
    >>> from riskkit.counts import Tally
    >>> years = pd.period_range("2018", periods=3, freq="Y")
    >>> counts = Tally.from_panel(attacks=pd.DataFrame([[0, 0, 6]], ["MLI"], years))
    >>> HalfAndHalf().fit(counts).mean.round(9)
    array([4.05])
    """

    quantity: Quantity | None = None

    def fit(self, tally: Tally) -> SteadyResult:
        """Take the mean by region.

        Parameters
        ----------
        tally : Tally
            The last three years of it are used.

        Returns
        -------
        SteadyResult
        """
        history = History.of(tally, self.quantity)
        mean = 0.5 * history.mean(years=1) + 0.5 * history.mean(years=3) + 0.05 / history.year
        return SteadyResult(history, mean, 1.0)
