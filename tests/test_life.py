"""Simulated weeks of a site that does what sites do to addresses: new ids are new articles, and nothing else."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import cast
from xml.etree import ElementTree

import pytest

from feeds.configuration import Config, FeedConfig
from feeds.report import Report
from feeds.sections import Network, Select
from feeds.store import Store
from feeds.update import Updater
from scraper.fetch import Fetcher
from tests.server import Response, Site, redirect, serve
from tests.world import Near

START = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
ATOM = "{http://www.w3.org/2005/Atom}"
WHO = "smith teacher painter cooper widow baker captain clerk diver fisher".split()
WHERE = "pier mole church bakery school lighthouse ferry square tower bridge".split()
WHAT = "ladder kettle lantern barrel compass".split()


@dataclass(slots=True)
class Piece:
    """An article of the site: what its address is made of, and what it says."""

    number: int
    slug: str
    title: str
    text: str
    when: datetime | None
    section: str = "news"
    shape: str = "{section}/{slug}"
    canonical: bool = True
    former: list[str] = field(default_factory=list)

    @property
    def path(self) -> str:
        return "/" + self.shape.format(section=self.section, slug=self.slug, number=self.number)


def piece(number: int, when: datetime | None = None) -> Piece:
    """An article with a text of its own."""
    who, where = WHO[number % 10], WHERE[number // 10 % 10]
    what = WHAT[(number * 7 + number // 10) % 5]
    chance = Random(number)
    text = " ".join(
        f"At the {where} the {chance.choice(WHO)} and the {who} spoke of a {chance.choice(WHAT)} that had stood by the "
        f"{chance.choice(WHERE)} for {chance.randrange(3, 90)} days, and the {chance.choice(WHO)} wrote it down."
        for _ in range(5)
    )
    title = f"The {who} and the {what} at the {where}"
    return Piece(number, f"the-{who}-and-the-{what}-at-the-{where}", title, text, when)


class Weekly:
    """A site on loopback whose articles move about. `front` is the path of its listing."""

    def __init__(self, site: Site, pieces: list[Piece], *, shown: int = 60) -> None:
        self.site = site
        self.pieces = pieces
        self.shown = shown
        self.suffix = ""
        self.origin = ""
        self.dated = True
        self.show()

    def show(self) -> None:
        """Serve it as it stands now."""
        site = self.site
        site.pages.clear()
        for each in self.pieces:
            site.pages[each.path] = Response(self.page(each))
            for old in each.former:
                site.pages.setdefault(old, redirect(each.path, 301))
        for path, answer in [*site.pages.items()]:
            for tail in ("/", "/index.html", "/index.php", "/default.aspx", "?utm_source=feed", "?PHPSESSID=abc123"):
                site.pages.setdefault(path + tail, answer)
            site.pages.setdefault(f"{path};jsessionid=0F3A", answer)
        cards = "".join(
            f'<article><h2><a href="{self.origin}{each.path}{self.suffix}">{each.title}</a></h2>{self.time(each)}'
            "</article>"
            for each in self.pieces[: self.shown]
        )
        site.pages["/"] = Response(
            f'<!DOCTYPE html><html lang="en"><head><title>Weekly</title></head><body><main>{cards}</main></body></html>'
        )

    def page(self, each: Piece) -> str:
        canonical = f'<link rel="canonical" href="{each.path}">' if each.canonical else ""
        paragraphs = "".join(f"<p>{sentence}.</p>" for sentence in each.text.rstrip(".").split(". "))
        return (
            f'<!DOCTYPE html><html lang="en"><head><title>{each.title}</title>{canonical}</head><body><main><article>'
            f"<h1>{each.title}</h1>{self.time(each)}{paragraphs}</article></main></body></html>"
        )

    def time(self, each: Piece) -> str:
        return f'<time datetime="{each.when.isoformat()}">{each.when:%d %B %Y}</time>' if each.when else ""


@dataclass(slots=True)
class Reader:
    """A feed of the site, and a reader that notes every id that it ever saw. The program runs on a clock of its own."""

    updater: Updater = field(init=False)
    now: datetime = START
    seen: dict[str, str] = field(default_factory=dict)

    def run(self, after: timedelta = DAY) -> Report:
        """One update, some time after the last one."""
        report = self.look(after)
        assert report.error is None
        self.seen = {**self.shown("title"), **self.seen}
        return report

    def look(self, after: timedelta) -> Report:
        """The same, however it ends."""
        self.now += after
        (lease,) = self.updater.claim(1, ["weekly"])
        return self.updater.update(lease)

    @property
    def file(self) -> Path:
        return self.updater.config.out / "weekly.atom"

    def links(self) -> dict[str, str]:
        return self.shown("link")

    def shown(self, name: str) -> dict[str, str]:
        """One thing of each entry, by its id."""
        entries = ElementTree.fromstring(self.file.read_bytes()).iterfind(f"{ATOM}entry")
        found = {entry.findtext(f"{ATOM}id"): entry.find(f"{ATOM}{name}") for entry in entries}
        return {str(id): str(one.get("href") or one.text) for id, one in found.items() if one is not None}


@contextmanager
def following(out: Path, site: Site, getter: Near | None = None) -> Iterator[Reader]:
    """Who reads the site by the program, which gets pages by that; over HTTP without."""
    rules = Select(item="article", link="h2 a")  # what is tested is who is who, not what is a list
    settings = FeedConfig("weekly", site(), limit=200, pages=1, select=rules, formats=("atom",))
    config = Config((settings,), out=out, network=Network(allow_private=True))
    with Store.open(out / ".state" / "store.db") as store, Fetcher(allow_private=True) as fetcher:
        reader = Reader()
        reader.updater = Updater(config, store, cast(Fetcher, getter) if getter else fetcher, lambda: reader.now)
        reader.updater.sync()
        yield reader


@pytest.fixture
def site() -> Site:
    return Site("https://weekly.example")


@pytest.fixture
def reader(tmp_path: Path, site: Site) -> Iterator[Reader]:
    with following(tmp_path / "out", site, Near(site)) as reader:
        yield reader


def slashes(weekly: Weekly, chance: Random) -> None:
    weekly.suffix = "/"


def index_files(weekly: Weekly, chance: Random) -> None:
    weekly.suffix = chance.choice(("/index.html", "/index.php", "/default.aspx"))


def trackers(weekly: Weekly, chance: Random) -> None:
    weekly.suffix = "?utm_source=feed"


def sessions(weekly: Weekly, chance: Random) -> None:
    weekly.suffix = chance.choice(("?PHPSESSID=abc123", ";jsessionid=0F3A"))


def no_canonical(weekly: Weekly, chance: Random) -> None:
    for each in weekly.pieces:
        each.canonical = not each.canonical


def another_canonical(weekly: Weekly, chance: Random) -> None:
    """The same pages are now told to be elsewhere, which leads there from where they were."""
    move(weekly, shape="{section}/story/{slug}")


def section(weekly: Weekly, chance: Random) -> None:
    move(weekly, section=chance.choice(("harbour", "town", "archive")))


def section_without_redirects(weekly: Weekly, chance: Random) -> None:
    move(weekly, section=chance.choice(("sea", "land")), redirects=False)


def slug(weekly: Weekly, chance: Random) -> None:
    for each in chance.sample(weekly.pieces, len(weekly.pieces) // 3):
        change(
            each, slug=f"{each.slug}-{chance.choice(('again', 'in-full', 'update'))}", redirects=chance.random() < 0.5
        )


def numbers(weekly: Weekly, chance: Random) -> None:
    """The site's numbers come into its addresses."""
    move(weekly, shape="{section}/{number}00042-{slug}", redirects=False)


