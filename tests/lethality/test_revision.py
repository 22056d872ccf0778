"""Revisions of first tolls: truth found, chances against draws, what comes in and goes out."""

import gzip

import numpy as np
import pandas as pd
import pytest

from riskkit.errors import (
    IncidentDataError,
    InvalidValueError,
    MissingColumnError,
    NotEnoughIncidentsError,
)
from riskkit.lethality import (
    DisputedTail,
    RevisionModel,
    TailModel,
    pool,
    toll_bounds,
    toll_revisions,
)
from riskkit.lethality.distributions import PowerLaw

CLASSES = np.array(RevisionModel().classes)
CHANGE = np.array([0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45])
UP = np.array([1, 0.9, 0.8, 0.75, 0.7, 0.7, 0.65, 0.6, 0.6])
SHAPE, SCALE, GROWTH, LEFT, STEADY = 0.4, 0.8, 0.4, 0.7, 4.0


def made(size, rng):
    """First tolls of a power law, and what became of them."""
    first = PowerLaw(1).rvs([1.9], size, rng).clip(0, 400) - 1
    kind = np.searchsorted(CLASSES, first, side="right") - 1
    chance = rng.random(size)
    changed, up = chance < CHANGE[kind], chance < (CHANGE * UP)[kind]
    scale = SCALE * (1 + first) ** GROWTH
    more = 1 + np.floor(scale * ((1 - rng.random(size)) ** -SHAPE - 1) / SHAPE)
    share = rng.beta(LEFT * STEADY, (1 - LEFT) * STEADY, size)
    less = rng.binomial(np.maximum(first - 1, 0).astype(int), share)
    return first, np.where(up, first + more, np.where(changed, less, first))


def higher(first, at_least):
    """True chance to settle at `at_least` or more, above the first toll."""
    kind = np.searchsorted(CLASSES, first, side="right") - 1
    away = (at_least - first - 1) / (SCALE * (1 + first) ** GROWTH)
    return (CHANGE * UP)[kind] * (1 + SHAPE * away) ** (-1 / SHAPE)


@pytest.fixture(scope="module")
def fitted():
    first, settled = made(4_000, np.random.default_rng(8))
    return RevisionModel().fit(first, settled)


def test_truth_is_found(fitted):
    first = np.array([0, 1, 2, 3, 7, 12, 30])
    told = fitted.estimate(first, rng=1).to_frame(level=0.99)
    truth = CHANGE[np.searchsorted(CLASSES, first, side="right") - 1]
    assert ((told["lower"] <= truth) & (truth <= told["upper"])).all()
    for toll, at_least in ((0, 3), (2, 5), (10, 30)):
        told = fitted.chance([toll], at_least, rng=1).to_frame(level=0.99).iloc[0]
        assert told["lower"] <= higher(toll, at_least) <= told["upper"]
    bounds = fitted.conf_int(0.99)
    for name, value in (("shape", SHAPE), ("left", LEFT), ("concentration", STEADY)):
        assert bounds.loc[name, "lower"] <= value <= bounds.loc[name, "upper"]


def test_intervals_hold_what_tolls_come_to(fitted):
    first, settled = made(6_000, np.random.default_rng(9))
    told = fitted.predict(np.unique(first)).loc[first.astype(int)]
    inside = (told["lower"].to_numpy() <= settled) & (settled <= told["upper"].to_numpy())
    assert 0.9 <= inside.mean() <= 0.98
    assert told["mean"].mean() == pytest.approx(settled.mean(), rel=0.1)


def test_chances_and_means_are_those_of_the_draws(fitted):
    first = [0, 1, 2, 8, 60]
    settled = fitted.draw(first, draws=60_000, rng=3)
    assert settled.min() >= 0 and settled.max() <= 10_000
    for at_least in (0, 1, 2, 5, 40, 61, 90):
        exact = fitted.chance(first, at_least, draws=60_000, rng=3).draws.mean(axis=0)
        np.testing.assert_allclose((settled >= at_least).mean(axis=0), exact, atol=0.006)
    capped = np.minimum(settled, 1_000)
    small = RevisionModel(largest=1_000)
    again = small.fit(fitted.pairs["first"], fitted.pairs["settled"], fitted.pairs["times"])
    np.testing.assert_allclose(
        capped.mean(axis=0), again.mean(first, 60_000, 3).draws.mean(axis=0), rtol=0.05
    )


def test_the_bound_holds_and_a_higher_first_toll_is_its_own():
    pairs = RevisionModel(largest=50).fit([5, 5, 5, 80], [5, 40, 9, 80])
    settled = pairs.draw([5, 80], 4_000, 1)
    assert settled[:, 0].max() <= 50 and settled[:, 1].max() <= 80
    assert pairs.chance([5], 51, rng=1).draws.max() == 0
    assert pairs.chance([80], 80, rng=1).draws.min() > 0
    assert (pairs.mean([5, 80], rng=1).draws.max(axis=0) <= [50, 80]).all()


