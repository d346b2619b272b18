"""Feeds that are merged of others: one after another, what becomes of them while their parts change."""

import json
import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from xml.etree import ElementTree

import feedparser
import pytest

from feeds import app, console, dialogue, farewell, history, listcommand, reload, revising, writers
from feeds.aftermath import Aftermath
from feeds.configuration import PRIVATE, Config, FeedConfig, MergedFeed
from feeds.edition import FORMS
from feeds.model import Decision, Held, Revised
from feeds.replay import Replay
from feeds.sections import Matching, WebSub
from feeds.store import Store
from feeds.subscribers import Subscribers
from feeds.update import Updater
from scraper import urls
from tests.live import Blog, Post, page
from tests.schema import atom_errors
from tests.test_web import serving
from tests.world import World

START = datetime(2026, 3, 1, 12, tzinfo=UTC)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
TOKEN = "a-token-of-20-letters"
CLUB = FeedConfig("club", "https://club.example/", formats=("atom",))
PIER = FeedConfig("pier", "https://pier.example/", formats=("atom",))
BOTH = MergedFeed("both", ("club", "pier"), title="Both of them")
ALL = MergedFeed("all", ("all",), title="All feeds")


@dataclass
class Desk:
    """The program over two sites: what is configured and what the sites have is taken up whenever it works."""

    out: Path
    store: Store
    feeds: tuple[FeedConfig, ...] = (CLUB, PIER)
    merged: tuple[MergedFeed, ...] = (BOTH,)
    now: datetime = START
    sites: dict[str, list[Post]] = field(default_factory=dict)
    down: set[str] = field(default_factory=set)
    hubs: tuple[str, ...] = ()

    @property
    def config(self) -> Config:
        config = Config(self.feeds, self.merged, base_url="https://feeds.example", out=self.out)
        return replace(config, websub=WebSub(self.hubs))

    def world(self) -> World:
        world = World()
        for address, posts in self.sites.items():
            if address not in self.down:
                listing = Blog(address, posts).listing()
                world.pages[address] = listing.replace("Harbour News", f"News of {address[8:12]}")
                world.pages |= {f"https://{urls.host(address)}/post/{post.slug}": page(post) for post in posts}
        return world

    def updater(self) -> Updater:
        """One that knows what is configured now, an hour later."""
        self.now += HOUR
        updater = Updater(self.config, self.store, self.world(), lambda: self.now)  # type: ignore[arg-type]
        updater.sync()
        return updater

    def run(self, *names: str) -> Aftermath:
        """Update these feeds, or all."""
        updater = self.updater()
        updater.refresh()
        for lease in updater.claim(9, names or [feed.name for feed in self.feeds]):
            updater.update(lease)
        return updater.settle()

    def titles(self, name: str = "both", folder: Path | None = None) -> list[str]:
        return [entry.title for entry in self.read(name, folder).entries]

    def read(self, name: str = "both", folder: Path | None = None) -> feedparser.FeedParserDict:
        content = ((folder or self.out) / f"{name}.atom").read_bytes()
        assert atom_errors(content) == []
        return feedparser.parse(content)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    club = [Post(f"club-{n}", f"Club {n}", START - n * DAY) for n in (1, 3, 5)]
    pier = [Post(f"pier-{n}", f"Pier {n}", START - n * DAY) for n in (2, 4)]
    out = tmp_path / "out"
    with Store.open(out / ".state" / "feedwright.db") as store:
        yield Desk(out, store, sites={CLUB.url: club, PIER.url: pier})


