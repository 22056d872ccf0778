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
PEER_REPLICATES = 40


def seconds(work: Callable[[], object], times: int) -> np.ndarray:
    """Time that each of a number of calls takes."""
    found = []
    for _ in range(times):
        start = time.perf_counter()
        work()
        found.append(time.perf_counter() - start)
    return np.array(found)


def spread(times: np.ndarray, unit: float = 1.0) -> str:
    """Median of times, with the middle half of them."""
    low, middle, high = np.quantile(times, [0.25, 0.5, 0.75]) / unit
    return f"{middle:.3g} [{low:.3g}, {high:.3g}]"


def ratio(slow: np.ndarray, fast: np.ndarray, scale: float = 1.0) -> str:
    """How many times one is faster: of the medians, and of the quartiles least in its favour."""
    least = np.quantile(slow, 0.25) / np.quantile(fast, 0.75) * scale
    return f"{np.median(slow) / np.median(fast) * scale:,.0f} times (at least {least:,.0f})"


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
    assert (ours.xmin, ours.n_tail) == (theirs.xmin, theirs.n_tail)
    # The peer's simplex stops at four digits.
    assert abs(ours.alpha - theirs.alpha) < 1e-4
    print("Medians, with quartiles.")
    scan = seconds(lambda: zeta.scan(values, counts.astype(float)), 500)
    model = seconds(lambda: TailModel().fit(values, weights=counts), 200)
    peer = seconds(lambda: peer_fit(deaths), 15)
    print(f"scan of xmin        riskkit {spread(scan, 1e-3)} ms, powerlaw {spread(peer, 1e-3)} ms")
    print(f"                    {ratio(peer, scan)}")
    print(f"TailModel().fit     riskkit {spread(model, 1e-3)} ms: {ratio(peer, model)}")
    ours.goodness_of_fit(50)
    mine = seconds(lambda: ours.goodness_of_fit(REPLICATES), 9)
    rng = np.random.default_rng(1)
    body = deaths[deaths < ours.xmin]
    table = zeta.survival_table(ours.alpha, ours.xmin)

    def peer_sample() -> None:
        size = rng.binomial(len(deaths), ours.n_tail / len(deaths))
        tail = zeta.draw(1 - rng.random(size), ours.alpha, ours.xmin, table)
        peer_fit(np.concatenate([rng.choice(body, len(deaths) - size), tail]))

    each = seconds(peer_sample, PEER_REPLICATES)
    print(
        f"{REPLICATES} goodness-of-fit replicates: riskkit {spread(mine)} s, "
        f"powerlaw {spread(each * REPLICATES)} s (scaled from {PEER_REPLICATES})"
    )
    print(f"                    {ratio(each, mine, REPLICATES)}")


if __name__ == "__main__":
    main()
