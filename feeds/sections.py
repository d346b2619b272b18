"""The groups of keys in config.yaml: of the whole file, and of one feed."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, PlainValidator

from feeds import values
from feeds.filters import Filter
from feeds.keeping import Room
from feeds.keys import Address, FieldValue, Flag, Patterns, Pause, Ports, Proxy, Seconds, Text, strict
from scraper.model import Login


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
