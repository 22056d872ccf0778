"""Make the pictures of the README and of these pages: `python docs/pictures.py`."""

from pathlib import Path

import matplotlib as mpl

mpl.use("Agg")
from matplotlib import pyplot as plt

import riskkit as rk

IMAGES = Path(__file__).parent / "images"


def street(tally: rk.Tally) -> None:
    """Past and coming months of one country, and what they mean in deaths a year."""
    rates = rk.FrequencyModel().fit(tally)
    risk = rk.RiskModel().fit(tally).forecast(horizon=12, rng=1, years=200)
    figure, (left, right) = plt.subplots(1, 2, figsize=(12, 4.6), layout="constrained")
    ahead = rates.forecast(horizon=12, rng=1)
    rk.plots.forecast(ahead, region="XAD", history=tally.until("2021-12"), ax=left)
    rk.plots.exceedance(risk, region="XAD", ax=right)
    figure.savefig(IMAGES / "street.png", dpi=110)


def main() -> None:
    """Draw them all from the simulated census."""
    IMAGES.mkdir(exist_ok=True)
    street(rk.tally(rk.load_dataset("census"), by="country", every="month"))


if __name__ == "__main__":
    main()
