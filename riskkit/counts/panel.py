"""Wide tables, region x period: checked and brought to one shape."""

import numpy as np
import pandas as pd

__all__ = ["align", "check_counts"]


def check_counts(panel: pd.DataFrame, name: str) -> pd.DataFrame:
    """Return counts as floats with text regions, or say why they are no counts.

    Parameters
    ----------
    panel : pandas.DataFrame
        Region x period, whole numbers; NaN is not watched.
    name : str
        What the errors call it.

    Returns
    -------
    pandas.DataFrame of float

    Raises
    ------
    ValueError
        If the columns are no unbroken PeriodIndex, a region comes twice, or a number is
        negative or broken.
    """
    periods = panel.columns
    if not isinstance(periods, pd.PeriodIndex):
        raise ValueError(
            f"{name} has columns of type {type(periods).__name__}; accepted: a pandas.PeriodIndex"
        )
    if not len(periods) or not len(panel):
        raise ValueError(f"{name} has shape {panel.shape}; accepted: one region and period or more")
    if not periods.equals(pd.period_range(periods[0], periods[-1], freq=periods.freq)):
        raise ValueError(f"{name} has periods that are not one after the other")
    if not panel.index.is_unique:
        raise ValueError(f"{name} has a region twice: {panel.index[panel.index.duplicated()][0]!r}")
    values = panel.to_numpy(float, na_value=np.nan)
    known = values[~np.isnan(values)]
    if ((known < 0) | (known != np.floor(known)) | np.isinf(known)).any():
        raise ValueError(f"{name} has negative or broken numbers; accepted: whole numbers, 0 or up")
    regions = pd.Index(panel.index.astype("str"), name="region")
    return pd.DataFrame(values, index=regions, columns=periods.rename("period"))


def align(
    values: pd.DataFrame | pd.Series | float,
    regions: pd.Index,
    periods: pd.PeriodIndex,
    name: str,
) -> pd.DataFrame:
    """Bring a number, a Series by region or a panel to one shape; nothing is filled in.

    Parameters
    ----------
    values : pandas.DataFrame, pandas.Series or float
        Region x period, by region, or the same for all.
    regions : pandas.Index
        The regions wanted.
    periods : pandas.PeriodIndex
        The periods wanted.
    name : str
        What the errors call it.

    Returns
    -------
    pandas.DataFrame of float

    Raises
    ------
    ValueError
        If a value is missing, negative or not finite.
    """
    if isinstance(values, pd.DataFrame):
        table = values.reindex(index=regions, columns=periods)
    elif isinstance(values, pd.Series):
        column = values.reindex(regions).to_numpy(float, na_value=np.nan)
        table = pd.DataFrame(np.repeat(column[:, None], len(periods), 1), regions, periods)
    else:
        table = pd.DataFrame(float(values), index=regions, columns=periods)
    table = table.astype(float)
    missing = table.isna().any(axis=1).to_numpy()
    if missing.any():
        raise ValueError(
            f"{name} is missing for {regions[missing][0]!r} in at least one period; accepted: a "
            "value for each region and period"
        )
    if not np.isfinite(table.to_numpy()).all() or (table < 0).any(axis=None):
        raise ValueError(f"{name} has values that are negative or not finite")
    return table
