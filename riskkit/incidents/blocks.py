"""Delimited text in blocks of whole records, so that a large file is never in memory whole."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

import numpy as np

__all__ = ["Block", "places", "record_blocks"]

_SIZE = 1 << 21
_LONGEST = 1 << 26
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
    text : bytes or memoryview
        Whole records.
    lines : ndarray of int or None
        The line on which each record starts; None if a quote is never closed or a cell is vast:
        then the text ends anywhere, and this is the last block.
    """

    offset: int
    line: int
    text: bytes | memoryview
    lines: np.ndarray | None


def record_blocks(stream: BinaryIO, line: int) -> Iterator[Block]:
    """Yield the records of an open file in blocks, with the lines on which they start.

    A line starts a record if an even number of quotes stands before it and it isn't blank. That is
    so where quotes do nothing but open and close cells, or are doubled inside them. Where they
    stand in bare cells it needn't be so: a parser must tell whether a block holds these records.

    Parameters
    ----------
    stream : file open for reading bytes
        UTF-8 text, where its first record starts.
    line : int
        The line on which the first record starts, counted from 0.
    """
    offset, carried = stream.tell(), b""
    while True:
        wanted = max(_SIZE, len(carried))
        more = stream.read(wanted)
        text = carried + more
        if not text:
            return
        final = len(more) < wanted
        ends = _line_ends(text, final=final)
        inside = _inside(text, ends)
        closed = np.flatnonzero(inside == 0)
        if not len(closed) and not final and len(text) <= _LONGEST:
            carried = text
            continue
        if not len(closed) or (final and inside[-1]):
            yield Block(offset, line, text, None)
            return
        last = int(closed[-1])
        size = int(ends[last]) + 1
        starts, opened = (np.concatenate([[0], part[:last]]) for part in (ends + 1, inside))
        first = np.frombuffer(text, dtype=np.uint8)[starts]
        lines = line + np.flatnonzero((opened == 0) & (first != _LF) & (first != _CR))
        yield Block(offset, line, memoryview(text)[:size], lines)
        offset, line, carried = offset + size, line + last + 1, text[size:]


def _line_ends(text: bytes, *, final: bool) -> np.ndarray:
    """Give where lines end; CR LF, LF and a lone CR end lines, and so does the end of the file."""
    letters = np.frombuffer(text, dtype=np.uint8)
    ends = np.flatnonzero(letters == _LF)
    if b"\r" in text:
        returns = np.flatnonzero(letters == _CR)
        lone = returns[letters[np.minimum(returns + 1, len(letters) - 1)] != _LF]
        if not final:
            # What follows a CR at the edge is not known yet.
            lone = lone[lone < len(letters) - 1]
        ends = np.sort(np.concatenate([ends, lone]))
    if final and (not len(ends) or ends[-1] < len(letters) - 1):
        ends = np.append(ends, len(letters) - 1)
    return ends


def _inside(text: bytes, ends: np.ndarray) -> np.ndarray:
    """Tell of each line end whether an odd number of quotes stands before it: 1, else 0."""
    if not len(ends):
        return ends
    quotes = np.frombuffer(text, dtype=np.uint8) == _QUOTE
    starts = np.concatenate([[0], ends[:-1] + 1])
    # Sums that run over still tell odd from even.
    by_line = np.add.reduceat(quotes.view(np.uint8), starts, dtype=np.uint8)
    by_line[-1] = np.count_nonzero(quotes[starts[-1] : ends[-1] + 1]) % 2
    return np.bitwise_xor.accumulate(by_line & 1)


def places(text: bytes, mark: int) -> np.ndarray:
    """Give where a byte stands in a text of any size.

    Examples
    --------
    >>> places(b"a,b,c", ord(","))
    array([1, 3])
    """
    letters = np.frombuffer(text, dtype=np.uint8)
    found = [
        start + np.flatnonzero(letters[start : start + _SIZE] == mark)
        for start in range(0, len(letters), _SIZE)
    ]
    return np.concatenate([np.zeros(0, dtype=np.int64), *found])
