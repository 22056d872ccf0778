"""A formula, and its right side made into columns."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from riskkit.errors import NotEnoughIncidentsError

__all__ = ["Design", "check_rank", "in_words", "sides"]

Array = NDArray[np.float64]

_QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"")
_TICKED = re.compile(r"`([^`]*)`")
# A name that is no function, no keyword argument and no attribute.
_NAMES = re.compile(r"(?<![\w.])(?!True\b|False\b|None\b|contr\b|np\b)[A-Za-z_]\w*\b(?!\s*[(=.])")
# What is left of a column of length one that the others don't hold; rounding leaves 1e-16.
RANK = 1e-10


@dataclass(frozen=True, eq=False)
class Design:
    """A formula's right side, made once, that turns covariates into columns.

    Parameters
    ----------
    spec : object
        The formula's state: levels, knots, centres.
    columns : tuple of str
        Names of the columns.
    """

    spec: Any
    columns: tuple[str, ...]

    @classmethod
    def learn(cls, right_side: str, covariates: pd.DataFrame) -> tuple[Design, Array]:
        """Make the columns of the rows that are fitted, and keep how."""
        from formulaic import Formula
        from formulaic.errors import FormulaicError

        try:
            matrix = Formula(right_side).get_model_matrix(covariates)
        except FormulaicError as problem:
            raise ValueError(f"formula {right_side!r} can't be used: {problem}") from problem
        columns = tuple(map(str, matrix.columns))
        values = matrix.to_numpy(dtype=float)
        check_rank(values, columns)
        return cls(matrix.model_spec, columns), values

    def start(self, intercept: float) -> Array:
        """Give coefficients from which to search: an intercept only."""
        return np.array([intercept if column == "Intercept" else 0.0 for column in self.columns])

    def terms(self) -> dict[str, slice]:
        """Give the columns of each term but the intercept."""
        if self.spec is None:
            return {}
        slices = {str(term): columns for term, columns in self.spec.term_slices.items()}
        return {term: columns for term, columns in slices.items() if term != "1"}

    def matrix(self, covariates: pd.DataFrame) -> Array:
        """Make the same columns for other rows."""
        return np.asarray(self.spec.get_model_matrix(covariates), dtype=float)


def in_words(outcome: str) -> str:
    """Name what is explained: deaths by that word, anything else by its column.

    Examples
    --------
    >>> in_words("fatalities_high"), in_words("injured")
    ('deaths', 'injured')
    """
    return "deaths" if outcome.startswith("fatalities") else outcome


def sides(formula: str) -> tuple[str, str, set[str]]:
    """Split a formula into outcome, right side and the columns that the right side needs.

    Raises
    ------
    ValueError
        If it has no outcome, or can't be read.

    Examples
    --------
    >>> sides("fatalities ~ suicide + C(year)")[:2]
    ('fatalities', 'suicide + C(year)')
    >>> sorted(sides("fatalities ~ suicide + poly(year, degree=2)")[2])
    ['suicide', 'year']
    >>> sorted(sides("fatalities ~ suicide + poly(`my year`, degree=2)")[2])
    ['my year', 'suicide']
    """
    from formulaic import Formula
    from formulaic.errors import FormulaicError

    left, tilde, right = formula.partition("~")
    outcome, right = left.strip(), right.strip()
    if not tilde or not outcome.isidentifier() or not right:
        raise ValueError(
            f"formula is {formula!r}; accepted: a column, ~ and what explains it, such as "
            "'fatalities ~ attack_type + suicide'"
        )
    try:
        required = {str(name) for name in Formula(right).required_variables}
        # Columns inside functions, as in poly(year, 2), are not among formulaic's.
        text = _QUOTED.sub("", right)
        inside = {*_TICKED.findall(text), *_NAMES.findall(_TICKED.sub("", text))}
        return outcome, right, required | inside
    except FormulaicError as problem:
        raise ValueError(f"formula {formula!r} can't be read: {problem}") from problem


def check_rank(matrix: Array, columns: tuple[str, ...], attacks: str = "the attacks") -> None:
    """Refuse columns of which one is a sum of others.

    Raises
    ------
    NotEnoughIncidentsError
        It names the columns, and the attacks.
    """
    from scipy.linalg import qr

    size = np.sqrt((matrix**2).sum(axis=0))
    empty = [column for column, length in zip(columns, size, strict=True) if length == 0]
    if not empty:
        _, triangle, order = qr(matrix / size, mode="economic", pivoting=True)
        rank = int((np.abs(np.diag(triangle)) > RANK).sum())
        empty = [columns[at] for at in order[rank:]]
    if empty:
        raise NotEnoughIncidentsError(
            f"{attacks} can't tell apart {', '.join(empty)} from the other columns; accepted: "
            "covariates and interactions of which each says something of its own"
        )
