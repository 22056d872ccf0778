"""One model at one origin: fitted to what was known, and scored on what came."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from riskkit.counts import Tally
from riskkit.evaluate.scoring import Scored, events, score
from riskkit.forecast import SteadyResult
from riskkit.forecast.history import Quantity
from riskkit.results import Forecast
from riskkit.risk import RiskForecast

__all__ = ["Fits", "Piece", "Score", "run_all", "run_piece"]

Score = Callable[[ArrayLike, ArrayLike], np.ndarray]


class Fits(Protocol):
    """A model, a forecaster or a RiskModel."""

    def fit(self, tally: Tally) -> Any:
        """Learn from the tally; change nothing."""
        ...


@dataclass(frozen=True, eq=False)
class Piece:
    """One model at one origin.

    The model is given ``tally.until(origin - delay)`` and nothing else. It forecasts
    ``delay + horizon`` periods, of which the last ``horizon`` are scored.
    """

    name: str
    model: Fits
    tally: Tally
    origin: pd.Period
    delay: int
    horizon: int
    quantity: Quantity | None
    draws: int
    level: float
    at_least: int
    scores: Mapping[str, Score]
    seed: int


def run_piece(piece: Piece) -> Scored:
    """Fit, forecast and score.

    Parameters
    ----------
    piece : Piece

    Returns
    -------
    Scored

    Raises
    ------
    TypeError
        If the model forecasts neither a `Forecast` nor a `RiskForecast`.
    """
    horizon = piece.delay + piece.horizon
    try:
        fitted = piece.model.fit(piece.tally.until(piece.origin - piece.delay))
        if hasattr(fitted, "lethality"):
            answer = fitted.forecast(horizon, rng=piece.seed)
        else:
            answer = fitted.forecast(horizon, draws=piece.draws, rng=piece.seed)
    except Exception as problem:
        problem.add_note(f"in a backtest: model {piece.name!r} at origin {piece.origin}")
        raise
    deadly = pd.DataFrame()
    if isinstance(answer, RiskForecast):
        forecast = answer.deaths if piece.quantity == "deaths" else answer.attacks
        deadly = events(
            _deadly(answer, piece), piece.tally, piece.origin, piece.horizon, piece.at_least,
            delay=piece.delay,
        )  # fmt: skip
    elif isinstance(answer, Forecast):
        forecast = answer
    else:
        raise TypeError(
            f"model {piece.name!r} forecasts a {type(answer).__name__}; accepted: Forecast, "
            "RiskForecast"
        )
    if piece.quantity is not None and forecast.quantity != piece.quantity:
        raise ValueError(
            f"model {piece.name!r} forecasts {forecast.quantity}; asked for: {piece.quantity}"
        )
    quantity: Any = forecast.quantity
    ahead = pd.period_range(piece.origin + 1, periods=piece.horizon, name="period")
    kept = replace(
        forecast, draws=forecast.draws[:, :, piece.delay :], periods=forecast.periods[piece.delay :]
    )
    cells, bounds, world = score(
        kept,
        piece.tally.panel(quantity)[ahead],
        piece.tally.watched[ahead],
        level=piece.level,
        seed=piece.seed,
        exact=fitted if isinstance(fitted, SteadyResult) else None,
        more=piece.scores,
    )
    return Scored(forecast.quantity, cells, bounds, world, deadly)


def run_all(
    work: Sequence[Piece], n_jobs: int, progress: bool
) -> Iterator[tuple[tuple[str, pd.Period], Scored]]:
    """Run the pieces, each as soon as there is a worker for it, and give them as they are done.

    Parameters
    ----------
    work : sequence of Piece
    n_jobs : int
        Workers (joblib).
    progress : bool
        Whether to show a bar on stderr.

    Yields
    ------
    key : tuple
        Name and origin.
    scored : Scored
    """
    from joblib import Parallel, delayed
    from tqdm import tqdm

    if n_jobs == 1:
        answers: Iterable[tuple[tuple[str, pd.Period], Scored]] = map(_keyed, work)
    else:
        parallel = Parallel(n_jobs=n_jobs, return_as="generator_unordered")
        answers = parallel(delayed(_keyed)(piece) for piece in work)
    yield from tqdm(answers, total=len(work), desc="backtest", disable=not progress)


def _keyed(piece: Piece) -> tuple[tuple[str, pd.Period], Scored]:
    return (piece.name, piece.origin), run_piece(piece)


def _deadly(answer: RiskForecast, piece: Piece) -> pd.Series:
    """Give the chance of a deadly attack in the horizon, by region."""
    if not piece.delay:
        return answer.chance(piece.at_least)["estimate"]
    # The closed form is of the whole span, unreported periods too; here they are left out.
    worst = answer.largest.draws[:, :, piece.delay :].max(axis=2)
    return pd.Series((worst >= piece.at_least).mean(axis=0), index=answer.regions)
