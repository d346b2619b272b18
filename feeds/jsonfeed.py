"""A feed as JSON Feed 1.1 (https://www.jsonfeed.org/version/1.1/), from the record that Atom is made of."""

import json
from collections.abc import Iterator
from typing import Any

from feeds.document import Entry, Feed
from feeds.text import language_tag, legal, line, lines, media_type, rfc3339, spelled
from scraper.model import Enclosure

VERSION = "https://jsonfeed.org/version/1.1"
# Of what `legal` leaves, all that may not stand in a string as it is.
_ESCAPED = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}
Pair = tuple[str, Any]


def render(feed: Feed) -> bytes:
    """The feed as a document: the same feed gives the same bytes, anywhere and on any day.

    What is empty is left out. Raises ValueError for a datetime without a zone.
    """
    return "".join((*_written(dict(_feed(feed))), "\n")).encode()


def _feed(feed: Feed) -> Iterator[Pair]:
    title = line(feed.title) or line(feed.site_url) or line(feed.id)
    author = line(feed.author) or title
    yield "version", VERSION
    yield "title", title
    yield "home_page_url", line(feed.site_url)
    yield from _said("feed_url", line(feed.url("json")))
    yield from _said("description", line(feed.subtitle))
    yield from _said("language", language_tag(feed.language))
    yield from _authors((author,))
    yield from _said("hubs", [{"type": "WebSub", "url": hub} for hub in lines(feed.hubs)])
    yield "items", [dict(_item(entry, author)) for entry in feed.entries]


def _item(entry: Entry, feed_author: str) -> Iterator[Pair]:
    entry_id, url = line(entry.id), line(entry.url)
    yield "id", entry_id
    yield "url", url
    yield "title", line(entry.title) or url or entry_id
    yield "content_html", legal(entry.html)
    yield from _said("summary", legal(entry.summary or "").strip())
    yield from _said("image", line(entry.image.url) if entry.image else None)
    yield "date_published", rfc3339(entry.published)
    yield "date_modified", rfc3339(entry.updated)
    yield from _authors(lines(entry.authors) or (feed_author,))
    yield from _said("tags", list(lines(entry.tags)))
    yield from _said("language", language_tag(entry.language))
    yield from _said("attachments", [dict(_attachment(file)) for file in entry.enclosures if line(file.url)])


def _attachment(file: Enclosure) -> Iterator[Pair]:
    yield "url", line(file.url)
    yield "mime_type", media_type(file.type)
    if file.length is not None:
        yield "size_in_bytes", file.length


def _authors(names: tuple[str, ...]) -> Iterator[Pair]:
    """As version 1.1 has them, and the first as readers of version 1 know it."""
    yield "authors", [{"name": name} for name in names]
    yield "author", {"name": names[0]}


def _said(name: str, value: Any) -> Iterator[Pair]:
    if value:
        yield name, value


def _written(value: Any, indent: str = "\n") -> Iterator[str]:
    """The pieces of what `json.dumps` makes of it with `indent=1`, which takes four times as long for a long text."""
    within, before = f"{indent} ", ""
    if isinstance(value, str):
        yield f'"{spelled(value, _ESCAPED)}"'
    elif value and isinstance(value, dict):
        yield "{"
        for name, each in value.items():
            yield f'{before}{within}"{name}": '
            yield from _written(each, within)
            before = ","
        yield f"{indent}}}"
    elif value and isinstance(value, list):
        yield "["
        for each in value:
            yield f"{before}{within}"
            yield from _written(each, within)
            before = ","
        yield f"{indent}]"
    else:
        yield json.dumps(value)
