"""The answer to which records of two sources are one attack."""

import html
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from pandas.api.extensions import ExtensionDtype

from riskkit.incidents.linking.linkage import Linkage

__all__ = ["IncidentMatch"]

_SURE = 0.95
# What belongs together is taken from one record, the one that knows the first of it.
_TOGETHER = (
    ("date", "date_precision", "days"),
    ("latitude", "longitude", "geo_precision"),
    ("fatalities", "fatalities_low", "fatalities_high"),
    ("target_group", "target_type"),
)
_NAMES_OF_PLACES = ("admin1", "place")


@dataclass(frozen=True, eq=False, repr=False)
class IncidentMatch:
    """Which records of two incidents tables are one attack.

    Made by `riskkit.match_incidents`. Rows of a = links + ``only_a``, and so for b.

    Parameters
    ----------
    a, b : pandas.DataFrame
        The two tables, as they were given, with ids as text and dates as dates.
    pairs : pandas.DataFrame
        Pairs that are links or could be (probability 0.05 and more): ``incident_id_a``,
        ``incident_id_b``, ``probability``, ``days`` (b after a), ``km``, how well they agree in
        deaths, target, method, actor, place and admin1, and whether they are ``linked``.
    reasons_a, reasons_b : pandas.Series of str
        Why a row could not be compared at all; an empty text where it was.
    threshold : float
        Least probability of a link.
    expected : float
        Doubles that are expected in all: the probabilities of all pairs added up.
    linkage : Linkage or None
        What was learned; None where one of the tables held nothing to compare.
    notes : tuple of str
        In what the sources differ.
    """

    a: pd.DataFrame
    b: pd.DataFrame
    pairs: pd.DataFrame
    reasons_a: pd.Series
    reasons_b: pd.Series
    threshold: float
    expected: float
    linkage: Linkage | None = field(repr=False)
    notes: tuple[str, ...] = ()

    @property
    def links(self) -> pd.DataFrame:
        """Pairs taken as one attack; no record occurs twice."""
        return self.pairs[self.pairs["linked"]].drop(columns="linked").reset_index(drop=True)

    @property
    def only_a(self) -> pd.DataFrame:
        """Rows of a without a link."""
        return self.a[~self.a["incident_id"].isin(self.links["incident_id_a"])]

    @property
    def only_b(self) -> pd.DataFrame:
        """Rows of b without a link."""
        return self.b[~self.b["incident_id"].isin(self.links["incident_id_b"])]

    @property
    def precision(self) -> float:
        """Share of the links that are right, as far as the model knows: their mean probability."""
        links = self.links
        return float(links["probability"].mean()) if len(links) else float("nan")

    @property
    def recall(self) -> float:
        """Share of the doubles that are linked, as far as the model knows."""
        found = float(self.links["probability"].sum())
        return found / self.expected if self.expected > 0 else float("nan")

    def review(self, low: float = 0.05, high: float = _SURE) -> pd.DataFrame:
        """Give the pairs that a person should look at, the least certain first.

        Parameters
        ----------
        low, high : float
            Probabilities between which a pair is not certain.

        Returns
        -------
        pandas.DataFrame
            ``pairs`` with date, place, actor and deaths of both records.
        """
        if not 0 <= low < high <= 1:
            raise ValueError(f"low is {low}, high is {high}; accepted: 0 <= low < high <= 1")
        table = self.pairs[self.pairs["probability"].between(low, high)]
        for letter, records in (("a", self.a), ("b", self.b)):
            shown = [
                name
                for name in ("date", "country", "place", "actor", "target_group", "fatalities")
                if name in records
            ]
            chosen = records.set_index("incident_id")[shown].add_suffix(f"_{letter}")
            table = table.join(chosen, on=f"incident_id_{letter}")
        doubt = (table["probability"] - 0.5).abs()
        return table.loc[doubt.sort_values(kind="stable").index].reset_index(drop=True)

    def merged(self) -> pd.DataFrame:
        """Join the two tables: one row an attack, whoever recorded it.

        Returns
        -------
        pandas.DataFrame
            As many rows as a and b less the links. A linked row has the values of a, and those of
            b where a doesn't know. The date with its precision and days, the coordinates with
            theirs, the toll with its bounds, and the group of the target with its type are each
            taken from one record: that of a, unless b alone knows the day, the point, the toll or
            the group. Names of divisions and places are those
            of the record that the point is of, where it has them. ``incident_id_a`` and
            ``incident_id_b`` keep both ids,
            ``match_probability`` tells how sure the link is, ``fatalities_a`` and
            ``fatalities_b`` what each source says. ``incident_id`` is that of a, else that of b;
            where an id occurs in both tables for different attacks, b's gets ``b:`` before it (or
            ``bb:`` and so on, where that makes an id that is taken).
        """
        links = self.links
        partner = links.set_index("incident_id_a")["incident_id_b"]
        other = self.b.set_index("incident_id")
        left = self.a.reset_index(drop=True)
        ids = left["incident_id"]
        matched = ids.map(partner).astype("str")
        doubles = other.reindex(matched.to_numpy()).reset_index(drop=True)
        joined = _joined(left, doubles)
        joined["incident_id_a"], joined["incident_id_b"] = ids, matched
        joined["match_probability"] = ids.map(links.set_index("incident_id_a")["probability"])
        rest = self.only_b.reset_index(drop=True)
        rest = rest.assign(
            incident_id_a=pd.Series(np.nan, rest.index, dtype="str"),
            incident_id_b=rest["incident_id"],
            match_probability=np.nan,
        )
        taken = rest["incident_id"].isin(ids)
        used, mark = {*ids, *rest["incident_id"]}, "b:"
        while used.intersection(mark + rest.loc[taken, "incident_id"]):
            mark = "b" + mark
        rest["incident_id"] = rest["incident_id"].mask(taken, mark + rest["incident_id"])
        table = pd.concat([joined, rest.reindex(columns=joined.columns)], ignore_index=True)
        for name in self.a.columns.intersection(self.b.columns):
            if table[name].dtype != self.a[name].dtype:
                table[name] = _as(table[name], self.a[name].dtype)
        for letter, records in (("a", self.a), ("b", self.b)):
            if "fatalities" in records:
                tolls = records.set_index("incident_id")["fatalities"]
                values = tolls.reindex(table[f"incident_id_{letter}"].to_numpy())
                table[f"fatalities_{letter}"] = values.to_numpy()
                table[f"fatalities_{letter}"] = table[f"fatalities_{letter}"].astype(tolls.dtype)
        return table

    def weights(self) -> pd.DataFrame:
        """Tell what was learned: how much each level of agreement says.

        Returns
        -------
        pandas.DataFrame
            Indexed by ``field``, ``known`` (class of the first record) and ``level``: chance among
            ``doubles``, among ``others`` near by, and ``bits``, the base 2 logarithm of their
            ratio.
        """
        if self.linkage is None:
            return pd.DataFrame(columns=["doubles", "others", "bits"])
        rows = []
        learned = self.linkage
        for one, m, u in zip(learned.fields, learned.doubles.m, learned.u, strict=True):
            for code in range(one.unknown):
                group, level = divmod(code, len(one.levels))
                rows.append((one.name, group, one.levels[level], m[code], u[code]))
        table = pd.DataFrame(rows, columns=["field", "known", "level", "doubles", "others"])
        table["bits"] = np.log2(table["doubles"] / table["others"])
        return table.set_index(["field", "known", "level"])

    def summary(self) -> str:
        """Tell in plain text what was linked, how sure that is, and what was not compared."""
        links = len(self.links)
        lines = [
            f"{links:,} links between {len(self.a):,} and {len(self.b):,} incidents",
            f"a: {len(self.a):,} = {links:,} linked + {len(self.a) - links:,} not",
            f"b: {len(self.b):,} = {links:,} linked + {len(self.b) - links:,} not",
        ]
        if links:
            lines.append(
                f"expected of links at {self.threshold:.0%} and more: {self.precision:.1%} right, "
                f"{self.recall:.1%} of all doubles found"
            )
        unsure = int(self.pairs["probability"].between(0.05, _SURE).sum())
        lines.append(f"{unsure:,} pairs to review, probability 5% to 95%")
        for letter, reasons in (("a", self.reasons_a), ("b", self.reasons_b)):
            for reason, count in reasons[reasons != ""].value_counts().items():
                lines.append(f"{letter}: {count:,} not compared: {reason}")
        return "\n".join([*lines, *(f"note: {note}" for note in self.notes)])

    def __repr__(self) -> str:
        return self.summary()

    def _repr_html_(self) -> str:
        head, *rest = self.summary().split("\n")
        notes = "".join(f"<li>{html.escape(line)}</li>" for line in rest)
        table = self.review().head(10).to_html(float_format=lambda x: f"{x:.3g}")
        title = f"<p><b>{html.escape(head)}</b></p><ul>{notes}</ul>"
        return f"{title}<p>The least certain pairs:</p>{table}"


