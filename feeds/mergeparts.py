"""What the parts of merged feeds have, newest first: read as far as is needed, and remembered as long as they stay."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from feeds import filters
from feeds.configuration import FeedConfig, MergedFeed
from feeds.model import Held, Source
from feeds.publication import MOST_ENTRIES
from feeds.store import Store
from scraper.model import Article

# So many articles of a part are read at first, and so many times as many each time that these were not enough.
FIRST, MORE = 8, 8


@dataclass(slots=True)
class Read:
    """What was read of a part for a merged feed that was `so`: what both take, without its texts, newest first.

    `size` is how many articles were looked at, and `whole` says that there are no more.
    """

    so: object
    taken: list[Held] = field(default_factory=list)
    size: int = 0
    whole: bool = False


@dataclass(slots=True)
class Memory:
    """For one process. A feed of thousands that takes one article of a hundred would read all of them each time."""

    known: dict[tuple[str, int], Read] = field(default_factory=dict)
    touched: set[tuple[str, int]] = field(default_factory=set)

    def articles(self, store: Store, feed: MergedFeed, part: FeedConfig, source: Source) -> Iterator[Held]:
        """What both take of a source, newest first, whatever its age. Raises StoreError."""
        key, so = (feed.name, source.id), (feed, part.include, part.exclude, source.version)
        read = self.known.get(key)
        if read is None or read.so != so:
            read = self.known[key] = Read(so)
        self.touched.add(key)
        place = 0
        while place < len(read.taken) or not read.whole:
            if place == len(read.taken):
                _read_on(read, store, feed, part, source.id)
            else:
                yield read.taken[place]
                place += 1

    def forget(self, feed: MergedFeed) -> None:
        """What was not asked for since the last time is not remembered: most parts of thousands are not."""
        mine = {key for key in self.known if key[0] == feed.name}
        for key in mine - self.touched:
            del self.known[key]
        self.touched -= mine


def _read_on(read: Read, store: Store, feed: MergedFeed, part: FeedConfig, source_id: int) -> None:
    size = min(read.size * MORE, MOST_ENTRIES) or FIRST
    held = store.newest(source_id, size)
    for one in held[read.size :]:
        if all(filters.takes(one.article, each.include.filter, each.exclude.filter) for each in (part, feed)):
            read.taken.append(_bare(one))
    read.size, read.whole = size, len(held) < size or size >= MOST_ENTRIES


def _bare(held: Held) -> Held:
    """All by which it is chosen."""
    return replace(held, article=Article(held.article.url, title=None, html="", text=""), told=None, difference=None)
