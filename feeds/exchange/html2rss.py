"""html2rss's YAML: one feed, or several below `feeds:`."""

import re
from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from feeds import slugs, yamlmarks
from feeds.block import scalar
from feeds.errors import ExchangeError
from feeds.exchange import language
from feeds.exchange.model import MOST_FEEDS, Exported, Imported, Unsupported, lost
from feeds.exchange.tables import Table
from feeds.exchange.xpath import Untranslatable
from feeds.settings import Selectors, Settings

NAME = "html2rss"
# Its selectors and ours, with the extractors that say what we do anyway. https://html2rss.github.io/ruby-gem
RULES = {
    "title": ("title", ("text",)),
    "url": ("link", ("href",)),
    "published_at": ("date", ("text",)),
    "author": ("author", ("text",)),
    "description": ("summary", ("text", "html")),
}
OLD_NAMES = {"link": "url", "updated": "published_at"}  # as older files have it
# What is done to a value afterwards that we do anyway.
DONE_ANYWAY = {"published_at": {"parse_time"}, "description": {"sanitize_html"}}
HELD = (
    *("title", "language", "every", "headers", "author", "pages", "select.item", "select.next"),
    *(f"select.{rule}" for rule, _ in RULES.values()),
)
MINUTE = timedelta(minutes=1)


def reads(content: bytes) -> bool:
    return all(
        re.search(keys, content, re.MULTILINE)
        for keys in (rb"^\s*[\"']?(channel)\b", rb"^\s*[\"']?(selectors|auto_source)\b")
    )


def imported(content: bytes, file: Path) -> Imported:
    """Raises ExchangeError and ConfigError."""
    top = Table.of(file, "", yamlmarks.plain(yamlmarks.parsed(content, file)))
    unsupported: list[Unsupported] = []
    several = top.table("feeds")
    if several is None:
        return Imported((_settings(top, file.stem, unsupported),), tuple(unsupported))
    if len(several.values) > MOST_FEEDS:
        raise ExchangeError(f"{file}: feeds: expected at most {MOST_FEEDS:,}")
    feeds = []
    for name in several.values:
        table = several.table(name)
        if table is not None:
            feeds.append(_settings(table, name, unsupported))
    unsupported += [Unsupported(file.name, key) for key in top.left() if not key.startswith("feeds.")]
    return Imported(tuple(feeds), tuple(unsupported))


def _settings(table: Table, key: str, unsupported: list[Unsupported]) -> Settings:
    channel = table.table("channel")
    if channel is None:
        raise ExchangeError(f"{table.file}: {table.path('channel')}: required, and it is missing")
    url, title, ttl = channel.text("url") or "", channel.text("title"), channel.text("ttl")
    name = slugs.kept(key, title, url)
    refused: list[tuple[str, str]] = []
    selectors = table.table("selectors")
    rules, author = _rules(selectors, refused) if selectors else ({}, None)
    items = selectors.table("items") if selectors else None
    pages = None
    if items is not None:
        rules["item"] = items.text("selector")
        items.value("enhance")  # each article's own page is read anyway
        rules["next"], pages = _pagination(items, refused)
    headers = table.table("headers")
    found = Settings(
        name,
        url,
        title=title if title != name else None,
        author=channel.text("author") or author,
        language=channel.text("language"),
        every=int(ttl) * MINUTE if ttl and re.fullmatch(r"\d{1,6}", ttl) else None,
        pages=pages,
        select=Selectors(**{rule: value for rule, value in rules.items() if value}),
        headers=tuple((header, text) for header in headers.values if (text := headers.text(header))) if headers else (),
    )
    if ttl and not found.every:
        refused.append((channel.path("ttl"), "expected a whole number of minutes"))
    table.table("auto_source")  # by itself is what we do anyway; what is said in it is left
    left = [(path, "") for path in table.left()]
    prefix = f"{table.where}." if table.where else ""
    unsupported += [Unsupported(name, path.removeprefix(prefix), why) for path, why in (*refused, *left)]
    return found


def _rules(selectors: Table, refused: list[tuple[str, str]]) -> tuple[dict[str, Any], str | None]:
    """Our rules, and an author who is the same on every article."""
    rules: dict[str, Any] = {}
    author = None
    for key in selectors.values:
        theirs = OLD_NAMES.get(key, key)
        if theirs not in RULES or (theirs != key and theirs in selectors.values):
            continue
        rule, anyway = RULES[theirs]
        table = selectors.table(key)
        if table is None:
            continue
        selector, extractor = table.text("selector"), table.text("extractor") or anyway[0]
        if theirs == "author" and extractor == "static":
            author = table.text("static")
            continue
        try:
            rules[rule] = _rule(table, selector, extractor, anyway)
        except Untranslatable as error:
            refused.append((table.path("extractor"), str(error)))
        _afterwards(table, DONE_ANYWAY.get(theirs, set()), refused)
    return rules, author


