"""A plain sheet gives what python-calamine gives of the whole, damaged or not."""

import datetime
import io
import random
import re
import zipfile
from types import MappingProxyType

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from riskkit.errors import IncidentDataError
from riskkit.incidents.files import plain_sheet, workbook
from riskkit.incidents.files.plain_sheet import plain_sheets
from riskkit.incidents.files.sheet_xml import NotPlainError
from riskkit.incidents.files.workbook import workbook_headers

SHEET = "xl/worksheets/sheet1.xml"
ROWS, COLUMNS = 1_500, range(1, 5)
CONTENT_TYPES = """<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
<Default Extension="xml" ContentType="application/xml"/>
<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.\
spreadsheetml.sheet.main+xml"/></Types>"""
RELATED = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def relations(**targets):
    told = "".join(
        f'<Relationship Id="{key}" Type="{RELATED}/{kind}" Target="{target}"/>'
        for key, (kind, target) in targets.items()
    )
    return f'<Relationships xmlns="{PACKAGE}">{told}</Relationships>'


def packed(members):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as book:
        for name, content in members.items():
            book.writestr(name, content)
    return out.getvalue()


SHARED = (
    f'<sst xmlns="{MAIN}"><si><t>one</t></si><si><t>two</t></si>'
    "<si><r><t>thr</t></r><r><t>ee</t></r></si><si><t></t></si></sst>"
)


def shared_book(changed=MappingProxyType({}), texts=SHARED):
    """Give a workbook whose sheet shares texts, some of its rows with cells of their own."""
    rows = "".join(
        f'<row r="{n}" spans="1:4">'
        + changed.get(
            n,
            f'<c r="A{n}" t="s"><v>{n % 3}</v></c><c r="B{n}" s="1"><v>{n}</v></c>'
            f'<c r="C{n}"><v>2</v></c><c r="D{n}" t="str"><v>x</v></c>',
        )
        + "</row>"
        for n in range(2, ROWS)
    )
    top = '<row r="1">' + "".join(
        f'<c r="{at}1" t="inlineStr"><is><t>{name}</t></is></c>'
        for at, name in zip("ABCDE", ["id", "day", "dead", "note", "more"], strict=True)
    )  # fmt: skip
    return packed(
        {
            "[Content_Types].xml": CONTENT_TYPES,
            "_rels/.rels": relations(a=("officeDocument", "xl/workbook.xml")),
            "xl/_rels/workbook.xml.rels": relations(
                a=("worksheet", "worksheets/sheet1.xml"),
                b=("sharedStrings", "sharedStrings.xml"),
                c=("styles", "styles.xml"),
            ),
            "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{RELATED}"><workbookPr '
            'date1904="1"/><sheets><sheet name="data" sheetId="1" r:id="a"/></sheets></workbook>',
            "xl/styles.xml": f'<styleSheet xmlns="{MAIN}"><cellXfs count="2"><xf numFmtId="0"/>'
            '<xf numFmtId="14"/></cellXfs></styleSheet>',
            "xl/sharedStrings.xml": texts,
            SHEET: f'<worksheet xmlns="{MAIN}"><sheetData>{top}</row>{rows}</sheetData>'
            "</worksheet>",
        }
    )


@pytest.fixture(scope="module")
def members():
    """Give a workbook's files: days, numbers, texts, blank cells and rows, a first column less."""
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.active
    for column, name in enumerate(["id", "day", "dead", "note"], 2):
        sheet.cell(3, column, name)
    for row in range(4, ROWS):
        if row % 7:
            sheet.cell(row, 2, f"a{row}")
            sheet.cell(row, 3, datetime.datetime(2016, 1, 1) + datetime.timedelta(days=row))
            sheet.cell(row, 4, row % 5 if row % 3 else None)
            sheet.cell(row, 5, f"<row {row} & more>" * 3 if row > 1_000 else None)
    out = io.BytesIO()
    book.save(out)
    with zipfile.ZipFile(out) as saved:
        return {name: saved.read(name) for name in saved.namelist()}


