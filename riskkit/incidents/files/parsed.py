"""Lines of delimited text to columns: the parser, and what it makes of records that don't fit."""

import csv
import io
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from riskkit.errors import IncidentDataError
from riskkit.incidents.files.records import BrokenRecord

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["Bad", "Layout", "Piece", "columns", "mended", "nothing", "often_new", "parse", "piece"]

_SHOWN = 500
_BLOCK = 1 << 24
# A column whose cells hardly come again is kept as text, others as codes of distinct texts.
_OFTEN_NEW = 0.5
# Rows of which Excel looks at once whether their last cells are blank.
_RUN = 16
Bad = tuple[int, int, str]


@dataclass(frozen=True)
class Layout:
    """How records are laid out, and what is wanted of them.

    Parameters
    ----------
    width : int
        Cells of a record.
    positions : tuple of int
        The columns that are wanted, each once.
    delimiter : str
        What parts cells.
    name : str
        What to call the file in messages.
    quoted : bool
        False where quotes are letters like others.
    named : int
        Cells up to the last one that the header names.
    """

    width: int
    positions: tuple[int, ...]
    delimiter: str
    name: str
    quoted: bool
    named: int


@dataclass(frozen=True, eq=False)
class Piece:
    """Some records: the columns wanted, their lines from 1, and those that have no place there.

    Parameters
    ----------
    table : pyarrow.Table
        One column a position.
    lines : ndarray of int
        The line on which each record of the table starts.
    broken : list of BrokenRecord
        Records of another width.
    """

    table: "pa.Table"
    lines: np.ndarray
    broken: list[BrokenRecord]


def nothing(layout: Layout, plain: Collection[int] = ()) -> "pa.Table":
    """Give the table of no records; plain columns are text, the others codes of distinct texts."""
    import pyarrow as pa

    coded = pa.dictionary(pa.int32(), pa.string())
    types = {
        f"c{position}": pa.string() if position in plain else coded for position in layout.positions
    }
    return pa.schema(types).empty_table()


