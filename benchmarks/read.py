"""Reading files of attacks to the validated table, against pandas reading all their columns.

``python benchmarks/read.py [rows of CSV] [rows of XLSX] [runs]`` makes files up in the layouts of
GED (49 columns) and GTD (135), and reads each with both in turn, every time in a process of its
own. Workbooks hold their texts in the sheet, as openpyxl writes them, or share them, as Excel and
XlsxWriter do; the small one has as many rows as a month of UCDP's candidate events. pandas only
parses; riskkit also validates, maps names and vocabularies, and knows the line of every fault.
Memory is the process's peak over what it had with both libraries imported.
"""

import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

SMALL = 1_300
PEERS = {"csv": "pandas", "xlsx": "pandas with openpyxl"}


def once(tool: str, path: str) -> None:
    """Read one file and print seconds, seconds of all cores, and MB."""
    import pandas as pd
    import pyarrow.csv  # noqa: F401

    from riskkit.incidents import check_incidents

    before = resource.getrusage(resource.RUSAGE_SELF)
    start = time.perf_counter()
    if tool == "riskkit":
        check_incidents(path)
    elif path.endswith("csv"):
        pd.read_csv(path)
    else:
        pd.read_excel(path, engine="openpyxl")
    seconds = time.perf_counter() - start
    after = resource.getrusage(resource.RUSAGE_SELF)
    cores = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    print(json.dumps([seconds, cores, (after.ru_maxrss - before.ru_maxrss) / 1024]))


def compared(path: Path, runs: int) -> None:
    """Read a file with both in turn and print the times side by side."""
    found: dict[str, list[list[float]]] = {"riskkit": [], "pandas": []}
    for _ in range(runs):
        for tool, results in found.items():
            command = [sys.executable, __file__, "once", tool, str(path)]
            results.append(json.loads(subprocess.check_output(command)))
    kind = path.suffix[1:]
    print(f"{path.name} ({path.stat().st_size / 1e6:.0f} MB), median (least to most) of {runs}")
    for tool, name in (("riskkit", "riskkit"), ("pandas", PEERS[kind])):
        seconds, cores, peaks = zip(*found[tool], strict=True)
        print(
            f"  {name:22}{median(seconds):7.2f} s ({min(seconds):.2f} to {max(seconds):.2f})"
            f"{median(cores):8.2f} s of cores ({min(cores):.2f} to {max(cores):.2f})"
            f"{median(peaks):7.0f} MB"
        )
    for place, what in enumerate(("seconds", "seconds of cores", "memory")):
        pairs = zip(*(tuple(run[place] for run in runs) for runs in found.values()), strict=True)
        ratios = [ours / theirs for ours, theirs in pairs]
        print(f"  {what}: {median(ratios):.2f} of pandas ({min(ratios):.2f} to {max(ratios):.2f})")


def make(folder: str, rows: str, rows_xlsx: str) -> None:
    """Make the files up; in a process of its own, since memory at its peak is inherited."""
    import made_up

    made_up.write(made_up.ged(int(rows)), Path(folder, "ged.csv"))
    made_up.write(made_up.gtd(int(rows) * 4 // 7), Path(folder, "gtd.csv"))
    days = dict.fromkeys(("date_start", "date_end"), "datetime64[us]")
    ged, gtd = made_up.ged(int(rows_xlsx)).astype(days), made_up.gtd(int(rows_xlsx) * 4 // 7)
    for name, table, engine in (
        ("ged", ged, "openpyxl"),
        ("gtd", gtd, "openpyxl"),
        ("ged_shared", ged, "xlsxwriter"),
        ("gtd_shared", gtd, "xlsxwriter"),
        ("ged_small", ged.head(SMALL), "xlsxwriter"),
    ):
        table.to_excel(Path(folder, f"{name}.xlsx"), index=False, engine=engine)


def main(rows: int = 350_000, rows_xlsx: int = 10_000, runs: int = 5) -> None:
    """Make the files and compare."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, __file__, "make", folder, str(rows), str(rows_xlsx)]
        subprocess.run(command, check=True)
        print(
            f"CSV {rows:,} x 49, {rows * 4 // 7:,} x 135; "
            f"XLSX {rows_xlsx:,} x 49, {rows_xlsx * 4 // 7:,} x 135"
        )
        for path in sorted(Path(folder).iterdir(), key=lambda path: (path.suffix, path.name)):
            compared(path, runs)


if __name__ == "__main__":
    if sys.argv[1:2] == ["once"]:
        once(*sys.argv[2:])
    elif sys.argv[1:2] == ["make"]:
        make(*sys.argv[2:])
    else:
        main(*map(int, sys.argv[1:]))
