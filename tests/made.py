"""Entries and feeds made for a test: all that it doesn't say is plain."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from feeds.document import Entry, Feed

NOON = datetime(2024, 5, 1, 12, tzinfo=UTC)


def an_entry(number: int = 1, **fields: Any) -> Entry:
    entry = Entry(
        id=f"tag:feeds.example,2024:{number}",
        url=f"https://club.example/{number}",
        title="One",
        html="<p>One</p>",
        published=NOON,
        updated=NOON,
    )
    return replace(entry, **fields)


def a_feed(*entries: Entry, **fields: Any) -> Feed:
    feed = Feed("tag:feeds.example,2024:club", "Club", "https://club.example/", NOON, entries)
    return replace(feed, **fields)
