"""The pages of real runs are kept as they came, with nothing of what was sent, and no run fails for it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from feeds.archive import Archive
from feeds.configuration import Config, FeedConfig
from feeds.keptpages import KeptPages
from feeds.model import Kept
from feeds.report import Report
from feeds.sections import Auth, KeepPages, Network
from feeds.store import Store
from feeds.update import Updater
from scraper.fetch import Fetcher
from tests.live import SENTENCE, Blog, Post, blog, page

START = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
POSTS = (
    Post("a-storm-is-coming", "A storm is coming", START - DAY),
    Post("the-ferry-is-late", "The ferry is late", START - 3 * DAY),
    Post("new-paint-for-the-pier", "New paint for the pier", START - 8 * DAY),
)


class Program:
    """The program on a clock of its own, with its pages kept."""

    def __init__(self, out: Path, store: Store, feed: FeedConfig) -> None:
        self.out, self.feed, self.now = out, feed, START
        self.store, self.archive = store, Archive(out / ".state" / "pages")
        self.pages = KeptPages(store, self.archive)

    @property
    def updater(self) -> Updater:
        config = Config((self.feed,), out=self.out, network=Network(allow_private=True))
        fetcher = Fetcher(allow_private=True)
        return Updater(config, self.store, fetcher, lambda: self.now, archive=self.archive)

    def run(self, after: timedelta = HOUR) -> Report:
        self.now += after
        updater = self.updater
        with updater.fetcher:
            updater.sync()
            (report,) = updater.run(updater.claim(1, [self.feed.name]))
        return report

    def configure(self, **changes: Any) -> None:
        self.feed = replace(self.feed, **changes)

    def kept(self) -> tuple[Kept, ...]:
        return self.pages.of(1)

    def contents(self) -> dict[str, bytes]:
        """What is kept, the newest of each address, by its path."""
        found = {}
        for kept in self.kept():
            known = self.pages.page(1, kept)
            assert known is not None and known.requested == kept.requested
            found[kept.requested.partition("/")[2].partition("/")[2].partition("/")[2]] = known.content
        return found

    def files(self) -> list[Path]:
        return sorted(path for path in self.archive.folder.rglob("*") if path.is_file())


@pytest.fixture
def site() -> Iterator[Blog]:
    with blog(*POSTS) as site:
        yield site


@pytest.fixture
def program(tmp_path: Path, site: Blog) -> Iterator[Program]:
    with Store.open(tmp_path / "out" / ".state" / "store.db") as store:
        yield Program(tmp_path / "out", store, FeedConfig("club", site.address))


def test_the_listing_and_each_article_are_kept_as_they_came(program: Program, site: Blog) -> None:
    assert program.run().problems == ()
    expected = {f"post/{post.slug}": page(post).encode() for post in POSTS}
    assert program.contents() == {"": site.listing().encode(), **expected}
    assert {kept.kind for kept in program.kept() if kept.requested != site.address} == {"article"}
    entries = {held.article.url: held.entry_id for held in program.store.newest(1, 9)}
    assert {kept.url: kept.entry_id for kept in program.kept() if kept.kind == "article"} == entries


def test_the_same_bytes_are_kept_once_and_other_ones_beside_them(program: Program, site: Blog) -> None:
    program.run()
    before = program.kept()
    site.posts[0] = replace(POSTS[0], text=SENTENCE * 5)
    program.run(10 * DAY)  # the validators are too old by then: all comes again
    after = program.kept()
    assert len(after) == len(before) + 1 == len(program.files())
    assert {kept.fetched for kept in after} == {START + HOUR, START + HOUR + 10 * DAY}
    (entry,) = {kept.entry_id for kept in after if kept.requested.endswith("a-storm-is-coming")}
    assert entry is not None


def test_nothing_secret_is_kept(program: Program) -> None:
    program.configure(headers={"X-Key": "hush-1"}, cookies={"s": "hush-2"}, auth=Auth(bearer="hush-3"))
    program.run()
    assert len(program.files()) == 4
    database = program.out / ".state" / "store.db"
    for path in [*program.files(), database, database.with_name("store.db-wal")]:
        assert b"hush" not in path.read_bytes()
    assert all(b"hush" not in content for content in program.contents().values())


def test_there_is_room_for_so_much(program: Program, site: Blog) -> None:
    program.run()
    packed = sum(kept.packed for kept in program.kept())
    program.configure(keep_pages=KeepPages(size=packed - 1))
    site.posts.insert(0, Post("a-seal", "A seal in the harbour", START))
    program.run(10 * DAY)
    assert sum(kept.packed for kept in program.kept()) < packed
    assert len(program.files()) == len(program.kept()) > 0


@pytest.mark.parametrize("keep", [KeepPages(size=0), None])
def test_nothing_is_kept_where_nothing_is_to_be(program: Program, keep: KeepPages | None) -> None:
    if keep is None:
        updater = replace(program.updater, archive=None)
        updater.sync()
        (report,) = updater.run(updater.claim(1, ["club"]))
        updater.fetcher.close()
    else:
        program.configure(keep_pages=keep)
        report = program.run()
    assert (report.new, report.problems) == (3, ())
    assert not program.archive.folder.exists()


def test_pages_that_cannot_be_kept_are_told_and_the_feed_is_published(program: Program) -> None:
    program.archive.folder.parent.mkdir(parents=True, exist_ok=True)
    program.archive.folder.write_text("in the way")
    report = program.run()
    assert (report.error, report.new, report.written) == (None, 3, True)
    (problem,) = report.problems
    assert (problem.kind, problem.message) == (
        "not-kept",
        f"Pages can't be kept in {program.archive.folder} (Not a directory); the feed does without.",
    )


def test_maintenance_sweeps_what_has_no_row_and_forgets_what_is_too_old(program: Program, site: Blog) -> None:
    program.run()
    lost = program.archive.put(1, b"a run that was killed")
    program.archive.put(99, b"a source that never was")
    site.pages["/post/the-ferry-is-late"] = ("text/html", b"<p>Nothing to see")
    program.run(10 * DAY)
    program.now = datetime.now(UTC) + 2 * DAY
    with program.updater.fetcher as _:
        program.updater.maintain()
    assert program.archive.get(1, lost.digest, lost.size) is None
    assert program.archive.sources() == (1,)
    assert {kept.entry_id is None for kept in program.kept()} == {False}  # 90 days are over
    assert len(program.files()) == len(program.kept()) == 3
    program.configure(name="other", url="https://other.example/")
    program.updater.sync()
    program.updater.maintain()
    assert (program.kept(), program.files()) == ((), [])


def test_a_page_whose_file_is_damaged_is_no_page(program: Program) -> None:
    program.run()
    for path in program.files():
        path.write_bytes(b"?")
    assert {program.pages.page(1, kept) for kept in program.kept()} == {None}
