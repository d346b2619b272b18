"""Feed me up, Scotty's feeds.toml."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from feeds import slugs
from feeds.errors import ExchangeError
from feeds.exchange import language, toml
from feeds.exchange.model import MOST_FEEDS, Exported, Imported, Unsupported, lost
from feeds.exchange.tables import Table
from feeds.exchange.xpath import Untranslatable
from feeds.settings import Selectors, Settings

NAME = "scotty"
# Its keys in the table of a feed, and ours. https://feed-me-up-scotty.vincenttunru.com
RULES = {
    "entrySelector": "item",
    "titleSelector": "title",
    "linkSelector": "link",
    "contentSelector": "summary",
    "dateSelector": "date",
}
HELD = ("title", *(f"select.{rule}" for rule in RULES.values()))


def reads(content: bytes) -> bool:
    return re.search(rb"^\s*entrySelector\s*=", content, re.MULTILINE) is not None


def imported(content: bytes, file: Path) -> Imported:
    """Raises ExchangeError."""
    top = toml.read(content, file)
    feeds, unsupported = [], []
    for key in list(top.values)[: MOST_FEEDS + 1]:
        table = top.table(key) if isinstance(top.values[key], dict) else None
        if table is None or not (addresses := _addresses(table)):
            unsupported.append(Unsupported(file.name, key, "it has no url"))
            continue
        name, title = slugs.kept(key, None, addresses[0]), table.text("title")
        rules: dict[str, Any] = {ours: table.text(theirs) for theirs, ours in RULES.items()}
        select = Selectors(**rules)
        feeds += [Settings(name, url, title=title if title != name else None, select=select) for url in addresses]
        if len(addresses) > 1:
            unsupported.append(Unsupported(name, "url", f"{len(addresses)} pages become as many feeds"))
        unsupported += [Unsupported(name, left.removeprefix(f"{key}.")) for left in table.left()]
    if len(feeds) > MOST_FEEDS:
        raise ExchangeError(f"{file}: expected at most {MOST_FEEDS:,} feeds")
    return Imported(tuple(feeds), tuple(unsupported))


def _addresses(table: Table) -> list[str]:
    """One page, or several that make one feed."""
    url = table.value("url")
    return [str(each) for each in url] if isinstance(url, list) else [text] if (text := table.text("url")) else []


def exported(feeds: Sequence[Settings], base_url: str) -> Exported:
    """Feeds that have an `item` rule; it has no way to find articles by itself."""
    lines, unsupported, held = [], [], []
    for feed in feeds:
        if not feed.select.item:
            unsupported.append(Unsupported(feed.name, "the whole feed", "it needs select.item"))
            continue
        rules = {}
        for key, rule in RULES.items():
            value = getattr(feed.select, rule)
            try:
                inside = rule != "item"
                rules[key] = language.css(value, inside=inside, first=inside) if value else ""
            except Untranslatable as error:
                unsupported.append(Unsupported(feed.name, f"select.{rule}", str(error)))
        if "entrySelector" not in rules:
            continue
        held.append(feed)
        lines += [
            "",
            f"[{feed.name}]",
            f"title = {toml.string(feed.title or feed.name)}",
            f"url = {toml.string(feed.url)}",
        ]
        lines += [f"{key} = {toml.string(value)}" for key, value in rules.items() if value]
    return Exported(("\n".join(lines[1:]) + "\n").encode(), (*unsupported, *lost(held, HELD)))
