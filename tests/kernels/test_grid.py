"""The grid finds a peak wherever it lies and however narrow it is."""

import numpy as np
import pytest

from riskkit.kernels.grid import grid_posterior


@pytest.mark.parametrize("centre", [(0.0, 0.0), (31.7, -18.2), (-49.0, 49.0)])
@pytest.mark.parametrize("width", [3.0, 0.02])
def test_normal_peak(centre, width):
    def log_density(a, b):
        return -((a - centre[0]) ** 2 + (b - centre[1]) ** 2) / (2 * width**2)

    grid = grid_posterior(log_density, (-50, 50), (-50, 50))
    inside = abs(centre[0]) + 8 * width < 50
    if inside:
        assert grid.log_total == pytest.approx(np.log(2 * np.pi * width**2), abs=0.01)
    assert grid.mean()[0] == pytest.approx(centre[0], abs=0.1 * width if inside else 3)
    a, b = grid.sample(20_000, np.random.default_rng(1))
    assert a.min() >= -50 and b.max() <= 50
    if inside:
        assert a.std() == pytest.approx(width, rel=0.05)
        assert b.std() == pytest.approx(width, rel=0.05)


def test_flat_density_fills_the_bounds():
    grid = grid_posterior(lambda a, b: 0 * a + 0 * b, (0, 2), (0, 5))
    assert grid.log_total == pytest.approx(np.log(10))
