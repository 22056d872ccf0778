"""Fit at past dates, forecast, and score against what happened."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import pandas as pd

from riskkit.counts import Tally
from riskkit.evaluate.origins import origins
from riskkit.evaluate.result import Backtest
from riskkit.evaluate.scoring import Scored, events, score
from riskkit.forecast import HalfAndHalf, LastYearPoisson, SteadyResult
from riskkit.kernels.streams import RNGLike, entropy, stream
from riskkit.results import Forecast, check_level
from riskkit.risk import RiskForecast

__all__ = ["BASELINES", "backtest"]

BASELINES = ("last year", "half and half")


class _Fits(Protocol):
    """A model, a forecaster or a RiskModel."""

    def fit(self, tally: Tally) -> Any:
        """Learn from the tally; change nothing."""
        ...


@dataclass(frozen=True, eq=False)
class _Task:
    """One model at one origin; the model is given ``tally.until(origin)`` and nothing else."""

    name: str
    model: _Fits
    tally: Tally
    origin: pd.Period
    horizon: int
    draws: int
    level: float
    at_least: int
    seed: int


def backtest(
    models: Mapping[str, _Fits],
    tally: Tally,
    *,
    start: str | pd.Period,
    every: str = "year",
    horizon: int = 12,
    draws: int = 2000,
    level: float = 0.9,
    at_least: int = 10,
    rng: RNGLike = 0,
    n_jobs: int = 1,
    progress: bool = True,
) -> Backtest:
    """Refit models at past dates and score their forecasts against what happened.

    At each origin every model is fitted to ``tally.until(origin)``, so that it can't see what
    came after, and forecasts the next ``horizon`` periods. Only what was wholly watched is
    scored. Two baselines always run along: ``"last year"`` (last year's count as a Poisson)
    and ``"half and half"`` (a negative binomial of shape 1 around half last year, half the
    yearly mean of three years, and 0.05). A model of that name takes the baseline's place: with
    ``{"last year": LastYear()}`` skill is against last year's values.

    Parameters
    ----------
    models : mapping of str to model
        Whatever has ``fit(tally)`` that gives a ``forecast(horizon, draws, rng)``; a
        `RiskModel` too, whose chances of deadly attacks are then scored as well.
    tally : Tally
        The whole record, the years to be forecast included.
    start : str or pandas.Period
        Last period of the first training tally.
    every : {"day", "week", "month", "quarter", "year"}
        From one origin to the next. Spans that overlap are not independent.
    horizon : int
        Periods ahead, counted in the tally's periods.
    draws : int
        Futures drawn from each forecast.
    level : float
        Of the intervals.
    at_least : int
        For a RiskModel: deaths of the event "at least one attack killing so many or more".
    rng : int, numpy.random.Generator or None
        Seed. The same seed gives the same numbers, whatever ``n_jobs`` is.
    n_jobs : int
        Workers (joblib); -1 is one for each processor.
    progress : bool
        Whether to show a progress bar on stderr.

    Returns
    -------
    Backtest

    Raises
    ------
    ValueError
        If no model is given, the models forecast different quantities, or ``start`` leaves no
        whole horizon.

    Notes
    -----
    The record is today's: an analyst at the time had fewer and other rows, since sources revise
    themselves. A good backtest on a final vintage flatters every model alike.

    Examples
    --------
    >>> import pandas as pd
    >>> from riskkit.forecast import LastYear
    >>> months = pd.period_range("2015-01", periods=60, freq="M")
    >>> counts = Tally.from_panel(attacks=pd.DataFrame([[1, 0, 2] * 20], ["MLI"], months))
    >>> past = backtest({"values": LastYear()}, counts, start="2017-12", rng=1, progress=False)
    >>> past
    Backtest of attacks: 2 origins from 2017-12 to 2018-12, 12 months ahead, 1 region
    >>> list(past.compare().index)
    ['values', 'last year', 'half and half']
    """
    if not models:
        raise ValueError("models is empty; accepted: a mapping of names to models")
    check_level(level)
    if draws < 20:
        raise ValueError(
            f"draws is {draws}; accepted: 20 or more, for an interval to mean anything"
        )
    when = origins(tally.periods, start, every, horizon)
    base = entropy(rng)
    seeds = [int(stream(base, "backtest", str(origin)).integers(2**62)) for origin in when]

    def tasks(some: Mapping[str, _Fits]) -> list[_Task]:
        return [
            _Task(name, model, tally, origin, horizon, draws, level, at_least, seed)
            for origin, seed in zip(when, seeds, strict=True)
            for name, model in some.items()
        ]

    done: dict[tuple[str, pd.Period], tuple[str, Scored]] = {}
    work = tasks(models)
    for task, answer in zip(work, _run(work, n_jobs, progress), strict=True):
        done[task.name, task.origin] = answer
    quantities = {quantity for quantity, _ in done.values()}
    if len(quantities) > 1:
        raise ValueError(
            f"the models forecast {' and '.join(sorted(quantities))}; accepted: one quantity"
        )
    quantity: Any = quantities.pop()
    baselines: dict[str, _Fits] = {
        BASELINES[0]: LastYearPoisson(quantity),
        BASELINES[1]: HalfAndHalf(quantity),
    }
    baselines = {name: model for name, model in baselines.items() if name not in models}
    for task in tasks(baselines):
        done[task.name, task.origin] = _one(task)
    names = [*models, *baselines]

    def gather(part: str) -> pd.DataFrame:
        tables = []
        for origin in when:
            for name in names:
                table = getattr(done[name, origin][1], part)
                if len(table):
                    tables.append(table.assign(model=name, origin=origin))
        if not tables:
            return pd.DataFrame()
        found = pd.concat(tables, ignore_index=True)
        first = [c for c in ("model", "origin", "region", "target", "period") if c in found]
        return found[first + [column for column in found if column not in first]]

    panel = tally.panel(quantity)
    return Backtest(
        scores=gather("cells"),
        worlds=gather("world"),
        chances=gather("events"),
        models=tuple(names),
        origins=tuple(when),
        quantity=quantity,
        horizon=horizon,
        every=tally.every,
        level=level,
        at_least=at_least,
        recent=_recent(panel, when),
        not_watched=_not_watched(tally, panel, when, horizon),
        notes=tally.notes,
    )


def _run(work: list[_Task], n_jobs: int, progress: bool) -> Iterator[tuple[str, Scored]]:
    from joblib import Parallel, delayed
    from tqdm import tqdm

    if n_jobs == 1:
        answers: Iterable[tuple[str, Scored]] = map(_one, work)
    else:
        answers = Parallel(n_jobs=n_jobs, return_as="generator")(delayed(_one)(t) for t in work)
    yield from tqdm(answers, total=len(work), desc="backtest", disable=not progress)


def _one(task: _Task) -> tuple[str, Scored]:
    try:
        fitted = task.model.fit(task.tally.until(task.origin))
        if hasattr(fitted, "lethality"):
            answer = fitted.forecast(task.horizon, rng=task.seed)
        else:
            answer = fitted.forecast(task.horizon, draws=task.draws, rng=task.seed)
    except Exception as problem:
        problem.add_note(f"in a backtest: model {task.name!r} at origin {task.origin}")
        raise
    deadly = pd.DataFrame()
    if isinstance(answer, RiskForecast):
        forecast = answer.attacks
        chance = answer.chance(task.at_least)["estimate"]
        deadly = events(chance, task.tally, task.origin, task.horizon, task.at_least)
    elif isinstance(answer, Forecast):
        forecast = answer
    else:
        raise TypeError(
            f"model {task.name!r} forecasts a {type(answer).__name__}; accepted: Forecast, "
            "RiskForecast"
        )
    quantity: Any = forecast.quantity
    ahead = pd.period_range(task.origin + 1, periods=task.horizon, name="period")
    cells, world = score(
        forecast,
        task.tally.panel(quantity)[ahead],
        task.tally.watched[ahead],
        level=task.level,
        seed=task.seed,
        exact=fitted if isinstance(fitted, SteadyResult) else None,
    )
    return forecast.quantity, Scored(cells, world, deadly)


def _recent(panel: pd.DataFrame, when: list[pd.Period]) -> pd.DataFrame:
    """Give the count of the two years before each origin, region x origin."""
    columns = {}
    periods = pd.PeriodIndex(panel.columns)
    for origin in when:
        first = (origin + 1).start_time - pd.DateOffset(years=2)
        inside = (periods.start_time >= first) & (periods <= origin)
        columns[origin] = panel.loc[:, inside].sum(axis=1)
    return pd.DataFrame(columns, index=panel.index)


def _not_watched(
    tally: Tally, panel: pd.DataFrame, when: list[pd.Period], horizon: int
) -> pd.DataFrame:
    """Count what could not be scored, by origin: cells, and totals of regions."""
    rows = []
    for origin in when:
        ahead = pd.period_range(origin + 1, periods=horizon, name="period")
        unseen = ((tally.watched[ahead] < 1 - 1e-9) | panel[ahead].isna()).to_numpy()
        rows.append((int(unseen.sum()), int(unseen.any(axis=1).sum())))
    return pd.DataFrame(rows, index=pd.Index(when, name="origin"), columns=["periods", "totals"])
