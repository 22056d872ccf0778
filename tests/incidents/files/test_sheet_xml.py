"""Rows and cells are found where they stand; what isn't plain is refused."""

import pytest

from riskkit.incidents.files.sheet_xml import PADDING, NotPlainError, sheet_xml

PLAIN = (
    '<row r="3" spans="1:9"><c r="A3" s="1"><v>4</v></c>\n<c r="C3" t="inlineStr"><is>'
    '<t xml:space="preserve"> a b </t></is></c><c r="XFD3" s="2"/></row>'
    '<row r="4"/><row r="10" hidden="1"></row>'
    '<row r="1048576"><c r="Z1048576"></c><c r="AA1048576"><v></v></c></row>'
)


def found(xml):
    return sheet_xml(xml.encode() + PADDING)


def test_rows_and_cells_are_found():
    sheet = found(PLAIN)
    assert sheet.lines.tolist() == [3, 4, 10, 1048576]
    assert sheet.rows.tolist() == [0, 0, 0, 3, 3]
    assert sheet.columns.tolist() == [0, 2, 16383, 25, 26]
    assert sheet.filled.tolist() == [True, True, False, False, True]
    ends = zip(sheet.starts, sheet.ends, strict=True)
    assert [PLAIN[start:end] for start, end in ends] == [
        ' s="1"><v>4</v></c>',
        ' t="inlineStr"><is><t xml:space="preserve"> a b </t></is></c>',
        ' s="2"/>',
        "></c>",
        "><v></v></c>",
    ]


def test_rows_may_have_no_cells():
    sheet = found('<row r="7"></row>')
    assert (sheet.lines.tolist(), sheet.rows.tolist(), sheet.starts.tolist()) == ([7], [], [])


@pytest.mark.parametrize(
    ("what", "instead"),
    [
        (PLAIN, ""),
        (PLAIN, "text"),
        (PLAIN, "<row"),
        (PLAIN, "<row/>"),
        (PLAIN, "<c/>"),
        ('<row r="3" spans="1:9">', ""),
        ('r="10"', 'r="4"'),
        ('r="10"', 'r=""'),
        ('r="10"', 'r="12345678"'),
        ('r="1048576"', 'r="1048577"'),
        ('r="4"', 'r="0"'),
        ('r="4"', 's="4"'),
        ('r="4"', "r='4'"),
        ('r="C3"', 'r="C33"'),
        ('r="C3"', 'r="C4"'),
        ('r="C3"', 'r="A3"'),
        ('r="C3"', 'r="3"'),
        ('r="C3"', 'r="c3"'),
        ('r="C3"', 'r="ABCD3"'),
        ('r="XFD3"', 'r="XFE3"'),
        ("<v>4</v>", "<v>4</v><v>4</v>"),
        ("<v>4</v>", "<v>4</w>"),
        ("<v>4</v>", "<v>4</v"),
        ("<v>4</v>", "<v/>"),
        ("<v>4</v>", '<v x="1">4</v>'),
        ("<v>4</v>", "<f>2+2</f><v>4</v>"),
        ("<v>4</v>", "<v><!-- 4 -->4</v>"),
        ("</row><row r=", "</ro><row r="),
        ("</row><row r=", "<row r="),
        (" a b ", " a > b "),
        ("</is>", "</it>"),
    ],
)
def test_what_is_not_plain_is_refused(what, instead):
    assert what in PLAIN
    with pytest.raises(NotPlainError):
        found(PLAIN.replace(what, instead, 1))