def test_classes_with_nothing_borrow():
    few = RevisionModel().fit([1, 1, 2, 3], [1, 2, 2, 3], weights=[400, 100, 50, 50])
    told = few.estimate([1, 30], rng=1).to_frame()
    assert told.loc[1, "upper"] - told.loc[1, "lower"] < 0.1
    assert 0.01 < told.loc[30, "estimate"] < 0.5
    assert told.loc[30, "upper"] - told.loc[30, "lower"] > 0.2


def test_a_first_toll_of_none_only_goes_up(fitted):
    told = fitted.predict([0])
    assert told.loc[0, "down"] == 0 and told.loc[0, "up"] > 0
    assert fitted.chance([0], 0, rng=1).draws.min() == 1


def test_weights_are_repetition():
    first, settled, times = [0, 2, 2, 5], [0, 2, 5, 4], [3, 9, 2, 1]
    once = RevisionModel().fit(first, settled, times)
    long = RevisionModel().fit(np.repeat(first, times), np.repeat(settled, times))
    pd.testing.assert_frame_equal(once.predict([2, 5]), long.predict([2, 5]))
    assert once.nobs == 15 and once.revised == 3 and "3 of 15" in once.summary()


def test_fresh_tolls_become_bounds_that_lethality_takes(fitted):
    incidents = pd.DataFrame(
        {
            "fatalities": pd.array([2, None, 12, 30], dtype="Int64"),
            "fatalities_low": pd.array([0, 1, None, 30], dtype="Int64"),
            "fatalities_high": pd.array([2, 4, None, 30], dtype="Int64"),
        }
    )
    fresh = [True, True, True, False]
    told = fitted.correct(incidents, fresh=fresh, rng=1)
    pd.testing.assert_frame_equal(told.iloc[[1, 3]], incidents.iloc[[1, 3]])
    assert told.loc[0, "fatalities_low"] == 0 and told.loc[0, "fatalities_high"] > 2
    assert told.loc[2, "fatalities_low"] < 12 < told.loc[2, "fatalities_high"]
    assert incidents.loc[2, "fatalities_low"] is pd.NA  # the table given is as it was
    bounds = toll_bounds(told)
    assert (bounds["low"] <= bounds["high"]).all() and len(bounds) == 4
    with pytest.raises(InvalidValueError, match="fresh has shape"):
        fitted.correct(incidents, fresh=[True])


def test_drawn_tables_are_fitted_and_pooled(fitted):
    first = PowerLaw(5).rvs([2.4], 300, rng=2)
    fits = [PowerLaw(5).fit(table) for table in fitted.draw(first, draws=15, rng=4)]
    pooled = pool(fits)
    naive = TailModel(5).fit(first)
    assert pooled.params["alpha"] < naive.alpha  # revisions make the tail heavier
    assert pooled.diagnostics().loc["alpha", "fmi"] > 0.02
    table = pd.DataFrame({"fatalities": first})
    assert DisputedTail(5, imputations=3).fit(fitted.correct(table)).disputed > 0


def test_same_seed_same_answer(fitted):
    one, two = (fitted.draw([2, 5], 50, 7) for _ in range(2))
    np.testing.assert_array_equal(one, two)
    alone = fitted.estimate([2], rng=7).draws[:, 0]
    np.testing.assert_array_equal(fitted.estimate([2, 5], rng=7).draws[:, 0], alone)


def test_little_or_no_revision_is_answered():
    none = RevisionModel().fit([1, 2, 3], [1, 2, 3], weights=[500, 200, 100])
    assert none.revised == 0 and none.estimate([1], rng=1).to_frame()["upper"].iloc[0] < 0.02
    assert np.isfinite(none.params).all()
    one = RevisionModel().fit([2], [5])
    assert one.predict([2]).loc[2, "upper"] >= 5


def test_what_is_no_toll_is_refused():
    model = RevisionModel()
    with pytest.raises(InvalidValueError, match="first holds -1"):
        model.fit([-1], [2])
    with pytest.raises(InvalidValueError, match=r"settled holds 2\.5"):
        model.fit([1], [2.5])
    with pytest.raises(InvalidValueError, match="settled has 1 entries"):
        model.fit([1, 2], [2])
    with pytest.raises(NotEnoughIncidentsError, match="no pair"):
        model.fit([1, None], [None, 2])
    with pytest.raises(ValueError, match="classes are"):
        RevisionModel(classes=(1, 2))
    with pytest.raises(ValueError, match="largest is 0"):
        RevisionModel(largest=0)
    result = model.fit([1, 2, None], [1, 3, 4])
    assert result.unknown == 1 and "1 pairs with an unknown toll" in result.summary()
    with pytest.raises(InvalidValueError, match="first holds"):
        result.estimate([-2])


def release(ids, tolls, dates):
    return pd.DataFrame(
        {
            "incident_id": ids,
            "fatalities": pd.array(tolls, dtype="Int64"),
            "date": pd.to_datetime(dates),
        }
    )


