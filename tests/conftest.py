"""Data that stays out of the repository, found through two environment variables.

Unset: the tests that need it are skipped and counted. Set: whatever is missing is a failure.
"""

import os
from collections.abc import Generator
from pathlib import Path

import pytest

FOLDERS = {"reference": "RISKKIT_REFERENCE_DATA", "data": "RISKKIT_DATA"}


def folder_named_by(variable: str) -> Path:
    """Return the folder that an environment variable names, or skip the test."""
    value = os.environ.get(variable)
    if not value:
        pytest.skip(f"{variable} is not set")
    folder = Path(value)
    if not folder.is_dir():
        pytest.fail(f"{variable} names {value}, which is no folder")
    return folder


@pytest.fixture(scope="session")
def reference_data() -> Path:
    """Folder of the published data that results are reproduced on."""
    return folder_named_by("RISKKIT_REFERENCE_DATA")


@pytest.fixture(scope="session")
def real_data() -> Path:
    """Folder of real incident files: rand/, ucdp/, views/ and others."""
    return folder_named_by("RISKKIT_DATA")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Fail a skip of a test whose data are said to be there."""
    report = yield
    for marker, variable in FOLDERS.items():
        if report.skipped and os.environ.get(variable) and item.get_closest_marker(marker):
            report.outcome = "failed"
            report.longrepr = f"{variable} is set, so this may not be skipped: {report.longrepr}"
    return report
