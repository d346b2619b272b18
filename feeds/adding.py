"""What is to be added to config.yaml: each feed once, under a name of its own, saying only what can be kept to."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields, replace
from typing import Any

from feeds import block, secrets, settings, slugs, values
from feeds.configuration import Config
from feeds.exchange import Imported, Unsupported
from feeds.exchange.language import css, is_xpath
from feeds.exchange.xpath import Untranslatable
from feeds.settings import Settings
from feeds.text import line
from scraper import recipe, urls
from scraper.errors import RecipeError
from scraper.model import Rules

RULES = frozenset(key.name for key in fields(Rules))
INSIDE = frozenset(("title", "link", "date", "author", "summary"))
MOST_PAGES = 50
LONGEST_TITLE = 200
# Comments below a new feed: what people change first, and what is true of it already.
HINTS = (
    "title: {title:<28} # what readers see, if it should be another",
    "every: 2h                           # its own pace; otherwise that of the whole file",
    "limit: 20                           # how many entries it has; otherwise as the whole file",
    "select: {{content: .post-body}}       # if something is missing in it, or too much is there: see the README",
)


@dataclass(frozen=True, slots=True)
class Fitted:
    """Feeds as they can be written, and what could not be kept."""

    feeds: tuple[Settings, ...]
    unsupported: tuple[Unsupported, ...] = ()


@dataclass(frozen=True, slots=True)
class Known:
    """The names and addresses that are in the configuration already."""

    names: tuple[str, ...] = ()
    addresses: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, config: Config | None) -> "Known":
        feeds = config.feeds if config else ()
        names = tuple(feed.name for feed in config.published) if config else ()
        return cls(names, tuple((urls.key(feed.url), feed.name) for feed in feeds))

    def follows(self, url: str) -> str | None:
        """The name of the feed that follows the address already."""
        return next((name for key, name in self.addresses if key == urls.key(url)), None)


def hints(title: str | None) -> tuple[str, ...]:
    """The comments for a feed whose site calls itself `title`."""
    written = block.scalar(line(title)[:LONGEST_TITLE].replace("${", "$${")) if line(title) else "Another title"
    return tuple(hint.format(title=written) for hint in HINTS)


def fitted(found: Imported, known: Known, file: str) -> Fitted:
    """The feeds of a file that are new, with names that are free, and without what config.yaml has no key or value for.

    Each is noted with what was not taken over of it.
    """
    names, addresses = set(known.names), dict(known.addresses)
    feeds, unsupported = [], []
    told: dict[str, list[Unsupported]] = {}
    for each in found.unsupported:
        told.setdefault(each.feed, []).append(each)
    for feed in found.feeds:
        refused = list(told.get(feed.name, ()))
        before = len(refused)
        kept = _kept(feed, refused)
        unsupported += refused[before:]
        if kept is None:
            continue
        same = addresses.get(urls.key(kept.url))
        if same:
            unsupported.append(Unsupported(feed.name, "the whole feed", f"{kept.url} is followed already, as {same}"))
            continue
        kept = replace(_noted(kept, refused, file), name=slugs.unique(kept.name, names))
        if kept.name != feed.name:
            unsupported.append(Unsupported(kept.name, f"the name {feed.name}", "it is taken already"))
        names.add(kept.name)
        addresses[urls.key(kept.url)] = kept.name
        feeds.append(kept)
    return Fitted(tuple(feeds), tuple(unsupported))


def _noted(feed: Settings, unsupported: Iterable[Unsupported], file: str) -> Settings:
    keys = dict.fromkeys(each.key for each in unsupported)
    left = f"Not taken over from {file}: {', '.join(keys)}" if keys else ""
    return replace(feed, note="; ".join(filter(None, [feed.note, left])))


def _kept(feed: Settings, refused: list[Unsupported]) -> Settings | None:
    """As much of the feed as config.yaml can say; None without an address that can be fetched."""

    def refuse(key: str, why: str = "") -> None:
        refused.append(Unsupported(feed.name, key, why))

    try:
        url = values.address(feed.url)
    except ValueError as error:
        refuse("the whole feed", f"url: {error}" if feed.url else "it has no address")
        return None
    unknown = settings.unknown(feed)
    for key in unknown:
        refuse(key)
    feed = settings.without(replace(feed, others=()), tuple(key for key in unknown if key not in feed.others))
    return replace(
        feed,
        name=slugs.kept(feed.name, feed.title, url),
        url=url,
        title=line(feed.title)[:LONGEST_TITLE] or None,
        author=line(feed.author)[:LONGEST_TITLE] or None,
        group=line(feed.group) or None,
        language=_valid("language", feed.language, values.language, refuse),
        every=feed.every if feed.every is None or _every(feed, refuse) else None,
        pages=min(feed.pages, MOST_PAGES) if feed.pages else None,
        select=_selectors(feed, refuse),
        headers=tuple((name, value) for name, value in feed.headers if _header(name, value, refuse)),
    )


Refuse = Callable[[str, str], None]


def _selectors(feed: Settings, refuse: Refuse) -> settings.Selectors:
    kept: dict[str, str | None] = {}
    for key in fields(feed.select):
        value = getattr(feed.select, key.name)
        if isinstance(value, str):
            kept[key.name] = _selector(key.name, value, feed, refuse)
    remove = [_selector("remove", value, feed, refuse) for value in feed.select.remove]
    return replace(feed.select, **kept, remove=tuple(filter(None, remove)))


def _selector(name: str, value: str, feed: Settings, refuse: Refuse) -> str | None:
    """The selector, in CSS if rules know nothing else; None for one that no rule can be."""
    value = line(value)
    if name not in RULES or _works(name, value):
        return value
    try:
        inside = name in INSIDE and feed.select.item is not None
        written = css(value, inside=inside, first=name != "item" and name != "remove")
    except Untranslatable as error:
        refuse(f"select.{name}", f"{value}: {error}")
        return None
    if is_xpath(value) and _works(name, written):
        return written
    refuse(f"select.{name}", f"{value} is no selector")
    return None


def _works(name: str, value: str) -> bool:
    said: dict[str, Any] = {name: (value,) if name == "remove" else value}
    rules = Rules(**said)
    try:
        recipe.check(rules)
    except RecipeError:
        return False
    return True


def _every(feed: Settings, refuse: Refuse) -> bool:
    assert feed.every is not None
    return _valid("every", block.length(feed.every), values.length, refuse) is not None


def _header(name: str, value: str, refuse: Refuse) -> bool:
    if secrets.expected_at(("feeds", 0, "headers", name)):
        refuse(f"headers.{name}", "a secret does not stand in config.yaml: write ${NAME} there")
        return False
    if not (_passes(values.header_name, name) and _passes(values.header_value, value)):
        refuse(f"headers.{name}", "it is no header")
        return False
    return True


def _valid(key: str, value: str | None, check: Callable[[object], object], refuse: Refuse) -> str | None:
    if value is None or _passes(check, value):
        return value
    refuse(key, f"{line(value)[:60]} is not understood")
    return None


def _passes(check: Callable[[object], object], value: str) -> bool:
    try:
        check(value)
    except ValueError:
        return False
    return True
