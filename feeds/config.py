"""config.yaml → Config: every key with its default, checked, and every error with its file, line and key."""

import difflib
import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any

from pydantic import BeforeValidator, PlainValidator, TypeAdapter, ValidationError, with_config
from pydantic_core import ErrorDetails

from feeds import cron, values, yamlmarks
from feeds.cron import Cron
from feeds.errors import ConfigError
from feeds.yamlmarks import Node
from scraper.model import Rules

Text = Annotated[str, PlainValidator(values.text)]
Length = Annotated[timedelta, PlainValidator(values.length)]
Seconds = Annotated[float, PlainValidator(values.seconds)]
Flag = Annotated[bool, PlainValidator(values.flag)]
Limit = Annotated[int, PlainValidator(values.whole(1, 1000))]
TimeZone = Annotated[str, PlainValidator(values.timezone)]
RelativePath = Annotated[Path, PlainValidator(values.path)]
HeaderName = Annotated[str, PlainValidator(values.header_name)]
HeaderValue = Annotated[str, PlainValidator(values.header_value)]
KeyPath = tuple[str | int, ...]
Problems = dict[KeyPath, str]

strict = with_config(extra="forbid")


@strict
@dataclass(frozen=True, slots=True)
class Fetch:
    """How pages are fetched; times in seconds. Without a `contact`, sites are told the base_url."""

    contact: Annotated[str, PlainValidator(values.contact)] | None = None
    connect_timeout: Seconds = 10.0
    timeout: Seconds = 30.0
    max_bytes: Annotated[int, PlainValidator(values.size)] = 10_000_000


@strict
@dataclass(frozen=True, slots=True)
class Network:
    allow_private: Flag = False


@strict
@dataclass(frozen=True, slots=True)
class Web:
    host: Annotated[str, PlainValidator(values.host)] = "127.0.0.1"
    port: Annotated[int, PlainValidator(values.whole(0, 65535))] = 8085


@strict
@dataclass(frozen=True, slots=True)
class Select:
    """CSS selectors for what is not found without them."""

    item: Text | None = None
    title: Text | None = None
    link: Text | None = None
    date: Text | None = None
    content: Text | None = None
    remove: Annotated[tuple[Text, ...], BeforeValidator(values.one_or_more)] = ()


@strict
@dataclass(frozen=True, slots=True)
class FeedConfig:
    """One feed, with what it leaves to the top of the file filled in. A `cron` stands instead of `every`."""

    name: Annotated[str, PlainValidator(values.name)]
    url: Annotated[str, PlainValidator(values.address)]
    title: Text | None = None
    author: Text | None = None
    language: Annotated[str, PlainValidator(values.language)] | None = None
    every: Length = timedelta(minutes=30)
    cron: Annotated[Cron, PlainValidator(values.schedule)] | None = None
    timezone: TimeZone = "UTC"
    limit: Limit = 50
    paused: Flag = False
    select: Select = Select()
    recipe: RelativePath | None = None
    headers: Mapping[HeaderName, HeaderValue] = field(default_factory=dict, repr=False, hash=False)

    @property
    def rules(self) -> Rules:
        return Rules(**asdict(self.select), python=str(self.recipe) if self.recipe else None)

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
            asdict(self.select),
            dict(self.headers),
        )
        return hashlib.sha256(json.dumps(shown, sort_keys=True).encode() + b"\0" + recipe).hexdigest()[:16]


@strict
@dataclass(frozen=True, slots=True)
class Config:
    """All of config.yaml. `out` and every recipe are absolute; `path` is the file itself, as it was named."""

    feeds: tuple[FeedConfig, ...]
    base_url: Annotated[str, PlainValidator(values.base_url)] = "http://127.0.0.1:8085"
    out: RelativePath = Path("out")
    every: Length = timedelta(minutes=30)
    timezone: TimeZone = "UTC"
    limit: Limit = 50
    workers: Annotated[int, PlainValidator(values.whole(1, 64))] = 8
    fetch: Fetch = Fetch()
    network: Network = Network()
    web: Web = Web()
    path: Path = Path("config.yaml")


ADAPTER = TypeAdapter(Config)
INHERITED = ("every", "timezone", "limit")
GROUPS: dict[str, type] = {
    "feeds": FeedConfig,
    "select": Select,
    "fetch": Fetch,
    "network": Network,
    "web": Web,
}
SHAPES = {
    "missing": "required, and it is missing",
    "dataclass_type": "expected keys with their values below it",
    "dict_type": "expected keys with their values below it",
    "tuple_type": "expected a list",
}
NO_FEEDS = "expected at least one feed"
ADD_A_FEED = "Write a line `- name: …` and a line `url: …` below `feeds:`."
VARIABLE = re.compile(r"\$\$\{|\$\{([^}]*)\}")
LONGEST_FOUND = 60  # characters of a wrong value in a message
PASSWORD = re.compile(r"//[^/@\s]*@")


