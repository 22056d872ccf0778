"""Tables of attacks, and the engines that hold them, for the tests of counting."""

import duckdb
import ibis
import pandas as pd
import polars as pl
import pyarrow as pa

from riskkit.incidents.schema import conform


def attacks_table(**columns) -> pd.DataFrame:
    n = len(columns["date"])
    return conform(
        pd.DataFrame(
            {"incident_id": [f"a{i}" for i in range(n)], "date_precision": "day", **columns}
        )
    )


ENGINES = {
    "polars": pl.from_pandas,
    "lazy polars": lambda table: pl.from_pandas(table).lazy(),
    "pyarrow": pa.Table.from_pandas,
    "duckdb": lambda table: duckdb.from_arrow(pa.Table.from_pandas(table)),
    "ibis": lambda table: ibis.memtable(pa.Table.from_pandas(table)),
}


def same_tally(ours, theirs):
    pd.testing.assert_frame_equal(ours.counts, theirs.counts)
    pd.testing.assert_frame_equal(ours.watched, theirs.watched)
    pd.testing.assert_frame_equal(ours.exposure, theirs.exposure)
    pd.testing.assert_frame_equal(ours.parents, theirs.parents)
    pd.testing.assert_series_equal(ours.unplaced, theirs.unplaced)
    assert ours.notes == theirs.notes
    assert ours.breaks == theirs.breaks
