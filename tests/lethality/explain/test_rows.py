"""What a regression takes from incidents and tallies: each attack once, nothing lost unsaid."""

import numpy as np
import pandas as pd
import pytest

import riskkit as rk
from riskkit.errors import InvalidValueError, RiskkitWarning
from riskkit.incidents.schema import conform
from riskkit.lethality import (
    DisputedTail,
    LethalityRegression,
    QuantileRegression,
    TailRegression,
)
from riskkit.lethality.explain.rows import gather


def incidents(size=6, **columns):
    """Attacks of 2010, guns and bombs in turn, one death each, with columns of their own."""
    table = pd.DataFrame(
        {
            "incident_id": [f"a{at}" for at in range(size)],
            "date": pd.Timestamp("2010-06-01"),
            "date_precision": "day",
            "country": "MLI",
            "attack_type": ["Armed Assault", "Bombing/Explosion"] * (size // 2),
            "fatalities": pd.array([1] * size, dtype="Int64"),
        }
    )
    return conform(table.assign(**columns))


def tallied(table):
    return rk.tally(table, by="country", every="year", end="2010", marks=["attack_type"])


@pytest.mark.parametrize("formula", ["injured ~ attack_type", "fatalities ~ hostages",
                                     "attacks ~ attack_type"])  # fmt: skip
def test_sums_of_a_tally_are_no_tolls_of_attacks(formula):
    table = incidents(injured=2, hostages=0)
    assert gather(table, "injured", ["attack_type"], 1).tolls.tolist() == [2, 2]
    with pytest.raises(ValueError, match="of a tally is a sum over attacks; accepted: its tolls"):
        LethalityRegression(formula).fit(tallied(table))


def test_a_tally_knows_its_weights():
    tally = tallied(incidents())
    assert gather(tally, "fatalities", ["attack_type"], 1).weights.tolist() == [3, 3]
    with pytest.raises(ValueError, match="weights is 'attacks'; accepted: None for a tally"):
        gather(tally, "fatalities", ["attack_type"], 1, weights="attacks")


def test_only_deaths_start_at_one_in_a_source_of_deadly_attacks():
    table = incidents(90, source="ucdp", injured=[0, 0, 0, 4, 5, 6] * 15)
    kinds = pd.DataFrame({"attack_type": ["Armed Assault", "Bombing/Explosion"]})
    fit = LethalityRegression("injured ~ attack_type").fit(table)
    assert fit.nobs == 90 and not any("Left out" in note for note in fit.notes)
    assert any("collects deadly events only" in note for note in fit.notes)
    assert fit.estimate(kinds, rng=1).to_frame()["estimate"].tolist() == pytest.approx(
        [5 / 3, 10 / 3], rel=0.1
    )
    high = QuantileRegression("injured ~ attack_type", 0.6).fit(table)
    assert high.rows.tolls.min() == 0 and high.predict(kinds).tolist() == [0, 4]
    for outcome, starts_at_one in (("fatalities", True), ("fatalities_high", True),
                                   ("fatalities_low", False)):  # fmt: skip
        rows = gather(table.assign(**{outcome: 1}), outcome, ["attack_type"], 1)
        assert rows.deadly_only is starts_at_one
        assert ("deaths per attack start at one" in " ".join(rows.notes)) is starts_at_one


@pytest.mark.parametrize("outcome", ["fatalities", "fatalities_low", "fatalities_high", "injured",
                                     "hostages", "perpetrators_killed"])  # fmt: skip
def test_events_over_days_are_sums_whatever_is_counted(outcome):
    table = incidents(40, days=[30] * 10 + [1] * 30, **{outcome: [90] * 10 + [1, 2, 3] * 10})
    rows = gather(table, outcome, ["attack_type"], 1)
    assert rows.nobs == 30 and rows.tolls.max() == 3
    assert "Left out: 10 that ran over days and are sums of attacks." in rows.notes


@pytest.mark.parametrize(("wrong", "named"), [(None, "<NA>|nan|None"), (-3, "-3"), (0.5, "0.5"),
                                              (np.inf, "inf"), ("many", "many")])  # fmt: skip
def test_weights_are_counts(wrong, named):
    table = incidents(40).assign(n=[1] * 39 + [wrong])
    with pytest.raises(InvalidValueError, match=f"weights 'n' holds .*({named}).*whole numbers"):
        gather(table, "fatalities", ["attack_type"], 1, weights="n")


def test_weights_are_a_column():
    table = incidents(40).assign(n=2)
    assert gather(table, "fatalities", ["attack_type"], 1, weights="n").nobs == 80
    for given in (table["n"], table["n"].to_numpy(), 2):
        with pytest.raises(TypeError, match=r"weights is a .*; accepted: the name of a column"):
            LethalityRegression("fatalities ~ attack_type").fit(table, weights=given)


@pytest.mark.parametrize(
    ("values", "named", "levels"),
    [
        (pd.Series([1, 2] * 20, dtype="category"), (1, 2), ["1", "2"]),
        (pd.Series([1, 2] * 20, dtype="category"), (np.int64(1), "2"), ["1", "2"]),
        (pd.Series([True, False, None, False] * 10, dtype=object), (True, False),
         ["no", "yes", "unknown"]),
        (pd.Series([True, False] * 20, dtype="category"), (True, "no"), ["no", "yes"]),
        (pd.Series([3, "b"] * 20, dtype=object), (3, "b"), ["3", "b"]),
        (pd.Series(["a", None] * 20), ("a", None), ["a", "unknown"]),
    ],
    ids=["integers", "as text", "yes, no, unknown", "categories of yes and no", "mixed", "text"],
)  # fmt: skip
def test_any_level_can_be_named(values, named, levels):
    table = incidents(40, fatalities=[0, 1, 2, 3, 0] * 8).assign(k=values)
    fit = LethalityRegression("fatalities ~ k").fit(table)
    assert list(fit.rows.covariates["k"].cat.categories) == levels
    one, other = named
    effect = fit.effect({"k": one}, {"k": other}, rng=1).draws
    kinds = fit.estimate(pd.DataFrame({"k": pd.Series([one, other], dtype=object)}), rng=1).draws
    np.testing.assert_allclose(effect[:, :2], kinds)


def test_what_is_left_out_is_counted_once():
    nobody = {"source": "ucdp", "days": [1] * 30 + [9] * 10, "fatalities": [0] * 20 + [2, 0] * 10}
    rows = gather(incidents(40, **nobody).assign(x=[np.nan] * 5 + [1.0, 2.0, 3.0, 4.0, 5.0] * 7),
                  "fatalities", ["x"], 1)  # fmt: skip
    counted = [int(note.split()[2]) for note in rows.notes if note.startswith("Left out")]
    assert sum(counted) + rows.nobs == 40 and rows.nobs == 5


@pytest.mark.parametrize("wrong", [np.inf, -1, 1.5, "some"])
def test_tolls_are_whole_numbers(wrong):
    table = incidents(40).assign(toll=[wrong] + [0, 1, 2] * 13)
    with pytest.raises(InvalidValueError, match=f"toll holds {wrong}; accepted: whole numbers"):
        LethalityRegression("toll ~ attack_type").fit(table)


def test_covariates_are_finite():
    table = incidents(40, fatalities=[0, 1, 2, 3, 0] * 8).assign(x=[*np.arange(39.0), np.inf])
    with pytest.raises(InvalidValueError, match="x holds infinity; accepted: finite numbers"):
        LethalityRegression("fatalities ~ x").fit(table)


@pytest.mark.parametrize("wrong", [np.nan, None, np.inf, "many"])
def test_kinds_have_numbers_that_are_known(wrong):
    table = incidents(400, fatalities=[0, 1, 2, 14, 0, 11, 30, 10] * 50)
    table["x"] = np.arange(400) % 9
    kinds = pd.DataFrame({"x": [1, wrong]})
    asked = [
        lambda: LethalityRegression("fatalities ~ x").fit(table).estimate(kinds),
        lambda: LethalityRegression("fatalities ~ x").fit(table).effect({"x": wrong}, {"x": 1}),
        lambda: QuantileRegression("fatalities ~ x", 0.6).fit(table).predict(kinds),
        lambda: TailRegression("fatalities ~ x", xmin=10).fit(table).alpha(kinds),
    ]
    for answer in asked:
        with pytest.raises(
            ValueError, match=r"x is (nan|None|inf|many); accepted: a finite number"
        ):
            answer()


def test_other_tables_are_refused_by_name():
    polars = pytest.importorskip("polars")
    table = polars.DataFrame({"fatalities": [0, 1], "k": ["a", "b"]})
    for model in (LethalityRegression("fatalities ~ k"), DisputedTail(1)):
        with pytest.raises(
            TypeError, match=r"incidents is a polars\..*accepted: a pandas DataFrame"
        ):
            model.fit(table)


def test_columns_in_backticks_are_found():
    table = incidents(400, fatalities=np.random.default_rng(1).negative_binomial(1, 0.3, 400))
    table["my x"] = table["x"] = np.arange(400) % 9
    for formula in ("fatalities ~ {}", "fatalities ~ poly({}, 2) + attack_type"):
        one, other = (
            LethalityRegression(formula.format(name)).fit(table) for name in ("`my x`", "x")
        )
        np.testing.assert_allclose(one.params, other.params)


def test_sources_that_count_different_things_are_not_mixed_without_a_warning():
    table = incidents(60, source=["gtd", "ucdp", "ucdp"] * 20, fatalities=[1, 2, 3] * 20)
    formula = "fatalities ~ attack_type"
    with pytest.warns(RiskkitWarning, match="count different things are added up: gtd: "):
        rows = gather(table, "fatalities", ["attack_type"], 1)
    assert "Sources that count different things are added up." in rows.notes
    with pytest.warns(RiskkitWarning, match="count different things") as told:
        LethalityRegression(formula).fit(table)
    assert told[0].filename == __file__
    with pytest.warns(RiskkitWarning, match="count different things") as told:
        DisputedTail(1, imputations=2).fit(table)
    assert told[0].filename == __file__
    assert gather(table, "fatalities", ["source"], 1).nobs == 60
