"""One update after another: what a feed becomes while its site and its configuration change."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import feedparser
import pytest
from sqlalchemy import Engine, event

from feeds import app
from feeds.configuration import Config, FeedConfig
from feeds.document import Entry
from feeds.errors import StoreError
from feeds.hosts import StoredHosts
from feeds.model import Lease
from feeds.report import Report
from feeds.sections import Network, Select
from feeds.store import Store
from feeds.update import Updater
from scraper.fetch import Fetcher
from tests.live import SENTENCE, Blog, Post, blog, page
from tests.schema import atom_errors

T = TypeVar("T")

START = datetime(2026, 3, 1, 12, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
POSTS = (
    Post("a-storm-is-coming", "A storm is coming", START - DAY),
    Post("the-ferry-is-late", "The ferry is late", START - 3 * DAY),
    Post("new-paint-for-the-pier", "New paint for the pier", START - 8 * DAY),
)
FRESH = Post("a-seal-in-the-harbour", "A seal in the harbour", START + HOUR)


@dataclass
class Program:
    """The program on a clock of its own. Each run is a new start of it, on the same folder."""

    out: Path
    feeds: tuple[FeedConfig, ...]
    base_url: str = "https://feeds.example"
    now: datetime = START

    def with_updater(self, do: Callable[[Updater], T]) -> T:
        config = Config(self.feeds, base_url=self.base_url, out=self.out, network=Network(allow_private=True))
        with Store.open(self.out / ".state" / "store.db") as store, Fetcher(allow_private=True) as fetcher:
            updater = Updater(config, store, fetcher, lambda: self.now)
            updater.sync()
            return do(updater)

    def run(self, after: timedelta = HOUR, *, due: bool = False) -> list[Report]:
        """Update all feeds, or those that are due, some time after the last run."""
        self.now += after

        def update(updater: Updater) -> list[Report]:
            updater.refresh()
            names = None if due else [feed.name for feed in self.feeds]
            reports = list(updater.run(updater.claim(99, names)))
            for path in self.out.glob("*.atom"):
                check(path)
            return sorted(reports, key=lambda report: report.name)

        return self.with_updater(update)

    def entries(self, name: str = "club") -> tuple[Entry, ...]:
        settings = next(feed for feed in self.feeds if feed.name == name)
        return self.with_updater(lambda updater: updater.publisher.feed(settings)[1].entries)

    def configure(self, **changes: object) -> None:
        self.feeds = (replace(self.feeds[0], **changes),)  # type: ignore[arg-type]

    @property
    def file(self) -> Path:
        return self.out / f"{self.feeds[0].name}.atom"


def check(path: Path) -> None:
    """Every file that is ever published is Atom to the standard and to a reader."""
    content = path.read_bytes()
    assert atom_errors(content) == []
    parsed = feedparser.parse(content)
    assert parsed.bozo is False
    assert len({entry.id for entry in parsed.entries}) == len(parsed.entries)
    assert len({entry.updated for entry in parsed.entries}) == len(parsed.entries)
    assert all(entry.published <= entry.updated <= parsed.feed.updated for entry in parsed.entries)


def titles(entries: tuple[Entry, ...]) -> list[str]:
    return [entry.title for entry in entries]


def ids(entries: tuple[Entry, ...]) -> dict[str, str]:
    return {entry.title: entry.id for entry in entries}


@pytest.fixture
def site() -> Iterator[Blog]:
    with blog(*POSTS) as site:
        yield site


@pytest.fixture
def program(tmp_path: Path, site: Blog) -> Program:
    return Program(tmp_path / "out", (FeedConfig("club", site.address),))


@pytest.mark.parametrize("address", ["sample://lantern.example/", None], ids=["the sample site", "a live site"])
def test_the_second_run_touches_nothing(program: Program, address: str | None) -> None:
    if address:
        program.configure(url=address)
        program.now = datetime(2026, 12, 1, tzinfo=UTC)
    (first,) = program.run()
    assert (first.error, first.problems, first.written) == (None, (), True)
    assert first.new == first.entries == len(program.entries()) > 0
    before, entries = program.file.stat(), program.entries()
    for after in (MINUTE, HOUR, 30 * DAY):
        (again,) = program.run(after)
        assert (again.error, again.problems, again.new, again.changed, again.written) == (None, (), 0, 0, False)
    after_all = program.file.stat()
    assert (after_all.st_mtime_ns, after_all.st_ino) == (before.st_mtime_ns, before.st_ino)
    assert program.entries() == entries


def test_the_second_run_asks_for_the_listing_only_and_that_conditionally(program: Program, site: Blog) -> None:
    program.run()
    assert [asked.path for asked in site.asked if asked.path != "/robots.txt"] == [
        "/",
        *(f"/post/{post.slug}" for post in POSTS),
    ]
    del site.asked[:]
    (report,) = program.run(MINUTE)
    assert report.unchanged
    assert [(asked.path, asked.status) for asked in site.asked if asked.path != "/robots.txt"] == [("/", 304)]


def test_a_new_post_is_one_new_entry(program: Program, site: Blog) -> None:
    program.run()
    before = program.entries()
    site.posts.insert(0, FRESH)
    (report,) = program.run(2 * HOUR)
    assert (report.new, report.changed, report.written) == (1, 0, True)
    after = program.entries()
    assert titles(after) == [FRESH.title, *titles(before)]
    assert after[1:] == before
    assert after[0].published == FRESH.date


def test_no_run_after_the_first_reads_a_whole_table(program: Program, site: Blog) -> None:
    program.run()
    site.posts.insert(0, FRESH)
    program.now += DAY
    asked: dict[str, Any] = {}

    def note(_connection: object, _cursor: object, said: str, values: Any, _context: object, many: bool) -> None:
        asked[said] = values[0] if many else values

    def watched(updater: Updater) -> None:
        event.listen(Engine, "before_cursor_execute", note)
        try:
            (lease,) = updater.claim(9)
            assert updater.update(lease).written
            updater.store.next_due(program.now)
        finally:
            event.remove(Engine, "before_cursor_execute", note)

    program.with_updater(watched)
    with closing(sqlite3.connect(program.out / ".state" / "store.db")) as store:
        plans = {said: store.execute(f"EXPLAIN QUERY PLAN {said}", values).fetchall() for said, values in asked.items()}
    assert len(plans) > 20
    assert [said for said, plan in plans.items() if any(step[3].startswith("SCAN") for step in plan)] == []


def test_an_edit_keeps_the_id_and_moves_updated(program: Program, site: Blog) -> None:
    program.run()
    before = program.entries()
    site.posts[1] = replace(POSTS[1], text=SENTENCE * 4 + "Since Tuesday, as it turned out.")
    (report,) = program.run()
    assert (report.new, report.changed, report.written) == (0, 1, True)
    after = program.entries()
    assert [entry.id for entry in after] == [entry.id for entry in before]
    assert (after[0], after[2]) == (before[0], before[2])
    assert "Since Tuesday" in after[1].html
    assert (after[1].published, after[1].updated) == (before[1].published, program.now)


def test_a_post_that_moves_keeps_its_id(program: Program, site: Blog) -> None:
    program.run()
    before = program.entries()
    moved = replace(POSTS[0], slug="a-storm-has-come-and-gone")
    old = f"/post/{POSTS[0].slug}"
    canonical = f'<link rel="canonical" href="{old}"></head>'.encode()
    site.posts[0] = moved
    body = site.answer(f"/post/{moved.slug}")[2].replace(b"</head>", canonical)
    site.pages[f"/post/{moved.slug}"] = ("text/html", body)
    (report,) = program.run()
    assert (report.new, report.error) == (0, None)
    assert ids(program.entries()) == ids(before)


def test_a_post_that_vanishes_stays(program: Program, site: Blog) -> None:
    program.run()
    before = program.entries()
    gone = site.posts.pop(1)
    (report,) = program.run()
    assert (report.new, report.changed, report.written) == (0, 0, False)
    assert program.entries() == before
    site.posts.insert(1, gone)
    program.run()
    assert program.entries() == before


@pytest.mark.parametrize("status", [404, 500, 503])
def test_a_site_that_fails_keeps_its_feed_and_is_left_alone(program: Program, site: Blog, status: int) -> None:
    program.run()
    before = program.file.read_bytes()
    site.status = status
    waits = []
    for _ in range(8):
        (report,) = program.run(DAY, due=True)
        assert report.error and site.address in report.error
        source = program.with_updater(lambda updater: updater.store.source("club"))
        assert source is not None and source.next_due is not None
        waits.append((source.next_due - program.now) / HOUR)
    for wait, doubled in zip(waits, (0.5, 1, 2, 4, 8, 16, 24, 24), strict=True):
        assert doubled * 0.8 <= wait <= min(24, doubled * 1.2)
    assert program.file.read_bytes() == before
    assert program.run(HOUR, due=True) == []
    site.status = 200
    (report,) = program.run(DAY, due=True)
    assert (report.error, report.written) == (None, False)
    assert program.run(14 * MINUTE, due=True) == []
    assert len(program.run(6 * HOUR, due=True)) == 1


def test_a_listing_that_becomes_empty_keeps_the_feed(program: Program, site: Blog) -> None:
    program.run()
    before, posts = program.file.read_bytes(), list(site.posts)
    del site.posts[:]
    (report,) = program.run()
    assert report.error is not None
    assert program.file.read_bytes() == before
    site.posts[:] = posts
    (report,) = program.run()
    assert (report.error, report.new) == (None, 0)


def test_a_page_that_fails_does_not_stop_the_others(program: Program, site: Blog) -> None:
    site.broken.add(f"/post/{POSTS[1].slug}")
    (report,) = program.run()
    assert (report.error, report.new, len(report.problems)) == (None, 2, 1)
    assert titles(program.entries()) == [POSTS[0].title, POSTS[2].title]
    site.broken.clear()
    (report,) = program.run()
    assert (report.new, report.problems) == (1, ())
    assert titles(program.entries()) == [post.title for post in POSTS]


@pytest.mark.parametrize(
    "changed",
    [{"name": "renamed"}, {"title": "Another title"}, {"limit": 10, "author": "Cy", "language": "fr"}],
    ids=lambda changed: next(iter(changed)),
)
def test_a_changed_configuration_keeps_the_ids(program: Program, changed: dict[str, object]) -> None:
    program.run()
    entries, feed = program.entries(), feedparser.parse(program.file.read_bytes()).feed
    program.configure(**changed)
    (report,) = program.run()
    assert (report.error, report.new, report.changed) == (None, 0, 0)
    after = feedparser.parse(program.file.read_bytes())
    assert after.feed.id == feed.id
    assert [entry.id for entry in after.entries] == [entry.id for entry in entries]
    assert after.feed.title == changed.get("title", feed.title)


def test_a_changed_base_url_changes_the_address_of_the_feed_only(program: Program) -> None:
    program.run()
    before = program.file.read_bytes()
    program.base_url = "https://readers.example/feeds"
    program.run()
    after = program.file.read_bytes()
    assert after == before.replace(b"https://feeds.example/club.atom", b"https://readers.example/feeds/club.atom")
    assert after != before


def test_another_site_under_the_same_name_is_another_feed(program: Program, site: Blog) -> None:
    program.run()
    before = feedparser.parse(program.file.read_bytes())
    # Two posts, as a listing has, at the same addresses but on another host.
    other = [Post("nothing-new-inland", "Nothing new inland", START - 2 * DAY), replace(POSTS[0], title="Inland storm")]
    with blog(*other) as elsewhere:
        program.configure(url=elsewhere.address)
        program.run()
        after = feedparser.parse(program.file.read_bytes())
        assert [entry.title for entry in after.entries] == ["Inland storm", "Nothing new inland"]
        assert after.feed.id != before.feed.id
    program.configure(url=site.address)
    program.run()
    back = feedparser.parse(program.file.read_bytes())
    assert [entry.id for entry in back.entries] == [entry.id for entry in before.entries]


def test_undated_posts_keep_their_day(program: Program, site: Blog) -> None:
    site.posts = [replace(post, date=None) for post in POSTS]
    program.run()
    before = program.entries()
    assert titles(before) == [post.title for post in POSTS]
    site.posts.insert(0, replace(FRESH, date=None))
    program.run(3 * DAY)
    arrived, after = program.now, program.entries()
    assert titles(after) == [FRESH.title, *titles(before)]
    assert (after[0].published, after[1:]) == (arrived, before)
    content = program.file.read_bytes()
    for _ in range(5):
        program.run(DAY)
        assert program.file.read_bytes() == content


def test_a_feed_shows_its_newest_entries_and_remembers_the_others(program: Program, site: Blog) -> None:
    program.configure(limit=2)
    program.run()
    assert titles(program.entries()) == [post.title for post in POSTS[:2]]
    before = ids(program.entries())
    site.posts.insert(0, FRESH)
    program.run()
    assert titles(program.entries()) == [FRESH.title, POSTS[0].title]
    program.configure(limit=50)
    program.run()
    assert before.items() <= ids(program.entries()).items()
    assert len(program.entries()) == 4


def test_a_file_that_was_lost_or_spoilt_is_written_again(program: Program) -> None:
    program.run()
    before = program.file.read_bytes()
    program.file.write_bytes(before[:100])
    program.run()
    assert program.file.read_bytes() == before
    program.file.unlink()
    (report,) = program.run()
    assert program.file.read_bytes() == before
    assert report.new == 0


def test_one_that_fails_does_not_stop_the_others(program: Program, site: Blog) -> None:
    nobody = FeedConfig("nobody", "http://127.0.0.1:1/")
    paused = FeedConfig("paused", site.address, paused=True)
    program.feeds = (nobody, *program.feeds, paused)
    club, failed = program.run(due=True)
    assert (club.name, club.error, failed.name) == ("club", None, "nobody")
    assert failed.error
    assert [path.name for path in program.out.glob("*.atom")] == ["club.atom"]


def test_two_at_once_do_not_publish_twice(program: Program, site: Blog) -> None:
    def both(updater: Updater) -> None:
        (lease,) = updater.claim(1, ["club"])
        assert updater.claim(1, ["club"]) == ()
        # Whoever lost the lease meanwhile brings nothing:
        program.now += DAY
        (taken_over,) = updater.claim(1, ["club"])
        late = updater.update(lease)
        assert "has taken over" in (late.error or "") and late.waits
        assert updater.update(taken_over).new == len(POSTS)

    program.with_updater(both)
    assert len(program.entries()) == len(POSTS)


def test_who_is_stopped_gives_back_what_is_not_done(program: Program, site: Blog) -> None:
    program.feeds = tuple(replace(program.feeds[0], name=name) for name in ("a", "b", "c"))

    def stop(updater: Updater) -> None:
        updater = replace(updater, config=replace(updater.config, workers=1))
        reports = updater.run(updater.claim(3, ["a", "b", "c"]))
        next(reports)
        reports.close()  # type: ignore[attr-defined]
        assert len(updater.claim(3)) == 2

    program.with_updater(stop)


def test_what_a_killed_process_had_claimed_is_free_when_nobody_is_left(program: Program) -> None:
    claimed = program.with_updater(lambda updater: updater.claim(1, ["club"]))
    assert len(claimed) == 1
    assert len(program.run(due=True)) == 1


def test_what_a_living_process_has_claimed_is_not_free(program: Program) -> None:
    def beside(updater: Updater) -> None:
        assert len(updater.claim(1, ["club"])) == 1
        assert program.run(MINUTE) == []

    program.with_updater(beside)


PROMOTION = "Nine thousand people get our letter on Fridays. It costs nothing, and you may leave it again at any time."


def tale(number: int, *, promotion: str = PROMOTION) -> Post:
    """A post with a text of its own, and below it what stands below each."""
    where = ("pier", "mole", "church", "bakery", "school", "light", "ferry", "square")[number]
    who = ("smith", "teacher", "painter", "cooper", "widow", "baker", "captain", "clerk")[number]
    text = (
        f"At the {where} the {who} was seen at noon with a ladder, and nobody dared to ask what it was for. "
        f"By the evening the {where} had a new roof of tin, and the {who} was asleep below it on a heap of nets. "
        f"Those who had asked for the roof of the {where} ten years before said that the {who} had done it wrongly."
    )
    return Post(f"tale-{number}", f"The {who} at the {where}", START - number * DAY, f"{text} {{promotion}}{promotion}")


@pytest.fixture
def tales(tmp_path: Path) -> Iterator[tuple[Blog, Program]]:
    with blog() as site:
        yield site, Program(tmp_path / "out", (FeedConfig("club", site.address),))


def publish_tales(site: Blog, *posts: Post) -> None:
    """Put posts on the site, each with its promotion in a paragraph of its own."""
    site.posts = list(posts)
    for post in posts:
        text, _, promotion = post.text.partition(" {promotion}")
        whole = page(replace(post, text=text)).replace("</p></article>", f"</p><p>{promotion}</p></article>")
        site.pages[f"/post/{post.slug}"] = ("text/html; charset=utf-8", whole.encode())


def test_what_repeats_is_left_out_from_the_first_run_on(tales: tuple[Blog, Program]) -> None:
    site, program = tales
    publish_tales(site, *map(tale, range(4)))
    (report,) = program.run()
    assert (report.new, report.problems) == (4, ())
    assert not any(PROMOTION in entry.html for entry in program.entries())


def test_what_was_learnt_of_a_site_survives_a_restart(tales: tuple[Blog, Program]) -> None:
    site, program = tales
    publish_tales(site, *map(tale, range(2)))
    program.run()
    assert [PROMOTION in entry.html for entry in program.entries()] == [True, True]
    publish_tales(site, tale(7), *map(tale, range(2)))
    program.run()
    held = {entry.title: PROMOTION in entry.html for entry in program.entries()}
    assert held.pop("The clerk at the square") is False
    assert list(held.values()) == [True, True]


def test_an_entry_does_not_change_because_its_site_is_better_known(tales: tuple[Blog, Program]) -> None:
    site, program = tales
    publish_tales(site, *map(tale, range(2)))
    program.run()
    before = {entry.id: (entry.html, entry.updated) for entry in program.entries()}
    publish_tales(site, *(tale(n) for n in (7, 6, 0, 1)))
    site.asked.clear()
    program.configure(select=Select(remove=(".nothing",)))  # so that every page is read again
    (report,) = program.run()
    assert (report.new, report.changed) == (2, 0)
    assert {asked.path for asked in site.asked if asked.status == 200} >= {"/post/tale-0", "/post/tale-1"}
    after = {entry.id: (entry.html, entry.updated) for entry in program.entries()}
    assert {id: after[id] for id in before} == before


def test_a_list_of_which_nothing_can_be_read_is_a_failure_each_time(program: Program) -> None:
    program.configure(select=Select(content=".nothing"))
    for _ in range(2):
        (report,) = program.run(DAY)
        assert report.error is not None
        assert "'.nothing' found nothing" in report.error
        assert not program.file.exists()


def test_a_bug_in_one_source_is_told_when_the_others_have_been_served(
    program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    program.feeds = (*program.feeds, replace(program.feeds[0], name="other"))
    update = Updater.update

    def broken(updater: Updater, lease: Lease) -> Report:
        if lease.source.name == "club":
            raise ZeroDivisionError
        return update(updater, lease)

    monkeypatch.setattr(Updater, "update", broken)
    with pytest.raises(ZeroDivisionError):
        program.run()
    assert (program.out / "other.atom").exists()


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[tuple[Blog, Program]]:
    """A feed of the changes of a page."""
    with blog() as site:
        yield site, Program(tmp_path / "out", (FeedConfig("club", f"{site.address}tides", find="page"),))


def put_up(site: Blog, *paragraphs: str, head: str = "") -> None:
    text = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    html = f"<!DOCTYPE html><html lang=en><title>Tides</title>{head}<main><h1>Tides</h1>{text}</main>"
    site.pages["/tides"] = ("text/html; charset=utf-8", html.encode())


HIGH, LOW, LATE = (f"{what} water is at {when}. {SENTENCE}" for what, when in (("High", 1), ("Low", 7), ("Low", 8)))


def test_a_watched_page_gives_an_entry_for_each_change(watched: tuple[Blog, Program]) -> None:
    site, program = watched
    put_up(site, HIGH, LOW)
    (report,) = program.run()
    assert (report.new, report.problems, titles(program.entries())) == (1, (), ["Tides"])
    (report,) = program.run()
    assert (report.new, report.changed) == (0, 0)
    put_up(site, HIGH, LATE)
    (report,) = program.run()
    assert (report.new, report.changed) == (1, 1)
    held = {entry.title: entry.html for entry in program.entries()}
    assert set(held) == {"Tides", "Changed: Tides"}
    assert f"<del>{LOW.strip()}</del>" in held["Changed: Tides"]
    assert f"<ins>{LATE.strip()}</ins>" in held["Changed: Tides"]
    assert HIGH.strip() not in held["Changed: Tides"]
    put_up(site, HIGH)
    program.run()
    assert titles(program.entries()).count("Changed: Tides") == 2
    assert program.run()[0].new == 0


def test_a_watched_page_may_name_another_address_for_itself(watched: tuple[Blog, Program]) -> None:
    site, program = watched
    for last in (LOW, LATE):
        put_up(site, HIGH, last, head='<link rel="canonical" href="/news/tides-of-the-week">')
        program.run()
    assert sorted(titles(program.entries())) == ["Changed: Tides", "Tides"]


def test_a_watched_page_without_an_article_before_it_was_watched(program: Program, site: Blog) -> None:
    program.run()
    site.pages["/tides"] = ("text/html", b"")
    put_up(site, HIGH, LOW)
    program.configure(url=f"{site.address}tides", find="page")
    (report,) = program.run()
    assert (report.new, report.problems) == (1, ())
    assert "Tides" in titles(program.entries())


SORRY = "We are sorry. " + "Something went wrong on our side, and our people have been told of it already. " * 5
GOVERNED = "The waterways authority asks every skipper to moor at the eastern quay until the dredging has ended. " * 6


@pytest.mark.parametrize("find", ["page", "auto"])
def test_what_stands_in_place_of_a_single_page_is_no_change_of_it(watched: tuple[Blog, Program], find: str) -> None:
    site, program = watched
    program.configure(find=find)
    put_up(site, HIGH, LOW, LATE)
    assert program.run()[0].error is None
    content = program.file.read_bytes()
    good = site.pages["/tides"]
    for title, text in (("Error", SORRY), ("Log in", "Please log in to go on. " * 20), ("Error", SORRY)):
        html = f"<!DOCTYPE html><html lang=en><title>{title}</title><main><h1>{title}</h1><p>{text}</p></main>"
        site.pages["/tides"] = ("text/html; charset=utf-8", html.encode())
        (report,) = program.run(DAY)
        assert report.error is not None
        assert program.file.read_bytes() == content
    site.pages["/tides"] = good
    (report,) = program.run(DAY)
    assert (report.error, report.new, report.changed) == (None, 0, 0)
    assert program.file.read_bytes() == content


def test_a_page_that_is_rewritten_for_good_is_believed(watched: tuple[Blog, Program]) -> None:
    site, program = watched
    put_up(site, HIGH, LOW, LATE)
    program.run()
    html = f"<!DOCTYPE html><html lang=en><title>Dredging</title><main><h1>Dredging</h1><p>{GOVERNED}</p></main>"
    site.pages["/tides"] = ("text/html; charset=utf-8", html.encode())
    found = [program.run(DAY)[0] for _ in range(3)]
    assert [report.held for report in found] == [True, True, False]
    assert "page: “Tides” -> “Dredging”" in (found[0].error or "")
    assert sorted(titles(program.entries())) == ["Changed: Dredging", "Dredging"]


def test_a_page_that_was_one_article_and_lists_others_now_is_another(program: Program, site: Blog) -> None:
    put_up(site, HIGH, LOW, LATE)
    program.configure(url=f"{site.address}tides")
    program.run()
    content = program.file.read_bytes()
    site.pages["/tides"] = ("text/html; charset=utf-8", site.listing().encode())
    assert [program.run(DAY)[0].error for _ in range(2)] == ["links found: 0 -> 3"] * 2
    assert program.file.read_bytes() == content
    assert program.run(DAY)[0].new == 3


def test_one_article_under_five_addresses_is_one_entry(program: Program, site: Blog) -> None:
    named = '<head><link rel="canonical" href="/post/a-storm-is-coming">'
    copy = page(POSTS[0]).replace("<head>", named).encode()
    places = (
        "/post/a-storm-is-coming",
        "/2026/a-storm-is-coming",
        "/en/a-storm-comes-1",
        "/p/storm-2-now",
        "/n/a-storm-3",
    )
    site.pages |= dict.fromkeys(places, ("text/html; charset=utf-8", copy))
    cards = "".join(f'<article><h2><a href="{place}">A storm is coming</a></h2></article>' for place in places)
    site.pages["/"] = ("text/html", f"<!DOCTYPE html><title>News</title><main>{cards}</main>".encode())
    (report,) = program.run()
    assert (report.new, report.problems) == (1, ())
    assert titles(program.entries()) == ["A storm is coming"]
    (report,) = program.run(DAY)
    assert (report.new, report.changed) == (0, 0)


def test_dates_that_name_no_zone_are_told_by_the_feeds_clock(program: Program, site: Blog) -> None:
    site.posts = [
        replace(POSTS[0], date="2026-03-01T09:30"),
        replace(POSTS[1], date="2026-02-26"),
        replace(POSTS[2], date="2026-02-21T12:00:00Z"),
    ]
    program.configure(timezone="America/New_York")
    program.run()
    published = [entry.published for entry in program.entries()]
    assert published == [
        datetime(2026, 3, 1, 13, tzinfo=UTC),
        *(datetime(2026, 2, *at, tzinfo=UTC) for at in ((26, 5), (21, 12))),
    ]
    program.configure(timezone="Asia/Tokyo")
    program.run()
    assert [entry.published for entry in program.entries()] == published


def test_a_source_whose_run_could_not_be_saved_is_due_as_soon_as_there_is_room(
    program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise StoreError("The disk is full.")

    def updated(updater: Updater) -> None:
        with monkeypatch.context() as patch:
            patch.setattr(Store, "save", full)
            patch.setattr(Store, "release", full)
            (report,) = updater.run(updater.claim(1))
            assert report.error == "The disk is full."
            with pytest.raises(StoreError):
                updater.give_back()
        assert updater.claim(1) == ()
        updater.give_back()
        (report,) = updater.run(updater.claim(1))
        assert (report.error, report.new) == (None, len(POSTS))

    program.with_updater(updated)


@pytest.mark.parametrize("pause", [10, 60])
def test_a_site_that_wants_long_pauses_has_its_feed_after_one_run_that_waits(tmp_path: Path, pause: int) -> None:
    slept = [0.0]

    def now() -> datetime:
        return START + timedelta(seconds=slept[0])

    with blog(*POSTS) as site, Store.open(tmp_path / "store.db") as store:
        site.pages["/robots.txt"] = ("text/plain", f"User-agent: *\nCrawl-delay: {pause}\n".encode())
        config = Config((FeedConfig("club", site.address),), out=tmp_path, network=Network(allow_private=True))
        shared = StoredHosts(store)
        with Fetcher(
            manners=app.PATIENT,
            allow_private=True,
            hosts=shared,
            now=now,
            sleep=lambda s: slept.append(slept.pop() + s),
        ) as fetcher:
            updater = Updater(config, store, fetcher, now)
            updater.sync()
            (report,) = updater.run(updater.claim(9))
    assert (report.error, report.entries) == (None, len(POSTS))
    assert slept[0] == pytest.approx(3 * pause, abs=1)


def test_what_has_ended_stays_so_until_it_can_be_read(program: Program, site: Blog) -> None:
    def told() -> list[str]:
        return program.with_updater(lambda updater: [turn.kind for turn in updater.store.events(1, 9)])

    program.run()
    for site.status in (410, 410, 500, 503, 410, 500, 500):
        program.run()
    assert told() == ["ended"]
    assert program.run(DAY, due=True) == []
    site.status = 200
    program.run()
    assert told() == ["recovered", "ended"]
    assert len(program.run(DAY, due=True)) == 1
