"""What readers get: a feed and its entries, as every format shows them."""

from dataclasses import dataclass
from datetime import datetime

from scraper.model import Enclosure, Image


@dataclass(frozen=True, slots=True)
class Origin:
    """The feed that an entry of a merged feed comes from, as it was when that entry last changed.

    `url` is where readers get that feed itself, `site_url` where people read it.
    """

    id: str
    title: str
    updated: datetime
    url: str | None = None
    site_url: str | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a feed. `html` is sanitised, `updated` is never before `published`."""

    id: str
    url: str
    title: str
    html: str
    published: datetime
    updated: datetime
    authors: tuple[str, ...] = ()
    summary: str | None = None
    language: str | None = None
    tags: tuple[str, ...] = ()
    image: Image | None = None
    enclosures: tuple[Enclosure, ...] = ()
    origin: Origin | None = None


@dataclass(frozen=True, slots=True)
class Paging:
    """Where a document stands among those that hold all of a feed (RFC 5005, section 4).

    `current` is the address of the feed itself, for an archive document only.
    """

    previous: str | None = None
    next: str | None = None
    current: str | None = None


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed, newest entry first.

    `self_url` is where readers get it as Atom: an address that ends in `.atom`; None for a feed that is served nowhere.
    `hubs` push it (WebSub); `ttl` is for how many minutes a reader need not ask again.
    """

    id: str
    title: str
    site_url: str
    updated: datetime
    entries: tuple[Entry, ...]
    self_url: str | None = None
    subtitle: str | None = None
    language: str | None = None
    author: str | None = None
    hubs: tuple[str, ...] = ()
    ttl: int | None = None
    paging: Paging = Paging()

    def url(self, form: str) -> str | None:
        """Where readers get it in another format."""
        return None if self.self_url is None else f"{self.self_url.removesuffix('.atom')}.{form}"
