"""Text of unknown encoding, told by evidence: which reading gives letters where letters stand."""

import codecs
import re
from itertools import islice

__all__ = ["decode", "is_utf8"]

_UNDEFINED = "�"
_CP1252 = "".join(
    bytes([code]).decode("cp1252", errors="replace").replace("?", _UNDEFINED)
    if code > 127
    else chr(code)
    for code in range(256)
)
_MAC_ROMAN = "".join(bytes([code]).decode("mac_roman") for code in range(256))
# Bytes 0x91-0x97 are curly quotes and dashes in Windows-1252 and letters in Mac Roman: in the
# midst of a word they tell nothing, but for what follows an apostrophe.
_NEXT_TO_LETTERS = re.compile(rb"(?<=[A-Za-z])[\x80-\x90\x98-\xff]{1,2}(?=[a-z]|[ ,.\"])")
_IN_WORDS = re.compile(rb"(?<=[a-z])\x92(?=[a-z])")
_CONTRACTED = re.compile(rb"(?<=[a-z])\x92(?:s|t|re|ll|ve|d|m)(?![a-z])")
_STRAY = re.compile("[\udc80-\udcff]")
_EVIDENCE = 20_000
_COMMON = set("áàâãäåæçéèêëíìîïñóòôõöøúùûüýÿßœšžğış")


def decode(data: bytes) -> tuple[str, str]:
    """Decode text by its byte order mark or, without one, by what its bytes make sense as.

    UTF-8 is tried first: other text is hardly ever valid UTF-8. Text that is UTF-8 but for a
    few bytes is read as such, with those bytes as Windows-1252. Then Windows-1252 (which holds
    latin-1's letters) and Mac Roman are compared: the reading wins that has more common
    letters behind small letters.

    Parameters
    ----------
    data : bytes
        The file's content.

    Returns
    -------
    text : str
        The text, without byte order mark.
    name : str
        What it was read as, in words.

    Examples
    --------
    >>> decode("Bogotá, Medellín".encode("mac_roman"))
    ('Bogotá, Medellín', 'Mac Roman')
    """
    # The mark of UTF-32 begins with that of UTF-16.
    if data.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        return data.decode("utf-32", errors="replace"), "UTF-32"
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16", errors="replace"), "UTF-16"
    if data.startswith(codecs.BOM_UTF8):
        data = data[len(codecs.BOM_UTF8) :]
    zeros = data[:400].count(0) / max(len(data[:400]), 1)
    if zeros > 3 / 5:
        order = "utf-32-be" if data.startswith(b"\0") else "utf-32-le"
        return data.decode(order, errors="replace"), "UTF-32"
    if zeros > 1 / 3:
        order = "utf-16-le" if data[1:2] == b"\0" else "utf-16-be"
        return data.decode(order, errors="replace"), "UTF-16"
    if is_utf8(data):
        return data.decode("utf-8"), "UTF-8"
    text = data.decode("utf-8", errors="surrogateescape")
    stray = len(_STRAY.findall(text))
    proper = len(text) - len(text.encode("ascii", errors="ignore")) - stray
    if proper > 3 * stray:
        repair = {0xDC00 + code: _CP1252[code] for code in range(128, 256)}
        return text.translate(repair), f"UTF-8 with {stray} stray bytes read as Windows-1252"
    del text
    if _is_mac_roman(data):
        return data.decode("mac_roman"), "Mac Roman"
    text, _ = codecs.charmap_decode(data, "strict", _CP1252)
    return text, "Windows-1252"


def is_utf8(data: bytes | memoryview) -> bool:
    """Tell whether bytes are valid UTF-8, without making text of them.

    Examples
    --------
    >>> is_utf8("Bogotá".encode()), is_utf8("Bogotá".encode("latin-1"))
    (True, False)
    """
    import pyarrow as pa

    ends = pa.array([0, len(data)], type=pa.int64()).buffers()[1]
    cell = pa.Array.from_buffers(pa.large_binary(), 1, [None, ends, pa.py_buffer(data)])
    try:
        cell.cast(pa.large_string())
    except pa.ArrowInvalid:
        return False
    return True


def _is_mac_roman(data: bytes) -> bool:
    told = list(islice(_NEXT_TO_LETTERS.finditer(data), _EVIDENCE))
    mac, windows = _letters(told, _MAC_ROMAN), _letters(told, _CP1252)
    if mac != windows:
        return mac > windows
    contracted = sum(1 for _ in islice(_CONTRACTED.finditer(data), _EVIDENCE))
    return sum(1 for _ in islice(_IN_WORDS.finditer(data), _EVIDENCE)) > 2 * contracted


def _letters(told: list[re.Match[bytes]], table: str) -> int:
    return sum(table[code] in _COMMON for match in told for code in match[0])
