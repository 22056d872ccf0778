"""Regions inside a parent are drawn to their parent, as far as parents differ."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy.special import logsumexp

import riskkit as rk
from riskkit.counts import Tally
from riskkit.frequency.nesting import SPREADS, levels_above, nesting, transitions

PARENTS, EACH, PERIODS = 8, 8, 60
COUNTRIES = [f"country {i}" for i in range(PARENTS) for _ in range(EACH)]
NAMES = [f"{country} / {i % EACH}" for i, country in enumerate(COUNTRIES)]


def nested_tally(spread, within, seed):
    """Steady Poisson regions: gamma inside a country, lognormal between countries."""
    rng = np.random.default_rng(seed)
    means = np.exp(-2 + spread * rng.standard_normal(PARENTS)).repeat(EACH)
    rates = rng.gamma(within, means / within)
    counts = rng.poisson(rates[:, None], (len(rates), PERIODS)).astype(float)
    months = pd.period_range("2015-01", periods=PERIODS, freq="M")
    flat = Tally.from_panel(attacks=pd.DataFrame(counts, NAMES, months))
    parents = pd.DataFrame({"country": COUNTRIES}, index=flat.regions)
    return flat, replace(flat, parents=parents), rates


def test_tree_of_two_levels():
    parents = pd.DataFrame(
        {"part": ["N", "N", "S", "S", "S"], "country": ["a", "a", "b", "b", "c"]}, list("12345")
    )
    tree = nesting(parents)
    assert tree.above.tolist() == [-1, 0, 0, 1, 2, 2]
    assert tree.leaf.tolist() == [3, 3, 4, 4, 5]


def test_levels_that_tell_nothing_are_left_out():
    one = pd.DataFrame({"world": ["all"] * 3, "country": ["a", "a", "b"]}, list("123"))
    assert nesting(one).above.tolist() == [-1, 0, 0]
    alone = pd.DataFrame({"country": ["a", "b", "c"]}, list("123"))
    assert not nesting(alone).nested
    assert not nesting(pd.DataFrame(index=list("123"))).nested


def test_summing_means_out_is_the_sum_over_all_of_them():
    rng = np.random.default_rng(1)
    parents = pd.DataFrame({"part": list("NNSSS"), "country": list("aabbc")}, list("12345"))
    tree, log_means = nesting(parents), np.linspace(-1, 1, 4)
    chances, by_region = transitions(log_means)[3], rng.standard_normal((4, 5))
    belief, _ = levels_above(tree, by_region, chances)
    nodes = len(tree.above)
    total = [[] for _ in log_means]
    for means in np.ndindex(*(4,) * nodes):
        steps = [np.log(chances[means[tree.above[i]], means[i]]) for i in range(1, nodes)]
        seen = [by_region[means[tree.leaf[r]], r] for r in range(5)]
        total[means[0]].append(sum(steps) + sum(seen))
    assert belief[0] == pytest.approx([logsumexp(each) for each in total])


def test_a_spread_of_zero_is_one_mean_for_all():
    assert transitions(np.arange(3.0))[0].tolist() == np.eye(3).tolist()
    assert SPREADS[0] == 0


def test_parents_that_differ_lend_their_own_mean():
    hits, narrower = [], []
    for seed in range(6):
        flat, nested, rates = nested_tally(1.5, 4.0, seed)
        few = flat.panel("attacks").sum(axis=1).to_numpy() <= 5
        found = {}
        for name, tally in (("flat", flat), ("nested", nested)):
            table = rk.FrequencyModel(drift=0, dispersion=0).fit(tally).estimate(rng=1).to_frame()
            found[name] = table
        table = found["nested"]
        hits.append((table["lower"] <= rates) & (rates <= table["upper"]))
        width = {key: (each["upper"] - each["lower"])[few].mean() for key, each in found.items()}
        narrower.append(width["nested"] / width["flat"])
    assert 0.85 <= np.mean(hits) <= 0.95
    assert np.mean(narrower) < 0.9


def test_parents_that_do_not_differ_change_little():
    flat, nested, _ = nested_tally(0.0, 1.0, 3)
    model = rk.FrequencyModel(drift=0, dispersion=0)
    plain, inside = model.fit(flat), model.fit(nested)
    assert inside.params["spread"] <= 0.2
    assert np.log(inside.rates / plain.rates).abs().max() < 0.1
    assert inside.llf == pytest.approx(plain.llf, abs=1.0)


def test_summary_tells_the_spread_between_parents():
    _, nested, _ = nested_tally(1.5, 4.0, 0)
    table = rk.FrequencyModel(drift=0, dispersion=0).fit(nested).summary()
    assert table.loc["spread", "lower"] <= 1.5 <= table.loc["spread", "upper"]
    assert table.loc["shape", "lower"] <= 4.0 <= table.loc["shape", "upper"]


def test_a_region_without_attacks_follows_its_parent():
    flat, nested, _ = nested_tally(1.5, 4.0, 1)
    totals = flat.panel("attacks").sum(axis=1).groupby(COUNTRIES, sort=False).sum()
    quiet = flat.counts[
        ~flat.counts["region"].isin([f"{totals.idxmax()} / 0", f"{totals.idxmin()} / 0"])
    ]
    rates = rk.FrequencyModel(drift=0, dispersion=0).fit(replace(nested, counts=quiet)).rates
    assert rates[f"{totals.idxmax()} / 0"] > 3 * rates[f"{totals.idxmin()} / 0"]
