"""The folder of downloaded files: checksums, safe archives, and no way out of it."""

import contextlib
import hashlib
import logging
import os
import re
import stat
import tempfile
import warnings
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath

from riskkit.errors import DownloadError, RiskkitWarning
from riskkit.incidents.downloads.fetching import new_session, save

__all__ = ["cache_folder", "fetch", "file_in", "refuse_unsafe"]

# Tables shrink tenfold or so when packed; what grows far more is made to fill the disk.
_SMALL = 1024**3
_GROWTH = 60


def cache_folder(folder: str | Path | None = None) -> Path:
    """Give the folder that downloads go to, and make it.

    Parameters
    ----------
    folder : str or path-like, optional
        By default the environment variable ``RISKKIT_CACHE``, else the system's place for such
        files.

    Returns
    -------
    pathlib.Path
    """
    import pooch

    chosen = folder or os.environ.get("RISKKIT_CACHE") or pooch.os_cache("riskkit")
    path = Path(chosen).expanduser().resolve()
    path.mkdir(parents=True, exist_ok=True)
    return path


def file_in(folder: Path, name: str) -> Path:
    """Give the place of a file in the cache folder; a name that leads elsewhere is refused.

    Parameters
    ----------
    folder : pathlib.Path
        The cache folder.
    name : str
        Letters, digits, points, hyphens and underscores; the first no point.

    Raises
    ------
    DownloadError
        If the name has anything else in it, or the place is a link to another.
    """
    if not re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,199}", name):
        raise DownloadError(
            f"{name!r} is no name for a file in the cache; accepted: letters, digits, . - and _"
        )
    path = folder / name
    if path.is_symlink() or path.resolve().parent != folder.resolve():
        raise DownloadError(f"{name} in {folder} is a link to elsewhere; remove it")
    return path


def fetch(
    url: str,
    name: str,
    *,
    sha256: str | None,
    folder: Path,
    update: bool,
    quiet: bool,
    check: Callable[[Path], object] | None = None,
) -> Path:
    """Get a file once, and know it again.

    Its SHA-256 is compared with the one given or, where none is published, with the one of the
    first download, which is kept beside it in ``<name>.sha256``, and made anew where it is gone.

    Parameters
    ----------
    url : str
        Where it lies.
    name : str
        What to call it in the folder.
    sha256 : str or None
        What its checksum must be, where known.
    folder : pathlib.Path
        The cache folder.
    update : bool
        True gets it again though it is there.
    quiet : bool
        True shows no progress.
    check : callable, optional
        Raises a DownloadError if a file that came isn't what it should be: it isn't kept then.

    Returns
    -------
    pathlib.Path

    Raises
    ------
    DownloadError
        If it can't be had, has another checksum, or is an archive that isn't safe to open.

    Warns
    -----
    RiskkitWarning
        If an update brought another file than last time.
    """
    path, note = file_in(folder, name), file_in(folder, f"{name}.sha256")
    noted = _noted(note)
    if path.is_file() and not update:
        found = _know_again(path, noted if sha256 is None else sha256)
        if noted is None:
            # A folder that can't be written to is left as it is.
            with contextlib.suppress(OSError):
                _note(note, found)
        return path
    with tempfile.TemporaryDirectory(dir=folder, prefix="getting-") as place:
        fresh = _retrieve(url, name, sha256, place, quiet)
        refuse_unsafe(fresh)
        if check is not None:
            check(fresh)
        found = _sha256(fresh)
        if noted and noted != found:
            warnings.warn(
                f"{name} is another file than last time: its SHA-256 is {found}, it was {noted}",
                RiskkitWarning,
                stacklevel=3,
            )
        # The checksum first, and whole: no file is ever there without the one that it came with.
        _note(note, found)
        fresh.replace(path)
    return path


def refuse_unsafe(path: Path) -> None:
    """Refuse an archive that would write elsewhere, or fill the disk, when it is unpacked.

    What follows other bytes is an archive too, as for whoever opens it.

    riskkit itself never unpacks one to disk; whoever opens it with another tool is safe too.

    Parameters
    ----------
    path : pathlib.Path
        Any file; only zip archives are looked into, and a file called ``.zip`` must be one.

    Raises
    ------
    DownloadError
        If it is damaged, a member's name leads out of the folder or is a link, the members
        overlap, or they unpack to over a gigabyte and sixty times their size.
    """
    if path.suffix != ".zip" and not zipfile.is_zipfile(path):
        return
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, RuntimeError, OSError, ValueError) as problem:
        raise DownloadError(f"{path.name} is no zip file, or a damaged one: {problem}") from None
    for member in members:
        name = member.filename.replace("\\", "/")
        link = stat.S_ISLNK(member.external_attr >> 16)
        out = PurePosixPath(name).is_absolute() or ".." in PurePosixPath(name).parts
        if link or out or ":" in name:
            raise DownloadError(f"{path.name} holds {member.filename!r}, which leads out; refused")
    packed, size = sum(m.compress_size for m in members), sum(m.file_size for m in members)
    length = path.stat().st_size
    if packed > length or size > max(_SMALL, _GROWTH * length):
        raise DownloadError(
            f"{path.name} unpacks from {length:,} to {size:,} bytes: refused, as a zip bomb is"
        )


def _retrieve(url: str, name: str, sha256: str | None, place: str, quiet: bool) -> Path:
    """Let pooch get the file into an empty folder and compare its checksum."""
    import pooch

    session = new_session()

    def download(address: str, file: str, keeper: object) -> None:
        save(session, address, Path(file), quiet=quiet)

    known = None if sha256 is None else f"sha256:{sha256}"
    try:
        with session, _silent(pooch.get_logger()):
            return Path(
                pooch.retrieve(url, known_hash=known, fname=name, path=place, downloader=download)
            )
    except ValueError as problem:
        reason = f"{name} is not the file that it should be: {problem}"
    except OSError as problem:
        reason = f"{name} can't be written: {problem.strerror or problem}"
    raise DownloadError(reason)


@contextlib.contextmanager
def _silent(logger: logging.Logger) -> Iterator[None]:
    """Keep pooch from telling on stderr what the progress bar shows."""
    level = logger.level
    logger.setLevel(logging.WARNING)
    try:
        yield
    finally:
        logger.setLevel(level)


def _noted(note: Path) -> str | None:
    """Read the checksum beside a file: None where no note is, empty where it holds none."""
    if not note.is_file():
        return None
    found = re.match(rb"[0-9a-fA-F]{64}\b", note.read_bytes())
    return found[0].decode().lower() if found else ""


def _note(note: Path, found: str) -> None:
    """Write a checksum beside its file, in one step."""
    fresh = note.with_suffix(".new")
    fresh.write_text(f"{found}  {note.stem}\n", encoding="ascii")
    fresh.replace(note)


def _know_again(path: Path, expected: str | None) -> str:
    found = _sha256(path)
    if expected is not None and found != expected.lower():
        raise DownloadError(
            f"{path} has changed since it was downloaded: its SHA-256 is {found}, it should be "
            f"{expected or 'noted beside it'}; update=True gets it again"
        )
    return found


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
