"""The target model: unknown is missing, few borrow, parents count, old attacks fade."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from riskkit.counts import Tally
from riskkit.errors import NotEnoughIncidentsError
from riskkit.targets import TargetModel
from riskkit.targets.forgetting import best_half_life, faded
from tests.targets.census import MONTHS, tally_of_mixes


def share(result, region, group):
    return result.estimate(rng=1).to_frame()["estimate"][region, group]


def test_unknown_is_no_category():
    rows = [("A", "business", 30, 0), ("A", "unknown", 500, 0), ("A", "government", 10, 0)]
    some, none = (TargetModel().fit(tally_of_mixes(part, ["A"])) for part in (rows, rows[::2]))
    assert "unknown" not in some.names and (some.nobs, some.unknown) == (40, 500)
    np.testing.assert_array_equal(some.shares(50, 1), none.shares(50, 1))
    assert any("500" in note for note in some.notes)


def test_shares_add_up_to_one():
    result = TargetModel().fit(tally_of_mixes([("A", "business", 3, 0)], ["A", "B"]))
    np.testing.assert_allclose(result.shares(200, 1).sum(axis=2), 1)
    assert result.estimate(100, 1).groups.names == ["region", "target_group"]


def test_few_attacks_borrow():
    rows = [(f"R{i}", "civilians", 80, 0) for i in range(6)]
    rows += [(f"R{i}", "business", 20, 0) for i in range(6)] + [("new", "business", 1, 0)]
    result = TargetModel().fit(tally_of_mixes(rows, [*(f"R{i}" for i in range(6)), "new", "empty"]))
    assert share(result, "new", "civilians") > 0.5
    assert share(result, "empty", "civilians") == pytest.approx(0.78, abs=0.06)


def test_parents_pull_harder_than_the_world():
    rows, regions, parents = [], [], []
    for country, group in (("X", "civilians"), ("Y", "business")):
        for i in range(8):
            regions.append(f"{country} / {i}")
            parents.append(country)
            size = 40 if i else 0
            rows += [(regions[-1], group, size, 0), (regions[-1], "government", size // 8, 0)]
    tally = tally_of_mixes(rows, regions)
    nested = replace(tally, parents=pd.DataFrame({"country": parents}, index=tally.regions))
    result = TargetModel().fit(nested)
    assert (
        share(result, "X / 0", "civilians")
        > 0.6
        > 0.5
        > share(TargetModel().fit(tally), "X / 0", "civilians")
    )
    assert list(result.conf_int().index) == [
        "concentration of regions", "concentration of country"
    ]  # fmt: skip


def test_old_attacks_fade():
    rows = [("A", "civilians", 20, t) for t in range(30)]
    rows += [("A", "business", 20, t) for t in range(30, 60)]
    tally = tally_of_mixes(rows, ["A"])
    fades = TargetModel(half_life=3).fit(tally)
    keeps = TargetModel(half_life=float("inf")).fit(tally)
    assert share(fades, "A", "business") > 0.9
    assert share(keeps, "A", "business") == pytest.approx(0.5, abs=0.05)
    assert TargetModel().fit(tally).half_life < 20


def test_a_steady_mix_is_not_forgotten():
    rng = np.random.default_rng(1)
    counts = np.array([rng.multinomial(5, [0.5, 0.3, 0.2], size=4) for _ in range(60)])
    assert best_half_life(counts.astype(float)) == float("inf")


def test_fading_weighs_by_age():
    counts = np.array([[[1.0]], [[0.0]], [[0.0]]])
    assert faded(counts, 2.0).item() == pytest.approx(0.5)


def test_split_keeps_every_attack():
    result = TargetModel().fit(tally_of_mixes([("A", "business", 3, 0)], ["A", "B"]))
    for shape in [(4, 2), (4, 2, 3), (4, 2, 3, 2)]:
        attacks = np.random.default_rng(1).poisson(6, shape)
        out = result.split(attacks, rng=2)
        assert out.shape == (*shape, 7)
        np.testing.assert_array_equal(out.sum(axis=-1), attacks)


def test_split_follows_the_shares():
    result = TargetModel().fit(tally_of_mixes([("A", "business", 30, 0)], ["A"]))
    out = result.split(np.full((5, 1), 1_000_000), rng=2)
    np.testing.assert_allclose(out[:, 0] / 1e6, result.shares(5, 2)[:, 0], atol=0.003)


def test_no_attack_gives_the_prior():
    quiet = Tally.from_panel(attacks=pd.DataFrame(0, index=["A"], columns=MONTHS))
    table = TargetModel().fit(quiet).estimate(rng=1).to_frame()
    np.testing.assert_allclose(table["estimate"], 1 / 7, atol=0.03)


def test_by_another_mark():
    tally = tally_of_mixes([("A", "business", 3, 0)], ["A"])
    assert len(TargetModel(by="target_type").fit(tally).names) == 21
    with pytest.raises(NotEnoughIncidentsError, match="known attack_type"):
        TargetModel(by="attack_type").fit(tally)
    with pytest.raises(ValueError, match="no mark"):
        TargetModel(by="weather").fit(tally)


@pytest.mark.parametrize("half_life", [0, -3, float("nan")])
def test_half_life_is_checked(half_life):
    with pytest.raises(ValueError, match="half_life"):
        TargetModel(half_life=half_life)


def test_adding_a_region_changes_no_other_draws_at_fixed_parameters():
    rows = [("A", "business", 3, 0), ("B", "civilians", 9, 0)]
    both = TargetModel().fit(tally_of_mixes(rows, ["A", "B"]))
    mixes = replace(both.mixes, counts=both.mixes.counts[:1], groups=(np.array([0]),))
    one = replace(both, tally=both.tally.select(["A"]), mixes=mixes)
    np.testing.assert_array_equal(both.shares(30, 1)[:, :1], one.shares(30, 1))
