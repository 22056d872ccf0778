"""Workbooks: one sheet has the table, hidden ones stand back, and of several none is guessed."""

import pandas as pd
import pytest

from riskkit.errors import IncidentDataError
from riskkit.incidents import check_incidents, read_incidents

MAPPING = {"date": "day", "country": "land", "fatalities": "dead"}
ATTACKS = pd.DataFrame({"day": ["2016-01-05", "2016-02-05"], "land": "Mali", "dead": [3, 4]})


@pytest.fixture
def workbook(tmp_path):
    def write(hidden=(), **sheets):
        path = tmp_path / "book.xlsx"
        with pd.ExcelWriter(path, engine="openpyxl") as book:
            for name, table in sheets.items():
                table.to_excel(book, sheet_name=name, index=False)
                book.sheets[name].sheet_state = "hidden" if name in hidden else "visible"
        return path

    return write


def test_of_sheets_of_years_none_is_left_out_without_a_word(workbook, layouts):
    years = {f"y{year}": pd.DataFrame([layouts.BOMB | {"eventid": year * 10**8, "iyear": year}])
             for year in (2016, 2017, 2018)}  # fmt: skip
    path = workbook(**years | {"y2018": years["y2018"].assign(wider=1)})
    for source in (None, "gtd"):
        with pytest.raises(
            IncidentDataError, match=r"such a table on 3 sheets \(y2018, y2016, y2017"
        ):
            check_incidents(path, source)
    both = pd.concat(pd.read_excel(path, sheet_name=None, engine="calamine"))
    assert check_incidents(both).rows_in == 3


def test_of_two_sheets_with_the_columns_named_none_is_guessed(workbook):
    path = workbook(a=ATTACKS, b=ATTACKS)
    with pytest.raises(
        IncidentDataError, match=r"2 sheets \(a, b\); accepted: one; .*sheet_name='a'"
    ):
        read_incidents(path, columns=MAPPING)


def test_sheets_without_rows_and_of_other_things_are_passed_over(workbook):
    blank = ATTACKS.iloc[:0].assign(note="")
    path = workbook(form=blank, data=ATTACKS, words=pd.DataFrame({"word": ["dead"], "is": "toll"}))
    check = check_incidents(path, columns=MAPPING)
    assert (check.rows_in, check.notes[0]) == (2, "sheet 'data'")
    assert check_incidents(workbook(a=blank, b=blank), columns=MAPPING).rows_in == 0


def test_a_hidden_sheet_counts_only_where_no_other_fits(workbook):
    old = ATTACKS.assign(note="old", dead=99)
    check = check_incidents(workbook(hidden=["old"], data=ATTACKS, old=old), columns=MAPPING)
    assert check.kept["fatalities"].tolist() == [3, 4]
    front = pd.DataFrame({"A front page": ["see"], "of 2016": ["below"]})
    check = check_incidents(workbook(hidden=["old"], front=front, old=old), columns=MAPPING)
    assert check.kept["fatalities"].tolist() == [99, 99]
    assert check.notes[0] == "sheet 'old', which is hidden"


def test_a_table_that_stands_apart_from_the_sheets_corner_is_read_where_it_stands(tmp_path):
    path = tmp_path / "book.xlsx"
    table = ATTACKS.assign(dead=[3, -1])
    table.to_excel(path, startrow=3, startcol=2, index=False)
    check = check_incidents(path, columns=MAPPING)
    assert check.kept["fatalities"].tolist() == [3, pd.NA]
    assert check.blanked[["line", "column", "value"]].values.tolist() == [[6, "dead", "-1"]]
