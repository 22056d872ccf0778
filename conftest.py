"""What tests and docstring examples share: no screen, no figure left open, steady hypotheses."""

import sys
from collections.abc import Iterator

import matplotlib
import pytest


def pytest_configure() -> None:
    """Draw without a screen; let hypothesis take its time, and try the same cases each run."""
    matplotlib.use("Agg")
    from hypothesis import settings

    settings.register_profile("steady", deadline=None, derandomize=True)
    settings.load_profile("steady")


@pytest.fixture(autouse=True)
def close_figures() -> Iterator[None]:
    """Close what a test has drawn, so that no test sees another's figures."""
    yield
    if "matplotlib.pyplot" in sys.modules:
        sys.modules["matplotlib.pyplot"].close("all")
