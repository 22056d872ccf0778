"""Mutated copies of a file of each source: a validated frame that reconciles, or a clear error.

The default run makes some tens of copies of each; ``RISKKIT_FUZZ=1000`` makes a thousand.
"""

import os
import random
import runpy
import warnings
from pathlib import Path

import pandas as pd
import pytest

from riskkit.errors import RiskkitError
from riskkit.incidents import check_incidents
from riskkit.incidents.schema import COLUMNS
from riskkit.incidents.sources.gdelt import HEADERS

COPIES = int(os.environ.get("RISKKIT_FUZZ", "25"))
SMALL = {
    "scad": "EVENT", "awsd": "ATTACK", "cpost": "ATTACK", "pitf": "KILLING", "icews": "REPORT",
    "polecat": "REPORT", "gdelt": "REPORT",
}  # fmt: skip
JUNK = ["", "-1", "-99", "1e400", "nan", "3.7", "99999999999999999999", "2017-02-30", "é", '"',
        "\0", "1,5", "12/13/14", "0000-00-00", "True", "=cmd()", "#tag", "1.9E+11"]  # fmt: skip


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


@pytest.mark.parametrize(
    "kind", ["gtd", "gtd1993", "acled", "actors", "acled old", "ucdp", "rand", "own", *SMALL]
)
def test_a_frame_that_reconciles_or_a_clear_error(layouts, tmp_path, kind):
    text = originals(layouts)[kind]
    path = tmp_path / "mutated.csv"
    read = 0
    for seed in range(COPIES):
        path.write_bytes(mutated(text, random.Random(f"{kind} {seed}")))
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("error")
                check = check_incidents(path, dayfirst=True if seed % 2 else None)
        except RiskkitError:
            continue
        except Exception as problem:
            raise AssertionError(f"{kind}, seed {seed}: {problem!r}") from problem
        read += 1
        assert check.rows_in == len(check.kept) + len(check.set_aside), seed
        assert check.kept["incident_id"].is_unique, seed
        for column in COLUMNS:
            assert check.kept[column.name].dtype == column.pandas_dtype, (seed, column.name)
        people = check.kept[["fatalities", "fatalities_low", "fatalities_high", "injured"]]
        assert not (people < 0).any(axis=None), seed
        assert check.kept["latitude"].dropna().between(-90, 90).all(), seed
        check.summary()
        assert isinstance(check.completeness(), pd.DataFrame)
    # Without a header a lost column can't be told, so fewer copies of such a file are readable.
    share = 5 if kind == "gdelt" else 3
    assert read > COPIES // share, "many copies must still be readable, else this tests little"


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
def test_a_damaged_container_is_read_or_refused(layouts, tmp_path, kind):
    whole = packed(layouts, kind, tmp_path)
    path = tmp_path / "damaged"
    for seed in range(COPIES):
        chance = random.Random(f"{kind} {seed}")
        data = bytearray(whole)
        for _ in range(chance.randint(1, 8)):
            if chance.random() < 0.15:
                data = data[: chance.randrange(1, len(data) + 1)]
            data[chance.randrange(len(data))] = chance.randrange(256)
        path.write_bytes(data)
        try:
            check = check_incidents(path)
        except RiskkitError:
            continue
        assert check.rows_in == len(check.kept) + len(check.set_aside), seed
