"""Odds of pairs and chances of links, beside looking at every pair and every set of links."""

import itertools

import numpy as np
import pytest

from riskkit.incidents.linking.comparison import Pairs, compare, sides
from riskkit.incidents.linking.learning import fit_linkage
from riskkit.incidents.linking.linkage import Window
from riskkit.kernels.linkage import day_codes, link_chances
from riskkit.kernels.near import near_pairs
from tests.incidents.double_records import World, simulate


def every_set(first, second, weight):
    """Chances of links by adding up all sets of links that share no record."""
    total, with_link = 0.0, np.zeros(len(weight))
    for size in range(len(weight) + 1):
        for chosen in itertools.combinations(range(len(weight)), size):
            kept = list(chosen)
            if len(set(first[kept])) == len(set(second[kept])) == size:
                product = np.prod(weight[kept])
                total += product
                with_link[kept] += product
    return with_link / total


@pytest.mark.parametrize("seed", range(5))
def test_chances_of_links_are_exact_where_links_make_no_rings(seed):
    rng = np.random.default_rng(seed)
    # A path a0 - b0 - a1 - b1 - ... and a star around one more record.
    first = np.array([0, 1, 1, 2, 2, 3, 3, 3])
    second = np.array([0, 0, 1, 1, 2, 2, 3, 4])
    weight = rng.lognormal(0, 2, 8)
    found = link_chances(first, second, weight, 4, 5, 200, 1e-12)
    np.testing.assert_allclose(found, every_set(first, second, weight), rtol=1e-9)


@pytest.mark.parametrize("seed", range(5))
def test_chances_of_links_are_exact_in_rings_of_few_records(seed):
    rng = np.random.default_rng(seed)
    # Two groups of records, all of each linked with all others, and a link apart.
    first = np.array([0, 0, 1, 1, 2, 2, 3, 4, 3, 4, 3, 4, 5])
    second = np.array([0, 1, 0, 1, 0, 1, 2, 2, 3, 3, 4, 4, 5])
    mixed = rng.permutation(13)
    first, second, weight = first[mixed], second[mixed], rng.lognormal(2, 3, 13)
    found = link_chances(first, second, weight, 6, 6, 200, 1e-12)
    np.testing.assert_allclose(found, every_set(first, second, weight), rtol=1e-9)


def test_codes_of_days_cover_each_day_once():
    bands = np.array([0, 1, 2, 5, 10])
    apart = np.arange(-10, 11)
    codes, widths = day_codes(apart, np.zeros(21, np.int64), bands)
    np.testing.assert_array_equal(np.bincount(codes), [1, 1, 1, 3, 5, 1, 1, 3, 5])
    np.testing.assert_array_equal(widths, np.bincount(codes)[codes])
    vague, _ = day_codes(apart, np.full(21, 7), bands)
    months, _ = day_codes(apart, np.full(21, 31), bands)
    assert vague.min() >= 9 and vague.max() < 13 <= months.min()


@pytest.mark.parametrize("bursts", [0.0, 0.3])
@pytest.mark.parametrize("lost", [0.0, 0.3])
def test_pairs_found_in_one_pass_are_all_those_above_the_bound(lost, bursts):
    world = World(
        size=500, lost=lost, countries=3, cities=10, years=2, bursts=bursts, like=bool(bursts)
    )
    (a, _), (b, _) = simulate(world)
    spelled = {"place": [f"Town {k % 7}" for k in range(500)], "admin1": "North"}
    left, right, _, _ = sides(a.assign(**spelled), b.assign(**spelled))
    window = Window(10, 150.0)
    linkage = fit_linkage(left, right, window, np.random.default_rng(1))[0]
    rows = np.arange(len(left.row))
    pairs = Pairs(*near_pairs(left.where, right.index, rows, -1, 10, window.edges))
    weight = linkage.weight(left, right, pairs, compare(left, right, pairs, len(window.edges)))
    likely, _, found = linkage.likely(left, right, rows, 1e-3)
    every = dict(zip(zip(pairs.first, pairs.second, strict=True), weight, strict=True))
    kept = dict(zip(zip(likely.first, likely.second, strict=True), found, strict=True))
    assert set(kept) == {pair for pair, odds in every.items() if odds > 1e-3}
    assert 300 < len(kept) < len(every)
    np.testing.assert_allclose(list(kept.values()), [every[pair] for pair in kept])
