"""JSON as services leave it: cut-off letters, endless numbers, keys that come twice."""

import json

import pytest

from riskkit.errors import IncidentDataError
from riskkit.incidents.files.json_rows import json_frame

ATTACK = '{"incident_id": "%s", "date": "2020-01-01", "fatalities": 1}'


def test_half_a_letter_is_replaced_and_a_whole_one_stays():
    halves = json.dumps([{"notes": "cut \ud83d", "\ud83d": ["\udca3", {"a": 1}]}, {"notes": "💣"}])
    table, _ = json_frame(halves.encode(), "attacks.json")
    assert table["notes"].tolist() == ["cut ?", "💣"]
    assert table["?"].iloc[0] == ["?", {"a": 1}]


@pytest.mark.parametrize("layout", ["[%s]", "%s\n" + ATTACK % "b"])
def test_a_number_of_too_many_digits_is_told(layout):
    text = layout % ('{"incident_id": "a", "fatalities": ' + "9" * 5000 + "}")
    with pytest.raises(IncidentDataError, match=r"attacks.json holds a number that can't be read"):
        json_frame(text.encode(), "attacks.json")


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("odd", ["\u2028", "\u2029", "\x85", ""])
def test_json_lines_end_where_json_says(end, odd):
    text = f"{ATTACK}{end}{end}{ATTACK}{end}" % (f"a{odd}a", "b")
    table, _ = json_frame(text.encode(), "attacks.jsonl")
    assert table["incident_id"].tolist() == [f"a{odd}a", "b"]


@pytest.mark.parametrize("layout", ["[%s]", "%s\n" + ATTACK % "b", '{"data": [%s]}'])
def test_a_key_that_comes_twice_is_refused_where_its_values_differ(layout):
    twice = ATTACK % "a"
    table, _ = json_frame((layout % twice.replace("}", ', "fatalities": 1.0}')).encode(), "a.json")
    assert table["fatalities"].eq(1).all()
    differing = layout % twice.replace("}", ', "fatalities": 9, "fatalities": 1}')
    with pytest.raises(IncidentDataError, match="two values of 'fatalities' that differ; accepted"):
        json_frame(differing.encode(), "a.json")
