"""Files that are made to fill the memory or to write elsewhere: refused, or read in memory only."""

import gzip
import os
import zipfile

import pytest

from riskkit.errors import IncidentDataError
from riskkit.incidents import check_incidents, files, load_dataset


def test_a_field_of_ten_gigabytes_is_refused_unread(tmp_path):
    path = tmp_path / "vast.csv"
    path.write_bytes(b'incident_id,date,country,fatalities\n"')
    os.truncate(path, 10 * 1024**3)
    with pytest.raises(IncidentDataError, match=r"has 10,737,418,240 bytes; accepted: up to"):
        check_incidents(path)


@pytest.mark.parametrize("kind", ["gz", "zip", "xlsx"])
def test_a_bomb_is_refused(tmp_path, monkeypatch, kind):
    monkeypatch.setattr(files, "_SMALL", 2**20)
    zeros = bytes(64 * 2**20)
    path = tmp_path / f"bomb.{kind}"
    if kind == "gz":
        path.write_bytes(gzip.compress(zeros, 1))
    else:
        inside = "xl/worksheets/sheet1.xml" if kind == "xlsx" else "attacks.csv"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(inside, zeros)
    with pytest.raises(IncidentDataError, match=r"unpacks from [\d,]+ to more than .* refused"):
        check_incidents(path)


def test_a_member_that_points_outside_is_read_and_nothing_is_written(layouts, tmp_path):
    folder = tmp_path / "in"
    folder.mkdir()
    path = folder / "gtd.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("../../escape.csv", layouts.text(layouts.GTD, [layouts.BOMB]))
    assert len(check_incidents(path).kept) == 1
    assert [found.name for found in tmp_path.rglob("*")] == ["in", "gtd.zip"]


def test_a_dataset_is_a_name_and_no_path():
    with pytest.raises(ValueError, match=r"\.\./secret"):
        load_dataset("../secret")
