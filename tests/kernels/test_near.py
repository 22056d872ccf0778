"""Near pairs are found by cells of one degree: they are those of looking at every pair."""

import numpy as np
import pytest

from riskkit.kernels.near import count_near, index_of, near_pairs

EDGES = np.array([1.0, 10.0, 60.0, 200.0])


def records(size, where, seed):
    rng = np.random.default_rng(seed)
    latitude, longitude = rng.uniform(40, 44, size), rng.uniform(-3, 3, size)
    if where == "date line":
        longitude = (rng.uniform(178, 182, size) + 180) % 360 - 180
    if where == "poles":
        latitude = rng.choice([-1, 1], size) * rng.uniform(86, 90, size)
        longitude = rng.uniform(-180, 180, size)
    lost = rng.random(size) < 0.15
    latitude[lost] = longitude[lost] = np.nan
    day = np.sort(rng.integers(0, 200, size))
    vague = rng.choice([0.0, 30.0, 150.0], size)
    return day, rng.integers(0, 4, size), latitude, longitude, vague, rng.integers(-1, 3, size)


def km(one, other):
    lat_a, lat_b = np.radians(one[0]), np.radians(other[0])
    half = np.sin((lat_b - lat_a) / 2) ** 2
    half += np.cos(lat_a) * np.cos(lat_b) * np.sin(np.radians(other[1] - one[1]) / 2) ** 2
    return 2 * 6371.0088 * np.arcsin(np.sqrt(half))


def by_hand(a, b, inner, outer):
    """Every pair: near in time, and near in place or, where one has none, of one country."""
    found = set()
    for i in range(len(a[0])):
        for j in range(len(b[0])):
            gap = max(0, abs(b[0][j] - a[0][i]) - a[1][i] - b[1][j])
            if not inner < gap <= outer:
                continue
            if np.isnan([a[2][i], b[2][j]]).any():
                near = a[5][i] >= 0 and a[5][i] == b[5][j]
            else:
                apart = km((a[2][i], a[3][i]), (b[2][j], b[3][j]))
                near = apart <= EDGES[-1] + a[4][i] + b[4][j]
            if near:
                found.add((i, j))
    return found


@pytest.mark.parametrize("where", ["a country", "date line", "poles"])
@pytest.mark.parametrize(("inner", "outer"), [(-1, 5), (5, 40)])
def test_near_pairs_are_those_of_looking_at_every_pair(where, inner, outer):
    a, b = records(120, where, 1), records(150, where, 2)
    rows, index = np.arange(120), index_of(b, 3)
    first, second, *_ = near_pairs(a, index, rows, inner, outer, EDGES)
    pairs = list(zip(first.tolist(), second.tolist(), strict=True))
    assert len(pairs) == len(set(pairs)) > 50
    assert set(pairs) == by_hand(a, b, inner, outer)
    counts = count_near(a, index, rows, inner, outer, EDGES)
    np.testing.assert_array_equal(counts, np.bincount(first, minlength=120))
