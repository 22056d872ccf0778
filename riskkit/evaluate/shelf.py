"""A folder where scored pieces of a backtest are kept, so that a broken run can go on."""

import hashlib
import inspect
import io
import os
import sys
import tempfile
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, fields
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pandas as pd

from riskkit.counts import Tally
from riskkit.evaluate.piece import Piece
from riskkit.evaluate.scoring import Scored

__all__ = ["Shelf"]

# Raised when what is kept of a piece changes, so that older files are made again.
_LAYOUT = 1
_TABLES = ("cells", "world", "events")
_PACKAGES = ("numpy", "pandas", "scipy", "statsmodels", "numba")
# They say what was left out of the counts, or of the whole record; no model is fitted to them.
_UNREAD = ("unplaced", "notes")


@dataclass(frozen=True)
class Shelf:
    """A folder with one file a piece, named by what the piece was made from.

    Parameters
    ----------
    folder : pathlib.Path
        Where the files are.
    """

    folder: Path

    @classmethod
    def at(cls, folder: str | Path) -> "Shelf":
        """Open a folder, or make it."""
        path = Path(folder).expanduser()
        path.mkdir(parents=True, exist_ok=True)
        return cls(path)

    def key(self, piece: Piece) -> str:
        """Name a piece by all that its numbers come from.

        Parameters
        ----------
        piece : Piece

        Returns
        -------
        str

        Raises
        ------
        TypeError
            If the model, or a further score, can't be told from others.
        """
        settings = (
            _LAYOUT,
            sys.modules["riskkit"].__version__,
            *(version(package) for package in _PACKAGES),
            str(piece.origin),
            piece.delay,
            piece.horizon,
            piece.quantity,
            piece.draws,
            piece.level,
            piece.at_least,
            piece.seed,
            *(f"{name}: {_digest(score, name)}" for name, score in piece.scores.items()),
            _digest(piece.model, piece.name),
        )
        digest = hashlib.sha256(repr(settings).encode())
        digest.update(_content(piece.tally.until(piece.origin + piece.horizon)))
        return digest.hexdigest()[:40]

    def get(self, key: str) -> Scored | None:
        """Read a piece; None if it isn't there or its file is damaged.

        Parameters
        ----------
        key : str
            As `key` gives it.

        Returns
        -------
        Scored or None
        """
        path = self.folder / f"{key}.zip"
        try:
            # A member whose checksum is wrong raises as it is read.
            with zipfile.ZipFile(path) as kept:
                tables = {
                    name: pd.read_parquet(io.BytesIO(kept.read(f"{name}.parquet")))
                    for name in _TABLES
                    if f"{name}.parquet" in kept.namelist()
                }
                bounds = np.load(io.BytesIO(kept.read("bounds.npy")), allow_pickle=False)
                quantity = kept.read("quantity.txt").decode()
        except FileNotFoundError:
            return None
        except (zipfile.BadZipFile, KeyError, ValueError, OSError, EOFError, NotImplementedError):
            return None
        return Scored(
            quantity, tables["cells"], bounds, tables["world"],
            tables.get("events", pd.DataFrame()),
        )  # fmt: skip

    def put(self, key: str, scored: Scored) -> None:
        """Write a piece, whole or not at all.

        Parameters
        ----------
        key : str
            As `key` gives it.
        scored : Scored
            What is kept.
        """
        handle, name = tempfile.mkstemp(dir=self.folder, suffix=".part")
        try:
            with os.fdopen(handle, "wb") as file, zipfile.ZipFile(file, "w") as kept:
                for part in _TABLES:
                    table = getattr(scored, part)
                    if len(table.columns):
                        into = io.BytesIO()
                        table.to_parquet(into)
                        kept.writestr(f"{part}.parquet", into.getvalue())
                into = io.BytesIO()
                np.save(into, scored.bounds, allow_pickle=False)
                kept.writestr("bounds.npy", into.getvalue())
                kept.writestr("quantity.txt", scored.quantity)
            Path(name).replace(self.folder / f"{key}.zip")
        finally:
            Path(name).unlink(missing_ok=True)


def _digest(thing: object, name: str) -> str:
    """Tell a model or a score from others: by its settings and the text of its class."""
    import joblib

    try:
        settings = joblib.hash(thing)
    except Exception as problem:
        raise TypeError(
            f"{name!r} can't be pickled, so that resume can't tell it from others ({problem}); "
            "accepted: a class or function at the top of a module"
        ) from problem
    try:
        text = inspect.getsource(thing if inspect.isroutine(thing) else type(thing))
    except (OSError, TypeError):
        text = ""
    return f"{settings} {hashlib.sha256(text.encode()).hexdigest()}"


def _content(tally: Tally) -> bytes:
    """Digest the numbers of a tally, whatever engine or file they came from."""
    digest = hashlib.sha256()
    for field in fields(tally):
        if field.name in _UNREAD:
            continue
        value = getattr(tally, field.name)
        tables = value if isinstance(value, Mapping) else {"": value}
        for name, table in tables.items():
            digest.update(f"{field.name} {name}".encode())
            if isinstance(table, pd.DataFrame):
                labels = table.columns.astype(str)
                plain = table.set_axis(labels, axis=1)
                digest.update("\x1f".join(labels).encode())
                digest.update("\x1f".join(map(str, plain.dtypes)).encode())
                digest.update(pd.util.hash_pandas_object(plain).to_numpy().tobytes())
            else:
                digest.update(repr(table).encode())
    return digest.digest()
