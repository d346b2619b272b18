"""What the server answers: feeds with validators that follow their bytes, and nothing else."""

import asyncio
import gzip
import hashlib
import http.client
import os
import re
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from email.utils import formatdate, parsedate_to_datetime
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import brotli
import feedparser
import pytest

from feeds import cron, publish
from feeds import serving as serving_room
from feeds.configuration import PRIVATE, Config, FeedConfig
from feeds.model import Slug
from feeds.sections import Web
from feeds.web.hub import Hub
from feeds.web.names import Name
from feeds.web.published import Published
from feeds.web.shelf import Shelf
from tests.test_page import Page

FEED = b'<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom"></feed>\n'
OTHER = FEED + b"<!-- other -->\n"
LONG_AGO = 1_700_000_000
CLUB = (FeedConfig("club", "https://club.example/"),)


class Server:
    """The web server over a folder, on a port of its own. `get` sends a path exactly as it is."""

    def __init__(self, out: Path, port: int, web: Published) -> None:
        self.out = out
        self.port = port
        self.web = web

    def weight(self) -> int:
        """The bytes of bodies that it keeps in memory."""
        return self.web._shelf._weight

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
    with serving(config) as server:
        yield server


@contextmanager
def serving(
    config: Config,
    became: Callable[[str], Slug | None] = lambda _: None,
    clock: Callable[[], float] | None = None,
    hub: Hub | None = None,
) -> Iterator[Server]:
    with serving_room.listen("127.0.0.1", 0) as listener, serving_room.serving(config, listener, became, hub) as web:
        if clock:
            web._clock = clock
        yield Server(config.out, listener.getsockname()[1], web)


def another(server: Server, *, brotli: bool = False, feeds: tuple[FeedConfig, ...] = CLUB) -> Any:
    """One more server over the same folder, as after a restart."""
    return serving(Config(feeds, base_url="https://feeds.example/x", out=server.out, web=Web(brotli=brotli)))


@pytest.fixture(autouse=True)
def published(server: Server) -> Path:
    """The feed as it was when it was published long ago."""
    path = server.out / "club.atom"
    publish.write(path, FEED)
    os.utime(path, (LONG_AGO, LONG_AGO))
    server.web._shelf._documents.clear()
    return path


def test_statement_41_a_feed_is_of_its_type(server: Server) -> None:
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
def test_statement_41_the_type_is_what_it_is_whatever_is_accepted(server: Server, accept: str) -> None:
    response = server.get(Accept=accept)
    assert (response.status, response.headers["Content-Type"]) == (200, "application/atom+xml; charset=utf-8")


@pytest.mark.parametrize("query", ["?utm_source=reader", "?", "?null", "?a=1&b=../../x"])
def test_statement_57_a_query_changes_nothing(server: Server, query: str) -> None:
    plain, asked = server.get(), server.get("/club.atom" + query)
    assert (asked.status, body(asked), asked.headers["ETag"]) == (200, body(plain), plain.headers["ETag"])


@pytest.mark.parametrize("path", ["/club.atom", "/"])
def test_statement_48_head_is_get_without_a_body(server: Server, path: str) -> None:
    got, head = server.get(path), server.get(path, "HEAD")
    assert (head.status, body(head)) == (200, b"")
    assert {**head.headers, "date": ""} == {**got.headers, "date": ""}


def test_only_reading_is_allowed(server: Server) -> None:
    for method in ("POST", "PUT", "DELETE", "PATCH"):
        response = server.get(method=method)
        assert (response.status, response.headers["Allow"]) == (405, "GET, HEAD, OPTIONS")


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ("{etag}", 304),
        ("W/{etag}", 304),
        ('"x", {etag}', 304),
        ('"x",W/{etag} , "y"', 304),
        ('"a,b", {etag}', 304),
        (", ,{etag},,", 304),
        ("{gzip}", 304),
        ("W/{gzip}", 304),
        ('"{etag}"', 200),
        ("w/{etag}", 200),
        ('"x" {etag}', 200),
        ("{etag}, x", 200),
        ("*, {etag}", 200),
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
def test_statement_44_if_none_match(server: Server, sent: str, status: int) -> None:
    etag = server.get().headers["ETag"]
    sent = sent.format(etag=etag, gzip=f'{etag[:-1]}-gzip"')
    assert server.get(If_None_Match=sent).status == status
    assert server.get(If_None_Match=sent, Connection="close").status == status  # by way of ASGI


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
        ("Tue, 14 Nov 2023 23:13:20 +0100", 200),  # right, but no date of HTTP
        ("Fri, 31 Feb 2023 22:13:20 GMT", 200),
    ],
)
def test_statement_44_if_modified_since(server: Server, sent: str, status: int) -> None:
    assert server.get(If_Modified_Since=sent).status == status
    assert server.get(If_Modified_Since=sent, Connection="close").status == status


