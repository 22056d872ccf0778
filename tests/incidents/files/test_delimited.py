"""Delimited text: records, the lines they start on, and what is wrong with broken ones."""

import csv
import io

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from riskkit.errors import IncidentDataError
from riskkit.incidents.files.delimited import delimited_headers

CELL = st.text(st.sampled_from('ab ,;"\n\r\té'), max_size=6)
ROWS = st.lists(st.lists(CELL, min_size=3, max_size=3), min_size=1, max_size=8)


def read(data: bytes, positions=(0, 1, 2)):
    return delimited_headers(data, "file")[0].read(positions)


@settings(max_examples=200, deadline=None)
@given(rows=ROWS)
def test_every_record_comes_back_with_its_line(rows):
    out = io.StringIO(newline="")
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\n")
    writer.writerow(["first", "second", "third"])
    starts = []
    for row in rows:
        starts.append(1 + len(_lines(out.getvalue())))
        writer.writerow(row)
    records = read(out.getvalue().encode())
    assert not records.broken
    assert [list(row) for row in zip(*records.columns, strict=True)] == rows
    assert records.lines.tolist() == starts


def _lines(text: str) -> list[str]:
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")[:-1]


def test_cut_and_long_records_are_broken_with_their_line():
    records = read(b'a,b,c\n1,"x\ny",3\n4,5\n\n6,7,8,9\n1,2,3')
    assert records.lines.tolist() == [2, 7]
    assert [(bad.line, bad.text) for bad in records.broken] == [(4, "4,5"), (6, "6,7,8,9")]
    assert "2 cells where the header has 3" in records.broken[0].reason
    assert "4 cells where the header has 3" in records.broken[1].reason


def test_blank_cells_beyond_the_header_of_most_records_are_no_fault():
    records = read(b"a,b,c\n1,2,3,,\n4,5,6\n7,8,9,,\n")
    assert records.columns[2].tolist() == ["3", "6", "9"]
    assert records.lines.tolist() == [2, 3, 4]
    assert not records.broken


@pytest.mark.parametrize(("long", "taken"), [(16, 16), (20, 20), (15, 0), (1, 0)])
def test_a_few_records_with_a_blank_cell_too_many_may_be_shifted(long, taken):
    # "Gao, Mali" in bare letters, and a last cell that is blank, look like 1,2,3, too.
    rows = [b"a,b,c", *[b"4,5,6"] * 30, *[b"1,2,3,"] * long, *[b"4,5,6"] * 30]
    records = read(b"\n".join(rows), (0, 1, 2))
    assert records.columns[0].tolist() == [*["4"] * 30, *["1"] * taken, *["4"] * 30]
    assert [bad.reason for bad in records.broken] == [
        "4 cells where the header has 3: a delimiter too many"
    ] * (long - taken)


def test_cells_without_a_name_may_be_left_out():
    records = read(b"a,b,c,,\n1,2,3,,note\n4,5,6\n7,8\n")
    assert records.columns[2].tolist() == ["3", "6"]
    assert [bad.line for bad in records.broken] == [4]


@pytest.mark.parametrize(("short", "taken"), [(16, 16), (48, 48), (15, 0), (17, 0)])
def test_excel_leaves_out_blank_cells_of_sixteen_rows(short, taken):
    rows = [b"a,b,c,d", b"1,2,3,4", *[b"5,6,7"] * short, b"1,2,3,4", b"8,9,0"]
    records = read(b"\n".join(rows), (0, 2, 3))
    assert records.columns[1].tolist() == ["3", *["7"] * taken, "3"]
    assert records.columns[2].tolist() == ["4", *[""] * taken, "4"]
    assert len(records.broken) == short - taken + 1
    assert len(records.lines) + len(records.broken) == len(rows) - 1


