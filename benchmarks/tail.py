"""Time the power-law tail beside the `powerlaw` package in exact mode, on the same data.

Run with ``python benchmarks/tail.py FILE``: whole numbers, one a line. It needs
``pip install powerlaw``. Without a file, 9,101 tolls are made up.
"""

import sys
import time
import warnings
from collections.abc import Callable

import numpy as np
import powerlaw

from riskkit.kernels import zeta
from riskkit.lethality import TailModel

REPLICATES = 1000
# The peer needs minutes for a thousand samples; it is timed on these and scaled.
PEER_REPLICATES = 20


def seconds(work: Callable[[], object], times: int) -> float:
    """Median of the time that a call takes."""
    found = []
    for _ in range(times):
        start = time.perf_counter()
        work()
        found.append(time.perf_counter() - start)
    return float(np.median(found))


def made_up() -> np.ndarray:
    """Tolls with a power-law tail from twelve on."""
    rng = np.random.default_rng(1)
    tail = zeta.draw(1 - rng.random(547), 2.37, 12, zeta.survival_table(2.37, 12))
    return np.concatenate([np.minimum(rng.geometric(0.5, 8554), 11), tail])


def peer_fit(deaths: np.ndarray) -> powerlaw.Fit:
    """Fit with the peer's exact likelihood."""
    return powerlaw.Fit(deaths, discrete=True, estimate_discrete=False, verbose=False)


def main() -> None:
    """Print both, and the ratios."""
    warnings.simplefilter("ignore")
    deaths = np.loadtxt(sys.argv[1], dtype=np.int64) if len(sys.argv) > 1 else made_up()
    values, counts = np.unique(deaths, return_counts=True)
    ours, theirs = TailModel().fit(deaths), peer_fit(deaths)
    print(f"{len(deaths):,} events, {len(values)} distinct tolls, one worker")
    print(f"riskkit   xmin {ours.xmin}, alpha {ours.alpha:.6f}, tail {ours.n_tail}")
    print(f"powerlaw  xmin {theirs.xmin:.0f}, alpha {theirs.alpha:.6f}, tail {theirs.n_tail}")
    fast = seconds(lambda: zeta.scan(values, counts.astype(float)), 200)
    whole = seconds(lambda: TailModel().fit(values, weights=counts), 100)
    slow = seconds(lambda: peer_fit(deaths), 5)
    print(
        f"scan      riskkit {fast * 1e3:.3f} ms (as a model {whole * 1e3:.3f} ms), "
        f"powerlaw {slow * 1e3:.1f} ms: {slow / fast:,.0f} (as a model {slow / whole:,.0f}) times"
    )
    ours.goodness_of_fit(50)
    fast = seconds(lambda: ours.goodness_of_fit(REPLICATES), 5)
    rng = np.random.default_rng(1)
    body = deaths[deaths < ours.xmin]
    table = zeta.survival_table(ours.alpha, ours.xmin)

    def peer_sample() -> None:
        size = rng.binomial(len(deaths), ours.n_tail / len(deaths))
        tail = zeta.draw(1 - rng.random(size), ours.alpha, ours.xmin, table)
        peer_fit(np.concatenate([rng.choice(body, len(deaths) - size), tail]))

    slow = seconds(peer_sample, PEER_REPLICATES) * REPLICATES
    print(
        f"{REPLICATES} samples: riskkit {fast:.3f} s, powerlaw {slow:.1f} s "
        f"(from {PEER_REPLICATES}): {slow / fast:,.0f} times"
    )


if __name__ == "__main__":
    main()