def test_a_file_is_never_told_of_before_its_date_whatever_clock_the_wait_goes_by(tmp_path: Path) -> None:
    path, began = tmp_path / "club.atom", time.monotonic()
    path.write_bytes(FEED)
    os.utime(path, (1_000_000_001, 1_000_000_001))

    def slow() -> float:
        return 1_000_000_000.9 + (time.monotonic() - began) / 2

    shelf = Shelf(lambda content, *_: content, slow)
    found = asyncio.run(shelf.document(str(tmp_path), Name("club.atom", "club", "atom"), styled=False, packed=""))
    assert found is not None and found.modified == 1_000_000_001 <= slow()
    shelf.close()


def test_statement_44_the_tag_wins_over_the_date(server: Server) -> None:
    etag, now = server.get().headers["ETag"], formatdate(time.time(), usegmt=True)
    assert server.get(If_None_Match='"x"', If_Modified_Since=now).status == 200
    assert server.get(If_None_Match=etag, If_Modified_Since="nonsense").status == 304


def test_statement_45_a_304_says_what_a_200_would_and_has_no_body(server: Server) -> None:
    full = server.get()
    for method, more in (("GET", {}), ("HEAD", {}), ("GET", {"Connection": "close"})):
        response = server.get(method=method, If_None_Match=full.headers["ETag"], **more)
        assert (response.status, body(response)) == (304, b"")
        for name in ("ETag", "Last-Modified", "Cache-Control", "Vary", "Access-Control-Allow-Origin"):
            assert response.headers[name] == full.headers[name]
        assert "Content-Length" not in response.headers and "Content-Type" not in response.headers


def test_statement_43_changed_bytes_have_another_tag_and_a_later_date(server: Server, published: Path) -> None:
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


def test_statement_42_the_same_bytes_have_the_same_tag_whenever_they_were_written(
    server: Server, published: Path
) -> None:
    etag = server.get().headers["ETag"]
    publish.write(published, OTHER)
    publish.write(published, FEED)
    assert server.get().headers["ETag"] == etag


def test_statement_43_a_file_of_the_future_is_not_dated_there(server: Server, published: Path) -> None:
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
    links = [attributes for tag, attributes in Page(body(server.get("/"))).found if tag == "link"]
    assert [(link["type"], link["href"]) for link in links if link["rel"] == "alternate"] == [
        ("application/atom+xml", "https://feeds.example/x/club.atom"),
        ("application/rss+xml", "https://feeds.example/x/club.rss"),
        ("application/feed+json", "https://feeds.example/x/club.json"),
    ]


def test_a_page_without_feeds_says_so(server: Server, published: Path) -> None:
    published.unlink()
    page = body(server.get("/"))
    assert b"none yet" in page and b"alternate" not in page


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("club.rss", "application/rss+xml; charset=utf-8"),
        ("club.json", "application/feed+json"),
        ("club.html", "text/html; charset=utf-8"),
        ("club/2026-01.atom", "application/atom+xml; charset=utf-8"),
        ("index.html", "text/html; charset=utf-8"),
        ("feeds.opml", "text/x-opml; charset=utf-8"),
        ("style.css", "text/css; charset=utf-8"),
        ("favicon.ico", "image/x-icon"),
        ("all.atom", "application/atom+xml; charset=utf-8"),
    ],
)
def test_statement_41_every_published_file_is_of_its_type(server: Server, name: str, kind: str) -> None:
    path = server.out / name
    publish.write(path, b"something")
    response = server.get(f"/{name}")
    path.unlink()
    assert (response.status, body(response)) == (200, b"something")
    assert response.headers["Content-Type"] == kind
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert server.get(f"/{name}").status == 404


def test_statement_42_a_tag_is_of_the_bytes_and_the_coding(server: Server) -> None:
    digest = hashlib.sha256(FEED).hexdigest()[:32]  # a function of the bytes alone: the same in every process
    assert server.get().headers["ETag"] == f'"{digest}"'
    assert server.get(Accept_Encoding="gzip").headers["ETag"] == f'"{digest}-gzip"'
    with another(server, brotli=True) as other:
        assert other.get().headers["ETag"] == f'"{digest}"'
        assert other.get(Accept_Encoding="br").headers["ETag"] == f'"{digest}-br"'


