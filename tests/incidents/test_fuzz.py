"""Mutated copies of a file of each source: a validated frame that reconciles, or a clear error.

The default run makes some copies of each; ``RISKKIT_FUZZ=1000`` makes a thousand, and
writes what came of them to docs/studies/fuzz.md if all kinds are run.
"""

import csv
import datetime
import decimal
import io
import json
import os
import random
import runpy
import warnings
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from riskkit.errors import RiskkitError
from riskkit.incidents import IncidentCheck, check_incidents
from riskkit.incidents.schema import COLUMNS
from riskkit.incidents.sources.gdelt import HEADERS

COPIES = int(os.environ.get("RISKKIT_FUZZ", "15"))
SMALL = {
    "scad": "EVENT", "awsd": "ATTACK", "cpost": "ATTACK", "pitf": "KILLING", "icews": "REPORT",
    "polecat": "REPORT", "gdelt": "REPORT",
}  # fmt: skip
JUNK = ["", "-1", "-99", "1e400", "nan", "3.7", "99999999999999999999", "2017-02-30", "é", '"',
        "\0", "1,5", "12/13/14", "0000-00-00", "True", "=cmd()", "#tag", "1.9E+11"]  # fmt: skip


KINDS = ["gtd", "gtd1993", "acled", "actors", "acled old", "ucdp", "rand", "own", *SMALL]
CONTAINERS = ["DataFrame", "xlsx", "parquet", "json", "zip"]
TYPED_JUNK = [None, True, float("nan"), float("inf"), -99, 2**70, 3.7, b"\xff", [1, 2], {"a": 1},
              datetime.date(2017, 6, 18), datetime.datetime(1, 1, 1), datetime.time(3, 4),
              decimal.Decimal("1e400"), pd.NaT, pd.NA, pd.Timedelta(days=3), 1 + 2j,
              pd.Timestamp("2017-06-18", tz="UTC"), pd.Period("2017-06"), *JUNK]  # fmt: skip
PAGE = Path(__file__).parents[2] / "docs" / "studies" / "fuzz.md"


@pytest.fixture(scope="module")
def outcomes() -> Iterator[dict[str, dict[str, tuple[int, int, int, int]]]]:
    """Collect copies, read, rows in and rows kept; write them down after a full run."""
    found: dict[str, dict[str, tuple[int, int, int, int]]] = {
        "text": {},
        "typed": {},
        "damaged": {},
    }
    yield found
    if COPIES >= 1000 and [len(part) for part in found.values()] == [len(KINDS)] * 2 + [5]:
        PAGE.write_text(page(found), encoding="utf-8")


def page(found: dict[str, dict[str, tuple[int, int, int, int]]]) -> str:
    """Lay out the result of a full run."""
    titles = {
        "text": "Text: bytes changed, rows cut, doubled and shuffled, columns dropped, cells of "
                "another type, other delimiters, line ends and encodings",
        "typed": "Tables in turn as DataFrame, XLSX, Parquet, JSON and zip: columns dropped, "
                 "renamed, doubled and reordered, types mixed",
        "damaged": "Containers with changed and cut bytes",
    }  # fmt: skip
    lines = ["# Fuzz: what becomes of damaged files", "",
             "Every copy must give a validated table whose rows add up (in = kept + set aside), or "
             "a `RiskkitError`: no other exception, no warning, no row lost. Made by `RISKKIT_FUZZ="
             f"{COPIES} .venv/bin/pytest tests/incidents/test_fuzz.py` on "
             f"{datetime.date.today()}."]  # fmt: skip
    for part, title in titles.items():
        lines += ["", f"## {title}", "",
                  "| fixture | copies | read | refused by a clear error | other outcomes | rows in "
                  "| rows kept | rows set aside |",
                  "|---|---|---|---|---|---|---|---|"]  # fmt: skip
        for kind, (copies, read, rows, kept) in found[part].items():
            lines.append(
                f"| {kind} | {copies:,} | {read:,} | {copies - read:,} | 0 | {rows:,} | {kept:,} | "
                f"{rows - kept:,} |"
            )
    return "\n".join(lines) + "\n"


