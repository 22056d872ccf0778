"""Two vintages of one source: added, back-dated, removed, revised."""

import io

import pandas as pd
import pytest

from riskkit.errors import IncidentDataError, InvalidValueError, MissingColumnError
from riskkit.incidents import compare_versions
from riskkit.incidents.schema import conform


@pytest.fixture
def old():
    return conform(
        pd.DataFrame(
            {
                "incident_id": [f"MLI{n}" for n in range(100)],
                "date": pd.date_range("2022-01-01", periods=100),
                "country": "MLI",
                "fatalities": pd.array([None, *range(99)], dtype="Int64"),
            }
        )
    )


def test_nothing_changed(old):
    changes = compare_versions(old, old.copy())
    assert changes.same == 100
    assert "0 added, 0 of them back-dated" in changes.summary()


def test_every_kind_of_change_is_found(old):
    new = old.iloc[5:].copy()
    new.loc[10, "fatalities"] = 77
    new.loc[11, "date"] = pd.Timestamp("2022-06-01")
    late = old.iloc[[50]].assign(incident_id="late")
    fresh = old.iloc[[99]].assign(incident_id="fresh", date=pd.Timestamp("2022-05-01"))
    changes = compare_versions(old, pd.concat([new, late, fresh], ignore_index=True))
    assert changes.added["incident_id"].tolist() == ["late", "fresh"]
    assert changes.back_dated["incident_id"].tolist() == ["late"]
    assert changes.removed["incident_id"].tolist() == [f"MLI{n}" for n in range(5)]
    assert changes.revised.to_numpy().tolist() == [
        ["MLI11", "date", "2022-01-12", "2022-06-01"],
        ["MLI10", "fatalities", "9", "77"],
    ]
    assert changes.same == 93


def test_one_slipped_date_makes_nothing_back_dated(old):
    slip = old.iloc[[0]].assign(incident_id="slip", date=pd.Timestamp("2030-01-01"))
    fresh = old.assign(
        incident_id="n" + old["incident_id"], date=old["date"] + pd.Timedelta(100, "D")
    )
    new = pd.concat([old, fresh], ignore_index=True)
    changes = compare_versions(pd.concat([old, slip], ignore_index=True), new)
    assert len(changes.added) == 100 and len(changes.back_dated) == 0
    assert changes.slipped == 1 and "taken for slips" in changes.summary()
    # A record that is all there is of the last years is none, where the source is a thin one.
    few = old.iloc[:10].assign(date=pd.date_range("2000-01-01", periods=10, freq="500D"))
    assert compare_versions(few, few).slipped == 0


def test_unknown_to_known_is_a_change_and_zero_is_not_unknown(old):
    new = old.copy()
    new.loc[0, "fatalities"] = 0
    revised = compare_versions(old, new).revised
    assert revised[["old", "new"]].to_numpy().tolist() == [["unknown", "0"]]


def test_a_word_for_unknown_and_an_end_of_text_are_compared_too(old):
    before = old.assign(place=["unknown", "Zone 3.0", "Camp 00:00:00", None, *["Gao"] * 96])
    after = before.assign(place=[None, "Zone 3", "Camp", "unknown", *["Gao"] * 96])
    for kind in ("str", object, "category"):
        changes = compare_versions(
            before.astype({"place": kind}), after.astype({"place": kind}), columns=["place"]
        )
        assert changes.revised[["old", "new"]].to_numpy().tolist() == [
            ["'unknown'", "unknown"],
            ["Zone 3.0", "Zone 3"],
            ["Camp 00:00:00", "Camp"],
            ["unknown", "'unknown'"],
        ]
        assert changes.same == 96


@pytest.mark.parametrize("kind", ["bool", "boolean", "bool[pyarrow]", object])
def test_yes_and_no_are_1_and_0(old, kind):
    told = old.assign(suicide=[True, False] * 50)
    numbers = told.astype({"suicide": "float64"})
    numbers.loc[1, "suicide"] = 1
    for number in ("float64", "Int64", "int8"):
        changes = compare_versions(
            told.astype({"suicide": kind}), numbers.astype({"suicide": number}), columns=["suicide"]
        )
        assert changes.revised[["old", "new"]].to_numpy().tolist() == [["0", "1"]]
    changes = compare_versions(told, told.assign(suicide=[*[True] * 2, *told["suicide"][2:]]),
                               columns=["suicide"])  # fmt: skip
    assert changes.revised[["old", "new"]].to_numpy().tolist() == [["False", "True"]]


