"""From incidents to tolls, weights and covariates, every row left out counted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from riskkit.counts import Tally
from riskkit.counts.grouping import SUMMED
from riskkit.errors import InvalidValueError, MissingColumnError, NotEnoughIncidentsError
from riskkit.incidents.coverage import warn_if_mixed
from riskkit.lethality.attacks import STARTS_AT_ONE, Attacks
from riskkit.lethality.distributions.sample import COUNTS, LARGEST

__all__ = ["Rows", "gather", "kinds_of", "with_values"]

Array = NDArray[np.float64]

UNKNOWN, RARE = "unknown", "rare"
# What is one or more in each attack of a source of deadly attacks; a low figure may be none.
_DEADLY = ("fatalities", "fatalities_high")
_NEVER_THE_BASE = ("unknown", "Unknown", RARE)


@dataclass(frozen=True, eq=False)
class Rows:
    """Distinct combinations of toll and covariates, and how often each occurs.

    Parameters
    ----------
    tolls : array of float, shape (n,)
        The outcome.
    weights : array of float, shape (n,)
        Attacks.
    covariates : pandas.DataFrame, n rows
        Text as categories, the most common level first.
    cluster : array of int, shape (n,), optional
        Which rows may be alike.
    deadly_only : bool
        Whether tolls start at one: deaths, in a source that collects deadly attacks only.
    notes : tuple of str
        What was left out, and caveats.
    rare : mapping of str to tuple of str
        By covariate, the levels that were put together as ``"rare"``.
    """

    tolls: Array
    weights: Array
    covariates: pd.DataFrame
    cluster: NDArray[np.intp] | None
    deadly_only: bool
    notes: tuple[str, ...]
    rare: Mapping[str, tuple[str, ...]]

    @property
    def nobs(self) -> int:
        """Attacks."""
        return round(self.weights.sum())

    def where(self, kept: NDArray[np.bool_]) -> Rows:
        """Give some of the rows."""
        return replace(
            self,
            tolls=self.tolls[kept],
            weights=self.weights[kept],
            covariates=self.covariates[kept].reset_index(drop=True),
            cluster=None if self.cluster is None else self.cluster[kept],
        )


def gather(
    incidents: pd.DataFrame | Tally,
    outcome: str,
    variables: Iterable[str],
    fewest: int,
    cluster: str | None = None,
    weights: str | None = None,
    least: int = 0,
) -> Rows:
    """Collect what a regression needs.

    Parameters
    ----------
    incidents : pandas.DataFrame or Tally
        An incidents table, any table of that kind, or a tally, whose marks, region and year
        are known.
    outcome : str
        Column of the tolls.
    variables : iterable of str
        Columns of the covariates; ``year`` is made from the date.
    fewest : int
        Levels of a text column with fewer attacks become one level, ``"rare"``.
    cluster : str, optional
        Column that tells which attacks may be alike.
    weights : str, optional
        Column that tells how many attacks a row of a table stands for; none for a tally.
    least : int
        Only attacks with so many deaths or more are wanted.

    Returns
    -------
    Rows

    Raises
    ------
    MissingColumnError
        If a column isn't there.
    InvalidValueError
        If a toll or a weight is no whole number of 0 or more, or a covariate is infinite.
    ValueError
        If weights of a tally, or what it has as sums only, are asked for.
    NotEnoughIncidentsError
        If no attack is left, or a covariate has one level only.
    """
    given = Attacks.of(incidents)
    table, over_days, notes = given.table, given.over_days, given.notes
    names = sorted({*variables, *([cluster] if cluster else [])})
    if "source" not in names:
        notes = (*notes, *warn_if_mixed(given.sources, stacklevel=4))
    if "year" in names and "year" not in table and "date" in table:
        table = table.assign(year=pd.to_datetime(table["date"]).dt.year)
    if isinstance(incidents, Tally):
        _check_tally([outcome, *names], weights)
    if not isinstance(weights, str | None):
        raise TypeError(f"weights is a {type(weights).__name__}; accepted: the name of a column")
    for name in (outcome, *names, *([] if weights is None else [weights])):
        if name not in table:
            raise MissingColumnError(
                f"no column {name!r}; found: {', '.join(map(str, table.columns))}"
            )
    if isinstance(incidents, Tally):
        attacks = table["attacks"].to_numpy(float)
    else:
        attacks = (
            np.ones(len(table))
            if weights is None
            else _counts(table[weights], f"weights {weights!r}")
        )
    tolls = _counts(table[outcome], outcome, unknown=True)
    columns = {name: _prepared(table[name]) for name in names}
    lacking = np.zeros(len(table), dtype=bool)
    for values in columns.values():
        lacking |= values.isna().to_numpy()
        if (values == np.inf).any() or (values == -np.inf).any():
            raise InvalidValueError(
                f"{values.name} holds infinity; accepted: finite numbers, or unknown"
            )
    reasons = {
        "ran over days and are sums of attacks": over_days,
        f"have no known {outcome}": np.isnan(tolls),
        "lack a covariate that is a number": lacking,
    }
    deadly_only = given.deadly_only and outcome in _DEADLY
    if deadly_only:
        notes = (*notes, STARTS_AT_ONE)
        reasons["killed nobody, in a source of deadly attacks"] = tolls == 0
    kept = attacks > 0
    for reason, rows in reasons.items():
        # An attack with two reasons is counted by the first.
        if number := round(attacks[kept & rows].sum()):
            notes = (*notes, f"Left out: {number:,} that {reason}.")
        kept &= ~rows
    kept &= ~(tolls < least)
    if not kept.any():
        raise NotEnoughIncidentsError(
            f"no attack has a known {outcome} of {least} or more and all covariates"
        )
    frame = pd.DataFrame({name: values[kept] for name, values in columns.items()})
    rare = {}
    for name in frame.columns:
        if isinstance(frame[name].dtype, pd.StringDtype) and name != cluster:
            found = frame[name]
            frame[name] = _levels(found, attacks[kept], fewest)
            rare[name] = tuple(sorted(set(found) - set(frame[name].cat.categories)))
    frame = frame.assign(_toll=tolls[kept], _attacks=attacks[kept])
    keys = [*names, "_toll"]
    grouped = frame.groupby(keys, observed=True, sort=True)["_attacks"].sum().reset_index()
    alike = pd.factorize(grouped[cluster])[0] if cluster else None
    covariates = grouped[[name for name in names if name in set(variables)]]
    return Rows(
        grouped["_toll"].to_numpy(float),
        grouped["_attacks"].to_numpy(float),
        covariates,
        alike,
        deadly_only,
        notes,
        rare,
    )


def _check_tally(used: Iterable[str], weights: str | None) -> None:
    """Refuse what a row of a tally doesn't tell of each of its attacks."""
    if weights is not None:
        raise ValueError(
            f"weights is {weights!r}; accepted: None for a tally, whose rows know how many attacks "
            "they stand for"
        )
    for name in used:
        if name in ("attacks", *SUMMED):
            raise ValueError(
                f"{name} of a tally is a sum over attacks; accepted: its tolls, marks, region and "
                "year, or the incidents themselves"
            )


