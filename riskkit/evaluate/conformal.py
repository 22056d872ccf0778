"""Intervals that learn from their misses: adaptive conformal bounds for backtests and forecasts."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from riskkit.counts import Tally
from riskkit.evaluate.scoring import tail_bounds
from riskkit.evaluate.tails import SIDES, asked, bound, categories, group_names, groups_of
from riskkit.kernels import conformal as kernel
from riskkit.results import Forecast

__all__ = ["Conformal"]


@dataclass(frozen=True, eq=False, repr=False)
class Conformal:
    """Intervals of one model of a backtest, moved at each origin by how often they were missed.

    What is asked of the forecast's tails is learned, apart for each side and for groups of
    regions by their recent count: ``state = target + rate * sum(target - missed)`` over the
    origins whose outcome was known, and the bound leaves out
    `riskkit.kernels.conformal.share_asked` of the forecast.

    Parameters
    ----------
    cells : pandas.DataFrame
        One row a forecast: before and after.
    steps : pandas.DataFrame
        One row an origin, group and side: ``known`` (the period at whose end the outcome was
        known), ``share`` asked to be left out, ``missed``, ``n``.
    model, quantity, target : str
        What was adjusted: the total over the horizon or each period.
    level : float
        Of the intervals.
    rate : float
        Of learning: how far each origin moves the state, per share missed too much.
    edges : tuple of int
        Of the groups, in counts of the last two years.
    horizon, delay : int
        Of the forecasts.
    waiting : int
        The most later forecasts that were made before the outcome of one was known.

    Examples
    --------
    >>> import riskkit as rk
    >>> months = pd.period_range("2000-01", periods=120, freq="M")
    >>> counts = pd.DataFrame([[0, 3, 1, 6, 0, 2] * 20], ["MLI"], months)
    >>> tally = rk.Tally.from_panel(attacks=counts)
    >>> past = rk.backtest(
    ...     {"sure": rk.forecast.LastYearPoisson()}, tally, start="2002-12", rng=1, progress=False)
    >>> adjusted = past.conformal("sure")
    >>> adjusted.compare().loc["before", "inside"].item()
    1.0
    >>> ahead = rk.forecast.LastYearPoisson().fit(tally).forecast(12, rng=1)
    >>> list(adjusted.adjust(ahead, tally).columns)
    ['estimate', 'lower', 'upper', 'group']

    References
    ----------
    Gibbs & Candès (2021), arXiv:2106.00170.
    """

    cells: pd.DataFrame
    steps: pd.DataFrame
    model: str
    quantity: str
    target: str
    level: float
    rate: float
    edges: tuple[int, ...]
    horizon: int
    delay: int
    waiting: int

    def to_frame(self) -> pd.DataFrame:
        """Give each forecast's interval before and after, and what came.

        Returns
        -------
        pandas.DataFrame
            ``region, origin, period, observed, estimate, lower, upper, group, hit,
            interval_score, adjusted_lower, adjusted_upper`` (``inf`` where misses went on
            whatever was asked), ``adjusted_hit, adjusted_interval_score``.
        """
        return self.cells.reset_index(drop=True)

    def compare(self, by: str | None = None) -> pd.DataFrame:
        """Set the intervals before and after beside each other.

        Parameters
        ----------
        by : {"group", "origin"}, optional
            A row for each group of regions or each origin.

        Returns
        -------
        pandas.DataFrame
            Rows ``before`` and ``after``: ``hit_rate`` (randomised, what is learned from),
            ``inside`` (of the whole-number interval, which holds a little more), ``width``
            (median), ``interval_score`` (mean), ``unbounded`` (how many have no upper bound),
            ``n``.

        Raises
        ------
        ValueError
            If ``by`` is neither.
        """
        if by not in (None, "group", "origin"):
            raise ValueError(f'by is {by!r}; accepted: "group", "origin", None')
        tables = {}
        for name, prefix in (("before", ""), ("after", "adjusted_")):
            lower, upper = self.cells[f"{prefix}lower"], self.cells[f"{prefix}upper"]
            rows = pd.DataFrame(
                {
                    "hit_rate": self.cells[f"{prefix}hit"],
                    "inside": self.cells["observed"].between(lower, upper),
                    "width": upper - lower,
                    "interval_score": self.cells[f"{prefix}interval_score"],
                    "unbounded": np.isinf(upper),
                }
            )
            keys = self.cells[by] if by else pd.Series("all", index=rows.index)
            groups = rows.groupby(keys.to_numpy(), observed=True)
            tables[name] = groups.agg(
                hit_rate=("hit_rate", "mean"),
                inside=("inside", "mean"),
                width=("width", "median"),
                interval_score=("interval_score", "mean"),
                unbounded=("unbounded", "sum"),
                n=("inside", "size"),
            )
        table = pd.concat(tables, names=["intervals", by])
        if by is None:
            return table.droplevel(1)
        return table.swaplevel().sort_index(level=0, sort_remaining=False)

    def guarantee(self) -> pd.DataFrame:
        """Say how far the share missed can be from its target, whatever the world does.

        It is about the long run of this very sequence of forecasts, group by group and side by
        side: not about one region, not about the next forecast, and with few origins it says
        next to nothing (a bound above 1 is no bound).

        Returns
        -------
        pandas.DataFrame
            Indexed by group and side: ``target``, ``missed`` (mean over origins), ``apart``,
            ``bound`` on it, ``origins`` (whose outcome was known in time to learn from, or at
            the end).
        """
        target = (1 - self.level) / 2
        groups = self.steps.groupby(["group", "side"], sort=False)
        table = groups.agg(missed=("missed", "mean"), origins=("missed", "size"))
        table.insert(0, "target", target)
        table.insert(2, "apart", (table["missed"] - target).abs())
        bounds = [
            kernel.guarantee(target, self.rate, int(n), self.waiting) for n in table["origins"]
        ]
        table.insert(3, "bound", bounds)
        return table

    def adjust(self, forecast: Forecast, tally: Tally) -> pd.DataFrame:
        """Give the adjusted intervals of a new forecast.

        Parameters
        ----------
        forecast : Forecast
            Of the same model, for the ``delay + horizon`` periods after the tally's end.
        tally : Tally
            What the model was fitted to. Only outcomes known at its end are learned from.

        Returns
        -------
        pandas.DataFrame
            Indexed by region, or by region and period: ``estimate``, ``lower``, ``upper``,
            ``group``.

        Raises
        ------
        ValueError
            If the forecast is of another quantity, of other periods or of other regions.
        """
        self._check(forecast, tally)
        draws = forecast.draws[:, :, self.delay :]
        periods = forecast.periods[self.delay :]
        index = pd.MultiIndex.from_product([forecast.regions, periods], names=["region", "period"])
        each = len(periods)
        if self.target == "total":
            draws = draws.sum(axis=2, keepdims=True, dtype=np.int64)
            index, each = pd.Index(forecast.regions, name="region"), 1
        draws = draws.reshape(len(draws), -1)
        panel = tally.panel("deaths" if self.quantity == "deaths" else "attacks")
        first = tally.periods[-1] + 1
        since = first.start_time - pd.DateOffset(years=2)
        last_years = panel.loc[:, pd.PeriodIndex(panel.columns).start_time >= since].sum(axis=1)
        group = np.repeat(groups_of(last_years.to_numpy(), self.edges), each)
        bounds, largest = tail_bounds(draws), draws.max(axis=0)
        found = np.empty((draws.shape[1], 2))
        target = (1 - self.level) / 2
        past = self.steps[np.array([when < first for when in self.steps["known"]], bool)]
        for number, name in enumerate(group_names(self.edges)):
            rows = np.flatnonzero(group == number)
            for side, which in enumerate(SIDES):
                own = past[(past["group"] == name) & (past["side"] == which)]
                share = asked(own, target, self.rate)
                found[rows, side] = bound(
                    bounds[rows, side], largest[rows], np.full(len(rows), len(draws)), share, side
                )
        return pd.DataFrame(
            {
                "estimate": draws.mean(axis=0),
                "lower": np.minimum(found[:, 0], found[:, 1]),
                "upper": found[:, 1],
                "group": categories(group, group_names(self.edges)),
            },
            index=index,
        )

    def _check(self, forecast: Forecast, tally: Tally) -> None:
        span = self.delay + self.horizon
        first = tally.periods[-1] + 1
        if forecast.quantity != self.quantity:
            raise ValueError(f"forecast of {forecast.quantity}; accepted: {self.quantity}")
        if len(forecast.periods) != span or forecast.periods[0] != first:
            raise ValueError(
                f"forecast of {len(forecast.periods)} periods from {forecast.periods[0]}; "
                f"accepted: {span} from {first}, where the tally ends"
            )
        if not forecast.regions.equals(tally.regions):
            raise ValueError("the forecast's regions are not the tally's, in the tally's order")

    def __repr__(self) -> str:
        table = self.compare()
        before, after = table.loc["before"], table.loc["after"]
        return (
            f"Conformal {self.level:.0%} intervals of {self.model!r}: hit rate "
            f"{before['hit_rate']:.1%} before, {after['hit_rate']:.1%} after; interval score "
            f"{before['interval_score']:.3g} before, {after['interval_score']:.3g} after"
        )
