"""config.yaml → Config: every key with its default, checked, and every error with its file, line and key."""

from collections.abc import Mapping
from dataclasses import fields, replace
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from feeds import contradictions, cron, mistakes, values, yamlmarks
from feeds.configuration import Config, FeedConfig, MergedFeed
from feeds.errors import ConfigError
from feeds.mistakes import MISSING, NO_FEEDS
from feeds.references import References
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
from feeds.yamlmarks import KeyPath, Node

ADAPTER = TypeAdapter(Config)
NO_KEYS = ("merged", "path", "secrets")  # fields of Config that are no keys of the file
# Keys whose values are in no message, even where they are wrong; below a `login`, only its address is shown.
UNSEEN = {"headers", "cookies", "auth", "fields", "proxy", "token", "admin_token"}
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
            wrong = contradictions.found(config, data)
            problems = {_in_file(where, places): what for where, what in wrong.items()}
    if problems:
        raise mistakes.first(problems, root, path)
    return replace(config, merged=(*config.merged, _all(config))) if config.all else config


def line_of(config: Config, feed: FeedConfig, key: KeyPath) -> int:
    """The line of the file on which a key of a feed stands. Raises ConfigError."""
    root = yamlmarks.read(config.path)
    data = yamlmarks.plain(root)
    if root is None or not isinstance(data, dict):
        raise ConfigError(f"{config.path}: the file was changed meanwhile")
    places = _parted(data)
    place = config.feeds.index(feed)
    where = _in_file(("feeds", place, *key), places) if place < len(places["feeds"]) else ("feeds",)
    return root.find(where)[1].line


def line_at(path: Path, key: KeyPath) -> int | None:
    """The line of the file at `path` on which a key stands; None where it does not. Raises ConfigError."""
    root = yamlmarks.read(path)
    found, node = root.find(key) if root else ((), None)
    return node.line if node and found == key else None


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
    top = config.inherited
    feeds = []
    for feed, given in zip(config.feeds, data["feeds"], strict=True):
        inherited: dict[str, Any] = {key: value for key, value in top.items() if key not in given}
        if "keep_pages" in given:  # of its keys, too, those that are left out are taken from the top
            own = {key: getattr(feed.keep_pages, key) for key in given["keep_pages"]}
            inherited["keep_pages"] = replace(config.keep_pages, **own)
        if feed.recipe:
            inherited["recipe"] = (folder / feed.recipe).resolve()
        if feed.cron:
            inherited["cron"] = cron.parse(feed.cron.text, inherited.get("timezone", feed.timezone))
        feeds.append(replace(feed, **inherited))
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
    if groups == [FeedConfig]:
        known.append("merge")  # which would have made it a feed of others
    return mistakes.unknown_key(str(path[-1]), known)
