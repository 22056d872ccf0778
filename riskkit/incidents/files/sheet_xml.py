"""Where the rows and cells of a sheet stand in its XML, where that is written plainly."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

__all__ = ["COLUMNS", "PADDING", "NotPlainError", "SheetXML", "sheet_xml"]

ROWS, COLUMNS = 1 << 20, 1 << 14
PADDING = bytes(16)

# The tags of a plain sheet: the two bytes behind "<" that tell it, the third, the length up to ">"
# where it has one, and what may come next. The bare ones end in "/>".
_ROW, _BARE_ROW, _END_ROW, _CELL, _BARE_CELL, _END_CELL, _VALUE, _END_VALUE = range(1, 9)
_INLINE, _TEXT, _SPACED_TEXT, _END_TEXT, _END_INLINE = range(9, 14)
_TAGS = {
    _ROW: (b"ro", b"w", 0, (_CELL, _BARE_CELL, _END_ROW)),
    _BARE_ROW: (b"", b"w", 0, (_ROW, _BARE_ROW)),
    _END_ROW: (b"/r", b"o", 5, (_ROW, _BARE_ROW)),
    _CELL: (b"c ", b"r", 0, (_VALUE, _INLINE, _END_CELL)),
    _BARE_CELL: (b"", b"r", 0, (_CELL, _BARE_CELL, _END_ROW)),
    _END_CELL: (b"/c", b">", 3, (_CELL, _BARE_CELL, _END_ROW)),
    _VALUE: (b"v>", b"", 2, (_END_VALUE,)),
    _END_VALUE: (b"/v", b">", 3, (_END_CELL,)),
    _INLINE: (b"is", b">", 3, (_TEXT, _SPACED_TEXT)),
    _TEXT: (b"t>", b"", 2, (_END_TEXT,)),
    _SPACED_TEXT: (b"t ", b"", 0, (_END_TEXT,)),
    _END_TEXT: (b"/t", b">", 3, (_END_INLINE,)),
    _END_INLINE: (b"/i", b"s", 4, (_END_CELL,)),
}
_BARE = np.zeros(len(_TAGS) + 1, dtype=np.uint8)
_BARE[[_ROW, _CELL]] = _BARE_ROW, _BARE_CELL
_KINDS = np.zeros(1 << 16, dtype=np.uint8)
_THIRDS, _LENGTHS = np.zeros((2, len(_TAGS) + 1), dtype=np.uint8)
_FOLLOWS = np.zeros((len(_TAGS) + 1, len(_TAGS) + 1), dtype=bool)
for _kind, (_begin, _third, _length, _next) in _TAGS.items():
    if _begin:
        _KINDS[int.from_bytes(_begin, "little")] = _kind
    _THIRDS[_kind], _LENGTHS[_kind] = int.from_bytes(_third), _length
    _FOLLOWS[_kind, list(_next)] = True

# Words of eight bytes at any place: how they begin, and what keeps their first bytes only.
_WORD = 8
_ROW_BEGINS, _CELL_BEGINS, _ROW_ENDS = (
    np.uint64(int.from_bytes(text, "little")) for text in (b'row r="', b'<c r="', b"/row>")
)
_FIRST = np.array([(1 << 8 * size) - 1 for size in range(_WORD + 1)], dtype=np.uint64)
_QUOTE, _SLASH, _LESS, _MORE, _ZERO, _NINE, _A, _Z = np.frombuffer(b'"/<>09AZ', dtype=np.uint8)


class NotPlainError(Exception):
    """The sheet must be parsed as a whole."""


@dataclass(frozen=True, eq=False)
class SheetXML:
    """The rows of some XML, and their cells in order.

    Parameters
    ----------
    lines : ndarray of int, shape (n_rows,)
        The number of each row.
    rows : ndarray of int, shape (n_cells,)
        Which of the rows each cell is in.
    columns : ndarray of int, shape (n_cells,)
        The column of each, counted from 0.
    starts, ends : ndarray of int, shape (n_cells,)
        From where its place is told to where the cell ends.
    filled : ndarray of bool, shape (n_cells,)
        Whether it has a value or a text, maybe an empty one.
    """

    lines: npt.NDArray[np.int64]
    rows: npt.NDArray[np.int64]
    columns: npt.NDArray[np.int64]
    starts: npt.NDArray[np.int64]
    ends: npt.NDArray[np.int64]
    filled: npt.NDArray[np.bool_]


def sheet_xml(xml: bytes) -> SheetXML:
    """Find the rows and cells in whole rows of XML.

    Parameters
    ----------
    xml : bytes
        ``<row ...>...</row>`` once or more, and behind them the ``PADDING``.

    Raises
    ------
    NotPlainError
        A tag is met that holds no row, cell, value or text; rows or cells aren't in order, or don't
        begin with their place.
    """
    letters = np.frombuffer(xml, dtype=np.uint8)
    pairs = np.ndarray(len(xml) - 1, "<u2", xml, strides=(1,))
    words = np.ndarray(len(xml) - _WORD + 1, "<u8", xml, strides=(1,))
    kinds, begins, ends = _tags(letters, pairs)
    _demand((words[begins[kinds == _END_ROW] + 1] & _FIRST[5]) == _ROW_ENDS)
    row_tags = np.flatnonzero((kinds == _ROW) | (kinds == _BARE_ROW))
    cell_tags = np.flatnonzero((kinds == _CELL) | (kinds == _BARE_CELL))
    lines, told = _lines(words, begins[row_tags])
    rows = np.repeat(
        np.arange(len(lines)), np.diff(np.searchsorted(cell_tags, [*row_tags, len(kinds)]))
    )
    at = begins[cell_tags]
    columns, width = _columns(words[at], letters[at + _WORD])
    # A cell tells its row as the row does, up to the quote.
    digits = at + 6 + width
    size = told[rows]
    _demand((words[digits] & _FIRST[size]) == (words[begins[row_tags] + 8] & _FIRST[told])[rows])
    place = (lines[rows] << 14) + columns
    _demand(np.diff(place) > 0)
    bare = kinds[cell_tags] == _BARE_CELL
    stops = ends[cell_tags] + 1
    stops[~bare] = ends[kinds == _END_CELL] + 1
    filled = ~bare
    filled[filled] = kinds[cell_tags[filled] + 1] != _END_CELL
    return SheetXML(lines, rows, columns, digits + size, stops, filled)


def _demand(holds: npt.NDArray[np.bool_] | bool) -> None:
    if not np.all(holds):
        raise NotPlainError


def _tags(letters: np.ndarray, pairs: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Give the kinds of the tags, and where each begins and ends."""
    # "<" and ">" differ in one bit.
    at = np.flatnonzero((letters[: -len(PADDING)] & ~(_LESS ^ _MORE)) == _LESS)
    begins, ends = at[::2], at[1::2]
    _demand(len(begins) == len(ends) > 0)
    _demand(letters[begins] == _LESS)
    _demand(letters[ends] == _MORE)
    kinds = _KINDS[pairs[begins + 1]]
    bare = letters[ends - 1] == _SLASH
    kinds[bare] = _BARE[kinds[bare]]
    thirds, lengths = _THIRDS[kinds], _LENGTHS[kinds]
    _demand((thirds == 0) | (thirds == letters[begins + 3]))
    _demand((lengths == 0) | (lengths == ends - begins))
    _demand(_FOLLOWS[kinds[:-1], kinds[1:]])
    _demand(kinds[0] in (_ROW, _BARE_ROW) and kinds[-1] in (_END_ROW, _BARE_ROW))
    return kinds, begins, ends


