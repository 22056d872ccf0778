"""read_incidents and check_incidents: one contract whatever the file, container or engine."""

import gzip
import json
import warnings
import zipfile

import pandas as pd
import pytest

from riskkit.errors import (
    IncidentDataError,
    InvalidValueError,
    MissingColumnError,
    RiskkitWarning,
    UnknownSourceError,
)
from riskkit.incidents import check_incidents, read_incidents
from riskkit.incidents.schema import COLUMNS

OWN = pd.DataFrame(
    {
        "incident_id": ["a", "b", "c"],
        "date": ["2017-06-18", "2017-07", "2018"],
        "country": ["Mali", "NER", "Zaire"],
        "target_type": ["Tourists", "Military", None],
        "fatalities": [5, 0, None],
        "note": ["x", "y", "z"],
    }
)


def assert_contract(attacks: pd.DataFrame) -> None:
    names = [column.name for column in COLUMNS]
    assert attacks.columns.tolist()[: len(names)] == names
    for column in COLUMNS:
        assert attacks[column.name].dtype == column.pandas_dtype, column.name
    assert attacks["incident_id"].is_unique
    assert attacks.index.equals(pd.RangeIndex(len(attacks)))


def test_the_frame_is_always_the_contract():
    attacks = read_incidents(OWN)
    assert_contract(attacks)
    assert attacks["date_precision"].tolist() == ["day", "month", "year"]
    assert attacks["country"].tolist() == ["MLI", "NER", "COD"]
    assert attacks["target_group"].tolist() == ["civilians", "security forces", "unknown"]
    assert attacks["fatalities"].tolist() == [5, 0, pd.NA]


@pytest.mark.parametrize("kind", ["csv", "csv.gz", "zip", "xlsx", "parquet", "semicolon", "utf16"])
def test_every_container_gives_the_same_frame(tmp_path, kind):
    path = tmp_path / f"own.{kind}"
    text = OWN.to_csv(index=False)
    if kind == "csv":
        path.write_text(text)
    elif kind == "csv.gz":
        path.write_bytes(gzip.compress(text.encode()))
    elif kind == "zip":
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("own.csv", text)
            archive.writestr("readme.md", "words")
    elif kind == "xlsx":
        OWN.to_excel(path, index=False)
    elif kind == "parquet":
        OWN.to_parquet(path)
    elif kind == "semicolon":
        path.write_text("sep=;\n" + OWN.to_csv(index=False, sep=";"))
    else:
        path.write_text(text, encoding="utf-16")
    pd.testing.assert_frame_equal(read_incidents(path), read_incidents(OWN))


def test_a_workbook_with_notes_first_and_true_dates(tmp_path):
    path = tmp_path / "book.xlsx"
    table = OWN.assign(
        date=pd.to_datetime(["2017-06-18", "2017-07-01", None]), fatalities=[5, 0, 2]
    )
    with pd.ExcelWriter(path) as book:
        pd.DataFrame({"Notes": ["made by hand", "ask"], "On": ["May", "June"]}).to_excel(
            book, sheet_name="Read me", index=False
        )
        table.to_excel(book, sheet_name="Attacks", index=False, startrow=2)
    check = check_incidents(path)
    assert check.notes[0] == "sheet 'Attacks'"
    assert check.kept["date"].tolist()[:2] == [
        pd.Timestamp("2017-06-18"),
        pd.Timestamp("2017-07-01"),
    ]
    assert check.kept["date"].isna().iloc[2]
    assert (check.where, check.rows_in, len(check.blanked)) == ("row", 3, 0)


def test_a_second_header_row_above_is_passed_over(tmp_path):
    path = tmp_path / "two.csv"
    path.write_text("what,when,where,,,\n" + OWN.to_csv(index=False))
    check = check_incidents(path)
    assert check.rows_in == 3
    path.write_text(OWN.iloc[[0]].to_csv(index=False) * 2)
    check = check_incidents(path)
    assert check.set_aside["reason"].tolist() == ["the header again", "a copy of line 2"]


def test_numbers_with_marks_of_thousands_and_decimals(tmp_path):
    path = tmp_path / "marks.csv"
    path.write_text(
        "incident_id;date;country;fatalities;latitude;longitude\n"
        'a;2017-06-18;Mali;"1,234";12,65;-8,0\n'
    )
    attack = read_incidents(path).iloc[0]
    assert attack["fatalities"] == 1234
    assert (attack["latitude"], attack["longitude"]) == (12.65, -8.0)


@pytest.mark.parametrize("engine", ["polars", "pyarrow", "duckdb", "polars lazy"])
def test_every_engine_gives_the_same_frame(engine):
    pa = pytest.importorskip("pyarrow")
    table = pa.Table.from_pandas(OWN)
    if engine.startswith("polars"):
        pl = pytest.importorskip("polars")
        table = pl.from_arrow(table)
        table = table.lazy() if engine == "polars lazy" else table
    elif engine == "duckdb":
        table = pytest.importorskip("duckdb").from_arrow(table)
    pd.testing.assert_frame_equal(read_incidents(table), read_incidents(OWN))