def test_its_entries_are_those_of_its_parts_in_every_format(desk: Desk) -> None:
    (report,) = desk.run().merged
    assert (report.name, report.written, report.entries, report.error) == ("both", True, 5, None)
    both = desk.read()
    assert desk.titles() == ["Club 1", "Pier 2", "Club 3", "Pier 4", "Club 5"]
    own = {entry.id: entry for name in ("club", "pier") for entry in desk.read(name).entries}
    for entry in both.entries:
        mine = own.pop(entry.id)
        assert (entry.published, entry.updated, entry.link) == (mine.published, mine.updated, mine.link)
        assert (entry.content, entry.author) == (mine.content, mine.author)
        assert entry.source.title == f"News of {entry.link[8:12]}"
        part = entry.link[8:12]
        assert {link.rel: link.href for link in entry.source.links} == {
            "self": f"https://feeds.example/{part}.atom",
            "alternate": f"https://{part}.example/",
        }
        assert entry.source.id == desk.read(part).feed.id
    assert own == {}
    assert both.feed.title == "Both of them"
    assert both.feed.link == "https://feeds.example/both.html"
    as_rss = feedparser.parse((desk.out / "both.rss").read_bytes())
    as_json = json.loads((desk.out / "both.json").read_bytes())
    assert [entry.id for entry in both.entries] == [e.id for e in as_rss.entries] == [e["id"] for e in as_json["items"]]
    assert as_rss.entries[0].source.href == "https://feeds.example/club.atom"
    assert (
        b'<a href="https://pier.example/" rel="noopener noreferrer">News of pier</a>'
        in (desk.out / "both.html").read_bytes()
    )


def test_statement_22_the_source_of_an_entry_carries_id_title_and_updated(desk: Desk) -> None:
    desk.run()
    tree = ElementTree.fromstring((desk.out / "both.atom").read_bytes())
    atom = "{http://www.w3.org/2005/Atom}"
    for entry in tree.iterfind(f"{atom}entry"):
        source = entry.find(f"{atom}source")
        assert source is not None
        assert all(source.findtext(f"{atom}{name}") for name in ("id", "title"))
        assert source.findtext(f"{atom}updated") == entry.findtext(f"{atom}updated")


def test_it_is_listed_before_the_others(desk: Desk) -> None:
    desk.merged = (BOTH, ALL)
    desk.run()
    outlines = ElementTree.fromstring((desk.out / "feeds.opml").read_bytes()).iterfind("body/outline")
    assert [(one.get("text"), one.get("xmlUrl"), one.get("htmlUrl")) for one in outlines][:2] == [
        ("Both of them", "https://feeds.example/both.atom", "https://feeds.example/both.html"),
        ("All feeds", "https://feeds.example/all.atom", "https://feeds.example/all.html"),
    ]
    index = (desk.out / "index.html").read_text()
    assert index.index(">Both of them<") < index.index(">All feeds<") < index.index(">News of club<")
    assert "5 entries of 2 feeds, newest from" in index


def test_statement_3_nothing_new_touches_nothing_and_another_start_gives_the_same(desk: Desk) -> None:
    desk.run()
    files = [desk.out / f"both.{form}" for form in FORMS]
    before = [(file.stat().st_mtime_ns, file.read_bytes()) for file in files]
    (report,) = desk.run().merged
    assert not report.written
    assert [(file.stat().st_mtime_ns, file.read_bytes()) for file in files] == before
    for file in files:
        file.unlink()
    with Store.open(desk.out / ".state" / "feedwright.db") as desk.store:
        desk.run()
    assert [file.read_bytes() for file in files] == [content for _, content in before]


def test_it_follows_each_of_its_parts_whatever_befell_the_others(desk: Desk) -> None:
    desk.run()
    updated = desk.read().feed.updated
    desk.sites[CLUB.url].insert(0, Post("club-0", "Club 0", START))
    desk.down.add(PIER.url)
    desk.run()
    assert desk.titles()[:3] == ["Club 0", "Club 1", "Pier 2"]
    assert desk.read().feed.updated > updated
    desk.down = set()
    desk.sites[PIER.url] = [Post("gone", "Not as it was", START)]  # held, since its list is lost
    desk.sites[CLUB.url][1] = replace(desk.sites[CLUB.url][1], text="Since Tuesday it was all another story. " * 9)
    ids = [entry.id for entry in desk.read().entries]
    desk.run()
    assert [entry.id for entry in desk.read().entries] == ids
    assert "Since Tuesday" in (desk.out / "both.atom").read_text()
    assert "Not as it was" not in desk.titles()


