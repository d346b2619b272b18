"""What `feedwright list` prints: each feed of config.yaml, and how it is. It changes nothing, and loads little."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import click

from feeds import block, status, statusrows, tables
from feeds.configuration import Config, FeedConfig, MergedFeed
from feeds.polling import Bounds
from feeds.status import Condition
from feeds.values import ALL

HEAD = ("name", "address", "when", "last good", "next", "state")


def show(config: Config, *, as_json: bool) -> None:
    """Every configured feed with its state. Raises Unreadable."""
    now = datetime.now(UTC)
    known = _conditions(config, now)
    if as_json:
        sources = [_record(config, feed, known.get(feed.name)) for feed in config.feeds]
        merged = [_merged_record(config, feed) for feed in config.merged]
        click.echo(json.dumps([*sources, *merged], default=str, ensure_ascii=False, indent=2))
        return
    tables.print_rows(HEAD, _rows(config, known, now))


def when(feed: FeedConfig) -> str:
    """When its source is looked at, as config.yaml says it."""
    if feed.cron:
        return f"cron {feed.cron.text}"
    if isinstance(feed.every, Bounds):
        return f"every {block.length(feed.every.shortest)}-{block.length(feed.every.longest)}"
    return f"every {block.length(feed.every)}"


def parts(config: Config, feed: MergedFeed) -> str:
    """What a merged feed is made of."""
    return "all feeds" if feed.merge == (ALL,) else ", ".join(config.merged_of(feed.name))


def _conditions(config: Config, now: datetime) -> dict[str, Condition]:
    """How the sources are that the store knows; paused are those that config.yaml says are by now."""
    paused = {feed.name: feed.paused for feed in config.feeds}
    known = statusrows.read(config.out / statusrows.STORE, now)
    return {
        one.name: status.condition(replace(one, paused=paused[one.name]), now) for one in known if one.name in paused
    }


def _rows(config: Config, known: dict[str, Condition], now: datetime) -> Iterator[tuple[str, ...]]:
    for feed in config.feeds:
        one = known.get(feed.name)
        good = status.away(one.known.last_good if one else None, now)
        due = status.due(one, now) if one else "–" if feed.paused else "now"
        yield feed.name, feed.url, when(feed), good, due, _state(feed, one)
    for merged in config.merged:
        yield merged.name, parts(config, merged), "with them", "", "", ""


def _record(config: Config, feed: FeedConfig, one: Condition | None) -> dict[str, Any]:
    known = one.known if one else None
    return {
        "name": feed.name,
        "url": feed.url,
        "feed": f"{config.base_url}/{feed.name}.atom",
        "when": when(feed),
        "last_ok": known.last_good.isoformat() if known and known.last_good else None,
        "next_due": one.next_due.isoformat() if one and one.next_due else None,
        "state": _state(feed, one),
        "degraded": known.reason if known else None,
        "failures": known.failures if known else 0,
        "last_error": known.error if known else None,
    }


def _merged_record(config: Config, feed: MergedFeed) -> dict[str, Any]:
    merge = [part.name for part in config.parts(feed)]
    return {"name": feed.name, "merge": merge, "feed": f"{config.base_url}/{feed.name}.atom"}


def _state(feed: FeedConfig, one: Condition | None) -> str:
    """The word that `feedwright status` has for it, and why."""
    if one is None:
        return "paused" if feed.paused else "new"
    if one.state == "held":
        return f"held since {one.known.held_since:%Y-%m-%d}: {one.known.reason}"
    if one.state == "failing":
        return f"failing ({one.known.failures}×): {one.why}"
    return f"late: {one.why}" if one.state == "late" else one.state
