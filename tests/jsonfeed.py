"""Whether a document is JSON Feed 1.1: https://www.jsonfeed.org/version/1.1/."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

_FEED = {
    "version": str, "title": str, "home_page_url": str, "feed_url": str, "description": str, "user_comment": str,
    "next_url": str, "icon": str, "favicon": str, "authors": list, "author": dict, "language": str, "expired": bool,
    "hubs": list, "items": list,
}  # fmt: skip
_ITEM = {
    "id": str, "url": str, "external_url": str, "title": str, "content_html": str, "content_text": str, "summary": str,
    "image": str, "banner_image": str, "date_published": str, "date_modified": str, "authors": list, "author": dict,
    "tags": list, "language": str, "attachments": list,
}  # fmt: skip
_AUTHOR = {"name": str, "url": str, "avatar": str}
_ATTACHMENT = {"url": str, "mime_type": str, "title": str, "size_in_bytes": int, "duration_in_seconds": int}
_HUB = {"type": str, "url": str}
_ADDRESSES = ("home_page_url", "feed_url", "next_url", "icon", "favicon")


def json_feed_errors(document: bytes) -> list[str]:
    """Every reason why the document is not valid JSON Feed; none when it is."""
    try:
        feed = json.loads(document.decode(), object_pairs_hook=_once, parse_constant=_no_number)
    except ValueError as error:
        return [str(error)]
    return list(_feed_errors(feed))


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """RFC 8259, section 4: names should be unique."""
    for name, count in Counter(name for name, _ in pairs).items():
        if count > 1:
            raise ValueError(f"{name} is given {count} times")
    return dict(pairs)


def _no_number(constant: str) -> None:
    raise ValueError(f"{constant} is no JSON")


def _feed_errors(feed: Any) -> Iterator[str]:
    yield from _shape("feed", feed, _FEED, required=("version", "title", "items"))
    if not isinstance(feed, dict):
        return
    if feed.get("version") != "https://jsonfeed.org/version/1.1":
        yield f"feed: version is {feed.get('version')}"
    if "next_url" in feed and feed["next_url"] == feed.get("feed_url"):
        yield "feed: next_url is feed_url"
    for hub in feed.get("hubs", ()):
        yield from _shape("hub", hub, _HUB, required=("type", "url"))
    for author in (*feed.get("authors", ()), *filter(None, [feed.get("author")])):
        yield from _author_errors(author)
    ids: set[str] = set()
    for number, item in enumerate(feed.get("items", ())):
        where = f"items[{number}]"
        yield from _item_errors(where, item)
        if item.get("id") in ids:
            yield f"{where}: id is repeated"
        ids.add(item.get("id", ""))


def _item_errors(where: str, item: Any) -> Iterator[str]:
    yield from _shape(where, item, _ITEM, required=("id",))
    if not item.get("id"):
        yield f"{where}: id is empty"
    if "content_html" not in item and "content_text" not in item:
        yield f"{where}: neither content_html nor content_text"
    for name in ("date_published", "date_modified"):
        if name in item and datetime.fromisoformat(item[name]).utcoffset() is None:
            yield f"{where}: {name} has no offset"
    for author in (*item.get("authors", ()), *filter(None, [item.get("author")])):
        yield from _author_errors(author)
    tags = item.get("tags", [])
    if len(set(tags)) != len(tags) or not all(isinstance(tag, str) and tag for tag in tags):
        yield f"{where}: tags are no different texts"
    for file in item.get("attachments", ()):
        yield from _shape(f"{where}.attachments", file, _ATTACHMENT, required=("url", "mime_type"))
        if "/" not in file.get("mime_type", ""):
            yield f"{where}.attachments: mime_type is {file.get('mime_type')}"


def _author_errors(author: Any) -> Iterator[str]:
    yield from _shape("author", author, _AUTHOR, required=())
    if not author:
        yield "author: says nothing"


def _shape(where: str, value: Any, known: Mapping[str, type], *, required: tuple[str, ...]) -> Iterator[str]:
    if not isinstance(value, dict):
        yield f"{where}: no object"
        return
    for name in required:
        if name not in value:
            yield f"{where}: {name} is missing"
    for name, each in value.items():
        if not name.startswith("_") and name not in known:
            yield f"{where}: {name} is no field of it"
        elif name in known and not isinstance(each, known[name]):
            yield f"{where}: {name} is no {known[name].__name__}"
        elif name in _ADDRESSES and not urlsplit(each).scheme:
            yield f"{where}: {name} is no absolute address"
