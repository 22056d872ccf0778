"""Read incidents of any source into the one validated table."""

import warnings
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from riskkit.errors import RiskkitWarning
from riskkit.incidents.reading import account

__all__ = ["read_incidents"]


def read_incidents(
    data: Any,
    source: str | None = None,
    *,
    columns: Mapping[str, str] | None = None,
    keep: Sequence[str] = (),
    on_error: str = "set aside",
    dayfirst: bool | None = None,
    vintage: str | None = None,
) -> pd.DataFrame:
    """Read a file of attacks, of any known source, into the incidents table.

    Parameters
    ----------
    data : str, path-like, or DataFrame
        A path to CSV, XLSX, Parquet or JSON, also in gzip or zip, or a DataFrame of pandas,
        Polars, PyArrow or DuckDB.
    source : str, optional
        Short name of the source, as in `riskkit.incidents.sources.SOURCES`; told from the
        columns by default. For a table of your own, the name to write for it.
    columns : mapping of str to str, optional
        For a table of your own: column of the incidents table to column of yours.
    keep : sequence of str
        Columns of the file to carry along as they stand. One whose name the incidents table has
        too gets ``_raw`` behind it, and again where that name is taken.
    on_error : {"set aside", "raise"}
        Whether an impossible cell becomes unknown and an unusable row is set aside, with one
        warning, or the first one raises.
    dayfirst : bool, optional
        How to read dates like 3/4/2019; worked out from the column by default.
    vintage : str, optional
        Release of the source, to write in the column ``vintage``.

    Returns
    -------
    pandas.DataFrame
        The incidents table: one row an attack, the columns, order and types of
        `riskkit.incidents.schema.COLUMNS`; then the columns of ``keep``.

    Raises
    ------
    IncidentDataError
        If there is no such file (then also a FileNotFoundError), it holds no table, or two columns
        of one name differ.
    UnknownSourceError
        If the source can't be told, or is not the one named.
    MissingColumnError
        If a column that is needed is not there.
    InvalidValueError
        If day and month of a date column can't be told apart; with ``on_error="raise"``, at the
        first impossible cell or unusable row.
    TypeError, ValueError
        If an argument is none of what is accepted.

    Warns
    -----
    RiskkitWarning
        If rows were set aside or cells made unknown: how many, and where to look.

    See Also
    --------
    check_incidents : The same reading, with the account of what was set aside.

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"day": ["18 June 2017"], "where": ["Mali"], "dead": [5]})
    >>> attacks = read_incidents(
    ...     table, columns={"date": "day", "country": "where", "fatalities": "dead"}
    ... )
    >>> attacks[["incident_id", "date", "country", "fatalities"]]
      incident_id       date country  fatalities
    0       own:1 2017-06-18     MLI           5
    """
    if on_error not in ("set aside", "raise"):
        raise ValueError(f"on_error is {on_error!r}; accepted: 'set aside', 'raise'")
    check, problem = account(
        data, source, columns=columns, keep=keep, dayfirst=dayfirst, vintage=vintage
    )
    if problem is not None and on_error == "raise":
        raise problem
    if len(check.set_aside) or len(check.blanked):
        warnings.warn(
            f"{check.name}: {len(check.set_aside):,} of {check.rows_in:,} rows set aside and "
            f"{len(check.blanked):,} cells made unknown; check_incidents tells which and why",
            RiskkitWarning,
            stacklevel=2,
        )
    return check.kept
