"""Open what the user names: a path or a table, packed or not."""

import gzip
import io
import re
import zipfile
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import narwhals as nw
import numpy as np
import pandas as pd

from riskkit.errors import IncidentDataError
from riskkit.incidents.files.content import Content, beginning, whole
from riskkit.incidents.files.delimited import delimited_headers
from riskkit.incidents.files.headless import headless_headers
from riskkit.incidents.files.json_rows import json_frame
from riskkit.incidents.files.records import Header, Records, typed
from riskkit.incidents.files.workbook import workbook_headers

__all__ = ["MissingFileError", "open_table"]

# Tables shrink tenfold or so; what grows far more when unpacked is made to fill the memory.
_SMALL = 1024**3
_GROWTH = 60
# A gzip file in a zip file is met; a file that holds itself would unpack for ever.
_LAYERS = 2
# Larger files belong to an engine that reads in parts.
_LARGEST = 4 * 1024**3
# Like values take no room in Parquet: a small file may hold more rows than the memory does.
_MOST_ROWS = 50_000_000
_TABLES = (
    ".csv", ".tsv", ".tab", ".txt", ".xlsx", ".xls", ".xlsb", ".ods", ".parquet", ".gz", ".json",
    ".jsonl", ".ndjson", ".geojson",
)  # fmt: skip
# What systems lay beside the files of a zip file: __MACOSX/, ._attacks.csv, .DS_Store.
_UNSEEN = re.compile(r"__MACOSX$|\.(?!\.?$)")
_DAMAGE = (zipfile.BadZipFile, RuntimeError, OSError, EOFError, ValueError, zlib.error)
# What pandas and Arrow raise on values that they have no form for.
_UNREADABLE = (OSError, ValueError, OverflowError, NotImplementedError)
# What is no table, by how it begins, and how to get one from it.
_OTHERS = {
    b"BZh": "packed by bzip2: unpack it",
    b"\xfd7zXZ": "packed by xz: unpack it",
    b"7z\xbc\xaf": "a 7-Zip archive: unpack it",
    b"Rar!": "a RAR archive: unpack it",
    b"%PDF": "a PDF: get the table that it was made from",
    b"SQLite format 3": "an SQLite database: read the table with pandas and hand it over",
    b"<stata_dta>": "a Stata file: read it with pandas.read_stata and hand the table over",
    b"RDX": "R's own format: write it as CSV from R",
    b"X\n\0\0\0": "R's own format (RDS): write it as CSV from R",
    b"\x89HDF": "an HDF file: read the table with pandas and hand it over",
}
_TAR = b"ustar"
_SPREADSHEETS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")


class MissingFileError(IncidentDataError, FileNotFoundError):
    """The file is not there."""

    def __str__(self) -> str:
        return str(self.args[0])


def open_table(data: Any) -> tuple[str, list[Header]]:
    """Open a file or table and give the rows that may be its header.

    Parameters
    ----------
    data : str, path-like, or DataFrame
        A path to CSV, XLSX, Parquet or JSON, also in gzip or zip; or a DataFrame of pandas, Polars,
        PyArrow, DuckDB and whatever else narwhals knows.

    Returns
    -------
    name : str
        What to call it in messages.
    headers : list of Header
        Rows that may be the header, likeliest first.

    Raises
    ------
    IncidentDataError
        If there is no such file, or it holds no table.
    TypeError
        If ``data`` is neither a path nor a table.
    """
    if isinstance(data, str | Path) or hasattr(data, "__fspath__"):
        if "://" in str(data):
            raise IncidentDataError(f"{data} is an address; accepted: a file: download it first")
        try:
            path = Path(data).expanduser()
        except RuntimeError as problem:
            raise IncidentDataError(f"{data} is no path: {problem}") from problem
        return path.name, _of_content(_found(path), path.name)
    if isinstance(data, pd.DataFrame):
        return "the DataFrame", [_of_frame(data, "the DataFrame")]
    try:
        frame = nw.from_native(data)
    except TypeError:
        raise TypeError(
            f"data is a {type(data).__name__}; accepted: a path, or a DataFrame of pandas, "
            "Polars, PyArrow, DuckDB"
        ) from None
    name = f"the {type(data).__name__}"
    return name, [_of_other(frame, name)]


