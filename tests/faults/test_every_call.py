"""An error at the n-th call, for every n, through each door: what readers have stays, and the next run repairs."""

import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import feedparser
import pytest
from sqlalchemy import Engine, event

from feeds import polling
from feeds.archive import Archive
from feeds.circuit import ENOUGH
from feeds.claiming import TRIED_WHILE_DOWN
from feeds.configuration import Config, FeedConfig
from feeds.daemon import Daemon
from feeds.report import Report
from feeds.sections import Network
from feeds.store import Store
from feeds.update import Updater
from scraper.errors import FeedwrightError, NoConnection
from scraper.fetch import Fetcher
from scraper.model import Access, Page, Validators
from tests.live import Blog, Post
from tests.program import until
from tests.schema import atom_errors

START = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
# One run has a hundred statements and more: all of them fail in `make soak`, every so many-th elsewhere.
SOME = 9
SITE = "https://club.example/"
POSTS = tuple(Post(f"the-{word}-is-late", f"The {word} is late", START - n * DAY) for n, word in enumerate("abc", 1))
FRESH = Post("a-seal-in-the-harbour", "A seal in the harbour", START)


class Nth:
    """Lets calls pass until its number comes; that one fails. `failed` says whether it came to that."""

    def __init__(self, number: int, error: Callable[[], Exception]) -> None:
        self.number, self.error, self.calls, self.failed = number, error, 0, False

    def __call__(self) -> None:
        self.calls += 1
        if self.calls == self.number:
            self.failed = True
            raise self.error()


class Pages(Fetcher):
    """The pages of a site, from no network."""

    def __init__(self, blog: Blog, nth: Callable[[], None]) -> None:
        super().__init__()
        self.blog, self.nth = blog, nth

    def ask(self, url: str, validators: Validators = Validators(), access: Access = Access()) -> Page:
        self.nth()
        status, kind, body = self.blog.answer("/" + url.removeprefix(SITE))
        assert status == 200
        return Page(url, url, body, kind)

    def sitemaps(self, url: str, access: Access = Access()) -> tuple[str, ...]:
        return ()


def updated(out: Path, blog: Blog, now: datetime, asked: Callable[[], None] = lambda: None) -> Report:
    """One start of the program on a folder, one update, and its end. Raises FeedwrightError."""
    config = Config((FeedConfig("club", SITE),), out=out, network=Network(allow_private=True))
    with Store.open(out / ".state" / "store.db") as store, Pages(blog, asked) as pages:
        updater = Updater(config, store, pages, lambda: now, archive=Archive(out / ".state" / "pages"))
        updater.sync()
        updater.refresh()
        (lease,) = updater.claim(1, ["club"])
        return updater.update(lease)


def entries(out: Path) -> dict[str, tuple[str, str, str]]:
    content = (out / "club.atom").read_bytes()
    assert atom_errors(content) == []
    parsed = feedparser.parse(content)
    found = {entry.id: (entry.link, entry.published, entry.title) for entry in parsed.entries}
    assert not parsed.bozo and len(found) == len(parsed.entries) == len({link for link, _, _ in found.values()})
    return found


@contextmanager
def statements(nth: Nth) -> Iterator[Callable[[], None]]:
    """Every statement to the store."""

    def before(*_: Any) -> None:
        nth()

    event.listen(Engine, "before_cursor_execute", before)
    try:
        yield lambda: None
    finally:
        event.remove(Engine, "before_cursor_execute", before)


