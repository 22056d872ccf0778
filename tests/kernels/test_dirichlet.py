"""The Dirichlet-multinomial against direct formulas and simulated truth."""

import numpy as np
import pytest
from scipy.optimize import minimize
from scipy.stats import dirichlet_multinomial

from riskkit.errors import ConvergenceError, NotEnoughIncidentsError
from riskkit.kernels.dirichlet import fit, log_likelihood, pool


def simulated(rng, concentration, rows, size=100):
    mean = np.array([0.5, 0.3, 0.15, 0.05])
    return np.array(
        [rng.multinomial(size, rng.dirichlet(concentration * mean)) for _ in range(rows)]
    )


def test_likelihood_is_scipys_without_coefficients():
    rng = np.random.default_rng(1)
    counts, alpha = simulated(rng, 8, 5), np.array([2.0, 1.0, 0.5, 0.2])
    from scipy.special import gammaln

    coefficients = gammaln(counts.sum(1) + 1) - gammaln(counts + 1).sum(1)
    direct = dirichlet_multinomial.logpmf(counts, alpha, counts.sum(1)) - coefficients
    assert log_likelihood(counts, alpha) == pytest.approx(direct.sum(), rel=1e-12)


@pytest.mark.parametrize("concentration", [0.5, 5.0, 80.0])
def test_fit_is_the_maximum(concentration):
    counts = simulated(np.random.default_rng(2), concentration, 40)
    alpha, value = fit(counts)
    found = minimize(
        lambda log: -log_likelihood(counts, np.exp(log)), np.log(alpha + 0.1), method="BFGS"
    )
    assert value >= -found.fun - 1e-6
    np.testing.assert_allclose(alpha, np.exp(found.x), rtol=1e-2)


def test_categories_that_never_occur_have_alpha_zero():
    assert fit([[8, 0, 2], [3, 0, 9], [6, 0, 6]])[0][1] == 0


def test_nothing_to_learn_is_said():
    with pytest.raises(NotEnoughIncidentsError, match="two rows"):
        fit([[3, 4]])
    with pytest.raises(ConvergenceError, match="no maximum"):
        fit([[50, 50], [50, 50], [50, 50]])


@pytest.mark.parametrize("concentration", [2.0, 20.0, 200.0])
def test_pool_finds_how_alike_rows_are(concentration):
    counts = simulated(np.random.default_rng(3), concentration, 150, size=300)
    level = pool(counts, np.zeros(150, dtype=int), np.full((1, 4), 0.5))
    assert level.concentration() == pytest.approx(concentration, rel=0.35)
    share = level.prior + level.total()
    np.testing.assert_allclose(share[0] / share.sum(), [0.5, 0.3, 0.15, 0.05], atol=0.05)


def test_nothing_seen_leaves_the_prior():
    level = pool(np.zeros((2, 3)), [0, 1], np.full((2, 3), 0.5))
    assert not level.total().any() and level.mass.sum() == pytest.approx(1)
