"""Whole sites that move, and articles that are in two places: readers see no entry twice, and none anew."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from html import escape
from pathlib import Path
from random import Random
from typing import cast
from urllib.parse import urlsplit

import feedparser
import pytest

from feeds.configuration import Config, FeedConfig
from feeds.report import Report
from feeds.store import Store
from feeds.update import Updater
from scraper.fetch import Fetcher
from tests.world import World

START = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
WHO = "smith teacher painter cooper widow baker captain clerk diver fisher".split()
WHERE = "pier mole church bakery school lighthouse ferry square tower bridge".split()


@dataclass(frozen=True, slots=True)
class Piece:
    """An article: the last step of its address, and what it says."""

    slug: str
    title: str
    text: str
    when: datetime | None = None


def piece(number: int, when: datetime | None = None) -> Piece:
    chance = Random(number)
    who, where = WHO[number % 10], WHERE[number // 10 % 10]
    text = " ".join(
        f"The {chance.choice(WHO)} had been at the {chance.choice(WHERE)} for {chance.randrange(3, 90)} days when the "
        f"{who} came from the {where} and told the {chance.choice(WHO)} so."
        for _ in range(6)
    )
    return Piece(f"the-{who}-of-the-{where}", f"The {who} of the {where}", text, when)


def time(each: Piece) -> str:
    return f'<time datetime="{each.when.isoformat()}">{each.when:%d %B %Y}</time>' if each.when else ""


def page(each: Piece, text: str = "") -> str:
    title = escape(each.title)
    return (
        f'<!DOCTYPE html><html lang="en"><title>{title}</title><main><article><h1>{title}</h1>'
        f"{time(each)}<p>{each.text}</p>{text}</article></main></html>"
    )


def listing(links: Sequence[tuple[str, Piece]]) -> str:
    cards = "".join(f'<article><h2><a href="{url}">{escape(p.title)}</a></h2>{time(p)}</article>' for url, p in links)
    return f'<!DOCTYPE html><html lang="en"><title>Weekly</title><main>{cards}</main></html>'


def show(world: World, origin: str, pieces: Sequence[Piece]) -> None:
    """Have the site at `origin`, and no other."""
    links = [(f"{origin}/news/{each.slug}", each) for each in pieces]
    world.pages = {f"{origin}/": listing(links)} | {url: page(each) for url, each in links}


@dataclass(slots=True)
class Reader:
    """A feed of a site, and a reader that notes every id that it ever saw."""

    out: Path
    world: World
    settings: FeedConfig
    now: datetime = START
    seen: dict[str, str] = field(default_factory=dict)

    def run(self, after: timedelta = DAY) -> Report:
        """One update by a new start of the program, some time after the last one."""
        self.now += after
        with Store.open(self.out / ".state" / "store.db") as store:
            updater = Updater(
                Config((self.settings,), out=self.out), store, cast(Fetcher, self.world), lambda: self.now
            )
            updater.sync()
            (report,) = updater.run(updater.claim(1, [self.settings.name]))
        self.seen |= {entry.id: entry.title for entry in feedparser.parse(self.file.read_bytes()).entries}
        return report

    @property
    def file(self) -> Path:
        return self.out / f"{self.settings.name}.atom"

    def links(self) -> dict[str, str]:
        return {entry.id: entry.link for entry in feedparser.parse(self.file.read_bytes()).entries}


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def reader(tmp_path: Path, world: World) -> Reader:
    return Reader(tmp_path / "out", world, FeedConfig("weekly", "http://weekly.example/", pages=1))


DATED = pytest.mark.parametrize("dated", [True, False], ids=["dated", "undated"])


def pieces(count: int, *, dated: bool = True) -> list[Piece]:
    return [piece(n, START - n * DAY if dated else None) for n in range(count)]


@DATED
def test_a_site_that_comes_to_https(reader: Reader, world: World, *, dated: bool) -> None:
    told = pieces(12, dated=dated)
    show(world, "http://weekly.example", told)
    reader.run()
    before = reader.links()
    show(world, "https://www.weekly.example", told)
    reader.settings = replace(reader.settings, url="https://www.weekly.example/")
    for _ in range(4):
        report = reader.run()
        assert (report.error, report.new, report.changed) == (None, 0, 0)
    now = {id: link.replace("http://", "https://www.") for id, link in before.items()}
    assert reader.links() == now
    show(world, "https://www.weekly.example", [piece(20, reader.now if dated else None), *told])
    assert reader.run().new == 1


OLD, NEW = "http://weekly.example", "https://weekly-news.example"


def follow(reader: Reader, origin: str) -> None:
    """What the user does: another address for the same feed."""
    reader.settings = replace(reader.settings, url=f"{origin}/")


@DATED
def test_a_site_that_moves_to_another_name_and_leaves_no_redirect(reader: Reader, world: World, *, dated: bool) -> None:
    told = pieces(12, dated=dated)
    show(world, OLD, told[:10])
    reader.run()
    told[3] = replace(told[3], title="What nobody had expected")
    show(world, OLD, told)
    reader.run()
    before = reader.links()
    show(world, NEW, told[:8])
    follow(reader, NEW)
    for _ in range(4):
        report = reader.run()
        assert (report.error, report.new, report.changed) == (None, 0, 0)
    moved = {f"{OLD}/news/{each.slug}": f"{NEW}/news/{each.slug}" for each in told[:8]}
    assert reader.links() == {id: moved.get(link, link) for id, link in before.items()}
    assert feedparser.parse(reader.file.read_bytes()).feed.id.startswith("tag:weekly.example,")
    show(world, NEW, [piece(20, reader.now if dated else None), *told])
    assert reader.run().new == 1
    follow(reader, OLD)
    show(world, OLD, told)
    assert reader.run().new == 0


@DATED
def test_a_site_that_moves_and_stays_where_it_was_too_with_other_addresses(
    reader: Reader, world: World, *, dated: bool
) -> None:
    told = pieces(12, dated=dated)
    show(world, OLD, told)
    reader.run()
    before, left = reader.links(), world.pages
    show(world, NEW, [replace(each, slug=f"{n}-{each.slug}") for n, each in enumerate(told)])
    world.pages |= left
    follow(reader, NEW)
    for _ in range(3):
        assert reader.run().new == 0
    assert reader.links().keys() == before.keys()
    assert all(link.startswith(f"{NEW}/") for link in reader.links().values())


@pytest.mark.parametrize("runs", [1, 5], ids=["not yet followed", "followed already"])
def test_a_site_that_redirects_to_another_name_before_its_feed_is_told(reader: Reader, world: World, runs: int) -> None:
    told = pieces(6)
    show(world, OLD, told)
    reader.run()
    before = reader.links()
    show(world, NEW, told)
    world.moved = {OLD: NEW}
    for _ in range(runs):
        assert reader.run().new == 0
    follow(reader, NEW)
    for _ in range(3):
        report = reader.run()
        assert (report.error, report.new, report.changed) == (None, 0, 0)
    assert reader.links() == {id: link.replace(OLD, NEW) for id, link in before.items()}


def test_another_site_under_the_same_name_begins_anew_once_it_is_there(reader: Reader, world: World) -> None:
    """Even where two addresses are the same, and one article is in both."""
    told = pieces(12)
    show(world, OLD, told)
    reader.run()
    before, content = reader.links(), reader.file.read_bytes()
    follow(reader, NEW)
    assert reader.run().error is not None
    assert reader.file.read_bytes() == content
    others = [piece(n, START) for n in range(30, 40)]
    others[0], others[1] = replace(others[0], slug=told[0].slug), replace(others[1], slug=told[1].slug)
    show(world, NEW, [*others, told[5]])
    assert reader.run().new == 11
    assert reader.links().keys().isdisjoint(before)
    assert feedparser.parse(reader.file.read_bytes()).feed.id.startswith("tag:weekly-news.example,")


@DATED
def test_an_article_in_two_sections_is_one_entry(reader: Reader, world: World, *, dated: bool) -> None:
    told = pieces(6, dated=dated)

    def put(text: str = "") -> None:
        twice = [
            (f"http://weekly.example/{section}/{each.slug}", each) for each in told for section in ("news", "sport")
        ]
        world.pages = {"http://weekly.example/": listing(twice)} | {url: page(each, text) for url, each in twice}

    put()
    assert reader.run().new == 6
    before = reader.links()
    assert all("/news/" in link for link in before.values())
    for days in range(1, 4):
        put(f"<p>This was put right {days} times, and each time by somebody else at the {WHERE[days]}.</p>")
        assert reader.run().new == 0
    assert reader.links() == before


@DATED
def test_one_that_got_another_title_and_address_and_left_its_page_behind(
    reader: Reader, world: World, *, dated: bool
) -> None:
    told = pieces(6, dated=dated)
    show(world, "http://weekly.example", told)
    reader.run()
    before, left = reader.links(), {f"http://weekly.example/news/{told[2].slug}": page(told[2])}
    told[2] = replace(told[2], title="What nobody had expected", slug="what-nobody-had-expected")
    for _ in range(3):
        show(world, "http://weekly.example", told)
        world.pages |= left
        assert reader.run().new == 0
    assert reader.links().keys() == before.keys()
    assert "http://weekly.example/news/what-nobody-had-expected" in reader.links().values()
    assert "What nobody had expected" in reader.file.read_text()


@DATED
def test_two_of_one_text_that_are_on_the_list_together_are_two(reader: Reader, world: World, *, dated: bool) -> None:
    told = pieces(6, dated=dated)
    show(world, "http://weekly.example", told)
    reader.run()
    told.insert(0, replace(told[2], title="What nobody had expected", slug="what-nobody-had-expected"))
    for new in (1, 0, 0):
        show(world, "http://weekly.example", told)
        assert reader.run().new == new
    assert len(reader.links()) == 7


@DATED
@pytest.mark.parametrize("good", [True, False], ids=["the old ones are good still", "they are not"])
@pytest.mark.parametrize("address", ["/news/{}?rnd={}", "/s{1}/news/{0}"], ids=["a parameter", "a step"])
def test_addresses_that_are_others_at_every_look(
    reader: Reader, world: World, address: str, *, good: bool, dated: bool
) -> None:
    told = pieces(8, dated=dated)
    for look in range(6):
        fresh = look == 4
        if fresh:
            told.insert(0, piece(20, reader.now if dated else None))
        before = reader.file.read_bytes() if look else b""
        links = [(OLD + address.format(each.slug, look), each) for each in told]
        left = world.pages if good else {}
        world.pages = left | {f"{OLD}/": listing(links)} | {url: page(each) for url, each in links}
        report = reader.run()
        assert (report.error, report.new, report.changed) == (None, 1 if fresh else 0 if look else 8, 0)
        assert (reader.file.read_bytes() == before) == (good and not fresh and look > 0)
    assert len(reader.seen) == 9
    shown = {urlsplit(link).path + "?" + urlsplit(link).query for link in reader.links().values()}
    looks = {each.slug: 5 if not good else 4 if each is told[0] else 0 for each in told}
    assert {path.rstrip("?") for path in shown} == {address.format(slug, look) for slug, look in looks.items()}


def feed(items: Sequence[tuple[str, str, Piece]]) -> str:
    told = "".join(
        f"<item><title>{escape(each.title)}</title><link>{url}</link><guid isPermaLink='false'>{guid}</guid>"
        f"<description>{escape(f'<p>{each.text}</p>')}</description></item>"
        for guid, url, each in items
    )
    return f"<?xml version='1.0'?><rss version='2.0'><channel><title>Weekly</title>{told}</channel></rss>"


def test_an_entry_of_a_sites_own_feed_is_known_by_the_id_that_it_has_there(reader: Reader, world: World) -> None:
    """Title and address are others; the text is much the same, and the old address answers still."""
    reader.settings = replace(reader.settings, url="http://weekly.example/feed", find="feed")
    told = pieces(6, dated=False)

    def put(tail: str) -> None:
        items = [(f"weekly {n}", f"http://weekly.example/news/{each.slug}{tail}", each) for n, each in enumerate(told)]
        pages = {url: page(each) for _, url, each in items}
        world.pages = {"http://weekly.example/feed": feed(items)} | pages

    put("")
    assert reader.run().new == 6
    before = reader.links()
    told[2] = replace(told[2], title="What nobody had expected", slug="what-nobody-had-expected")
    put("-in-full")
    report = reader.run()
    assert (report.error, report.new) == (None, 0)
    assert reader.links().keys() == before.keys()
    assert reader.seen.keys() == before.keys()
