"""Files that are made to fill the memory or to write elsewhere: refused, or read in memory only."""

import gzip
import io
import json
import os
import tarfile
import zipfile

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from riskkit.errors import IncidentDataError
from riskkit.incidents import check_incidents, load_dataset
from riskkit.incidents.files import opening


def test_a_field_of_ten_gigabytes_is_refused_unread(tmp_path):
    path = tmp_path / "vast.csv"
    path.write_bytes(b'incident_id,date,country,fatalities\n"')
    os.truncate(path, 10 * 1024**3)
    with pytest.raises(IncidentDataError, match=r"has 10,737,418,240 bytes; accepted: up to"):
        check_incidents(path)


@pytest.mark.parametrize("kind", ["gz", "zip", "xlsx"])
def test_a_bomb_is_refused(tmp_path, monkeypatch, kind):
    monkeypatch.setattr(opening, "_SMALL", 2**20)
    zeros = bytes(64 * 2**20)
    path = tmp_path / f"bomb.{kind}"
    if kind == "gz":
        path.write_bytes(gzip.compress(zeros, 1))
    else:
        inside = "xl/worksheets/sheet1.xml" if kind == "xlsx" else "attacks.csv"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(inside, zeros)
    with pytest.raises(IncidentDataError, match=r"unpacks from [\d,]+ to more than .* refused"):
        check_incidents(path)


def test_a_member_that_points_outside_is_read_and_nothing_is_written(layouts, tmp_path):
    folder = tmp_path / "in"
    folder.mkdir()
    path = folder / "gtd.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("../../escape.csv", layouts.text(layouts.GTD, [layouts.BOMB]))
    assert len(check_incidents(path).kept) == 1
    assert [found.name for found in tmp_path.rglob("*")] == ["in", "gtd.zip"]


def test_a_path_may_begin_at_home_and_is_no_address(layouts, tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "rand.csv").write_text(layouts.text(layouts.RAND, [layouts.BLAST]))
    assert check_incidents("~/rand.csv").rows_in == 1
    with pytest.raises(IncidentDataError, match="is an address"):
        check_incidents("https://example.org/rand.csv")


@pytest.mark.parametrize("path", ["~nobody-of-that-name/a.csv", "a\0b.csv"])
def test_what_cannot_be_a_path_is_told(path):
    with pytest.raises(IncidentDataError, match=r"is no path|can't be read"):
        check_incidents(path)


def test_more_parquet_rows_than_memory_holds_are_refused(tmp_path, monkeypatch):
    path = tmp_path / "many.parquet"
    table = pd.DataFrame({"incident_id": [str(n) for n in range(101)], "date": "2020-01-01"})
    table.assign(country="Mali", fatalities=1).to_parquet(path)
    assert check_incidents(path).rows_in == 101
    monkeypatch.setattr(opening, "_MOST_ROWS", 100)
    with pytest.raises(IncidentDataError, match="has 101 rows; accepted: up to 100"):
        check_incidents(path)


def test_packages_in_packages_end(layouts, tmp_path):
    content = layouts.text(layouts.RAND, [layouts.BLAST]).encode()
    path = tmp_path / "rand.csv.gz"
    for layer in range(1, 4):
        content = gzip.compress(content)
        path.write_bytes(content)
        if layer <= 2:
            assert check_incidents(path).rows_in == 1
    with pytest.raises(IncidentDataError, match="packed again and again"):
        check_incidents(path)
    outer = tmp_path / "outer.zip"
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("rand.csv", layouts.text(layouts.RAND, [layouts.BLAST]))
    with zipfile.ZipFile(outer, "w") as archive:
        archive.writestr("inner.xlsx", inner.getvalue())
    with pytest.raises(IncidentDataError, match="a zip file in another package"):
        check_incidents(outer)


@pytest.mark.parametrize("name", ["events.2014.tab", "data/rand.csv", "rand"])
def test_the_only_file_of_a_zip_file_is_its_table(layouts, tmp_path, name):
    path = tmp_path / "events.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("data/", "")
        archive.writestr(name, layouts.text(layouts.RAND, [layouts.BLAST], delimiter="\t"))
        archive.writestr("__MACOSX/._rand.csv", "x")
        archive.writestr("data/._rand.csv", "x")
        archive.writestr(".DS_Store", "x")
    assert check_incidents(path).source == "rand"