@pytest.fixture(autouse=True)
def _small_blocks(monkeypatch):
    monkeypatch.setattr(plain_sheet, "_BLOCK", 1 << 14)


@pytest.fixture
def whole(monkeypatch):
    """Read a workbook with python-calamine alone."""

    def read_whole(data, positions=COLUMNS):
        def none_is_plain(data, tried):
            raise NotPlainError

        with monkeypatch.context() as patch:
            patch.setattr(workbook, "plain_sheets", none_is_plain)
            return read(data, positions)

    return read_whole


def read(data, positions=COLUMNS):
    try:
        header = next(h for h in workbook_headers(data, "file") if "id" in h.names)
        records = header.read(positions)
    except (IncidentDataError, StopIteration) as problem:
        return type(problem).__name__
    texts = [column.astype("str").fillna("").tolist() for column in records.columns]
    return texts, [str(column.dtype) for column in records.columns], records.lines.tolist()


def is_plain(data, above=3, positions=COLUMNS):
    """Tell whether the first sheet is read without python-calamine's look at the whole."""
    try:
        _, sheet = plain_sheets(data, 20)[0]
        if sheet is not None:
            sheet.read(above, positions)
    except NotPlainError:
        return False
    return sheet is not None


def test_cells_are_those_of_the_whole(members, whole):
    data = packed(members)
    assert is_plain(data)
    ((_, sheet),) = plain_sheets(data, 20)
    assert len(list(sheet._blocks(plain_sheet._BLOCK))) > 3
    assert read(data) == whole(data)
    assert read(data)[-1] == [row for row in range(4, ROWS) if row % 7]


@pytest.mark.parametrize("engine", ["openpyxl", "xlsxwriter"])
def test_workbooks_of_pandas_are_plain(whole, engine):
    days = pd.date_range("2016-01-01", periods=ROWS)
    notes = [None if n % 3 else f"of {n % 50}" for n in range(ROWS)]
    table = pd.DataFrame(
        {"id": range(ROWS), "day": days, "note": notes, "share": np.sqrt(range(ROWS))}
    )
    out = io.BytesIO()
    table.to_excel(out, index=False, engine=engine)
    assert is_plain(out.getvalue(), 1, range(4))
    assert read(out.getvalue(), range(4)) == whole(out.getvalue(), range(4))


@pytest.mark.parametrize("positions", [[1], [4], [3, 1], [2, 2], [0], [30], []])
def test_some_columns_are_those_of_the_whole(members, whole, positions):
    data = packed(members)
    assert is_plain(data, positions=positions)
    assert read(data, positions) == whole(data, positions)


def test_texts_that_are_shared_and_a_calendar_from_1904(whole):
    data = shared_book()
    assert is_plain(data, 1, range(4))
    records = workbook_headers(data, "file")[0].read(range(4))
    assert records.columns[0].tolist() == [["one", "two", "three"][n % 3] for n in range(2, ROWS)]
    assert records.columns[1].iloc[-1] == datetime.datetime(1904, 1, 1) + datetime.timedelta(
        ROWS - 1
    )
    assert read(data, range(4)) == whole(data, range(4))


def test_whether_a_row_is_blank_may_hang_on_columns_not_read(whole):
    # Rows 5 and 6 have a note only; the note of 6, and all of 7, is a blank text.
    numbers = {5: 1, 6: 3, 7: 3}
    data = shared_book({n: f'<c r="E{n}" t="s"><v>{text}</v></c>' for n, text in numbers.items()})
    assert is_plain(data, 1, [0])
    assert read(data, [0]) == whole(data, [0])
    assert read(data, [0])[-1][:5] == [2, 3, 4, 5, 8]
    # Here the cell that is read is a blank text, which only its parsing tells.
    data = shared_book({5: '<c r="A5" t="s"><v>3</v></c><c r="E5"><v>0</v></c>'})
    assert not is_plain(data, 1, [0])
    assert read(data, [0]) == whole(data, [0])
    assert 5 in read(data, [0])[-1]


