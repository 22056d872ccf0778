"""Steps in what is written down are found where they are, and nowhere else."""

import numpy as np
import pandas as pd
import pytest

from riskkit.incidents import check_incidents
from riskkit.incidents.coding_breaks import coding_breaks
from riskkit.incidents.coverage import Break
from riskkit.incidents.schema import conform

MONTHS = pd.period_range("2000-01", periods=120, freq="M")


def world(seed, share, each=30, **columns):
    """Attacks of ten years; ``share`` by month is the chance that the toll is unknown."""
    chance = np.random.default_rng(seed)
    counts = chance.poisson(each, len(MONTHS))
    unknown = chance.random(counts.sum()) < np.repeat(share, counts)
    tolls = chance.poisson(1.0, counts.sum()).astype(float)
    table = pd.DataFrame({"date": np.repeat(MONTHS.start_time, counts), "date_precision": "day",
                          "fatalities": np.where(unknown, np.nan, tolls)})  # fmt: skip
    table["incident_id"] = [str(number) for number in range(len(table))]
    return conform(table.assign(**columns))


def test_a_step_is_found_in_its_month_with_its_shares():
    right = 0
    for seed in range(10):
        found = coding_breaks(world(seed, np.where(np.arange(120) < 60, 0.2, 0.5)))
        assert found["column"].tolist() == ["fatalities"]
        right += abs((found["date"][0] - pd.Timestamp("2005-01-01")).days) < 62
        assert found["before"][0] == pytest.approx(0.2, abs=0.05)
        assert found["after"][0] == pytest.approx(0.5, abs=0.05)
    assert right >= 9


@pytest.mark.parametrize("slip", ["1917-01-01", "2107-01-01"])
def test_a_slipped_year_hides_no_step(slip):
    table = world(3, np.where(np.arange(120) < 60, 0.2, 0.5))
    steps = coding_breaks(table)
    table.loc[len(table) - 1, "date"] = pd.Timestamp(slip)
    found = coding_breaks(table)
    assert found["date"].tolist() == steps["date"].tolist()
    assert len(found) == 1


@pytest.mark.parametrize("each", [2, 30])
def test_a_level_share_and_a_slow_trend_are_no_break(each):
    shares = (np.full(120, 0.3), np.linspace(0.1, 0.8, 120))
    told = sum(
        len(coding_breaks(world(seed, share, each))) for seed in range(10) for share in shares
    )
    assert told == 0


def test_events_without_deaths_that_stop_being_collected_are_found():
    table = world(1, np.zeros(120))
    late = (table["date"] >= "2006-01-01") & (table["fatalities"] == 0)
    found = coding_breaks(table[~late])
    assert found[["column", "what"]].to_numpy().tolist() == [["fatalities", "without deaths"]]
    assert abs((found["date"][0] - pd.Timestamp("2006-01-01")).days) < 62
    assert found["after"][0] == 0


def test_thin_data_are_looked_at_by_year():
    share = np.where(np.arange(120) < 60, 0.05, 0.95)
    found = coding_breaks(world(3, share, each=2))
    assert found["date"].tolist() == [pd.Timestamp("2005-01-01")]


def test_a_declared_break_is_named():
    table = world(1, np.where(np.arange(120) < 60, 0.2, 0.6))
    told = coding_breaks(table, [Break("2005-01-01", "another team")])["inferred"]
    assert told.tolist() == ["the source's change of method of 2005-01-01"]
    assert "other attacks" in coding_breaks(table)["inferred"][0]


def test_nothing_to_look_at():
    empty = conform(pd.DataFrame({"incident_id": [], "date": []}))
    assert len(coding_breaks(empty)) == 0
    assert len(check_incidents(empty).breaks()) == 0
    assert "Coding breaks</b>: none" in check_incidents(empty)._repr_html_()


def test_the_notebook_page_has_all_sections_and_escapes():
    table = world(1, np.where(np.arange(120) < 60, 0.2, 0.6), place="<b>Gao</b>", country="MLI")
    page = check_incidents(table)._repr_html_()
    for heading in ("Completeness", "Precision", "Likely duplicates", "Outliers", "Coding breaks",
                    "Set aside"):  # fmt: skip
        assert f"<b>{heading}" in page
    assert "<b>Gao" not in page
    assert "never zero" in page
    assert "other attacks" in page


@pytest.mark.data
def test_rands_change_of_1998_is_found_in_the_rows(real_data):
    attacks = check_incidents(real_data / "rand" / "rand_rdwti_1968_2009.csv.gz").kept
    found = coding_breaks(attacks, [Break("1998-01-01", "domestic attacks too")])
    near = found[found["inferred"].str.contains("1998-01-01")]
    assert set(near["column"]) == {"place", "weapon_type", "actor"}