@pytest.mark.parametrize(
    "rows",
    [
        [b"a,b,c,d", *[b"5,6,7"] * 32],  # nobody knows which column these lack: none is whole
        [b"a,b,c,d", b"1,2,3,4", *[b"5,6,7"] * 32],  # an older layout, put behind
        [b"a,b,c,d", *[b"5,6,7"] * 32, b"1,2,3,4"],  # and before
        [b"a,b,c,d,e", b"1,2,3,4,5", *[b"1,2,x", b"y,4,5"] * 16],  # each record is cut in two
    ],
)
def test_records_that_lack_something_else_are_broken(rows):
    assert len(read(b"\n".join(rows)).broken) == 32


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends_can_be_mixed(end):
    records = read(f"a,b,c\r\n1,2,3{end}4,5,6\n7,8,9".encode())
    assert records.columns[0].tolist() == ["1", "4", "7"]
    assert records.lines.tolist() == [2, 3, 4]


def test_quotes_inside_bare_cells_are_letters():
    records = read(b'a,b,c\n1,5" gun,3\n4,"x\ny",6\n7,8,9\n')
    assert records.columns[1].tolist() == ['5" gun', "x\ny", "8"]
    assert records.lines.tolist() == [2, 3, 5]


def test_an_open_quote_costs_one_line_of_many():
    body = "".join(f'{n},"x",y\n' for n in range(1000)).replace('500,"x"', '500,"x')
    records = read(b"a,b,c\n" + body.encode())
    assert len(records.lines) == 999
    assert [bad.line for bad in records.broken] == [502]
    assert np.array_equal(records.lines, np.delete(np.arange(2, 1002), 500))


def test_two_stray_quotes_swallow_no_records_between_them():
    rows = ["a,b,c", *[f"{i},x,y" for i in range(9)]]
    rows[3], rows[6] = '2,"x,y', '5,"x,y'
    records = read("\n".join(rows).encode())
    assert records.lines.tolist() == [2, 3, 5, 6, 8, 9, 10]
    assert [record.line for record in records.broken] == [4, 7]
    assert all("never closed" in record.reason for record in records.broken)


def test_quotes_are_letters_where_lines_parted_by_tabs_are_whole_records():
    rows = ["a\tb\tc", '1\t"Abu\tx', '2\tAli"\ty', '3\t"A" and "B"\tz', '4\t"x\ty"', "5\tx\ty"]
    records = read("\n".join(rows).encode())
    assert not records.broken
    assert records.lines.tolist() == [2, 3, 4, 5, 6]
    assert records.columns[1].tolist() == ['"Abu', 'Ali"', '"A" and "B"', '"x', "x"]


@pytest.mark.parametrize("quoting", [csv.QUOTE_MINIMAL, csv.QUOTE_ALL])
def test_quotes_quote_in_what_was_exported_again_with_tabs(quoting):
    rows = [["1", 'Abu "Ali"', "x\ty"], ["2", "one\ntwo", '"x'], ["3", '"A" and "B"', "z"]]
    out = io.StringIO(newline="")
    csv.writer(out, delimiter="\t", quoting=quoting, lineterminator="\n").writerows(
        [["a", "b", "c"], *rows]
    )
    records = read(out.getvalue().encode())
    assert [list(row) for row in zip(*records.columns, strict=True)] == rows


def test_a_cut_last_record_is_broken():
    records = read(b'a,b,c\n1,2,3\n4,5,"cut he')
    assert records.columns[0].tolist() == ["1"]
    assert [(bad.line, bad.reason) for bad in records.broken] == [
        (3, "a quote that is never closed")
    ]


def test_a_note_before_the_header_is_passed_over():
    headers = delimited_headers(b"A list,\nas of,May\na,b,c\n1,2,3\n", "file")
    assert headers[0].names == ("A list", "")
    third = next(header for header in headers if header.names == ("a", "b", "c"))
    assert third.read([0]).lines.tolist() == [4]


def test_a_vast_cell_is_read_or_refused_but_never_lost():
    cell = "x" * 40_000_000
    try:
        records = read(f"a,b,c\n1,{cell},3\n4,5,6\n".encode(), [0])
    except IncidentDataError:
        return
    assert records.columns[0].tolist() == ["1", "4"]