def move(weekly: Weekly, *, redirects: bool = True, **changes: str) -> None:
    for each in weekly.pieces:
        change(each, redirects=redirects, **changes)


def change(each: Piece, *, redirects: bool, **changes: str) -> None:
    before = each.path
    for name, value in changes.items():
        setattr(each, name, value)
    each.former = [path for path in [*each.former, before] if path != each.path] if redirects else []


MUTATIONS = (
    slashes, index_files, trackers, sessions, no_canonical, another_canonical, section, section_without_redirects,
    slug, numbers,
)  # fmt: skip


def test_new_ids_are_new_articles(reader: Reader, site: Site) -> None:
    all_mutations(reader, site, Random(1), 50, dated=True)


@pytest.mark.parametrize("seed", range(2, 5))
def test_new_ids_are_new_articles_in_another_order(reader: Reader, site: Site, seed: int, thorough: bool) -> None:
    """Without dates; of fewer articles, unless there is time."""
    all_mutations(reader, site, Random(seed), 50 if thorough else 8, dated=False)


def all_mutations(reader: Reader, site: Site, chance: Random, arrived: int, *, dated: bool) -> None:
    """Every mutation in an order of chance, each with a new article; after each nothing changes without one."""
    pieces = [piece(n, START - n * DAY if dated else None) for n in range(arrived)]
    weekly = Weekly(site, pieces)
    reader.run()
    assert len(reader.seen) == arrived
    for mutation in chance.sample(MUTATIONS, len(MUTATIONS)):
        weekly.suffix = ""
        mutation(weekly, chance)
        fresh = piece(arrived, reader.now if dated else None)
        fresh.shape, fresh.section, fresh.canonical = pieces[0].shape, pieces[0].section, pieces[0].canonical
        weekly.pieces.insert(0, fresh)
        arrived += 1
        weekly.show()
        report = reader.run(2 * DAY)
        assert (report.new, len(reader.seen)) == (1, arrived), mutation.__name__
        before = reader.file.read_bytes()
        reader.run(HOUR)
        assert reader.file.read_bytes() == before, mutation.__name__
    assert sorted(reader.seen.values()) == sorted(each.title for each in weekly.pieces)