def test_a_sheet_with_a_header_only_is_empty(members, whole):
    sheet = re.sub(rb'(?s)<row r="4".*</row>', b"", members[SHEET])
    data = packed(members | {SHEET: sheet})
    assert is_plain(data)
    assert read(data) == whole(data)
    assert read(data)[-1] == []
    blank = re.sub(rb"(?s)<sheetData>.*</sheetData>", b"<sheetData></sheetData>", sheet)
    data = packed(members | {SHEET: blank})
    assert not is_plain(data)
    assert read(data) == whole(data)


SMALL = b'<sheetData><row r="3"><c r="B3"><v>1</v></c></row></sheetData>'


@pytest.mark.parametrize(
    ("what", "instead", "plain"),
    [
        (rb'(r="[A-Z]*)800"', rb'\g<1>9800"', False),
        (rb'(r="[A-Z]*)1203"', rb'\g<1>203"', False),
        (rb'(r="[A-Z]*)1499"', rb'\g<1>1048575"', True),
        (rb"<row [^>]*>", b"<row>", False),
        (rb' r="[A-Z]*\d+"', b"", False),
        (rb'r="C1203"', b'r="AC1203"', False),
        (rb'r="C1203"', b'r="C1204"', False),
        (rb'r="E(\d+)"', rb'r="AEE\1"', True),
        (rb'r="E(\d+)"', rb'r="ZZZ\1"', False),
        (rb'(<c r="C1203") s="1"', rb'\1 s="0"', True),
        (rb'(<c r="C1203") s="1"', rb'\1 s="1" r="D900"', False),
        (rb'(<c r="C1203") s="1"', rb'\1s="1"', False),
        (rb"</row><row", b"</row><!-- <row --><row", False),
        (rb"</row><row", b"</row>\n  <row", True),
        (rb"<sheetData>", b"<!-- " + SMALL + b" --><sheetData>", False),
        (rb'(<c r="D5" t="n">)<v>\d(?s:(.*<c r="D1202"[^>]*>))', rb"\1<v>nan\2<f>1+1</f>", False),
        (rb"</sheetData>.*", b"", False),
        (rb"</row>(?=<row r=.1200)", b"", False),
        (rb"</row>(?=<row r=.1200)", b"</rox>", False),
        (rb'(<row r="1201"[^>]*>)<c', rb"\1<c/><c", False),
        (rb'(<c r="D1202"[^>]*>)<v>', rb"\1<f>1+1</f><v>", False),
        (rb'(<c r="D1202")[^>]*><v>\d', rb'\1 t="b"><v>1', True),
        (rb'(<c r="D1202")[^>]*><v>\d', rb'\1 t="e"><v>#N/A', True),
        (rb'(<c r="D1202")[^>]*><v>\d', rb"\1><v>x", True),
        (rb"<t>a1202</t>", b"<t>a1202 > b</t>", False),
        (rb"<t>a1202</t>", b"<t><![CDATA[a1202]]></t>", False),
        (rb"<t>a1202</t>", b"<r><t>a12</t></r><r><t>02</t></r>", False),
        (rb"<t>a1202</t>", b'<t xml:space="preserve"> a1202 </t>', True),
        (rb"<t>a1202</t>", b"<t>a &amp; &#233; &lt;b&gt;</t>", True),
        (rb"<t>a1202</t>", b"<t>a & b</t>", False),
    ],
)
def test_odd_sheets_are_read_as_the_whole_is(members, whole, what, instead, plain):
    changed = re.sub(what, instead, members[SHEET])
    assert changed != members[SHEET]
    data = packed(members | {SHEET: changed})
    assert is_plain(data) == plain
    assert read(data) == whole(data)