def test_statement_43_the_date_stays_over_a_restart(server: Server) -> None:
    with another(server) as other:
        assert other.get().headers["Last-Modified"] == server.get().headers["Last-Modified"]


def test_statement_43_a_file_put_there_with_an_older_date_is_told_of_with_a_later_one(
    server: Server, published: Path
) -> None:
    assert server.get().headers["Last-Modified"] == formatdate(LONG_AGO, usegmt=True)
    publish.write(published, OTHER)
    os.utime(published, (LONG_AGO - 10, LONG_AGO - 10))
    changed = server.get(If_Modified_Since=formatdate(LONG_AGO, usegmt=True))
    assert (changed.status, changed.headers["Last-Modified"]) == (200, formatdate(LONG_AGO + 1, usegmt=True))


def test_statement_44_what_must_match_or_be_unmodified(server: Server) -> None:
    etag = server.get().headers["ETag"]
    assert server.get(If_Match=f'"x", {etag}').status == 200
    assert server.get(If_Match="*").status == 200
    assert server.get(If_Match='"x"').status == 412
    assert server.get(If_Match=f"W/{etag}").status == 412  # the comparison is a strong one
    assert server.get(If_Unmodified_Since=formatdate(LONG_AGO, usegmt=True)).status == 200
    assert server.get(If_Unmodified_Since=formatdate(LONG_AGO - 1, usegmt=True)).status == 412


def test_statement_44_requests_at_once_on_one_connection(server: Server) -> None:
    etag = server.get().headers["ETag"]
    ask = "GET /club.atom HTTP/1.1\r\nHost: x\r\nIf-None-Match: {}\r\n\r\n"
    many = "".join(ask.format(tag) for tag in (etag, '"x"', etag, etag)).encode()
    for pieces in ((many,), (many[:30], many[30:]), (many[:100], many[100:]), (many[:-1], many[-1:])):
        with socket.create_connection(("127.0.0.1", server.port), timeout=10) as connection:
            for piece in pieces:
                connection.sendall(piece)
            answered = b""
            while answered.count(b"HTTP/1.1 ") < 4 or not answered.endswith(b"\r\n\r\n"):
                answered += connection.recv(65536)
        statuses = [int(line[9:12]) for line in answered.splitlines() if line.startswith(b"HTTP/1.1 ")]
        assert statuses == [304, 200, 304, 304]


def test_statement_44_a_date_beside_another_header_of_its_kind_is_none(server: Server) -> None:
    sent = f"GET /club.atom HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{{}}: {formatdate(LONG_AGO, usegmt=True)}\r\n"
    for twice in ("", "If-Modified-Since: nonsense\r\n"):
        with socket.create_connection(("127.0.0.1", server.port), timeout=10) as connection:
            connection.sendall(f"{sent.format('If-Modified-Since')}{twice}\r\n".encode())
            assert int(connection.recv(65536)[9:12]) == (200 if twice else 304)


def test_statement_46_packed_only_for_who_takes_it(server: Server) -> None:
    for accepted, coding in [
        ("gzip", "gzip"),
        ("x-gzip", "gzip"),
        ("deflate, gzip;q=0.5", "gzip"),
        ("*", "gzip"),
        ("br, gzip", "gzip"),
        ("gzip;q=0", None),
        ("gzip; q=0.000", None),
        ("*;q=0", None),
        ("*, gzip;q=0", None),
        ("identity, gzip;q=0.5", None),
        ("identity;q=0, *;q=0", None),
        ("br", None),
        ("nonsense;;;", None),
        ("", None),
    ]:
        response = server.get(Accept_Encoding=accepted)
        assert (response.status, response.headers["Content-Encoding"]) == (200, coding), accepted
        content = body(response)
        assert (gzip.decompress(content) if coding else content) == FEED
        assert "Accept-Encoding" in response.headers["Vary"]
        same = server.get(Accept_Encoding=accepted, If_None_Match=response.headers["ETag"])
        assert (same.status, same.headers["Vary"]) == (304, response.headers["Vary"])
        assert same.headers["ETag"] == response.headers["ETag"]


