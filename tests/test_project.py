"""The house rules: what may import what, how light the import is, what is public."""

import ast
import importlib
import inspect
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import riskkit as rk

REPOSITORY = Path(__file__).parents[1]
PACKAGE = REPOSITORY / "riskkit"
FILES = sorted(PACKAGE.rglob("*.py"))

# The street. A room may import from earlier lines; rooms on one line don't see each other.
STREET = [
    {"errors"},
    {"kernels"},
    {"results"},
    {"incidents"},
    {"counts"},
    {"protocols"},
    {"frequency", "targets", "lethality", "patterns"},
    {"risk", "forecast"},
    {"evaluate"},
    {"plots"},
    {"report"},
    {"cli"},
    {"__main__"},
]
PLACE = {room: place for place, rooms in enumerate(STREET) for room in rooms}


def room_of(file: Path) -> str:
    """Name the part of the package that a file belongs to."""
    return file.relative_to(PACKAGE).with_suffix("").parts[0]


def name_of(file: Path) -> str:
    """Path of a file from the package on, as the name of its test case."""
    return file.relative_to(PACKAGE).as_posix()


def imports(file: Path) -> Iterator[tuple[int, str]]:
    """Line and full name of everything a file imports, inside functions too."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name_of(file)}:{node.lineno} imports by a relative name"
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)


def run(code: str, **environment: str) -> str:
    """Run Python code in a process of its own and return what it printed."""
    return subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=True,
    ).stdout


@pytest.mark.parametrize("file", [f for f in FILES if f.parent != PACKAGE or f.stem != "__init__"],
                         ids=name_of)  # fmt: skip
def test_imports_point_down_the_street(file: Path) -> None:
    room = room_of(file)
    assert room in PLACE, f"{room} has no place on the street: add it to STREET"
    for line, imported in imports(file):
        parts = imported.split(".")
        if parts[0] != "riskkit":
            continue
        assert len(parts) > 1 and parts[1] in PLACE, (
            f"{name_of(file)}:{line} imports {imported}: import from the room that has it"
        )
        assert parts[1] == room or PLACE[parts[1]] < PLACE[room], (
            f"{name_of(file)}:{line} imports {imported}, which is not an earlier room"
        )


def test_numba_lives_in_the_kernels_only() -> None:
    users = {
        name_of(file) for file in FILES for _, name in imports(file) if name.startswith("numba")
    }
    assert {name.split("/")[0] for name in users} <= {"kernels"}


LOADED = "import json, sys; print(json.dumps(sorted(sys.modules)))"
PUBLIC = "import riskkit as rk; [getattr(rk, name) for name in rk.__all__ if name != 'plots']"


@pytest.mark.parametrize(
    ("code", "heavy"),
    [
        ("import riskkit", {"scipy", "matplotlib", "numba", "statsmodels", "narwhals", "joblib"}),
        (PUBLIC, {"scipy.stats", "scipy.optimize", "matplotlib", "numba", "statsmodels"}),
    ],
    ids=["the import", "touching every name but plots"],
)
def test_heavy_modules_are_left_for_later(code: str, heavy: set[str]) -> None:
    with_pandas = set(json.loads(run(f"import pandas; {LOADED}")))
    added = set(json.loads(run(f"{code}; {LOADED}"))) - with_pandas
    assert not added & heavy


def test_every_public_name_resolves() -> None:
    assert rk.__all__
    assert len(rk.__all__) == len(set(rk.__all__))
    for name in rk.__all__:
        assert getattr(rk, name) is not None
    # SPEC 1's own switch: everything that the stub promises, imported at once.
    run("import riskkit", EAGER_IMPORT="1")


@pytest.mark.parametrize("name", [n for n in rk.__all__ if inspect.ismodule(getattr(rk, n))])
def test_rooms_list_what_they_offer(name: str) -> None:
    room = importlib.import_module(f"riskkit.{name}")
    for offered in room.__all__:
        assert getattr(room, offered).__doc__ is not None or not callable(getattr(room, offered))


def test_no_module_bears_the_name_of_a_public_function() -> None:
    functions = {name for name in rk.__all__ if inspect.isfunction(getattr(rk, name))}
    beside = {file.stem for file in PACKAGE.glob("*.py")} | {
        folder.name for folder in PACKAGE.iterdir() if folder.is_dir()
    }
    assert not functions & beside


@pytest.mark.parametrize("file", FILES, ids=name_of)
def test_files_are_short(file: Path) -> None:
    assert len(file.read_text(encoding="utf-8").splitlines()) <= 400


@pytest.mark.parametrize("file", FILES, ids=name_of)
def test_public_signatures_name_their_arguments(file: Path) -> None:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
            assert node.args.kwarg is None, f"{name_of(file)}:{node.lineno} {node.name}"


def test_types_are_shipped() -> None:
    assert (PACKAGE / "py.typed").is_file()
    stub = ast.parse((PACKAGE / "__init__.pyi").read_text(encoding="utf-8"))
    promised = {
        alias.asname or alias.name
        for node in stub.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    assert set(rk.__all__) <= promised | {"__version__"}
