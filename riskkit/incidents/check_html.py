"""The account of a reading as a notebook shows it."""

import html
from collections.abc import Iterable

import pandas as pd

__all__ = ["check_html"]

_ROWS = 8


def check_html(
    lines: Iterable[str], sections: Iterable[tuple[str, str, pd.DataFrame]], title: str
) -> str:
    """Put the lines of a summary and some tables on one page.

    Parameters
    ----------
    lines : iterable of str
        The summary.
    sections : iterable of (heading, what is inferred, table)
        An empty table is told as "none".
    title : str
        The page's heading.

    Returns
    -------
    str
        HTML whose texts are escaped.

    Examples
    --------
    >>> page = check_html(["2 rows"], [("doubles", "kept", pd.DataFrame({"group": [1]}))], "a.csv")
    >>> "<summary><b>doubles</b>: 1 row. kept</summary>" in page
    True
    """
    items = "".join(f"<li>{html.escape(line)}</li>" for line in lines)
    parts = [f"<p><b>{html.escape(title)}</b></p><ul>{items}</ul>"]
    for heading, inferred, table in sections:
        count = f"{len(table):,} row{'' if len(table) == 1 else 's'}" if len(table) else "none"
        head = f"<summary><b>{html.escape(heading)}</b>: {count}. {html.escape(inferred)}</summary>"
        shown = table.head(_ROWS) if isinstance(table.index, pd.RangeIndex) else table
        body = shown.to_html(float_format="{:.0%}".format, na_rep="") if len(table) else ""
        more = f"<p>and {len(table) - len(shown):,} more</p>" if len(table) > len(shown) else ""
        parts.append(f"<details>{head}{body}{more}</details>")
    return "".join(parts)
