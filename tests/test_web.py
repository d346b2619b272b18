"""What the server answers: feeds with validators that follow their bytes, and nothing else."""

import http.client
import os
import time
from collections.abc import Iterator
from dataclasses import replace
from email.utils import formatdate, parsedate_to_datetime
from pathlib import Path

import feedparser
import pytest

from feeds import daemon, publish
from feeds.config import Config, FeedConfig

FEED = b'<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom"></feed>\n'
OTHER = FEED + b"<!-- other -->\n"
LONG_AGO = 1_700_000_000


class Server:
    """The web server over a folder, on a port of its own. `get` sends a path exactly as it is."""

    def __init__(self, out: Path, port: int) -> None:
        self.out = out
        self.port = port

    def get(self, path: str = "/club.atom", method: str = "GET", **headers: str) -> http.client.HTTPResponse:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        connection.request(method, path, headers={name.replace("_", "-"): value for name, value in headers.items()})
        response = connection.getresponse()
        response.body = response.read()  # type: ignore[attr-defined]
        connection.close()
        return response


def body(response: http.client.HTTPResponse) -> bytes:
    content: bytes = response.body  # type: ignore[attr-defined]
    return content


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("web")
    club = FeedConfig("club", "https://club.example/", title='The "Club" & <script>alert(1)</script>')
    config = Config((club, FeedConfig("second", "https://second.example/")), base_url="https://feeds.example/x")
    config = replace(config, out=folder / "out")
    with daemon.listen("127.0.0.1", 0) as listener, daemon.serving(config, listener):
        yield Server(config.out, listener.getsockname()[1])


@pytest.fixture(autouse=True)
def published(server: Server) -> Path:
    """The feed as it was when it was published long ago."""
    path = server.out / "club.atom"
    publish.write(path, FEED)
    os.utime(path, (LONG_AGO, LONG_AGO))
    return path


def test_a_feed(server: Server) -> None:
    response = server.get()
    assert (response.status, body(response)) == (200, FEED)
    assert response.headers["Content-Type"] == "application/atom+xml; charset=utf-8"
    assert response.headers["Content-Length"] == str(len(FEED))
    assert response.headers["ETag"].startswith('"') and response.headers["ETag"].endswith('"')
    assert response.headers["Last-Modified"] == formatdate(LONG_AGO, usegmt=True)
    assert response.headers["Cache-Control"].startswith("public, max-age=")
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert not {"Set-Cookie", "Expires"} & set(response.headers)


@pytest.mark.parametrize("accept", ["text/html", "application/rss+xml", "image/png", "nonsense"])
def test_the_type_is_what_it_is_whatever_is_accepted(server: Server, accept: str) -> None:
    response = server.get(Accept=accept)
    assert (response.status, response.headers["Content-Type"]) == (200, "application/atom+xml; charset=utf-8")


@pytest.mark.parametrize("query", ["?utm_source=reader", "?", "?null", "?a=1&b=../../x"])
def test_a_query_changes_nothing(server: Server, query: str) -> None:
    plain, asked = server.get(), server.get("/club.atom" + query)
    assert (asked.status, body(asked), asked.headers["ETag"]) == (200, body(plain), plain.headers["ETag"])


@pytest.mark.parametrize("path", ["/club.atom", "/"])
def test_head_is_get_without_a_body(server: Server, path: str) -> None:
    got, head = server.get(path), server.get(path, "HEAD")
    assert (head.status, body(head)) == (200, b"")
    assert {**head.headers, "date": ""} == {**got.headers, "date": ""}


def test_only_reading_is_allowed(server: Server) -> None:
    for method in ("POST", "PUT", "DELETE"):
        assert server.get(method=method).status == 405


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ("{etag}", 304),
        ("W/{etag}", 304),
        ('"x", {etag}', 304),
        ('"x",W/{etag} , "y"', 304),
        ("*", 304),
        ('"x"', 200),
        ('"x", W/"y"', 200),
        ('"*"', 200),
        ("", 200),
        (",,,", 200),
        ("nonsense", 200),
        ("{etag}x", 200),
        ("W/W/{etag}", 200),
    ],
)
def test_if_none_match(server: Server, sent: str, status: int) -> None:
    etag = server.get().headers["ETag"]
    assert server.get(If_None_Match=sent.format(etag=etag)).status == status


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (formatdate(LONG_AGO, usegmt=True), 304),
        (formatdate(LONG_AGO + 1, usegmt=True), 304),
        (formatdate(LONG_AGO - 1, usegmt=True), 200),
        ("Tuesday, 14-Nov-23 22:13:20 GMT", 304),  # the two old forms of RFC 9110, section 5.6.7
        ("Tue Nov 14 22:13:20 2023", 304),
        ("Tue Nov 14 22:13:19 2023", 200),
        ("yesterday", 200),
        ("", 200),
        ("Tue, 14 Nov 99999 22:13:20 GMT", 200),
    ],
)
def test_if_modified_since(server: Server, sent: str, status: int) -> None:
    assert server.get(If_Modified_Since=sent).status == status


