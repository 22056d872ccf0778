"""Overdispersion of allele counts, US population data of the R package dirmult."""

from pathlib import Path

import pandas as pd
import pytest

from riskkit.kernels.dirichlet import fit

pytestmark = pytest.mark.reference


def test_overdispersion_and_likelihood(reference_data: Path) -> None:
    counts = pd.read_csv(reference_data / "dirmult_us1.csv", index_col=0).to_numpy(float)
    alpha, value = fit(counts)
    assert 1 / (1 + alpha.sum()) == pytest.approx(0.00564976823, abs=1e-9)
    assert value == pytest.approx(-3272.84761, abs=1e-5)
