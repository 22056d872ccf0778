"""Tolls as whole numbers with weights; disputed ones have bounds and are drawn inside them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from riskkit.errors import MissingColumnError
from riskkit.kernels.streams import stream

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

    A best figure without bounds is certain. A bound without the other leaves that side open.

    Parameters
    ----------
    table : pandas.DataFrame
        As from ``tally.fatalities()``, or incidents: ``fatalities``, ``fatalities_low``,
        ``fatalities_high``; ``region`` and ``attacks`` if there are any.
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
    best = np.where(best < least, np.nan, best)
    high = np.where(high < least, np.nan, high)
    told = ~(np.isnan(best) & np.isnan(low) & np.isnan(high))
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
    r"""Draw one possible table of true tolls.

    A toll is drawn on the scale of :math:`\ln(x + 1/2)`: where there is a best figure, it is the
    median, with half of the chance spread evenly below it, down to low, and half above it, up to
    high; without one, the chance is spread evenly from low to high. Where only a lower bound is
    known, the toll is one of the certain tolls of all regions that are as high, or the bound.

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
    certain = (low == best) & (high == best)
    open_rows = np.flatnonzero(~certain)
    open_rows = open_rows[np.argsort(code[open_rows], kind="stable")]
    points = np.clip(attacks[open_rows].astype(int), 1, POINTS)
    row = np.repeat(open_rows, points)
    place = np.arange(len(row)) - np.repeat(np.cumsum(points) - points, points)
    region, sizes = np.unique(code[row], return_counts=True)
    random = [
        stream(number, "lethality", "tolls", str(regions[r])).random(size)
        for r, size in zip(region, sizes, strict=True)
    ]
    share = (place + np.concatenate([np.zeros(0), *random])) / np.repeat(points, points)
    deaths = _between(share, low[row], best[row], high[row])
    order = np.argsort(best[certain])
    known, times = best[certain][order], attacks[certain][order]
    for unbounded in open_rows[np.isinf(high[open_rows])]:
        mine = row == unbounded
        deaths[mine] = _from_known(share[mine], low[unbounded], known, times)
    weight = np.repeat(attacks[open_rows] / points, points)
    pairs = pd.DataFrame(
        {
            "region": np.concatenate([code[certain], code[row]]),
            "deaths": np.concatenate([best[certain], deaths]).astype(np.int64),
            "attacks": np.concatenate([attacks[certain], weight]),
        }
    )
    table = pairs.groupby(["region", "deaths"], as_index=False)["attacks"].sum()
    return Tolls(
        table["region"].to_numpy(np.intp),
        table["deaths"].to_numpy(np.int64),
        table["attacks"].to_numpy(float),
    )


def impute_tolls(bounds: pd.DataFrame, number: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Draw one possible table of true tolls, each attack on its own.

    As `draw_tolls`, but the attacks of one row are drawn independently rather than evenly
    spread: between tables, totals vary as much as what is not known. Where only a lower bound is
    known, the certain tolls are resampled first (approximate Bayesian bootstrap), so that they
    don't count as all that there is.

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
    rng = stream(number, "lethality", "imputed tolls")
    low, best, high, attacks = (
        bounds[name].to_numpy(float) for name in ("low", "best", "high", "attacks")
    )
    certain = low == high
    order = np.argsort(low[certain])
    known, times = low[certain][order], attacks[certain][order]
    donors = times
    if np.isinf(high).any() and len(known):
        donors = rng.multinomial(round(times.sum()), times / times.sum()).astype(float)
    tolls, counts = [known], [times]
    for row in np.flatnonzero(~certain):
        size = round(attacks[row])
        # Of many attacks, as many as fall on each of evenly spread points.
        points = min(size, POINTS)
        share = rng.random(points)
        count = np.ones(points)
        if size > POINTS:
            share = (np.arange(points) + share) / points
            count = rng.multinomial(size, np.full(points, 1 / points)).astype(float)
        if np.isinf(high[row]):
            drawn = _from_known(share, low[row], known, donors)
        else:
            drawn = _between(share, *np.full((3, points), [[low[row]], [best[row]], [high[row]]]))
        tolls.append(drawn)
        counts.append(count)
    deaths, at = np.unique(np.concatenate(tolls).astype(np.int64), return_inverse=True)
    total = np.bincount(at, np.concatenate(counts), len(deaths))
    return deaths, np.rint(total).astype(np.int64)


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
    low: float,
    known: NDArray[np.float64],
    times: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Quantiles of the known tolls that reach a lower bound."""
    start = np.searchsorted(known, low)
    cumulative = np.cumsum(times[start:])
    if not len(cumulative) or cumulative[-1] == 0:
        return np.full(len(share), low)
    at = np.searchsorted(cumulative, share * cumulative[-1], side="right")
    return np.asarray(known[start:][np.minimum(at, len(cumulative) - 1)])
