"""Which column is read for which: by its very name, else by what it looks like, never by chance."""

import pandas as pd
import pytest

from riskkit.errors import MissingColumnError
from riskkit.incidents import read_incidents

MAPPING = {"date": "Date", "country": "Country", "fatalities": "Killed"}


def table(**cells) -> pd.DataFrame:
    return pd.DataFrame({"Date": ["2017-06-18"], "Country": ["Mali"]} | cells)


@pytest.mark.parametrize("others", [{"Killed*": [3]}, {"#killed": [9], "killed ": [1]}])
def test_the_column_of_that_very_name_is_read(others):
    attacks = read_incidents(table(**others, Killed=[4]), columns=MAPPING)
    assert attacks["fatalities"].tolist() == [4]


def test_a_column_is_found_by_what_its_name_looks_like():
    assert read_incidents(table(**{"killed?": [4]}), columns=MAPPING)["fatalities"].tolist() == [4]


def test_of_columns_that_look_alike_none_is_guessed():
    alike = table(**{"Killed*": [3], "killed": [4]})
    with pytest.raises(MissingColumnError, match=r"2 columns that may be 'Killed', which columns"):
        read_incidents(alike, columns=MAPPING)
    mapping = {"date": "Date", "country": "Country"}
    with pytest.raises(MissingColumnError, match=r"'Killed', which 2 columns of the DataFrame"):
        read_incidents(alike, columns=mapping, keep=["Killed"])


@pytest.mark.parametrize("names", [("Дата", "Страна", "Убито"), ("日期", "国家", "死亡")])
def test_names_without_latin_letters_are_told_apart(names, tmp_path):
    path = tmp_path / "own.csv"
    path.write_text(f"{','.join(reversed(names))}\n5,Mali,2017-06-18\n", encoding="utf-8")
    mapping = dict(zip(("date", "country", "fatalities"), names, strict=True))
    attack = read_incidents(path, columns=mapping).iloc[0]
    assert [attack[key] for key in mapping] == [pd.Timestamp("2017-06-18"), "MLI", 5]
    with pytest.raises(MissingColumnError, match=r"no column 'où'"):
        read_incidents(path, columns={"date": names[0], "country": "où"})


def test_a_layouts_own_name_goes_before_one_that_looks_like_it(layouts):
    rows = pd.DataFrame([layouts.BLAST])
    rows.insert(0, "Fatalities*", 9)
    assert read_incidents(rows, "rand")["fatalities"].tolist() == [0]
