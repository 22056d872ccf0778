"""Country names, today's and history's, as ISO 3166-1 alpha-3 codes."""

import re

from riskkit.incidents.places.country_names import STANDARD

__all__ = ["HISTORICAL", "country_code"]

HISTORICAL = ("ANT", "CSK", "DDR", "SCG", "SUN", "YMD", "YUG")
"""Codes of states that are no more (ISO 3166-3), kept where a source names that state."""

_UNIONS = frozenset({"EUU", "EUE", "UNO"})
# Names that the sources use and that name lists lack or get wrong. A state that changed only
# its name has today's code (Zaire: COD); one that fell apart keeps its own (Soviet Union: SUN).
_NAMES = {
    "abkhazia": "GEO",
    "afars and issas": "DJI",
    "akrotiri and dhekelia": "GBR",
    "arab republic of yemen": "YEM",
    "azad kashmir": "PAK",
    "azores": "PRT",
    "belarus byelorussia": "BLR",
    "belgian congo": "COD",
    "benin dahomey": "BEN",
    "bosnia": "BIH",
    "bosnia herzegovina": "BIH",
    "british honduras": "BLZ",
    "british virgin islands": "VGB",
    "bur": "MMR",
    "burkina faso upper volta": "BFA",
    "burma": "MMR",
    "burma myanmar": "MMR",
    "cambodia kampuchea": "KHM",
    "canary islands": "ESP",
    "central african empire": "CAF",
    "ceylon": "LKA",
    "chechnya": "RUS",
    "china people s republic of": "CHN",
    "china republic of taiwan": "TWN",
    "chinese taipei": "TWN",
    "collectivity of saint martin": "MAF",
    "congo": "COG",
    "congo brazzaville": "COG",
    "congo dem rep": "COD",
    "congo democratic republic of zaire": "COD",
    "congo drc": "COD",
    "congo kinshasa": "COD",
    "congo zaire": "COD",
    "corsica": "FRA",
    "crimea": "UKR",
    "croatians": "HRV",
    "cyprus north": "CYP",
    "czechoslovakia": "CSK",
    "dahomey": "BEN",
    "democratic republic of congo": "COD",
    "democratic republic of the congo": "COD",
    "democratic yemen": "YMD",
    "dr congo": "COD",
    "dr congo zaire": "COD",
    "drc": "COD",
    "east germany": "DDR",
    "east germany gdr": "DDR",
    "east timor": "TLS",
    "england": "GBR",
    "faeroes": "FRO",
    "falkland islands": "FLK",
    "federal republic of germany": "DEU",
    "fry": "YUG",
    "fry kosovo": "XKX",
    "fry montenegro": "MNE",
    "fry serbia": "SRB",
    "fry southern serbia": "SRB",
    "gaza": "PSE",
    "gaza strip": "PSE",
    "german democratic republic": "DDR",
    "german federal republic": "DEU",
    "great britain": "GBR",
    "guadaloupe": "GLP",
    "hong kong": "HKG",
    "iran persia": "IRN",
    "isle of man": "IMN",
    "israel palestine": "PSE",
    "italy sardinia": "ITA",
    "ivory coast": "CIV",
    "jammu and kashmir": "IND",
    "kampuchea": "KHM",
    "kashmir": "IND",
    "khmer republic": "KHM",
    "kingdom of eswatini swaziland": "SWZ",
    "korea north": "PRK",
    "korea people s republic of": "PRK",
    "korea south": "KOR",
    "kosovo": "XKX",
    "ksv": "XKX",
    "lao pdr": "LAO",
    "libyan arab jamahiriya": "LBY",
    "macao": "MAC",
    "macau": "MAC",
    "macedonia": "MKD",
    "macedonia fyr": "MKD",
    "madagascar malagasy": "MDG",
    "malagasy republic": "MDG",
    "micronesia": "FSM",
    "myanmar burma": "MMR",
    "namibia swaf": "NAM",
    "netherlands antilles": "ANT",
    "new hebrides": "VUT",
    "north korea": "PRK",
    "north macedonia": "MKD",
    "north vietnam": "VNM",
    "north yemen": "YEM",
    "northern cyprus": "CYP",
    "northern ireland": "GBR",
    "occupied palestinian territories": "PSE",
    "occupied palestinian territory": "PSE",
    "occupied territories": "PSE",
    "opt": "PSE",
    "palestine": "PSE",
    "papua new guinea": "PNG",
    "people s democratic republic of yemen": "YMD",
    "people s republic of the congo": "COG",
    "portuguese guinea": "GNB",
    "republic of congo": "COG",
    "republic of the congo": "COG",
    "republic of vietnam": "VNM",
    "rhodesia": "ZWE",
    "rom": "ROU",
    "rumania": "ROU",
    "russia soviet union": "RUS",
    "samoa western samoa": "WSM",
    "scotland": "GBR",
    "serbia and montenegro": "SCG",
    "serbia montenegro": "SCG",
    "serbia yugoslavia": "SRB",
    "sikkim": "IND",
    "somaliland": "SOM",
    "south korea": "KOR",
    "south ossetia": "GEO",
    "south vietnam": "VNM",
    "south west africa": "NAM",
    "south yemen": "YMD",
    "soviet union": "SUN",
    "spanish sahara": "ESH",
    "sri lanka ceylon": "LKA",
    "st kitts and nevis": "KNA",
    "st lucia": "LCA",
    "st martin": "MAF",
    "swaziland": "SWZ",
    "swaziland eswatini": "SWZ",
    "tanzania tanganyika": "TZA",
    "the gambia": "GMB",
    "tmp": "TLS",
    "transkei": "ZAF",
    "trinidad tobago": "TTO",
    "trucial oman states": "ARE",
    "turkey ottoman empire": "TUR",
    "turkiye": "TUR",
    "turks and caicos": "TCA",
    "u s": "USA",
    "u s a": "USA",
    "upper volta": "BFA",
    "ussr": "SUN",
    "vatican city": "VAT",
    "vietnam democratic republic of": "VNM",
    "vietnam north": "VNM",
    "vietnam north vietnam": "VNM",
    "vietnam republic of": "VNM",
    "wales": "GBR",
    "wallis and futuna": "WLF",
    "wbg": "PSE",
    "west bank": "PSE",
    "west bank and gaza strip": "PSE",
    "west bank gaza": "PSE",
    "west germany": "DEU",
    "west germany frg": "DEU",
    "western sahara": "ESH",
    "yemen arab republic": "YEM",
    "yemen arab republic of yemen": "YEM",
    "yemen north yemen": "YEM",
    "yemen people s republic of": "YMD",
    "yemen south yemen": "YMD",
    "yugoslavia": "YUG",
    "yugoslavia serbia": "SRB",
    "zaire": "COD",
    "zaire belgian congo": "COD",
    "zanzibar": "TZA",
    "zar": "COD",
    "zimbabwe rhodesia": "ZWE",
}

