"""How late records come, from releases of a source or from the days of its records."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from riskkit.counts.delay_result import ReportingDelay
from riskkit.counts.triangle import Triangle, of_recorded, of_vintages
from riskkit.errors import NotEnoughIncidentsError
from riskkit.kernels.streams import RNGLike, entropy
from riskkit.results import Estimate

__all__ = ["reporting_delay"]

# The longest delay that is looked for, in periods: beyond lie campaigns, not delays.
_LONGEST = {"week": 156, "month": 36, "quarter": 20, "year": 10}


def reporting_delay(
    records: Mapping[Any, pd.DataFrame] | pd.DataFrame,
    *,
    every: str,
    recorded: str | None = None,
    since: str | pd.Timestamp | None = None,
    as_of: str | pd.Timestamp | None = None,
    longest: int | None = None,
    draws: int = 1000,
    rng: RNGLike = 0,
) -> ReportingDelay:
    r"""Estimate how complete the last periods are, from how late records came in the past.

    Looked at backwards: of what is known at age d, which share came only then? That share, the
    reverse hazard g, doesn't depend on how many attacks there were, nor on what is still to
    come, so that neither growth nor the cut-off at the last release bias it. Then

    .. math:: F(a) = \prod_{d > a} (1 - g_d), \qquad g_d = P(D = d \mid D \le d)

    A period's own shares vary around F (beta-binomial), and delays with few records borrow from
    their neighbours.

    Parameters
    ----------
    records : mapping of day to pandas.DataFrame, or pandas.DataFrame
        Incidents tables of one source by day of release, two or more; or one table that tells
        when each record was made. Releases that lie elsewhere in their period than the last one
        (by more than 1 day of a week, 3 of a month, 11 of a quarter, 45 of a year) are left out;
        where they are the most, an error says so.
    every : {"week", "month", "quarter", "year"}
        The length of a period, as in the tally to correct.
    recorded : str, optional
        Of one table: the column with the day of the record, such as ACLED's ``timestamp``.
    since : str or pandas.Timestamp, optional
        Of one table: the first day from which records were made as things happened; what was
        entered before tells nothing about delay. By default the first day of a record.
    as_of : str or pandas.Timestamp, optional
        Of one table: the day on which it was got. By default the last day of a record.
    longest : int, optional
        The delay, in periods, after which a period is complete. By default the longest seen,
        3 years at most (weeks and months; 5 years by quarter, 10 by year).
    draws : int
        Draws of the completeness.
    rng : int, numpy.random.Generator or None
        Source of the draws.

    Returns
    -------
    ReportingDelay
        ``to_frame()`` is the completeness by age; ``correct(tally)`` corrects what is made of
        fresh data, ``nowcast(tally)`` tells what the last periods will come to.

    Raises
    ------
    NotEnoughIncidentsError
        If no record could have come late between two releases.
    MissingColumnError, IncidentDataError, InvalidValueError
        If a table lacks a column, releases of one period share no id, or days can't be read.
    TypeError
        If ``records`` is neither.
    ValueError
        If an argument is none of what is accepted.

    Examples
    --------
    Each month six attacks are recorded at once and two a month later.

    >>> import pandas as pd
    >>> happened = pd.date_range("2019-01-01", periods=36, freq="MS").repeat(8)
    >>> wait = pd.to_timedelta([5, 5, 5, 5, 5, 5, 40, 40] * 36, unit="D")
    >>> attacks = pd.DataFrame({"date": happened, "entered": happened + wait})
    >>> delay = reporting_delay(attacks, every="month", recorded="entered", as_of="2021-12-31")
    >>> delay.to_frame().loc[0, "estimate"].round(2)
    np.float64(0.75)
    >>> from riskkit.counts import Tally
    >>> counts = pd.DataFrame([[8, 8, 6]], ["MLI"], pd.period_range("2021-10", "2021-12", freq="M"))
    >>> delay.correct(Tally.from_panel(attacks=counts)).watched.round(2)
    period  2021-10  2021-11  2021-12
    region
    MLI         1.0      1.0     0.75

    References
    ----------
    Kalbfleisch and Lawless (1989), https://doi.org/10.1080/01621459.1989.10478780; Lawless (1994),
    https://doi.org/10.2307/3315826.
    """
    if every not in _LONGEST:
        raise ValueError(f"every is {every!r}; accepted: {', '.join(_LONGEST)}")
    if longest is not None and not _counts(longest):
        raise ValueError(f"longest is {longest!r}; accepted: a whole number of {every}s, 1 or more")
    if not _counts(draws):
        raise ValueError(f"draws is {draws!r}; accepted: a whole number, 1 or more")
    if isinstance(records, pd.DataFrame):
        if recorded is None:
            raise ValueError(
                "recorded is missing: the column that tells when each record was made; or give "
                "releases as {day: table}"
            )
        triangle = of_recorded(records, recorded, every, since, as_of)
    elif isinstance(records, Mapping):
        if recorded is not None or since is not None or as_of is not None:
            raise ValueError("recorded, since and as_of belong to one table, not to releases")
        triangle = of_vintages(records, every)
    else:
        raise TypeError(
            f"records is a {type(records).__name__}; accepted: an incidents table of pandas, or "
            "releases as {day: table}"
        )
    return _fitted(triangle, every, longest, draws, rng)


def _counts(value: Any) -> bool:
    """Tell whether a value is a whole number from 1 on."""
    return isinstance(value, int | np.integer) and not isinstance(value, bool) and int(value) >= 1


def _fitted(
    triangle: Triangle, every: str, longest: int | None, draws: int, rng: RNGLike
) -> ReportingDelay:
    from riskkit.kernels.reverse_hazard import completeness, delay_draws

    cells = triangle.cells
    seen = int(cells.loc[cells["new"] > 0, "older"].max()) if (cells["new"] > 0).any() else 1
    # A gap of releases leaves open how long it took: the longest that it may have been.
    bound = min(seen, _LONGEST[every]) if longest is None else longest
    inside = cells[cells["younger"] < bound]
    if not len(inside):
        raise NotEnoughIncidentsError(
            f"no {every} was over at one release and seen again at a later one; accepted: releases "
            f"that together span some {every}s"
        )
    later = int(cells.loc[cells["younger"] >= bound, "new"].sum())
    chance = np.random.default_rng([entropy(rng), 0])
    younger, older, new, known = inside.iloc[:, 1:].to_numpy(np.int64).T
    log_hazards, steady = delay_draws(younger, older, new, known, bound, draws, chance)
    why = "the longest delay seen" if longest is None and bound == seen else "as set"
    notes = [
        f"A {every} is taken as complete {bound} {every}s after the next one is over ({why})."
        if bound > 1
        else f"A {every} is taken as complete when the next one is over ({why}).",
        *([f"{later:,} records came later still and count as known."] if later else []),
        *triangle.notes,
    ]
    ages = pd.RangeIndex(bound + 1, name="age")
    share = completeness(log_hazards)
    return ReportingDelay(
        every=every,
        as_of=triangle.releases[-1],
        completeness=Estimate(
            share, ages, "completeness", f"share of a {every}'s records", tuple(notes)
        ),
        concentration=steady,
        cells=inside.reset_index(drop=True),
        notes=tuple(notes),
    )
