"""Shares of a mixture against many steps of the EM algorithm, and at their ends."""

import numpy as np
import pytest

from riskkit.kernels.shares import best_shares


def by_em(chance, times, steps=10_000):
    share = np.full(chance.shape[1], 1 / chance.shape[1])
    for _ in range(steps):
        share = share * ((times / times.sum() / (chance @ share)) @ chance)
    return share


@pytest.mark.parametrize(("cells", "rows"), [(3, 6), (8, 40)])
def test_many_problems_at_once_are_those_of_em(cells, rows):
    rng = np.random.default_rng(cells)
    low = rng.integers(0, cells, rows)
    high = np.minimum(low + rng.integers(0, 4, rows), cells - 1)
    at = np.arange(cells)
    chance = ((at >= low[:, None]) & (at <= high[:, None])).astype(float)
    second = chance * rng.uniform(1e-8, 1, chance.shape)
    times = rng.integers(1, 200, rows).astype(float)
    value, share = best_shares(np.array([chance, second]), times)
    for k, table in enumerate((chance, second)):
        slow = by_em(table, times)
        assert value[k] >= np.log(table @ slow) @ times / times.sum() - 1e-12
        np.testing.assert_allclose(share[k], slow, atol=1e-3)


def test_a_cell_that_nothing_asks_for_is_empty():
    value, share = best_shares(np.array([[[1.0, 1.0], [1.0, 0.0]]]), np.array([5.0, 3.0]))
    np.testing.assert_allclose(share, [[1, 0]], atol=1e-11)
    assert value[0] == pytest.approx(0, abs=1e-12)


def test_tiny_chances_are_no_trouble():
    value, share = best_shares(np.array([[[1.0, 0], [0, 1e-300], [1e-200, 1]]]), np.ones(3))
    assert share[0] == pytest.approx([1 / 3, 2 / 3], abs=1e-9)
    assert value[0] == pytest.approx((np.log(1 / 3) + 2 * np.log(2 / 3) - 300 * np.log(10)) / 3)
