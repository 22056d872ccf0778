"""Country names: today's, history's, those of the sources, codes, and what is no country."""

import pandas as pd
import pytest

from riskkit.incidents import read_incidents
from riskkit.incidents.places.countries import HISTORICAL, country_code
from riskkit.incidents.places.country_names import STANDARD


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Côte d’Ivoire", "CIV"),
        ("Ivory Coast", "CIV"),
        ("Democratic Republic of Congo", "COD"),
        ("Republic of the Congo", "COG"),
        ("Kingdom of eSwatini (Swaziland)", "SWZ"),
        ("Russia (Soviet Union)", "RUS"),
        ("Soviet Union", "SUN"),
        ("Yemen (North Yemen)", "YEM"),
        ("South Yemen", "YMD"),
        ("Serbia (Yugoslavia)", "SRB"),
        ("Turkiye", "TUR"),
        ("Vietnam (North Vietnam)", "VNM"),
        ("Samoa (Western Samoa)", "WSM"),
        ("Netherlands Antilles", "ANT"),
        ("Turks and Caicos", "TCA"),
        ("Korea, People's Republic of", "PRK"),
        ("Yemen, People's Republic of", "YMD"),
        ("Tanzania (Tanganyika)", "TZA"),
        ("Libyan Arab Jamahiriya", "LBY"),
        ("Congo (Zaire)", "COD"),
        ("Niger", "NER"),
        ("Nigeria", "NGA"),
        ("Guinea-Bissau", "GNB"),
        ("Georgia", "GEO"),
        ("mli", "MLI"),
        ("ML", "MLI"),
        ("YUG", "YUG"),
        ("Africa", None),
        ("EU", None),
        ("", None),
        ("International", None),
    ],
)
def test_names_and_codes(name, code):
    assert country_code(name) == code


def test_codes_read_themselves():
    for code in (*HISTORICAL, "XKX", "PSE", "TWN", "ESH"):
        assert country_code(code) == code


def table(*countries):
    return pd.DataFrame({"incident_id": range(len(countries)), "date": "2017-06-18",
                         "country": countries, "fatalities": 1})  # fmt: skip


def test_na_is_namibia_among_codes_and_missing_among_names():
    assert read_incidents(table("NA", "ML", "NE"))["country"].tolist() == ["NAM", "MLI", "NER"]
    assert read_incidents(table("NA", "Mali", "Niger"))["country"].isna().tolist() == [
        True,
        False,
        False,
    ]


def test_the_usual_names_are_what_the_word_lists_say():
    import countrynames

    assert {name: countrynames.to_code_3(name) for name in STANDARD} == STANDARD
    assert len(STANDARD) > 220


def test_usual_names_need_no_word_lists(monkeypatch):
    import countrynames

    monkeypatch.setattr(countrynames, "to_code_3", None)
    names = ["Mali", "Viet Nam", "Bosnia-Herzegovina", "DR Congo (Zaire)", "MLI", "xkx"]
    assert [country_code(name) for name in names] == ["MLI", "VNM", "BIH", "COD", "MLI", "XKX"]
