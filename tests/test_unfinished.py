"""What a run had that was broken off is not asked for again by the next one."""

import zlib
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from feeds import unfinished
from feeds.configuration import Config, FeedConfig
from feeds.hosts import StoredHosts
from feeds.sections import Network
from feeds.store import Store
from feeds.unfinished import LASTS, Had, Resumed, Unfinished
from feeds.update import Updater
from scraper.fetch import Fetcher
from scraper.model import Access, Page, Unchanged, Validators
from tests.live import blog
from tests.test_update import POSTS, START

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
LIST, FEED, POST = (
    Page(f"https://club.example/{path}", f"https://club.example/{path}", b"x") for path in ("", "f", "p")
)


class Site:
    """Has three pages, and notes what it is asked for."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def get(self, url: str, validators: Validators = Validators(), access: Access = Access()) -> Page | None:
        self.asked.append(url)
        return {page.url: page for page in (LIST, FEED, POST)}.get(url)

    def sitemaps(self, url: str, access: Access = Access()) -> tuple[str, ...]:
        return (url,)


def test_all_but_articles_is_not_asked_for_again() -> None:
    site = Site()
    first = Resumed(site, Had(NOW))
    for page in (LIST, FEED, POST):
        assert first.get(page.url) == page
    assert isinstance(first.ask("https://club.example/unchanged"), Unchanged)
    had = first.had([POST.url])
    assert had == Had(NOW, (LIST, FEED))
    site.asked.clear()
    second = Resumed(site, had)
    assert [second.get(page.url) for page in (LIST, FEED, POST)] == [LIST, FEED, POST]
    assert (site.asked, second.sitemaps(LIST.url)) == ([POST.url], (LIST.url,))
    assert second.had([POST.url]) == had


def test_it_is_taken_once_and_soon_by_whoever_had_the_source_before(monkeypatch: pytest.MonkeyPatch) -> None:
    kept, had = Unfinished(), Had(NOW, (LIST,))
    kept.keep(1, 5, had)
    assert (kept.take(1, 6, NOW), kept.take(1, 6, NOW)) == (had, Had(NOW))
    for token, moment in ((7, NOW), (6, NOW + LASTS), (6, NOW - timedelta(seconds=1))):
        kept.keep(1, 5, had)
        assert kept.take(1, token, moment) == Had(moment)
    monkeypatch.setattr(unfinished, "MOST_BYTES", 2 * len(zlib.compress(LIST.content)))
    for number in (0, 1, 2, 2):
        kept.keep(number, 5, had)
    assert [kept.take(number, 6, NOW).pages for number in range(3)] == [(), (LIST,), (LIST,)]
    kept.keep(1, 5, Had(NOW, (LIST, FEED, POST)))
    assert kept.take(1, 6, NOW).pages == ()


@pytest.mark.parametrize("pause", [10, 600])
def test_a_site_that_wants_long_pauses_has_its_feed_in_time(tmp_path: Path, pause: int) -> None:
    now = [START]
    with blog(*POSTS) as site, Store.open(tmp_path / "store.db") as store:
        site.pages["/robots.txt"] = ("text/plain", f"User-agent: *\nCrawl-delay: {pause}\n".encode())
        config = Config((FeedConfig("club", site.address),), out=tmp_path, network=Network(allow_private=True))
        with Fetcher(allow_private=True, hosts=StoredHosts(store), now=lambda: now[0]) as fetcher:
            updater = Updater(config, store, fetcher, lambda: now[0])
            updater.sync()
            for _ in range(4):
                list(updater.run(updater.claim(9)))
                now[0] += timedelta(seconds=pause)
    assert [asked.path for asked in site.asked] == ["/robots.txt", "/", *(f"/post/{post.slug}" for post in POSTS)]


def test_who_wants_what_is_there_now_has_no_list_of_before(tmp_path: Path) -> None:
    now = [START]
    with blog(*POSTS) as site, Store.open(tmp_path / "store.db") as store:
        site.pages["/robots.txt"] = ("text/plain", b"User-agent: *\nCrawl-delay: 600\n")
        config = Config((FeedConfig("club", site.address),), out=tmp_path, network=Network(allow_private=True))
        with Fetcher(allow_private=True, hosts=StoredHosts(store), now=lambda: now[0]) as fetcher:
            updater = Updater(config, store, fetcher, lambda: now[0])
            updater.sync()
            for accepts in (False, True):
                list(updater.run(updater.claim(9)))
                now[0] += timedelta(minutes=10)
                store.want("club", now[0], accepts=accepts)
            list(updater.run(updater.claim(9)))
    assert [asked.path for asked in site.asked] == ["/robots.txt", "/", "/", "/"]