def test_it_is_read_when_nobody_else_writes_it(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.run()
    waits, lock = threading.Event(), writers._lock

    def told(file: int) -> None:
        waits.set()
        lock(file)

    updater = desk.updater()
    updater.publisher.follow_up()
    updater.settle()  # it remembers what it read
    updater.publisher.follow_up()
    thread = threading.Thread(target=updater.settle)
    with writers.alone(desk.out, "both"):  # as another process would
        monkeypatch.setattr(writers, "_lock", told)
        thread.start()
        assert waits.wait(30)
        desk.sites[CLUB.url].insert(0, Post("club-0", "Club 0", START))
        other = desk.updater()
        other.update(other.claim(1, ["club"])[0])
        assert desk.titles()[0] == "Club 1"
    thread.join()
    assert desk.titles()[0] == "Club 0"


def test_where_none_can_be_locked_each_is_tried_again(desk: Desk) -> None:
    desk.merged = (BOTH, ALL)
    updater = desk.updater()
    updater.publisher.follow_up()
    (desk.out / writers.FOLDER).write_text("no folder")
    assert [(report.name, report.unwritten) for report in updater.settle().merged] == [("both", True), ("all", True)]
    (desk.out / writers.FOLDER).unlink()
    assert [(report.name, report.unwritten) for report in updater.settle().merged] == [("both", False), ("all", False)]


def test_it_follows_what_new_rules_make_of_its_parts(desk: Desk) -> None:
    desk.run()
    updater = desk.updater()
    source = desk.store.source("club")
    assert source is not None
    before = desk.store.newest(source.id, 1)[0]
    held = replace(before, article=replace(before.article, title="Club 1, put right"), digest="another")
    revising.revise(updater, Replay("club", revised=(Revised(before, Decision("refreshed", held)),)))
    updater.settle()
    assert desk.titles()[0] == "Club 1, put right"


def test_what_concerns_no_part_of_it_does_not_touch_it(desk: Desk) -> None:
    desk.merged = (MergedFeed("quay", ("pier",)),)
    desk.run()
    updater = desk.updater()
    updater.update(updater.claim(1, ["club"])[0])
    assert updater.settle().merged == ()


def test_an_article_of_two_feeds_stands_once_as_that_of_the_first(desk: Desk) -> None:
    posts = desk.sites[CLUB.url]
    desk.sites[f"{CLUB.url}quay"] = posts[:2]
    desk.feeds = (CLUB, FeedConfig("quay", f"{CLUB.url}quay"))
    desk.merged = (replace(BOTH, merge=("club", "quay")),)
    desk.run("quay")
    desk.run("club")
    assert desk.titles("quay") == desk.titles("club")[:2]
    assert [entry.id for entry in desk.read().entries] == [entry.id for entry in desk.read("club").entries]
    feeds = [entry.source.links[0].href for entry in desk.read().entries]
    assert [feed.rpartition("/")[2] for feed in feeds] == ["quay.atom", "quay.atom", "club.atom"]


def test_it_takes_what_it_is_configured_to_of_what_its_parts_take(desk: Desk) -> None:
    desk.run()
    desk.feeds = (replace(CLUB, exclude=Matching(title=("3",)), limit=1), PIER)
    desk.merged = (
        replace(BOTH, exclude=Matching(title=("pier 2",))),
        replace(BOTH, name="few", limit=2),
        replace(BOTH, name="young", max_age=timedelta(days=3)),
        replace(BOTH, name="none", include=Matching(title=("nothing has this",))),
        replace(BOTH, name="mine", merge=("club",), formats=("atom",), author="Ann", language="de", title=None),
    )
    desk.run()
    assert desk.titles() == ["Club 1", "Pier 4", "Club 5"]  # a limit is each feed's own
    assert desk.titles("few") == ["Club 1", "Pier 2"]
    assert desk.titles("young") == ["Club 1", "Pier 2"]
    assert not list(desk.out.glob("none.*"))
    assert [path.name for path in desk.out.glob("mine.*")] == ["mine.atom"]
    mine = desk.read("mine").feed
    assert (mine.title, mine.author, mine.language) == ("mine", "Ann", "de")
    assert mine.link == "https://feeds.example/"


def test_many_are_read_of_a_part_where_few_are_taken(desk: Desk) -> None:
    desk.sites[CLUB.url] = [Post(f"club-{n}", f"Club {n}", START - n * HOUR) for n in range(12)]
    desk.merged = (replace(BOTH, exclude=Matching(title=("^club [0-9]$", "pier"))),)
    desk.run()
    assert desk.titles() == ["Club 10", "Club 11"]


def test_a_part_that_stays_is_not_read_again(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a feed of thousands takes one article of a hundred, each look at it would read all that there is."""
    desk.run()
    updater, read = desk.updater(), []
    newest = Store.newest

    def noted(store: Store, source_id: int, limit: int) -> tuple[Held, ...]:
        read.append(source_id)
        return newest(store, source_id, limit)

    monkeypatch.setattr(Store, "newest", noted)
    club, pier = (source.id for source in desk.store.sources())
    feed = replace(BOTH, exclude=Matching(title=("club 1",)))
    assert [entry.title for entry in updater.publisher.merged(feed).entries][:2] == ["Pier 2", "Club 3"]
    assert read == [club, pier]
    assert len(updater.publisher.merged(feed).entries) == 4 and read == [club, pier]
    desk.sites[CLUB.url].insert(0, Post("club-0", "Club 0", START))
    updater = replace(updater, fetcher=desk.world())  # type: ignore[arg-type]
    updater.update(updater.claim(1, ["club"])[0])
    del read[:]
    assert [entry.title for entry in updater.publisher.merged(feed).entries][:2] == ["Club 0", "Pier 2"]
    assert read == [club]
    updater.publisher.merged(replace(feed, merge=("pier",), exclude=Matching()))
    assert read == [club, pier]  # it is another feed now, and the other part is forgotten
    assert len(updater.pending.memory.known) == 1


def test_all_has_those_that_everybody_may_read(desk: Desk) -> None:
    desk.feeds = (CLUB, replace(PIER, token=TOKEN))
    desk.merged = (ALL, MergedFeed("mine", ("all",), token=TOKEN), MergedFeed("quay", ("pier",), token=TOKEN))
    desk.run()
    assert set(desk.titles("all")) == {"Club 1", "Club 3", "Club 5"}
    assert len(desk.titles("mine", desk.out / PRIVATE)) == 5
    assert desk.titles("quay", desk.out / PRIVATE) == ["Pier 2", "Pier 4"]
    public = [path for path in desk.out.iterdir() if path.is_file()]
    assert not any(b"Pier" in path.read_bytes() or b"quay" in path.read_bytes() for path in public)
    desk.merged = (ALL, MergedFeed("mine", ("all",)))  # without its token it has no more than all
    desk.run()
    assert set(desk.titles("mine")) == {"Club 1", "Club 3", "Club 5"}
    assert not (desk.out / PRIVATE / "mine.atom").exists() and not (desk.out / PRIVATE / "quay.atom").exists()


def test_statement_47_a_copy_is_good_for_as_long_as_one_of_any_part(desk: Desk) -> None:
    desk.feeds = (replace(CLUB, every=2 * HOUR), replace(PIER, every=HOUR))
    desk.merged = (BOTH, MergedFeed("secret", ("club",), token=TOKEN))
    desk.run()
    with serving(desk.config) as server:
        assert server.get("/both.atom").headers["Cache-Control"] == "public, max-age=3600"
        assert server.get("/secret.atom").status == 401
        known = server.get(f"/secret.atom?token={TOKEN}")
        assert (known.status, known.headers["Cache-Control"]) == (200, "private, max-age=7200")
        assert server.get("/all.atom").status == 404
    assert b"<ttl>60</ttl>" in (desk.out / "both.rss").read_bytes()


def test_statement_49_it_is_pushed_unless_it_has_a_token(desk: Desk) -> None:
    desk.hubs = ("https://hub.example/",)
    desk.merged = (BOTH, MergedFeed("secret", ("club",), token=TOKEN))
    desk.run()
    pinged = set()
    while ping := Subscribers(desk.store).claim_ping(desk.now, ()):
        pinged.add(ping.topic.removeprefix("https://feeds.example/"))
    assert pinged == {"club.atom", "pier.atom", "both.atom", "both.rss", "both.json"}
    assert desk.read().feed.links[-1].href == "https://hub.example/"
    assert b"hub.example" not in (desk.out / PRIVATE / "secret.atom").read_bytes()


def test_statement_50_a_renamed_one_is_the_same_feed_and_found_under_its_former_name(desk: Desk) -> None:
    desk.merged = (BOTH, ALL)
    desk.run()
    feed_id = desk.read().feed.id
    desk.merged = (replace(BOTH, name="shore"), MergedFeed("other", ("club",)))
    desk.run()
    assert desk.read("shore").feed.id == feed_id != desk.read("other").feed.id
    last = desk.read().entries[0]
    assert (last.title, last.link) == ("This feed has moved", "https://feeds.example/shore.atom")
    with serving(desk.config, desk.store.slug, lambda: desk.now.timestamp()) as server:
        moved = server.get("/both.rss")
        assert (moved.status, moved.headers["Location"]) == (301, "https://feeds.example/shore.rss")
    desk.merged = (replace(BOTH, name="shore", merge=("club",)),)  # another composition of the same feed
    desk.run()
    assert desk.read("shore").feed.id == feed_id


def test_statement_51_one_that_ends_says_so_for_a_month_and_is_gone_then(desk: Desk) -> None:
    desk.merged = (ALL,)
    desk.run()
    before = [entry.id for entry in desk.read("all").entries]
    desk.merged = ()
    desk.run()
    last = desk.read("all").entries
    assert (last[0].title, [entry.id for entry in last[1:]]) == ("This feed has ended", before)
    said = (desk.out / "all.atom").read_bytes()
    desk.run()
    assert (desk.out / "all.atom").read_bytes() == said
    desk.now += farewell.SAID_FOR
    desk.run()
    assert not list(desk.out.glob("all.*"))
    with serving(desk.config, desk.store.slug, lambda: desk.now.timestamp()) as server:
        assert server.get("/all.atom").status == 410
    desk.merged = (ALL,)
    desk.run()
    assert [entry.id for entry in desk.read("all").entries] == before


def test_a_name_may_go_from_one_kind_of_feed_to_the_other(desk: Desk) -> None:
    desk.run()
    desk.feeds, desk.merged = (CLUB, replace(PIER, name="both")), ()
    desk.updater().refresh()
    assert desk.titles() == ["Pier 2", "Pier 4"]
    desk.feeds = (CLUB, PIER)
    desk.updater().refresh()
    slug = desk.store.slug("both")
    assert slug is not None and slug.source_id is not None
    desk.merged = (BOTH,)
    desk.run()
    assert len(desk.titles()) == 5
    slug = desk.store.slug("both")
    assert slug is not None and (slug.source_id, slug.now) == (None, "both")


def test_one_that_can_not_be_written_stops_no_other_and_is_tried_again(desk: Desk) -> None:
    desk.merged = (BOTH, ALL)
    (desk.out / "both.atom").mkdir(parents=True)
    updater = desk.updater()
    list(updater.run(updater.claim(9, ["club", "pier"])))
    failed, written = updater.settle().merged
    assert failed.error is not None and "both.atom" in failed.error
    assert (written.name, written.written) == ("all", True)
    (desk.out / "both.atom").rmdir()
    updater.unsettled.set()
    assert [report.name for report in updater.settle().merged if report.written] == ["both"]
    assert len(desk.titles()) == 5


def test_a_feed_that_can_not_be_written_stops_no_other(desk: Desk) -> None:
    desk.run()
    for name in ("club", "pier"):
        (desk.out / f"{name}.atom").unlink()
    (desk.out / "club.atom").mkdir()
    reports = desk.updater().refresh()
    assert [(report.name, report.error is None, report.written) for report in reports] == [
        ("club", False, False),
        ("pier", True, True),
    ]


def test_what_is_left_of_one_name_and_can_not_be_removed_stops_no_feed(desk: Desk) -> None:
    desk.run()
    (desk.out / "both.rss").unlink()
    (desk.out / "both.rss").mkdir()
    (desk.out / "club.atom").unlink()
    desk.merged = ()
    reports = desk.updater().refresh()
    assert [(one.name, one.error is None) for one in reports] == [("both", False), ("club", True), ("pier", True)]
    assert (desk.out / "club.atom").is_file()
    (left,) = desk.updater().maintain()
    assert left.name == "both" and "both.rss" in str(left.error)


def test_a_configuration_that_changes_concerns_those_that_are_composed_otherwise(desk: Desk) -> None:
    desk.merged = (BOTH, ALL)
    before = desk.config
    quay = FeedConfig("quay", "https://quay.example/")
    assert reload.concerned(before, replace(before, feeds=(CLUB, PIER, quay))) == {"quay", "all"}
    assert reload.concerned(before, replace(before, feeds=(CLUB, replace(PIER, limit=9)))) == {"pier", "both", "all"}
    assert reload.concerned(before, replace(before, merged=(BOTH, replace(ALL, limit=9)))) == {"all"}
    assert reload.concerned(before, before) == set()


def test_the_commands_know_it(desk: Desk, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO", logger="feedwright")
    desk.merged = (BOTH, ALL)
    desk.run()
    listcommand.show(desk.config, as_json=True)
    assert json.loads(capsys.readouterr().out)[2:] == [
        {"name": "both", "merge": ["club", "pier"], "feed": "https://feeds.example/both.atom"},
        {"name": "all", "merge": ["club", "pier"], "feed": "https://feeds.example/all.atom"},
    ]
    listcommand.show(desk.config, as_json=False)
    assert "club, pier" in (shown := capsys.readouterr().out) and "all feeds" in shown
    console.check(desk.config)
    shown = capsys.readouterr().out
    assert "both: made of club, pier, whenever one of them changes" in shown
    console.show_feed(desk.config, "both", as_json=False)
    shown, said = capsys.readouterr()
    assert "News of pier" in shown and "both is made of club, pier." in said
    console.show_feed(desk.config, "both", as_json=True)
    assert json.loads(capsys.readouterr().out)["entries"][1]["origin"]["title"] == "News of pier"
    assert history.show(desk.config, "both", "2", revisions=False, as_json=False) == 0
    assert capsys.readouterr().out.startswith("Pier 2\n")
    assert history.show(desk.config, "both", "99", revisions=False, as_json=False) == console.NOTHING
    dialogue.give(desk.config, ["both", "club"], "opml")
    assert re.findall(r'xmlUrl="([^"]*)"', capsys.readouterr().out) == [
        "https://feeds.example/both.atom",
        "https://feeds.example/club.atom",
    ]
    dialogue.give(desk.config, ["both", "club"], "rsspls")
    assert "not taken over: merge: both" in capsys.readouterr().err
    with app.once(replace(desk.config, feeds=(CLUB,))) as updater:  # as `explain` and `add` look at one site
        assert updater.config.merged == ()
