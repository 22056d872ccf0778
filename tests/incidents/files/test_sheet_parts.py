"""A sheet parsed in parts gives what it gives as a whole, damaged or not."""

import datetime
import io
import random
import re
import zipfile

import pytest

from riskkit.errors import IncidentDataError
from riskkit.incidents.files import sheet_parts
from riskkit.incidents.files.sheet_parts import SheetParts
from riskkit.incidents.files.workbook import workbook_headers

SHEET = "xl/worksheets/sheet1.xml"
ROWS, PART = 1_500, 1 << 16
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


def read(data, size, monkeypatch):
    monkeypatch.setattr(sheet_parts, "_PART", size)
    try:
        header = next(h for h in workbook_headers(data, "file") if "id" in h.names)
        records = header.read(range(1, 5))
    except (IncidentDataError, StopIteration) as problem:
        return type(problem).__name__
    texts = [column.astype("str").fillna("").tolist() for column in records.columns]
    return texts, records.lines.tolist()


def test_parts_give_what_the_whole_gives(members, monkeypatch):
    data = packed(members)
    whole = read(data, 1 << 30, monkeypatch)
    assert read(data, PART, monkeypatch) == whole
    assert len(list(SheetParts(data))) > 3
    assert whole[1] == [row for row in range(4, ROWS) if row % 7]


def test_texts_that_are_shared_and_a_calendar_from_1904(monkeypatch):
    rows = "".join(
        f'<row r="{n}" spans="1:4"><c r="A{n}" t="s"><v>{n % 3}</v></c><c r="B{n}" s="1"><v>{n}</v>'
        f'</c><c r="C{n}"><v>2</v></c><c r="D{n}" t="str"><f>A{n}</f><v>x</v></c></row>'
        for n in range(2, ROWS)
    )
    top = '<row r="1">' + "".join(
        f'<c r="{at}1" t="inlineStr"><is><t>{name}</t></is></c>'
        for at, name in zip("ABCD", ["id", "day", "dead", "note"], strict=True)
    )  # fmt: skip
    data = packed(
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
            "xl/sharedStrings.xml": f'<sst xmlns="{MAIN}"><si><t>one</t></si><si><t>two</t></si>'
            "<si><r><t>thr</t></r><r><t>ee</t></r></si></sst>",
            SHEET: f'<worksheet xmlns="{MAIN}"><sheetData>{top}</row>{rows}</sheetData>'
            "</worksheet>",
        }
    )
    monkeypatch.setattr(sheet_parts, "_PART", PART)
    assert len(list(SheetParts(data))) > 3
    records = workbook_headers(data, "file")[0].read((0, 1))
    assert records.columns[0].tolist() == [["one", "two", "three"][n % 3] for n in range(2, ROWS)]
    assert records.columns[1].iloc[-1] == datetime.datetime(1904, 1, 1) + datetime.timedelta(
        ROWS - 1
    )


@pytest.mark.parametrize(
    ("what", "instead"),
    [
        (rb'(r="[A-Z]*)800"', rb'\g<1>9800"'),
        (rb'(r="[A-Z]*)1203"', rb'\g<1>203"'),
        (rb"<row [^>]*>", b"<row>"),
        (rb"</row><row", b"</row><!-- <row --><row"),
        (rb"</sheetData>.*", b""),
        (rb"</row>(?=<row r=.1200)", b""),
    ],
)
def test_rows_out_of_place_are_where_the_whole_has_them(members, monkeypatch, what, instead):
    changed = re.sub(what, instead, members[SHEET])
    assert changed != members[SHEET]
    data = packed(members | {SHEET: changed})
    assert read(data, PART, monkeypatch) == read(data, 1 << 30, monkeypatch)


def test_damaged_sheets_end_as_the_whole_does(members, monkeypatch):
    chance = random.Random(1)
    for _ in range(40):
        sheet = bytearray(members[SHEET])
        for _ in range(3):
            sheet[chance.randrange(len(sheet))] = chance.choice(b'<>/"=0123456789 arc')
        data = packed(members | {SHEET: bytes(sheet)})
        assert read(data, PART, monkeypatch) == read(data, 1 << 30, monkeypatch)
    data = bytearray(packed(members))
    for _ in range(20):
        broken = data.copy()
        for _ in range(3):
            broken[chance.randrange(len(data))] = chance.randrange(256)
        assert read(bytes(broken), PART, monkeypatch) == read(bytes(broken), 1 << 30, monkeypatch)


def test_a_part_of_unreadable_name_ends_as_the_whole_does(members, monkeypatch):
    data = bytearray(packed(members | {"other": b""}))
    entry = data.rfind(b"PK\x01\x02")
    data[entry + 9] |= 0x08  # its name is UTF-8
    data[entry + 46] = 0x93
    whole = read(bytes(data), 1 << 30, monkeypatch)
    assert whole[1][0] == 4
    assert read(bytes(data), PART, monkeypatch) == whole
