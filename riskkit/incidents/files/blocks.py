"""Delimited text in blocks of whole records, so that a large file is never in memory whole."""

from collections.abc import Iterator
from dataclasses import dataclass
from io import BufferedIOBase

import numpy as np

__all__ = ["Block", "lasting", "places", "record_blocks"]

_SIZE = 1 << 22
_LONGEST = 1 << 26
_CACHED = 1 << 17
_LF, _CR, _QUOTE = 10, 13, 34


@dataclass(frozen=True, eq=False)
class Block:
    """Some records of a file.

    Parameters
    ----------
    offset : int
        Where it begins in the file.
    line : int
        The line on which it begins, counted from 0.
    text : memoryview
        Whole records, and what is to stand behind them.
    lines : ndarray of int or None
        The line on which each record starts; None if a quote is never closed, closes and has text
        behind it, or a cell is vast: then the text ends anywhere, and this is the last block.
    """

    offset: int
    line: int
    text: memoryview
    lines: np.ndarray | None


def record_blocks(
    stream: BufferedIOBase, delimiter: str, line: int, *, quoted: bool = True, behind: bytes = b""
) -> Iterator[Block]:
    """Yield the records of an open file in blocks, with the lines on which they start.

    A line starts a record if an even number of quotes stands before it and it isn't blank. That is
    so where quotes do nothing but open and close cells, or are doubled inside them. That is looked
    at where records run over several lines; where quotes stand in bare cells of one line it needn't
    be so, and a parser must tell whether a block holds these records.

    Parameters
    ----------
    stream : file open for reading bytes
        UTF-8 text, where its first record starts.
    delimiter : str
        What parts cells.
    line : int
        The line on which the first record starts, counted from 0.
    quoted : bool
        False where quotes are letters like others: then each line is a record.
    behind : bytes
        What to write behind the records of each block.
    """
    offset, carried = stream.tell(), b""
    # Large arrays are made once: the system clears their memory at each making.
    marks = np.empty(0, dtype=bool)
    while True:
        held, wanted = len(carried), max(_SIZE, len(carried))
        room = np.empty(held + wanted + len(behind), dtype=np.uint8)
        room[:held] = np.frombuffer(carried, dtype=np.uint8)
        letters = room[: held + stream.readinto(room.data[held : held + wanted])]
        if not len(letters):
            return
        final = len(letters) < held + wanted
        ends = _line_ends(letters, final=final)
        marks = marks if len(marks) >= len(letters) else np.empty(len(letters), dtype=bool)
        inside = _inside(letters, ends, marks) if quoted else np.zeros(len(ends), dtype=np.uint8)
        closed = np.flatnonzero(inside == 0)
        if not len(closed) and not final and len(letters) <= _LONGEST:
            carried = letters.tobytes()
            continue
        if not len(closed) or (final and inside[-1]):
            yield Block(offset, line, letters.data, None)
            return
        last = int(closed[-1])
        size = int(ends[last]) + 1
        edges, inside = (np.concatenate([[0], part[: last + 1]]) for part in (ends + 1, inside))
        if not _paired(lasting(letters.data, edges, inside), delimiter):
            yield Block(offset, line, letters.data, None)
            return
        starts, opened = edges[:-1], inside[:-1]
        first = letters[starts]
        lines = line + np.flatnonzero((opened == 0) & (first != _LF) & (first != _CR))
        carried = letters[size:].tobytes()
        room[size : size + len(behind)] = np.frombuffer(behind, dtype=np.uint8)
        yield Block(offset, line, room.data[: size + len(behind)], lines)
        offset, line = offset + size, line + last + 1


def _line_ends(letters: np.ndarray, *, final: bool) -> np.ndarray:
    """Give where lines end; CR LF, LF and a lone CR end lines, and so does the end of the file."""
    ends = places(letters, _LF)
    returns = places(letters, _CR)
    if len(returns):
        lone = returns[letters[np.minimum(returns + 1, len(letters) - 1)] != _LF]
        if not final:
            # What follows a CR at the edge is not known yet.
            lone = lone[lone < len(letters) - 1]
        ends = np.sort(np.concatenate([ends, lone]))
    if final and (not len(ends) or ends[-1] < len(letters) - 1):
        ends = np.append(ends, len(letters) - 1)
    return ends


def _inside(letters: np.ndarray, ends: np.ndarray, marks: np.ndarray) -> np.ndarray:
    """Tell of each line end whether an odd number of quotes stands before it: 1, else 0.

    The marks are room for one a letter.
    """
    if not len(ends):
        return ends
    quotes = np.equal(letters, _QUOTE, out=marks[: len(letters)])
    starts = np.concatenate([[0], ends[:-1] + 1])
    # Sums that run over still tell odd from even.
    by_line = np.add.reduceat(quotes.view(np.uint8), starts, dtype=np.uint8)
    by_line[-1] = np.count_nonzero(quotes[starts[-1] : ends[-1] + 1]) % 2
    return np.bitwise_xor.accumulate(by_line & 1)


def lasting(text: bytes | memoryview, edges: np.ndarray, inside: np.ndarray) -> bytes:
    """Give the records that run over several lines.

    Parameters
    ----------
    text : bytes or memoryview
        Whole records.
    edges : ndarray of int
        Where its lines start, and where the last one ends.
    inside : ndarray of int
        At each edge 1 if an odd number of quotes stands before it, else 0.
    """
    first = edges[:-1][(inside[:-1] == 0) & (inside[1:] == 1)]
    end = edges[1:][(inside[:-1] == 1) & (inside[1:] == 0)]
    return b"".join([text[a:b] for a, b in zip(first.tolist(), end.tolist(), strict=True)])


def _paired(text: bytes, delimiter: str) -> bool:
    """Tell whether quotes open and close cells, or are doubled inside them, and nothing else."""
    letters = np.frombuffer(text, dtype=np.uint8)
    beside = np.zeros(256, dtype=bool)
    beside[[_LF, _CR, _QUOTE, ord(delimiter)]] = True
    quotes = np.flatnonzero(letters == _QUOTE)
    before, behind = quotes[::2] - 1, quotes[1::2] + 1
    before, behind = before[before >= 0], behind[behind < len(letters)]
    return bool(beside[letters[before]].all() and beside[letters[behind]].all())


def places(text: bytes | np.ndarray, mark: int) -> np.ndarray:
    """Give where a byte stands in a text of any size.

    Examples
    --------
    >>> places(b"a,b,c", ord(","))
    array([1, 3])
    """
    letters = np.frombuffer(text, dtype=np.uint8)
    found = [
        start + np.flatnonzero(letters[start : start + _CACHED] == mark)
        for start in range(0, len(letters), _CACHED)
    ]
    return np.concatenate([np.zeros(0, dtype=np.int64), *found])