def test_releases_are_paired():
    days = ["2017-06-18", "2017-06-10", "2017-06-01", "2017-06-17"]
    one = release(["bamako", "b", "c", "gone"], [2, None, 1, 4], days)
    two = release(["bamako", "b", "c", "gone", "e"], [4, 3, 1, 4, 8], [*days, "2017-07-01"])
    three = release(
        ["bamako", "b", "c", "e", "new"],
        [5, 6, 1, 8, 9],
        [*days[:3], "2017-07-01", "2018-01-01"],
    )
    # Their order does not matter: days do.
    pairs = toll_revisions({"2018-06-19": three, "2017-06-19": one, "2017-07-19": two})
    pairs = pairs.set_index("incident_id")
    assert pairs.index.tolist() == ["bamako", "c", "gone", "b", "e"]
    assert pairs.loc["bamako", ["first", "settled", "age", "wait"]].tolist() == [2, 5, 1, 365]
    assert pairs.loc["b", ["first", "settled", "age", "wait"]].tolist() == [3, 6, 39, 335]
    assert pairs.loc["gone", "removed"] and pairs.loc["gone", "settled"] is pd.NA
    assert pairs["removed"].sum() == 1
    result = RevisionModel().fit(pairs["first"], pairs["settled"])
    assert result.nobs == 4 and result.revised == 2 and result.unknown == 1


def test_a_toll_known_only_at_the_end_is_no_pair():
    one = release(["a"], [None], ["2020-01-01"])
    pairs = toll_revisions({"2020-02-01": one, "2021-02-01": one.assign(fatalities=3)})
    assert pairs["first"].isna().all()


def test_what_is_no_release_is_said():
    one = release(["a", "b"], [1, 2], ["2020-01-01"] * 2)
    with pytest.raises(IncidentDataError, match="releases holds 1"):
        toll_revisions({"2020-02-01": one})
    with pytest.raises(IncidentDataError, match="shares no incident_id"):
        toll_revisions({"2020-02-01": one, "2021-02-01": one.assign(incident_id=["c", "d"])})
    with pytest.raises(InvalidValueError, match="'a' twice"):
        toll_revisions({"2020-02-01": one.assign(incident_id="a"), "2021-02-01": one})
    with pytest.raises(InvalidValueError, match="2020-02-01 twice"):
        toll_revisions({"2020-02-01": one, pd.Timestamp("2020-02-01"): one})
    with pytest.raises(MissingColumnError, match="no fatalities"):
        toll_revisions({"2020-02-01": one.drop(columns="fatalities"), "2021-02-01": one})


def ucdp(path):
    """Ids, days and best figures of a UCDP file, whatever its layout."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        rows = pd.read_csv(lines, low_memory=False)
    best = rows["best_death"] if "best_death" in rows else rows["best"]
    day = rows["date_end"] if "date_end" in rows else rows[["year", "month", "day"]]
    table = pd.DataFrame(
        {"incident_id": rows["id"].astype(str), "fatalities": best, "date": pd.to_datetime(day)}
    )
    return table.drop_duplicates("incident_id")


@pytest.mark.data
def test_ucdp_hardly_ever_revises_old_tolls(real_data):
    """Releases of 2019, 2021 and 2023: what overlaps happened long before the first of them."""
    folder = real_data / "ucdp"
    r19, r21 = ucdp(folder / "ged191_BGD_MMR.csv.gz"), ucdp(folder / "ged211_where_prec12.csv.gz")
    r23 = pd.concat([ucdp(folder / f"ged231_{name}.csv.gz") for name in ("CAF", "sample1000")])
    r23 = r23.drop_duplicates("incident_id")
    early = toll_revisions({"2019-06-01": r19, "2021-06-01": r21})
    early = early[~early["removed"]]  # the later file has well-placed events only
    late = toll_revisions({"2021-06-01": r21, "2023-06-01": r23})
    late = late[~late["removed"]]
    learned = RevisionModel().fit(early["first"], early["settled"])
    assert (learned.nobs, learned.revised) == (1056, 2)
    assert late["first"].ne(late["settled"]).sum() == 7 and len(late) == 1877
    # The share of the later pair, which the fit hasn't seen, lies within what it expects.
    tolls, at = np.unique(late["first"].to_numpy(int), return_inverse=True)
    change = learned.estimate(tolls, rng=1).draws[:, at]
    rng = np.random.default_rng(1)
    counts = (rng.random(change.shape) < change).sum(axis=1)
    assert np.quantile(counts, 0.05) <= 7 <= np.quantile(counts, 0.95)
    told = learned.predict(tolls)
    inside = (told["lower"].to_numpy()[at] <= late["settled"].to_numpy(int)) & (
        late["settled"].to_numpy(int) <= told["upper"].to_numpy()[at]
    )
    assert inside.mean() > 0.99
