"""Names of actors and places: what two spellings have in common."""

import re
import unicodedata

import numpy as np
import pandas as pd

__all__ = ["alike", "plain_names"]

# Words that say nothing about which group or town is meant.
_EMPTY = frozenset([
    "a", "ad", "al", "an", "and", "ar", "as", "at", "city", "commune", "de", "del", "des",
    "district", "du", "el", "forces", "group", "gov", "government", "in", "la", "les",
    "militants", "movement", "near", "of", "province", "rebels", "region", "supporters",
    "suspected", "the", "town", "ul", "village", "wal", "was",
])  # fmt: skip
# Names that stand for no name.
_NOBODY = re.compile(
    r"^(unknown|unidentified|unspecified|other|others|none|not|n a|na|nan|unaffiliated|individual|"
    r"gunmen|gunman|militants?|civilians?)( .*)?$"
)


def plain_names(values: pd.Series) -> tuple[np.ndarray, list[str]]:
    """Number the names of a column, spelling apart.

    Parameters
    ----------
    values : pandas.Series of str
        Names as a source writes them.

    Returns
    -------
    tuple of (array of int, list of str)
        The number of each row's name, -1 where there is none (Unknown and Unidentified too);
        and the names: small letters without accents, marks and empty words.

    Examples
    --------
    >>> import pandas as pd
    >>> plain_names(pd.Series(["Al-Shabaab", "al Shabaab", "Unknown", None]))
    (array([ 0,  0, -1, -1]), ['shabaab'])
    """
    codes, found = pd.factorize(values.astype("str"))
    plain = [_plain(name) for name in found]
    kept = sorted({name for name in plain if name and not _NOBODY.match(name)})
    number = {name: k for k, name in enumerate(kept)}
    of_found = np.array([number.get(name, -1) for name in plain] + [-1], dtype=np.int64)
    return of_found[codes], kept


def _plain(name: str) -> str:
    letters = unicodedata.normalize("NFKD", name.lower())
    letters = "".join(letter for letter in letters if not unicodedata.combining(letter))
    words = re.sub(r"[\W_]+", " ", letters.replace("'", "").replace("\u2019", "")).split()
    return " ".join([word for word in words if word not in _EMPTY] or words)


def alike(left: list[str], right: list[str]) -> np.ndarray:
    """Tell how alike pairs of plain names are, 0 to 100.

    The highest of three: the words they share (all words of one in the other is 100), the
    letters without spaces in their order (Indel), and whether one is the other's initials. Names
    whose numbers differ (Brigade 12, Brigade 13) are not alike at all.

    Parameters
    ----------
    left, right : list of str
        As `plain_names` gives them; same length.

    Returns
    -------
    array of float

    Examples
    --------
    >>> alike(["gia", "jnim", "taliban"],
    ...     ["armed islamic gia", "jamaat nusrat islam muslimin", "boko haram"]).round()
    array([100., 100.,  25.])
    """
    from rapidfuzz import fuzz
    from rapidfuzz.process import cpdist

    if not left:
        return np.zeros(0)
    words = cpdist(left, right, scorer=fuzz.token_set_ratio, dtype=np.float64)
    joined = [[name.replace(" ", "") for name in names] for names in (left, right)]
    letters = cpdist(*joined, scorer=fuzz.ratio, dtype=np.float64)
    initials = [["".join(word[0] for word in name.split()) for name in n] for n in (left, right)]
    short = np.array(
        [
            (3 <= len(a) <= 6 and a == q) or (3 <= len(b) <= 6 and b == p)
            for a, b, p, q in zip(*joined, *initials, strict=True)
        ]
    )
    numbers = [[re.findall(r"\d+", name) for name in names] for names in (left, right)]
    others = np.array([bool(p and q) and set(p) != set(q) for p, q in zip(*numbers, strict=True)])
    return np.where(others, 0.0, np.where(short, 100.0, np.maximum(words, letters)))