def test_json_of_groups_has_dotted_names(tmp_path):
    path = tmp_path / "own.json"
    record = {"when": {"day": "2017-06-18"}, "where": {"country": "Mali"}, "dead": 5, "none": {}}
    path.write_text(json.dumps([record]))
    names = {"date": "when.day", "country": "where.country", "fatalities": "dead"}
    attacks = read_incidents(path, columns=names)
    assert attacks[["country", "fatalities"]].iloc[0].tolist() == ["MLI", 5]


def test_columns_of_ones_own_that_nobody_read_are_told():
    table = OWN.drop(columns="fatalities").assign(killed=3)
    notes = check_incidents(table).notes
    assert any(note.startswith("columns not read: note, killed;") for note in notes)
    assert not check_incidents(table, keep=["note", "killed"]).notes


def test_two_columns_of_a_name_are_read_only_where_they_are_the_same(tmp_path):
    path = tmp_path / "own.csv"
    path.write_text("incident_id,date,country,Fatalities,fatalities\na,2017-06-18,Mali,5,5\n")
    assert read_incidents(path)["fatalities"].tolist() == [5]
    path.write_text("incident_id,date,country,Fatalities,fatalities\na,2017-06-18,Mali,5,9\n")
    with pytest.raises(IncidentDataError, match="two columns called 'fatalities' that differ"):
        read_incidents(path)


def test_counts_by_country_are_refused_by_name():
    counts = pd.DataFrame({"Country": ["Mali"], "Month": "May", "Year": 2020, "Events": 3})
    with pytest.raises(
        UnknownSourceError, match=r"counts by country and time.*counts, not attacks"
    ):
        read_incidents(counts)


def test_json_answers_of_services(layouts, tmp_path):
    path = tmp_path / "answer.json"
    wanted = read_incidents(pd.DataFrame([layouts.RAID]))
    for answer in ({"success": True, "data": [layouts.RAID]}, [layouts.RAID]):
        path.write_text(json.dumps(answer))
        pd.testing.assert_frame_equal(read_incidents(path), wanted)
    point = {
        key: layouts.FIGHT[key] for key in layouts.FIGHT if key not in ("latitude", "longitude")
    }
    feature = {"type": "Feature", "properties": point,
               "geometry": {"type": "Point", "coordinates": [-3.52, 14.07]}}  # fmt: skip
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}))
    assert read_incidents(path)[["latitude", "longitude"]].to_numpy().tolist() == [[14.07, -3.52]]


@pytest.mark.parametrize(("total", "told"), [(2, True), (1, False)])
def test_a_page_of_a_longer_answer_is_told(layouts, tmp_path, total, told):
    path = tmp_path / "answer.json"
    path.write_text(
        json.dumps({"TotalCount": total, "TotalPages": total, "Result": [layouts.FIGHT]})
    )
    notes = check_incidents(path).notes
    assert ("1 of 2 records: a page of a longer answer" in notes) == told


def test_any_table_by_a_mapping(tmp_path):
    path = tmp_path / "mine.csv"
    path.write_text('When,Where,Dead,City\n18/06/2017,Mali,"1,005",Bamako\n')
    mapping = {"date": "When", "country": "Where", "fatalities": "Dead", "place": "City"}
    attacks = read_incidents(path, "mine", columns=mapping, keep=["City"])
    assert_contract(attacks)
    assert attacks["fatalities"].tolist() == [1005]
    assert attacks[["incident_id", "source", "City"]].to_numpy().tolist() == [
        ["mine:2", "mine", "Bamako"]
    ]


def test_keep_carries_raw_columns_and_never_hides_the_schemas():
    attacks = read_incidents(OWN, keep=["note", "country"])
    assert attacks["note"].tolist() == ["x", "y", "z"]
    assert attacks["country_raw"].tolist() == ["Mali", "NER", "Zaire"]
    assert attacks["country"].tolist() == ["MLI", "NER", "COD"]
    with pytest.raises(MissingColumnError, match=r"'colour'.*found: incident_id"):
        read_incidents(OWN, keep=["colour"])


BAD = pd.DataFrame(
    {
        "incident_id": ["a", "b", "c", "d", "e", "a", "f"],
        "date": ["2017-06-18", "2017-06-31", "soon", "2017-06-18", "2017-06-18", "2017-06-18", ""],
        "country": ["Mali", "Mali", "Mali", "Mali", "Nowhere", "Mali", ""],
        "latitude": [12, 91, 12, 12, 12, 12, None],
        "longitude": [-8, -8, -200, -8, -8, -8, None],
        "fatalities": ["-1", "2", "3", "4.5", "many", "-1", "1"],
        "injured": [1, 2, 3, 4, 5, 1, 1],
    }
)


