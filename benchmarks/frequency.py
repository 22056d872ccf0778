"""Default frequency fit against statsmodels' negative binomial with region dummies.

One panel, 200 regions x 600 months; both fits in turn, on the same machine and load:
``python benchmarks/frequency.py [regions] [months] [repeats]``. The two answer unlike questions
(one rate a region and one dispersion; levels that drift, pooled): what is compared is the time
that a user waits for rates of all regions.
"""

import sys
import time

import numpy as np
import pandas as pd
import statsmodels.api as sm

import riskkit as rk
from riskkit.counts import Tally


def simulated(regions: int, months: int) -> pd.DataFrame:
    """Draw counts: lognormal rates around one a month, dispersion 2."""
    rng = np.random.default_rng(1)
    rates = np.exp(rng.normal(0, 1.5, (regions, 1)))
    counts = rng.negative_binomial(0.5, 0.5 / (0.5 + rates), (regions, months)).astype(float)
    counts[:, 0] += counts.sum(axis=1) == 0  # a dummy without events has no estimate
    names = [f"region {i:03d}" for i in range(regions)]
    return pd.DataFrame(counts, names, pd.period_range("1970-01", periods=months, freq="M"))


def seconds(work: object) -> float:
    """Time one call."""
    start = time.perf_counter()
    work()  # type: ignore[operator]
    return time.perf_counter() - start


def main(regions: int = 200, months: int = 600, repeats: int = 3) -> None:
    """Print both times, their ratio and its spread."""
    panel = simulated(regions, months)
    tally = Tally.from_panel(attacks=panel)
    model = rk.FrequencyModel()
    model.fit(Tally.from_panel(attacks=panel.iloc[:3, :24]))  # loads the compiled kernels
    counts = panel.to_numpy().ravel()
    dummies = np.kron(np.eye(regions), np.ones((months, 1)))

    def peer() -> None:
        sm.NegativeBinomial(counts, dummies).fit(disp=0, maxiter=500)

    ours, theirs = [], []
    for turn in range(repeats):
        ours.append(seconds(lambda: model.fit(tally)))
        theirs.append(seconds(peer))
        print(f"turn {turn + 1}: riskkit {ours[-1]:.2f} s, statsmodels {theirs[-1]:.1f} s")
    ratios = np.array(theirs) / np.array(ours)
    print(
        f"{regions} regions x {months} months: riskkit {np.median(ours):.2f} s, statsmodels "
        f"{np.median(theirs):.1f} s; ratio {np.median(ratios):.1f} "
        f"({ratios.min():.1f} to {ratios.max():.1f}, {repeats} turns)"
    )


if __name__ == "__main__":
    main(*(int(part) for part in sys.argv[1:]))