def test_rows_out_of_place_where_a_block_begins_are_read_as_the_whole_is(
    members, whole, monkeypatch
):
    monkeypatch.setattr(plain_sheet, "_BLOCK", 1 << 7)
    changed = re.sub(rb'(r="[A-Z]*)1203"', rb'\g<1>203"', members[SHEET])
    changed = re.sub(rb'<row r="1204".*?</row>', b"", changed)
    data = packed(members | {SHEET: changed})
    assert not is_plain(data)
    assert read(data) == whole(data)


def test_a_reference_to_no_shared_text_is_an_error_of_the_file(whole):
    for row in (2, 1_000):
        data = shared_book({row: f'<c r="A{row}" t="s"><v>99</v></c>'})
        assert not is_plain(data, 1, [0])
        assert read(data, [0]) == whole(data, [0]) == "IncidentDataError"


def test_a_row_that_stands_far_behind_its_place_among_the_first_is_an_error(members):
    changed = re.sub(rb'(r="[A-Z]*)1203"', rb'\g<1>12"', members[SHEET])
    header = next(
        h for h in workbook_headers(packed(members | {SHEET: changed}), "f") if "id" in h.names
    )
    with pytest.raises(IncidentDataError, match="its first rows stand behind others"):
        header.read(COLUMNS)


def test_sheets_beside_a_plain_one_are_read_too(members, whole):
    from openpyxl import Workbook

    book = Workbook()
    book.active.title = "a note"
    book.active.append(["Made in", "=1+1"])
    for title, state in (("data", "visible"), ("old", "hidden")):
        sheet = book.create_sheet(title)
        sheet.sheet_state = state
        sheet.append(["id", "n", title])
        sheet.append([title, 1, None])
    book.move_sheet("old", -2)
    out = io.BytesIO()
    book.save(out)
    sheets = {told.name: sheet for told, sheet in plain_sheets(out.getvalue(), 20)}
    assert list(sheets) == ["old", "a note", "data"]
    assert sheets["data"].read(1, [2])[0].tolist() == [2]
    with pytest.raises(NotPlainError):
        sheets["a note"].read(0, [0, 1])
    headers = workbook_headers(out.getvalue(), "file")
    assert [(header.sheet, header.hidden, header.names[-1]) for header in headers] == [
        ("data", False, "data"), ("data", False, ""),
        ("old", True, "old"), ("old", True, ""),
    ]  # fmt: skip
    assert read(out.getvalue(), [0]) == whole(out.getvalue(), [0])
    assert read(out.getvalue(), [0])[0] == [["data"]]


def test_a_sheet_that_lies_elsewhere_is_not_taken_for_one_of_the_others(whole):
    with zipfile.ZipFile(io.BytesIO(shared_book())) as book:
        files = {name: book.read(name).decode() for name in book.namelist()}
    files["xl/sheets/note.xml"] = (
        f'<worksheet xmlns="{MAIN}"><sheetData><row><c t="str"><v>0</v></c></row></sheetData>'
        "</worksheet>"
    )
    files["xl/workbook.xml"] = files["xl/workbook.xml"].replace(
        "<sheet ", '<sheet name="note" sheetId="2" r:id="d"/><sheet '
    )
    files["xl/_rels/workbook.xml.rels"] = relations(
        a=("worksheet", "worksheets/sheet1.xml"),
        b=("sharedStrings", "sharedStrings.xml"),
        c=("styles", "styles.xml"),
        d=("worksheet", "sheets/note.xml"),
    )
    data = packed(files)
    assert [(told.name, bool(sheet)) for told, sheet in plain_sheets(data, 20)] == [
        ("note", False),
        ("data", True),
    ]
    assert read(data, range(4)) == whole(data, range(4)) == read(shared_book(), range(4))


