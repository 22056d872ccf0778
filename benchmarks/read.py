"""Reading a file of attacks to the validated table, against pandas reading all its columns.

Events in UCDP's layout of 49 columns, made up, as CSV and as XLSX:
``python benchmarks/read.py [rows of CSV] [rows of XLSX]``. pandas only parses; riskkit also
validates, maps names and vocabularies, and finds the line of every fault.
"""

import csv
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pandas as pd

from riskkit.incidents import check_incidents

NAMES = (
    "id,relid,year,active_year,code_status,type_of_violence,conflict_dset_id,conflict_new_id,"
    "conflict_name,dyad_dset_id,dyad_new_id,dyad_name,side_a_dset_id,side_a_new_id,side_a,"
    "side_b_dset_id,side_b_new_id,side_b,number_of_sources,source_article,source_office,"
    "source_date,source_headline,source_original,where_prec,where_coordinates,"
    "where_description,adm_1,adm_2,latitude,longitude,geom_wkt,priogrid_gid,country,country_id,"
    "region,event_clarity,date_prec,date_start,date_end,deaths_a,deaths_b,deaths_civilians,"
    "deaths_unknown,best,high,low,gwnoa,gwnob"
)


def events(rows: int) -> pd.DataFrame:
    """Make up events: one in a thousand has a low toll above the best."""
    number = pd.Series(range(rows))
    days = pd.Timestamp("1989-01-01") + pd.to_timedelta(number % 12_000, unit="D")
    table = pd.DataFrame(dict.fromkeys(NAMES.split(","), ""), index=number.index)
    return table.assign(
        id=number,
        year=days.dt.year,
        type_of_violence=1 + number % 3,
        side_a="Government of Mali",
        side_b="JNIM",
        source_article='"A paper,\n2022-02-24", and another one of the same day',
        source_headline="Many words on what happened, where, and to whom",
        where_prec=1 + number % 6,
        where_coordinates="Bankass town",
        adm_1="Mopti region",
        latitude=14.07,
        longitude=-3.52,
        geom_wkt="POINT (-3.52 14.07)",
        country="Mali",
        date_prec=1,
        date_start=days.dt.strftime("%Y-%m-%d"),
        date_end=days.dt.strftime("%Y-%m-%d"),
        deaths_a=0,
        deaths_b=1,
        deaths_civilians=0,
        best=1 + number % 9,
        high=10,
        low=(number % 1000 == 0) * 99,
    )


def seconds(work: Callable[[], object], repeats: int = 3) -> float:
    """Time the fastest of some calls."""
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times)


def main(rows: int = 200_000, rows_xlsx: int = 10_000) -> None:
    """Print the times side by side."""
    with tempfile.TemporaryDirectory() as folder:
        text, book = Path(folder, "ged.csv"), Path(folder, "ged.xlsx")
        events(rows).to_csv(text, index=False, quoting=csv.QUOTE_NONNUMERIC)
        events(rows_xlsx).to_excel(book, index=False)
        print(f"{rows:,} x 49 CSV ({text.stat().st_size / 1e6:.0f} MB)")
        print(f"  riskkit   {seconds(lambda: check_incidents(text)):6.2f} s")
        print(f"  pandas    {seconds(lambda: pd.read_csv(text)):6.2f} s")
        print(f"{rows_xlsx:,} x 49 XLSX")
        print(f"  riskkit   {seconds(lambda: check_incidents(book)):6.2f} s")
        print(f"  openpyxl  {seconds(lambda: pd.read_excel(book, engine='openpyxl'), 1):6.2f} s")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