def test_a_whole_site_that_moves_to_another_host_stays_the_feed_that_it_was(tmp_path: Path) -> None:
    pieces = [piece(n, START - n * DAY if n % 2 else None) for n in range(12)]
    with serve() as site, serve() as elsewhere, following(tmp_path / "out", site) as reader:
        Weekly(site, pieces)
        reader.run()
        before = reader.links()
        Weekly(elsewhere, pieces)
        site.pages = {path: redirect(elsewhere(path), 301) for path in elsewhere.pages}
        for _ in range(6):
            assert reader.run().new == 0
        after = reader.links()
    assert after == {id: link.replace(site(), elsewhere()) for id, link in before.items()}


LEAD = "Every week our gardener answers what readers ask about hedges, pots, snails, frost and the moon. "


@pytest.mark.parametrize("dated", [True, False], ids=["dated", "undated"])
@pytest.mark.parametrize("shown", [1, 3], ids=["only the newest is listed", "three are listed"])
def test_a_weekly_column_is_an_entry_each_week(reader: Reader, site: Site, *, shown: int, dated: bool) -> None:
    weekly = Weekly(site, [], shown=shown)
    for week in range(8):
        said = piece(week, reader.now if dated else None)
        said.title, said.text, said.slug = "Ask the gardener", LEAD + said.text, f"ask-the-gardener-{week}"
        weekly.pieces.insert(0, said)
        weekly.show()
        assert reader.run(7 * DAY).new == 1
    assert len(reader.links()) == 8


def test_a_teaser_of_the_same_words_each_week_is_an_entry_each_week(reader: Reader, site: Site) -> None:
    """Title and text are the same: that the old one is still there tells that there are two."""
    weekly = Weekly(site, [], shown=1)
    for week in range(4):
        said = replace(piece(1), slug=f"this-week-{week}", title="This week on air", former=[])
        weekly.pieces.insert(0, said)
        weekly.show()
        assert reader.run(7 * DAY).new == 1


