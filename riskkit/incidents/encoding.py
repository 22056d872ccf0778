"""Text of unknown encoding, told by evidence: which reading gives letters where letters stand."""

import codecs
import re

__all__ = ["decode", "is_utf8"]

_UNDEFINED = "�"
_CP1252 = "".join(
    bytes([code]).decode("cp1252", errors="replace").replace("?", _UNDEFINED)
    if code > 127
    else chr(code)
    for code in range(256)
)
_MAC_ROMAN = "".join(bytes([code]).decode("mac_roman") for code in range(256))
_NEXT_TO_LETTERS = re.compile(
    rb"(?<=[a-z])[\x80-\xff]{1,2}(?=[a-z])|(?<=[a-z])[\x80-\xff](?=[ ,.\"])"
)
_COMMON = set("áàâãäåæçéèêëíìîïñóòôõöøúùûüýÿßœšžığş’‘–")


def decode(data: bytes) -> tuple[str, str]:
    """Decode text by its byte order mark or, without one, by what its bytes make sense as.

    UTF-8 is tried first: other text is hardly ever valid UTF-8. Text that is UTF-8 but for a
    few bytes is read as such, with those bytes as Windows-1252. Then Windows-1252 (which holds
    latin-1's letters) and Mac Roman are compared: the reading wins that has more common
    letters between small letters.

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
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16", errors="replace"), "UTF-16"
    if data.startswith(codecs.BOM_UTF8):
        data = data[len(codecs.BOM_UTF8) :]
    if data[:400].count(0) > len(data[:400]) // 3:
        order = "utf-16-le" if data[1:2] == b"\0" else "utf-16-be"
        return data.decode(order, errors="replace"), "UTF-16"
    if is_utf8(data):
        return data.decode("utf-8"), "UTF-8"
    text = data.decode("utf-8", errors="surrogateescape")
    stray = sum(1 for char in text if "\udc80" <= char <= "\udcff")
    proper = sum(1 for char in text if char > "\x7f") - stray
    if proper > 3 * stray:
        repair = {0xDC00 + code: _CP1252[code] for code in range(128, 256)}
        return text.translate(repair), f"UTF-8 with {stray} stray bytes read as Windows-1252"
    if _letters(data, _MAC_ROMAN) > _letters(data, _CP1252):
        return data.decode("mac_roman"), "Mac Roman"
    text, _ = codecs.charmap_decode(data, "strict", _CP1252)
    return text, "Windows-1252"


def is_utf8(data: bytes) -> bool:
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


def _letters(data: bytes, table: str) -> int:
    found = _NEXT_TO_LETTERS.findall(data)
    return sum(table[code] in _COMMON for match in found for code in match)
