"""Records that a stray quote swallowed: two of them pair, and what is between looks like text."""

import csv
import io

__all__ = ["swallows"]


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
