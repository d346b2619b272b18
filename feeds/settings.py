"""What is said of one feed in config.yaml, as far as Feedwright itself writes it there."""

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from datetime import timedelta

from feeds.configuration import Config, FeedConfig, MergedFeed
from feeds.polling import Bounds
from feeds.sections import Select


@dataclass(frozen=True, slots=True)
class Selectors:
    """Where things are, in CSS or XPath: what config.yaml says below `select:`."""

    item: str | None = None
    title: str | None = None
    link: str | None = None
    date: str | None = None
    author: str | None = None
    summary: str | None = None
    next: str | None = None
    content: str | None = None
    remove: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Settings:
    """One feed. What is None or empty is not said; `others` names keys that are set and are in none of the fields.

    `note` is for people: it becomes the comment above the feed.
    """

    name: str
    url: str
    title: str | None = None
    author: str | None = None
    language: str | None = None
    group: str | None = None
    every: timedelta | None = None
    pages: int | None = None
    select: Selectors = Selectors()
    headers: tuple[tuple[str, str], ...] = ()
    robots: str | None = None
    allow_private: bool = False
    allow_ports: tuple[int, ...] = ()
    others: tuple[str, ...] = ()
    note: str = ""

    def said(self) -> Iterator[str]:
        """The names of all that is said beside name and address, as keys of config.yaml: `select.item`."""
        for key in fields(self):
            if key.name not in ("name", "url", "select", "others", "note") and getattr(self, key.name):
                yield key.name
        for key in fields(self.select):
            if getattr(self.select, key.name):
                yield f"select.{key.name}"
        yield from self.others


# Headers that can be shown to others: what stands in any other may be a secret.
HARMLESS = frozenset(("accept", "accept-language", "user-agent", "referer"))
# Fields that stand for others of a FeedConfig, or are told by its own ones.
_OWN = {key.name for key in fields(Settings)} - {"headers"}
_NOT_SAID = ("name", "url", "select", "timezone")


def of(config: Config) -> tuple[Settings, ...]:
    """What the configuration says of each feed. Secrets, and what may be one, are named in `others` only."""
    return tuple(_of(feed, config) for feed in config.feeds)


def of_merged(feed: MergedFeed, config: Config) -> Settings:
    """What a list of feeds says of one that is merged of others: its own page stands for a site."""
    url = f"{config.base_url}/{feed.name}.html" if "html" in feed.formats else f"{config.base_url}/"
    return Settings(feed.name, url, title=feed.title or feed.name, language=feed.language, group=feed.group)


def _of(feed: FeedConfig, config: Config) -> Settings:
    plain = FeedConfig(feed.name, feed.url)
    inherited = config.inherited
    set_here = {
        key.name: getattr(feed, key.name)
        for key in fields(feed)
        if key.name not in _NOT_SAID
        and getattr(feed, key.name) not in (getattr(plain, key.name), inherited.get(key.name, ...))
    }
    follows = isinstance(set_here.get("every"), Bounds)  # which has no place in a Settings: nobody else can do it
    if follows:
        del set_here["every"]
    select = {key.name: getattr(feed.select, key.name) for key in fields(feed.select)}
    known = {key.name for key in fields(Selectors)}
    return Settings(
        feed.name,
        feed.url,
        **{name: value for name, value in set_here.items() if name in _OWN},
        select=Selectors(**{name: value for name, value in select.items() if name in known}),
        headers=tuple((name, value) for name, value in feed.headers.items() if name.lower() in HARMLESS),
        others=(
            *(("every",) if follows else ()),
            *(name for name in set_here if name not in _OWN and name != "headers"),
            *(f"headers.{name}" for name in feed.headers if name.lower() not in HARMLESS),
        ),
    )


def unknown(settings: Settings) -> tuple[str, ...]:
    """What is said that config.yaml has no key for."""
    keys = {key.name for key in fields(FeedConfig)} | {f"select.{key.name}" for key in fields(Select)}
    return tuple(name for name in settings.said() if name not in keys)


def without(settings: Settings, names: tuple[str, ...]) -> Settings:
    """The same with these keys unsaid."""
    bare = Settings(settings.name, settings.url)
    top = {name: getattr(bare, name) for name in names if "." not in name and name not in settings.others}
    below = {name.partition(".")[2] for name in names if "." in name}
    select = replace(settings.select, **{name: getattr(bare.select, name) for name in below})
    return replace(settings, **top, select=select)