def _counts(values: pd.Series, what: str, *, unknown: bool = False) -> Array:
    """Check whole numbers of 0 or more, which may be unknown where that is told."""
    counts = _numbers(values)
    wrong = ~((counts >= 0) & (counts == np.floor(counts)) & (counts <= LARGEST))
    if unknown:
        wrong &= values.notna().to_numpy()
    if wrong.any():
        raise InvalidValueError(f"{what} holds {values[wrong].iloc[0]}; accepted: {COUNTS}")
    return counts


def _numbers(values: pd.Series) -> Array:
    """Give numbers, also those written as text; NaN where there is none."""
    if not pd.api.types.is_numeric_dtype(values.dtype):
        values = pd.to_numeric(values.astype(object), errors="coerce")
    return np.asarray(values.astype("Float64").to_numpy(float, na_value=np.nan))


def _prepared(values: pd.Series) -> pd.Series:
    """Numbers as floats; yes/no, categories and text as `level_of` writes them."""
    if pd.api.types.is_numeric_dtype(values.dtype) and not pd.api.types.is_bool_dtype(values.dtype):
        return pd.Series(_numbers(values), name=values.name)
    return values.astype(object).map(level_of).astype("str")


def _levels(values: pd.Series, attacks: Array, fewest: int) -> pd.Series:
    """Make a category whose first level, the base, is the most common known one."""
    sizes = pd.Series(attacks).groupby(values.to_numpy()).sum()
    few = sizes.index[sizes < fewest]
    if len(few) > 1:
        values = values.where(~values.isin(few), RARE)
        sizes = pd.Series(attacks).groupby(values.to_numpy()).sum()
    sizes = sizes.sort_values(ascending=False, kind="stable")
    if len(sizes) < 2:
        raise NotEnoughIncidentsError(
            f"{values.name} is {sizes.index[0]!r} in all attacks: it can't explain anything"
        )
    known = [level for level in sizes.index if level not in _NEVER_THE_BASE]
    others = [level for level in sizes.index if level in _NEVER_THE_BASE]
    return pd.Series(pd.Categorical(values, [*known, *others]), index=values.index)


