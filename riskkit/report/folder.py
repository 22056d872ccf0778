"""A folder of tables (CSV) and charts (PNG)."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Protocol, TypeVar

import pandas as pd
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from riskkit import plots
from riskkit.counts import Tally
from riskkit.lethality import LethalityResult
from riskkit.risk import RiskForecast

__all__ = ["Progress", "write_counts", "write_risk"]

Item = TypeVar("Item")
# Charts of single regions are drawn for so many of the busiest; mixes of targets for more.
_CHARTED = 3
_MIXES = 20


class Progress(Protocol):
    """Shows how far a walk over items has come, as `tqdm` does."""

    def __call__(self, items: Sequence[Item], what: str) -> Iterable[Item]:
        """Give the items one by one."""
        ...


def write_counts(tally: Tally, folder: Path) -> None:
    """Write what was counted: ``attacks.csv``, ``deaths.csv``, ``counts.png``, ``notes.txt``.

    Parameters
    ----------
    tally : Tally
        The counts; cells are empty where the source was not watching.
    folder : pathlib.Path
        Made if it isn't there; files of the same name are replaced.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for quantity in ("attacks", "deaths"):
        if not tally.given or quantity in tally.given:
            tally.panel(quantity).to_csv(folder / f"{quantity}.csv")
    _write_notes(tally.notes, folder)
    _save(plots.counts(tally), folder / "counts.png")


def write_risk(
    tally: Tally,
    risk: RiskForecast,
    folder: Path,
    *,
    level: float = 0.9,
    progress: Progress = lambda items, what: items,
) -> None:
    """Write the risk of each region as tables and charts, beside what was counted.

    Tables: ``risk.csv``, ``rates.csv``, ``forecast.csv``, ``exceedance.csv``, and
    ``targets.csv`` where any target is known. Charts: all regions together, and the busiest
    regions one by one. ``notes.txt`` holds the caveats.

    Parameters
    ----------
    tally : Tally
        What the models were fitted to.
    risk : RiskForecast
        What the periods ahead may bring.
    folder : pathlib.Path
        Made if it isn't there; files of the same name are replaced.
    level : float
        Of the intervals.
    progress : callable, optional
        Wraps what takes long, given the items and a word for them.
    """
    write_counts(tally, folder)
    _write_notes(risk.notes, folder)
    figures = _flat(risk.to_frame(level))
    figures.to_csv(folder / "risk.csv")
    risk.fitted.frequency.estimate(rng=risk.seed).to_frame(level).to_csv(folder / "rates.csv")
    risk.attacks.to_frame(level).to_csv(folder / "forecast.csv")
    if _targets_known(tally, risk):
        _flat(risk.targets(level)).to_csv(folder / "targets.csv")
    curves = [risk.exceedance(place, level) for place in progress(list(figures.index), "curves")]
    pd.concat(curves, ignore_index=True).to_csv(folder / "exceedance.csv", index=False)
    for name, chart in progress(list(_charts(tally, risk, level)), "charts"):
        file = re.sub(r"[^\w-]+", "_", name)
        _save(chart(), folder / f"{file}.png")


def _charts(
    tally: Tally, risk: RiskForecast, level: float
) -> Iterator[tuple[str, Callable[[], Axes]]]:
    """Give the name of each chart and what draws it."""
    fitted = risk.fitted
    rates = fitted.frequency.estimate(rng=risk.seed)
    yield "rates", partial(plots.rates, rates, level=level)
    order = rates.to_frame()["estimate"].sort_values(ascending=False).index
    if fitted.targets is not None and _targets_known(tally, risk):
        mix = fitted.targets.estimate(rng=risk.seed)
        busy = mix.groups.get_level_values(0).isin(order[:_MIXES])
        some = replace(mix, draws=mix.draws[:, busy], groups=mix.groups[busy])
        yield "targets", partial(plots.targets, some, level=level)
    yield "exceedance", partial(plots.exceedance, risk, level=level)
    yield "forecast", partial(plots.forecast, risk.attacks, history=tally)
    for place in order[:_CHARTED]:
        yield f"counts_{place}", partial(plots.counts, tally, place)
        yield f"exceedance_{place}", partial(plots.exceedance, risk, place, level=level)
        yield f"forecast_{place}", partial(plots.forecast, risk.attacks, place, history=tally)
        if isinstance(fitted.lethality, LethalityResult):
            yield (
                f"lethality_{place}",
                partial(plots.lethality, fitted.lethality, place, level=level, rng=risk.seed),
            )


def _targets_known(tally: Tally, risk: RiskForecast) -> bool:
    """Whether any target is known: else a mix would be the prior's and nothing more."""
    if risk.fitted.targets is None or "target_group" not in tally.marks:
        return False
    return bool((tally.targets()["target_group"] != "unknown").any())


def _save(ax: Axes, path: Path) -> None:
    figure = ax.get_figure(root=True)
    if isinstance(figure, Figure):
        figure.savefig(path, dpi=120)
        plt.close(figure)


def _flat(table: pd.DataFrame) -> pd.DataFrame:
    """Join the two rows of column names into one, as CSV files need."""
    names = [" ".join(map(str, pair)) for pair in table.columns]
    return table.set_axis(names, axis=1)


def _write_notes(notes: Iterable[str], folder: Path) -> None:
    (folder / "notes.txt").write_text("".join(f"{note}\n" for note in notes), encoding="utf-8")
