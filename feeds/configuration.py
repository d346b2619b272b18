"""All that config.yaml says, as it was read: each feed, and what holds for all."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import PlainValidator

from feeds import cron, freshness, values
from feeds.cron import Cron
from feeds.keys import (
    Address,
    CookieName,
    CookieValue,
    Every,
    Flag,
    Formats,
    HeaderName,
    HeaderValue,
    Limit,
    Pause,
    Ports,
    Proxy,
    RelativePath,
    Text,
    TimeZone,
    strict,
)
from feeds.model import Updates
from feeds.polling import AUTO, Schedule
from feeds.sections import (
    Auth,
    Fetch,
    KeepPages,
    Log,
    LoginForm,
    Matching,
    Network,
    Notify,
    Publish,
    Select,
    Web,
    WebSub,
)
from scraper.model import Access, Rules

OWN_HUB = "self"
# Where nobody says how many workers there are to be: so many, and one more for each hundred feeds, which are looked at
# once in a quarter of an hour at most, and keep one busy for some seconds each, of which nearly all is waiting.
WORKERS, FEEDS_PER_WORKER, MOST_WORKERS = 8, 100, 64
PRIVATE = Path(".state") / "private"


@strict
@dataclass(frozen=True, slots=True)
class FeedConfig:
    """One feed, with what it leaves to the top of the file filled in. A `cron` stands instead of `every`.

    A `delay` of None is what the fetcher keeps to of itself, which spares the public web alone. `find` is one of
    `scraper.survey.TIERS`, and `pages` how many pages of a listing are read to fill the feed.
    """

    name: Annotated[str, PlainValidator(values.name)]
    url: Address
    title: Text | None = None
    author: Text | None = None
    language: Annotated[str, PlainValidator(values.language)] | None = None
    group: Text | None = None
    every: Every = AUTO
    cron: Annotated[Cron, PlainValidator(values.schedule)] | None = None
    timezone: TimeZone = "UTC"
    limit: Limit = 50
    formats: Formats = values.FORMATS
    max_size: Annotated[int, PlainValidator(values.size)] = 262_144
    max_age: Annotated[timedelta, PlainValidator(values.age)] | None = None
    include: Matching = Matching()
    exclude: Matching = Matching()
    updates: Annotated[Updates, PlainValidator(values.updates)] = "bump"
    paused: Flag = False
    select: Select = Select()
    find: Annotated[str, PlainValidator(values.tier)] = "auto"
    pages: Annotated[int, PlainValidator(values.whole(1, 50))] = 5
    recipe: RelativePath | None = None
    headers: Mapping[HeaderName, HeaderValue] = field(default_factory=dict, repr=False, hash=False)
    cookies: Mapping[CookieName, CookieValue] = field(default_factory=dict, repr=False, hash=False)
    auth: Auth | None = None
    login: LoginForm | None = None
    proxy: Proxy | None = field(default=None, repr=False)
    robots: Annotated[Literal["obey", "ignore"], PlainValidator(values.robots)] = "obey"
    delay: Pause | None = None
    allow_private: Flag | None = None
    allow_ports: Ports = ()
    keep_pages: KeepPages = KeepPages()
    token: Annotated[str, PlainValidator(values.token)] | None = field(default=None, repr=False)

    @property
    def schedule(self) -> Schedule:
        return Schedule(self.every, self.cron, cron.zone(self.timezone))

    @property
    def rules(self) -> Rules:
        return Rules(**asdict(self.select), python=str(self.recipe) if self.recipe else None)

    @property
    def access(self) -> Access:
        return Access(
            headers=tuple(self.headers.items()),
            cookies=tuple(self.cookies.items()),
            basic=self.auth.basic if self.auth else None,
            bearer=self.auth.bearer if self.auth else None,
            login=self.login.filled_in if self.login else None,
            proxy=self.proxy,
            allow_private=self.allow_private,
            allow_ports=self.allow_ports,
            ignore_robots=self.robots == "ignore",
            delay=self.delay,
        )

    @property
    def digest(self) -> str:
        """Changes with all that changes what is scraped or shown; the recipe counts as its file is now."""
        recipe = self.recipe.read_bytes() if self.recipe and self.recipe.is_file() else b""
        shown = (
            self.url,
            self.title,
            self.author,
            self.language,
            self.limit,
            self.select.said,
            dict(self.headers),
        )
        asked = {
            "cookies": dict(self.cookies),
            "auth": self.auth and asdict(self.auth),
            "login": self.login and asdict(self.login),
            "proxy": self.proxy,
            "find": self.find if self.find != "auto" else None,
        }
        # What is not said leaves no trace, so that a key that is new to us changes no digest by itself.
        said = {key: value for key, value in asked.items() if value}
        parts = (*shown, said) if said else shown
        return hashlib.sha256(json.dumps(parts, sort_keys=True).encode() + b"\0" + recipe).hexdigest()[:16]


@strict
@dataclass(frozen=True, slots=True)
class MergedFeed:
    """A feed of the entries of those that `merge` names, with what it leaves to the top of the file filled in."""

    name: Annotated[str, PlainValidator(values.name)]
    merge: Annotated[tuple[str, ...], PlainValidator(values.merge)]
    title: Text | None = None
    author: Text | None = None
    language: Annotated[str, PlainValidator(values.language)] | None = None
    group: Text | None = None
    limit: Limit = 50
    formats: Formats = values.FORMATS
    max_size: Annotated[int, PlainValidator(values.size)] = 262_144
    max_age: Annotated[timedelta, PlainValidator(values.age)] | None = None
    include: Matching = Matching()
    exclude: Matching = Matching()
    token: Annotated[str, PlainValidator(values.token)] | None = field(default=None, repr=False)


@strict
@dataclass(frozen=True, slots=True)
class Config:
    """All of config.yaml. `out` and every recipe are absolute; `path` is the file itself, as it was named.

    `feeds` are those that have a source, `merged` those that are made of them; in the file both stand below `feeds:`.
    `workers` and `processes` are None where their number follows that of the feeds; `secrets` are not to be logged.
    """

    feeds: tuple[FeedConfig, ...]
    merged: tuple[MergedFeed, ...] = ()
    all: Flag = False
    base_url: Annotated[str, PlainValidator(values.base_url)] = "http://127.0.0.1:8085"
    out: RelativePath = Path("out")
    every: Every = AUTO
    timezone: TimeZone = "UTC"
    limit: Limit = 50
    formats: Formats = values.FORMATS
    max_size: Annotated[int, PlainValidator(values.size)] = 262_144
    workers: Annotated[int | None, PlainValidator(values.whole_or_auto(1, 64))] = None
    processes: Annotated[int | None, PlainValidator(values.whole_or_auto(1, 16))] = None
    fetch: Fetch = Fetch()
    network: Network = Network()
    web: Web = Web()
    publish: Publish = Publish()
    log: Log = Log()
    notify: Notify = Notify()
    websub: WebSub = WebSub()
    keep_pages: KeepPages = KeepPages()
    path: Path = Path("config.yaml")
    secrets: tuple[str, ...] = field(default=(), repr=False)

    @property
    def at_once(self) -> int:
        """How many sources are fetched at a time, by all processes together."""
        return self.workers or min(MOST_WORKERS, WORKERS + len(self.feeds) // FEEDS_PER_WORKER)

    @property
    def hubs(self) -> tuple[str, ...]:
        """The addresses of the hubs that feeds name."""
        return tuple(f"{self.base_url}/hub" if hub == OWN_HUB else hub for hub in self.websub.hub)

    @property
    def other_hubs(self) -> tuple[str, ...]:
        return tuple(hub for hub in self.websub.hub if hub != OWN_HUB)

    @property
    def published(self) -> tuple[FeedConfig | MergedFeed, ...]:
        """Every feed, those that are merged last."""
        return (*self.feeds, *self.merged)

    @property
    def inherited(self) -> dict[str, Any]:
        """By its key, what a feed takes from the top of the file as long as it does not say it itself."""
        return {
            "every": self.every,
            "timezone": self.timezone,
            "limit": self.limit,
            "formats": self.formats,
            "max_size": self.max_size,
            "proxy": self.fetch.proxy,
            "allow_private": self.network.allow_private,
            "allow_ports": self.network.allow_ports,
            "keep_pages": self.keep_pages,
        }

    def folder(self, feed: FeedConfig | MergedFeed) -> Path:
        """Where a feed's files are: one with a token is not for everybody, and so not where any web server serves."""
        return self.out / PRIVATE if feed.token else self.out

    def parts(self, feed: MergedFeed) -> tuple[FeedConfig, ...]:
        """The feeds that one is made of. Of all feeds those with a token are for one that has a token, too."""
        if feed.merge == (values.ALL,):
            return tuple(each for each in self.feeds if feed.token or not each.token)
        by_name = {each.name: each for each in self.feeds}
        return tuple(by_name[name] for name in feed.merge)

    def fresh_for(self, feed: FeedConfig | MergedFeed) -> timedelta:
        """For how long a copy is good; of a merged feed as long as one of any of its parts."""
        if isinstance(feed, FeedConfig):
            return freshness.max_age(None if feed.cron else feed.schedule.shortest)
        return min(map(self.fresh_for, self.parts(feed)), default=freshness.USUAL)

    def merged_of(self, name: str) -> tuple[str, ...]:
        """The names of the feeds that the one with this name is merged of; none for one that has a source."""
        return tuple(part.name for feed in self.merged if feed.name == name for part in self.parts(feed))

    def sources(self, names: Iterable[str]) -> tuple[str, ...]:
        """The names of the feeds that have a source among these, and of those that the others are made of."""
        return tuple(dict.fromkeys(each for name in names for each in self.merged_of(name) or (name,)))