def test_statement_46_brotli_where_it_is_configured(server: Server) -> None:
    with another(server, brotli=True) as other:
        packed = other.get(Accept_Encoding="gzip, br")
        assert (packed.headers["Content-Encoding"], brotli.decompress(body(packed))) == ("br", FEED)
        assert other.get(Accept_Encoding="gzip, br;q=0").headers["Content-Encoding"] == "gzip"


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ({"every": timedelta(minutes=1)}, 900),
        ({"every": timedelta(hours=2)}, 7200),
        ({"every": timedelta(days=2)}, 21600),
        ({"cron": cron.parse("0 6 * * *", "UTC")}, 3600),
        ({}, 900),
    ],
)
def test_statement_47_a_copy_is_good_for_as_long_as_the_feed_stays(
    server: Server, said: dict[str, Any], seconds: int
) -> None:
    with another(server, feeds=(FeedConfig("club", "https://club.example/", **said),)) as other:
        response = other.get()
    assert response.headers["Cache-Control"] == f"public, max-age={seconds}"
    assert not {"Set-Cookie", "Expires", "Pragma"} & set(response.headers)


def test_statement_38_archives_are_served_and_a_copy_is_good_for_long(server: Server) -> None:
    publish.write(server.out / "club" / "archive-0001.atom", FEED)
    response = server.get("/club/archive-0001.atom")
    assert (response.status, body(response)) == (200, FEED)
    assert response.headers["Cache-Control"] == "public, max-age=2592000"
    for path in (
        "/club/archive-0002.atom",
        "/club/../club/archive-0001.atom",
        "/club//archive-0001.atom",
        "/club/.atom",
    ):
        assert server.get(path).status == 404
    with another(server, feeds=(FeedConfig("club", "https://club.example/", token="a-token-of-sixteen"),)) as private:
        publish.write(server.out / PRIVATE / "club" / "archive-0001.atom", OTHER)
        assert private.get("/club/archive-0001.atom").status == 401
        shown = private.get("/club/archive-0001.atom?token=a-token-of-sixteen")
        assert body(shown) == OTHER and shown.headers["Cache-Control"] == "private, max-age=2592000"


