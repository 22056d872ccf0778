"""Downloads, against a server on this machine that plays the services, with their failures."""

import hashlib
import io
import json
import logging
import stat
import threading
import traceback
import zipfile
from collections.abc import Callable, Iterator
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pandas as pd
import pytest

import riskkit as rk
from riskkit.errors import DownloadError, RiskkitWarning
from riskkit.incidents.downloads import acled_events, acled_login, cache, fetching, open_data

PASSWORD, USERNAME = "pass-Zq81-secret", "analyst-Zq81@example.org"
Handler = Callable[["Request"], None]


class Request(BaseHTTPRequestHandler):
    """One request: the service of the test answers it."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        self.server.play(self)

    do_POST = do_GET

    def form(self) -> dict[str, str]:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        return {name: values[0] for name, values in parse_qs(body).items()}

    def query(self) -> dict[str, str]:
        return {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}

    def answer(self, body: bytes, code: int = 200, length: int | None = None, **more: str) -> None:
        self.send_response(code)
        self.send_header("Content-Length", str(len(body) if length is None else length))
        for name, value in more.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)
        if length is not None:
            self.close_connection = True

    def log_message(self, *_: object) -> None:
        pass


class Service:
    """A server whose answers a test sets."""

    def __init__(self, host: str = "127.0.0.1") -> None:
        self.server = ThreadingHTTPServer((host, 0), Request)
        self.server.daemon_threads = True
        self.server.asked = []
        self.url = f"http://{host}:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()

    @property
    def asked(self) -> list[str]:
        return self.server.asked

    def play(self, *handlers: Handler) -> None:
        """Answer with each in turn, then with the last for ever."""
        left = list(handlers)
        self.server.play = lambda request: (left.pop(0) if len(left) > 1 else left[0])(request)


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Service]:
    playing = Service()
    for module, name in ((open_data, "UCDP"), (open_data, "NATURAL_EARTH"),
                         (open_data, "WORLD_BANK"), (acled_login, "SERVICE")):  # fmt: skip
        monkeypatch.setattr(module, name, playing.url)
    monkeypatch.setattr(fetching, "FIRST_WAIT", 0.001)
    monkeypatch.setattr(open_data, "UCDP_SHA256", {})
    monkeypatch.setattr(acled_login, "_of_keyring", lambda name: None)
    monkeypatch.setenv("RISKKIT_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("ACLED_USERNAME", USERNAME)
    monkeypatch.setenv("ACLED_PASSWORD", PASSWORD)
    yield playing
    playing.server.shutdown()
    playing.server.server_close()


def packed(files: dict[str, str]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return target.getvalue()


GED = packed({"GEDEvent_v25_1.csv": "id,year\n1,2024\n"})


def send(body: bytes, code: int = 200, **more: str) -> Handler:
    return lambda request: request.answer(body, code, **more)


def cut(body: bytes) -> Handler:
    return lambda request: request.answer(body[: len(body) // 2], length=len(body))


def test_a_file_is_got_once_and_known_again(service: Service, tmp_path: Path) -> None:
    service.play(send(GED))
    path = rk.incidents.download_ucdp("25.1", quiet=True)
    assert path == tmp_path / "cache" / "ged251-csv.zip"
    assert path.read_bytes() == GED
    assert rk.incidents.download_ucdp("25.1", quiet=True) == path
    assert service.asked == ["/ged/ged251-csv.zip"]
    note = (tmp_path / "cache" / "ged251-csv.zip.sha256").read_text()
    assert note == f"{hashlib.sha256(GED).hexdigest()}  ged251-csv.zip\n"
    path.write_bytes(GED[:-1])
    with pytest.raises(DownloadError, match="has changed since it was downloaded"):
        rk.incidents.download_ucdp("25.1", quiet=True)
    rk.incidents.download_ucdp("25.1", update=True, quiet=True)
    assert path.read_bytes() == GED


@pytest.mark.parametrize(
    "fault",
    [
        send(b"", 429, Retry_After="0"),
        send(b"", 429, Retry_After="Wed, 21 Oct 2015 07:28:00 GMT"),
        send(b"oops", 500),
        send(b"", 503),
        cut(GED),
        lambda request: setattr(request, "close_connection", True),
        send(b"", 429, Retry_After="\xb2"),
    ],
    ids=[
        "429",
        "429 until a date",
        "500",
        "503",
        "cut",
        "no answer",
        "429 for no number",
    ],
)
def test_faults_that_pass_are_waited_for(service: Service, fault: Handler) -> None:
    service.play(fault, fault, send(GED))
    assert rk.incidents.download_ucdp("25.1", quiet=True).read_bytes() == GED
    assert len(service.asked) == 3


def test_a_length_that_is_no_number_is_none(service: Service) -> None:
    service.play(lambda request: request.answer(GED, length="\xb2"))
    assert rk.incidents.download_ucdp("25.1", quiet=True).read_bytes() == GED
    assert len(service.asked) == 1


def test_retry_after_is_kept(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    waits: list[float] = []
    monkeypatch.setattr(fetching.time, "sleep", waits.append)
    service.play(send(b"", 429, Retry_After="7"), send(GED))
    rk.incidents.download_ucdp("25.1", quiet=True)
    assert waits == [7.0]
    service.play(send(b"", 429, Retry_After="86400"))
    with pytest.raises(DownloadError, match="asks to wait 86,400 seconds"):
        rk.incidents.download_ucdp("24.1", quiet=True)
    assert waits == [7.0]


@pytest.mark.parametrize(
    ("fault", "words", "asked"),
    [
        (send(b"", 404), "answered 404", 1),
        (send(b"", 500), "answered 500 .*, 5 times", 5),
        (cut(GED), "5 times", 5),
        (send(b" <!DOCTYPE html><p>Log in"), "a web page", 1),
        (send(b"\xef\xbb\xbf<html>Log in"), "a web page", 1),
        (send(b"<?xml version='1.0'?><html>Log in</html>"), "a web page", 1),
        (send(b'{"error": "busy"}'), "a web page or a message", 1),
        (send(b"Service temporarily unavailable"), "no zip file", 1),
        (send(b""), "an empty file", 1),
        (send(b"", 204), "answered 204 .*; accepted: 200", 1),
        (send(GED, 206), "answered 206 .*; accepted: 200", 1),
        (send(b"PK\x03\x04 broken"), "no zip file, or a damaged one", 1),
    ],
    ids=["404", "500 for ever", "cut for ever", "web page", "marked page", "XML", "JSON", "text",
         "empty", "204", "206", "damaged"],
)  # fmt: skip
def test_faults_that_stay_leave_nothing(
    service: Service, tmp_path: Path, fault: Handler, words: str, asked: int
) -> None:
    service.play(fault)
    with pytest.raises(DownloadError, match=words):
        rk.incidents.download_ucdp("25.1", quiet=True)
    assert len(service.asked) == asked
    assert list((tmp_path / "cache").iterdir()) == []


@pytest.mark.parametrize("page", [b"", b"\xef\xbb\xbf \n<html>", b"{}"])
def test_a_page_is_no_table(service: Service, tmp_path: Path, page: bytes) -> None:
    service.play(send(page))
    with pytest.raises(DownloadError, match="answered with"):
        rk.incidents.download_ucdp("26.0.8", quiet=True)
    assert list((tmp_path / "cache").iterdir()) == []


@pytest.mark.parametrize("written", [b"", b"\xff\xfe\x00", b"no checksum\n"])
def test_a_checksum_that_is_none_is_told_and_mended(
    service: Service, tmp_path: Path, written: bytes
) -> None:
    service.play(send(GED))
    path = rk.incidents.download_ucdp("25.1", quiet=True)
    note = tmp_path / "cache" / "ged251-csv.zip.sha256"
    note.write_bytes(written)
    with pytest.raises(DownloadError, match=r"has changed .* update=True gets it again"):
        rk.incidents.download_ucdp("25.1", quiet=True)
    rk.incidents.download_ucdp("25.1", update=True, quiet=True)
    rk.incidents.download_ucdp("25.1", quiet=True)
    assert hashlib.sha256(path.read_bytes()).hexdigest() in note.read_text()


def test_a_checksum_that_is_gone_is_made_anew(service: Service, tmp_path: Path) -> None:
    service.play(send(GED))
    path = rk.incidents.download_ucdp("25.1", quiet=True)
    note = tmp_path / "cache" / "ged251-csv.zip.sha256"
    written = note.read_text()
    note.unlink()
    assert rk.incidents.download_ucdp("25.1", quiet=True) == path
    assert note.read_text() == written
    assert len(list((tmp_path / "cache").iterdir())) == 2
    path.write_bytes(GED + b"x")
    with pytest.raises(DownloadError, match="has changed since"):
        rk.incidents.download_ucdp("25.1", quiet=True)


def test_no_file_is_there_without_its_checksum(
    service: Service, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    service.play(send(GED))
    there = []
    replace = Path.replace

    def watch(self: Path, target: Path) -> Path:
        there.append(Path(target).name)
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", watch)
    rk.incidents.download_ucdp("25.1", quiet=True)
    assert there[-2:] == ["ged251-csv.zip.sha256", "ged251-csv.zip"]


def test_a_changed_checksum_is_refused(service: Service, tmp_path: Path) -> None:
    service.play(send(GED))
    good = hashlib.sha256(GED).hexdigest()
    with pytest.raises(DownloadError, match="not the file that it should be.*" + good):
        rk.incidents.download_ucdp("25.1", sha256="0" * 64, quiet=True)
    assert list((tmp_path / "cache").iterdir()) == []
    assert rk.incidents.download_ucdp("25.1", sha256=good, quiet=True).is_file()


def test_an_update_that_brings_another_file_says_so(service: Service) -> None:
    service.play(send(GED), send(packed({"other.csv": "id\n"})))
    rk.incidents.download_ucdp("25.1", quiet=True)
    with pytest.warns(RiskkitWarning, match="another file than last time"):
        rk.incidents.download_ucdp("25.1", update=True, quiet=True)


@pytest.mark.parametrize(
    ("version", "path"),
    [
        ("26.1", "/ged/ged261-csv.zip"),
        ("26.0.8", "/candidateged/GEDEvent_v26_0_8.csv"),
        ("26.01.26.06", "/candidateged/GEDEvent_v26_01_26_06.csv"),
    ],
)
def test_releases_lie_where_ucdp_has_them(service: Service, version: str, path: str) -> None:
    service.play(send(GED if path.endswith(".zip") else b"id\n1\n"))
    rk.incidents.download_ucdp(version, quiet=True)
    assert service.asked == [path]


@pytest.mark.parametrize("version", ["../../x", "26", "26.1/../../x", "", "26.1\n"])
def test_no_version_leads_elsewhere(service: Service, version: str) -> None:
    with pytest.raises(ValueError, match="version is"):
        rk.incidents.download_ucdp(version)
    assert service.asked == []


@pytest.mark.parametrize("name", ["../x", "/etc/x", "a/b", ".hidden", "a\\b", "", "x\0", "c:x"])
def test_no_name_leads_out_of_the_cache(tmp_path: Path, name: str) -> None:
    with pytest.raises(DownloadError, match="no name for a file"):
        cache.file_in(tmp_path, name)


def test_a_link_out_of_the_cache_is_refused(tmp_path: Path) -> None:
    (tmp_path / "link.zip").symlink_to(tmp_path.parent / "elsewhere.zip")
    with pytest.raises(DownloadError, match="a link to elsewhere"):
        cache.file_in(tmp_path, "link.zip")


@pytest.mark.parametrize("before", [b"", b"X"])
@pytest.mark.parametrize("name", ["../x.csv", "/x.csv", "a/../../x.csv", "..\\x.csv", "C:\\x.csv"])
def test_an_archive_that_leads_out_is_refused(
    service: Service, tmp_path: Path, name: str, before: bytes
) -> None:
    service.play(send(before + packed({name: "id\n"})))
    with pytest.raises(DownloadError, match="leads out; refused"):
        rk.incidents.download_ucdp("25.1", quiet=True)
    assert list((tmp_path / "cache").iterdir()) == []
    assert not (tmp_path / "x.csv").exists()


def test_links_and_bombs_in_archives_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = zipfile.ZipInfo("x.csv")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(tmp_path / "link.zip", "w") as archive:
        archive.writestr(link, "/etc/hosts")
    with pytest.raises(DownloadError, match="leads out"):
        cache.refuse_unsafe(tmp_path / "link.zip")
    monkeypatch.setattr(cache, "_SMALL", 1000)
    for name, before in (("bomb.zip", b""), ("bomb.zip", b"X"), ("bomb.csv", b"X")):
        (tmp_path / name).write_bytes(before + packed({"x.csv": "0" * 10**6}))
        with pytest.raises(DownloadError, match="zip bomb"):
            cache.refuse_unsafe(tmp_path / name)


def test_a_way_over_an_open_line_is_refused(service: Service, tmp_path: Path) -> None:
    far = Service("127.0.0.2")
    far.play(send(b"", 302, Location=f"{service.url}/back"))
    service.play(send(b"", 302, Location=f"{far.url}/x"), send(GED))
    with pytest.raises(DownloadError, match=r"sent on to 127\.0\.0\.2 without encryption"):
        rk.incidents.download_ucdp("25.1", quiet=True)
    far.server.shutdown()
    far.server.server_close()
    assert list((tmp_path / "cache").iterdir()) == []


def test_more_than_the_most_is_refused(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching, "LARGEST", 50)
    service.play(send(GED))
    with pytest.raises(DownloadError, match="more than 50 bytes"):
        rk.incidents.download_ucdp("25.1", quiet=True)


def test_progress_is_shown_unless_quiet(
    service: Service, capsys: pytest.CaptureFixture[str]
) -> None:
    service.play(send(GED))
    rk.incidents.download_ucdp("25.1", quiet=True)
    assert capsys.readouterr().err == ""
    rk.incidents.download_ucdp("24.1")
    assert "ged241-csv.zip" in capsys.readouterr().err


def test_natural_earth_is_checked_against_its_checksum(service: Service) -> None:
    service.play(send(GED))
    with pytest.raises(DownloadError, match="ce1ac7036499a0ed"):
        rk.incidents.download_natural_earth("countries", quiet=True)
    assert service.asked == ["/5.1.2/10m/cultural/ne_10m_admin_0_countries.zip"]
    with pytest.raises(ValueError, match="admin1 at 10m"):
        rk.incidents.download_natural_earth("admin1", scale="50m")


def test_population_is_an_exposure(service: Service) -> None:
    text = (
        '"Data Source","World Development Indicators",\n\n"Last Updated Date","2026-01-01",\n\n'
        '"Country Name","Country Code","Indicator Name","Indicator Code","2019","2020",\n'
        '"World","WLD","Population, total","SP.POP.TOTL","7","8",\n'
        '"Mali","MLI","Population, total","SP.POP.TOTL","21000000","21700000",\n'
        '"Kosovo","XKX","Population, total","SP.POP.TOTL","1790000","",\n'
    )
    service.play(send(packed({"Metadata.csv": "a\n", "API_SP.POP.TOTL_DS2_en.csv": text})))
    people = rk.incidents.download_population(quiet=True)
    assert list(people.index) == ["MLI", "XKX"]
    assert people.loc["MLI", "2020"].item() == 21_700_000
    assert people.loc["XKX"].isna().tolist() == [False, True]
    years = pd.PeriodIndex(["2019", "2020"], freq="Y")
    counts = rk.Tally.from_panel(attacks=pd.DataFrame([[1, 2]], ["MLI"], years), exposure=people)
    assert counts.exposure.loc["MLI", "2019"].item() == 21_000_000


def encrypted(archive: bytes) -> bytes:
    """Mark the first member as one that needs a password."""
    marked = bytearray(archive)
    marked[6] |= 1
    marked[archive.index(b"PK\x01\x02") + 8] |= 1
    return bytes(marked)


POPULATION = packed(
    {
        "API_SP.POP.TOTL_x.csv": "a\nb\nc\nd\nCountry Name,Country Code,2019,2020\n"
        + "".join(f"Mali,MLI,{people},..\n" for people in range(200))
    }
)


@pytest.mark.parametrize(
    "body",
    [
        packed({"x.csv": "a\n"}),
        packed({"API_SP.POP.TOTL_x.csv": "a\nb\nc\nd\nCountry Code,2019\nMLI,many\n"}),
        packed({"API_SP.POP.TOTL_x.csv": "a\nb\nc\nd\nCountry,2019\nMali,1\n"}),
        encrypted(POPULATION),
        POPULATION[:60] + bytes(40) + POPULATION[100:],
    ],
    ids=["no table", "no number", "no codes", "encrypted", "damaged"],
)
def test_what_is_no_population_is_not_kept(service: Service, tmp_path: Path, body: bytes) -> None:
    service.play(send(body), send(POPULATION), send(body))
    with pytest.raises(DownloadError, match=r"no table of SP\.POP\.TOTL"):
        rk.incidents.download_population(quiet=True)
    assert list((tmp_path / "cache").iterdir()) == []
    people = rk.incidents.download_population(quiet=True)
    assert people["2020"].isna().all(), "two points are unknown to the World Bank"
    with pytest.raises(DownloadError, match=r"no table of SP\.POP\.TOTL"):
        rk.incidents.download_population(update=True, quiet=True)
    assert rk.incidents.download_population(quiet=True).equals(people)


class Acled:
    """ACLED's service: tokens that expire, pages, and what a test sets to go wrong."""

    def __init__(self, rows: dict[str, list[dict[str, str]]]) -> None:
        self.rows = rows
        self.tokens: list[str] = []
        self.grants: list[str] = []
        self.expired: set[str] = set()
        self.token_ends = ""
        self.faults: dict[int, Handler] = {}
        self.refresh_works = True
        self.served = 0

    def __call__(self, request: Request) -> None:
        if request.path == "/oauth/token":
            self.login(request)
            return
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if token not in self.tokens or token in self.expired:
            request.answer(b'{"message": "expired"}', 401)
            return
        self.served += 1
        fault = self.faults.pop(self.served, None)
        if fault is not None:
            fault(request)
            return
        query = request.query()
        assert (query["_format"], query["event_date_where"]) == ("json", "BETWEEN")
        page, limit = int(query["page"]), int(query["limit"])
        rows = self.rows.get(query.get("country", ""), [])[(page - 1) * limit : page * limit]
        request.answer(json.dumps({"status": 200, "success": True, "data": rows}).encode())

    def login(self, request: Request) -> None:
        form = request.form()
        self.grants.append(form["grant_type"])
        if form["grant_type"] == "password":
            good = (form["username"], form["password"]) == (USERNAME, PASSWORD)
        else:
            good = self.refresh_works and form["refresh_token"] == "refresh-Zq81"
        if not good:
            request.answer(b'{"error": "invalid_grant"}', 400)
            return
        self.tokens.append(f"token-Zq81-{len(self.tokens)}")
        held = {"access_token": self.tokens[-1] + self.token_ends, "refresh_token": "refresh-Zq81",
                "expires_in": 86400}  # fmt: skip
        request.answer(json.dumps(held).encode())


