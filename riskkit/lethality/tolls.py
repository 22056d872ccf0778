"""Tolls as whole numbers with weights; disputed ones have bounds and are drawn inside them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from riskkit.errors import InvalidValueError, MissingColumnError
from riskkit.kernels.streams import stream
from riskkit.lethality.attacks import over_days
from riskkit.lethality.distributions.sample import COUNTS, LARGEST

__all__ = ["Tolls", "draw_tolls", "impute_tolls", "toll_bounds"]

# A row that stands for more attacks than this is drawn at so many evenly spread points.
POINTS = 1000


@dataclass(frozen=True, eq=False)
class Tolls:
    """Distinct tolls and how many attacks had them.

    Parameters
    ----------
    region : array of int
        Position of the region.
    deaths : array of int
        Killed in one attack.
    attacks : array of float
        Number of attacks.
    """

    region: NDArray[np.intp]
    deaths: NDArray[np.int64]
    attacks: NDArray[np.float64]


def toll_bounds(table: pd.DataFrame, least: int = 0) -> pd.DataFrame:
    """Give every row of a toll table bounds, and leave out those without any figure.

    Events that ran over days are left out too: they are sums of attacks.

    A best figure without bounds is certain. A bound without the other leaves that side open.

    Parameters
    ----------
    table : pandas.DataFrame
        As from ``tally.fatalities()``, or incidents: ``fatalities``, ``fatalities_low``,
        ``fatalities_high``; ``region``, ``attacks`` and ``days`` if there are any.
    least : int
        The smallest toll that the source collects: 0, or 1 where only deadly attacks are.

    Returns
    -------
    pandas.DataFrame
        ``region``, ``low``, ``best`` (NaN where unknown), ``high`` (infinite where no bound is
        known), ``attacks``. A best figure under `least` counts as unknown.

    Raises
    ------
    MissingColumnError
        If the table has no tolls.
    InvalidValueError
        If a toll is more than 2**53.

    Examples
    --------
    >>> table = pd.DataFrame({"region": ["A", "A"], "fatalities": [3, None],
    ...     "fatalities_low": [None, 2], "fatalities_high": [5, 9], "attacks": [1, 4]})
    >>> toll_bounds(table)[["low", "best", "high"]].values.tolist()
    [[3.0, 3.0, 5.0], [2.0, nan, 9.0]]
    """
    if "fatalities" not in table:
        raise MissingColumnError(
            f"table has no column fatalities; found {', '.join(map(str, table.columns))}; "
            "accepted: incidents, or tally.fatalities()"
        )
    rows = table.reindex(columns=["fatalities", "fatalities_low", "fatalities_high"])
    best, low, high = (
        rows[name].astype("Float64").to_numpy(dtype=float, na_value=np.nan) for name in rows
    )
    for name, figures in zip(rows, (best, low, high), strict=True):
        known = figures[np.isfinite(figures)]
        if (known > LARGEST).any():
            raise InvalidValueError(f"{name} holds {known.max()}; accepted: {COUNTS}")
    best = np.where(best < least, np.nan, best)
    high = np.where(high < least, np.nan, high)
    told = ~(np.isnan(best) & np.isnan(low) & np.isnan(high)) & ~over_days(table)
    # A figure outside its own bounds widens them.
    bounds = pd.DataFrame(
        {
            "region": table["region"].to_numpy() if "region" in table else "all",
            "low": np.maximum(np.fmin(np.where(np.isnan(low), best, low), best), least),
            "best": best,
            "high": np.fmax(np.where(np.isnan(high), best, high), best),
            "attacks": table["attacks"].to_numpy(dtype=float) if "attacks" in table else 1.0,
        }
    )
    bounds["low"] = bounds["low"].fillna(least)
    bounds["high"] = np.where(bounds["high"].notna(), bounds[["low", "high"]].max(axis=1), np.inf)
    return bounds[told & (bounds["attacks"] > 0)].reset_index(drop=True)


def draw_tolls(bounds: pd.DataFrame, regions: pd.Index, number: int) -> Tolls:
    r"""Draw one possible table of true tolls, each attack on its own.

    A toll is drawn on the scale of :math:`\ln(x + 1/2)`: where there is a best figure, it is the
    median, with half of the chance spread evenly below it, down to low, and half above it, up to
    high; without one, the chance is spread evenly from low to high. Where only a lower bound is
    known, the toll is one of the certain tolls of all regions that are as high, or the bound.
    Those are resampled first (approximate Bayesian bootstrap), so that they don't count as all
    that there is.

    Parameters
    ----------
    bounds : pandas.DataFrame
        From `toll_bounds`.
    regions : pandas.Index
        All regions.
    number : int
        Which draw: the same number gives the same table.

    Returns
    -------
    Tolls
        By region and toll, each pair once.
    """
    code = regions.get_indexer(pd.Index(bounds["region"]))
    low, best, high, attacks = (
        bounds[name].to_numpy(float) for name in ("low", "best", "high", "attacks")
    )
    certain = low == high
    settled, loose = np.flatnonzero(certain), np.flatnonzero(~certain)
    settled = settled[np.argsort(low[settled])]
    known, donors = low[settled], attacks[settled]
    if np.isinf(high[loose]).any() and len(known):
        again = stream(number, "lethality", "known tolls")
        drawn = again.multinomial(round(donors.sum()), donors / donors.sum())
        # Where none that is as high was drawn, those that there are decide.
        donors = drawn + 1e-9 * donors
    parts = [(code[settled], known, attacks[settled])]
    for region in np.unique(code[loose]):
        rows = loose[code[loose] == region]
        rng = stream(number, "lethality", "tolls", str(regions[region]))
        at, share, times = _each_attack(attacks[rows], rng)
        row = rows[at]
        deaths = np.where(
            np.isinf(high[row]),
            _from_known(share, low[row], known, donors),
            _between(share, low[row], best[row], high[row]),
        )
        parts.append((np.full(len(row), region), deaths, times))
    columns = (np.concatenate(column) for column in zip(*parts, strict=True))
    pairs = pd.DataFrame(dict(zip(("region", "deaths", "attacks"), columns, strict=True)))
    table = pairs.groupby(["region", "deaths"], as_index=False)["attacks"].sum()
    return Tolls(
        table["region"].to_numpy(np.intp),
        table["deaths"].to_numpy(np.int64),
        table["attacks"].to_numpy(float),
    )


def impute_tolls(bounds: pd.DataFrame, number: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    r"""Draw one possible table of true tolls, each attack on its own, of all regions together.

    A toll is drawn on the scale of :math:`\ln(x + 1/2)`: where there is a best figure, it is the
    median, with half of the chance spread evenly below it, down to low, and half above it, up to
    high; without one, the chance is spread evenly from low to high. Where only a lower bound is
    known, the toll is one of the certain tolls that are as high, or the bound. Those are
    resampled first (approximate Bayesian bootstrap), so that they don't count as all that there
    is.

    Parameters
    ----------
    bounds : pandas.DataFrame
        From `toll_bounds`.
    number : int
        Which draw: the same number gives the same table.

    Returns
    -------
    tuple of array of int
        Distinct tolls, and how many attacks had them.

    Examples
    --------
    >>> table = pd.DataFrame({"fatalities": [3, 10], "fatalities_low": [3, 8],
    ...     "fatalities_high": [3, 30], "attacks": [5, 4]})
    >>> deaths, attacks = impute_tolls(toll_bounds(table), number=0)
    >>> int(attacks.sum()), bool((deaths <= 30).all())
    (9, True)

    References
    ----------
    Rubin, D. B. and Schenker, N. (1986). https://doi.org/10.1080/01621459.1986.10478280
    """
    drawn = draw_tolls(bounds.assign(region="all"), pd.Index(["all"]), number)
    return drawn.deaths, np.rint(drawn.attacks).astype(np.int64)


def _each_attack(
    attacks: NDArray[np.float64], rng: np.random.Generator
) -> tuple[NDArray[np.intp], NDArray[np.float64], NDArray[np.float64]]:
    """Draw where each attack of each row lies: its row, a share from 0 to 1, how many lie there.

    Of very many attacks, as many as fall on each of evenly spread points.
    """
    size = np.maximum(np.rint(attacks), 1).astype(np.int64)
    points = np.minimum(size, POINTS)
    row = np.repeat(np.arange(len(attacks)), points)
    share, times = rng.random(len(row)), np.ones(len(row))
    for many in np.flatnonzero(size > POINTS):
        start, end = np.searchsorted(row, [many, many + 1])
        share[start:end] = (np.arange(POINTS) + share[start:end]) / POINTS
        times[start:end] = rng.multinomial(size[many], np.full(POINTS, 1 / POINTS))
    return row, share, times


def _between(
    share: NDArray[np.float64],
    low: NDArray[np.float64],
    best: NDArray[np.float64],
    high: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Quantiles of the toll: even on the log scale on either side of the median."""
    # Where nothing bounds it, the toll is drawn elsewhere.
    high = np.where(np.isinf(high), np.nan, high)
    start, end = np.log(low + 0.5), np.log(high + 1.5)
    middle = (start + end) / 2
    below = np.where(np.isnan(best), middle, np.log(best + 1.5))
    above = np.where(np.isnan(best), middle, np.log(best + 0.5))
    scale = np.where(
        share < 0.5,
        start + 2 * share * (below - start),
        above + (2 * share - 1) * (end - above),
    )
    return np.clip(np.floor(np.exp(np.nan_to_num(scale)) - 0.5), low, np.fmax(high, low))


def _from_known(
    share: NDArray[np.float64],
    low: NDArray[np.float64],
    known: NDArray[np.float64],
    times: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Quantiles of the known tolls that reach a lower bound; the bound where none does."""
    cumulative = np.concatenate([[0.0], np.cumsum(times)])
    below = cumulative[np.searchsorted(known, low)]
    above = cumulative[-1] - below
    at = np.searchsorted(cumulative, below + share * above, side="right") - 1
    return np.where(above > 0, np.append(known, np.nan)[np.minimum(at, len(known) - 1)], low)