def _of_other(frame: Any, name: str) -> Header:
    """Take a table that narwhals knows."""
    import pyarrow as pa

    names = tuple(frame.collect_schema().names())

    def read(positions: Sequence[int]) -> Records:
        chosen = frame.select([names[position] for position in dict.fromkeys(positions)])
        if isinstance(chosen, nw.LazyFrame):
            chosen = chosen.collect()
        native = chosen.to_native()
        try:
            table = _of_arrow(native) if isinstance(native, pa.Table) else chosen.to_pandas()
        except (pa.ArrowException, *_UNREADABLE) as problem:
            raise IncidentDataError(f"{name} can't be read: {problem}") from problem
        return _records([table[names[position]] for position in positions], len(table), name)

    return Header(names, read)


def _found(path: Path) -> Content:
    """Give a file as its path; what can be read only once, a pipe, as its bytes."""
    if path.is_dir():
        raise IncidentDataError(f"{path} is a folder; accepted: one file")
    try:
        size = path.stat().st_size
        if size > _LARGEST:
            raise IncidentDataError(
                f"{path} has {size:,} bytes; accepted: up to {_LARGEST:,}; read it in parts, or "
                "with DuckDB or Polars and hand the table over"
            )
        return path if path.is_file() and beginning(path, 1) else path.read_bytes()
    except FileNotFoundError:
        raise MissingFileError(f"no file {path}; the working folder is {Path.cwd()}") from None
    except (OSError, ValueError) as problem:
        raise IncidentDataError(f"{path} can't be read: {problem}") from problem


def _of_content(content: Content, name: str, layers: int = 0) -> list[Header]:
    """Tell what content is by how it begins, and of how many packages it came out."""
    start = beginning(content, 400)
    if start.startswith(b"\x1f\x8b") and layers < _LAYERS:
        return _of_content(_gunzip(whole(content), name), name, layers + 1)
    if start.startswith(_SPREADSHEETS[0]):
        data = whole(content)
        members = _members(data, name)
        if not any(member.startswith("xl/") or member == "content.xml" for member in members):
            if layers:
                raise IncidentDataError(f"{name} is a zip file in another package: unpack it")
            return _of_zip(data, name)
        return workbook_headers(data, name)
    if start.startswith(_SPREADSHEETS):
        return workbook_headers(whole(content), name)
    if start.startswith(b"PAR1"):
        return [_of_parquet(whole(content), name)]
    kinds = [kind for begin, kind in _OTHERS.items() if start.startswith(begin)]
    if start[257:262] == _TAR:
        kinds.append("a tar archive: unpack it")
    if start.startswith(b"\x1f\x8b"):
        kinds.append("packed again and again: unpack it")
    if kinds:
        raise IncidentDataError(f"{name} is {kinds[0]}; accepted: CSV, XLSX, Parquet or JSON")
    # Without the zeros of two or four bytes a letter.
    start = start.replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").lower()
    if not start and not (data := whole(content)).strip(b"\xef\xbb\xbf\xff\xfe\0 \t\r\n"):
        raise IncidentDataError(f"{name} is empty ({len(data)} bytes); accepted: a table")
    if start.startswith(b"version https://git-lfs"):
        raise IncidentDataError(
            f"{name} is a Git LFS pointer of {len(whole(content))} bytes, not the file; "
            "fetch it with 'git lfs pull' or download it where it is published"
        )
    if start.startswith((b"<!doctype html", b"<html")):
        raise IncidentDataError(f"{name} is a web page, not a table: was a login needed?")
    if re.match(rb"\{|\[\s*(?:[{\]]|$)", start):
        table, notes = json_frame(whole(content), name)
        return [_of_frame(table, name, notes)]
    return headless_headers(content, name) or delimited_headers(content, name)


def _gunzip(data: bytes, name: str) -> bytes:
    try:
        with gzip.open(io.BytesIO(data)) as packed:
            content = packed.read(_most(len(data)) + 1)
    except EOFError:
        raise IncidentDataError(f"{name} is a gzip file cut short; get it again") from None
    except (OSError, zlib.error) as problem:
        raise IncidentDataError(f"{name} is a damaged gzip file: {problem}") from problem
    return _bounded(content, len(data), name)