def _joined(left: pd.DataFrame, doubles: pd.DataFrame) -> pd.DataFrame:
    """Give the rows of a, with what only their doubles in b know."""
    joined = left.copy()
    for name in doubles.columns.difference(left.columns, sort=False):
        joined[name] = doubles[name].where(np.zeros(len(left), dtype=bool))
    mine = joined.copy()
    for name in doubles.columns:
        joined[name] = _filled(mine[name], doubles[name])
    for columns in _TOGETHER:
        theirs = _told_by_other(mine, doubles, columns)
        for name in doubles.columns.intersection(list(columns)):
            joined[name] = _taken(mine[name], doubles[name], theirs)
        if "latitude" in columns:
            for name in doubles.columns.intersection(list(_NAMES_OF_PLACES)):
                named = theirs & ~_unknown(doubles[name])
                joined[name] = _taken(joined[name], doubles[name], named)
    return joined


def _told_by_other(
    mine: pd.DataFrame, doubles: pd.DataFrame, columns: tuple[str, ...]
) -> pd.Series:
    """Tell where b knows the first of the columns and a doesn't, or a knows none of them."""
    known = [
        pd.DataFrame({name: ~_unknown(table[name]) for name in columns if name in table})
        for table in (mine, doubles)
    ]
    first, others = (table.get(columns[0], pd.Series(False, index=table.index)) for table in known)
    return (others & ~first) | ~known[0].any(axis=1)


def _unknown(values: pd.Series) -> pd.Series:
    """Tell what is unknown; the words Unknown and unknown count as such."""
    # As objects: Arrow holds no dates and numbers against words.
    return values.isna() | values.astype(object).isin(["Unknown", "unknown"])


def _filled(values: pd.Series, others: pd.Series) -> pd.Series:
    """Fill what is unknown from the other source."""
    return _taken(values, others, _unknown(values) & others.notna())


def _taken(values: pd.Series, others: pd.Series, rows: pd.Series) -> pd.Series:
    """Take some rows from the other source."""
    return values.mask(rows, _as(others, values.dtype)) if rows.any() else values


def _as(values: pd.Series, kind: np.dtype | ExtensionDtype) -> pd.Series:
    """Give values a type, but for what numpy's whole numbers can't hold: one that is unknown."""
    whole = isinstance(kind, np.dtype) and kind.kind in "biu"
    return values if whole and values.isna().any() else values.astype(kind)