def events(country: str, count: int) -> list[dict[str, str]]:
    return [
        {"event_id_cnty": f"{country[:3].upper()}{i}", "event_date": "2020-01-05", "year": "2020",
         "notes": "two\nlines, \"quoted\"", "country": country, "fatalities": str(i % 3)}
        for i in range(count)
    ]  # fmt: skip


@pytest.fixture
def acled(service: Service, monkeypatch: pytest.MonkeyPatch) -> Acled:
    monkeypatch.setattr(acled_events, "PAGE", 10)
    playing = Acled({"Mali": events("Mali", 25), "Niger": events("Niger", 10)})
    service.play(playing)
    return playing


def get_acled(**more: object) -> pd.DataFrame:
    arguments = {"countries": ["Mali", "Niger"], "start": "2020-01-01", "end": "2020-12-31"}
    path = rk.incidents.download_acled(**(arguments | {"quiet": True} | more))
    return pd.read_csv(path, dtype=str)


def test_all_pages_of_all_countries_come(acled: Acled, tmp_path: Path) -> None:
    table = get_acled()
    assert table.to_dict("records") == acled.rows["Mali"] + acled.rows["Niger"]
    assert acled.grants == ["password"]
    served = acled.served
    assert get_acled().equals(table)
    assert acled.served == served
    files = list((tmp_path / "cache").iterdir())
    assert [file.suffix for file in files] == [".csv"]


