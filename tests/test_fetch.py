"""Fetching from a server that misbehaves on purpose: every fault has one stated outcome, in bounded time."""

import gzip
import json
import socket
import subprocess
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import brotli
import pytest

from scraper import addresses, guard, urls
from scraper.errors import (
    BadAddress,
    BadStatus,
    Blocked,
    FetchError,
    HostNotFound,
    NoConnection,
    NotYet,
    TimedOut,
    TooLarge,
)
from scraper.fetch import Fetcher, Limits
from scraper.model import Access, Job, Login, Page, Problem, Validators
from scraper.policy import Manners
from tests import evil
from tests.evil import Evil, answer, dripped, endless, head, in_turn, only_first, raw, redirect, reset_after

SHORT = Limits(connect_timeout=0.3, timeout=1.0, max_bytes=1_000_000)
HASTY = replace(SHORT, timeout=0.4)
# A second later than the deadline, every thread must be awake again.
SLACK = 1.0
RUDE = Access(ignore_robots=True)
NOW = datetime(2024, 3, 9, 12, tzinfo=UTC)
HTML = b"<title>A page</title><p>Hello"
REAL_LOOKUP = socket.getaddrinfo


class Names:
    """A resolver without a network: addresses stand for themselves, names for what the test says."""

    def __init__(self) -> None:
        self.known: dict[str, list[str]] = {"localhost": ["127.0.0.1"]}
        self.asked: list[str] = []
        self.before: Callable[[], object] = lambda: None

    def __call__(self, host: str, port: int, **options: Any) -> Any:
        self.asked.append(host)
        self.before()
        found = self.known.get(host, [host])
        return [f for name in found for f in REAL_LOOKUP(name, port, **options, flags=socket.AI_NUMERICHOST)]


@pytest.fixture(autouse=True)
def names(monkeypatch: pytest.MonkeyPatch) -> Names:
    names = Names()
    monkeypatch.setattr(socket, "getaddrinfo", names)
    return names


@pytest.fixture
def server() -> Iterator[Evil]:
    with evil.serving() as server:
        yield server


@pytest.fixture
def other() -> Iterator[Evil]:
    with evil.serving() as server:
        yield server


@pytest.fixture
def fetcher() -> Iterator[Fetcher]:
    """One that may ask this machine, and has little patience."""
    with Fetcher(limits=SHORT, allow_private=True) as fetcher:
        yield fetcher


@pytest.fixture
def hasty() -> Iterator[Fetcher]:
    """One for servers that are sure to be too slow."""
    with Fetcher(limits=HASTY, allow_private=True) as fetcher:
        yield fetcher


