"""The scores that the room offers are those of scoringrules; kernels have the closer tests."""

import inspect

import numpy as np
import pytest
import scoringrules
from scipy import stats

import riskkit as rk
from riskkit import evaluate

Y = np.array([0.0, 0.0, 3.0, 12.0, 140.0])
MEAN = np.array([0.2, 4.0, 2.5, 30.0, 90.0])
SHAPE = np.array([0.5, 0.3, 4.0, 1.5, 20.0])
DRAWS = np.random.default_rng(1).negative_binomial(
    SHAPE[:, None], (SHAPE / (SHAPE + MEAN))[:, None], (5, 400)
)


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (evaluate.log_score_negative_binomial(Y, MEAN), scoringrules.logs_poisson(Y, MEAN)),
        (
            # Theirs takes no shape below 1.
            evaluate.log_score_negative_binomial(Y, MEAN, SHAPE + 1),
            scoringrules.logs_negbinom(Y, SHAPE + 1, (SHAPE + 1) / (SHAPE + 1 + MEAN)),
        ),
        (
            evaluate.log_score_negative_binomial(Y, MEAN, SHAPE),
            -stats.nbinom.logpmf(Y, SHAPE, SHAPE / (SHAPE + MEAN)),
        ),
        (evaluate.crps_poisson(Y, MEAN), scoringrules.crps_poisson(Y, MEAN)),
        (
            evaluate.crps_negative_binomial(Y, MEAN, SHAPE),
            scoringrules.crps_negbinom(Y, SHAPE, SHAPE / (SHAPE + MEAN)),
        ),
        (
            evaluate.crps_ensemble(Y, DRAWS, fair=True),
            scoringrules.crps_ensemble(Y, DRAWS.astype(float), estimator="fair"),
        ),
        (
            evaluate.crps_threshold_ensemble(Y, DRAWS, lower=10),
            scoringrules.twcrps_ensemble(Y, DRAWS.astype(float), a=10.0, estimator="nrg"),
        ),
        (evaluate.brier(Y > 0, [0.1, 0.7, 0.5, 0.9, 1]), scoringrules.brier_score(
            (Y > 0).astype(float), np.array([0.1, 0.7, 0.5, 0.9, 1]))),
        (
            evaluate.dawid_sebastiani_ensemble(Y, DRAWS),
            scoringrules.dssuv_ensemble(Y, DRAWS.astype(float), bias=True),
        ),
        (
            evaluate.interval_score(Y, MEAN / 2, 2 * MEAN, 0.8),
            scoringrules.interval_score(Y, MEAN / 2, 2 * MEAN, 0.2),
        ),
        (
            evaluate.quantile_score(Y, MEAN, 0.9),
            scoringrules.quantile_score(Y, MEAN, np.full(5, 0.9)),
        ),
        (
            evaluate.energy_score(Y, DRAWS.T),
            scoringrules.es_ensemble(Y, DRAWS.T.astype(float), estimator="nrg"),
        ),
    ],
)  # fmt: skip
def test_public_scores_equal_scoringrules(ours, theirs):
    np.testing.assert_allclose(ours, theirs, rtol=1e-6)


def test_every_public_score_says_what_it_is():
    for name in evaluate.__all__:
        offered = getattr(rk.evaluate, name)
        if inspect.isfunction(offered):
            assert "Examples" in offered.__doc__, name
