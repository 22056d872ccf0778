"""Chances of a tail under several laws, each resample weighing them by AIC or BIC."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from riskkit.kernels.streams import stream
from riskkit.lethality.compare import weights_of
from riskkit.lethality.distributions import (
    Discrete,
    DiscreteGeneralisedPareto,
    Geometric,
    Lognormal,
    PowerLawWithCutoff,
    StretchedExponential,
)
from riskkit.lethality.resample import Histogram, bootstrap, fit_histogram, in_blocks, resamples
from riskkit.results import Estimate

__all__ = ["AVERAGED", "Averaged", "average_tails", "chance_of_one"]

Array = NDArray[np.float64]

# The laws beside the power law. Together they reach from tails without a mean to tails that end.
# The Poisson and the negative binomial are left out: the cutoff with a negative exponent is as
# good. The Poisson-lognormal is left out: from any xmin on it is nearly the lognormal, whose vote
# would count twice.
AVERAGED: tuple[type[Discrete], ...] = (
    PowerLawWithCutoff,
    Lognormal,
    StretchedExponential,
    Geometric,
    DiscreteGeneralisedPareto,
)
# A search that ends this far under the power law, in log likelihood, may have lost its way.
LOST = 1.0


@dataclass(frozen=True, eq=False)
class Averaged:
    """Shares of events that reach a toll, by resample and law.

    Parameters
    ----------
    names : tuple of str
        The power law, then the others.
    reached : array of float, shape (replicates, laws)
        Share of all events that reach the toll, by each law.
    weights : array of float, shape (replicates, laws)
        Of each law in each resample; rows add up to one.
    picked : array of int, shape (replicates,)
        The law that each resample stands for, drawn by its weights.
    """

    names: tuple[str, ...]
    reached: Array
    weights: Array
    picked: NDArray[np.intp]

    @property
    def groups(self) -> list[str]:
        """Names of `columns`."""
        return ["average", *self.names]

    @property
    def columns(self) -> Array:
        """Shares by the law picked in each resample, then by each law."""
        return np.column_stack(
            [self.reached[np.arange(len(self.picked)), self.picked], self.reached]
        )

    def note(self, criterion: str) -> str:
        """Tell the mean weights."""
        means = zip(self.names, self.weights.mean(axis=0), strict=True)
        listed = ", ".join(f"{name} {weight:.2f}" for name, weight in means)
        return f"Weights by {criterion.upper()}, mean over the resamples: {listed}."


def average_tails(
    data: Histogram,
    xmin: int | None,
    at_least: int,
    criterion: Literal["aic", "bic"],
    replicates: int,
    seed: int,
    n_jobs: int,
    progress: bool,
) -> Averaged:
    r"""Fit the power law and its alternatives to resamples, all from one xmin on.

    In each resample xmin is chosen by the power law (unless it is given), every law is fitted to
    the tail from there on, and law k weighs

    .. math:: w_k = \frac{e^{-\text{AIC}_k / 2}}{\sum_j e^{-\text{AIC}_j / 2}}.

    The resamples are those of `bootstrap` with the same seed.

    Parameters
    ----------
    data : Histogram
        The data.
    xmin : int or None
        Fixed, or chosen again in every resample.
    at_least : int
        The toll.
    criterion : {"aic", "bic"}
        What the weights are made of.
    replicates : int
        Number of resamples.
    seed : int
        Of the streams.
    n_jobs : int
        Workers; the numbers don't depend on it.
    progress : bool
        Whether to show a bar on stderr.

    Returns
    -------
    Averaged

    References
    ----------
    Buckland, S. T., Burnham, K. P. and Augustin, N. H. (1997). Model selection: an integral part
    of inference. https://doi.org/10.2307/2533961
    """
    starts = np.unique(bootstrap(data, xmin, replicates, seed, n_jobs).xmin).astype(int)
    near = {start: _near(data, start) for start in starts if start < at_least}
    size = 1 + len(AVERAGED)

    def block(rng: np.random.Generator, count: int) -> Array:
        rows = []
        for values, times in resamples(data, rng, count):
            start, alpha, _ = fit_histogram(values, times, xmin)
            inside = values >= start
            x, weights = values[inside].astype(float), times[inside]
            if at_least <= start or len(x) < 2:
                # A body is counted, and a tail of one toll has one law: it all is on that toll.
                share = float(times[values >= at_least].sum()) / data.events
                rows.append(np.append(np.full(size, share), np.eye(size)[0]))
            else:
                rows.append(_one(x, weights, start, alpha, at_least, near[start], criterion))
                rows[-1][:size] *= weights.sum() / data.events
        return np.array(rows)

    # The name is the bootstrap's, and so the resamples are.
    table = in_blocks(block, replicates, seed, "bootstrap", n_jobs, progress)
    reached, weights = table[:, :size], table[:, size:]
    # One uniform in each of as many equal steps: the shares of the laws have hardly any noise.
    rng = stream(seed, "tail", "average")
    steps = (rng.permutation(replicates) + rng.random(replicates)) / replicates
    picked = (weights.cumsum(axis=1) < steps[:, None]).sum(axis=1).clip(max=size - 1)
    names = ("power law", *(law.name for law in AVERAGED))
    return Averaged(names, reached, weights, picked)


def chance_of_one(
    reached: Array,
    groups: list[str],
    at_least: int,
    events: float,
    notes: list[str],
) -> Estimate:
    """Turn shares of events that reach a toll into chances of one among so many.

    Parameters
    ----------
    reached : array of float, shape (replicates, groups)
        Shares of all events.
    groups : list of str
        Names of the columns.
    at_least : int
        The toll.
    events : float
        How many events.
    notes : list of str
        Caveats.

    Returns
    -------
    Estimate
    """
    with np.errstate(divide="ignore"):
        chances = -np.expm1(events * np.log1p(-np.minimum(reached, 1.0)))
    error = chances[:, 0].std() / math.sqrt(len(chances))
    notes.append(
        f"{len(chances):,} resamples: the estimate's simulation error is {error:.2g} (one "
        "standard error)."
    )
    return Estimate(
        chances,
        pd.Index(groups),
        f"chance of at least one event with {at_least:,} or more deaths",
        f"chance among {events:,} events",
        tuple(notes),
    )


def _near(data: Histogram, start: int) -> dict[type[Discrete], Array]:
    """Parameters of each law fitted to the data, where searches in resamples start."""
    inside = data.values >= start
    if inside.sum() < 2:
        return {}
    values, counts = data.values[inside], data.counts[inside]
    return {law: law(start).fit(values, counts).params.to_numpy() for law in AVERAGED}


def _one(
    x: Array,
    weights: Array,
    start: int,
    alpha: float,
    at_least: int,
    near: dict[type[Discrete], Array],
    criterion: str,
) -> Array:
    """Chances to reach the toll from xmin on, by law, and their weights."""
    from riskkit.kernels import zeta

    n = weights.sum()
    llf = -n * np.log(zeta.scaled_zeta(alpha, float(start))) - alpha * weights @ np.log(x / start)
    heights, sizes = [float(llf)], [1]
    chances = [zeta.survival(float(at_least), alpha, float(start))]
    for family in AVERAGED:
        law = family(start)
        starts = np.column_stack([near[family], law._starts(x, weights)])
        score = law._score(x, weights)
        peak = law._highest(score, starts, 1)
        if peak.height * n < llf - LOST:
            peak = law._highest(score, starts, 3)
        params = law._to_params(peak.free)
        heights.append(peak.height * n)
        sizes.append(len(params))
        chances.append(float(law.sf(at_least, params)))
    penalty = 2.0 if criterion == "aic" else np.log(n)
    return np.append(chances, weights_of(penalty * np.array(sizes) - 2 * np.array(heights)))
