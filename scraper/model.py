"""The frozen records that pass between steps."""

from base64 import b64encode
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Protocol

from scraper.errors import BadStatus, ScrapeError


@dataclass(frozen=True, slots=True)
class Validators:
    """What a server gave to ask «has it changed?» with. RFC 9110, section 8.8; kept verbatim."""

    etag: str | None = None
    last_modified: str | None = None

    def __bool__(self) -> bool:
        return self.etag is not None or self.last_modified is not None


@dataclass(frozen=True, slots=True)
class Page:
    """A fetched document, its bytes untouched.

    `url` is where it was in the end, `requested` what was asked; `moved` is where every redirect on the way said that
    it is for good. `fresh_for` is how long the server says that asking again is of no use.
    """

    url: str
    requested: str
    content: bytes
    content_type: str | None = None
    validators: Validators = Validators()
    moved: str | None = None
    fresh_for: timedelta = timedelta()


@dataclass(frozen=True, slots=True)
class Unchanged:
    """An answer that brings no page, since it is as it was. `fresh_for` is how long that need not be asked again."""

    fresh_for: timedelta = timedelta()


@dataclass(frozen=True, slots=True)
class Link:
    """An address on a listing that leads to an article, with what the listing says of it.

    `evidence` are the signs that it is one, in words for people; `confidence` is how far they go (0 to 1). `changed` is
    when the page behind it was changed last, as a sitemap says it.
    """

    url: str
    title: str | None = None
    published: datetime | None = None
    summary: str | None = None
    tier: str = ""
    confidence: float = 1.0
    evidence: tuple[str, ...] = ()
    changed: datetime | None = None


@dataclass(frozen=True, slots=True)
class Given:
    """An article that came along with its link: on a page of many, in a feed, from an API.

    `html` is as the site wrote it; `whole` says that it is all of the article, and no summary. `site_ids` are as those
    of an article.
    """

    link: Link
    html: str
    whole: bool
    authors: tuple[str, ...] = ()
    updated: datetime | None = None
    tags: tuple[str, ...] = ()
    site_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FeedLink:
    """A feed that the site itself offers."""

    url: str
    type: str
    title: str | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """One tier's verdict on a listing: the links that it found, in order, and why it believes in them, or found none.

    `reason` is a sentence without its end; `seen` is what it looked at, a line each, for people.
    """

    tier: str
    links: tuple[Link, ...] = ()
    confidence: float = 0.0
    reason: str = ""
    seen: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Discovery:
    """What a listing holds: links in page order, the site's own feeds, and the next page of the listing.

    `tier` is the one that won; `found` are the verdicts of all that were asked, in the order of asking; `api` is where
    the page announces a WordPress API.
    """

    links: tuple[Link, ...] = ()
    feeds: tuple[FeedLink, ...] = ()
    next: str | None = None
    tier: str | None = None
    title: str | None = None
    language: str | None = None
    found: tuple[Found, ...] = ()
    api: str | None = None


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
    """What a page says about its article. Whatever it does not say is None or empty.

    `text` is the article itself where the page states it beside showing it, as markup or as plain text.
    """

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
    text: str | None = None
    enclosures: tuple[Enclosure, ...] = ()
    site_ids: tuple[str, ...] = ()
    provenance: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class Article:
    """One clean piece, the scraper's product.

    `html` is safe markup with absolute addresses, `text` the same as plain text with a blank line between blocks, and
    without the pictures' captions.
    `published` and `updated` are aware and keep the offset from UTC that the page gives, so that their day is the day
    which its readers see; a date without a time is its midnight. An unknown field is None or an empty tuple.
    `addresses` are all by which the article was reached, `url` the best of them. `provenance` tells of each field where
    it came from; that of `text` says how much of the text is likely to be the article. `whole` is a digest of what the
    page gives by itself: where it is the same, only what is known of the site differs. `site_ids` are those by which
    the site's own system seems to know it, as in `post 1234`.
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
    whole: str = ""
    site_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rules:
    """A site's own rules: selectors, CSS or XPath, and the path of a Python recipe.

    What is None is found without them.
    """

    item: str | None = None
    title: str | None = None
    link: str | None = None
    date: str | None = None
    content: str | None = None
    remove: tuple[str, ...] = ()
    python: str | None = None
    author: str | None = None
    summary: str | None = None
    next: str | None = None


@dataclass(frozen=True, slots=True)
class Login:
    """A log-in form at `url`, and what to fill in, by the names of its fields."""

    url: str
    fields: tuple[tuple[str, str], ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Access:
    """How one source is to be asked. What is None is as for all others; what is secret never shows in a repr.

    `headers`, `cookies`, `basic` (user and password) and `bearer` are sent to the source's own origin only. `delay` is
    in seconds between two requests to its host.
    """

    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    cookies: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    basic: tuple[str, str] | None = field(default=None, repr=False)
    bearer: str | None = field(default=None, repr=False)
    login: Login | None = None
    proxy: str | None = field(default=None, repr=False)
    allow_private: bool | None = None
    allow_ports: tuple[int, ...] = ()
    ignore_robots: bool = False
    delay: float | None = None

    @property
    def secret(self) -> bool:
        """Whether anything is sent that others must not see."""
        return bool(self.headers or self.cookies or self.basic or self.bearer or self.login)

    def headers_sent(self) -> dict[str, str]:
        """What is added to each request to the source's own origin."""
        sent = dict(self.headers)
        if self.cookies:
            sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies)
        if self.basic:
            sent["Authorization"] = "Basic " + b64encode(":".join(self.basic).encode()).decode()
        if self.bearer:
            sent["Authorization"] = f"Bearer {self.bearer}"
        return sent

    def abroad(self) -> "Access":
        """The same for other origins: without anything secret."""
        return replace(self, headers=(), cookies=(), basic=None, bearer=None, login=None)


