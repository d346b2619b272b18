"""Statements 58 to 60 of what every feed must satisfy: how we read other sites, from one update to the next."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from feeds import polling
from feeds.configuration import FeedConfig
from feeds.model import Moved, Source
from scraper.errors import BadStatus, Blocked, TooLarge
from scraper.fetch import Fetcher, Limits
from scraper.model import Validators
from tests.server import Request, Response, Site, redirect, serve
from tests.test_update import DAY, HOUR, MINUTE, START, Program

ETAG, DATE = 'W/"odd, but; theirs"', "Sunday, 01-Mar-26 09:00:00 GMT"
LINKS = "".join(
    f'<article><h2><a href="/post/{n}">Story number {n} is told here</a></h2>'
    f'<time datetime="2026-02-{n:02}">2026-02-{n:02}</time></article>'
    for n in (1, 2, 3)
)
LISTING = f"<html><head><title>News</title></head><body><main>{LINKS}</main></body></html>"


@pytest.fixture
def site() -> Iterator[Site]:
    with serve() as site:
        for number in (1, 2, 3):
            text = f"The harbour was quiet on day {number}, and nobody could say since when it had been so. " * 5
            site.pages[f"/post/{number}"] = Response(
                f"<html><body><article><h1>Story number {number} is told here</h1><p>{text}</p></article></body></html>"
            )
        yield site


@pytest.fixture
def program(site: Site, tmp_path: Path) -> Program:
    return Program(tmp_path, (FeedConfig("club", site("/"), every=30 * MINUTE),))


def listing(site: Site, **headers: str) -> None:
    """The list of articles, with a 304 for who sends its validators back as they were."""

    def answer(request: Request) -> Response:
        sent = {name.replace("_", "-"): value for name, value in headers.items()} | {
            "ETag": ETAG,
            "Last-Modified": DATE,
        }
        same = (request.headers["If-None-Match"], request.headers["If-Modified-Since"]) == (ETAG, DATE)
        return Response(status=304, headers=sent) if same else Response(LISTING, headers=sent)

    site.pages["/"] = answer


def asked(site: Site) -> list[Request]:
    return [request for request in site.requests if request.path == "/"]


def due(program: Program) -> timedelta:
    """How long after its last update a source is looked at again."""
    source = program.with_updater(lambda updater: updater.store.source("club"))
    assert source is not None and source.next_due is not None
    return source.next_due - program.now


def test_statement_58_validators_go_back_as_they_came_for_days_and_not_for_ever(site: Site, program: Program) -> None:
    listing(site)
    for after in (HOUR, HOUR, DAY, 6 * DAY, 2 * DAY, HOUR):
        program.run(after)
    sent = [(r.headers["If-None-Match"], r.headers["If-Modified-Since"]) for r in asked(site)]
    nothing, both = (None, None), (ETAG, DATE)
    # The fifth is more than eight days after the page itself last came: some servers never say anything but 304.
    assert sent == [nothing, both, both, both, nothing, both]
    assert len(program.entries()) == 3


@pytest.mark.parametrize(
    ("headers", "least"),
    [
        ({}, 15 * MINUTE),
        ({"Cache_Control": "max-age=7200"}, 2 * HOUR),
        ({"Cache_Control": "max-age=60"}, 15 * MINUTE),
        ({"Cache_Control": "max-age=999999999"}, DAY),
    ],
)
def test_statement_59_the_next_look_is_no_sooner_than_both_sides_want(
    site: Site, program: Program, headers: dict[str, str], least: timedelta
) -> None:
    listing(site, **headers)
    program.run()
    assert least <= due(program) <= DAY
    assert program.run(timedelta(), due=True) == []  # a restart changes nothing


def test_statement_59_what_is_said_with_an_answer_that_brings_no_page_is_kept_to(site: Site, program: Program) -> None:
    listing(site)
    program.run()
    assert due(program) <= 30 * MINUTE
    listing(site, Cache_Control="max-age=7200")
    (report,) = program.run()
    assert report.unchanged and due(program) == 2 * HOUR
    listing(site)
    program.run(3 * HOUR)
    assert due(program) <= 30 * MINUTE


@pytest.mark.parametrize(
    ("channel", "wait"),
    [
        ("<ttl> 240 </ttl>", 4 * HOUR),
        ("<ttl>9999999</ttl>", DAY),
        ("<ttl>-5</ttl>", timedelta()),
        ("<ttl>soon</ttl>", timedelta()),
        ("<item><ttl>240</ttl></item>", timedelta()),
        ("", timedelta()),
    ],
)
def test_statement_59_the_ttl_of_a_feed_that_we_read_is_kept_to(
    site: Site, program: Program, channel: str, wait: timedelta
) -> None:
    item = "<item><title>Story number 1 is told here</title><link>{}</link></item>".format(site("/post/1"))
    rss = f'<?xml version="1.0"?><rss version="2.0"><channel><title>News</title>{channel}{item}</channel></rss>'
    site.pages["/"] = Response(rss, headers={"Content-Type": "application/rss+xml", "ETag": ETAG})
    program.run()
    assert len(program.entries()) == 1
    for _ in ("it came", "it has not changed"):
        if wait:
            assert due(program) == wait
        else:
            assert due(program) <= 30 * MINUTE
        site.pages["/"] = Response(status=304)
        program.run(DAY)


@pytest.mark.parametrize("after", ["18000", "Sun, 01 Mar 2026 18:00:00 GMT"])
def test_statement_59_retry_after_is_kept_to_as_seconds_and_as_a_date(after: str) -> None:
    with serve() as site, Fetcher(allow_private=True, now=lambda: START + HOUR) as fetcher:
        site.pages["/"] = Response("Later.", 503, {"Retry-After": after})
        with pytest.raises(BadStatus) as told:
            fetcher.get(site("/"))
    assert told.value.until == START + 6 * HOUR


def test_statement_59_failures_back_off_up_to_a_day_and_survive_a_restart(site: Site, program: Program) -> None:
    site.pages["/"] = Response("Not now.", 500)
    waits = []
    for _ in range(10):
        program.run()
        waits.append(due(program))
    assert waits[0] < waits[2] < waits[4] and max(waits) <= DAY
    assert waits[-1] >= DAY / 2


def test_statement_60_a_move_for_good_is_believed_after_three_looks_over_a_day() -> None:
    source = Source(1, "club", "https://old.example/", "tag:x,2026:1", "r")
    new = "https://new.example/"
    moved = polling.moved(source, source.url, new, START)
    assert moved == Moved(new, 1, START)
    for count, since, address in [(3, HOUR, source.url), (2, 2 * DAY, source.url), (3, DAY, new)]:
        seen = Source(1, "club", source.url, "tag:x,2026:1", "r", moved=Moved(new, count, START))
        assert polling.address(seen, START + since) == address


@pytest.mark.parametrize(("status", "for_good"), [(301, True), (308, True), (302, False), (303, False), (307, False)])
def test_statement_60_only_some_redirects_are_for_good(site: Site, status: int, for_good: bool) -> None:
    site.pages["/old"], site.pages["/"] = redirect("/", status), Response(LISTING)
    with Fetcher(allow_private=True) as fetcher:
        page = fetcher.get(site("/old"))
    assert page is not None and (page.moved == site("/")) is for_good


def test_statement_60_gone_stops_a_source(site: Site, program: Program) -> None:
    listing(site)
    program.run()
    site.pages["/"] = Response("Gone.", 410)
    program.run()
    before = len(asked(site))
    for _ in range(3):
        assert program.run(30 * DAY, due=True) == []
    assert len(asked(site)) == before
    assert program.file.exists()


def test_statement_60_how_we_ask(site: Site) -> None:
    site.pages["/"] = Response(LISTING, headers={"Set-Cookie": "a=b"})
    with Fetcher("Feedwright/1 (+https://feeds.example)", allow_private=True) as fetcher:
        for _ in range(2):
            fetcher.get(site("/"), Validators())
    last = asked(site)[-1].headers
    assert last["User-Agent"] == "Feedwright/1 (+https://feeds.example)"
    assert "gzip" in last["Accept-Encoding"]
    assert last["Cookie"] is None and last["Referer"] is None


def test_statement_60_no_more_than_ten_megabytes_and_nothing_private(site: Site) -> None:
    assert Limits().max_bytes == 10_000_000
    site.pages["/"] = Response("x" * 10_000_001)
    with Fetcher(allow_private=True) as fetcher, pytest.raises(TooLarge):
        fetcher.get(site("/"))
    with Fetcher() as fetcher, pytest.raises(Blocked):
        fetcher.get(site("/"))
