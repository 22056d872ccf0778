"""Blocks of whole records: large files are read as small ones are, wherever a block ends."""

import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from riskkit.incidents import check_incidents
from riskkit.incidents.files import blocks
from riskkit.incidents.files.blocks import record_blocks
from riskkit.incidents.files.delimited import delimited_headers

CELL = st.text(st.sampled_from('ab ,"\n\ré'), max_size=5)
RECORD = st.lists(CELL, min_size=3, max_size=3)
STRAY = st.sampled_from(['1,2"x,3\n', '1,"2,3\n', "1,2\n", "\n"])


def written(records) -> str:
    out = io.StringIO(newline="")
    csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\n").writerows(records)
    return out.getvalue()


def read(data: bytes):
    records = delimited_headers(data, "file")[0].read((0, 1, 2))
    rows = list(zip(*[column.tolist() for column in records.columns], strict=True))
    return rows, records.lines.tolist(), records.broken


@settings(max_examples=150, deadline=None)
@given(parts=st.lists(RECORD | STRAY, max_size=12), size=st.integers(4, 60))
def test_small_blocks_give_what_one_block_gives(parts, size):
    body = "".join(part if isinstance(part, str) else written([part]) for part in parts)
    data = b"first,second,third\n" + body.encode()
    in_one = read(data)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(blocks, "_SIZE", size)
        assert read(data) == in_one


def test_blocks_end_with_records_and_know_their_lines(monkeypatch):
    monkeypatch.setattr(blocks, "_SIZE", 8)
    text = b'1,"a\nb"\r\n2,c\r3,d\n\n4,"e"'
    found = list(record_blocks(io.BytesIO(text), ",", 1))
    assert b"".join(bytes(block.text) for block in found) == text
    assert [line for block in found for line in block.lines] == [1, 3, 4, 6]


@pytest.mark.parametrize("text", [b'1,"a\n2,b\n', b'1,"a\n2,b"c,d\n'])
def test_a_block_whose_quotes_dont_pair_has_no_lines(text):
    *_, last = record_blocks(io.BytesIO(text), ",", 1)
    assert last.lines is None


@pytest.mark.parametrize("stray", ["", '1,"2"x,3\n', '1,"2,3\n'])
def test_letters_of_another_encoding_far_down_are_read_as_those_at_the_start(stray, monkeypatch):
    from riskkit.incidents.files import delimited

    lines = ["first,second,third\n", *("1,2,3\n" for _ in range(20)), stray, "Bogotá,Córdoba,4\n"]
    data = "".join(lines).encode("cp1252")
    in_one = delimited_headers(data, "file")[0].read((0, 1, 2))
    monkeypatch.setattr(delimited, "_START", 40)
    monkeypatch.setattr(blocks, "_SIZE", 30)
    below = delimited_headers(data, "file")[0].read((0, 1, 2))
    assert below.notes == in_one.notes == ("Windows-1252",)
    assert [column.tolist() for column in below.columns] == [
        column.tolist() for column in in_one.columns
    ]
    assert below.columns[0].tolist()[-1] == "Bogotá" or stray.startswith('1,"2,')


def test_what_is_to_stand_behind_a_block_takes_nothing_from_the_next(monkeypatch):
    monkeypatch.setattr(blocks, "_SIZE", 8)
    text = b"1,ab\n2,cd\n3,ef\n"
    found = [
        bytes(block.text) for block in record_blocks(io.BytesIO(text), ",", 1, behind=b"|end|")
    ]
    assert b"".join(block.removesuffix(b"|end|") for block in found) == text
    assert all(block.endswith(b"|end|") for block in found)


def test_a_file_gives_what_its_bytes_packed_give(layouts, tmp_path, monkeypatch):
    import gzip

    monkeypatch.setattr(blocks, "_SIZE", 1 << 12)
    rows = [layouts.FIGHT | {"id": n, "low": 99 * (n % 50 == 7)} for n in range(400)]
    plain, packed = tmp_path / "ged.csv", tmp_path / "ged.csv.gz"
    plain.write_text(layouts.text(layouts.UCDP_231, rows), encoding="utf-8")
    packed.write_bytes(gzip.compress(plain.read_bytes()))
    a, b = check_incidents(plain), check_incidents(packed)
    assert a.kept.equals(b.kept)
    assert a.blanked.equals(b.blanked)
    # Each event takes two lines: its article holds a line break.
    assert a.blanked["line"].tolist() == [2 + 2 * n for n in range(400) if n % 50 == 7]
