"""What a revision model says of first tolls: chances, expected and settled tolls, with draws."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from riskkit.errors import InvalidValueError
from riskkit.kernels.grid import Grid
from riskkit.kernels.streams import RNGLike, entropy, stream
from riskkit.lethality.revision_draws import RevisionDraws, draw_parameters
from riskkit.results import Estimate, check_level

if TYPE_CHECKING:
    from riskkit.lethality.revision import RevisionModel

__all__ = ["RevisionResult"]

Array = NDArray[np.float64]
Whole = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class RevisionResult:
    """What was learned about revisions of tolls.

    Parameters
    ----------
    model : RevisionModel
        The settings.
    pairs : pandas.DataFrame
        Distinct known pairs: ``first``, ``settled``, ``times``.
    unknown : int
        Pairs of which a toll is not known, left out.
    counts : pandas.DataFrame
        By class of first tolls: ``pairs``, revised ``up``, revised ``down``.
    change, direction : Grid
        Posterior of (logit of the mean chance, log concentration) between the classes.
    increases : tuple of (float, float, Grid)
        Growth, its chance, and the posterior of (shape, log scale) given it.
    decreases : Grid
        Posterior of (logit of the mean share left, log concentration).
    """

    model: RevisionModel
    pairs: pd.DataFrame
    unknown: int
    counts: pd.DataFrame
    change: Grid
    direction: Grid
    increases: tuple[tuple[float, float, Grid], ...]
    decreases: Grid

    @property
    def nobs(self) -> int:
        """Pairs with both tolls known."""
        return int(self.counts["pairs"].sum())

    @property
    def revised(self) -> int:
        """Pairs whose tolls differ."""
        return int(self.counts[["up", "down"]].to_numpy().sum())

    @property
    def params(self) -> pd.Series:
        """Means of the parameters that all classes share, over the posterior."""
        return self._shared(2000, 0).mean().rename("estimate")

    def conf_int(self, level: float = 0.9, *, draws: int = 2000, rng: RNGLike = 0) -> pd.DataFrame:
        """Posterior intervals of the parameters that all classes share.

        Parameters
        ----------
        level : float
            The chance that an interval holds the truth, given the model and its priors.
        draws : int
            Draws of the parameters.
        rng : int, numpy.random.Generator or None
            Seed of the draws.

        Returns
        -------
        pandas.DataFrame
            ``lower`` and ``upper``, indexed as `params`.
        """
        edge = (1 - check_level(level)) / 2
        bounds = self._shared(draws, entropy(rng)).quantile([edge, 1 - edge]).T
        return bounds.set_axis(["lower", "upper"], axis=1)

    def parameters(self, draws: int = 2000, rng: RNGLike = None) -> RevisionDraws:
        """Draw parameters.

        Parameters
        ----------
        draws : int
            How many.
        rng : int, numpy.random.Generator or None
            Seed of the draws.

        Returns
        -------
        RevisionDraws
        """
        return draw_parameters(
            self.counts, self.change, self.direction, self.increases, self.decreases, draws, rng
        )

    def estimate(self, first: ArrayLike, draws: int = 2000, rng: RNGLike = None) -> Estimate:
        """Chance that a first toll is revised.

        Parameters
        ----------
        first : array of int
            First tolls.
        draws : int
            Draws of the parameters.
        rng : int, numpy.random.Generator or None
            Seed of the draws.

        Returns
        -------
        Estimate
            By first toll.
        """
        tolls = _checked(first)
        change = self.parameters(draws, rng).change[:, self._class(tolls)]
        return self._estimate(change, tolls, "chance that a first toll is revised")

    def chance(
        self, first: ArrayLike, at_least: int, draws: int = 2000, rng: RNGLike = None
    ) -> Estimate:
        """Chance that the settled toll is so high or higher.

        Parameters
        ----------
        first : array of int
            First tolls.
        at_least : int
            Deaths.
        draws : int
            Draws of the parameters.
        rng : int, numpy.random.Generator or None
            Seed of the draws.

        Returns
        -------
        Estimate
            By first toll.
        """
        if at_least != int(at_least):
            raise ValueError(f"at_least is {at_least}; accepted: a whole number")
        tolls, drawn = _checked(first), self.parameters(draws, rng)
        columns = [
            drawn.sf(int(toll), k, at_least, self._bound(toll))
            for toll, k in zip(tolls, self._class(tolls), strict=True)
        ]
        what = f"chance that the settled toll is {at_least:,} or more"
        return self._estimate(np.array(columns).T, tolls, what)

    def mean(self, first: ArrayLike, draws: int = 2000, rng: RNGLike = None) -> Estimate:
        """Expected settled toll, no toll being higher than the model's `largest`.

        Parameters
        ----------
        first : array of int
            First tolls.
        draws : int
            Draws of the parameters.
        rng : int, numpy.random.Generator or None
            Seed of the draws.

        Returns
        -------
        Estimate
            By first toll.
        """
        tolls, drawn = _checked(first), self.parameters(draws, rng)
        columns = [
            drawn.mean(int(toll), k, self._bound(toll))
            for toll, k in zip(tolls, self._class(tolls), strict=True)
        ]
        return self._estimate(np.array(columns).T, tolls, "expected settled toll", "deaths")

    def draw(self, first: ArrayLike, draws: int = 2000, rng: RNGLike = None) -> Whole:
        """Draw settled tolls: whole numbers that may turn out, each incident on its own.

        A row is one possible table of settled tolls. Fit a model to each of some rows and pool
        the fits by `riskkit.lethality.pool`.

        Parameters
        ----------
        first : array of int, shape (n,)
            First tolls.
        draws : int
            How many tables; each has its own parameters.
        rng : int, numpy.random.Generator or None
            Seed of the draws.

        Returns
        -------
        array of int, shape (draws, n)

        Examples
        --------
        >>> from riskkit.lethality import RevisionModel
        >>> revisions = RevisionModel().fit([2, 2, 3], [2, 5, 3], weights=[40, 9, 30])
        >>> revisions.draw([2, 3], draws=500, rng=1).shape
        (500, 2)
        """
        tolls, seed = _checked(first), entropy(rng)
        drawn = self.parameters(draws, seed)
        chance = stream(seed, "revision", "settled")
        out = np.empty((draws, len(tolls)), dtype=np.int64)
        for column, (toll, k) in enumerate(zip(tolls, self._class(tolls), strict=True)):
            out[:, column] = drawn.settle(int(toll), k, self._bound(toll), chance)
        return out

    def predict(
        self, first: ArrayLike, level: float = 0.9, draws: int = 4000, rng: RNGLike = 0
    ) -> pd.DataFrame:
        """What first tolls will come to.

        Parameters
        ----------
        first : array of int
            First tolls.
        level : float
            The chance that the interval means to hold the settled toll.
        draws : int
            Draws of settled tolls.
        rng : int, numpy.random.Generator or None
            Seed of the draws.

        Returns
        -------
        pandas.DataFrame
            By first toll: ``up`` and ``down`` (chances of a revision), ``mean``, ``median``,
            ``lower``, ``upper`` (whole numbers). An interval of whole numbers holds `level` or
            more.

        Examples
        --------
        >>> from riskkit.lethality import RevisionModel
        >>> revisions = RevisionModel().fit([2, 2, 3], [2, 5, 3], weights=[40, 9, 30])
        >>> revisions.predict([2], rng=1)[["median", "lower", "upper"]].values.tolist()
        [[2, 2, 6]]
        """
        edge = (1 - check_level(level)) / 2
        tolls, seed = _checked(first), entropy(rng)
        settled = self.draw(tolls, draws, seed)
        median, lower, upper = np.quantile(
            settled, [0.5, edge, 1 - edge], axis=0, method="inverted_cdf"
        )
        told = self.parameters(draws, seed)
        change, up = (part[:, self._class(tolls)] for part in (told.change, told.up))
        return pd.DataFrame(
            {
                "up": (change * up).mean(axis=0),
                "down": (change * (1 - up)).mean(axis=0),
                "mean": self.mean(tolls, draws, seed).draws.mean(axis=0),
                "median": median,
                "lower": lower,
                "upper": upper,
            },
            index=pd.Index(tolls, name="first"),
        )

    def correct(
        self,
        incidents: pd.DataFrame,
        *,
        fresh: ArrayLike | None = None,
        level: float = 0.9,
        draws: int = 4000,
        rng: RNGLike = 0,
    ) -> pd.DataFrame:
        """Turn fresh tolls into low, best and high, as all of lethality takes them.

        The best figure becomes the median of the settled toll, low and high the ends of its
        interval, wider where the table's own bounds are. Unknown tolls stay unknown.

        Parameters
        ----------
        incidents : pandas.DataFrame
            With ``fatalities``, and ``fatalities_low`` and ``fatalities_high`` if there are any.
        fresh : array of bool, optional
            Which rows have first tolls; all by default. The others stay as they are.
        level : float
            The chance between low and high. What lies beyond is cut: for far tails, use `draw`.
        draws : int
            Draws of settled tolls.
        rng : int, numpy.random.Generator or None
            Seed of the draws.

        Returns
        -------
        pandas.DataFrame
            A copy with the three columns replaced.

        Examples
        --------
        >>> from riskkit.lethality import RevisionModel
        >>> revisions = RevisionModel().fit([2, 2, 3], [2, 5, 3], weights=[40, 9, 30])
        >>> fresh = pd.DataFrame({"fatalities": [2, None]})
        >>> revisions.correct(fresh)["fatalities_high"].tolist()
        [6, <NA>]
        """
        rows = incidents.copy()
        for name in ("fatalities", "fatalities_low", "fatalities_high"):
            known = rows[name] if name in rows else pd.Series(pd.NA, rows.index)
            rows[name] = known.astype("Int64")
        chosen = rows["fatalities"].notna().to_numpy(bool)
        if fresh is not None:
            wanted = np.asarray(fresh, dtype=bool)
            if wanted.shape != (len(rows),):
                raise InvalidValueError(
                    f"fresh has shape {wanted.shape}; accepted: one entry for each of "
                    f"{len(rows)} rows"
                )
            chosen = chosen & wanted
        if not chosen.any():
            return rows
        tolls = rows.loc[chosen, "fatalities"].to_numpy(np.int64)
        different, at = np.unique(tolls, return_inverse=True)
        told = self.predict(different, level, draws, rng).iloc[at]
        low, high = rows.loc[chosen, "fatalities_low"], rows.loc[chosen, "fatalities_high"]
        median, lower, upper = (told[name].to_numpy() for name in ("median", "lower", "upper"))
        rows.loc[chosen, "fatalities"] = median
        rows.loc[chosen, "fatalities_low"] = np.minimum(low.fillna(10**15).to_numpy(int), lower)
        rows.loc[chosen, "fatalities_high"] = np.maximum(high.fillna(-1).to_numpy(int), upper)
        return rows

    def summary(self) -> str:
        """Tell what was learned, and from how much."""
        table = pd.concat([self.params, self.conf_int()], axis=1)
        lines = [
            f"{self.revised:,} of {self.nobs:,} first tolls were revised.",
            "",
            self.counts.to_string(),
            "",
            table.to_string(float_format=lambda value: f"{value:,.3g}"),
            "",
            f"Intervals are 90%. No settled toll is above {self.model.largest:,}.",
        ]
        if self.unknown:
            lines.append(f"{self.unknown:,} pairs with an unknown toll are left out.")
        return "\n".join(lines)

    def _class(self, first: Whole) -> NDArray[np.intp]:
        return np.asarray(np.searchsorted(self.model.classes, first, side="right") - 1)

    def _bound(self, first: int) -> int:
        return max(self.model.largest, int(first))

    def _shared(self, draws: int, seed: int) -> pd.DataFrame:
        told = self.parameters(draws, seed)
        change, up = (
            1 / (1 + np.exp(-grid.sample(draws, stream(seed, "revision", name))[0]))
            for name, grid in (("change", self.change), ("up", self.direction))
        )
        columns = {
            "revised": change,
            "up": up,
            "shape": told.shape,
            "scale": told.scale,
            "growth": told.growth,
            "left": told.left,
            "concentration": told.steady,
        }
        return pd.DataFrame(columns)

    def _estimate(
        self, draws: Array, first: Whole, quantity: str, unit: str = "chance"
    ) -> Estimate:
        notes = (f"From {self.nobs:,} pairs, {self.revised:,} of them revised.",)
        return Estimate(draws, pd.Index(first, name="first"), quantity, unit, notes)


def _checked(first: ArrayLike) -> Whole:
    tolls = np.atleast_1d(np.asarray(first, dtype=float)).ravel()
    wrong = ~np.isfinite(tolls) | (tolls < 0) | (tolls != np.floor(tolls))
    if wrong.any():
        raise InvalidValueError(
            f"first holds {tolls[wrong][0]}; accepted: whole numbers, 0 or more"
        )
    return tolls.astype(np.int64)