@pytest.fixture(scope="session")
def pem(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return evil.certificate(tmp_path_factory.mktemp("tls"), "DNS:evil.example", "IP:127.0.0.1")


@pytest.fixture
def secure(pem: Path) -> Iterator[Evil]:
    with evil.serving(pem) as server:
        yield server


@pytest.fixture
def trusting(pem: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("requests.adapters.DEFAULT_CA_BUNDLE_PATH", str(pem))


def strict() -> Fetcher:
    """One that may ask the public only, at once."""
    return Fetcher(limits=SHORT, manners=Manners(delay=0))


def got(fetcher: Fetcher, url: str, access: Access = RUDE) -> Page:
    page = fetcher.get(url, access=access)
    assert page is not None
    return page


def failed(fetcher: Fetcher, url: str, kind: type[FetchError], words: str = "", access: Access = RUDE) -> FetchError:
    """The error of this very kind that the address ends in, before the deadline and a little."""
    begun = time.monotonic()
    with pytest.raises(FetchError, match=words or None) as caught:
        fetcher.get(url, access=access)
    assert time.monotonic() - begun < SHORT.timeout + SLACK
    assert type(caught.value) is kind
    return caught.value


# Faults of the network


def test_1_connection_refused(fetcher: Fetcher) -> None:
    with evil.refusing() as origin:
        failed(fetcher, origin + "/", NoConnection, "nobody answers at that host and port")


def test_1_connection_refused_is_no_matter_of_robots(fetcher: Fetcher) -> None:
    with evil.refusing() as origin:
        error = failed(fetcher, origin + "/a", NoConnection, "nobody answers", Access())
        assert error.about == origin + "/a"
        assert not error.permanent


def test_2_connection_hangs(fetcher: Fetcher) -> None:
    with evil.never_accepting() as origin:
        begun = time.monotonic()
        failed(fetcher, origin + "/", TimedOut)
        assert time.monotonic() - begun >= SHORT.connect_timeout


def test_3_name_unknown(fetcher: Fetcher, names: Names) -> None:
    failed(fetcher, "http://nowhere.example/", HostNotFound, "no host of that name")
    assert names.asked == ["nowhere.example"]


@pytest.mark.parametrize("host", ["a\0b.example", "x" * 64 + ".example", "a..example", "a b.example", "-", "*.example"])
def test_3_name_impossible(fetcher: Fetcher, host: str) -> None:
    with pytest.raises((BadAddress, HostNotFound)):
        fetcher.get(f"http://{host}/", access=RUDE)


def test_4_name_resolved_too_slowly(hasty: Fetcher, names: Names) -> None:
    over = threading.Event()
    names.before = lambda: over.wait(60)
    failed(hasty, "http://slow.example/", TimedOut)
    over.set()


def test_4_name_resolved_slowly_counts_in_the_whole(names: Names, server: Evil) -> None:
    names.known["slow.example"] = ["127.0.0.1"]
    names.before = lambda: time.sleep(0.6)
    server.url("/", dripped(head(), b"x", 0.05))
    with Fetcher(limits=Limits(connect_timeout=5, timeout=1), allow_private=True) as fetcher:
        begun = time.monotonic()
        failed(fetcher, server.at("slow.example") + "/", TimedOut)
        assert time.monotonic() - begun < 1.5


def test_5_reset_in_the_body(fetcher: Fetcher, server: Evil) -> None:
    url = server.url("/", reset_after(head(headers={"Content-Length": "100"}) + b"x" * 50))
    failed(fetcher, url, NoConnection)
    assert len(server.asked("/")) == 1


def test_5_reset_in_the_headers_is_no_page(fetcher: Fetcher, server: Evil) -> None:
    failed(fetcher, server.url("/", reset_after(b"HTTP/1.1 200 OK\r\nContent-Ty")), NoConnection)


@pytest.mark.parametrize("end", [reset_after(), raw(b"")])
def test_5_closed_before_the_answer_is_asked_again_once(fetcher: Fetcher, server: Evil, end: evil.Handler) -> None:
    failed(fetcher, server.url("/", end), NoConnection)
    assert len(server.asked("/")) == 2


def test_5_a_kept_connection_that_was_closed_costs_nothing(fetcher: Fetcher, server: Evil) -> None:
    url = server.url("/", only_first(answer(HTML)))
    assert [got(fetcher, url).content for _ in range(3)] == [HTML] * 3
    assert [(r.connection, r.turn) for r in server.requests] == [(0, 0), (0, 1), (1, 0), (1, 1), (2, 0)]


@pytest.mark.parametrize(
    "handler",
    [
        dripped(head(), b"x"),
        dripped(head(headers={"Content-Length": "1000"}), b"x"),
        dripped(head(headers={"Transfer-Encoding": "chunked"}), b"1\r\nx\r\n", 0.05),
        dripped(head(headers={"Transfer-Encoding": "chunked"}), b"0"),
        dripped(head(headers={"Transfer-Encoding": "chunked"}) + b"0\r\n", b"X-Trailer: y\r\n", 0.01),
        dripped(head(headers={"Content-Encoding": "gzip"}) + gzip.compress(b"")[:10], b"\0"),
        dripped(b"", b"HTTP/1.1 200 OK\r\nX-Word: abc"),
        dripped(b"HTTP/1.1 200 OK\r\nX-Word: ", b"a"),
        dripped(b"", b"HTTP/1.1 100 Continue\r\n\r\n", 0.01),
        endless(b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
        dripped(b"", b" "),
    ],
)
def test_6_and_7_dripped_body_and_headers(hasty: Fetcher, server: Evil, handler: evil.Handler) -> None:
    begun = time.monotonic()
    failed(hasty, server.url("/", handler), TimedOut, "longer than 0.4 s")
    assert HASTY.timeout <= time.monotonic() - begun < HASTY.timeout + 0.5


def test_6_redirects_share_one_deadline(fetcher: Fetcher, server: Evil) -> None:
    def slowly(talk: evil.Talk, request: evil.Request) -> None:
        talk.over.wait(0.4)
        redirect(f"/{request.connection}-{request.turn}")(talk, request)

    for number in range(6):
        for turn in range(6):
            server.url(f"/{number}-{turn}", slowly)
    begun = time.monotonic()
    failed(fetcher, server.url("/", slowly), TimedOut)
    assert time.monotonic() - begun < SHORT.timeout + 0.5


def test_7_dripped_tls_handshake(fetcher: Fetcher, server: Evil) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        begun = time.monotonic()
        failed(fetcher, f"https://127.0.0.1:{listener.getsockname()[1]}/", TimedOut)
        assert time.monotonic() - begun < SHORT.timeout + 0.3


def test_7_a_whole_page_after_a_late_one(fetcher: Fetcher, server: Evil) -> None:
    server.url("/slow", dripped(head(), b"x"))
    url = server.url("/", answer(HTML))
    failed(fetcher, server.url("/slow"), TimedOut)
    assert got(fetcher, url).content == HTML


@pytest.mark.parametrize(
    "headers", [{}, {"Transfer-Encoding": "chunked"}, {"Content-Length": str(10**15)}], ids=["", "chunked", "length"]
)
def test_8_infinite_body(fetcher: Fetcher, server: Evil, headers: dict[str, str]) -> None:
    chunk = b"10000\r\n" + b"x" * 0x10000 + b"\r\n" if "Transfer-Encoding" in headers else b"x" * 0x10000
    failed(fetcher, server.url("/", endless(head(headers=headers), chunk)), TooLarge, "larger than 1,000,000 bytes")


@pytest.mark.parametrize("begin", [b"", b"1;", b"0\r\n"], ids=["size", "extension", "trailer"])
def test_8_infinite_line_in_the_body(fetcher: Fetcher, server: Evil, begin: bytes) -> None:
    head_ = head(headers={"Transfer-Encoding": "chunked"})
    failed(fetcher, server.url("/", endless(head_ + begin, b"a" * 0x10000)), NoConnection)


def test_8_as_much_as_is_allowed(fetcher: Fetcher, server: Evil) -> None:
    most = SHORT.max_bytes
    assert len(got(fetcher, server.url("/most", answer(b"x" * most))).content) == most
    failed(fetcher, server.url("/more", answer(b"x" * (most + 1))), TooLarge)


def test_9_certificate_that_nobody_vouches_for(fetcher: Fetcher, secure: Evil) -> None:
    failed(fetcher, secure.url("/", answer(HTML)), NoConnection, "its certificate is not valid")
    assert not secure.requests


def test_9_no_encryption_where_it_is_asked_for(fetcher: Fetcher, server: Evil) -> None:
    url = server.url("/", answer(HTML)).replace("http://", "https://")
    error = failed(fetcher, url, NoConnection, "no encrypted connection came about")
    assert "http://" in error.advice


@pytest.mark.usefixtures("trusting")
def test_9_certificate_for_another_name(fetcher: Fetcher, secure: Evil) -> None:
    assert got(fetcher, secure.url("/", answer(HTML))).content == HTML
    failed(fetcher, secure.at("localhost") + "/", NoConnection, "its certificate is not valid")


@pytest.mark.usefixtures("trusting")
def test_9_certificate_is_that_of_the_name_and_not_of_the_address(fetcher: Fetcher, secure: Evil, names: Names) -> None:
    names.known["evil.example"] = ["127.0.0.1"]
    secure.url("/", answer(HTML))
    assert got(fetcher, secure.at("evil.example") + "/").content == HTML


def test_9_no_tls_at_all(fetcher: Fetcher, server: Evil) -> None:
    failed(fetcher, server.origin.replace("http:", "https:") + "/", NoConnection)


def test_10_network_down_for_all(fetcher: Fetcher, names: Names) -> None:
    def down() -> None:
        raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")

    names.before = down
    for number in range(3):
        assert not failed(fetcher, f"http://club{number}.example/", HostNotFound).permanent


# Faults of HTTP


def test_11_not_modified(fetcher: Fetcher, server: Evil) -> None:
    url = server.url("/", answer(b"", 304))
    assert fetcher.get(url, Validators('"a"'), RUDE) is None
    assert fetcher.get(url, Validators('"a"'), RUDE) is None
    assert [r.connection for r in server.requests] == [0, 0]


def test_11_not_modified_with_a_body_announced(fetcher: Fetcher, server: Evil) -> None:
    begun = time.monotonic()
    for said in ({"Transfer-Encoding": "chunked"}, {"Content-Length": "5"}):
        url = server.url("/", raw(head(304, said), close=False))
        assert fetcher.get(url, Validators('"a"'), RUDE) is None
    assert time.monotonic() - begun < SHORT.timeout


def test_11_not_modified_though_nobody_asked(fetcher: Fetcher, server: Evil) -> None:
    failed(fetcher, server.url("/", answer(b"", 304)), BadStatus)


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize(
    ("retry_after", "wait"),
    [
        ("120", timedelta(seconds=120)),
        (format_datetime(NOW + timedelta(hours=2), usegmt=True), timedelta(hours=2)),
        (format_datetime(NOW - timedelta(hours=2), usegmt=True), timedelta()),
        (str(10 * 365 * 86400), timedelta(days=1)),
        (format_datetime(NOW + timedelta(days=3650), usegmt=True), timedelta(days=1)),
        ("soon", timedelta(minutes=1)),
        ("-5", timedelta(minutes=1)),
        (None, timedelta(minutes=1)),
    ],
)
def test_12_come_back_later(server: Evil, status: int, retry_after: str | None, wait: timedelta) -> None:
    said = {"Retry-After": retry_after} if retry_after else {}
    server.url("/", answer(b"later", status, **said))
    server.url("/b", answer(HTML))
    with Fetcher(limits=SHORT, allow_private=True, now=lambda: NOW) as fetcher:
        error = failed(fetcher, server.url("/"), BadStatus)
        assert isinstance(error, BadStatus)
        assert (error.status, error.until, error.permanent) == (status, NOW + wait, False)
        if wait:
            later = failed(fetcher, server.url("/b"), NotYet)
            assert isinstance(later, NotYet)
            assert later.until == NOW + wait
            assert not server.asked("/b")
        else:
            assert got(fetcher, server.url("/b")).content == HTML


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_13_redirects_are_followed(fetcher: Fetcher, server: Evil, status: int) -> None:
    for number in range(5):
        server.url(f"/{number}", redirect(f"/{number + 1}#part", status))
    url = server.url("/5", answer(HTML))
    page = got(fetcher, server.url("/0"))
    assert (page.url, page.requested, page.content) == (url, server.url("/0"), HTML)
    assert page.moved == (url if status in (301, 308) else None)


def test_13_a_chain_too_long(fetcher: Fetcher, server: Evil) -> None:
    for number in range(9):
        server.url(f"/{number}", redirect(f"/{number + 1}"))
    failed(fetcher, server.url("/0"), NoConnection, "redirects more than 5 times")
    assert len(server.requests) == 6


@pytest.mark.parametrize("ring", ["/", "/a /", "/a /b /", "/a /b /a", "/#x"])
def test_13_a_loop(fetcher: Fetcher, server: Evil, ring: str) -> None:
    here = "/"
    for there in ring.split():
        server.url(here, redirect(there, 301))
        here = there
    failed(fetcher, server.url("/"), NoConnection, "in a circle")


@pytest.mark.parametrize(
    ("statuses", "moved"),
    [
        ((301,), True),
        ((308, 301), True),
        ((301, 302), False),
        ((302, 301), False),
        ((307,), False),
        ((303, 308), False),
    ],
)
def test_13_moved_for_good_is_said_by_every_redirect(
    fetcher: Fetcher, server: Evil, statuses: tuple[int, ...], moved: bool
) -> None:
    for number, status in enumerate(statuses):
        server.url(f"/{number}", redirect(f"/{number + 1}", status))
    end = server.url(f"/{len(statuses)}", answer(HTML))
    assert got(fetcher, server.url("/0")).moved == (end if moved else None)


def test_13_not_moved(fetcher: Fetcher, server: Evil) -> None:
    assert got(fetcher, server.url("/", answer(HTML))).moved is None


@pytest.mark.parametrize(
    "location",
    [
        "file:///etc/hosts",
        "FILE:/etc/hosts",
        "ftp://club.example/a",
        "gopher://club.example/a",
        "data:text/html,hello",
        "javascript:alert(1)",
        "http://[::1",
        "http://club.example:99999/",
        "http://club.example:port/",
        "",
    ],
)
def test_14_redirects_to_no_web_address(fetcher: Fetcher, server: Evil, location: str) -> None:
    failed(fetcher, server.url("/", redirect(location)), Blocked, "redirects to")


@pytest.mark.parametrize(
    "there",
    "http://10.0.0.1/ http://169.254.169.254/latest/meta-data/ http://127.0.0.2/ http://[::1]/ //192.168.0.1"
    " http://inside.example/ http://2130706434/ http://0/ http://１０.0.0.1/".split(),
)
def test_14_redirects_to_where_we_may_not_go(
    server: Evil, names: Names, monkeypatch: pytest.MonkeyPatch, there: str
) -> None:
    names.known["inside.example"] = ["10.1.2.3"]
    monkeypatch.setattr(addresses, "public", lambda a, known=addresses.public: a == "127.0.0.1" or known(a))
    server.url("/hop", redirect(there))
    with strict() as fetcher:
        access = replace(RUDE, allow_ports=(server.port,))
        error = failed(fetcher, server.url("/", redirect("/hop")), Blocked, "not a public address", access)
    assert "--allow-private" in error.advice


def test_14_the_body_of_a_redirect_is_not_read(fetcher: Fetcher, server: Evil) -> None:
    begin = head(302, {"Location": "/a"})
    url = server.url("/a", answer(HTML))
    assert got(fetcher, server.url("/", endless(begin, b"x" * 0x10000))).url == url
    assert got(fetcher, server.url("/", dripped(begin, b"x"))).url == url


@pytest.mark.parametrize("status", [300, 304, 305, 306, 302, 103])
def test_15_what_is_no_page_is_no_page(fetcher: Fetcher, server: Evil, status: int) -> None:
    """An answer that is neither a success nor leads anywhere: 302 without Location, and the like."""
    failed(fetcher, server.url("/", answer(HTML, status)), BadStatus)


def test_16_empty(fetcher: Fetcher, server: Evil) -> None:
    assert got(fetcher, server.url("/", answer(b""))).content == b""
    assert got(fetcher, server.url("/2", answer(b"", 204))).content == b""


@pytest.mark.parametrize("packed", [False, True])
def test_17_length_too_long(fetcher: Fetcher, server: Evil, packed: bool) -> None:
    body = gzip.compress(HTML) if packed else HTML
    said = {"Content-Length": str(len(body) + 5)} | ({"Content-Encoding": "gzip"} if packed else {})
    failed(fetcher, server.url("/", raw(head(headers=said) + body)), NoConnection, "broke off")


def test_17_length_too_short_leaves_nothing_for_the_next(fetcher: Fetcher, server: Evil) -> None:
    url = server.url("/", raw(head(headers={"Content-Length": "4"}) + b"four" + head() + b"not asked for", close=False))
    assert got(fetcher, url).content == b"four"
    assert got(fetcher, server.url("/b", answer(HTML))).content == HTML


def test_17_length_too_short_for_what_is_packed(fetcher: Fetcher, server: Evil) -> None:
    said = {"Content-Length": "20", "Content-Encoding": "gzip"}
    failed(fetcher, server.url("/", raw(head(headers=said) + gzip.compress(HTML))), NoConnection, "damaged")


def test_17_two_lengths(fetcher: Fetcher, server: Evil) -> None:
    url = server.url("/", raw(head(headers=[("Content-Length", "4"), ("Content-Length", "5")]) + b"fours"))
    assert not failed(fetcher, url, NoConnection, "contradict").permanent


@pytest.mark.parametrize("body", [b"5\r\nhe", b"zz\r\nhello\r\n", b"", b"-1\r\nx", b"5\r\nhello\r\n"])
def test_17_chunks_that_are_none(fetcher: Fetcher, server: Evil, body: bytes) -> None:
    failed(fetcher, server.url("/", raw(head(headers={"Transfer-Encoding": "chunked"}) + body)), NoConnection)


@pytest.mark.parametrize(
    ("status", "permanent", "words"),
    [
        (401, False, "wants a log-in"),
        (403, False, "refuses us"),
        (404, False, "is not there"),
        (410, True, "gone"),
        (418, False, "gives no page"),
        (451, False, "legal"),
        (500, False, "fault of its own"),
        (599, False, "fault of its own"),
    ],
)
def test_18_refusals(fetcher: Fetcher, server: Evil, status: int, permanent: bool, words: str) -> None:
    error = failed(fetcher, server.url("/", answer(HTML, status, Retry_After="60")), BadStatus, words)
    assert isinstance(error, BadStatus)
    assert (error.status, error.until, error.permanent) == (status, None, permanent)


VALIDATORS = [
    ('"abc"', "Sat, 09 Mar 2024 12:00:00 GMT"),
    ('W/"abc"', "Saturday, 09-Mar-24 12:00:00 GMT"),
    ('W/"a b, c"', "yesterday,  two  spaces"),
    ("unquoted", "0"),
    ('"\xfc\xe9"', "Sat, 09 Mar 2024 12:00:00 +0100"),
    ('""', None),
    (None, "Sat, 09 Mar 2024 12:00:00 GMT"),
]


@pytest.mark.parametrize(("etag", "modified"), VALIDATORS)
def test_19_validators_go_back_as_they_came(
    fetcher: Fetcher, server: Evil, etag: str | None, modified: str | None
) -> None:
    said = {name: value for name, value in (("ETag", etag), ("Last_Modified", modified)) if value is not None}
    url = server.url("/", answer(HTML, **said))
    page = got(fetcher, url)
    assert page.validators == Validators(etag, modified)
    assert fetcher.get(url, page.validators, RUDE) is not None
    first, second = (r.headers for r in server.requests)
    assert not {"if-none-match", "if-modified-since"} & first.keys()
    assert (second.get("if-none-match"), second.get("if-modified-since")) == (etag, modified)


def test_19_no_validators_no_conditions(fetcher: Fetcher, server: Evil) -> None:
    """Asking without conditions every so often is all it takes where an ETag never changes."""
    url = server.url("/", in_turn(answer(b"one", ETag='"a"'), answer(b"two", ETag='"a"')))
    assert [got(fetcher, url).content for _ in range(2)] == [b"one", b"two"]


PACKED = ["gzip", "deflate", "br", "gzip, gzip", "gzip, br"]


@pytest.mark.parametrize("encoding", PACKED)
def test_20_bombs(fetcher: Fetcher, server: Evil, encoding: str) -> None:
    url = server.url("/", answer(evil.bomb(encoding), Content_Encoding=encoding))
    failed(fetcher, url, TooLarge)


@pytest.mark.parametrize("encoding", ["gzip, gzip, gzip", "zstd", "compress", "gzip, zstd", "bomb"])
def test_20_what_was_not_asked_for(fetcher: Fetcher, server: Evil, encoding: str) -> None:
    # With the library for zstd at hand, urllib3 would unpack it without being asked, and without a limit.
    body = evil.bomb(encoding) if encoding.startswith("gzip, gzip") else evil.zstandard(b"\0" * 10**8)
    failed(fetcher, server.url("/", answer(body, Content_Encoding=encoding)), NoConnection, "damaged")
    assert server.requests[0].headers["accept-encoding"] == "gzip, br"


def test_20_bomb_of_empty_parts(fetcher: Fetcher, server: Evil) -> None:
    parts = gzip.compress(gzip.compress(b"") * 45_000)
    url = server.url("/", answer(parts, Content_Encoding="gzip, gzip"))
    failed(fetcher, url, NoConnection, "parts")


MEASURE = """
import json, resource, sys
from scraper.errors import FetchError
from scraper.fetch import Fetcher
from scraper.model import Access

def peak():
    try:
        return next(int(l.split()[1]) for l in open("/proc/self/status") if l.startswith("VmHWM"))
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

with Fetcher(allow_private=True) as fetcher:
    said = []
    for url in sys.argv[1:]:
        before = peak()
        try:
            outcome = len(fetcher.get(url, access=Access(ignore_robots=True)).content)
        except FetchError as error:
            outcome = error.kind
        said.append((outcome, (peak() - before) / 1024))
print(json.dumps(said))
"""


def test_20_what_a_bomb_costs_in_memory(server: Evil) -> None:
    """In a process of its own, and each beside the peak of those before it; measured singly, so none hides another."""
    warm = server.url("/warm", answer(HTML * 100))
    urls = [server.url(f"/{number}", answer(evil.bomb(e), Content_Encoding=e)) for number, e in enumerate(PACKED)]
    urls.append(server.url("/inf", endless(head(), b"x" * 0x10000)))
    urls.append(server.url("/hop", answer(evil.bomb("gzip"), 302, Location="/0", Content_Encoding="gzip")))
    command = [sys.executable, "-c", MEASURE, warm]
    running = [subprocess.Popen([*command, url], stdout=subprocess.PIPE, text=True) for url in urls]
    for process in running:
        out, _ = process.communicate(timeout=30)
        _, (outcome, megabytes) = json.loads(out)
        assert outcome == "too-large"
        assert megabytes <= 20


@pytest.mark.parametrize("encoding", ["gzip", "br", "deflate"])
@pytest.mark.parametrize("damage", ["cut", "garbage"])
def test_21_broken_packing(fetcher: Fetcher, server: Evil, encoding: str, damage: str) -> None:
    pack = {"gzip": gzip.compress, "br": brotli.compress, "deflate": __import__("zlib").compress}[encoding]
    body = pack(HTML * 50)
    body = body[:-6] if damage == "cut" else b"<html>" + body
    failed(fetcher, server.url("/", answer(body, Content_Encoding=encoding)), NoConnection, "damaged")


def test_21_packed_well(fetcher: Fetcher, server: Evil) -> None:
    url = server.url("/", answer(brotli.compress(gzip.compress(HTML)), Content_Encoding="gzip, br"))
    assert got(fetcher, url).content == HTML


# Answers that are hardly HTTP


@pytest.mark.parametrize(
    "answer_",
    [
        b"garbage\r\n\r\n",
        b"<html><p>HTTP/0.9 had no headers",
        b"HTTP/9.9 200 OK\r\n\r\n",
        b"HTTP/1.1 two hundred\r\n\r\n",
        b"HTTP/1.1 99 Low\r\n\r\n",
        b"\0" * 100,
        b"\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"X-Many: a\r\n" * 200 + b"\r\n",
        b"HTTP/1.1 200 OK\r\nX-Long: " + b"a" * 100_000 + b"\r\n\r\n",
        b"HTTP/1.1 200 " + b"a" * 100_000 + b"\r\n\r\n",
        b"SSH-2.0-OpenSSH_9.6\r\n",
    ],
)
def test_answers_that_are_none(fetcher: Fetcher, server: Evil, answer_: bytes) -> None:
    failed(fetcher, server.url("/", raw(answer_)), NoConnection)


def test_location_in_raw_utf_8(fetcher: Fetcher, server: Evil) -> None:
    server.url("/", raw(head(302)[:-2] + "Location: /grüße?q=é\r\n\r\n".encode()))
    url = server.url("/gr%C3%BC%C3%9Fe?q=%C3%A9", answer(HTML))
    assert got(fetcher, server.url("/")).url == url


@pytest.mark.parametrize("location", [b"/a\rSet-Cookie: x=y", b"/a\r\n Set-Cookie: x=y", b"/a%0d%0aSet-Cookie:%20x=y"])
def test_line_ends_in_location_reach_no_header(fetcher: Fetcher, server: Evil, location: bytes) -> None:
    server.url("/", raw(b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: " + location + b"\r\n\r\n"))
    with pytest.raises(FetchError):
        fetcher.get(server.url("/"), access=RUDE)
    assert all("cookie" not in r.headers and "set-cookie" not in r.headers for r in server.requests)


def test_location_to_an_idn(fetcher: Fetcher, server: Evil, names: Names) -> None:
    names.known["xn--bcher-kva.example"] = ["127.0.0.1"]
    server.url("/a", answer(HTML))
    page = got(fetcher, server.url("/", redirect(f"http://bücher.example:{server.port}/a")))
    assert page.url == f"http://xn--bcher-kva.example:{server.port}/a"


# Where we may not go

LOOPBACK = """
127.0.0.1 127.1 127.0.1 2130706433 0x7f000001 0x7f.1 0x7F.0x0.0x0.0x1 0177.0.0.1 017700000001 0177.1 127.0.0.1.
user:secret@127.0.0.1 user@127.0.0.1 １２７.0.0.1 １２７.０.０.１ 127。0。0。1 127．0.0.1 ①②⑦.0.0.1 localhost LOCALHOST
localhost. ｌｏｃａｌｈｏｓｔ 0 0.0.0.0 127.0.0.1%23 [::ffff:127.0.0.1] [::ffff:7f00:1] 0x7f.0.1
""".split()
ELSEWHERE = """
[::1] [0:0:0:0:0:0:0:1] [::] [::127.0.0.1] [64:ff9b::7f00:1] [64:ff9b::127.0.0.1] [2002:7f00:1::1] 127.255.255.254
127.0.0.%31 %31%32%37.0.0.1 127%2e0%2e0%2e1
169.254.169.254 2852039166 0xa9fea9fe 0xa9.0xfe.0xa9.0xfe 0251.0376.0251.0376 025177524776 169.254.43518
169.16689662 [::ffff:169.254.169.254] [::ffff:a9fe:a9fe] [64:ff9b::a9fe:a9fe] [64:ff9b:1::a9fe:a9fe]
[2002:a9fe:a9fe::] [::a9fe:a9fe] 169。254。169。254 169.254.169.254. metadata.example @169.254.169.254
club.example@169.254.169.254 club.example:80@169.254.169.254 [fe80::a9fe:a9fe%25eth0] [fd00:ec2::254]
10.0.0.1 10.1 167772161 0x0a000001 012.0.0.1 012.1 0xa.1 [::ffff:10.0.0.1] [::10.0.0.1] [64:ff9b::10.0.0.1]
[2002:a00:1::1] １０.0.0.1 10.0.0.1. rebound.example mixed.example
""".split()


@pytest.mark.parametrize("host", LOOPBACK + ELSEWHERE)
def test_disguises_lead_nowhere(names: Names, host: str) -> None:
    names.known |= {"metadata.example": ["169.254.169.254"], "rebound.example": ["10.0.0.1"]}
    names.known["mixed.example"] = ["93.184.216.34", "10.0.0.1"]
    with strict() as fetcher, pytest.raises((Blocked, BadAddress, HostNotFound)) as caught:
        fetcher.get(f"http://{host}/")
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("host", [h for h in LOOPBACK if not h.endswith("%23")])
def test_disguises_of_this_machine_where_that_is_allowed(fetcher: Fetcher, server: Evil, host: str) -> None:
    server.url("/", answer(HTML))
    assert got(fetcher, f"http://{host}:{server.port}/").content == HTML
    assert "authorization" not in server.requests[0].headers


def test_private_for_one_source_only(server: Evil) -> None:
    with strict() as fetcher:
        url = server.url("/", answer(HTML))
        assert got(fetcher, url, replace(RUDE, allow_private=True)).content == HTML
        failed(fetcher, url, Blocked)
    with Fetcher(limits=SHORT, allow_private=True) as fetcher:
        failed(fetcher, url, Blocked, access=replace(RUDE, allow_private=False))


class Connected(list[tuple[Any, ...]]):
    """Where sockets were to be connected to; nobody answers there."""

    def socket(self, *arguments: Any) -> socket.socket:
        connected = self

        class Socket(socket.socket):
            def connect(self, address: Any) -> None:
                connected.append(address)
                raise ConnectionRefusedError

        return Socket(*arguments)


@pytest.fixture
def connected(monkeypatch: pytest.MonkeyPatch) -> Connected:
    connected = Connected()
    monkeypatch.setattr(guard, "socket", SimpleNamespace(**vars(socket) | {"socket": connected.socket}))
    return connected


def test_the_address_that_was_checked_is_connected_to(
    names: Names, connected: Connected, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name that leads elsewhere the second time it is looked up is looked up once."""
    names.known["rebind.example"] = ["93.184.216.34"]
    names.before = lambda: len(names.asked) > 1 and names.known.update({"rebind.example": ["127.0.0.1"]})
    with strict() as fetcher:
        failed(fetcher, "http://rebind.example/", NoConnection)
        assert names.asked == ["rebind.example"]
        assert connected == [("93.184.216.34", 80)]
        failed(fetcher, "http://rebind.example/", Blocked)
        assert len(connected) == 1


def test_a_mixed_answer_is_refused_before_connecting(names: Names, connected: Connected) -> None:
    for number, mixed in enumerate((["93.184.216.34", "10.0.0.1"], ["::1", "93.184.216.34"])):
        names.known[f"mixed{number}.example"] = mixed
        with strict() as fetcher:
            failed(fetcher, f"http://mixed{number}.example/", Blocked, "not a public address")
    assert not connected


def test_all_addresses_are_tried(names: Names, connected: Connected) -> None:
    names.known["two.example"] = ["93.184.216.34", "93.184.216.35"]
    with strict() as fetcher:
        failed(fetcher, "https://two.example/", NoConnection)
    assert connected == [("93.184.216.34", 443), ("93.184.216.35", 443)]


def test_a_machine_without_ipv6_takes_the_other_address(
    fetcher: Fetcher, server: Evil, names: Names, monkeypatch: pytest.MonkeyPatch
) -> None:
    def made(family: int, *rest: Any, real: Any = socket.socket) -> Any:
        if family == socket.AF_INET6:
            raise OSError(97, "Address family not supported by protocol")
        return real(family, *rest)

    names.known["both.example"] = ["::1", "127.0.0.1"]
    monkeypatch.setattr(guard, "socket", SimpleNamespace(**vars(socket) | {"socket": made}))
    server.url("/", answer(HTML))
    assert got(fetcher, server.at("both.example") + "/").content == HTML


@pytest.mark.parametrize("port", [22, 25, 8081, 6379, 8000])
def test_ports_that_web_sites_do_not_use(names: Names, connected: Connected, port: int) -> None:
    names.known["club.example"] = ["93.184.216.34"]
    with strict() as fetcher:
        error = failed(fetcher, f"http://club.example:{port}/", Blocked, f"port {port} is not one")
        assert "allow_ports" in error.advice
        assert not connected
        failed(fetcher, f"http://club.example:{port}/", NoConnection, access=replace(RUDE, allow_ports=(port,)))
        assert connected == [("93.184.216.34", port)]


@pytest.mark.parametrize("port", [80, 443, 8080, 8443])
def test_ports_that_web_sites_use(names: Names, connected: Connected, port: int) -> None:
    names.known["club.example"] = ["93.184.216.34"]
    with strict() as fetcher:
        failed(fetcher, f"http://club.example:{port}/", NoConnection)
    assert connected == [("93.184.216.34", port)]


def test_a_private_address_beside_it_opens_no_port(names: Names, connected: Connected) -> None:
    names.known["mixed.example"] = ["93.184.216.34", "10.0.0.1"]
    with Fetcher(limits=SHORT, allow_private=True) as fetcher:
        failed(fetcher, "http://mixed.example:25/", Blocked, "port 25")
    assert not connected


@pytest.mark.parametrize(
    "url",
    [
        *"file:///etc/hosts ftp://club.example/ http:// https:///a http://[::1 data:,a //club.example/".split(),
        *("javascript:0", "http://club.example:99999/", "http://club.example:port/", "", "   ", "\0"),
    ],
)
def test_what_is_no_address(fetcher: Fetcher, url: str) -> None:
    failed(fetcher, url, BadAddress)


# Secrets

SECRET = "hunter2-xyzzy"
SECRETIVE = [
    Access(ignore_robots=True, headers=(("X-Key", SECRET),)),
    Access(ignore_robots=True, cookies=(("session", SECRET),)),
    Access(ignore_robots=True, basic=("ann", SECRET)),
    Access(ignore_robots=True, bearer=SECRET),
]


def carries(request: evil.Request) -> bool:
    """Whether something that we were given went with it."""
    return bool({"x-key", "cookie", "authorization"} & request.headers.keys())


@pytest.mark.parametrize("access", SECRETIVE)
def test_secrets_go_to_their_own_origin_only(fetcher: Fetcher, server: Evil, other: Evil, access: Access) -> None:
    server.url("/", redirect("/inside"))
    server.url("/inside", redirect(other.url("/")))
    other.url("/", redirect(server.at("localhost") + "/name"))
    server.url("/name", redirect(server.url("/back")))
    server.url("/back", answer(HTML))
    assert got(fetcher, server.url("/"), access).content == HTML
    assert [r.target for r in server.requests if carries(r)] == ["/", "/inside", "/back"]
    assert not any(carries(r) for r in other.requests)


@pytest.mark.usefixtures("trusting")
@pytest.mark.parametrize("access", SECRETIVE)
def test_secrets_are_not_sent_without_encryption(fetcher: Fetcher, server: Evil, secure: Evil, access: Access) -> None:
    server.url("/", answer(HTML))
    url = secure.url("/", redirect(server.url("/")))
    failed(fetcher, url, Blocked, "without encryption", access)
    assert not server.requests
    assert got(fetcher, url).content == HTML


@pytest.mark.parametrize("access", SECRETIVE)
def test_secrets_are_not_for_robots_txt(fetcher: Fetcher, server: Evil, access: Access) -> None:
    server.url("/robots.txt", redirect("/real.txt"))
    server.url("/real.txt", answer(b""))
    got(fetcher, server.url("/", answer(HTML)), replace(access, ignore_robots=False))
    assert [(r.target, carries(r)) for r in server.requests] == [
        ("/robots.txt", False), ("/real.txt", False), ("/", True),
    ]  # fmt: skip


def test_secrets_in_an_address_are_not_sent(fetcher: Fetcher, server: Evil) -> None:
    server.url("/", answer(HTML))
    page = got(fetcher, f"http://ann:{SECRET}@127.0.0.1:{server.port}/", Access())
    assert SECRET not in page.url + page.requested
    assert not any(carries(r) for r in server.requests)


@pytest.mark.parametrize("access", SECRETIVE)
def test_secrets_show_nowhere(fetcher: Fetcher, server: Evil, access: Access) -> None:
    access = replace(
        access, login=Login("http://club.example/", (("password", SECRET),)), proxy=f"http://a:{SECRET}@b/"
    )
    job = Job("club", "http://club.example/", NOW, access=access)
    assert SECRET not in f"{access!r} {access} {job!r} {job}"
    access = replace(access, login=None, proxy=None)
    for handler in (
        answer(b"", 500),
        reset_after(),
        raw(b"x"),
        redirect("file:///a"),
        answer(b"", Content_Encoding="x"),
    ):
        with pytest.raises(FetchError) as caught:
            fetcher.get(server.url("/", handler if handler is not None else answer(b"")), access=access)
        said = "".join(traceback.format_exception(caught.value))
        assert SECRET not in f"{said} {caught.value!r} {Problem.of(caught.value)!r}"
        server.routes.pop("/")


@pytest.mark.parametrize("value", ["a\r\nX-Evil: 1", "a\nb", " begins with a space", "喫茶"])
def test_a_header_that_can_not_be_sent(fetcher: Fetcher, server: Evil, value: str) -> None:
    access = replace(RUDE, headers=(("X-Key", value),))
    error = failed(fetcher, server.url("/", answer(HTML)), BadAddress, access=access)
    assert value.strip() not in str(error)
    assert not server.requests


def test_cookies_are_not_kept(fetcher: Fetcher, server: Evil) -> None:
    url = server.url("/", answer(HTML, Set_Cookie="session=1; Path=/"))
    got(fetcher, url)
    got(fetcher, url)
    assert not any(carries(r) for r in server.requests)


# Proxies, and what the environment says


def test_proxy(fetcher: Fetcher, server: Evil) -> None:
    """It is asked for the whole address, and the name is not looked up here."""
    server.url("http://club.example/a", answer(HTML))
    page = got(fetcher, "http://club.example/a", replace(RUDE, proxy=server.at("localhost")))
    assert (page.content, page.url) == (HTML, "http://club.example/a")


def test_proxy_on_a_private_address_is_ours(server: Evil) -> None:
    with strict() as fetcher:
        server.url("http://club.example/a", answer(HTML))
        assert got(fetcher, "http://club.example/a", replace(RUDE, proxy=server.origin)).content == HTML
        failed(fetcher, server.url("/", answer(HTML)), Blocked)


def test_proxy_refused(fetcher: Fetcher) -> None:
    with evil.refusing() as origin:
        failed(fetcher, "http://club.example/a", NoConnection, "the proxy does not answer", replace(RUDE, proxy=origin))


def test_proxy_is_told_its_password_and_nobody_else(fetcher: Fetcher, server: Evil, other: Evil) -> None:
    server.url("http://club.example/a", answer(HTML))
    proxy = f"http://ann:{SECRET}@127.0.0.1:{server.port}"
    got(fetcher, "http://club.example/a", replace(RUDE, proxy=proxy))
    got(fetcher, other.url("/", answer(HTML)))
    assert "proxy-authorization" in server.requests[0].headers
    assert "proxy-authorization" not in other.requests[0].headers


def test_the_environment_says_nothing(server: Evil, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    netrc = tmp_path / ".netrc"
    netrc.write_text(f"machine 127.0.0.1 login ann password {SECRET}\ndefault login ann password {SECRET}\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    monkeypatch.setenv("HOME", str(tmp_path))
    with evil.refusing() as nobody, Fetcher(limits=SHORT, allow_private=True) as fetcher:
        for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "all_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, nobody)
        assert got(fetcher, server.url("/", answer(HTML))).content == HTML
        assert not carries(server.requests[0])
        monkeypatch.setenv("no_proxy", "*")
        server.url("http://club.example/a", answer(b"by proxy"))
        assert got(fetcher, "http://club.example/a", replace(RUDE, proxy=server.origin)).content == b"by proxy"


# What a page says


def test_a_page(fetcher: Fetcher, server: Evil) -> None:
    said = {"Content_Type": "text/html; charset=utf-8", "ETag": '"a"', "Cache_Control": "max-age=60", "Age": "10"}
    url = server.url("/", answer(gzip.compress(HTML), Content_Encoding="gzip", **said))
    assert got(fetcher, url) == Page(
        url, url, HTML, "text/html; charset=utf-8", Validators('"a"'), None, timedelta(seconds=50)
    )
    assert server.requests[0].headers["user-agent"] == "Feedwright"


def test_robots_txt_is_obeyed_and_asked_for_once(fetcher: Fetcher, server: Evil) -> None:
    server.url("/robots.txt", answer(b"User-agent: *\nDisallow: /secret\n"))
    got(fetcher, server.url("/", answer(HTML)), Access())
    error = failed(fetcher, server.url("/secret", answer(HTML)), Blocked, "robots.txt does not allow it", Access())
    assert "robots" in error.advice
    got(fetcher, server.url("/secret"))
    assert [r.target for r in server.requests] == ["/robots.txt", "/", "/secret"]


def test_robots_txt_holds_for_where_a_redirect_leads(fetcher: Fetcher, server: Evil, other: Evil) -> None:
    other.url("/robots.txt", answer(b"User-agent: *\nDisallow: /"))
    failed(fetcher, server.url("/", redirect(other.url("/a"))), Blocked, "robots.txt", Access())
    assert not other.asked("/a")


@pytest.mark.parametrize(
    ("robots", "allowed"),
    [
        (answer(b"", 404), True),
        (answer(b"User-agent: *\nDisallow: /", 403), True),
        (answer(b"<!doctype html><p>Disallow: /</p>" * 100), True),
        (answer(b"\xef\xbb\xbfUser-agent: *\nDisallow: /"), False),
        (redirect("/elsewhere"), False),
        (redirect("/robots.txt"), True),  # a loop: there is none
        (answer(b"User-agent: *\nDisallow: /a\n" + b"# filler\n" * 100_000), False),
        (answer(b"# filler\n" * 56_000 + b"User-agent: *\nAllow: /\nDisallow: /b\n" * 10_000), True),
        (answer(evil.bomb("gzip"), Content_Encoding="gzip"), True),
        (answer(gzip.compress(b"User-agent: *\nDisallow: /"), Content_Encoding="gzip"), False),
        (endless(head(), b"User-agent: nobody\nDisallow: /\n" * 1000), True),
    ],
    ids="404 403 HTML BOM redirect loop long too-long bomb packed endless".split(),
)
def test_robots_txt_of_all_kinds(fetcher: Fetcher, server: Evil, robots: evil.Handler, allowed: bool) -> None:
    server.url("/robots.txt", robots)
    server.url("/elsewhere", answer(b"User-agent: *\nDisallow: /a"))
    url = server.url("/a", answer(HTML))
    if allowed:
        assert got(fetcher, url, Access()).content == HTML
    else:
        failed(fetcher, url, Blocked, "robots.txt does not allow it", Access())


@pytest.mark.parametrize("robots", [answer(b"", 500), answer(b"", 503), answer(b"", 429)])
def test_robots_txt_that_fails_forbids_for_now(fetcher: Fetcher, server: Evil, robots: evil.Handler) -> None:
    server.url("/robots.txt", robots)
    url = server.url("/a", answer(HTML))
    for _ in range(2):
        error = failed(fetcher, url, NoConnection, "robots.txt could not be read", Access())
        assert (error.about, error.permanent) == (url, False)
    assert [r.target for r in server.requests] == ["/robots.txt"]


@pytest.mark.parametrize("status", [429, 503])
def test_a_pause_that_the_answer_to_robots_txt_asks_for_is_kept(server: Evil, status: int) -> None:
    server.url("/robots.txt", answer(b"", status, **{"Retry-After": "36000"}))
    url = server.url("/a", answer(HTML))
    now = NOW
    with Fetcher(limits=SHORT, allow_private=True, now=lambda: now) as fetcher:
        failed(fetcher, url, NoConnection, "robots.txt could not be read", Access())
        now += timedelta(hours=9)  # what is known of the robots.txt itself is too old by now
        for access in (Access(), RUDE):
            later = failed(fetcher, url, NotYet, "is to be asked again", access)
            assert isinstance(later, NotYet)
            assert later.until == NOW + timedelta(hours=10)
    assert [r.target for r in server.requests] == ["/robots.txt"]


def test_a_host_that_a_robots_txt_leads_to_is_asked_at_its_own_pace(server: Evil, other: Evil) -> None:
    server.url("/robots.txt", redirect(other.url("/real.txt")))
    other.url("/real.txt", answer(b""))
    url, host, until = server.url("/a", answer(HTML)), urls.host(other.url("/")), NOW + timedelta(hours=5)
    now = NOW
    with Fetcher(limits=SHORT, allow_private=True, now=lambda: now) as fetcher:
        fetcher.policy.hosts.hold(host, until)
        later = failed(fetcher, url, NotYet, f"{host} is to be asked again", Access())
        assert isinstance(later, NotYet)
        assert (later.about, later.until) == (url, until)
        assert not other.requests
        now = until
        assert got(fetcher, url, Access(delay=1)).content == HTML
        patience = timedelta(seconds=5)
        assert fetcher.policy.hosts.reserve(host, timedelta(), now, patience) == now + timedelta(seconds=1)


def test_robots_txt_dripped_forbids_for_now(hasty: Fetcher, server: Evil) -> None:
    server.url("/robots.txt", dripped(head(), b"#"))
    url = server.url("/a", answer(HTML))
    assert failed(hasty, url, TimedOut, "robots.txt", Access()).about == url
    failed(hasty, url, NoConnection, "robots.txt could not be read. .*robots.txt took longer", Access())


def test_threads_share_a_fetcher(server: Evil) -> None:
    url = server.url("/", answer(HTML))
    pages: list[bytes] = []
    with Fetcher(limits=Limits(timeout=10), manners=Manners(delay=0), allow_private=True) as fetcher:
        threads = [
            threading.Thread(target=lambda: pages.extend(got(fetcher, url).content for _ in range(20)))
            for _ in range(8)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(20)
    assert pages == [HTML] * 160


def test_the_sample_site_needs_no_network(names: Names) -> None:
    with Fetcher() as fetcher:
        page = got(fetcher, "sample://lantern.example/", Access())
        assert page.content
        assert fetcher.get("sample://lantern.example/", page.validators) is None
    assert not names.asked