def _rule(table: Table, selector: str | None, extractor: str, anyway: tuple[str, ...]) -> str | None:
    if extractor in anyway:
        return selector or ("./@href" if extractor == "href" else None)
    if extractor == "href":
        return language.of_attribute(selector, "href")
    if extractor == "attribute":
        name = table.text("attribute") or ""
        return selector if name == "datetime" else language.of_attribute(selector, name)
    raise Untranslatable(f"{extractor} is not taken over")


def _afterwards(table: Table, anyway: set[str], refused: list[tuple[str, str]]) -> None:
    steps = table.value("post_process")
    for step in steps if isinstance(steps, list) else [steps] if steps else []:
        name = str(step.get("name")) if isinstance(step, dict) else "?"
        if name not in anyway:
            refused.append((table.path("post_process"), name))


def _pagination(items: Table, refused: list[tuple[str, str]]) -> tuple[str | None, int | None]:
    """The rule for the link to the next page, and how many pages."""
    written = items.values.get("pagination")
    if not isinstance(written, dict):
        return None, _whole(items.text("pagination"))
    table = items.table("pagination")
    assert table is not None
    strategy = table.text("strategy") or "rel_next"
    if strategy not in ("rel_next", "custom_selector"):
        refused.append((table.path("strategy"), strategy))
        return None, None
    selector = table.text("selector") if strategy == "custom_selector" else None
    return selector, _whole(table.text("max_pages"))


def _whole(text: str | None) -> int | None:
    return int(text) if text and re.fullmatch(r"\d{1,3}", text) else None


def exported(feeds: Sequence[Settings], base_url: str) -> Exported:
    lines = ["feeds:"]
    unsupported: list[Unsupported] = []
    for feed in feeds:
        lines += _block(feed, unsupported)
    return Exported(("\n".join(lines) + "\n").encode(), (*unsupported, *lost(feeds, HELD)))


def _block(feed: Settings, unsupported: list[Unsupported]) -> Iterator[str]:
    yield f"  {scalar(feed.name)}:"
    yield "    channel:"
    yield f"      url: {scalar(feed.url)}"
    for key in ("title", "language"):
        if value := getattr(feed, key):
            yield f"      {key}: {scalar(value)}"
    if feed.every and feed.every % MINUTE:
        unsupported.append(Unsupported(feed.name, "every", "it counts in minutes"))
    elif feed.every:
        yield f"      ttl: {feed.every // MINUTE}"
    if feed.headers:
        yield "    headers:"
        yield from (f"      {scalar(name)}: {scalar(value)}" for name, value in feed.headers)
    selectors = list(_selectors(feed, unsupported))
    if selectors:
        yield "    selectors:"
        yield from (f"      {line}" for line in selectors)
    else:
        yield "    auto_source: {}"


def _selectors(feed: Settings, unsupported: list[Unsupported]) -> Iterator[str]:
    rules = [(theirs, ours) for theirs, (ours, _) in RULES.items() if getattr(feed.select, ours)]
    try:
        item = language.css(feed.select.item, first=False) if feed.select.item else None
        following = language.css(feed.select.next) if feed.select.next else None
    except Untranslatable as error:
        unsupported.append(Unsupported(feed.name, "select.item", str(error)))
        item = following = None
    if item is None:
        said = [f"select.{ours}" for _, ours in rules] + ["select.next"] * bool(feed.select.next)
        said += ["pages"] * bool(feed.pages) + ["author"] * bool(feed.author)
        unsupported += [Unsupported(feed.name, key, "it needs select.item") for key in said]
        return
    yield "items:"
    yield f"  selector: {scalar(item)}"
    yield "  enhance: true"
    if following:
        yield "  pagination:"
        yield "    strategy: custom_selector"
        yield f"    selector: {scalar(following)}"
        yield from [f"    max_pages: {feed.pages}"] * bool(feed.pages)
    elif feed.pages:
        yield f"  pagination: {feed.pages}"
    for theirs, ours in rules:
        try:
            read = language.read(getattr(feed.select, ours))
        except Untranslatable as error:
            unsupported.append(Unsupported(feed.name, f"select.{ours}", str(error)))
            continue
        yield f"{theirs}:"
        yield from [f"  selector: {scalar(read.css)}"] * bool(read.css)
        yield from _extractor(theirs, read.attribute)
    if feed.author and not feed.select.author:
        yield from ("author:", "  extractor: static", f"  static: {scalar(feed.author)}")


def _extractor(theirs: str, attribute: str | None) -> Iterator[str]:
    if theirs == "url" and attribute in (None, "href"):
        yield "  extractor: href"
    elif attribute:
        yield "  extractor: attribute"
        yield f"  attribute: {scalar(attribute)}"
    elif theirs == "description":
        yield "  extractor: html"