def test_statement_52_a_crowd_is_told_when_to_come_back(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("feeds.web.published.MOST_AT_ONCE", 0)
    response = server.get()
    assert response.status == 503
    assert re.fullmatch("[1-9][0-9]*", response.headers["Retry-After"])


def test_statement_52_who_takes_too_much_waits_and_nobody_else(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("feeds.web.fairness.BODIES", 3)
    greedy, other = {"X_Forwarded_For": "203.0.113.7"}, {"X_Forwarded_For": "6.6.6.6, 203.0.113.8"}
    assert [server.get(**greedy).status for _ in range(4)] == [200, 200, 200, 429]
    assert re.fullmatch("[1-9][0-9]*", server.get(**greedy).headers["Retry-After"])
    assert server.get(**other).status == 200
    assert [server.get().status for _ in range(5)] == [200] * 5  # this very machine
    etag = server.get().headers["ETag"]
    assert server.get(If_None_Match=etag, **greedy).status == 304  # what costs nothing is never refused
    assert server.get(If_None_Match='"old"', **greedy).status == 200  # nor is a change for who says what he has


def test_statement_53_pages_of_other_sites_may_read_a_feed(server: Server) -> None:
    response = server.get(Origin="https://reader.example")
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    before = server.get(method="OPTIONS", Origin="https://reader.example", Access_Control_Request_Method="GET")
    assert before.status == 204
    assert "if-none-match" in before.headers["Access-Control-Allow-Headers"].lower()


ENTRY = """<entry><id>tag:club.example,2026:1</id><title>One &amp;amp; &lt;two&gt;</title>
<link rel="alternate" href="https://club.example/1"/><published>2026-01-02T03:04:05Z</published>
<updated>2026-01-02T03:04:05Z</updated>
<content type="html">&lt;p&gt;Bread &amp;amp; &lt;b&gt;salt&lt;/b&gt;&lt;/p&gt;</content></entry>"""
WHOLE = FEED.replace(b"</feed>", f"<title>The club</title>{ENTRY}</feed>".encode())
RSS = (
    b'<?xml version="1.0" encoding="utf-8"?>\n<rss version="2.0"><channel><title>The club</title><item>'
    b"<title>One</title><link>https://club.example/1</link><pubDate>Fri, 02 Jan 2026 03:04:05 GMT</pubDate>"
    b"<description>&lt;p&gt;Bread&lt;/p&gt;</description></item></channel></rss>"
)


def test_statement_54_a_browser_is_shown_a_page(server: Server, published: Path) -> None:
    publish.write(published, WHOLE)
    publish.write(server.out / "club.html", b"<!doctype html>")
    plain, shown = server.get(), server.get(Sec_Fetch_Dest="document")
    (server.out / "club.html").unlink()
    assert (shown.status, shown.headers["Content-Type"]) == (200, "application/xml; charset=utf-8")
    assert b'<?xml-stylesheet type="text/css" href="feed.css"?>' in body(shown) and b"xslt" not in body(shown)
    assert shown.headers["ETag"] != plain.headers["ETag"]
    assert "Sec-Fetch-Dest" in shown.headers["Vary"] and shown.headers["Vary"] == plain.headers["Vary"]
    assert server.get(Sec_Fetch_Dest="document", If_None_Match=shown.headers["ETag"]).status == 304
    assert server.get(Sec_Fetch_Dest="document", If_None_Match=plain.headers["ETag"]).status == 200
    assert server.get(If_None_Match=shown.headers["ETag"]).status == 200
    root = ElementTree.fromstring(body(shown))
    links = {link.text: link.get("href") for link in root.iter("{http://www.w3.org/1999/xhtml}a")}
    assert links == {"One &amp; <two>": "https://club.example/1", "Read it here": "club.html"}
    (viewport,) = root.iter("{http://www.w3.org/1999/xhtml}meta")  # or phones would show it as if from afar
    assert viewport.attrib == {"name": "viewport", "content": "width=device-width, initial-scale=1"}
    assert "Bread & salt" in [text.text for text in root.iter("{http://www.w3.org/1999/xhtml}p")]
    assert [e.id for e in feedparser.parse(body(shown)).entries] == ["tag:club.example,2026:1"]  # still a feed
    for dest in ("empty", "iframe", "image"):
        assert body(server.get(Sec_Fetch_Dest=dest)) == WHOLE


def test_statement_54_rss_and_archives_too(server: Server) -> None:
    publish.write(server.out / "club.rss", RSS)
    publish.write(server.out / "club" / "2025.atom", WHOLE)
    rss, archive = (server.get(path, Sec_Fetch_Dest="document") for path in ("/club.rss", "/club/2025.atom"))
    assert rss.headers["Content-Type"] == archive.headers["Content-Type"] == "application/xml; charset=utf-8"
    root = ElementTree.fromstring(body(rss))
    assert [a.get("href") for a in root.iter("{http://www.w3.org/1999/xhtml}a")] == ["https://club.example/1"]
    assert b'href="../feed.css"' in body(archive)
    publish.write(server.out / "club.rss", b"<broken")
    assert body(server.get("/club.rss", Sec_Fetch_Dest="document")) == b"<broken"


def test_statement_54_the_style_sheet(server: Server) -> None:
    sheet = server.get("/feed.css")
    assert (sheet.status, sheet.headers["Content-Type"]) == (200, "text/css; charset=utf-8")
    assert b"prefers-color-scheme" in body(sheet)
    assert server.get("/feed.css", If_None_Match=sheet.headers["ETag"]).status == 304


def test_bodies_are_forgotten_before_they_are_too_many(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("feeds.web.shelf.ROOM", 3 * len(FEED))
    with another(server) as other:
        for turn in range(2):
            for number in range(10):
                name, content = f"club-{number}", FEED + b"<!-- %d -->" % number
                publish.write(server.out / f"{name}.atom", content)
                assert body(other.get(f"/{name}.atom")) == content, turn
        assert other.weight() <= 3 * len(FEED)


def closed(connection: socket.socket) -> bytes:
    """All that is answered until the connection is closed."""
    answered = b""
    while piece := connection.recv(65536):
        answered += piece
    return answered


def test_a_request_that_never_ends_is_not_waited_for(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("feeds.web.quick.PATIENCE", 0.1)
    etag = server.get().headers["ETag"].encode()
    whole = b"GET /club.atom HTTP/1.1\r\nHost: x\r\nIf-None-Match: " + etag + b"\r\n\r\n"
    for sent in (b"", b"GET /club.atom HTTP/1.1\r\nHost: x\r\n", whole + whole[:20], b"POST /hub HTTP/1.1\r\n" * 1):
        with socket.create_connection(("127.0.0.1", server.port), timeout=10) as connection:
            connection.sendall(sent)
            assert closed(connection).count(b"HTTP/1.1 304") <= 1


def test_a_head_without_an_end_is_refused(server: Server) -> None:
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as connection:
        connection.sendall(b"GET /club.atom HTTP/1.1\r\nHost: x\r\nX: ")
        try:
            for _ in range(100):
                connection.sendall(b"x" * 10_000)
            answered = closed(connection)
        except OSError:  # it was closed while we sent
            answered = b"HTTP/1.1 400"
    assert answered.startswith(b"HTTP/1.1 400")
