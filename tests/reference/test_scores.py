"""Scores as published or as their reference implementations give them (small tables, typed in).

CRPS of the Poisson and negative binomial: R package scoringRules (Jordan, Krueger & Lerch 2019,
doi:10.18637/jss.v090.i12). IGN, MIS, CRPS: definitions of the VIEWS prediction challenge 2023/24.
"""

import numpy as np
import pytest

from riskkit.kernels import crps, scores


@pytest.mark.parametrize(
    ("observed", "expected"), [(5, 3.312940527), (10, 0.729335374), (12, 1.288967167)]
)
def test_poisson(observed, expected):
    assert float(crps.crps_poisson(observed, 10.0)) == pytest.approx(expected, abs=5e-10)


@pytest.mark.parametrize(
    ("observed", "size", "p", "expected"),
    [
        (10, 10, 0.5, 1.04038134),
        (2, 10, 0.5, 5.530112175),
        (25, 10, 0.5, 12.533475764),
        (0, 0.7, 0.05, 5.526046229),
        (3, 0.7, 0.05, 3.721600319),
        (60, 0.7, 0.05, 39.770714735),
    ],
)
def test_negative_binomial(observed, size, p, expected):
    found = crps.crps_negative_binomial(observed, size * (1 - p) / p, size)
    assert float(found) == pytest.approx(expected, abs=5e-9)


def test_views_zeros():
    zeros = np.zeros((2, 1000))
    found = scores.ignorance_binned([0, 1], zeros)
    assert found == pytest.approx([0.0143410230, 9.9815672819], abs=1e-9)


def test_views_ramp():
    draws = np.arange(1000)
    lower, upper = np.quantile(draws, [0.05, 0.95])
    assert float(scores.ignorance_binned(300, draws)) == pytest.approx(2.0100237280, abs=1e-9)
    assert float(scores.interval_score(300, lower, upper)) == pytest.approx(899.1, abs=1e-9)
    assert float(crps.crps_ensemble(300, draws)) == pytest.approx(123.1335, abs=1e-9)
