"""A monthly country tally of many incidents in Parquet, beside a bare count of the same rows.

``python benchmarks/tally.py [rows] [engine ...]``, of two files: *repeated*, the simulated census
again and again, so that the tally is short; and *diverse*, made up so that half of the incidents
are the only one of their country, month, target, method and toll: the tally is half as long as the
incidents, a hard case. Each engine runs in a process of its own, which tells its time and the most
memory it held (as Linux tells it). The bare count is the engine's own group-by of country and
month: no marks, no tolls, no coverage, no row accounted for. The tally does all of that. Spark
needs Java; it is not among the engines unless named.
"""

import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from riskkit.incidents import load_dataset
from riskkit.incidents.schema import ATTACK_TYPES, GROUP_OF_TARGET, TARGET_GROUPS, TARGET_TYPES

COUNTRIES = tuple(f"X{a}{b}" for a in "ABCDEFGHIJ" for b in "ABCDEFGHIJKLMNOP")
BLOCK = 2_000_000
ROUNDS = 3
ENGINES = ("duckdb", "polars", "ibis")


def chosen(words: Sequence[str], rows: int, rng: np.random.Generator) -> np.ndarray:
    """Draw positions of words: the k-th in proportion to 1/k, as targets and countries are."""
    share = 1 / np.arange(1, len(words) + 1)
    return rng.choice(len(words), rows, p=share / share.sum())


def encoded(words: Sequence[str], at: np.ndarray) -> pa.DictionaryArray:
    """Give text as Parquet keeps categories."""
    return pa.DictionaryArray.from_arrays(at.astype(np.int32), pa.array(words))


def diverse(rows: int, rng: np.random.Generator) -> pa.Table:
    """Make up incidents of thirty years: 160 countries, some tolls unknown, some disputed."""
    toll = np.minimum(rng.geometric(0.45, rows) - 1 + (rng.pareto(1.6, rows) > 8) * 20, 400)
    unknown, disputed = rng.random(rows), rng.random(rows) < 0.1
    target = chosen(TARGET_TYPES, rows, rng)
    group = np.array([TARGET_GROUPS.index(GROUP_OF_TARGET[name]) for name in TARGET_TYPES])
    days = np.datetime64("1995-01-01", "us") + rng.integers(0, 10_950, rows).astype("m8[D]")
    return pa.table(
        {
            "incident_id": pa.array(rng.integers(0, 2**62, rows)).cast("string"),
            "source": encoded(["census"], np.zeros(rows)),
            "date": pa.array(days),
            "date_precision": encoded(["day", "year"], rng.random(rows) < 0.01),
            "country": encoded(COUNTRIES, chosen(COUNTRIES, rows, rng)),
            "latitude": pa.array(rng.uniform(-30, 40, rows)),
            "longitude": pa.array(rng.uniform(-80, 120, rows)),
            "target_group": encoded(TARGET_GROUPS, group[target]),
            "target_type": encoded(TARGET_TYPES, target),
            "attack_type": encoded(ATTACK_TYPES, chosen(ATTACK_TYPES, rows, rng)),
            "fatalities": pa.array(toll, mask=unknown < 0.05),
            "fatalities_low": pa.array(toll - (disputed & (toll > 0)), mask=unknown < 0.05),
            "fatalities_high": pa.array(toll + disputed, mask=unknown < 0.05),
            "injured": pa.array(2 * toll, mask=unknown < 0.2),
            "hostages": pa.array(np.zeros(rows, np.int64), mask=unknown < 0.5),
            "days": pa.array(1 + (unknown > 0.97)),
        }
    )


def repeated(rows: int, rng: np.random.Generator) -> pa.Table:
    """Give the census as often as it takes; a draw from it fills up."""
    census = pa.Table.from_pandas(load_dataset("census"), preserve_index=False)
    rest = census.take(rng.integers(0, len(census), rows % len(census)))
    return pa.concat_tables([census] * (rows // len(census)) + [rest])


def open_parquet(engine: str, path: str) -> object:
    """Give what a user of the engine would hand to `riskkit.tally`."""
    if engine == "duckdb":
        import duckdb

        return duckdb.read_parquet(path)
    if engine == "polars":
        import polars as pl

        return pl.scan_parquet(path)
    if engine == "ibis":
        import ibis

        return ibis.duckdb.connect().read_parquet(path)
    if engine == "spark":
        from pyspark.sql import SparkSession

        return SparkSession.builder.master("local[2]").getOrCreate().read.parquet(path)
    raise SystemExit(f"engine is {engine!r}; accepted: {', '.join(ENGINES)}, spark")


def bare(engine: str, path: str) -> int:
    """Count the rows by country and month and by nothing else."""
    import narwhals as nw

    month = nw.col("date").dt.year() * 12 + nw.col("date").dt.month()
    frame = nw.from_native(open_parquet(engine, path)).lazy()
    grouped = frame.select("country", month.alias("month")).group_by("country", "month")
    return int(sum(grouped.agg(nw.len().alias("rows")).collect()["rows"].to_list()))


def tallied(engine: str, path: str) -> int:
    """Make the tally; give the rows it accounts for."""
    import riskkit as rk

    table = rk.tally(open_parquet(engine, path), by="country", every="month", end="2024-12")
    return int(table.counts["attacks"].sum() + table.unplaced.sum())


def alone(what: str, engine: str, path: str, rows: int) -> None:
    """Print the seconds of each round and the most memory of this process, in MB."""
    work = {"bare": bare, "tally": tallied}[what]
    times = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        found = work(engine, path)
        times.append(time.perf_counter() - start)
        assert found == rows, f"{found:,} of {rows:,} rows are accounted for"
    status = Path("/proc/self/status").read_text(encoding="ascii")
    print(*times, int(status.split("VmHWM:")[1].split()[0]) / 1024)


def main(rows: int, engines: tuple[str, ...]) -> None:
    """Print times and memory side by side."""
    table = {}
    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder, "incidents.parquet"))
        for world in (repeated, diverse):
            rng = np.random.default_rng(1)
            first = world(min(BLOCK, rows), rng)
            with pq.ParquetWriter(path, first.schema) as out:
                out.write_table(first)
                for done in range(len(first), rows, BLOCK):
                    out.write_table(world(min(BLOCK, rows - done), rng))
            del first
            for engine in engines:
                for what in ("bare", "tally"):
                    call = [sys.executable, __file__, "--alone", what, engine, path, str(rows)]
                    told = subprocess.run(call, capture_output=True, text=True, check=True).stdout
                    *times, peak = map(float, told.split()[-ROUNDS - 1 :])
                    table[world.__name__, engine, what] = {
                        "seconds": statistics.median(times),
                        "fastest": min(times),
                        "slowest": max(times),
                        "most MB": peak,
                    }
    shown = pd.DataFrame(table).T
    shown["ratio"] = shown["seconds"] / shown["seconds"].groupby(level=[0, 1]).transform("first")
    print(f"{rows:,} incidents")
    print(shown.round(2).to_string())


if __name__ == "__main__":
    if sys.argv[1:2] == ["--alone"]:
        alone(*sys.argv[2:5], int(sys.argv[5]))
    else:
        asked = tuple(sys.argv[2:]) or ENGINES
        main(int(sys.argv[1]) if len(sys.argv) > 1 else 20_000_000, asked)
