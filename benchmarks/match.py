"""Matching 200,000 with 200,000 records of two sources whose doubles are known.

``python benchmarks/match.py [records] [runs]``: attacks in the cities of 150 countries over ten
years, and a third of them in five cities over twenty. The second source is off by 2 days and 25 km
(standard deviations), and 30% in deaths; it spells actors in its own way, codes a tenth of the
targets and methods at random, and lacks some coordinates, actors and tolls. Each run is a process
of its own; what numba keeps on the disk is made before. Prints seconds by the clock and of the
processor, precision and recall against the known links, and the most memory.
"""

import resource
import subprocess
import sys
import time
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from riskkit.incidents import match_incidents  # noqa: E402
from tests.incidents.double_records import World, scores, simulate  # noqa: E402

WORLDS = {
    "cities of 150 countries": {"countries": 150, "cities": 50, "years": 10},
    "a third in five cities": {"countries": 150, "cities": 50, "years": 20, "crowded": 0.33},
    "evenly spread": {"countries": 150, "cities": 0, "years": 10},
}


def once(name: str, size: int) -> None:
    """Print the figures of one run in this process."""
    (a, _), (b, _) = simulate(World(size=size, **WORLDS[name]))  # type: ignore[arg-type]
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    clock, processor = time.perf_counter(), time.process_time()
    match = match_incidents(a, b)
    clock, processor = time.perf_counter() - clock, time.process_time() - processor
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    precision, recall = scores(match.links, a, b)
    print(clock, processor, precision, recall, match.precision, before, memory)


def main(size: int = 200_000, runs: int = 3) -> None:
    """Print medians and ranges over runs."""
    once_only = "import sys; sys.argv = ['match']; from match import once; once({!r}, {})"
    for name in WORLDS:
        rows = []
        for number in [300, *[size] * runs]:
            done = subprocess.run(
                [sys.executable, "-c", once_only.format(name, number)],
                cwd=Path(__file__).parent, check=True, capture_output=True, text=True,
            )  # fmt: skip
            rows.append([float(part) for part in done.stdout.split()])
        table = np.array(rows[1:])
        low, middle, high = table.min(axis=0), np.median(table, axis=0), table.max(axis=0)
        print(f"{name}: {size:,} x {size:,} records, {runs} runs")
        for column, what in ((0, "seconds by the clock"), (1, "seconds of the processor")):
            print(f"  {what:26s} {middle[column]:.1f} ({low[column]:.1f} to {high[column]:.1f})")
        print(f"  precision, recall          {middle[2]:.3f}, {middle[3]:.3f}")
        print(f"  precision as it claims     {middle[4]:.3f}")
        print(f"  memory: tables, with match {middle[5]:.0f}, {middle[6]:.0f} MB", flush=True)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