def level_of(value: object) -> str:
    """Write a value as the level it is, in the attacks and when kinds are named.

    Examples
    --------
    >>> [level_of(value) for value in (True, None, 3, "bomb")]
    ['yes', 'unknown', '3', 'bomb']
    """
    if isinstance(value, bool | np.bool_):
        return "yes" if value else "no"
    return UNKNOWN if pd.isna(value) else str(value)  # type: ignore[call-overload]


def with_values(rows: Rows, values: Mapping[str, object]) -> pd.DataFrame:
    """Set covariates to one value in every row.

    Raises
    ------
    ValueError
        If there is no such covariate, or no such level in it.
    """
    changed = rows.covariates.copy()
    for name, given in values.items():
        if name not in changed:
            raise ValueError(f"no covariate {name!r}; accepted: {', '.join(changed.columns)}")
        changed[name] = _as_fitted(rows, name, pd.Series([given] * len(changed), dtype=object))
    return changed


def kinds_of(rows: Rows, attacks: pd.DataFrame) -> pd.DataFrame:
    """Give the covariates of kinds of attack, a row each, as they were fitted.

    Raises
    ------
    MissingColumnError
        If a covariate isn't there.
    ValueError
        If a level isn't among those that were fitted.
    """
    names = list(rows.covariates.columns)
    if missing := [name for name in names if name not in attacks]:
        raise MissingColumnError(
            f"attacks have no {', '.join(missing)}; accepted: a column for each of "
            f"{', '.join(names)}"
        )
    return pd.DataFrame(
        {name: _as_fitted(rows, name, attacks[name].reset_index(drop=True)) for name in names},
        index=pd.RangeIndex(len(attacks)),
    )


def _as_fitted(rows: Rows, name: str, given: pd.Series) -> pd.Series:
    known = rows.covariates[name].dtype
    if not isinstance(known, pd.CategoricalDtype):
        numbers = pd.Series(_numbers(given))
        unfit = given[~np.isfinite(numbers)]
        if len(unfit):
            raise ValueError(f"{name} is {unfit.iloc[0]}; accepted: a finite number")
        return numbers
    # Through a list: categories would keep their own levels.
    values = pd.Series([level_of(value) for value in given], dtype=object)
    levels = list(known.categories)
    wrong = [value for value in values if value not in levels]
    if wrong and wrong[0] in rows.rare.get(name, ()):
        raise ValueError(
            f"{name} {wrong[0]!r} has too few attacks of its own and is part of {RARE!r}; "
            f"accepted: {', '.join(map(str, levels))}, or a lower fewest="
        )
    if wrong:
        raise ValueError(
            f"{name} has no level {wrong[0]!r}; accepted: {', '.join(map(str, levels))}"
        )
    return pd.Series(pd.Categorical(values, levels))