def originals(layouts) -> dict[str, str]:
    many = range(1, 9)
    return {
        "gtd": layouts.text(layouts.GTD, [layouts.BOMB | {"eventid": n} for n in many]),
        "gtd1993": layouts.text(layouts.GTD_1993, [layouts.BOMB | {"nkill": 19.8}] * 3),
        "acled": layouts.text(
            layouts.ACLED_2023, [layouts.RAID | {"event_id_cnty": n} for n in many]
        ),
        "actors": layouts.text(layouts.ACLED_ACTORS, [layouts.RAID] * 4),
        "acled old": layouts.text(layouts.ACLED_OLD, [layouts.RAID] * 4),
        "ucdp": layouts.text(layouts.UCDP_231, [layouts.FIGHT | {"id": n} for n in many]),
        "rand": layouts.text(layouts.RAND, [layouts.BLAST] * 8),
        "own": layouts.text(
            [column.name for column in COLUMNS],
            [{"incident_id": n, "date": "2017-06-18", "country": "MLI", "fatalities": n,
              "target_type": "Tourists", "latitude": 12, "longitude": -8} for n in many],
        ),
    } | {kind: small(layouts, kind, row) for kind, row in SMALL.items()}  # fmt: skip


def small(layouts, kind: str, row: str) -> str:
    """Write five events of a source whose row stands in its own test."""
    first = runpy.run_path(str(Path(__file__).parent / "sources" / f"test_{kind}.py"))[row]
    if kind == "gdelt":
        # Its files have no header, and tabs.
        line = "\t".join(first.get(name, "") for name in HEADERS[61])
        return "\n".join([line] * 5) + "\n"
    return layouts.text([*first], [first] * 5)


def mutated(text: str, chance: random.Random) -> bytes:
    mark = "\t" if "\t" in text else ","
    for _ in range(chance.randint(1, 4)):
        lines = text.split("\n")
        kind = chance.randrange(12)
        at = chance.randrange(len(lines))
        cells = lines[at].split(mark)
        spot = chance.randrange(len(cells))
        if kind == 0:
            text = text[: chance.randrange(len(text) + 1)]
        elif kind == 1:
            del lines[at]
        elif kind == 2:
            lines.insert(at, lines[at])
        elif kind == 3:
            cells[spot] = chance.choice(JUNK)
        elif kind == 4:
            del cells[spot]
        elif kind == 5:
            cells.insert(spot, chance.choice(JUNK))
        elif kind == 6:
            chance.shuffle(cells)
        elif kind == 7:
            text = text.replace("\n", chance.choice(["\r", "\r\n", "\n\n"]))
        elif kind == 8:
            text = text.replace(mark, chance.choice([";", "\t"]))
        elif kind == 9:
            letters = list(text)
            for _ in range(chance.randint(1, 20)):
                if letters:
                    letters[chance.randrange(len(letters))] = chr(chance.randrange(256))
            text = "".join(letters)
        elif kind == 10:
            lines.insert(0, chance.choice(["", "A note, of two cells", "sep=,", lines[0]]))
        else:
            lines = [mark.join(line.split(mark)[:spot] + line.split(mark)[spot + 1 :])
                     for line in lines]  # fmt: skip
        if kind in (3, 4, 5, 6):
            lines[at] = mark.join(cells)
        if kind not in (0, 7, 8, 9):
            text = "\n".join(lines)
        if not text:
            break
    encoding = chance.choice(["utf-8", "utf-8-sig", "latin-1", "mac_roman", "utf-16"])
    return text.encode(encoding, errors="replace")


