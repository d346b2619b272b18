"""RSS Please's feeds.toml."""

from collections.abc import Sequence
from pathlib import Path

from feeds import slugs
from feeds.errors import ExchangeError
from feeds.exchange import language, toml
from feeds.exchange.model import MOST_FEEDS, Exported, Imported, Unsupported, lost
from feeds.exchange.tables import Table
from feeds.exchange.xpath import Untranslatable
from feeds.settings import Selectors, Settings

NAME = "rsspls"
# Its keys in [feed.config], and ours. https://github.com/wezm/rsspls#configuration
RULES = {"item": "item", "heading": "title", "link": "link", "summary": "summary", "date": "date"}
HELD = ("title", *(f"select.{rule}" for rule in RULES.values()))
ANY_LINK = "a[href]"  # where we look for title and link when no rule says otherwise


def reads(content: bytes) -> bool:
    return (b"[[feed]]" in content and b"[rsspls]" in content) or b"[feed.config]" in content


def imported(content: bytes, file: Path) -> Imported:
    """Raises ExchangeError."""
    top = toml.read(content, file)
    tables = top.value("feed")
    if not isinstance(tables, list) or len(tables) > MOST_FEEDS:
        raise ExchangeError(f"{file}: feed: expected tables that begin with [[feed]], at most {MOST_FEEDS:,}")
    feeds: list[Settings] = []
    unsupported: list[Unsupported] = []
    top.table("rsspls")
    for number, values in enumerate(tables):
        table = Table.of(file, f"feed[{number}]", values)
        feed = _settings(table, unsupported)
        feeds.append(feed)
        unsupported += [Unsupported(feed.name, key.removeprefix(f"{table.where}.")) for key in table.left()]
    unsupported += [Unsupported(file.name, key) for key in top.left()]
    return Imported(tuple(feeds), tuple(unsupported))


def _settings(table: Table, unsupported: list[Unsupported]) -> Settings:
    config = table.table("config")
    if config is None:
        raise ExchangeError(f"{table.file}: {table.where}: expected a table [feed.config]")
    title, url = table.text("title"), config.text("url") or ""
    stem = (table.text("filename") or "").rpartition(".")[0]
    name = slugs.kept(stem, title, url)
    written = config.values.get("date")
    date = config.table("date") if isinstance(written, dict) else None
    if date is not None:
        date.value("type")  # a date or a time: we read either
    heading = config.text("heading")
    select = Selectors(
        item=config.text("item"),
        title=heading,
        link=config.text("link") or heading,
        summary=config.text("summary"),
        date=date.text("selector") if date else config.text("date"),
    )
    return Settings(name, url, title=title if title != name else None, select=select)


def exported(feeds: Sequence[Settings], base_url: str) -> Exported:
    """Feeds that have an `item` rule; it has no way to find articles by itself."""
    lines, unsupported, held = ["[rsspls]", 'output = "."'], [], []
    for feed in feeds:
        if not feed.select.item:
            unsupported.append(Unsupported(feed.name, "the whole feed", "rsspls needs select.item"))
            continue
        rules = {}
        for key, rule in RULES.items():
            try:
                rules[key] = _css(feed, rule)
            except Untranslatable as error:
                unsupported.append(Unsupported(feed.name, f"select.{rule}", str(error)))
        if "item" not in rules:
            continue
        held.append(feed)
        rules["link"] = rules.get("link") or ANY_LINK
        rules["heading"] = rules.get("heading") or rules["link"]
        lines += ["", "[[feed]]", f"title = {toml.string(feed.title or feed.name)}"]
        lines += [
            f"filename = {toml.string(f'{feed.name}.rss')}",
            "",
            "[feed.config]",
            f"url = {toml.string(feed.url)}",
        ]
        lines += [f"{key} = {toml.string(rules[key])}" for key in RULES if rules.get(key)]
    return Exported(("\n".join(lines) + "\n").encode(), (*unsupported, *lost(held, HELD)))


def _css(feed: Settings, rule: str) -> str:
    value = getattr(feed.select, rule)
    return language.css(value, inside=rule != "item", first=rule != "item") if value else ""
