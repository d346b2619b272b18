"""What is wrong in config.yaml although every value by itself is right."""

from typing import Any

from feeds import mistakes, values
from feeds.configuration import Config
from feeds.mistakes import NO_FEEDS, Problems

# Headers that are made of another key.
MADE = {"authorization": "auth", "cookie": "cookies"}


def found(config: Config, data: dict[str, Any]) -> Problems:
    """`data` is what the file says itself, before anything was filled in."""
    return _of_feeds(config, data) | _of_merged(config)


def _of_feeds(config: Config, data: dict[str, Any]) -> Problems:
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


def _of_merged(config: Config) -> Problems:
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
