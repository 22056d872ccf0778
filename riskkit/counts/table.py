"""The Tally: counts by region, period, marks and toll, with what was watched."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np
import pandas as pd

from riskkit.counts.panel import align, check_counts
from riskkit.counts.periods import name_of, read_period
from riskkit.incidents.coverage import Break

__all__ = ["MARKS", "TOLLS", "Tally"]

Quantity = Literal["attacks", "deaths"]

MARKS = ("target_group", "target_type", "attack_type")
TOLLS = ("fatalities", "fatalities_low", "fatalities_high")


@dataclass(frozen=True, eq=False, repr=False)
class Tally:
    """Counts of attacks, and all that the models need to know about them.

    Made by `riskkit.tally` from incidents, or by `Tally.from_panel` from counts.

    Parameters
    ----------
    counts : pandas.DataFrame
        One row for each combination that occurs of ``region``, ``period``, the marks,
        ``fatalities``, ``fatalities_low`` and ``fatalities_high`` (unknown is a level of its
        own), with ``attacks``, and the known ``injured`` and ``hostages`` added up. A column
        ``multi_day`` tells events that ran over days, which sum many attacks, from single ones.
        Region and marks are categories.
    watched : pandas.DataFrame
        Region x period: the share of the period in which the source was watching, 0 to 1.
    exposure : pandas.DataFrame
        Region x period: what the rate is per; 1 by default.
    parents : pandas.DataFrame
        Indexed by region: the enclosing columns, outermost first; no columns if not nested.
    unplaced : pandas.Series
        Rows that were not counted, by reason: rows in = attacks counted + unplaced.
    notes : tuple of str
        Caveats that every table and plot prints.
    breaks : tuple of Break
        Changes of the source's method inside the periods.
    marks : tuple of str
        The columns of ``counts`` that say what kind of attack it was.
    deadly_only : bool
        True if the source does not collect attacks that killed nobody.
    census : bool
        False if the rows are a selection, from which no rate follows.
    given : mapping of str to pandas.DataFrame
        Panels given as they are to `from_panel`.
    sources : pandas.Series
        Indexed by region: the source that it is of; empty unless ``by`` names ``source``.

    Examples
    --------
    >>> import pandas as pd
    >>> months = pd.period_range("2020-01", periods=3, freq="M")
    >>> counts = Tally.from_panel(attacks=pd.DataFrame([[2, 0, 1]], ["MLI"], months))
    >>> counts
    Tally: 3 attacks, 1 region, 3 months from 2020-01 to 2020-03
    >>> counts.panel("attacks").loc["MLI", "2020-03"].item()
    1.0
    """

    counts: pd.DataFrame
    watched: pd.DataFrame
    exposure: pd.DataFrame
    parents: pd.DataFrame
    unplaced: pd.Series
    notes: tuple[str, ...] = ()
    breaks: tuple[Break, ...] = ()
    marks: tuple[str, ...] = MARKS
    deadly_only: bool = False
    census: bool = True
    given: Mapping[Quantity, pd.DataFrame] = field(default_factory=dict)
    sources: pd.Series = field(default_factory=lambda: pd.Series(dtype="str"))

    @property
    def regions(self) -> pd.Index:
        """Unique text, those without attacks too."""
        return self.watched.index

    @property
    def periods(self) -> pd.PeriodIndex:
        """The periods counted, without holes: what was not watched has share 0."""
        return pd.PeriodIndex(self.watched.columns)

    @property
    def every(self) -> str:
        """The length of a period, in a word."""
        return name_of(self.periods)

    def panel(self, quantity: Quantity = "attacks") -> pd.DataFrame:
        """Give counts as a wide table, region x period.

        Parameters
        ----------
        quantity : {"attacks", "deaths"}
            Deaths are the known tolls added up. Where all tolls of a cell are unknown the cell
            is NaN; where some are, it is a lower bound, and ``notes`` says how many.

        Returns
        -------
        pandas.DataFrame of float
            NaN where the source was not watching at all.

        Raises
        ------
        ValueError
            If the tally does not hold the quantity.
        """
        if quantity not in ("attacks", "deaths"):
            raise ValueError(f'quantity is {quantity!r}; accepted: "attacks" or "deaths"')
        if self.given:
            if quantity not in self.given:
                raise ValueError(
                    f"this tally was made from a panel of {', '.join(self.given)} and holds no "
                    f"{quantity}"
                )
            return self.given[quantity].where(self.watched > 0)
        rows = self.counts
        values = rows["attacks"]
        if quantity == "deaths":
            values = (rows["fatalities"] * rows["attacks"]).astype("Float64")
        grid = np.zeros(self.watched.shape)
        at_region = self.regions.get_indexer(pd.Index(rows["region"]))
        at_period = self.periods.get_indexer(pd.PeriodIndex(rows["period"]))
        np.add.at(grid, (at_region, at_period), values.fillna(0).to_numpy(float))
        if quantity == "deaths":
            attacks, known = np.zeros_like(grid), np.zeros_like(grid)
            np.add.at(attacks, (at_region, at_period), rows["attacks"].to_numpy(float))
            np.add.at(known, (at_region, at_period), values.notna().to_numpy(float))
            grid[(attacks > 0) & (known == 0)] = np.nan
        panel = pd.DataFrame(grid, index=self.regions, columns=self.periods)
        return panel.where(self.watched > 0)

    def targets(self, by: str = "target_group") -> pd.DataFrame:
        """Give attacks by region and kind of target, or by another mark.

        Parameters
        ----------
        by : str
            One of ``marks``.

        Returns
        -------
        pandas.DataFrame
            ``region``, the mark, ``attacks``; unknown is a level of its own.

        Raises
        ------
        ValueError
            If the tally has no such mark.
        """
        if by not in self.marks:
            raise ValueError(f"no mark {by!r} in this tally; it has {', '.join(self.marks)}")
        sums = self.counts.groupby(["region", by], sort=True)[["attacks"]].sum().reset_index()
        return sums.astype({"region": "str", by: "str"})

    def fatalities(self, *, multi_day: bool = False) -> pd.DataFrame:
        """Give attacks by region and toll.

        Parameters
        ----------
        multi_day : bool
            False gives single attacks. True gives the events that ran over days: sums of many
            attacks, whose tolls belong to no tail. Where the source doesn't tell, an event is
            taken for a single attack.

        Returns
        -------
        pandas.DataFrame
            ``region``, ``fatalities``, ``fatalities_low``, ``fatalities_high`` (NA is
            unknown), ``attacks``.
        """
        rows = self.counts
        if "multi_day" in rows:
            rows = rows[rows["multi_day"] == multi_day]
        elif multi_day:
            rows = rows.iloc[:0]
        tolls = rows.groupby(["region", *TOLLS], sort=True, dropna=False)
        return tolls[["attacks"]].sum().reset_index().astype({"region": "str"})

    def breaks_of(self, region: str) -> tuple[Break, ...]:
        """Give the changes of method that concern a region: where it is of one source, its own.

        Parameters
        ----------
        region : str
            One of ``regions``.

        Returns
        -------
        tuple of Break
        """
        source = self.sources.get(region)
        return tuple(b for b in self.breaks if source is None or b.source in ("", source))

    def until(self, period: str | pd.Period) -> "Tally":
        """Give the tally as it stood at the end of a period.

        Parameters
        ----------
        period : str or pandas.Period
            The last period that is kept; of a longer one its last.

        Returns
        -------
        Tally

        Raises
        ------
        ValueError
            If the period is before the first one.
        """
        last = read_period(period, self.periods.freqstr, "end")
        kept = self.periods[self.periods <= last]
        if not len(kept):
            raise ValueError(
                f"until {last}: before the first period; this tally runs from "
                f"{self.periods[0]} to {self.periods[-1]}"
            )
        return replace(
            self,
            counts=self.counts[self.counts["period"] <= last].reset_index(drop=True),
            watched=self.watched[kept],
            exposure=self.exposure[kept],
            breaks=tuple(b for b in self.breaks if pd.Timestamp(b.date) <= last.end_time),
            given={name: panel[kept] for name, panel in self.given.items()},
        )

    def select(self, regions: Sequence[str]) -> "Tally":
        """Give the tally of some regions, in the order asked for.

        Parameters
        ----------
        regions : sequence of str
            Names as in ``regions``.

        Returns
        -------
        Tally
            Attacks of the other regions are added to ``unplaced``. Breaks of sources that none
            of the regions is of are dropped.

        Raises
        ------
        ValueError
            If a region is not in the tally or is named twice.
        """
        chosen = pd.Index([regions] if isinstance(regions, str) else list(regions), dtype="str")
        strange = chosen[~chosen.isin(self.regions)]
        if len(strange) or not chosen.is_unique:
            what = repr(strange[0]) if len(strange) else "a region named twice"
            raise ValueError(f"select: {what}; this tally has {', '.join(self.regions[:20])}, ...")
        chosen = chosen.rename("region")
        breaks = {change for region in chosen for change in self.breaks_of(region)}
        inside = self.counts["region"].isin(chosen)
        outside = int(self.counts.loc[~inside, "attacks"].sum())
        unplaced = self.unplaced.copy()
        if outside:
            unplaced["region not asked for"] = unplaced.get("region not asked for", 0) + outside
        return replace(
            self,
            counts=self.counts[inside].reset_index(drop=True),
            watched=self.watched.loc[chosen],
            exposure=self.exposure.loc[chosen],
            parents=self.parents.loc[chosen],
            unplaced=unplaced,
            breaks=tuple(change for change in self.breaks if change in breaks),
            given={name: panel.loc[chosen] for name, panel in self.given.items()},
            sources=self.sources[self.sources.index.isin(chosen)],
        )

    @classmethod
    def from_panel(
        cls,
        *,
        attacks: pd.DataFrame | None = None,
        deaths: pd.DataFrame | None = None,
        exposure: pd.DataFrame | pd.Series | None = None,
        watched: pd.DataFrame | None = None,
        notes: tuple[str, ...] = (),
    ) -> "Tally":
        """Make a tally from counts that were made elsewhere.

        Parameters
        ----------
        attacks, deaths : pandas.DataFrame
            Region x period (PeriodIndex columns), whole numbers; NaN is not watched. At least
            one of them; if both, of the same shape.
        exposure : pandas.DataFrame or pandas.Series, optional
            Region x period or by region; 1 by default.
        watched : pandas.DataFrame, optional
            Region x period, shares; 1 by default where there is a count.
        notes : tuple of str
            Caveats that every table and plot prints.

        Returns
        -------
        Tally

        Raises
        ------
        ValueError
            If a panel is missing, has other labels, or holds what is no count.
        """
        given: dict[Quantity, pd.DataFrame | None] = {"attacks": attacks, "deaths": deaths}
        panels = {name: check_counts(p, name) for name, p in given.items() if p is not None}
        if not panels:
            raise ValueError("neither attacks= nor deaths= was given; accepted: one or both")
        first = next(iter(panels.values()))
        regions, periods = first.index, pd.PeriodIndex(first.columns)
        seen = first.notna()
        for name, panel in panels.items():
            if not (panel.index.equals(regions) and panel.columns.equals(periods)):
                raise ValueError(f"{name} has other regions or periods than the first panel")
            seen &= panel.notna()
        share = seen.astype(float)
        if watched is not None:
            share = share * align(watched, regions, periods, "watched")
            if ((share < 0) | (share > 1)).any(axis=None):
                raise ValueError("watched has values outside 0 to 1; it is the share watched")
        rows = pd.DataFrame(
            {
                "region": pd.Series(dtype="category"),
                "period": pd.Series(dtype=pd.PeriodDtype(periods.freqstr)),
                **{name: pd.Series(dtype="category") for name in MARKS},
                **{name: pd.Series(dtype="Int64") for name in TOLLS},
                "attacks": pd.Series(dtype="int64"),
                **{name: pd.Series(dtype="Int64") for name in ("injured", "hostages")},
                "multi_day": pd.Series(dtype="bool"),
            }
        )
        return cls(
            counts=rows,
            watched=share,
            exposure=align(1.0 if exposure is None else exposure, regions, periods, "exposure"),
            parents=pd.DataFrame(index=regions),
            unplaced=pd.Series(dtype="int64", name="rows"),
            notes=notes,
            given=panels,
        )

    def __repr__(self) -> str:
        held: list[Quantity] = list(self.given) or ["attacks"]
        what = [f"{self.panel(quantity).sum(axis=None):,.0f} {quantity}" for quantity in held]
        regions, periods = self.watched.shape
        plural = "" if regions == 1 else "s"
        text = (
            f"Tally: {' and '.join(what)}, {regions} region{plural}, {periods} {self.every}s "
            f"from {self.periods[0]} to {self.periods[-1]}"
        )
        lost = int(self.unplaced.sum())
        return text + (f"; {lost:,} rows not counted, see unplaced" if lost else "")
