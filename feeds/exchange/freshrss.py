"""FreshRSS's OPML: lists of feeds, with the XPath rules by which it scrapes pages that have none."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from feeds.exchange import language, opml, outlines
from feeds.exchange.model import Exported, Imported, Unsupported, lost
from feeds.exchange.outlines import BETWEEN, Outline
from feeds.exchange.xpath import Untranslatable
from feeds.settings import Selectors, Settings

NAME = "freshrss"
# https://freshrss.github.io/FreshRSS/en/developers/OPML.html
NAMESPACE = "https://freshrss.org/opml"
SCRAPED = "HTML+XPath"
ITEM = "xPathItem"
RULES = {
    "xPathItemTitle": "title",
    "xPathItemUri": "link",
    "xPathItemTimestamp": "date",
    "xPathItemAuthor": "author",
    "xPathItemContent": "summary",
}
HELD = (
    *opml.HELD,
    *("author", "every", "select.content", "select.remove", "select.item"),
    *(f"select.{rule}" for rule in RULES.values()),
)


def reads(content: bytes) -> bool:
    return opml.reads(content) and NAMESPACE.encode() in content


def imported(content: bytes, file: Path) -> Imported:
    """The feeds of the list, scraped ones with their rules. Raises ExchangeError."""
    feeds, unsupported = [], []
    for outline in outlines.read(content, file):
        feed = _settings(outline)
        feeds.append(feed)
        unsupported += [Unsupported(feed.name, key, why) for key, why in _unknown(outline)]
    return Imported(tuple(feeds), tuple(unsupported))


def _settings(outline: Outline) -> Settings:
    feed = opml.settings(outline)
    if _said(outline, ITEM):
        feed = replace(feed, url=outline.get("xmlUrl") or feed.url, note="")
    author, seconds = language.constant(_said(outline, "xPathItemAuthor")), _said(outline, "ttl")
    rules = {rule: language.rule(value) for key, rule in RULES.items() if (value := _said(outline, key))}
    if author:
        rules.pop("author", None)
    removed = _said(outline, "cssContentFilter")
    return replace(
        feed,
        author=author or None,
        every=timedelta(seconds=int(seconds)) if seconds.isdecimal() and len(seconds) < 8 else None,
        select=Selectors(
            item=language.rule(_said(outline, ITEM)) or None,
            content=_said(outline, "cssFullContent") or None,
            remove=(removed,) if removed else (),
            **rules,
        ),
    )


def _unknown(outline: Outline) -> Iterator[tuple[str, str]]:
    kind = outline.get("type")
    if kind.lower() not in opml.TYPES and kind != SCRAPED:
        yield "type", f"{kind} is followed as any other page"
    known = {ITEM, "cssFullContent", "cssContentFilter", *RULES}
    for key in opml.unknown(outline):
        name = key.removeprefix(NAMESPACE + BETWEEN)
        muted = name == "ttl" and not outline.get(key).isdecimal()
        if muted:
            yield "frss:ttl", "a feed that is muted is followed as any other"
        elif name == key:
            yield key.rpartition(BETWEEN)[2], ""
        elif name not in known and name != "ttl":
            yield f"frss:{name}", ""


def exported(feeds: Sequence[Settings], base_url: str) -> Exported:
    """Feeds with an `item` rule as pages for FreshRSS to scrape, all others as the feeds that `base_url` serves."""
    lines: list[tuple[str | None, str]] = []
    unsupported: list[Unsupported] = []
    for feed in feeds:
        try:
            attributes = list(_scraped(feed, unsupported)) if feed.select.item else None
        except Untranslatable as error:
            unsupported.append(Unsupported(feed.name, "select.item", str(error)))
            attributes = None
        if attributes is None:
            attributes = list(opml.attributes(feed, base_url))
            rules = ("select.title", "select.link", "select.date", "select.author", "select.summary")
            unsupported += [Unsupported(feed.name, key) for key in feed.said() if key in ("author", *rules)]
        lines.append((feed.group, opml.outline([*attributes, *_common(feed)])))
    content = opml.written(lines, f' xmlns:frss="{NAMESPACE}"')
    return Exported(content, (*unsupported, *lost(feeds, HELD)))


def _scraped(feed: Settings, unsupported: list[Unsupported]) -> Iterator[tuple[str, str | None]]:
    assert feed.select.item is not None
    yield from (("text", feed.title or feed.name), ("type", SCRAPED), ("xmlUrl", feed.url), ("htmlUrl", feed.url))
    yield from (("language", feed.language), ("feedwright:name", feed.name))
    yield f"frss:{ITEM}", language.xpath(feed.select.item)
    for key, rule in RULES.items():
        value = getattr(feed.select, rule)
        try:
            yield f"frss:{key}", value and language.xpath(value, inside=True) + ("/@href" * _wants_address(rule, value))
        except Untranslatable as error:
            unsupported.append(Unsupported(feed.name, f"select.{rule}", str(error)))
    if feed.author and not feed.select.author:
        yield "frss:xPathItemAuthor", language.quoted(feed.author)
    if not feed.select.link:
        yield "frss:xPathItemUri", "descendant-or-self::a[@href]/@href"


def _wants_address(rule: str, value: str) -> bool:
    """Whether a rule names an element, where FreshRSS wants its address."""
    return rule == "link" and not language.is_xpath(value)


def _common(feed: Settings) -> Iterator[tuple[str, str | None]]:
    yield "frss:cssFullContent", feed.select.content
    yield "frss:cssContentFilter", ", ".join(feed.select.remove)
    yield "frss:ttl", str(int(feed.every.total_seconds())) if feed.every else None


def _said(outline: Outline, name: str) -> str:
    return outline.get(f"{NAMESPACE}{BETWEEN}{name}")