def _members(data: bytes, name: str) -> list[str]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
    except _DAMAGE as problem:
        raise IncidentDataError(f"{name} is a damaged zip or XLSX file: {problem}") from problem
    if sum(part.file_size for part in parts) > _most(len(data)):
        raise _too_large(name, len(data))
    return [part.filename for part in parts]


def _of_zip(data: bytes, name: str) -> list[Header]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        files = [
            member
            for member in archive.namelist()
            if not member.endswith("/") and not any(map(_UNSEEN.match, member.split("/")))
        ]
        tables = [member for member in files if member.lower().endswith(_TABLES)]
        if not tables and len(files) == 1:
            tables = files
        # A note on the files often lies beside the one that it is about.
        others = [member for member in tables if not member.lower().endswith(".txt")]
        tables = others if len(others) == 1 else tables
        if len(tables) != 1:
            found = ", ".join(archive.namelist()[:10]) or "nothing"
            raise IncidentDataError(
                f"{name} holds {len(tables)} tables ({found}); accepted: a zip file with one"
            )
        try:
            with archive.open(tables[0]) as packed:
                content = packed.read(_most(len(data)) + 1)
        except _DAMAGE as problem:
            raise IncidentDataError(f"{tables[0]} in {name} can't be read: {problem}") from problem
    return _of_content(_bounded(content, len(data), name), tables[0], 1)


def _most(packed: int) -> int:
    return max(_SMALL, _GROWTH * packed)


def _bounded(content: bytes, packed: int, name: str) -> bytes:
    if len(content) > _most(packed):
        raise _too_large(name, packed)
    return content


def _too_large(name: str, packed: int) -> IncidentDataError:
    return IncidentDataError(
        f"{name} unpacks from {packed:,} to more than {_most(packed):,} bytes: refused; "
        "unpack it yourself if it is what you want"
    )


def _of_frame(frame: pd.DataFrame, name: str, notes: tuple[str, ...] = ()) -> Header:
    def read(positions: Sequence[int]) -> Records:
        columns = [frame.iloc[:, position] for position in positions]
        return _records(columns, len(frame), name, notes)

    return Header(tuple(map(str, frame.columns)), read)


def _of_parquet(data: bytes, name: str) -> Header:
    import pyarrow as pa
    from pyarrow import parquet

    try:
        table = parquet.ParquetFile(pa.BufferReader(data))
    except (pa.ArrowException, OSError, ValueError) as problem:
        raise IncidentDataError(f"{name} is a damaged Parquet file: {problem}") from problem
    if table.metadata.num_rows > _MOST_ROWS:
        raise IncidentDataError(
            f"{name} has {table.metadata.num_rows:,} rows; accepted: up to {_MOST_ROWS:,}; count "
            "it with DuckDB or Polars and hand the table over"
        )
    names = tuple(table.schema_arrow.names)

    def read(positions: Sequence[int]) -> Records:
        try:
            chosen = table.read([names[position] for position in dict.fromkeys(positions)])
            frame = _of_arrow(chosen)
        except (pa.ArrowException, OSError, ValueError) as problem:
            raise IncidentDataError(f"{name} is a damaged Parquet file: {problem}") from problem
        return _records([frame[names[position]] for position in positions], len(frame), name)

    return Header(names, read)


def _of_arrow(table: Any) -> pd.DataFrame:
    """Give an Arrow table as one of pandas, its days as such: Python has none after 9999."""
    import pyarrow as pa

    # Text that is no UTF-8 is found here, not at its first use.
    table.validate(full=True)
    for place, column in enumerate(table.columns):
        if not pa.types.is_dictionary(column.type):
            continue
        words = [chunk.dictionary for chunk in column.chunks]
        # pandas' categories hold nothing missing and nothing twice.
        if any(found.null_count or len(found.unique()) < len(found) for found in words):
            plain = column.cast(column.type.value_type)
            table = table.set_column(place, table.field(place).name, plain)
    return table.replace_schema_metadata(None).to_pandas(date_as_object=False)


def _records(
    columns: list[pd.Series], size: int, name: str, notes: tuple[str, ...] = ()
) -> Records:
    try:
        columns = [typed(column) for column in columns]
    except _UNREADABLE as problem:
        raise IncidentDataError(f"{name} has a column that can't be read: {problem}") from problem
    return Records(columns, np.arange(1, size + 1), "row", notes=notes)