def test_the_tag_wins_over_the_date(server: Server) -> None:
    etag, now = server.get().headers["ETag"], formatdate(time.time(), usegmt=True)
    assert server.get(If_None_Match='"x"', If_Modified_Since=now).status == 200
    assert server.get(If_None_Match=etag, If_Modified_Since="nonsense").status == 304


def test_a_304_says_what_a_200_would_and_has_no_body(server: Server) -> None:
    full = server.get()
    for method in ("GET", "HEAD"):
        response = server.get(method=method, If_None_Match=full.headers["ETag"])
        assert (response.status, body(response)) == (304, b"")
        for name in ("ETag", "Last-Modified", "Cache-Control"):
            assert response.headers[name] == full.headers[name]


def test_changed_bytes_have_another_tag_and_a_later_date(server: Server, published: Path) -> None:
    before = server.get()
    for content in (OTHER, FEED, OTHER):  # within one second
        publish.write(published, content)
        after = server.get(If_None_Match=before.headers["ETag"], If_Modified_Since=before.headers["Last-Modified"])
        assert (after.status, body(after)) == (200, content)
        assert after.headers["ETag"] != before.headers["ETag"]
        earlier, later, now = (
            parsedate_to_datetime(text)
            for text in (before.headers["Last-Modified"], after.headers["Last-Modified"], formatdate(usegmt=True))
        )
        assert earlier < later <= now
        before = after


def test_the_same_bytes_have_the_same_tag_whenever_they_were_written(server: Server, published: Path) -> None:
    etag = server.get().headers["ETag"]
    publish.write(published, OTHER)
    publish.write(published, FEED)
    assert server.get().headers["ETag"] == etag


def test_a_file_of_the_future_is_not_dated_there(server: Server, published: Path) -> None:
    os.utime(published, (time.time() + 10_000,) * 2)
    assert parsedate_to_datetime(server.get().headers["Last-Modified"]).timestamp() <= time.time()


SECRETS = ("config.yaml", "out/.state/feedwright.db", "out/.hidden.atom", "out/club.txt", "out/.atom")


@pytest.mark.parametrize(
    "path",
    [
        "/nothing.atom",
        "/config.yaml",
        "/../config.yaml",
        "/..%2fconfig.yaml",
        "/%2e%2e/config.yaml",
        "/%2e%2e%2fconfig.yaml",
        "/x/../../config.yaml",
        "//config.yaml",
        "/.state/feedwright.db",
        "/%2estate/feedwright.db",
        "/.state%2ffeedwright.db",
        "/.hidden.atom",
        "/.atom",
        "/club.txt",
        "/club",
        "/club.atom/",
        "/CLUB.atom",
        "/club.atom%00",
        "/club.atom%0a",
        "/link.atom",
        "/dead.atom",
        "/loop.atom",
        "/folder.atom",
        "/folder.atom/club.atom",
        "/" + "x" * 300 + ".atom",
        "/%ff%fe.atom",
    ],
)
def test_nothing_else_is_there(server: Server, path: str) -> None:
    for name in SECRETS:
        file = server.out.parent / name
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(b"secret")
    for name, target in (("link", "../config.yaml"), ("dead", "nowhere"), ("loop", "loop.atom")):
        link = server.out / f"{name}.atom"
        if not link.is_symlink():
            link.symlink_to(target)
    (server.out / "folder.atom").mkdir(exist_ok=True)
    response = server.get(path)
    assert response.status == 404
    assert b"secret" not in body(response)


def test_the_first_page_lists_the_feeds_that_are_there(server: Server) -> None:
    response = server.get("/")
    assert (response.status, response.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    page = body(response).decode()
    assert 'href="https://feeds.example/x/club.atom"' in page
    assert "second.atom" not in page  # it has never had an entry
    assert "&lt;script&gt;" in page and "<script" not in page
    assert "default-src 'none'" in response.headers["Content-Security-Policy"]


def test_a_reader_finds_the_feed_on_the_first_page(server: Server) -> None:
    links = feedparser.parse(body(server.get("/"))).feed.links
    assert [(link.type, link.href) for link in links if link.rel == "alternate"] == [
        ("application/atom+xml", "https://feeds.example/x/club.atom")
    ]


def test_a_page_without_feeds_says_so(server: Server, published: Path) -> None:
    published.unlink()
    page = body(server.get("/"))
    assert b"None yet" in page and b"alternate" not in page
