"""Ask a service patiently: wait when it asks to, try again when it fails, give up with a reason."""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import urlsplit

from riskkit.errors import DownloadError

if TYPE_CHECKING:
    import requests

__all__ = ["Passing", "check_answer", "new_session", "patiently", "save"]

Answer = TypeVar("Answer")

ATTEMPTS = 5
FIRST_WAIT = 1.0
LONGEST_WAIT = 300.0
LARGEST = 4 * 1024**3
TIMEOUT = (10.0, 60.0)
_PASSING = frozenset({408, 429, 500, 502, 503, 504})
_BLOCK = 1024**2


class Passing(Exception):
    """A fault that may pass.

    Parameters
    ----------
    reason : str
        What happened, without anything secret.
    wait : float, optional
        For how many seconds the service asks to wait.
    """

    def __init__(self, reason: str, wait: float | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.wait = wait


def new_session() -> "requests.Session":
    """Give a session that says who asks."""
    import requests

    session = requests.Session()
    session.headers["User-Agent"] = "riskkit (a Python package)"
    return session


def patiently(attempt: Callable[[], Answer], what: str) -> Answer:
    """Repeat an attempt until it succeeds, a fault stays, or the patience is over.

    Parameters
    ----------
    attempt : callable
        Raises `Passing` or an error of the connection where trying again may help.
    what : str
        What is fetched, for the error.

    Returns
    -------
    Whatever the attempt returns.

    Raises
    ------
    DownloadError
        After five attempts, or if the service asks to wait for more than five minutes.
    """
    import requests

    reason = ""
    for turn in range(ATTEMPTS):
        wait = FIRST_WAIT * 2**turn
        try:
            return attempt()
        except Passing as fault:
            reason, asked = fault.reason, fault.wait
            wait = wait if asked is None else asked
        except (requests.RequestException, ValueError) as fault:
            # Only its kind: the error itself holds the request, and with it what is secret.
            # A ValueError is of what can't be sent or read, such as letters in an address.
            reason = f"the connection failed ({type(fault).__name__})"
        if wait > LONGEST_WAIT:
            break
        if turn < ATTEMPTS - 1:
            time.sleep(wait)
    if wait > LONGEST_WAIT:
        raise DownloadError(
            f"{what}: {reason}; it asks to wait {wait:,.0f} seconds: try again then"
        )
    raise DownloadError(f"{what}: {reason}, {ATTEMPTS} times; try again later")


def check_answer(response: "requests.Response", what: str) -> None:
    """Let a good answer pass.

    Parameters
    ----------
    response : requests.Response
        The answer.
    what : str
        What was asked for, for the error.

    Raises
    ------
    Passing
        If it may be better next time.
    DownloadError
        If it won't.
    """
    code = response.status_code
    # In the words of the standard: those of the answer are the service's own, and may say anything.
    words = {status.value: status.phrase for status in HTTPStatus}.get(code, "no standard answer")
    if code in _PASSING:
        raise Passing(
            f"the service answered {code} ({words})",
            _seconds(response.headers.get("Retry-After")),
        )
    if code != 200:
        raise DownloadError(f"{what}: the service answered {code} ({words}); accepted: 200")


def save(session: "requests.Session", url: str, file: Path, *, quiet: bool) -> None:
    """Save what lies at an address, whole.

    Parameters
    ----------
    session : requests.Session
        To ask with.
    url : str
        Where it lies.
    file : pathlib.Path
        Where to put it.
    quiet : bool
        True shows no progress.

    Raises
    ------
    DownloadError
        If it can't be had, is empty or a web page, is larger than 4 GiB or comes over an open line.
    """
    what = urlsplit(url).path.rsplit("/", 1)[-1]

    def attempt() -> None:
        from tqdm.auto import tqdm

        with session.get(url, stream=True, timeout=TIMEOUT) as response:
            for hop in (*response.history, response):
                _refuse_open_line(hop.url, what)
            check_answer(response, what)
            told = response.headers.get("Content-Length")
            length = int(told) if told and told.isdecimal() else None
            _refuse_size(length or 0, what)
            done = 0
            with (
                file.open("wb") as target,
                tqdm(
                    total=length, unit="B", unit_scale=True, desc=what, disable=quiet, leave=False
                ) as bar,
            ):
                for block in response.iter_content(_BLOCK):
                    done += len(block)
                    _refuse_size(done, what)
                    target.write(block)
                    bar.update(len(block))
            packed = "Content-Encoding" in response.headers
            if length is not None and done < length and not packed:
                raise Passing(f"the connection was cut after {done:,} of {length:,} bytes")
        _refuse_page(file, what)

    patiently(attempt, what)


def _refuse_open_line(url: str, what: str) -> None:
    parts = urlsplit(url)
    if parts.scheme != "https" and parts.hostname not in ("127.0.0.1", "localhost"):
        raise DownloadError(f"{what}: sent on to {parts.hostname} without encryption; refused")


def _refuse_page(file: Path, what: str) -> None:
    """Refuse nothing, HTML, XML and JSON, which services send in place of a table or archive."""
    with file.open("rb") as saved:
        # Without marks of an encoding, and the zeros of two or four bytes a letter.
        start = saved.read(1000).replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    if not start:
        raise DownloadError(f"{what}: the service answered with an empty file")
    if start.startswith((b"<", b"{")):
        raise DownloadError(f"{what}: the service answered with a web page or a message")


def _refuse_size(size: int, what: str) -> None:
    if size > LARGEST:
        raise DownloadError(f"{what}: more than {LARGEST:,} bytes; refused")


def _seconds(asked: str | None) -> float | None:
    """Read a Retry-After header: seconds, or a date."""
    if asked is None:
        return None
    if asked.strip().isdecimal():
        return float(asked)
    try:
        until = parsedate_to_datetime(asked)
    except ValueError:
        return None
    if until.tzinfo is None:
        until = until.replace(tzinfo=UTC)
    return max((until - datetime.now(UTC)).total_seconds(), 0.0)