_CODES = frozenset({*_NAMES.values(), *STANDARD.values()})


def country_code(name: str) -> str | None:
    """Give the ISO 3166-1 alpha-3 code of a country.

    States that fell apart keep their withdrawn code (ISO 3166-3: SUN, YUG, SCG, CSK, DDR, YMD,
    ANT); states that changed their name have today's. The codes that ISO leaves to users, XAA to
    XZZ, stay as they are; Kosovo is XKX. Territories that have a code of their own (PRI, HKG, GLP)
    keep it; parts of states without one (Chechnya, Northern Ireland, Canary Islands) get their
    state's.

    Parameters
    ----------
    name : str
        A name in any of many languages, or a two- or three-letter code.

    Returns
    -------
    str or None
        None where the name is no country that is known.

    Examples
    --------
    >>> [country_code(name) for name in ("Zaire", "Soviet Union", "FRY (Kosovo)", "Nowhere")]
    ['COD', 'SUN', 'XKX', None]
    """
    code = name.strip().upper()
    # XAA to XZZ are left to users by ISO 3166-1: made-up regions have them, and Kosovo's XKX.
    if code in HISTORICAL or re.fullmatch("X[A-Z]{2}", code):
        return code
    plain = re.sub(r"[^\w]+", " ", name.lower()).strip()
    own = _NAMES.get(plain) or STANDARD.get(plain) or (code if code in _CODES else None)
    if own:
        return own
    # Imported where it is needed: its word lists take a second to read.
    import countrynames

    try:
        found = countrynames.to_code_3(name)
    except (KeyError, ValueError):
        return None
    if not isinstance(found, str) or len(found) != 3 or found in _UNIONS or found[0] == "X":
        return None
    return found
