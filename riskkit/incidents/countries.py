"""Country names, today's and history's, as ISO 3166-1 alpha-3 codes."""

import re

__all__ = ["HISTORICAL", "country_code"]

HISTORICAL = ("CSK", "DDR", "SCG", "SUN", "YMD", "YUG")
"""Codes of states that are no more (ISO 3166-3), kept where a source names that state."""

# Names that the sources use and that name lists lack or get wrong. A state that changed only
# its name has today's code (Zaire: COD); one that fell apart keeps its own (Soviet Union: SUN).
_NAMES = {
    "afars and issas": "DJI",
    "azores": "PRT",
    "benin dahomey": "BEN",
    "bosnia": "BIH",
    "bosnia herzegovina": "BIH",
    "british virgin islands": "VGB",
    "burma": "MMR",
    "burma myanmar": "MMR",
    "cambodia kampuchea": "KHM",
    "canary islands": "ESP",
    "chechnya": "RUS",
    "china people s republic of": "CHN",
    "china republic of taiwan": "TWN",
    "congo": "COG",
    "congo brazzaville": "COG",
    "congo kinshasa": "COD",
    "congo democratic republic of zaire": "COD",
    "corsica": "FRA",
    "croatians": "HRV",
    "czechoslovakia": "CSK",
    "democratic republic of congo": "COD",
    "democratic republic of the congo": "COD",
    "dr congo": "COD",
    "dr congo zaire": "COD",
    "drc": "COD",
    "east germany": "DDR",
    "east germany gdr": "DDR",
    "east timor": "TLS",
    "england": "GBR",
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
    "great britain": "GBR",
    "guadaloupe": "GLP",
    "hong kong": "HKG",
    "israel palestine": "PSE",
    "ivory coast": "CIV",
    "kashmir": "IND",
    "kingdom of eswatini swaziland": "SWZ",
    "korea north": "PRK",
    "korea south": "KOR",
    "kosovo": "XKX",
    "macao": "MAC",
    "macau": "MAC",
    "macedonia": "MKD",
    "macedonia fyr": "MKD",
    "madagascar malagasy": "MDG",
    "micronesia": "FSM",
    "myanmar burma": "MMR",
    "namibia swaf": "NAM",
    "new hebrides": "VUT",
    "north korea": "PRK",
    "north macedonia": "MKD",
    "north yemen": "YEM",
    "northern ireland": "GBR",
    "palestine": "PSE",
    "papua new guinea": "PNG",
    "people s republic of the congo": "COG",
    "republic of congo": "COG",
    "republic of the congo": "COG",
    "rhodesia": "ZWE",
    "russia soviet union": "RUS",
    "rumania": "ROU",
    "scotland": "GBR",
    "serbia montenegro": "SCG",
    "serbia and montenegro": "SCG",
    "serbia yugoslavia": "SRB",
    "somaliland": "SOM",
    "south korea": "KOR",
    "south vietnam": "VNM",
    "south yemen": "YMD",
    "soviet union": "SUN",
    "sri lanka ceylon": "LKA",
    "st kitts and nevis": "KNA",
    "st lucia": "LCA",
    "st martin": "MAF",
    "swaziland": "SWZ",
    "the gambia": "GMB",
    "transkei": "ZAF",
    "trinidad tobago": "TTO",
    "trucial oman states": "ARE",
    "turkiye": "TUR",
    "upper volta": "BFA",
    "ussr": "SUN",
    "vatican city": "VAT",
    "vietnam democratic republic of": "VNM",
    "vietnam north": "VNM",
    "wales": "GBR",
    "wallis and futuna": "WLF",
    "west bank": "PSE",
    "west bank and gaza strip": "PSE",
    "west bank gaza": "PSE",
    "west germany": "DEU",
    "west germany frg": "DEU",
    "western sahara": "ESH",
    "yemen north yemen": "YEM",
    "yemen arab republic": "YEM",
    "yugoslavia": "YUG",
    "zaire": "COD",
    "zaire belgian congo": "COD",
    "zanzibar": "TZA",
    "zimbabwe rhodesia": "ZWE",
}


def country_code(name: str) -> str | None:
    """Give the ISO 3166-1 alpha-3 code of a country.

    States that fell apart keep their withdrawn code (ISO 3166-3: SUN, YUG, SCG, CSK, DDR, YMD);
    states that changed their name have today's. The codes that ISO leaves to users, XAA to XZZ,
    stay as they are; Kosovo is XKX. Territories that have a code of their own (PRI, HKG, GLP)
    keep it; parts of states without one (Chechnya,
    Northern Ireland, Canary Islands) get their state's.

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
    own = _NAMES.get(re.sub(r"[^\w]+", " ", name.lower()).strip())
    if own:
        return own
    # Imported on first use: it reads its word lists when imported.
    import countrynames

    try:
        found = countrynames.to_code_3(name)
    except (KeyError, ValueError):
        return None
    return found if isinstance(found, str) and len(found) == 3 else None