def examined(data: Any, what: str, **options: Any) -> IncidentCheck | None:
    """Give the account if the data are read, None if they are refused; fail on all else."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            check = check_incidents(data, **options)
    except RiskkitError:
        return None
    except Exception as problem:
        raise AssertionError(f"{what}: {problem!r}") from problem
    assert check.rows_in == len(check.kept) + len(check.set_aside), what
    assert check.kept["incident_id"].is_unique, what
    for column in COLUMNS:
        assert check.kept[column.name].dtype == column.pandas_dtype, (what, column.name)
    people = check.kept[["fatalities", "fatalities_low", "fatalities_high", "injured"]]
    assert not (people < 0).any(axis=None), what
    assert check.kept["latitude"].dropna().between(-90, 90).all(), what
    return check


@pytest.mark.parametrize("kind", KINDS)
def test_a_frame_that_reconciles_or_a_clear_error(layouts, tmp_path, outcomes, kind):
    text = originals(layouts)[kind]
    path = tmp_path / "mutated.csv"
    read = rows = kept = 0
    for seed in range(COPIES):
        path.write_bytes(mutated(text, random.Random(f"{kind} {seed}")))
        check = examined(path, f"{kind}, seed {seed}", dayfirst=True if seed % 2 else None)
        if check is not None:
            read, rows, kept = read + 1, rows + check.rows_in, kept + len(check.kept)
            assert seed % 10 or check._repr_html_()
    outcomes["text"][kind] = COPIES, read, rows, kept
    # Without a header a lost column can't be told, so fewer copies of such a file are readable.
    share = 5 if kind == "gdelt" else 3
    assert read > COPIES // share, "many copies must still be readable, else this tests little"


def mangled(table: pd.DataFrame, chance: random.Random) -> pd.DataFrame:
    """Give a table with columns and cells of another kind, as an object or typed frame."""
    table = table.astype(object)
    for _ in range(chance.randint(1, 5)):
        kind = chance.randrange(9)
        spot = chance.randrange(table.shape[1])
        row = chance.randrange(len(table)) if len(table) else 0
        names = list(table.columns)
        if kind == 0 and len(names) > 1:
            table = table.drop(columns=names[spot])
        elif kind == 1:
            names[spot] = chance.choice(
                [names[spot].upper(), f" {names[spot]} ", names[0], "", "1"]
            )
            table = table.set_axis(names, axis=1)
        elif kind == 2:
            table = table.iloc[:, chance.sample(range(len(names)), len(names))]
        elif kind == 3:
            table = pd.concat([table, table.iloc[row : row + 2]])
        elif kind == 4:
            table = table.iloc[:row]
        elif kind == 5:
            whole = table.iloc[:, spot].map(str).astype("str")
            column = pd.to_numeric(whole.where(whole.str.len() < 10), errors="coerce")
            table.isetitem(spot, column.astype(chance.choice(["float32", "float64", "Float64"])))
        elif kind == 6:
            values = table.iloc[:, spot].map(str)
            table.isetitem(spot, values.astype(chance.choice(["category", "str", "object"])))
        elif len(table):
            column = list(table.iloc[:, spot])
            column[row] = chance.choice(TYPED_JUNK)
            table.isetitem(spot, pd.Series(column, dtype=object, index=table.index))
    return table


def sheet_cell(cell: Any) -> Any:
    """Give a cell as a workbook can hold it: true dates and numbers stay what they are."""
    if isinstance(cell, datetime.datetime) and cell.tzinfo is None and cell.year > 1900:
        return cell
    if isinstance(cell, float | int) and abs(cell) < 1e300:
        return cell
    return str(cell).encode("ascii", "ignore").decode().replace("\0", "")


def boxed(table: pd.DataFrame, container: str, path: Path, chance: random.Random) -> Any:
    """Put a table into a container; where it can't hold a cell the cell becomes text."""
    if container == "DataFrame":
        return table
    plain = table.map(lambda cell: cell if isinstance(cell, float | int | str) else str(cell))
    if container == "xlsx":
        from openpyxl import Workbook

        book = Workbook(write_only=True)
        sheet = book.create_sheet("Events")
        sheet.append([str(name) for name in table.columns])
        for cells in table.to_numpy(object):
            sheet.append([sheet_cell(cell) for cell in cells])
        book.save(path)
    elif container == "parquet":
        columns = [f"{name} {n}" if list(plain.columns).index(name) < n else name
                   for n, name in enumerate(plain.columns)]  # fmt: skip
        typed = plain.set_axis(columns, axis=1).reset_index(drop=True)
        mixed = [name for name in columns if typed[name].dtype == object]
        typed[mixed] = typed[mixed].astype("str")
        if chance.random() < 0.5:
            typed = typed.convert_dtypes()
        typed.to_parquet(path)
    elif container == "json":
        rows = [dict(zip(plain.columns, cells, strict=True)) for cells in plain.to_numpy(object)]
        content: Any = {"data": rows} if chance.random() < 0.5 else rows
        path.write_text(json.dumps(content, default=str), encoding="utf-8")
    else:
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("events.csv", plain.to_csv(index=False))
    return path


