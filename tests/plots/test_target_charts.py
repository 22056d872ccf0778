"""Targets: bar lengths are the shares of the estimate's table."""

import numpy as np
import pytest

import riskkit as rk
from riskkit.plots.style import TARGETS


@pytest.fixture(scope="module")
def shares(tally):
    return rk.TargetModel().fit(tally).estimate(draws=200, rng=1)


def test_one_region_with_intervals(shares):
    ax = rk.plots.targets(shares, region="MLI")
    table = shares.to_frame().loc["MLI"].sort_values("estimate", ascending=False)
    np.testing.assert_allclose([bar.get_width() for bar in ax.patches], table["estimate"])
    bars = np.array([segment[:, 0] for segment in ax.collections[0].get_segments()])
    np.testing.assert_allclose(bars, table[["lower", "upper"]])
    assert ax.get_title("left").startswith("MLI")


def test_regions_side_by_side(shares):
    ax = rk.plots.targets(shares)
    table = shares.to_frame()["estimate"].unstack()
    bars = {container.get_label(): [bar.get_width() for bar in container]
            for container in ax.containers}  # fmt: skip
    assert set(bars) == set(table.columns)
    for group, widths in bars.items():
        np.testing.assert_allclose(widths, table[group])
    assert [label.get_text() for label in ax.get_yticklabels()] == ["BFA", "MLI", "NER"]
    assert ax.get_legend() is not None


def test_only_the_first_of_many(shares):
    ax = rk.plots.targets(shares, most=2)
    assert "The first 2 of 3 regions." in ax.get_figure().texts[0].get_text()


def test_what_is_no_mix_is_refused(tally, shares):
    rates = rk.FrequencyModel().fit(tally).estimate(draws=50, rng=1)
    with pytest.raises(ValueError, match="shares by region and target group"):
        rk.plots.targets(rates)
    with pytest.raises(ValueError, match="region is 'XXX'"):
        rk.plots.targets(shares, region="XXX")


def test_every_target_group_has_a_colour_of_its_own():
    from riskkit.incidents.schema import TARGET_GROUPS

    assert set(TARGETS) == set(TARGET_GROUPS)
    assert len(set(TARGETS.values())) == len(TARGETS)