def test_a_failure_is_gone_on_from(acled: Acled) -> None:
    for number in range(3, 8):
        acled.faults[number] = send(b"", 500)
    with pytest.raises(DownloadError, match="ACLED Mali: the service answered 500"):
        get_acled()
    acled.served = 100
    assert len(get_acled()) == 35
    # Two pages of Mali were there: one more and the empty one, then two of Niger.
    assert acled.served == 104


def test_a_damaged_page_of_before_is_got_again(acled: Acled, tmp_path: Path) -> None:
    acled.faults[3] = send(b"", 404)
    with pytest.raises(DownloadError, match="404"):
        get_acled()
    sorted(tmp_path.rglob("*.json"))[1].write_text('[{"event_id')
    assert len(get_acled()) == 35


def test_up_to_today_is_the_same_file_tomorrow(
    acled: Acled, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def on(day: date) -> None:
        monkeypatch.setattr(acled_events, "date", type("Day", (date,), {"today": lambda: day}))

    on(date(2026, 11, 26))
    acled.faults[3] = send(b"", 404)
    with pytest.raises(DownloadError, match="404"):
        get_acled(end=None)
    on(date(2026, 11, 27))
    assert len(get_acled(end=None)) == 35
    assert acled.served == 7, "the two pages of the day before were not asked for again"
    on(date(2026, 11, 28))
    assert len(get_acled(end=None)) == 35
    assert acled.served == 7
    acled.faults[8] = send(b"", 404)
    with pytest.raises(DownloadError, match="404"):
        get_acled(end=None, update=True)
    monkeypatch.setattr(acled_events, "_FRESH", -1.0)
    get_acled(end=None, update=True)
    assert acled.served == 14, "pages of more than a day ago are asked for again"
    assert list((tmp_path / "cache").glob("*.parts")) == []
    ends = sorted(file.name[-12:] for file in (tmp_path / "cache").glob("*.csv"))
    assert ends == ["20261127.csv", "20261128.csv"]


@pytest.mark.parametrize(
    "fault",
    [send(b"", 429, Retry_After="0"), send(b"", 502), lambda r: r.answer(b"{", length=99)],
    ids=["429", "502", "cut"],
)
def test_acleds_faults_that_pass(acled: Acled, fault: Handler) -> None:
    acled.faults[2] = fault
    assert len(get_acled()) == 35


@pytest.mark.parametrize("refresh_works", [True, False])
def test_an_expired_token_is_renewed(acled: Acled, refresh_works: bool) -> None:
    acled.refresh_works = refresh_works

    def expire(request: Request) -> None:
        acled.expired.update(acled.tokens)
        request.answer(b"", 401)

    acled.faults[2] = expire
    assert len(get_acled()) == 35
    renewed = ["refresh_token"] if refresh_works else ["refresh_token", "password"]
    assert acled.grants == ["password", *renewed]


def test_events_that_came_twice_are_told(acled: Acled) -> None:
    acled.rows["Mali"].insert(10, acled.rows["Mali"][9])
    with pytest.warns(RiskkitWarning, match="1 events came twice"):
        assert len(get_acled()) == 35


@pytest.mark.parametrize(
    "answer",
    [
        {"status": 500, "success": False, "error": [{"message": "rate limited"}], "data": []},
        {"success": False, "data": []},
        {"status": 200, "success": True, "count": 10, "data": events("Mali", 4)},
    ],
    ids=["failed", "no success", "too few"],
)
def test_a_failure_in_a_good_answer_is_no_last_page(
    acled: Acled, tmp_path: Path, answer: dict[str, object]
) -> None:
    fault = send(json.dumps(answer).encode())
    acled.faults[2] = fault
    assert len(get_acled()) == 35
    acled.faults = dict.fromkeys(range(acled.served + 2, acled.served + 7), fault)
    with pytest.raises(DownloadError, match=r"ACLED Mali: the service (answered|gave) .*, 5 times"):
        get_acled(update=True, end="2020-12-30")
    assert len(list((tmp_path / "cache").glob("*.csv"))) == 1


def test_events_that_acled_counts_and_does_not_give_are_told(acled: Acled) -> None:
    acled.faults[2] = send(json.dumps({"success": True, "total_count": 25, "data": []}).encode())
    with pytest.warns(RiskkitWarning, match="ACLED Mali: ACLED counts 25 events and gave 10"):
        assert len(get_acled()) == 20


@pytest.mark.parametrize("name", [None, ""])
def test_events_without_an_id_are_all_kept(acled: Acled, name: str | None) -> None:
    for row in acled.rows["Mali"]:
        row["event_id_cnty"] = name
    assert len(get_acled()) == 35


def test_a_country_without_events_is_told(acled: Acled) -> None:
    with pytest.warns(RiskkitWarning, match="ACLED Malli: no events in 2020-01-01 to 2020-12-31"):
        assert len(get_acled(countries=["Malli", "Niger"])) == 10
    with (
        pytest.warns(RiskkitWarning, match="Malli"),
        pytest.raises(DownloadError, match="no events of these countries"),
    ):
        get_acled(countries="Malli")


def test_a_service_that_ignores_pages_is_noticed(acled: Acled, service: Service) -> None:
    same = json.dumps({"data": events("Mali", 10)}).encode()
    service.play(lambda r: acled.login(r) if "oauth" in r.path else r.answer(same))
    with pytest.raises(DownloadError, match="page 2 is the one before again"):
        get_acled()


@pytest.mark.parametrize(("name", "value"), [("start", "2020-13-01"), ("end", "../../x")])
def test_days_are_days(acled: Acled, name: str, value: str) -> None:
    with pytest.raises(ValueError, match=f"{name} is '{value}'"):
        get_acled(**{name: value})
    with pytest.raises(ValueError, match="is before start"):
        get_acled(end="2019-01-01")


def test_without_a_login_it_says_how(acled: Acled, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ACLED_PASSWORD")
    with pytest.raises(DownloadError, match="ACLED_USERNAME and ACLED_PASSWORD"):
        get_acled()


def test_a_keyrings_login_is_used(acled: Acled, monkeypatch: pytest.MonkeyPatch) -> None:
    keyring = pytest.importorskip("keyring")
    monkeypatch.undo()
    entry = keyring.credentials.SimpleCredential(USERNAME, PASSWORD)
    monkeypatch.setattr(keyring, "get_credential", lambda place, name: entry)
    monkeypatch.delenv("ACLED_PASSWORD", raising=False)
    assert repr(acled_login.find_login()) == "AcledLogin(hidden)"


def shown(error: BaseException) -> str:
    """All that a log, a notebook or a debugger prints of an error, locals of its frames too."""
    trace = error.__traceback__
    while trace is not None and trace.tb_frame.f_code.co_filename == __file__:
        trace = trace.tb_next  # this file's own locals hold the login
    told = traceback.TracebackException(type(error), error, trace, capture_locals=True)
    assert "patiently" in "".join(told.format()) or "_renew" in "".join(told.format())
    chain = [error]
    while chain[-1].__cause__ or chain[-1].__context__:
        chain.append(chain[-1].__cause__ or chain[-1].__context__)
    return "".join(told.format()) + repr([(e, e.args, vars(e)) for e in chain])


@pytest.mark.parametrize(
    "fault",
    ["password", "password not in UTF-8", "token with a line end", "token not in ASCII", "429",
     "500", "403 that tells", "403 in its own words", "redirect", "cut"],
)  # fmt: skip
def test_the_login_is_never_shown(
    acled: Acled,
    service: Service,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    fault: str,
) -> None:
    caplog.set_level(logging.DEBUG)
    if fault == "password":
        monkeypatch.setenv("ACLED_PASSWORD", PASSWORD + "-wrong")
    if fault == "password not in UTF-8":
        monkeypatch.setenv("ACLED_PASSWORD", PASSWORD + "\udce9")
    acled.token_ends = {"token with a line end": "\n", "token not in ASCII": "\u20ac"}.get(
        fault, ""
    )
    told = f"{PASSWORD} {USERNAME} token-Zq81-0".encode()

    def own_words(request: Request) -> None:
        request.send_response(403, told.decode())
        request.send_header("Content-Length", "0")
        request.end_headers()

    handler = {
        "429": send(told, 429, Retry_After="0"),
        "500": send(told, 500),
        "403 that tells": send(told, 403),
        "403 in its own words": own_words,
        "redirect": send(b"", 302, Location=service.url + "/elsewhere"),
        "cut": lambda request: setattr(request, "close_connection", True),
    }.get(fault)
    if handler:
        acled.faults = dict.fromkeys(range(1, 9), handler)
    with pytest.raises(DownloadError) as caught:
        get_acled(quiet=False)
    output = capsys.readouterr()
    kept = "".join(file.read_text() for file in (tmp_path / "cache").rglob("*") if file.is_file())
    everything = shown(caught.value) + caplog.text + output.out + output.err + kept
    everything += "".join(service.asked)
    assert "Zq81" not in everything
    assert not any("elsewhere" in path for path in service.asked)


def test_the_login_itself_hides() -> None:
    login = acled_login.AcledLogin(USERNAME, PASSWORD)
    assert "Zq81" not in repr(login) + str(login) + format(login)
    with pytest.raises(TypeError, match="not written anywhere"):
        import pickle

        pickle.dumps(login)
