"""The dates from which forecasts are made."""

import pandas as pd

from riskkit.counts.periods import read_period

__all__ = ["origins"]

_STEPS = {
    "day": pd.DateOffset(days=1),
    "week": pd.DateOffset(weeks=1),
    "month": pd.DateOffset(months=1),
    "quarter": pd.DateOffset(months=3),
    "year": pd.DateOffset(years=1),
}


def origins(
    periods: pd.PeriodIndex, start: str | pd.Period, every: str, horizon: int, delay: int = 0
) -> list[pd.Period]:
    """Give the periods after which forecasts begin, each with a whole horizon behind it.

    Parameters
    ----------
    periods : pandas.PeriodIndex
        The tally's periods.
    start : str or pandas.Period
        The first origin; of a longer period its end.
    every : {"day", "week", "month", "quarter", "year"}
        From one origin to the next.
    horizon : int
        Periods that are forecast.
    delay : int
        Periods up to the origin that are not known at it.

    Returns
    -------
    list of pandas.Period

    Raises
    ------
    ValueError
        If there is no such origin, or a step is shorter than a period.

    Examples
    --------
    >>> months = pd.period_range("2000-01", "2005-12", freq="M")
    >>> [str(origin) for origin in origins(months, "2002-12", "year", 12)]
    ['2002-12', '2003-12', '2004-12']
    """
    if every not in _STEPS:
        raise ValueError(f"every is {every!r}; accepted: {', '.join(_STEPS)}")
    if horizon < 1:
        raise ValueError(f"horizon is {horizon}; accepted: 1 or more periods")
    if delay < 0:
        raise ValueError(f"delay is {delay}; accepted: 0 or more periods")
    first = read_period(start, periods.freqstr, "end")
    if first - delay < periods[0] or first + horizon > periods[-1]:
        raise ValueError(
            f"start is {first}, the horizon {horizon} periods and the delay {delay}; accepted: a "
            "start inside the tally with something known before it and a whole horizon behind it "
            f"(the tally runs from {periods[0]} to {periods[-1]})"
        )
    found: list[pd.Period] = []
    next_day = (first + 1).start_time
    while True:
        # Steps are counted from the first origin's end, so that months of different length
        # and leap years don't add up to a drift.
        day = next_day
        for _ in range(len(found)):
            day = day + _STEPS[every]
        origin = pd.Period(day, freq=periods.freqstr) - 1
        if origin + horizon > periods[-1]:
            return found
        if found and origin <= found[-1]:
            raise ValueError(f"every is {every!r}, which is shorter than the tally's periods")
        found.append(origin)
