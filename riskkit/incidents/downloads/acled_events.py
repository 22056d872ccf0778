"""Get ACLED's events through its API: by the user's own login, page by page, resumable."""

import csv
import hashlib
import json
import shutil
import time
import warnings
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from riskkit.errors import DownloadError, RiskkitWarning
from riskkit.incidents.downloads import acled_login
from riskkit.incidents.downloads.acled_login import AcledLogin, find_login
from riskkit.incidents.downloads.cache import cache_folder, file_in
from riskkit.incidents.downloads.fetching import Passing, check_answer, new_session, patiently

__all__ = ["download_acled"]

PAGE = 5000
_FRESH = 24 * 3600.0
_EVERYWHERE = ""


def download_acled(
    countries: str | Sequence[str] | None = None,
    *,
    start: str = "1997-01-01",
    end: str | None = None,
    folder: str | Path | None = None,
    update: bool = False,
    quiet: bool = False,
) -> Path:
    """Get ACLED's events of some countries and days, with your own login.

    The login is found in the environment (``ACLED_USERNAME``, ``ACLED_PASSWORD``) or in the
    keyring under ``acleddata.com``. It is not an argument, so that no notebook holds it. Pages
    that came before a failure are kept for a day: the same call goes on from there. ACLED's terms
    apply to what you get; they don't allow passing it on.

    Parameters
    ----------
    countries : str or sequence of str, optional
        Names as ACLED writes them (``"Mali"``); all by default.
    start, end : str
        First and last day, ISO dates, both included; ``end`` is by default the day of the download.
    folder : str or path-like, optional
        Where to keep it; by default the environment variable ``RISKKIT_CACHE``, else the
        system's cache folder.
    update : bool
        ACLED changes its past each week. False gives the file of last time; True gets today's
        and leaves the older beside it, for `compare_versions`.
    quiet : bool
        True shows no progress.

    Returns
    -------
    pathlib.Path
        A CSV for `read_incidents`; the day it was got ends its name.

    Raises
    ------
    DownloadError
        If there is no login, it is refused, or the service doesn't answer.
    ValueError
        If a date is none, or the end is before the start.

    Warns
    -----
    RiskkitWarning
        If a country has no events, ACLED changed while pages came, or it gave fewer than it counts.

    Examples
    --------
    >>> path = rk.incidents.download_acled("Mali", start="2020-01-01")  # doctest: +SKIP
    >>> attacks = rk.read_incidents(path)  # doctest: +SKIP
    """
    today = date.today()
    first, last = _day(start, "start"), today if end is None else _day(end, "end")
    if last < first:
        raise ValueError(f"end {last} is before start {first}")
    names = [countries] if isinstance(countries, str) else list(countries or [_EVERYWHERE])
    place = cache_folder(folder)
    key = hashlib.sha256(json.dumps([acled_login.SERVICE, names]).encode()).hexdigest()[:12]
    stem = f"acled_{first}_{'today' if end is None else last}_{key}"
    there = sorted(place.glob(f"{stem}_????????.csv"))
    if there and not update:
        return there[-1]
    path = file_in(place, f"{stem}_{today:%Y%m%d}.csv")
    parts, begun = _begun(place, stem, today)
    login, days = find_login(), f"{first}|{begun if end is None else last}"
    with new_session() as session:
        for number, country in enumerate(names):
            _get_pages(session, login, country, days, parts, number, quiet)
    _join(parts, path)
    shutil.rmtree(parts)
    return path


def _begun(place: Path, stem: str, today: date) -> tuple[Path, date]:
    """Give the folder of the pages that came before a failure, or a new one, and its day."""
    fresh = [today]
    for parts in place.glob(f"{stem}_????????.parts"):
        if time.time() - parts.stat().st_ctime > _FRESH:
            shutil.rmtree(parts)
        else:
            fresh.append(date.fromisoformat(parts.stem[-8:]))
    begun = min(fresh)
    parts = file_in(place, f"{stem}_{begun:%Y%m%d}.parts")
    parts.mkdir(exist_ok=True)
    return parts, begun


