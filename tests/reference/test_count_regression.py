"""Published regressions of counts: quine (Venables & Ripley), bioChemists (Long; Zeileis)."""

import numpy as np
import pandas as pd
import pytest

from riskkit.lethality import LethalityRegression

pytestmark = pytest.mark.reference


def test_quine(reference_data):
    quine = pd.read_csv(reference_data / "quine.csv")
    fit = LethalityRegression("Days ~ Sex/(Age + Eth*Lrn)", zeros="none").fit(quine)
    assert fit.theta == pytest.approx(1.59799, abs=1e-5)
    assert 2 * fit.llf == pytest.approx(-1063.025, abs=1e-3)
    assert fit.aic == pytest.approx(1093.025, abs=1e-3)
    # Published with the coefficients held: from the information of theta alone.
    error = fit.theta / np.sqrt(np.linalg.inv(fit.parts[0].covariance)[-1, -1])
    assert error == pytest.approx(0.21287, abs=1e-5)


@pytest.mark.parametrize(
    ("zeros", "counts", "llf", "theta"),
    [
        ("none", "poisson", -1651.05632, np.inf),
        ("none", "negative binomial", -1560.95834, 2.26439),
        ("inflated", "poisson", -1604.77285, np.inf),
        ("inflated", "negative binomial", -1549.99089, None),
        ("hurdle", "poisson", -1605.31169, np.inf),
        ("hurdle", "negative binomial", -1552.59659, 1.82846),
    ],
)
def test_biochemists(reference_data, zeros, counts, llf, theta):
    chemists = pd.read_csv(reference_data / "bioChemists.csv")
    formula = "art ~ fem + mar + kid5 + phd + ment"
    fit = LethalityRegression(formula, zeros=zeros, counts=counts).fit(chemists)
    assert fit.llf == pytest.approx(llf, abs=1e-4)
    if theta is not None:
        assert fit.theta == pytest.approx(theta, abs=1e-4)