def test_nothing_is_lost():
    check = check_incidents(BAD)
    assert check.rows_in == 7 == len(check.kept) + len(check.set_aside)
    assert check.set_aside[["line", "reason"]].to_numpy().tolist() == [
        [6, "a copy of line 1"],
        [7, "no date, country or place in it"],
    ]
    found = {(row.line, row.column): row.value for row in check.blanked.itertuples()}
    assert found == {
        (1, "fatalities"): "-1",
        (2, "date"): "2017-06-31",
        (2, "latitude"): "91",
        (3, "date"): "soon",
        (3, "longitude"): "-200",
        (4, "fatalities"): "4.5",
        (5, "fatalities"): "many",
        (5, "country"): "Nowhere",
    }
    assert check.kept["fatalities"].tolist() == [pd.NA, 2, 3, pd.NA, pd.NA]
    assert check.kept["fatalities_low"].tolist() == [pd.NA, pd.NA, pd.NA, 4, pd.NA]
    assert check.kept["fatalities_high"].tolist() == [pd.NA, pd.NA, pd.NA, 5, pd.NA]
    assert check.kept["date"].isna().tolist() == [False, True, True, False, False]
    assert_contract(check.kept)


def test_files_put_one_behind_the_other_are_one_table(tmp_path):
    path = tmp_path / "both.csv"
    header = "incident_id,date,country,place,fatalities\n"
    parts = [f"{header}{name},2017-06-18,Mali,Gao,1\n" for name in "ab"]
    path.write_bytes(b"".join(part.encode("utf-8-sig") for part in parts))
    check = check_incidents(path)
    assert check.kept["incident_id"].tolist() == ["a", "b"]
    assert check.set_aside[["line", "reason"]].to_numpy().tolist() == [[3, "the header again"]]


def test_one_warning_tells_how_many_and_where_to_look():
    with pytest.warns(RiskkitWarning, match=r"2 of 7 rows set aside and 8 cells.*check_incidents"):
        read_incidents(BAD)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        read_incidents(OWN)


def test_raise_names_file_line_column_value_and_rule(tmp_path):
    path = tmp_path / "bad.csv"
    BAD.to_csv(path, index=False)
    with pytest.raises(
        InvalidValueError, match=r"bad.csv, line 2, column 'fatalities': '-1' is a negative number"
    ):
        read_incidents(path, on_error="raise")
    BAD.iloc[[4, 4]].assign(country="Mali", fatalities=1).to_csv(path, index=False)
    with pytest.raises(InvalidValueError, match=r"bad.csv, line 3: a copy of line 2"):
        read_incidents(path, on_error="raise")


def test_raise_lets_rows_pass_that_the_layout_expects(layouts, tmp_path):
    path = tmp_path / "acled.csv"
    path.write_text(
        layouts.text(layouts.ACLED_2023, [layouts.RAID, layouts.RAID | {"event_type": "Protests",
                     "sub_event_type": "Peaceful protest", "event_id_cnty": "MLI2"}])
    )  # fmt: skip
    with pytest.warns(RiskkitWarning, match=r"1 of 2 rows set aside"):
        assert len(read_incidents(path, on_error="raise")) == 1


def test_summary_and_notebook_table_tell_all():
    check = check_incidents(BAD)
    text = check.summary()
    assert "7 rows in = 5 kept + 2 set aside" in text
    assert "1 x cell made unknown in country: not a country that is known" in text
    assert "<table" in check._repr_html_()
    assert repr(check) == text
    known = check.completeness()
    assert known.loc["fatalities", "known"] == 2
    assert known.loc["target_group", "known"] == 0


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is empty"),
        (b"\xef\xbb\xbf\n\n", "is empty"),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:3f\nsize 9\n", "Git LFS pointer"),
        (b"<!DOCTYPE html><html><body>Log in, please</body></html>", "web page"),
        (b"one column\n1\n2\n", "no table"),
        (gzip.compress(b"Date,City\n" * 999, mtime=0)[:40], "cut short"),
        (b"PK\x03\x04 but no zip", "damaged zip"),
        (b'{"data": [{"a": 1}', "damaged JSON"),
        (b'{"data": [1, 2]}', "no list of records"),
        (b'{"data": []}', "without records"),
        (b"[" * 100_000, "no table"),
        (b"PAR1 but no parquet", "damaged Parquet"),
        (b"\xd0\xcf\x11\xe0 but no xls", "damaged spreadsheet"),
        (b"\x00\x01\x02\x03" * 50, "no table"),
    ],
)
def test_what_is_no_table_is_told(tmp_path, content, message):
    path = tmp_path / "strange.csv"
    path.write_bytes(content)
    with pytest.raises(IncidentDataError, match=message):
        read_incidents(path)


