"""What is of all feeds follows them, and is touched only where it differs."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from feeds import front
from feeds.aftermath import Aftermath
from feeds.configuration import FeedConfig
from feeds.daemon import SETTLE_LATEST
from feeds.model import Holding, Source
from feeds.sections import Matching
from feeds.update import Updater
from tests.faults.clock import Clock, Hand, following
from tests.live import Blog, blog
from tests.test_update import HOUR, POSTS, START, Program


@pytest.fixture
def site() -> Iterator[Blog]:
    with blog(*POSTS) as site:
        yield site


@pytest.fixture
def program(tmp_path: Path, site: Blog) -> Program:
    club = FeedConfig("club", site.address, group="Harbour", title="The Club")
    return Program(
        tmp_path / "out", (club, FeedConfig("secret", site.address + "?", token="a-token-that-is-long-enough"))
    )


def settle(program: Program) -> dict[str, bytes]:
    def settled(updater: object) -> None:
        updater.unsettled.set()  # type: ignore[attr-defined]
        updater.settle()  # type: ignore[attr-defined]

    program.with_updater(settled)
    return {path.name: path.read_bytes() for path in program.out.iterdir() if path.is_file()}


def test_before_anything_was_fetched(program: Program) -> None:
    files = settle(program)
    assert set(files) == {"index.html", "feeds.opml", "style.css", "favicon.ico", "_status.atom"}
    assert b"none yet" in files["index.html"]


def test_feeds_are_listed_but_those_that_are_private(program: Program) -> None:
    program.run()
    files = settle(program)
    (group,) = ElementTree.fromstring(files["feeds.opml"]).iterfind("body/outline")
    assert group.get("text") == "Harbour"
    assert [(feed.get("text"), feed.get("xmlUrl")) for feed in group] == [
        ("The Club", "https://feeds.example/club.atom")
    ]
    assert b"The Club" in files["index.html"] and b"3 entries" in files["index.html"]
    assert not any(b"secret" in content for content in files.values())


def test_a_look_that_finds_nothing_new_touches_nothing(program: Program) -> None:
    program.run()
    settle(program)
    before = {path: path.stat() for path in program.out.iterdir() if path.is_file()}
    program.run(HOUR)
    settle(program)
    assert {path: path.stat() for path in before} == before


def test_a_feed_that_fails_is_told_by_the_day(program: Program, site: Blog) -> None:
    program.run()
    site.status = 500
    program.run(HOUR)
    first = settle(program)["index.html"]
    assert b"cannot be read since 1 March 2026" in first
    program.run(25 * HOUR)
    assert settle(program)["index.html"] == first
    program.feeds = tuple(replace(feed, paused=True) for feed in program.feeds)
    assert b"paused" in settle(program)["index.html"]


def test_a_feed_takes_what_it_is_configured_to(program: Program) -> None:
    program.run()
    assert len(program.entries()) == 3
    program.configure(exclude=Matching(title=("ferry",)))
    assert [entry.title for entry in program.entries()] == [POSTS[0].title, POSTS[2].title]
    program.configure(exclude=Matching(), include=Matching(title=("^new paint", "storm")), limit=1)
    assert [entry.title for entry in program.entries()] == [POSTS[0].title]
    program.configure(include=Matching(), limit=50, max_age=timedelta(days=5))
    assert [entry.title for entry in program.entries()] == [POSTS[0].title, POSTS[1].title]
    program.configure(include=Matching(title=("nothing has this",)))
    program.run()
    assert b"<entry" not in program.file.read_bytes()


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({}, ""),
        ({"gone": True, "paused": True}, "its site says that it has ended"),
        ({"hold": Holding(START, "why", "list", False, START), "failures": 1}, "held as it was on 1 March 2026"),
        ({"failures": 2}, "could not be read yet"),
        ({"failures": 2, "last_ok": START}, "cannot be read since 1 March 2026"),
    ],
)
def test_how_a_feed_is(fields: dict[str, Any], said: str) -> None:
    source = Source(1, "club", "https://club.example/", "tag:feeds.example,2026:club", "", **fields)
    assert front.state(source).startswith(said) and bool(front.state(source)) is bool(said)


@pytest.mark.parametrize(("takes", "rests"), [(0.01, 5), (0.5, 25), (9.0, SETTLE_LATEST)])
def test_where_there_are_many_it_follows_less_often(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, takes: float, rests: float
) -> None:
    clock, begun = Clock(), list[float]()

    def settle(_: Updater) -> Aftermath:
        begun.append(clock.counted)
        clock.go(timedelta(seconds=takes))
        return Aftermath()

    monkeypatch.setattr(Updater, "settle", settle)
    with following([], tmp_path, clock, lambda *_: pytest.fail("nothing is asked for")) as (updater, _):
        daemon = Hand(updater, clock)
        while len(begun) < 3:
            daemon.tick()
            clock.go(timedelta(seconds=1))
        daemon.end()
    gaps = [later - sooner - takes for sooner, later in pairwise(begun)]
    assert all(rests <= gap <= rests + 1 for gap in gaps)
