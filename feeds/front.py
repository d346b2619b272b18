"""What in out/ is of all feeds: index.html, feeds.opml, and what the pages need beside them."""

from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

from feeds import atomfile, page, publish, settings
from feeds.configuration import Config, FeedConfig, MergedFeed
from feeds.exchange import opml
from feeds.feed import public
from feeds.model import Shelf, Source
from feeds.page import Listed
from feeds.settings import Settings
from feeds.store import Store
from feeds.text import line
from scraper import urls

_ASSETS = files("feeds").joinpath("assets")
ASSETS = tuple((name, _ASSETS.joinpath(name).read_bytes()) for name in ("favicon.ico", "style.css"))


def write(config: Config, store: Store) -> Iterator[Path]:
    """Bring the files up to date, and give those that changed, each when it is. Raises StoreError and PublishError.

    A feed with a token is in none of them, and one that has no file yet is not either. Merged feeds come first.
    """
    listed = tuple(_listed(config, store))
    made = [
        ("index.html", page.index([each for each, _ in listed])),
        ("feeds.opml", opml.exported([said for _, said in listed], config.base_url).content),
        *ASSETS,
    ]
    paths = [(config.out / name, content) for name, content in made]
    yield from (path for path, content in paths if publish.write(path, content))


def _listed(config: Config, store: Store) -> Iterator[tuple[Listed, Settings]]:
    for feed in config.merged:
        if not feed.token and (listed := _merged(config, feed)):
            yield listed, settings.of_merged(feed, config)
    yield from _of_sources(config, store)


def _merged(config: Config, feed: MergedFeed) -> Listed | None:
    """A merged feed, by what is in its file: no table tells what it took of its parts. None where no feed is in it."""
    try:
        entries = atomfile.read((config.out / f"{feed.name}.atom").read_bytes()).entries
    except (OSError, atomfile.NotOurs):
        return None
    return Listed(
        name=feed.name,
        title=feed.title or feed.name,
        forms=feed.formats,
        address=f"{config.base_url}/{feed.name}.atom",
        group=feed.group,
        newest=max((entry.published for entry in entries), default=None),
        entries=len(entries),
        parts=len(config.parts(feed)),
    )


def _of_sources(config: Config, store: Store) -> Iterator[tuple[Listed, Settings]]:
    sources = {source.name: source for source in store.sources()}
    shelves = {shelf.source_id: shelf for shelf in store.shelves()}
    for feed in config.feeds:
        source = sources.get(feed.name)
        shelf = shelves.get(source.id) if source else None
        if source and shelf and not feed.token and (config.out / f"{feed.name}.atom").is_file():
            yield _entry(config, feed, source, shelf)


def _entry(config: Config, feed: FeedConfig, source: Source, shelf: Shelf) -> tuple[Listed, Settings]:
    title = line(feed.title) or line(source.title) or urls.host(source.url) or feed.name
    language = feed.language or source.language
    listed = Listed(
        name=feed.name,
        title=title,
        forms=feed.formats,
        address=f"{config.base_url}/{feed.name}.atom",
        group=feed.group,
        newest=shelf.newest,
        entries=min(shelf.entries, feed.limit),
        state=state(source),
    )
    return listed, Settings(feed.name, public(source.url), title=title, language=language, group=feed.group)


def state(source: Source) -> str:
    """What people should know of a feed that is not well. The day is enough: no page is to change at each look."""
    if source.gone:
        return "its site says that it has ended"
    if source.paused or source.rested:
        return "paused"
    if source.hold:
        return f"held as it was on {page.day(source.hold.since)}, since its site is not as it was"
    if source.failures:
        return f"cannot be read since {page.day(source.last_ok)}" if source.last_ok else "could not be read yet"
    return ""