def _get_pages(
    session: Any, login: AcledLogin, country: str, days: str, parts: Path, number: int, quiet: bool
) -> None:
    """Get the pages that aren't there yet, until an empty one."""
    from tqdm.auto import tqdm

    what = f"ACLED {country}".strip()
    page, previous, got = 1, None, 0
    with tqdm(desc=what, unit=" events", disable=quiet, leave=False) as bar:
        while True:
            part = file_in(parts, f"{number:04d}-{page:06d}.json")
            rows = _kept(part)
            if rows is None:
                query = {"_format": "json", "event_date": days, "event_date_where": "BETWEEN",
                         "limit": str(PAGE), "page": str(page)}  # fmt: skip
                if country:
                    query["country"] = country
                rows, total = _page(session, login, query, what)
                if rows and rows == previous:
                    raise DownloadError(f"{what}: page {page} is the one before again")
                if not rows and total > got:
                    warnings.warn(
                        f"{what}: ACLED counts {total:,} events and gave {got:,}; "
                        "update=True gets all of it again",
                        RiskkitWarning,
                        stacklevel=3,
                    )
                fresh = part.with_suffix(".new")
                fresh.write_text(json.dumps(rows), encoding="utf-8")
                fresh.replace(part)
            if not rows:
                break
            bar.update(len(rows))
            page, previous, got = page + 1, rows, got + len(rows)
    if page == 1:
        warnings.warn(
            f"{what}: no events in {days.replace('|', ' to ')}; is the name as ACLED writes it?",
            RiskkitWarning,
            stacklevel=3,
        )


def _kept(part: Path) -> list[dict[str, Any]] | None:
    """Read a page that came before a failure; one that is damaged is got again."""
    try:
        rows: list[dict[str, Any]] = json.loads(part.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return None
    return rows


def _page(
    session: Any, login: AcledLogin, query: dict[str, str], what: str
) -> tuple[list[dict[str, Any]], int]:
    """Get the events of a page, and how many ACLED counts on all pages (0 if it doesn't say)."""
    url = f"{acled_login.SERVICE}/api/acled/read"

    def attempt() -> tuple[Any, int]:
        answer = login.get(session, url, query)
        check_answer(answer, what)
        try:
            held = answer.json()
        except ValueError:
            held = None
        if not isinstance(held, dict):
            return None, 0
        # A failure may come as a good answer without events, which would look like the end.
        if str(held.get("status", 200)) != "200" or held.get("success", True) not in (True, "true"):
            raise Passing("the service answered 200, and in it that it failed")
        rows, count, total = held.get("data"), held.get("count"), held.get("total_count")
        # More than a page holds is a count of all pages.
        one_page = isinstance(count, int) and count <= PAGE
        if isinstance(rows, list) and one_page and len(rows) != count:
            raise Passing(f"the service gave {len(rows):,} events and counted {count:,}")
        return rows, total if isinstance(total, int) else 0

    rows, total = patiently(attempt, what)
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise DownloadError(f"{what}: the answer holds no list of events under 'data'")
    return rows, total


def _join(parts: Path, path: Path) -> None:
    """Write all pages as one table; an event that came twice is written once."""
    columns: dict[str, None] = {}
    for row in _rows(parts):
        columns.update(dict.fromkeys(row))
    seen: set[str] = set()
    twice = 0
    fresh = path.with_suffix(".new")
    with fresh.open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, list(columns))
        table.writeheader()
        for row in _rows(parts):
            name = str(row.get("event_id_cnty") or "")
            if name in seen:
                twice += 1
                continue
            if name:  # an event without an id is no other event's copy
                seen.add(name)
            table.writerow(row)
    if not columns:
        fresh.unlink()
        shutil.rmtree(parts)
        raise DownloadError("ACLED has no events of these countries and days")
    fresh.replace(path)
    if twice:
        warnings.warn(
            f"{twice:,} events came twice: ACLED changed while pages came, and others may be "
            "missing; update=True gets all of it again",
            RiskkitWarning,
            stacklevel=3,
        )


def _rows(parts: Path) -> Iterator[dict[str, Any]]:
    for part in sorted(parts.glob("*.json")):
        yield from json.loads(part.read_text(encoding="utf-8"))


def _day(value: str, name: str) -> date:
    try:
        return date.fromisoformat(value)
    except (ValueError, TypeError):
        raise ValueError(f"{name} is {value!r}; accepted: a day such as '2020-01-31'") from None
