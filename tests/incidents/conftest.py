"""The made-up files of `layouts.py`, for every test of this folder."""

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest


@pytest.fixture(scope="session")
def layouts() -> ModuleType:
    """Headers and rows in the layouts of the sources, and ``text`` to write them."""
    path = Path(__file__).with_name("layouts.py")
    spec = importlib.util.spec_from_file_location("layouts", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