def load(path: Path, environ: Mapping[str, str]) -> Config:
    """The configuration in the file at `path`. Raises ConfigError: the first thing that is wrong in it."""
    root = yamlmarks.read(path)
    if root is None or root.value is None:
        raise ConfigError(f"{path}: the file is empty", advice=ADD_A_FEED)
    if not isinstance(root.value, dict):
        raise ConfigError(f"{path}:{root.line}: expected keys with their values such as feeds:, got {_found(root)}")

    problems: Problems = {}
    data = _filled(root, (), environ, problems)
    if data.pop("path", None) is not None:  # a field of Config, but no key of the file
        problems["path",] = _unknown_key(("path",))
    try:
        config = ADAPTER.validate_python(data)
    except ValidationError as error:
        for details in error.errors(include_url=False):
            where, what = _problem(details, root)
            problems.setdefault(where, what)
    else:
        config = _completed(config, data, path)
        problems = problems or _contradictions(config, data)
    if problems:
        raise _first(problems, root, path)
    return config


def _filled(node: Node, path: KeyPath, environ: Mapping[str, str], problems: Problems) -> Any:
    """Plain data with variables in their places; a key without a value is as good as none."""
    if isinstance(node.value, dict):
        items = node.value.items()
        return {key: _filled(value, (*path, key), environ, problems) for key, value in items if value.value is not None}
    if isinstance(node.value, list):
        return [_filled(value, (*path, i), environ, problems) for i, value in enumerate(node.value)]

    def variable(match: re.Match[str]) -> str:
        name = match[1]
        if name is None:
            return "${"
        if name not in environ:
            problems[path] = f"the environment variable {_quoted(name)} is not set"
        return environ.get(name, "")

    return node.value and VARIABLE.sub(variable, node.value)


def _completed(config: Config, data: dict[str, Any], path: Path) -> Config:
    """The configuration with paths made absolute, and what a feed does not say itself taken from the top."""
    folder = path.absolute().parent
    feeds = []
    for feed, given in zip(config.feeds, data["feeds"], strict=True):
        inherited: dict[str, Any] = {key: getattr(config, key) for key in INHERITED if key not in given}
        feed = replace(feed, **inherited, recipe=feed.recipe and (folder / feed.recipe).resolve())
        feeds.append(replace(feed, cron=feed.cron and cron.parse(feed.cron.text, feed.timezone)))
    return replace(config, feeds=tuple(feeds), out=(folder / config.out).resolve(), path=path)


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
    return problems


def _problem(details: ErrorDetails, root: Node) -> tuple[KeyPath, str]:
    path = tuple(step for step in details["loc"] if step != "[key]")
    if path == ("feeds",) and details["type"] == "missing":
        return path, NO_FEEDS
    if details["type"] == "missing":
        return path, SHAPES["missing"]
    if details["type"] == "unexpected_keyword_argument":
        return path, _unknown_key(path)
    path, node = root.find(path)
    expected = SHAPES.get(details["type"]) or str(details["ctx"]["error"])
    return path, expected if "headers" in path else f"{expected}, got {_found(node)}"


def _unknown_key(path: KeyPath) -> str:
    groups = [GROUPS[step] for step in path[:-1] if isinstance(step, str)]
    known = [key.name for key in fields((groups or [Config])[-1]) if groups or key.name != "path"]
    close = difflib.get_close_matches(str(path[-1]), known, n=1)
    if close:
        return f'unknown key; did you mean "{close[0]}"?'
    return f"unknown key; expected one of {', '.join(known)}"


def _first(problems: Problems, root: Node, path: Path) -> ConfigError:
    lines = {where: root.find(where)[1].line for where in problems}
    first = min(problems, key=lambda where: lines[where])
    key = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in first).lstrip(".")
    more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
    advice = ADD_A_FEED if problems[first] == NO_FEEDS else ""
    return ConfigError(f"{path}:{lines[first]}: {key}: {problems[first]}{more}", advice=advice)


def _found(node: Node) -> str:
    """What stands there, as it was typed: never what a variable stands for."""
    if isinstance(node.value, str):
        return _quoted(PASSWORD.sub("//…@", node.value))
    return {dict: "keys with values", list: "a list", type(None): "nothing"}[type(node.value)]


def _quoted(text: str) -> str:
    short = text if len(text) <= LONGEST_FOUND else text[:LONGEST_FOUND] + "…"
    return json.dumps(short, ensure_ascii=not short.isprintable())