@pytest.mark.parametrize("name", ["rand.json", "rand.jsonl", "rand.ndjson"])
def test_records_in_a_zip_file_are_a_table(layouts, tmp_path, name):
    path = tmp_path / "rand.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(name, f"{json.dumps(layouts.BLAST)}\n" * 2)
        archive.writestr("about.md", "words")
    assert check_incidents(path).rows_in == 2


@pytest.mark.parametrize("start", ["[{", "[\r\n  {", "[\t{", "[\n\n {", " [ {"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-32"])
def test_records_are_json_however_they_are_indented(layouts, tmp_path, start, encoding):
    path = tmp_path / "rand.json"
    path.write_bytes(f"[{json.dumps(layouts.BLAST)}]".replace("[{", start).encode(encoding))
    assert check_incidents(path).rows_in == 1


def test_a_note_beside_the_table_is_no_second_table(layouts, tmp_path):
    path = tmp_path / "rand.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("README.txt", "see the page, please\n")
        archive.writestr("rand.csv", layouts.text(layouts.RAND, [layouts.BLAST]))
    assert check_incidents(path).source == "rand"


def test_what_is_no_table_is_named(tmp_path):
    path = tmp_path / "events.tar"
    with tarfile.open(path, "w") as archive:
        link = tarfile.TarInfo("link")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(link)
    with pytest.raises(IncidentDataError, match="a tar archive: unpack it"):
        check_incidents(path)
    path.write_bytes(b"%PDF-1.7 and so on")
    with pytest.raises(IncidentDataError, match="a PDF"):
        check_incidents(path)


def test_a_dataset_is_a_name_and_no_path():
    with pytest.raises(ValueError, match=r"\.\./secret"):
        load_dataset("../secret")


def _table(**columns):
    plain = {"incident_id": ["a", "b"], "country": ["Mali"] * 2, "fatalities": [5, 1]}
    return pa.table(plain | {"date": ["2020-01-01"] * 2} | columns)


def _handed_over(table, way, folder):
    if way == "Parquet":
        pq.write_table(table, folder / "attacks.parquet")
        return folder / "attacks.parquet"
    return table if way == "Arrow" else table.to_pandas(types_mapper=pd.ArrowDtype)


@pytest.mark.parametrize("way", ["Parquet", "Arrow", "pandas"])
@pytest.mark.parametrize(
    ("days", "shown"),
    [
        (pa.array([-(10**14), 0]).cast(pa.timestamp("s")), "-3166904-02-24T14:13:20"),
        (pa.array([-(10**14), 0]).cast(pa.timestamp("s", "UTC")), "-3166904-02-24T14:13:20"),
        (pa.array([10**7, 0], pa.int32()).cast(pa.date32()), "29349-01-26T00:00:00"),
    ],
    ids=["seconds", "with a time zone", "days"],
)
def test_a_day_that_cannot_be_costs_its_own_cell(tmp_path, way, days, shown):
    check = check_incidents(_handed_over(_table(date=days), way, tmp_path))
    assert check.kept["date"].isna().tolist() == [True, False]
    assert check.kept["date_precision"].iloc[1] == "day"
    assert check.blanked.to_numpy().tolist() == [[1, "date", shown, "not a date"]]


@pytest.mark.parametrize("words", [["Mali", None], ["Mali", "Mali"]])
def test_categories_of_arrow_may_hold_nothing_or_one_twice(words):
    country = pa.DictionaryArray.from_arrays(pa.array([1, 0]), pa.array(words))
    kept = check_incidents(_table(country=country)).kept
    assert kept["country"].fillna("").tolist() == ["MLI" if words[1] else "", "MLI"]


@pytest.mark.parametrize("way", ["Arrow", "pandas"])
def test_views_of_text_are_text(tmp_path, way):
    table = _table(incident_id=pa.array(["a", None]).cast(pa.string_view()))
    kept = check_incidents(_handed_over(table, way, tmp_path)).kept
    assert kept["incident_id"].iloc[0] == "a"


def test_what_cannot_be_turned_into_a_column_is_told(tmp_path):
    wrong = pa.array([b"\xff", b"Mali"]).view(pa.string())
    with pytest.raises(IncidentDataError, match=r"the Table can't be read: .*[Ii]nvalid"):
        check_incidents(_table(country=wrong))
    days = pa.array([[10**7], [0]], pa.list_(pa.int32())).cast(pa.list_(pa.date32()))
    with pytest.raises(IncidentDataError, match="the DataFrame has a column that can't be read"):
        check_incidents(_handed_over(_table(date=days), "pandas", tmp_path))