@contextmanager
def files(nth: Nth) -> Iterator[Callable[[], None]]:
    """Everything that is done to a file of ours: opened, synced, renamed, dated."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("open", "fsync", "replace", "utime"):
            real = getattr(os, name)

            def counted(*arguments: Any, real: Any = real, **options: Any) -> Any:
                nth()
                return real(*arguments, **options)

            patch.setattr(os, name, counted)
        yield lambda: None


@contextmanager
def requests(nth: Nth) -> Iterator[Callable[[], None]]:
    """Every page that is asked for."""
    yield nth


def disk() -> Exception:
    error = sqlite3.OperationalError("disk I/O error")
    error.sqlite_errorcode = sqlite3.SQLITE_IOERR
    return error


def full() -> Exception:
    return OSError(28, "No space left on device")


def reset() -> Exception:
    return NoConnection("The connection broke off.", about=SITE)


DOORS = {"store": (statements, disk), "files": (files, full), "network": (requests, reset)}


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("first") / "out"
    assert updated(out, Blog(SITE, [*POSTS]), START).new == len(POSTS)
    return out


@pytest.mark.parametrize("door", DOORS)
def test_whatever_call_fails(tmp_path: Path, first: Path, door: str, thorough: bool) -> None:
    opened, error = DOORS[door]
    step = 1 if thorough or door != "store" else SOME
    blog, before = Blog(SITE, [FRESH, *POSTS]), entries(first)
    for number in count(1, step):
        out = tmp_path / str(number)
        shutil.copytree(first, out)
        nth = Nth(number, error)
        with opened(nth) as asked:
            try:
                report = updated(out, blog, START + HOUR, asked)
            except FeedwrightError as foreseen:
                assert str(foreseen).count("\n") == 0
        if not nth.failed:
            assert report.error is None and report.new == 1
            break
        assert before.items() <= entries(out).items(), number
        assert not list(out.glob(".feedwright-*")), number
        again = updated(out, blog, START + 2 * HOUR)
        assert again.error is None, number
        assert before.items() <= entries(out).items(), number
        assert [title for _, _, title in entries(out).values()] == [FRESH.title, *(post.title for post in POSTS)], (
            number
        )
        shutil.rmtree(out)
    assert number > 4


class Down(Pages):
    """No host can be reached while it is `down`."""

    down = False

    def ask(self, url: str, validators: Validators = Validators(), access: Access = Access()) -> Page:
        if self.down:
            raise reset()
        return super().ask(SITE + url.removeprefix("https://").partition("/")[2], validators, access)


def test_10_the_network_is_down_for_all(tmp_path: Path) -> None:
    feeds = tuple(FeedConfig(f"n{number}", f"https://n{number}.example/") for number in range(6))
    config, now = Config(feeds, out=tmp_path, network=Network(allow_private=True)), START
    pages = Down(Blog(SITE, [*POSTS]), lambda: None)
    with Store.open(tmp_path / ".state" / "store.db") as store, pages:
        updater = Updater(config, store, pages, lambda: now)
        updater.sync()
        assert all(updater.update(lease).error is None for lease in updater.claim(99))
        files = {path: path.read_bytes() for path in tmp_path.glob("*.atom")}
        pages.down, now = True, START + DAY
        reports = [updater.update(lease) for lease in updater.claim(99)]
        assert all(report.error for report in reports)
        failed = [source for source in store.sources() if source.failures]
        waiting = [source for source in store.sources() if not source.failures]
        assert (len(failed), len(waiting)) == (ENOUGH - 1, len(feeds) - ENOUGH + 1)
        due = [source.next_due - now for source in waiting if source.next_due]
        assert polling.NETWORK_DOWN_AT_LEAST <= min(due) < max(due) <= polling.NETWORK_DOWN_AT_MOST
        assert {path: path.read_bytes() for path in tmp_path.glob("*.atom")} == files
        pages.down, now = False, now + polling.NETWORK_DOWN_AT_MOST
        assert [updater.update(lease).error for lease in updater.claim(99)] == [None] * len(waiting)


def test_10_a_daemon_tries_a_few_of_many_while_the_network_is_down(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "feedwright")
    feeds = tuple(FeedConfig(f"n{number:02}", f"https://n{number:02}.example/") for number in range(30))
    config = Config(feeds, out=tmp_path, network=Network(allow_private=True), workers=1)
    pages, now = Down(Blog(SITE, [*POSTS]), lambda: None), START
    with Store.open(tmp_path / ".state" / "store.db") as store, pages:
        updater = Updater(config, store, pages, lambda: now)
        updater.sync()
        made, pages.down = Daemon(updater), True

        def tried() -> int:
            made._tick()
            assert made._claimer._workers.drain(60) == ()
            return len([source for source in store.sources() if source.last_error])

        assert ENOUGH <= tried() < len(feeds)
        before = tried()
        assert tried() - before <= TRIED_WHILE_DOWN
        assert "network down" in caplog.text and "network up" not in caplog.text
        pages.down, blamed = False, tried()
        until(lambda: tried() == blamed and len(list(tmp_path.glob("n*.atom"))) == len(feeds) - blamed)
        tried()
        assert "network up" in caplog.text