def test_two_of_one_title_stay_two_whatever_becomes_of_their_addresses(reader: Reader, site: Site) -> None:
    pieces = [piece(n, START - n * DAY) for n in range(6)]
    for one, other in zip(pieces[::2], pieces[1::2], strict=True):
        other.title = one.title
        other.slug = f"{one.slug}-2"
    weekly = Weekly(site, pieces)
    reader.run()
    before = reader.links()
    for mutation in (section_without_redirects, no_canonical, another_canonical, numbers):
        mutation(weekly, Random(3))
        weekly.show()
        assert reader.run().new == 0
    assert len(reader.links()) == len(set(reader.links().values())) == 6
    numbered = {id: link.rpartition("/")[2].partition("-")[2] for id, link in reader.links().items()}
    assert numbered == {id: link.rpartition("/")[2] for id, link in before.items()}


def test_an_article_that_was_away_for_a_year_keeps_its_id(reader: Reader, site: Site) -> None:
    pieces = [piece(n, START - n * DAY) for n in range(6)]
    weekly = Weekly(site, pieces)
    reader.run()
    before = reader.links()
    weekly.pieces = pieces[:3]
    weekly.show()
    reader.run()
    weekly.pieces = pieces
    move(weekly, section="archive", redirects=False)
    weekly.show()
    assert reader.run(365 * DAY).new == 0
    assert reader.links().keys() == before.keys()


@dataclass(slots=True)
class Restless(Near):
    """Pages that count their views, say how long ago they are of, and show other links at every look."""

    def changed(self, content: bytes) -> bytes:
        related = "".join(
            f'<li><a href="/also/{self.asked + n}">Also read number {self.asked + n}</a></li>' for n in range(3)
        )
        passing = f"<p>{1200 + self.asked} views</p><p>Posted {self.asked % 50 + 2} days ago</p><ul>{related}</ul>"
        return content.replace(b"</h1>", f"</h1>{passing}".encode(), 1)


def test_a_thousand_polls_without_change_rewrite_nothing(tmp_path: Path, site: Site) -> None:
    Weekly(site, [piece(n, START - n * DAY) for n in range(3)])
    pages = Restless(site)
    with following(tmp_path / "out", site, pages) as reader:
        assert reader.run().new == 3
        before, content = reader.file.stat(), reader.file.read_bytes()
        for _ in range(1000):
            report = reader.look(HOUR)
            assert (report.error, report.new, report.changed, report.written) == (None, 0, 0, False)
        after = reader.file.stat()
        assert (after.st_mtime_ns, after.st_ino) == (before.st_mtime_ns, before.st_ino)
        assert reader.file.read_bytes() == content
    assert pages.asked > 1001 + 3 * 9  # each article was looked at after 1, 2, 4 … 512 hours


def removed(reader: Reader, path: str) -> bool:
    source = reader.updater.store.source("weekly")
    assert source is not None
    held = reader.updater.store.entry(source.id, source.url.rstrip("/") + path)
    assert held is not None
    return held.removed is not None


def test_a_page_that_is_gone_for_days_is_known_to_be_removed_and_stays(reader: Reader, site: Site) -> None:
    pieces = [piece(n, START - n * DAY) for n in range(6)]
    weekly = Weekly(site, pieces)
    reader.run()
    content = reader.file.read_bytes()
    gone, hidden = pieces[1], pieces[2]
    weekly.pieces = [each for each in pieces if each not in (gone, hidden)]
    weekly.show()
    site.pages[hidden.path] = Response(weekly.page(hidden))
    seen = []
    for _ in range(6):
        reader.run()
        seen.append(removed(reader, gone.path))
    assert seen == [False, False, False, True, True, True]
    assert not removed(reader, hidden.path)
    assert reader.file.read_bytes() == content
    weekly.pieces = pieces
    weekly.show()
    reader.run(8 * DAY)
    assert reader.links().keys() == reader.seen.keys()


def test_an_outage_removes_nothing(reader: Reader, site: Site) -> None:
    """The listing answers, and none of the pages."""
    pieces = [piece(n, START - n * DAY) for n in range(6)]
    weekly = Weekly(site, pieces)
    reader.run()
    weekly.pieces = [each for each in pieces if each is not pieces[1]]
    for _ in range(8):
        weekly.show()
        site.pages = {"/": site.pages["/"]}
        reader.look(DAY)
    assert not any(removed(reader, each.path) for each in pieces)