class Getter(Protocol):
    """Where pages come from: the web, or what was kept of it."""

    def get(self, url: str, validators: Validators = ..., access: Access = ...) -> Page | None:
        """The page at `url`, or None where it has not changed since it gave the validators. Raises FetchError."""
        ...

    def sitemaps(self, url: str, access: Access = ...) -> tuple[str, ...]:
        """The addresses of the sitemaps that the site of `url` names in its robots.txt."""
        ...


@dataclass(frozen=True, slots=True)
class KnownPage:
    """A page we have had before. One that is not `due` needs no second look yet."""

    url: str
    validators: Validators = Validators()
    due: bool = True


@dataclass(frozen=True, slots=True)
class SiteTemplate:
    """What is remembered of a site's last pages, to tell what repeats on them. All of it is marks, and no text.

    `pages` are those remembered, the newest first. A block with the mark `marks[i]` stood on the pages `stood[i]`, in
    which bit 0 is the newest page; a path of tags with the mark `paths[i]` had text on the pages `seen[i]`, and the
    article on `held[i]`.
    """

    pages: tuple[int, ...] = ()
    marks: tuple[int, ...] = ()
    stood: tuple[int, ...] = ()
    paths: tuple[int, ...] = ()
    seen: tuple[int, ...] = ()
    held: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Listed:
    """A link on a listing as it was when all was well."""

    url: str
    title: str | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """Where the articles of a listing were found anew: selectors for an item, and in it for link and title.

    None is what is found without. `kept` of `expected` links that should have been there were.
    """

    item: str
    link: str | None = None
    title: str | None = None
    kept: int = 0
    expected: int = 0


@dataclass(frozen=True, slots=True)
class Job:
    """One source to scrape now, with all that it needs.

    `limit` is how many articles to follow at most, `pages` how many pages of the listing to read for them. `find` is
    the tier that is to find them, or "auto"; `before` is the page's text as it was last, where the page is watched.
    `template` is what is remembered of the site's pages, `zone` the clock of dates that name none; `expected` is the
    list as it was when all was well, `place` where it was found anew when it was no longer where the rules say.
    """

    source: str
    url: str
    now: datetime
    rules: Rules = Rules()
    listing: Validators = Validators()
    known: tuple[KnownPage, ...] = ()
    limit: int = 50
    access: Access = Access()
    find: str = "auto"
    pages: int = 1
    before: str | None = None
    template: SiteTemplate = SiteTemplate()
    zone: tzinfo = UTC
    expected: tuple[Listed, ...] = ()
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that went wrong, kept beside what went right."""

    url: str
    kind: str
    message: str
    advice: str = ""
    permanent: bool = False
    status: int | None = None

    @classmethod
    def of(cls, error: ScrapeError) -> "Problem":
        status = error.status if isinstance(error, BadStatus) else None
        return cls(error.about, error.kind, str(error), error.advice, error.permanent, status)


@dataclass(frozen=True, slots=True)
class ScrapeResult:
    """All that one scrape of a source brought.

    `articles` in the order of the listing; `pages` are those that answered, with the validators for the next time,
    and `fetched` the addresses of those whose bytes came;
    `unchanged` says that the listing itself answered 304, so that nothing is known of what it lists now; `come_back`
    is when the host may be asked for what it would not give now; `moved` and `fresh_for` are the listing's, whether it
    came or not, and `ttl` is how long it says itself, as a feed, that it need not be asked for again;
    `template` is what is remembered of the site from now on; `place` is where the list was found anew.
    """

    source: str
    articles: tuple[Article, ...] = ()
    problems: tuple[Problem, ...] = ()
    pages: tuple[KnownPage, ...] = ()
    listing: Validators = Validators()
    discovery: Discovery = Discovery()
    unchanged: bool = False
    come_back: datetime | None = None
    moved: str | None = None
    fresh_for: timedelta = timedelta()
    ttl: timedelta = timedelta()
    fetched: tuple[str, ...] = ()
    template: SiteTemplate = SiteTemplate()
    place: Place | None = None

    @property
    def failed(self) -> bool:
        """Whether the scrape brought nothing to go on with: no listing, or none of the articles on it."""
        return (
            bool(self.problems)
            and not self.unchanged
            and not self.articles
            and len(self.problems) >= len(self.discovery.links)
        )
