"""config.yaml → Config: every key with its default, checked, and every error with its file, line and key."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import unquote, urlsplit

from pydantic import AfterValidator, BeforeValidator, PlainValidator, TypeAdapter, ValidationError, with_config
from pydantic_core import ErrorDetails

from feeds import cron, freshness, mistakes, values, yamlmarks
from feeds.cron import Cron
from feeds.errors import ConfigError
from feeds.filters import Filter
from feeds.keeping import Room
from feeds.mistakes import MISSING, NO_FEEDS, Problems
from feeds.model import Updates
from feeds.polling import AUTO, Bounds, Schedule
from feeds.references import References
from feeds.yamlmarks import KeyPath, Node
from scraper.model import Access, Login, Rules

Text = Annotated[str, PlainValidator(values.text)]
Every = Annotated[timedelta | Bounds, PlainValidator(values.every)]
Seconds = Annotated[float, PlainValidator(values.seconds)]
Flag = Annotated[bool, PlainValidator(values.flag)]
Limit = Annotated[int, PlainValidator(values.whole(1, 1000))]
Patterns = Annotated[tuple[Annotated[str, PlainValidator(values.pattern)], ...], BeforeValidator(values.one_or_more)]
Formats = Annotated[tuple[str, ...], PlainValidator(values.formats)]
TimeZone = Annotated[str, PlainValidator(values.timezone)]
RelativePath = Annotated[Path, PlainValidator(values.path)]
HeaderName = Annotated[str, PlainValidator(values.header_name)]
HeaderValue = Annotated[str, PlainValidator(values.header_value)]
CookieName = Annotated[str, PlainValidator(values.cookie_name)]
CookieValue = Annotated[str, PlainValidator(values.cookie)]
FieldValue = Annotated[str, PlainValidator(values.verbatim)]
Address = Annotated[str, PlainValidator(values.address)]
Proxy = Annotated[str, PlainValidator(values.proxy)]
Pause = Annotated[float, PlainValidator(values.pause)]
Ports = Annotated[
    tuple[Annotated[int, PlainValidator(values.whole(1, 65535))], ...], BeforeValidator(values.one_or_more)
]

OWN_HUB = "self"
PRIVATE = Path(".state") / "private"

strict = with_config(extra="forbid")


@strict
@dataclass(frozen=True, slots=True)
class Fetch:
    """How pages are fetched; times in seconds. Without a `contact`, sites are told the base_url.

    `delay` is the time between two requests to one host of the public web.
    """

    contact: Annotated[str, PlainValidator(values.contact)] | None = None
    connect_timeout: Seconds = 10.0
    timeout: Seconds = 30.0
    max_bytes: Annotated[int, PlainValidator(values.size)] = 10_000_000
    delay: Pause = 0.5
    proxy: Proxy | None = field(default=None, repr=False)


@strict
@dataclass(frozen=True, slots=True)
class Network:
    """Where fetches may go. `allow_ports` come beside those that web sites use."""

    allow_private: Flag = False
    allow_ports: Ports = ()


@strict
@dataclass(frozen=True, slots=True)
class Log:
    """How the log is written."""

    format: Annotated[str, PlainValidator(values.log_format)] = "logfmt"


@strict
@dataclass(frozen=True, slots=True)
class Web:
    """Where the feeds are served. With `brotli`, bodies are packed with it for clients that take it; gzip always is.

    `status` says who may see how the sources are: `local`, who asks from this machine; `all`; or nobody, `off`.
    Who knows the `admin_token` may change something on the status page; without one nobody may.
    """

    host: Annotated[str, PlainValidator(values.host)] = "127.0.0.1"
    port: Annotated[int, PlainValidator(values.whole(0, 65535))] = 8085
    brotli: Flag = False
    status: Annotated[str, PlainValidator(values.shown_to)] = "local"
    admin_token: Annotated[str, PlainValidator(values.admin_token)] | None = field(default=None, repr=False)


@strict
@dataclass(frozen=True, slots=True)
class WebSub:
    """Who tells subscribers of what is new: hubs at these addresses, `self` being our own."""

    hub: Annotated[tuple[Annotated[str, PlainValidator(values.hub)], ...], BeforeValidator(values.one_or_more)] = ()


@strict
@dataclass(frozen=True, slots=True)
class KeepPages:
    """How much is kept of the pages of a feed, as they came: packed bytes, versions of one page, days."""

    size: Annotated[int, PlainValidator(values.size_or_none)] = 10_000_000
    versions: Annotated[int, PlainValidator(values.whole(1, 100))] = 3
    days: Annotated[int, PlainValidator(values.whole(1, 3650))] = 90

    @property
    def room(self) -> Room:
        return Room(self.size, self.versions, timedelta(days=self.days))


@strict
@dataclass(frozen=True, slots=True)
class Publish:
    """What is run when something in out/ has changed, as program and arguments; a time in seconds.

    With `gzip` each file has a packed copy beside it.
    """

    command: Annotated[tuple[Text, ...], AfterValidator(values.some)] | None = None
    timeout: Seconds = 60.0
    gzip: Flag = False


@strict
@dataclass(frozen=True, slots=True)
class Notify:
    """Who is told of a source that is held, fails for so many runs in a row, or is well again.

    `feed` has it in a feed of its own; `command` is run for each, as program and arguments; `timeout` is in seconds.
    """

    feed: Flag = True
    command: Annotated[tuple[Text, ...], AfterValidator(values.some)] | None = None
    timeout: Seconds = 60.0
    after: Annotated[int, PlainValidator(values.whole(1, 1000))] = 5


@strict
@dataclass(frozen=True, slots=True)
class Select:
    """Selectors, CSS or XPath, for what is not found without them."""

    item: Text | None = None
    title: Text | None = None
    link: Text | None = None
    date: Text | None = None
    content: Text | None = None
    remove: Annotated[tuple[Text, ...], BeforeValidator(values.one_or_more)] = ()
    author: Text | None = None
    summary: Text | None = None
    next: Text | None = None

    @property
    def said(self) -> dict[str, Any]:
        """What stands in it, for the digest: keys that came later leave no trace while they are not used."""
        later = ("author", "summary", "next")
        return {key: value for key, value in asdict(self).items() if value is not None or key not in later}


@strict
@dataclass(frozen=True, slots=True)
class Matching:
    """What is looked for in articles: patterns of RE2, one or several of each; any of them is enough."""

    title: Patterns = ()
    text: Patterns = ()
    author: Patterns = ()
    tag: Patterns = ()
    language: Annotated[
        tuple[Annotated[str, PlainValidator(values.language)], ...], BeforeValidator(values.one_or_more)
    ] = ()

    @property
    def filter(self) -> Filter:
        return Filter(self.title, self.text, self.author, self.tag, self.language)


@strict
@dataclass(frozen=True, slots=True)
class Auth:
    """What each request is signed with: user and password, or a bearer token."""

    user: Annotated[str, PlainValidator(values.user)] | None = field(default=None, repr=False)
    password: Annotated[str, PlainValidator(values.verbatim)] | None = field(default=None, repr=False)
    bearer: Annotated[str, PlainValidator(values.bearer)] | None = field(default=None, repr=False)

    @property
    def whole(self) -> bool:
        return (self.user is not None) == (self.password is not None) == (self.bearer is None)

    @property
    def basic(self) -> tuple[str, str] | None:
        return None if self.user is None or self.password is None else (self.user, self.password)


@strict
@dataclass(frozen=True, slots=True)
class LoginForm:
    """A page with a form, and what to fill in."""

    url: Address
    fields: Annotated[Mapping[Text, FieldValue], AfterValidator(values.filled)] = field(repr=False, hash=False)

    @property
    def filled_in(self) -> Login:
        return Login(self.url, tuple(self.fields.items()))


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
    `secrets` are those that were filled in, for the log to leave out.
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
    workers: Annotated[int, PlainValidator(values.whole(1, 64))] = 8
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


ADAPTER = TypeAdapter(Config)
NO_KEYS = ("merged", "path", "secrets")  # fields of Config that are no keys of the file
# Keys whose values are in no message, even where they are wrong; below a `login`, only its address is shown.
UNSEEN = {"headers", "cookies", "auth", "fields", "proxy", "token", "admin_token"}
# Headers that are made of another key.
MADE = {"authorization": "auth", "cookie": "cookies"}
GROUPS: dict[str, type] = {
    "feeds": FeedConfig,
    "merged": MergedFeed,
    "select": Select,
    "auth": Auth,
    "include": Matching,
    "exclude": Matching,
    "login": LoginForm,
    "fetch": Fetch,
    "network": Network,
    "web": Web,
    "publish": Publish,
    "log": Log,
    "notify": Notify,
    "websub": WebSub,
    "keep_pages": KeepPages,
}
# Of the feeds with a source and of those that are merged: the places in the file.
Places = dict[Any, list[int]]
SHAPES = {
    "missing": MISSING,
    "dataclass_type": "expected keys with their values below it",
    "dict_type": "expected keys with their values below it",
    "tuple_type": "expected a list",
}


def load(path: Path, environ: Mapping[str, str]) -> Config:
    """The configuration in the file at `path`. Raises ConfigError: the first thing that is wrong in it."""
    return read(yamlmarks.read(path), path, environ)


def read(root: Node | None, path: Path, environ: Mapping[str, str]) -> Config:
    """The configuration that a file would hold, were it at `path`. Raises ConfigError."""
    if root is None or root.value is None:
        raise ConfigError(f"{path}: the file is empty", advice=mistakes.ADD_A_FEED)
    if not isinstance(root.value, dict):
        raise ConfigError(
            f"{path}:{root.line}: expected keys with their values such as feeds:, got {mistakes.found(root)}"
        )

    references = References(path.parent, environ)
    problems, data = references.problems, references.filled(root)
    for key in NO_KEYS:
        if data.pop(key, None) is not None:
            problems[key,] = _unknown_key((key,))
    places = _parted(data)
    try:
        config = ADAPTER.validate_python(data)
    except ValidationError as error:
        for details in error.errors(include_url=False):
            where, what = _problem(details, root, places)
            problems.setdefault(where, what)
    else:
        config = replace(_completed(config, data, path), secrets=_secrets(config, references))
        if not problems:
            found = _contradictions(config, data) | _unmergeable(config)
            problems = {_in_file(where, places): what for where, what in found.items()}
    if problems:
        raise mistakes.first(problems, root, path)
    return replace(config, merged=(*config.merged, _all(config))) if config.all else config


def _parted(data: dict[str, Any]) -> Places:
    """Put the feeds that are merged below a key of their own, and give the place of each feed in the file."""
    places: Places = {"feeds": [], "merged": []}
    feeds = data.get("feeds")
    if not isinstance(feeds, list):
        return places
    parted: dict[str, list[Any]] = {"feeds": [], "merged": []}
    for place, feed in enumerate(feeds):
        key = "merged" if isinstance(feed, dict) and "merge" in feed else "feeds"
        parted[key].append(feed)
        places[key].append(place)
    data |= {key: tuple(some) if key == "merged" else some for key, some in parted.items()}
    return places


def _in_file(path: KeyPath, places: Places) -> KeyPath:
    """Where in the file stands what is at `path` in what was read."""
    if len(path) < 2 or path[0] not in places or not isinstance(path[1], int):
        return path
    return ("feeds", places[path[0]][path[1]], *path[2:])


def _all(config: Config) -> MergedFeed:
    """The feed of all feeds."""
    return MergedFeed(
        values.ALL,
        (values.ALL,),
        title="All feeds",
        limit=config.limit,
        formats=config.formats,
        max_size=config.max_size,
    )


def _completed(config: Config, data: dict[str, Any], path: Path) -> Config:
    """The configuration with paths made absolute, and what a feed does not say itself taken from the top."""
    folder = path.absolute().parent
    top = {
        "every": config.every,
        "timezone": config.timezone,
        "limit": config.limit,
        "formats": config.formats,
        "max_size": config.max_size,
        "proxy": config.fetch.proxy,
        "allow_private": config.network.allow_private,
        "allow_ports": config.network.allow_ports,
        "keep_pages": config.keep_pages,
    }
    feeds = []
    for feed, given in zip(config.feeds, data["feeds"], strict=True):
        inherited: dict[str, Any] = {key: value for key, value in top.items() if key not in given}
        if "keep_pages" in given:  # of its keys, too, those that are left out are taken from the top
            own = {key: getattr(feed.keep_pages, key) for key in given["keep_pages"]}
            inherited["keep_pages"] = replace(config.keep_pages, **own)
        feed = replace(feed, **inherited, recipe=feed.recipe and (folder / feed.recipe).resolve())
        feeds.append(replace(feed, cron=feed.cron and cron.parse(feed.cron.text, feed.timezone)))
    merged = []
    for union, given in zip(config.merged, data.get("merged", ()), strict=True):
        inherited = {key: top[key] for key in ("limit", "formats", "max_size") if key not in given}
        merged.append(replace(union, **inherited))
    return replace(config, feeds=tuple(feeds), merged=tuple(merged), out=(folder / config.out).resolve(), path=path)


def _secrets(config: Config, references: References) -> tuple[str, ...]:
    """Those that were filled in, and the passwords of proxies, which are but parts of what was."""
    proxies = filter(None, [config.fetch.proxy, *(feed.proxy for feed in config.feeds)])
    passwords = [urlsplit(proxy).password or "" for proxy in proxies]
    return tuple(dict.fromkeys(filter(None, [*references.secrets, *passwords, *map(unquote, passwords)])))


def _contradictions(config: Config, data: dict[str, Any]) -> Problems:
    """What is wrong although every value by itself is right."""
    problems: Problems = {} if config.feeds else {("feeds",): NO_FEEDS}
    names: set[str] = set()
    for i, feed in enumerate(config.feeds):
        if feed.name in names:
            problems["feeds", i, "name"] = f"expected a name of its own, and another feed is called {feed.name}"
        names.add(feed.name)
        if "every" in data["feeds"][i] and feed.cron:
            problems["feeds", i, "cron"] = "expected either every or cron, got both"
        if feed.recipe and not feed.recipe.is_file():
            problems["feeds", i, "recipe"] = "expected a Python file, and there is none of that name beside the config"
        if feed.auth and not feed.auth.whole:
            problems["feeds", i, "auth"] = "expected either user and password, or bearer"
        for header in feed.headers:
            key = MADE.get(header.lower())
            if key and getattr(feed, key):
                problems["feeds", i, "headers", header] = f"expected either this header or {key}, got both"
    return problems


def _unmergeable(config: Config) -> Problems:
    """What is wrong with feeds that are merged of others."""
    problems: Problems = {}
    known = {feed.name: feed for feed in config.feeds}
    names = [feed.name for feed in config.merged]
    for i, feed in enumerate(config.merged):
        if feed.name in known or feed.name in names[:i]:
            problems["merged", i, "name"] = f"expected a name of its own, and another feed is called {feed.name}"
        for name in feed.merge if feed.merge != (values.ALL,) else ():
            if name in names and name not in known:
                problems["merged", i, "merge"] = (
                    f"expected feeds with an address, and {name} is merged of others itself"
                )
            elif name not in known:
                problems["merged", i, "merge"] = mistakes.unknown_feed(name, tuple(known))
            elif known[name].token and not feed.token:
                problems["merged", i, "merge"] = (
                    f"{name} has a token, and so everybody could read it here: set one here, too"
                )
    return problems


def _problem(details: ErrorDetails, root: Node, places: Places) -> tuple[KeyPath, str]:
    path = tuple(step for step in details["loc"] if step != "[key]")
    if path == ("feeds",) and details["type"] == "missing":
        return path, NO_FEEDS
    if details["type"] == "missing":
        return _in_file(path, places), SHAPES["missing"]
    if details["type"] == "unexpected_keyword_argument":
        return _in_file(path, places), _unknown_key(path)
    path, node = root.find(_in_file(path, places))
    expected = SHAPES.get(details["type"]) or str(details["ctx"]["error"])
    unseen = not UNSEEN.isdisjoint(path) or path[-1:] == ("login",)
    return path, expected if unseen else f"{expected}, got {mistakes.found(node)}"


def _unknown_key(path: KeyPath) -> str:
    groups = [GROUPS[step] for step in path[:-1] if isinstance(step, str)]
    if groups == [MergedFeed] and path[-1] in {key.name for key in fields(FeedConfig)}:
        return "a feed that is merged of others has no such key"
    known = [key.name for key in fields((groups or [Config])[-1]) if groups or key.name not in NO_KEYS]
    return mistakes.unknown_key(str(path[-1]), known)