def test_no_file_is_both_errors(tmp_path):
    with pytest.raises(IncidentDataError, match=r"no file .*nothing.csv"):
        read_incidents(tmp_path / "nothing.csv")
    with pytest.raises(FileNotFoundError):
        read_incidents(tmp_path / "nothing.csv")
    with pytest.raises(IncidentDataError, match=r"is a folder"):
        read_incidents(tmp_path)


def test_a_zip_of_several_tables_is_not_guessed(tmp_path):
    path = tmp_path / "two.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.csv", "x,y\n")
        archive.writestr("b.csv", "x,y\n")
    with pytest.raises(IncidentDataError, match=r"holds 2 tables"):
        read_incidents(path)


def test_what_unpacks_without_end_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("riskkit.incidents.files.opening._SMALL", 10_000)
    bomb = gzip.compress(b"a,b\n" * 1_000_000)
    path = tmp_path / "bomb.csv.gz"
    path.write_bytes(bomb)
    with pytest.raises(IncidentDataError, match=r"unpacks from .* refused"):
        read_incidents(path)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("bomb.csv", b"a,b\n" * 1_000_000)
    with pytest.raises(IncidentDataError, match=r"unpacks from .* refused"):
        read_incidents(path)


def test_wrong_sources_and_columns_are_named(layouts, tmp_path):
    path = tmp_path / "rand.csv"
    path.write_text(layouts.text(layouts.RAND, [layouts.BLAST]))
    with pytest.raises(UnknownSourceError, match=r"is not Global Terrorism Database: it has the "
                       "columns of RAND"):  # fmt: skip
        read_incidents(path, "gtd")
    with pytest.raises(UnknownSourceError, match=r"source 'gdt' is not known; known: own, ucdp"):
        read_incidents(path, "gdt")
    path.write_text("Date,City,Country\n9-Feb-68,Paris,France\n")
    with pytest.raises(MissingColumnError, match=r"no column fatalities, injuries, perpetrator"):
        read_incidents(path, "rand")
    with pytest.raises(UnknownSourceError, match=r"can't be told.*found: Date, City, Country"):
        read_incidents(path)
    with pytest.raises(MissingColumnError, match=r"no column 'Jour'"):
        read_incidents(path, columns={"date": "Jour", "country": "Country"})
    with pytest.raises(ValueError, match=r"columns names 'deaths'; accepted keys: incident_id"):
        read_incidents(path, columns={"date": "Date", "deaths": "City"})


def test_kept_columns_never_hide_each_other():
    table = OWN.assign(fatalities_raw=9)
    for keep in (["fatalities", "fatalities_raw"], ["fatalities_raw", "fatalities"]):
        attacks = read_incidents(table, keep=keep)
        assert attacks["fatalities_raw"].tolist() == [9, 9, 9]
        assert attacks["fatalities_raw_raw"].tolist()[:2] == [5, 0]


def test_half_a_place_is_unknown_and_told():
    table = OWN.assign(latitude=[12.6, None, None], longitude=[None, -8.0, -86185896.0])
    check = check_incidents(table)
    assert check.kept[["latitude", "longitude"]].isna().all(axis=None)
    assert check.blanked[["line", "column", "value", "reason"]].to_numpy().tolist() == [
        [1, "latitude", "12.6", "a latitude without a longitude"],
        [2, "longitude", "-8", "a longitude without a latitude"],
        [3, "longitude", "-86185896", "off the globe: beyond 180 degrees"],
    ]


def test_wrong_arguments_are_told():
    with pytest.raises(TypeError, match=r"columns is a list; accepted: a mapping"):
        read_incidents(OWN, columns=["date", "country"])
    with pytest.raises(ValueError, match=r"dayfirst is 'no'; accepted: True, False, or None"):
        read_incidents(OWN, dayfirst="no")
    with pytest.raises(ValueError, match=r"on_error is 'ignore'; accepted: 'set aside', 'raise'"):
        read_incidents(OWN, on_error="ignore")
    with pytest.raises(TypeError, match=r"data is a int"):
        read_incidents(3)


def test_a_table_without_rows_is_an_empty_frame():
    attacks = read_incidents(OWN.iloc[:0])
    assert_contract(attacks)
    assert len(attacks) == 0


def test_the_frame_given_is_left_alone():
    before = BAD.copy(deep=True)
    check_incidents(BAD)
    pd.testing.assert_frame_equal(BAD, before)


def test_reading_what_was_read_gives_it_back(tmp_path):
    attacks = read_incidents(OWN)
    pd.testing.assert_frame_equal(read_incidents(attacks), attacks)
    path = tmp_path / "again.csv"
    attacks.to_csv(path, index=False)
    pd.testing.assert_frame_equal(read_incidents(path), attacks)
