"""What a file held, what was kept of it, and what was wrong."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from riskkit.incidents.check_html import check_html
from riskkit.incidents.coding_breaks import coding_breaks
from riskkit.incidents.findings import likely_doubles, odd_values, precision_table
from riskkit.incidents.schema import COLUMNS
from riskkit.incidents.sources import source_facts

__all__ = ["IncidentCheck", "check_incidents"]

_UNKNOWN = ("Unknown", "unknown")


@dataclass(frozen=True, eq=False, repr=False)
class IncidentCheck:
    """The account of one reading: every row of the file is kept or set aside.

    Parameters
    ----------
    name : str
        The file or table that was read.
    source : str
        Short name of the source.
    rows_in : int
        Records in the file, without its header and blank lines.
    kept : pandas.DataFrame
        The incidents table.
    set_aside : pandas.DataFrame
        One row a record that isn't in ``kept``: ``line``, ``reason``, ``expected`` (True where
        the layout is like that, False where something is wrong), ``record`` (its text, shortened).
    blanked : pandas.DataFrame
        One row a cell of ``kept`` that was made unknown: ``line``, ``column``, ``value``,
        ``reason``.
    where : str
        What ``line`` counts: ``"line"`` of a text file, ``"row"`` of a sheet or table.
    notes : tuple of str
        What was worked out about the file.
    """

    name: str
    source: str
    rows_in: int
    kept: pd.DataFrame
    set_aside: pd.DataFrame
    blanked: pd.DataFrame
    where: str
    notes: tuple[str, ...] = ()

    def completeness(self) -> pd.DataFrame:
        """Tell how much of each column is known.

        Returns
        -------
        pandas.DataFrame
            Index ``column``; ``known``, ``unknown`` (incidents), ``share`` known, ``inferred``
            (what follows from it). The words Unknown and unknown count as unknown.
        """
        frame = self.kept[[column.name for column in COLUMNS]]
        known = (frame.notna() & ~frame.isin(_UNKNOWN)).sum()
        table = pd.DataFrame(
            {
                "known": known,
                "unknown": len(frame) - known,
                "share": known / len(frame) if len(frame) else float("nan"),
            }
        )
        return table.assign(inferred=table["share"].map(_inferred)).rename_axis("column")

    def problems(self) -> pd.DataFrame:
        """Count what was set aside and made unknown, by reason.

        Returns
        -------
        pandas.DataFrame
            ``what`` (``"row set aside"`` or ``"cell made unknown"``), ``column``, ``reason``,
            ``count``, ``first`` (the line of the first one).
        """
        # A copy's reason names its line: without it the copies are one kind of problem.
        reasons = (
            self.set_aside["reason"].astype("str").str.replace(r" of line \d+", "", regex=True)
        )
        rows = self.set_aside.assign(what="row set aside", column="", reason=reasons)
        cells = self.blanked.assign(what="cell made unknown")
        keys = ["what", "column", "reason"]
        both = pd.concat([rows[[*keys, "line"]], cells[[*keys, "line"]]])
        counts = both.groupby(keys, sort=False, as_index=False)["line"].agg(["size", "min"])
        return counts.rename(columns={"size": "count", "min": "first"})

    def precision(self) -> pd.DataFrame:
        """Count incidents by how finely date and place are known and by how long they ran.

        Returns
        -------
        pandas.DataFrame
            ``what`` (date, place, length), ``precision``, ``incidents``, ``share``, ``deaths``,
            ``inferred`` (what such incidents can be used for).
        """
        return precision_table(self.kept)

    def duplicates(self) -> pd.DataFrame:
        """Give incidents of different ids that are the same in day, place, actor and tolls.

        Returns
        -------
        pandas.DataFrame
            ``group``, what is the same, and ``inferred``. All of them are in ``kept``: they may
            be one attack written twice, or attacks of one series.
        """
        return likely_doubles(self.kept)

    def outliers(self) -> pd.DataFrame:
        """Give tolls far above the next largest, and dates in the future.

        Returns
        -------
        pandas.DataFrame
            ``incident_id``, ``column``, ``value``, ``inferred``. Nothing is changed for it.
        """
        return odd_values(self.kept)

    def breaks(self) -> pd.DataFrame:
        """Give the days from which on things are suddenly more often, or less often, unknown.

        Returns
        -------
        pandas.DataFrame
            ``column``, ``what``, ``date``, ``before``, ``after`` (shares), ``inferred``: the
            source's own change of method where it lies that near, else another way of coding or
            other attacks. Worked out by `riskkit.incidents.coding_breaks.coding_breaks`.
        """
        return coding_breaks(self.kept, source_facts(self.source).breaks)

    def summary(self) -> str:
        """Tell in plain text what was read, kept, set aside and made unknown."""
        facts = source_facts(self.source).of_releases(self.kept["vintage"].dropna().unique())
        dates = self.kept["date"].dropna()
        span = f"{dates.min():%Y-%m-%d} to {dates.max():%Y-%m-%d}" if len(dates) else "no dates"
        lines = [
            f"{self.name}: {facts.title}",
            f"{self.rows_in:,} rows in = {len(self.kept):,} kept"
            f" + {len(self.set_aside):,} set aside",
            f"{span}; {self.kept['country'].nunique():,} countries",
            f"deaths: {facts.deaths}",
        ]
        mixed = [source_facts(name) for name in sorted(self.kept["source"].dropna().unique())]
        if len(mixed) > 1:
            told = "; ".join(f"{fact.name}: {fact.unit}, {fact.deaths}" for fact in mixed)
            lines.append(f"sources are mixed that may not be added up: {told}")
        largest = self.kept.dropna(subset=["fatalities"]).nlargest(1, "fatalities")
        days = largest["date"].dt.strftime("%Y-%m-%d").fillna("no date")
        lines += [
            f"largest toll: {toll:,} ({name}, {day})"
            for toll, name, day in zip(
                largest["fatalities"], largest["incident_id"], days, strict=True
            )
        ]
        lines += [f"note: {note}" for note in (*self.notes, *facts.notes)]
        doubles, odd = self.duplicates(), self.outliers()
        if len(doubles):
            lines.append(
                f"{len(doubles):,} incidents in {doubles['group'].nunique():,} groups look like "
                "doubles: kept, see duplicates()"
            )
        if len(odd):
            lines.append(f"{len(odd):,} values stand apart: kept, see outliers()")
        steps = self.breaks()
        lines += [
            f"step in {step.column}: {step.what} {step.before:.0%} before, {step.after:.0%} from "
            f"{step.date:%Y-%m-%d} on ({step.inferred})"
            for step in steps.itertuples()
        ]
        lines += [
            f"not watched: {gap.start} to {gap.end}" + (f" in {gap.country}" if gap.country else "")
            for gap in facts.gaps
        ]
        lines += [f"break: from {step.date} on, {step.reason}" for step in facts.breaks]
        for problem in self.problems().to_dict("records"):
            column = f" in {problem['column']}" if problem["column"] else ""
            lines.append(
                f"{problem['count']:,} x {problem['what']}{column}: {problem['reason']} "
                f"(first on {self.where} {problem['first']:,})"
            )
        known = self.completeness()["share"]
        lines.append("known: " + ", ".join(f"{name} {share:.0%}" for name, share in known.items()))
        return "\n".join(lines)

    def __repr__(self) -> str:
        return self.summary()

    def _repr_html_(self) -> str:
        head, *rest = self.summary().split("\n")
        sections = [
            ("Set aside and made unknown", "What was wrong, and where first.", self.problems()),
            ("Completeness", "How much of each column is known.", self.completeness()),
            ("Precision", "What is known coarsely isn't counted finely.", self.precision()),
            ("Likely duplicates", "Kept: one attack twice, or a series.", self.duplicates()),
            ("Outliers", "Kept: the deadliest attacks are real.", self.outliers()),
            ("Coding breaks", "Steps in what is written down.", self.breaks()),
        ]
        return check_html(rest[:-1], sections, head)


def _inferred(share: float) -> str:
    if share == 0:
        return "not recorded by this source or layout"
    if share < 0.5:
        return "mostly unknown: figures speak of the known ones only"
    return "" if share == 1 else "in part unknown: a level of its own, never zero"


def check_incidents(
    data: Any,
    source: str | None = None,
    *,
    columns: Mapping[str, str] | None = None,
    keep: Sequence[str] = (),
    dayfirst: bool | None = None,
    vintage: str | None = None,
) -> IncidentCheck:
    """Read a file as `read_incidents` does and account for every row and cell of it.

    Parameters
    ----------
    data : str, path-like, or DataFrame
        As in `read_incidents`, like all that follows.
    source : str, optional
        Short name of the source.
    columns : mapping of str to str, optional
        Column of the incidents table to column of yours.
    keep : sequence of str
        Columns of the file to carry along.
    dayfirst : bool, optional
        How to read dates like 3/4/2019.
    vintage : str, optional
        Release of the source.

    Returns
    -------
    IncidentCheck
        ``check.rows_in == len(check.kept) + len(check.set_aside)``, always.

    Raises
    ------
    IncidentDataError
        If the file can't be read at all, or its source can't be told.

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"incident_id": ["a", "b"], "date": ["2017-06-18", "2017-06-31"],
    ...     "country": "Mali", "fatalities": [5, -1]})
    >>> check = check_incidents(table)
    >>> check.blanked["reason"].tolist()
    ['not a date', 'a negative number of people']
    """
    from riskkit.incidents.reading import account

    check, _ = account(data, source, columns=columns, keep=keep, dayfirst=dayfirst, vintage=vintage)
    return check
