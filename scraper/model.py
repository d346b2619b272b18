"""The frozen records that pass between steps."""

from dataclasses import dataclass, field
from datetime import datetime

from scraper.errors import ScrapeError


@dataclass(frozen=True, slots=True)
class Validators:
    """What a server gave to ask «has it changed?» with. RFC 9110, section 8.8; kept verbatim."""

    etag: str | None = None
    last_modified: str | None = None

    def __bool__(self) -> bool:
        return self.etag is not None or self.last_modified is not None


@dataclass(frozen=True, slots=True)
class Page:
    """A fetched document, its bytes untouched. `url` is where it was in the end, `requested` what was asked."""

    url: str
    requested: str
    content: bytes
    content_type: str | None = None
    validators: Validators = Validators()


@dataclass(frozen=True, slots=True)
class Link:
    """An address on a listing that leads to an article, with what the listing says of it."""

    url: str
    title: str | None = None
    published: datetime | None = None
    summary: str | None = None
    tier: str = ""


@dataclass(frozen=True, slots=True)
class FeedLink:
    """A feed that the site itself offers."""

    url: str
    type: str
    title: str | None = None


@dataclass(frozen=True, slots=True)
class Discovery:
    """What a listing holds: links in page order, the site's own feeds, and the next page of the listing."""

    links: tuple[Link, ...] = ()
    feeds: tuple[FeedLink, ...] = ()
    next: str | None = None
    tier: str | None = None
    title: str | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """Where a field came from: the source's name, and how far it is to be believed (0 to 1)."""

    field: str
    source: str
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class Image:
    """A picture; sizes in pixels where the page says them."""

    url: str
    width: int | None = None
    height: int | None = None


@dataclass(frozen=True, slots=True)
class Enclosure:
    """A file to listen to or to watch. `length` in bytes, `type` a media type."""

    url: str
    type: str
    length: int | None = None


@dataclass(frozen=True, slots=True)
class Metadata:
    """What a page says about its article. Whatever it does not say is None or empty."""

    title: str | None = None
    authors: tuple[str, ...] = ()
    published: datetime | None = None
    updated: datetime | None = None
    language: str | None = None
    image: Image | None = None
    tags: tuple[str, ...] = ()
    summary: str | None = None
    canonical: str | None = None
    site_name: str | None = None
    enclosures: tuple[Enclosure, ...] = ()
    provenance: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class Article:
    """One clean piece, the scraper's product.

    `html` is safe markup with absolute addresses, `text` the same as plain text with a blank line between blocks;
    `published` and `updated` are aware and in UTC, a date without a time being its midnight. An unknown field is
    None or an empty tuple. `addresses` are all by which the article was reached, `url` the best of them.
    """

    url: str
    title: str | None
    html: str
    text: str
    authors: tuple[str, ...] = ()
    published: datetime | None = None
    updated: datetime | None = None
    language: str | None = None
    image: Image | None = None
    tags: tuple[str, ...] = ()
    summary: str | None = None
    enclosures: tuple[Enclosure, ...] = ()
    addresses: tuple[str, ...] = ()
    provenance: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class Rules:
    """A site's own rules: CSS selectors, and the path of a Python recipe. What is None is found without them."""

    item: str | None = None
    title: str | None = None
    link: str | None = None
    date: str | None = None
    content: str | None = None
    remove: tuple[str, ...] = ()
    python: str | None = None


@dataclass(frozen=True, slots=True)
class KnownPage:
    """A page we have had before. One that is not `due` needs no second look yet."""

    url: str
    validators: Validators = Validators()
    due: bool = True


@dataclass(frozen=True, slots=True)
class Job:
    """One source to scrape now, with all that it needs.

    `limit` is how many articles to follow at most; `headers` are sent to the source's own site only.
    """

    source: str
    url: str
    now: datetime
    rules: Rules = Rules()
    listing: Validators = Validators()
    known: tuple[KnownPage, ...] = ()
    limit: int = 50
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that went wrong, kept beside what went right."""

    url: str
    kind: str
    message: str
    advice: str = ""
    permanent: bool = False

    @classmethod
    def of(cls, error: ScrapeError) -> "Problem":
        return cls(error.about, error.kind, str(error), error.advice, error.permanent)


@dataclass(frozen=True, slots=True)
class ScrapeResult:
    """All that one scrape of a source brought.

    `articles` in the order of the listing; `pages` are those that answered, with the validators for the next time;
    `unchanged` says that the listing itself answered 304, so that nothing is known of what it lists now.
    """

    source: str
    articles: tuple[Article, ...] = ()
    problems: tuple[Problem, ...] = ()
    pages: tuple[KnownPage, ...] = ()
    listing: Validators = Validators()
    discovery: Discovery = Discovery()
    unchanged: bool = False

    @property
    def failed(self) -> bool:
        """Whether the scrape brought nothing to go on with: neither a listing nor an article."""
        return bool(self.problems) and not self.unchanged and not self.discovery.links and not self.articles