def test_numbers_are_the_same_numbers_as_text(old):
    for text in (
        old["fatalities"].astype("str"),
        old["fatalities"].astype("float64").astype("str"),
    ):
        kept = old.assign(fatalities=text.where(old["fatalities"].notna()))
        assert compare_versions(kept, old).same == compare_versions(old, kept).same == 100


@pytest.mark.parametrize(
    "kept",
    [
        lambda table: table.astype({"fatalities": "float64"}),
        lambda table: table.astype(object),
        lambda table: table.convert_dtypes(dtype_backend="pyarrow"),
        lambda table: table.assign(date=table["date"].dt.tz_localize("Asia/Tokyo")),
        lambda table: pd.read_csv(io.StringIO(table.to_csv(index=False))),
    ],
    ids=["floats", "objects", "arrow", "time zone", "saved as text"],
)
def test_another_type_of_a_column_is_no_change(old, kept):
    assert compare_versions(kept(old), old).same == 100
    new = old.assign(incident_id=[*old["incident_id"][:99], "late"])
    new.loc[7, "fatalities"], new.loc[8, "date"] = 77, pd.Timestamp("2022-01-09 05:00")
    for changes in (compare_versions(kept(old), new), compare_versions(old, kept(new))):
        assert changes.revised.to_numpy().tolist() == [
            ["MLI8", "date", "2022-01-09", "2022-01-09 05:00:00"],
            ["MLI7", "fatalities", "6", "77"],
        ]
        assert (changes.same, len(changes.back_dated), len(changes.removed)) == (97, 1, 1)


def test_ids_are_compared_as_text(old):
    numbered = old.assign(incident_id=range(100))
    text = numbered.astype({"incident_id": "str"})
    assert compare_versions(numbered, text, columns=["incident_id", "country"]).same == 100


def test_dates_that_cannot_be_read_are_refused(old):
    with pytest.raises(InvalidValueError, match="'date' of new can't be read"):
        compare_versions(old, old.assign(date="spring"))


def test_two_sources_are_not_compared(old):
    with pytest.raises(IncidentDataError, match="share no incident_id"):
        compare_versions(old, old.assign(incident_id=[f"other{n}" for n in range(100)]))
    with pytest.raises(MissingColumnError, match="new has no column fatalities"):
        compare_versions(old, old.drop(columns="fatalities"))


def test_two_sources_that_number_alike_are_not_compared(old):
    numbered = old.assign(incident_id=range(100))
    acled, ucdp = numbered.assign(source="acled"), numbered.assign(source="ucdp")
    with pytest.raises(IncidentDataError, match=r"share no source \(old has acled, new ucdp\)"):
        compare_versions(acled, ucdp)
    assert compare_versions(acled, numbered).same == 100
    assert compare_versions(acled, ucdp.drop(columns="source")).same == 100
    both = acled.assign(source=["ucdp", *["acled"] * 99])
    assert compare_versions(both, ucdp).same == 100


def test_what_is_no_table_is_refused(old):
    with pytest.raises(TypeError, match="old is a dict"):
        compare_versions({}, old)


def test_an_id_that_comes_twice_is_refused(old):
    with pytest.raises(InvalidValueError, match="new has 'MLI0' more than once"):
        compare_versions(old, pd.concat([old, old.iloc[:1]]))


def test_an_empty_vintage_is_a_vintage(old):
    assert len(compare_versions(old.iloc[:0], old).added) == 100
    assert len(compare_versions(old, old.iloc[:0]).removed) == 100


def test_ids_of_lines_are_not_compared(old):
    numbered = [f"rand:{n}" for n in range(2, 102)]
    with pytest.raises(
        IncidentDataError, match=r"ids of old are lines of its file \(like 'rand:2'"
    ):
        compare_versions(old.assign(source="rand", incident_id=numbered), old)
    some = old.assign(source="gtd", incident_id=[*old["incident_id"][:98], "gtd:99", "gtd:100#1"])
    changes = compare_versions(some, some.assign(fatalities=pd.array([None] * 100, dtype="Int64")))
    assert changes.not_compared == 4
    assert not changes.revised["incident_id"].str.startswith("gtd:").any()
    assert "4 not compared: their id is a line of their file" in changes.summary()