def parse(
    text: "memoryview | pa.Buffer", layout: Layout, plain: Collection[int] = ()
) -> tuple["pa.Table", list[Bad]]:
    """Parse lines: the columns wanted, and (record, cells, text) of the bad ones.

    Parameters
    ----------
    text : memoryview or pyarrow.Buffer
        Whole lines, UTF-8.
    layout : Layout
        How they are laid out.
    plain : collection of int
        Positions of columns to give as text; the others are given as codes of distinct texts.
    """
    import pyarrow as pa
    from pyarrow import csv as arrow

    bad: list[Bad] = []

    def note(row: arrow.InvalidRow) -> str:
        bad.append((row.number - 1, row.actual_columns, row.text))
        return "skip"

    schema = nothing(layout, plain).schema
    try:
        table = arrow.read_csv(
            pa.BufferReader(text),
            read_options=arrow.ReadOptions(
                column_names=[f"c{position}" for position in range(layout.width)],
                use_threads=False,
                block_size=max(_BLOCK, len(text) // 16),
            ),
            parse_options=arrow.ParseOptions(
                delimiter=layout.delimiter,
                quote_char='"' if layout.quoted else False,
                newlines_in_values=True,
                invalid_row_handler=note,
            ),
            convert_options=arrow.ConvertOptions(
                column_types=schema, include_columns=schema.names, strings_can_be_null=False
            ),
        )
    except pa.ArrowException as problem:
        raise IncidentDataError(
            f"{layout.name} can't be read as delimited text: {problem}"
        ) from problem
    return table, bad


def mended(table: "pa.Table", bad: list[Bad], layout: Layout) -> tuple["pa.Table", list[Bad]]:
    """Take back the records that only have more, or fewer, blank cells at the end."""
    import pyarrow as pa

    taken = {}
    habits = _habits(bad, len(table), layout)
    for number, found, text in bad:
        if number in habits and len(text) < csv.field_size_limit():
            reader = csv.reader(
                io.StringIO(text, newline=""),
                delimiter=layout.delimiter,
                quoting=csv.QUOTE_MINIMAL if layout.quoted else csv.QUOTE_NONE,
            )
            cells = next(reader, [])
            if len(cells) == found and not any(cell.strip() for cell in cells[layout.width :]):
                cells += [""] * (layout.width - found)
                taken[number] = [cells[position] for position in layout.positions]
    if not taken:
        return table, bad
    size = len(table) + len(bad)
    numbers = np.concatenate([np.delete(np.arange(size), [number for number, *_ in bad]), [*taken]])
    more = pa.table(
        {
            key: pa.array(cells, pa.string()).cast(table.schema.field(key).type)
            for key, cells in zip(
                table.column_names, zip(*taken.values(), strict=True), strict=True
            )
        }
    )
    together = pa.concat_tables([table, more]).unify_dictionaries().combine_chunks()
    return together.take(np.argsort(numbers)), [row for row in bad if row[0] not in taken]


def _habits(bad: list[Bad], good: int, layout: Layout) -> set[int]:
    """Tell which records may differ by blank cells at their end only, as spreadsheets write them.

    Those that lack no cell with a name, and those with a cell too many that most records have: a
    lone one may hold a delimiter that should be quoted. And runs of one width as Excel makes them,
    which writes delimiters for 16 rows at a time; where cells are lacking, whole runs with other
    records before and behind. Records of an older layout put before or behind lack a column in
    their midst, pieces of cut ones vary or have half the cells.
    """
    sizes = Counter(found for _, found, _ in bad)
    size = good + len(bad)
    chosen = {
        number
        for number, found, _ in bad
        if layout.named <= found < layout.width
        or (found > layout.width and 2 * sizes[found] > size)
    }
    # Numbers of records that follow each other grow as their places do.
    runs = groupby(enumerate(bad), key=lambda item: (item[1][0] - item[0], item[1][1]))
    for (_, found), members in runs:
        run = [number for _, (number, *_) in members]
        whole = len(run) % _RUN == 0 and run[0] > 0 and run[-1] < size - 1
        lacking = whole and (layout.width + 1) / 2 < found < layout.width
        if lacking or (found > layout.width and len(run) >= _RUN):
            chosen.update(run)
    return chosen


def piece(table: "pa.Table", bad: list[Bad], records: np.ndarray, layout: Layout) -> Piece:
    """Put what was parsed beside the lines, from 0, on which its records start."""
    good = np.ones(len(records), dtype=bool)
    good[[number for number, *_ in bad]] = False
    broken = [
        BrokenRecord(1 + int(records[number]), text[:_SHOWN], _misfit(found, layout.width))
        for number, found, text in bad
    ]
    return Piece(table, 1 + records[good], broken)


def _misfit(found: int, wanted: int) -> str:
    reason = "cut off, or a line break too many" if found < wanted else "a delimiter too many"
    return f"{found} cells where the header has {wanted}: {reason}"


def often_new(table: "pa.Table", layout: Layout) -> frozenset[int]:
    """Give the columns of which nearly all cells hold a text of their own."""
    return frozenset(
        position
        for position, column in zip(layout.positions, table.columns, strict=True)
        if sum(len(chunk.dictionary) for chunk in column.chunks) > _OFTEN_NEW * len(table)
    )


def columns(pieces: list[Piece], plain: Collection[int], layout: Layout) -> list[pd.Series]:
    """Give each column as text or, where its texts come again, as a category of them.

    The pieces are taken out of the list: each column is let go once it is put together.
    """
    import pyarrow as pa

    parts = [
        [chunk for part in pieces for chunk in part.table.column(place).chunks]
        for place in range(len(layout.positions))
    ]
    pieces.clear()
    found = []
    for position in layout.positions:
        chunks = parts.pop(0)
        if position in plain:
            found.append(_text(chunks))
        else:
            found.append(_category(chunks))
    # The last chunks lie scattered among freed ones, which go back only without them.
    chunks = []
    pa.default_memory_pool().release_unused()
    return found


def _text(chunks: "list[pa.Array]") -> pd.Series:
    import pyarrow as pa

    texts = pa.chunked_array([chunk.cast(pa.string()) for chunk in chunks], pa.string())
    return pd.Series(texts.combine_chunks().cast(pa.large_string()), dtype="str")


def _category(chunks: "list[pa.Array]") -> pd.Series:
    import pyarrow as pa

    codes = pa.chunked_array(chunks, pa.dictionary(pa.int32(), pa.string()))
    return codes.unify_dictionaries().combine_chunks().to_pandas()
