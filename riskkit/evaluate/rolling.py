"""Fit at past dates, forecast, and score against what happened."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from riskkit.counts import Tally
from riskkit.evaluate.baselines import chosen
from riskkit.evaluate.origins import origins
from riskkit.evaluate.piece import Fits, Piece, Score, run_all
from riskkit.evaluate.result import Backtest
from riskkit.evaluate.scoring import Scored
from riskkit.evaluate.shelf import Shelf
from riskkit.forecast.history import Quantity
from riskkit.kernels.streams import RNGLike, entropy, stream
from riskkit.results import check_level

__all__ = ["backtest"]


def backtest(
    models: Mapping[str, Fits],
    tally: Tally,
    *,
    start: str | pd.Period,
    every: str = "year",
    horizon: int = 12,
    draws: int = 2000,
    level: float = 0.9,
    quantity: Quantity | None = None,
    at_least: int = 10,
    delay: int = 0,
    baselines: str | Sequence[str] = ("last year", "half and half"),
    scores: Mapping[str, Score] | None = None,
    rng: RNGLike = 0,
    n_jobs: int = 1,
    resume: str | Path | None = None,
    progress: bool = True,
) -> Backtest:
    """Refit models at past dates and score their forecasts against what happened.

    At each origin every model is fitted to ``tally.until(origin)``, so that it can't see what
    came after, and forecasts the next ``horizon`` periods. Only what was wholly watched is
    scored. Baselines run along, by default ``"last year"`` (last year's count as a Poisson)
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
        Last period of the first training tally; of a longer one its end.
    every : {"day", "week", "month", "quarter", "year"}
        From one origin to the next. Spans that overlap are not independent.
    horizon : int
        Periods ahead, counted in the tally's periods.
    draws : int
        Futures drawn from each forecast.
    level : float
        Of the intervals.
    quantity : {"attacks", "deaths"}, optional
        What is scored; by default what the models forecast, attacks of a RiskModel.
    at_least : int
        For a RiskModel: deaths of the event "at least one attack killing so many or more".
    delay : int
        Periods that were not yet reported at the origin: the model is fitted to
        ``tally.until(origin - delay)``, forecasts ``delay + horizon`` periods, and the last
        ``horizon`` of them are scored. What came late in part is taken for not known at all.
    baselines : str or sequence of str
        ``"last year"``, ``"half and half"``, ``"conflictology"`` (last year's values, each as
        likely), ``"last value"`` (as a Poisson), ``"climatology"``, ``"seasonal"``,
        ``"bootstrap"`` (values of all regions), ``"zero"``, or ``"all"``.
    scores : mapping of str to callable, optional
        Further scores: each takes what was observed (cells,) and draws (cells, n) and gives
        (cells,), smaller for better, as those of `riskkit.evaluate` do.
    rng : int, numpy.random.Generator or None
        Seed. The same seed gives the same numbers, whatever ``n_jobs`` is.
    n_jobs : int
        Workers (joblib); -1 is one for each processor.
    resume : str or pathlib.Path, optional
        Folder where each model's scores at each origin are kept as soon as they are made. A
        run that was broken off goes on where it was, with the same numbers. What is found there
        is used if model, data, seed, settings and versions are the same; a damaged file is made
        again. Of a model's code only its own class is compared: after other changes take
        another folder.
    progress : bool
        Whether to show a progress bar on stderr.

    Returns
    -------
    Backtest

    Raises
    ------
    ValueError
        If no model is given, the models forecast different quantities, ``start`` leaves no
        whole horizon, a baseline has no such name, or ``resume`` comes without a seed.

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
    if resume is not None and not isinstance(rng, int | np.integer):
        raise ValueError(f"rng is {rng!r}; accepted with resume: a whole number, to know it again")
    kinds = chosen(baselines)
    when = origins(tally.periods, start, every, horizon, delay)
    base = entropy(rng)
    seeds = [int(stream(base, "backtest", str(origin)).integers(2**62)) for origin in when]
    shelf = None if resume is None else Shelf.at(resume)
    done: dict[tuple[str, pd.Period], Scored] = {}

    def run(some: Mapping[str, Any], what: Quantity | None) -> None:
        work = [
            Piece(
                name, model, tally, origin, delay, horizon, what, draws, level, at_least,
                dict(scores or {}), seed,
            )
            for origin, seed in zip(when, seeds, strict=True)
            for name, model in some.items()
        ]  # fmt: skip
        keys = {}
        if shelf is not None:
            keys = {(piece.name, piece.origin): shelf.key(piece) for piece in work}
            for place, key in keys.items():
                if (found := shelf.get(key)) is not None:
                    done[place] = found
        left = [piece for piece in work if (piece.name, piece.origin) not in done]
        for place, scored in run_all(left, n_jobs, progress):
            if shelf is not None:
                shelf.put(keys[place], scored)
            done[place] = scored

    run(models, quantity)
    quantities = {scored.quantity for scored in done.values()}
    if len(quantities) > 1:
        raise ValueError(
            f"the models forecast {' and '.join(sorted(quantities))}; accepted: one quantity"
        )
    found: Any = quantities.pop()
    run({name: kind(found) for name, kind in kinds.items() if name not in models}, found)
    names = [*models, *(name for name in kinds if name not in models)]
    kept = [(done[name, origin], name, origin) for origin in when for name in names]
    panel = tally.panel(found)
    return Backtest(
        scores=_gather([(scored.cells, name, origin) for scored, name, origin in kept]),
        bounds=np.concatenate([scored.bounds for scored, _, _ in kept]),
        worlds=_gather([(scored.world, name, origin) for scored, name, origin in kept]),
        chances=_gather([(scored.events, name, origin) for scored, name, origin in kept]),
        models=tuple(names),
        baselines=tuple(kinds),
        origins=tuple(when),
        quantity=found,
        horizon=horizon,
        delay=delay,
        every=tally.every,
        level=level,
        at_least=at_least,
        recent=_recent(panel, when, delay),
        not_watched=_not_watched(tally, panel, when, horizon),
        notes=tally.notes,
    )


def _gather(parts: list[tuple[pd.DataFrame, str, Any]]) -> pd.DataFrame:
    """Put tables under each other, each with its model and origin."""
    tables = [
        table.assign(model=name, origin=origin) for table, name, origin in parts if len(table)
    ]
    if not tables:
        return pd.DataFrame()
    found = pd.concat(tables, ignore_index=True)
    first = [c for c in ("model", "origin", "region", "target", "period") if c in found]
    return found[first + [column for column in found if column not in first]]


def _recent(panel: pd.DataFrame, when: list[pd.Period], delay: int) -> pd.DataFrame:
    """Give the count of the last two years that were known at each origin, region x origin."""
    columns = {}
    periods = pd.PeriodIndex(panel.columns)
    for origin in when:
        last = origin - delay
        first = (last + 1).start_time - pd.DateOffset(years=2)
        inside = (periods.start_time >= first) & (periods <= last)
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