@pytest.mark.parametrize("kind", KINDS)
def test_typed_tables_reconcile_or_are_refused(layouts, tmp_path, outcomes, kind):
    text = originals(layouts)[kind]
    lines = list(
        csv.reader(io.StringIO(text, newline=""), delimiter="\t" if kind == "gdelt" else ",")
    )
    header = list(HEADERS[61]) if kind == "gdelt" else lines.pop(0)
    table = pd.DataFrame(lines, columns=header)
    read = rows = kept = 0
    for seed in range(COPIES):
        chance = random.Random(f"typed {kind} {seed}")
        container = CONTAINERS[seed % len(CONTAINERS)]
        whole = mangled(table, chance)
        data = boxed(whole, container, tmp_path / "table", chance)
        what = f"{kind}, {container}, seed {seed}"
        check = examined(data, what, dayfirst=True if seed % 2 else None)
        if check is not None:
            # A zip holds text, in which a blank row is no record; so has a sheet blank rows.
            assert container in ("xlsx", "zip") or check.rows_in == len(whole), what
            read, rows, kept = read + 1, rows + check.rows_in, kept + len(check.kept)
    outcomes["typed"][kind] = COPIES, read, rows, kept
    assert read > COPIES // 3, "many copies must still be readable, else this tests little"


def packed(layouts, kind: str, folder: Path) -> bytes:
    """Write thirty events of UCDP into a container, and give its bytes."""
    table = pd.DataFrame([layouts.FIGHT | {"id": n} for n in range(30)]).astype(str)
    path = folder / f"whole.{kind}"
    if kind == "xlsx":
        table.to_excel(path, index=False)
    elif kind == "parquet":
        table.to_parquet(path)
    elif kind == "json":
        table.to_json(path, orient="records")
    else:
        table.to_csv(path, index=False, compression={"gz": "gzip", "zip": "zip"}[kind])
    return path.read_bytes()


@pytest.mark.parametrize("kind", ["xlsx", "parquet", "json", "gz", "zip"])
def test_a_damaged_container_is_read_or_refused(layouts, tmp_path, outcomes, kind):
    whole = packed(layouts, kind, tmp_path)
    path = tmp_path / "damaged"
    read = rows = kept = 0
    for seed in range(COPIES):
        chance = random.Random(f"{kind} {seed}")
        data = bytearray(whole)
        for _ in range(chance.randint(1, 8)):
            if chance.random() < 0.15:
                data = data[: chance.randrange(1, len(data) + 1)]
            data[chance.randrange(len(data))] = chance.randrange(256)
        path.write_bytes(data)
        check = examined(path, f"{kind}, seed {seed}")
        if check is not None:
            read, rows, kept = read + 1, rows + check.rows_in, kept + len(check.kept)
    outcomes["damaged"][kind] = COPIES, read, rows, kept
