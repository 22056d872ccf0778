"""What is asked of the engine: the same tally on each, whatever the types of the columns."""

import duckdb
import ibis
import numpy as np
import pandas as pd
import polars as pl
import pyarrow.parquet as pq
import pytest

import riskkit as rk
from riskkit.errors import InvalidValueError
from riskkit.incidents.schema import conform
from tests.counts.engines import ENGINES, attacks_table, same_tally

LOOSE = {
    "floats": {"fatalities": [3.0, np.nan, 0.0], "injured": [np.nan, 1.0, 2.0]},
    "days as floats": {"days": [np.nan, 5.0, 1.0]},
    "text": {"fatalities": ["3", None, "0"]},
    "days of text": {"date": ["2017-06-18 00:00", "2017-06-20 05:00", None]},
    "nothing known": {"fatalities": None, "hostages": None},
}


def asked(every):
    return {
        "by": ["country", "admin1"],
        "every": every,
        "start": "2015-06-01",
        "end": "2016-12-31",
    }


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("every", ["day", "week", "month", "quarter", "year"])
def test_every_engine_gives_the_same_tally(messy, engine, every):
    ours = rk.tally(messy, **asked(every))
    same_tally(ours, rk.tally(ENGINES[engine](messy), **asked(every)))


@pytest.mark.filterwarnings("ignore:fetch_arrow_table:DeprecationWarning")  # Ibis asks DuckDB so
@pytest.mark.parametrize("engine", ["duckdb", "polars", "ibis", "pyarrow"])
def test_parquet_gives_the_same_tally_on_every_engine(messy, engine, tmp_path):
    path = str(tmp_path / "incidents.parquet")
    messy.to_parquet(path)
    read = {
        "duckdb": duckdb.read_parquet,
        "polars": pl.scan_parquet,
        "ibis": ibis.duckdb.connect().read_parquet,
        "pyarrow": pq.read_table,
    }
    asked = {"by": "country", "every": "month", "end": "2017-05"}
    same_tally(rk.tally(messy, **asked), rk.tally(read[engine](path), **asked))


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("case", LOOSE)
def test_loose_types_are_counted_as_what_they_mean(case, engine):
    table = attacks_table(date=["2017-06-18", "2017-06-20", "2017-07-02"], country="MLI")
    loose = table.assign(**LOOSE[case])
    asked = {"by": "country", "every": "month", "end": "2017-07"}
    same_tally(rk.tally(conform(loose), **asked), rk.tally(ENGINES[engine](loose), **asked))
    same_tally(rk.tally(conform(loose), **asked), rk.tally(loose.astype(object), **asked))


@pytest.mark.parametrize("engine", ["pandas", *ENGINES])
@pytest.mark.parametrize("toll", [1.9, np.inf])
def test_a_toll_that_is_no_whole_number_is_refused(engine, toll):
    table = attacks_table(date=["2017-06-18"] * 3, country="MLI").assign(injured=[toll, 2, np.nan])
    held = ENGINES.get(engine, pd.DataFrame)(table)
    with pytest.raises(InvalidValueError, match=f"'injured' holds {toll}; accepted: whole"):
        rk.tally(held, by="country", every="month", end="2017-06")


@pytest.mark.parametrize("engine", ["pandas", *ENGINES])
@pytest.mark.parametrize(("column", "text"), [("date", "2017-06-31"), ("injured", "many")])
def test_text_that_is_no_date_or_toll_is_refused_alike(engine, column, text):
    table = attacks_table(date=["2017-06-18"] * 2, country="MLI").assign(injured=["3", None])
    table[column] = [table[column].astype("str")[0][:10], text]
    held = ENGINES.get(engine, pd.DataFrame)(table)
    with pytest.raises(InvalidValueError, match=f"'{column}' holds .*{text}.*; accepted: "):
        rk.tally(held, by="country", every="month", end="2017-06")


def test_what_is_no_toll_and_no_date_is_refused():
    table = attacks_table(date=["2017-06-18"], country="MLI")
    with pytest.raises(InvalidValueError, match=r"'injured' holds no numbers: .*many"):
        rk.tally(table.assign(injured="many"), by="country", every="month", end="2017-06")
    with pytest.raises(TypeError, match="'date' holds Int64; accepted: dates"):
        rk.tally(table.assign(date=20170618), by="country", every="month", end="2017-06")


def test_nan_of_polars_is_unknown_and_an_index_changes_nothing():
    table = attacks_table(date=["2017-06-18", "2017-06-20"], country="MLI", fatalities=[3, None])
    asked = {"by": "country", "every": "month", "end": "2017-06"}
    known = rk.tally(table, **asked)
    nan = pl.from_pandas(table).with_columns(pl.Series("fatalities", [3.0, float("nan")]))
    same_tally(known, rk.tally(nan, **asked))
    same_tally(known, rk.tally(table.set_index(["country", "date"], drop=False), **asked))


@pytest.fixture(scope="module")
def spark():
    """A Spark of one thread. It needs Java; without it the tests fail, they aren't skipped."""
    from pyspark.sql import SparkSession

    built = SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false")
    session = built.config("spark.sql.shuffle.partitions", "1").getOrCreate()
    yield session
    session.stop()


@pytest.mark.filterwarnings("ignore:PySpark does not yet fully support pandas:FutureWarning")
@pytest.mark.parametrize("every", ["day", "month", "year"])
def test_spark_gives_the_same_tally(messy, spark, every, tmp_path):
    path = str(tmp_path / "incidents.parquet")
    messy.to_parquet(path)
    ours = rk.tally(messy, **asked(every))
    same_tally(ours, rk.tally(spark.read.parquet(path), **asked(every)))


def test_tables_of_the_users_own_database_stay_apart(messy, tmp_path):
    path = tmp_path / "own.duckdb"
    plain = ENGINES["duckdb"](messy).to_arrow_table()
    with duckdb.connect(path) as own:
        own.register("plain", plain)
        own.execute("create table incidents as from plain")
        own.execute("create table given as select 1 as code")
    with duckdb.connect(path, read_only=True) as own:
        theirs = rk.tally(own.table("incidents"), **asked("month"))
        same_tally(rk.tally(messy, **asked("month")), theirs)
        assert own.sql("from given").fetchall() == [(1,)]
        assert not own.sql("select * from duckdb_views() where not internal").fetchall()
        assert own.sql("select count(*) from incidents").fetchall() == [(len(messy),)]


def test_more_values_than_are_listed_are_found_again(messy, monkeypatch):
    monkeypatch.setattr("riskkit.counts.engine._LISTED", 0)
    same_tally(
        rk.tally(messy, **asked("month")), rk.tally(ENGINES["duckdb"](messy), **asked("month"))
    )
