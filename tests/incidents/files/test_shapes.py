"""One file of each encoding and shape that exports come in, read end to end to the same attacks."""

import pandas as pd
import pytest

from riskkit.errors import InvalidValueError
from riskkit.incidents import check_incidents

HEADER = "incident_id,date,country,place,fatalities,target_type"
ROWS = [
    "a,2017-06-18,Mali,Dougourakoro,5,Tourists",
    "b,2016-01-15,Burkina Faso,Café Cappuccino à Ouagadougou,30,Business",
    "c,2016-03-13,Ivory Coast,Grand-Bassam – l’Étoile du Sud,19,Tourists",
    "d,2015-11-20,Mali,Hôtel Radisson; Hippodrome,,Business",
]
TEXT = "\n".join([HEADER, *ROWS]) + "\n"
PLACES = [row.split(",")[3] for row in ROWS]


@pytest.fixture
def check(tmp_path):
    def read(content: str | bytes, name: str = "attacks.csv", **options):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return check_incidents(path, **options)

    return read


def assert_read(result) -> None:
    assert result.rows_in == len(result.kept) == 4
    assert not len(result.blanked)
    assert result.kept["country"].tolist() == ["MLI", "BFA", "CIV", "MLI"]
    assert result.kept["fatalities"].tolist() == [5, 30, 19, pd.NA]
    assert result.kept["date"].dt.strftime("%Y-%m-%d").tolist()[0] == "2017-06-18"


@pytest.mark.parametrize(
    "encoding",
    [
        "utf-8",
        "utf-8-sig",
        "utf-16",
        "utf-16-le",
        "utf-16-be",
        "utf-32",
        "utf-32-be",
        "cp1252",
        "mac_roman",
    ],
)
def test_encodings(check, encoding):
    result = check(TEXT.encode(encoding))
    assert_read(result)
    assert result.kept["place"].tolist() == PLACES


def test_latin_1_holds_the_letters(check):
    plain = TEXT.replace("–", "-").replace("’", "'")
    result = check(plain.encode("latin-1"))
    assert_read(result)
    assert "Café Cappuccino à Ouagadougou" in result.kept["place"].tolist()


@pytest.mark.parametrize("mark", [";", "\t", "|"])
@pytest.mark.parametrize("first", ["", "sep"])
def test_delimiters_with_and_without_a_line_that_names_them(check, mark, first):
    rows = [[cell.replace(";", ",") for cell in row.split(",")] for row in [HEADER, *ROWS]]
    text = "\n".join(mark.join(cells) for cells in rows) + "\n"
    result = check(f"sep={mark}\n{text}" if first else text)
    assert_read(result)
    assert "Hôtel Radisson, Hippodrome" in result.kept["place"].tolist()


def test_line_ends_that_are_mixed_in_one_file(check):
    first, second, third, fourth = ROWS
    result = check(f"{HEADER}\r\n{first}\n{second}\r{third}\r\n{fourth}\r")
    assert_read(result)


def test_line_breaks_and_quotes_inside_cells_and_the_lines_they_cost(check):
    rows = [*ROWS[:3], 'd,2015-11-20,Mali,"Hôtel ""Radisson"",\nBamako",-5,Business', *ROWS[3:]]
    text = "\n".join([HEADER, *rows]).replace("d,2015-11-20,Mali,Hôtel", "e,2015-11-20,Mali,Hôtel")
    result = check(text)
    assert result.rows_in == len(result.kept) == 5
    assert 'Hôtel "Radisson",\nBamako' in result.kept["place"].tolist()
    assert result.blanked[["line", "value"]].to_numpy().tolist() == [[5, "-5"]]


@pytest.mark.parametrize("cell", ['"1,234"', '"1,234,567"', "1 234", "1 234 567"])
def test_thousands_are_marked(check, cell):
    result = check(f"{HEADER}\na,2017-06-18,Mali,Gao,{cell},Tourists\n")
    assert result.kept["fatalities"].tolist() == [
        int(cell.strip('"').replace(",", "").replace(" ", ""))
    ]


def test_two_header_rows(check):
    result = check(f"what,when,where,,how many,whom\n{TEXT}")
    assert_read(result)
    tags = "#event+id,#date,#country+name,#loc+name,#affected+killed,#target"
    below = check(TEXT.replace(HEADER, f"{HEADER}\n{tags}"))
    assert below.rows_in == 5
    assert below.set_aside["reason"].tolist() == ["a row of tags (HXL), not of data"]


def test_a_workbook_with_a_sheet_of_notes_first_and_true_dates(tmp_path):
    table = pd.DataFrame([row.split(",") for row in ROWS], columns=HEADER.split(","))
    table["date"] = pd.to_datetime(table["date"])
    table["fatalities"] = pd.to_numeric(table["fatalities"])
    path = tmp_path / "book.xlsx"
    with pd.ExcelWriter(path) as book:
        notes = pd.DataFrame({"Notes": ["made by hand", "dates as known"], "By": ["A", "B"]})
        notes.to_excel(book, sheet_name="Read me", index=False)
        table.to_excel(book, sheet_name="Data", index=False)
    result = check_incidents(path)
    assert_read(result)
    assert result.notes == ("sheet 'Data'",)


def test_the_whole_column_decides_the_order_of_a_date(check):
    body = "a,{},Mali,Gao,1,Tourists\nb,{},Mali,Gao,1,Tourists\n"
    days = check(f"{HEADER}\n" + body.format("03/04/2019", "25/04/2019")).kept["date"]
    assert days.dt.strftime("%m-%d").tolist() == ["04-03", "04-25"]
    months = check(f"{HEADER}\n" + body.format("03/04/2019", "04/25/2019")).kept["date"]
    assert months.dt.strftime("%m-%d").tolist() == ["03-04", "04-25"]


def test_an_ambiguous_column_of_dates_is_an_error_that_names_both_readings(check):
    text = f"{HEADER}\na,03/04/2019,Mali,Gao,1,Tourists\n"
    with pytest.raises(InvalidValueError, match=r"day 3 of month 4 or day 4 of month 3") as told:
        check(text)
    assert "dayfirst=True" in str(told.value)
    assert check(text, dayfirst=False).kept["date"].tolist() == [pd.Timestamp("2019-03-04")]


def test_a_column_of_many_kinds_of_unknown():
    kinds = [None, pd.NA, pd.NaT, float("nan"), "", "NA", b"5", 5]
    table = pd.DataFrame({"incident_id": range(8), "date": "2017-06-18", "country": "Mali",
                          "fatalities": pd.Series(kinds, dtype=object)})  # fmt: skip
    assert check_incidents(table).kept["fatalities"].tolist() == [pd.NA] * 6 + [5, 5]