def test_a_duration_of_millions_of_years_is_an_error_of_the_file(members):
    styles = members["xl/styles.xml"].replace(b"yyyy-mm-dd h:mm:ss", b"[h]:mm:ss")
    sheet = re.sub(rb'(<c r="C1202"[^>]*>)<v>\d+', rb"\1<v>12345678901", members[SHEET])
    data = packed(members | {SHEET: sheet, "xl/styles.xml": styles})
    assert (sheet, styles) != (members[SHEET], members["xl/styles.xml"])
    assert read(data) == "IncidentDataError"


@pytest.mark.parametrize(
    ("name", "what", "instead"),
    [
        ("xl/workbook.xml", rb"(<sheet [^>]*/>)", rb"\1\1"),
        ("xl/workbook.xml", rb"<sheet ", rb"<shoot "),
        ("xl/_rels/workbook.xml.rels", rb"sheet1.xml", rb"sheet7.xml"),
        ("xl/styles.xml", rb"<cellXfs", rb"<cellYfs"),
    ],
)
def test_an_odd_workbook_is_read_as_the_whole_is(members, whole, name, what, instead):
    changed = re.sub(what, instead, members[name])
    assert changed != members[name]
    data = packed(members | {name: changed})
    assert read(data) == whole(data)


@pytest.mark.parametrize(
    ("what", "instead"),
    [
        ("<si><t>two</t></si>", "<si/>"),
        ("<si><t>two</t></si>", "<!-- <si> --><si><t>two</t></si>"),
        ("<si><t>two</t></si>", "<si><t><![CDATA[<si>]]></t></si>"),
        ("<si><t>two</t></si>", ""),
        ("<sst", "<x:sst"),
    ],
)
def test_odd_shared_texts_are_read_as_the_whole_reads_them(whole, what, instead):
    data = shared_book(texts=SHARED.replace(what, instead))
    assert read(data, range(4)) == whole(data, range(4))


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.one_of(
            st.none(),
            st.integers(-(10**6), 10**6),
            st.floats(allow_nan=False, allow_infinity=False),
            st.booleans(),
            st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=5),
            st.dates(datetime.date(1901, 1, 1), datetime.date(2100, 1, 1)),
            st.datetimes(datetime.datetime(1901, 1, 1), datetime.datetime(2100, 1, 1)),
        ),
        min_size=1,
        max_size=40,
    )
)
def test_any_cells_are_those_of_the_whole(cells):
    from openpyxl import Workbook
    from python_calamine import CalamineWorkbook

    book = Workbook()
    book.active.append(["id", "other"])
    for cell in cells:
        book.active.append([cell, 1])
    out = io.BytesIO()
    book.save(out)
    ((_, sheet),) = plain_sheets(out.getvalue(), 20)
    lines, ((different, codes),) = sheet.read(1, [0])
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(out.getvalue())).get_sheet_by_index(0)
    assert [different[code] for code in codes] == [row[0] for row in sheet.to_python()[1:]]
    assert lines.tolist() == list(range(2, len(cells) + 2))


def test_damaged_sheets_end_as_the_whole_does(members, whole):
    chance = random.Random(1)
    for _ in range(40):
        sheet = bytearray(members[SHEET])
        for _ in range(3):
            sheet[chance.randrange(len(sheet))] = chance.choice(b'<>/"=0123456789 arc')
        data = packed(members | {SHEET: bytes(sheet)})
        assert read(data) == whole(data)
    data = bytearray(packed(members))
    for _ in range(20):
        broken = data.copy()
        for _ in range(3):
            broken[chance.randrange(len(data))] = chance.randrange(256)
        assert read(bytes(broken)) == whole(bytes(broken))


def test_a_part_of_unreadable_name_ends_as_the_whole_does(members, whole):
    data = bytearray(packed(members | {"other": b""}))
    entry = data.rfind(b"PK\x01\x02")
    data[entry + 9] |= 0x08  # its name is UTF-8
    data[entry + 46] = 0x93
    assert whole(bytes(data))[-1][0] == 4
    assert read(bytes(data)) == whole(bytes(data))
