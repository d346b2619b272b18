"""What a real reader makes of a feed, against what was meant."""

import io
from calendar import timegm
from datetime import UTC, datetime
from typing import Any

import feedparser

from feeds.document import Feed
from feeds.text import legal, line, utc


def read(document: bytes) -> Any:
    """As feedparser reads it, with the text left as it is."""
    return feedparser.parse(io.BytesIO(document), sanitize_html=False, resolve_relative_uris=False)


def misread(feed: Feed, document: bytes) -> list[str]:
    """Every entry of an Atom document that feedparser reads as something else than what was meant."""
    parsed = read(document)
    if parsed.bozo:
        return [str(parsed.bozo_exception)]
    if [entry.id for entry in parsed.entries] != [line(entry.id) for entry in feed.entries]:
        return ["other ids, or in another order"]
    wrong = []
    for said, meant in zip(parsed.entries, feed.entries, strict=True):
        pairs = (
            (said.title, line(meant.title) or line(meant.url)),
            (said.link, line(meant.url)),
            (said.content[0].value, legal(meant.html).strip()),
            (datetime.fromtimestamp(timegm(said.published_parsed), UTC), utc(meant.published)),
            (datetime.fromtimestamp(timegm(said.updated_parsed), UTC), utc(meant.updated)),
        )
        wrong += [f"{meant.id}: {got!r} for {want!r}" for got, want in pairs if got != want]
    return wrong
