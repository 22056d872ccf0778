"""Time `import riskkit` against `import pandas`: `python benchmarks/import_time.py`.

Fresh processes take turns, so that a busy machine slows both alike; medians are compared.
"""

import statistics
import subprocess
import sys
import time

RUNS = 15
LIMIT = 1.3


def seconds(module: str) -> float:
    """Wall time of a fresh process that imports one module."""
    start = time.perf_counter()
    subprocess.run([sys.executable, "-c", f"import {module}"], check=True)
    return time.perf_counter() - start


def main() -> int:
    """Print both medians and their ratio; 1 if the ratio is past the limit."""
    modules = ("pandas", "riskkit")
    for module in modules:
        seconds(module)
    rounds = [{module: seconds(module) for module in modules} for _ in range(RUNS)]
    median = {module: statistics.median(turn[module] for turn in rounds) for module in modules}
    ratio = median["riskkit"] / median["pandas"]
    print(f"import pandas {median['pandas']:.3f} s, import riskkit {median['riskkit']:.3f} s")
    print(f"ratio {ratio:.2f}, at most {LIMIT}")
    return int(ratio > LIMIT)


if __name__ == "__main__":
    raise SystemExit(main())
