"""Encodings told apart by evidence."""

import pytest

from riskkit.incidents.files.encoding import decode

WORDS = "Bogotá, Medellín, São Paulo, Asunción, Curaçao, Besançon, Gümüşhane-free Köln, Zürich"


@pytest.mark.parametrize(
    ("encoding", "name"),
    [
        ("utf-8", "UTF-8"),
        ("utf-8-sig", "UTF-8"),
        ("utf-16", "UTF-16"),
        ("utf-16-le", "UTF-16"),
        ("utf-16-be", "UTF-16"),
        ("utf-32", "UTF-32"),
        ("utf-32-le", "UTF-32"),
        ("utf-32-be", "UTF-32"),
        ("latin-1", "Windows-1252"),
        ("cp1252", "Windows-1252"),
        ("mac_roman", "Mac Roman"),
    ],
)
def test_each_is_told(encoding, name):
    words = WORDS.replace("Gümüşhane-free ", "")
    assert decode(words.encode(encoding)) == (words, name)


def test_utf8_with_stray_bytes_stays_utf8():
    data = (WORDS * 5).encode() + "caf\xe9 ".encode("latin-1")
    text, name = decode(data)
    assert text == WORDS * 5 + "café "
    assert name == "UTF-8 with 1 stray bytes read as Windows-1252"


def test_bytes_that_mean_nothing_in_windows_1252_are_marked():
    text, name = decode(b"Bogot\xe1, caf\xe9s\x81 M\xe9xico")
    assert text == "Bogotá, cafés\ufffd México"
    assert name == "Windows-1252"


def test_plain_text_is_utf8():
    assert decode(b"") == ("", "UTF-8")
    assert decode(b"abc") == ("abc", "UTF-8")


@pytest.mark.parametrize(
    ("words", "encoding"),
    [
        ("Gunmen “attacked” a resort near Bogotá — two, as told", "cp1252"),
        ("Gunmen “attacked” a resort near Bogotá — two, as told", "mac_roman"),
        ("They didn’t claim it; the group’s leader – “nobody” – did", "cp1252"),
        ("Medellín", "mac_roman"),
        ("Medellín", "cp1252"),
        ("São Paulo, the city’s north", "mac_roman"),
    ],
)
def test_curly_quotes_do_not_mislead(words, encoding):
    assert decode(words.encode(encoding))[0] == words
