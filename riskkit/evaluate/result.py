"""What a backtest found."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from riskkit.evaluate import calibration, compare, paired
from riskkit.evaluate.conformal import Conformal
from riskkit.evaluate.tails import waiting, walk
from riskkit.kernels.streams import RNGLike
from riskkit.results import check_level

__all__ = ["Backtest"]


@dataclass(frozen=True, eq=False, repr=False)
class Backtest:
    """Scores of forecasts made at past dates.

    Parameters
    ----------
    scores : pandas.DataFrame
        One row a model, origin, region and target (each ``period``, and the ``total`` over the
        horizon): observed, estimate, lower, upper, hit (the chance that the randomised PIT is
        inside the interval's tails), crps, fair_crps, expected_crps (what the forecast itself
        expects of its fair CRPS), log1p_crps, log_score, ignorance, interval_score,
        dawid_sebastiani (these two of the draws, as ignorance), chance (of one or more), draws,
        below and above (how many draws were less and more than what came), largest (draw),
        pit_lower, pit_upper, the further scores asked for, pit.
    bounds : ndarray of int, shape (rows of scores, 2, tails)
        What each forecast has below and above small shares; for `conformal`.
    worlds : pandas.DataFrame
        One row a model and origin: the same for the total over all regions scored, and the
        energy score of all regions' totals together.
    chances : pandas.DataFrame
        Of models that forecast deaths: the chance of at least one attack killing ``at_least``
        or more, the region's past share, and whether it happened. Empty for others.
    models : tuple of str
        Names, the baselines last.
    baselines : tuple of str
        Those of them that skill is against, unless asked.
    origins : tuple of pandas.Period
        The periods after which forecasts begin.
    quantity : str
        What was forecast.
    horizon : int
        Periods ahead.
    delay : int
        Periods up to the origin, it too, that the models did not know.
    every : str
        The length of a period, in a word.
    level : float
        Of the intervals.
    at_least : int
        Deaths in one attack, of ``chances``.
    recent : pandas.DataFrame
        Region x origin: the count of the last two years that were known.
    not_watched : pandas.DataFrame
        By origin: cells and totals that were not scored since they were not wholly watched.
    notes : tuple of str
        Caveats that every table and plot prints.
    """

    scores: pd.DataFrame
    bounds: np.ndarray
    worlds: pd.DataFrame
    chances: pd.DataFrame
    models: tuple[str, ...]
    baselines: tuple[str, ...]
    origins: tuple[pd.Period, ...]
    quantity: str
    horizon: int
    delay: int
    every: str
    level: float
    at_least: int
    recent: pd.DataFrame
    not_watched: pd.DataFrame
    notes: tuple[str, ...] = ()

    def to_frame(self, target: Literal["total", "period"] = "total") -> pd.DataFrame:
        """Give the scores of one target, a row a model, origin and region.

        Parameters
        ----------
        target : {"total", "period"}
            The total over the horizon, or each period.

        Returns
        -------
        pandas.DataFrame
        """
        if target not in ("total", "period"):
            raise ValueError(f'target is {target!r}; accepted: "total" or "period"')
        return self.scores[self.scores["target"] == target].reset_index(drop=True)

    def compare(
        self,
        *,
        by: Literal["origin", "region", "ahead"] | None = None,
        target: Literal["total", "period"] = "total",
        without: Literal["largest"] | Sequence[str] = (),
        against: str | Sequence[str] | None = None,
        busy: int = 12,
    ) -> pd.DataFrame:
        """Compare the models, a row each.

        Parameters
        ----------
        by : {"origin", "region", "ahead"}, optional
            A row for each origin or region and model, or for each number of periods ahead: then
            it is the periods that are scored.
        target : {"total", "period"}
            The total over the horizon, or each period.
        without : "largest" or sequence of str
            Regions left out; the largest is the one where most happened.
        against : str or sequence of str, optional
            Models that skill is against; by default the baselines.
        busy : int
            ``hit_rate_busy`` is of regions with so many in the two years before the origin.

        Returns
        -------
        pandas.DataFrame
            ``crps`` (mean, in the unit of the counts), ``skill_last_year`` and the like (1 -
            crps / that of the baseline; above zero is better), ``log_score`` (nats),
            ``log1p_crps``, ``fair_crps``, ``ignorance`` (bits, bins of VIEWS),
            ``interval_score``, the further scores asked for, ``hit_rate`` with ``hit_error``
            (binomial), ``hit_rate_busy``, ``hit_error_busy``, ``n_busy``, ``n``, ``origins``,
            ``regions``.

        Raises
        ------
        ValueError
            If ``by``, ``target``, or a name in ``without`` or ``against`` is not accepted.
        """
        table = self.to_frame("period" if by == "ahead" else target)
        names = self.baselines if against is None else against
        return compare.table(
            table, self.models, self.recent, by=by, without=without, busy=busy,
            against=[names] if isinstance(names, str) else list(names),
        )  # fmt: skip

    def differences(
        self,
        against: str = "last year",
        *,
        score: str = "crps",
        by: Literal["origin"] | None = None,
        target: Literal["total", "period"] = "total",
    ) -> pd.DataFrame:
        """Set each model's score beside that of one of them on the same cells.

        Parameters
        ----------
        against : str
            The model that is taken off the others.
        score : str
            ``"crps"``, ``"fair_crps"``, ``"log1p_crps"``, ``"log_score"``, ``"ignorance"``,
            ``"interval_score"``, ``"dawid_sebastiani"``, or one of the further scores asked
            for. Smaller is better in all: a difference below zero speaks for the model.
        by : {"origin"}, optional
            The mean difference of each origin, origin x model, without errors.
        target : {"total", "period"}
            The total over the horizon, or each period.

        Returns
        -------
        pandas.DataFrame
            A row a model: ``difference`` (mean, in the score's unit), ``error`` (standard error
            clustered both by region and by origin), ``error_region``, ``error_origin`` (one
            way), ``p_value`` (Student's t, the fewer of regions and origins less one degrees of
            freedom), ``diebold_mariano`` and ``diebold_mariano_p`` (of the origins' means),
            ``better_origins``, ``origins``, ``regions``. Below ten origins the p-values are
            NaN: look at ``by="origin"``.

        References
        ----------
        Cameron, Gelbach & Miller (2011), doi:10.1198/jbes.2010.07136; Diebold & Mariano (1995),
        doi:10.1080/07350015.1995.10524599.
        """
        table = self.to_frame(target)
        if by == "origin":
            return paired.by_origin(table, self.models, against, score)
        if by is not None:
            raise ValueError(f'by is {by!r}; accepted: "origin", None')
        return paired.difference_table(table, self.models, against, score, self.horizon)

    def confidence_set(
        self,
        *,
        score: str = "crps",
        target: Literal["total", "period"] = "total",
        repeats: int = 2000,
        rng: RNGLike = 0,
    ) -> pd.Series:
        """Give each model's p-value in the model confidence set of the origins' mean scores.

        Parameters
        ----------
        score : str
            As in `differences`: by which models are judged.
        target : {"total", "period"}
            The total over the horizon, or each period.
        repeats : int
            Series resampled in blocks.
        rng : int, numpy.random.Generator or None
            Seed.

        Returns
        -------
        pandas.Series
            By model. The 90% set holds the models above 0.1; the best has 1.

        Raises
        ------
        ValueError
            Below ten origins.

        References
        ----------
        Hansen, Lunde & Nason (2011), doi:10.3982/ECTA5771.
        """
        table = self.to_frame(target)
        return paired.confidence(table, self.models, score, self.horizon, repeats, rng)

    def conformal(
        self,
        model: str | None = None,
        *,
        level: float | None = None,
        target: Literal["total", "period"] = "total",
        rate: float = 0.3,
        groups: Sequence[int] = (1, 12),
    ) -> Conformal:
        """Adjust a model's intervals at each origin by how often they were missed before it.

        Parameters
        ----------
        model : str, optional
            By default the first.
        level : float, optional
            Of the intervals; by default the backtest's.
        target : {"total", "period"}
            The total over the horizon, or each period.
        rate : float
            How far one horizon's outcomes move the share asked for, per share missed too much;
            origins whose horizons overlap move it by their part. A large one learns fast and
            wavers.
        groups : sequence of int
            Edges of groups of regions, by their count in the last two years; each learns apart,
            since quiet regions would hide what is missed in busy ones. ``()`` is one group.

        Returns
        -------
        Conformal

        Raises
        ------
        ValueError
            If there is no such model, or the rate or groups are not accepted.

        References
        ----------
        Gibbs & Candès (2021), arXiv:2106.00170.
        """
        name = self.models[0] if model is None else model
        if name not in self.models:
            raise ValueError(f"model is {model!r}; accepted: {', '.join(self.models)}")
        if not rate > 0:
            raise ValueError(f"rate is {rate}; accepted: above 0")
        share = check_level(self.level if level is None else level)
        here = ((self.scores["model"] == name) & (self.scores["target"] == target)).to_numpy()
        if not here.any():
            raise ValueError(f'target is {target!r}; accepted: "total" or "period"')
        wait = self.horizon + self.delay
        late = waiting(self.origins, wait)
        step = rate / (1 + late)
        cells, steps = walk(
            self.scores[here], self.bounds[here], self.recent, origins=self.origins,
            wait=wait, level=share, rate=step, edges=groups,
        )  # fmt: skip
        return Conformal(
            cells, steps, name, self.quantity, target, share, step, tuple(groups), self.horizon,
            self.delay, late,
        )  # fmt: skip

    def world(self) -> pd.DataFrame:
        """Give the total over all regions by model and origin, and whether its interval hit.

        Returns
        -------
        pandas.DataFrame
            Indexed by model and origin: observed, estimate, lower, upper, inside, hit, crps,
            energy_score (of all regions' totals together, fair, from 500 draws), regions.
        """
        table = self.worlds.assign(
            inside=self.worlds["observed"].between(self.worlds["lower"], self.worlds["upper"])
        )
        columns = ["observed", "estimate", "lower", "upper", "inside", "hit", "crps"]
        columns += ["energy_score", "regions"]
        table = table.sort_values("model", kind="stable", key=self._order)
        return table.set_index(["model", "origin"])[columns]

    def brier(self) -> pd.DataFrame:
        """Score the chances of a deadly attack against those from each region's own past.

        Returns
        -------
        pandas.DataFrame
            Indexed by model: ``brier``, ``brier_past`` (the region's past share with add-half),
            ``skill``, the mean ``chance``, the share that ``happened``, ``n``.

        Raises
        ------
        ValueError
            If no model forecasts deaths.
        """
        return calibration.brier_table(self._deadly())

    def reliability(self, model: str | None = None, bins: int = 10) -> pd.DataFrame:
        """Set the chances of a deadly attack beside how often it came.

        Parameters
        ----------
        model : str, optional
            By default the first that forecasts deaths.
        bins : int
            Groups of about equal size.

        Returns
        -------
        pandas.DataFrame
            As `riskkit.evaluate.reliability` gives it.
        """
        table = self._deadly()
        name = table["model"].iloc[0] if model is None else model
        rows = table[table["model"] == name]
        if not len(rows):
            known = ", ".join(dict.fromkeys(table["model"]))
            raise ValueError(f"model is {name!r}; accepted: {known}")
        return calibration.reliability(rows["chance"], rows["happened"], bins=bins)

    def pit(self, target: Literal["total", "period"] = "total", bins: int = 10) -> pd.DataFrame:
        """Give the non-randomised PIT histogram of each model: flat where it is right.

        Parameters
        ----------
        target : {"total", "period"}
            The total over the horizon, or each period.
        bins : int
            Bins of equal width.

        Returns
        -------
        pandas.DataFrame
            Bin (its lower edge) x model: shares that sum to 1.
        """
        return calibration.pit_table(self.to_frame(target), self.models, bins)

    def _order(self, names: pd.Series) -> pd.Series:
        return pd.Series([self.models.index(name) for name in names], index=names.index)

    def _deadly(self) -> pd.DataFrame:
        if not len(self.chances):
            raise ValueError("no model of this backtest forecasts deaths; give it a RiskModel")
        return self.chances

    def __repr__(self) -> str:
        origins, regions = len(self.origins), self.scores["region"].nunique()
        return (
            f"Backtest of {self.quantity}: {origins} origin{'s' * (origins != 1)} from "
            f"{self.origins[0]} to {self.origins[-1]}, {self.horizon} {self.every}s ahead, "
            f"{regions} region{'s' * (regions != 1)}"
        )

    def _repr_html_(self) -> str:
        foot = "".join(f"<p><small>{note}</small></p>" for note in self.notes)
        return (
            f"<p><b>{self!r}</b></p>{self.compare().to_html(float_format='{:,.3g}'.format)}{foot}"
        )