def _lines(words: np.ndarray, begins: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Give the numbers of the rows that begin there, and how long each is with its quote."""
    _demand((words[begins + 1] & _FIRST[7]) == _ROW_BEGINS)
    word = words[begins + 8]
    lines, told = np.zeros((2, len(begins)), dtype=np.int64)
    for place in range(_WORD):
        letter = (word >> np.uint64(8 * place)).astype(np.uint8)
        told[(told == 0) & (letter == _QUOTE)] = place + 1
        more = told == 0
        _demand((letter[more] >= _ZERO) & (letter[more] <= _NINE))
        lines[more] = 10 * lines[more] + letter[more] - _ZERO
    _demand((told > 1) & (lines > 0) & (lines <= ROWS))
    _demand(np.diff(lines) > 0)
    return lines, told


def _columns(words: np.ndarray, thirds: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Give the columns of cells that begin so, and how many letters tell each."""
    _demand((words & _FIRST[6]) == _CELL_BEGINS)
    columns, width = np.zeros((2, len(words)), dtype=np.int64)
    going = np.ones(len(words), dtype=bool)
    for letter in ((words >> np.uint64(48)) & _FIRST[1], words >> np.uint64(56), thirds):
        going &= (letter >= _A) & (letter <= _Z)
        columns = np.where(going, 26 * columns + letter.astype(np.int64) - (_A - 1), columns)
        width += going
    _demand((width > 0) & (columns <= COLUMNS))
    return columns - 1, width
