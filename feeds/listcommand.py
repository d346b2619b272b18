"""What `feedwright list` prints: each feed of config.yaml, and how it is. It changes nothing, and loads little."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import click

from feeds import status, statusrows, tables
from feeds.configuration import Config, FeedConfig, MergedFeed
from feeds.polling import Bounds
from feeds.status import Known
from feeds.values import ALL

HEAD = ("name", "address", "when", "last good", "next", "state")


def show(config: Config, *, as_json: bool) -> None:
    """Every configured feed with its state. Raises Unreadable."""
    now = datetime.now(UTC)
    known = {one.name: one for one in statusrows.read(config.out / statusrows.STORE, now)}
    if as_json:
        sources = [_record(config, feed, known.get(feed.name)) for feed in config.feeds]
        merged = [_merged_record(config, feed) for feed in config.merged]
        click.echo(json.dumps([*sources, *merged], default=str, ensure_ascii=False, indent=2))
        return
    tables.print_rows(HEAD, _rows(config, known, now))


def when(feed: FeedConfig) -> str:
    """When its source is looked at."""
    if feed.cron:
        return f"cron {feed.cron.text}"
    if isinstance(feed.every, Bounds):
        return f"every {status.length(feed.every.shortest)}-{status.length(feed.every.longest)}"
    return f"every {status.length(feed.every)}"


def parts(config: Config, feed: MergedFeed) -> str:
    """What a merged feed is made of."""
    return "all feeds" if feed.merge == (ALL,) else ", ".join(config.merged_of(feed.name))


def _rows(config: Config, known: dict[str, Known], now: datetime) -> Iterator[tuple[str, ...]]:
    for feed in config.feeds:
        one = known.get(feed.name)
        good = status.away(one.last_good if one else None, now)
        due = status.away(one.next_due, now) if one and one.next_due else "now"
        yield feed.name, feed.url, when(feed), good, due, _state(feed, one)
    for merged in config.merged:
        yield merged.name, parts(config, merged), "with them", "", "", ""


def _record(config: Config, feed: FeedConfig, one: Known | None) -> dict[str, Any]:
    return {
        "name": feed.name,
        "url": feed.url,
        "feed": f"{config.base_url}/{feed.name}.atom",
        "when": when(feed),
        "last_ok": one.last_good.isoformat() if one and one.last_good else None,
        "next_due": one.next_due.isoformat() if one and one.next_due else None,
        "state": _state(feed, one),
        "degraded": one.reason if one else None,
        "failures": one.failures if one else 0,
        "last_error": one.error if one else None,
    }


def _merged_record(config: Config, feed: MergedFeed) -> dict[str, Any]:
    merge = [part.name for part in config.parts(feed)]
    return {"name": feed.name, "merge": merge, "feed": f"{config.base_url}/{feed.name}.atom"}


def _state(feed: FeedConfig, one: Known | None) -> str:
    if feed.paused or (one and one.rested):
        return "paused"
    if one is None:
        return "new"
    if one.reason is not None:
        return f"degraded since {one.held_since:%Y-%m-%d}: {one.reason}"
    if one.failures:
        return f"failing ({one.failures}×): {one.error}"
    return "well" if one.last_good else "new"
