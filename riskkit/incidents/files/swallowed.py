"""Quotes that quote nothing: letters of a text, or strays that would swallow records."""

import csv
import io
import re
from io import BufferedIOBase

__all__ = ["quotes_are_letters", "swallows"]

_SIZE = 1 << 22
# A cell that opens with a quote and doesn't close.
_OPEN_CELL = re.compile(rb'(?:^|\t)"(?!(?:[^"\t]|"")*"(?:\t|$))')


def quotes_are_letters(stream: BufferedIOBase, width: int) -> bool:
    r"""Tell whether a file parted by tabs uses quotes as letters, as event feeds do.

    Its lines are whole records then: cells that open with a quote and don't close stand in lines of
    full width. Where quotes do quote, such a cell goes on behind a tab or a line break that is its
    own, and its lines have other widths.

    Parameters
    ----------
    stream : file open for reading bytes
        UTF-8 text, where its first record starts.
    width : int
        Cells of a record.

    Examples
    --------
    >>> quotes_are_letters(io.BytesIO(b'1\t"Abu\n2\tAli"\n'), 2)
    True
    >>> quotes_are_letters(io.BytesIO(b'1\t"Abu\nAli"\n'), 2)
    False
    """
    letters = quoting = 0
    while block := stream.read(_SIZE):
        block += stream.readline()
        if b'"' not in block:
            continue
        for line in block.splitlines():
            if b'"' in line:
                whole = line.count(b"\t") == width - 1
                quoting += not whole
                letters += whole and _OPEN_CELL.search(line) is not None
    return letters > quoting


def swallows(text: bytes, delimiter: str) -> bool:
    r"""Tell whether a quoted cell of several lines is really other records between stray quotes.

    The quote that closes it then opens a cell of a later record: text follows it.

    Parameters
    ----------
    text : bytes
        Records that run over several lines, UTF-8.
    delimiter : str
        What parts the cells.

    Examples
    --------
    >>> swallows(b'1,"two\nlines",x\n', ","), swallows(b'1,"a,x\n2,b,y\n3,"c,z\n', ",")
    (False, True)
    """
    reader = csv.reader(
        io.StringIO(text.decode("utf-8", errors="replace"), newline=""),
        delimiter=delimiter,
        strict=True,
    )
    try:
        for _ in reader:
            pass
    except csv.Error as problem:
        # A cell can be longer than the csv module likes without being a fault.
        return "field larger" not in str(problem)
    return False
