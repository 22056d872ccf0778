"""Which releases still hold what was known of a period, by the ids of its records."""

import warnings

import pandas as pd

from riskkit.errors import IncidentDataError, RiskkitWarning

__all__ = ["last_covering"]

_COVERED = 0.5  # a release covers a period if it still has this share of what was known of it
_ALIEN = 0.8  # new records of old periods, as a share of the known, that no lateness explains
_RENAMED = 0.2  # records replaced by new ones of their period, as a share of those known
_PLENTY = 20  # known records from which that is judged


def last_covering(
    seen: pd.DataFrame, records: pd.DataFrame, releases: pd.DatetimeIndex
) -> tuple[pd.Series, list[str]]:
    """Give the last release that covers each period, and notes of releases that renamed ids.

    A release covers a period if it still holds what was known of it.

    Parameters
    ----------
    seen : pandas.DataFrame
        ``incident_id`` and ``release`` (its number), a row for each record of each release.
    records : pandas.DataFrame
        The ``first`` release with each record, and its ``period``, by ``incident_id``.
    releases : pandas.DatetimeIndex
        The days of the releases.

    Returns
    -------
    covering : pandas.Series
        The number of the release, by period.
    notes : list of str
        What was warned of.

    Raises
    ------
    IncidentDataError
        If a release of periods that were known before shares no id with the earlier ones.
    """
    known = records.loc[seen["incident_id"].to_numpy(), ["first", "period"]]
    rows = pd.DataFrame(
        {
            "period": known["period"].to_numpy(),
            "release": seen["release"].to_numpy(),
            "again": known["first"].to_numpy() < seen["release"].to_numpy(),
        }
    )
    cells = rows.groupby(["period", "release"])["again"]
    again = cells.sum().unstack(fill_value=0).reindex(columns=range(len(releases)), fill_value=0)
    fresh = cells.size().unstack(fill_value=0).reindex_like(again).fillna(0) - again
    before = fresh.cumsum(axis=1).shift(1, axis=1, fill_value=0)
    touched = before.where(again + fresh > 0, 0).sum()
    alien = (again.sum() == 0) & (fresh.where(before > 0, 0).sum() >= _ALIEN * touched)
    for number in alien.index[alien & (touched >= _PLENTY)]:
        raise IncidentDataError(
            f"the release of {releases[number]:%Y-%m-%d} has {int(touched[number]):,} records or "
            "so of periods that were known before, and shares no incident_id with the earlier "
            "ones; accepted: vintages of one source that keeps its ids"
        )
    # Old records that went, with as many new ones of their periods.
    gone = (before - again).clip(lower=0)
    replaced = fresh.where(fresh < gone, gone).where(again > 0, 0).sum()
    renamed = (replaced > _RENAMED * before.where(again > 0, 0).sum()) & (replaced >= _PLENTY)
    notes = [
        f"The release of {releases[number]:%Y-%m-%d} lacks {int(replaced[number]):,} records of "
        "the earlier ones and has as many new ones of the same periods: if their ids were "
        "changed, delays come out too long."
        for number in renamed.index[renamed]
    ]
    for note in notes:
        warnings.warn(note, RiskkitWarning, stacklevel=4)
    covered = again.ge(_COVERED * before) & (again + fresh > 0)
    return covered.apply(lambda row: row[row].index.max(), axis=1), notes
