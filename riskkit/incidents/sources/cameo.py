"""CAMEO event codes, which GDELT and ICEWS write: what is an attack, and of what kind.

An attack is a code that the PLOVER crosswalk of 2021 (openeventdata/PLOVER) calls ASSAULT. The
rest of material conflict (mobilise, sanction, coerce) and all of the other three quads is not.
"""

import pandas as pd

from riskkit.incidents.cells import Cells

__all__ = ["ATTACKS", "ROLES", "ROOTS", "attack_columns", "deeds"]

# The twenty roots of CAMEO and their quad; 15 to 20 are material conflict, 14 is counted with
# the words by GDELT and with the deeds by others: it holds no attacks either way.
ROOTS = {
    "01": "statement", "02": "appeal", "03": "intent to cooperate", "04": "consultation",
    "05": "diplomatic cooperation", "06": "material cooperation", "07": "aid", "08": "yielding",
    "09": "investigation", "10": "demand", "11": "disapproval", "12": "rejection",
    "13": "threat", "14": "protest", "15": "show of force", "16": "reduced relations",
    "17": "coercion", "18": "assault", "19": "fighting", "20": "mass violence",
}  # fmt: skip
# Code (or how it begins) to attack type and weapon type; the longest beginning counts.
ATTACKS = {
    "1712": ("Facility/Infrastructure Attack", "Unknown"),
    "175": ("Unknown", "Unknown"),
    "18": ("Unknown", "Unknown"),
    "181": ("Hostage Taking (Kidnapping)", "Unknown"),
    "182": ("Unarmed Assault", "Unknown"),
    "183": ("Bombing/Explosion", "Explosives"),
    "184": ("Hostage Taking (Kidnapping)", "Unknown"),
    "185": ("Assassination", "Unknown"),
    "186": ("Assassination", "Unknown"),
    "19": ("Unknown", "Unknown"),
    "190": ("Armed Assault", "Unknown"),
    "193": ("Armed Assault", "Firearms"),
    "194": ("Bombing/Explosion", "Explosives"),
    "195": ("Bombing/Explosion", "Explosives"),
    "20": ("Unknown", "Unknown"),
    "202": ("Armed Assault", "Unknown"),
    "203": ("Armed Assault", "Unknown"),
    "2042": ("Bombing/Explosion", "Nuclear"),
}
# A blockade and an occupation stand under fighting, and are coercion.
COERCION = ("191", "192")
SUICIDE = "1831"
# CAMEO's roles of an actor, as target type.
ROLES = {
    "COP": "Police", "GOV": "Government (General)", "JUD": "Government (General)",
    "LEG": "Government (General)", "MIL": "Military", "SPY": "Government (General)",
    "REB": "Terrorists/Non-State Militia", "INS": "Terrorists/Non-State Militia",
    "SEP": "Terrorists/Non-State Militia", "UAF": "Terrorists/Non-State Militia",
    "RAD": "Terrorists/Non-State Militia", "CVL": "Private Citizens & Property",
    "REF": "Private Citizens & Property", "BUS": "Business", "MNC": "Business",
    "MED": "Journalists & Media", "EDU": "Educational Institution", "NGO": "NGO", "IGO": "NGO",
    "NGM": "NGO", "IMG": "Terrorists/Non-State Militia",
}  # fmt: skip


def deeds(codes: pd.Series) -> pd.Series:
    """Give event codes with the zero in front that spreadsheets drop.

    Parameters
    ----------
    codes : pandas.Series of str
        CAMEO codes; missing where unknown.

    Examples
    --------
    >>> deeds(pd.Series(["190", "36", "0311", "311", "1831"])).tolist()
    ['190', '036', '0311', '0311', '1831']
    """
    padded = codes.str.removesuffix(".0").str.removesuffix(",0").str.zfill(3)
    # No root is above 20: such a code lost its zero.
    lost = (pd.to_numeric(padded.str[:2], errors="coerce") > 20) & (padded.str.len() == 3)
    return padded.mask(lost.fillna(False), "0" + padded)


def attack_columns(cells: Cells, key: str) -> dict[str, pd.Series]:
    """Set aside the rows that are no attack, by their code; give the kind of the others.

    Parameters
    ----------
    cells : Cells
        The raw columns.
    key : str
        The key of the event code.

    Returns
    -------
    dict of str to pandas.Series
        ``attack_type``, ``weapon_type`` and ``suicide``.
    """
    codes = deeds(cells.text(key))
    kinds = {code: _kind(code) for code in codes.dropna().unique()}
    for code in sorted(code for code, kind in kinds.items() if kind is None):
        cells.set_aside(codes == code, _no_attack(code), expected=code[:2] in ROOTS)
    cells.set_aside(codes.isna(), "no event code")
    suicide = codes.str.startswith(SUICIDE).astype("boolean")
    return {
        "attack_type": codes.map({c: kind[0] for c, kind in kinds.items() if kind}).astype("str"),
        "weapon_type": codes.map({c: kind[1] for c, kind in kinds.items() if kind}).astype("str"),
        "suicide": suicide.where(suicide),
    }


def _kind(code: str) -> tuple[str, str] | None:
    if code.startswith(COERCION) or not code.isdigit():
        return None
    return next((ATTACKS[code[:n]] for n in (4, 3, 2) if code[:n] in ATTACKS), None)


def _no_attack(code: str) -> str:
    root = code[:2]
    if root not in ROOTS:
        return f"not an event code: {code[:20]}"
    if root < "15":
        return f"not material conflict: {ROOTS[root]}"
    name = "coercion" if code.startswith(COERCION) else ROOTS[root]
    return f"material conflict, not an attack: {name}"
