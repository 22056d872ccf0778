"""Attacks as models of tolls take them, from incidents or a tally, with what is known of both."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from riskkit.counts import Tally
from riskkit.incidents import source_facts
from riskkit.incidents.coverage import SourceFacts

__all__ = ["STARTS_AT_ONE", "Attacks", "over_days"]

STARTS_AT_ONE = "Only attacks that killed: deaths per attack start at one."


@dataclass(frozen=True, eq=False)
class Attacks:
    """Rows of incidents or of a tally, and what their source tells.

    Parameters
    ----------
    table : pandas.DataFrame
        Incidents; or the counts of a tally, with ``year``.
    over_days : array of bool
        Which rows are sums of attacks.
    deadly_only : bool
        Whether the source collects deadly attacks only.
    notes : tuple of str
        Caveats of the source, or of the tally.
    sources : tuple of SourceFacts
        The sources of the incidents; none of a tally, which has told what mixing them means.
    """

    table: pd.DataFrame
    over_days: NDArray[np.bool_]
    deadly_only: bool
    notes: tuple[str, ...]
    sources: tuple[SourceFacts, ...] = ()

    @classmethod
    def of(cls, given: pd.DataFrame | Tally) -> Attacks:
        """Open incidents or a tally.

        Raises
        ------
        TypeError
            If it is neither.
        """
        if isinstance(given, Tally):
            rows = given.counts.reset_index(drop=True)
            rows = rows.assign(year=pd.PeriodIndex(rows["period"]).year)
            return cls(rows, over_days(rows), given.deadly_only, given.notes)
        if not isinstance(given, pd.DataFrame):
            kind = type(given)
            raise TypeError(
                f"incidents is a {kind.__module__}.{kind.__name__}; accepted: a pandas DataFrame, "
                "or a Tally, which riskkit.tally makes of tables of any engine"
            )
        rows = given.reset_index(drop=True)
        names = sorted(rows["source"].dropna().unique()) if "source" in rows else []
        facts = [source_facts(name) for name in names]
        notes = [note for fact in facts for note in fact.notes]
        deadly = [fact.title for fact in facts if fact.deadly_only]
        notes += [f"{title} collects deadly events only." for title in deadly]
        return cls(rows, over_days(rows), bool(deadly), tuple(dict.fromkeys(notes)), tuple(facts))


def over_days(table: pd.DataFrame) -> NDArray[np.bool_]:
    """Tell which rows ran over days, and so are sums of attacks: ``days`` or ``multi_day`` says.

    Examples
    --------
    >>> over_days(pd.DataFrame({"days": pd.array([1, 30, None], dtype="Int64")})).tolist()
    [False, True, False]
    """
    if "multi_day" in table:
        return table["multi_day"].to_numpy(bool)
    if "days" in table:
        return (table["days"] > 1).fillna(False).to_numpy(bool)
    return np.zeros(len(table), dtype=bool)
